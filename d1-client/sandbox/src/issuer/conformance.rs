//! A conformance run: everything that D1 does with an issuer's service, and what it must not be able to do.

use std::collections::BTreeSet;
use std::fmt;

use http::{Method, header};
use serde_json::Value;

use super::client::{Base64, Question, Sent, Trouble, send};
use super::finding::{Finding, Severity};
use super::{FOREIGN_TOKEN, Issuer, told, validation};

/// How many requests are sent at the same time.
const AT_ONCE: usize = 8;

/// Every check: its name, and what it is about.
const CHECKS: [(&str, &str); 35] = [
    (
        "token.answer",
        "a token for the client credentials that D1 sends, in base64url",
    ),
    ("token.schema", "the fields of the token's answer"),
    ("token.expires_in", "`expires_in` is a string"),
    ("token.scope", "a token for a request with a scope"),
    (
        "token.base64",
        "a token for credentials in base64, as other clients send them",
    ),
    ("token.wrong_secret", "no token for a wrong secret"),
    ("token.unknown_client", "no token for an unknown client"),
    ("token.no_credentials", "no token without credentials"),
    ("token.grant_type", "no token for another grant"),
    ("token.not_stored", "the token's answer is not to be stored"),
    ("consumer.known", "a known consumer is answered"),
    ("consumer.schema", "every field keeps its rule"),
    ("consumer.blank", "no field is blank"),
    ("consumer.data", "the data are those expected"),
    ("consumer.other", "another consumer is answered"),
    ("consumer.other_data", "with its own data"),
    ("consumer.at_once", "requests at the same time get their own data"),
    ("consumer.card", "a request with a card is answered alike"),
    ("consumer.parameter", "an unknown query parameter is passed over"),
    ("consumer.header", "an unknown header is passed over"),
    ("consumer.correlation_id", "a correlation id is taken"),
    ("consumer.older_correlation_id", "one with dots and blanks, too"),
    ("consumer.token_again", "a token serves more than once"),
    ("consumer.unknown", "an unknown consumer is answered with 404"),
    ("consumer.error_body", "an error is JSON with a text `error`"),
    ("consumer.error_secret", "an error repeats no token and no secret"),
    ("consumer.no_token", "nobody is answered without a token"),
    ("consumer.foreign_token", "nor with a token of somebody else's"),
    ("consumer.cut_token", "nor with a part of a token"),
    ("consumer.malformed_id", "a malformed consumer id is refused"),
    ("consumer.other_issuer", "another issuer is refused"),
    ("consumer.method", "another method is refused"),
    ("consumer.not_stored", "the person's answer is not to be stored"),
    ("consumer.in_time", "every answer comes in time"),
    (
        "tls.client_certificate",
        "nobody is answered without a client certificate",
    ),
];

/// Which consumers a conformance run asks for.
///
/// ```
/// use d1_sandbox::ConformancePlan;
/// use serde_json::json;
///
/// let plan = ConformancePlan::new("c-unknown")
///     .known("c-1", json!({"firstName": "Ada", "lastName": "Lovelace"}))
///     .known("c-2", json!({"firstName": "Alan", "lastName": "Turing"}));
/// ```
#[derive(Clone)]
#[must_use = "run it: `issuer_conformance`"]
pub struct ConformancePlan {
    known: Vec<(String, Value)>,
    unknown: String,
    card: String,
}

impl ConformancePlan {
    /// A plan with the id of a consumer that the issuer does not know.
    pub fn new(unknown: impl Into<String>) -> Self {
        Self {
            known: Vec::new(),
            unknown: unknown.into(),
            card: "card-1".to_owned(),
        }
    }

    /// A consumer that the issuer knows, and what it is to answer. Of the data that are not listed here, only the rules are
    /// checked. Two are needed for all checks.
    pub fn known(mut self, consumer_id: impl Into<String>, expected: impl Into<Value>) -> Self {
        self.known.push((consumer_id.into(), expected.into()));
        self
    }

    /// The card that is asked with; `card-1` by default.
    pub fn card(mut self, card_id: impl Into<String>) -> Self {
        self.card = card_id.into();
        self
    }
}

impl fmt::Debug for ConformancePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConformancePlan")
            .field("known", &self.known.len())
            .finish_non_exhaustive()
    }
}

/// What a conformance run found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Conformance {
    /// All checks, in their order.
    pub checks: Vec<Check>,
}

