//! Feature `schemars`: objects derive `JsonSchema`; strings and enums have it from their macros.

use syn::parse_quote;

use crate::tree::{Shape, Types};

pub(crate) fn apply(types: &mut Types) {
    for ty in &mut types.list {
        if let Shape::Object(item) = &mut ty.shape {
            item.attrs
                .push(parse_quote! { #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))] });
        }
    }
}
