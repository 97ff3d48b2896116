//! What stands on the wire: bodies as JSON, and enums by their values, open ones for what D1 sends, closed ones for what
//! we send.

use serde::Serialize;

use crate::Invalid;

/// A person with everything filled in takes some 900 bytes.
const USUAL_BODY: usize = 1024;

/// A body as JSON text.
pub(crate) fn json(body: &impl Serialize) -> Result<Vec<u8>, Invalid> {
    let mut text = Vec::with_capacity(USUAL_BODY);
    match serde_json::to_writer(&mut text, body) {
        Ok(()) => Ok(text),
        // serde's own text could hold a value.
        Err(_) => Err(Invalid::new("cannot be written as JSON")),
    }
}

/// The values that were known when the client was generated.
pub(crate) trait Known: Sized {
    const KNOWN: &'static [&'static str];
    /// What is printed in place of any other value, as in `unrecognised code`.
    const UNRECOGNISED: &'static str;

    fn from_known(value: &str) -> Option<Self>;

    fn wire(&self) -> &str;

    /// The value if it is a known one. Any other is a stranger's text, which may repeat what the stranger was sent: it
    /// is never printed.
    fn documented(&self) -> Option<&str> {
        let wire = self.wire();
        Self::KNOWN.contains(&wire).then_some(wire)
    }
}

/// An enum that keeps a value it does not know.
pub(crate) trait Open: Known {
    fn unknown(value: String) -> Self;
}

/// The rule that a value outside a closed enum breaks.
pub(crate) const UNDOCUMENTED: &str = "must be one of the documented values";

/// A value as it stands in the request that a typed mock expects.
#[cfg(feature = "httpmock")]
pub(crate) trait Sent {
    fn sent(&self) -> String;
}

#[cfg(feature = "httpmock")]
macro_rules! sent {
    ($($name:ty),*) => {
        $(impl Sent for $name {
            fn sent(&self) -> String {
                self.to_string()
            }
        })*
    };
}
#[cfg(feature = "httpmock")]
sent!(String, bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

/// What all values do that have a text of their own.
macro_rules! has_text {
    ($name:ident) => {
        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::wire::cloned!($name);

        #[cfg(feature = "httpmock")]
        impl $crate::wire::Sent for $name {
            fn sent(&self) -> ::std::string::String {
                self.as_str().to_owned()
            }
        }
    };
}
pub(crate) use has_text;

/// A reference is as good as a value, where a copy of it is taken.
macro_rules! cloned {
    ($name:ident) => {
        impl ::std::convert::From<&$name> for $name {
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }
    };
}
pub(crate) use cloned;

/// What we send: these kinds of strings are parsed, and so is what is read.
macro_rules! parsed {
    ($name:ident, $schema:expr, $($text:ty),*) => {
        $(impl ::std::convert::TryFrom<$text> for $name {
            type Error = $crate::Invalid;
            fn try_from(value: $text) -> ::std::result::Result<Self, $crate::Invalid> {
                ::std::str::FromStr::from_str(&value)
            }
        })*

        impl $crate::read::Text for $name {
            fn of(text: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                text.parse()
            }
        }

        $crate::read::read_text!($name, $schema);
    };
}
pub(crate) use parsed;

/// What D1 sends: every text is a value.
macro_rules! received {
    ($name:ident, $schema:expr) => {
        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;
            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(value.into())
            }
        }

        impl $crate::read::Text for $name {
            const IS_SENT: bool = false;

            fn of(text: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                Ok(text.into())
            }
        }

        $crate::read::read_text!($name, $schema);
    };
}
pub(crate) use received;

/// What all enums of the API can do.
macro_rules! any_enum {
    ($name:ident) => {
        impl $name {
            /// The values that were known when this client was generated, as they stand in JSON.
            pub const KNOWN: &'static [&'static str] = <Self as $crate::wire::Known>::KNOWN;

            /// The value as it stands in JSON. One that is not [`KNOWN`](Self::KNOWN) is a server's own text and may
            /// repeat what it was sent: do not log it. `Debug`, and `Display` where there is one, never show it.
            pub fn as_str(&self) -> &str {
                $crate::wire::Known::wire(self)
            }
        }

        $crate::wire::has_text!($name);
    };
}
pub(crate) use any_enum;

/// An enum that D1 sends.
macro_rules! open_enum {
    ($name:ident) => {
        $crate::wire::any_enum!($name);

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                let known = $crate::wire::Known::from_known(value);
                known.unwrap_or_else(|| $crate::wire::Open::unknown(value.to_owned()))
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                $crate::wire::Known::from_known(&value).unwrap_or_else(|| $crate::wire::Open::unknown(value))
            }
        }

        $crate::wire::received!(
            $name,
            ::schemars::json_schema!({ "type": "string", "x-extensible-enum": Self::KNOWN })
        );
    };
}
pub(crate) use open_enum;

/// An enum that we send.
macro_rules! closed_enum {
    ($name:ident) => {
        $crate::wire::any_enum!($name);

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(value: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                <Self as $crate::wire::Known>::from_known(value)
                    .ok_or(
                        const {
                            let values = $crate::invalid::Rule::Values(<Self as $crate::wire::Known>::KNOWN);
                            $crate::Invalid::of(values, $crate::wire::UNDOCUMENTED)
                        },
                    )
            }
        }

        $crate::wire::parsed!(
            $name, ::schemars::json_schema!({ "type": "string", "enum": Self::KNOWN }),
            &str, &::std::string::String, ::std::string::String, ::std::borrow::Cow<'_, str>
        );
    };
}
pub(crate) use closed_enum;
