use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use d1_generated::Operation;
use futures_core::{FusedStream, Stream};
use tokio::{
    runtime::Handle,
    task::JoinSet,
    time::{Duration, Instant},
};
use tracing::Instrument;

use super::{
    BulkOptions, Summary,
    alarm::Alarm,
    limiter::{Limiter, Permit},
    taken::{Started, Taken},
};
use crate::{
    Client, Consumer, ConsumerId, CorrelationId, Error, Response, call::Call, consumer::random_correlation_id,
};

/// Items of other shards that are skipped before other tasks may run.
const PASSED_OVER_AT_ONCE: u32 = 256;

/// A call ends by itself within its time-out. If it has not ended this long after, its runtime no longer runs.
const OVERDUE: Duration = Duration::from_secs(5);

/// How an item becomes a call.
pub(super) type Prepare<P, T> = fn(&Consumer, P, &BulkOptions, CorrelationId) -> Result<Call<T>, Error>;

/// The results of a bulk, as a stream: the consumer id of each item, and its response or error, in the order in
/// which the items end.
///
/// It ends when the input has ended and every item is reported. Every item is reported exactly once, even if its
/// task fails. New requests are sent only while the stream is polled; attempts in flight go on between polls. The
/// stream may be polled in another runtime than before. If the old runtime was shut down, or no longer runs when
/// the time of an item is over, its items are reported as [`ErrorKind::Abandoned`](crate::ErrorKind::Abandoned).
///
/// Dropping it stops everything at once. What was reported stays true. The outcome of the items in flight
/// ([`Summary::in_flight`]) is not known. Items that were not taken from the input were not sent. To end in order,
/// call [`stop`](Self::stop) and read until the stream ends.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "sandbox")] {
/// use d1_client::{ConsumerId, bulk::BulkOptions, sandbox::{Sandbox, SandboxExt}, types::ConsumerInformation};
/// use futures::StreamExt;
///
/// let sandbox = Sandbox::start().await;
/// let d1 = sandbox.client_builder().build()?;
/// let nothing_stored = ConsumerInformation::builder().build()?;
/// let ids = [ConsumerId::new("c-1")?, ConsumerId::new("c-2")?];
/// let items = futures::stream::iter(ids.map(|id| (id, nothing_stored.clone())));
/// let mut results = d1.register_many(items, BulkOptions::new());
/// while let Some((id, result)) = results.next().await {
///     if let Err(error) = result {
///         eprintln!("{error}"); // and `id` goes into the next run
///     }
/// }
/// assert_eq!(results.summary().done(), 2);
/// # }
/// # Ok(()) }
/// ```
///
/// # Panics
/// If it is polled outside a tokio runtime while there are items to start. No item is taken from the input then.
#[must_use = "nothing is sent until it is polled"]
pub struct BulkStream<S, P, T> {
    input: Option<Pin<Box<S>>>,
    client: Client,
    options: BulkOptions,
    operation: Operation,
    prepare: Prepare<P, T>,
    limiter: Arc<Limiter>,
    taken: Taken<P>,
    /// Of the started items, and of those that were given up as overdue.
    calls: JoinSet<Result<Response<T>, Error>>,
    next_call: Alarm,
    overdue: Alarm,
    summary: Summary,
    started: Option<Instant>,
    ended: bool,
}

/// The input is pinned in its box, and nothing else is.
impl<S, P, T> Unpin for BulkStream<S, P, T> {}

/// What the stream yields.
type Reported<T> = (ConsumerId, Result<Response<T>, Error>);

impl<S, P, T> BulkStream<S, P, T> {
    pub(super) fn new(
        client: Client,
        input: S,
        options: BulkOptions,
        operation: Operation,
        prepare: Prepare<P, T>,
    ) -> Self {
        Self {
            input: Some(Box::pin(input)),
            client,
            limiter: Limiter::new(options.window(), options.rate.clone()),
            options,
            operation,
            prepare,
            taken: Taken::new(),
            calls: JoinSet::new(),
            next_call: Alarm::default(),
            overdue: Alarm::default(),
            summary: Summary::default(),
            started: None,
            ended: false,
        }
    }

