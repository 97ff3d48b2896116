//! What the schema takes and experience does not, each with its source.

use std::{fmt, ops::Range, time::SystemTime};

use d1_generated::types::{
    CountryCode, DateOfBirth, EmailAddress, Language, PersonName, PersonalInformation, Subdivision, Title,
};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Field, country, language};
use crate::{
    calendar::{DAY, days_since_epoch, is_day, unix_seconds},
    click_to_pay::{self, Scheme},
    names::shown,
};

/// Something to look at: the value is fit, and may still be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Advice {
    /// The field.
    pub field: Field,
    /// What about it.
    pub kind: AdviceKind,
}

macro_rules! kinds {
    ($($(#[$attribute:meta])* $name:ident = $code:literal, $text:literal, $source:literal;)*) => {
        /// What may be wrong with a value that is fit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum AdviceKind {
            $($(#[$attribute])* #[doc = concat!("It ", $text, ". Source: ", $source, ".")] $name,)*
            /// Click to Pay needs it: see [`click_to_pay::check`].
            ClickToPay {
                /// For cards of this scheme.
                scheme: Scheme,
                /// What is needed.
                rule: &'static str,
            },
        }

        impl AdviceKind {
            /// All but those of Click to Pay.
            #[cfg(test)]
            const ALL: &[Self] = &[$($(#[$attribute])* Self::$name),*];

            /// The advice as a word: `snake_case`, stable.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(#[$attribute])* Self::$name => $code,)*
                    Self::ClickToPay { scheme: Scheme::Mastercard, .. } => "click_to_pay_mastercard",
                    Self::ClickToPay { scheme: Scheme::Visa, .. } => "click_to_pay_visa",
                }
            }

            /// What is to be looked at, as the rest of a sentence that begins with the field.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $($(#[$attribute])* Self::$name => $text,)*
                    Self::ClickToPay { rule, .. } => rule,
                }
            }

            /// Where the advice comes from.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self {
                    $($(#[$attribute])* Self::$name => $source,)*
                    Self::ClickToPay { .. } => "the vendor's page, the notes on Click to Pay",
                }
            }
        }
    };
}

kinds! {
    LanguageNotListed = "language_not_listed", "is not a language that the vendor lists as accepted",
        "the vendor's page, `language`";
    CountryNotAssigned = "country_not_assigned", "is not a country of ISO 3166-1", "ISO 3166-1";
    SubdivisionNotAssigned = "subdivision_not_assigned", "is not a subdivision of the country in ISO 3166-2, which Click to Pay demands",
        "the vendor's page, `state`";
    TitleNotDefault = "title_not_default", "is none of Mr., Mrs. and Miss, which D1 supports by default", "the vendor's page, `title`";
    DateInFuture = "date_in_future", "is in the future", "the calendar";
    DateBefore1900 = "date_before_1900", "is before 1900, earlier than anybody living was born", "the calendar";
    DateNotInCalendar = "date_not_in_calendar", "is a day that its month does not have", "ISO 8601";
    EmailDomain = "email_domain", "has a domain that takes no mail: reserved, or not the name of a host",
        "RFC 1035, RFC 2606, RFC 6761, RFC 6762, RFC 7686";
    ConsumerIdEmail = "consumer_id_email", "holds the local part of the consumer's e-mail address", "the vendor's documentation of `consumerId`";
    ConsumerIdPhone = "consumer_id_phone", "looks like a phone number", "the vendor's documentation of `consumerId`";
    ConsumerIdDate = "consumer_id_date", "looks like a date, as that of a birth", "the vendor's documentation of `consumerId`";
    ConsumerIdName = "consumer_id_name", "holds the consumer's own name", "the vendor's documentation of `consumerId`";
    #[cfg(feature = "phone")]
    PhoneNotInUse = "phone_not_in_use", "has a possible length, and is in no range that is in use", "libphonenumber";
    #[cfg(feature = "phone")]
    PhoneNotMobile = "phone_not_mobile", "is not a mobile number, so it may get no SMS", "libphonenumber";
    #[cfg(feature = "phone")]
    PhoneLeadingZero = "phone_leading_zero", "begins with a 0 that belongs to the number (E.164), and D1 ignores a first 0",
        "the vendor's page, `phoneNumber`";
}

shown!(AdviceKind, as_str);

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.kind.text())
    }
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut advice = serializer.serialize_struct("Advice", 4)?;
        advice.serialize_field("field", &self.field)?;
        advice.serialize_field("kind", &self.kind)?;
        advice.serialize_field("text", self.kind.text())?;
        advice.serialize_field("source", self.kind.source())?;
        advice.end()
    }
}

/// What advice is given by.
#[derive(Clone, Debug)]
pub(crate) struct AdviceRules {
    /// Days since 1970-01-01.
    today: i64,
    mastercard: bool,
    visa: bool,
}