/// A check, and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its name, as in `consumer.unknown`.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// Whether it could be made: some need a token, some TLS, some a second consumer.
    pub ran: bool,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Conformance {
    /// Whether no check found an error. There may be warnings.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failed().is_empty()
    }

    /// The names of the checks that found an error.
    #[must_use]
    pub fn failed(&self) -> Vec<&'static str> {
        self.with(Severity::Error)
    }

    /// The names of the checks that found a warning.
    #[must_use]
    pub fn warned(&self) -> Vec<&'static str> {
        self.with(Severity::Warning)
    }

    fn with(&self, severity: Severity) -> Vec<&'static str> {
        let has = |check: &&Check| check.findings.iter().any(|finding| finding.severity == severity);
        self.checks.iter().filter(has).map(|check| check.name).collect()
    }
}

impl fmt::Display for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let worst = check.findings.iter().map(|finding| finding.severity).max();
            let mark = match (check.ran, worst) {
                (_, Some(Severity::Error)) => "failed ",
                (_, Some(Severity::Warning)) => "warning",
                (true, None) => "passed ",
                (false, None) => "skipped",
            };
            writeln!(f, "{mark} {:30} {}", check.name, check.about)?;
            for finding in &check.findings {
                writeln!(f, "        {finding}")?;
            }
        }
        Ok(())
    }
}

/// Runs every check against an issuer's service: a URL, or an [`Issuer`] with credentials and TLS.
///
/// ```no_run
/// # async fn run() {
/// use d1_sandbox::{ConformancePlan, issuer_conformance};
/// use serde_json::json;
///
/// let plan = ConformancePlan::new("c-unknown")
///     .known("c-1", json!({"firstName": "Ada", "lastName": "Lovelace"}))
///     .known("c-2", json!({"firstName": "Alan", "lastName": "Turing"}));
/// let conformance = issuer_conformance("http://127.0.0.1:8080", plan).await;
/// assert!(conformance.passed(), "{conformance}");
/// # }
/// ```
pub async fn issuer_conformance(issuer: impl Into<Issuer>, plan: ConformancePlan) -> Conformance {
    let mut run = Run {
        issuer: issuer.into(),
        ran: BTreeSet::new(),
        findings: Vec::new(),
        token: None,
    };
    run.tokens().await;
    run.people(&plan).await;
    run.strangers(&plan).await;
    run.finish()
}

struct Run {
    issuer: Issuer,
    ran: BTreeSet<&'static str>,
    findings: Vec<Finding>,
    token: Option<String>,
}

impl Run {
    /// Sends a question; an answer that does not come in time is a finding of its own.
    async fn send(&mut self, question: &Question) -> Sent {
        self.ran.insert("consumer.in_time");
        let answer = send(&self.issuer, question).await;
        if let Err(Trouble::Late(_)) = &answer {
            let late = validation::came("consumer.in_time", question, &answer);
            self.findings.extend(late.err());
        }
        answer
    }

    /// Notes what a check found, under its own name if the finding has none of the registry's more special ones.
    fn note(&mut self, check: &'static str, findings: impl IntoIterator<Item = Finding>) {
        self.ran.insert(check);
        for finding in findings {
            self.ran.insert(finding.check);
            self.findings.push(finding);
        }
    }

    fn question(&self, consumer_id: &str) -> Question {
        self.issuer.question(consumer_id).bearer(self.token.as_deref())
    }

    async fn tokens(&mut self) {
        let credentials = self.issuer.credentials.clone();
        let Some((question, (client_id, secret))) = self.issuer.token_question().zip(credentials) else {
            return;
        };
        let answer = self.send(&question).await;
        let (token, findings) = validation::token("token.answer", &question, &answer);
        self.ran.extend(["token.schema", "token.expires_in"]);
        self.note("token.answer", findings);
        self.not_stored("token.not_stored", &question, &answer);
        self.token = token;

        let grant = "grant_type=client_credentials";
        let path = self.issuer.token_path.clone();
        let bare = || Question::new(Method::POST, path.clone(), "POST for a token");
        let with = |base64| bare().basic(&client_id, &secret, base64);
        let scoped = with(Base64::Url).form(&format!("{grant}&scope=d1"));
        self.taken("token.scope", scoped.words("with a scope")).await;
        let standard = with(Base64::Standard).form(grant);
        self.taken("token.base64", standard.words("with base64")).await;

        let wrong = bare().basic(&client_id, &format!("{secret}x"), Base64::Url);
        let unknown = bare().basic("nobody", &secret, Base64::Url);
        let other = with(Base64::Url).form("grant_type=password");
        for (check, question, words) in [
            ("token.wrong_secret", wrong.form(grant), "with a wrong secret"),
            (
                "token.unknown_client",
                unknown.form(grant),
                "with an unknown client",
            ),
            ("token.no_credentials", bare().form(grant), "without credentials"),
            ("token.grant_type", other, "with another grant"),
        ] {
            let question = question.words(words);
            let answer = self.send(&question).await;
            let mut findings = validation::refusal(check, &question, &answer, &[400, 401], &[&secret]);
            // RFC 6749 says what the body of a refused token request is, and so does no page of the vendor's.
            for finding in &mut findings {
                if finding.check == "consumer.error_body" {
                    finding.severity = Severity::Warning;
                }
            }
            self.note(check, findings);
        }
    }

