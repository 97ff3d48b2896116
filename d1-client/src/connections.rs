//! The connections to D1, in generations: which one an attempt uses, and when a generation is replaced.
//!
//! reqwest's pool is private: no single connection can be excluded from further use. So a pool is given up as a
//! whole. An attempt that gets no answer in time ends the generation it belongs to; later attempts find a new one,
//! with connections of its own, and calls in flight keep theirs to their end. One silent connection therefore costs
//! only the attempts that already use it.

mod connect_time;
mod lease;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

pub(crate) use connect_time::ConnectTime;
pub(crate) use lease::{Lease, Place};
use tokio::time::Instant;

/// How many generations in a row may be given up without an answer. Without this limit, calls with a deadline
/// shorter than a handshake and an answer together would never find a ready connection.
const MOST_FRUITLESS: u32 = 3;

/// How long a generation is kept after that many without an answer: the default connect time-out.
const KEPT_WHEN_FRUITLESS: Duration = Duration::from_secs(5);

/// Longer than healthy answers take: if a caller stops waiting after that, the connections count as silent.
pub(crate) const LONG_WAIT: Duration = Duration::from_secs(1);

/// Makes the HTTP client of a generation, with a pool of its own, if it can.
type MakeHttp = Box<dyn Fn() -> Option<reqwest::Client> + Send + Sync>;

/// Which of D1's two services is asked; in most environments both are the same host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Banking,
    Auth,
}

/// The current generation, and how the next one is made.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Shared>);

struct Shared {
    /// `None` where the caller gave the HTTP client: then it is never replaced.
    make: Option<MakeHttp>,
    /// Only for building requests, never for sending: it belongs to no generation, and keeps no connections.
    unconnected: reqwest::Client,
    current: Mutex<Arc<Generation>>,
}

/// One pool of connections.
pub(crate) struct Generation {
    http: reqwest::Client,
    made: Instant,
    /// Whether the banking service, and the token endpoint, have answered on it.
    answered: [AtomicBool; 2],
    /// When the first attempt began of those that were abandoned since the last answer of each, in microseconds from
    /// `made`, plus one. Zero if none was.
    abandoned: [AtomicU64; 2],
    /// How many generations before this one were given up in a row without an answer.
    fruitless: u32,
}

