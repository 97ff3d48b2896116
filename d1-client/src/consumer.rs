//! One end user, and what can be done about them.

mod options;
mod register_v1;

use std::{fmt, future::Future};

use bytes::Bytes;
use d1_generated::{Invalid, Operation, types};
use options::{CallOptions, call_options};
pub use register_v1::RegisterV1;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{
    Client, ConsumerId, CorrelationId, Error, Receipt, Response,
    call::{Arguments, Build, Call, Decode, Unpaced},
    client::Inner,
    error::UnreadableAnswer,
    json,
};

/// A handle on one end user ("consumer"); nothing is sent until `send()`.
///
/// ```no_run
/// # use d1_client::{Client, ConsumerId, types::{PersonalInformation, PhoneNumber}};
/// # async fn run(d1: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let consumer = d1.consumer(ConsumerId::new("c-1f6e")?);
/// let person = PersonalInformation::builder()
///     .first_name("Ada")
///     .last_name("Lovelace")
///     .mobile_phone_number(PhoneNumber::builder().country_code("+44").phone_number("2079460000"));
/// consumer.register().personal_information(person).send().await?;
/// for card in consumer.cards().send().await?.iter() {
///     println!("{:?}", card.state);
/// }
/// consumer.delete().reason("Account closed").send().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Consumer {
    client: Client,
    id: ConsumerId,
}

impl Client {
    /// A handle on one end user; nothing is sent yet.
    pub fn consumer(&self, id: ConsumerId) -> Consumer {
        Consumer::new(self.clone(), id)
    }
}

impl Consumer {
    pub(crate) fn new(client: Client, id: ConsumerId) -> Self {
        Self { client, id }
    }

    /// The issuer's id of the end user.
    pub fn id(&self) -> &ConsumerId {
        &self.id
    }

    /// Registers the end user: with personal information, which D1 then stores and the issuer keeps current with
    /// [`update`](Self::update), or without, and D1 asks the issuer's backend when it needs any.
    ///
    /// `PUT`, so it is repeated on anything transient. What registering twice does is not documented; it is repeated
    /// with the same content only. Registering a deleted consumer is refused:
    /// [`Error::is_invalid_state`](crate::Error::is_invalid_state).
    pub fn register(&self) -> Register {
        Register {
            consumer: self.clone(),
            options: CallOptions::default(),
            body: types::ConsumerInformation::builder(),
        }
    }

    /// Lists the end user's cards.
    pub fn cards(&self) -> Cards {
        Cards {
            consumer: self.clone(),
            options: CallOptions::default(),
        }
    }

    /// Updates what D1 stores of the end user. Whether it patches or replaces is not documented: send all of it.
    ///
    /// `POST`, so it is repeated only where D1 has certainly not acted.
    pub fn update(&self) -> Update {
        Update {
            consumer: self.clone(),
            options: CallOptions::default(),
            body: types::ConsumerInformation::builder(),
        }
    }

    /// Deletes the end user, with all accounts, cards and digital cards, for good: the person can come back only under
    /// a new consumer id.
    ///
    /// `POST`, so it is repeated only where D1 has certainly not acted.
    pub fn delete(&self) -> Delete {
        Delete {
            consumer: self.clone(),
            options: CallOptions::default(),
            body: types::DeletionRequest::builder(),
        }
    }