    /// Takes nothing more from the input, and drops it. The items already taken go on and are reported; then the
    /// stream ends.
    pub fn stop(&mut self) {
        self.input = None;
    }

    /// The counts of the items so far; after the end, of all items.
    pub fn summary(&self) -> Summary {
        let mut summary = self.summary.clone();
        if !self.ended {
            summary.elapsed = self.elapsed();
        }
        summary
    }

    /// How many requests may be in flight now.
    pub fn concurrency(&self) -> usize {
        self.limiter.limit()
    }

    fn elapsed(&self) -> Duration {
        self.started.map_or(Duration::ZERO, |started| started.elapsed())
    }

    /// An item leaves, with what its task came to.
    fn report(&mut self, item: Started, result: Result<Response<T>, Error>) -> Reported<T> {
        self.summary.note(result.as_ref());
        (item.id, result)
    }

    /// An item leaves whose task was given up.
    fn report_abandoned(&mut self, item: Started) -> Reported<T> {
        let error = Error::abandoned(self.operation, item.correlation_id.clone());
        self.report(item, Err(error))
    }
}

impl<S, P, T> BulkStream<S, P, T>
where
    S: Stream<Item = (ConsumerId, P)>,
    P: Send + 'static,
    T: Send + 'static,
{
    /// Starts items as long as there is room for them: those that waited for an earlier item of their consumer, then
    /// new ones.
    fn feed(&mut self, cx: &mut Context<'_>) {
        let mut passed_over = 0;
        while self.taken.has_ready() || self.may_take() {
            // Before an item is taken that could not be started.
            let runtime = Handle::current();
            let live = self.taken.started();
            let Poll::Ready(permit) = self.limiter.poll_enter(cx, live, &mut self.next_call) else {
                return;
            };
            while !self.taken.has_ready() {
                let Poll::Ready(Some((id, item))) = self.poll_input(cx) else {
                    return;
                };
                if self.options.shard.is_some_and(|shard| !shard.contains(&id)) {
                    self.summary.passed_over += 1;
                    passed_over += 1;
                    if passed_over >= PASSED_OVER_AT_ONCE {
                        cx.waker().wake_by_ref();
                        return;
                    }
                } else {
                    self.summary.taken += 1;
                    self.taken.take(id, item);
                }
                if !self.taken.has_ready() && !self.may_take() {
                    return;
                }
            }
            if let Some((id, item)) = self.taken.next_ready() {
                self.start(&runtime, id, item, permit);
            }
        }
    }

    fn may_take(&self) -> bool {
        self.input.is_some()
            && self.taken.running() < self.options.ceiling
            && self.taken.len() < self.options.most_items()
    }

    fn poll_input(&mut self, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        // Taken out meanwhile: an input that panics has ended, and what was started is reported all the same.
        let Some(mut input) = self.input.take() else {
            return Poll::Ready(None);
        };
        let item = input.as_mut().poll_next(cx);
        if !matches!(item, Poll::Ready(None)) {
            self.input = Some(input);
        }
        item
    }

    fn start(&mut self, runtime: &Handle, id: ConsumerId, item: P, permit: Permit) {
        let (number, correlation_id) = (permit.item(), random_correlation_id());
        let (consumer, own_id) = (self.client.consumer(id.clone()), correlation_id.clone());
        let (prepare, options) = (self.prepare, self.options.clone());
        let call = async move {
            let call = Call {
                timeout: options.item_timeout,
                max_attempts: Some(options.max_attempts),
                ..prepare(&consumer, item, &options, own_id)?
            };
            call.run(permit).await
        };
        let overdue = Instant::now()
            .checked_add(self.options.item_timeout)
            .and_then(|at| at.checked_add(OVERDUE));
        let started = Started {
            id,
            correlation_id,
            item: number,
            // A task of its own has no span unless it is given one.
            task: self.calls.spawn_on(call.in_current_span(), runtime),
        };
        self.taken.start(started, overdue);
    }

    /// The next item that leaves.
    fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Option<Reported<T>>> {
        loop {
            let (task, result) = match self.calls.poll_join_next_with_id(cx) {
                Poll::Ready(Some(Ok((task, result)))) => (task, Some(result)),
                // It panicked, or its runtime was shut down.
                Poll::Ready(Some(Err(ended))) => (ended.id(), None),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => break,
            };
            // What was given up before has been reported.
            let Some(item) = self.taken.end(task) else {
                continue;
            };
            return Poll::Ready(Some(match result {
                Some(result) => self.report(item, result),
                None => self.report_abandoned(item),
            }));
        }
        if let Some((at, task)) = self.taken.first_overdue()
            && self.overdue.poll(cx, at).is_ready()
            && let Some(item) = self.taken.end(task)
        {
            // However it ends, it sends nothing more, and delays no other item.
            item.task.abort();
            self.limiter.forget(item.item);
            return Poll::Ready(Some(self.report_abandoned(item)));
        }
        Poll::Pending
    }
}

