//! What was taken from the input and not reported yet. Every item leaves it exactly once, whatever becomes of its task.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

use tokio::{
    task::{AbortHandle, Id},
    time::Instant,
};

use crate::{ConsumerId, CorrelationId};

/// The items in hand: those that have a task, and those that wait for an earlier item of their consumer.
pub(super) struct Taken<P> {
    started: HashMap<Id, Started>,
    /// By the hash of the consumer, while an item of its is started or ready: those that wait, in their order. Two
    /// consumers of one hash wait for each other.
    consumers: HashMap<u64, VecDeque<(ConsumerId, P)>>,
    /// Those whose turn has come.
    ready: VecDeque<(ConsumerId, P)>,
    waiting: usize,
    /// When each started item is overdue, in the order in which they were started.
    overdue: VecDeque<(Instant, Id)>,
    hasher: RandomState,
}

/// An item that has a task.
pub(super) struct Started {
    pub(super) id: ConsumerId,
    pub(super) correlation_id: CorrelationId,
    /// Its number at the limiter.
    pub(super) item: u64,
    pub(super) task: AbortHandle,
}

impl<P> Taken<P> {
    pub(super) fn new() -> Self {
        Self {
            started: HashMap::new(),
            consumers: HashMap::new(),
            ready: VecDeque::new(),
            waiting: 0,
            overdue: VecDeque::new(),
            hasher: RandomState::new(),
        }
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.running() + self.waiting
    }

    /// How many of them wait for no other item.
    pub(super) fn running(&self) -> usize {
        self.started.len() + self.ready.len()
    }

    /// How many of them have a task.
    pub(super) fn started(&self) -> usize {
        self.started.len()
    }

    /// Takes an item in: it is ready, unless one of its consumer is in hand.
    pub(super) fn take(&mut self, id: ConsumerId, item: P) {
        match self.consumers.entry(self.hasher.hash_one(&id)) {
            Entry::Vacant(consumer) => {
                consumer.insert(VecDeque::new());
                self.ready.push_back((id, item));
            }
            Entry::Occupied(mut consumer) => {
                consumer.get_mut().push_back((id, item));
                self.waiting += 1;
            }
        }
    }

    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// An item whose turn has come; it is to be started.
    pub(super) fn next_ready(&mut self) -> Option<(ConsumerId, P)> {
        self.ready.pop_front()
    }

    /// An item that was ready has a task, which is to end in this time.
    pub(super) fn start(&mut self, started: Started, overdue: Option<Instant>) {
        let task = started.task.id();
        self.overdue.extend(overdue.map(|at| (at, task)));
        self.started.insert(task, started);
    }

    /// A task has ended, however it did: its item leaves, and the next of its consumer is ready. `None` if it has left
    /// before.
    pub(super) fn end(&mut self, task: Id) -> Option<Started> {
        let started = self.started.remove(&task)?;
        let hash = self.hasher.hash_one(&started.id);
        if let Entry::Occupied(mut consumer) = self.consumers.entry(hash) {
            match consumer.get_mut().pop_front() {
                Some(next) => {
                    self.waiting -= 1;
                    self.ready.push_back(next);
                }
                None => {
                    consumer.remove();
                }
            }
        }
        Some(started)
    }

    /// The started item that is overdue first, and when it is.
    pub(super) fn first_overdue(&mut self) -> Option<(Instant, Id)> {
        while let Some(first @ (_, task)) = self.overdue.front().copied() {
            if self.started.contains_key(&task) {
                return Some(first);
            }
            self.overdue.pop_front();
        }
        None
    }
}
