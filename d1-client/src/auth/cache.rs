use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::doubt::Doubt;
use super::in_flight_fetch::{FOREIGN_PATIENCE, FetchResult, InFlightFetch};
use super::schedule;
use super::{AccessToken, TokenError, TokenRequest, TokenSource};
use crate::Credentials;
use futures_core::future::BoxFuture;

/// A call that finds one fetch after the other abandoned (the runtime that should run them is shutting down)
/// gives up.
const MAX_ABANDONED: usize = 4;

/// How long a caller waits for a fetch that another one has stopped waiting for, at most: then the next fetch starts.
const MOST_PATIENCE: Duration = Duration::from_millis(2_500);

/// How many fetches that seem to get no answer may be left to themselves at a time.
const MOST_LEFT: usize = 3;

/// Keeps one token fresh for everyone who shares it. The client has one; by itself it serves other D1 APIs.
///
/// - **A hit** costs a lock for the time of a pointer copy: no allocation, no `await`.
/// - **Single fetch**: however many tasks wait, one fetch runs, in a task of its own. A task that waits may be
///   cancelled without harm to the others, and all of them get its result, an error included. The next call
///   starts afresh; only from the second failure in a row on, calls within a short pause (50 ms to 1 s, or up
///   to 5 s if the server sent `Retry-After`) get the last error at once, so that an outage is not met with a
///   storm.
/// - **Ahead of expiry**, at a random moment within the last fifth of its life (at most 3 minutes), the first
///   call to notice starts a fetch in the background, while all keep using the live token. If that fails they
///   use it until it really expires; further tries follow after 5, 10, 20, 40, then every 60 seconds, less a
///   random half.
/// - **[`invalidate`](Self::invalidate)** drops exactly the token that was refused, never its successor.
/// - **A silent connection** holds up nobody for longer than a caller waits: if one stops waiting for a fetch that has
///   used the client's connections for a second or more, the next call starts another one, on new connections.
/// - **Runtimes** may come and go: a fetch that another runtime should drive is waited for no longer than a
///   second.
///
/// It needs a tokio runtime with time enabled, and moves with tokio's clock.
///
/// ```
/// use d1_client::auth::{StaticToken, TokenCache, TokenRequest};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
/// let request = TokenRequest::new(http, &"https://api.d1-stg.thalescloud.io/authz/v1".parse()?, "is_example")?;
/// let cache = TokenCache::new(StaticToken::new("eyJraWQiOi"), request);
///
/// let token = cache.token(None).await?;
/// let header = token.header_value().clone(); // Authorization
/// // D1 answers 401:
/// cache.invalidate(&token);
/// # Ok(()) }
/// ```
pub struct TokenCache(Arc<CacheState>);

struct CacheState {
    source: Box<dyn TokenSource>,
    request: TokenRequest,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    live: Option<Live>,
    fetch: Option<InFlightFetch>,
    fetches: u64,
    /// Fetches that were left to themselves and have not ended.
    left: Vec<InFlightFetch>,
    rejected: Option<AccessToken>,
    failures: u32,
    outage: Option<Outage>,
    doubt: Doubt,
    /// When the last fetch ended, and why it failed.
    last: Option<(Instant, Option<TokenError>)>,
}

struct Live {
    token: AccessToken,
    refresh_at: Option<Instant>,
}

/// After a failed fetch: when to try again, with a live token and without one.
struct Outage {
    error: TokenError,
    early_again_at: Instant,
    cold_again_at: Instant,
}

enum Next {
    Done(FetchResult),
    /// For a fetch; `None` if it comes to nothing. In a box: it is rare, and the future of every call would hold a place for
    /// it.
    Wait(BoxFuture<'static, Option<FetchResult>>),
}

impl TokenCache {
    /// In front of this source; the request is what every fetch is given.
    pub fn new(source: impl TokenSource, request: TokenRequest) -> Self {
        let state = Mutex::default();
        Self(Arc::new(CacheState {
            source: Box::new(source),
            request,
            state,
        }))
    }

