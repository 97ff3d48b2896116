//! What a change means in Rust, and which changes are one idea's.

use std::collections::BTreeMap;

use d1_codegen::naming::{pascal, snake};

use super::{Change, Impact, Rule, rust_names::Item, rust_names::RustNames};
use crate::pointer::below;

/// Says of each change what it means in Rust, and tells a change of one idea once, with all its places.
pub(super) fn explain(changes: &mut Vec<Change>, old: &RustNames, new: &RustNames) {
    for change in changes.iter_mut() {
        if let Some(field) = field_that_may_go(change)
            && (old.is_essential(&field) || new.is_essential(&field))
        {
            change.impact = Impact::Breaking;
        }
    }
    super::sort(changes);
    let mut told: BTreeMap<_, usize> = BTreeMap::new();
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for mut change in changes.drain(..) {
        let around = [new, old]
            .into_iter()
            .filter_map(|names| names.around(&change.pointer))
            .min_by_key(|(_, inside)| inside.len());
        let Some((item, inside)) = around else {
            change.rust = Some(meaning(&change, &Item::default()));
            kept.push(change);
            continue;
        };
        change.rust = Some(meaning(&change, item));
        let idea = (item.ty.clone(), item.field.clone());
        let key = (
            change.impact,
            change.rule,
            change.what.clone(),
            idea.clone(),
            inside.to_owned(),
        );
        match told.get(&key) {
            Some(&first) if idea != (None, None) => {
                let place = (change.place, change.pointer);
                kept[first].also.push(place);
            }
            _ => {
                told.insert(key, kept.len());
                kept.push(change);
            }
        }
    }
    *changes = kept;
}

/// The pointer to the field that may be missing or null now.
fn field_that_may_go(change: &Change) -> Option<String> {
    match change.rule {
        Rule::FieldOptional => {
            let schema = change
                .pointer
                .strip_suffix("/required")
                .unwrap_or(&change.pointer);
            Some(below(&below(schema, "properties"), change.of.as_deref()?))
        }
        Rule::NullableChanged => change.pointer.strip_suffix("/nullable").map(str::to_owned),
        _ => None,
    }
}

/// `` `PersonalInformation::builder().email(..)`: setter removed ``.
fn meaning(change: &Change, item: &Item) -> String {
    let subject = named(change, item)
        .or_else(|| value(item))
        .or_else(|| operation(item));
    match (subject, effect(change, item)) {
        (None, _) if change.rule == Rule::OperationAdded => "a new operation".to_owned(),
        (Some(subject), Some(effect)) => format!("`{subject}`: {effect}"),
        (None, Some(effect)) => effect.to_owned(),
        (_, None) if change.impact == Impact::TextOnly => "documentation alone".to_owned(),
        (_, None) if change.impact == Impact::Compatible => "no difference".to_owned(),
        (Some(subject), None) => format!("`{subject}`: review it"),
        (None, None) => "review it".to_owned(),
    }
}

/// What a change is about where that is not the value at its place: a variant, an argument, a part of the client.
fn named(change: &Change, item: &Item) -> Option<String> {
    let method = || {
        // Before names.json knows a new operation, it has the vendor's name, or none.
        let added = Some(&change.place).filter(|id| change.rule == Rule::OperationAdded && !id.contains('/'));
        let name = item.operation.clone().or_else(|| added.map(|id| pascal(id)))?;
        let method = item.method.clone().or_else(|| added.map(|id| snake(id)))?;
        Some(format!("Operation::{name}`, `Client::{method}"))
    };
    match change.rule {
        Rule::OperationAdded
        | Rule::OperationRemoved
        | Rule::OperationRenamed
        | Rule::ParameterAdded
        | Rule::ParameterRemoved
        | Rule::PathParameterRenamed
        | Rule::RequestBodyAdded
        | Rule::RequestBodyRemoved
        | Rule::SuccessStatusAdded
        | Rule::SuccessStatusChanged => method(),
        Rule::ValueAdded | Rule::ValueRemoved => {
            let ty = item.ty.clone()?;
            Some(match change.of.as_deref().and_then(variant) {
                Some(variant) => format!("{ty}::{variant}"),
                None => ty,
            })
        }
        Rule::ErrorCodeAdded | Rule::ErrorCodeRemoved => Some(match change.of.as_deref().and_then(variant) {
            Some(variant) => format!("ErrorCode::{variant}"),
            None => "Error".to_owned(),
        }),
        Rule::ErrorCodeRetryable => Some("Error::is_retryable".to_owned()),
        Rule::FieldRequired | Rule::FieldOptional if item.is_sent => {
            let ty = item.ty.as_ref()?;
            Some(format!("{ty}::builder().build()"))
        }
        Rule::FieldRequired | Rule::FieldOptional => {
            let (ty, of) = (item.ty.as_ref()?, change.of.as_ref()?);
            Some(format!("{ty}::{}", snake(of)))
        }
        Rule::ServerAdded | Rule::ServerRemoved | Rule::ServerChanged => Some("Environment".to_owned()),
        _ => None,
    }
}

