use std::{future::pending, time::Duration};

use bytes::Bytes;
use d1_client::Operation;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::watch,
};

/// What is done about a request, step by step; the connection stays open unless a step ends it.
#[derive(Clone, Default)]
pub struct Reply(Vec<Step>);

#[derive(Clone)]
enum Step {
    Send(Bytes),
    Flood(Bytes),
    Pause(Duration),
    WaitFor(watch::Receiver<bool>),
    Hang,
    Close,
    Reset,
}

impl Reply {
    /// An answer with this status and body.
    #[must_use]
    pub fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::with_headers(status, "", body)
    }

    /// An answer with further headers, each with its line break.
    #[must_use]
    pub fn with_headers(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        // RFC 9110, section 8.6: a 204 has no length, and no body.
        let length = match status {
            204 => String::new(),
            _ => format!("content-length: {}\r\n", body.len()),
        };
        Self::default()
            .send(format!("HTTP/1.1 {status} Status\r\n{headers}{length}\r\n"))
            .send(body)
    }

    /// What D1 answers when all is well.
    #[must_use]
    pub fn success(operation: Operation) -> Self {
        match operation {
            Operation::RegisterConsumer => Self::new(204, ""),
            Operation::ListCards => Self::json(200, r#"{"cards":[]}"#),
            _ => Self::json(200, r#"{"operationId":"op-1"}"#),
        }
    }

    /// An answer in JSON.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        Self::with_headers(status, "content-type: application/json\r\n", body)
    }

    /// D1's own error body.
    #[must_use]
    pub fn error(status: u16, code: &str) -> Self {
        Self::json(status, &format!(r#"{{"errorCode":"{code}","error":"a text"}}"#))
    }

    /// The token `token-{number}` that lives so many seconds.
    #[must_use]
    pub fn token(number: usize, seconds: u64) -> Self {
        let body =
            format!(r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":{seconds}}}"#);
        Self::json(200, &body)
    }

    /// Then sends these bytes.
    #[must_use]
    pub fn send(self, bytes: impl AsRef<[u8]>) -> Self {
        self.then(Step::Send(Bytes::copy_from_slice(bytes.as_ref())))
    }

    /// Then sends these bytes over and over, until the client closes the connection.
    #[must_use]
    pub fn flood(self, bytes: impl AsRef<[u8]>) -> Self {
        self.then(Step::Flood(Bytes::copy_from_slice(bytes.as_ref())))
    }

    /// Then lets so much time pass, by tokio's clock.
    #[must_use]
    pub fn pause(self, pause: Duration) -> Self {
        self.then(Step::Pause(pause))
    }

    /// Then waits until this is true.
    #[must_use]
    pub fn wait_for(self, gate: &watch::Sender<bool>) -> Self {
        self.then(Step::WaitFor(gate.subscribe()))
    }

    /// Then says no more, and leaves the connection open until the client closes it.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(Step::Hang)
    }

    /// Then closes the connection.
    #[must_use]
    pub fn close(self) -> Self {
        self.then(Step::Close)
    }

    /// Then resets the connection.
    #[must_use]
    pub fn reset(self) -> Self {
        self.then(Step::Reset)
    }

    /// All of that reply after all of this.
    #[must_use]
    pub fn and(mut self, then: Self) -> Self {
        self.0.extend(then.0);
        self
    }

    fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }
}

/// How a connection goes on after a reply.
pub(super) enum End {
    KeepAlive,
    Close,
    Reset,
    HungUp,
}

pub(super) async fn perform<S: AsyncRead + AsyncWrite + Unpin>(reply: Reply, stream: &mut S) -> End {
    for step in reply.0 {
        match step {
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                    return End::HungUp;
                }
            }
            Step::Flood(bytes) => {
                while_open(stream, &bytes).await;
                return End::HungUp;
            }
            Step::Pause(pause) => tokio::time::sleep(pause).await,
            Step::WaitFor(mut gate) => {
                if gate.wait_for(|open| *open).await.is_err() {
                    pending::<()>().await;
                }
            }
            Step::Hang => {
                until_closed(stream).await;
                return End::HungUp;
            }
            Step::Close => {
                let _ = stream.shutdown().await;
                return End::Close;
            }
            Step::Reset => return End::Reset,
        }
    }
    End::KeepAlive
}

async fn while_open<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) {
    while stream.write_all(bytes).await.is_ok() {}
}

async fn until_closed<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
}
