//! A pattern in words, for people: which characters a value may hold, and how many.

use regex_syntax::ast::{
    AssertionKind, Ast, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicodeKind, Literal, LiteralKind,
    parse::Parser,
};

use super::pattern::bounds;

/// What a value must be, for a pattern that is a row of characters and classes, each with a count, between `^` and `$`:
/// `1 to 64 letters (A to Z, a to z), digits or spaces`. `None` for any other pattern: that stands for itself.
pub(super) fn in_words(pattern: &str) -> Option<String> {
    let parts = row(pattern)?.into_iter().map(|element| {
        let (repeated, count) = counted(&element);
        match repeated {
            Ast::Literal(literal) if count == (1, Some(1)) => Some(format!("`{}`", plain(literal)?)),
            class => Some(format!("{} {}", number(count), one_of(&kinds(class)?))),
        }
    });
    let parts: Vec<String> = parts.collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join(", then "))
}

/// The characters alone, for a pattern that is one class: what a value may hold whose length has a rule of its own.
pub(super) fn characters(pattern: &str) -> Option<String> {
    match row(pattern)?.as_slice() {
        [only] => Some(one_of(&kinds(counted(only).0)?)),
        _ => None,
    }
}

/// What stands between the `^` and the `$` of a pattern.
fn row(pattern: &str) -> Option<Vec<Ast>> {
    let parsed = Parser::new().parse(pattern).ok()?;
    let Ast::Concat(concat) = &parsed else { return None };
    let [Ast::Assertion(start), row @ .., Ast::Assertion(end)] = concat.asts.as_slice() else {
        return None;
    };
    let is_whole = start.kind == AssertionKind::StartLine && end.kind == AssertionKind::EndLine;
    is_whole.then(|| row.to_vec())
}

/// How often a value holds what: at least, and at most.
type Count = (u32, Option<u32>);

fn counted(element: &Ast) -> (&Ast, Count) {
    match element {
        Ast::Repetition(repetition) if repetition.greedy => (&repetition.ast, bounds(&repetition.op.kind)),
        once => (once, (1, Some(1))),
    }
}

/// A character that is written as it is, or with a backslash because it would mean something else.
fn plain(literal: &Literal) -> Option<char> {
    use LiteralKind::{Meta, Superfluous, Verbatim};
    matches!(literal.kind, Meta | Superfluous | Verbatim).then_some(literal.c)
}

/// The kinds of characters of a class, in its order; single ones last, in one list.
fn kinds(class: &Ast) -> Option<Vec<String>> {
    const LETTERS: &str = "letters from A to Z and a to z";
    let items = match class {
        Ast::ClassPerl(perl) => vec![ClassSetItem::Perl((**perl).clone())],
        Ast::ClassBracketed(bracketed) if !bracketed.negated => match &bracketed.kind {
            ClassSet::Item(ClassSetItem::Union(union)) => union.items.clone(),
            ClassSet::Item(item) => vec![item.clone()],
            ClassSet::BinaryOp(_) => return None,
        },
        _ => return None,
    };
    let mut kinds: Vec<&str> = Vec::new();
    let mut singles: Vec<String> = Vec::new();
    for item in &items {
        let kind = match item {
            ClassSetItem::Literal(literal) if literal.c != ' ' => {
                singles.push(plain(literal)?.to_string());
                continue;
            }
            ClassSetItem::Literal(_) => "spaces",
            ClassSetItem::Range(range) => match (range.start.c, range.end.c, kinds.last()) {
                ('0', '9', _) => "digits",
                ('A', 'Z', Some(&SMALL)) | ('a', 'z', Some(&CAPITAL)) => {
                    kinds.pop();
                    LETTERS
                }
                ('A', 'Z', _) => CAPITAL,
                ('a', 'z', _) => SMALL,
                _ => return None,
            },
            ClassSetItem::Perl(perl) if !perl.negated && perl.kind == ClassPerlKind::Digit => "digits",
            ClassSetItem::Unicode(unicode) if !unicode.negated => match &unicode.kind {
                ClassUnicodeKind::Named(name) => match name.as_str() {
                    "L" => "letters",
                    "N" => "digits",
                    "M" => "combining marks",
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        kinds.push(kind);
    }
    let mut kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
    if !singles.is_empty() {
        kinds.push(format!("`{}`", singles.join(" ")));
    }
    Some(kinds)
}

const CAPITAL: &str = "capital letters from A to Z";
const SMALL: &str = "small letters from a to z";

fn number(count: Count) -> String {
    match count {
        (1, Some(1)) => "one of".to_owned(),
        (least, Some(most)) if least == most => least.to_string(),
        (least, Some(most)) => format!("{least} to {most}"),
        (0, None) => "any number of".to_owned(),
        (least, None) => format!("{least} or more"),
    }
}

/// `letters, digits or spaces`.
fn one_of(kinds: &[String]) -> String {
    match kinds {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_characters_and_classes_are_told_in_words() {
        for (pattern, words) in [
            (
                r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,40}$",
                Some("1 to 40 letters, digits, combining marks, spaces or `, . ' _ # ; : / -`"),
            ),
            (r"^\+[0-9]{1,9}$", Some("`+`, then 1 to 9 digits")),
            ("^[A-Z]{2}$", Some("2 capital letters from A to Z")),
            (
                "^[A-Za-z0-9_-]{1,64}$",
                Some("1 to 64 letters from A to Z and a to z, digits or `_ -`"),
            ),
            (r"^\d+$", Some("1 or more digits")),
            (
                "^[a-z]{2}-[A-Z]{2}$",
                Some("2 small letters from a to z, then `-`, then 2 capital letters from A to Z"),
            ),
            ("^[b-y]$", None),
            ("^[^a]$", None),
            ("^(a|b)$", None),
            (r"^[\]a]$", Some("one of `] a`")),
            ("[a-z]", None),
            ("^.$", None),
            ("^$", None),
            ("^a{2}$", None),
            ("^[a", None),
        ] {
            assert_eq!(in_words(pattern).as_deref(), words, "{pattern}");
        }
    }

    #[test]
    fn the_characters_of_one_class() {
        assert_eq!(
            characters("^[A-Z ]{2}$").as_deref(),
            Some("capital letters from A to Z or spaces")
        );
        assert_eq!(characters(r"^\+[0-9]$"), None);
    }
}
