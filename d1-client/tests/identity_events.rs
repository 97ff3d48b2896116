//! Files of the client certificate are noticed by a call, at most every minute, and each look leaves an event. A test binary of
//! its own, since it takes the process's log.
#![cfg(all(unix, feature = "sandbox-tls"))]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

#[path = "openssl/mutual.rs"]
mod mutual;
mod openssl;

use std::{fs, io::Write, sync::mpsc, time::Duration};

use d1_client::{
    Client, ConsumerId, StaticToken,
    sandbox::{Sandbox, SandboxExt},
};
use openssl::TestPki;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio::{sync::watch, time::advance};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The lines of the log that are about identities.
#[derive(Clone)]
struct Log(watch::Sender<Vec<String>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        if text.contains("d1.identity") {
            self.0.send_modify(|lines| lines.push(text));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// The line with this number, once it is there.
    async fn line(&self, number: usize) -> String {
        let mut lines = self.0.subscribe();
        lines.wait_for(|lines| lines.len() > number).await.unwrap()[number].clone()
    }
}

async fn call(d1: &Client) {
    d1.consumer(ConsumerId::new("c-1").unwrap())
        .register()
        .send()
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn calls_notice_new_files_once_a_minute_and_announce_the_end() {
    let log = Log(watch::channel(Vec::new()).0);
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    // The clock does not run ahead while a socket is awaited.
    let (_hold, held) = mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || held.recv());

    let pki = TestPki::with_chain();
    pki.run("req -config openssl.cnf -x509 -new -key root-key.pem -subj /CN=root -days 99 -extensions authority -out root.pem");
    pki.run(
        "ca -config openssl.cnf -batch -notext -cert root.pem -keyfile root-key.pem -extensions authority -days 98 -in \
         intermediate.csr -out intermediate.pem",
    );
    pki.certify("client", "client-cert.pem", "-days 40");
    let (sandbox, shown) = mutual::start(&pki, Sandbox::builder().token_lifetime(100 * DAY)).await;
    let d1 = sandbox
        .client_builder()
        .token_source(StaticToken::new(sandbox.issue_token()))
        .identity_files(pki.path("chain.pem"), pki.path("client-key.pem"))
        .trust_only_pem(pki.read("root.pem"));
    let put = |text: &str| {
        pki.write("new", text);
        fs::rename(pki.path("new"), pki.path("chain.pem")).unwrap();
    };
    let chain = || pki.text("client-cert.pem") + &pki.text("intermediate.pem");
    put(&chain());
    let d1 = d1.build().unwrap();
    let serial = || d1.credentials().certificate.unwrap().serial;
    let first = serial();

    // Not before a minute has passed; and then once.
    pki.certify("client", "client-cert.pem", "-days 20");
    put(&chain());
    call(&d1).await;
    advance(MINUTE - Duration::from_secs(1)).await;
    call(&d1).await;
    assert_eq!((log.count(), serial() == first), (0, true));
    advance(Duration::from_secs(1)).await;
    call(&d1).await;
    call(&d1).await;
    let loaded = log.line(0).await;
    assert!(
        loaded.contains(r#"outcome="loaded""#) && loaded.contains(&format!("serial=\"{}\"", serial())),
        "{loaded}"
    );
    assert!(
        loaded.contains("not_after=\"20") && loaded.contains(" INFO "),
        "{loaded}"
    );
    // The new one has 20 days left.
    let soon = log.line(1).await;
    assert!(
        soon.contains(r#"outcome="expires soon" days=30"#) && soon.contains(" WARN "),
        "{soon}"
    );
    assert_ne!(serial(), first);
    call(&d1).await;
    let new = CertificateDer::from_pem_slice(&pki.read("client-cert.pem")).unwrap();
    assert_eq!(
        shown.since(0).last(),
        Some(&new.to_vec()),
        "new calls use a new connection"
    );

    advance(MINUTE).await;
    call(&d1).await;
    let unchanged = log.line(2).await;
    assert!(
        unchanged.contains(r#"outcome="unchanged""#) && unchanged.contains(" DEBUG "),
        "{unchanged}"
    );

    put("-----BEGIN CERTIFICATE-----\nMIIB");
    advance(MINUTE).await;
    call(&d1).await;
    let refused = log.line(3).await;
    assert!(
        refused.contains(r#"outcome="refused""#) && refused.contains("the text is cut off"),
        "{refused}"
    );
    assert!(
        refused.contains(" WARN ") && refused.contains("not_after=") && !refused.contains("MIIB"),
        "{refused}"
    );

    // The end comes nearer; each of the days is reported once.
    put(&chain());
    let mut at = log.count();
    for (days, event) in [
        (7, "days=14"),
        (7, "days=7"),
        (5, "days=1"),
        (1, r#"outcome="expired""#),
    ] {
        for _ in 0..2 {
            advance(DAY * days / 2).await;
            call(&d1).await;
            // "unchanged", and after it what there is to tell.
            log.line(at).await;
            at += 1;
        }
        let told = log.line(at).await;
        assert!(told.contains(event), "{told}");
        at += 1;
        assert_eq!(log.count(), at);
    }
    assert!(shown.since(shown.count() - 1).contains(&new.to_vec()));
}
