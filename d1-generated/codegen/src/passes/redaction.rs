//! Redaction by default: `Debug` shows a value only where the document says `x-safe` on that very property. All else
//! prints `[redacted]`, a constant, so a field that the vendor adds tomorrow is redacted before anyone has looked.

use std::collections::{HashMap, HashSet};

use quote::{ToTokens, quote};
use serde_json::Value;

use crate::{
    Error,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    let shown = Shown::of(types, document);
    for ty in &mut types.list {
        let name = ty.name.clone();
        let Some(attributes) = ty.attributes() else {
            continue;
        };
        tree::derive(attributes, &["Debug"], &[])?;
        let is_shown = shown.types.contains(&name.to_string());
        let debug = match &ty.shape {
            Shape::Object(item) => object_debug(item, shown.properties.get(&name.to_string())),
            Shape::Text(_) if is_shown => quote! { crate::redacted::shown!(#name); },
            Shape::Enum(_) if is_shown => quote! { crate::redacted::shown_value!(#name); },
            _ => quote! { crate::redacted::redacted!(#name); },
        };
        ty.add(debug)?;
        // What a log and a URL show by its very purpose, though a `Debug` does not.
        if ty
            .schema(document)
            .is_some_and(|schema| schema["x-display"] == true)
        {
            ty.add(quote! { crate::redacted::displayed!(#name); })?;
        }
        if !ty.builder.is_empty() {
            ty.builder
                .extend(tree::parse_items(quote! { crate::redacted::redacted!(#name); })?);
        }
    }
    Ok(())
}

/// What may be shown: properties by struct, and the types that stand behind such properties only.
struct Shown {
    properties: HashMap<String, HashSet<String>>,
    types: HashSet<String>,
}

impl Shown {
    fn of(types: &Types, document: &Value) -> Self {
        let mut properties: HashMap<String, HashSet<String>> = HashMap::new();
        let mut safe_uses: HashSet<String> = HashSet::new();
        let mut other_uses: HashSet<String> = HashSet::new();
        for ty in &types.list {
            let Shape::Object(item) = &ty.shape else { continue };
            let schema = ty.schema(document);
            for field in &item.fields {
                let Some(ident) = &field.ident else { continue };
                let property = tree::wire_name(&field.attrs, ident);
                let safe = schema.is_some_and(|schema| schema["properties"][&property]["x-safe"] == true);
                let uses = if safe { &mut safe_uses } else { &mut other_uses };
                uses.extend(named_types(&field.ty));
                if safe {
                    properties
                        .entry(ty.name.to_string())
                        .or_default()
                        .insert(property);
                }
            }
        }
        Self {
            properties,
            types: &safe_uses - &other_uses,
        }
    }
}

/// Every identifier in a type: the wrappers among them are no type of ours and do no harm.
fn named_types(ty: &syn::Type) -> HashSet<String> {
    ty.to_token_stream()
        .to_string()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

fn object_debug(item: &syn::ItemStruct, safe: Option<&HashSet<String>>) -> proc_macro2::TokenStream {
    let name = &item.ident;
    let fields = item.fields.iter().filter_map(|field| {
        let ident = field.ident.as_ref()?;
        let property = tree::wire_name(&field.attrs, ident);
        let label = ident.to_string();
        Some(match safe.is_some_and(|safe| safe.contains(&property)) {
            true => quote! { .field(#label, &self.#ident) },
            false => quote! { .field(#label, &crate::redacted::REDACTED) },
        })
    });
    quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!(#name)) #(#fields)* .finish()
            }
        }
    }
}
