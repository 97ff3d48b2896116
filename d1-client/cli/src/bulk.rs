//! `d1 bulk`: the consumers of a file registered, updated or deleted, with a journal.

mod check;
mod columns;
mod compressed;
mod feed;
mod fields;
mod journal;
mod manifest;
mod ndjson;
mod plan;
mod progress;
mod reader;
mod reconcile;
mod recorder;
mod report;
mod results;
mod row;
mod send;
mod source;
mod state;
mod table;

use std::{
    env,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use d1_client::bulk::Shard;
use serde::{Deserialize, Serialize};

use crate::{argument, config::Config, failure::Failure, output::Output};

/// The longest record, in bytes; one with everything filled in takes some 900.
const LONGEST_RECORD: usize = 1024 * 1024;

/// Set by Kubernetes in each pod of an indexed Job.
const INDEX: &str = "JOB_COMPLETION_INDEX";

#[derive(Subcommand)]
pub(crate) enum BulkCommand {
    /// Registers the consumers of a file.
    Register(send::SendArgs),
    /// Updates the consumers of a file.
    Update(send::SendArgs),
    /// Deletes the consumers of a file, for good.
    Delete(send::SendArgs),
    /// Asks D1 about consumers whose outcome is unknown; changes nothing at D1.
    Reconcile(reconcile::ReconcileArgs),
    /// How long a file will take with so many shards, at the rates seen.
    Plan(plan::PlanArgs),
    /// A Kubernetes Job with a pod for each shard.
    Manifest(manifest::ManifestArgs),
}

/// What a bulk does with each consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operation {
    Register,
    Update,
    Delete,
}

impl Operation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

pub(crate) fn run(command: BulkCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        BulkCommand::Register(args) => send::run(Operation::Register, args, config, output),
        BulkCommand::Update(args) => send::run(Operation::Update, args, config, output),
        BulkCommand::Delete(args) => send::run(Operation::Delete, args, config, output),
        BulkCommand::Reconcile(args) => reconcile::run(args, config, output),
        BulkCommand::Plan(args) => plan::run(&args, output),
        BulkCommand::Manifest(args) => manifest::run(&args, output),
    }
}

/// Which part of an input, and its journal.
#[derive(Args)]
struct Target {
    /// The journal, or the folder that it is in [default: FILE.d1-journal].
    #[arg(long, value_name = "PATH")]
    journal: Option<PathBuf>,
    /// Only this part of the input, as in 2/8: the third of eight.
    #[arg(long, value_name = "INDEX/COUNT", conflicts_with = "shards")]
    shard: Option<Shard>,
    /// Only the part of the input whose number JOB_COMPLETION_INDEX holds, of so many.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = argument::shards)]
    shards: Option<u32>,
}

impl Target {
    fn shard(&self) -> Result<Option<Shard>, Failure> {
        let index = env::var(INDEX).ok().filter(|index| !index.is_empty());
        match (self.shard, self.shards, index) {
            (Some(shard), ..) => Ok(Some(shard)),
            (None, Some(count), Some(index)) => {
                let shard = index.parse().ok().and_then(|index| Shard::new(index, count).ok());
                let wrong = || Failure::usage(format!("{INDEX} must be a number from 0 to {}", count - 1));
                shard.map(Some).ok_or_else(wrong)
            }
            (None, Some(_), None) => Err(Failure::usage(format!(
                "--shards needs {INDEX} in the environment"
            ))
            .hint("outside an indexed Job, say --shard INDEX/COUNT")),
            // Each pod would send everything.
            (None, None, Some(_)) => Err(Failure::usage(format!(
                "{INDEX} is set, and the number of shards is not known"
            ))
            .hint("say --shards COUNT")),
            (None, None, None) => Ok(None),
        }
    }

    fn journal(&self, input: Option<&Path>, shard: Option<Shard>) -> Result<PathBuf, Failure> {
        journal::path(self.journal.as_deref(), input, shard)
    }
}
