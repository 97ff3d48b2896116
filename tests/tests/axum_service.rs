//! The recipe for a service with axum, served on loopback in front of the sandbox.

#![allow(clippy::unwrap_used)]

#[path = "../../d1-client/src/guide/cookbook/axum.rs"]
mod recipe;

use d1_client::{
    RetryPolicy,
    sandbox::{Endpoint, Fault, Sandbox, SandboxExt},
};
use tokio::net::TcpListener;

/// Status, media type and body.
type Answer = (u16, String, String);

struct Service {
    sandbox: Sandbox,
    base: String,
    http: reqwest::Client,
}

impl Service {
    async fn start() -> Self {
        let sandbox = Sandbox::start().await;
        let d1 = sandbox
            .client_builder()
            .retry(RetryPolicy::none())
            .build()
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, recipe::app(d1)).await });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { sandbox, base, http }
    }

    async fn get(&self, path: &str) -> Answer {
        answer(self.http.get(format!("{}{path}", self.base))).await
    }

    async fn put(&self, path: &str, body: &'static str) -> Answer {
        let request = self.http.put(format!("{}{path}", self.base));
        answer(request.header("content-type", "application/json").body(body)).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let media_type = answer
        .headers()
        .get("content-type")
        .map(|value| value.to_str().unwrap().to_owned());
    (
        status,
        media_type.unwrap_or_default(),
        answer.text().await.unwrap(),
    )
}

const ADA: &str = r#"{"firstName": "Ada", "lastName": "Lovelace", "language": "eng"}"#;

#[tokio::test]
async fn a_customer_is_registered_and_an_error_is_a_problem_body_without_personal_data() {
    let service = Service::start().await;
    assert_eq!(service.put("/customers/c-1f6e", ADA).await.0, 204);
    assert!(service.sandbox.consumer("c-1f6e").is_some());

    let unavailable = Fault::unavailable().retry_after(7);
    service.sandbox.next(unavailable.on(Endpoint::Register));
    let (status, media_type, body) = service.put("/customers/c-1f6e", ADA).await;
    assert_eq!((status, media_type.as_str()), (503, "application/problem+json"));
    assert!(
        body.contains(r#""outcome":"rejected""#) && !body.contains("Lovelace"),
        "{body}"
    );

    let invalid = r#"{"firstName": "Ada", "lastName": "<Lovelace>"}"#;
    for (path, body) in [("/customers/c-1f6e", invalid), ("/customers/a%2Fb", ADA)] {
        let (status, _, told) = service.put(path, body).await;
        assert!([400, 422].contains(&status), "{status}");
        assert!(!told.contains("Lovelace") && !told.contains("a/b"), "{told}");
    }
}

#[tokio::test]
async fn it_is_alive_and_ready_only_while_d1_takes_calls() {
    let service = Service::start().await;
    assert_eq!(service.get("/ready").await.0, 200);
    service.sandbox.next(Fault::unavailable());
    let (status, _, told) = service.get("/ready").await;
    assert_eq!((status, told.as_str()), (503, "unavailable"));
    service.sandbox.next(Fault::unavailable());
    assert_eq!(service.get("/live").await.0, 204);
    assert_eq!(service.sandbox.pending(), 1);
}
