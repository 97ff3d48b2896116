//! `d1-client`, with everything on: an expiring token from a cache, a correlation id, checks, the catalogue, retries,
//! time-outs, `tracing` compiled in and nobody listening.

use std::{hint::black_box, time::Duration};

use d1_client::{
    Client, ConsumerId, Environment, IssuerId,
    auth::{self, AccessToken, TokenCache, TokenRequest},
    prepare::{self, Record, Rules},
    types::{
        self, ConsumerInformation, PersonalInformation, PhoneNumber, PostalAddress, Preferences, builder,
    },
};

use crate::{ClientUnderTest, Person};

/// This client.
#[derive(Clone)]
pub struct Ours(pub Client);

impl ClientUnderTest for Ours {
    fn new(address: &str) -> Self {
        let url = |path| format!("http://{address}{path}");
        let environment = Environment::custom(url("/banking/v2"), url("/authz/v1"));
        let client = Client::builder(IssuerId::new("is_example").expect("an issuer id"))
            .environment(environment.expect("two URLs"))
            .token_source(tokens())
            .build();
        Self(client.expect("a client can be built"))
    }

    async fn register(&self, person: &Person) {
        let consumer = self.0.consumer(consumer_id(person));
        let register = consumer
            .register()
            .personal_information(personal_information(person));
        register
            .preferences(preferences(person))
            .send()
            .await
            .expect("the consumer is registered");
    }

    async fn cards(&self, consumer: &str) -> usize {
        let consumer = self.0.consumer(ConsumerId::new(consumer).expect("a consumer id"));
        consumer.cards().send().await.expect("the cards are listed").len()
    }
}

/// A token cache as the client has one, by itself, with a token that lives.
pub fn token_cache() -> TokenCache {
    let base = "http://127.0.0.1:9".parse().expect("a URL");
    TokenCache::new(
        tokens(),
        TokenRequest::new(reqwest::Client::new(), &base, "is_example").expect("a loopback URL"),
    )
}

fn tokens() -> impl auth::TokenSource {
    auth::from_fn(|| async {
        Ok(AccessToken::new(crate::server::TOKEN)?.expires_in(Duration::from_secs(900)))
    })
}

/// The person's consumer id, checked.
pub fn consumer_id(person: &Person) -> ConsumerId {
    ConsumerId::new(person.consumer_id.as_str()).expect("a consumer id")
}

/// An item of a bulk.
pub fn registration(person: &Person) -> builder::ConsumerInformation {
    ConsumerInformation::builder()
        .personal_information(personal_information(person))
        .preferences(preferences(person))
}

/// All personal information that D1 takes, checked.
pub fn consumer_information(person: &Person) -> ConsumerInformation {
    let information = ConsumerInformation::builder().personal_information(personal_information(person));
    information
        .preferences(preferences(person))
        .build()
        .expect("nothing that the rules refuse")
}

/// Checks each of the person's texts by the vendor's rule for it, on its own.
pub fn check(person: &Person) {
    macro_rules! check {
        ($($ty:ident: $field:ident),* $(,)?) => {
            $(drop(black_box(types::$ty::new(black_box(&person.$field)).expect("it keeps the rule")));)*
        };
    }
    check! {
        Title: title, PersonName: first_name, PersonName: middle_name, PersonName: last_name,
        PersonName: second_last_name, DateOfBirth: date_of_birth, CountryCode: nationality, Language: language,
        EmailAddress: email, CallingCode: calling_code, NationalNumber: phone_number, RecipientName: recipient_name,
        AddressLine: line1, AddressLine: line2, AddressLine: line3, AddressLine: line4, City: city,
        Subdivision: state, PostalCode: zip_code, CountryCode: country_code,
    }
}

/// Prepares records by the standard rules and with advice, every other one of which is fit as it is.
pub fn report(times: u32) {
    let people = [Person::example(0), Person::as_a_bank_has_one()];
    let records = people.each_ref().map(record);
    let rules = Rules::standard().advise();
    let records = records.iter().cycle().take(times as usize);
    let report = prepare::report(&rules, records.map(black_box));
    assert_eq!(
        (report.fit(), report.unchanged()),
        (u64::from(times), u64::from(times) / 2)
    );
}

fn record(person: &Person) -> Record<'_> {
    Record::new()
        .consumer_id(&person.consumer_id)
        .title(&person.title)
        .first_name(&person.first_name)
        .middle_name(&person.middle_name)
        .last_name(&person.last_name)
        .second_last_name(&person.second_last_name)
        .gender(&person.gender)
        .date_of_birth(&person.date_of_birth)
        .nationality(&person.nationality)
        .language(&person.language)
        .email(&person.email)
        .calling_code(&person.calling_code)
        .mobile_phone_number(&person.phone_number)
        .recipient_name(&person.recipient_name)
        .line1(&person.line1)
        .line2(&person.line2)
        .line3(&person.line3)
        .line4(&person.line4)
        .city(&person.city)
        .state(&person.state)
        .zip_code(&person.zip_code)
        .country(&person.country_code)
}

fn personal_information(person: &Person) -> builder::PersonalInformation {
    PersonalInformation::builder()
        .title(&person.title)
        .first_name(&person.first_name)
        .middle_name(&person.middle_name)
        .last_name(&person.last_name)
        .second_last_name(&person.second_last_name)
        .gender(person.gender.as_str())
        .date_of_birth(&person.date_of_birth)
        .nationality(&person.nationality)
        .language(&person.language)
        .email(&person.email)
        .mobile_phone_number(
            PhoneNumber::builder()
                .country_code(&person.calling_code)
                .phone_number(&person.phone_number),
        )
        .residency_address(
            PostalAddress::builder()
                .recipient_name(&person.recipient_name)
                .line1(&person.line1)
                .line2(&person.line2)
                .line3(&person.line3)
                .line4(&person.line4)
                .city(&person.city)
                .state(&person.state)
                .zip_code(&person.zip_code)
                .country_code(&person.country_code),
        )
}

fn preferences(person: &Person) -> builder::Preferences {
    let channels = person
        .channels
        .iter()
        .map(|channel| channel.as_str().try_into().expect("a channel"));
    Preferences::builder().notification_channel(channels.collect::<Vec<_>>())
}
