//! A D1 that speaks HTTP/2, as a test says.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use h2::{Reason, RecvStream, server::SendResponse};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::{certificates::SelfSigned, wire::listen};

/// What is done about a request.
#[derive(Clone, Debug)]
pub enum StreamReply {
    /// Status and body.
    Answer(u16, Bytes),
    /// The head of an answer, half a body, and a reset.
    Half,
    /// A reset of the stream for this reason.
    Reset(Reason),
    /// Nothing, ever.
    Hang,
    /// Nothing, ever, on the whole connection: the process hangs, and its kernel still acknowledges.
    Freeze,
}

impl StreamReply {
    /// A reset of the stream because something went wrong at D1.
    #[must_use]
    pub fn reset() -> Self {
        Self::Reset(Reason::INTERNAL_ERROR)
    }
}

/// A request as it came; its extensions hold a [`Connection`].
pub type Received = http::Request<Bytes>;

/// The number of the connection on which a request came, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection(pub usize);

/// The connection on which it came.
///
/// # Panics
/// When it did not come over one.
#[must_use]
pub fn connection_of(request: &Received) -> usize {
    request.extensions().get::<Connection>().expect("a connection").0
}

/// A server on loopback that speaks HTTP/2 behind TLS, and nothing else.
pub struct Multiplexed {
    address: SocketAddr,
    seen: watch::Receiver<Vec<(usize, Received)>>,
}

impl Multiplexed {
    /// Answers by this script: the number of the request, from 1, and the request.
    pub async fn start(
        certificate: &SelfSigned,
        script: impl Fn(usize, &Received) -> StreamReply + Send + Sync + 'static,
    ) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(certificate.server(b"h2")));
        let (sender, seen) = watch::channel(Vec::new());
        let (sender, script) = (Arc::new(sender), Arc::new(script));
        let connections = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let address = listen(move |stream| {
            let (acceptor, sender, script) = (acceptor.clone(), Arc::clone(&sender), Arc::clone(&script));
            let number = connections.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let Ok(mut connection) = h2::server::handshake(stream).await else {
                    return;
                };
                let frozen = Arc::new(tokio::sync::Notify::new());
                loop {
                    let (request, respond) = tokio::select! {
                        biased;
                        () = frozen.notified() => std::future::pending().await,
                        request = connection.accept() => match request {
                            Some(Ok(request)) => request,
                            _ => return,
                        },
                    };
                    let (sender, script) = (Arc::clone(&sender), Arc::clone(&script));
                    let frozen = Arc::clone(&frozen);
                    tokio::spawn(async move {
                        let Some(mut request) = receive(request).await else {
                            return;
                        };
                        request.extensions_mut().insert(Connection(number));
                        let mut count = 0;
                        sender.send_modify(|seen| {
                            seen.push((number, request.clone()));
                            count = seen.len();
                        });
                        let reply = script(count, &request);
                        if matches!(reply, StreamReply::Freeze) {
                            frozen.notify_one();
                        }
                        perform(reply, respond).await;
                    });
                }
            }
        });
        Self {
            address: address.await,
            seen,
        }
    }

    /// `https://127.0.0.1:…`, without a path.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The requests that came, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.seen
            .borrow()
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    /// On how many connections they came.
    #[must_use]
    pub fn connection_count(&self) -> usize {
        let mut connections: Vec<_> = self.seen.borrow().iter().map(|(number, _)| *number).collect();
        connections.sort_unstable();
        connections.dedup();
        connections.len()
    }
}

async fn receive(request: http::Request<RecvStream>) -> Option<Received> {
    let (head, mut stream) = request.into_parts();
    let mut body = Vec::new();
    while let Some(chunk) = stream.data().await {
        let chunk = chunk.ok()?;
        let _ = stream.flow_control().release_capacity(chunk.len());
        body.extend_from_slice(&chunk);
    }
    Some(http::Request::from_parts(head, body.into()))
}

async fn perform(reply: StreamReply, mut respond: SendResponse<Bytes>) {
    let head = |status: u16| {
        let mut head = http::Response::new(());
        *head.status_mut() = http::StatusCode::from_u16(status).expect("a status");
        head
    };
    match reply {
        StreamReply::Answer(status, body) => {
            if let Ok(mut stream) = respond.send_response(head(status), body.is_empty())
                && !body.is_empty()
            {
                let _ = stream.send_data(body, true);
            }
        }
        StreamReply::Half => {
            if let Ok(mut stream) = respond.send_response(head(200), false) {
                let _ = stream.send_data(Bytes::from_static(b"{\"operationId\":"), false);
                // The client gets the data first.
                tokio::task::yield_now().await;
                stream.send_reset(Reason::INTERNAL_ERROR);
            }
        }
        StreamReply::Reset(reason) => respond.send_reset(reason),
        StreamReply::Hang | StreamReply::Freeze => std::future::pending().await,
    }
}
