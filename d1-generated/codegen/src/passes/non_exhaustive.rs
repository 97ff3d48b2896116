//! `#[non_exhaustive]` on every struct and enum: a field or a value that the vendor adds breaks no caller.

use syn::parse_quote;

use crate::tree::{Shape, Types};

pub(crate) fn apply(types: &mut Types) {
    for ty in &mut types.list {
        match &mut ty.shape {
            Shape::Object(item) => item.attrs.push(parse_quote! { #[non_exhaustive] }),
            Shape::Enum(item) => item.attrs.push(parse_quote! { #[non_exhaustive] }),
            // Its one field is private: nothing to exhaust.
            Shape::Text(_) | Shape::Other(_) => {}
        }
    }
}
