//! The way to a host: name, connection, proxy, TLS, clock.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, SystemTime},
};

use d1_client::Environment;
use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use rustls::{ProtocolVersion, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{handshake, http1, report::Report};
use crate::{config::Config, failure::Exit};

/// How long each step may take: as long as the client waits for a connection, unless a call must be done sooner.
fn patience(config: &Config) -> Duration {
    const LONGEST: u64 = 5;
    let seconds = config.variable("D1_TIMEOUT_SECONDS");
    let seconds = seconds.and_then(|seconds| seconds.to_str()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(LONGEST).clamp(1, LONGEST))
}

/// A clock that is off by more is worth a word. An assertion is good for minutes, and the client corrects its time.
const SKEW: u64 = 30;
/// Beyond a day the client does not correct it.
const DAY: u64 = 24 * 60 * 60;

const PROXY: &str = "proxy";

/// A connection, whatever it leads through.
type Connection = Box<dyn Stream>;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The host without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// A host of the environment, and a path on it.
pub(super) struct Target {
    host: String,
    port: u16,
    path: String,
    is_tls: bool,
    url: Uri,
    is_vendors: bool,
    /// As the client decides: with a URL in clear, which is for this machine alone, it takes none.
    takes_proxy: bool,
    patience: Duration,
}

impl Target {
    /// The hosts of the environment, each once.
    pub(super) fn all(environment: &Environment, config: &Config) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for url in [environment.banking_url(), environment.auth_url()] {
            let Some(target) = Self::of(
                url,
                !matches!(environment, Environment::Custom(_)),
                patience(config),
            ) else {
                continue;
            };
            if !all.iter().any(|other| other.name() == target.name()) {
                all.push(target);
            }
        }
        let takes_proxy = all.iter().all(|target| target.is_tls);
        for target in &mut all {
            target.takes_proxy = takes_proxy;
        }
        all
    }

    fn of(url: &str, is_vendors: bool, patience: Duration) -> Option<Self> {
        let url: Uri = url.parse().ok()?;
        let is_tls = url.scheme_str()? == "https";
        Some(Self {
            host: bare(url.host()?).to_owned(),
            port: url.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
            path: url.path().to_owned(),
            is_tls,
            url,
            is_vendors,
            takes_proxy: is_tls,
            patience,
        })
    }

    fn name(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Goes all the way, as far as it leads.
    pub(super) async fn check(&self, config: &Config, report: &mut Report) {
        let proxy = self
            .takes_proxy
            .then(|| Matcher::from_system().intercept(&self.url))
            .flatten();
        let Some(stream) = self.connect(proxy.as_ref(), config, report).await else {
            return;
        };
        if self.is_tls {
            self.handshake(config, stream, report).await;
        } else {
            match timeout(self.patience, http1::ask(&self.name(), &self.path, stream)).await {
                Ok(Ok(head)) => clock(&head, report),
                Ok(Err(error)) => self.silent("HTTP", Some(&error), report),
                Err(_) => self.silent("HTTP", None, report),
            }
        }
    }

    /// A connection to the host, or to it by way of the proxy.
    async fn connect(
        &self,
        proxy: Option<&Intercept>,
        config: &Config,
        report: &mut Report,
    ) -> Option<Connection> {
        let Some(proxy) = proxy else {
            let stream = self.reach(&self.host, self.port, "host", report).await?;
            return Some(Box::new(stream));
        };
        let uri = proxy.uri();
        let (is_tls, port) = match uri.scheme_str() {
            Some("http") => (false, 80),
            Some("https") => (true, 443),
            _ => {
                let detail = format!(
                    "{} is reached by a proxy that is neither http:// nor https://: the way to it is not checked",
                    self.name()
                );
                let remedy =
                    "what follows goes through it; only http:// and https:// proxies can be looked through";
                report.warning(PROXY, detail, remedy);
                return None;
            }
        };
        let (host, port) = (bare(uri.host()?), uri.port_u16().unwrap_or(port));
        let stream = self.reach(host, port, "proxy", report).await?;
        let mut stream: Connection = if is_tls {
            self.secured(host, stream, config, report).await?
        } else {
            Box::new(stream)
        };
        let answer = timeout(self.patience, http1::tunnel(&self.name(), proxy, &mut stream)).await;
        let (detail, remedy) = match answer.map_err(io::Error::from).and_then(|status| status) {
            Ok(200..=299) => {
                report.ok(PROXY, format!("it connects to {}", self.name()));
                return Some(stream);
            }
            Ok(407) => (
                "it demands a user and a password, or refuses those given".to_owned(),
                "put the user and the password into the proxy's URL: HTTPS_PROXY=http://user:password@proxy",
            ),
            Ok(status) => (
                format!("it does not connect to {}: status {status}", self.name()),
                "have its operator allow this host, or list it in NO_PROXY",
            ),
            Err(error) => (
                format!("no answer: {}", error.kind()),
                "check HTTPS_PROXY: is that an HTTP proxy?",
            ),
        };
        report.failed(PROXY, Exit::NotSent, detail, remedy);
        None
    }

    /// TLS with the proxy itself, by the same authorities and with the same certificate as the client's.
    async fn secured(
        &self,
        host: &str,
        stream: TcpStream,
        config: &Config,
        report: &mut Report,
    ) -> Option<Connection> {
        // Authorities that cannot be used are told already.
        let (tls, _) = handshake::config(config)?;
        let name = ServerName::try_from(host.to_owned()).ok()?;
        let secured = timeout(self.patience, TlsConnector::from(tls).connect(name, stream)).await;
        let error = match secured.map_err(io::Error::from).and_then(|secured| secured) {
            Ok(stream) => return Some(Box::new(stream)),
            Err(error) => error,
        };
        let (detail, remedy) = handshake::explained(&error).unwrap_or((
            format!("no TLS: {}", error.kind()),
            "check HTTPS_PROXY: does that proxy speak TLS, or is it an http:// one?",
        ));
        report.failed(PROXY, Exit::NotSent, format!("{host}: {detail}"), remedy);
        None
    }

    /// A connection to the first address of the host that takes one.
    async fn reach(&self, host: &str, port: u16, what: &str, report: &mut Report) -> Option<TcpStream> {
        let addresses = self.addresses(host, port, what, report).await?;
        self.connected(&addresses, host, port, what, report).await
    }

    async fn addresses(
        &self,
        host: &str,
        port: u16,
        what: &str,
        report: &mut Report,
    ) -> Option<Vec<SocketAddr>> {
        let remedy = if what == "proxy" {
            "check HTTPS_PROXY, and this machine's name servers"
        } else {
            "check the host name in the URL, and this machine's name servers"
        };
        let addresses: Vec<SocketAddr> = match timeout(self.patience, lookup_host((host, port))).await {
            Ok(Ok(addresses)) => addresses.collect(),
            Ok(Err(_)) => Vec::new(),
            Err(_) => {
                let detail = format!("{what} {host}: no answer within {} s", self.patience.as_secs());
                report.failed("DNS", Exit::NotSent, detail, remedy);
                return None;
            }
        };
        if addresses.is_empty() {
            report.failed(
                "DNS",
                Exit::NotSent,
                format!("{what} {host} has no address"),
                remedy,
            );
            return None;
        }
        let shown: Vec<String> = addresses
            .iter()
            .take(4)
            .map(|address| address.ip().to_string())
            .collect();
        report.ok("DNS", format!("{what} {host}: {}", shown.join(", ")));
        Some(addresses)
    }

    async fn connected(
        &self,
        addresses: &[SocketAddr],
        host: &str,
        port: u16,
        what: &str,
        report: &mut Report,
    ) -> Option<TcpStream> {
        let why = match timeout(self.patience, TcpStream::connect(addresses)).await {
            Ok(Ok(stream)) => {
                report.ok("TCP", format!("connected to {what} {host}, port {port}"));
                return Some(stream);
            }
            Ok(Err(error)) => error.kind().to_string(),
            Err(_) => format!("no answer within {} s", self.patience.as_secs()),
        };
        let remedy =
            "check the URL's port; a firewall may be in the way, or only a proxy lead out (HTTPS_PROXY)";
        report.failed(
            "TCP",
            Exit::NotSent,
            format!("{what} {host}, port {port}: {why}"),
            remedy,
        );
        None
    }

    async fn handshake(&self, config: &Config, stream: Connection, report: &mut Report) {
        const CHECK: &str = "TLS";
        let (Some((tls, seen)), Ok(name)) =
            (handshake::config(config), ServerName::try_from(self.host.clone()))
        else {
            // Told with the authorities, or with the settings.
            return;
        };
        let mut version = None;
        let asked = async {
            let stream = TlsConnector::from(tls).connect(name, stream).await?;
            version = stream.get_ref().1.protocol_version();
            http1::ask(&self.name(), &self.path, stream).await
        };
        let answer = timeout(self.patience, asked).await;
        let head = match answer {
            Ok(Ok(head)) => head,
            Ok(Err(error)) => {
                match handshake::explained(&error) {
                    Some((what, remedy)) => {
                        let shown = seen
                            .server()
                            .map(|server| format!("; it showed {server}"))
                            .unwrap_or_default();
                        let detail = format!("{}: {what}{shown}", self.name());
                        report.failed(CHECK, Exit::NotSent, detail, remedy);
                    }
                    None if seen.was_asked() && seen.has_certificate() => {
                        let detail = format!(
                            "{}: closed the connection when it had the client certificate",
                            self.name()
                        );
                        let remedy = "it may not accept it: is it the one of this issuer and environment?";
                        report.failed(CHECK, Exit::NotSent, detail, remedy);
                    }
                    None => self.silent(CHECK, Some(&error), report),
                }
                return;
            }
            Err(_) => {
                self.silent(CHECK, None, report);
                return;
            }
        };
        let server = seen
            .server()
            .unwrap_or_else(|| "a certificate that cannot be read".to_owned());
        let version = match version {
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        let ours = match (seen.was_asked(), seen.has_certificate()) {
            (true, true) => "client certificate asked for and taken",
            (true, false) => "client certificate asked for, and none shown",
            (false, true) => "client certificate not asked for",
            (false, false) => "no client certificate asked for",
        };
        let detail = format!("{}: {version}, {server}; {ours}", self.name());
        match (self.is_vendors, seen.was_asked() && seen.has_certificate()) {
            (true, false) => {
                let remedy = "D1 asks for one: something in between may answer in its place";
                report.warning(CHECK, detail, remedy);
            }
            _ => report.ok(CHECK, detail),
        }
        clock(&head, report);
    }

    fn silent(&self, check: &'static str, error: Option<&io::Error>, report: &mut Report) {
        let why = match error.map(io::Error::kind) {
            Some(
                io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe,
            ) => "the connection was closed without an answer".to_owned(),
            Some(kind) => kind.to_string(),
            None => format!("no answer within {} s", self.patience.as_secs()),
        };
        let remedy = "is this D1's port? a firewall may accept the connection and let nothing through";
        report.failed(check, Exit::NotSent, format!("{}: {why}", self.name()), remedy);
    }
}

/// This machine's clock against the answer's `Date`.
fn clock(head: &str, report: &mut Report) {
    const CHECK: &str = "clock";
    const REMEDY: &str = "set this machine's clock by NTP (timedatectl set-ntp true)";
    let date = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date")
            .then(|| httpdate::parse_http_date(value.trim()).ok())?
    });
    let Some(date) = date else {
        report.warning(
            CHECK,
            "the server's answer has no Date to compare with",
            "compare it with another clock: date -u",
        );
        return;
    };
    let now = SystemTime::now();
    let (off, direction) = match now.duration_since(date) {
        Ok(ahead) => (ahead.as_secs(), "ahead of"),
        Err(behind) => (behind.duration().as_secs(), "behind"),
    };
    let detail = format!("{off} s {direction} the server's");
    if off <= SKEW {
        report.ok(CHECK, detail);
    } else if off < DAY {
        report.warning(CHECK, detail, REMEDY);
    } else {
        report.failed(CHECK, Exit::Usage, detail, REMEDY);
    }
}
