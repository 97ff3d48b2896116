//! How objects are read: not by serde's derive, whose errors repeat values and which refuses a member that comes twice,
//! but by the macro `object!` of `d1-generated/src/object.rs`.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::builders::bounds as bounds_of;
use crate::{
    Error,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    let ours: HashSet<String> = types
        .list
        .iter()
        .filter(|ty| match &ty.shape {
            Shape::Object(item) => !item
                .fields
                .iter()
                .any(|field| serde_says(&field.attrs, "flatten")),
            Shape::Text(..) | Shape::Enum(..) => true,
            Shape::Other(_) => false,
        })
        .map(|ty| ty.name.to_string())
        .collect();
    for ty in &mut types.list {
        let name = ty.name.clone();
        if !ours.contains(&name.to_string()) {
            continue;
        }
        let schema = ty.schema(document);
        let Shape::Object(item) = &mut ty.shape else {
            continue;
        };
        tree::derive(&mut item.attrs, &["Deserialize"], &[])?;
        let others = match serde_says(&item.attrs, "deny_unknown_fields") {
            true => quote! { refused },
            false => quote! { ignored },
        };
        let fields = item.fields.iter().filter_map(|field| {
            let ident = field.ident.as_ref()?;
            let property = tree::wire_name(&field.attrs, ident);
            let kind = match is_ours(&field.ty, &ours) {
                true => quote! { ours },
                false => quote! { foreign },
            };
            let missing = missing(field);
            let check = schema.and_then(|schema| check(field, &schema["properties"][&property]));
            Some(quote! { #ident: #property #kind #missing #check; })
        });
        let fields: Vec<_> = fields.collect();
        ty.add(quote! { crate::object::object!(#name #others { #(#fields)* }); })?;
    }
    Ok(())
}

/// Whether the hand-written code can read the type.
fn is_ours(ty: &syn::Type, ours: &HashSet<String>) -> bool {
    if let Some(inner) = tree::option_of(ty).or(tree::vec_of(ty)) {
        return is_ours(inner, ours);
    }
    let syn::Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| {
        let name = last.ident.to_string();
        ours.contains(&name) || name == "bool" || name == "String"
    })
}

/// What becomes of the field if its member does not come.
fn missing(field: &syn::Field) -> TokenStream {
    if tree::option_of(&field.ty).is_some() {
        return quote! { optional };
    }
    let default = tree::serde_words(&field.attrs)
        .into_iter()
        .rfind(|(word, _)| word == "default");
    match default.map(|(_, path)| path.map(|path| syn::parse_str::<syn::Path>(&path))) {
        None | Some(Some(Err(_))) => quote! { required },
        Some(None) => quote! { (or ::std::default::Default::default) },
        Some(Some(Ok(path))) => quote! { (or #path) },
    }
}

/// The vendor's bounds on lists and numbers hold for what is read too, not only for what a setter is given.
fn check(field: &syn::Field, declared: &Value) -> Option<TokenStream> {
    let optional = tree::option_of(&field.ty);
    let bounds = bounds_of(declared)?;
    let held = &field.ty;
    let checked = match optional {
        Some(_) => quote! { items.map(|items| #bounds).transpose() },
        None => bounds,
    };
    Some(quote! { => |items: #held| #checked })
}

fn serde_says(attributes: &[syn::Attribute], word: &str) -> bool {
    tree::serde_words(attributes).iter().any(|(said, _)| said == word)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse_quote;

    use super::*;

    #[test]
    fn a_member_that_does_not_come_is_what_serde_would_make_of_it() {
        let item: syn::ItemStruct = parse_quote! {
            struct Limits {
                #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
                a: ::std::option::Option<i64>,
                b: i64,
                #[serde(default)]
                c: ::std::vec::Vec<i64>,
                #[serde(rename = "d", default = "defaults::d")]
                d: bool,
            }
        };
        let of: Vec<_> = item
            .fields
            .iter()
            .map(|field| missing(field).to_string())
            .collect();
        let [a, b, c, d] = &of[..] else { panic!("{of:?}") };
        assert_eq!((a.as_str(), b.as_str()), ("optional", "required"));
        assert_eq!(c, "(or :: std :: default :: Default :: default)");
        assert_eq!(d, "(or defaults :: d)");
    }

    #[test]
    fn only_what_the_hand_written_code_reads_is_ours() {
        let ours = HashSet::from(["Account".to_owned()]);
        let is_ours = |ty: syn::Type| is_ours(&ty, &ours);
        assert!(is_ours(
            parse_quote! { ::std::option::Option<::std::vec::Vec<Account>> }
        ));
        assert!(is_ours(parse_quote! { ::std::string::String }));
        let others: [syn::Type; 3] = [
            parse_quote! { i64 },
            parse_quote! { ::std::vec::Vec<Limits> },
            parse_quote! { ::std::collections::HashMap<::std::string::String, Account> },
        ];
        for other in others {
            assert!(!is_ours(other.clone()), "{}", other.to_token_stream());
        }
    }
}
