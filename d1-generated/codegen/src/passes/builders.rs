//! Builders whose setters take whatever converts into the field: `.middle_name("Ada")`, a nested builder, a value.
//!
//! An optional setter takes an `Option`, too. The JSON paths of refused values and the rules they break are kept until the
//! builder is turned into its type. A builder is
//! hardly larger than its type: setters move it, and a person has many fields. The list has a name that no property has.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Ident, visit_mut::VisitMut};

use super::examples::Examples;
use crate::{
    Error,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types, module: &str, document: &Value) -> Result<(), Error> {
    let examples = Examples::of(types, document);
    let names: HashSet<String> = types.list.iter().map(|ty| ty.name.to_string()).collect();
    let comparable = types.list.iter().all(|ty| !matches!(ty.shape, Shape::Other(_)));
    for ty in &mut types.list {
        let schema = ty.schema(document);
        let Shape::Object(item) = &mut ty.shape else {
            continue;
        };
        if comparable {
            tree::derive(&mut item.attrs, &["PartialEq"], &[quote! { PartialEq }])?;
        }
        let fields: Vec<Field> = item
            .fields
            .iter()
            .filter_map(|field| Field::of(field, schema, &names))
            .collect();
        let example = examples.builder(&ty.name.to_string());
        let example = example.map(|example| quote! { #module #example });
        ty.builder = tree::parse_items(builder(&ty.name, &fields, example))?;
    }
    Ok(())
}

struct Field {
    ident: Ident,
    property: String,
    /// The type as seen from the builder module, without its `Option`.
    ty: syn::Type,
    optional: bool,
    docs: Vec<Attribute>,
    /// The vendor's bounds on a list or a number, where the document has any.
    items: Option<TokenStream>,
}

impl Field {
    fn of(field: &syn::Field, schema: Option<&Value>, names: &HashSet<String>) -> Option<Self> {
        let ident = field.ident.clone()?;
        let property = tree::wire_name(&field.attrs, &ident);
        let inner = tree::option_of(&field.ty);
        let optional = inner.is_some();
        let mut ty = inner.unwrap_or(&field.ty).clone();
        let declared = schema.map(|schema| &schema["properties"][&property]);
        let items = declared.and_then(bounds);
        Outward(names).visit_type_mut(&mut ty);
        let docs = field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc") || attribute.path().is_ident("deprecated"))
            .cloned()
            .collect();
        Some(Self {
            ident,
            property,
            ty,
            optional,
            docs,
            items,
        })
    }

    /// How the struct gets the field from the builder.
    fn built(&self) -> TokenStream {
        let Self { ident, property, .. } = self;
        match self.optional {
            true => quote! { #ident: value.#ident },
            false => quote! { #ident: value.#ident.ok_or(const { crate::Invalid::missing(#property) })? },
        }
    }

    /// How the builder gets the field from the struct.
    fn kept(&self) -> TokenStream {
        let ident = &self.ident;
        match self.optional {
            true => quote! { #ident: value.#ident },
            false => quote! { #ident: Some(value.#ident) },
        }
    }

    fn setter(&self) -> TokenStream {
        let Self {
            ident,
            property,
            ty,
            docs,
            ..
        } = self;
        let bounds = self
            .items
            .as_ref()
            .map(|bounds| quote! { .map(|given| given.and_then(|items| #bounds)) });
        let setter = setter(ident);
        let (generics, kind) = match self.optional {
            true => (quote! { <T, M> }, quote! { M }),
            false => (quote! { <T> }, quote! { crate::invalid::Value }),
        };
        quote! {
            #(#docs)*
            pub fn #setter #generics(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<#ty, #kind>,
            {
                self.#ident = self._refused.take(#property, value.given() #bounds);
                self
            }
        }
    }
}

/// The setter of a field.
pub(super) fn setter(field: &Ident) -> Ident {
    // `build` is the builder's own.
    match field == "build" {
        true => format_ident!("{field}_"),
        false => field.clone(),
    }
}

fn builder(name: &Ident, fields: &[Field], example: Option<TokenStream>) -> TokenStream {
    let doc = format!("Builder of [`{name}`](super::{name}).");
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let types = fields.iter().map(|field| &field.ty);
    let setters = fields.iter().map(Field::setter);
    let built = fields.iter().map(Field::built);
    let demanded: Vec<_> = fields
        .iter()
        .filter(|field| !field.optional)
        .map(|field| {
            let Field { ident, property, .. } = field;
            quote! { value._refused.require(#property, value.#ident.is_some()); }
        })
        .collect();
    let mutable = (!demanded.is_empty()).then(|| quote! { mut });
    let kept = fields.iter().map(Field::kept);
    quote! {
        #[doc = #doc]
        #[derive(Clone, Default)]
        #[must_use]
        pub struct #name {
            #(#idents: ::std::option::Option<#types>,)*
            _refused: crate::invalid::Refused,
        }

        impl #name {
            #(#setters)*
        }

        crate::built::built!(#name #example);

        impl ::std::convert::TryFrom<#name> for super::#name {
            type Error = crate::Invalid;
            fn try_from(#mutable value: #name) -> ::std::result::Result<Self, crate::Invalid> {
                #(#demanded)*
                value._refused.none()?;
                Ok(Self { #(#built),* })
            }
        }

        impl ::std::convert::From<super::#name> for #name {
            fn from(value: super::#name) -> Self {
                Self { #(#kept,)* _refused: ::std::default::Default::default() }
            }
        }
    }
}

/// What a list or a number must keep, as an expression of `items`.
pub(super) fn bounds(schema: &Value) -> Option<TokenStream> {
    match schema["type"].as_str()? {
        "array" => array_bounds(schema),
        "integer" | "number" => number_bounds(schema),
        _ => None,
    }
}

fn number_bounds(schema: &Value) -> Option<TokenStream> {
    let whole = schema["type"] == "integer";
    let literal = |value: &Value| {
        let text = match whole {
            true => value.as_i64()?.to_string(),
            false => format!("{:?}", value.as_f64()?),
        };
        Some((syn::parse_str::<syn::Expr>(&text).ok()?, text))
    };
    let mut checks = Vec::new();
    let mut words = Vec::new();
    let mut limits = Vec::new();
    for (bound, exclusive, signs, said) in [
        (
            "minimum",
            "exclusiveMinimum",
            [quote! { >= }, quote! { > }],
            ["at least", "more than"],
        ),
        (
            "maximum",
            "exclusiveMaximum",
            [quote! { <= }, quote! { < }],
            ["at most", "less than"],
        ),
    ] {
        let Some((value, text)) = literal(&schema[bound]) else {
            limits.push(quote! { None });
            continue;
        };
        let exclusively = schema[exclusive] == true;
        limits.push(quote! { Some(crate::invalid::Limit { value: #text, exclusive: #exclusively }) });
        let strict = usize::from(exclusively);
        let sign = &signs[strict];
        checks.push(quote! { items #sign #value });
        words.push(format!("{} {text}", said[strict]));
    }
    if checks.is_empty() {
        return None;
    }
    let rule = format!("must be {}", words.join(" and "));
    let (low, high) = (&limits[0], &limits[1]);
    Some(quote! {
        if #(#checks)&&* {
            Ok(items)
        } else {
            Err(const { crate::Invalid::of(crate::invalid::Rule::Range { min: #low, max: #high }, #rule) })
        }
    })
}

/// typify ignores `minItems`, `maxItems` and `uniqueItems`; what is sent must keep them all the same.
fn array_bounds(schema: &Value) -> Option<TokenStream> {
    let (min, max) = (count(schema, "minItems"), count(schema, "maxItems"));
    let unique = schema["uniqueItems"] == true;
    if min.is_none() && max.is_none() && !unique {
        return None;
    }
    let count = match (min, max) {
        (None, None) => String::new(),
        (None, Some(max)) => format!("at most {max} "),
        (Some(min), None) => format!("at least {min} "),
        (Some(min), Some(max)) => format!("{min} to {max} "),
    };
    let rule = format!(
        "must hold {count}{}",
        if unique { "different values" } else { "values" }
    );
    let min = min.unwrap_or(0);
    let max = max.map_or(quote! { usize::MAX }, |max| quote! { #max });
    let kind = quote! { crate::invalid::Rule::Items { min: #min, max: #max, unique: #unique } };
    let refused = quote! { crate::Invalid::of(#kind, #rule) };
    Some(quote! { crate::invalid::items(items, #min, #max, #unique, #refused) })
}

/// How many items or characters a keyword states.
pub(super) fn count(schema: &Value, keyword: &str) -> Option<usize> {
    schema[keyword].as_u64()?.try_into().ok()
}

/// Types of the module `types`, named from its child `builder`.
struct Outward<'a>(&'a HashSet<String>);

impl VisitMut for Outward<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if let Some(ident) = path.get_ident()
            && self.0.contains(&ident.to_string())
        {
            *path = syn::parse_quote! { super::#ident };
        }
    }
}
