//! From the form in which D1 is told of a person (*Register consumer*, inbound) to the one in which D1 asks an issuer for
//! the same person (*Get consumer information*, outbound), and back.
//!
//! They are here, and not in `d1-client`, because `TryFrom` belongs beside one of its types.

mod language;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::invalid::{Invalid, Refusal};
use crate::outbound_consumer_v1::types as outbound;
use crate::types::{self as inbound, CountryCode, Language};
use language::Known;

/// What the inbound form has and the outbound form has not, by the names of JSON.
const NOT_OUTBOUND: [&str; 6] = [
    "gender",
    "nationality",
    "secondLastName",
    "residencyAddress.line3",
    "residencyAddress.line4",
    "residencyAddress.recipientName",
];

const NO_PLACE: &str = "has no place in what D1 asks an issuer";
const NOT_AN_OBJECT: &str = "must be an object";
const NOT_A_STRING: &str = "must be a string";
const NO_SHORT_CODE: &str = "must be a language that ISO 639-1 has a code for";
const NO_COUNTRY: &str = "needs a country: that of the address, or one that the caller gives";
const NOT_ACCEPTED: &str = "must be a language that D1 accepts";

/// How a person's data are converted.
///
/// Texts are composed (Unicode NFC), blank texts are left out, and the language changes its form: `eng` ↔ `en-GB`. Nothing
/// else is changed, and nothing is lost silently: whatever does not fit is an error, with the rule that it breaks.
///
/// ```
/// use d1_generated::conversion::Conversion;
/// use d1_generated::types::{CountryCode, PersonalInformation};
///
/// let person = PersonalInformation::builder()
///     .first_name("Jose\u{301}")
///     .last_name("Silva")
///     .language("por")
///     .build()?;
/// let refused = Conversion::new().outbound(&person).unwrap_err();
/// assert_eq!(refused.field(), "language"); // Portugal's, or Brazil's?
///
/// let told = Conversion::new().country(CountryCode::new("PT")?).outbound(&person)?;
/// assert_eq!(told.language.as_deref(), Some("pt-PT"));
/// assert_eq!(told.first_name, "José");
/// # Ok::<(), d1_generated::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    country: Option<CountryCode>,
    leave_out: bool,
}

impl Conversion {
    /// A conversion that is given no country, and refuses what has no place in the other form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The country of a language where the person has no address. That of an address goes first.
    #[must_use]
    pub fn country(mut self, country: CountryCode) -> Self {
        self.country = Some(country);
        self
    }

    /// Leaves out what the other form has no place for, in place of refusing it: `gender`, `nationality`,
    /// `secondLastName`, and `line3`, `line4` and `recipientName` of an address.
    #[must_use]
    pub fn leave_out_unsupported(mut self) -> Self {
        self.leave_out = true;
        self
    }

    /// What an issuer answers to D1.
    ///
    /// # Errors
    /// Every field that does not fit, with its rule: a name with combining marks that do not compose, a language without a
    /// country, a field that has no place.
    pub fn outbound(
        &self,
        person: &inbound::PersonalInformation,
    ) -> Result<outbound::ConsumerInformation, Invalid> {
        Record::of(person).outbound(self)
    }

    /// What D1 is told when the person is registered.
    ///
    /// # Errors
    /// Every field that does not fit, with its rule: a name of more than 40 characters, a language that D1 does not list,
    /// an address without city or state.
    pub fn inbound(
        &self,
        person: &outbound::ConsumerInformation,
    ) -> Result<inbound::PersonalInformation, Invalid> {
        Record::of(person).inbound()
    }

    /// As the function [`check_record`], with the country of this conversion. What has no place in the outbound form is listed,
    /// and not refused.
    pub fn check_record(&self, record: &(impl Serialize + ?Sized)) -> RecordCheck {
        let record = Record::of(record);
        let leaving_out = self.clone().leave_out_unsupported();
        RecordCheck {
            inbound: record.inbound().map(drop),
            outbound: record.outbound(&leaving_out).map(drop),
            outbound_leaves_out: record.without_place().collect(),
        }
    }
}

impl TryFrom<&inbound::PersonalInformation> for outbound::ConsumerInformation {
    type Error = Invalid;

    /// As [`Conversion::outbound`], with no country but the address's.
    fn try_from(person: &inbound::PersonalInformation) -> Result<Self, Invalid> {
        Conversion::new().outbound(person)
    }
}

impl TryFrom<&outbound::ConsumerInformation> for inbound::PersonalInformation {
    type Error = Invalid;

    /// As [`Conversion::inbound`].
    fn try_from(person: &outbound::ConsumerInformation) -> Result<Self, Invalid> {
        Conversion::new().inbound(person)
    }
}

