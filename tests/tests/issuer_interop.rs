//! The issuer's service and the conformance run, with parts that nobody here wrote: an OAuth client library of another
//! language, curl, and Flask services, a correct one and some that break one thing each.
//!
//! `D1_INTEROP_PYTHON` names a Python with `issuer_services/requirements.txt`, `D1_INTEROP_NODE` a folder of programs with
//! `redocly` and `prism` (CI makes both); without them only curl and our own service are used.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod issuer_server;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use d1_client::{
    ConsumerId,
    sandbox::{Conformance, ConformancePlan, Issuer, Sandbox, SandboxExt, issuer_conformance},
    types::PersonalInformation,
};
use issuer_server::{Authority, serve};
use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Nobody's time is measured: only the service that is late on purpose meets it.
const LONG: Duration = Duration::from_secs(30);

fn services() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("issuer_services")
}

fn python() -> Option<OsString> {
    let python = std::env::var_os("D1_INTEROP_PYTHON");
    if python.is_none() {
        eprintln!("skipped: D1_INTEROP_PYTHON is not set");
    }
    python
}

struct Setting {
    authority: Authority,
    folder: TempDir,
    sandbox: Sandbox,
}

impl Setting {
    async fn new() -> Self {
        let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
        authority.write(folder.path());
        let sandbox = Sandbox::start().await;
        Self {
            authority,
            folder,
            sandbox,
        }
    }

    fn issuer(&self, port: u16) -> Issuer {
        self.sandbox
            .asks(format!("https://localhost:{port}"))
            .credentials("d1", "a secret")
            .tls(self.authority.client())
            .timeout(LONG)
    }

    async fn conformance(&self, port: u16) -> Conformance {
        self.conformance_within(port, LONG).await
    }

    async fn conformance_within(&self, port: u16, timeout: Duration) -> Conformance {
        let ada = json!({"firstName": "Ada", "residencyAddress": {"countryCode": "GB"}});
        let plan = ConformancePlan::new("c-nobody")
            .known("c-ada", ada)
            .known("c-alan", json!({"firstName": "Alan", "lastName": "Turing"}));
        issuer_conformance(self.issuer(port).timeout(timeout), plan).await
    }

