//! The doctor on the way through a proxy.

use d1_client::sandbox::Sandbox;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};

use super::{Secured, check, pki::Authority};

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A proxy on loopback that answers each request for a connection with this status, and then goes on as told.
async fn proxy(
    status: u16,
    tls: Option<tokio_rustls::TlsAcceptor>,
) -> (u16, tokio::task::JoinHandle<Vec<String>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let mut asked = Vec::new();
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let mut client: Box<dyn Stream> = match &tls {
                Some(tls) => match tls.accept(client).await {
                    Ok(client) => Box::new(client),
                    Err(_) => return asked,
                },
                None => Box::new(client),
            };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(client.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap();
            let host = head.split(' ').nth(1).unwrap().to_owned();
            asked.push(head);
            client
                .write_all(format!("HTTP/1.1 {status} Said\r\n\r\n").as_bytes())
                .await
                .unwrap();
            client.flush().await.unwrap();
            if status != 200 {
                return asked;
            }
            tokio::spawn(async move {
                let mut server = tokio::net::TcpStream::connect(host).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (port, serving)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_through_a_proxy_is_checked_and_its_password_not_told() {
    let secured = Secured::start().await;
    let (port, serving) = proxy(200, None).await;
    let url = format!("http://me:s3cret@127.0.0.1:{port}");
    let (json, code) = secured.doctor(&[("HTTPS_PROXY", &url)]);
    serving.abort();
    assert_eq!(
        (code, check(&json, "proxy").0, check(&json, "TLS").0),
        (0, "ok", "ok"),
        "{json}"
    );
    assert!(!json.to_string().contains("s3cret"), "{json}");

    let (port, serving) = proxy(407, None).await;
    let url = format!("http://me:s3cret@127.0.0.1:{port}");
    let (json, code) = secured.doctor(&[("HTTPS_PROXY", &url)]);
    let (status, detail, remedy) = check(&json, "proxy");
    assert_eq!((status, code), ("failed", 4), "{json}");
    assert!(
        detail.contains("user and a password") && remedy.contains("HTTPS_PROXY"),
        "{detail} {remedy}"
    );
    assert!(!json.to_string().contains("s3cret"), "{json}");
    assert!(serving.await.unwrap()[0].contains("Proxy-Authorization: Basic "));

    let (json, code) = secured.doctor(&[("HTTPS_PROXY", "socks5://me:s3cret@127.0.0.1:9")]);
    assert_eq!((check(&json, "proxy").0, code), ("warning", 2), "{json}");
    assert!(
        json.to_string().contains("SOCKS") && !json.to_string().contains("s3cret"),
        "{json}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_through_a_proxy_behind_tls_is_checked() {
    let secured = Secured::start().await;
    let trusted = || Some(secured.authority.server("localhost", None).into());
    let (port, serving) = proxy(200, trusted()).await;
    let url = format!("https://me:s3cret@localhost:{port}");
    let (json, code) = secured.doctor(&[("HTTPS_PROXY", &url)]);
    serving.abort();
    assert_eq!(
        (
            code,
            check(&json, "proxy").0,
            check(&json, "TLS").0,
            check(&json, "call").0
        ),
        (0, "ok", "ok", "ok"),
        "{json}"
    );
    assert!(!json.to_string().contains("s3cret"), "{json}");

    let (port, serving) = proxy(407, trusted()).await;
    let url = format!("https://localhost:{port}");
    let (json, code) = secured.doctor(&[("HTTPS_PROXY", &url)]);
    assert_eq!((check(&json, "proxy").0, code), ("failed", 4), "{json}");
    assert_eq!(serving.await.unwrap().len(), 1);

    // One that nobody trusts, and one that speaks no TLS.
    let (port, serving) = proxy(
        200,
        Some(Authority::new("Other").server("localhost", None).into()),
    )
    .await;
    let url = format!("https://localhost:{port}");
    let (json, code) = secured.doctor(&[("HTTPS_PROXY", &url)]);
    serving.abort();
    let (status, detail, _) = check(&json, "proxy");
    assert_eq!((status, code), ("failed", 4), "{json}");
    assert!(detail.contains("localhost: the server's certificate"), "{detail}");
    let clear = Sandbox::start().await;
    let host = clear.banking_url().split('/').nth(2).unwrap();
    let (json, code) = secured.doctor(&[("HTTPS_PROXY", &format!("https://{host}"))]);
    assert_eq!((check(&json, "proxy").0, code), ("failed", 4), "{json}");
    assert!(check(&json, "proxy").1.contains("does not speak TLS"), "{json}");
}
