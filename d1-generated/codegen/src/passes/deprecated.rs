//! What the vendor deprecates is deprecated: properties, with their setters, and operations.

use std::collections::HashSet;

use serde_json::Value;
use syn::{File, parse_quote};

use crate::naming::snake;
use crate::operations::operations;
use crate::tree::{Types, functions_of_client};

pub(crate) fn of_properties(types: &mut Types, document: &Value) {
    for (field, property, schema) in types.fields(document) {
        if schema["properties"][&property]["deprecated"] == true {
            field.attrs.push(parse_quote! { #[deprecated] });
        }
    }
}

pub(crate) fn of_operations(file: &mut File, document: &Value) {
    let deprecated: HashSet<_> = operations(document)
        .filter(|operation| operation.value["deprecated"] == true)
        .map(|operation| snake(operation.id()))
        .collect();
    for function in functions_of_client(file) {
        if deprecated.contains(&function.sig.ident.to_string()) {
            function.attrs.push(parse_quote! { #[deprecated] });
        }
    }
}
