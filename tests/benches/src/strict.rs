//! progenitor's own client of the plain merge of the vendor's documents, as its defaults make it. What it sends and
//! receives is checked by the vendor's schemas to the letter.

use std::{hint::black_box, time::Duration};

use client::types::{
    ConsumerInfo, ConsumerInfoMobilePhoneNumber, ConsumerInfoResidencyAddress, Preferences,
    RegisterConsumerBody,
};
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderValue};
use uuid::Uuid;

use crate::{ClientUnderTest, Person};

#[allow(
    clippy::all,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    rustdoc::all,
    unused
)]
mod client {
    include!(concat!(env!("OUT_DIR"), "/strict.rs"));
}

/// progenitor's client.
#[derive(Clone)]
pub struct Strict(client::Client);

impl ClientUnderTest for Strict {
    fn new(address: &str) -> Self {
        let token = format!("Bearer {}", crate::server::TOKEN);
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .connect_timeout(Duration::from_secs(5))
            .user_agent("progenitor/1.0")
            .default_headers(
                [
                    (AUTHORIZATION, token.parse().expect("a header")),
                    (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
                ]
                .into_iter()
                .collect(),
            );
        let http = http.build().expect("a client can be built");
        Self(client::Client::new_with_client(
            &format!("http://{address}/banking/v2"),
            http,
        ))
    }

    fn spelled(person: Person) -> Person {
        person.in_letters_of_the_pattern()
    }

    async fn register(&self, person: &Person) {
        let correlation_id = Uuid::new_v4().to_string();
        self.0
            .register_consumer("is_example", &person.consumer_id, &correlation_id, &body(person))
            .await
            .expect("the consumer is registered");
    }

    async fn cards(&self, consumer: &str) -> usize {
        let correlation_id = Uuid::new_v4().to_string();
        let answer = self.0.get_consumer("is_example", consumer, &correlation_id).await;
        answer.expect("the cards are listed").into_inner().cards.len()
    }
}

fn body(person: &Person) -> RegisterConsumerBody {
    RegisterConsumerBody {
        personal_information: Some(ConsumerInfo {
            title: Some(checked(&person.title)),
            first_name: checked(&person.first_name),
            middle_name: Some(checked(&person.middle_name)),
            last_name: checked(&person.last_name),
            second_last_name: Some(checked(&person.second_last_name)),
            gender: Some(checked(&person.gender)),
            date_of_birth: Some(checked(&person.date_of_birth)),
            nationality: Some(checked(&person.nationality)),
            language: Some(checked(&person.language)),
            email: Some(checked(&person.email)),
            mobile_phone_number: Some(ConsumerInfoMobilePhoneNumber {
                country_code: checked(&person.calling_code),
                phone_number: checked(&person.phone_number),
            }),
            residency_address: Some(ConsumerInfoResidencyAddress {
                recipient_name: Some(checked(&person.recipient_name)),
                line1: checked(&person.line1),
                line2: Some(checked(&person.line2)),
                line3: Some(checked(&person.line3)),
                line4: Some(checked(&person.line4)),
                city: checked(&person.city),
                state: checked(&person.state),
                zip_code: checked(&person.zip_code),
                country_code: checked(&person.country_code),
            }),
        }),
        preferences: Some(Preferences {
            notification_channel: Some(person.channels.iter().map(|channel| checked(channel)).collect()),
        }),
    }
}

/// Checks each of the person's texts by the type that the schema made for it, on its own.
pub fn check(person: &Person) {
    use client::types::*;
    macro_rules! check {
        ($($ty:ident: $field:ident),* $(,)?) => {
            $(drop(black_box(checked::<$ty>(black_box(&person.$field))));)*
        };
    }
    check! {
        ConsumerInfoTitle: title, ConsumerInfoFirstName: first_name, ConsumerInfoMiddleName: middle_name,
        ConsumerInfoLastName: last_name, ConsumerInfoSecondLastName: second_last_name,
        ConsumerInfoDateOfBirth: date_of_birth, ConsumerInfoNationality: nationality,
        ConsumerInfoLanguage: language, ConsumerInfoEmail: email,
        ConsumerInfoMobilePhoneNumberCountryCode: calling_code,
        ConsumerInfoMobilePhoneNumberPhoneNumber: phone_number,
        ConsumerInfoResidencyAddressRecipientName: recipient_name, ConsumerInfoResidencyAddressLine1: line1,
        ConsumerInfoResidencyAddressLine2: line2, ConsumerInfoResidencyAddressLine3: line3,
        ConsumerInfoResidencyAddressLine4: line4, ConsumerInfoResidencyAddressCity: city,
        ConsumerInfoResidencyAddressState: state, ConsumerInfoResidencyAddressZipCode: zip_code,
        ConsumerInfoResidencyAddressCountryCode: country_code,
    }
}

/// The text as the type that the schema made of it.
fn checked<'a, T: TryFrom<&'a str>>(text: &'a str) -> T {
    match T::try_from(text) {
        Ok(value) => value,
        Err(_) => panic!("a value that progenitor's client refuses"),
    }
}
