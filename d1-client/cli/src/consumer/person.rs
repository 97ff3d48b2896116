//! What is told of an end user: a JSON file, flags, or both; a flag comes before the file.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::Args;
use d1_client::types::ConsumerInformation;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::hidden;
use crate::failure::Failure;
use crate::unique::Unique;

/// More than any person has; so a wrong file does not fill the memory.
const LARGEST: u64 = 1024 * 1024;

/// Flags of the common fields, besides or instead of a file.
#[derive(Args)]
pub(crate) struct PersonArgs {
    /// JSON file with what D1 is told ({"personalInformation": {...}, "preferences": {...}}); - for standard input.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    fields: Box<Fields>,
}

/// Field by field: flag, JSON path.
macro_rules! fields {
    ($($field:ident $path:literal $about:literal)*) => {
        #[derive(Args)]
        #[command(next_help_heading = "Personal information (other users see it for a moment by ps, and a shell's history keeps it: --from avoids both)")]
        struct Fields {
            $(
                #[doc = $about]
                #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
                $field: Option<String>,
            )*
        }

        impl Fields {
            /// All of them.
            fn flags() -> Vec<String> {
                [$(stringify!($field)),*].map(|name| format!("--{}", name.replace('_', "-"))).into()
            }

            /// Those that are given, each with its JSON path.
            fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$(($path, self.$field.as_deref())),*]
                    .into_iter()
                    .filter_map(|(path, value)| Some((path, value?)))
            }
        }
    };
}

fields! {
    title "personalInformation.title" "As in Mr. or Mrs."
    first_name "personalInformation.firstName" "First name; required with any other."
    middle_name "personalInformation.middleName" "Middle name."
    last_name "personalInformation.lastName" "Last name; required with any other."
    second_last_name "personalInformation.secondLastName" "Second last name."
    date_of_birth "personalInformation.dateOfBirth" "Date of birth, YYYY-MM-DD."
    gender "personalInformation.gender" "Gender, as D1 names it."
    nationality "personalInformation.nationality" "Country, ISO 3166-1 alpha-2, as in GB."
    language "personalInformation.language" "Language, ISO 639-2/B, as in eng or fre."
    email "personalInformation.email" "E-mail address."
    phone_country_code "personalInformation.mobilePhoneNumber.countryCode" "Of the mobile phone, as in +44."
    phone_number "personalInformation.mobilePhoneNumber.phoneNumber" "Of the mobile phone, without the country code and the first 0."
    address_line1 "personalInformation.residencyAddress.line1" "First line of the address."
    address_line2 "personalInformation.residencyAddress.line2" "Second line of the address."
    city "personalInformation.residencyAddress.city" "City of the address."
    state "personalInformation.residencyAddress.state" "State of the address, the second part of ISO 3166-2."
    zip_code "personalInformation.residencyAddress.zipCode" "Postal code of the address."
    country "personalInformation.residencyAddress.countryCode" "Country of the address, ISO 3166-1 alpha-2."
}

impl PersonArgs {
    /// Whether nothing is given.
    pub(crate) fn is_empty(&self) -> bool {
        self.from.is_none() && self.fields.given().next().is_none()
    }

    /// What is given, checked by the vendor's rules.
    ///
    /// # Errors
    /// All fields that break a rule, without their values.
    pub(crate) fn read(&self) -> Result<ConsumerInformation, Failure> {
        let name = match &self.from {
            Some(from) if from != Path::new("-") => from.display().to_string(),
            Some(_) => "standard input".to_owned(),
            None => "the flags".to_owned(),
        };
        let mut json = match &self.from {
            Some(from) => content(from, &name)?,
            None => Zeroizing::new(b"{}".to_vec()),
        };
        // What a file of another kind holds is not repeated: only where it stops being JSON.
        let Unique(mut value) = serde_json::from_slice(&json).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let what = if error.is_data() {
                "a member twice"
            } else {
                "not JSON"
            };
            Failure::usage(format_args!("{name}: line {line}, column {column}: {what}")).hint(
                "it must be a JSON object as D1 takes it: {\"personalInformation\": {\"firstName\": ...}}",
            )
        })?;
        let mut is_changed = false;
        for (path, text) in self.fields.given() {
            is_changed = true;
            set(&mut value, path, text).map_err(|field| match field {
                "" => Failure::usage(format_args!("{name}: it must be an object")),
                field => Failure::usage(format_args!("{name}: {field} must be an object")),
            })?;
        }
        if is_changed {
            json = Zeroizing::new(serde_json::to_vec(&value).unwrap_or_default());
        }
        let information = ConsumerInformation::from_json(&*json).map_err(|invalid| {
            let count = invalid.fields().count();
            let fields = if count == 1 {
                "1 field breaks"
            } else {
                &format!("{count} fields break")
            };
            Failure::usage(format_args!("{name}: {fields} the vendor's rules: {invalid}"))
                .hint("nothing was sent; correct all of them and try again")
        })?;
        if is_changed {
            hidden::begin_anew(&Fields::flags(), &json);
        }
        Ok(information)
    }
}

fn content(from: &Path, name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = if from == Path::new("-") {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(from).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::unreadable(name, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::usage(format_args!(
            "{name} has more than 1 MiB: it is not one person"
        )));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    Ok(bytes)
}

/// Sets the member at this path; the path of what is in its way, if that is not an object.
fn set<'a>(value: &mut Value, path: &'a str, text: &str) -> Result<(), &'a str> {
    let (mut at, mut end) = (value, 0);
    for name in path.split('.') {
        let Value::Object(members) = at else {
            return Err(path[..end].trim_end_matches('.'));
        };
        at = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
        end += name.len() + 1;
    }
    *at = Value::from(text);
    Ok(())
}
