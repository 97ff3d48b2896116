//! The operations with all that they may tell of a person, none of which anybody may find in a log.

use d1_client::{
    Client, ConsumerId, Error, Operation,
    types::{PersonalInformation, PhoneNumber, PostalAddress, builder},
};

use crate::calls::{Done, done};

/// The end user that the calls are about.
pub const CONSUMER: &str = "consumer-4Kq9zT1b";

/// Why she is deleted.
pub const REASON: &str = "Account closed";

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

/// Makes a call of this operation, with [`person`] where one is sent.
///
/// # Errors
/// Those of the call.
///
/// # Panics
/// For an operation that the vendor has added.
pub async fn call(client: &Client, operation: Operation) -> Result<Done, Error> {
    let consumer = client.consumer(ConsumerId::new(CONSUMER).expect("a consumer id"));
    match operation {
        Operation::RegisterConsumer => {
            let call = consumer.register().personal_information(person());
            call.send().await.map(|response| done(&response))
        }
        Operation::ListCards => consumer.cards().send().await.map(|response| done(&response)),
        Operation::UpdateConsumer => {
            let call = consumer.update().personal_information(person());
            call.send().await.map(|response| done(&response))
        }
        Operation::DeleteConsumer => {
            let call = consumer.delete().reason(REASON);
            call.send().await.map(|response| done(&response))
        }
        Operation::RegisterConsumerV1 => consumer
            .register_v1()
            .send()
            .await
            .map(|response| done(&response)),
        other => panic!("{other:?} is a new operation"),
    }
}

/// Whether a call of this operation may be made twice.
#[must_use]
pub fn is_idempotent(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::RegisterConsumer | Operation::ListCards | Operation::RegisterConsumerV1
    )
}