/// What is known of a person, as far as it is fit.
#[derive(Default)]
pub(crate) struct Known<'a> {
    pub(crate) consumer_id: Option<&'a str>,
    pub(crate) title: Option<&'a Title>,
    pub(crate) names: [Option<&'a PersonName>; 4],
    pub(crate) date_of_birth: Option<&'a DateOfBirth>,
    pub(crate) nationality: Option<&'a CountryCode>,
    pub(crate) language: Option<&'a Language>,
    pub(crate) email: Option<&'a EmailAddress>,
    pub(crate) national_number: Option<&'a str>,
    pub(crate) state: Option<&'a Subdivision>,
    pub(crate) country: Option<&'a CountryCode>,
}

impl AdviceRules {
    pub(crate) fn today() -> Self {
        Self {
            today: unix_seconds(SystemTime::now()).div_euclid(DAY),
            mastercard: false,
            visa: false,
        }
    }

    pub(crate) fn add_scheme(&mut self, scheme: Scheme) {
        match scheme {
            Scheme::Mastercard => self.mastercard = true,
            Scheme::Visa => self.visa = true,
        }
    }

    pub(crate) fn give(&self, known: &Known<'_>, advice: &mut Vec<Advice>) {
        let mut say = |field, kind| advice.push(Advice { field, kind });
        if known
            .title
            .is_some_and(|title| !matches!(title.as_str(), "Mr." | "Mrs." | "Miss"))
        {
            say(Field::Title, AdviceKind::TitleNotDefault);
        }
        if let Some(kind) = known.date_of_birth.and_then(|date| self.date(date.as_str())) {
            say(Field::DateOfBirth, kind);
        }
        for (field, code) in [
            (Field::Nationality, known.nationality),
            (Field::Country, known.country),
        ] {
            if code.is_some_and(|code| !country::is_assigned(code.as_str())) {
                say(field, AdviceKind::CountryNotAssigned);
            }
        }
        if known
            .language
            .is_some_and(|code| !language::is_listed(code.as_str()))
        {
            say(Field::Language, AdviceKind::LanguageNotListed);
        }
        if known
            .email
            .is_some_and(|address| !has_plausible_domain(address.as_str()))
        {
            say(Field::Email, AdviceKind::EmailDomain);
        }
        if let Some(id) = known.consumer_id {
            self.consumer_id(id, known, |kind| say(Field::ConsumerId, kind));
        }
        if (self.mastercard || self.visa)
            && let (Some(state), Some(country)) = (known.state, known.country)
            && country::is_assigned(country.as_str())
            && !country::is_subdivision(country.as_str(), state.as_str())
        {
            say(Field::State, AdviceKind::SubdivisionNotAssigned);
        }
    }

    /// What Click to Pay needs for the schemes that were asked for.
    pub(crate) fn give_click_to_pay(&self, person: &PersonalInformation, advice: &mut Vec<Advice>) {
        for (scheme, asked) in [(Scheme::Mastercard, self.mastercard), (Scheme::Visa, self.visa)] {
            let missing = if asked {
                click_to_pay::check(person, scheme).err()
            } else {
                None
            };
            advice.extend(missing.into_iter().flatten().map(|missing| Advice {
                field: Field::at(missing.field).unwrap_or(Field::ResidencyAddress),
                kind: AdviceKind::ClickToPay {
                    scheme,
                    rule: missing.rule,
                },
            }));
        }
    }

    /// Of a date as the vendor's pattern has it.
    fn date(&self, date: &str) -> Option<AdviceKind> {
        let part = |range: Range<usize>| date.get(range)?.parse::<i64>().ok();
        let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
        if !is_day(year, month, day) {
            Some(AdviceKind::DateNotInCalendar)
        } else if year < 1900 {
            Some(AdviceKind::DateBefore1900)
        } else if days_since_epoch(year, month, day) > self.tomorrow() {
            Some(AdviceKind::DateInFuture)
        } else {
            None
        }
    }

    /// Where it is today east of Greenwich, it may be tomorrow here.
    const fn tomorrow(&self) -> i64 {
        self.today.saturating_add(1)
    }

    fn consumer_id(&self, id: &str, known: &Known<'_>, mut say: impl FnMut(AdviceKind)) {
        let id = Id::of(id);
        let local_part = known.email.and_then(|address| address.as_str().split('@').next());
        let own_number = known
            .national_number
            .is_some_and(|number| id.bare.contains(number) && number.len() >= SHORTEST_NUMBER);
        let holds = |name: &&PersonName| {
            let mut parts = name.as_str().split([' ', '-', '.', ',', '\'']);
            parts.any(|part| id.holds(part))
        };
        let may_hold_names = id.letters >= SHORTEST_PART;
        if local_part.is_some_and(|part| id.holds(part)) {
            say(AdviceKind::ConsumerIdEmail);
        }
        if own_number || is_phone_number(&id.bare, known) {
            say(AdviceKind::ConsumerIdPhone);
        }
        if self.is_date(&id.bare, known.date_of_birth) {
            say(AdviceKind::ConsumerIdDate);
        }
        if may_hold_names && known.names.iter().flatten().any(holds) {
            say(AdviceKind::ConsumerIdName);
        }
    }

