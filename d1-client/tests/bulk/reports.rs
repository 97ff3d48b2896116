//! What is reported of items that fail.

use std::time::Duration;

use d1_client::{
    ErrorCode, ErrorKind, Outcome,
    bulk::BulkOptions,
    types::{ConsumerInformation, DeletionRequest, PersonalInformation},
};
use futures::{StreamExt, stream};

use crate::scripted_d1::{Act, ScriptedD1, people, person, simulate};

#[test]
fn one_failure_stops_nothing_and_the_summary_tells_them_apart() {
    simulate(async {
        let d1 = ScriptedD1::start(|_, id| match id {
            "c-0" => Act::Refuse(400, "FIELD_INVALID_VALUE"),
            "c-1" | "c-2" => Act::Refuse(403, "CONSUMER_INVALID_STATE"),
            "c-3" => Act::Refuse(500, "INTERNAL_ERROR"),
            _ => Act::Succeed,
        })
        .await;
        let input = people(10).chain(stream::iter([{
            let nobody = PersonalInformation::builder().first_name("").last_name("x");
            (
                person(10).0,
                ConsumerInformation::builder().personal_information(nobody),
            )
        }]));
        let mut results = d1.client().register_many(input, BulkOptions::new());
        while let Some((id, result)) = results.next().await {
            let outcome = result.as_ref().map_err(|error| error.outcome()).map(|_| ());
            let expected = match id.as_str() {
                "c-0" | "c-1" | "c-2" => Err(Outcome::Rejected),
                "c-3" => Err(Outcome::Unknown),
                "c-10" => Err(Outcome::NotSent),
                _ => Ok(()),
            };
            assert_eq!(outcome, expected, "{}", id.as_str());
        }
        let summary = results.summary();
        let counts = (
            summary.done(),
            summary.refused(),
            summary.unknown(),
            summary.not_sent(),
            summary.retryable(),
            summary.attempts(),
        );
        assert_eq!(counts, (6, 3, 1, 1, 0, 10));
        let refusals: Vec<_> = summary
            .refusals()
            .map(|(refusal, items)| (refusal.status, refusal.code.clone(), items))
            .collect();
        assert_eq!(
            refusals,
            [
                (Some(400), Some(ErrorCode::FieldInvalidValue), 1),
                (Some(403), Some(ErrorCode::ConsumerInvalidState), 2)
            ]
        );
        let line = summary.to_string();
        assert!(
            line.starts_with("6 done, 3 refused, 1 unknown, 1 not sent; 10 requests in "),
            "{line}"
        );
        assert!(summary.throughput() > 0.0);
    });
}

#[test]
fn an_update_or_a_deletion_whose_answer_was_lost_is_unknown_and_not_repeated() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| if number % 2 == 0 { Act::Reset } else { Act::Succeed }).await;
        let client = d1.client();
        let mut updates = client.update_many(people(50), BulkOptions::new());
        while let Some((_, result)) = updates.next().await {
            match result {
                Ok(receipt) => assert_eq!(receipt.operation_id.as_ref().unwrap().as_str(), "op-1"),
                Err(error) => assert_eq!(
                    (error.outcome(), error.is_retryable(), error.attempts()),
                    (Outcome::Unknown, false, 1)
                ),
            }
        }
        let gone = people(50).map(|(id, _)| (id, DeletionRequest::builder().reason("Account closed")));
        let mut deletions = client.delete_many(gone, BulkOptions::new());
        while deletions.next().await.is_some() {}
        for summary in [updates.summary(), deletions.summary()] {
            assert_eq!(
                (summary.done(), summary.unknown(), summary.attempts()),
                (25, 25, 50)
            );
        }
    });
}

#[test]
fn an_update_that_d1_did_not_take_is_repeated_until_it_does() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| {
            if number % 2 == 0 {
                Act::Refuse(503, "")
            } else {
                Act::Succeed
            }
        })
        .await;
        let mut updates = d1.client().update_many(people(50), BulkOptions::new());
        while let Some((_, result)) = updates.next().await {
            let _ = result.unwrap();
        }
        assert_eq!(updates.summary().done(), 50);
    });
}

#[test]
fn an_item_whose_time_runs_out_is_reported_with_what_d1_said() {
    const PATIENCE: Duration = Duration::from_secs(60);
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::Refuse(503, "")).await;
        let options = BulkOptions::new().item_timeout(PATIENCE);
        let mut results = d1.client().register_many(people(3), options);
        while let Some((_, result)) = results.next().await {
            let error = result.unwrap_err();
            assert_eq!((error.outcome(), error.is_retryable()), (Outcome::Rejected, true));
            assert!(error.attempts() > 10, "{}", error.attempts());
        }
        let summary = results.summary();
        assert_eq!((summary.refused(), summary.retryable()), (3, 3));
        assert!(
            summary.elapsed() <= PATIENCE + Duration::from_secs(1),
            "{:?}",
            summary.elapsed()
        );
    });
}

#[test]
fn attempts_can_be_limited() {
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::Refuse(503, "")).await;
        let mut results = d1
            .client()
            .register_many(people(3), BulkOptions::new().max_attempts(2));
        while let Some((_, result)) = results.next().await {
            assert_eq!(result.unwrap_err().attempts(), 2);
        }
    });
}

#[test]
fn tokens_that_d1_never_takes_end_in_an_error_and_no_storm() {
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::Refuse(401, "AUTHORIZER_UNAUTHORIZED")).await;
        let mut results = d1.client().register_many(people(20), BulkOptions::new());
        while let Some((_, result)) = results.next().await {
            let error = result.unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::Unauthorized, Outcome::Rejected)
            );
        }
        assert!(d1.book().all_requests() <= 4 * 20, "{}", d1.book().all_requests());
    });
}
