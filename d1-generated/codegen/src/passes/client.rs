//! The client itself: no constructor that unwraps, no `Debug` that prints a URL.

use syn::{File, ImplItem, Item, parse_quote};

use crate::{Error, tree};

pub(crate) fn apply(file: &mut File) -> Result<(), Error> {
    for item in &mut file.items {
        match item {
            Item::Struct(item) if item.ident == "Client" => tree::derive(&mut item.attrs, &["Debug"], &[])?,
            Item::Impl(item) if item.trait_.is_none() => {
                item.items.retain(
                    |member| !matches!(member, ImplItem::Fn(function) if function.sig.ident == "new"),
                );
            }
            _ => {}
        }
    }
    file.items
        .push(parse_quote! { crate::redacted::redacted!(Client); });
    Ok(())
}
