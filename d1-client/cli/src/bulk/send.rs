//! An input sent, with a journal.

use std::{io::IsTerminal, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use d1_client::{
    Client, Error, ErrorKind, UserId,
    bulk::{BulkOptions, Shard, Summary},
    types::{ConsumerInformation, DeletionRequest},
};
use futures::FutureExt;
use tokio::time::{MissedTickBehavior, interval};

use super::{
    Operation, Target,
    check::{self, Checked},
    feed::{self, Selection},
    journal::{self, Header, JournalFile},
    progress::Progress,
    recorder::{Recorder, Verdict},
    report::{self, Report},
    results::{Results, Sent},
    row::Body,
    source::{Format, Input},
    state::States,
};
use crate::{
    argument,
    config::Config,
    end::End,
    failure::{Exit, Failure},
    output::Output,
    prompt,
};

/// How often the progress is shown.
const SHOWN: Duration = Duration::from_millis(100);
/// How many results are written together at most.
const TOGETHER: usize = 64;
/// So many refusals of the token in a row, and nothing done: it is not about one consumer.
const HOPELESS: u32 = 3;

#[derive(Args)]
pub(crate) struct SendArgs {
    /// NDJSON or CSV, also compressed (gzip, Zstandard); - for standard input.
    file: PathBuf,
    /// Validate all of the file, and send nothing.
    #[arg(long)]
    check: bool,
    /// Whether D1 stores the data, or asks the issuer for them: then both directions are validated.
    #[arg(long, value_enum, default_value_t = Model::Inbound)]
    model: Model,
    /// Of the file, if its name does not tell.
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    target: Target,
    /// The most requests a second; divide what the vendor allows by the number of shards.
    #[arg(long, value_name = "REQUESTS", allow_negative_numbers = true, value_parser = argument::rate)]
    rate: Option<f64>,
    /// The most requests in flight.
    #[arg(long, value_name = "REQUESTS", default_value_t = 64, allow_negative_numbers = true, value_parser = argument::ceiling)]
    ceiling: usize,
    /// How long one consumer may take, all attempts included.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, allow_negative_numbers = true, value_parser = argument::seconds)]
    item_timeout: u64,
    /// The person at the issuer who runs this, for the vendor's records.
    #[arg(long, value_name = "ID", value_parser = argument::user_id)]
    user_id: Option<UserId>,
    /// Send again what an earlier run has left unknown; registrations always are.
    #[arg(long)]
    resend_unknown: bool,
    /// Do not ask before consumers are deleted.
    #[arg(long)]
    yes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Model {
    /// D1 stores the data.
    Inbound,
    /// D1 asks the issuer.
    Outbound,
}

pub(super) fn run(
    operation: Operation,
    args: SendArgs,
    config: &Config,
    output: &Output,
) -> Result<(), Failure> {
    match operation {
        Operation::Register | Operation::Update => {
            Run::new(operation, args)?.run::<ConsumerInformation>(config, output)
        }
        Operation::Delete => Run::new(operation, args)?.run::<DeletionRequest>(config, output),
    }
}

struct Run {
    operation: Operation,
    args: SendArgs,
    input: Input,
    shard: Option<Shard>,
    options: BulkOptions,
}

impl Run {
    fn new(operation: Operation, args: SendArgs) -> Result<Self, Failure> {
        let mut options = BulkOptions::new()
            .ceiling(args.ceiling)
            .item_timeout(Duration::from_secs(args.item_timeout));
        if let Some(rate) = args.rate {
            options = options.rate(rate);
        }
        if let Some(id) = args.user_id.clone() {
            options = options.user_id(id);
        }
        let mut input = Input::new(&args.file, args.format)?;
        input.is_digested = input.path.is_some() && !args.check;
        Ok(Self {
            operation,
            input,
            shard: args.target.shard()?,
            args,
            options,
        })
    }

    fn run<B: Sent>(self, config: &Config, output: &Output) -> Result<(), Failure> {
        let mut states = States::default();
        if self.args.check {
            return report::checked(&self.check::<B>(&states)?, output);
        }
        let path = self.args.target.journal(self.input.path.as_deref(), self.shard)?;
        let mut checked = None;
        if self.input.path.is_some() {
            let found = self.check::<B>(&states)?;
            if found.found > 0 {
                return report::checked(&found, output);
            }
            checked = Some(found);
        }
        let client = config.client()?;
        let file = JournalFile::open(&path, true, |entry| {
            if let Some((id, state)) = entry.consumer() {
                states.note(id, state);
            }
        })?;
        states.settle();
        let digest = checked.as_ref().and_then(|checked| checked.digest.clone());
        let records = checked.map(|checked| checked.in_shard);
        file.expect(&self.header(&client, digest.as_deref()))?;
        if self.operation == Operation::Delete && !self.args.yes {
            self.confirm(&client, records)?;
        }
        let selection = Selection {
            input: self.input.clone(),
            outbound: self.args.model == Model::Outbound,
            shard: self.shard,
            states,
            unknown_again: self.operation == Operation::Register || self.args.resend_unknown,
            digest,
        };
        let runtime = crate::runtime()?;
        let report = runtime.block_on(self.send::<B>(&client, selection, file, records));
        // Reading standard input would not end.
        runtime.shutdown_background();
        report::sent(&report?, output)
    }

    /// How many records are announced to the journal together. After a kill, so many may be unknown that were not sent:
    /// of registrations that makes no difference, they are sent again.
    fn ahead(&self) -> usize {
        match self.operation {
            Operation::Register => 1024,
            Operation::Update | Operation::Delete => 32,
        }
    }

    fn check<B: Body>(&self, states: &States) -> Result<Checked, Failure> {
        let outbound = self.args.model == Model::Outbound;
        check::check::<B>(&self.input, outbound, self.shard, states.hasher())
    }

    fn header(&self, client: &Client, digest: Option<&str>) -> Header {
        Header {
            d1_journal: Header::VERSION,
            operation: self.operation,
            environment: journal::environment(client),
            issuer: client.issuer_id().as_str().to_owned(),
            input: digest.unwrap_or("stdin").to_owned(),
            shard: self
                .shard
                .map_or_else(|| "0/1".to_owned(), |shard| shard.to_string()),
        }
    }

    /// A person at a terminal is asked; a program has decided.
    fn confirm(&self, client: &Client, records: Option<u64>) -> Result<(), Failure> {
        let Some(records) = records.filter(|_| std::io::stdin().is_terminal()) else {
            return Ok(());
        };
        let what = format!(
            "Delete the {records} consumers of {}, with their cards,",
            self.input
        );
        prompt::confirm(client, &what, &records.to_string())
    }

    async fn send<B: Sent>(
        &self,
        client: &Client,
        selection: Selection,
        mut file: JournalFile,
        records: Option<u64>,
    ) -> Result<Report, Failure> {
        // That nothing works at all is not told of each consumer.
        client.check().await?;
        let mut stop = End::new()?;
        file.begin(&self.header(client, selection.digest.as_deref()))?;
        let journal = file.path().to_owned();
        // A journal has consumers of its file alone; what standard input still has is known at its end.
        let before = records.map(|_| selection.left_out());
        let to_send = records
            .zip(before)
            .map(|(records, (done, unknown))| records.saturating_sub(done + unknown));
        let (recorder, writer) = Recorder::start(file);
        let (items, fed) = feed::feed::<B>(selection, self.ahead(), recorder.clone());
        let results = B::send(self.operation, client, items, self.options.clone());
        let progress = Progress::sending(self.operation, client.environment(), to_send);
        let (summary, ending) = drive(results, recorder, &mut stop, &progress).await;
        drop(progress);
        let writer_ended = |_| Failure::new(Exit::Unknown, "the writer of the journal has ended");
        let tally = writer.await.map_err(writer_ended)?;
        let (done_before, unknown_before) = before.unwrap_or_else(|| fed.left_out());
        Ok(Report {
            operation: self.operation,
            environment: client.environment().as_str(),
            is_all: records.is_some(),
            records: records.unwrap_or_else(|| fed.records()),
            done_before,
            unknown_before,
            problems: fed.problems(),
            summary,
            tally,
            ending,
            journal,
        })
    }
}

/// Why a bulk ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// Everything was tried.
    Complete,
    /// It was asked to end.
    Interrupted,
    /// The journal cannot be written.
    Journal,
    /// D1 accepts no call at all.
    Hopeless(Error),
}

/// Goes on until everything in flight is reported.
async fn drive(
    mut results: Box<dyn Results>,
    recorder: Recorder,
    stop: &mut End,
    progress: &Progress,
) -> (Summary, Ending) {
    let mut ending = Ending::Complete;
    let mut hopeless = 0;
    let mut shown = interval(SHOWN);
    shown.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            next = results.next() => {
                let Some((id, result)) = next else {
                    // Where the journal cannot be written, all that is open is unknown.
                    let _ = recorder.finish().await;
                    break;
                };
                let mut verdicts = Vec::new();
                // What has come together is written together.
                let mut ready = Some((id, result));
                while let Some((id, result)) = ready {
                    verdicts.push((id, Verdict::of(&result)));
                    match result {
                        Err(error) if matches!(error.kind(), ErrorKind::Token | ErrorKind::Unauthorized) => {
                            hopeless += 1;
                            if hopeless == HOPELESS && matches!(ending, Ending::Complete) {
                                results.stop();
                                ending = Ending::Hopeless(error);
                            }
                        }
                        _ => hopeless = 0,
                    }
                    ready = if verdicts.len() < TOGETHER {
                        results.next().now_or_never().flatten()
                    } else {
                        None
                    };
                }
                if recorder.report(verdicts).await.is_err() {
                    results.stop();
                    ending = Ending::Journal;
                }
            }
            () = stop.wait() => {
                if matches!(ending, Ending::Interrupted) {
                    // Whether the journal still hears of it makes no difference: then it is unknown all the same.
                    let _ = recorder.abandon().await;
                    break;
                }
                results.stop();
                ending = Ending::Interrupted;
                progress.note("stopping: what is in flight is finished; once more to end at once");
            }
            _ = shown.tick() => progress.show(&results.summary()),
        }
    }
    (results.summary(), ending)
}
