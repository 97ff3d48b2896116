//! `d1`: the Thales D1 consumer API at a terminal.

mod config;
mod failure;
mod output;
mod table;
mod usage;

use std::process::ExitCode;

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::{
    config::{Config, ConfigArgs, ConfigCommand},
    failure::Failure,
    output::{Format, Output},
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
    /// Settings: what is set and by whom, and a file to begin with.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// A token of this configuration works, and D1 answers.
    Check,
}

impl Command {
    /// Whether it is no use without a configuration that can be read.
    fn reads_config(&self) -> bool {
        !matches!(self, Self::Config(_))
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
        Command::Check => runtime()?.block_on(async {
            config.client()?.check().await?;
            output.result(&serde_json::json!({ "ok": true }), || "ok".to_owned());
            Ok(())
        }),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Runtime::new().map_err(Failure::usage)
}
