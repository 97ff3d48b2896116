//! The recipe for an outbox, with a real PostgreSQL (`D1_POSTGRES_BIN`; without it nothing is tested): a process is killed at each
//! point between the transaction, the call and the mark, and in the end every customer is registered, and none twice.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod postgres;
#[path = "../../d1-client/src/guide/cookbook/outbox.rs"]
mod recipe;

use std::{env, fs, process::Stdio, time::Duration};

use d1_client::{
    Client, ConsumerId, RetryPolicy,
    sandbox::{Endpoint, Fault, Sandbox, SandboxExt},
};
use postgres::{Cluster, connect};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio_postgres::Client as Database;

const TABLES: &str = include_str!("../../d1-client/src/guide/cookbook/outbox.sql");

/// Who holds one of these locks stops everybody else at that point: before a row is there, before it is marked, and within the
/// `COMMIT` of the mark.
const STOPS: &str = "
    CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint); RETURN NEW; END';
    CREATE TRIGGER inserted BEFORE INSERT ON d1_outbox FOR EACH ROW EXECUTE FUNCTION stop(1);
    CREATE TRIGGER marked BEFORE UPDATE ON d1_outbox FOR EACH ROW EXECUTE FUNCTION stop(2);
    CREATE CONSTRAINT TRIGGER committed AFTER UPDATE ON d1_outbox DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION stop(3);";

/// Longer than any test: a process that waits for it is killed.
const FOR_EVER: Duration = Duration::from_secs(3_600);

/// Where a process is when it is killed.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// The customer is inserted, and not committed.
    BeforeCommit,
    /// The row is taken, D1 is not called yet.
    Token,
    /// D1 has the request, and has not done anything.
    NotApplied,
    /// D1 has registered the consumer, its answer is on its way.
    NotAnswered,
    /// D1 has answered, the row is not marked.
    NotMarked,
    /// The row is marked, and not committed.
    NotCommitted,
}

impl Point {
    /// The lock that stops a process there.
    fn lock(self) -> Option<i64> {
        match self {
            Self::BeforeCommit => Some(1),
            Self::NotMarked => Some(2),
            Self::NotCommitted => Some(3),
            Self::Token | Self::NotApplied | Self::NotAnswered => None,
        }
    }

    /// What stops it at D1, and where.
    fn fault(self) -> Option<(Fault, Endpoint)> {
        match self {
            Self::Token => Some((Fault::latency(FOR_EVER), Endpoint::Token)),
            Self::NotApplied => Some((Fault::unavailable().delayed_by(FOR_EVER), Endpoint::Register)),
            Self::NotAnswered => Some((Fault::latency(FOR_EVER), Endpoint::Register)),
            Self::BeforeCommit | Self::NotMarked | Self::NotCommitted => None,
        }
    }
}

struct Setting {
    cluster: Cluster,
    database: Database,
    sandbox: Sandbox,
    d1: Client,
    keys: TempDir,
}

impl Setting {
    async fn new() -> Option<Self> {
        let cluster = Cluster::start()?;
        let database = connect(&cluster.address()).await;
        database.batch_execute(TABLES).await.unwrap();
        let sandbox = Sandbox::start().await;
        let d1 = sandbox
            .client_builder()
            .retry(RetryPolicy::none())
            .build()
            .unwrap();
        Some(Self {
            cluster,
            database,
            sandbox,
            d1,
            keys: tempfile::tempdir().unwrap(),
        })
    }

    async fn add(&mut self, id: &str, last_name: &str) {
        add(&mut self.database, id, last_name).await;
    }

    /// Works until no row waits. A killed process's row is free as soon as its server has noticed.
    async fn work_until_nothing_waits(&mut self) {
        while self.count("state = 'pending'").await > 0 {
            recipe::work(&mut self.database, &self.d1).await.unwrap();
        }
    }

    async fn count(&self, condition: &str) -> i64 {
        let query = format!("SELECT count(*) FROM d1_outbox WHERE {condition}");
        self.database.query_one(&query, &[]).await.unwrap().get(0)
    }

