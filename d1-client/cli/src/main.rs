//! `d1`: the Thales D1 consumer API at a terminal.

mod argument;
mod bulk;
mod config;
mod consumer;
mod doctor;
mod end;
mod failure;
mod file;
mod issuer;
mod key;
mod output;
mod pages;
mod pem;
mod prompt;
mod sandbox;
mod table;
mod token;
mod unique;
mod usage;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand, error::ErrorKind};

use crate::{
    config::{Config, ConfigArgs, ConfigCommand},
    consumer::ConsumerCommand,
    failure::Failure,
    key::KeyCommand,
    output::{Format, Output},
    pages::{CompletionsArgs, ManArgs},
    token::TokenArgs,
};

/// The Thales D1 consumer API at a terminal.
///
/// Exit codes: 0 done, 2 used wrongly or a bad file, 3 refused by D1, 4 not sent, 5 outcome unknown, 6 partly done.
#[derive(Parser)]
#[command(name = "d1", version)]
struct Arguments {
    #[command(flatten)]
    config: ConfigArgs,
    /// How results are written; errors are lines on standard error with either.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    output: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Sandbox(sandbox::Arguments),
    /// The issuer's side: D1 asks for a person of whom it holds no data.
    #[command(subcommand)]
    Issuer(issuer::Command),
    /// Settings: what is set and by whom, and a file to begin with.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// One end user: register, list cards, update, delete.
    #[command(subcommand)]
    Consumer(ConsumerCommand),
    /// The consumers of a file: register, update, delete.
    #[command(subcommand)]
    Bulk(bulk::BulkCommand),
    /// Check everything between here and D1: settings, keys, certificates, network, token, a call.
    ///
    /// Exits with 0 only if all is well; with 6 if there are only warnings.
    #[command(
        after_long_help = "With --output json: {\"ok\", \"checks\": [{\"check\", \"status\": \"ok\"|\"warning\"|\"failed\", \"detail\", \"remedy\"}]}. Details and remedies are for people and may change."
    )]
    Doctor,
    /// The key that signs assertions, and the request for the client certificate.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Obtain an access token, and show what it claims and when it expires.
    #[command(
        after_long_help = "With --output json: {\"expires_at\", \"expires_in\", \"scope\", \"claims\"}, in seconds (since 1970, from now), each null where it is not known; and \"token\" with --reveal."
    )]
    Token(TokenArgs),
    /// Write a shell's completions to standard output.
    Completions(CompletionsArgs),
    /// Write the manual pages.
    Man(ManArgs),
}

impl Command {
    /// Whether it is of no use without a configuration that can be read. The doctor tells itself what is wrong with it.
    fn reads_config(&self) -> bool {
        !matches!(
            self,
            Self::Config(_)
                | Self::Doctor
                | Self::Key(_)
                | Self::Sandbox(_)
                | Self::Issuer(_)
                | Self::Completions(_)
                | Self::Man(_)
        )
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let output = Output::new(arguments.output);
    let result = run(arguments, &output);
    output.end(result)
}

/// Help and version are written as asked for; anything else is a failure.
fn refused(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let output = Output::new(Format::Human);
            output.text(&error.render().ansi().to_string());
            output.end(Ok(()))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Where standard error is closed, the exit code is all that is left.
            let _ = error.print();
            ExitCode::from(failure::Exit::Usage as u8)
        }
        _ => Output::new(Format::Human).end(Err(usage::failure(error))),
    }
}

fn run(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    let config = Config::new(arguments.config);
    if arguments.command.reads_config() {
        config.check()?;
    }
    match arguments.command {
        Command::Config(command) => config::run(command, &config, output),
        Command::Consumer(command) => runtime()?.block_on(consumer::run(command, &config, output)),
        Command::Bulk(command) => bulk::run(command, &config, output),
        Command::Doctor => runtime()?.block_on(doctor::run(&config, output)),
        Command::Key(command) => key::run(command, output),
        Command::Token(arguments) => runtime()?.block_on(token::run(arguments, &config, output)),
        Command::Completions(arguments) => {
            pages::completions(&arguments, Arguments::command(), output);
            Ok(())
        }
        Command::Sandbox(arguments) => sandbox::run(arguments, &config, output),
        Command::Issuer(command) => issuer::run(command, &config, output),
        Command::Man(arguments) => pages::man(&arguments, Arguments::command(), output),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Runtime::new().map_err(Failure::usage)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn no_two_flags_of_a_command_have_one_name() {
        super::Arguments::command().debug_assert();
    }
}