    /// The live token, or a new one. The correlation id is that of the call; a fetch started by it carries it
    /// too.
    ///
    /// # Errors
    /// Those of the source, state by everyone who waited; [`is_timeout`](TokenError::is_timeout) if it takes
    /// longer than [`TokenRequest::timeout`].
    pub fn token<'a>(
        &'a self,
        correlation_id: Option<&'a HeaderValue>,
    ) -> impl Future<Output = Result<AccessToken, TokenError>> + Send + 'a {
        self.token_for(move || correlation_id.cloned(), None)
    }

    /// As [`token`](Self::token) for a caller who waits until then; the correlation id is asked for when a fetch starts.
    pub(crate) async fn token_for(
        &self,
        correlation_id: impl Fn() -> Option<HeaderValue>,
        deadline: Option<Instant>,
    ) -> FetchResult {
        for _ in 0..MAX_ABANDONED {
            match self.next(&correlation_id, deadline) {
                Next::Done(outcome) => return outcome,
                Next::Wait(completed) => {
                    if let Some(outcome) = completed.await {
                        return outcome;
                    }
                }
            }
        }
        Err(TokenError::new("the fetch of the access token was abandoned").retryable())
    }

    /// D1 has carried out a call with this token. `replay`: it is the successor of one that D1 had refused to the same call.
    pub(crate) fn accepted(&self, token: &AccessToken, replay: bool) {
        token.note_accepted();
        if replay {
            self.0.lock().doubt.cured(Instant::now());
        }
    }

    /// D1 has refused this token to a call that began then. Whether it is dropped, so that the call may be made once
    /// more with another.
    ///
    /// It is, unless replacing tokens did not help before: see [`Doubt`].
    pub(crate) fn refused(&self, token: &AccessToken, began: Instant) -> bool {
        let mut state = self.0.lock();
        let is_live = state.live.as_ref().is_some_and(|live| live.token.ptr_eq(token));
        if is_live && !state.doubt.blames(token, began, Instant::now()) {
            return false;
        }
        drop(state);
        self.invalidate(token);
        true
    }

    /// Drops this token, because D1 refused it; a newer one stays. However many callers say so, one fetch
    /// follows.
    pub fn invalidate(&self, token: &AccessToken) {
        let mut state = self.0.lock();
        if state.live.as_ref().is_some_and(|live| live.token.ptr_eq(token)) {
            state.live = None;
            state.rejected = Some(token.clone());
        }
    }

    /// What there is to tell of the token at hand, and of the key that it was asked for with.
    pub(crate) fn credentials(&self) -> Credentials {
        let now = SystemTime::now();
        let state = self.0.lock();
        let live = state
            .live
            .as_ref()
            .filter(|live| !live.token.is_expired(Instant::now()));
        let last = state.last.as_ref();
        Credentials {
            certificate: None,
            key_id: self.0.source.key_id(),
            token_expires_at: live.and_then(|live| now.checked_add(live.token.remaining()?)),
            last_refresh: last.and_then(|(at, _)| now.checked_sub(at.elapsed())),
            last_refresh_error: last.and_then(|(_, error)| error.clone()),
        }
    }

    /// As [`invalidate`](Self::invalidate), by the header that was sent.
    #[cfg(feature = "raw")]
    pub(crate) fn invalidate_sent(&self, authorization: &HeaderValue) {
        let live = self.0.lock().live.as_ref().map(|live| live.token.clone());
        if let Some(token) = live.filter(|token| token.header_value() == authorization) {
            self.invalidate(&token);
        }
    }

    fn next(&self, correlation_id: impl Fn() -> Option<HeaderValue>, deadline: Option<Instant>) -> Next {
        let now = Instant::now();
        let mut state = self.0.lock();
        if let Some(live) = &state.live
            && !live.token.is_expired(now)
        {
            let token = live.token.clone();
            if live.refresh_at.is_some_and(|at| now >= at) && state.may_refresh_early(now) {
                let _ = self.start_fetch(state, now, correlation_id, true);
            }
            return Next::Done(Ok(token));
        }
        state.live = None;
        if let Some(fetch) = state.fetch.as_ref().filter(|fetch| !fetch.is_overdue(now)) {
            let patience = if !fetch.is_of_this_runtime() {
                Patience::Foreign
            } else if fetch.doubted {
                let left = deadline.map(|deadline| deadline.saturating_duration_since(now));
                Patience::UpTo(left.map_or(MOST_PATIENCE, |left| (left * 3 / 4).min(MOST_PATIENCE)))
            } else {
                Patience::Any
            };
            return Next::Wait(Box::pin(
                self.waiting_for(fetch.id).until(fetch.outcome(), patience),
            ));
        }
        if let Some(outage) = state.outage.as_ref().filter(|outage| now < outage.cold_again_at) {
            return Next::Done(Err(outage.error.clone()));
        }
        match self.start_fetch(state, now, correlation_id, false) {
            Ok((id, outcome)) => Next::Wait(Box::pin(self.waiting_for(id).until(outcome, Patience::Any))),
            Err(error) => Next::Done(Err(error)),
        }
    }

    /// Takes the lock over, to let it go before the task is spawned.
    fn start_fetch(
        &self,
        mut state: MutexGuard<'_, State>,
        now: Instant,
        correlation_id: impl Fn() -> Option<HeaderValue>,
        early: bool,
    ) -> Result<(u64, watch::Receiver<Option<FetchResult>>), TokenError> {
        let runtime = Handle::try_current().map_err(|_| TokenError::new("there is no tokio runtime"))?;
        let (request, mut lease) = self.0.request.leased();
        let mut request = request.with_rejected(state.rejected.clone());
        if let Some(id) = correlation_id() {
            request = request.with_correlation_id(id);
        }
        state.fetches += 1;
        let (sender, outcome) = watch::channel(None);
        let fetch = state.fetches;
        state.fetch = Some(InFlightFetch {
            id: fetch,
            runtime: runtime.id(),
            waiting: sender.clone(),
            request: request.clone(),
            place: lease.place(),
            began: now,
            doubted: false,
        });
        let completion = Completion {
            cache: self.0.clone(),
            fetch,
            waiting: sender,
            completed: false,
        };
        drop(state);
        let state = self.0.clone();
        runtime.spawn(async move {
            let fetch = timeout(request.timeout(), state.source.fetch(&request));
            let outcome = fetch.await.unwrap_or_else(|_| Err(TokenError::timed_out()));
            request.note(&outcome, &mut lease);
            report(&outcome, &request, now.elapsed(), early);
            completion.complete(outcome);
        });
        Ok((fetch, outcome))
    }

    fn waiting_for(&self, fetch: u64) -> Waiting {
        Waiting {
            cache: self.0.clone(),
            fetch,
            ended: false,
        }
    }
}

