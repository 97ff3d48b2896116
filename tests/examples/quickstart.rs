//! The four calls, from nothing to a registered consumer and back. `cargo run --example quickstart`
//!
//! It talks to a mock on this machine; with `D1_ENVIRONMENT` (and the other variables of `Client::from_env`) set, to the
//! real thing.

use std::{env, error::Error};

use d1_client::{
    Client, ConsumerId, Environment, IssuerId,
    auth::StaticToken,
    types::{Card, CardList, PersonalInformation, PhoneNumber, Receipt},
};
use d1_generated::mock::MockServerExt;
use httpmock::MockServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("D1_ENVIRONMENT").is_some() {
        return story(&Client::from_env()?).await;
    }
    let server = MockServer::start_async().await;
    answer_everything(&server)?;
    let d1 = Client::builder(IssuerId::new("is_example")?)
        .environment(Environment::custom(server.base_url(), server.base_url())?)
        .token_source(StaticToken::new("a-token-that-the-mock-takes"))
        .build()?;
    story(&d1).await
}

async fn story(d1: &Client) -> Result<(), Box<dyn Error>> {
    let consumer = d1.consumer(ConsumerId::new("c-1f6e")?);
    let person = PersonalInformation::builder()
        .first_name("Ada")
        .last_name("Lovelace")
        .language("eng")
        .mobile_phone_number(
            PhoneNumber::builder()
                .country_code("+44")
                .phone_number("2079460000"),
        );

    let registered = consumer
        .register()
        .personal_information(person.clone())
        .send()
        .await?;
    println!(
        "register: status {}, correlation id {}",
        registered.status(),
        registered.correlation_id()
    );

    for card in consumer.cards().send().await?.iter() {
        println!("cards:    {card:?}");
    }

    let receipt = consumer
        .update()
        .personal_information(person.email("ada@example.com"))
        .send()
        .await?;
    println!("update:   {:?}", *receipt);

    let refused = consumer
        .update()
        .personal_information(PersonalInformation::builder().first_name("Ada"));
    if let Err(error) = refused.send().await {
        println!("refused:  {error}");
    }

    let receipt = consumer.delete().reason("Account closed").send().await?;
    println!("delete:   {:?}", *receipt);
    Ok(())
}

fn answer_everything(server: &MockServer) -> Result<(), Box<dyn Error>> {
    let card = Card::builder()
        .card_id("card-1")
        .scheme("VISA")
        .state("ACTIVE")
        .build()?;
    let cards = CardList::builder().cards(vec![card]).build()?;
    let receipt = Receipt::builder().operation_id("op-1").build()?;
    server.register_consumer(|_, then| drop(then.no_content()));
    server.list_cards(|_, then| drop(then.ok(&cards)));
    server.update_consumer(|_, then| drop(then.ok(&receipt)));
    server.delete_consumer(|_, then| drop(then.ok(&receipt)));
    Ok(())
}
