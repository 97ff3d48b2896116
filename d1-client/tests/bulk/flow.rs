//! What is in memory and in flight.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use d1_client::{ConsumerId, bulk::BulkOptions, types::DeletionRequest};
use futures::{FutureExt, StreamExt, stream};
use tokio::time;

use crate::scripted_d1::{Act, ScriptedD1, people, person, simulate};

/// An input that counts what was taken from it and not given back as a result yet.
#[derive(Clone, Default)]
struct Live {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Live {
    fn taken(&self) {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(now, Relaxed);
    }

    fn reported(&self) {
        self.now.fetch_sub(1, Relaxed);
    }
}

#[test]
fn no_more_items_are_held_than_the_ceiling_however_many_there_are() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| match number % 4 {
            0 => Act::Refuse(503, ""),
            1 => Act::SucceedAfter(Duration::from_millis(300)),
            _ => Act::Succeed,
        })
        .await;
        let live = Live::default();
        let input = people(2_000).inspect(|_| live.taken());
        let options = BulkOptions::new().start(20).ceiling(20);
        let mut results = d1.client().register_many(input, options);
        while let Some((_, result)) = results.next().await {
            let _ = result.unwrap();
            live.reported();
        }
        assert_eq!((live.now.load(Relaxed), live.most.load(Relaxed)), (0, 20));
        assert!(d1.book().most_in_flight <= 20);
    });
}

#[test]
fn a_consumer_of_results_that_is_slow_stops_the_input() {
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::Succeed).await;
        let live = Live::default();
        let input = people(100).inspect(|_| live.taken());
        let options = BulkOptions::new().start(8).ceiling(64);
        let mut results = d1.client().register_many(input, options);
        let _ = results.next().await.unwrap().1.unwrap();
        live.reported();
        // Nobody asks for a result for a minute: what was in flight arrives, and nothing else is sent. The window has doubled
        // once with the first answers, as there was no sign of load.
        time::sleep(Duration::from_secs(60)).await;
        assert!(live.most.load(Relaxed) <= 16, "{}", live.most.load(Relaxed));
        assert!(d1.book().all_requests() <= 16);
        while let Some((_, result)) = results.next().await {
            let _ = result.unwrap();
        }
        assert_eq!((results.summary().done(), d1.book().all_requests()), (100, 100));
    });
}

#[test]
fn a_slow_input_is_waited_for_and_what_is_in_flight_goes_on() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| match number {
            0 => Act::Refuse(503, ""),
            _ => Act::Succeed,
        })
        .await;
        let input = stream::iter(0..5).then(async |number| {
            time::sleep(Duration::from_secs(60)).await;
            person(number)
        });
        let options = BulkOptions::new().start(1).ceiling(1);
        let mut results = d1.client().register_many(input, options);
        let mut order = Vec::new();
        while let Some((id, result)) = results.next().await {
            let _ = result.unwrap();
            order.push(id.as_str().to_owned());
        }
        assert_eq!(order, ["c-0", "c-1", "c-2", "c-3", "c-4"]);
        assert!(results.summary().elapsed() < Duration::from_secs(310));
    });
}

#[test]
fn two_items_of_one_consumer_never_overlap_and_keep_their_order() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| match number % 3 {
            0 => Act::Refuse(503, ""),
            _ => Act::SucceedAfter(Duration::from_millis(number % 40)),
        })
        .await;
        let input = stream::iter((0..300).map(|number| person(number % 7)));
        let live = Live::default();
        let input = input.inspect(|_| live.taken());
        let mut results = d1.client().register_many(input, BulkOptions::new());
        let mut reported = HashMap::<_, u32>::new();
        while let Some((id, result)) = results.next().await {
            let _ = result.unwrap();
            live.reported();
            *reported.entry(id).or_default() += 1;
        }
        assert_eq!((reported.len(), reported.values().sum::<u32>()), (7, 300));
        assert!(live.most.load(Relaxed) <= 64);
        let book = d1.book();
        assert!(book.most_in_flight <= 7 && book.most_of_a_consumer == 1);
    });
}

