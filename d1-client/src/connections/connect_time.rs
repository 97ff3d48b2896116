use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

/// How long the last connection took to be made: name lookup, TCP and TLS. Zero before there was one.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectTime(Arc<AtomicU64>);

impl ConnectTime {
    pub(crate) fn last(&self) -> Duration {
        Duration::from_micros(self.0.load(Relaxed))
    }

    fn note(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0.store(micros, Relaxed);
    }
}

/// As a layer around reqwest's connector.
impl<S> Layer<S> for ConnectTime {
    type Service = Timed<S>;

    fn layer(&self, connector: S) -> Timed<S> {
        Timed {
            connector,
            time: self.clone(),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Timed<S> {
    connector: S,
    time: ConnectTime,
}

impl<S, R> Service<R> for Timed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, host: R) -> Self::Future {
        let (connecting, time) = (self.connector.call(host), self.time.clone());
        let began = Instant::now();
        Box::pin(async move {
            let connection = connecting.await?;
            time.note(began.elapsed());
            Ok(connection)
        })
    }
}
