//! Texts, character by character: what a field takes stays, what it refuses is replaced by a rule or stays and is reported.

use std::{borrow::Cow, sync::LazyLock};

use d1_generated::types::{AddressLine, EmailAddress, PostalCode};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use super::{Character, Rule, Rules, rule::RuleSet};

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();

/// Which characters a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// Names and lines of addresses: the letters, marks and digits of any script, and some punctuation.
    AnyScript,
    /// ASCII letters, digits, `-` and spaces.
    PostalCode,
    /// The ASCII of an e-mail address.
    Email,
    /// Digits and `-`.
    Date,
    /// Digits and `+`.
    Phone,
    /// ASCII letters and digits, and what parts a tag or a locale.
    Code,
}

impl Alphabet {
    const ALL: [Self; 6] = [
        Self::AnyScript,
        Self::PostalCode,
        Self::Email,
        Self::Date,
        Self::Phone,
        Self::Code,
    ];

    fn takes(self, c: char) -> bool {
        self.takes_by(self.taken(), c)
    }

    /// The first characters that it takes.
    fn taken(self) -> &'static [bool; TABLE] {
        &TAKEN[self as usize]
    }

    fn takes_by(self, taken: &[bool; TABLE], c: char) -> bool {
        match taken.get(c as usize) {
            Some(taken) => *taken,
            None => self.is_in_pattern(c),
        }
    }

    /// Whether the vendor's pattern takes it, asked of the pattern itself where there is one for single characters.
    fn is_in_pattern(self, c: char) -> bool {
        let mut buffer = [0; 4];
        let text: &str = c.encode_utf8(&mut buffer);
        match self {
            Self::AnyScript => AddressLine::new(text).is_ok(),
            Self::PostalCode => PostalCode::new(text).is_ok(),
            Self::Email => c == '@' || EmailAddress::new(format!("a{c}a@example.org")).is_ok(),
            Self::Date => c.is_ascii_digit() || c == '-',
            Self::Phone => c.is_ascii_digit() || c == '+',
            Self::Code => c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'),
        }
    }

    /// Whether a character that it refuses may be one of a person's own letters or digits, and not only a symbol.
    fn may_refuse_letters(self) -> bool {
        self != Self::AnyScript
    }
}

/// How many characters, from the first on, are asked of the patterns once: those of European texts in Latin letters.
const TABLE: usize = 0x300;

/// Which of them each alphabet takes.
static TAKEN: LazyLock<[[bool; TABLE]; Alphabet::ALL.len()]> = LazyLock::new(|| {
    Alphabet::ALL.map(|alphabet| {
        let mut taken = [false; TABLE];
        for (code, taken) in (0..).zip(&mut taken) {
            *taken = char::from_u32(code).is_some_and(|c| alphabet.is_in_pattern(c));
        }
        taken
    })
});

/// A text after the rules.
pub(crate) struct Corrected<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The rules that changed it.
    pub(crate) changed_by: RuleSet,
}

/// Whether the rules on texts leave this one as it is, given that its field takes it.
pub(crate) fn is_settled(text: &str, rules: RuleSet) -> bool {
    // One pass for most texts, which are settled: each field of each record comes here.
    let (mut after_space, mut has_blanks, mut may_compose) = (true, false, false);
    for byte in text.bytes() {
        let is_space = byte == b' ';
        has_blanks |= is_space && after_space;
        may_compose |= byte >= FIRST_THAT_COMPOSES;
        after_space = is_space;
    }
    let has_blanks = has_blanks || (after_space && !text.is_empty());
    let is_corrected = (rules.has(Rule::Blanks) && has_blanks)
        || (rules.has(Rule::Nfc) && may_compose && !is_composed(text))
        || (rules.has(Rule::Empty) && is_blank(text));
    !is_corrected
}

/// Applies the rules on texts.
pub(crate) fn correct<'a>(text: &'a str, alphabet: Alphabet, rules: &Rules) -> Corrected<'a> {
    let applied = rules.applied;
    let mut changed_by = RuleSet::default();
    let compose = |text: Cow<'a, str>, changed_by: &mut RuleSet| {
        if applied.has(Rule::Nfc) && !is_composed(&text) {
            *changed_by = changed_by.with(Rule::Nfc);
            Cow::Owned(NFC.normalize(&text).into_owned())
        } else {
            text
        }
    };
    let mut corrected = compose(Cow::Borrowed(text), &mut changed_by);
    let taken = alphabet.taken();
    // Blanks are a matter of the rule on blanks, and of the pattern.
    let is_to_be_replaced = |c: char| c != ' ' && !alphabet.takes_by(taken, c);
    if let Some(start) = corrected.find(is_to_be_replaced) {
        let mut replaced = String::with_capacity(corrected.len());
        let mut rest = &*corrected;
        let mut next = Some(start);
        while let Some((kept, from)) = next.and_then(|next| rest.split_at_checked(next)) {
            let mut after = from.chars();
            let Some(c) = after.next() else { break };
            replaced.push_str(kept);
            match fate(c, alphabet, rules) {
                Fate::Refused => replaced.push(c),
                Fate::Becomes(rule, replacement) => {
                    changed_by = changed_by.with(rule);
                    replaced.push_str(&replacement);
                }
            }
            rest = after.as_str();
            next = rest.find(is_to_be_replaced);
        }
        replaced.push_str(rest);
        // What was put in, and what was left out, may bring a letter and a mark together.
        corrected = compose(Cow::Owned(replaced), &mut changed_by);
    }
    if applied.has(Rule::Blanks) && has_blanks_to_spare(&corrected) {
        changed_by = changed_by.with(Rule::Blanks);
        let words: Vec<&str> = corrected.split(' ').filter(|word| !word.is_empty()).collect();
        corrected = Cow::Owned(words.join(" "));
    }
    Corrected {
        text: corrected,
        changed_by,
    }
}

