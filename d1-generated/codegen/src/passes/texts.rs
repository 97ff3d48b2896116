//! Strings: what we send is checked by the vendor's rule, what we receive is kept as it came.
//!
//! A constrained newtype gets `impl Rule` with the vendor's lengths and pattern; the rest of its impls are the macro
//! `checked_text!` (or `free_text!`) of `d1-generated/src/text.rs`.

use quote::quote;
use serde_json::Value;

use super::{builders::count, pattern, pattern_words};
use crate::{
    Error, named,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    for ty in &mut types.list {
        let Some(schema) = ty.schema(document) else {
            continue;
        };
        let Shape::Text(item) = &mut ty.shape else {
            continue;
        };
        item.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
        tree::derive(&mut item.attrs, &["Serialize", "Deserialize"], &[])?;
        item.fields = syn::Fields::Unnamed(syn::parse_quote! { (::compact_str::CompactString) });
        let name = ty.name.clone();
        let (least, most) = (count(schema, "minLength"), count(schema, "maxLength"));
        let pattern = schema["pattern"].as_str();
        if least.is_none() && most.is_none() && pattern.is_none() {
            ty.add(quote! { crate::text::free_text!(#name); })?;
            continue;
        }
        let (min, max) = (least.unwrap_or(0), most.unwrap_or(usize::MAX));
        let length_rule = length_rule(least, most);
        let (pattern, pattern_rule, matches) = match pattern {
            None => (quote! { None }, String::new(), quote! { let _ = value; true }),
            Some(pattern) => {
                let rule = pattern_rule(schema, pattern, least.is_some() || most.is_some());
                let place = schema[named::PLACE].as_str().unwrap_or_default();
                let matches = pattern::matcher(place, pattern, (min, max))?;
                (quote! { Some(#pattern) }, rule, matches)
            }
        };
        let max = if max == usize::MAX {
            quote! { usize::MAX }
        } else {
            quote! { #max }
        };
        ty.add(quote! {
            impl crate::text::Rule for #name {
                const MIN_LENGTH: usize = #min;
                const MAX_LENGTH: usize = #max;
                const PATTERN: ::std::option::Option<&'static str> = #pattern;
                const LENGTH_RULE: &'static str = #length_rule;
                const PATTERN_RULE: &'static str = #pattern_rule;
                fn matches(value: &str) -> bool { #matches }
            }
            crate::text::checked_text!(#name);
        })?;
        // An overlay says that it is a day of a calendar.
        if schema["x-date"] == true {
            ty.add(quote! { crate::date::date!(#name); })?;
        }
        let accepted = schema["x-accepted-values"].as_array().into_iter().flatten();
        let accepted: Vec<&str> = accepted.filter_map(Value::as_str).collect();
        if !accepted.is_empty() {
            ty.add(quote! { crate::text::accepted!(#name #(#accepted)*); })?;
        }
    }
    Ok(())
}

/// The pattern, and beside it what it means to people.
fn pattern_rule(schema: &Value, pattern: &str, has_length: bool) -> String {
    let characters = || pattern_words::characters(pattern).map(|characters| format!("{characters} only"));
    let stated = schema["x-pattern-words"].as_str().map(str::to_owned);
    let words = stated
        .or_else(|| has_length.then(characters).flatten())
        .or_else(|| pattern_words::in_words(pattern));
    let words = words.map(|words| format!(": {words}")).unwrap_or_default();
    format!("must match `{pattern}` (ECMA 262, Unicode){words}")
}

fn length_rule(min: Option<usize>, max: Option<usize>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("must be exactly {max} characters long"),
        (Some(min), Some(max)) => format!("must be {min} to {max} characters long"),
        (None, Some(max)) => format!("must be at most {max} characters long"),
        (Some(min), None) => format!("must be at least {min} characters long"),
        (None, None) => String::new(),
    }
}
