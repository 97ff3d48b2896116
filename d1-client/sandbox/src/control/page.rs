//! The page: what the control API tells, for people. A list without JavaScript; with it, the same list, kept up to date.
//!
//! Values of a person are not shown, only which fields are there.

use std::iter;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use super::requests::{time, verdict};
use crate::consumers::SandboxConsumer;
use crate::content_type::HTML;
use crate::endpoint::Endpoint;
use crate::fault::Fault;
use crate::rejection::typed_answer;
use crate::requests::RecordedRequest;
use crate::shared::Shared;

/// How many requests, and how many consumers, are shown.
const SHOWN: usize = 100;

/// How many random characters the nonce of a page has.
const NONCE_LENGTH: usize = 32;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The buttons: what each says, and the fields of its form.
const BUTTONS: [(&str, &[(&str, &str)]); 8] = [
    ("503", &[("kind", "status"), ("status", "503")]),
    (
        "503, Retry-After 2 s",
        &[("kind", "status"), ("status", "503"), ("retryAfterSeconds", "2")],
    ),
    (
        "500",
        &[
            ("kind", "status"),
            ("status", "500"),
            ("errorCode", "INTERNAL_ERROR"),
        ],
    ),
    ("429", &[("kind", "status"), ("status", "429")]),
    ("WAF page", &[("kind", "waf-page")]),
    ("2 s late", &[("kind", "latency"), ("delayMillis", "2000")]),
    (
        "Answer lost",
        &[("kind", "reset-after-reading"), ("afterApplying", "true")],
    ),
    ("Answer cut off", &[("kind", "truncated")]),
];

pub(super) fn page(shared: &Shared) -> Response<Bytes> {
    let nonce: String = iter::repeat_with(fastrand::alphanumeric)
        .take(NONCE_LENGTH)
        .collect();
    let mut answer = typed_answer(StatusCode::OK, HTML, markup(shared, &nonce).into_string());
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        answer
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}

fn markup(shared: &Shared, nonce: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "D1 sandbox" }
                // None: a browser would ask D1's own API for one.
                link rel="icon" href="data:,";
                style nonce=(nonce) { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "D1 sandbox" }
                    p #live { "As of the last reload. "  a href="/_sandbox/" { "Reload" } }
                }
                main {
                    section { h2 { "Faults" } (buttons()) div #faults data-live { (planned(shared)) } }
                    section #requests data-live { (requests(shared)) }
                    section #consumers data-live { (consumers(shared)) }
                }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Without a choice of endpoint, a fault is for the next operation; a token is asked for by name.
fn buttons() -> Markup {
    html! {
        form method="post" action="/_sandbox/faults" {
            label { "Next request to "
                select name="endpoint" {
                    option value="" { "any operation" }
                    @for endpoint in Endpoint::ALL { option { (endpoint.name()) } }
                }
            }
            label { "times " input name="times" type="number" value="1" min="1" max="1000"; }
            @for (text, _) in BUTTONS { button name="button" value=(text) { (text) } }
        }
        form method="post" action="/_sandbox/faults" {
            button name="_method" value="DELETE" { "End all faults" }
        }
        form method="post" action="/_sandbox/clock" {
            button name="advanceSeconds" value="900" { "Clock 15 min ahead" }
        }
        form method="post" action="/_sandbox/reset" {
            button { "Reset everything" }
        }
    }
}

/// The fields that a button stands for.
pub(super) fn of_button(text: &str) -> Option<&'static [(&'static str, &'static str)]> {
    let found = BUTTONS.iter().find(|(known, _)| *known == text);
    found.map(|(_, fields)| *fields)
}

fn planned(shared: &Shared) -> Markup {
    let plan = shared.faults();
    let (queued, rates) = plan.planned();
    let at = |fault: &Fault| fault.only.map_or("any operation", Endpoint::name);
    html! {
        ul {
            @for fault in queued {
                li { "next: " (fault) " at " (at(fault)) ", " (fault.times) "×" }
            }
            @for (permille, fault) in rates { li { (permille) " of 1,000: " (fault) " at " (at(fault)) } }
            @if shared.drifts() { li { "answers drift" } }
            @let ahead = shared.clock.moved_millis() / 1000;
            @if ahead != 0 { li { "the clock is " (ahead) " s ahead" } }
        }
    }
}

fn requests(shared: &Shared) -> Markup {
    let log = shared.log();
    html! {
        h2 { "Requests" }
        table {
            thead { tr { th { "#" } th { "time, UTC" } th { "request" } th { "status" } th { "verdict" } th { "reasons" } } }
            tbody { @for request in log.after(0).rev().take(SHOWN) { (row(request)) } }
        }
    }
}

fn row(request: &RecordedRequest) -> Markup {
    let verdict = verdict(request.verdict);
    let id = request.header("x-correlation-id");
    html! {
        tr class=(verdict) {
            td { (request.number) }
            td { (time(request)) }
            td {
                code { (request.method) " " (request.path) }
                @if let Some(id) = id { br; small { "x-correlation-id " (id) } }
            }
            td { @match request.status { Some(status) => (status.as_u16()), None => "reset" } }
            td { (verdict) }
            td { @for reason in &request.reasons { p { (reason) } } }
        }
    }
}

fn consumers(shared: &Shared) -> Markup {
    let consumers = shared.backend.consumers();
    let count = consumers.iter().len();
    html! {
        h2 { "Consumers" }
        @if count > SHOWN { p { (SHOWN) " of " (count) } }
        table {
            thead { tr { th { "id" } th { "state" } th { "fields held" } th { "cards" } } }
            tbody { @for consumer in consumers.iter().take(SHOWN) { (consumer_row(consumer)) } }
        }
    }
}

fn consumer_row(consumer: &SandboxConsumer) -> Markup {
    let fields = consumer.personal_information.as_ref().and_then(Value::as_object);
    let fields: Vec<_> = fields
        .into_iter()
        .flat_map(|fields| fields.keys())
        .map(|name| &**name)
        .collect();
    html! {
        tr {
            td { code { (consumer.consumer_id) } br; small { (consumer.issuer_id) } }
            td { @if consumer.deleted { "deleted" } @else { "registered" } }
            td { @if fields.is_empty() { "none" } @else { (fields.join(", ")) } }
            td {
                @for card in &consumer.cards {
                    p { code { (card["cardId"].as_str().unwrap_or("?")) } " " (card["state"].as_str().unwrap_or("?")) }
                }
            }
        }
    }
}
