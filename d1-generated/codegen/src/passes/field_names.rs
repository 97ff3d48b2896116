//! Field names that no rule of case can find: a property with `x-field-name` is called that.

use quote::format_ident;
use serde_json::Value;

use crate::{Error, tree::Types};

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    for (field, property, schema) in types.fields(document) {
        let Some(name) = schema["properties"][&property]["x-field-name"].as_str() else {
            continue;
        };
        if field.ident.as_ref().is_some_and(|ident| *ident == property) {
            field
                .attrs
                .push(syn::parse_quote! { #[serde(rename = #property)] });
        }
        syn::parse_str::<syn::Ident>(name)?;
        field.ident = Some(format_ident!("{name}"));
    }
    Ok(())
}
