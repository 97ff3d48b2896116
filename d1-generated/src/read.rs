//! How every type is read: an error says where and by which rule, and never what stood there.
//!
//! serde's own errors repeat the value (`invalid type: string "…"`), and so do formats that know what was expected and
//! found something else. Both ask the visitor what it expects, and only then: so they are known, and replaced. What a
//! format says of its own syntax stays. Binary formats are not asked: all that they say is replaced.
//!
//! Of what is sent, every refused field is told, not only the first: a value that breaks a rule leaves a hole, reading goes
//! on, and the reader of the whole finds what was noted. Of what D1 sends the first is enough, with its place in the text.

use std::{
    any::type_name,
    cell::{Cell, RefCell},
    fmt,
    marker::PhantomData,
};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{Invalid, invalid::Refusal};

/// What can be read at a place in something larger.
pub(crate) trait Read<'de>: Sized {
    /// Whether it may stand in what is sent.
    const IS_SENT: bool = true;

    /// Whether every refused field of such a value is told: of an object that is sent.
    const TELLS_ALL: bool = false;

    /// The value; `None` if it, or something in it, was refused and noted.
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Option<Self>, D::Error>;
}

/// Reads a value that stands alone.
pub(crate) fn root<'de, T: Read<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let reading = Reading::of(T::TELLS_ALL);
    let read = T::read(&Place(&reading, Step::Root), from);
    match (read, reading.refused()) {
        (Ok(Some(value)), None) => Ok(value),
        (Err(error), None) => Err(error),
        (Err(error), Some(refused)) => Err(D::Error::custom(format_args!("{}; {error}", All(&refused)))),
        (Ok(_), Some(refused)) => Err(D::Error::custom(All(&refused))),
        (Ok(None), None) => Err(D::Error::custom("the value was refused")),
    }
}

/// Reads a value from JSON, and tells what is refused as data.
pub(crate) fn json<'de, T: Read<'de>>(text: &'de [u8]) -> Result<T, Invalid> {
    const RULE: &str = "must be JSON";
    let reading = Reading::of(true);
    let mut from = serde_json::Deserializer::from_slice(text);
    let read = T::read(&Place(&reading, Step::Root), &mut from);
    let read = read.and_then(|read| from.end().map(|()| read));
    match (read, reading.refused()) {
        (Ok(Some(value)), None) => Ok(value),
        (Ok(_), Some(refused)) => Err(refused),
        // Where it stops being JSON nothing more can be read.
        _ => Err(Invalid::new(RULE)),
    }
}

/// All that was refused, in one line.
struct All<'a>(&'a Invalid);

impl fmt::Display for All<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, refusal) in self.0.fields().enumerate() {
            if number > 0 {
                f.write_str("; ")?;
            }
            refusal.fmt(f)?;
        }
        Ok(())
    }
}

/// What all places of one value share.
pub(crate) struct Reading {
    told: Cell<Told>,
    /// `None` where the first refusal ends it.
    refused: Option<RefCell<Vec<Refusal>>>,
}

impl Reading {
    fn of(tells_all: bool) -> Self {
        Self {
            told: Cell::new(Told::Nothing),
            refused: tells_all.then(RefCell::default),
        }
    }

    fn refused(self) -> Option<Invalid> {
        Invalid::all(self.refused?.into_inner())
    }
}

/// What has been said of the value as a whole.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    Nothing,
    /// Somebody found another kind of value than expected.
    Expected,
    /// The error is ours.
    Refused,
}

