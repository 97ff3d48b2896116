//! The names of small enums, for logs, metrics and JSON.

/// An enum whose values have names: `ALL` of them, `as_str`, and by these names `Display`, `FromStr` and serde's traits.
macro_rules! named {
    (
        $(#[$about:meta])*
        pub enum $enum:ident {
            $($(#[$attribute:meta])* $value:ident = $name:literal,)*
        }
    ) => {
        $(#[$about])*
        #[non_exhaustive]
        pub enum $enum {
            $($(#[$attribute])* $value,)*
        }

        #[allow(unused_doc_comments, reason = "an attribute may be a condition, too")]
        impl $enum {
            /// All of them.
            pub const ALL: &'static [Self] = &[$($(#[$attribute])* Self::$value),*];

            /// Its name for logs, metrics and JSON: `snake_case`, stable.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(#[$attribute])* Self::$value => $name,)*
                }
            }
        }

        $crate::names::shown!($enum, as_str);

        impl ::std::str::FromStr for $enum {
            type Err = $crate::Invalid;
            fn from_str(name: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                let known = Self::ALL.iter().find(|value| value.as_str() == name);
                known
                    .copied()
                    .ok_or(const { $crate::Invalid::new("is not a name of this list") })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $enum {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> ::std::result::Result<Self, D::Error> {
                let name = <::std::borrow::Cow<'de, str>>::deserialize(from)?;
                name.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use named;

/// `Display` and `Serialize` by the text that a method gives.
macro_rules! shown {
    ($name:ident, $text:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.$text())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$text())
            }
        }
    };
}
pub(crate) use shown;
