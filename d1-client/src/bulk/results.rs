use std::{
    collections::HashSet,
    fmt,
    future::Future,
    hash::{BuildHasher, RandomState},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_core::{FusedStream, Stream};
use tokio::{
    task::JoinSet,
    time::{Duration, Instant},
};
use tracing::Instrument;

use super::{
    BulkOptions, Summary,
    gate::{Gate, Pace, Permit},
};
use crate::{Client, Consumer, ConsumerId, Error, Response, call::Call};

/// Items of other shards that are passed over before other tasks get their turn.
const PASSED_OVER_AT_ONCE: u32 = 256;

/// How an item becomes a call.
pub(super) type Prepare<P, T> = fn(&Consumer, P, &BulkOptions) -> Result<Call<T>, Error>;

/// The results of a bulk, a stream: each item's consumer id, and its response or error, in the order in which they
/// ended.
///
/// It ends when the input has ended and every item is reported. Requests go out only while it is polled for the next
/// result, or have gone out before; attempts under way go on between polls.
///
/// Dropping it stops everything at once. What was reported stays true; of the items in flight
/// ([`Summary::in_flight`]) nobody knows the outcome, and what was not taken from the input was not sent. To end in
/// order, [`stop`](Self::stop) it and go on until it ends.
#[must_use = "nothing is sent until it is polled"]
pub struct Results<S, P, T> {
    input: Option<Pin<Box<S>>>,
    client: Client,
    options: BulkOptions,
    prepare: Prepare<P, T>,
    gate: Arc<Gate>,
    calls: JoinSet<Reported<T>>,
    /// Hashes of the consumers in flight: two items of one consumer never overlap. A collision costs a wait.
    busy: HashSet<u64>,
    hasher: RandomState,
    /// Taken from the input while its consumer was in flight.
    held: Option<(ConsumerId, P)>,
    summary: Summary,
    started: Option<Instant>,
    ended: bool,
}

/// The input is pinned in its box, and nothing else is.
impl<S, P, T> Unpin for Results<S, P, T> {}

/// What the stream yields.
type Reported<T> = (ConsumerId, Result<Response<T>, Error>);

impl<S, P, T> Results<S, P, T> {
    pub(super) fn new(client: Client, input: S, options: BulkOptions, prepare: Prepare<P, T>) -> Self {
        Self {
            input: Some(Box::pin(input)),
            client,
            gate: Gate::new(options.window()),
            options,
            prepare,
            calls: JoinSet::new(),
            busy: HashSet::new(),
            hasher: RandomState::new(),
            held: None,
            summary: Summary::default(),
            started: None,
            ended: false,
        }
    }

    /// Takes nothing more from the input, which is dropped. The items in flight go on and are reported, then the stream
    /// ends.
    pub fn stop(&mut self) {
        self.input = None;
    }

    /// What has become of the items so far; after the end, in all.
    pub fn summary(&self) -> Summary {
        let mut summary = self.summary.clone();
        if !self.ended {
            summary.elapsed = self.elapsed();
        }
        summary
    }

    /// How many requests may be in flight now.
    pub fn concurrency(&self) -> usize {
        self.gate.limit()
    }

    fn elapsed(&self) -> Duration {
        self.started.map_or(Duration::ZERO, |started| started.elapsed())
    }
}

impl<S, P, T> Results<S, P, T>
where
    S: Stream<Item = (ConsumerId, P)>,
    P: Send + 'static,
    T: Send + 'static,
{
    /// Takes items from the input as long as there is room for them.
    fn feed(&mut self, cx: &mut Context<'_>) {
        let mut passed_over = 0;
        while (self.input.is_some() || self.held.is_some()) && self.calls.len() < self.options.most_items() {
            let Poll::Ready(permit) = self.gate.poll_enter(cx, self.calls.len()) else {
                return;
            };
            let Poll::Ready(Some((id, item))) = self.next_item(cx) else {
                return;
            };
            if self.options.shard.is_some_and(|shard| !shard.contains(&id)) {
                self.summary.passed_over += 1;
                passed_over += 1;
                if passed_over >= PASSED_OVER_AT_ONCE {
                    cx.waker().wake_by_ref();
                    return;
                }
                continue;
            }
            if !self.busy.insert(self.hasher.hash_one(&id)) {
                // The end of the call that keeps it busy wakes us.
                self.held = Some((id, item));
                return;
            }
            self.summary.taken += 1;
            self.calls.spawn(self.call(id, item, permit));
        }
    }

    fn next_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if let Some(held) = self.held.take() {
            return Poll::Ready(Some(held));
        }
        let Some(input) = &mut self.input else {
            return Poll::Ready(None);
        };
        let item = ready!(input.as_mut().poll_next(cx));
        if item.is_none() {
            self.input = None;
        }
        Poll::Ready(item)
    }

    fn call(
        &self,
        id: ConsumerId,
        item: P,
        permit: Permit,
    ) -> impl Future<Output = Reported<T>> + Send + 'static {
        let consumer = self.client.consumer(id);
        let (prepare, options) = (self.prepare, self.options.clone());
        let call = async move {
            let result = match prepare(&consumer, item, &options) {
                Ok(mut call) => {
                    call.timeout = options.item_timeout;
                    call.pace = Some(Pace::new(permit, options.max_attempts));
                    call.run().await
                }
                Err(error) => Err(error),
            };
            (consumer.into_id(), result)
        };
        // A task of its own has no span unless it is given one.
        call.in_current_span()
    }
}

impl<S, P, T> Stream for Results<S, P, T>
where
    S: Stream<Item = (ConsumerId, P)>,
    P: Send + 'static,
    T: Send + 'static,
{
    type Item = Reported<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.started.get_or_insert_with(Instant::now);
        loop {
            this.feed(cx);
            match ready!(this.calls.poll_join_next(cx)) {
                Some(Ok((id, result))) => {
                    this.busy.remove(&this.hasher.hash_one(&id));
                    this.summary.note(result.as_ref());
                    return Poll::Ready(Some((id, result)));
                }
                Some(Err(ended)) => match ended.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    // Its runtime has shut down, and the item remains in flight: unknown.
                    Err(_) => continue,
                },
                None if this.input.is_none() && this.held.is_none() => {
                    if !this.ended {
                        this.summary.elapsed = this.elapsed();
                        this.ended = true;
                    }
                    return Poll::Ready(None);
                }
                None => return Poll::Pending,
            }
        }
    }
}

impl<S, P, T> FusedStream for Results<S, P, T>
where
    S: Stream<Item = (ConsumerId, P)>,
    P: Send + 'static,
    T: Send + 'static,
{
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<S, P, T> fmt::Debug for Results<S, P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results")
            .field("options", &self.options)
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}