    fn registrations(&self, id: &str) -> Vec<serde_json::Value> {
        let requests = self.sandbox.requests();
        let of_this = requests
            .iter()
            .filter(|request| request.path.ends_with(&format!("/{id}")));
        of_this.map(|request| request.json().unwrap()).collect()
    }

    /// A process of its own that does what `role` says.
    fn process(&self, role: &str) -> Child {
        let key = self.keys.path().join("signing-key.pem");
        fs::write(&key, self.sandbox.signing_key_pem()).unwrap();
        Command::new(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "a_process_of_its_own"])
            .env("D1_OUTBOX_ROLE", role)
            .env("D1_OUTBOX_DATABASE", self.cluster.address())
            .env("D1_ISSUER_ID", self.sandbox.issuer_id())
            .env("D1_BANKING_URL", self.sandbox.banking_url())
            .env("D1_AUTH_URL", self.sandbox.auth_url())
            .env("D1_KEY_ID", self.sandbox.key_id())
            .env("D1_SIGNING_KEY_FILE", key)
            .env("NO_PROXY", "*")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    /// Returns when a process waits at this point.
    async fn reached(&self, point: Point) {
        let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
        loop {
            // Also without a lock: each round takes a way to the server.
            let waiting: i64 = self.database.query_one(waits, &[]).await.unwrap().get(0);
            let asked = point.fault().is_some_and(|(_, endpoint)| {
                let requests = self.sandbox.requests();
                requests.iter().any(|request| request.endpoint == Some(endpoint))
            });
            if waiting > 0 || asked {
                return;
            }
        }
    }
}

