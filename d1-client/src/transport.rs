//! Where a connection failed, derived from the errors of the libraries below.

use std::{error::Error as StdError, io};

use rustls::AlertDescription;

use crate::certificate_alert::{RefusedInHandshake, is_about_our_certificate};

/// Where a connection failed: a category, without a host, a URL or the text of the libraries below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The name of the host has no address, or the lookup failed.
    #[error("the host name has no address")]
    Dns,
    /// The host refused the connection, or cannot be reached.
    #[error("the host refused the connection or cannot be reached")]
    Tcp,
    /// The proxy cannot be reached or trusted, or does not connect to the host. A proxy does not say whether the
    /// cause is the proxy or the host.
    #[error("the proxy cannot be reached, or does not connect to the host")]
    Proxy,
    /// The proxy demands a user and a password, or does not accept those in its URL.
    #[error("the proxy requires a user and a password, or does not accept those in its URL")]
    ProxyAuthentication,
    /// No connection within the connect time-out.
    #[error("the host did not answer within the connect time-out")]
    ConnectTimeout,
    /// The server's certificate has expired, or is not valid yet.
    #[error("the server's certificate has expired or is not valid yet")]
    ServerCertificateExpired,
    /// The server's certificate is for another host.
    #[error("the server's certificate is for another host")]
    ServerCertificateForAnotherHost,
    /// The server's certificate does not chain to a trusted root.
    #[error("the server's certificate does not chain to a trusted root")]
    ServerCertificateUntrusted,
    /// The server's certificate is revoked by a list of [`add_crl_pem`](crate::ClientBuilder::add_crl_pem), or there is no
    /// list that says that it is not.
    #[error("the server's certificate is revoked, or no revocation list says that it is not")]
    ServerCertificateRevoked,
    /// The server demands a client certificate and got none.
    #[error("the server demands a client certificate")]
    ClientCertificateRequired,
    /// The server does not accept the client certificate: it has expired, was revoked, or another authority signed
    /// it.
    #[error("the server does not accept the client certificate")]
    ClientCertificateRefused,
    /// Any other failure of the TLS handshake.
    #[error("the TLS handshake failed")]
    Tls,
    /// Any other failure before there was a connection.
    #[error("no connection could be made")]
    Connect,
    /// The connection was reset or closed before the answer was complete.
    #[error("the connection was closed before the answer was complete")]
    Reset,
}

impl TransportError {
    /// Whether the server said that it refuses the client certificate, in the handshake or at any time after it.
    pub(crate) fn refuses_the_certificate(self) -> bool {
        matches!(
            self,
            Self::ClientCertificateRequired | Self::ClientCertificateRefused
        )
    }

    /// The category of a failure in reqwest, by its causes.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if let Some(proxy) = sources(error).find_map(proxy_error)
            && !error.is_timeout()
        {
            return proxy;
        }
        let tls = sources(error).find_map(tls_error);
        if let Some(tls) = tls
            && (error.is_connect() || tls.refuses_the_certificate())
        {
            return tls;
        }
        if !error.is_connect() {
            return Self::Reset;
        }
        if error.is_timeout() {
            return Self::ConnectTimeout;
        }
        // hyper-util names the step in which connecting failed, and nothing else does.
        if sources(error).any(|source| source.to_string() == "dns error") {
            return Self::Dns;
        }
        let io = sources(error)
            .filter_map(|source| source.downcast_ref::<io::Error>())
            .map(io::Error::kind)
            .last();
        match io {
            Some(io::ErrorKind::TimedOut) => Self::ConnectTimeout,
            Some(
                io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData,
            ) => Self::Tls,
            Some(_) => Self::Tcp,
            None => Self::Connect,
        }
    }
}

/// Whether the server refused our certificate before it sent anything. In that case it has read nothing either.
pub(crate) fn was_refused_in_handshake(error: &reqwest::Error) -> bool {
    let tls = sources(error).find_map(|source| source.downcast_ref::<rustls::Error>());
    matches!(tls, Some(rustls::Error::Other(other)) if other.0.is::<RefusedInHandshake>())
}

/// Whether the server guarantees that it has not processed the request (RFC 9113, section 8.7): it reset the stream with
/// `REFUSED_STREAM`, or closed the connection with a `GOAWAY` whose last stream is a lower one.
///
/// h2 gives a stream the error of a `GOAWAY` only if the stream is above the last one named, or was never opened; those
/// below go on, and if the connection then ends they get an I/O error.
pub(crate) fn was_not_processed(error: &reqwest::Error) -> bool {
    let h2 = sources(error).find_map(|source| source.downcast_ref::<h2::Error>());
    h2.is_some_and(|error| {
        error.is_remote()
            && (error.is_go_away()
                || (error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM)))
    })
}

/// An error and its causes; the contents of an I/O error count as a cause.
fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

/// Of a failure between us and the proxy. hyper-util's error type is private; only its text identifies it.
fn proxy_error(error: &(dyn StdError + 'static)) -> Option<TransportError> {
    Some(match error.to_string().strip_prefix("tunnel error: ")? {
        "proxy authorization required" => TransportError::ProxyAuthentication,
        _ => TransportError::Proxy,
    })
}

fn tls_error(error: &(dyn StdError + 'static)) -> Option<TransportError> {
    use rustls::{CertificateError as Certificate, Error};

    Some(match error.downcast_ref::<Error>()? {
        Error::InvalidCertificate(
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. },
        ) => TransportError::ServerCertificateExpired,
        Error::InvalidCertificate(
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. },
        ) => TransportError::ServerCertificateForAnotherHost,
        Error::InvalidCertificate(
            Certificate::Revoked
            | Certificate::UnknownRevocationStatus
            | Certificate::ExpiredRevocationList
            | Certificate::ExpiredRevocationListContext { .. },
        ) => TransportError::ServerCertificateRevoked,
        Error::InvalidCertificate(_) => TransportError::ServerCertificateUntrusted,
        Error::AlertReceived(alert) => of_alert(*alert),
        Error::Other(other) => other
            .0
            .downcast_ref()
            .map_or(TransportError::Tls, |RefusedInHandshake(alert)| of_alert(*alert)),
        _ => TransportError::Tls,
    })
}

fn of_alert(alert: AlertDescription) -> TransportError {
    match alert {
        AlertDescription::CertificateRequired => TransportError::ClientCertificateRequired,
        _ if is_about_our_certificate(alert) => TransportError::ClientCertificateRefused,
        _ => TransportError::Tls,
    }
}
