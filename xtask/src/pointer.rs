//! JSON pointers into a document (RFC 6901), and how messages name an operation.

pub use d1_codegen::{
    operations::{METHODS, Operation},
    pointer::{below, steps},
};
use serde_json::Value;

/// The pointer that a reference within the document holds.
#[must_use]
pub fn of_reference(value: &Value) -> Option<&str> {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'))
}

/// The pointer that a reference names: the fragment of a URL, unescaped once (RFC 6901, section 6). `None` when it lies
/// outside the document or cannot be unescaped.
#[must_use]
pub fn pointer_of(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let well_formed = fragment.split('%').skip(1).all(|escape| {
        escape
            .as_bytes()
            .get(..2)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    let decoded = percent_encoding::percent_decode_str(fragment)
        .decode_utf8()
        .ok()?;
    well_formed.then(|| decoded.into_owned())
}

/// What `value` refers to, followed to the end. `value` itself when it is not a reference; `None` when a reference leads
/// nowhere.
#[must_use]
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Value> {
    let mut at = value;
    // A reference that leads back to itself resolves to nothing.
    for _ in 0..16 {
        if at.get("$ref").is_none() {
            return Some(at);
        }
        at = document.pointer(of_reference(at)?)?;
    }
    None
}

/// The name of the first of `documents` that has something at `pointer`.
#[must_use]
pub fn defining_document<'a>(documents: &'a [(String, Value)], pointer: &str) -> Option<&'a str> {
    documents
        .iter()
        .find(|(_, document)| document.pointer(pointer).is_some())
        .map(|(name, _)| name.as_str())
}

/// All operations of a document, in the order of their paths and methods.
#[must_use]
pub fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found: Vec<_> = d1_codegen::operations::operations(document).collect();
    found.sort_by_key(|operation| (operation.path, operation.method));
    found
}

/// The members of an object; none of anything else.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.as_str(), value))
}
