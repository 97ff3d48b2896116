//! A property is optional when `required` does not name it, whatever its type: typify gives an optional list or map no
//! `Option`, so that a builder would demand it, and an empty one could not be told from an absent one.

use serde_json::Value;
use syn::parse_quote;

use crate::tree::{self, Types};

pub(crate) fn apply(types: &mut Types, document: &Value) {
    for (field, property, schema) in types.fields(document) {
        let mut required = schema["required"].as_array().into_iter().flatten();
        if tree::option_of(&field.ty).is_some() || required.any(|name| *name == property) {
            continue;
        }
        field
            .attrs
            .retain(|attribute| !attribute.path().is_ident("serde"));
        let is_renamed = field.ident.as_ref().is_some_and(|ident| *ident != property);
        let rename = is_renamed.then(|| quote::quote! { rename = #property, });
        field
            .attrs
            .push(parse_quote! { #[serde(#rename skip_serializing_if = "::std::option::Option::is_none")] });
        let inner = &field.ty;
        field.ty = parse_quote! { ::std::option::Option<#inner> };
    }
}
