//! The operations: what each sends, how its request is built, how its answer is read.

use std::fmt;

use bytes::Bytes;
use d1_generated::{Invalid, Operation, consumer_v1, types};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{Receipt, call::BuildRequest, error::UnreadableAnswer, json};

/// An operation of D1 on one consumer, for [`Request`](crate::Request).
///
/// Only this crate implements it: a request is built from types that no other crate can name.
pub trait ConsumerOperation: Clone + fmt::Debug + Send + 'static {
    /// What is sent: the builder of a body, or `()` where there is none to give.
    type Body: Clone + Default + fmt::Debug + Send + 'static;

    /// What a call returns.
    type Output: Send + 'static;

    /// Which one it is.
    const OPERATION: Operation;

    /// Validates the body and writes it as JSON. Empty where the operation has none.
    #[doc(hidden)]
    const WRITE: fn(body: Self::Body) -> Result<Vec<u8>, Invalid>;

    /// Builds the request of one attempt.
    #[doc(hidden)]
    const REQUEST: BuildRequest;

    /// Reads a success: its status and its body.
    #[doc(hidden)]
    const DECODE: fn(status: u16, body: &Bytes) -> Result<Self::Output, UnreadableAnswer>;
}

/// An operation of version 2 of the API, which may be told who makes the call:
/// [`Request::user_id`](crate::Request::user_id).
pub trait TakesUserId: ConsumerOperation {}

/// Registers an end user: see [`Consumer::register`](crate::Consumer::register).
#[derive(Clone, Debug)]
pub enum RegisterConsumer {}

impl TakesUserId for RegisterConsumer {}

impl ConsumerOperation for RegisterConsumer {
    type Body = types::builder::ConsumerInformation;
    type Output = ();
    const OPERATION: Operation = Operation::RegisterConsumer;

    const WRITE: fn(Self::Body) -> Result<Vec<u8>, Invalid> = |body| body.build()?.to_json();
    const REQUEST: BuildRequest = |client, arguments, body| {
        client.raw.register_consumer_request(
            &client.issuer_id,
            &arguments.consumer_id,
            Some(&arguments.correlation_id),
            arguments.user_id.as_ref(),
            body,
        )
    };

    const DECODE: fn(u16, &Bytes) -> Result<(), UnreadableAnswer> = |_, body| nothing(body);
}

/// Lists an end user's cards: see [`Consumer::cards`](crate::Consumer::cards).
#[derive(Clone, Debug)]
pub enum ListCards {}

impl TakesUserId for ListCards {}

impl ConsumerOperation for ListCards {
    type Body = ();
    type Output = Vec<types::Card>;
    const OPERATION: Operation = Operation::ListCards;

    const WRITE: fn(()) -> Result<Vec<u8>, Invalid> = |()| Ok(Vec::new());
    const REQUEST: BuildRequest = |client, arguments, body| {
        let mut request = client.raw.list_cards_request(
            &client.issuer_id,
            &arguments.consumer_id,
            Some(&arguments.correlation_id),
            arguments.user_id.as_ref(),
        )?;
        // It has no content, but it is watched: it tells whether the request was sent.
        *request.body_mut() = Some(body);
        Ok(request)
    };

    const DECODE: fn(u16, &Bytes) -> Result<Self::Output, UnreadableAnswer> = |_, body| {
        let list: types::CardList = decoded(body)?;
        Ok(list.cards.unwrap_or_default())
    };
}

/// Updates what D1 stores of an end user: see [`Consumer::update`](crate::Consumer::update).
#[derive(Clone, Debug)]
pub enum UpdateConsumer {}

impl TakesUserId for UpdateConsumer {}

impl ConsumerOperation for UpdateConsumer {
    type Body = types::builder::ConsumerInformation;
    type Output = Receipt;
    const OPERATION: Operation = Operation::UpdateConsumer;

    const WRITE: fn(Self::Body) -> Result<Vec<u8>, Invalid> = |body| body.build()?.to_json();
    const REQUEST: BuildRequest = |client, arguments, body| {
        client.raw.update_consumer_request(
            &client.issuer_id,
            &arguments.consumer_id,
            Some(&arguments.correlation_id),
            arguments.user_id.as_ref(),
            body,
        )
    };

    const DECODE: fn(u16, &Bytes) -> Result<Receipt, UnreadableAnswer> = receipt;
}

/// Deletes an end user: see [`Consumer::delete`](crate::Consumer::delete).
#[derive(Clone, Debug)]
pub enum DeleteConsumer {}

impl TakesUserId for DeleteConsumer {}

impl ConsumerOperation for DeleteConsumer {
    type Body = types::builder::DeletionRequest;
    type Output = Receipt;
    const OPERATION: Operation = Operation::DeleteConsumer;

    const WRITE: fn(Self::Body) -> Result<Vec<u8>, Invalid> = |body| body.build()?.to_json();
    const REQUEST: BuildRequest = |client, arguments, body| {
        client.raw.delete_consumer_request(
            &client.issuer_id,
            &arguments.consumer_id,
            Some(&arguments.correlation_id),
            arguments.user_id.as_ref(),
            body,
        )
    };

    const DECODE: fn(u16, &Bytes) -> Result<Receipt, UnreadableAnswer> = receipt;
}

/// Registers an end user by version 1 of the API: see [`Consumer::register_v1`](crate::Consumer::register_v1).
#[derive(Clone, Debug)]
pub enum RegisterConsumerV1 {}

impl ConsumerOperation for RegisterConsumerV1 {
    type Body = ();
    type Output = ();
    const OPERATION: Operation = Operation::RegisterConsumerV1;

    const WRITE: fn(()) -> Result<Vec<u8>, Invalid> =
        |()| consumer_v1::types::RegistrationV1::default().to_json();
    const REQUEST: BuildRequest = |client, arguments, body| {
        const NO_URL: Invalid =
            Invalid::new("has no base URL of consumer-v1: give it by Environment::with_consumer_v1");
        let raw = client.raw_v1.as_ref().ok_or_else(|| NO_URL.at("environment"))?;
        raw.register_consumer_v1_request(
            &client.issuer_id,
            &arguments.consumer_id,
            Some(&arguments.correlation_id),
            body,
        )
    };

    const DECODE: fn(u16, &Bytes) -> Result<(), UnreadableAnswer> = |_, body| nothing(body);
}

/// A registration's success says nothing; a firewall's page that claims to be one is none.
fn nothing(body: &Bytes) -> Result<(), UnreadableAnswer> {
    if json::is_blank(body) {
        return Ok(());
    }
    match serde_json::from_slice::<IgnoredAny>(json::text(body)) {
        Ok(_) => Ok(()),
        Err(error) => Err(UnreadableAnswer::of(&error)),
    }
}

fn receipt(status: u16, body: &Bytes) -> Result<Receipt, UnreadableAnswer> {
    const NO_CONTENT: u16 = 204;
    if status == NO_CONTENT {
        Ok(Receipt::default())
    } else {
        decoded(body)
    }
}

fn decoded<T: DeserializeOwned>(body: &Bytes) -> Result<T, UnreadableAnswer> {
    json::answer(body).map_err(|error| UnreadableAnswer::of(&error))
}