/// The characters that the field refuses and no rule replaces, by their places in the text as it was given.
pub(crate) fn refused(text: &str, alphabet: Alphabet, rules: &Rules) -> Vec<Character> {
    let most = if alphabet.may_refuse_letters() {
        1
    } else {
        usize::MAX
    };
    let is_refused = |c: char| {
        let stays = alphabet.takes(c) || (c == ' ' && rules.applied.has(Rule::Blanks));
        !stays && matches!(fate(c, alphabet, rules), Fate::Refused)
    };
    text.chars()
        .enumerate()
        .filter(|(_, c)| is_refused(*c))
        .map(|(position, c)| Character::new(position, c))
        .take(most)
        .collect()
}

/// What becomes of a character that its field refuses.
enum Fate {
    Becomes(Rule, Cow<'static, str>),
    Refused,
}

fn fate(c: char, alphabet: Alphabet, rules: &Rules) -> Fate {
    let applied = rules.applied;
    if applied.has(Rule::Blanks) && is_space(c) {
        return Fate::Becomes(Rule::Blanks, Cow::Borrowed(" "));
    }
    if applied.has(Rule::Invisible) && is_invisible(c) {
        return Fate::Becomes(Rule::Invisible, Cow::Borrowed(""));
    }
    let taken = |text: &str| text.chars().all(|c| alphabet.takes(c));
    if applied.has(Rule::Punctuation)
        && let Some(plain) = plain_punctuation(c)
        && taken(plain)
    {
        return Fate::Becomes(Rule::Punctuation, Cow::Borrowed(plain));
    }
    if applied.has(Rule::Quotes) && is_double_quote(c) && taken("'") {
        return Fate::Becomes(Rule::Quotes, Cow::Borrowed("'"));
    }
    if applied.has(Rule::Compatibility)
        && let Some(compatible) = compatible(c)
        && taken(&compatible)
    {
        return Fate::Becomes(Rule::Compatibility, Cow::Owned(compatible));
    }
    if applied.has(Rule::Transliteration)
        && let Some(transliteration) = &rules.transliteration
        && let Some(replacement) = transliteration(c)
        && taken(&replacement)
    {
        return Fate::Becomes(Rule::Transliteration, replacement);
    }
    Fate::Refused
}

/// The first byte in UTF-8 of U+0300.
const FIRST_THAT_COMPOSES: u8 = 0xcc;

/// Whether it is in composed form. No character before U+0300, and none of general punctuation but the first two, is changed
/// by composition or joins another.
fn is_composed(text: &str) -> bool {
    let is_inert = |c: char| matches!(c, ..'\u{300}' | '\u{2002}'..='\u{206f}');
    text.bytes().all(|byte| byte < FIRST_THAT_COMPOSES)
        || text.chars().all(is_inert)
        || NFC.is_normalized(text)
}

/// Whether nothing is to be seen of it.
pub(crate) fn is_blank(text: &str) -> bool {
    let begins_visibly = text.bytes().next().is_some_and(|byte| byte.is_ascii_graphic());
    !begins_visibly && text.chars().all(|c| is_space(c) || is_invisible(c))
}

/// Unicode's white space, and the Braille pattern without dots.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Spaces at the ends, or several in a row.
fn has_blanks_to_spare(text: &str) -> bool {
    let several = || text.as_bytes().windows(2).any(|pair| pair == b"  ");
    text.starts_with(' ') || text.ends_with(' ') || several()
}

/// Characters of format (Unicode's `Cf`) that texts come with, and control characters. Those that are blanks are blanks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' // soft hyphen
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' // direction, shaping
        | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' // joiners of no width
        | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'..='\u{e007f}' // annotations, tags
        | '\0'..='\u{1f}' | '\u{7f}' // ASCII's control characters: those of Latin-1 are mostly a text read in a wrong encoding
    )
}