/// A call that waits for a fetch. If it stops before that ends, those after it shall not wait for a silent connection.
struct Waiting {
    cache: Arc<CacheState>,
    fetch: u64,
    ended: bool,
}

/// How long a call waits for a fetch.
enum Patience {
    /// However long it takes.
    Any,
    /// It may be slow, or silent. After this time it is left to itself.
    UpTo(Duration),
    /// Another runtime drives it, or should. It is given up if nobody seems to.
    Foreign,
}

impl Waiting {
    /// What the fetch brought; `None` if it never completes, or not within this time.
    async fn until(
        mut self,
        mut fetch: watch::Receiver<Option<FetchResult>>,
        patience: Patience,
    ) -> Option<FetchResult> {
        let end = fetch.wait_for(Option::is_some);
        let ended = match patience {
            Patience::Any => Ok(end.await),
            Patience::UpTo(time) => timeout(time, end).await,
            Patience::Foreign => timeout(FOREIGN_PATIENCE, end).await,
        };
        let is_foreign = matches!(patience, Patience::Foreign);
        self.ended = ended.is_ok() || is_foreign;
        if ended.is_err() && is_foreign {
            self.cache.abandon(self.fetch);
        }
        ended.ok()?.ok()?.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.ended {
            self.cache.leave_if_silent(self.fetch);
        }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.0.lock().live.as_ref().map(|live| live.token.clone());
        f.debug_struct("TokenCache")
            .field("request", &self.0.request)
            .field("token", &token)
            .finish_non_exhaustive()
    }
}

/// The duty to tell those who wait how a fetch ended, even if its task panics or its runtime goes away.
struct Completion {
    cache: Arc<CacheState>,
    fetch: u64,
    waiting: watch::Sender<Option<FetchResult>>,
    completed: bool,
}

