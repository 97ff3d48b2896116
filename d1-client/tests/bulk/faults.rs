//! Faults under load: everything is reported once, everything retryable is done, and D1 is not flooded.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use d1_client::{
    Client, ConsumerId, Outcome,
    bulk::{BulkOptions, BulkStream},
    types::DeletionRequest,
};
use futures::{Stream, StreamExt};
use tokio::time::{self, Instant};

use crate::scripted_d1::{Act, ScriptedD1, people, person, simulate};

/// As many as fit into a few seconds of a debug build. `D1_BULK_ITEMS=100000` runs the full measure.
fn items() -> usize {
    const DEFAULT: usize = 20_000;
    std::env::var("D1_BULK_ITEMS").map_or(DEFAULT, |items| items.parse().unwrap())
}

/// A number that looks random and is the same in every run (the finalizer of MurmurHash3).
fn scattered(number: u64) -> u64 {
    let mut hash = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// How long D1 usually takes.
const USUAL: Duration = Duration::from_millis(50);

/// 5 % 503, 1 % resets, 1 % answers that take 2 s.
fn a_bad_day(number: u64) -> Act {
    match scattered(number) % 100 {
        0..5 => Act::Refuse(503, ""),
        5 => Act::Reset,
        6 => Act::SucceedAfter(Duration::from_secs(2)),
        _ => Act::SucceedAfter(USUAL),
    }
}

#[test]
fn on_a_bad_day_every_item_is_done_and_reported_once() {
    simulate(async {
        let items = items();
        let d1 = ScriptedD1::start_with_tokens_of(300, |number, _| a_bad_day(number)).await;
        let mut results = d1.client().register_many(people(items), BulkOptions::new());
        let mut reported = HashSet::new();
        let (mut windows, mut reports) = (0, 0);
        while let Some((id, result)) = results.next().await {
            assert!(reported.insert(id), "reported twice");
            let _ = result.unwrap();
            windows += results.concurrency();
            reports += 1;
        }
        let summary = results.summary();
        let book = d1.book();
        println!("{summary}, window {} on average", windows / reports);
        assert_eq!((reported.len(), summary.done()), (items, items as u64));
        assert_eq!(
            (summary.attempts(), summary.in_flight()),
            (book.all_requests(), 0)
        );
        assert!(
            book.all_requests() as f64 <= 1.15 * items as f64,
            "{}",
            book.all_requests()
        );
        assert_eq!(book.repeated_after_success, 0);
        assert!(book.told.len() == items && book.told.values().all(|times| *times == 1));
        assert!(book.most_in_flight <= 64);
        // Failures that have nothing to do with load do not bring it down.
        assert!(windows / reports >= 20, "{}", windows / reports);
    });
}

/// 5 % 503 bare, 1 % 503 with a gateway's body, 1 % resets, 2 % fast refusals; the rest takes a log-normal time, in seven
/// steps.
fn mixed(number: u64) -> Act {
    const LOG_NORMAL: [u64; 7] = [13, 22, 34, 50, 73, 111, 196];
    match scattered(number) % 100 {
        0..5 => Act::Refuse(503, ""),
        5 => Act::Refuse(503, "UPSTREAM_RESET"),
        6 => Act::Reset,
        7 | 8 => Act::Refuse(403, "CONSUMER_INVALID_STATE"),
        other => Act::SucceedAfter(Duration::from_millis(LOG_NORMAL[other as usize % 7])),
    }
}

/// Runs a bulk of one kind under mixed faults: each item is reported once, and nothing is sent again that may have happened,
/// unless it may be (`repeats`).
fn under_mixed_faults<S, P, T>(repeats: bool, many: impl FnOnce(Client, usize) -> BulkStream<S, P, T>)
where
    S: Stream<Item = (ConsumerId, P)>,
    P: Send + 'static,
    T: Send + 'static,
{
    simulate(async {
        let items = items();
        // What each consumer's last request came to.
        let last: Arc<Mutex<HashMap<String, bool>>> = Arc::default();
        let (kept, twice) = (last.clone(), Arc::new(AtomicUsize::new(0)));
        let counted = twice.clone();
        let d1 = ScriptedD1::start(move |number, id| {
            let act = mixed(number);
            // A 503 without a body says that nothing was done; all else may have been.
            let is_proof = matches!(act, Act::Refuse(503, ""));
            if kept.lock().unwrap().insert(id.to_owned(), is_proof) == Some(false) {
                counted.fetch_add(1, Relaxed);
            }
            act
        })
        .await;
        let mut results = many(d1.client(), items);
        let (mut reported, mut windows) = (HashSet::new(), 0);
        while let Some((id, result)) = results.next().await {
            assert!(reported.insert(id), "reported twice");
            windows += results.concurrency();
            if let Err(error) = result {
                let expected = match error.status() {
                    Some(403) => Outcome::Rejected,
                    _ => Outcome::Unknown,
                };
                assert!(expected as u8 <= error.outcome() as u8, "{error}");
            }
        }
        let (summary, book) = (results.summary(), d1.book());
        println!("{summary}, window {} on average", windows / items);
        assert_eq!(reported.len(), items);
        assert_eq!(
            summary.done() + summary.refused() + summary.unknown() + summary.not_sent(),
            items as u64
        );
        assert_eq!(book.repeated_after_success, 0);
        if !repeats {
            assert_eq!(twice.load(Relaxed), 0, "sent again without a proof");
        }
        assert!(book.all_requests() as f64 <= 1.15 * items as f64);
        assert!(windows / items >= 50, "{}", windows / items);
    });
}

#[test]
fn under_mixed_faults_every_registration_is_reported_once() {
    under_mixed_faults(true, |d1, items| {
        d1.register_many(people(items), BulkOptions::new())
    });
}

#[test]
fn under_mixed_faults_no_update_is_sent_again_without_a_proof() {
    under_mixed_faults(false, |d1, items| {
        d1.update_many(people(items), BulkOptions::new())
    });
}

#[test]
fn under_mixed_faults_no_deletion_is_sent_again_without_a_proof() {
    under_mixed_faults(false, |d1, items| {
        let input = people(items).map(|(id, _)| (id, DeletionRequest::builder()));
        d1.delete_many(input, BulkOptions::new())
    });
}

#[test]
fn an_outage_in_the_middle_slows_it_to_its_floor_and_loses_nothing() {
    const OUTAGE: Duration = Duration::from_secs(10);
    simulate(async {
        let items = items();
        let outage: Arc<Mutex<Option<(Instant, u32)>>> = Arc::default();
        let (kept, middle) = (outage.clone(), items as u64 / 2);
        let d1 = ScriptedD1::start(move |number, _| {
            let mut outage = kept.lock().unwrap();
            if number >= middle && outage.is_none() {
                *outage = Some((Instant::now() + OUTAGE, 0));
            }
            match &mut *outage {
                Some((end, requests)) if Instant::now() < *end => {
                    *requests += 1;
                    if number % 2 == 0 {
                        Act::Reset
                    } else {
                        Act::Refuse(503, "")
                    }
                }
                _ => Act::SucceedAfter(USUAL),
            }
        })
        .await;
        let mut results = d1.client().register_many(people(items), BulkOptions::new());
        let (mut before, mut lowest, mut after, mut done) = (0, usize::MAX, 0, 0);
        loop {
            let next = time::timeout(Duration::from_millis(50), results.next()).await;
            let window = results.concurrency();
            match *outage.lock().unwrap() {
                None => before = before.max(window),
                Some((end, _)) if Instant::now() < end => lowest = lowest.min(window),
                Some(_) => after = after.max(window),
            }
            match next {
                Ok(Some((_, result))) => {
                    let _ = result.unwrap();
                    done += 1;
                }
                Ok(None) => break,
                Err(_) => {}
            }
        }
        let (_, during) = outage.lock().unwrap().unwrap();
        println!(
            "{}; window {before} before, {lowest} during, {after} after; {during} requests during the outage",
            results.summary()
        );
        assert_eq!(done, items);
        assert_eq!((before, lowest, after), (64, 1, 64));
        assert!(
            during <= 640,
            "no more than one request a second for each item held: {during}"
        );
        let book = d1.book();
        assert_eq!(book.repeated_after_success, 0);
        assert!(book.all_requests() as f64 <= 1.15 * items as f64);
    });
}

#[test]
fn a_retry_storm_does_not_exhaust_what_other_calls_may_repeat() {
    simulate(async {
        let first_time = Mutex::new(HashSet::new());
        let d1 = ScriptedD1::start(move |_, id| {
            if first_time.lock().unwrap().insert(id.to_owned()) {
                Act::Refuse(503, "")
            } else {
                Act::Succeed
            }
        })
        .await;
        let client = d1.client();
        let mut results = client.register_many(people(1_000), BulkOptions::new());
        while let Some((_, result)) = results.next().await {
            assert_eq!(result.unwrap().attempts(), 2);
        }
        let response = client.consumer(person(5_000).0).register().send().await.unwrap();
        assert_eq!(response.attempts(), 2);
    });
}

#[test]
fn a_single_call_survives_that_its_token_expires_again_after_a_repetition() {
    simulate(async {
        let d1 = ScriptedD1::start(|number, _| match number {
            0 | 2 => Act::Refuse(401, "AUTHORIZER_UNAUTHORIZED"),
            1 => Act::Refuse(503, ""),
            _ => Act::Succeed,
        })
        .await;
        let register = d1.client().consumer(person(0).0).register();
        assert_eq!(register.send().await.unwrap().attempts(), 4);
    });
}

#[test]
fn d1_that_becomes_slow_under_load_is_given_less() {
    const WORKERS: usize = 8;
    simulate(async {
        let limited = Arc::new(AtomicBool::new(false));
        let now_limited = limited.clone();
        // When each worker is free again.
        let free = Mutex::new([Instant::now(); WORKERS]);
        let d1 = ScriptedD1::start(move |_, _| {
            let now = Instant::now();
            if !now_limited.load(Relaxed) {
                return Act::SucceedAfter(USUAL);
            }
            let mut free = free.lock().unwrap();
            let next = free.iter_mut().min().unwrap();
            *next = (*next).max(now) + USUAL;
            Act::SucceedAfter(*next - now)
        })
        .await;
        let options = BulkOptions::new().start(64);
        let mut results = d1.client().register_many(people(8_000), options);
        let mut reports = 0;
        let mut windows = Vec::new();
        while let Some((_, result)) = results.next().await {
            let _ = result.unwrap();
            reports += 1;
            if reports == 2_000 {
                assert_eq!(results.concurrency(), 64);
                limited.store(true, Relaxed);
            }
            if reports > 4_000 {
                windows.push(results.concurrency());
            }
        }
        windows.sort_unstable();
        let (median, most) = (windows[windows.len() / 2], windows[windows.len() - 1]);
        // All workers have work, and a request waits no longer than it is worked on.
        assert!((WORKERS..=2 * WORKERS).contains(&median), "{median}");
        assert!(most <= 4 * WORKERS, "{most}");
        let elapsed = results.summary().elapsed();
        let least = USUAL * 6_000 / WORKERS as u32;
        assert!(elapsed < least * 5 / 4, "{elapsed:?}, {least:?} at least");
    });
}