/// Typographic punctuation, and what is typed in its place, as the vendor's patterns take it.
#[rustfmt::skip]
fn plain_punctuation(c: char) -> Option<&'static str> {
    Some(match c {
        // Apostrophes: quotation marks, primes, accents without a letter; Hebrew geresh, Armenian apostrophe.
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{2039}' | '\u{203a}'
        | '`' | '\u{b4}' | '\u{1fbd}' | '\u{1fbf}' | '\u{1fef}' | '\u{1ffd}' | '\u{1ffe}' | '\u{5f3}' | '\u{55a}'
        | '\u{ff07}' | '\u{ff40}' => "'",
        // Dashes, hyphens, minus; Hebrew maqaf, Armenian hyphen, Mongolian hyphens, Katakana double hyphen.
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{5be}' | '\u{58a}'
        | '\u{2d7}' | '\u{1806}' | '\u{30a0}' | '\u{2e3a}' | '\u{2e3b}' => "-",
        // Commas: Arabic, ideographic, full width.
        '\u{60c}' | '\u{66b}' | '\u{3001}' | '\u{ff0c}' | '\u{ff64}' | '\u{fe50}' | '\u{fe51}' => ",",
        // Full stops: ideographic, Devanagari (danda and the sign of abbreviation), Armenian, Arabic; dots between parts of a
        // name: Catalan, Chinese, Katakana.
        '\u{3002}' | '\u{ff0e}' | '\u{ff61}' | '\u{fe52}' | '\u{964}' | '\u{970}' | '\u{589}' | '\u{6d4}'
        | '\u{b7}' | '\u{387}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}' | '\u{ff65}' | '\u{2024}' => ".",
        '\u{61b}' | '\u{ff1b}' | '\u{fe54}' => ";",
        '\u{ff1a}' | '\u{fe55}' | '\u{2236}' | '\u{a789}' => ":",
        '\u{2044}' | '\u{2215}' | '\u{ff0f}' => "/",
        '\u{ff3f}' => "_",
        '\u{ff03}' | '\u{fe5f}' => "#",
        // The sign for degrees, where the ordinal indicator is meant: N° 5, 3° piano.
        '\u{b0}' | '\u{2da}' => "\u{ba}",
        _ => return None,
    })
}

fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' | '\u{2036}' | '\u{5f4}' | '\u{ff02}'
        | '\u{300c}'..='\u{300f}' | '\u{301d}'..='\u{301f}' | '\u{ff62}' | '\u{ff63}')
}

/// What Unicode says is compatible with it; none if that has a blank, as that of an accent without a letter.
fn compatible(c: char) -> Option<String> {
    if let Some(digit) = decimal(c) {
        return Some(digit.to_string());
    }
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    let compatible = if NFKD.is_normalized(text) {
        return None;
    } else {
        NFKC.normalize(text)
    };
    // What is compatible may be typographic in its turn.
    let plain: String = compatible
        .chars()
        .map(|c| plain_punctuation(c).map_or_else(|| c.to_string(), str::to_owned))
        .collect();
    (!plain.contains(' ')).then_some(plain)
}

/// The zeros of the scripts whose digits people write today; nine digits follow each (Unicode's `Nd`).
const ZEROS: [char; 20] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}',
    '\u{1810}', '\u{ff10}',
];

/// The value of a digit of another script, as an ASCII digit.
pub(crate) fn decimal(c: char) -> Option<char> {
    let value = |zero: char| {
        u32::from(c)
            .checked_sub(u32::from(zero))
            .filter(|value| *value < 10)
    };
    char::from_digit(ZEROS.into_iter().find_map(value)?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrected(text: &str, alphabet: Alphabet) -> String {
        correct(text, alphabet, &Rules::standard()).text.into_owned()
    }

    #[test]
    fn what_a_field_takes_is_not_touched() {
        for text in [
            "O'Neill",
            "№".to_lowercase().as_str(),
            "ʻOkina",
            "１２ Ｂ",
            "ª º ½ ²",
            "علي",
            "ก็",
        ] {
            let settled = text.replace('№', "");
            assert_eq!(corrected(&settled, Alphabet::AnyScript), settled);
        }
    }

    #[test]
    fn a_replacement_is_one_that_the_field_takes() {
        assert_eq!(corrected("O’Neill", Alphabet::AnyScript), "O'Neill");
        assert_eq!(
            corrected("o’neill@example.org", Alphabet::Email),
            "o’neill@example.org"
        );
        assert_eq!(corrected("１２３–４５", Alphabet::PostalCode), "123-45");
        assert_eq!(corrected("¨", Alphabet::AnyScript), "¨");
    }

    #[test]
    fn what_is_taken_for_composed_is() {
        let inert: Vec<char> = ('\0'..'\u{300}').chain('\u{2002}'..='\u{206f}').collect();
        for first in &inert {
            for second in ['e', 'ǆ', '\u{2019}'] {
                let text = String::from_iter([*first, second, *first]);
                assert!(
                    is_composed(&text) && NFC.is_normalized(&text),
                    "{:x}",
                    u32::from(*first)
                );
            }
        }
        assert!(!is_composed("e\u{301}") && !is_composed("\u{2000}"));
    }

    #[test]
    fn every_zero_begins_ten_digits() {
        for zero in ZEROS {
            let digits: String = (0..10)
                .filter_map(|value| char::from_u32(u32::from(zero) + value))
                .collect();
            assert!(digits.chars().all(char::is_numeric));
            assert_eq!(
                digits.chars().filter_map(decimal).collect::<String>(),
                "0123456789"
            );
        }
    }
}