impl Completion {
    fn complete(mut self, outcome: FetchResult) {
        self.finish(outcome);
    }

    fn finish(&mut self, outcome: FetchResult) {
        self.completed = true;
        self.cache.complete(self.fetch, &outcome);
        self.waiting.send_replace(Some(outcome));
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if self.completed {
            return;
        }
        if std::thread::panicking() {
            self.finish(Err(TokenError::new("the token source panicked")));
        } else {
            // With it the channel closes: a task that waits looks again and starts another.
            self.cache.abandon(self.fetch);
        }
    }
}

impl CacheState {
    /// Never held across an `await`, nor while foreign code runs, so that it cannot be poisoned by a panic of
    /// ours.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Someone stopped waiting for this fetch, which may be slow, or silent. Of the next one to wait it gets some more
    /// time; then another fetch is started on other connections, and whichever brings a token first serves all.
    fn leave_if_silent(&self, fetch: u64) {
        let now = Instant::now();
        let mut state = self.lock();
        if state.left.len() >= MOST_LEFT {
            return;
        }
        let silent = state.fetch.take_if(|current| {
            let may_be_silent = current.id == fetch && current.may_be_silent(now);
            may_be_silent && std::mem::replace(&mut current.doubted, true)
        });
        if let Some(silent) = silent {
            let place = silent.place.clone();
            state.left.push(silent);
            drop(state);
            place.give_up();
        }
    }

    /// Takes in what a fetch brought, unless it was given up for lost and another one has taken its place.
    pub(super) fn complete(&self, fetch: u64, outcome: &FetchResult) {
        let now = Instant::now();
        let mut state = self.lock();
        let is_current = state.end_fetch(fetch);
        state.last = Some((now, outcome.as_ref().err().cloned()));
        match outcome {
            Ok(token) if is_current || state.live.is_none() => {
                let others = std::mem::take(&mut state.left);
                for other in others.into_iter().chain(state.fetch.take()) {
                    other.end_with(outcome);
                }
                let refresh_at = token.expires_at().map(|at| schedule::refresh_at(now, at));
                state.live = Some(Live {
                    token: token.clone(),
                    refresh_at,
                });
                state.rejected = None;
                state.failures = 0;
                state.outage = None;
            }
            Err(error) if is_current => {
                state.failures = state.failures.saturating_add(1);
                state.outage = Some(Outage {
                    error: error.clone(),
                    early_again_at: now + schedule::early_pause(state.failures, error.retry_after()),
                    cold_again_at: now + schedule::cold_pause(state.failures, error.retry_after()),
                });
            }
            _ => {}
        }
    }

    /// A fetch that will never complete: the next one to ask starts another.
    /// A fetch will never complete.
    pub(super) fn abandon(&self, fetch: u64) {
        self.lock().end_fetch(fetch);
    }
}

impl State {
    fn may_refresh_early(&self, now: Instant) -> bool {
        let in_flight = self.fetch.as_ref().is_some_and(|fetch| !fetch.is_overdue(now));
        !in_flight
            && self
                .outage
                .as_ref()
                .is_none_or(|outage| now >= outage.early_again_at)
    }

    /// Whether this was the current fetch.
    fn end_fetch(&mut self, id: u64) -> bool {
        self.left.retain(|fetch| fetch.id != id);
        self.fetch.take_if(|fetch| fetch.id == id).is_some()
    }
}

/// The event `d1.token`: one per fetch.
fn report(outcome: &FetchResult, request: &TokenRequest, took: Duration, early: bool) {
    let correlation_id = request.correlation_id().and_then(|id| id.to_str().ok());
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match outcome {
        Ok(token) => tracing::debug!(
            target: "d1.token",
            outcome = "fetched",
            early,
            took_ms,
            valid_seconds = token.remaining().map(|left| left.as_secs()),
            correlation_id,
            "got an access token"
        ),
        Err(error) => tracing::info!(
            target: "d1.token",
            outcome = "failed",
            early,
            took_ms,
            %error,
            retryable = error.is_retryable(),
            correlation_id,
            "got no access token"
        ),
    }
}
