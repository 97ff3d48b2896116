//! The names of small enums, for logs, metrics and JSON.

/// `Display`, `FromStr` and serde's traits by the names of `as_str`, for an enum with a list of `ALL` its values.
macro_rules! named {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(name: &str) -> ::std::result::Result<Self, $crate::Invalid> {
                let known = Self::ALL.iter().find(|value| value.as_str() == name);
                known
                    .copied()
                    .ok_or(const { $crate::Invalid::new("is not a name of this list") })
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

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> ::std::result::Result<Self, D::Error> {
                let name = <::std::borrow::Cow<'de, str>>::deserialize(from)?;
                name.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use named;