async fn add(database: &mut Database, id: &str, last_name: &str) {
    let id = ConsumerId::new(id).unwrap();
    let transaction = database.transaction().await.unwrap();
    let insert = "INSERT INTO customers VALUES ($1, 'Ada', $2, 'eng')";
    transaction
        .execute(insert, &[&id.as_str(), &last_name])
        .await
        .unwrap();
    recipe::enqueue(&transaction, &id).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
#[ignore = "the test of this file that kills it runs it"]
async fn a_process_of_its_own() {
    let (Ok(role), Ok(address)) = (env::var("D1_OUTBOX_ROLE"), env::var("D1_OUTBOX_DATABASE")) else {
        return;
    };
    let mut database = connect(&address).await;
    if role == "add" {
        return add(&mut database, "c-BeforeCommit", "Lovelace").await;
    }
    database.batch_execute(recipe::SESSION).await.unwrap();
    let d1 = Client::from_env().unwrap();
    while recipe::work(&mut database, &d1).await.unwrap() {}
}

#[tokio::test]
async fn a_process_killed_at_any_point_loses_no_registration_and_doubles_none() {
    let Some(mut setting) = Setting::new().await else {
        return;
    };
    setting.database.batch_execute(STOPS).await.unwrap();
    let keeper = connect(&setting.cluster.address()).await;
    for point in [
        Point::BeforeCommit,
        Point::Token,
        Point::NotApplied,
        Point::NotAnswered,
        Point::NotMarked,
        Point::NotCommitted,
    ] {
        let id = format!("c-{point:?}");
        let commits = !matches!(point, Point::BeforeCommit);
        if commits {
            setting.add(&id, "Lovelace").await;
        }
        setting.sandbox.clear_requests();
        if let Some(lock) = point.lock() {
            keeper
                .execute("SELECT pg_advisory_lock($1)", &[&lock])
                .await
                .unwrap();
        }
        if let Some((fault, endpoint)) = point.fault() {
            setting.sandbox.next(fault.on(endpoint));
        }

        let mut process = setting.process(if commits { "work" } else { "add" });
        let reached = tokio::time::timeout(Duration::from_secs(60), setting.reached(point)).await;
        reached.unwrap_or_else(|_| panic!("{point:?} was not reached"));
        process.kill().await.unwrap();
        keeper
            .execute("SELECT pg_advisory_unlock_all()", &[])
            .await
            .unwrap();
        setting.work_until_nothing_waits().await;

        let registered = setting.sandbox.consumer(&id);
        assert_eq!(registered.is_some(), commits, "{point:?}");
        let sent = setting.registrations(&id);
        let expected =
            json!({"personalInformation": {"firstName": "Ada", "lastName": "Lovelace", "language": "eng"}});
        assert!(sent.iter().all(|sent| *sent == expected), "{point:?}");
        // Before the call and after the mark, once is enough.
        let least_and_most = match point {
            Point::BeforeCommit => 0..=0,
            Point::Token => 1..=1,
            Point::NotCommitted => 1..=2,
            Point::NotApplied | Point::NotAnswered | Point::NotMarked => 2..=2,
        };
        assert!(least_and_most.contains(&sent.len()), "{point:?}: {}", sent.len());
    }
    assert_eq!(setting.count("state = 'registered'").await, 5);
    assert_eq!(setting.sandbox.consumers().len(), 5);
}

#[tokio::test]
async fn workers_beside_each_other_register_each_customer_once() {
    let Some(mut setting) = Setting::new().await else {
        return;
    };
    for number in 0..40 {
        setting.add(&format!("c-{number}"), "Lovelace").await;
    }
    let workers = (0..4).map(|_| async {
        let mut database = connect(&setting.cluster.address()).await;
        let mut taken = 0;
        while recipe::work(&mut database, &setting.d1).await.unwrap() {
            taken += 1;
        }
        taken
    });
    let taken: Vec<u32> = futures::future::join_all(workers).await;
    assert_eq!(taken.iter().sum::<u32>(), 40);
    assert!(taken.iter().filter(|taken| **taken > 0).count() > 1, "{taken:?}");
    assert!((0..40).all(|number| setting.registrations(&format!("c-{number}")).len() == 1));
    assert_eq!(setting.count("state = 'registered'").await, 40);
}

#[tokio::test]
async fn an_unknown_outcome_and_an_outage_wait_and_a_refused_customer_is_set_aside() {
    let Some(mut setting) = Setting::new().await else {
        return;
    };
    setting.add("c-unknown", "Lovelace").await;
    let applied = Fault::reset_after_reading().after_applying();
    setting.sandbox.next(applied.on(Endpoint::Register));
    assert!(recipe::work(&mut setting.database, &setting.d1).await.unwrap());
    let waits = "state = 'pending' AND tries = 1 AND due > now() + interval '50 seconds' \
        AND correlation_id IS NOT NULL AND last_error LIKE '%unknown%'";
    assert_eq!(setting.count(waits).await, 1);
    // Nothing is due.
    assert!(!recipe::work(&mut setting.database, &setting.d1).await.unwrap());

    setting.sandbox.next(Fault::unavailable().retry_after(7));
    setting
        .database
        .execute("UPDATE d1_outbox SET due = now()", &[])
        .await
        .unwrap();
    assert!(recipe::work(&mut setting.database, &setting.d1).await.unwrap());
    assert_eq!(
        setting
            .count("state = 'pending' AND due < now() + interval '8 seconds'")
            .await,
        1
    );

    // What anybody's wrong key does to every row is not this customer's fault.
    setting.sandbox.revoke_tokens();
    setting
        .sandbox
        .next(Fault::error(400, "invalid_grant").times(2).on(Endpoint::Token));
    setting
        .database
        .execute("UPDATE d1_outbox SET due = now()", &[])
        .await
        .unwrap();
    assert!(recipe::work(&mut setting.database, &setting.d1).await.unwrap());
    assert_eq!(setting.count("state = 'pending'").await, 1);
    setting.sandbox.clear_faults();

    setting.add("c-refused", "<Lovelace>").await;
    setting
        .database
        .execute("UPDATE d1_outbox SET due = now()", &[])
        .await
        .unwrap();
    while recipe::work(&mut setting.database, &setting.d1).await.unwrap() {}
    let set_aside = "consumer_id = 'c-refused' AND state = 'refused' AND last_error NOT LIKE '%<%'";
    assert_eq!(setting.count(set_aside).await, 1);
    assert_eq!(
        setting
            .count("consumer_id = 'c-unknown' AND state = 'registered' AND last_error IS NULL")
            .await,
        1
    );
    assert_eq!(setting.sandbox.consumers().len(), 1);
}