impl Connections {
    /// With the first generation.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub(crate) fn new<E>(
        make: impl Fn() -> Result<reqwest::Client, E> + Send + Sync + 'static,
    ) -> Result<Self, E> {
        let (http, unconnected) = (make()?, make()?);
        Ok(Self::of(http, unconnected, Some(Box::new(move || make().ok()))))
    }

    /// An HTTP client of the caller's own, which is never replaced.
    pub(crate) fn fixed(http: reqwest::Client) -> Self {
        Self::of(http.clone(), http, None)
    }

    fn of(http: reqwest::Client, unconnected: reqwest::Client, make: Option<MakeHttp>) -> Self {
        let current = Mutex::new(Arc::new(Generation::new(http, 0)));
        Self(Arc::new(Shared {
            make,
            unconnected,
            current,
        }))
    }

    /// An HTTP client to build requests with. Where the caller gave one, that one.
    pub(crate) fn unconnected(&self) -> reqwest::Client {
        self.0.unconnected.clone()
    }

    /// Makes the next generation the current one: what new connections are made with has changed.
    /// Whether it could be made.
    pub(crate) fn renew(&self) -> bool {
        let http = self.0.make.as_ref().and_then(|make| make());
        let is_made = http.is_some();
        if let Some(http) = http {
            *self.current() = Arc::new(Generation::new(http, 0));
        }
        is_made
    }

    /// The HTTP client of the current generation, for requests that do not report silence here.
    #[cfg(feature = "raw")]
    pub(crate) fn http(&self) -> reqwest::Client {
        self.current().http.clone()
    }

    /// A place on the current generation, for one attempt.
    pub(crate) fn lease(&self, service: Service) -> Lease {
        Lease::new(Place {
            connections: self.clone(),
            generation: Arc::clone(&self.current()),
            service,
        })
    }

    /// Makes the next generation the current one, unless that has happened since `silent` was.
    fn give_up(&self, silent: &Arc<Generation>, service: Service) {
        let Some(make) = &self.0.make else {
            return;
        };
        let mut current = self.current();
        if !Arc::ptr_eq(&current, silent) {
            return;
        }
        let fruitless = if silent.has_answered(service) {
            0
        } else {
            silent.fruitless + 1
        };
        if fruitless > MOST_FRUITLESS && silent.made.elapsed() < KEPT_WHEN_FRUITLESS {
            return;
        }
        // It could be made before, of the same parts.
        if let Some(http) = make() {
            *current = Arc::new(Generation::new(http, fruitless));
            tracing::debug!(target: "d1.connections", "no answer came in time: new attempts get new connections");
        }
    }

    fn current(&self) -> MutexGuard<'_, Arc<Generation>> {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generation {
    fn new(http: reqwest::Client, fruitless: u32) -> Self {
        Self {
            http,
            made: Instant::now(),
            answered: Default::default(),
            abandoned: Default::default(),
            fruitless,
        }
    }

    fn has_answered(&self, service: Service) -> bool {
        self.answered[service as usize].load(Relaxed)
    }

    fn note_answer(&self, service: Service) {
        // Mostly there is nothing to change, and a read does not slow down other cores.
        if !self.has_answered(service) {
            self.answered[service as usize].store(true, Relaxed);
        }
        let abandoned = &self.abandoned[service as usize];
        if abandoned.load(Relaxed) > 0 {
            abandoned.store(0, Relaxed);
        }
    }

    /// An attempt was abandoned that began then: since when attempts have been, without an answer to any.
    fn unanswered_since(&self, service: Service, began: Instant) -> Instant {
        let abandoned = &self.abandoned[service as usize];
        let micros = began.saturating_duration_since(self.made).as_micros();
        let micros = u64::try_from(micros).unwrap_or(u64::MAX).saturating_add(1);
        match abandoned.compare_exchange(0, micros, Relaxed, Relaxed) {
            Ok(_) => began,
            Err(first) => self.made + Duration::from_micros(first.min(micros) - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        build_error::BuildError,
        tls::{Tls, Trust},
    };

    fn connections() -> Connections {
        Connections::new(http).unwrap()
    }

    fn http() -> Result<reqwest::Client, BuildError> {
        let config = Tls::new(Trust::default())?.config(None)?;
        reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .build()
            .map_err(|_| BuildError::HttpClient)
    }

    fn is_current(connections: &Connections, generation: &Arc<Generation>) -> bool {
        Arc::ptr_eq(&connections.current(), generation)
    }

    fn current(connections: &Connections) -> Arc<Generation> {
        Arc::clone(&connections.current())
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_generation_is_replaced_once_however_many_say_so() {
        let connections = connections();
        let silent = current(&connections);
        silent.note_answer(Service::Banking);
        connections.give_up(&silent, Service::Banking);
        assert!(!is_current(&connections, &silent));
        let next = current(&connections);
        connections.give_up(&silent, Service::Banking);
        assert!(is_current(&connections, &next));
    }

    #[tokio::test(start_paused = true)]
    async fn generations_that_never_answer_are_replaced_three_times_and_then_every_five_seconds() {
        let connections = connections();
        for _ in 0..MOST_FRUITLESS {
            let silent = current(&connections);
            connections.give_up(&silent, Service::Banking);
            assert!(!is_current(&connections, &silent));
        }
        let kept = current(&connections);
        connections.give_up(&kept, Service::Banking);
        assert!(is_current(&connections, &kept));
        // An answer of the other service says nothing about this one.
        kept.note_answer(Service::Auth);
        connections.give_up(&kept, Service::Banking);
        assert!(is_current(&connections, &kept));
        tokio::time::advance(KEPT_WHEN_FRUITLESS).await;
        connections.give_up(&kept, Service::Banking);
        assert!(!is_current(&connections, &kept));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_the_count() {
        let connections = connections();
        for _ in 0..10 {
            let silent = current(&connections);
            silent.note_answer(Service::Banking);
            connections.give_up(&silent, Service::Banking);
            assert!(!is_current(&connections, &silent));
        }
    }
}