    /// Checks the options and makes a call of them.
    fn prepare<T>(
        &self,
        options: CallOptions,
        operation: Operation,
        body: Result<Vec<u8>, Invalid>,
        build: Build,
        decode: Decode<T>,
    ) -> Result<Call<T>, Error> {
        let correlation_id = options
            .correlation_id
            .unwrap_or_else(|| Ok(random_correlation_id()));
        let refuse = |invalid| Error::invalid(operation, random_correlation_id(), invalid);
        let correlation_id = correlation_id.map_err(refuse)?;
        let refuse = |invalid| Error::invalid(operation, correlation_id.clone(), invalid);
        let user_id = options.user_id.transpose().map_err(refuse)?;
        let body = body.map_err(refuse)?;
        Ok(Call {
            client: self.client.0.clone(),
            operation,
            arguments: Arguments {
                consumer_id: self.id.as_generated().clone(),
                correlation_id,
                user_id,
            },
            body: body.into(),
            build,
            timeout: options.timeout.unwrap_or(self.client.0.timeouts.call),
            pacing: Unpaced,
            decode,
        })
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// How the generated client builds the request of an operation that has a body.
macro_rules! build {
    ($request:ident) => {
        |client, arguments, body| {
            client.raw.$request(
                &client.issuer_id,
                &arguments.consumer_id,
                Some(&arguments.correlation_id),
                arguments.user_id.as_ref(),
                body,
            )
        }
    };
}

/// The setters of a body that tells of a person.
macro_rules! consumer_information {
    () => {
        /// The person's data, which D1 then stores: a [`PersonalInformation`](types::PersonalInformation) or its builder.
        pub fn personal_information<T>(mut self, value: T) -> Self
        where
            T: TryInto<types::PersonalInformation>,
            T::Error: Into<Invalid>,
        {
            self.body = self.body.personal_information(value);
            self
        }

        /// How the person wants to be notified.
        pub fn preferences<T>(mut self, value: T) -> Self
        where
            T: TryInto<types::Preferences>,
            T::Error: Into<Invalid>,
        {
            self.body = self.body.preferences(value);
            self
        }
    };
}

/// Registers an end user: see [`Consumer::register`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until `send()` is awaited"]
pub struct Register {
    consumer: Consumer,
    options: CallOptions,
    body: types::builder::ConsumerInformation,
}

impl Register {
    call_options!();

    consumer_information!();

    /// Sends it. Values are checked by the vendor's rules before anything is.
    ///
    /// # Errors
    /// See [`Error`]; of the operation's own, [`Error::is_invalid_field`], [`Error::is_invalid_state`] (the consumer
    /// was deleted) and [`Error::is_missing_click_to_pay_data`].
    pub fn send(self) -> impl Future<Output = Result<Response<()>, Error>> + Send + 'static {
        let call = self.call();
        async { call?.run().await }
    }

    pub(crate) fn body(self, body: types::builder::ConsumerInformation) -> Self {
        Self { body, ..self }
    }

    /// The call, checked and ready to be made.
    pub(crate) fn call(self) -> Result<Call<()>, Error> {
        let Self {
            consumer,
            options,
            body,
        } = self;
        let body = body.build().and_then(|body| body.to_json());
        consumer.prepare(
            options,
            Operation::RegisterConsumer,
            body,
            build!(register_consumer_request),
            nothing,
        )
    }
}

/// Lists an end user's cards: see [`Consumer::cards`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until `send()` is awaited"]
pub struct Cards {
    consumer: Consumer,
    options: CallOptions,
}

impl Cards {
    call_options!();

    /// Sends it. No cards, or no list at all, is an empty list.
    ///
    /// # Errors
    /// See [`Error`]; of the operation's own, [`Error::is_unknown_consumer`] and [`Error::is_invalid_state`].
    pub fn send(self) -> impl Future<Output = Result<Response<Vec<types::Card>>, Error>> + Send + 'static {
        let Self { consumer, options } = self;
        let call = consumer.prepare(options, Operation::ListCards, Ok(Vec::new()), list_cards, cards);
        async { call?.run().await }
    }
}

/// Updates what D1 stores of an end user: see [`Consumer::update`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until `send()` is awaited"]
pub struct Update {
    consumer: Consumer,
    options: CallOptions,
    body: types::builder::ConsumerInformation,
}

impl Update {
    call_options!();

    consumer_information!();

