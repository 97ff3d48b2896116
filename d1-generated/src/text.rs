//! Strings of the API: the vendor's rule for what is sent, and the impls that every one of them has.
//!
//! They are `CompactString`s, which hold up to 24 bytes in place: nearly all of a person or a card costs no allocation.

use crate::{Invalid, invalid};

/// The vendor's rule for a string: lengths in characters (Unicode code points), and a pattern (ECMA 262, Unicode).
pub(crate) trait Rule {
    const MIN_LENGTH: usize;
    const MAX_LENGTH: usize;
    const PATTERN: Option<&'static str>;
    const LENGTH_RULE: &'static str;
    const PATTERN_RULE: &'static str;

    /// Whether the pattern matches.
    fn matches(value: &str) -> bool;

    /// Refuses a value that is too short, too long, or of other characters.
    fn check(value: &str) -> Result<(), Invalid> {
        // A string has at least a quarter as many characters as bytes, and at most as many: most need no count.
        let bytes = value.len();
        let surely_long_enough = bytes / 4 >= Self::MIN_LENGTH;
        let too_short = !surely_long_enough && length(value) < Self::MIN_LENGTH;
        if too_short || (bytes > Self::MAX_LENGTH && length(value) > Self::MAX_LENGTH) {
            let length = invalid::Rule::Length {
                min: Self::MIN_LENGTH,
                max: Self::MAX_LENGTH,
            };
            return Err(Invalid::of(length, Self::LENGTH_RULE));
        }
        if Self::matches(value) {
            Ok(())
        } else {
            let pattern = invalid::Rule::Pattern(Self::PATTERN.unwrap_or_default());
            Err(Invalid::of(pattern, Self::PATTERN_RULE))
        }
    }
}

/// Length in characters, as JSON Schema counts.
pub(crate) fn length(value: &str) -> usize {
    value.chars().count()
}

/// What all strings of the API can do. No `Deref`: `name.to_string()` would be that of `str`, and print what is personal.
macro_rules! any_text {
    ($name:ident) => {
        impl $name {
            /// The string itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// A map with such keys is searched by a `&str`.
        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        $crate::wire::has_text!($name);

        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                value.0.into_string()
            }
        }

        impl ::std::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl ::std::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    };
}
pub(crate) use any_text;

/// A string that is checked by its [`Rule`] before it exists.
macro_rules! checked_text {
    ($name:ident) => {
        $crate::text::any_text!($name);

        impl $name {
            /// The string, if it keeps the vendor's rule.
            ///
            /// # Errors
            /// The rule that it breaks; never the value.
            pub fn new(
                value: impl ::std::convert::AsRef<str>,
            ) -> ::std::result::Result<Self, $crate::Invalid> {
                let value = value.as_ref();
                <Self as $crate::text::Rule>::check(value)?;
                Ok(Self(value.into()))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(value: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                Self::new(value)
            }
        }

        $crate::wire::parsed!(
            $name,
            $crate::text::schema::<Self>(),
            &str,
            &::std::string::String,
            ::std::string::String,
            ::std::borrow::Cow<'_, str>,
            ::std::boxed::Box<str>,
            ::std::sync::Arc<str>,
            &::std::sync::Arc<str>
        );

        impl ::std::convert::TryFrom<char> for $name {
            type Error = $crate::Invalid;
            fn try_from(value: char) -> ::std::result::Result<Self, $crate::Invalid> {
                Self::new(value.encode_utf8(&mut [0; 4]))
            }
        }
    };
}
pub(crate) use checked_text;

/// What the description of a string lists as accepted, where its rule admits more.
macro_rules! accepted {
    ($name:ident $($value:literal)*) => {
        impl $name {
            /// What the vendor says is accepted, in the order of its description. The rule that is checked admits more.
            pub const ACCEPTED: &'static [&'static str] = &[$($value),*];
        }
    };
}
pub(crate) use accepted;

/// A string that D1 sends: kept as it came.
macro_rules! free_text {
    ($name:ident) => {
        $crate::text::any_text!($name);

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.into())
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self(value.into())
            }
        }

        impl ::std::convert::From<&::std::string::String> for $name {
            fn from(value: &::std::string::String) -> Self {
                Self(value.into())
            }
        }

        $crate::wire::received!($name, ::schemars::json_schema!({ "type": "string" }));
    };
}
pub(crate) use free_text;

/// The rule as JSON Schema.
#[cfg(feature = "schemars")]
pub(crate) fn schema<R: Rule>() -> schemars::Schema {
    let mut schema = schemars::json_schema!({ "type": "string" });
    if R::MIN_LENGTH > 0 {
        schema.insert("minLength".into(), R::MIN_LENGTH.into());
    }
    if R::MAX_LENGTH < usize::MAX {
        schema.insert("maxLength".into(), R::MAX_LENGTH.into());
    }
    if let Some(pattern) = R::PATTERN {
        schema.insert("pattern".into(), pattern.into());
    }
    schema
}
