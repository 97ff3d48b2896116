//! Keywords that are compared on their own: words, switches, limits.

use std::cmp::Ordering;

use serde_json::Value;

use super::Impact::{self, Breaking, Compatible};
use super::Rule;
use super::comparison::Comparison;
use super::location::{Located, Pair};
use super::usage::Role;

/// Notes a change of words.
pub(super) fn text(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>) {
    let verb = pair.verb(if ["description", "summary", "title"].contains(&key) {
        "reworded"
    } else {
        "changed"
    });
    c.note(Rule::TextChanged, pair.at(), format!("{key} {verb}"));
}

/// What turning a boolean keyword on means, and what off: the rule, the impact where the value is sent, and where it is
/// received.
type Switch = [(Rule, Impact, Impact); 2];

pub(super) const TIGHTENS: Switch = [
    (Rule::RuleTighter, Breaking, Compatible),
    (Rule::RuleLooser, Compatible, Compatible),
];
pub(super) const LOOSENS: Switch = [
    (Rule::NullableChanged, Compatible, Compatible),
    (Rule::NullableChanged, Breaking, Compatible),
];
pub(super) const ALLOWS: Switch = [
    (Rule::RuleLooser, Compatible, Compatible),
    (Rule::RuleTighter, Breaking, Compatible),
];
pub(super) const DEPRECATED: Switch = [(Rule::Deprecated, Compatible, Compatible); 2];
/// The setter of a field that is not sent any more is gone. That one is sent now, and required, is reported
/// with what is required.
pub(super) const NOT_SENT: Switch = [
    (Rule::FieldDirection, Breaking, Compatible),
    (Rule::FieldDirection, Compatible, Compatible),
];
pub(super) const NOT_RECEIVED: Switch = [
    (Rule::FieldDirection, Compatible, Breaking),
    (Rule::FieldDirection, Compatible, Compatible),
];
pub(super) const REQUIRED: Switch = [
    (Rule::FieldRequired, Breaking, Compatible),
    (Rule::FieldOptional, Compatible, Compatible),
];

/// Compares a boolean keyword that is false when absent.
pub(super) fn switch(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>, role: Role, [on, off]: Switch) {
    let state = |at: Option<&Located<'_>>| at.map_or(Some(false), |at| at.value.as_bool());
    let ((rule, sent, received), what) = match (state(pair.before()), state(pair.after())) {
        (Some(false), Some(true)) => (on, "now true"),
        (Some(true), Some(false)) => (off, "no longer true"),
        (Some(_), Some(_)) => {
            let what = format!("{key} stated differently, means the same");
            return c.note(Rule::Restated, pair.at(), what);
        }
        _ => return,
    };
    let impact = role.impact(sent, received);
    c.note_as(rule, impact, pair.at(), format!("{key} {what}"));
}

/// Compares a limit such as `maxLength`: tighter is breaking where the value is sent.
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

/// Compares `multipleOf`: a multiple of the old one is tighter, a divisor looser.
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
