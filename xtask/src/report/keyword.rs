//! Keywords that are judged on their own: words, switches, limits.

use serde_json::Value;

use super::comparison::Comparison;
use super::location::{At, Pair, shown};
use super::reach::Role;
use super::{Impact, Rule};

/// Whether a keyword only speaks to people.
pub(super) fn is_text(key: &str) -> bool {
    [
        "description",
        "example",
        "examples",
        "externalDocs",
        "summary",
        "tags",
        "title",
    ]
    .contains(&key)
}

/// Notes a change of words.
pub(super) fn text(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>) {
    let verb = pair.verb(if ["description", "summary", "title"].contains(&key) {
        "reworded"
    } else {
        "changed"
    });
    c.note(
        Rule::TextChanged,
        Impact::TextOnly,
        pair.at(),
        format!("{key} {verb}"),
    );
}

/// A boolean keyword that is false when absent.
pub(super) struct Switch {
    /// What turning it on, and off, means where the value is sent.
    pub(super) sent: [Impact; 2],
    /// The same where it is received.
    pub(super) received: [Impact; 2],
    /// What kind of change turning it on, and off, is.
    pub(super) rules: [Rule; 2],
}

impl Switch {
    pub(super) const TIGHTENS: Switch = Switch {
        sent: [Impact::Breaking, Impact::Compatible],
        received: [Impact::Compatible; 2],
        rules: [Rule::RuleTighter, Rule::RuleLooser],
    };
    pub(super) const LOOSENS: Switch = Switch {
        sent: [Impact::Compatible, Impact::Breaking],
        received: [Impact::Compatible; 2],
        rules: [Rule::NullableChanged; 2],
    };
    pub(super) const DEPRECATED: Switch = Switch {
        sent: [Impact::Compatible; 2],
        received: [Impact::Compatible; 2],
        rules: [Rule::Deprecated; 2],
    };
    /// The setter of a field that is not sent any more is gone.
    pub(super) const READ_ONLY: Switch = Switch {
        sent: [Impact::Breaking, Impact::Compatible],
        received: [Impact::Compatible; 2],
        rules: [Rule::FieldDirection; 2],
    };
    pub(super) const WRITE_ONLY: Switch = Switch {
        sent: [Impact::Compatible; 2],
        received: [Impact::Breaking, Impact::Compatible],
        rules: [Rule::FieldDirection; 2],
    };
    pub(super) const PARAMETER_REQUIRED: Switch = Switch {
        rules: [Rule::FieldRequired, Rule::FieldOptional],
        ..Self::TIGHTENS
    };

    pub(super) fn judge(&self, c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>, role: Role) {
        let state = |at: Option<&At<'_>>| at.map_or(Some(false), |at| at.value.as_bool());
        let (rule, impact, what) = match (state(pair.before()), state(pair.after())) {
            (Some(false), Some(true)) => (
                self.rules[0],
                role.impact(self.sent[0], self.received[0]),
                "now true",
            ),
            (Some(true), Some(false)) => (
                self.rules[1],
                role.impact(self.sent[1], self.received[1]),
                "no longer true",
            ),
            (Some(_), Some(_)) => (
                Rule::Restated,
                Impact::TextOnly,
                "stated differently, means the same",
            ),
            _ => return,
        };
        c.note(rule, impact, pair.at(), format!("{key} {what}"));
    }
}

/// Judges a limit such as `maxLength`: tighter is breaking where the value is sent.
pub(super) fn limit(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>, role: Role) {
    let lower = key.starts_with("min");
    // JSON Schema: an absent minLength, minItems or minProperties is 0; an absent minimum is none at all.
    let absent = match (lower, key) {
        (true, "minimum") => f64::NEG_INFINITY,
        (true, _) => 0.0,
        (false, _) => f64::INFINITY,
    };
    let number = |at: Option<&At<'_>>| at.map_or(Some(absent), |at| at.value.as_f64());
    let (Some(old), Some(new)) = (number(pair.before()), number(pair.after())) else {
        return;
    };
    let (rule, impact) = if old == new {
        (Rule::Restated, Impact::TextOnly)
    } else if (new > old) == lower {
        (
            Rule::RuleTighter,
            role.impact(Impact::Breaking, Impact::Compatible),
        )
    } else {
        (
            Rule::RuleLooser,
            role.impact(Impact::Compatible, Impact::Compatible),
        )
    };
    c.note(rule, impact, pair.at(), format!("{key} {}", from_to(pair)));
}

/// `40 -> 30`, `30 added`, `40 removed`.
pub(super) fn from_to(pair: &Pair<'_>) -> String {
    let words = |value: &Value| value.as_str().map_or_else(|| shown(value), str::to_owned);
    match pair {
        Pair::Added(at) => format!("{} added", words(at.value)),
        Pair::Removed(at) => format!("{} removed", words(at.value)),
        Pair::Changed(old, new) => format!("{} -> {}", words(old.value), words(new.value)),
    }
}