    /// Sends a request for a token that is to be given. What is wrong with its fields is told already.
    async fn taken(&mut self, check: &'static str, question: Question) {
        let answer = self.send(&question).await;
        let (_, findings) = validation::token(check, &question, &answer);
        let findings = findings.into_iter().filter(|finding| finding.check == check);
        let findings = findings.map(|finding| match check {
            "token.base64" => finding.warning(),
            _ => finding,
        });
        self.note(check, findings);
    }

    async fn people(&mut self, plan: &ConformancePlan) {
        let names = [
            ("consumer.known", "consumer.data"),
            ("consumer.other", "consumer.other_data"),
        ];
        for ((check, data), (id, expected)) in names.into_iter().zip(&plan.known) {
            let question = self.question(id);
            let answer = self.send(&question).await;
            let (person, findings) = validation::person(check, &question, &answer);
            self.ran.extend(["consumer.schema", "consumer.blank"]);
            self.note(check, findings);
            if let Some(person) = person {
                self.note(data, different(data, &question, expected, &person));
            }
            self.not_stored("consumer.not_stored", &question, &answer);
        }
        let Some((id, expected)) = plan.known.first() else {
            return;
        };
        let asked = || self.question(id);
        let correlated = |correlation_id: &str| asked().header("x-correlation-id", correlation_id);
        let card = asked().query(&format!("cardId={}", plan.card));
        let dotted = correlated("d1.sandbox 1").words("with dots and blanks in the correlation id");
        let alike = [
            ("consumer.card", card.words("with a card")),
            (
                "consumer.parameter",
                asked().query("d1New=1").words("with an unknown parameter"),
            ),
            (
                "consumer.header",
                asked().header("x-d1-new", "1").words("with an unknown header"),
            ),
            (
                "consumer.correlation_id",
                correlated("d1-sandbox_1").words("with a correlation id"),
            ),
            ("consumer.older_correlation_id", dotted),
            ("consumer.token_again", asked().words("again")),
        ];
        for (check, question) in alike {
            let answer = self.send(&question).await;
            self.note(check, unlike(check, &question, &answer, expected));
        }
        self.at_once(plan).await;
    }

    /// The same service asked for both consumers at the same time.
    async fn at_once(&mut self, plan: &ConformancePlan) {
        const CHECK: &str = "consumer.at_once";
        let mut tasks = tokio::task::JoinSet::new();
        for (id, expected) in plan.known.iter().cycle().take(AT_ONCE) {
            let question = self.question(id).words("with others at the same time");
            let (issuer, expected) = (self.issuer.clone(), expected.clone());
            tasks.spawn(async move {
                let answer = send(&issuer, &question).await;
                unlike(CHECK, &question, &answer, &expected)
            });
        }
        let mut findings = Vec::new();
        while let Some(found) = tasks.join_next().await {
            findings.extend(found.unwrap_or_default());
        }
        findings.truncate(1);
        self.note(CHECK, findings);
    }

