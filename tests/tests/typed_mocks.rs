//! Typed mocks as a user of the client has them: on a server of their own, below the vendor's base, before a sandbox, and with
//! answers that no document lists.

#![allow(clippy::unwrap_used)]

use d1_client::{
    Client, ConsumerId, Environment, ErrorKind, IssuerId, Outcome, RetryPolicy, StaticToken,
    mock::MockServerExt,
    sandbox::{Sandbox, SandboxExt},
};
use httpmock::MockServer;
use serde_json::json;

fn id() -> ConsumerId {
    ConsumerId::new("c-1f6e").unwrap()
}

fn client(banking: String, server: &MockServer) -> Client {
    Client::builder(IssuerId::new("is_example").unwrap())
        .environment(Environment::custom(banking, server.base_url()).unwrap())
        .token_source(StaticToken::new("t0ken"))
        .retry(RetryPolicy::none())
        .no_proxy()
        .build()
        .unwrap()
}

#[tokio::test]
async fn they_match_at_the_root_and_below_the_vendors_base_and_nowhere_else() {
    let server = MockServer::start_async().await;
    let register = server.register_consumer(|when, then| {
        when.issuer_id(&IssuerId::new("is_example").unwrap())
            .consumer_id(&id());
        then.no_content();
    });
    for (base, matches) in [
        ("", true),
        ("/v2", true),
        ("/banking/v2", true),
        ("/banking", false),
        ("/banking/v1", false),
        ("/other/banking/v2", false),
        ("/xbanking/v2", false),
    ] {
        let d1 = client(server.url(base), &server);
        let done = d1.consumer(id()).register().send().await;
        assert_eq!(done.is_ok(), matches, "{base}");
    }
    register.assert_calls(3);
}

#[tokio::test]
async fn a_parameter_is_one_segment_and_taken_literally() {
    let server = MockServer::start_async().await;
    let d1 = client(server.base_url(), &server);
    for (issuer, matches) in [("is.example", false), ("is_example", true)] {
        let register = server.register_consumer(|when, then| {
            when.issuer_id(&IssuerId::new(issuer).unwrap());
            then.no_content();
        });
        let done = d1.consumer(id()).register().send().await;
        assert_eq!(done.is_ok(), matches, "{issuer}");
        register.assert_calls(usize::from(matches));
    }
}

#[tokio::test]
async fn they_go_before_a_sandbox_on_the_same_server() {
    let server = MockServer::start_async().await;
    let mut cards = server.list_cards(|when, then| {
        when.consumer_id(&id());
        then.service_unavailable();
    });
    let sandbox = Sandbox::builder().mount(&server).unwrap();
    let d1 = sandbox
        .client_builder()
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let consumer = d1.consumer(id());
    consumer.register().send().await.unwrap();
    let error = consumer.cards().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    cards.assert();
    cards.delete();
    assert!(consumer.cards().send().await.unwrap().is_empty());
}

#[tokio::test]
async fn any_status_and_body_can_be_answered() {
    let server = MockServer::start_async().await;
    let d1 = client(server.base_url(), &server);
    let page = server.delete_consumer(|_, then| drop(then.respond(502, "<html>bad gateway</html>")));
    let error = d1.consumer(id()).delete().send().await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some(502), Outcome::Unknown));
    { page }.delete();
    server.delete_consumer(|_, then| drop(then.respond_json(404, &json!({"errorCode": "UNKNOWN_CONSUMER"}))));
    let error = d1.consumer(id()).delete().send().await.unwrap_err();
    assert_eq!((error.status(), error.outcome()), (Some(404), Outcome::Rejected));
}
