//! Keywords that are compared on their own: words, switches, limits.

use std::cmp::Ordering;

use serde_json::Value;

use super::comparison::Comparison;
use super::location::{Located, Pair};
use super::usage::Role;
use super::{Impact, Rule};

/// Notes a change of words.
pub(super) fn text(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>) {
    let verb = pair.verb(if ["description", "summary", "title"].contains(&key) {
        "reworded"
    } else {
        "changed"
    });
    c.note(Rule::TextChanged, pair.at(), format!("{key} {verb}"));
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
    pub(super) const ALLOWS: Switch = Switch {
        rules: [Rule::RuleLooser, Rule::RuleTighter],
        ..Self::LOOSENS
    };
    pub(super) const DEPRECATED: Switch = Switch {
        sent: [Impact::Compatible; 2],
        received: [Impact::Compatible; 2],
        rules: [Rule::Deprecated; 2],
    };
    /// The setter of a field that is not sent any more is gone. That one is sent now, and required, is reported
    /// with what is required.
    pub(super) const NOT_SENT: Switch = Switch {
        sent: [Impact::Breaking, Impact::Compatible],
        received: [Impact::Compatible; 2],
        rules: [Rule::FieldDirection; 2],
    };
    pub(super) const NOT_RECEIVED: Switch = Switch {
        sent: [Impact::Compatible; 2],
        received: [Impact::Breaking, Impact::Compatible],
        rules: [Rule::FieldDirection; 2],
    };
    pub(super) const PARAMETER_REQUIRED: Switch = Switch {
        rules: [Rule::FieldRequired, Rule::FieldOptional],
        ..Self::TIGHTENS
    };

    pub(super) fn compare(&self, c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>, role: Role) {
        let state = |at: Option<&Located<'_>>| at.map_or(Some(false), |at| at.value.as_bool());
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
        c.note_as(rule, impact, pair.at(), format!("{key} {what}"));
    }
}

/// Judges a limit such as `maxLength`: tighter is breaking where the value is sent.
pub(super) fn limit(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>, role: Role) {
    let lower = key.starts_with("min");
    // JSON Schema: an absent minLength, minItems or minProperties is 0; an absent minimum is none at all.
    let absent = match (lower, key) {
        (true, "minimum") => Number::Float(f64::NEG_INFINITY),
        (true, _) => Number::Whole(0),
        (false, _) => Number::Float(f64::INFINITY),
    };
    let number = |at: Option<&Located<'_>>| at.map_or(Some(absent), |at| Number::of(at.value));
    let (Some(old), Some(new)) = (number(pair.before()), number(pair.after())) else {
        return;
    };
    let Some(order) = new.compare(old) else { return };
    let (rule, impact) = if order.is_eq() {
        (Rule::Restated, Impact::TextOnly)
    } else if order.is_gt() == lower {
        (Rule::RuleTighter, role.if_sent(Impact::Breaking))
    } else {
        (Rule::RuleLooser, Impact::Compatible)
    };
    c.note_as(rule, impact, pair.at(), pair.difference(key));
}

/// Judges `multipleOf`: a multiple of the old one is tighter, a divisor looser.
pub(super) fn step(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>, role: Role) {
    let whole = |at: Option<&Located<'_>>| match at.map(|at| Number::of(at.value)) {
        None => Some(None),
        Some(Some(Number::Whole(step))) if step > 0 => Some(Some(step)),
        Some(_) => None,
    };
    let (rule, sent) = match (whole(pair.before()), whole(pair.after())) {
        (Some(Some(old)), Some(Some(new))) if old == new => (Rule::Restated, Impact::TextOnly),
        (Some(Some(old)), Some(Some(new))) if old % new == 0 => (Rule::RuleLooser, Impact::Compatible),
        (_, _) if pair.after().is_none() => (Rule::RuleLooser, Impact::Compatible),
        (_, _) => (Rule::RuleTighter, Impact::Breaking),
    };
    c.note_as(rule, role.if_sent(sent), pair.at(), pair.difference(key));
}

/// A number of JSON: whole ones are compared exactly, which floating-point numbers are not beyond 2^53.
#[derive(Clone, Copy)]
enum Number {
    Whole(i128),
    Float(f64),
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        let whole = value
            .as_i64()
            .map(i128::from)
            .or_else(|| value.as_u64().map(i128::from));
        whole.map(Self::Whole).or_else(|| value.as_f64().map(Self::float))
    }

    /// `40.0` is whole.
    fn float(value: f64) -> Self {
        /// From here on not every whole number is one of floating point.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() < EXACT {
            #[allow(clippy::cast_possible_truncation)] // it is whole, and small
            let whole = value as i64;
            Self::Whole(whole.into())
        } else {
            Self::Float(value)
        }
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        #[allow(clippy::cast_precision_loss)] // only of what is compared with a number that is not whole
        let float = |number| match number {
            Self::Whole(whole) => whole as f64,
            Self::Float(float) => float,
        };
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Some(one.cmp(&other)),
            (one, other) => float(one).partial_cmp(&float(other)),
        }
    }
}