    /// Whether there are exactly eight digits in a row that are a date of the last and this century, the year first or last;
    /// or the person's own date of birth in six.
    fn is_date(&self, bare: &str, born: Option<&DateOfBirth>) -> bool {
        let is_own = |run: &str| {
            let parts: Option<Vec<&str>> = born.map(|date| date.as_str().split('-').collect());
            let Some([year, month, day]) = parts.as_deref() else {
                return false;
            };
            let year = year.get(2..).unwrap_or_default();
            [[year, *month, *day].concat(), [*day, *month, year].concat()]
                .iter()
                .any(|own| own == run)
        };
        bare.split(|c: char| !c.is_ascii_digit())
            .any(|run| match run.len() {
                6 => is_own(run),
                8 => {
                    let digits: i64 = run.parse().unwrap_or_default();
                    let (first, second, last) = (digits / 1_000_000, digits / 10_000 % 100, digits % 10_000);
                    [
                        (digits / 10_000, last / 100, last % 100),
                        (last, second, first),
                        (last, first, second),
                    ]
                    .into_iter()
                    .any(|(year, month, day)| {
                        year >= 1900
                            && is_day(year, month, day)
                            && days_since_epoch(year, month, day) <= self.tomorrow()
                    })
                }
                _ => false,
            })
    }
}

/// Fewer digits than these are in many ids by chance.
const SHORTEST_NUMBER: usize = 6;

/// Shorter texts count only as a part of their own.
const SHORTEST_WITHIN: usize = 4;
const SHORTEST_PART: usize = 3;

/// A consumer id.
struct Id<'a> {
    id: &'a str,
    /// In lower case, without what parts it.
    bare: String,
    letters: usize,
}

impl<'a> Id<'a> {
    fn of(id: &'a str) -> Self {
        let mut bare = String::with_capacity(id.len());
        bare.extend(
            id.chars()
                .filter(|c| !PARTING.contains(c))
                .map(|c| c.to_ascii_lowercase()),
        );
        Self {
            id,
            letters: letters(&bare),
            bare,
        }
    }

    /// Whether a name or an address is in it, as far as Latin letters go.
    fn holds(&self, text: &str) -> bool {
        if text.len() < SHORTEST_PART || letters(text) > self.letters {
            return false;
        }
        let text = country::folded(text);
        let length = text.len();
        let is_part = || {
            self.id
                .split(PARTING)
                .any(|part| part.eq_ignore_ascii_case(&text))
        };
        text.is_ascii()
            && ((length >= SHORTEST_WITHIN && self.bare.contains(&text))
                || (length >= SHORTEST_PART && is_part()))
    }
}

/// What parts an id.
const PARTING: [char; 2] = ['-', '_'];

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

/// Whether digits alone are a number with an international prefix, or a mobile number of the consumer's country.
fn is_phone_number(bare: &str, known: &Known<'_>) -> bool {
    if !(10..=17).contains(&bare.len()) || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let has_prefix = bare.starts_with("00") && !bare.starts_with("000");
    #[cfg(feature = "phone")]
    let is_mobile = known
        .country
        .is_some_and(|country| super::phone::is_mobile_number(bare, country.as_str()));
    #[cfg(not(feature = "phone"))]
    let is_mobile = {
        let _ = known;
        false
    };
    has_prefix || is_mobile
}

/// Top-level and second-level domains that are reserved, and take no mail.
const RESERVED: [&str; 12] = [
    "example",
    "invalid",
    "localhost",
    "test",
    "local",
    "onion",
    "alt",
    "internal",
    "arpa",
    "example.com",
    "example.net",
    "example.org",
];

/// Longest label and name of a host (RFC 1035, section 2.3.4), in bytes.
const LONGEST_LABEL: usize = 63;
const LONGEST_NAME: usize = 253;

fn has_plausible_domain(address: &str) -> bool {
    let Some((_, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_reserved = |reserved: &str| {
        let rest = domain.len().checked_sub(reserved.len());
        let parts = rest.and_then(|rest| domain.split_at_checked(rest));
        parts.is_some_and(|(rest, end)| {
            end.eq_ignore_ascii_case(reserved) && (rest.is_empty() || rest.ends_with('.'))
        })
    };
    domain.len() <= LONGEST_NAME
        && domain.split('.').all(is_label)
        && !RESERVED.iter().any(|reserved| is_reserved(reserved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_has_every_advice() {
        let guide = include_str!("../guide/records.md");
        for kind in AdviceKind::ALL {
            let row = format!("| `{kind}` | {} | {} |", kind.text(), kind.source());
            assert!(guide.contains(&row), "{row}");
        }
    }

    #[test]
    fn a_reserved_domain_takes_no_mail() {
        for address in [
            "a@example.com",
            "a@mail.example.org",
            "a@x.invalid",
            "a@host.local",
            "a@-x.com",
            "a@x-.com",
        ] {
            assert!(!has_plausible_domain(address), "{address}");
        }
        for address in ["a@gmail.com", "a@notexample.com", "a@x.co.uk", "a@protest.fr"] {
            assert!(has_plausible_domain(address), "{address}");
        }
    }
}
