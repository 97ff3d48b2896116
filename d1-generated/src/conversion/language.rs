//! One language in its three spellings: ISO 639-2/B (`ger`, inbound), ISO 639-2/T (`deu`), and ISO 639-1 with a country
//! (`de-CH`, outbound; `de_CH` in the vendor's SDK).

use rust_iso639::{LanguageCode, from_code_1, from_code_2b, from_code_2t, from_code_3};

/// A language that has a code of two letters and one of ISO 639-2/B, and the country that it was named with.
pub(super) struct Known {
    language: LanguageCode,
    /// ISO 3166-1 alpha-2, in upper case.
    pub(super) country: Option<String>,
}

impl Known {
    /// Reads any of the spellings; letters of either case in the country alone.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (code, country) = match text.split_once(['-', '_']) {
            Some((code, country)) => (code, Some(country)),
            None => (text, None),
        };
        let language = match code.len() {
            2 => from_code_1(code),
            3 => from_code_2b(code)
                .or_else(|| from_code_2t(code))
                .or_else(|| from_code_3(code)),
            _ => None,
        };
        let language = language.filter(|language| {
            // The table takes capitals, too.
            let is_as_written = code.bytes().all(|byte| byte.is_ascii_lowercase());
            is_as_written && !language.code.is_empty() && !language.code_2b.is_empty()
        })?;
        let is_country =
            |country: &str| country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic());
        let country = match country {
            Some(country) if is_country(country) => Some(country.to_ascii_uppercase()),
            Some(_) => return None,
            None => None,
        };
        Some(Self { language, country })
    }

    /// ISO 639-1.
    pub(super) fn short(&self) -> &'static str {
        self.language.code
    }

    /// ISO 639-2/B.
    pub(super) fn bibliographic(&self) -> &'static str {
        self.language.code_2b
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_that_the_vendor_lists_has_a_short_code_and_comes_back() {
        for code in crate::types::Language::ACCEPTED {
            let known = Known::read(code).unwrap();
            let back = Known::read(&format!("{}-CH", known.short())).unwrap();
            assert_eq!(back.bibliographic(), *code);
        }
    }

    #[test]
    fn all_spellings_are_one_language() {
        for text in ["ger", "deu", "de", "de-CH", "de_ch", "de-ch"] {
            let known = Known::read(text).unwrap();
            assert_eq!((known.short(), known.bibliographic()), ("de", "ger"), "{text}");
        }
        assert_eq!(Known::read("de_ch").unwrap().country.as_deref(), Some("CH"));
        for text in [
            "",
            "d",
            "xx",
            "DE",
            "de-",
            "de-CHE",
            "de-4a",
            "german",
            "de-CH-1996",
            "é",
        ] {
            assert!(Known::read(text).is_none(), "{text}");
        }
    }
}
