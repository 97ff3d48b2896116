//! A CSV row as the object that it stands for, for serde: without JSON in between.
//!
//! What is refused here is read again as JSON, which tells every field that is refused: see [`Row::record`].
//!
//! [`Row::record`]: super::row::Row::record

use std::fmt;

use csv::ByteRecord;
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor, value::BorrowedStrDeserializer},
    forward_to_deserialize_any,
};

use super::columns::{LIST, Member, Value};

/// Members of an object, and the row that has their values.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    members: &'a [Member],
    row: &'a ByteRecord,
    /// All fields of the row.
    text: &'a str,
}

/// A row that is refused, for whatever reason.
#[derive(Debug)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the row is refused")
    }
}

impl std::error::Error for Refused {}

impl Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A value of a row.
enum Field<'a> {
    Text(&'a str),
    List(&'a str),
    Object(Fields<'a>),
}

impl<'a> Fields<'a> {
    /// `None` if the row is not UTF-8.
    pub(super) fn new(members: &'a [Member], row: &'a ByteRecord) -> Option<Self> {
        let text = std::str::from_utf8(row.as_slice()).ok()?;
        Some(Self { members, row, text })
    }

    /// `None` if the field is empty, and of an object if all are.
    fn field(&self, value: &'a Value) -> Result<Option<Field<'a>>, Refused> {
        let text = |number: &usize| {
            self.text
                .get(self.row.range(*number)?)
                .filter(|text| !text.is_empty())
        };
        Ok(match value {
            Value::Text(number) => text(number).map(Field::Text),
            Value::List(number) => text(number).map(Field::List),
            Value::Bare(number) => match text(number) {
                None => None,
                Some(_) => return Err(Refused),
            },
            Value::Object(members) => {
                let inner = Fields { members, ..*self };
                inner.has_any().then_some(Field::Object(inner))
            }
        })
    }

    fn has_any(&self) -> bool {
        self.members.iter().any(|member| match &member.value {
            Value::Text(number) | Value::List(number) | Value::Bare(number) => {
                self.row.get(*number).is_some_and(|text| !text.is_empty())
            }
            Value::Object(members) => Fields { members, ..*self }.has_any(),
        })
    }
}

impl<'de> Deserializer<'de> for Fields<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(Members {
            fields: self,
            next: 0,
            value: None,
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct Members<'a> {
    fields: Fields<'a>,
    next: usize,
    value: Option<Field<'a>>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        let members = self.fields.members;
        while let Some(member) = members.get(self.next) {
            self.next += 1;
            self.value = self.fields.field(&member.value)?;
            if self.value.is_some() {
                return seed
                    .deserialize(BorrowedStrDeserializer::new(&member.name))
                    .map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(self.value.take().ok_or(Refused)?)
    }
}

impl<'de> Deserializer<'de> for Field<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::List(text) => visitor.visit_seq(Items(text.split(LIST).map(str::trim_ascii))),
            Self::Object(fields) => fields.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct Items<I>(I);

impl<'de, I: Iterator<Item = &'de str>> SeqAccess<'de> for Items<I> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        self.0
            .next()
            .map(|item| seed.deserialize(Field::Text(item)))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use d1_client::types::ConsumerInformation;
    use serde::Deserialize;

    use super::super::columns::Columns;

    #[test]
    fn a_row_is_read_as_the_json_that_it_stands_for() {
        let person = "personalInformation";
        let header = [
            "consumerId".to_owned(),
            format!("{person}.firstName"),
            format!("{person}.lastName"),
            format!("{person}.residencyAddress.city"),
            "preferences.notificationChannel".to_owned(),
            format!("{person}.mobilePhoneNumber.countryCode"),
            format!("{person}.mobilePhoneNumber.phoneNumber"),
        ];
        let columns = Columns::new::<ConsumerInformation>(&header.to_vec().into()).unwrap();
        for (row, is_read) in [
            (
                ["c-1", "Ada", "Lovelace", "", "SMS|EMAIL", "+44", "2079460000"],
                true,
            ),
            (["c-1", "", "", "", "", "", ""], true),
            (["c-1", "", "", "", "SMS", "", ""], true),
            (["c-1", "Ada", "", "", "", "", ""], false),
            (["c-1", "Ada", "\"\\\n", "", "", "", ""], false),
            (["c-1", "Ada", "Lovelace", "London", "", "", ""], false),
            (["c-1", "Ada", "Lovelace", "", "PIGEON", "", ""], false),
        ] {
            let row = row.to_vec().into();
            let mut json = Vec::new();
            columns.write(&row, &mut json);
            let by_json = ConsumerInformation::from_json(&json).ok();
            let by_row = ConsumerInformation::deserialize(columns.fields(&row).unwrap()).ok();
            assert_eq!((by_row.is_some(), &by_row), (is_read, &by_json), "{row:?}");
        }
    }
}
