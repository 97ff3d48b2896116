//! `d1`: the Thales D1 consumer API at a terminal.

mod bulk;
mod config;
mod failure;
mod output;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{
    config::{Config, ConfigArgs},
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
    /// Registers, updates or deletes the consumers of a file.
    #[command(subcommand)]
    Bulk(bulk::BulkCommand),
    /// A token of this configuration works, and D1 answers.
    Check,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.output);
    match run(arguments, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.failure(&failure),
    }
}

fn run(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    let config = Config::new(arguments.config)?;
    match arguments.command {
        Command::Bulk(command) => bulk::run(command, &config, output),
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
