//! Feature `httpmock`: progenitor's typed mocks, in a module of their own, with the values in a path taken literally, below
//! whatever base a server has, and with answers that the document does not list.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Expr, File, Item, LitStr, parse::Parser, punctuated::Punctuated, visit_mut, visit_mut::VisitMut};

use crate::{error::Error, tree};

pub(crate) fn apply(file: &mut File, document: &Value, mocks: TokenStream) -> Result<(), Error> {
    let mut mocks: File = syn::parse2(mocks)?;
    let mut paths = Paths {
        base: base(document),
        in_path: false,
    };
    paths.visit_file_mut(&mut mocks);
    for item in &mut mocks.items {
        if let Item::Mod(module) = item
            && module.ident == "operations"
            && let Some((_, items)) = &mut module.content
        {
            describe(items);
            items.insert(
                0,
                syn::parse_quote! { use crate::{hooks::Same, wire::Sent as _}; },
            );
        }
    }
    let items = &mocks.items;
    let doc = format!(
        "Typed mocks of the operations for [`httpmock`](https://docs.rs/httpmock). They match below any end of `{}`: on a \
         server of their own as well as beside a sandbox.",
        base_path(document).into_iter().collect::<Vec<_>>().join("`, `"),
    );
    file.items.extend(tree::parse_items(quote! {
        #[doc = #doc]
        #[cfg(feature = "httpmock")]
        #[allow(clippy::all, clippy::unwrap_used)]
        pub mod mock { #(#items)* }
    })?);
    Ok(())
}

/// The paths of the document's servers.
fn base_path(document: &Value) -> BTreeSet<&str> {
    let servers = document["servers"].as_array().into_iter().flatten();
    servers
        .filter_map(|server| server["url"].as_str())
        .map(|url| {
            let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
            let path = authority.find('/').map_or("", |start| &authority[start..]);
            path.trim_end_matches('/')
        })
        .filter(|path| !path.is_empty())
        .collect()
}

/// A regular expression of any end of these paths, or of nothing: `(?:(?:/banking)?/v2)?`.
fn base(document: &Value) -> String {
    let of = |path: &str| {
        path.split('/').skip(1).fold(String::new(), |before, segment| {
            let segment = segment.replace('.', r"\.");
            format!("(?:{before}/{segment})?")
        })
    };
    let each: Vec<String> = base_path(document).into_iter().map(of).collect();
    match &*each {
        [one] => one.clone(),
        several => format!("(?:{})", several.join("|")),
    }
}

/// What each type is for, and an answer that the document does not list.
fn describe(items: &mut Vec<Item>) {
    let mut answers = Vec::new();
    for item in &mut *items {
        let Item::Struct(of) = item else { continue };
        let name = of.ident.to_string();
        let doc = if name.ends_with("Then") {
            answers.push(of.ident.clone());
            "What is answered: a documented status by its name, any other by `respond`."
        } else {
            "What a request of this operation has; each call narrows it."
        };
        of.attrs.push(syn::parse_quote! { #[doc = #doc] });
    }
    items.push(syn::parse_quote! { crate::mocks::respond!(#(#answers),*); });
}

/// progenitor anchors a path at the root, puts a path parameter into a regular expression as it is, takes `Display` for what is
/// sent, and the generated type alone for a value.
struct Paths {
    base: String,
    /// Whether the method at hand is of a path parameter.
    in_path: bool,
}

impl VisitMut for Paths {
    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(path) = text.value().strip_prefix("^/") {
            let path = path.replace(".*", "[^/]*");
            *text = LitStr::new(&format!("^{}/{path}", self.base), text.span());
        }
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        let block = &function.block;
        self.in_path = quote! { #block }.to_string().contains("Regex");
        for argument in &mut function.sig.inputs {
            if let syn::FnArg::Typed(argument) = argument
                && let syn::Type::Reference(reference) = &mut *argument.ty
                && self.in_path
            {
                let value = &reference.elem;
                *reference.elem = syn::parse_quote! { impl Same<#value> };
            }
        }
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "to_string" {
            call.method = syn::Ident::new("sent", call.method.span());
            if self.in_path {
                let value = &call.receiver;
                *call.receiver = syn::parse_quote! { #value.same() };
            }
        }
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if !call.path.is_ident("format") {
            return;
        }
        let arguments = Punctuated::<Expr, syn::Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(mut arguments) = arguments else { return };
        for (place, value) in arguments.iter_mut().enumerate() {
            self.visit_expr_mut(value);
            if place == 0 {
                continue;
            }
            *value = syn::parse_quote! { regex::escape(&#value) };
        }
        call.tokens = quote! { #arguments };
    }
}
