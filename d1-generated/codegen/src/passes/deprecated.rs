//! What the vendor deprecates is deprecated: properties, with their setters, and operations.

use std::collections::HashSet;

use serde_json::Value;
use syn::{File, ImplItem, Item, parse_quote};

use crate::{
    naming::snake,
    operations::operations,
    tree::{self, Shape, Types},
};

pub(crate) fn of_properties(types: &mut Types, document: &Value) {
    for ty in &mut types.list {
        let schema = ty.schema(document);
        let Shape::Object(item) = &mut ty.shape else {
            continue;
        };
        for field in &mut item.fields {
            let Some(ident) = &field.ident else { continue };
            let property = tree::wire_name(&field.attrs, ident);
            if schema.is_some_and(|schema| schema["properties"][&property]["deprecated"] == true) {
                field.attrs.push(parse_quote! { #[deprecated] });
            }
        }
    }
}

pub(crate) fn of_operations(file: &mut File, document: &Value) {
    let deprecated: HashSet<_> = operations(document)
        .filter(|operation| operation.value["deprecated"] == true)
        .map(|operation| snake(operation.id()))
        .collect();
    let impls = file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(item),
        _ => None,
    });
    for member in impls.flat_map(|item| &mut item.items) {
        if let ImplItem::Fn(function) = member
            && deprecated.contains(&function.sig.ident.to_string())
        {
            function.attrs.push(parse_quote! { #[deprecated] });
        }
    }
}
