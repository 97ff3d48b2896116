//! The writer of a journal, in a thread of its own: what comes while the disk works is written together.

use std::{
    collections::HashMap,
    fmt::Write,
    io,
    time::{Duration, Instant},
};

use d1_client::{ConsumerId, Error, Outcome};
use serde::Serialize;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{journal::JournalFile, state::State};

/// Messages that wait for the disk.
const WAITING: usize = 256;
/// How often a run notes how far it has come.
const NOTED: Duration = Duration::from_secs(1);
/// How many of each kind are listed; the journal has all.
pub(super) const LISTED: usize = 20;

enum Message {
    /// About to be sent, with their lines.
    Sent(Vec<(ConsumerId, u64)>, oneshot::Sender<()>),
    Results(Vec<(ConsumerId, Verdict)>),
    /// Nothing is in flight any more.
    Finished,
    /// What is in flight stays as it is: its outcome is not known.
    Abandoned,
}

/// What became of an item.
pub(super) struct Verdict {
    state: State,
    status: Option<u16>,
    code: Option<String>,
    reason: Option<&'static str>,
    correlation_id: Option<String>,
}

impl Verdict {
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        let Err(error) = result else {
            return Self {
                state: State::Done,
                status: None,
                code: None,
                reason: None,
                correlation_id: None,
            };
        };
        Self {
            state: match error.outcome() {
                Outcome::Rejected => State::Refused,
                Outcome::NotSent => State::NotSent,
                _ => State::Unknown,
            },
            status: error.status(),
            // Only a documented one: any other is a stranger's text.
            code: error.to_problem().code.map(|code| code.as_str().to_owned()),
            reason: Some(error.kind().as_str()),
            correlation_id: Some(error.correlation_id().as_str().to_owned()),
        }
    }
}

/// An item that is not done, for the report.
#[derive(Serialize)]
pub(super) struct Listed {
    pub(super) line: u64,
    pub(super) consumer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) correlation_id: Option<String>,
}

/// The results that are in the journal; at the end they are on the disk.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) done: u64,
    pub(super) refused: u64,
    pub(super) unknown: u64,
    pub(super) not_sent: u64,
    pub(super) listed_refused: Vec<Listed>,
    pub(super) listed_unknown: Vec<Listed>,
    /// Why the journal could not be written on.
    pub(super) failed: Option<io::ErrorKind>,
}

/// The journal was closed: it cannot be written.
#[derive(Debug)]
pub(super) struct Closed;

#[derive(Clone)]
pub(super) struct Recorder(mpsc::Sender<Message>);

impl Recorder {
    /// The writer ends once all recorders are dropped.
    pub(super) fn start(file: JournalFile) -> (Self, JoinHandle<Tally>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let writer = Writer {
            file,
            open: HashMap::new(),
            tally: Tally::default(),
            text: String::new(),
            started: Instant::now(),
            noted: Instant::now(),
            finished: false,
        };
        let writer = tokio::task::spawn_blocking(move || writer.run(receiver));
        (Self(sender), writer)
    }

    /// When this returns, the disk knows that these are about to be sent.
    pub(super) async fn announce(&self, items: Vec<(ConsumerId, u64)>) -> Result<(), Closed> {
        let (written, is_written) = oneshot::channel();
        let message = Message::Sent(items, written);
        self.0.send(message).await.map_err(|_| Closed)?;
        is_written.await.map_err(|_| Closed)
    }

    pub(super) async fn report(&self, results: Vec<(ConsumerId, Verdict)>) -> Result<(), Closed> {
        self.0.send(Message::Results(results)).await.map_err(|_| Closed)
    }

    /// Everything that was taken is reported: what is left was not sent.
    pub(super) async fn finish(&self) -> Result<(), Closed> {
        self.0.send(Message::Finished).await.map_err(|_| Closed)
    }

    /// The run ends without waiting for what is in flight.
    pub(super) async fn abandon(&self) -> Result<(), Closed> {
        self.0.send(Message::Abandoned).await.map_err(|_| Closed)
    }
}

struct Writer {
    file: JournalFile,
    /// Announced and not reported, with the lines.
    open: HashMap<ConsumerId, u64>,
    tally: Tally,
    text: String,
    started: Instant,
    noted: Instant,
    /// Nothing is in flight. Otherwise, as after a panic, what is open is unknown.
    finished: bool,
}

impl Writer {
    fn run(mut self, mut receiver: mpsc::Receiver<Message>) -> Tally {
        if let Err(error) = self.write_all(&mut receiver) {
            self.tally.failed = Some(error.kind());
        }
        for (id, line) in std::mem::take(&mut self.open) {
            self.tally.unknown += 1;
            let listed = Listed {
                line,
                consumer: id.into(),
                status: None,
                code: None,
                reason: None,
                correlation_id: None,
            };
            list(&mut self.tally.listed_unknown, listed);
        }
        self.tally
    }

