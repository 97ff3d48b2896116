//! The records that are to be sent, read in a thread of their own while others are in flight.

use std::{
    collections::{HashSet, VecDeque},
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
    check::{hash, repeated},
    reader::Records,
    recorder::Recorder,
    row::{Body, Problem, Record},
    source::Input,
    state::{State, States},
};

/// How many records are read ahead, and how many are announced to the journal together. After a kill, so many may be
/// unknown that were not sent.
const AHEAD: usize = 32;

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
    pub(super) records: AtomicU64,
    pub(super) done_before: AtomicU64,
    pub(super) unknown_before: AtomicU64,
    problems: Mutex<Vec<Problem>>,
}

impl Fed {
    /// What ended the reading early.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn stop(&self, problems: Vec<Problem>) {
        *self.problems.lock().unwrap_or_else(PoisonError::into_inner) = problems;
    }
}

/// The input of a bulk: every item of it is in the journal.
pub(super) fn feed<B: Body>(
    selection: Selection,
    recorder: Recorder,
) -> (impl Stream<Item = (ConsumerId, B)>, Arc<Fed>) {
    let fed = Arc::new(Fed::default());
    let (sender, read) = mpsc::channel(AHEAD);
    let reading = fed.clone();
    // Not a task: reading standard input could not be ended, and would keep the runtime from ending.
    thread::spawn(move || {
        if let Err(problems) = selection.read(&reading, &sender) {
            reading.stop(problems);
        }
    });
    let (sender, announced) = mpsc::channel(AHEAD);
    tokio::spawn(announce::<B>(read, recorder, sender));
    let stream = stream::unfold(announced, |mut announced| async move {
        let item = announced.recv().await?;
        Some((item, announced))
    });
    (stream, fed)
}

async fn announce<B: Body>(
    mut read: mpsc::Receiver<Record<B>>,
    recorder: Recorder,
    sender: mpsc::Sender<(ConsumerId, B)>,
) {
    let mut batch = Vec::new();
    while read.recv_many(&mut batch, AHEAD).await > 0 {
        let mut lines = Vec::with_capacity(batch.len());
        let mut items = VecDeque::with_capacity(batch.len());
        for record in batch.drain(..) {
            lines.push((record.id.clone(), record.line));
            items.push_back((record.id, record.body));
        }
        if sender.is_closed() || recorder.announce(lines).await.is_err() {
            return;
        }
        for item in items {
            if sender.send(item).await.is_err() {
                return;
            }
        }
    }
}

impl Selection {
    fn read<B: Body>(&self, fed: &Fed, sender: &mpsc::Sender<Record<B>>) -> Result<(), Vec<Problem>> {
        let changed = |line| vec![Problem::new(line, "changed", "the file was changed after it was checked")];
        let records = Records::open::<B>(&self.input, self.outbound);
        let mut records = records.map_err(|_| changed(1))?.map_err(|problem| vec![problem])?;
        // A file was checked before.
        let mut seen = self.input.path.is_none().then(|| (HashSet::new(), RandomState::new()));
        let mut last = 1;
        while let Some(record) = records.next::<B>().map_err(|problem| vec![problem])? {
            let record = record?;
            last = record.line;
            if let Some((seen, hasher)) = &mut seen
                && !seen.insert(hash(hasher, record.id.as_str()))
            {
                return Err(vec![repeated(record.line, None)]);
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
        if records.digest() == self.digest {
            Ok(())
        } else {
            Err(changed(last))
        }
    }
}