/// Where a value stands. As text: `residencyAddress.line1`, `cards[2].cardId`.
pub(crate) struct Place<'a>(&'a Reading, Step<'a>);

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

    /// Notes that the value breaks a rule, or more than one in it.
    ///
    /// # Errors
    /// Where the first refusal ends the reading.
    #[cold]
    pub(crate) fn refuse<T, E: Error>(&self, invalid: Invalid) -> Result<Option<T>, E> {
        match &self.0.refused {
            Some(refused) => {
                let path = match self.1 {
                    Step::Root => String::new(),
                    _ => self.to_string(),
                };
                refused.borrow_mut().extend(invalid.below(&path));
                Ok(None)
            }
            None => Err(self.error(invalid.rule())),
        }
    }

    /// The error for a value that breaks this rule, where reading cannot go on.
    #[cold]
    fn error<E: Error>(&self, rule: &str) -> E {
        self.0.told.set(Told::Refused);
        E::custom(format_args!("{self} {rule}"))
    }

    /// Forgets what was refused here: the member comes again, and the last one counts.
    #[cold]
    pub(crate) fn forget(&self) {
        if let Some(refused) = &self.0.refused {
            let path = self.to_string();
            refused.borrow_mut().retain(|refusal| !refusal.is_below(&path));
        }
    }

    /// Whether the format can be asked what stands there, so that a value of another kind can be passed over. Formats that
    /// know no kinds (CSV, YAML) would guess one, and a part of a flattened object would give all of it: so only JSON is asked.
    #[inline]
    fn asks<'de, D: Deserializer<'de>>(&self) -> bool {
        self.0.refused.is_some() && is_json::<D>()
    }

    /// For a visitor's `expecting`.
    #[cold]
    pub(crate) fn expecting(&self, f: &mut fmt::Formatter<'_>, rule: &str) -> fmt::Result {
        if self.0.told.get() == Told::Nothing {
            self.0.told.set(Told::Expected);
        }
        f.write_str(rule)
    }

    /// What was read, or an error without a value.
    #[inline]
    fn checked<T, E: Error>(&self, rule: &str, is_binary: bool, read: Result<T, E>) -> Result<T, E> {
        read.map_err(|error| match self.0.told.get() {
            Told::Expected => self.error(rule),
            Told::Nothing if is_binary => self.error(rule),
            Told::Nothing | Told::Refused => error,
        })
    }
}

fn is_json<D>() -> bool {
    let mut format = type_name::<D>();
    // Not `trim_start_matches`, which prepares a search: this is asked of every field.
    while let Some(referred) = format.strip_prefix("&mut ").or(format.strip_prefix('&')) {
        format = referred;
    }
    format.starts_with("serde_json::")
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
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
        T::read(self.0, from)
    }
}

/// A kind of value. Of the methods that are not its own, none is called unless the format was asked.
pub(crate) trait Kind<'de>: Sized {
    const RULE: &'static str;

    /// Whether it may stand in what is sent, where all that is refused is told.
    const IS_SENT: bool = true;

    /// Whether every refused field of such a value is told: of an object that is sent.
    const TELLS_ALL: bool = false;

    /// Tells the format which kind is expected.
    fn hint<D: Deserializer<'de>>(from: D, visitor: Kinds<'_, Self>) -> Result<Option<Self>, D::Error>;

    fn str<E: Error>(at: &Place<'_>, _: &str) -> Result<Option<Self>, E> {
        Self::other(at)
    }

    fn bool<E: Error>(at: &Place<'_>, _: bool) -> Result<Option<Self>, E> {
        Self::other(at)
    }

    fn seq<A: SeqAccess<'de>>(at: &Place<'_>, mut items: A) -> Result<Option<Self>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Self::other(at)
    }

    fn map<A: MapAccess<'de>>(at: &Place<'_>, mut members: A) -> Result<Option<Self>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Self::other(at)
    }

    /// A value of another kind.
    #[cold]
    fn other<E: Error>(at: &Place<'_>) -> Result<Option<Self>, E> {
        at.refuse(Invalid::new(Self::RULE))
    }
}

impl<'de, K: Kind<'de>> Read<'de> for K {
    const IS_SENT: bool = <K as Kind<'de>>::IS_SENT;
    const TELLS_ALL: bool = <K as Kind<'de>>::TELLS_ALL;

    #[inline]
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Option<Self>, D::Error> {
        let is_binary = !from.is_human_readable();
        let visitor = Kinds(at, PhantomData);
        let read = if <K as Kind<'de>>::IS_SENT && at.asks::<D>() {
            from.deserialize_any(visitor)
        } else {
            K::hint(from, visitor)
        };
        at.checked(K::RULE, is_binary, read)
    }
}

