//! How long a file will take, shared among workers.

use std::{
    fs::{self, File},
    num::{NonZeroU32, NonZeroU64},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use d1_client::{bulk::shard, types::ConsumerInformation};
use serde::Serialize;

use super::{
    Operation, journal,
    reader::Records,
    source::{Format, Input, regular},
    state::Run,
};
use crate::{argument, failure::Failure, output::Output};

#[derive(Args)]
pub(crate) struct PlanArgs {
    /// The input of the bulk.
    file: PathBuf,
    /// Of the file, if its name does not tell.
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[arg(long, value_enum, default_value_t = Operation::Register)]
    operation: Operation,
    /// Into how many parts the input is divided.
    #[arg(long, value_name = "COUNT", default_value_t = 1, allow_negative_numbers = true, value_parser = argument::shards)]
    shards: u32,
    /// How many of them run at a time [default: all].
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true, value_parser = argument::shards)]
    parallelism: Option<u32>,
    /// A journal, or a folder of them [default: those beside the file]: the rates seen are in them.
    #[arg(long, value_name = "PATH")]
    journal: Option<PathBuf>,
    /// The records a second of one worker, instead of the rates seen.
    #[arg(long, value_name = "RECORDS", allow_negative_numbers = true, value_parser = argument::rate)]
    rate: Option<f64>,
}

#[derive(Serialize)]
struct Plan {
    records: u64,
    shards: u32,
    parallelism: u32,
    /// Of the shard with the most.
    records_of_largest_shard: u64,
    /// Of one worker.
    records_a_second: f64,
    seconds: f64,
}

pub(super) fn run(args: &PlanArgs, output: &Output) -> Result<(), Failure> {
    let input = Input::new(&args.file, args.format)?;
    if input.path.is_none() {
        return Err(Failure::usage("a plan needs a file, not standard input")
            .hint("write the input into a file first"));
    }
    let rate = match args.rate {
        Some(rate) => rate,
        None => rate_seen(args)?,
    };
    let sizes = sizes(&input, args)?;
    let parallelism = args.parallelism.unwrap_or(args.shards).min(args.shards);
    let largest = sizes.iter().copied().max().unwrap_or_default();
    // Each worker takes the next shard when it has finished one.
    let rounds = args.shards.div_ceil(parallelism);
    let plan = Plan {
        records: sizes.iter().sum(),
        shards: args.shards,
        parallelism,
        records_of_largest_shard: largest,
        records_a_second: rate,
        seconds: f64::from(rounds) * largest as f64 / rate,
    };
    output.result(&plan, || {
        format!(
            "{} records in {} shards, {} at a time, the largest with {} records\n\
             at {:.0} records/s each: {}, if D1 serves {:.0} records/s",
            plan.records,
            plan.shards,
            plan.parallelism,
            plan.records_of_largest_shard,
            plan.records_a_second,
            human(plan.seconds),
            plan.records_a_second * f64::from(plan.parallelism),
        )
    });
    Ok(())
}

fn human(seconds: f64) -> String {
    let duration = Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX);
    indicatif::HumanDuration(duration).to_string()
}

/// How many records each shard has.
fn sizes(input: &Input, args: &PlanArgs) -> Result<Vec<u64>, Failure> {
    let shards = NonZeroU32::new(args.shards).unwrap_or(NonZeroU32::MIN);
    match args.operation {
        Operation::Register | Operation::Update => count::<ConsumerInformation>(input, shards),
        Operation::Delete => count::<d1_client::types::DeletionRequest>(input, shards),
    }
}

fn count<B: super::row::Body>(input: &Input, shards: NonZeroU32) -> Result<Vec<u64>, Failure> {
    let mut sizes = vec![0; shards.get() as usize];
    let (input, _progress) = input.checked();
    let mut records = Records::open::<B>(&input, false)?.map_err(Failure::usage)?;
    while let Some(record) = records.next::<B>().map_err(Failure::usage)? {
        match record {
            Ok(record) => sizes[shard(&record.id, shards) as usize] += 1,
            Err(problems) => {
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                return Err(Failure::usage(first).hint("--check lists every problem"));
            }
        }
    }
    Ok(sizes)
}

/// The records a second of one worker, as the journals say.
fn rate_seen(args: &PlanArgs) -> Result<f64, Failure> {
    let name = args
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let folder = match (&args.journal, args.file.parent()) {
        (Some(journal), _) => journal.clone(),
        (None, Some(folder)) if !folder.as_os_str().is_empty() => folder.to_owned(),
        (None, _) => PathBuf::from("."),
    };
    let journals = if folder.is_dir() {
        let entries = fs::read_dir(&folder).map_err(|error| Failure::unreadable(folder.display(), &error))?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.filter(|path| is_journal(path, &name)).collect()
    } else {
        vec![folder]
    };
    let (mut items, mut seconds) = (0_u64, 0.0);
    for path in journals {
        regular(&path, path.display())?;
        let mut file = File::open(&path).map_err(|error| Failure::unreadable(path.display(), &error))?;
        let mut last: Option<Run> = None;
        let mut add = |run: Option<Run>| {
            if let Some(run) = run.filter(|run| run.seconds.is_finite() && run.seconds > 0.0) {
                items = items.saturating_add(run.items);
                seconds += run.seconds;
            }
        };
        journal::contents(&path, &mut file, |entry| {
            if let Some(run) = entry.run {
                // The notes of one run grow.
                if last.is_some_and(|last| run.seconds < last.seconds) {
                    add(last);
                }
                last = Some(run);
            }
        })?;
        add(last);
    }
    match NonZeroU64::new(items) {
        Some(items) if seconds > 0.0 && seconds.is_finite() => Ok(items.get() as f64 / seconds),
        _ => Err(
            Failure::usage("no rate was seen yet: there is no journal of this file with a result")
                .hint("run a part of it first, or say --rate RECORDS"),
        ),
    }
}

/// Whether it is the journal of that input, or of one of its shards.
fn is_journal(path: &Path, input: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let of_input = name
        .strip_prefix(input)
        .and_then(|rest| rest.strip_suffix(".d1-journal"));
    of_input.is_some_and(|shard| shard.is_empty() || shard.starts_with('.') && shard.contains("-of-"))
}
