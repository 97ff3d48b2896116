//! What time an assertion says it is, with a time of day that the test sets.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use self::token_endpoint::{Answer, TokenEndpoint, status, token};
use super::{JwtBearer, SigningKey, TokenRequest, TokenSource as _, clock::Clock};

#[path = "../../tests/token_endpoint/mod.rs"]
mod token_endpoint;

const NOW: i64 = 1_800_000_000;
const HOUR: i64 = 3_600;
const LIFETIME: i64 = 300;

/// A time of day that is set by hand.
#[derive(Clone)]
struct Wall(Arc<AtomicI64>);

impl Wall {
    fn at(unix_seconds: i64) -> Self {
        Self(Arc::new(AtomicI64::new(unix_seconds)))
    }

    fn set(&self, unix_seconds: i64) {
        self.0.store(unix_seconds, Ordering::SeqCst);
    }

    fn request(&self, endpoint: &TokenEndpoint) -> TokenRequest {
        let seconds = self.0.clone();
        let wall = move || moment(seconds.load(Ordering::SeqCst));
        endpoint.request().with_clock(Clock::of(Arc::new(wall)))
    }
}

fn moment(unix_seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(unix_seconds.unsigned_abs())
}

fn bearer() -> JwtBearer {
    JwtBearer::new(SigningKey::generate("kid-1").unwrap().0)
}

fn date(unix_seconds: i64) -> String {
    format!("date: {}", httpdate::fmt_http_date(moment(unix_seconds)))
}

fn refused(date: &str) -> Answer {
    status(400, date, r#"{"error":"invalid_grant"}"#)
}

/// How far ahead of `NOW` each assertion's `exp` was.
fn expiries(endpoint: &TokenEndpoint) -> Vec<i64> {
    let received = endpoint.received();
    received
        .iter()
        .map(|received| received.claims()["exp"].as_i64().unwrap() - NOW)
        .collect()
}

#[tokio::test]
async fn exp_follows_the_time_of_day_at_the_moment_of_signing() {
    let endpoint = TokenEndpoint::issuing(900).await;
    let (wall, source) = (Wall::at(NOW), bearer());
    let request = wall.request(&endpoint);
    // Set forwards, as after sleep, and back, as after a correction by the network.
    for unix_seconds in [NOW, NOW + 9 * HOUR, NOW - 2 * HOUR] {
        wall.set(unix_seconds);
        source.fetch(&request).await.unwrap();
    }
    assert_eq!(
        expiries(&endpoint),
        [LIFETIME, 9 * HOUR + LIFETIME, -2 * HOUR + LIFETIME]
    );
}

#[tokio::test]
async fn a_learnt_correction_ends_when_our_clock_is_set() {
    let endpoint = TokenEndpoint::start(|_, received| {
        let left = received.claims()["exp"].as_i64().unwrap() - NOW;
        if (1..=900).contains(&left) {
            token("t", 900)
        } else {
            refused(&date(NOW))
        }
    });
    let endpoint = endpoint.await;
    let (wall, source) = (Wall::at(NOW - HOUR), bearer());
    let request = wall.request(&endpoint);
    for _ in 0..2 {
        source.fetch(&request).await.unwrap();
    }
    wall.set(NOW);
    source.fetch(&request).await.unwrap();
    let right = LIFETIME;
    assert_eq!(expiries(&endpoint), [right - HOUR, right, right, right]);
}

#[tokio::test]
async fn no_server_makes_us_sign_for_another_day() {
    for year_or_so in [
        "date: Fri, 01 Feb 2036 00:00:00 GMT".to_owned(),
        "date: Fri, 31 Dec 9999 23:59:59 GMT".to_owned(),
        "date: Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
        date(NOW + 25 * HOUR),
        date(NOW - 25 * HOUR),
    ] {
        let told = year_or_so.clone();
        let endpoint = TokenEndpoint::start(move |_, _| refused(&told)).await;
        let error = bearer()
            .fetch(&Wall::at(NOW).request(&endpoint))
            .await
            .unwrap_err();
        assert_eq!(error.status(), Some(400));
        assert_eq!(expiries(&endpoint), [LIFETIME], "{year_or_so}");
    }
    let endpoint = TokenEndpoint::start(|_, _| refused(&date(NOW + 24 * HOUR))).await;
    bearer()
        .fetch(&Wall::at(NOW).request(&endpoint))
        .await
        .unwrap_err();
    assert_eq!(expiries(&endpoint), [LIFETIME, 24 * HOUR + LIFETIME]);
}

#[tokio::test]
async fn an_honest_date_takes_the_place_of_a_lie_whatever_our_own_clock_says() {
    for off in [40, -40, HOUR, -HOUR] {
        let server = NOW + off;
        let dates = [date(server + 23 * HOUR), date(server), date(server), date(server)];
        let endpoint = TokenEndpoint::start(move |number, _| match number {
            1 => refused(&dates[0]),
            _ => status(
                200,
                &dates[number - 1],
                r#"{"access_token":"t","expires_in":900}"#,
            ),
        });
        let endpoint = endpoint.await;
        let (source, request) = (bearer(), Wall::at(NOW).request(&endpoint));
        for _ in 0..2 {
            source.fetch(&request).await.unwrap();
        }
        let last = *expiries(&endpoint).last().unwrap();
        assert_eq!(last, off + LIFETIME, "{off}");
    }
}

#[tokio::test]
async fn a_success_with_an_honest_date_ends_a_correction() {
    // Who lied is believed once, and no longer than until somebody tells the time: in the same answer, or in the next.
    for (second, third) in [(date(NOW), String::new()), (String::new(), date(NOW))] {
        let dates = [
            date(NOW + 23 * HOUR),
            second.clone(),
            third.clone(),
            String::new(),
        ];
        let endpoint = TokenEndpoint::start(move |number, _| match number {
            1 => refused(&dates[0]),
            _ => status(
                200,
                &dates[number - 1],
                r#"{"access_token":"t","expires_in":900}"#,
            ),
        });
        let endpoint = endpoint.await;
        let (source, request) = (bearer(), Wall::at(NOW).request(&endpoint));
        for _ in 0..3 {
            source.fetch(&request).await.unwrap();
        }
        let lied = 23 * HOUR + LIFETIME;
        let kept = if third.is_empty() { LIFETIME } else { lied };
        assert_eq!(expiries(&endpoint), [LIFETIME, lied, kept, LIFETIME]);
    }
}
