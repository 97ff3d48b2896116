//! The client itself: no constructor that unwraps, no `Debug` that prints a URL, its base URL parsed once.

use syn::{Expr, Fields, File, ImplItem, Item, Stmt, parse_quote};

use crate::{error::Error, tree};

pub(crate) fn apply(file: &mut File) -> Result<(), Error> {
    for item in &mut file.items {
        match item {
            Item::Struct(item) if item.ident == "Client" => {
                tree::derive(&mut item.attrs, &["Debug"], &[])?;
                if let Fields::Named(fields) = &mut item.fields {
                    fields.named.push(parse_quote! { base: crate::base::Base });
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                item.items.retain(
                    |member| !matches!(member, ImplItem::Fn(function) if function.sig.ident == "new"),
                );
            }
            _ => {}
        }
    }
    for function in tree::functions_of_client(file) {
        if function.sig.ident == "new_with_client"
            && let Some(Stmt::Expr(Expr::Struct(client), None)) = function.block.stmts.last_mut()
        {
            client
                .fields
                .push(parse_quote! { base: crate::base::Base::of(baseurl) });
        }
    }
    file.items
        .push(parse_quote! { crate::redacted::redacted!(Client); });
    file.items.push(parse_quote! { crate::hooks::hooks!(Client); });
    Ok(())
}
