//! The consumers of a file, as D1 asks for them.

use std::{collections::BTreeMap, path::Path};

use d1_client::{ConsumerId, issuer::ConsumerInformation, types::PersonalInformation};
use serde::Deserialize;
use serde_json::Value;

use crate::{failure::Failure, file};

/// By consumer id.
pub(super) type Records = BTreeMap<String, ConsumerInformation>;

/// Reads one record a line, a list, or `{"consumers": […]}`. A record has a `consumerId`, and either `personalInformation` as it
/// is registered, which is converted, or the members of the answer themselves.
///
/// # Errors
/// The first record that cannot be used, by its number, with fields and rules; never a value.
pub(super) fn read(file: &Path) -> Result<Records, Failure> {
    let text = file::read(file, file::LARGE)?;
    let mut records = Records::new();
    let mut number = 0;
    let at = |number: usize, why: String| {
        let failure = Failure::usage(format!("{}: record {number}: {why}", file.display()));
        failure.hint("nothing is served: correct the file, and start it again")
    };
    for value in serde_json::Deserializer::from_slice(&text).into_iter::<Value>() {
        let value = value.map_err(|error| Failure::no_json(file.display(), &error))?;
        for record in listed(value) {
            number += 1;
            let (id, person) = record_of(record).map_err(|why| at(number, why))?;
            if records.insert(id, person).is_some() {
                return Err(at(
                    number,
                    "consumerId: an earlier record has the same".to_owned(),
                ));
            }
        }
    }
    if records.is_empty() {
        return Err(Failure::usage(format!("{} holds no consumer", file.display())));
    }
    Ok(records)
}

fn listed(value: Value) -> Vec<Value> {
    match value {
        Value::Array(records) => records,
        Value::Object(mut members) => match members.remove("consumers") {
            Some(Value::Array(records)) => records,
            Some(other) => vec![other],
            None => vec![members.into()],
        },
        other => vec![other],
    }
}

fn record_of(record: Value) -> Result<(String, ConsumerInformation), String> {
    let Value::Object(mut members) = record else {
        return Err("must be an object".to_owned());
    };
    let Some(Value::String(id)) = members.remove("consumerId") else {
        return Err("consumerId: must be a text".to_owned());
    };
    ConsumerId::new(&id).map_err(|invalid| format!("consumerId: {}", invalid.rule()))?;
    let person = match members.remove("personalInformation") {
        None => ConsumerInformation::deserialize(Value::from(members)).map_err(|error| error.to_string())?,
        Some(Value::Null) => return Err("personalInformation: must not be null".to_owned()),
        Some(registered) => {
            let registered =
                PersonalInformation::deserialize(registered).map_err(|error| error.to_string())?;
            ConsumerInformation::try_from(&registered).map_err(|invalid| invalid.to_string())?
        }
    };
    Ok((id, person))
}
