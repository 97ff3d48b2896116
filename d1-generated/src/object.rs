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
        const _: () = {
            #[allow(non_camel_case_types)]
            enum Member {
                $($field,)*
                Other,
            }

            const NAMES: &[&str] = &[$($property),*];

            impl<'de> $crate::read::Kind<'de> for $name {
                const RULE: &'static str = $crate::object::RULE;
                const IS_SENT: bool = $crate::object::is_sent!($others);
                const TELLS_ALL: bool = <Self as $crate::read::Kind<'de>>::IS_SENT;

                fn hint<D: ::serde::Deserializer<'de>>(
                    from: D,
                    visitor: $crate::read::Kinds<'_, Self>,
                ) -> ::std::result::Result<::std::option::Option<Self>, D::Error> {
                    from.deserialize_struct(stringify!($name), NAMES, visitor)
                }

                fn map<A: ::serde::de::MapAccess<'de>>(
                    at: &$crate::read::Place<'_>,
                    mut members: A,
                ) -> ::std::result::Result<::std::option::Option<Self>, A::Error> {
                    $(let mut $field = ::std::option::Option::None;)*
                    // The members that came, by their place above.
                    #[allow(unused)]
                    let mut came = [false; NAMES.len()];
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
                                $crate::object::comes!($others at came $field);
                                let value = members.next_value_seed($crate::read::At::new(&at))?;
                                let value = $crate::object::held!($kind value);
                                $(
                                    let value = match value {
                                        ::std::option::Option::Some(value) => {
                                            let check = $check;
                                            match check(value) {
                                                Ok(value) => ::std::option::Option::Some(value),
                                                Err(refused) => at.refuse(refused)?,
                                            }
                                        }
                                        none => none,
                                    };
                                )?
                                $field = value;
                            })*
                            Member::Other => $crate::object::others!($others $name at members),
                        }
                    }
                    $($crate::object::require!($others $missing at $property $field came);)*
                    ::std::result::Result::Ok(::std::option::Option::Some($name {
                        $($field: $crate::object::missing!($missing $field),)*
                    }))
                }
            }
        };

        $crate::read::deserialize!($name);
        $crate::wire::cloned!($name);
        $crate::object::from_json!($others $name);
    };
}
pub(crate) use object;

/// Whether it is what we send.
macro_rules! is_sent {
    (ignored) => {
        false
    };
    (refused) => {
        true
    };
}
pub(crate) use is_sent;

/// What is sent may be read with its refusals as data.
macro_rules! from_json {
    (ignored $name:ident) => {};
    (refused $name:ident) => {
        impl $name {
            /// Reads it from JSON, and checks it as a builder does.
            ///
            /// # Errors
            /// Every field that breaks a rule, by its JSON path and never with its value: refused values, missing fields,
            /// members that are not documented, values of another type. Text that is not JSON is one refusal of the whole.
            pub fn from_json(
                json: impl ::std::convert::AsRef<[u8]>,
            ) -> ::std::result::Result<Self, $crate::Invalid> {
                $crate::read::json(json.as_ref())
            }
        }
    };
}
pub(crate) use from_json;

/// A value as its field holds it.
macro_rules! held {
    (ours $value:ident) => {
        $value
    };
    (foreign $value:ident) => {
        $value.map($crate::read::Foreign::into_inner)
    };
}
pub(crate) use held;

/// Of what we send, what was refused of a member that comes again is forgotten.
macro_rules! comes {
    (ignored $at:ident $came:ident $field:ident) => {};
    (refused $at:ident $came:ident $field:ident) => {
        if $came[Member::$field as usize] {
            $at.forget();
        }
        $came[Member::$field as usize] = true;
    };
}
pub(crate) use comes;

/// A member without a field.
macro_rules! others {
    (ignored $name:ident $at:ident $members:ident) => {{
        $members.next_value::<::serde::de::IgnoredAny>()?;
    }};
    (refused $name:ident $at:ident $members:ident) => {{
        $members.next_value::<::serde::de::IgnoredAny>()?;
        $at.refuse::<$name, _>($crate::Invalid::new($crate::object::UNDOCUMENTED))?;
    }};
}
pub(crate) use others;

/// Notes a required member that has not come.
macro_rules! require {
    (ignored required $at:ident $property:literal $field:ident $came:ident) => {
        if $field.is_none() {
            $field = $at.member($property).refuse($crate::Invalid::missing(""))?;
        }
    };
    (refused required $at:ident $property:literal $field:ident $came:ident) => {
        if !$came[Member::$field as usize] {
            $field = $at.member($property).refuse($crate::Invalid::missing(""))?;
        }
    };
    ($others:ident $other:tt $at:ident $property:literal $field:ident $came:ident) => {};
}
pub(crate) use require;

/// A field whose member may not have come, or was refused and noted.
macro_rules! missing {
    (optional $field:ident) => {
        $field.flatten()
    };
    (required $field:ident) => {
        match $field {
            ::std::option::Option::Some(value) => value,
            ::std::option::Option::None => {
                return ::std::result::Result::Ok(::std::option::Option::None);
            }
        }
    };
    ((or $default:path) $field:ident) => {
        $field.unwrap_or_else($default)
    };
}
pub(crate) use missing;