    /// Sends it. Values are checked by the vendor's rules before anything is.
    ///
    /// # Errors
    /// See [`Error`]; of the operation's own, [`Error::is_unknown_consumer`], [`Error::is_invalid_field`],
    /// [`Error::is_invalid_state`] and [`Error::is_missing_click_to_pay_data`].
    pub fn send(self) -> impl Future<Output = Result<Response<Receipt>, Error>> + Send + 'static {
        let call = self.call();
        async { call?.run().await }
    }

    pub(crate) fn body(self, body: types::builder::ConsumerInformation) -> Self {
        Self { body, ..self }
    }

    /// The call, checked and ready to be made.
    pub(crate) fn call(self) -> Result<Call<Receipt>, Error> {
        let Self {
            consumer,
            options,
            body,
        } = self;
        let body = body.build().and_then(|body| body.to_json());
        consumer.prepare(
            options,
            Operation::UpdateConsumer,
            body,
            build!(update_consumer_request),
            receipt,
        )
    }
}

/// Deletes an end user: see [`Consumer::delete`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until `send()` is awaited"]
pub struct Delete {
    consumer: Consumer,
    options: CallOptions,
    body: types::builder::DeletionRequest,
}

impl Delete {
    call_options!();

    /// Why, for the vendor's list of operations: 1 to 64 ASCII letters, digits and spaces. Keep the person's data out
    /// of it.
    pub fn reason<T>(mut self, value: T) -> Self
    where
        T: TryInto<types::DeletionReason>,
        T::Error: Into<Invalid>,
    {
        self.body = self.body.reason(value);
        self
    }

    /// Sends it.
    ///
    /// # Errors
    /// See [`Error`]; of the operation's own, [`Error::is_unknown_consumer`].
    pub fn send(self) -> impl Future<Output = Result<Response<Receipt>, Error>> + Send + 'static {
        let call = self.call();
        async { call?.run().await }
    }

    pub(crate) fn body(self, body: types::builder::DeletionRequest) -> Self {
        Self { body, ..self }
    }

    /// The call, checked and ready to be made.
    pub(crate) fn call(self) -> Result<Call<Receipt>, Error> {
        let Self {
            consumer,
            options,
            body,
        } = self;
        let body = body.build().and_then(|body| body.to_json());
        consumer.prepare(
            options,
            Operation::DeleteConsumer,
            body,
            build!(delete_consumer_request),
            receipt,
        )
    }
}

/// The request of a card list: it has no body, but the one it has is watched.
fn list_cards(
    client: &Inner,
    arguments: &Arguments,
    body: reqwest::Body,
) -> Result<reqwest::Request, Invalid> {
    let mut request = client.raw.list_cards_request(
        &client.issuer_id,
        &arguments.consumer_id,
        Some(&arguments.correlation_id),
        arguments.user_id.as_ref(),
    )?;
    *request.body_mut() = Some(body);
    Ok(request)
}

/// A version 4 UUID (RFC 9562): it need not be unpredictable, only new.
pub(crate) fn random_correlation_id() -> CorrelationId {
    let id = uuid::Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid();
    let mut buffer = uuid::Uuid::encode_buffer();
    match CorrelationId::new(&*id.hyphenated().encode_lower(&mut buffer)) {
        Ok(id) => id,
        Err(_) => unreachable!("a UUID keeps the pattern"),
    }
}

/// A registration's success says nothing; a firewall's page that claims to be one is none.
fn nothing(_: u16, body: &Bytes) -> Result<(), UnreadableAnswer> {
    if json::is_blank(body) {
        return Ok(());
    }
    match serde_json::from_slice::<IgnoredAny>(json::text(body)) {
        Ok(_) => Ok(()),
        Err(error) => Err(UnreadableAnswer::of(&error)),
    }
}

fn cards(_: u16, body: &Bytes) -> Result<Vec<types::Card>, UnreadableAnswer> {
    let list: types::CardList = decoded(body)?;
    Ok(list.cards.unwrap_or_default())
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
