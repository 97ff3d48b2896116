//! The names that users write: they compile, and what they make has the size and the traits that was promised.

#![allow(clippy::unwrap_used)]
// The calls are written as users write them: nothing of what they return must be used.
#![deny(unused_must_use)]

use std::{error::Error as StdError, future::Future, time::Duration};

use d1_client::{
    Client, ConsumerId, Environment, IssuerId, JwtBearer, RetryPolicy, SigningKey, StaticToken,
    types::{NotificationChannel, PersonalInformation, Preferences},
};
use d1_tests::{calls, loopback::CONSUMER};
use httpmock::MockServer;

/// Everything at the crate root and in its modules that documentation and users name.
#[allow(unused_imports)]
mod every_name {
    use d1_client::{
        BuildError, Cards, Client, ClientBuilder, Consumer, ConsumerId, CorrelationId, CustomEnvironment,
        Delete, Environment, Error, ErrorCode, ErrorKind, Invalid, IssuerId, JwtBearer, Operation, Outcome,
        Receipt, Register, Response, RetryPolicy, SigningKey, StaticToken, TransportError, UnreadableAnswer,
        Update, UserId,
        auth::{AccessToken, Signer, TokenCache, TokenError, TokenErrorKind, TokenRequest, TokenSource},
        click_to_pay::{Missing, Scheme, check},
        types::{Card, PersonalInformation, PhoneNumber, PostalAddress, Preferences},
    };
}

/// The calls of the documentation, in its order. It compiles; that is all.
#[allow(dead_code)]
async fn from_nothing_to_a_deleted_consumer(
    pem: String,
    cert_and_key: Vec<u8>,
    info: PersonalInformation,
    prefs: Preferences,
) -> Result<(), Box<dyn StdError>> {
    let d1 = Client::builder(IssuerId::new("is_example")?)
        .environment(Environment::Staging)
        .token_source(JwtBearer::new(SigningKey::from_pem("kid-1", &pem)?))
        .identity_pem(&cert_and_key)
        .retry(RetryPolicy::standard())
        .timeout(Duration::from_secs(30))
        .build()?;
    let _ = Client::from_env()?;

    let consumer = d1.consumer(ConsumerId::new("c-1f6e")?);
    consumer
        .register()
        .personal_information(info.clone())
        .preferences(prefs)
        .send()
        .await?;
    let cards = consumer.cards().send().await?;
    let receipt = consumer.update().personal_information(info).send().await?;
    let _ = (cards.first(), &receipt.operation_id, receipt.correlation_id());
    let receipt = consumer.delete().reason("Account closed").send().await?;
    let _: d1_client::Receipt = receipt.into_inner();
    Ok(())
}

/// The other ways to say the same.
#[allow(dead_code)]
async fn the_alternatives() -> Result<(), Box<dyn StdError>> {
    let builder = Client::builder(IssuerId::new("is_example")?)
        .environment(Environment::Production)
        .environment(Environment::custom("https://d1.example", "https://auth.example")?)
        .token_source(StaticToken::new("t"))
        .retry(RetryPolicy::none())
        .attempt_timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(5));
    let consumer = builder.build()?.consumer("c-1f6e".parse()?);
    let cards = consumer
        .cards()
        .correlation_id("call-1")
        .user_id("clerk-7")
        .timeout(Duration::from_secs(3))
        .send()
        .await?;
    let _: (u16, u32, &d1_client::CorrelationId) = (cards.status(), cards.attempts(), cards.correlation_id());
    let preferences = Preferences::builder().notification_channel([NotificationChannel::Sms]);
    consumer.register().preferences(preferences).send().await?;
    Ok(())
}

#[test]
fn a_client_is_shared_between_threads_and_cheap_to_clone() {
    fn shared<T: Clone + Send + Sync + 'static>() -> usize {
        size_of::<T>()
    }
    assert_eq!(shared::<Client>(), size_of::<usize>());
}

#[test]
fn an_error_is_small_and_goes_where_errors_go() {
    fn error<T: StdError + Send + Sync + 'static>() -> usize {
        size_of::<T>()
    }
    assert!(error::<d1_client::Error>() <= 16);
}

#[tokio::test]
async fn the_future_of_a_call_can_be_spawned_and_is_small() {
    fn spawnable<F: Future + Send + 'static>(future: &F) -> usize {
        size_of_val(future)
    }
    const LIMIT: usize = 4 * 1024;
    let d1 = MockServer::start_async().await;
    let consumer = calls::client(&d1).consumer(ConsumerId::new(CONSUMER).unwrap());
    let sizes = [
        spawnable(&consumer.register().send()),
        spawnable(&consumer.cards().send()),
        spawnable(&consumer.update().send()),
        spawnable(&consumer.delete().send()),
    ];
    assert!(sizes.iter().all(|size| *size < LIMIT), "{sizes:?}");
}
