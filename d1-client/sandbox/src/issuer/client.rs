//! Questions over HTTP/1.1: a connection each, so that no answer depends on the one before.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::Issuer;

/// The longest answer that is read. A person with every field filled is under 4 KiB.
const MAX_BODY: usize = 1024 * 1024;

/// A request, and what it is in words.
#[derive(Clone)]
pub(super) struct Question {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
    /// For findings: no id, no token.
    pub(super) words: String,
    #[cfg_attr(
        not(feature = "tls"),
        expect(dead_code, reason = "there is no TLS to leave it out of")
    )]
    certificate: bool,
}

/// How D1's credentials are encoded: it uses base64url, most clients base64.
#[derive(Clone, Copy)]
pub(super) enum Base64 {
    Url,
    Standard,
}

impl Question {
    pub(super) fn new(method: Method, path: String, words: &str) -> Self {
        Self {
            method,
            path,
            headers: Vec::new(),
            body: String::new(),
            words: words.to_owned(),
            certificate: true,
        }
    }

    pub(super) fn words(mut self, more: &str) -> Self {
        self.words = format!("{} {more}", self.words);
        self
    }

    pub(super) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn bearer(self, token: Option<&str>) -> Self {
        match token {
            Some(token) => self.header("authorization", format!("Bearer {token}")),
            None => self,
        }
    }

    pub(super) fn basic(self, client_id: &str, secret: &str, base64: Base64) -> Self {
        let text = format!("{client_id}:{secret}");
        let encoded = match base64 {
            Base64::Url => URL_SAFE.encode(text),
            Base64::Standard => STANDARD.encode(text),
        };
        self.header("authorization", format!("Basic {encoded}"))
    }

    pub(super) fn query(mut self, query: &str) -> Self {
        let mark = if self.path.contains('?') { '&' } else { '?' };
        self.path = format!("{}{mark}{query}", self.path);
        self
    }

    pub(super) fn form(mut self, form: &str) -> Self {
        self.body = form.to_owned();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    #[cfg(feature = "tls")]
    pub(super) fn without_certificate(mut self) -> Self {
        self.certificate = false;
        self
    }
}

/// What came.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Why nothing came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The base URL is none, or `https` without a TLS configuration.
    Url,
    Connect,
    #[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "there is no TLS to fail"))]
    Tls,
    Broken,
    Late(Duration),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("nothing: the base URL is not absolute, or needs a TLS configuration"),
            Self::Connect => f.write_str("nothing: no connection"),
            Self::Tls => f.write_str("nothing: no TLS handshake"),
            Self::Broken => f.write_str("nothing: the connection ended, or what came is no HTTP"),
            Self::Late(timeout) => write!(f, "nothing within {} ms", timeout.as_millis()),
        }
    }
}

/// What came, or why nothing did.
pub(super) type Sent = Result<Answer, Trouble>;

pub(super) async fn send(issuer: &Issuer, question: &Question) -> Sent {
    let answer = tokio::time::timeout(issuer.timeout, exchange(issuer, question)).await;
    answer.unwrap_or(Err(Trouble::Late(issuer.timeout)))
}

async fn exchange(issuer: &Issuer, question: &Question) -> Sent {
    let base: Uri = issuer.base_url.parse().map_err(|_| Trouble::Url)?;
    let authority = base.authority().ok_or(Trouble::Url)?;
    let secure = match base.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(Trouble::Url),
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let before = base.path().trim_end_matches('/');
    let mut request = Request::builder()
        .method(question.method.clone())
        .uri(format!("{before}{}", question.path))
        .header(header::HOST, authority.as_str())
        .header(header::ACCEPT, "application/json");
    for (name, value) in &question.headers {
        request = request.header(*name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(question.body.clone())))
        .map_err(|_| Trouble::Url)?;
    let stream = TcpStream::connect((host, port))
        .await
        .map_err(|_| Trouble::Connect)?;
    if secure {
        let stream = secured(issuer, question, host, stream).await?;
        over(stream, request).await
    } else {
        over(stream, request).await
    }
}

async fn over<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|_| Trouble::Broken)?;
    let answered = async {
        let answer = sender.send_request(request).await.map_err(|_| Trouble::Broken)?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MAX_BODY).collect().await;
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body: body.map_err(|_| Trouble::Broken)?.to_bytes(),
        })
    };
    let mut answered = std::pin::pin!(answered);
    // The connection is driven here, and ends with the answer.
    tokio::select! {
        answer = &mut answered => answer,
        _ = connection => answered.await,
    }
}

#[cfg(feature = "tls")]
type Secured = tokio_rustls::client::TlsStream<TcpStream>;
#[cfg(not(feature = "tls"))]
type Secured = TcpStream;

#[cfg(feature = "tls")]
async fn secured(
    issuer: &Issuer,
    question: &Question,
    host: &str,
    stream: TcpStream,
) -> Result<Secured, Trouble> {
    use std::sync::Arc;
    use tokio_rustls::rustls::{ClientConfig, pki_types::ServerName};

    let mut config = ClientConfig::clone(issuer.tls.as_ref().ok_or(Trouble::Url)?);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if !question.certificate {
        config.client_auth_cert_resolver = Arc::new(no_certificate::NoCertificate);
    }
    let name = ServerName::try_from(host.to_owned()).map_err(|_| Trouble::Url)?;
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.map_err(|_| Trouble::Tls)
}

#[cfg(not(feature = "tls"))]
async fn secured(_: &Issuer, _: &Question, _: &str, _: TcpStream) -> Result<Secured, Trouble> {
    Err(Trouble::Url)
}

#[cfg(feature = "tls")]
mod no_certificate {
    use std::sync::Arc;

    use tokio_rustls::rustls::SignatureScheme;
    use tokio_rustls::rustls::client::ResolvesClientCert;
    use tokio_rustls::rustls::sign::CertifiedKey;

    /// A client without a certificate.
    #[derive(Debug)]
    pub(super) struct NoCertificate;

    impl ResolvesClientCert for NoCertificate {
        fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
            None
        }

        fn has_certs(&self) -> bool {
            false
        }
    }
}
