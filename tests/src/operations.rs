//! The four operations, for tests that are about all of them.

use d1_client::{
    Client, ConsumerId, Error, Operation, Response,
    types::{PersonalInformation, PhoneNumber, PostalAddress, builder},
};

/// The end user that the calls are about.
pub const CONSUMER: &str = "consumer-4Kq9zT1b";

/// Everything of [`person`], and [`CONSUMER`], that nobody may find in a log.
pub const PERSONAL: [&str; 11] = [
    CONSUMER,
    "Theodora",
    "Quillfeather",
    "theodora.quillfeather@example.org",
    "quillfeather@",
    "2079460958",
    "Marmalade Mews",
    "Penthouse Zwei",
    "Wobbleton",
    "WB9 4QX",
    "1961-03-29",
];

/// Somebody who does not exist.
pub fn person() -> builder::PersonalInformation {
    let address = PostalAddress::builder()
        .line1("17 Marmalade Mews")
        .line2("Penthouse Zwei")
        .city("Wobbleton")
        .state("WLS")
        .zip_code("WB9 4QX")
        .country_code("GB");
    PersonalInformation::builder()
        .first_name("Theodora")
        .last_name("Quillfeather")
        .email("theodora.quillfeather@example.org")
        .date_of_birth("1961-03-29")
        .mobile_phone_number(
            PhoneNumber::builder()
                .country_code("+44")
                .phone_number("2079460958"),
        )
        .residency_address(address)
}

/// A call that succeeded, whatever its value.
#[derive(Debug)]
pub struct Done {
    status: u16,
    attempts: u32,
}

impl Done {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// How many requests it took.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl<T> From<Response<T>> for Done {
    fn from(response: Response<T>) -> Self {
        Self {
            status: response.status(),
            attempts: response.attempts(),
        }
    }
}

/// Makes a call of this operation, with [`person`] where one is sent.
///
/// # Errors
/// Those of the call.
///
/// # Panics
/// For an operation that the vendor has added.
pub async fn call(client: &Client, operation: Operation) -> Result<Done, Error> {
    let consumer = client.consumer(ConsumerId::new(CONSUMER).expect("a consumer id"));
    Ok(match operation {
        Operation::RegisterConsumer => consumer
            .register()
            .personal_information(person())
            .send()
            .await?
            .into(),
        Operation::ListCards => consumer.cards().send().await?.into(),
        Operation::UpdateConsumer => consumer
            .update()
            .personal_information(person())
            .send()
            .await?
            .into(),
        Operation::DeleteConsumer => consumer.delete().reason("Account closed").send().await?.into(),
        other => panic!("{other:?} is a new operation"),
    })
}

/// Whether a call of this operation may be made twice.
#[must_use]
pub fn is_idempotent(operation: Operation) -> bool {
    matches!(operation, Operation::RegisterConsumer | Operation::ListCards)
}