    async fn strangers(&mut self, plan: &ConformancePlan) {
        let token = self.token.clone();
        let secrets: Vec<&str> = token.iter().map(String::as_str).chain([FOREIGN_TOKEN]).collect();
        self.ran.extend(["consumer.error_body", "consumer.error_secret"]);
        let id = plan.known.first().map_or(&*plan.unknown, |(id, _)| id);
        let other: String = self.issuer.issuer_id.chars().rev().collect();
        let other = self.issuer.clone().issuer_id(other).question(id);
        let other = other.bearer(self.token.as_deref()).words("of another issuer");
        let unknown = self.question(&plan.unknown).words("that is unknown");
        let malformed = self.question("not%20an%20id").words("with a malformed id");
        let mut refused: Vec<(&'static str, Question, &[u16])> = vec![
            ("consumer.unknown", unknown, &[404]),
            ("consumer.malformed_id", malformed, &[400, 404]),
            ("consumer.other_issuer", other, &[400, 401, 403, 404]),
        ];
        if let Some(token) = &token {
            let statuses = &[401, 403][..];
            let bare = || self.issuer.question(id);
            let foreign = bare().bearer(Some(FOREIGN_TOKEN)).words("with a foreign token");
            let cut = bare().bearer(Some(&token[..token.len() / 2]));
            refused.extend([
                ("consumer.no_token", bare().words("without a token"), statuses),
                ("consumer.foreign_token", foreign, statuses),
                (
                    "consumer.cut_token",
                    cut.words("with a part of a token"),
                    statuses,
                ),
            ]);
        }
        for (check, question, statuses) in refused {
            let answer = self.send(&question).await;
            let findings = validation::refusal(check, &question, &answer, statuses, &secrets);
            self.note(check, findings);
        }
        let question = self.question(id).method(Method::DELETE).words("by DELETE");
        let wrong = ("no refusal", "D1 only reads: expected 405");
        self.refused("consumer.method", &question, wrong).await;
        #[cfg(feature = "tls")]
        if self.issuer.base_url.starts_with("https:") {
            let question = self.question(id).without_certificate();
            let question = question.words("without a client certificate");
            let wrong = ("an answer", "mutual TLS tells D1 from others");
            self.refused("tls.client_certificate", &question, wrong).await;
        }
    }

    /// Sends what is not to be answered; whatever refuses it is well.
    async fn refused(&mut self, check: &'static str, question: &Question, (came, why): (&str, &str)) {
        let answer = self.send(question).await;
        let wrong = answer.is_ok_and(|answer| !answer.status.is_client_error());
        let finding = wrong.then(|| Finding::new(check, &question.words, came, why));
        self.note(check, finding);
    }

    fn not_stored(&mut self, check: &'static str, question: &Question, answer: &Sent) {
        let Ok(answer) = answer else { return };
        let values = answer.headers.get_all(header::CACHE_CONTROL).iter();
        let stored = !values
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.to_ascii_lowercase().contains("no-store"));
        let finding = || {
            let came = format!("{} without Cache-Control: no-store", told(answer.status));
            Finding::new(check, &question.words, came, "a cache on the way may keep it").warning()
        };
        self.note(check, (stored && answer.status.is_success()).then(finding));
    }

    fn finish(self) -> Conformance {
        let Self { ran, findings, .. } = self;
        let check = |(name, about): (&'static str, &'static str)| {
            let mut of_it: Vec<Finding> = Vec::new();
            for finding in findings.iter().filter(|finding| finding.check == name) {
                if !of_it.contains(finding) {
                    of_it.push(finding.clone());
                }
            }
            Check {
                name,
                about,
                ran: ran.contains(name),
                findings: of_it,
            }
        };
        Conformance {
            checks: CHECKS.into_iter().map(check).collect(),
        }
    }
}

/// What is wrong with an answer that is to hold this person. What is wrong with the fields themselves is told once, elsewhere.
fn unlike(check: &'static str, question: &Question, answer: &Sent, expected: &Value) -> Vec<Finding> {
    let (person, mut findings) = validation::person(check, question, answer);
    findings.retain(|finding| finding.check == check);
    if let Some(person) = person {
        findings.extend(different(check, question, expected, &person));
    }
    findings
}

/// The fields that are not as expected; fields that nobody expects are fine.
fn different(check: &'static str, question: &Question, expected: &Value, person: &Value) -> Vec<Finding> {
    let mut paths = Vec::new();
    compare(expected, person, String::new(), &mut paths);
    let finding = |path: String| {
        let came = format!("another value of {path} than expected");
        Finding::new(check, &question.words, came, "D1 tokenizes for the wrong person")
    };
    paths.into_iter().map(finding).collect()
}

fn compare(expected: &Value, found: &Value, path: String, paths: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(members), Value::Object(_)) => {
            for (name, member) in members {
                compare(member, &found[name], super::member(&path, name), paths);
            }
        }
        _ if expected == found => {}
        _ => paths.push(if path.is_empty() {
            "the whole".to_owned()
        } else {
            path
        }),
    }
}
