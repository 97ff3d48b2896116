use std::future::Future;

use d1_generated::{Invalid, Operation, consumer_v1};

use super::{
    Consumer, nothing,
    options::{CallOptions, common_options},
};
use crate::{call::Arguments, client::Inner, error::Error, response::Response};

impl Consumer {
    /// Registers the end user by version 1 of the API: without personal information, which D1 then asks the issuer's backend
    /// for.
    ///
    /// For those who have it: whoever begins uses [`register`](Self::register), which does the same without
    /// `personal_information`. What is known of version 1 is restated from the vendor's public pages, and which of its errors
    /// may be tried again is not: see `openapi/consumer-v1/restated.json`. Its base URL follows the environment; a custom one
    /// takes it by [`with_consumer_v1`](crate::Environment::with_consumer_v1).
    ///
    /// `PUT`, so it is repeated after what may have been lost.
    pub fn register_v1(&self) -> RegisterV1 {
        RegisterV1 {
            consumer: self.clone(),
            options: CallOptions::default(),
        }
    }
}

/// Registers an end user by version 1 of the API: see [`Consumer::register_v1`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until `send()` is awaited"]
pub struct RegisterV1 {
    consumer: Consumer,
    options: CallOptions,
}

impl RegisterV1 {
    common_options!();

    /// Sends it.
    ///
    /// # Errors
    /// See [`Error`]. Of a custom environment without a base URL of version 1, one of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): nothing is sent.
    pub fn send(self) -> impl Future<Output = Result<Response<()>, Error>> + Send + 'static {
        let Self { consumer, options } = self;
        let body = consumer_v1::types::RegistrationV1::default().to_json();
        let call = consumer.prepare(options, Operation::RegisterConsumerV1, body, build, nothing);
        async { call?.run().await }
    }
}

fn build(client: &Inner, arguments: &Arguments, body: reqwest::Body) -> Result<reqwest::Request, Invalid> {
    const NO_URL: Invalid =
        Invalid::new("has no base URL of consumer-v1: give it by Environment::with_consumer_v1");
    let raw = client.raw_v1.as_ref().ok_or_else(|| NO_URL.at("environment"))?;
    raw.register_consumer_v1_request(
        &client.issuer_id,
        &arguments.consumer_id,
        Some(&arguments.correlation_id),
        body,
    )
}
