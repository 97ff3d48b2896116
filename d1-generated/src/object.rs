//! How an object is read: its members by name, in any order, the last one of a name counting.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, Visitor},
};

use crate::read::Place;

/// The rule that anything but an object breaks.
pub(crate) const RULE: &str = "must be an object";
/// The rule that an undocumented member of what we send breaks; its name could be anybody's.
pub(crate) const UNDOCUMENTED: &str = "must have documented members only";

/// The name of a member, as what `known` makes of it.
pub(crate) struct Name<'a, M> {
    pub(crate) object: &'a Place<'a>,
    pub(crate) known: fn(&str) -> M,
}

impl<'de, M> DeserializeSeed<'de> for Name<'_, M> {
    type Value = M;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<M, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl<M> Visitor<'_> for Name<'_, M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object.expecting(f, "a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<M, E> {
        Ok((self.known)(name))
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<M, E> {
        // A name of ours is ASCII.
        Ok((self.known)(std::str::from_utf8(name).unwrap_or_default()))
    }
}

/// Reads an object of these members: its field, its name, how it is read, and what becomes of one that is missing.
macro_rules! object {
    ($name:ident $others:ident {
        $($field:ident: $property:literal $kind:ident $missing:tt $(=> $check:expr)?;)*
    }) => {
        impl<'de> $crate::read::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                at: &$crate::read::Place<'_>,
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #[allow(non_camel_case_types)]
                enum Member {
                    $($field,)*
                    Other,
                }

                struct Members<'a>(&'a $crate::read::Place<'a>);

                impl<'de> ::serde::de::Visitor<'de> for Members<'_> {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        self.0.expecting(f, $crate::object::RULE)
                    }

                    fn visit_map<A: ::serde::de::MapAccess<'de>>(
                        self,
                        mut members: A,
                    ) -> ::std::result::Result<$name, A::Error> {
                        let at = self.0;
                        $(let mut $field = ::std::option::Option::None;)*
                        while let ::std::option::Option::Some(member) =
                            members.next_key_seed($crate::object::Name {
                                object: at,
                                known: |name| match name {
                                    $($property => Member::$field,)*
                                    _ => Member::Other,
                                },
                            })?
                        {
                            match member {
                                $(Member::$field => {
                                    let at = at.member($property);
                                    let value = members.next_value_seed($crate::read::At::new(&at))?;
                                    let value = $crate::object::held!($kind value);
                                    $(
                                        let check = $check;
                                        let value = check(value)
                                            .map_err(|refused: $crate::Invalid| at.refuse(refused.rule()))?;
                                    )?
                                    $field = ::std::option::Option::Some(value);
                                })*
                                Member::Other => $crate::object::others!($others at members),
                            }
                        }
                        ::std::result::Result::Ok($name {
                            $($field: $crate::object::missing!($missing at $property $field),)*
                        })
                    }
                }

                const NAMES: &[&str] = &[$($property),*];
                let is_binary = !from.is_human_readable();
                let read = from.deserialize_struct(stringify!($name), NAMES, Members(at));
                at.checked($crate::object::RULE, is_binary, read)
            }
        }

        $crate::read::deserialize!($name);
    };
}
pub(crate) use object;

/// A value as its field holds it.
macro_rules! held {
    (ours $value:ident) => {
        $value
    };
    (foreign $value:ident) => {
        $crate::read::Foreign::into_inner($value)
    };
}
pub(crate) use held;

/// A member without a field.
macro_rules! others {
    (ignored $at:ident $members:ident) => {{
        $members.next_value::<::serde::de::IgnoredAny>()?;
    }};
    (refused $at:ident $members:ident) => {
        return ::std::result::Result::Err($at.refuse($crate::object::UNDOCUMENTED))
    };
}
pub(crate) use others;

/// A field whose member may not have come.
macro_rules! missing {
    (optional $at:ident $property:literal $field:ident) => {
        $field.flatten()
    };
    (required $at:ident $property:literal $field:ident) => {
        match $field {
            ::std::option::Option::Some(value) => value,
            ::std::option::Option::None => {
                return ::std::result::Result::Err($at.member($property).refuse($crate::invalid::MISSING));
            }
        }
    };
    ((or $default:path) $at:ident $property:literal $field:ident) => {
        $field.unwrap_or_else($default)
    };
}
pub(crate) use missing;
