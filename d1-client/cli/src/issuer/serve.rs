//! `d1 issuer serve FILE`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use clap::Args;
use d1_client::issuer::{
    AuthorizationChosen, ConsumerDirectory, ConsumerInformation, ConsumerInformationService, DirectoryError,
    IssuedTokens, Lookup,
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustls::{ServerConfig, crypto::aws_lc_rs, server::WebPkiClientVerifier};
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    time::{error::Elapsed, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{
    Agreed,
    records::{self, Records},
};
use crate::{argument, config::Config, end::End, failure::Failure, output::Output};

/// Serve the consumers of a file to D1 (Get consumer information).
///
/// With a client id, the token endpoint, too. The file holds one JSON record a line, a list, or {"consumers": […]}: a consumerId,
/// and either personalInformation as it is registered, or the members of the answer. How D1 is recognized must be said:
/// --client-id, --client-ca or --behind-gateway.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The consumers.
    file: PathBuf,
    /// The port to listen on; one that is free if 0.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = argument::port)]
    port: u16,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    #[command(flatten)]
    agreed: Agreed,
    /// PEM file of the server's certificate, for TLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// PEM file of its key.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// PEM file of the authorities of D1's client certificate, which is then demanded.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    client_ca: Option<PathBuf>,
    /// Answer everybody: a gateway in front lets nobody but D1 through.
    #[arg(long)]
    behind_gateway: bool,
}

/// How long a handshake, or the head of a request, may take; also how long a connection is kept without one.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long no connection is taken where none can be.
const BUSY: Duration = Duration::from_millis(100);

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

type Service = ConsumerInformationService<Directory, AuthorizationChosen>;

struct Directory(Records);

impl ConsumerDirectory for Directory {
    async fn consumer(&self, lookup: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
        Ok(self.0.get(lookup.consumer_id.as_str()).cloned())
    }
}

pub(super) async fn run(arguments: Arguments, config: &Config, output: &Output) -> Result<(), Failure> {
    let mut end = End::new()?;
    let records = records::read(&arguments.file)?;
    let count = records.len();
    let service = service(&arguments, config, records)?;
    let acceptor = acceptor(&arguments)?;
    let address = SocketAddr::new(arguments.host, arguments.port);
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Failure::usage(format!("cannot listen on {address}: {error}")))?;
    let address = listener.local_addr().map_err(Failure::usage)?;
    let url = match &acceptor {
        Some(_) if address.ip().is_loopback() => format!("https://localhost:{}", address.port()),
        Some(_) => format!("https://{address}"),
        None => format!("http://{address}"),
    };
    let result = json!({"url": url, "prefix": arguments.agreed.prefix, "consumers": count});
    output.result(&result, || {
        format!(
            "serving {count} consumers at {url}{}, until interrupted",
            arguments.agreed.prefix
        )
    });
    output.told()?;
    tokio::select! {
        () = accept(listener, acceptor, service) => {}
        () = end.wait() => {}
    }
    Ok(())
}

fn service(arguments: &Arguments, config: &Config, records: Records) -> Result<Service, Failure> {
    let agreed = &arguments.agreed;
    let service = ConsumerInformationService::new(Agreed::issuer_id(config)?, Directory(records));
    let service = service.prefix(&agreed.prefix);
    let service = match agreed.credentials()? {
        Some((client_id, secret)) => service.tokens(IssuedTokens::new(client_id, &*secret, token_key()?)),
        // The handshake has refused everybody else by then.
        None if arguments.client_ca.is_some() || arguments.behind_gateway => service.behind_a_gateway(),
        None => {
            return Err(Failure::usage("how D1 is recognized is not said")
                .hint("set --client-id, --client-ca, or --behind-gateway"));
        }
    };
    service.validate().map_err(Failure::usage)?;
    Ok(service)
}

/// A key for the tokens of this process.
fn token_key() -> Result<[u8; 32], Failure> {
    let mut key = [0; 32];
    let random = aws_lc_rs::default_provider().secure_random;
    random
        .fill(&mut key)
        .map_err(|_| Failure::usage("the system has no random numbers"))?;
    Ok(key)
}

fn acceptor(arguments: &Arguments) -> Result<Option<TlsAcceptor>, Failure> {
    let (Some(certificate), Some(key)) = (&arguments.tls_cert, &arguments.tls_key) else {
        return Ok(None);
    };
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(Failure::usage)?;
    let config = match &arguments.client_ca {
        Some(file) => {
            let roots = Arc::new(super::roots(file)?);
            let clients = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
            config.with_client_cert_verifier(clients.map_err(Failure::usage)?)
        }
        None => config.with_no_client_auth(),
    };
    let config = config
        .with_single_cert(super::certificates(certificate)?, super::key(key)?)
        .map_err(|error| Failure::usage(format!("{}: {error}", certificate.display())))?;
    Ok(Some(Arc::new(config).into()))
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, service: Service) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, until a connection ends.
            sleep(BUSY).await;
            continue;
        };
        tokio::spawn(connection(stream, acceptor.clone(), service.clone()));
    }
}

async fn connection(
    stream: impl Stream,
    acceptor: Option<TlsAcceptor>,
    service: Service,
) -> Result<(), Elapsed> {
    match acceptor {
        Some(acceptor) => {
            if let Ok(stream) = timeout(PATIENCE, acceptor.accept(stream)).await? {
                answer(stream, service).await;
            }
        }
        None => answer(stream, service).await,
    }
    Ok(())
}

async fn answer(stream: impl Stream, service: Service) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    // Whatever ends a connection is the peer's doing.
    let _ = served.await;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rustls::server::ResolvesServerCertUsingSni;
    use tokio::{io::AsyncWriteExt, time::Instant};

    use super::*;

    fn service() -> Service {
        let issuer = "is_example".parse().unwrap();
        ConsumerInformationService::new(issuer, Directory(Records::default())).behind_a_gateway()
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_says_nothing_or_not_all_is_not_waited_for_for_ever() {
        let nobody = Arc::new(ResolvesServerCertUsingSni::new());
        let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(nobody);
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        for (acceptor, sent) in [
            (None, ""),
            (None, "GET / HTTP/1.1\r\nHost: d1"),
            (Some(acceptor), ""),
        ] {
            let (mut peer, stream) = tokio::io::duplex(1024);
            peer.write_all(sent.as_bytes()).await.unwrap();
            let began = Instant::now();
            let _ = connection(stream, acceptor, service()).await;
            assert_eq!(began.elapsed().as_secs(), PATIENCE.as_secs(), "{sent:?}");
        }
    }
}
