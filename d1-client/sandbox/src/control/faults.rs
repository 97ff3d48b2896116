//! Faults and the clock, by JSON or by a form of the page.

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::Refused;
use crate::drift::Drift;
use crate::endpoint::Endpoint;
use crate::fault::{Fault, FaultKind};
use crate::rejection::json_answer;
use crate::shared::Shared;

/// The statuses of a final answer (RFC 9110, section 15).
const STATUSES: std::ops::RangeInclusive<u16> = 200..=599;

/// The most that an answer is delayed, and a token lives, in milliseconds: a day.
const MAX_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// How often in a row a queued fault occurs, at most.
const MAX_TIMES: usize = 1_000_000;

/// The most that the clock is moved at once, in seconds: some 3,000 years, which a `Date` header can still hold.
const MAX_SECONDS: u64 = 100_000_000_000;

/// A fault as it is asked for; `openapi.json` describes the members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    kind: Kind,
    status: Option<u16>,
    error_code: Option<String>,
    retry_after_seconds: Option<u64>,
    delay_millis: Option<u64>,
    lifetime_seconds: Option<u64>,
    skew_seconds: Option<i64>,
    #[serde(default, deserialize_with = "endpoint")]
    endpoint: Option<Endpoint>,
    times: Option<usize>,
    #[serde(default)]
    after_applying: bool,
    permille: Option<u32>,
    seed: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    #[default]
    Status,
    WafPage,
    Latency,
    ResetBeforeReading,
    ResetAfterReading,
    Truncated,
    TokenDies,
    ClockSkew,
    Drift,
}

/// An endpoint by its name.
fn endpoint<'de, D: Deserializer<'de>>(name: D) -> Result<Option<Endpoint>, D::Error> {
    let name = Option::<String>::deserialize(name)?;
    let known = |name: String| Endpoint::ALL.into_iter().find(|known| known.name() == name);
    let unknown = || {
        let names = Endpoint::ALL.map(Endpoint::name).join(", ");
        D::Error::custom(format!("endpoint: must be one of {names}"))
    };
    name.map(|name| known(name).ok_or_else(unknown)).transpose()
}

/// Queues a fault, or applies it to a share of the requests.
pub(super) fn add(shared: &Shared, asked: Map<String, Value>) -> Result<(), Refused> {
    let asked: Asked = serde_json::from_value(asked.into())
        .map_err(|error| Refused::bad(format!("no such fault: {error}")))?;
    let seed = asked.seed.unwrap_or_default();
    if matches!(asked.kind, Kind::Drift) {
        shared.set_drift(Some(Drift::new(seed)));
        return Ok(());
    }
    let fault = fault(&asked)?;
    match asked.permille {
        Some(1001..) => return Err(Refused::bad("permille: must be 0 to 1000")),
        Some(permille) => shared.faults().rate(permille, seed, fault),
        None => shared.faults().queue(fault),
    }
    Ok(())
}

fn fault(asked: &Asked) -> Result<Fault, Refused> {
    let needed = |name: &str| Refused::bad(format!("{name}: is required for this kind"));
    let mut fault = match asked.kind {
        Kind::Status => {
            let status = asked.status.ok_or_else(|| needed("status"))?;
            if !STATUSES.contains(&status) {
                return Err(Refused::bad("status: must be 200 to 599"));
            }
            match &asked.error_code {
                Some(code) => Fault::error(status, code),
                None => Fault::status(status),
            }
        }
        Kind::WafPage => Fault::waf_page(),
        Kind::Latency => {
            asked.delay_millis.ok_or_else(|| needed("delayMillis"))?;
            Fault::latency(Duration::ZERO)
        }
        Kind::ResetBeforeReading => Fault::reset_before_reading(),
        Kind::ResetAfterReading => Fault::reset_after_reading(),
        Kind::Truncated => Fault::truncated(),
        Kind::TokenDies => {
            let seconds = asked.lifetime_seconds.ok_or_else(|| needed("lifetimeSeconds"))?;
            Fault::token_that_dies_after(Duration::from_secs(seconds.min(MAX_MILLIS / 1000)))
        }
        Kind::ClockSkew => {
            Fault::clock_skew(within(asked.skew_seconds.ok_or_else(|| needed("skewSeconds"))?)?)
        }
        Kind::Drift => return Err(Refused::bad("kind: drift is no single fault")),
    };
    if let Some(endpoint) = asked.endpoint {
        fault = fault.on(endpoint);
    }
    if let Some(seconds) = asked.retry_after_seconds {
        fault = fault.retry_after(seconds);
    }
    if asked.after_applying {
        fault = fault.after_applying();
    }
    let delay = asked.delay_millis.unwrap_or_default();
    if delay > MAX_MILLIS {
        return Err(Refused::bad("delayMillis: must be a day or less"));
    }
    let times = asked.times.unwrap_or(1);
    if times > MAX_TIMES {
        return Err(Refused::bad("times: must be 1,000,000 or less"));
    }
    Ok(fault.delayed_by(Duration::from_millis(delay)).times(times))
}

pub(super) fn end(shared: &Shared) {
    shared.faults().clear();
    shared.set_drift(None);
}

pub(super) fn list(shared: &Shared) -> Response<Bytes> {
    let faults = shared.faults();
    let (queued, rates) = faults.planned();
    let queued: Vec<_> = queued.map(|fault| in_json(fault, "times", fault.times)).collect();
    let rates: Vec<_> = rates
        .map(|(permille, fault)| in_json(fault, "permille", permille as usize))
        .collect();
    let body = json!({"queued": queued, "rates": rates, "drift": shared.drifts()});
    json_answer(StatusCode::OK, &body)
}

fn in_json(fault: &Fault, how_often: &str, count: usize) -> Value {
    let status = match &fault.kind {
        FaultKind::Answer(answer) => Some(answer.status().as_u16()),
        _ => None,
    };
    json!({
        "kind": fault.name,
        "status": status,
        "endpoint": fault.only.map(Endpoint::name),
        how_often: count,
    })
}

pub(super) fn clock(shared: &Shared) -> Response<Bytes> {
    let now = shared.clock.now(0);
    let body = json!({
        "date": httpdate::fmt_http_date(UNIX_EPOCH + now.min(crate::shared::LAST_DATE)),
        "unixMillis": u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
        "aheadSeconds": shared.clock.moved_millis() / 1000,
    });
    json_answer(StatusCode::OK, &body)
}

/// Moves the clock ahead, or back if negative.
pub(super) fn move_clock(shared: &Shared, body: &Map<String, Value>) -> Result<(), Refused> {
    let seconds = body.get("advanceSeconds").and_then(Value::as_i64);
    let seconds =
        within(seconds.ok_or_else(|| Refused::bad("advanceSeconds: is required, in whole seconds"))?)?;
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        shared.clock.set_back(by);
    } else {
        shared.clock.advance(by);
    }
    Ok(())
}

fn within(seconds: i64) -> Result<i64, Refused> {
    if seconds.unsigned_abs() > MAX_SECONDS {
        return Err(Refused::bad(
            "a clock is moved by at most 100,000,000,000 seconds",
        ));
    }
    Ok(seconds)
}
