//! Countries and their subdivisions (ISO 3166).

use std::{collections::HashMap, sync::LazyLock};

use icu_normalizer::DecomposingNormalizerBorrowed;
use rust_iso3166::{ALL, from_alpha2, from_alpha3, from_numeric_str, iso3166_2};

const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();

/// Codes that are not of ISO 3166-1 and mean one country: the United Kingdom's own (exceptionally reserved by the standard),
/// the European Union's for Greece, and those in use for Kosovo.
const OTHER: [(&str, &str); 4] = [("UK", "GB"), ("EL", "GR"), ("XKX", "XK"), ("XK", "XK")];

/// The alpha-2 code of a country: of `DE`, `de`, `DEU` and `276` it is `DE`. `None` if it is not a code of ISO 3166-1, nor
/// one of the few that are in use beside it (`UK`, `EL`, `XKX`).
///
/// ```
/// use d1_client::prepare::country;
///
/// assert_eq!(country("gbr"), Some("GB"));
/// assert_eq!(country("36"), Some("AU"));
/// assert_eq!(country("Germany"), None); // names are not guessed at
/// ```
#[must_use]
pub fn country(code: &str) -> Option<&'static str> {
    if let Some(country) = assigned(code) {
        return Some(country);
    }
    let is = |of: fn(&u8) -> bool| code.bytes().all(|byte| of(&byte));
    match code.len() {
        1..=3 if is(u8::is_ascii_digit) => {
            from_numeric_str(&[&"00"[code.len() - 1..], code].concat()).map(|country| country.alpha2)
        }
        2..=3 if is(u8::is_ascii_alphabetic) => {
            let code = code.to_ascii_uppercase();
            let other = || {
                OTHER
                    .iter()
                    .find(|(other, _)| *other == code)
                    .map(|(_, country)| *country)
            };
            assigned(&code)
                .or_else(|| from_alpha3(&code).map(|country| country.alpha2))
                .or_else(other)
        }
        _ => None,
    }
}

/// A code that ISO 3166-1 has assigned, as it stands.
fn assigned(code: &str) -> Option<&'static str> {
    let country = if code.len() == 2 { from_alpha2(code) } else { None };
    country.map(|country| country.alpha2)
}

/// Whether ISO 3166-1 has assigned the alpha-2 code.
pub(crate) fn is_assigned(code: &str) -> bool {
    assigned(code).is_some()
}

/// The second part of the code of a subdivision of a country: of `US-CA`, `ca` and `California` in `US` it is `CA`. A name
/// is compared without case and diacritics, and counts if it is that of one subdivision alone.
///
/// ```
/// use d1_client::prepare::subdivision;
///
/// assert_eq!(subdivision("FR", "Île-de-France"), Some("IDF"));
/// assert_eq!(subdivision("FR", "Ile-de-France"), Some("IDF"));
/// assert_eq!(subdivision("FR", "Paris region"), None);
/// ```
#[must_use]
pub fn subdivision(country: &str, text: &str) -> Option<&'static str> {
    by_code(country, text).or_else(|| by_name(country, text))
}

fn by_code(country: &str, text: &str) -> Option<&'static str> {
    // No second part is longer than three.
    if text.len() > 6 || !text.is_ascii() {
        return None;
    }
    let upper = text.to_ascii_uppercase();
    let second = upper
        .strip_prefix(country)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(&upper);
    let found = iso3166_2::from_code(&format!("{country}-{second}"))?;
    second_part(found.code)
}

/// Whether it is the second part of the code of a subdivision, as it stands.
pub(crate) fn is_subdivision(country: &str, second: &str) -> bool {
    iso3166_2::from_code(&format!("{country}-{second}")).is_some()
}

fn by_name(country: &str, text: &str) -> Option<&'static str> {
    NAMES.get(country)?.get(&folded(text)).copied().flatten()
}

/// For each country, its subdivisions by folded name; none of those of one name.
static NAMES: LazyLock<HashMap<&'static str, HashMap<String, Option<&'static str>>>> = LazyLock::new(|| {
    let mut names = HashMap::<_, HashMap<_, _>>::new();
    for country in ALL {
        for subdivision in country.subdivisions().unwrap_or_default() {
            names
                .entry(country.alpha2)
                .or_default()
                .entry(folded(subdivision.name))
                .and_modify(|code| *code = None)
                .or_insert_with(|| second_part(subdivision.code));
        }
    }
    names
});

fn second_part(code: &'static str) -> Option<&'static str> {
    code.split_once('-').map(|(_, second)| second)
}

/// Letters and digits in lower case without diacritics.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        let bytes = text.bytes().filter(u8::is_ascii_alphanumeric);
        folded.extend(bytes.map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        let letters = NFD.normalize_iter(text.chars()).filter(|c| c.is_alphanumeric());
        folded.extend(letters.flat_map(char::to_lowercase));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_is_itself_by_each_of_its_codes() {
        for known in ALL {
            for code in [
                known.alpha2.to_owned(),
                known.alpha3.to_owned(),
                known.numeric.to_string(),
                known.alpha2.to_lowercase(),
            ] {
                assert_eq!(country(&code), Some(known.alpha2), "{code}");
            }
        }
        for code in ["", "X", "ZZ", "AN", "DEUT", "0000", "D1", "日本"] {
            assert_eq!(country(code), None, "{code}");
        }
    }

    #[test]
    fn a_subdivision_has_one_code_by_code_and_by_name() {
        for (country, text, code) in [
            ("US", "CA", "CA"),
            ("US", "us-ca", "CA"),
            ("US", "california", "CA"),
            ("DE", "Bayern", "BY"),
            ("IT", "mi", "MI"),
            ("BR", "São Paulo", "SP"),
            ("BR", "sao paulo", "SP"),
            ("GB", "gb-lnd", "LND"),
            ("JP", "13", "13"),
            ("MX", "CMX", "CMX"),
        ] {
            assert_eq!(subdivision(country, text), Some(code), "{country} {text}");
        }
        for (country, text) in [
            ("DE", "CA"),
            ("US", "Bavaria"),
            ("ZZ", "A"),
            ("US", ""),
            ("MC", "Atlantis"),
        ] {
            assert_eq!(subdivision(country, text), None, "{country} {text}");
        }
    }
}
