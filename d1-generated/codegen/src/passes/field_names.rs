//! Field names that no rule of case can find: a property with `x-field-name` is called that.

use quote::format_ident;
use serde_json::Value;

use crate::{
    Error,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    for ty in &mut types.list {
        let Some(properties) = ty
            .schema(document)
            .and_then(|schema| schema["properties"].as_object())
        else {
            continue;
        };
        let Shape::Object(item) = &mut ty.shape else {
            continue;
        };
        for field in &mut item.fields {
            let Some(ident) = &field.ident else { continue };
            let property = tree::wire_name(&field.attrs, ident);
            let Some(name) = properties
                .get(&property)
                .and_then(|schema| schema["x-field-name"].as_str())
            else {
                continue;
            };
            if *ident == property {
                field
                    .attrs
                    .push(syn::parse_quote! { #[serde(rename = #property)] });
            }
            syn::parse_str::<syn::Ident>(name)?;
            field.ident = Some(format_ident!("{name}"));
        }
    }
    Ok(())
}
