//! Every operation once: register a consumer, list the cards, update, delete. `cargo run --example quickstart`
//!
//! It talks to a D1 in its own process. If the variables of `Client::from_env` are set, it talks to the D1 that they name:
//! staging or a mock. It refuses to run against production, because it deletes the consumer that it registers.

use std::{env, error::Error};

use d1_client::{
    Client, ConsumerId,
    sandbox::{Sandbox, SandboxExt, example_card},
    types::{PersonalInformation, PhoneNumber},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A random id: it contains no personal data, and no other consumer has it.
    let id = ConsumerId::new(format!("quickstart-{}", uuid::Uuid::new_v4()))?;
    if ["D1_ENVIRONMENT", "D1_BANKING_URL", "D1_AUTH_URL"]
        .into_iter()
        .any(|name| env::var_os(name).is_some())
    {
        let d1 = Client::from_env()?;
        if d1.environment().is_production() {
            return Err("not in production: this deletes the consumer that it registers".into());
        }
        return story(&d1, id).await;
    }
    let sandbox = Sandbox::start().await;
    sandbox.seed_card(id.as_str(), example_card("card-1"));
    story(&sandbox.client_builder().build()?, id).await
}

async fn story(d1: &Client, id: ConsumerId) -> Result<(), Box<dyn Error>> {
    let consumer = d1.consumer(id);
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
