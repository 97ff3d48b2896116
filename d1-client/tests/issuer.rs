//! The issuer's service, asked as D1 asks it, without a socket.
#![cfg(all(feature = "issuer", any(feature = "aws-lc-rs", feature = "ring")))]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::{
    convert::Infallible,
    future::{pending, poll_fn},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use d1_client::{
    IssuerId,
    issuer::{
        AnswerBody, AuthorizationChosen, ConsumerDirectory, ConsumerInformation, ConsumerInformationService,
        DirectoryError, IssuedTokens, Lookup, SetupError,
    },
};
use http::{Request, Response, header, request};
use http_body::Body;
use serde_json::{Value, json};
use tower_service::Service;

const ISSUER: &str = "is_example";
const CONSUMERS: &str = "/banking/d1/v1/issuers/is_example/consumers";
const TOKEN: &str = "/authz/d1/v1/oauth2/token";

struct Crm;

impl ConsumerDirectory for Crm {
    async fn consumer(&self, lookup: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
        assert_eq!(lookup.issuer_id.as_str(), ISSUER);
        match lookup.consumer_id.as_str() {
            "c-ada" => {}
            "c-with-card" => assert_eq!(lookup.card_id.as_ref().map(|id| id.as_str()), Some("card-1")),
            "c-panic" => panic!("on purpose"),
            "c-hang" => pending().await,
            "c-busy" => return Err(DirectoryError::unavailable()),
            "c-fail" => Err(std::io::Error::other("Ada Lovelace cannot be read"))?,
            _ => return Ok(None),
        }
        let ada = ConsumerInformation::builder()
            .first_name("Ada")
            .last_name("Lovelace")
            .language("en-GB");
        Ok(Some(ada.build()?))
    }
}

type Ready = ConsumerInformationService<Crm, AuthorizationChosen>;

fn bare() -> ConsumerInformationService<Crm> {
    ConsumerInformationService::new(IssuerId::new(ISSUER).unwrap(), Crm)
}

fn tokens() -> IssuedTokens {
    IssuedTokens::new("d1-client", "a secret~ü?", [7; 32])
}

fn issued() -> Ready {
    bare().tokens(tokens())
}

/// A body in one piece.
struct Form(Option<Vec<u8>>);

impl Body for Form {
    type Data = bytes::Bytes;
    type Error = Infallible;
    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Infallible>>> {
        std::task::Poll::Ready(self.0.take().map(|form| Ok(http_body::Frame::data(form.into()))))
    }
}

struct Answered {
    status: u16,
    head: http::response::Parts,
    body: Value,
}

impl Answered {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }
}

