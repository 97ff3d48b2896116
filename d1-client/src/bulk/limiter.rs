//! Who may send now: requests in flight are bounded by the window and by the caller's rate, items beside them by the
//! feeder.

use std::{
    collections::{HashMap, VecDeque},
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use super::{
    alarm::Alarm,
    law::{Law, Signal, Ticket},
    rate::Rate,
};
use crate::call::{AttemptEnd, Pacing};

/// Admits attempts, as many as the window holds and the rate allows. Repetitions come before new items, in the order in
/// which they are due.
pub(crate) struct Limiter(Mutex<State>);

struct State {
    law: Law,
    rate: Option<Rate>,
    /// The times given to the law count from here.
    since: Instant,
    /// What each item holds, by its number. An item that is not listed holds nothing.
    items: HashMap<u64, Item>,
    next_item: u64,
    in_flight: usize,
    /// Items that pause between two attempts, or wait to be admitted after it.
    backing_off: usize,
    waiting: VecDeque<u64>,
    /// The task that adds new items, while there is no room.
    feeder: Option<Waker>,
}

/// What an item holds.
struct Item {
    place: Place,
    backing_off: bool,
}

enum Place {
    /// It has not asked for an attempt.
    Outside,
    /// It is in the queue; to be woken when admitted.
    Waiting(Waker),
    /// It may have one attempt in flight, from this moment on.
    Admitted(Ticket, Instant),
}

impl Limiter {
    pub(crate) fn new(law: Law, rate: Option<Rate>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            law,
            rate,
            since: Instant::now(),
            items: HashMap::new(),
            next_item: 0,
            in_flight: 0,
            backing_off: 0,
            waiting: VecDeque::new(),
            feeder: None,
        })))
    }

    /// Room for a new item's first attempt, while `live` items have been started and not reported. Items that back off take
    /// no room; those that wait to be reported do.
    pub(crate) fn poll_enter(
        self: &Arc<Self>,
        cx: &mut Context<'_>,
        live: usize,
        alarm: &mut Alarm,
    ) -> Poll<Permit> {
        let mut state = self.lock();
        let limit = state.law.limit();
        let active = live.saturating_sub(state.backing_off);
        if !state.waiting.is_empty() || state.in_flight >= limit || active >= limit {
            state.feeder = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let now = Instant::now();
        if let Some(due) = state.rate.as_ref().and_then(|rate| rate.due(now))
            && alarm.poll(cx, due).is_pending()
        {
            return Poll::Pending;
        }
        let item = state.next_item;
        state.next_item += 1;
        let place = state.admit(now);
        let backing_off = false;
        state.items.insert(item, Item { place, backing_off });
        Poll::Ready(Permit {
            limiter: self.clone(),
            item,
        })
    }

    /// How many attempts may be in flight now, without the room that recent failures hold.
    pub(crate) fn limit(&self) -> usize {
        self.lock().law.window()
    }

    /// Takes back whatever the item holds.
    pub(crate) fn forget(&self, item: u64) {
        let mut state = self.lock();
        state.give_up(item);
        state.set_backing_off(item, false);
        state.items.remove(&item);
        self.use_room(state);
    }

    /// When the item's next attempt may be made, once it is admitted.
    fn poll_admitted(&self, cx: &mut Context<'_>, item: u64) -> Poll<Instant> {
        let mut state = self.lock();
        let free = state.waiting.is_empty() && state.in_flight < state.law.limit();
        match state.items.get(&item).map(|item| &item.place) {
            Some(Place::Admitted(_, at)) => return Poll::Ready(*at),
            Some(Place::Outside) if free => {
                let now = Instant::now();
                let place = state.admit(now);
                let Place::Admitted(_, at) = place else {
                    return Poll::Pending;
                };
                state.set_place(item, place);
                return Poll::Ready(at);
            }
            Some(Place::Outside) => state.waiting.push_back(item),
            Some(Place::Waiting(_)) => {}
            // Taken back: the item must not send any more.
            None => return Poll::Pending,
        }
        state.set_place(item, Place::Waiting(cx.waker().clone()));
        Poll::Pending
    }

    /// Uses what room there is: for those who wait, then for the feeder.
    fn use_room(&self, mut state: MutexGuard<'_, State>) {
        let mut awake = Vec::new();
        while let Some(item) = state.waiting.front().copied() {
            let Some(Item {
                place: Place::Waiting(waker),
                ..
            }) = state.items.get(&item)
            else {
                // It has gone.
                state.waiting.pop_front();
                continue;
            };
            if state.in_flight >= state.law.limit() {
                break;
            }
            awake.push(waker.clone());
            state.waiting.pop_front();
            let place = state.admit(Instant::now());
            state.set_place(item, place);
        }
        if state.waiting.is_empty() {
            awake.extend(state.feeder.take());
        }
        drop(state);
        awake.into_iter().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn admit(&mut self, now: Instant) -> Place {
        self.in_flight += 1;
        let at = self.rate.as_mut().map_or(now, |rate| rate.reserve(now));
        Place::Admitted(self.law.began(now - self.since), at)
    }

    fn set_place(&mut self, item: u64, place: Place) {
        if let Some(item) = self.items.get_mut(&item) {
            item.place = place;
        }
    }

    fn set_backing_off(&mut self, item: u64, backing_off: bool) {
        let Some(item) = self.items.get_mut(&item) else {
            return;
        };
        match (item.backing_off, backing_off) {
            (false, true) => self.backing_off += 1,
            (true, false) => self.backing_off -= 1,
            _ => {}
        }
        item.backing_off = backing_off;
    }

    /// The item has no attempt in flight any more, if it had one: that one's ticket.
    fn leave(&mut self, item: u64) -> Option<Ticket> {
        let item = self.items.get_mut(&item)?;
        let ticket = match std::mem::replace(&mut item.place, Place::Outside) {
            Place::Admitted(ticket, _) => ticket,
            _ => return None,
        };
        self.in_flight -= 1;
        Some(ticket)
    }

    /// The item's attempt, if it had one, comes to nothing.
    fn give_up(&mut self, item: u64) {
        if let Some(ticket) = self.leave(item) {
            self.law.gave_up(ticket);
        }
    }
}

/// An item's standing at the limiter, with room for its first attempt. What it holds is given back when this is dropped.
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    item: u64,
}

