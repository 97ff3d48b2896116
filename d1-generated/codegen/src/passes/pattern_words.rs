//! A pattern in words, for people: which characters a value may hold, and how many.

/// What a value must be, for a pattern that is a row of characters and classes, each with a count, between `^` and `$`:
/// `1 to 64 letters (A to Z, a to z), digits or spaces`. `None` for any other pattern: that stands for itself.
pub(super) fn in_words(pattern: &str) -> Option<String> {
    let mut rest = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (what, after) = element(rest)?;
        let (count, after) = count(after)?;
        parts.push(match (what, count) {
            (
                Element::Literal(c),
                Count {
                    least: 1,
                    most: Some(1),
                },
            ) => format!("`{c}`"),
            (Element::Literal(_), _) => return None,
            (Element::Class(class), count) => format!("{count} {}", one_of(&class)),
        });
        rest = after;
    }
    match parts.is_empty() {
        true => None,
        false => Some(parts.join(", then ")),
    }
}

/// The characters alone, for a pattern that is one class: what a value may hold whose length has a rule of its own.
pub(super) fn characters(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let (Element::Class(class), after) = element(inner)? else {
        return None;
    };
    let (_, rest) = count(after)?;
    rest.is_empty().then(|| one_of(&class))
}

enum Element {
    Literal(char),
    /// In words, one kind of characters each.
    Class(Vec<String>),
}

fn element(pattern: &str) -> Option<(Element, &str)> {
    let mut marks = pattern.chars();
    match marks.next()? {
        '[' => {
            let end = end_of_class(pattern)?;
            Some((Element::Class(class(&pattern[1..end])?), &pattern[end + 1..]))
        }
        '\\' => match marks.next()? {
            'd' => Some((Element::Class(vec!["digits".to_owned()]), marks.as_str())),
            c if c.is_ascii_punctuation() => Some((Element::Literal(c), marks.as_str())),
            _ => None,
        },
        c if c.is_alphanumeric() || " -_:;,/#@".contains(c) => Some((Element::Literal(c), marks.as_str())),
        _ => None,
    }
}

/// Where the class that begins the pattern ends.
fn end_of_class(pattern: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in pattern.char_indices().skip(1) {
        match c {
            ']' if !escaped => return Some(at),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// The kinds of characters of a class, in its order; single ones last, in one list.
fn class(inner: &str) -> Option<Vec<String>> {
    if inner.starts_with('^') {
        return None;
    }
    let mut kinds: Vec<&str> = Vec::new();
    let mut singles: Vec<char> = Vec::new();
    let mut rest = inner;
    while let Some(first) = rest.chars().next() {
        const KNOWN: [(&str, &str); 9] = [
            (r"\p{L}", "letters"),
            (r"\p{N}", "digits"),
            (r"\p{M}", "combining marks"),
            (r"\d", "digits"),
            ("0-9", "digits"),
            ("A-Za-z", "letters from A to Z and a to z"),
            ("a-zA-Z", "letters from A to Z and a to z"),
            ("A-Z", "capital letters from A to Z"),
            ("a-z", "small letters from a to z"),
        ];
        if let Some((known, words)) = KNOWN.iter().find(|(known, _)| rest.starts_with(known)) {
            kinds.push(words);
            rest = &rest[known.len()..];
            continue;
        }
        let (c, after) = match first {
            '\\' => {
                let c = rest[1..].chars().next().filter(char::is_ascii_punctuation)?;
                (c, &rest[1 + c.len_utf8()..])
            }
            c => (c, &rest[c.len_utf8()..]),
        };
        // A range that is not known above.
        if after.starts_with('-') && after.len() > 1 {
            return None;
        }
        match c {
            ' ' => kinds.push("spaces"),
            c => singles.push(c),
        }
        rest = after;
    }
    let mut words: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
    if !singles.is_empty() {
        let listed: Vec<String> = singles.iter().map(char::to_string).collect();
        words.push(format!("`{}`", listed.join(" ")));
    }
    Some(words)
}

struct Count {
    least: usize,
    most: Option<usize>,
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (1, Some(1)) => write!(f, "one of"),
            (least, Some(most)) if least == most => write!(f, "{least}"),
            (least, Some(most)) => write!(f, "{least} to {most}"),
            (0, None) => write!(f, "any number of"),
            (least, None) => write!(f, "{least} or more"),
        }
    }
}

fn count(pattern: &str) -> Option<(Count, &str)> {
    let of = |least, most, rest| Some((Count { least, most }, rest));
    match pattern.chars().next() {
        Some('+') => of(1, None, &pattern[1..]),
        Some('*') => of(0, None, &pattern[1..]),
        Some('?') => of(0, Some(1), &pattern[1..]),
        Some('{') => {
            let (inner, rest) = pattern[1..].split_once('}')?;
            match inner.split_once(',') {
                None => {
                    let exactly = inner.parse().ok()?;
                    of(exactly, Some(exactly), rest)
                }
                Some((least, "")) => of(least.parse().ok()?, None, rest),
                Some((least, most)) => of(least.parse().ok()?, Some(most.parse().ok()?), rest),
            }
        }
        _ => of(1, Some(1), pattern),
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