async fn ask(service: &Ready, request: request::Builder, body: &str) -> Answered {
    let body = Form(Some(body.as_bytes().to_vec()).filter(|body| !body.is_empty()));
    let answer = service.clone().call(request.body(body).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    assert_eq!(head.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(head.headers[header::CONTENT_TYPE], "application/json");
    assert!(head.headers.contains_key("x-correlation-id"));
    let body: Value = serde_json::from_slice(&whole(body).await).unwrap();
    if head.status != 200 {
        assert!(body["error"].is_string() && body.as_object().unwrap().len() == 1);
    }
    Answered {
        status: head.status.as_u16(),
        head,
        body,
    }
}

async fn whole(body: AnswerBody) -> Vec<u8> {
    let mut body = pin!(body);
    let mut whole = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        whole.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    whole
}

fn token_request(basic: &[u8]) -> request::Builder {
    use base64::{Engine, engine::general_purpose::URL_SAFE};
    Request::post(TOKEN)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", format!("Basic {}", URL_SAFE.encode(basic)))
}

async fn token(service: &Ready) -> String {
    let credentials = "d1-client:a secret~ü?".as_bytes();
    let answer = ask(
        service,
        token_request(credentials),
        "grant_type=client_credentials",
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], "900");
    answer.body["access_token"].as_str().unwrap().to_owned()
}

fn get(path: &str, token: &str) -> request::Builder {
    Request::get(format!("{CONSUMERS}{path}")).header("authorization", format!("Bearer {token}"))
}

#[tokio::test]
async fn d1_gets_a_token_and_with_it_the_person() {
    let service = issued();
    service.validate().unwrap();
    let token = token(&service).await;

    let answer = ask(
        &service,
        get("/c-ada", &token).header("x-correlation-id", "d1.7 a"),
        "",
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body,
        json!({"firstName": "Ada", "lastName": "Lovelace", "language": "en-GB"})
    );
    assert_eq!(answer.header("x-correlation-id"), Some("d1.7 a"));

    let with_card = get("/c-with-card?cardId=card-1&new=1", &token).header("x-new", "1");
    assert_eq!(ask(&service, with_card, "").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn every_other_answer_is_documented_and_says_nothing_of_the_request() {
    let service = issued();
    let token = token(&service).await;
    for (path, status, error) in [
        ("/c-unknown", 404, "unknown consumer"),
        ("/c%21", 400, "consumerId is not valid"),
        (&*format!("/{}", "c".repeat(65)), 400, "consumerId is not valid"),
        ("/c-ada?cardId=a.b", 400, "cardId is not valid"),
        ("/c-panic", 500, "internal error"),
        ("/c-fail", 500, "internal error"),
        ("/c-busy", 503, "temporarily unavailable"),
        ("/c-hang", 503, "temporarily unavailable"),
        ("/c-ada/cards", 404, "not found"),
    ] {
        let answer = ask(&service, get(path, &token), "").await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (status, &json!(error)),
            "{path}"
        );
        assert_eq!(answer.header("retry-after").is_some(), status == 503);
    }
    let other = Request::get("/banking/d1/v1/issuers/is_another/consumers/c-ada");
    let other = other.header("authorization", format!("Bearer {token}"));
    assert_eq!(ask(&service, other, "").await.status, 404);
    let put = Request::put(format!("{CONSUMERS}/c-ada"));
    let refused = ask(&service, put, "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET")));
    let refused = ask(&service, Request::get(TOKEN), "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn no_other_token_opens_anything() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let service = issued();
    let token = token(&service).await;
    let foreign = self::token(&bare().tokens(IssuedTokens::new("d1-client", "a secret~ü?", [8; 32]))).await;
    let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let none = format!(
        "{}.{}.",
        part(json!({"alg": "none"})),
        part(json!({"sub": "d1-client", "exp": u32::MAX}))
    );
    let authorizations = [
        String::new(),
        "Bearer".into(),
        "Bearer ".into(),
        format!("Basic {token}"),
        format!("Bearer {foreign}"),
        format!("Bearer {}", &token[1..]),
        format!("Bearer {}", &token[..token.len() - 1]),
        format!("Bearer {token}="),
        format!("Bearer {token} {token}"),
        format!("Bearer {none}"),
    ];
    for authorization in authorizations {
        let request = Request::get(format!("{CONSUMERS}/c-ada")).header("authorization", authorization);
        let answer = ask(&service, request, "").await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (401, &json!("unauthorized"))
        );
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let without = Request::get(format!("{CONSUMERS}/c-ada"));
    assert_eq!(ask(&service, without, "").await.status, 401);
    // Of two tokens nobody knows which one counts.
    let twice = get("/c-ada", &token).header("authorization", "Bearer x");
    assert_eq!(ask(&service, twice, "").await.status, 401);
    // Who may not ask learns nothing, not even what is malformed.
    assert_eq!(ask(&service, get("/c!", "x"), "").await.status, 401);
}

#[tokio::test]
async fn a_token_is_for_the_client_that_knows_the_secret() {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
    let service = issued();
    let grant = "grant_type=client_credentials&scope=a%20b";
    for wrong in [
        "",
        "d1-client",
        "d1-client:",
        "d1-client:a",
        "other:a secret~ü?",
        ":a secret~ü?",
    ] {
        let answer = ask(&service, token_request(wrong.as_bytes()), grant).await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (401, &json!("invalid_client")),
            "{wrong}"
        );
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic"));
    }
    let plain = STANDARD_NO_PAD.encode("d1-client:a secret~ü?");
    let encoded = STANDARD_NO_PAD.encode("d1-client:a+secret~%C3%BC%3F");
    for right in [plain, encoded] {
        let request = Request::post(TOKEN)
            .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
            .header("authorization", format!("basic {right}"));
        assert_eq!(ask(&service, request, grant).await.status, 200);
    }
    let credentials = "d1-client:a secret~ü?".as_bytes();
    for (body, status, error) in [
        ("", 400, "invalid_request"),
        ("grant_type=password", 400, "unsupported_grant_type"),
        (
            "grant_type=client_credentials&grant_type=client_credentials",
            400,
            "invalid_request",
        ),
        (&*"x".repeat(8 * 1024 + 1), 413, "the request is too large"),
    ] {
        let answer = ask(&service, token_request(credentials), body).await;
        assert_eq!((answer.status, &answer.body["error"]), (status, &json!(error)));
    }
    let json = Request::post(TOKEN).header("content-type", "application/json");
    assert_eq!(ask(&service, json, "{}").await.status, 400);
}