    fn write_all(&mut self, receiver: &mut mpsc::Receiver<Message>) -> io::Result<()> {
        let mut batch = Vec::new();
        while receiver.blocking_recv_many(&mut batch, WAITING) > 0 {
            self.text.clear();
            for message in &batch {
                self.line(message);
            }
            let is_noted = self.noted.elapsed() >= NOTED;
            if is_noted {
                self.note_run(&batch);
            }
            self.file.append(self.text.as_bytes())?;
            // A result that only the operating system knows outlives this process; were it to go with the machine, its
            // consumer would still stand there as sent.
            if is_noted || batch.iter().any(|message| matches!(message, Message::Sent(..))) {
                self.file.sync()?;
            }
            for message in batch.drain(..) {
                self.count(message);
            }
        }
        self.end()
    }

    fn line(&mut self, message: &Message) {
        match message {
            Message::Sent(items, _) => {
                for (id, _) in items {
                    push(&mut self.text, format_args!("{{\"sent\":\"{id}\"}}\n"));
                }
            }
            Message::Results(results) => {
                for (id, verdict) in results {
                    self.result_line(id, verdict);
                }
            }
            Message::Finished => self.finished = true,
            Message::Abandoned => self.finished = false,
        }
    }

    fn result_line(&mut self, id: &ConsumerId, verdict: &Verdict) {
        let name = match verdict.state {
            State::Sent => "sent",
            State::Done => "done",
            State::Refused => "refused",
            State::Unknown => "unknown",
            State::NotSent => "not_sent",
        };
        push(&mut self.text, format_args!("{{\"{name}\":\"{id}\""));
        if verdict.state != State::Done {
            let line = self.open.get(id).copied().unwrap_or_default();
            push(&mut self.text, format_args!(",\"line\":{line}"));
        }
        if let Some(status) = verdict.status {
            push(&mut self.text, format_args!(",\"status\":{status}"));
        }
        let texts = [
            ("code", verdict.code.as_deref()),
            ("reason", verdict.reason),
            ("correlation_id", verdict.correlation_id.as_deref()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                push(&mut self.text, format_args!(",\"{name}\":\"{text}\""));
            }
        }
        self.text.push_str("}\n");
    }

    /// What is in the journal counts.
    fn count(&mut self, message: Message) {
        match message {
            Message::Sent(items, written) => {
                self.open.extend(items);
                // A caller that no longer waits for it does not send anything either.
                let _ = written.send(());
            }
            Message::Results(results) => {
                for (id, verdict) in results {
                    self.count_result(id, verdict);
                }
            }
            Message::Finished | Message::Abandoned => {}
        }
    }

    fn count_result(&mut self, id: ConsumerId, verdict: Verdict) {
        let line = self.open.remove(&id).unwrap_or_default();
        let tally = &mut self.tally;
        let (count, listed) = match verdict.state {
            State::Done => (&mut tally.done, None),
            State::Refused => (&mut tally.refused, Some(&mut tally.listed_refused)),
            State::NotSent => (&mut tally.not_sent, None),
            State::Sent | State::Unknown => (&mut tally.unknown, Some(&mut tally.listed_unknown)),
        };
        *count += 1;
        if let Some(listed) = listed {
            let item = Listed {
                line,
                consumer: id.into(),
                status: verdict.status,
                code: verdict.code,
                reason: verdict.reason,
                correlation_id: verdict.correlation_id,
            };
            list(listed, item);
        }
    }

    /// What was announced and never taken was not sent.
    fn end(&mut self) -> io::Result<()> {
        self.text.clear();
        if self.finished {
            for id in self.open.keys() {
                push(&mut self.text, format_args!("{{\"not_sent\":\"{id}\"}}\n"));
            }
        }
        self.note_run(&[]);
        self.file.append(self.text.as_bytes())?;
        self.file.sync()?;
        if self.finished {
            self.tally.not_sent += self.open.len() as u64;
            self.open.clear();
        }
        Ok(())
    }

    fn note_run(&mut self, batch: &[Message]) {
        let tally = &self.tally;
        let results: usize = batch
            .iter()
            .map(|message| match message {
                Message::Results(results) => results.len(),
                _ => 0,
            })
            .sum();
        let items = tally.done + tally.refused + tally.unknown + tally.not_sent + results as u64;
        let seconds = self.started.elapsed().as_secs_f64();
        push(
            &mut self.text,
            format_args!("{{\"run\":{{\"items\":{items},\"seconds\":{seconds:.3}}}}}\n"),
        );
        self.noted = Instant::now();
    }
}

fn list(listed: &mut Vec<Listed>, item: Listed) {
    if listed.len() < LISTED {
        listed.push(item);
    }
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Into memory: there is nothing to fail.
    let _ = text.write_fmt(line);
}
