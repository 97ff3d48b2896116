//! What is in memory and in the air.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use d1_client::bulk::BulkOptions;
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
        assert!(d1.book().most_in_air <= 20);
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
        // Nobody asks for a result for a minute: what was in the air arrives, and nothing else is sent.
        time::sleep(Duration::from_secs(60)).await;
        assert!(live.most.load(Relaxed) <= 9, "{}", live.most.load(Relaxed));
        assert!(d1.book().all_requests() <= 9);
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
        let in_air: Mutex<HashMap<String, u32>> = Mutex::default();
        let d1 = ScriptedD1::start(move |number, id| {
            *in_air.lock().unwrap().entry(id.to_owned()).or_default() += 1;
            match number % 3 {
                0 => Act::Refuse(503, ""),
                _ => Act::SucceedAfter(Duration::from_millis(number % 40)),
            }
        })
        .await;
        let flights: Arc<Mutex<HashMap<String, u32>>> = Arc::default();
        let input = stream::iter((0..300).map(|number| person(number % 7)));
        let taken = flights.clone();
        let input = input.inspect(move |(id, _)| {
            *taken.lock().unwrap().entry(id.as_str().to_owned()).or_default() += 1;
        });
        let mut results = d1.client().register_many(input, BulkOptions::new());
        let mut reported = 0;
        while let Some((id, result)) = results.next().await {
            let _ = result.unwrap();
            reported += 1;
            let mut flights = flights.lock().unwrap();
            *flights.get_mut(id.as_str()).unwrap() -= 1;
            // One of them may be held back, having been taken from the input.
            assert!(flights.values().all(|count| *count <= 2));
        }
        assert_eq!(reported, 300);
        assert!(d1.book().most_in_air <= 7);
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