impl Permit {
    /// The item's number at the limiter.
    pub(crate) fn item(&self) -> u64 {
        self.item
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limiter.forget(self.item);
    }
}

/// The attempts of the item's call are paced by it.
impl Pacing for Permit {
    async fn enter(&mut self) {
        let Self { limiter, item } = &*self;
        let at = poll_fn(|cx| limiter.poll_admitted(cx, *item)).await;
        limiter.lock().set_backing_off(*item, false);
        if at > Instant::now() {
            sleep_until(at).await;
        }
    }

    /// The next in line may enter.
    fn ended(&mut self, end: AttemptEnd, took: Duration) {
        let Self { limiter, item } = &*self;
        let mut state = limiter.lock();
        let in_flight = state.in_flight;
        let Some(ticket) = state.leave(*item) else {
            return;
        };
        let signal = match end {
            AttemptEnd::Answered => Signal::Answered(took),
            AttemptEnd::Refused => Signal::Refused(took),
            AttemptEnd::Overload => Signal::Overload,
        };
        let (before, now) = (state.law.window(), state.since.elapsed());
        state.law.ended(now, ticket, signal, in_flight);
        let window = state.law.window();
        limiter.use_room(state);
        if window < before {
            tracing::debug!(target: "d1.bulk", window, "a sign of load: fewer requests in flight");
        }
    }