/// Which of the two directions a person's data pass, as [`check_record`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordCheck {
    /// Whether D1 takes the data when the person is registered, or all that keeps it from doing so.
    pub inbound: Result<(), Invalid>,
    /// Whether D1 takes the data when it asks for them, or all that keeps it from doing so.
    pub outbound: Result<(), Invalid>,
    /// What D1 is not told when it asks, because that direction has no place for it: JSON paths.
    pub outbound_leaves_out: Vec<&'static str>,
}

/// Tells which of the two directions a person's data pass once they are converted, as [`Conversion`] does it: what a bank
/// runs over its whole directory before it chooses a model.
///
/// The record is anything that serializes with D1's own names (`firstName`, `residencyAddress.line1`, …): either
/// direction's type, a `serde_json::Value`, a struct of the bank's. Other names are passed over. The language has either
/// form, and needs the country of an address; [`Conversion::check_record`] takes another.
///
/// ```
/// use d1_generated::conversion::check_record;
///
/// let long = "a".repeat(41);
/// let checked = check_record(&serde_json::json!({"firstName": long, "lastName": "Lovelace", "gender": "FEMALE"}));
/// assert_eq!(checked.inbound.unwrap_err().field(), "firstName"); // 40 characters
/// assert_eq!(checked.outbound, Ok(())); // 128
/// assert_eq!(checked.outbound_leaves_out, ["gender"]);
/// ```
pub fn check_record(record: &(impl Serialize + ?Sized)) -> RecordCheck {
    Conversion::new().check_record(record)
}

/// A person's data as JSON, before anything is done to them.
struct Record(Value);

impl Record {
    fn of(record: &(impl Serialize + ?Sized)) -> Self {
        Self(serde_json::to_value(record).unwrap_or_default())
    }

    fn outbound(&self, conversion: &Conversion) -> Result<outbound::ConsumerInformation, Invalid> {
        let mut refused = Vec::new();
        let person = Object::of(&self.0, "", &mut refused);
        if !conversion.leave_out {
            let places = self.without_place();
            refused.extend(places.flat_map(|path| Invalid::new(NO_PLACE).below(path)));
        }
        let mut text = |name| person.text(name, &mut refused);
        let builder = given(
            outbound::ConsumerInformation::builder(),
            text("firstName"),
            |b, text| b.first_name(text),
        );
        let builder = given(builder, text("lastName"), |b, text| b.last_name(text))
            .middle_name(text("middleName"))
            .title(text("title"))
            .date_of_birth(text("dateOfBirth"))
            .email(text("email"));
        let language = text("language");
        let phone = person.object("mobilePhoneNumber", &mut refused).map(|phone| {
            let mut text = |name| phone.text(name, &mut refused);
            let builder = outbound::PhoneNumber::builder();
            let builder = given(builder, text("countryCode"), |b, text| b.country_code(text));
            given(builder, text("phoneNumber"), |b, text| b.phone_number(text))
        });
        let address = person.object("residencyAddress", &mut refused);
        let country = address
            .as_ref()
            .and_then(|address| address.text("countryCode", &mut Vec::new()))
            .and_then(|country| CountryCode::new(country).ok());
        let address = address.map(|address| {
            let mut text = |name| address.text(name, &mut refused);
            let builder = outbound::PostalAddress::builder()
                .line2(text("line2"))
                .city(text("city"))
                .state(text("state"));
            let builder = given(builder, text("line1"), |b, text| b.line1(text));
            let builder = given(builder, text("zipCode"), |b, text| b.zip_code(text));
            given(builder, text("countryCode"), |b, text| b.country_code(text))
        });
        let locale = language.and_then(|language| {
            let country = country.as_ref().or(conversion.country.as_ref());
            match locale(&language, country) {
                Ok(locale) => Some(locale),
                Err(rule) => {
                    refused.extend(Invalid::new(rule).below("language"));
                    None
                }
            }
        });
        let built = builder
            .mobile_phone_number(phone)
            .residency_address(address)
            .language(locale)
            .build();
        finish(built, refused)
    }

