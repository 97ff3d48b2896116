//! The base URL, parsed once for all requests.

use std::fmt::{Arguments, Write};

use reqwest::Url;

use crate::Invalid;

/// An issuer, a consumer and the names between them.
const USUAL_PATH: usize = 128;

/// A base URL with a path; `None` if the client was given something else.
#[derive(Clone)]
pub(crate) struct Base(Option<Url>);

impl Base {
    pub(crate) fn of(url: &str) -> Self {
        Self(Url::parse(url).ok().filter(|url| !url.cannot_be_a_base()))
    }

    /// The URL with this path, which begins with a slash, after its own.
    pub(crate) fn url(&self, path: Arguments<'_>) -> Result<Url, Invalid> {
        const REFUSED: Invalid = Invalid::new("must be an absolute URL, as the base of requests");
        let mut url = self.0.clone().ok_or(REFUSED)?;
        let mut whole = String::with_capacity(url.path().len() + USUAL_PATH);
        whole.push_str(url.path().trim_end_matches('/'));
        whole.write_fmt(path).map_err(|_| REFUSED)?;
        if whole.contains('\\') {
            // A URL of http takes it for a slash, progenitor for any other character.
            whole = whole.replace('\\', "%5C");
        }
        url.set_path(&whole);
        Ok(url)
    }
}

/// What cannot be put into a request; the library's own text could hold a URL.
pub(crate) fn unfit<E>(_: E) -> Invalid {
    Invalid::new("cannot be put into a request")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base: &str) -> Result<String, Invalid> {
        Base::of(base)
            .url(format_args!("/cards/{}", "a%2Fb"))
            .map(Into::into)
    }

    #[test]
    fn a_path_follows_that_of_the_base() {
        for base in ["https://d1.example/banking/v2", "https://d1.example/banking/v2/"] {
            assert_eq!(url(base).unwrap(), "https://d1.example/banking/v2/cards/a%2Fb");
        }
        assert_eq!(
            url("http://127.0.0.1:80").unwrap(),
            "http://127.0.0.1/cards/a%2Fb"
        );
    }

    #[test]
    fn the_base_keeps_what_it_has() {
        let url = |base: &str| Base::of(base).url(format_args!("/cards")).map(String::from);
        for (base, whole) in [
            ("https://d1.example/a%2Fb//", "https://d1.example/a%2Fb/cards"),
            (
                "https://d1.example/v2?tenant=1",
                "https://d1.example/v2/cards?tenant=1",
            ),
        ] {
            assert_eq!(url(base).unwrap(), whole);
        }
    }

    #[test]
    fn no_argument_leaves_its_place() {
        for argument in [r"\..\..\abc", "..%2F..%2Fabc", r"a\..\..\.."] {
            let url = Base::of("https://d1.example/v2").url(format_args!("/issuers/{argument}/cards"));
            let url = String::from(url.unwrap());
            assert!(url.starts_with("https://d1.example/v2/issuers/"), "{url}");
            assert_eq!(url.matches('/').count(), 6, "{url}");
        }
    }

    #[test]
    fn what_is_no_base_is_refused() {
        for base in ["", "d1.example", "mailto:d1@example.org"] {
            assert!(url(base).is_err(), "{base}");
        }
    }
}
