//! D1's side of *Get consumer information*: it asks an issuer's service, in whatever language that is written, and validates
//! what it answers.

mod client;
mod conformance;
mod finding;
mod tokenization;
mod validation;

use std::fmt;
#[cfg(feature = "tls")]
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::Value;

pub use conformance::{Check, Conformance, ConformancePlan, issuer_conformance};
pub use finding::{Finding, Severity};
pub use tokenization::Tokenization;
pub use validation::broken_outbound_rules;

use client::{Question, Sent};

/// What comes before `/issuers/…` (the vendor's documentation).
const PREFIX: &str = "/banking/d1/v1";

/// Where D1 fetches a token (the vendor's documentation).
const TOKEN_PATH: &str = "/authz/d1/v1/oauth2/token";

/// How long an answer may take. Inferred: how long D1 waits is not documented.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The issuer of a URL alone: that of a sandbox which was given none.
const DEFAULT_ISSUER: &str = "is_sandbox";

/// An issuer's service, and how it is asked: made by [`Sandbox::asks`](crate::Sandbox::asks), or of a URL.
///
/// ```no_run
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use d1_sandbox::Sandbox;
///
/// let sandbox = Sandbox::start().await;
/// let issuer = sandbox.asks("http://127.0.0.1:8080").credentials("d1", "a secret");
/// let asked = issuer.consumer("c-1f6e").await;
/// assert!(asked.findings.is_empty(), "{}", asked.findings[0]);
/// # }
/// ```
#[derive(Clone)]
#[must_use = "ask it"]
pub struct Issuer {
    base_url: String,
    issuer_id: String,
    prefix: String,
    token_path: String,
    credentials: Option<(String, String)>,
    timeout: Duration,
    #[cfg(feature = "tls")]
    tls: Option<Arc<tokio_rustls::rustls::ClientConfig>>,
}

/// What the issuer answered, and what is wrong with it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Asked {
    /// What D1 could not use, or would not like; empty when all is well.
    pub findings: Vec<Finding>,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// The person, as it was answered.
    pub person: Option<Value>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("findings", &self.findings)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Issuer {
    pub(crate) fn new(base_url: impl Into<String>, issuer_id: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            issuer_id: issuer_id.into(),
            prefix: PREFIX.to_owned(),
            token_path: TOKEN_PATH.to_owned(),
            credentials: None,
            timeout: TIMEOUT,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The issuer that the service is of; the sandbox's first by default.
    pub fn issuer_id(mut self, issuer_id: impl Into<String>) -> Self {
        self.issuer_id = issuer_id.into();
        self
    }

    /// The client id and the secret that D1 fetches a token with. Without them it fetches none, and sends none: OAuth is
    /// optional.
    pub fn credentials(mut self, client_id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials = Some((client_id.into(), secret.into()));
        self
    }

    /// What comes before `/issuers/…`; `/banking/d1/v1` by default.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into().trim_end_matches('/').to_owned();
        self
    }

    /// The path of the token endpoint; `/authz/d1/v1/oauth2/token` by default.
    pub fn token_path(mut self, path: impl Into<String>) -> Self {
        self.token_path = path.into();
        self
    }

    /// How long an answer may take; 5 seconds by default. Inferred: how long D1 waits is not documented.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How `https` is spoken: whom D1 trusts, and the certificate that it presents.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, config: Arc<tokio_rustls::rustls::ClientConfig>) -> Self {
        self.tls = Some(config);
        self
    }

    /// Fetches a token as D1 does, and asks for a consumer that the issuer knows.
    pub async fn consumer(&self, consumer_id: &str) -> Asked {
        self.ask(consumer_id, None).await
    }

    /// The same, with the card that D1 tokenizes.
    pub async fn consumer_with_card(&self, consumer_id: &str, card_id: &str) -> Asked {
        self.ask(consumer_id, Some(card_id)).await
    }

    /// Fetches a token as D1 does, and asks for a consumer that the issuer does not know: 404, and why as JSON.
    pub async fn unknown_consumer(&self, consumer_id: &str) -> Asked {
        let (token, mut findings) = self.token().await;
        let question = self.question(consumer_id).bearer(token.as_deref());
        let answer = client::send(self, &question).await;
        let secrets: Vec<&str> = token.as_deref().into_iter().collect();
        findings.extend(validation::refusal(
            "consumer",
            &question,
            &answer,
            &[404],
            &secrets,
        ));
        Asked::of(findings, answer, None)
    }

    /// Asks with a token that the issuer never gave: 401, and why as JSON.
    pub async fn bad_token(&self, consumer_id: &str) -> Asked {
        let question = self.question(consumer_id).bearer(Some(FOREIGN_TOKEN));
        let answer = client::send(self, &question).await;
        let findings = validation::refusal("consumer", &question, &answer, &[401, 403], &[FOREIGN_TOKEN]);
        Asked::of(findings, answer, None)
    }

    async fn ask(&self, consumer_id: &str, card_id: Option<&str>) -> Asked {
        let (token, mut findings) = self.token().await;
        let mut question = self.question(consumer_id).bearer(token.as_deref());
        if let Some(card_id) = card_id {
            question = question.query(&format!("cardId={card_id}"));
        }
        let answer = client::send(self, &question).await;
        let (person, found) = validation::person("consumer", &question, &answer);
        findings.extend(found);
        Asked::of(findings, answer, person)
    }

    /// A token, and what D1 could not use of the answer; none without credentials.
    async fn token(&self) -> (Option<String>, Vec<Finding>) {
        let Some(question) = self.token_question() else {
            return (None, Vec::new());
        };
        let answer = client::send(self, &question).await;
        validation::token("token", &question, &answer)
    }

    /// The request for a consumer, without a token.
    fn question(&self, consumer_id: &str) -> Question {
        let path = format!(
            "{}/issuers/{}/consumers/{consumer_id}",
            self.prefix, self.issuer_id
        );
        Question::new(Method::GET, path, "GET a consumer")
    }

    /// The request for a token, as D1 sends it; `None` without credentials.
    fn token_question(&self) -> Option<Question> {
        let (client_id, secret) = self.credentials.as_ref()?;
        let question = Question::new(Method::POST, self.token_path.clone(), "POST for a token");
        Some(
            question
                .basic(client_id, secret, client::Base64::Url)
                .form("grant_type=client_credentials"),
        )
    }
}

/// A token that nobody gave. It has the form of a JWT with the algorithm `none`.
const FOREIGN_TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkMSIsImV4cCI6NDEwMjQ0NDgwMH0.";

impl Asked {
    fn of(findings: Vec<Finding>, answer: Sent, person: Option<Value>) -> Self {
        Self {
            findings,
            status: answer.ok().map(|answer| answer.status.as_u16()),
            person,
        }
    }
}

impl From<&str> for Issuer {
    fn from(base_url: &str) -> Self {
        Self::new(base_url, DEFAULT_ISSUER)
    }
}

impl From<String> for Issuer {
    fn from(base_url: String) -> Self {
        Self::new(base_url, DEFAULT_ISSUER)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("base_url", &self.base_url)
            .field("issuer_id", &self.issuer_id)
            .field("prefix", &self.prefix)
            .field("token_path", &self.token_path)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The path of a member of what stands at `path`.
fn member(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

fn told(status: StatusCode) -> String {
    format!("status {}", status.as_u16())
}
