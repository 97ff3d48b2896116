//! Another client than ours: reqwest, strings and JSON written by hand.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot ask has failed")]

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use d1_sandbox::Sandbox;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A person with every field that Click to Pay needs.
pub(crate) fn person() -> Value {
    json!({
        "firstName": "Ada",
        "lastName": "Müller-Łukasz",
        "language": "fre",
        "email": "ada@example.org",
        "mobilePhoneNumber": {"countryCode": "+33", "phoneNumber": "612345678"},
        "residencyAddress": {
            "line1": "12 rue de la République", "city": "Paris", "state": "IDF", "zipCode": "75001", "countryCode": "FR",
        },
    })
}

/// A plain HTTP client in front of one sandbox.
pub(crate) struct Plain {
    pub(crate) http: Client,
    banking: String,
    token_url: String,
    issuer: String,
    token: String,
}

impl Plain {
    /// With a token, and no words about how it came by it.
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        Self {
            http: Client::new(),
            banking: sandbox.banking_url().to_owned(),
            token_url: format!("{}/oauth2/token", sandbox.auth_url()),
            issuer: sandbox.issuer_id().to_owned(),
            token: sandbox.issue_token(),
        }
    }

    pub(crate) fn url(&self, rest: &str) -> String {
        format!("{}/issuers/{}/consumers/{rest}", self.banking, self.issuer)
    }

    pub(crate) fn request(&self, method: Method, rest: &str) -> RequestBuilder {
        self.http.request(method, self.url(rest)).bearer_auth(&self.token)
    }

    pub(crate) async fn register(&self, id: &str, body: &Value) -> (StatusCode, Value) {
        sent(self.request(Method::PUT, id).json(body)).await
    }

    pub(crate) async fn cards(&self, id: &str) -> (StatusCode, Value) {
        sent(self.request(Method::GET, &format!("{id}/cards"))).await
    }

    pub(crate) async fn update(&self, id: &str, body: &Value) -> (StatusCode, Value) {
        sent(
            self.request(Method::POST, &format!("{id}/operations:update"))
                .json(body),
        )
        .await
    }

    pub(crate) async fn delete(&self, id: &str) -> (StatusCode, Value) {
        sent(
            self.request(Method::POST, &format!("{id}/operations:delete"))
                .json(&json!({})),
        )
        .await
    }

    /// Asks for a token with this assertion, as a form.
    pub(crate) async fn token(&self, assertion: &str) -> (StatusCode, Value) {
        let form =
            format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        let request = self.http.post(&self.token_url);
        sent(
            request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form),
        )
        .await
    }

    pub(crate) async fn token_by_json(&self, body: &Value) -> (StatusCode, Value) {
        sent(self.http.post(&self.token_url).json(body)).await
    }

    pub(crate) fn use_token(&mut self, token: &str) {
        token.clone_into(&mut self.token);
    }

    pub(crate) fn use_issuer(&mut self, issuer: &str) {
        issuer.clone_into(&mut self.issuer);
    }
}

/// Status and JSON body; `null` for no body.
pub(crate) async fn sent(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body = answer.bytes().await.unwrap();
    if body.is_empty() {
        return (status, Value::Null);
    }
    (status, serde_json::from_slice(&body).unwrap())
}

/// An assertion that lives `lifetime` seconds from now, signed with the sandbox's key.
pub(crate) fn assertion(sandbox: &Sandbox, issuer: &str, lifetime: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let key = SigningKey::from_pkcs8_pem(sandbox.signing_key_pem()).unwrap();
    let exp = i64::try_from(now).unwrap() + lifetime;
    signed(
        &key,
        &json!({"alg": "ES256", "typ": "JWT", "kid": sandbox.key_id()}),
        &json!({"iss": issuer, "sub": issuer, "exp": exp}),
    )
}

pub(crate) fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature: Signature = key.sign(text.as_bytes());
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// What arrives on a connection of its own for these bytes: all that came before it ended, and how it ended.
pub(crate) async fn raw(sandbox: &Sandbox, request: &str) -> (Vec<u8>, std::io::Result<usize>) {
    let authority = sandbox.banking_url().split('/').nth(2).unwrap();
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let end = stream.read_to_end(&mut received).await;
    (received, end)
}

/// A request as bytes, which ends its connection.
pub(crate) fn bytes(sandbox: &Sandbox, method: &str, rest: &str, body: &str) -> String {
    format!(
        "{method} /banking/v2/issuers/{}/consumers/{rest} HTTP/1.1\r\nhost: d1\r\nconnection: close\r\n\
         authorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        sandbox.issuer_id(),
        sandbox.issue_token(),
        body.len(),
    )
}
