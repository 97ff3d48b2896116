//! Feature `httpmock`: progenitor's typed mocks, in a module of their own, with the values in a path taken literally.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, File, parse::Parser, punctuated::Punctuated, visit_mut::VisitMut};

use crate::{error::Error, tree};

pub(crate) fn apply(file: &mut File, mocks: TokenStream) -> Result<(), Error> {
    let mut mocks: File = syn::parse2(mocks)?;
    Literal.visit_file_mut(&mut mocks);
    for item in &mut mocks.items {
        if let syn::Item::Mod(module) = item
            && module.ident == "operations"
            && let Some((_, items)) = &mut module.content
        {
            items.insert(0, syn::parse_quote! { use crate::wire::Sent as _; });
        }
    }
    let items = &mocks.items;
    file.items.extend(tree::parse_items(quote! {
        /// Typed mocks of the operations for [`httpmock`](https://docs.rs/httpmock). Paths are anchored at the root: a
        /// mock's base URL has no `/banking/v2`.
        #[cfg(feature = "httpmock")]
        #[allow(clippy::all, clippy::unwrap_used)]
        pub mod mock { #(#items)* }
    })?);
    Ok(())
}

/// progenitor puts a path parameter into a regular expression as it is, and takes `Display` for what is sent.
struct Literal;

impl VisitMut for Literal {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        syn::visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "to_string" {
            call.method = syn::Ident::new("sent", call.method.span());
        }
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if !call.path.is_ident("format") {
            return;
        }
        let arguments = Punctuated::<Expr, syn::Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(mut arguments) = arguments else { return };
        for value in arguments.iter_mut().skip(1) {
            self.visit_expr_mut(value);
            *value = syn::parse_quote! { regex::escape(&#value) };
        }
        call.tokens = quote! { #arguments };
    }
}
