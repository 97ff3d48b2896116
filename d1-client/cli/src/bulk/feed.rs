//! The records that are to be sent, read in a thread of their own while others are in flight.

use std::{
    collections::HashSet,
    hash::RandomState,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use d1_client::{ConsumerId, bulk::Shard};
use futures::{Stream, stream};
use tokio::sync::mpsc;

use super::{
    check::hash,
    reader::Records,
    recorder::Recorder,
    row::{Body, Problem, Record},
    source::Input,
    state::{State, States},
};

/// What of an input is to be sent.
pub(super) struct Selection {
    pub(super) input: Input,
    pub(super) outbound: bool,
    pub(super) shard: Option<Shard>,
    pub(super) states: States,
    /// Whether what an earlier run has left unknown is sent again.
    pub(super) unknown_again: bool,
    /// Of the file that was checked.
    pub(super) digest: Option<String>,
}

/// How far the reading has come.
#[derive(Default)]
pub(super) struct Fed {
    /// In the shard.
    records: AtomicU64,
    done_before: AtomicU64,
    unknown_before: AtomicU64,
    problems: Mutex<Vec<Problem>>,
}

impl Fed {
    pub(super) fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }

    /// What was done before, and what an earlier run has left unknown.
    pub(super) fn left_out(&self) -> (u64, u64) {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (of(&self.done_before), of(&self.unknown_before))
    }

    /// What ended the reading early.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.problems
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn stop(&self, problems: Vec<Problem>) {
        *self.problems.lock().unwrap_or_else(PoisonError::into_inner) = problems;
    }
}

/// The input of a bulk: every item of it is in the journal. So many records are announced together, and as many are read
/// before that.
pub(super) fn feed<B: Body>(
    selection: Selection,
    ahead: usize,
    recorder: Recorder,
) -> (impl Stream<Item = (ConsumerId, B)>, Arc<Fed>) {
    let fed = Arc::new(Fed::default());
    let (sender, read) = mpsc::channel(ahead);
    let reading = fed.clone();
    // Not a task: reading standard input could not be ended, and would keep the runtime from ending.
    thread::spawn(move || {
        if let Err(problems) = selection.read(&reading, &sender) {
            reading.stop(problems);
        }
    });
    let (sender, announced) = mpsc::channel(ahead);
    tokio::spawn(announce::<B>(read, ahead, recorder, sender));
    let stream = stream::unfold(announced, |mut announced| async move {
        let item = announced.recv().await?;
        Some((item, announced))
    });
    (stream, fed)
}

async fn announce<B: Body>(
    mut read: mpsc::Receiver<Record<B>>,
    ahead: usize,
    recorder: Recorder,
    sender: mpsc::Sender<(ConsumerId, B)>,
) {
    let mut batch = Vec::new();
    loop {
        let count = tokio::select! {
            count = read.recv_many(&mut batch, ahead) => count,
            // Standard input may say nothing for a long time.
            () = sender.closed() => return,
        };
        if count == 0 {
            return;
        }
        let lines = batch
            .iter()
            .map(|record: &Record<B>| (record.id.clone(), record.line));
        let lines = lines.collect();
        if recorder.announce(lines).await.is_err() {
            return;
        }
        for record in batch.drain(..) {
            if sender.send((record.id, record.body)).await.is_err() {
                return;
            }
        }
    }
}

impl Selection {
    /// By the journal: what was done before, and what an earlier run has left unknown.
    pub(super) fn left_out(&self) -> (u64, u64) {
        let of = |state| self.states.count(state);
        let unknown = if self.unknown_again {
            0
        } else {
            of(State::Sent) + of(State::Unknown)
        };
        (of(State::Done), unknown)
    }

    fn read<B: Body>(&self, fed: &Fed, sender: &mpsc::Sender<Record<B>>) -> Result<(), Vec<Problem>> {
        let changed = |line| {
            vec![Problem::new(
                line,
                "changed",
                "the file was changed after it was checked",
            )]
        };
        let records = Records::open::<B>(&self.input, self.outbound);
        let mut records = records
            .map_err(|_| changed(1))?
            .map_err(|problem| vec![problem])?;
        // A file was checked before.
        let mut seen = self
            .input
            .path
            .is_none()
            .then(|| (HashSet::new(), RandomState::new()));
        let mut last = 1;
        while let Some(record) = records.next::<B>().map_err(|problem| vec![problem])? {
            let record = record?;
            last = record.line;
            if let Some((seen, hasher)) = &mut seen
                && !seen.insert(hash(hasher, record.id.as_str()))
            {
                return Err(vec![records.repeated(record.line, None)]);
            }
            if self.shard.is_some_and(|shard| !shard.contains(&record.id)) {
                continue;
            }
            fed.records.fetch_add(1, Ordering::Relaxed);
            match self.states.of(record.id.as_str()) {
                Some(State::Done) => {
                    fed.done_before.fetch_add(1, Ordering::Relaxed);
                }
                Some(State::Sent | State::Unknown) if !self.unknown_again => {
                    fed.unknown_before.fetch_add(1, Ordering::Relaxed);
                }
                _ if sender.blocking_send(record).is_err() => return Ok(()),
                _ => {}
            }
        }
        if seen.is_some_and(|(seen, _)| seen.is_empty()) {
            return Err(vec![Problem::no_records()]);
        }
        if records.digest() == self.digest {
            Ok(())
        } else {
            Err(changed(last))
        }
    }
}
