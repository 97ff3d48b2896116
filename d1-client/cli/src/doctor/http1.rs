//! As much of HTTP/1.1 as the doctor needs: one question, and the head of its answer.

use std::io;

use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The largest head of an answer that is read.
const LONGEST_HEAD: u64 = 16 * 1024;

/// Asks the proxy for a connection to the host (RFC 9110, section 9.3.6), and returns the status.
pub(super) async fn tunnel(
    name: &str,
    proxy: &Intercept,
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
) -> io::Result<u16> {
    let mut request = format!("CONNECT {name} HTTP/1.1\r\nHost: {name}\r\n").into_bytes();
    if let Some(credentials) = proxy.basic_auth() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(credentials.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;
    stream.flush().await?;
    let head = head(stream).await?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The head of an answer. Without a token, whatever it says, nothing happens at D1.
pub(super) async fn ask(
    host: &str,
    path: &str,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
) -> io::Result<String> {
    let agent = concat!("d1-cli/", env!("CARGO_PKG_VERSION"));
    let request =
        format!("HEAD {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    head(&mut stream).await
}

/// Reads to the blank line that ends the head of an answer.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let (mut head, mut stream) = (Vec::new(), stream.take(LONGEST_HEAD));
    loop {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            // Of what came before the end the first line may do.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && head.starts_with(b"HTTP/") => break,
            Err(error) => return Err(error),
        }
        if head.ends_with(b"\r\n\r\n") {
            break;
        }
    }
    if head.starts_with(b"HTTP/") {
        Ok(String::from_utf8_lossy(&head).into_owned())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}
