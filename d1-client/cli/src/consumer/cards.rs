//! An end user's cards as a table, or as D1's JSON.

use anstyle::{AnsiColor, Color, Style};
use d1_client::{
    ConsumerId, Response,
    types::{Card, CardState},
};
use serde_json::json;

use crate::{
    output::Output,
    table::{Cell, table},
};

const HEADING: [&str; 7] = [
    "CARD", "SCHEME", "ENDS IN", "EXPIRES", "STATE", "REASON", "ONGOING",
];

pub(crate) fn show(output: &Output, id: &ConsumerId, response: &Response<Vec<Card>>) {
    let json = json!({
        "consumer_id": id.as_str(),
        "correlation_id": response.correlation_id().as_str(),
        "cards": response.value(),
    });
    output.result(&json, || {
        if response.is_empty() {
            return format!("{id} has no cards");
        }
        table(&HEADING, response.iter().map(row).collect())
    });
}

fn row(card: &Card) -> Vec<Cell> {
    fn text<T: AsRef<str>>(value: Option<&T>) -> Cell {
        Cell::new(value.map_or("-", AsRef::as_ref))
    }
    vec![
        Cell::new(card.card_id.as_str()),
        text(card.scheme.as_ref()),
        text(card.pan_suffix.as_ref()),
        Cell::new(
            card.exp
                .as_ref()
                .map_or("-".to_owned(), |exp| expiry(exp.as_str())),
        ),
        Cell::styled(
            card.state.as_ref().map_or("-", AsRef::as_ref),
            card.state.as_ref().map(style).unwrap_or_default(),
        ),
        text(card.state_reason.as_ref()),
        text(card.ongoing_operation.as_ref()),
    ]
}

/// `12/29` of `1229`; anything else as it is.
fn expiry(exp: &str) -> String {
    if exp.len() == 4 && exp.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{}/{}", &exp[..2], &exp[2..])
    } else {
        exp.to_owned()
    }
}

fn style(state: &CardState) -> Style {
    let color = match state {
        CardState::Active => AnsiColor::Green,
        CardState::Suspended => AnsiColor::Yellow,
        CardState::Deleted => AnsiColor::Red,
        _ => return Style::new().dimmed(),
    };
    Style::new().fg_color(Some(Color::Ansi(color)))
}
