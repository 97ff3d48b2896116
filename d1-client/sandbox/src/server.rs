//! The socket: HTTP/1.1 in front of the backend, with everything that can go wrong on a wire.

use std::fmt;
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::fault::FaultKind;
use crate::shared::{Reply, Shared};

/// The longest body that is read. The vendor states no limit; a consumer with every field filled is under 4 KiB.
const MAX_BODY: usize = 1024 * 1024;

/// What connections are taken through.
#[derive(Clone)]
pub(crate) enum Transport {
    Plain,
    #[cfg(feature = "tls")]
    Tls(tokio_rustls::TlsAcceptor),
}

/// A running server: stops when dropped, with all its connections.
pub(crate) struct Server {
    accepting: JoinHandle<()>,
    shared: Arc<Shared>,
}

impl Server {
    /// Serves on the runtime that this is called on.
    pub(crate) fn start(listener: TcpListener, transport: Transport, shared: Arc<Shared>) -> Self {
        let accepting = tokio::spawn(accept(listener, transport, Arc::clone(&shared)));
        Self { accepting, shared }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What runs on another thread at this moment is not aborted before its next await.
        self.shared.stop();
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, transport: Transport, shared: Arc<Shared>) {
    // Connections end with this task: a set aborts what is in it when it is dropped.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(handle_connection(stream, transport.clone(), Arc::clone(&shared)));
                }
                // Out of file descriptors, or the peer is gone already: the next one may do better.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn handle_connection(stream: TcpStream, transport: Transport, shared: Arc<Shared>) {
    // Answers are small: waiting to fill a packet would only add latency.
    let _ = stream.set_nodelay(true);
    match transport {
        Transport::Plain => serve(stream, shared).await,
        #[cfg(feature = "tls")]
        Transport::Tls(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, shared).await;
            }
        }
    }
}

async fn serve<S: Socket>(stream: S, shared: Arc<Shared>) {
    let reset = AtomicBool::new(false);
    let service = service_fn(|request| {
        let (shared, reset) = (&shared, &reset);
        async move {
            let answer = answer(request, shared).await;
            reset.fetch_or(answer.is_err(), Ordering::Relaxed);
            answer
        }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // Whatever ends a connection is the peer's doing, or was commanded.
    let _ = (&mut connection).await;
    if reset.load(Ordering::Relaxed) {
        let parts = connection.into_parts();
        // Closing with nothing left to linger for sends a reset.
        let _ = parts.io.inner().tcp().set_zero_linger();
    }
}

/// The error is the order to reset the connection.
async fn answer(request: Request<Incoming>, shared: &Shared) -> Result<Response<Answer>, Reset> {
    let (head, body) = request.into_parts();
    #[cfg(feature = "control")]
    if let Some(guard) = &shared.guard
        && crate::control::serves(head.uri.path())
    {
        let request = Request::from_parts(head, read(body).await?);
        return Ok(crate::control::respond(guard, &request, shared).map(whole));
    }
    let fault = shared.draw(&head.method, &head.uri);
    let delay = shared.delay(fault.as_ref());
    let unread = matches!(&fault, Some(fault) if matches!(fault.kind, FaultKind::ResetBeforeReading));
    let body = if unread { Bytes::new() } else { read(body).await? };
    if shared.is_stopped() {
        return Err(Reset);
    }
    let reply = shared.reply(Request::from_parts(head, body), fault.as_ref());
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if shared.is_stopped() {
        return Err(Reset);
    }
    match reply {
        Reply::Whole(answer) => Ok(answer.map(whole)),
        Reply::Half(answer) if !answer.body().is_empty() => {
            let length = answer.body().len().into();
            let mut answer = answer.map(|body| Either::Right(Half::First(body)));
            answer.headers_mut().insert(header::CONTENT_LENGTH, length);
            Ok(answer)
        }
        Reply::Half(_) | Reply::Reset => Err(Reset),
    }
}

fn whole(body: Bytes) -> Answer {
    Either::Left(Full::new(body))
}

/// A body that is too long is cut: no JSON within it is whole, so that it is refused as malformed.
async fn read(body: Incoming) -> Result<Bytes, Reset> {
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Ok(Bytes::from_static(b"{")),
        Err(_) => Err(Reset),
    }
}

/// The order to reset the connection.
#[derive(Debug)]
struct Reset;

impl fmt::Display for Reset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is reset on command")
    }
}

impl std::error::Error for Reset {}

/// A body that is sent whole, or breaks off in the middle.
type Answer = Either<Full<Bytes>, Half>;

/// The first half of a body, then an error.
enum Half {
    First(Bytes),
    /// After what was written has left.
    Soon,
    Now,
}

impl Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match mem::replace(&mut *self, Self::Now) {
            Self::First(body) => {
                *self = Self::Soon;
                let half = body.slice(..body.len() / 2);
                Poll::Ready(Some(Ok(Frame::data(half))))
            }
            // hyper writes out what it has whenever a body makes it wait.
            Self::Soon => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Now => Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
        }
    }
}

/// A connection, and the TCP stream beneath it.
trait Socket: AsyncRead + AsyncWrite + Unpin + Send {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Socket for tokio_rustls::server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}
