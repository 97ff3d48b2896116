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
use crate::read::{Read, json};
use crate::types::{self as inbound, CountryCode, Language};
use language::Known;

/// The texts of a person, of its phone number and of its address, by the names of JSON.
const TEXTS: [&str; 10] = [
    "firstName",
    "lastName",
    "middleName",
    "secondLastName",
    "title",
    "gender",
    "nationality",
    "dateOfBirth",
    "email",
    "language",
];
const PHONE: [&str; 2] = ["countryCode", "phoneNumber"];
const ADDRESS: [&str; 9] = [
    "recipientName",
    "line1",
    "line2",
    "line3",
    "line4",
    "city",
    "state",
    "zipCode",
    "countryCode",
];

/// What the inbound form has and the outbound form has not.
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
/// assert_eq!(told.language.expect("Portuguese of Portugal"), "pt-PT");
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
        // What does not serialize is `null`, which is refused as no object.
        Self(serde_json::to_value(record).unwrap_or_default())
    }

    fn outbound(&self, conversion: &Conversion) -> Result<outbound::ConsumerInformation, Invalid> {
        let (person, mut refused) = self.texts();
        if !conversion.leave_out {
            let places = self.without_place();
            refused.extend(places.flat_map(|path| Invalid::new(NO_PLACE).below(path)));
        }
        let country = person["residencyAddress"]["countryCode"].as_str();
        let country = country.and_then(|country| CountryCode::new(country).ok());
        let country = country.as_ref().or(conversion.country.as_ref());
        read(person, |language| locale(language, country), refused)
    }

    fn inbound(&self) -> Result<inbound::PersonalInformation, Invalid> {
        let (person, refused) = self.texts();
        read(person, |language| accepted(language).map(str::to_owned), refused)
    }

    /// The texts of the person, composed and without blank ones; and what is of another type.
    fn texts(&self) -> (Value, Vec<Refusal>) {
        let mut refused = Vec::new();
        let mut person = texts(&self.0, "", &TEXTS, &mut refused);
        for (name, names) in [("mobilePhoneNumber", &PHONE[..]), ("residencyAddress", &ADDRESS)] {
            let object = &self.0[name];
            if !object.is_null() {
                let texts = texts(object, name, names, &mut refused);
                if object
                    .as_object()
                    .is_some_and(|members| members.values().any(holds))
                {
                    person.insert(name.to_owned(), texts.into());
                }
            }
        }
        (person.into(), refused)
    }

    /// The paths of what is there and has no place in the outbound form.
    fn without_place(&self) -> impl Iterator<Item = &'static str> {
        NOT_OUTBOUND.into_iter().filter(|path| {
            let value = path.split('.').try_fold(&self.0, |value, name| value.get(name));
            value.is_some_and(holds)
        })
    }
}

/// The texts of these names in the object that stands at the path.
fn texts(
    object: &Value,
    path: &'static str,
    names: &[&'static str],
    refused: &mut Vec<Refusal>,
) -> Map<String, Value> {
    let mut texts = Map::new();
    if !object.is_object() {
        refused.extend(Invalid::new(NOT_AN_OBJECT).below(path));
    }
    for name in names {
        match &object[name] {
            Value::String(text) if holds(&object[name]) => {
                texts.insert((*name).to_owned(), composed(text).into());
            }
            Value::Null | Value::String(_) => {}
            _ => refused.extend(Invalid::new(NOT_A_STRING).at(name).below(path)),
        }
    }
    texts
}

/// The person as this form has it, or all that was refused here and there.
fn read<T: for<'de> Read<'de>>(
    mut person: Value,
    language: impl Fn(&str) -> Result<String, &'static str>,
    mut refused: Vec<Refusal>,
) -> Result<T, Invalid> {
    match person["language"].as_str().map(language) {
        Some(Ok(language)) => person["language"] = language.into(),
        Some(Err(rule)) => refused.extend(Invalid::new(rule).below("language")),
        None => {}
    }
    match json::<T>(person.to_string().as_bytes()) {
        Ok(person) if refused.is_empty() => return Ok(person),
        Ok(_) => {}
        Err(invalid) => {
            for refusal in invalid.below("") {
                // What was refused before is missing now.
                if !refused.iter().any(|known| known.path() == refusal.path()) {
                    refused.push(refusal);
                }
            }
        }
    }
    Err(Invalid::all(refused).unwrap_or(Invalid::new(NOT_AN_OBJECT)))
}

/// Whether it is more than a blank text.
fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.chars().all(char::is_whitespace),
        _ => true,
    }
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
