//! Languages: what the vendor lists (ISO 639-2/B), what banks have (ISO 639-1, -2, -3, BCP 47, POSIX), and the other direction.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use d1_generated::types::{CountryCode, Language};
use rust_iso639::{LanguageCode, from_code_1, from_code_2b, from_code_2t, from_code_3};

/// Codes that ISO 639 has withdrawn, and that programs and records still have (Java wrote the first three until version 17).
const WITHDRAWN: [(&str, &str); 8] = [
    ("iw", "he"),
    ("in", "id"),
    ("ji", "yi"),
    ("jw", "jv"),
    ("mo", "ro"),
    ("mol", "ron"),
    ("scc", "srp"),
    ("scr", "hrv"),
];

/// The code of ISO 639-2/B of a language: of `de`, `de-AT`, `de_DE.UTF-8`, `deu`, `ger` and `GER` it is `ger`.
///
/// Of a language that the vendor does not list and that belongs to one that it lists (a macrolanguage of ISO 639-3), it is
/// that one: `nob` (Bokmål) is `nor`, `cmn` (Mandarin) is `chi`. `None` if it is not a language of ISO 639-2.
///
/// ```
/// use d1_client::prepare::language;
///
/// assert_eq!(language("zh-Hant"), Some("chi"));
/// assert_eq!(language("nb_NO"), Some("nor"));
/// assert_eq!(language("cy"), Some("wel")); // a language, which the vendor does not list
/// assert_eq!(language("English"), None);
/// ```
#[must_use]
pub fn language(tag: &str) -> Option<&'static str> {
    let language = find(tag)?;
    if is_listed(language.code_2b) {
        return Some(language.code_2b);
    }
    let macrolanguage = MACROLANGUAGES.get(language.code_3).copied();
    macrolanguage.or((!language.code_2b.is_empty()).then_some(language.code_2b))
}

/// A language and a country as the locale that D1 is answered with when it asks the issuer: `en-GB`. `None` if the
/// language has no code of two letters.
///
/// ```
/// use d1_client::{prepare::locale, types::{CountryCode, Language}};
///
/// let locale = locale(&Language::new("ger")?, &CountryCode::new("AT")?);
/// assert_eq!(locale.as_deref(), Some("de-AT"));
/// # Ok::<(), d1_client::Invalid>(())
/// ```
#[must_use]
pub fn locale(language: &Language, country: &CountryCode) -> Option<String> {
    let code = find(language.as_str())?.code;
    (!code.is_empty()).then(|| format!("{code}-{}", country.as_str()))
}

/// Whether the vendor's page lists it.
pub(crate) fn is_listed(code: &str) -> bool {
    LISTED.contains(code)
}

static LISTED: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| Language::ACCEPTED.iter().copied().collect());

/// The language of the first part of a tag or a locale whose other parts are well-formed.
fn find(tag: &str) -> Option<LanguageCode> {
    // POSIX has a character set and a modifier behind the locale.
    let locale = tag.split(['.', '@']).next()?;
    let mut parts = locale.split(['-', '_']);
    let first = parts.next()?.to_ascii_lowercase();
    let is_part =
        |part: &str| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !parts.all(is_part) {
        return None;
    }
    let withdrawn = WITHDRAWN.iter().find(|(old, _)| *old == first);
    let code = withdrawn.map_or(first.as_str(), |(_, new)| new);
    match code.len() {
        2 => from_code_1(code),
        3 => from_code_2b(code)
            .or_else(|| from_code_2t(code))
            .or_else(|| from_code_3(code)),
        _ => None,
    }
}

/// The language of the vendor's list that each language of ISO 639-3 belongs to.
static MACROLANGUAGES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let of = |code: &'static str| {
        let members = from_code_2b(code).map_or(&[][..], |language| language.individual_languages);
        members.iter().map(move |member| (member.code, code))
    };
    Language::ACCEPTED.iter().copied().flat_map(of).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_language_is_itself_by_each_of_its_codes() {
        for code in Language::ACCEPTED.iter().copied() {
            let known = from_code_2b(code).unwrap_or_else(|| panic!("{code} is not of ISO 639-2/B"));
            for same in [code, known.code, known.code_2t, known.code_3]
                .iter()
                .filter(|same| !same.is_empty())
            {
                assert_eq!(language(same), Some(code), "{same}");
                assert_eq!(language(&same.to_uppercase()), Some(code), "{same}");
            }
        }
    }

    #[test]
    fn the_list_is_that_of_the_page() {
        let page = include_str!("../../../openapi/consumer-v2/vendor/register-consumer.json");
        let (_, list) = page.split_once("List of languages accepted : ").unwrap();
        let list: Vec<&str> = list
            .split(['\\', '"'])
            .next()
            .unwrap()
            .split(',')
            .map(str::trim)
            .collect();
        let list: Vec<&str> = list.into_iter().filter(|code| !code.is_empty()).collect();
        assert_eq!(list, Language::ACCEPTED);
    }

    #[test]
    fn a_tag_is_read_by_its_language() {
        for (tag, code) in [
            ("en", "eng"),
            ("en-GB", "eng"),
            ("EN_us", "eng"),
            ("deu", "ger"),
            ("zh-Hant-TW", "chi"),
            ("yue", "chi"),
            ("de_DE.UTF-8", "ger"),
            ("sr_RS@latin", "srp"),
            ("nb-NO", "nor"),
            ("nn", "nor"),
            ("no", "nor"),
            ("iw", "heb"),
            ("in_ID", "ind"),
            ("fa-AF", "per"),
            ("prs", "per"),
            ("arb", "ara"),
            ("swh", "swa"),
            ("zsm", "may"),
            ("mi", "mao"),
            ("tl", "tgl"),
            ("cy-GB", "wel"),
            ("fil", "fil"),
            ("mo", "rum"),
            ("scr", "hrv"),
        ] {
            assert_eq!(language(tag), Some(code), "{tag}");
        }
        for tag in [
            "",
            "e",
            "English",
            "en-",
            "en GB",
            "xx",
            "C",
            "zz-ZZ",
            "en-waytoolongapart",
        ] {
            assert_eq!(language(tag), None, "{tag}");
        }
    }
}
