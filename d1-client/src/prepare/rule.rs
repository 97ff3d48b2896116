//! The rules that make a record fit, and what a caller chooses of them.

use std::{borrow::Cow, fmt, sync::Arc};

use super::AdviceRules;
use crate::{click_to_pay::Scheme, names::named};

named! {
    /// A way to make a value fit. Each is applied only where the caller asks for it, and each that changed a value is told.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Rule {
        /// Unicode's composed form (NFC): `e` and a combining acute accent are `é`. The only rule that changes a valid text,
        /// which is the same text by Unicode's definition. It is left out where the composed form is too long for its field.
        Nfc = "nfc",
        /// Typographic punctuation that the field refuses, as the punctuation that it takes: `’` and `` ` `` → `'`, `–` → `-`,
        /// `،` → `,`, `·` → `.`, `°` → `º`.
        Punctuation = "punctuation",
        /// Double quotation marks, typographic or not, as `'`.
        Quotes = "quotes",
        /// Characters that the field refuses, by Unicode's compatibility decomposition: `№` → `No`, `…` → `...`, `㎡` → `m2`,
        /// and the decimal digits of any script where only `0` to `9` are taken.
        Compatibility = "compatibility",
        /// Characters that nobody sees are left out: direction marks, zero-width characters, soft hyphens, byte order marks,
        /// control characters other than blanks.
        Invisible = "invisible",
        /// No-break spaces, tabs and line breaks are spaces, several spaces are one, and none are at the ends.
        Blanks = "blanks",
        /// A text that is empty or blank is no text.
        Empty = "empty",
        /// Characters that the field refuses, by the function given to [`Rules::transliterate`].
        Transliteration = "transliteration",
        /// An address whose line is too long is folded over the four lines, at words; lines move up where the first is missing.
        FoldAddress = "fold_address",
        /// An address that lacks what the vendor requires of one is left out.
        OmitAddress = "omit_address",
        /// A code of ISO 639, a BCP 47 tag or a locale as the code of ISO 639-2/B that the vendor lists.
        Language = "language",
        /// A code of ISO 3166-1, alpha-2, alpha-3 or numeric, as alpha-2.
        Country = "country",
        /// A subdivision, by its code or its name in ISO 3166-2, as the second part of its code: what Click to Pay demands.
        Subdivision = "subdivision",
        /// A phone number in any spelling as calling code and national number.
        #[cfg(feature = "phone")]
        Phone = "phone",
    }
}

/// Rules as bits.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RuleSet(u16);

impl RuleSet {
    pub(crate) const fn with(self, rule: Rule) -> Self {
        Self(self.0 | 1 << rule as u16)
    }

    pub(crate) const fn without(self, rule: Rule) -> Self {
        Self(self.0 & !(1 << rule as u16))
    }

    pub(crate) const fn has(self, rule: Rule) -> bool {
        self.0 & 1 << rule as u16 != 0
    }

    pub(crate) fn rules(self) -> impl Iterator<Item = Rule> {
        Rule::ALL.iter().copied().filter(move |rule| self.has(*rule))
    }
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.rules()).finish()
    }
}

/// What becomes of one character that its field refuses, where the caller knows it.
pub(crate) type Transliteration = dyn Fn(char) -> Option<Cow<'static, str>> + Send + Sync;

/// Which rules are applied, and what advice is given.
///
/// ```
/// use d1_client::prepare::{Record, Rule, Rules};
///
/// let rules = Rules::none().with(Rule::Punctuation).with(Rule::Empty);
/// let prepared = rules.prepare(&Record::new().first_name("Grace").middle_name("").last_name("O’Neill"));
///
/// let changes: Vec<_> = prepared.changes().iter().map(ToString::to_string).collect();
/// assert_eq!(changes, ["middleName: empty", "lastName: punctuation"]);
/// assert_eq!(prepared.personal_information().expect("it is fit").last_name.as_str(), "O'Neill");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Rules {
    pub(crate) applied: RuleSet,
    pub(crate) transliteration: Option<Arc<Transliteration>>,
    pub(crate) advice: Option<AdviceRules>,
}

impl Rules {
    /// No rule: a record is checked, and nothing is changed.
    pub const fn none() -> Self {
        Self {
            applied: RuleSet(0),
            transliteration: None,
            advice: None,
        }
    }

    /// All rules that change how something is written and not what is said: all but [`Rule::FoldAddress`],
    /// [`Rule::OmitAddress`], [`Rule::Subdivision`] and transliteration. Phone numbers are among them with the feature
    /// `phone`. No advice.
    pub fn standard() -> Self {
        let rules = Self::none()
            .with(Rule::Nfc)
            .with(Rule::Punctuation)
            .with(Rule::Quotes)
            .with(Rule::Compatibility)
            .with(Rule::Invisible)
            .with(Rule::Blanks)
            .with(Rule::Empty)
            .with(Rule::Language)
            .with(Rule::Country);
        #[cfg(feature = "phone")]
        let rules = rules.with(Rule::Phone);
        rules
    }

    /// One rule more.
    pub const fn with(mut self, rule: Rule) -> Self {
        self.applied = self.applied.with(rule);
        self
    }

    /// One rule less.
    pub const fn without(mut self, rule: Rule) -> Self {
        self.applied = self.applied.without(rule);
        self
    }

    /// Asks `replacement` for every character that its field still refuses. `None`, or a replacement that the field
    /// refuses too, leaves the character, and it is reported.
    ///
    /// `deunicode_char` of the crate `deunicode` fits as it is.
    ///
    /// ```
    /// use d1_client::prepare::{Record, Rules};
    ///
    /// let rules = Rules::none().transliterate(|c| match c {
    ///     '&' => Some("und"),
    ///     '@' => Some("at"),
    ///     _ => None,
    /// });
    /// let prepared = rules.prepare(&Record::new().first_name("Ada").last_name("Müller & Sohn"));
    /// assert_eq!(prepared.personal_information().expect("it is fit").last_name.as_str(), "Müller und Sohn");
    /// ```
    pub fn transliterate<T: Into<Cow<'static, str>>>(
        mut self,
        replacement: impl Fn(char) -> Option<T> + Send + Sync + 'static,
    ) -> Self {
        self.transliteration = Some(Arc::new(move |c| replacement(c).map(Into::into)));
        self.with(Rule::Transliteration)
    }

    /// Advice on what the schema takes and experience does not: see [`AdviceKind`](super::AdviceKind). Dates are compared
    /// with today, by the clock of this machine, read once and here.
    pub fn advise(mut self) -> Self {
        self.advice.get_or_insert_with(AdviceRules::today);
        self
    }

    /// Advice, and what Click to Pay needs for cards of this scheme.
    pub fn advise_click_to_pay(self, scheme: Scheme) -> Self {
        let mut rules = self.advise();
        if let Some(advice) = &mut rules.advice {
            advice.add_scheme(scheme);
        }
        rules
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("applied", &self.applied)
            .field("advice", &self.advice)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_has_every_rule() {
        let guide = include_str!("../guide/records.md");
        for rule in Rule::ALL {
            let row = guide
                .lines()
                .find_map(|line| line.strip_prefix(&format!("| `{rule}` ")));
            let (_, standard) = row.and_then(|row| row.split_once("| ")).unwrap();
            let standard = standard.split(' ').next().unwrap();
            assert_eq!(standard == "yes", Rules::standard().applied.has(*rule), "{rule}");
        }
    }
}
