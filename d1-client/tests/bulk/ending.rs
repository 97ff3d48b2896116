//! Bulks that end early, and several that share an input.

use std::{collections::HashSet, time::Duration};

use d1_client::{
    ConsumerId,
    bulk::{BulkOptions, Shard},
};
use futures::StreamExt;
use tokio::time;

use crate::scripted_d1::{Act, ScriptedD1, people, simulate};

const SOME: Duration = Duration::from_millis(30);

#[test]
fn dropped_midway_it_loses_nothing_that_was_reported_and_a_second_run_does_the_rest() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| match number % 10 {
            0 => Act::Refuse(503, ""),
            _ => Act::SucceedAfter(SOME),
        })
        .await;
        let mut journal = HashSet::new();
        let mut results = d1.client().register_many(people(1_000), BulkOptions::new());
        while let Some((id, result)) = results.next().await {
            let _ = result.unwrap();
            journal.insert(id);
            if journal.len() == 400 {
                break;
            }
        }
        let in_flight = results.summary().in_flight();
        drop(results);
        // What the sockets still hold arrives; then all is quiet.
        time::sleep(Duration::from_secs(1)).await;
        let requests = d1.book().all_requests();
        time::sleep(Duration::from_secs(600)).await;
        assert_eq!(d1.book().all_requests(), requests);
        let told = |id: &ConsumerId| d1.book().told.contains_key(id.as_str());
        assert!(journal.iter().all(told));
        assert!(d1.book().requests.len() as u64 <= 400 + in_flight);

        let sent_before = d1.book().requests.clone();
        let rest = people(1_000).filter(|(id, _)| std::future::ready(!journal.contains(id)));
        let mut results = d1.client().register_many(rest, BulkOptions::new());
        while let Some((_, result)) = results.next().await {
            let _ = result.unwrap();
        }
        let book = d1.book();
        assert_eq!((results.summary().done(), book.told.len()), (600, 1_000));
        let unchanged = |id: &ConsumerId| book.requests[id.as_str()] == sent_before[id.as_str()];
        assert!(journal.iter().all(unchanged), "sent again after it was reported");
    });
}

#[test]
fn stopped_it_reports_what_is_in_flight_and_takes_no_more() {
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::SucceedAfter(SOME)).await;
        let mut results = d1.client().register_many(people(1_000), BulkOptions::new());
        let mut reported = 0;
        while let Some((_, result)) = results.next().await {
            let _ = result.unwrap();
            reported += 1;
            if reported == 100 {
                results.stop();
            }
        }
        let summary = results.summary();
        assert!((100..=164).contains(&reported), "{reported}");
        assert_eq!((summary.done(), summary.in_flight()), (reported, 0));
        assert_eq!(d1.book().all_requests(), reported);
        assert!(results.next().await.is_none());
    });
}

#[test]
fn the_shards_of_an_input_register_everyone_exactly_once() {
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::Succeed).await;
        for index in 0..5 {
            let options = BulkOptions::new().shard(Shard::new(index, 5).unwrap());
            let mut results = d1.client().register_many(people(1_000), options);
            while let Some((_, result)) = results.next().await {
                let _ = result.unwrap();
            }
            let summary = results.summary();
            assert_eq!(summary.done() + summary.passed_over(), 1_000);
            assert!((150..=250).contains(&summary.done()), "{}", summary.done());
        }
        let book = d1.book();
        assert!(book.requests.len() == 1_000 && book.requests.values().all(|times| *times == 1));
    });
}
