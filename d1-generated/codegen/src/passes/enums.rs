//! Open enums: what D1 sends may hold a value that is not known yet, and it comes back out unchanged.
//!
//! An enum whose schema says `x-extensible-enum` gets a variant `Unknown(String)`; any other stays closed, because we
//! are the ones who send it.

use std::collections::HashSet;

use quote::{format_ident, quote};
use serde_json::Value;
use syn::Ident;

use crate::{
    Error,
    naming::pascal,
    tree::{Shape, Type, Types},
};

/// The variant for what is not known yet.
const UNKNOWN: &str = "Unknown";

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    for ty in &mut types.list {
        let Some(schema) = ty.schema(document) else {
            continue;
        };
        let open = schema.get("x-extensible-enum");
        let Some(listed) = open.or_else(|| schema.get("enum")).and_then(Value::as_array) else {
            continue;
        };
        let open = open.is_some();
        let values = variants(listed, open);
        let Shape::Text(text) = &ty.shape else { continue };
        let (name, docs) = (&ty.name, &text.attrs);
        let docs = docs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let idents = values.iter().map(|(ident, _)| ident);
        // One that may hold a text cannot be copied.
        let copy = (!open).then(|| quote! { Copy, });
        let unknown = open.then(|| {
            let doc = "A value that was not known when this client was generated, as D1 sent it.";
            let unknown = format_ident!("{UNKNOWN}");
            quote! { #[doc = #doc] #unknown(::std::string::String) }
        });
        let item = syn::parse_quote! {
            #(#docs)*
            #[derive(Clone, #copy Eq, Hash, Ord, PartialEq, PartialOrd)]
            pub enum #name { #(#idents,)* #unknown }
        };
        ty.shape = Shape::Enum(item);
        add_wire(ty, &values, open)?;
    }
    Ok(())
}

/// The variants of listed values: letters and digits in `PascalCase`; a value without any is spelt by its code points
/// (`X3d`), and of two values that would be one variant the later one gets a number (`A2`).
pub(super) fn variants(listed: &[Value], open: bool) -> Vec<(Ident, String)> {
    let mut taken = HashSet::new();
    let mut variants = Vec::new();
    for value in listed.iter().filter_map(Value::as_str) {
        let mut name = match value.chars().any(|c| c.is_ascii_alphanumeric()) {
            true => pascal(&value.replace(|c: char| !c.is_ascii(), "-")),
            false => value
                .chars()
                .fold("X".to_owned(), |name, c| format!("{name}{:x}", u32::from(c))),
        };
        // A value of the vendor's own called `UNKNOWN` is not the variant for what is unknown.
        if open && name == UNKNOWN {
            name.push_str("Value");
        }
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let name = std::iter::once(name.clone())
            .chain(numbered)
            .find(|name| !taken.contains(name))
            .unwrap_or(name);
        taken.insert(name.clone());
        variants.push((format_ident!("{name}"), value.to_owned()));
    }
    variants
}

fn add_wire(ty: &mut Type, values: &[(Ident, String)], open: bool) -> Result<(), Error> {
    let name = ty.name.clone();
    let (variants, wires): (Vec<_>, Vec<_>) = values.iter().map(|(variant, wire)| (variant, wire)).unzip();
    let unrecognised = unrecognised(&name);
    let known = quote! {
        const KNOWN: &'static [&'static str] = &[#(#wires),*];
        const UNRECOGNISED: &'static str = #unrecognised;
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(match value { #(#wires => Self::#variants,)* _ => return None })
        }
    };
    if open {
        ty.add(quote! {
            impl crate::wire::Known for #name {
                #known
                fn wire(&self) -> &str {
                    match self { #(Self::#variants => #wires,)* Self::Unknown(value) => value }
                }
            }
            impl crate::wire::Open for #name {
                fn unknown(value: ::std::string::String) -> Self { Self::Unknown(value) }
            }
            crate::wire::open_enum!(#name);
        })
    } else {
        ty.add(quote! {
            impl crate::wire::Known for #name {
                #known
                fn wire(&self) -> &str { match self { #(Self::#variants => #wires,)* } }
            }
            crate::wire::closed_enum!(#name);
        })
    }
}

/// `unrecognised code` for an `ErrorCode`: the last word of the name says what the value is.
fn unrecognised(name: &Ident) -> String {
    let name = name.to_string();
    let word = name.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0);
    format!("unrecognised {}", name[word..].to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_has_a_variant_of_its_own() {
        let listed = json!([
            "a-b", "a_b", "A", "a", "=", ">", "", "A2", "UNKNOWN", "3DS", "self", "é"
        ]);
        let names: Vec<_> = variants(listed.as_array().unwrap(), true)
            .iter()
            .map(|(ident, _)| ident.to_string())
            .collect();
        assert_eq!(
            names,
            [
                "AB",
                "AB2",
                "A",
                "A2",
                "X3d",
                "X3e",
                "X",
                "A22",
                "UnknownValue",
                "X3ds",
                "Self_",
                "Xe9"
            ]
        );
    }

    #[test]
    fn what_is_not_recognised_is_called_by_the_last_word_of_its_type() {
        let of = |name| unrecognised(&format_ident!("{name}"));
        assert_eq!(of("ErrorCode"), "unrecognised code");
        assert_eq!(of("Gender"), "unrecognised gender");
    }
}