/// What becomes of it; nothing where nothing does.
fn effect(change: &Change, item: &Item) -> Option<&'static str> {
    let breaking = change.impact == Impact::Breaking;
    // Parameters have no item of their own.
    let is_sent = item.is_sent || change.pointer.contains("/parameters/");
    if change.impact == Impact::TextOnly {
        return None;
    }
    Some(match change.rule {
        Rule::OperationAdded => "new",
        Rule::OperationRemoved => "removed",
        Rule::OperationRenamed => "the names stay if names.json gives them",
        Rule::ParameterAdded if breaking => "one more argument that must be given",
        Rule::ParameterAdded => "one more argument that may be given",
        Rule::ParameterRemoved => "one argument less",
        Rule::ParameterWritten => "the argument is written in another way",
        Rule::PathParameterRenamed => {
            "an argument has another name, if names.json or an overlay does not keep it"
        }
        Rule::RequestBodyAdded => "a body is an argument now",
        Rule::RequestBodyRemoved => "a body is no longer an argument",
        Rule::SuccessStatusAdded | Rule::SuccessStatusChanged => "another type of its response",
        Rule::StatusAdded | Rule::StatusRemoved => "one more or less status of an `Error`",
        Rule::BodyAdded | Rule::BodyRemoved | Rule::MediaTypeRemoved if breaking => {
            "another type of its body"
        }
        Rule::FieldAdded => match (item.is_sent, breaking) {
            (true, true) => "new setter that must be called",
            (true, false) => "new setter",
            (false, _) => "new field",
        },
        Rule::FieldRemoved if item.is_sent => "setter removed",
        Rule::FieldRemoved => "field removed",
        Rule::FieldRequired if item.ty.is_none() => "must be given",
        Rule::FieldOptional if item.ty.is_none() => "may be left out",
        Rule::FieldRequired if item.is_sent => "refuses what lacks the field",
        Rule::FieldRequired => "stays an `Option`, as D1 may leave it out",
        Rule::FieldOptional if item.is_sent => "accepts what lacks the field",
        Rule::FieldOptional if breaking => "answers without the field are refused: it is essential",
        Rule::FieldOptional => "stays an `Option`",
        Rule::FieldDirection if item.is_sent && breaking => "setter removed",
        Rule::FieldDirection if item.is_sent => "new setter",
        Rule::ValueAdded | Rule::ErrorCodeAdded => "new variant",
        Rule::ValueRemoved | Rule::ErrorCodeRemoved => "variant removed",
        Rule::ErrorCodeRetryable => "another answer",
        Rule::AcceptedValues if breaking => "D1 takes fewer values",
        Rule::AcceptedValues => "D1 takes more values",
        Rule::RuleTighter if is_sent || breaking => "refuses more values",
        Rule::RuleLooser if is_sent => "accepts more values",
        Rule::RuleOther if is_sent || breaking => "accepts other values",
        Rule::RuleTighter | Rule::RuleLooser | Rule::RuleOther => {
            "no difference: what D1 sends is not checked"
        }
        Rule::TypeChanged | Rule::SchemaChanged | Rule::ValuesListed => "another type",
        Rule::NullableChanged if breaking && !item.is_sent => {
            "answers with `null` are refused: it is essential"
        }
        Rule::FormatChanged
        | Rule::NullableChanged
        | Rule::UnknownFieldsChanged
        | Rule::AlternativeAdded
        | Rule::AlternativeRemoved
        | Rule::ReferenceChanged
            if breaking =>
        {
            "perhaps another type"
        }
        Rule::DefaultChanged => "another value where none is given",
        Rule::ServerAdded | Rule::ServerRemoved | Rule::ServerChanged => "its URLs are the servers'",
        Rule::Deprecated => "`#[deprecated]`, or no longer",
        _ => return None,
    })
}

/// The variant of a value, where its letters give it.
fn variant(value: &str) -> Option<String> {
    let plain = value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' '));
    // `Unknown` holds what no variant is for, so a value of that name has another.
    Some(pascal(value)).filter(|variant| plain && variant != "Unknown")
}

fn operation(item: &Item) -> Option<String> {
    item.operation.as_ref().map(|name| format!("Operation::{name}"))
}

/// The setter or field of a value, or its type.
fn value(item: &Item) -> Option<String> {
    match (&item.field, &item.ty) {
        (Some((owner, field)), _) if item.is_sent => Some(format!("{owner}::builder().{field}(..)")),
        (Some((owner, field)), _) => Some(format!("{owner}::{field}")),
        (None, ty) => ty.clone(),
    }
}