#[tokio::test]
async fn during_a_rotation_both_secrets_and_both_keys_count() {
    let old = token(&issued()).await;
    let rotated = bare()
        .tokens(IssuedTokens::new("d1-client", "a new secret", [9; 32]).previous("a secret~ü?", [7; 32]));
    assert_eq!(ask(&rotated, get("/c-ada", &old), "").await.status, 200);
    let new = ask(
        &rotated,
        token_request(b"d1-client:a new secret"),
        "grant_type=client_credentials",
    )
    .await;
    let new = new.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(ask(&rotated, get("/c-ada", &new), "").await.status, 200);
    assert_eq!(ask(&issued(), get("/c-ada", &new), "").await.status, 401);
    token(&rotated).await;
}

#[tokio::test]
async fn a_check_of_ones_own_sees_the_extensions() {
    #[derive(Clone)]
    struct Peer(&'static str);
    let service = bare()
        .prefix("/banking/v1/")
        .authorize(|head| head.extensions.get::<Peer>().is_some_and(|peer| peer.0 == "d1"));
    let request = |peer| Request::get("/banking/v1/issuers/is_example/consumers/c-ada").extension(Peer(peer));
    assert_eq!(ask(&service, request("d1"), "").await.status, 200);
    assert_eq!(ask(&service, request("another"), "").await.status, 401);
    // There is no token endpoint.
    assert_eq!(ask(&service, token_request(b"a:b"), "").await.status, 404);

    let both = bare()
        .tokens(tokens())
        .authorize(|head| head.extensions.get::<Peer>().is_some());
    assert_eq!(
        ask(&both, token_request(b"a:b"), "").await.body["error"],
        "unauthorized"
    );

    let open = bare().behind_a_gateway();
    assert_eq!(
        ask(&open, Request::get(format!("{CONSUMERS}/c-ada")), "")
            .await
            .status,
        200
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_too_much_is_refused_at_once() {
    let service = bare()
        .behind_a_gateway()
        .concurrency(1)
        .timeout(Duration::from_secs(60));
    let request = |id: &str| Request::get(format!("{CONSUMERS}/{id}"));
    let hanging = ask(&service, request("c-hang"), "");
    let mut hanging = pin!(hanging);
    assert!(futures::poll!(hanging.as_mut()).is_pending());
    let refused = ask(&service, request("c-ada"), "").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    assert_eq!(hanging.await.status, 503);
    assert_eq!(ask(&service, request("c-ada"), "").await.status, 200);
}

#[tokio::test]
async fn a_service_that_is_set_up_wrongly_says_so_and_opens_for_nobody() {
    for (tokens, error) in [
        (IssuedTokens::new("d1", "secret", [7; 31]), SetupError::ShortKey),
        (IssuedTokens::new("d:1", "secret", [7; 32]), SetupError::ClientId),
        (IssuedTokens::new("d1", "", [7; 32]), SetupError::Secret),
        (tokens().previous("", [7; 32]), SetupError::Secret),
        (tokens().lifetime(Duration::from_secs(901)), SetupError::Lifetime),
        (tokens().token_path("token"), SetupError::Path),
    ] {
        let service = bare().tokens(tokens);
        assert_eq!(service.validate(), Err(error));
        assert_eq!(ask(&service, get("/c-ada", "x"), "").await.status, 500);
    }
}

#[tokio::test]
async fn nothing_that_can_be_printed_holds_a_secret_or_a_person() {
    let service = issued();
    let token = token(&service).await;
    let printed = format!("{service:?}{:?}{:?}", tokens(), DirectoryError::failed());
    assert!(!printed.contains("secret"));
    let request = get("/c-ada", &token).body(Form(None)).unwrap();
    let answer: Response<AnswerBody> = service.clone().call(request).await.unwrap();
    assert!(!format!("{answer:?}").contains("Ada"));
    let _ = Arc::new(service);
}
