//! Open enums: what D1 sends may hold a value that is not known yet, and it comes back out unchanged.
//!
//! An enum whose schema says `x-extensible-enum` gets a variant `Unknown(String)`; any other stays closed, because we
//! are the ones who send it.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::Ident;

use crate::{
    Error,
    tree::{self, Shape, Type, Types},
};

/// The variant for what is not known yet.
const UNKNOWN: &str = "Unknown";

pub(crate) fn apply(types: &mut Types, document: &Value) -> Result<(), Error> {
    for ty in &mut types.list {
        let open = ty
            .schema(document)
            .is_some_and(|schema| schema.get("x-extensible-enum").is_some());
        let Shape::Enum(item, values) = &mut ty.shape else {
            continue;
        };
        for variant in &mut item.variants {
            variant
                .attrs
                .retain(|attribute| !attribute.path().is_ident("serde"));
        }
        if open {
            rename_a_known_unknown(item, values);
            let doc = "A value that was not known when this client was generated, as D1 sent it.";
            let unknown = format_ident!("{UNKNOWN}");
            item.variants
                .push(syn::parse_quote! { #[doc = #doc] #unknown(::std::string::String) });
            tree::derive(&mut item.attrs, &["Serialize", "Deserialize", "Copy"], &[])?;
        } else {
            tree::derive(&mut item.attrs, &["Serialize", "Deserialize"], &[])?;
        }
        let values = values.clone();
        add_wire(ty, &values, open)?;
    }
    Ok(())
}

/// A vendor's own value called `UNKNOWN` must not collide with the variant for what is unknown.
fn rename_a_known_unknown(item: &mut syn::ItemEnum, values: &mut [(Ident, String)]) {
    let clashes = item.variants.iter_mut().map(|variant| &mut variant.ident);
    for ident in clashes
        .chain(values.iter_mut().map(|(ident, _)| ident))
        .filter(|ident| *ident == UNKNOWN)
    {
        *ident = format_ident!("{UNKNOWN}Value");
    }
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
    use super::*;

    #[test]
    fn what_is_not_recognised_is_called_by_the_last_word_of_its_type() {
        let of = |name| unrecognised(&format_ident!("{name}"));
        assert_eq!(of("ErrorCode"), "unrecognised code");
        assert_eq!(of("Gender"), "unrecognised gender");
    }
}
