//! A D1 on a raw socket: it answers each request, byte for byte and step by step, as a test says, and keeps what it was
//! sent.

mod reply;
mod request;

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use d1_client::{Client, ClientBuilder, Environment, IssuerId, RetryPolicy, auth::StaticToken};
pub use reply::Reply;
use reply::{End, perform};
pub use request::Request;
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;

/// The issuer that calls.
pub const ISSUER: &str = "is_example";

/// The token of a client that fetches none.
pub const STATIC_TOKEN: &str = "static-token-5XgP2";

/// How a request is answered.
pub trait Script: Fn(&Request) -> Reply + Send + Sync + 'static {}

impl<F: Fn(&Request) -> Reply + Send + Sync + 'static> Script for F {}

/// A server on loopback: the operations below `/banking/v2`, the token endpoint below `/authz/v1`.
pub struct Wire {
    address: SocketAddr,
    scheme: &'static str,
    seen: watch::Receiver<Seen>,
}

/// What a server saw.
#[derive(Default)]
struct Seen {
    connections: usize,
    calls: Vec<Request>,
    token_requests: Vec<Request>,
    /// How many connections ended because the client closed them in the middle of an answer.
    hung_up: usize,
}

impl Wire {
    /// Answers calls by this script, and token requests with `token-1`, `token-2`, … of 15 minutes each.
    pub async fn start(calls: impl Script) -> Self {
        Self::with_tokens(|request| Reply::token(request.number, 900), calls).await
    }

    /// Answers token requests by a script too.
    pub async fn with_tokens(tokens: impl Script, calls: impl Script) -> Self {
        let (service, seen) = service(tokens, calls);
        let address = listen(move |stream| {
            let service = Arc::clone(&service);
            async move { service.serve(stream).await }
        });
        Self {
            address: address.await,
            scheme: "http",
            seen,
        }
    }

    /// The same behind TLS.
    pub async fn start_tls(config: ServerConfig, calls: impl Script) -> Self {
        let tokens = |request: &Request| Reply::token(request.number, 900);
        let (service, seen) = service(tokens, calls);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let address = listen(move |stream| {
            let (service, acceptor) = (Arc::clone(&service), acceptor.clone());
            async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    service.serve(stream).await;
                }
            }
        });
        Self {
            address: address.await,
            scheme: "https",
            seen,
        }
    }

    /// `http://127.0.0.1:…`, without a path.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// What a client of this server starts from: a token that is given, and repetitions without a pause.
    pub fn client(&self) -> ClientBuilder {
        client_of(&self.origin())
    }

    /// The calls that came, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Request> {
        self.seen.borrow().calls.clone()
    }

    /// How many calls came.
    #[must_use]
    pub fn call_count(&self) -> usize {
        self.seen.borrow().calls.len()
    }

    /// The requests to the token endpoint, in order.
    #[must_use]
    pub fn token_requests(&self) -> Vec<Request> {
        self.seen.borrow().token_requests.clone()
    }

    /// How many requests came to the token endpoint.
    #[must_use]
    pub fn token_count(&self) -> usize {
        self.seen.borrow().token_requests.len()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connection_count(&self) -> usize {
        self.seen.borrow().connections
    }

    /// Waits until so many calls have come.
    ///
    /// # Panics
    /// When the server is gone.
    pub async fn saw_calls(&self, count: usize) {
        self.saw(|seen| seen.calls.len() >= count).await;
    }

    /// Waits until so many token requests have come.
    ///
    /// # Panics
    /// When the server is gone.
    pub async fn saw_token_requests(&self, count: usize) {
        self.saw(|seen| seen.token_requests.len() >= count).await;
    }

    /// Waits until the client has closed a connection in the middle of an answer.
    ///
    /// # Panics
    /// When the server is gone.
    pub async fn saw_a_hang_up(&self) {
        self.saw(|seen| seen.hung_up > 0).await;
    }

    async fn saw(&self, what: impl FnMut(&Seen) -> bool) {
        let mut seen = self.seen.clone();
        let seen = seen.wait_for(what).await;
        assert!(seen.is_ok(), "the server is gone");
    }
}

/// What a client of the server at `origin` starts from: a token that is given, and repetitions without a pause.
///
/// # Panics
/// When `origin` is no URL.
pub fn client_of(origin: &str) -> ClientBuilder {
    let environment = Environment::custom(format!("{origin}/banking/v2"), format!("{origin}/authz/v1"))
        .and_then(|environment| environment.with_consumer_v1(format!("{origin}/banking/v1")))
        .expect("base URLs");
    Client::builder(IssuerId::new(ISSUER).expect("an issuer id"))
        .environment(environment)
        .token_source(StaticToken::new(STATIC_TOKEN))
        .retry(RetryPolicy::standard().initial_backoff(Duration::ZERO))
        .no_proxy()
}

/// Accepts connections for as long as the test runs, and hands each to `serve`.
///
/// # Panics
/// When no port can be had.
pub async fn listen<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // What is sent in two steps must not wait for an acknowledgement in between: it comes by the real clock.
            let _ = stream.set_nodelay(true);
            tokio::spawn(serve(stream));
        }
    });
    address
}

/// A port on which nobody listens.
///
/// # Panics
/// When no port can be had.
pub async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("its address")
}

struct Service {
    tokens: Box<dyn Script>,
    calls: Box<dyn Script>,
    seen: Mutex<watch::Sender<Seen>>,
}

fn service(tokens: impl Script, calls: impl Script) -> (Arc<Service>, watch::Receiver<Seen>) {
    let (sender, seen) = watch::channel(Seen::default());
    let service = Service {
        tokens: Box::new(tokens),
        calls: Box::new(calls),
        seen: Mutex::new(sender),
    };
    (Arc::new(service), seen)
}

impl Service {
    async fn serve<S: AsyncRead + AsyncWrite + Resettable + Unpin>(&self, mut stream: S) {
        let connection = self.note(|seen| {
            seen.connections += 1;
            seen.connections
        });
        let mut buffer = Vec::new();
        while let Some(mut request) = request::receive(&mut stream, &mut buffer, connection).await {
            let script = if request.is_for_a_token() {
                &self.tokens
            } else {
                &self.calls
            };
            self.note(|seen| {
                let kind = if request.is_for_a_token() {
                    &mut seen.token_requests
                } else {
                    &mut seen.calls
                };
                request.number = kind.len() + 1;
                kind.push(request.clone());
            });
            match perform(script(&request), &mut stream).await {
                End::KeepAlive => {}
                End::Close => return,
                End::Reset => return stream.reset(),
                End::HungUp => return self.note(|seen| seen.hung_up += 1),
            }
        }
    }

    fn note<T>(&self, note: impl FnOnce(&mut Seen) -> T) -> T {
        let sender = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut noted = None;
        sender.send_modify(|seen| noted = Some(note(seen)));
        noted.expect("the note was taken")
    }
}

/// A connection that can end with a reset instead of a farewell.
trait Resettable {
    fn reset(self);
}

impl Resettable for TcpStream {
    fn reset(self) {
        let _ = self.set_zero_linger();
    }
}

impl Resettable for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset(self) {
        self.into_inner().0.reset();
    }
}
