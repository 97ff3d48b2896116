//! The whole story, from nothing to a registered consumer and back. `cargo run --example quickstart`
//!
//! It talks to a D1 in its own process; with `D1_ENVIRONMENT` and the other variables of `Client::from_env` set, to the
//! real thing.

use std::{env, error::Error};

use d1_client::{
    Client, ConsumerId,
    sandbox::{Sandbox, example_card},
    types::{PersonalInformation, PhoneNumber},
};

/// The example's end user: an id of the issuer's own, which tells nothing of the person.
const CONSUMER: &str = "c-1f6e";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("D1_ENVIRONMENT").is_some() {
        return story(&Client::from_env()?).await;
    }
    let sandbox = Sandbox::start().await;
    sandbox.seed_card(CONSUMER, example_card("card-1"));
    story(&sandbox.client_builder().build()?).await
}

async fn story(d1: &Client) -> Result<(), Box<dyn Error>> {
    let consumer = d1.consumer(ConsumerId::new(CONSUMER)?);
    let person = PersonalInformation::builder()
        .first_name("Ada")
        .last_name("Lovelace")
        .language("eng")
        .mobile_phone_number(
            PhoneNumber::builder()
                .country_code("+44")
                .phone_number("2079460000"),
        );

    let done = consumer
        .register()
        .personal_information(person.clone())
        .send()
        .await?;
    println!(
        "register  done: status {}, correlation id {}",
        done.status(),
        done.correlation_id()
    );

    for card in consumer.cards().send().await?.iter() {
        println!("cards     one: scheme {:?}, state {:?}", card.scheme, card.state);
    }

    let receipt = consumer
        .update()
        .personal_information(person.email("ada@example.com"))
        .send()
        .await?;
    println!("update    done: {:?}", *receipt);

    // Refused here, before anything is sent.
    let nameless = PersonalInformation::builder().first_name("Ada");
    if let Err(error) = consumer.update().personal_information(nameless).send().await {
        println!("update    refused: {error}");
    }

    let receipt = consumer.delete().reason("Account closed").send().await?;
    println!("delete    done: {:?}", *receipt);

    // Refused by D1: a deleted consumer does not come back.
    if let Err(error) = consumer.register().send().await {
        println!("register  refused: {error}");
        println!(
            "          did it happen? {:?}. why? {:?}",
            error.outcome(),
            error.code()
        );
        println!(
            "          shall I try again? {}",
            if error.is_retryable() { "yes" } else { "no" }
        );
    }
    Ok(())
}