#[test]
fn items_of_one_consumer_are_sent_in_their_order() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| match number % 3 {
            0 => Act::Refuse(503, ""),
            _ => Act::Succeed,
        })
        .await;
        let reasons = ["first", "second", "third", "fourth"];
        let input = reasons.map(|reason| (person(0).0, DeletionRequest::builder().reason(reason)));
        let mut results = d1.client().delete_many(stream::iter(input), BulkOptions::new());
        while let Some((_, result)) = results.next().await {
            let _ = result.unwrap();
        }
        let book = d1.book();
        let mut seen = book.bodies.clone();
        seen.dedup();
        let told: Vec<_> = seen
            .iter()
            .map(|body| reasons.iter().position(|reason| body.contains(reason)).unwrap())
            .collect();
        assert_eq!(told, [0, 1, 2, 3]);
    });
}

#[test]
fn items_of_a_consumer_that_is_refused_do_not_hold_up_the_others() {
    const PATIENCE: Duration = Duration::from_secs(60);
    for (bad, ceiling) in [(2, 64), (30, 64), (2, 2), (5, 4), (30, 4)] {
        simulate(async {
            let d1 = ScriptedD1::start(|_, id| match id {
                "c-bad" => Act::Refuse(503, ""),
                _ => Act::SucceedAfter(Duration::from_millis(20)),
            })
            .await;
            let the_bad = || (ConsumerId::new("c-bad").unwrap(), person(0).1);
            let input = stream::iter((0..bad).map(|_| the_bad())).chain(people(500));
            let live = Live::default();
            let input = input.inspect(|_| live.taken());
            let options = BulkOptions::new().item_timeout(PATIENCE).ceiling(ceiling);
            let mut results = d1.client().register_many(input, options);
            for number in 0..500 {
                let (id, result) = results.next().await.unwrap();
                assert!(result.is_ok(), "{number}: {}", id.as_str());
                live.reported();
            }
            assert!(results.summary().elapsed() < PATIENCE / 4);
            assert!(live.most.load(Relaxed) <= 64);
            for _ in 0..bad {
                let (id, result) = results.next().await.unwrap();
                assert_eq!((id.as_str(), result.is_err()), ("c-bad", true));
            }
            assert!(results.next().await.is_none());
            assert_eq!(d1.book().most_of_a_consumer, 1);
        });
    }
}

#[test]
fn no_more_requests_are_sent_in_a_second_than_the_rate() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| match number % 4 {
            0 => Act::Refuse(503, ""),
            _ => Act::SucceedAfter(Duration::from_millis(30)),
        })
        .await;
        let options = BulkOptions::new().rate(50);
        let mut results = d1.client().register_many(people(400), options);
        while let Some((_, result)) = results.next().await {
            let _ = result.unwrap();
        }
        let book = d1.book();
        assert!(book.all_requests() > 500, "{}", book.all_requests());
        // Until the last person has been sent once there is always something to send, so the rate is nearly used up: the window may be
        // small for a while, since a quarter of the answers are refusals.
        let (first, last) = (book.times[0], book.times[399]);
        let elapsed = (last - first).as_secs_f64();
        assert!((400.0 / 54.0..400.0 / 30.0).contains(&elapsed), "{elapsed} s");
        for (first, from) in book.times.iter().enumerate() {
            let second = book.times[first..]
                .iter()
                .take_while(|at| **at - *from < Duration::from_secs(1));
            // 50, the allowance, and one whose way took a little longer.
            let count = second.count();
            assert!(count <= 50 + 3 + 1, "{count}");
        }
    });
}

#[test]
fn results_move_between_tasks_and_need_no_pinning() {
    fn movable<T: Send + Unpin>(_: &T) {}
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::Succeed).await;
        movable(&d1.client().register_many(people(1), BulkOptions::new()));
    });
}

#[test]
fn nothing_is_sent_before_it_is_polled() {
    simulate(async {
        let d1 = ScriptedD1::start(|_, _| Act::Succeed).await;
        let mut results = d1.client().register_many(people(3), BulkOptions::new());
        time::sleep(Duration::from_secs(1)).await;
        assert_eq!(d1.book().all_requests(), 0);
        assert_eq!(results.summary().elapsed(), Duration::ZERO);
        assert!(results.next().now_or_never().is_none());
        assert_eq!(results.summary().in_flight(), 3);
    });
}
