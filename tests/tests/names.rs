//! The names that users write. That this compiles is the test.

// The calls are written as users write them: nothing of what they return must be used.
#![deny(unused_must_use)]

use std::{error::Error, time::Duration};

use d1_client::{
    Client, ConsumerId, Environment, IssuerId, JwtBearer, Request, RetryPolicy, SigningKey, StaticToken,
    operations::ConsumerOperation,
    types::{NotificationChannel, PersonalInformation, Preferences},
};

/// Everything at the crate root and in its modules that documentation and users name.
#[allow(unused_imports)]
mod every_name {
    use d1_client::{
        BuildError, Cards, Client, ClientBuilder, Consumer, ConsumerId, CorrelationId, CustomEnvironment,
        Delete, Environment, Error, ErrorCode, ErrorKind, Invalid, IssuerId, JwtBearer, Operation, Outcome,
        Receipt, Register, RegisterV1, Request, Response, RetryPolicy, SigningKey, StaticToken,
        TransportError, UnreadableAnswer, Update, UserId,
        auth::{AccessToken, Signer, TokenCache, TokenError, TokenErrorKind, TokenRequest, TokenSource},
        bulk::{BulkOptions, BulkStream, Shard, Summary},
        click_to_pay::{Missing, Scheme, check},
        operations::{
            ConsumerOperation, DeleteConsumer, ListCards, RegisterConsumer, RegisterConsumerV1,
            UpdateConsumer,
        },
        types::{Card, PersonalInformation, PhoneNumber, PostalAddress, Preferences},
    };
}

/// The calls of the documentation, in its order.
#[allow(dead_code)]
async fn from_nothing_to_a_deleted_consumer(
    pem: String,
    cert_and_key: Vec<u8>,
    info: PersonalInformation,
    prefs: Preferences,
) -> Result<(), Box<dyn Error>> {
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
async fn the_alternatives() -> Result<(), Box<dyn Error>> {
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
    // One function for the options of any call.
    fn patiently<O: ConsumerOperation>(request: Request<O>) -> Request<O> {
        request.retry(RetryPolicy::standard().max_attempts(8))
    }
    patiently(consumer.delete().user_id("clerk-7"))
        .reason("Account closed")
        .send()
        .await?;
    let preferences = Preferences::builder().notification_channel([NotificationChannel::Sms]);
    consumer.register().preferences(preferences).send().await?;
    Ok(())
}