/// The visitor of a kind.
pub(crate) struct Kinds<'a, K>(&'a Place<'a>, PhantomData<K>);

impl<'de, K: Kind<'de>> Visitor<'de> for Kinds<'_, K> {
    type Value = Option<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f, K::RULE)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        K::str(self.0, text)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        K::bool(self.0, value)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        K::other(self.0)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        K::other(self.0)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        K::other(self.0)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        K::other(self.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        K::seq(self.0, items)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        K::map(self.0, members)
    }
}

/// What is a string in JSON.
pub(crate) trait Text: Sized {
    /// Whether it may stand in what is sent.
    const IS_SENT: bool = true;

    /// The value, or the rule that the string breaks.
    fn of(text: &str) -> Result<Self, Invalid>;
}

impl<'de, T: Text> Kind<'de> for T {
    const RULE: &'static str = "must be a string";
    const IS_SENT: bool = <T as Text>::IS_SENT;

    fn hint<D: Deserializer<'de>>(from: D, visitor: Kinds<'_, Self>) -> Result<Option<Self>, D::Error> {
        from.deserialize_str(visitor)
    }

    fn str<E: Error>(at: &Place<'_>, text: &str) -> Result<Option<Self>, E> {
        match T::of(text) {
            Ok(value) => Ok(Some(value)),
            Err(invalid) => at.refuse(invalid),
        }
    }
}

impl Text for String {
    fn of(text: &str) -> Result<Self, Invalid> {
        Ok(text.to_owned())
    }
}

impl<'de> Kind<'de> for bool {
    const RULE: &'static str = "must be true or false";

    fn hint<D: Deserializer<'de>>(from: D, visitor: Kinds<'_, Self>) -> Result<Option<Self>, D::Error> {
        from.deserialize_bool(visitor)
    }

    fn bool<E: Error>(_: &Place<'_>, value: bool) -> Result<Option<Self>, E> {
        Ok(Some(value))
    }
}

impl<'de, T: Read<'de>> Kind<'de> for Vec<T> {
    const RULE: &'static str = "must be an array";
    const IS_SENT: bool = T::IS_SENT;

    fn hint<D: Deserializer<'de>>(from: D, visitor: Kinds<'_, Self>) -> Result<Option<Self>, D::Error> {
        from.deserialize_seq(visitor)
    }

    fn seq<A: SeqAccess<'de>>(at: &Place<'_>, mut items: A) -> Result<Option<Self>, A::Error> {
        let (mut read, mut index, mut is_whole) = (Vec::new(), 0, true);
        while let Some(item) = items.next_element_seed(At::new(&at.item(index)))? {
            index += 1;
            match item {
                Some(item) => read.push(item),
                None => is_whole = false,
            }
        }
        Ok(is_whole.then_some(read))
    }
}

impl<'de, T: Read<'de>> Read<'de> for Option<T> {
    const IS_SENT: bool = T::IS_SENT;

    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Option<Self>, D::Error> {
        const RULE: &str = "must be a value or null";

        struct Options<'a, T>(&'a Place<'a>, PhantomData<T>);

        impl<'de, T: Read<'de>> Visitor<'de> for Options<'_, T> {
            type Value = Option<Option<T>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.expecting(f, RULE)
            }

            fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Some(None))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Some(None))
            }

            fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
                Ok(T::read(self.0, from)?.map(Some))
            }
        }

        let is_binary = !from.is_human_readable();
        let read = from.deserialize_option(Options(at, PhantomData));
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
    fn read<D: Deserializer<'de>>(at: &Place<'_>, from: D) -> Result<Option<Self>, D::Error> {
        let read = T::deserialize(from).map(|value| Some(Self(value)));
        at.checked("must be of the documented type", true, read)
    }
}

/// `Deserialize` of a [`Text`], which this schema describes.
macro_rules! read_text {
    ($name:ident, $schema:expr) => {
        $crate::read::deserialize!($name);

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $schema
            }
        }
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
