//! Strings: what we send is checked by the vendor's rule, what we receive is kept as it came.
//!
//! A constrained newtype gets `impl Rule` with the vendor's lengths and pattern; the rest of its impls are the macro
//! `checked_text!` (or `free_text!`) of `d1-generated/src/text.rs`.

use quote::quote;
use serde_json::Value;

use super::{pattern, pattern_words};
use crate::{
    Error, named,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    for ty in &mut types.list {
        let constraints = Constraints::of(ty.schema(document));
        let Shape::Text(item) = &mut ty.shape else {
            continue;
        };
        item.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
        tree::derive(&mut item.attrs, &["Serialize", "Deserialize"], &[])?;
        item.fields = syn::Fields::Unnamed(syn::parse_quote! { (::compact_str::CompactString) });
        let name = ty.name.clone();
        if constraints.is_empty() {
            ty.add(quote! { crate::text::free_text!(#name); })?;
            continue;
        }
        let min = constraints.min_length.unwrap_or(0);
        let max = constraints.max_length.unwrap_or(usize::MAX);
        let length_rule = length_rule(constraints.min_length, constraints.max_length);
        let (pattern, pattern_rule, matches) = match &constraints.pattern {
            None => (quote! { None }, String::new(), quote! { let _ = value; true }),
            Some(pattern) => {
                let rule = pattern_rule(&constraints, pattern);
                (
                    quote! { Some(#pattern) },
                    rule,
                    pattern::matcher(&constraints.place, pattern, (min, max))?,
                )
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
        if constraints.is_date {
            ty.add(quote! { crate::date::date!(#name); })?;
        }
        if !constraints.accepted.is_empty() {
            let accepted = &constraints.accepted;
            ty.add(quote! { crate::text::accepted!(#name #(#accepted)*); })?;
        }
    }
    Ok(())
}

/// What a text must keep: lengths in characters, and the vendor's pattern.
#[derive(Default)]
struct Constraints {
    place: String,
    min_length: Option<usize>,
    max_length: Option<usize>,
    pattern: Option<String>,
    /// What the description lists.
    accepted: Vec<String>,
    /// What an overlay says of the pattern, for people.
    words: Option<String>,
    /// An overlay says that it is a day of a calendar.
    is_date: bool,
}

impl Constraints {
    fn of(schema: Option<&Value>) -> Self {
        let Some(schema) = schema else {
            return Self::default();
        };
        let length = |keyword: &str| {
            schema[keyword]
                .as_u64()
                .and_then(|length| usize::try_from(length).ok())
        };
        Self {
            place: schema[named::PLACE].as_str().unwrap_or_default().to_owned(),
            min_length: length("minLength"),
            max_length: length("maxLength"),
            pattern: schema["pattern"].as_str().map(str::to_owned),
            accepted: schema["x-accepted-values"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
            words: schema["x-pattern-words"].as_str().map(str::to_owned),
            is_date: schema["x-date"] == true,
        }
    }

    fn is_empty(&self) -> bool {
        self.min_length.is_none() && self.max_length.is_none() && self.pattern.is_none()
    }
}

/// The pattern, and beside it what it means to people.
fn pattern_rule(constraints: &Constraints, pattern: &str) -> String {
    let has_length = constraints.min_length.is_some() || constraints.max_length.is_some();
    let characters = || pattern_words::characters(pattern).map(|characters| format!("{characters} only"));
    let words = constraints
        .words
        .clone()
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
