//! Phone numbers in any spelling, by libphonenumber's tables.
//!
//! The parser gets digits alone, so it never meets what a person wrote around them.

use std::str::FromStr;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberType, Region,
    get_national_significant_number_owned,
};

use super::{AdviceKind, ProblemKind, text};

/// Longest number (ITU-T E.164) with an international prefix before it, and some room for trunk prefixes.
const MOST_DIGITS: usize = 24;

/// Longest calling code (ITU-T E.164).
const LONGEST_CALLING_CODE: usize = 3;

/// A number that is possible.
pub(crate) struct Read {
    /// `+` and the calling code.
    pub(crate) calling_code: String,
    /// The national (significant) number.
    pub(crate) national: String,
    number: PhoneNumber,
}

/// Reads a number, with its calling code if that stands apart, and the country of the record (ISO 3166-1 alpha-2).
pub(crate) fn read(
    calling_code: Option<&str>,
    number: &str,
    country: Option<&str>,
) -> Result<Read, ProblemKind> {
    let read = match calling_code {
        Some(calling_code) => with_calling_code(calling_code, number)?,
        None => with_country(number, country)?,
    };
    let read = Read {
        calling_code: format!("+{}", read.country_code),
        national: get_national_significant_number_owned(&read),
        number: read,
    };
    // Reading what was read must give the same: what D1 is sent is read again some day.
    let again = parse(&format!("{}{}", read.calling_code, read.national), None);
    let is_same = again.as_ref() == Some(&read.number) && !read.national.starts_with(PREFIX);
    if is_same {
        Ok(read)
    } else {
        Err(ProblemKind::Phone)
    }
}

fn with_calling_code(calling_code: &str, number: &str) -> Result<PhoneNumber, ProblemKind> {
    let (of_code, of_number) = (Digits::of(calling_code)?, Digits::of(number)?);
    let (code, digits) = (of_code.digits.trim_start_matches('0'), &of_number.digits);
    if !(1..=LONGEST_CALLING_CODE).contains(&code.len()) {
        return Err(ProblemKind::Phone);
    }
    let whole = (!of_number.is_international).then(|| format!("+{code}{digits}"));
    // What is in D1's form already is not read in another way.
    let is_in_form = calling_code.strip_prefix('+') == Some(code) && number == digits;
    if is_in_form
        && !digits.starts_with(PREFIX)
        && let Some(number) = whole.as_ref().and_then(|whole| parse(whole, None))
    {
        return Ok(number);
    }
    let after_prefix = after_prefix(digits).map(|rest| format!("+{rest}"));
    let repeated = digits.starts_with(code).then(|| format!("+{digits}"));
    let candidates = [whole, after_prefix, repeated].into_iter().flatten();
    let mut possible: Vec<PhoneNumber> = candidates.filter_map(|text| parse(&text, None)).collect();
    possible.retain(|number| number.country_code.to_string() == code);
    best(possible).ok_or(ProblemKind::Phone)
}

fn with_country(number: &str, country: Option<&str>) -> Result<PhoneNumber, ProblemKind> {
    let Digits {
        digits,
        is_international,
    } = Digits::of(number)?;
    let region = country.and_then(|country| Region::from_str(country).ok());
    let whole = |digits: &str| parse(&format!("+{digits}"), None);
    if is_international {
        return whole(&digits).ok_or(ProblemKind::Phone);
    }
    let after_prefix = after_prefix(&digits);
    if region.is_none() && after_prefix.is_none() {
        return Err(ProblemKind::PhoneCountry);
    }
    let national = region.and_then(|region| parse(&digits, Some(region)));
    let code = region.and_then(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region));
    let begins_with_code = code.is_some_and(|code| digits.starts_with(&code.to_string()));
    let with_code = if begins_with_code { whole(&digits) } else { None };
    let possible = [national, after_prefix.and_then(whole), with_code];
    best(possible.into_iter().flatten().collect()).ok_or(ProblemKind::Phone)
}

/// Where digits can be read in several ways, a mobile number is meant, or else one that is in use.
fn best(mut possible: Vec<PhoneNumber>) -> Option<PhoneNumber> {
    possible.sort_by_key(|number| (!is_mobile(number), !number.is_valid()));
    possible.into_iter().next()
}