    /// A Flask service, and its port.
    async fn flask(&self, python: &OsString, name: &str) -> (Child, u16) {
        let mut child = Command::new(python)
            .arg(services().join(name))
            .arg(self.folder.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().unwrap_or_default();
        (
            child,
            port.parse().unwrap_or_else(|_| panic!("{name} has not started")),
        )
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_service_conforms() {
    let setting = Setting::new().await;
    let address = serve(setting.authority.server()).await;
    let conformance = setting.conformance(address.port()).await;
    assert!(
        conformance.passed() && conformance.warned().is_empty(),
        "{conformance}"
    );
    assert!(conformance.checks.iter().all(|check| check.ran), "{conformance}");
    let issuer = setting.issuer(address.port());
    for asked in [
        issuer.consumer("c-ada").await,
        issuer.consumer_with_card("c-ada", "card-1").await,
        issuer.unknown_consumer("c-nobody").await,
        issuer.bad_token("c-ada").await,
    ] {
        assert_eq!(asked.findings, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_asks_for_whom_it_holds_nothing_and_for_nobody_else() {
    let setting = Setting::new().await;
    let sandbox = &setting.sandbox;
    let d1 = sandbox.client_builder().build().unwrap();
    let consumer = |id| d1.consumer(ConsumerId::new(id).unwrap());
    consumer("c-ada").register().send().await.unwrap();

    let lost = sandbox.tokenize("c-ada", "card-1").await;
    assert!(!lost.asked && !lost.succeeded(), "nobody told D1 whom to ask");

    let address = serve(setting.authority.server()).await;
    sandbox.set_issuer_service(setting.issuer(address.port()));
    let told = sandbox.tokenize("c-ada", "card-1").await;
    assert!(told.asked && told.succeeded(), "{told}");
    assert_eq!(told.person.as_ref().unwrap()["firstName"], "Ada");
    assert!(!format!("{told}{told:?}").contains("Lovelace"));
    assert_eq!(sandbox.consumer("c-ada").unwrap().personal_information, None);

    // A card registers its consumer, and the issuer does not know this one.
    let unknown = sandbox.tokenize("c-nobody", "card-2").await;
    assert!(unknown.asked && !unknown.succeeded());
    assert_eq!(sandbox.consumer("c-nobody").unwrap().cards.len(), 1);

    let person = PersonalInformation::builder()
        .first_name("Alan")
        .last_name("Turing");
    consumer("c-alan")
        .register()
        .personal_information(person)
        .send()
        .await
        .unwrap();
    let held = sandbox.tokenize("c-alan", "card-3").await;
    assert!(!held.asked && held.succeeded(), "{held}");

    consumer("c-alan").delete().send().await.unwrap();
    assert!(!sandbox.tokenize("c-alan", "card-3").await.succeeded());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correct_service_conforms_and_a_broken_one_fails_by_name() {
    let Some(python) = python() else { return };
    let setting = Setting::new().await;
    let (_correct, port) = setting.flask(&python, "correct.py").await;
    let conformance = setting.conformance(port).await;
    assert!(
        conformance.passed() && conformance.warned().is_empty(),
        "{conformance}"
    );
    for (name, failed) in [
        ("language_of_three_letters", &["consumer.schema"][..]),
        ("blank_line", &["consumer.schema", "consumer.blank"]),
        (
            "no_content_for_unknown",
            &[
                "consumer.unknown",
                "consumer.malformed_id",
                "consumer.other_issuer",
            ],
        ),
        ("html_error", &["consumer.error_body"]),
        ("no_client_certificate", &["tls.client_certificate"]),
        (
            "another_consumers_data",
            &["consumer.other_data", "consumer.at_once"],
        ),
        ("unknown_parameter_refused", &["consumer.parameter"]),
        ("unknown_header_refused", &["consumer.header"]),
        ("token_in_an_error", &["consumer.error_secret"]),
    ] {
        let (_broken, port) = setting.flask(&python, &format!("{name}.py")).await;
        let conformance = setting.conformance(port).await;
        assert_eq!(conformance.failed(), failed, "{name}:\n{conformance}");
    }
    let (_broken, port) = setting.flask(&python, "late_answer.py").await;
    let conformance = setting.conformance_within(port, Duration::from_millis(500)).await;
    assert!(
        conformance.failed().contains(&"consumer.in_time"),
        "{conformance}"
    );
    let (_broken, port) = setting.flask(&python, "expires_in_a_number.py").await;
    let conformance = setting.conformance(port).await;
    assert!(conformance.passed(), "{conformance}");
    assert_eq!(conformance.warned(), ["token.expires_in"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oauth_library_of_another_language_gets_a_token_and_a_person() {
    let Some(python) = python() else { return };
    let setting = Setting::new().await;
    let address = serve(setting.authority.server()).await;
    let mut client = Command::new(python);
    let client = client
        .arg(services().join("authlib_client.py"))
        .arg(format!("https://localhost:{}", address.port()))
        .arg(setting.folder.path());
    let output = client.output().await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_with_a_client_certificate_gets_a_token_and_a_person() {
    let setting = Setting::new().await;
    let base = format!(
        "https://localhost:{}",
        serve(setting.authority.server()).await.port()
    );
    let folder = setting.folder.path();
    let curl = async |more: &[&str]| -> Output {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--cacert"])
            .arg(folder.join("ca.pem"));
        curl.args(more).output().await.unwrap()
    };
    let certificate = folder.join("client.pem");
    let certificate = certificate.to_str().unwrap();
    let token = format!("{base}/authz/d1/v1/oauth2/token");
    let asked = [
        "--cert",
        certificate,
        "--user",
        "d1:a secret",
        "--data",
        "grant_type=client_credentials",
        &token,
    ];
    let answer: serde_json::Value = serde_json::from_slice(&curl(&asked).await.stdout).unwrap();
    let bearer = format!(
        "Authorization: Bearer {}",
        answer["access_token"].as_str().unwrap()
    );
    let consumer = format!("{base}/banking/d1/v1/issuers/is_sandbox/consumers/c-alan");
    let answer = curl(&["--cert", certificate, "--header", &bearer, &consumer]).await;
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&answer.stdout).unwrap(),
        json!({"firstName": "Alan", "lastName": "Turing", "language": "en-GB"})
    );
    assert!(!curl(&["--header", &bearer, &consumer]).await.status.success());
}

/// The restated document is valid for a linter, and a mock server that is made of it alone passes our checks of answers.
#[tokio::test(flavor = "multi_thread")]
async fn other_tools_take_the_document_and_agree_with_our_checks() {
    let Some(node) = std::env::var_os("D1_INTEROP_NODE").map(PathBuf::from) else {
        eprintln!("skipped: D1_INTEROP_NODE is not set");
        return;
    };
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../d1-generated/outbound-consumer-v1.json");
    let mut redocly = Command::new(node.join("redocly"));
    let linted = redocly
        .args(["lint", "--extends=spec"])
        .arg(&document)
        .output()
        .await
        .unwrap();
    assert!(
        linted.status.success(),
        "{}",
        String::from_utf8_lossy(&linted.stderr)
    );

    let port = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut prism = Command::new(node.join("prism"));
    prism.args(["mock", "--port", &port.to_string()]).arg(&document);
    let mut prism = prism.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(prism.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("is listening") {
            break;
        }
    }
    let sandbox = Sandbox::start().await;
    let issuer = sandbox
        .asks(format!("http://127.0.0.1:{port}"))
        .credentials("d1", "a secret");
    let asked = issuer.consumer_with_card("c-ada", "card-1").await;
    assert_eq!((asked.status, asked.findings), (Some(200), Vec::new()));
}
