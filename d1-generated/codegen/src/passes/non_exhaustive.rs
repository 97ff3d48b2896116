//! `#[non_exhaustive]` on every struct and enum: a field or a value that the vendor adds breaks no caller.

use syn::{ItemEnum, ItemStruct, parse_quote};

use crate::tree::{Shape, Types};

pub(crate) fn apply(types: &mut Types) {
    for ty in &mut types.list {
        // The one field of a text is private: nothing to exhaust.
        if let Shape::Object(ItemStruct { attrs, .. }) | Shape::Enum(ItemEnum { attrs, .. }) = &mut ty.shape {
            attrs.push(parse_quote! { #[non_exhaustive] });
        }
    }
}