/// The international prefix of most countries (ITU-T E.123).
const PREFIX: &str = "00";

fn after_prefix(digits: &str) -> Option<&str> {
    digits.strip_prefix(PREFIX).filter(|rest| !rest.starts_with('0'))
}

impl Read {
    /// What is possible by its length may be nobody's yet, or not a mobile phone's.
    pub(crate) fn advice(&self) -> Option<AdviceKind> {
        if !self.number.is_valid() {
            return Some(AdviceKind::PhoneNotInUse);
        }
        if !is_mobile(&self.number) {
            return Some(AdviceKind::PhoneNotMobile);
        }
        self.national
            .starts_with('0')
            .then_some(AdviceKind::PhoneLeadingZero)
    }
}

/// Whether digits are a mobile number of the country: as it is dialled there, or with its calling code.
pub(crate) fn is_mobile_number(digits: &str, country: &str) -> bool {
    let Ok(region) = Region::from_str(country) else {
        return false;
    };
    let dialled = digits
        .starts_with('0')
        .then(|| parse(digits, Some(region)))
        .flatten();
    let whole =
        || parse(&format!("+{digits}"), None).filter(|number| number.get_region_code() == Some(region));
    dialled.or_else(whole).is_some_and(|number| is_mobile(&number))
}

/// Whether it may be a mobile number: where it is in use, and where the plan tells.
fn is_mobile(number: &PhoneNumber) -> bool {
    let kind = number.get_type();
    number.is_valid() && matches!(kind, PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile)
}

/// A number whose length is possible for its country as a whole, not within a town only.
fn parse(text: &str, region: Option<Region>) -> Option<PhoneNumber> {
    let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
    let length = number.is_possible_with_reason().ok()?;
    (length == NumberLengthType::IsPossible).then_some(number)
}

/// The rule that such a problem is about, in words.
pub(crate) const fn rule(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::PhoneCountry => "must begin with + and a calling code, or have a country",
        ProblemKind::PhoneExtension => "must be a number without an extension",
        _ => "must be a phone number that is possible",
    }
}

/// What is dialled of a number as it is written.
struct Digits {
    digits: String,
    is_international: bool,
}

impl Digits {
    fn of(text: &str) -> Result<Self, ProblemKind> {
        // RFC 3966.
        let text = text.trim();
        let is_uri = text
            .get(..4)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
        let text = if is_uri { &text[4..] } else { text };
        let mut read = Self {
            digits: String::new(),
            is_international: false,
        };
        for (index, c) in text.char_indices() {
            match c {
                '0'..='9' => read.digits.push(c),
                '+' | '\u{ff0b}' if read.digits.is_empty() => read.is_international = true,
                _ => match text::decimal(c) {
                    Some(digit) => read.digits.push(digit),
                    None if is_extension(&text[index..]) => return Err(ProblemKind::PhoneExtension),
                    None if c.is_alphanumeric() || matches!(c, '+' | '*' | '#' | '@' | ',' | ';') => {
                        return Err(ProblemKind::Phone);
                    }
                    None => {}
                },
            }
        }
        // No calling code begins with a zero.
        if read.is_international {
            read.digits = read.digits.trim_start_matches('0').to_owned();
        }
        if read.digits.is_empty() || read.digits.len() > MOST_DIGITS {
            return Err(ProblemKind::Phone);
        }
        Ok(read)
    }
}

/// The words and signs before an extension, as libphonenumber knows them; longer ones first.
const EXTENSION: [&str; 12] = [
    "extension",
    "extensión",
    "extensió",
    "extn",
    "ext",
    "anexo",
    "доб",
    "int",
    "xtn",
    "xt",
    "x",
    "#",
];

