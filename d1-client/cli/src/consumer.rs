//! `d1 consumer`: one end user.

mod cards;
mod hidden;
mod person;

use clap::{Args, Subcommand};
use d1_client::{
    ConsumerId, CorrelationId, Request, Response, operations::ConsumerOperation, types::Receipt,
};
use person::PersonArgs;
use serde::Serialize;

use crate::{config::Config, failure::Failure, output::Output, prompt};

#[derive(Subcommand)]
pub(crate) enum ConsumerCommand {
    /// Register an end user, with personal information or without.
    #[command(
        after_long_help = "With --output json: {\"operation\", \"consumer_id\", \"status\", \"attempts\", \"correlation_id\"}, and \"operation_id\" if D1 gave one."
    )]
    Register {
        #[command(flatten)]
        consumer: ConsumerArgs,
        #[command(flatten)]
        person: PersonArgs,
    },
    /// List the end user's cards.
    #[command(
        after_long_help = "With --output json: {\"consumer_id\", \"correlation_id\", \"cards\": [...]}, each card as D1 sends it."
    )]
    Cards {
        #[command(flatten)]
        consumer: ConsumerArgs,
    },
    /// Update what D1 stores of the end user: give all of it, D1 may replace what it has.
    #[command(
        after_long_help = "With --output json: {\"operation\", \"consumer_id\", \"status\", \"attempts\", \"correlation_id\"}, and \"operation_id\" if D1 gave one."
    )]
    Update {
        #[command(flatten)]
        consumer: ConsumerArgs,
        #[command(flatten)]
        person: PersonArgs,
    },
    /// Delete the end user with all accounts, cards and digital cards. It cannot be undone.
    #[command(
        after_long_help = "With --output json: {\"operation\", \"consumer_id\", \"status\", \"attempts\", \"correlation_id\"}, and \"operation_id\" if D1 gave one."
    )]
    Delete {
        #[command(flatten)]
        consumer: ConsumerArgs,
        /// Why, for the vendor's records; no personal information.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(crate) struct ConsumerArgs {
    /// The issuer's id of the end user: 1 to 64 letters, digits, - and _, and no personal information.
    id: String,
    /// Finds the call in D1's logs; a random one unless it is given.
    #[arg(long, value_name = "ID")]
    correlation_id: Option<String>,
}

impl ConsumerArgs {
    fn id(&self) -> Result<ConsumerId, Failure> {
        // Not by clap, which would repeat what cannot be one: it may be a name or a card number.
        ConsumerId::new(&self.id).map_err(|invalid| {
            Failure::usage(format_args!("the consumer id {}", invalid.rule()))
                .hint("`d1 consumer --help` says what an id is")
        })
    }

    /// The request under the correlation id that was given, if one was.
    fn traced<O>(&self, request: Request<O>) -> Result<Request<O>, Failure>
    where
        O: ConsumerOperation,
    {
        let Some(id) = &self.correlation_id else {
            return Ok(request);
        };
        let id = CorrelationId::try_from(id).map_err(|invalid| {
            Failure::usage(format_args!("--correlation-id {}", invalid.rule()))
                .hint("leave it out for a random one")
        })?;
        Ok(request.correlation_id(id))
    }
}

pub(crate) async fn run(command: ConsumerCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        ConsumerCommand::Register { consumer, person } => {
            let (id, information) = (consumer.id()?, person.read()?);
            let request = config.client()?.consumer(id.clone()).register();
            let request = consumer.traced(request)?;
            let response = request
                .personal_information(information.personal_information)
                .preferences(information.preferences)
                .send()
                .await?;
            done(output, "register", "registered", &id, &response, None);
        }
        ConsumerCommand::Cards { consumer } => {
            let id = consumer.id()?;
            let request = config.client()?.consumer(id.clone()).cards();
            let request = consumer.traced(request)?;
            cards::show(output, &id, &request.send().await?);
        }
        ConsumerCommand::Update { consumer, person } => {
            let id = consumer.id()?;
            if person.is_empty() {
                return Err(Failure::usage("there is nothing to update")
                    .hint("give --from, or a flag such as --email"));
            }
            let information = person.read()?;
            let request = config.client()?.consumer(id.clone()).update();
            let request = consumer.traced(request)?;
            let response = request
                .personal_information(information.personal_information)
                .preferences(information.preferences)
                .send()
                .await?;
            done(output, "update", "updated", &id, &response, Some(&response));
        }
        ConsumerCommand::Delete {
            consumer,
            reason,
            yes,
        } => {
            let (id, client) = (consumer.id()?, config.client()?);
            let request = client.consumer(id.clone()).delete();
            let request = consumer.traced(request)?;
            if !yes {
                let what = format!("Delete consumer {id} with all accounts, cards and digital cards");
                prompt::confirm(&client, &what, id.as_str())?;
            }
            let response = request.reason(reason).send().await?;
            done(output, "delete", "deleted", &id, &response, Some(&response));
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Done<'a> {
    operation: &'a str,
    consumer_id: &'a str,
    status: u16,
    attempts: u32,
    correlation_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_id: Option<&'a str>,
}

/// What was done, with what the vendor's support asks for.
fn done<T>(
    output: &Output,
    operation: &str,
    in_words: &str,
    id: &ConsumerId,
    response: &Response<T>,
    receipt: Option<&Receipt>,
) {
    let done = Done {
        operation,
        consumer_id: id.as_str(),
        status: response.status(),
        attempts: response.attempts(),
        correlation_id: response.correlation_id().as_str(),
        operation_id: receipt.and_then(|receipt| Some(receipt.operation_id.as_ref()?.as_str())),
    };
    output.result(&done, || {
        let operation = done
            .operation_id
            .map(|id| format!(", operation id {}", crate::table::printable(id)))
            .unwrap_or_default();
        format!(
            "{in_words} {id} (status {}, attempts {}, correlation id {}{operation})",
            done.status, done.attempts, done.correlation_id,
        )
    });
}
