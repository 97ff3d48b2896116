//! One call, before it is sent: its consumer, its body, its options.

use std::{future::Future, time::Duration};

use d1_generated::{
    Invalid,
    invalid::{Given, Value},
    types,
};
use http::{HeaderName, HeaderValue};
use tracing::Span;

use super::{
    Consumer,
    operations::{
        ConsumerOperation, DeleteConsumer, ListCards, RegisterConsumer, RegisterConsumerV1, TakesUserId,
        UpdateConsumer,
    },
};
use crate::{
    CorrelationId, Error, Response, RetryPolicy, UserId,
    call::{Arguments, Call, Unpaced},
    headers, telemetry,
};

/// One operation on one consumer, with its body and its options. Nothing is sent until [`send`](Self::send).
///
/// A method of [`Consumer`] makes it. [`Register`], [`Cards`], [`Update`], [`Delete`] and [`RegisterV1`] are names for it.
///
/// ```no_run
/// use std::time::Duration;
/// use d1_client::{Client, ConsumerId, RetryPolicy};
///
/// # async fn run(d1: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let consumer = d1.consumer(ConsumerId::new("c-1f6e")?);
/// let cards = consumer
///     .cards()
///     .correlation_id("branch-7-0001")
///     .timeout(Duration::from_secs(2))
///     .retry(RetryPolicy::none())
///     .send()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until `send()` is awaited"]
pub struct Request<O: ConsumerOperation> {
    consumer: Consumer,
    body: O::Body,
    correlation_id: Option<Result<CorrelationId, Invalid>>,
    user_id: Option<Result<UserId, Invalid>>,
    timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
    headers: Vec<Result<(HeaderName, HeaderValue), Invalid>>,
}

/// Registers an end user: see [`Consumer::register`].
pub type Register = Request<RegisterConsumer>;

/// Lists an end user's cards: see [`Consumer::cards`].
pub type Cards = Request<ListCards>;

/// Updates what D1 stores of an end user: see [`Consumer::update`].
pub type Update = Request<UpdateConsumer>;

/// Deletes an end user: see [`Consumer::delete`].
pub type Delete = Request<DeleteConsumer>;

/// Registers an end user by version 1 of the API: see [`Consumer::register_v1`].
pub type RegisterV1 = Request<RegisterConsumerV1>;

impl<O: ConsumerOperation> Request<O> {
    pub(crate) fn new(consumer: Consumer, body: O::Body) -> Self {
        Self {
            consumer,
            body,
            correlation_id: None,
            user_id: None,
            timeout: None,
            retry: None,
            headers: Vec::new(),
        }
    }

    /// Sets the `x-correlation-id` of every attempt: 1 to 64 characters of `A-Z a-z 0-9 _ -`. The default is a random
    /// UUID. The id is logged in clear, here and at D1: it must not derive from personal data.
    pub fn correlation_id(mut self, id: impl Given<CorrelationId, Value>) -> Self {
        self.correlation_id = id
            .given()
            .map(|id| id.map_err(|invalid| invalid.at("x-correlation-id")));
        self
    }

    /// Limits how long the whole call may take, all attempts and pauses included. The default is the client's time-out.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how often this call is repeated. The default is the client's policy.
    ///
    /// [`RetryPolicy::none`] makes one attempt. A token that D1 refuses is still replaced, and the call made once more.
    /// A policy does not change what is safe to repeat. All calls of a client share one budget for repetitions, whatever
    /// their policies.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Adds a header to every attempt, for a gateway or a trace; of one name, the last counts. It comes before one of the
    /// [client's](crate::ClientBuilder::header). The value is never logged.
    ///
    /// What the client and HTTP set themselves is refused when the call is made: `authorization`, `x-correlation-id`,
    /// `x-user-id`, `content-…`, `accept…`, `host`, `user-agent`, `proxy-…` and what speaks of the connection.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.push(headers::checked(name.as_ref(), value.as_ref()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<O::Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the request. Values are validated by the vendor's rules before anything is sent.
    ///
    /// [`Cards`] returns an empty list for no cards, and for no list at all.
    ///
    /// # Errors
    /// See [`Error`]. These errors belong to one operation or another:
    ///
    /// | error | operations |
    /// |---|---|
    /// | [`Error::is_invalid_field`], [`Error::is_missing_click_to_pay_data`] | [`Register`], [`Update`] |
    /// | [`Error::is_invalid_state`]: the consumer was deleted | [`Register`], [`Update`], [`Cards`] |
    /// | [`Error::is_unknown_consumer`] | [`Update`], [`Cards`], [`Delete`] |
    /// | [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest): the environment has no base URL of version 1 | [`RegisterV1`] |
    pub fn send(self) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + 'static {
        let call = self.call();
        async { call?.run(Unpaced).await }
    }

    /// The call, validated and ready to be made. If a value is refused, one event says so.
    pub(crate) fn call(self) -> Result<Call<O::Output>, Error> {
        self.validated()
            .inspect_err(|refused| telemetry::failed(&Span::current(), refused))
    }

    fn validated(self) -> Result<Call<O::Output>, Error> {
        let correlation_id = self.correlation_id.unwrap_or_else(|| Ok(random_correlation_id()));
        let refuse = |invalid| Error::refused_here(O::OPERATION, random_correlation_id(), invalid);
        let correlation_id = correlation_id.map_err(refuse)?;
        let refuse = |invalid| Error::refused_here(O::OPERATION, correlation_id.clone(), invalid);
        let user_id = self.user_id.transpose().map_err(refuse)?;
        let headers = self
            .headers
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(refuse)?;
        let body = (O::WRITE)(self.body).map_err(refuse)?;
        let client = self.consumer.client.0;
        Ok(Call {
            operation: O::OPERATION,
            arguments: Arguments {
                consumer_id: self.consumer.id.into_generated(),
                correlation_id,
                user_id,
                headers,
            },
            body: body.into(),
            request: O::REQUEST,
            decode: O::DECODE,
            timeout: self.timeout.unwrap_or(client.timeouts.call),
            policy: self.retry,
            max_attempts: None,
            client,
        })
    }
}

impl<O: TakesUserId> Request<O> {
    /// Sets the `x-user-id`: who at the issuer makes the call, for the vendor's records. 1 to 15 characters of
    /// `A-Z a-z 0-9 _ -`.
    pub fn user_id(mut self, id: impl Given<UserId, Value>) -> Self {
        self.user_id = id.given().map(|id| id.map_err(|invalid| invalid.at("x-user-id")));
        self
    }

    pub(crate) fn maybe_user_id(mut self, id: Option<UserId>) -> Self {
        self.user_id = id.map(Ok);
        self
    }
}

/// [`Register`] and [`Update`] send what D1 is told of the person.
impl<O: ConsumerOperation<Body = types::builder::ConsumerInformation>> Request<O> {
    /// Sets the person's data, which D1 then stores: a [`PersonalInformation`](types::PersonalInformation) or its builder.
    pub fn personal_information<M>(mut self, value: impl Given<types::PersonalInformation, M>) -> Self {
        self.body = self.body.personal_information(value);
        self
    }

    /// Sets how the person wants to be notified.
    pub fn preferences<M>(mut self, value: impl Given<types::Preferences, M>) -> Self {
        self.body = self.body.preferences(value);
        self
    }
}

impl Delete {
    /// Sets the reason, for the vendor's list of operations: 1 to 64 ASCII letters, digits and spaces. Keep the person's
    /// data out of it.
    pub fn reason<M>(mut self, value: impl Given<types::DeletionReason, M>) -> Self {
        self.body = self.body.reason(value);
        self
    }
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