impl<S, P, T> Stream for BulkStream<S, P, T>
where
    S: Stream<Item = (ConsumerId, P)>,
    P: Send + 'static,
    T: Send + 'static,
{
    type Item = Reported<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.started.get_or_insert_with(Instant::now);
        this.feed(cx);
        if let Poll::Ready(Some(reported)) = this.poll_ended(cx) {
            return Poll::Ready(Some(reported));
        }
        if this.input.is_some() || this.taken.len() > 0 {
            return Poll::Pending;
        }
        if !this.ended {
            this.summary.elapsed = this.elapsed();
            this.ended = true;
        }
        Poll::Ready(None)
    }
}

impl<S, P, T> FusedStream for BulkStream<S, P, T>
where
    S: Stream<Item = (ConsumerId, P)>,
    P: Send + 'static,
    T: Send + 'static,
{
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<S, P, T> fmt::Debug for BulkStream<S, P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkStream")
            .field("options", &self.options)
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, ErrorKind, IssuerId, Outcome, auth};

    /// An input of items that are there at once.
    struct Items(std::vec::IntoIter<&'static str>);

    impl Stream for Items {
        type Item = (ConsumerId, ());

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let id = self.0.next();
            Poll::Ready(id.map(|id| (ConsumerId::new(id).unwrap(), ())))
        }
    }

    #[tokio::test]
    async fn an_item_whose_task_panics_is_unknown_and_the_others_go_on() {
        let client = Client::builder(IssuerId::new("is_example").unwrap())
            .environment(Environment::custom("http://127.0.0.1:9", "http://127.0.0.1:9").unwrap())
            .token_source(auth::StaticToken::new("token"))
            .build()
            .unwrap();
        let input = Items(vec!["c-1", "c-2", "c-1", "c-1", "c-2"].into_iter());
        let operation = Operation::DeleteConsumer;
        let mut results: BulkStream<_, (), ()> = BulkStream::new(
            client,
            input,
            BulkOptions::new(),
            operation,
            |consumer, (), _, id| {
                assert_ne!(consumer.id().as_str(), "c-1", "a fault of the task's own");
                Err(Error::refused_here(
                    Operation::DeleteConsumer,
                    id,
                    d1_generated::Invalid::new("a rule"),
                ))
            },
        );
        let mut reported = Vec::new();
        while let Some((id, result)) = std::future::poll_fn(|cx| Pin::new(&mut results).poll_next(cx)).await {
            let error = result.unwrap_err();
            reported.push((
                id.as_str().to_owned(),
                error.kind(),
                error.outcome(),
                error.is_retryable(),
            ));
        }
        reported.sort_by(|one, other| one.0.cmp(&other.0));
        let [abandoned, invalid] = [
            ("c-1".to_owned(), ErrorKind::Abandoned, Outcome::Unknown, false),
            (
                "c-2".to_owned(),
                ErrorKind::InvalidRequest,
                Outcome::NotSent,
                false,
            ),
        ];
        let expected = [&abandoned, &abandoned, &abandoned, &invalid, &invalid];
        assert!(reported.iter().eq(expected), "{reported:?}");
    }
}
