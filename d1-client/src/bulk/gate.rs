//! Who may send now: requests in the air are bounded by the window, items beside them by the feeder.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use tokio::sync::oneshot;

use super::aimd::{Aimd, Signal};

/// Admits attempts to the air, as many as the window holds. Repetitions come before new items, in the order in which
/// they are due.
pub(crate) struct Gate(Mutex<State>);

struct State {
    aimd: Aimd,
    in_air: usize,
    /// Items that pause between two attempts, or wait to be admitted after it.
    resting: usize,
    waiting: VecDeque<oneshot::Sender<Permit>>,
    /// Whoever puts new items in, while there is no room.
    feeder: Option<Waker>,
}

impl Gate {
    pub(crate) fn new(aimd: Aimd) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            aimd,
            in_air: 0,
            resting: 0,
            waiting: VecDeque::new(),
            feeder: None,
        })))
    }

    /// A permit for a new item's first attempt, while `live` items have been taken and not reported. Resting items take
    /// no room; those that wait to be reported do.
    pub(crate) fn poll_enter(self: &Arc<Self>, cx: &mut Context<'_>, live: usize) -> Poll<Permit> {
        let mut state = self.lock();
        let limit = state.aimd.limit();
        let active = live.saturating_sub(state.resting);
        if state.waiting.is_empty() && state.in_air < limit && active < limit {
            Poll::Ready(state.admit(self))
        } else {
            state.feeder = Some(cx.waker().clone());
            Poll::Pending
        }
    }

    /// How many attempts may be in the air now.
    pub(crate) fn limit(&self) -> usize {
        self.lock().aimd.limit()
    }

    /// A permit for another attempt of an item.
    async fn enter(self: &Arc<Self>) -> Permit {
        loop {
            let receiver = {
                let mut state = self.lock();
                if state.waiting.is_empty() && state.in_air < state.aimd.limit() {
                    return state.admit(self);
                }
                let (sender, receiver) = oneshot::channel();
                state.waiting.push_back(sender);
                receiver
            };
            if let Ok(permit) = receiver.await {
                return permit;
            }
        }
    }

    /// Uses what room there is: for those who wait, then for the feeder.
    fn use_room(self: &Arc<Self>) {
        loop {
            let mut state = self.lock();
            // Whoever gave up waiting is no longer there to be admitted.
            while state.waiting.front().is_some_and(oneshot::Sender::is_closed) {
                state.waiting.pop_front();
            }
            let room = state.in_air < state.aimd.limit();
            let next = if room { state.waiting.pop_front() } else { None };
            let Some(next) = next else {
                let feeder = if state.waiting.is_empty() {
                    state.feeder.take()
                } else {
                    None
                };
                drop(state);
                if let Some(feeder) = feeder {
                    feeder.wake();
                }
                return;
            };
            let permit = state.admit(self);
            // A permit that comes back is dropped, which locks.
            drop(state);
            drop(next.send(permit));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn admit(&mut self, gate: &Arc<Gate>) -> Permit {
        self.in_air += 1;
        Permit {
            gate: gate.clone(),
            generation: self.aimd.generation(),
        }
    }
}

/// The right to have one attempt in the air.
pub(crate) struct Permit {
    gate: Arc<Gate>,
    generation: u64,
}

impl Permit {
    /// The attempt has ended.
    fn ended(self, signal: Signal) {
        let mut state = self.gate.lock();
        let (in_air, generation) = (state.in_air, state.aimd.generation());
        state.aimd.ended(signal, self.generation, in_air);
        let shrunk = state.aimd.generation() != generation;
        let window = state.aimd.limit();
        // The drop of `self` locks.
        drop(state);
        if shrunk {
            tracing::debug!(target: "d1.bulk", window, "D1 is overloaded: fewer requests in flight");
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.lock().in_air -= 1;
        self.gate.use_room();
    }
}

/// One item's way through the gate: what the attempts of its call are paced by.
pub(crate) struct Pace {
    gate: Arc<Gate>,
    permit: Option<Permit>,
    resting: bool,
    max_attempts: u32,
}

impl Pace {
    /// Of an item that has the permit for its first attempt.
    pub(crate) fn new(permit: Permit, max_attempts: u32) -> Self {
        Self {
            gate: permit.gate.clone(),
            permit: Some(permit),
            resting: false,
            max_attempts,
        }
    }

    /// How many attempts the item's call may take.
    pub(crate) fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// Waits until an attempt may be made.
    pub(crate) async fn enter(&mut self) {
        if self.permit.is_none() {
            self.permit = Some(self.gate.enter().await);
            self.wake_up();
        }
    }

    /// The attempt has ended: the next in line may enter.
    pub(crate) fn ended(&mut self, signal: Signal) {
        if let Some(permit) = self.permit.take() {
            permit.ended(signal);
        }
    }

    /// The item pauses before its next attempt: a new one may take its place.
    pub(crate) fn rest(&mut self) {
        self.permit = None;
        if !self.resting {
            self.resting = true;
            self.gate.lock().resting += 1;
            self.gate.use_room();
        }
    }

    fn wake_up(&mut self) {
        if self.resting {
            self.resting = false;
            self.gate.lock().resting -= 1;
        }
    }
}

impl Drop for Pace {
    fn drop(&mut self) {
        self.wake_up();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ANSWERED: Signal = Signal::Answered(Duration::from_millis(20));

    fn enter(gate: &Arc<Gate>, live: usize) -> Option<Permit> {
        match gate.poll_enter(&mut Context::from_waker(Waker::noop()), live) {
            Poll::Ready(permit) => Some(permit),
            Poll::Pending => None,
        }
    }

    #[test]
    fn new_items_enter_as_long_as_the_window_has_room() {
        let gate = Gate::new(Aimd::new(2, 2, 2));
        let first = enter(&gate, 0).unwrap();
        let _second = enter(&gate, 1).unwrap();
        assert!(enter(&gate, 2).is_none());
        // An item that ended and was not reported yet still counts.
        first.ended(ANSWERED);
        assert!(enter(&gate, 2).is_none());
        assert!(enter(&gate, 1).is_some());
    }

    #[test]
    fn a_resting_item_makes_room() {
        let gate = Gate::new(Aimd::new(1, 1, 1));
        let mut pace = Pace::new(enter(&gate, 0).unwrap(), 4);
        pace.ended(Signal::Overload);
        assert!(enter(&gate, 1).is_none());
        pace.rest();
        assert!(enter(&gate, 1).is_some());
        drop(pace);
        assert!(enter(&gate, 1).is_none(), "it awaits its report");
    }

    #[tokio::test]
    async fn repetitions_come_before_new_items_and_in_their_order() {
        let gate = Gate::new(Aimd::new(1, 1, 1));
        let air = enter(&gate, 0).unwrap();
        let spawn = |gate: &Arc<Gate>| {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter().await })
        };
        let (first, gone, second) = (spawn(&gate), spawn(&gate), spawn(&gate));
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        air.ended(ANSWERED);
        assert!(enter(&gate, 0).is_none(), "a new item must wait");
        let first = first.await.unwrap();
        assert!(!second.is_finished());
        first.ended(ANSWERED);
        drop(second.await.unwrap());
        assert!(enter(&gate, 0).is_some());
    }

    #[tokio::test]
    async fn a_permit_sent_to_one_who_gave_up_is_not_lost() {
        let gate = Gate::new(Aimd::new(1, 1, 1));
        let air = enter(&gate, 0).unwrap();
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter().await }
        });
        tokio::task::yield_now().await;
        drop(air);
        // The permit is on its way, and its receiver never wakes.
        waiting.abort();
        assert!(waiting.await.is_err());
        assert!(enter(&gate, 0).is_some());
    }
}
