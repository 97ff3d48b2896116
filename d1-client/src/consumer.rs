//! One end user, and what can be done about them.

pub mod operations;
mod request;

use std::fmt;

use operations::ConsumerOperation;
pub(crate) use request::random_correlation_id;
pub use request::{Cards, Delete, Register, RegisterV1, Request, Update};

use crate::{Client, ConsumerId};

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
        self.request(Default::default())
    }

    /// Lists the end user's cards.
    pub fn cards(&self) -> Cards {
        self.request(())
    }

    /// Updates what D1 stores of the end user. Whether it patches or replaces is not documented: send all of it.
    ///
    /// `POST`, so it is repeated only where D1 has certainly not acted.
    pub fn update(&self) -> Update {
        self.request(Default::default())
    }

    /// Deletes the end user, with all accounts, cards and digital cards, for good: the person can come back only under
    /// a new consumer id.
    ///
    /// `POST`, so it is repeated only where D1 has certainly not acted.
    pub fn delete(&self) -> Delete {
        self.request(Default::default())
    }

    /// Registers the end user by version 1 of the API: without personal information, which D1 then asks the issuer's backend
    /// for.
    ///
    /// For those who have it: beginners use [`register`](Self::register), which does the same without
    /// `personal_information`. What is known of version 1 is restated from the vendor's public pages; they do not say which of its
    /// errors may be tried again. Its base URL follows the environment; a custom one takes it by [`with_consumer_v1`](crate::Environment::with_consumer_v1).
    ///
    /// `PUT`, so it is repeated after what may have been lost.
    pub fn register_v1(&self) -> RegisterV1 {
        self.request(())
    }

    /// A request of any operation, with its body.
    pub(crate) fn request<O: ConsumerOperation>(&self, body: O::Body) -> Request<O> {
        Request::new(self.clone(), body)
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