/// Whether this is the rest of a number from its extension on: `ext. 12`, `;ext=12`, `x12`, `#12`.
fn is_extension(rest: &str) -> bool {
    let rest = rest
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | '-'))
        .to_lowercase();
    let number = EXTENSION.iter().find_map(|word| rest.strip_prefix(word));
    let number = number
        .map(|rest| rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '=' | '#')));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(calling_code: Option<&str>, text: &str, country: Option<&str>) -> Result<String, ProblemKind> {
        read(calling_code, text, country).map(|read| format!("{} {}", read.calling_code, read.national))
    }

    #[test]
    fn every_spelling_is_one_number() {
        for text in [
            "+49 171 2345678",
            "0049 171 2345678",
            "0171/2345678",
            "(0171) 234-5678",
            "+49 (0)171 2345678",
            "49 171 2345678",
            "tel:+49-171-2345678",
            "\u{202a}+49 171 2345678\u{202c}",
            "＋４９ １７１ ２３４５６７８",
            "+49.171.2345678",
            "+0049 171 2345678",
            "+(0)49 171 2345678",
            "٠١٧١٢٣٤٥٦٧٨",
        ] {
            assert_eq!(
                number(None, text, Some("DE")),
                Ok("+49 1712345678".into()),
                "{text}"
            );
        }
        for code in ["+49", "49", "0049", "(+49)", "+ 49"] {
            for text in ["171 2345678", "0171 2345678", "+491712345678", "00491712345678"] {
                assert_eq!(
                    number(Some(code), text, None),
                    Ok("+49 1712345678".into()),
                    "{code} {text}"
                );
            }
        }
    }

    #[test]
    fn what_is_in_the_form_of_d1_is_not_read_in_another_way() {
        // A number of a town, or a mobile number with its calling code again.
        assert_eq!(
            number(Some("+49"), "491712345678", None),
            Ok("+49 491712345678".into())
        );
        assert_eq!(
            number(Some("49"), "491712345678", None),
            Ok("+49 1712345678".into())
        );
    }

    #[test]
    fn a_trunk_prefix_is_dropped_and_a_zero_of_the_number_is_kept() {
        for (text, country, expected) in [
            ("07911 123456", "GB", "+44 7911123456"),
            ("8 (916) 123-45-67", "RU", "+7 9161234567"),
            ("06 30 123 4567", "HU", "+36 301234567"),
            ("(11) 91234-5678", "BR", "+55 11912345678"),
            ("06 698 12345", "IT", "+39 0669812345"),
            ("07 12 34 56 78", "CI", "+225 0712345678"),
            ("(201) 555-0123", "US", "+1 2015550123"),
            ("1-201-555-0123", "US", "+1 2015550123"),
            ("090-1234-5678", "JP", "+81 9012345678"),
        ] {
            assert_eq!(number(None, text, Some(country)), Ok(expected.into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for (code, text, country, expected) in [
            (None, "0171 2345678", None, ProblemKind::PhoneCountry),
            (None, "12", Some("DE"), ProblemKind::Phone),
            (None, "+999 123456", None, ProblemKind::Phone),
            (
                None,
                "0171 2345678 / 0172 3456789",
                Some("DE"),
                ProblemKind::Phone,
            ),
            (None, "none", Some("DE"), ProblemKind::Phone),
            (None, "0800 FLOWERS", Some("US"), ProblemKind::Phone),
            (
                None,
                "030 1234567 ext. 89",
                Some("DE"),
                ProblemKind::PhoneExtension,
            ),
            (
                None,
                "030 1234567;ext=89",
                Some("DE"),
                ProblemKind::PhoneExtension,
            ),
            (None, "0171 2345678 Ehefrau", Some("DE"), ProblemKind::Phone),
            (None, "0171 2345678, 0172", Some("DE"), ProblemKind::Phone),
            (None, "030 1234567 x89", Some("DE"), ProblemKind::PhoneExtension),
            (
                None,
                "030 1234567, доб. 89",
                Some("DE"),
                ProblemKind::PhoneExtension,
            ),
            (Some("+44"), "+49 171 2345678", None, ProblemKind::Phone),
            (Some("+"), "1712345678", None, ProblemKind::Phone),
            (None, "555-0123", Some("US"), ProblemKind::Phone),
            (None, "0171 2345678 (priv.)", Some("DE"), ProblemKind::Phone),
        ] {
            assert_eq!(number(code, text, country), Err(expected), "{text}");
        }
    }
}
