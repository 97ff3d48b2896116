//! The Rust type of a schema as typify makes it, in a document in which every type that needs a name has one.

use quote::{format_ident, quote};
use serde_json::Value;

use crate::{error::Error, named::SCHEMAS, pointer::reference};

/// The type, those with a name in the module `types`.
pub(super) fn of(schema: &Value) -> Result<syn::Type, Error> {
    let ty = if let Some(name) = name_of(schema) {
        let name = format_ident!("{name}");
        quote! { types::#name }
    } else {
        let format = schema["format"].as_str().unwrap_or_default();
        match schema["type"].as_str() {
            Some("string") => quote! { ::std::string::String },
            Some("boolean") => quote! { bool },
            Some("integer") if format == "int32" => quote! { i32 },
            Some("integer") => quote! { i64 },
            Some("number") if format == "float" => quote! { f32 },
            Some("number") => quote! { f64 },
            Some("array") => {
                let items = of(&schema["items"])?;
                quote! { ::std::vec::Vec<#items> }
            }
            Some("object") if schema["additionalProperties"].is_object() => {
                let values = of(&schema["additionalProperties"])?;
                quote! { ::std::collections::HashMap<::std::string::String, #values> }
            }
            Some("object") => {
                quote! { ::serde_json::Map<::std::string::String, ::serde_json::Value> }
            }
            None => quote! { ::serde_json::Value },
            Some(other) => return Err(Error::Document(format!("`{other}` is not a type of OpenAPI 3.0"))),
        }
    };
    let nullable = schema["nullable"] == true;
    Ok(syn::parse2(if nullable {
        quote! { ::std::option::Option<#ty> }
    } else {
        ty
    })?)
}

/// The name of the type that a schema refers to, bare or beside what belongs to its place.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    reference(schema)?.strip_prefix(SCHEMAS)
}
