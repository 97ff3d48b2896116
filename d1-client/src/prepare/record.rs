//! A bank's record as it is: plain texts, any of which may be missing or blank.

use std::{borrow::Cow, fmt};

use d1_generated::types::PersonalInformation;

use super::Field;

/// A consumer as a row of a bank's database has one: texts as they are, none of them checked.
///
/// Setters take `&str`, `String`, `Cow<str>`, and an `Option` of each. `Debug` shows which fields there are, and no value.
///
/// ```
/// use d1_client::prepare::Record;
///
/// let middle_name: Option<String> = None;
/// let record = Record::new().first_name("Ada").middle_name(middle_name).last_name("Lovelace").country("GB");
/// assert!(!format!("{record:?}").contains("Ada"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Record<'a> {
    texts: [Option<Cow<'a, str>>; Field::COUNT],
    phone_country: Option<Cow<'a, str>>,
}

/// What a setter of a [`Record`] takes: a text, or none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text<'a>(Option<Cow<'a, str>>);

macro_rules! setters {
    ($($(#[doc = $doc:literal])* $name:ident: $field:ident;)*) => {
        impl<'a> Record<'a> {
            $(
                $(#[doc = $doc])*
                pub fn $name(mut self, value: impl Into<Text<'a>>) -> Self {
                    self.texts[Field::$field as usize] = value.into().0;
                    self
                }
            )*
        }
    };
}

setters! {
    /// The id that the consumer has, or is to have. It is checked and advised on; no rule changes it.
    consumer_id: ConsumerId;
    /// D1 knows `Mr.`, `Mrs.` and `Miss`.
    title: Title;
    /// Required.
    first_name: FirstName;
    /// Optional.
    middle_name: MiddleName;
    /// Required.
    last_name: LastName;
    /// Optional.
    second_last_name: SecondLastName;
    /// `MALE`, `FEMALE` or `OTHER`.
    gender: Gender;
    /// `YYYY-MM-DD`.
    date_of_birth: DateOfBirth;
    /// A code of ISO 3166-1.
    nationality: Nationality;
    /// A code of ISO 639, a BCP 47 tag or a locale.
    language: Language;
    /// E-mail address.
    email: Email;
    /// The calling code, where the record has one apart: `+49`, `49` or `0049`.
    calling_code: CallingCode;
    /// The phone number: all of it, or without the calling code.
    mobile_phone_number: NationalNumber;
    /// Whom mail is sent to, if it is not the consumer by name.
    recipient_name: RecipientName;
    /// Required in an address.
    line1: Line1;
    /// Optional.
    line2: Line2;
    /// Optional.
    line3: Line3;
    /// Optional.
    line4: Line4;
    /// Required in an address.
    city: City;
    /// Required in an address: a name, or a code of ISO 3166-2.
    state: State;
    /// Required in an address.
    zip_code: ZipCode;
    /// The country of the address, required in one: a code of ISO 3166-1. A national phone number is read by it, too.
    country: Country;
}

impl<'a> Record<'a> {
    /// A record without any text.
    pub fn new() -> Self {
        Self::default()
    }

    /// The country that a national phone number belongs to, where it is not that of the address: a code of ISO 3166-1.
    pub fn phone_country(mut self, value: impl Into<Text<'a>>) -> Self {
        self.phone_country = value.into().0;
        self
    }

    pub(crate) fn text(&self, field: Field) -> Option<&str> {
        self.texts[field as usize].as_deref()
    }

    #[cfg(feature = "phone")]
    pub(crate) fn country_of_phone(&self) -> Option<&str> {
        self.phone_country.as_deref()
    }
}

/// What D1 was sent, as a record again: preparing it once more changes nothing.
impl<'a> From<&'a PersonalInformation> for Record<'a> {
    fn from(person: &'a PersonalInformation) -> Self {
        let json = serde_json::to_value(person).unwrap_or_default();
        let text = |field: Field| {
            let value = field
                .path()
                .split('.')
                .try_fold(&json, |value, name| value.get(name));
            value?.as_str().map(|text| Cow::Owned(text.to_owned()))
        };
        Self {
            texts: Field::ALL.map(text),
            phone_country: None,
        }
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = |field: &Field| self.text(*field).is_some();
        f.debug_set()
            .entries(Field::ALL.iter().filter(|field| given(field)))
            .finish()
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text([redacted])")
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(value: &'a str) -> Self {
        Self(Some(Cow::Borrowed(value)))
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(value: &'a String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<String> for Text<'_> {
    fn from(value: String) -> Self {
        Self(Some(Cow::Owned(value)))
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(value: Cow<'a, str>) -> Self {
        Self(Some(value))
    }
}

impl<'a, T: Into<Text<'a>>> From<Option<T>> for Text<'a> {
    fn from(value: Option<T>) -> Self {
        value.map(Into::into).unwrap_or_default()
    }
}