    fn inbound(&self) -> Result<inbound::PersonalInformation, Invalid> {
        let mut refused = Vec::new();
        let person = Object::of(&self.0, "", &mut refused);
        let mut text = |name| person.text(name, &mut refused);
        let builder = given(
            inbound::PersonalInformation::builder(),
            text("firstName"),
            |b, text| b.first_name(text),
        );
        let builder = given(builder, text("lastName"), |b, text| b.last_name(text))
            .middle_name(text("middleName"))
            .second_last_name(text("secondLastName"))
            .title(text("title"))
            .gender(text("gender"))
            .nationality(text("nationality"))
            .date_of_birth(text("dateOfBirth"))
            .email(text("email"));
        let language = text("language");
        let phone = person.object("mobilePhoneNumber", &mut refused).map(|phone| {
            let mut text = |name| phone.text(name, &mut refused);
            let builder = inbound::PhoneNumber::builder();
            let builder = given(builder, text("countryCode"), |b, text| b.country_code(text));
            given(builder, text("phoneNumber"), |b, text| b.phone_number(text))
        });
        let address = person.object("residencyAddress", &mut refused).map(|address| {
            let mut text = |name| address.text(name, &mut refused);
            let builder = inbound::PostalAddress::builder()
                .recipient_name(text("recipientName"))
                .line2(text("line2"))
                .line3(text("line3"))
                .line4(text("line4"));
            let builder = given(builder, text("line1"), |b, text| b.line1(text));
            let builder = given(builder, text("city"), |b, text| b.city(text));
            let builder = given(builder, text("state"), |b, text| b.state(text));
            let builder = given(builder, text("zipCode"), |b, text| b.zip_code(text));
            given(builder, text("countryCode"), |b, text| b.country_code(text))
        });
        let language = language.and_then(|language| match accepted(&language) {
            Ok(code) => Some(code),
            Err(rule) => {
                refused.extend(Invalid::new(rule).below("language"));
                None
            }
        });
        let built = builder
            .mobile_phone_number(phone)
            .residency_address(address)
            .language(language)
            .build();
        finish(built, refused)
    }

    /// The paths of what is there and has no place in the outbound form.
    fn without_place(&self) -> impl Iterator<Item = &'static str> {
        NOT_OUTBOUND.into_iter().filter(|path| {
            let value = path.split('.').try_fold(&self.0, |value, name| value.get(name));
            value.is_some_and(|value| match value {
                Value::Null => false,
                Value::String(text) => !is_blank(text),
                _ => true,
            })
        })
    }
}

/// A required field: its setter takes no `Option`.
fn given<B>(builder: B, value: Option<String>, set: impl FnOnce(B, String) -> B) -> B {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}

/// What was built, unless something was refused here or there: then all of it.
fn finish<T>(built: Result<T, Invalid>, mut refused: Vec<Refusal>) -> Result<T, Invalid> {
    match built {
        Ok(value) => match Invalid::all(refused) {
            None => Ok(value),
            Some(invalid) => Err(invalid),
        },
        Err(invalid) => {
            // What was found to be of another type is missing for the builder.
            let missing = invalid
                .below("")
                .filter(|refusal| !refused.iter().any(|known| known.path() == refusal.path()))
                .collect::<Vec<_>>();
            refused.extend(missing);
            Err(Invalid::all(refused).unwrap_or(Invalid::new(NOT_AN_OBJECT)))
        }
    }
}

/// An object of the record, and where it stands.
struct Object<'a> {
    members: Option<&'a Map<String, Value>>,
    path: &'static str,
}

impl<'a> Object<'a> {
    fn of(value: &'a Value, path: &'static str, refused: &mut Vec<Refusal>) -> Self {
        let members = value.as_object();
        if members.is_none() {
            refused.extend(Invalid::new(NOT_AN_OBJECT).below(path));
        }
        Self { members, path }
    }

    /// The text of this name, composed; `None` if there is none, or a blank one.
    fn text(&self, name: &'static str, refused: &mut Vec<Refusal>) -> Option<String> {
        match self.members?.get(name)? {
            Value::Null => None,
            Value::String(text) if is_blank(text) => None,
            Value::String(text) => Some(composed(text)),
            _ => {
                let refusal = Invalid::new(NOT_A_STRING).at(name);
                refused.extend(refusal.below(self.path));
                None
            }
        }
    }

    /// The object of this name, if it holds more than blanks.
    fn object(&self, name: &'static str, refused: &mut Vec<Refusal>) -> Option<Object<'a>> {
        let value = self.members?.get(name).filter(|value| !value.is_null())?;
        let object = Object::of(value, name, refused);
        let holds = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !is_blank(text),
            _ => true,
        };
        object.members?.values().any(holds).then_some(object)
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text)
        .into_owned()
}

/// The language as the outbound form has it: its own country, if it names one, else this.
fn locale(language: &str, country: Option<&CountryCode>) -> Result<String, &'static str> {
    let known = Known::read(language).ok_or(NO_SHORT_CODE)?;
    let country = known.country.as_deref().or(country.map(CountryCode::as_str));
    Ok(format!("{}-{}", known.short(), country.ok_or(NO_COUNTRY)?))
}

/// The language as the inbound form has it, if the vendor lists it.
fn accepted(language: &str) -> Result<&'static str, &'static str> {
    let code = Known::read(language).ok_or(NOT_ACCEPTED)?.bibliographic();
    if Language::ACCEPTED.contains(&code) {
        Ok(code)
    } else {
        Err(NOT_ACCEPTED)
    }
}
