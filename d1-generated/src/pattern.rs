//! The vendor's patterns (ECMA 262 with the `u` flag) at run time: sets of characters, and automata.
//!
//! The generator makes the tables; nothing is compiled, and nothing allocated, when a value is checked.

use unicode_general_category::{GeneralCategory, get_general_category};

/// The general categories that the vendor's patterns name whole, as bits.
pub(crate) const LETTER: u8 = 1;
pub(crate) const MARK: u8 = 2;
pub(crate) const NUMBER: u8 = 4;

/// How many characters ASCII has.
const ASCII: usize = 128;

/// A set of characters.
pub(crate) struct Class {
    ascii: [bool; ASCII],
    /// Ranges, first and last, of which those beyond ASCII count.
    ranges: &'static [(char, char)],
    categories: u8,
}

impl Class {
    /// All ASCII characters of the set must be in the ranges: categories are asked beyond them only.
    pub(crate) const fn new(ranges: &'static [(char, char)], categories: u8) -> Self {
        let mut ascii = [false; ASCII];
        let mut code = 0;
        while code < ASCII {
            let mut range = 0;
            while range < ranges.len() {
                let (first, last) = ranges[range];
                if first as usize <= code && code <= last as usize {
                    ascii[code] = true;
                }
                range += 1;
            }
            code += 1;
        }
        Self {
            ascii,
            ranges,
            categories,
        }
    }

    /// Whether the text holds no character but these.
    pub(crate) fn holds_all(&self, text: &str) -> bool {
        let in_ascii = |byte: u8| self.ascii.get(usize::from(byte)) == Some(&true);
        match text.bytes().position(|byte| !in_ascii(byte)) {
            None => true,
            // All before it is ASCII, so here begins a character.
            Some(at) => text
                .get(at..)
                .is_some_and(|rest| rest.chars().all(|c| self.holds(c))),
        }
    }

    fn holds(&self, c: char) -> bool {
        if c.is_ascii() {
            return self.ascii[c as usize];
        }
        self.categories & category(c) != 0
            || self
                .ranges
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&c))
    }
}

/// The bit of a character's general category; 0 for any other than letter, mark and number.
fn category(c: char) -> u8 {
    use GeneralCategory::{
        DecimalNumber, EnclosingMark, LetterNumber, LowercaseLetter, ModifierLetter, NonspacingMark,
        OtherLetter, OtherNumber, SpacingMark, TitlecaseLetter, UppercaseLetter,
    };
    match get_general_category(c) {
        LowercaseLetter | ModifierLetter | OtherLetter | TitlecaseLetter | UppercaseLetter => LETTER,
        EnclosingMark | NonspacingMark | SpacingMark => MARK,
        DecimalNumber | LetterNumber | OtherNumber => NUMBER,
        _ => 0,
    }
}

/// A pattern as a table, walked one character after the other from state 0.
pub(crate) struct Automaton {
    symbols: [u8; ASCII],
    other: u8,
    /// For each state, the next one by symbol.
    next: &'static [&'static [u8]],
    accepts: &'static [bool],
}

impl Automaton {
    /// ASCII characters are symbols by ranges (first, last, symbol); all other characters are the symbol `other`.
    pub(crate) const fn new(
        other: u8,
        ranges: &[(char, char, u8)],
        next: &'static [&'static [u8]],
        accepts: &'static [bool],
    ) -> Self {
        let mut symbols = [other; ASCII];
        let mut range = 0;
        while range < ranges.len() {
            let (first, last, symbol) = ranges[range];
            let mut code = first as usize;
            while code <= last as usize {
                symbols[code] = symbol;
                code += 1;
            }
            range += 1;
        }
        Self {
            symbols,
            other,
            next,
            accepts,
        }
    }

    /// Whether the text matches.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        let symbol = |c: char| self.symbols.get(c as usize).copied().unwrap_or(self.other);
        let end = text.chars().fold(0, |state, c| {
            self.next[usize::from(state)][usize::from(symbol(c))]
        });
        self.accepts[usize::from(end)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_its_ranges_and_categories() {
        let class = Class::new(&[('a', 'c'), ('é', 'ï')], MARK);
        for (text, held) in [
            ("", true),
            ("abc", true),
            ("aé", true),
            ("e\u{301}", false),
            ("a\u{301}", true),
        ] {
            assert_eq!(class.holds_all(text), held, "{text}");
        }
        assert!(!class.holds_all("aБ"));
    }

    #[test]
    fn an_automaton_is_walked_by_characters() {
        // `^a.$`, where `.` is anything.
        static AUTOMATON: Automaton = Automaton::new(
            0,
            &[('a', 'a', 1)],
            &[b"\x03\x01", b"\x02\x02", b"\x03\x03", b"\x03\x03"],
            &[false, false, true, false],
        );
        for (text, accepted) in [
            ("ab", true),
            ("aa", true),
            ("a山", true),
            ("a", false),
            ("", false),
            ("ba", false),
        ] {
            assert_eq!(AUTOMATON.accepts(text), accepted, "{text}");
        }
    }
}
