//! What became of consumers whose outcome is unknown, asked of D1.

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use d1_client::{Client, ConsumerId};
use futures::{StreamExt, stream};
use serde::Serialize;

use super::{
    Operation, Target, journal,
    journal::{Header, JournalFile},
    state::{Entry, State, States},
};
use crate::{
    config::Config,
    failure::{Exit, Failure},
    output::Output,
    table::printable,
};

/// Card lists at a time: few, there is no hurry.
const AT_A_TIME: usize = 8;
/// How many are listed for people.
const LISTED: usize = 20;

#[derive(Args)]
pub(crate) struct ReconcileArgs {
    /// The journal, or the input beside which it is.
    file: PathBuf,
    #[command(flatten)]
    target: Target,
}

#[derive(Serialize)]
struct Reconciled {
    operation: Operation,
    environment: &'static str,
    /// How many were unknown.
    asked: u64,
    /// D1 has carried it out.
    done: u64,
    /// D1 has not; the next run sends it.
    not_done: u64,
    /// Registrations whose consumer exists, which does not tell with which data.
    exist: u64,
    /// Still unknown.
    unknown: Vec<String>,
}

pub(super) fn run(args: ReconcileArgs, config: &Config, output: &Output) -> Result<(), Failure> {
    let path = if args
        .file
        .extension()
        .is_some_and(|extension| extension == "d1-journal")
    {
        args.file
    } else {
        args.target.journal(Some(&args.file), args.target.shard()?)?
    };
    let client = config.client()?;
    let mut unknown = BTreeSet::new();
    let mut states = States::default();
    let note = |entry: Entry<'_>| {
        if let Some((id, state)) = entry.consumer() {
            states.note(id, state);
            match state {
                State::Sent | State::Unknown => unknown.insert(id.to_owned()),
                _ => unknown.remove(id),
            };
        }
    };
    let mut file = JournalFile::open(&path, false, note)?;
    let Some(header) = file.header().cloned() else {
        return Err(Failure::usage(format!("the journal {} is empty", path.display())));
    };
    file.expect(&Header {
        environment: journal::environment(&client),
        issuer: client.issuer_id().as_str().to_owned(),
        ..header.clone()
    })?;
    let mut reconciled = Reconciled {
        operation: header.operation,
        environment: client.environment().as_str(),
        asked: unknown.len() as u64,
        done: 0,
        not_done: 0,
        exist: 0,
        unknown: Vec::new(),
    };
    let answers: Vec<_> = crate::runtime()?.block_on(async {
        let answers = stream::iter(unknown).map(|id| ask(&client, header.operation, id));
        answers.buffer_unordered(AT_A_TIME).collect().await
    });
    let mut lines = String::new();
    for (id, answer) in answers {
        let name = match answer {
            Answer::Done => {
                reconciled.done += 1;
                "done"
            }
            Answer::NotDone => {
                reconciled.not_done += 1;
                "not_sent"
            }
            // It stays unknown in the journal, so that a registration is sent again.
            Answer::Exists => {
                reconciled.exist += 1;
                continue;
            }
            Answer::Unknown => {
                reconciled.unknown.push(id);
                continue;
            }
        };
        lines.push_str(&format!("{{\"{name}\":\"{id}\",\"reason\":\"reconciled\"}}\n"));
    }
    reconciled.unknown.sort_unstable();
    let written = file.append(lines.as_bytes()).and_then(|()| file.sync());
    written.map_err(|error| journal::failure(&path, error.kind()))?;
    output.result(&reconciled, || reconciled.human());
    reconciled.ended()
}

/// Whether an operation was carried out.
enum Answer {
    Done,
    NotDone,
    /// The consumer is registered; whether by this run and with these data is in no answer of D1.
    Exists,
    Unknown,
}

async fn ask(client: &Client, operation: Operation, id: String) -> (String, Answer) {
    // Whether an update was carried out is not in any answer of D1.
    let consumer = match (operation, ConsumerId::new(&id)) {
        (Operation::Register | Operation::Delete, Ok(consumer)) => consumer,
        _ => return (id, Answer::Unknown),
    };
    let answer = client.consumer(consumer).cards().send().await;
    let done = match (operation, answer) {
        (Operation::Register, Ok(_)) => Answer::Exists,
        (Operation::Register, Err(error)) if error.is_unknown_consumer() => Answer::NotDone,
        (Operation::Delete, Ok(_)) => Answer::NotDone,
        (Operation::Delete, Err(error)) if error.is_invalid_state() => Answer::Done,
        // An unknown consumer is not a proof of deletion: the id may never have been registered.
        _ => Answer::Unknown,
    };
    (id, done)
}

impl Reconciled {
    fn human(&self) -> String {
        let unknown = self.unknown.len();
        let mut text = format!(
            "{} {}: {} asked about: {} done, {} not done, {} exist, {unknown} still unknown",
            self.operation.as_str(),
            self.environment,
            self.asked,
            self.done,
            self.not_done,
            self.exist,
        );
        if self.exist > 0 {
            text.push_str(
                "\nthose that exist may have been registered before: d1 bulk register sends them again",
            );
        }
        for id in self.unknown.iter().take(LISTED) {
            text.push_str(&format!("\nunknown: {}", printable(id)));
        }
        text
    }

    fn ended(&self) -> Result<(), Failure> {
        if self.unknown.is_empty() {
            return Ok(());
        }
        let message = format!("{} outcomes are still unknown", self.unknown.len());
        Err(Failure::new(Exit::Unknown, message).hint(match self.operation {
            Operation::Update => {
                "an update cannot be known: send the latest data once more, with d1 bulk update --resend-unknown"
            }
            _ => "ask again later, or send them once more with --resend-unknown",
        }))
    }
}