    /// A new item may take this one's place.
    fn back_off(&mut self) {
        let Self { limiter, item } = &*self;
        let mut state = limiter.lock();
        state.give_up(*item);
        state.set_backing_off(*item, true);
        limiter.use_room(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOK: Duration = Duration::from_millis(20);

    fn limiter(window: usize) -> Arc<Limiter> {
        Limiter::new(Law::new(window, window, window), None)
    }

    fn enter(limiter: &Arc<Limiter>, live: usize) -> Option<Permit> {
        let mut context = Context::from_waker(Waker::noop());
        match limiter.poll_enter(&mut context, live, &mut Alarm::default()) {
            Poll::Ready(permit) => Some(permit),
            Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn new_items_enter_as_long_as_the_window_has_room() {
        let limiter = limiter(2);
        let mut first = enter(&limiter, 0).unwrap();
        let _second = enter(&limiter, 1).unwrap();
        assert!(enter(&limiter, 2).is_none());
        // An item that ended and was not reported yet still counts.
        first.ended(AttemptEnd::Answered, TOOK);
        assert!(enter(&limiter, 2).is_none());
        assert!(enter(&limiter, 1).is_some());
    }

    #[tokio::test]
    async fn a_resting_item_makes_room() {
        let limiter = limiter(1);
        let mut pacing = enter(&limiter, 0).unwrap();
        pacing.ended(AttemptEnd::Overload, Duration::ZERO);
        assert!(enter(&limiter, 1).is_none());
        pacing.back_off();
        assert!(enter(&limiter, 1).is_some());
        drop(pacing);
        assert!(enter(&limiter, 1).is_none(), "it awaits its report");
    }

    #[tokio::test]
    async fn repetitions_come_before_new_items_and_in_their_order() {
        let limiter = limiter(1);
        let mut backing_off = Vec::new();
        for _ in 0..3 {
            let mut pacing = enter(&limiter, 0).unwrap();
            pacing.back_off();
            backing_off.push(pacing);
        }
        let mut in_flight = enter(&limiter, 0).unwrap();
        let mut tasks = backing_off.into_iter().map(|mut pacing| {
            tokio::spawn(async move {
                pacing.enter().await;
                pacing
            })
        });
        let (first, gone, second) = (
            tasks.next().unwrap(),
            tasks.next().unwrap(),
            tasks.next().unwrap(),
        );
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.is_err());
        in_flight.ended(AttemptEnd::Answered, TOOK);
        assert!(enter(&limiter, 0).is_none(), "a new item must wait");
        let mut first = first.await.unwrap();
        assert!(!second.is_finished());
        first.ended(AttemptEnd::Answered, TOOK);
        drop(second.await.unwrap());
        assert!(enter(&limiter, 0).is_some());
    }

    #[tokio::test]
    async fn room_given_to_one_who_gave_up_is_not_lost() {
        let limiter = limiter(1);
        let mut backing_off = enter(&limiter, 0).unwrap();
        backing_off.back_off();
        let in_flight = enter(&limiter, 0).unwrap();
        let waiting = tokio::spawn(async move { backing_off.enter().await });
        tokio::task::yield_now().await;
        drop(in_flight);
        // It is admitted, and never wakes.
        waiting.abort();
        assert!(waiting.await.is_err());
        assert!(enter(&limiter, 0).is_some());
    }

    #[tokio::test]
    async fn what_a_forgotten_item_holds_is_given_back_once() {
        let limiter = limiter(1);
        let mut pacing = enter(&limiter, 0).unwrap();
        limiter.forget(pacing.item());
        let second = enter(&limiter, 0).unwrap();
        // Whatever its task does once it is driven again.
        pacing.ended(AttemptEnd::Overload, Duration::ZERO);
        pacing.back_off();
        drop(pacing);
        assert!(enter(&limiter, 0).is_none());
        drop(second);
        assert!(enter(&limiter, 0).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn repetitions_keep_to_the_rate_as_new_items_do() {
        let limiter = Limiter::new(Law::new(64, 64, 64), Some(Rate::new(10.0)));
        let started = Instant::now();
        for _ in 0..2 {
            let mut alarm = Alarm::default();
            let permit = poll_fn(|cx| limiter.poll_enter(cx, 0, &mut alarm)).await;
            let mut pacing = permit;
            pacing.enter().await;
            pacing.back_off();
            pacing.enter().await;
        }
        // Four attempts: two first ones, two repetitions.
        let elapsed = started.elapsed();
        assert!(elapsed >= Duration::from_millis(300), "{elapsed:?}");
    }
}
