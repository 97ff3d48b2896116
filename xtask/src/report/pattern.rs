//! Which of two patterns accepts more.

use d1_codegen::automaton::{Automaton, Symbols, inclusion};
use d1_codegen::ecma;

/// How the strings that a new pattern accepts relate to those of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Same,
    Looser,
    Tighter,
    /// Accepts some that were refused, and refuses some that were accepted.
    Different,
    /// Not a regular language, or too large to tell.
    Undecided,
}

/// Compares two patterns as JSON Schema understands them: ECMA 262, Unicode, matching anywhere in the string.
/// An absent pattern is the empty one, which accepts everything.
pub(super) fn relation(old: &str, new: &str) -> Relation {
    decide(old, new).map_or(Relation::Undecided, |(only_old, only_new)| {
        match (only_old, only_new) {
            (false, false) => Relation::Same,
            (false, true) => Relation::Looser,
            (true, false) => Relation::Tighter,
            (true, true) => Relation::Different,
        }
    })
}

/// Whether only the old pattern accepts some string, and whether only the new one does.
fn decide(old: &str, new: &str) -> Option<(bool, bool)> {
    let (old, new) = (ecma::parse(old)?, ecma::parse(new)?);
    let symbols = Symbols::of([&old, &new]);
    inclusion(
        &Automaton::of(&old, &symbols)?,
        &Automaton::of(&new, &symbols)?,
        symbols.count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_compared_by_what_they_accept() {
        let name = r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,40}$";
        let email = r"^[a-zA-Z0-9_+&*-]+(?:\.[a-zA-Z0-9_+&*-]+)*@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,15}$";
        let cases = [
            // The same, written otherwise.
            (name, r"^[\p{M}\p{L}\p{N} ,.'_#;:\/\-]{1,40}$", Relation::Same),
            (r"^\d{4}$", "^[0-9]{4}$", Relation::Same),
            (r"^\w$", "^[A-Za-z0-9_]$", Relation::Same),
            ("^(a|b)+$", "^[ab][ab]*$", Relation::Same),
            ("", "a*", Relation::Same),
            ("a", "^.*a", Relation::Tighter), // `.` is no line end
            ("^$", "^(?:)$", Relation::Same),
            (r"^\u0041$", "^A$", Relation::Same),
            // Classes.
            ("^[A-Z]{2}$", "^[A-Za-z]{2}$", Relation::Looser),
            ("^[A-Za-z]{2}$", "^[A-Z]{2}$", Relation::Tighter),
            ("^[A-Z]$", "^[a-z]$", Relation::Different),
            (name, r"^[\p{L}\p{N}\p{M} ,.'_#;:-]{1,40}$", Relation::Tighter),
            (name, r"^[\p{L}\p{N}\p{M} ,.'_#;:\/<-]{1,40}$", Relation::Looser),
            (r"^\d$", r"^\p{Nd}$", Relation::Looser),
            (r"^[^<]$", r"^[^<>]$", Relation::Tighter),
            (r"^[\s\S]$", r"^[^]$", Relation::Undecided),
            // Lengths.
            ("^[a-z]{1,40}$", "^[a-z]{1,64}$", Relation::Looser),
            (name, r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,30}$", Relation::Tighter),
            (name, r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{0,39}$", Relation::Different),
            ("^[a-z]{3}$", "^[a-z]{2,4}$", Relation::Looser),
            // Anchors.
            (r"^[a-z]{1,64}$", r"[a-z]{1,64}$", Relation::Looser),
            (r"[a-z]{1,64}$", r"^[a-z]{1,64}$", Relation::Tighter),
            ("^a", "a$", Relation::Different),
            ("^a|b$", "^(a|b)$", Relation::Tighter),
            // Presence.
            ("", "^[a-z]*$", Relation::Tighter),
            (name, "", Relation::Looser),
            // Structure.
            (
                email,
                r"^[a-zA-Z0-9_+&*-]+(?:\.[a-zA-Z0-9_+&*-]+)*@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,20}$",
                Relation::Looser,
            ),
            (
                email,
                r"^[a-zA-Z0-9_+&*-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,15}$",
                Relation::Tighter,
            ),
            // Beyond regular languages.
            ("^a$", "^(?=a)a$", Relation::Undecided),
            ("^a$", r"^(a)\1$", Relation::Undecided),
            ("^a$", r"\ba\b", Relation::Undecided),
            ("^a$", "^(a", Relation::Undecided),
            ("^a$", "^(?:a{1000}){1000}$", Relation::Undecided),
            ("a.{15000}$", "b.{15000}$", Relation::Undecided),
            ("^.*a.{24}$", "^.*[ab].{24}$", Relation::Undecided),
        ];
        for (old, new, expected) in cases {
            assert_eq!(relation(old, new), expected, "{old} -> {new}");
        }
    }
}
