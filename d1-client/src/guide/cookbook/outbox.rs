use std::time::Duration;

use d1_client::{Client, ConsumerId, Error, types::PersonalInformation};
use tokio_postgres::Transaction;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// In the transaction that makes the customer: both are committed, or neither.
pub(crate) async fn enqueue(transaction: &Transaction<'_>, id: &ConsumerId) -> Result<(), Failure> {
    // A customer that is there already is registered once.
    let insert = "INSERT INTO d1_outbox (consumer_id) VALUES ($1) ON CONFLICT DO NOTHING";
    transaction.execute(insert, &[&id.as_str()]).await?;
    Ok(())
}

/// Once for each connection of a worker: a worker that hangs loses its row. More than a call may take (30 s).
pub(crate) const SESSION: &str = "SET idle_in_transaction_session_timeout = '60s'";

const TAKE: &str = "
    SELECT consumer_id, first_name, last_name, language
    FROM d1_outbox JOIN customers USING (consumer_id)
    WHERE state = 'pending' AND due <= now()
    ORDER BY due LIMIT 1
    FOR UPDATE OF d1_outbox SKIP LOCKED";

const MARK: &str = "
    UPDATE d1_outbox
    SET state = $2, tries = tries + 1, last_error = $3, correlation_id = $4,
        due = now() + make_interval(secs => $5)
    WHERE consumer_id = $1";

/// Takes a row, registers its consumer and marks the row. `false`: no row is due.
///
/// The row is locked until the transaction ends. However this process ends before that, the row is as it was, and another
/// worker takes it.
pub(crate) async fn work(database: &mut tokio_postgres::Client, d1: &Client) -> Result<bool, Failure> {
    let transaction = database.transaction().await?;
    let Some(row) = transaction.query_opt(TAKE, &[]).await? else {
        return Ok(false);
    };
    let id = row.get::<_, &str>("consumer_id");
    let person = PersonalInformation::builder()
        .first_name(row.get::<_, &str>("first_name"))
        .last_name(row.get::<_, &str>("last_name"))
        .language(row.get::<_, Option<&str>>("language"));
    let call = d1.consumer(ConsumerId::new(id)?).register();
    let error = call.personal_information(person).send().await.err();

    let state = match &error {
        None => "registered",
        // Of this consumer alone, and trying again does not help: somebody has to look at it.
        Some(error) if concerns_this_one(error) => "refused",
        // All else may concern every row, or may have happened: the same registration again, later.
        Some(_) => "pending",
    };
    let later = error
        .as_ref()
        .and_then(Error::retry_after)
        .unwrap_or(Duration::from_secs(60));
    let later = later.as_secs_f64();
    // One line without personal data.
    let text = error.as_ref().map(Error::to_string);
    let correlation_id = error.as_ref().map(|error| error.correlation_id().as_str());
    transaction
        .execute(MARK, &[&id, &state, &text, &correlation_id, &later])
        .await?;
    transaction.commit().await?;
    Ok(true)
}

fn concerns_this_one(error: &Error) -> bool {
    error.is_invalid_field() || error.is_invalid_state() || error.is_missing_click_to_pay_data()
}
