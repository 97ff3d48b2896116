//! What the sandbox was asked, as JSON.

use std::time::UNIX_EPOCH;

use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::Answer;
use crate::endpoint::Endpoint;
use crate::rejection::json_answer;
use crate::requests::{RecordedRequest, Verdict};
use crate::shared::Shared;

/// In place of what is worth something to a thief, even here.
const REDACTED: &str = "redacted";

/// Those with a number greater than `after`, oldest first, and the number to ask for the next ones with.
pub(super) fn list(shared: &Shared, after: u64) -> Answer {
    let log = shared.log();
    let requests: Vec<_> = log.after(after).map(in_json).collect();
    let next = log.after(after).next_back().map_or(after, |last| last.number);
    drop(log);
    let body = json!({"requests": requests, "next": next});
    Ok(json_answer(StatusCode::OK, &body))
}

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Answered => "answered",
        Verdict::Refused => "refused",
        Verdict::Fault => "fault",
    }
}

/// The time of day at which it was answered, UTC: of an HTTP date, whose fields have their fixed places.
pub(super) fn time(request: &RecordedRequest) -> String {
    let date = httpdate::fmt_http_date(request.time);
    date.get(17..25).unwrap_or_default().to_owned()
}

fn in_json(request: &RecordedRequest) -> Value {
    let millis = request
        .time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let reasons = request.reasons.iter();
    let reasons = reasons.map(|reason| json!({"field": reason.field, "rule": reason.rule}));
    json!({
        "number": request.number,
        "unixMillis": u64::try_from(millis).unwrap_or(u64::MAX),
        "method": request.method.as_str(),
        "path": request.path,
        "endpoint": request.endpoint.map(Endpoint::name),
        "status": request.status.map(|status| status.as_u16()),
        "verdict": verdict(request.verdict),
        "reasons": reasons.collect::<Vec<_>>(),
        "headers": headers(request),
        "body": body(request),
    })
}

/// By lower-case name; of several with one name, the values in their order, after commas.
fn headers(request: &RecordedRequest) -> Value {
    let mut headers = Map::new();
    for name in request.headers.keys() {
        let values = request.headers.get_all(name).iter();
        let text = if *name == header::AUTHORIZATION {
            REDACTED.to_owned()
        } else {
            let values: Vec<_> = values
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            values.join(", ")
        };
        headers.insert(name.as_str().to_owned(), text.into());
    }
    headers.into()
}

/// JSON as such, anything else as text; `null` where there was none. Of a token request, nothing: it holds an assertion.
fn body(request: &RecordedRequest) -> Value {
    match request.json() {
        _ if request.body.is_empty() => Value::Null,
        _ if request.endpoint == Some(Endpoint::Token) => REDACTED.into(),
        Some(body) => body,
        None => String::from_utf8_lossy(&request.body).into(),
    }
}
