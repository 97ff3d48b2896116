//! What a change means in Rust, and which changes are one idea's.

use std::collections::BTreeMap;

use super::{Change, Impact, Rule, rust_names::Item, rust_names::RustNames};

/// Says of each change what it means in Rust, and tells a change of one idea once, with all its places.
pub(super) fn explain(changes: &mut Vec<Change>, old: &RustNames, new: &RustNames) {
    let mut told: BTreeMap<_, usize> = BTreeMap::new();
    let mut kept: Vec<Change> = Vec::with_capacity(changes.len());
    for mut change in changes.drain(..) {
        let around = [new, old]
            .into_iter()
            .filter_map(|names| names.around(&change.pointer))
            .min_by_key(|(_, inside)| inside.len());
        let Some((item, inside)) = around else {
            change.rust = meaning(&change, &Item::default());
            kept.push(change);
            continue;
        };
        change.rust = meaning(&change, item);
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

/// `` `PersonalInformation::builder().email(..)`: setter removed ``; nothing where nothing changes in Rust.
fn meaning(change: &Change, item: &Item) -> Option<String> {
    let value = subject(item);
    let breaking = change.impact == Impact::Breaking;
    let (subject, what) = match change.rule {
        Rule::OperationAdded => (
            operation(item)?,
            "new variant, and a method of the generated client",
        ),
        Rule::OperationRemoved => (operation(item)?, "variant removed, and its method"),
        Rule::OperationRenamed => (operation(item)?, "the name stays if names.json gives it"),
        Rule::ParameterAdded | Rule::ParameterRemoved => (
            operation(item)?,
            "another argument of the generated client's method",
        ),
        Rule::RequestBodyAdded | Rule::RequestBodyRemoved => {
            (operation(item)?, "another body of the generated client's method")
        }
        Rule::SuccessStatusAdded | Rule::SuccessStatusChanged => {
            (operation(item)?, "another type of its response")
        }
        Rule::FieldAdded => match (item.is_sent, breaking) {
            (true, true) => (value?, "new setter that must be called"),
            (true, false) => (value?, "new setter"),
            (false, _) => (value?, "new field"),
        },
        Rule::FieldRemoved if item.is_sent => (value?, "setter removed"),
        Rule::FieldRemoved => (value?, "field removed"),
        Rule::FieldRequired if item.is_sent => (builder(item)?, "refuses what lacks the field"),
        Rule::FieldOptional if item.is_sent => (builder(item)?, "accepts what lacks the field"),
        Rule::FieldDirection if item.is_sent && breaking => (value?, "setter removed"),
        Rule::FieldDirection if item.is_sent => (value?, "new setter"),
        Rule::ValueAdded => (ty(item)?, "new variant"),
        Rule::ValueRemoved => (ty(item)?, "variant removed"),
        Rule::RuleTighter if item.is_sent => (value?, "refuses more values"),
        Rule::RuleLooser if item.is_sent => (value?, "accepts more values"),
        Rule::RuleOther if item.is_sent => (value?, "accepts other values"),
        Rule::TypeChanged | Rule::SchemaChanged | Rule::ValuesListed => (value?, "another type"),
        Rule::FormatChanged
        | Rule::NullableChanged
        | Rule::UnknownFieldsChanged
        | Rule::AlternativeAdded
        | Rule::AlternativeRemoved
        | Rule::ReferenceChanged
            if breaking =>
        {
            (value?, "perhaps another type")
        }
        Rule::ErrorCodeAdded => ("ErrorCode".to_owned(), "new variant"),
        Rule::ErrorCodeRemoved => ("ErrorCode".to_owned(), "variant removed"),
        Rule::ErrorCodeRetryable => ("Error::is_retryable".to_owned(), "another answer"),
        Rule::ServerAdded | Rule::ServerRemoved | Rule::ServerChanged => {
            ("Environment".to_owned(), "its URLs are the servers'")
        }
        Rule::Deprecated => (value.or_else(|| operation(item))?, "#[deprecated], or no longer"),
        _ => return None,
    };
    Some(format!("`{subject}`: {what}"))
}

fn operation(item: &Item) -> Option<String> {
    item.operation.as_ref().map(|name| format!("Operation::{name}"))
}

fn ty(item: &Item) -> Option<String> {
    item.ty.clone().or_else(|| subject(item))
}

fn builder(item: &Item) -> Option<String> {
    item.ty.as_ref().map(|ty| format!("{ty}::builder().build()"))
}

/// The setter or field of a value, or its type.
fn subject(item: &Item) -> Option<String> {
    match (&item.field, &item.ty) {
        (Some((owner, field)), _) if item.is_sent => Some(format!("{owner}::builder().{field}(..)")),
        (Some((owner, field)), _) => Some(format!("{owner}::{field}")),
        (None, ty) => ty.clone(),
    }
}
