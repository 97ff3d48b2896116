//! How every type is read: an error says where and by which rule, and never what stood there.
//!
//! serde's own errors repeat the value (`invalid type: string "…"`), and so do formats that know what was expected and
//! found something else. Both ask the visitor what it expects, and only then: so they are known, and replaced. What a
//! format says of its own syntax stays. Binary formats are not asked: all that they say is replaced.

use std::{cell::Cell, fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
};

/// What can be read at a place in something larger.
pub(crate) trait Read<'de>: Sized {
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Self, D::Error>;
}

/// Reads a value that stands alone.
pub(crate) fn root<'de, T: Read<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::read(&Place(&Cell::new(Told::Nothing), Step::Root), from)
}

/// What has been said of the value as a whole.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Told {
    Nothing,
    /// Somebody found another kind of value than expected.
    Expected,
    /// The error is ours.
    Refused,
}

/// Where a value stands. As text: `residencyAddress.line1`, `cards[2].cardId`.
pub(crate) struct Place<'a>(&'a Cell<Told>, Step<'a>);

enum Step<'a> {
    Root,
    Member(&'a Place<'a>, &'static str),
    Item(&'a Place<'a>, usize),
}

impl<'a> Place<'a> {
    pub(crate) fn member(&'a self, name: &'static str) -> Self {
        Self(self.0, Step::Member(self, name))
    }

    fn item(&'a self, index: usize) -> Self {
        Self(self.0, Step::Item(self, index))
    }

    /// The error for a value that breaks this rule.
    #[cold]
    pub(crate) fn refuse<E: Error>(&self, rule: &str) -> E {
        self.0.set(Told::Refused);
        E::custom(format_args!("{self} {rule}"))
    }

    /// For a visitor's `expecting`.
    #[cold]
    pub(crate) fn expecting(&self, f: &mut fmt::Formatter<'_>, rule: &str) -> fmt::Result {
        if self.0.get() == Told::Nothing {
            self.0.set(Told::Expected);
        }
        f.write_str(rule)
    }

    /// What was read, or an error without a value.
    #[inline]
    pub(crate) fn checked<T, E: Error>(
        &self,
        rule: &str,
        is_binary: bool,
        read: Result<T, E>,
    ) -> Result<T, E> {
        read.map_err(|error| match self.0.get() {
            Told::Expected => self.refuse(rule),
            Told::Nothing if is_binary => self.refuse(rule),
            Told::Nothing | Told::Refused => error,
        })
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Step::Root => f.write_str("the value"),
            Step::Member(Place(_, Step::Root), name) => f.write_str(name),
            Step::Member(parent, name) => write!(f, "{parent}.{name}"),
            Step::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// Reads a value at a place, where serde wants a seed.
pub(crate) struct At<'a, T>(&'a Place<'a>, PhantomData<T>);

impl<'a, T> At<'a, T> {
    pub(crate) fn new(place: &'a Place<'a>) -> Self {
        Self(place, PhantomData)
    }
}

impl<'de, T: Read<'de>> DeserializeSeed<'de> for At<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read(self.0, from)
    }
}

/// What is a string in JSON.
pub(crate) trait Text: Sized {
    /// The value, or the rule that the string breaks.
    fn of(text: &str) -> Result<Self, &'static str>;
}

pub(crate) fn text<'de, T: Text, D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<T, D::Error> {
    const RULE: &str = "must be a string";

    struct Texts<'a, T>(&'a Place<'a>, PhantomData<T>);

    impl<T: Text> Visitor<'_> for Texts<'_, T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f, RULE)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            T::of(text).map_err(|rule| self.0.refuse(rule))
        }
    }

    let is_binary = !from.is_human_readable();
    let read = from.deserialize_str(Texts(at, PhantomData));
    at.checked(RULE, is_binary, read)
}

impl Text for String {
    fn of(text: &str) -> Result<Self, &'static str> {
        Ok(text.to_owned())
    }
}

impl<'de> Read<'de> for String {
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Self, D::Error> {
        text(at, from)
    }
}

impl<'de> Read<'de> for bool {
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Self, D::Error> {
        const RULE: &str = "must be true or false";

        struct Booleans<'a>(&'a Place<'a>);

        impl Visitor<'_> for Booleans<'_> {
            type Value = bool;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.expecting(f, RULE)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
                Ok(value)
            }
        }

        let is_binary = !from.is_human_readable();
        let read = from.deserialize_bool(Booleans(at));
        at.checked(RULE, is_binary, read)
    }
}

impl<'de, T: Read<'de>> Read<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Self, D::Error> {
        const RULE: &str = "must be a value or null";

        struct Options<'a, T>(&'a Place<'a>, PhantomData<T>);

        impl<'de, T: Read<'de>> Visitor<'de> for Options<'_, T> {
            type Value = Option<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.expecting(f, RULE)
            }

            fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
                T::read(self.0, from).map(Some)
            }
        }

        let is_binary = !from.is_human_readable();
        let read = from.deserialize_option(Options(at, PhantomData));
        at.checked(RULE, is_binary, read)
    }
}

impl<'de, T: Read<'de>> Read<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Self, D::Error> {
        const RULE: &str = "must be an array";

        struct Items<'a, T>(&'a Place<'a>, PhantomData<T>);

        impl<'de, T: Read<'de>> Visitor<'de> for Items<'_, T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.expecting(f, RULE)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
                let mut read = Vec::new();
                while let Some(item) = items.next_element_seed(At::new(&self.0.item(read.len())))? {
                    read.push(item);
                }
                Ok(read)
            }
        }

        let is_binary = !from.is_human_readable();
        let read = from.deserialize_seq(Items(at, PhantomData));
        at.checked(RULE, is_binary, read)
    }
}

/// A value of a type that serde reads as it likes: none of its errors is kept. The document may have such types any day.
#[allow(dead_code)]
pub(crate) struct Foreign<T>(T);

#[allow(dead_code)]
impl<T> Foreign<T> {
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl<'de, T: serde::Deserialize<'de>> Read<'de> for Foreign<T> {
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Self, D::Error> {
        let read = T::deserialize(from).map(Self);
        at.checked("must be of the documented type", true, read)
    }
}

/// Reads a string by its [`Text`].
macro_rules! read_text {
    ($name:ident) => {
        impl<'de> $crate::read::Read<'de> for $name {
            fn read<D: ::serde::Deserializer<'de>>(
                at: &$crate::read::Place<'_>,
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::read::text(at, from)
            }
        }

        $crate::read::deserialize!($name);
    };
}
pub(crate) use read_text;

/// `Deserialize` by [`Read`].
macro_rules! deserialize {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> ::std::result::Result<Self, D::Error> {
                $crate::read::root(from)
            }
        }
    };
}
pub(crate) use deserialize;
