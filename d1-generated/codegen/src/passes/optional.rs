//! A property is optional when `required` does not name it, whatever its type: typify gives an optional list or map no
//! `Option`, so that a builder would demand it, and an empty one could not be told from an absent one.

use serde_json::Value;
use syn::parse_quote;

use crate::{
    Error,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    for ty in &mut types.list {
        let required = ty.schema(document).map(|schema| schema["required"].clone());
        let Shape::Object(item) = &mut ty.shape else {
            continue;
        };
        for field in &mut item.fields {
            let Some(ident) = field.ident.clone() else {
                continue;
            };
            let property = tree::wire_name(&field.attrs, &ident);
            let names = required.as_ref().and_then(Value::as_array).into_iter().flatten();
            if tree::option_of(&field.ty).is_some() || names.into_iter().any(|name| *name == property) {
                continue;
            }
            field
                .attrs
                .retain(|attribute| !attribute.path().is_ident("serde"));
            let rename = (ident != property).then(|| quote::quote! { rename = #property, });
            field.attrs.push(
                parse_quote! { #[serde(#rename skip_serializing_if = "::std::option::Option::is_none")] },
            );
            let inner = &field.ty;
            field.ty = parse_quote! { ::std::option::Option<#inner> };
        }
    }
    Ok(())
}
