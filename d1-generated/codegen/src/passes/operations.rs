//! Operation builders: setters that say which rule was broken, no header that nobody documented, and a `request()`
//! that hands the request out unsent. What it is built by is a function of the client, `…_request`, which borrows its
//! arguments: a caller who retries builds each attempt's request by it, of a body that was written once.

mod argument;
mod building;

use std::collections::{BTreeMap, HashSet};

use argument::{Argument, Kind, built_by};
use building::Building;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::Value;
use syn::{
    Expr, Fields, File, Ident, ImplItem, Item, ItemImpl, ItemStruct, Pat, Stmt, parse_quote,
    visit_mut::VisitMut,
};

use crate::{
    Error,
    naming::snake,
    tree::{self, Names},
};

pub(crate) fn apply(file: &mut File, document: &Value, names: &Names) -> Result<(), Error> {
    let parameters = parameter_names(document);
    let mut requests = Vec::new();
    let items = tree::items_of(file, "builder")?;
    let mut operations: Vec<Operation> = Vec::new();
    let mut debugs = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) => {
                tree::derive(&mut item.attrs, &["Debug"], &[])?;
                item.attrs.push(parse_quote! { #[must_use] });
                let operation = Operation::of(item, &parameters, &names.texts);
                operation.retype(item);
                debugs.push(operation.debug());
                operations.push(operation);
            }
            Item::Impl(item) => {
                let operation = operations.last().ok_or_else(|| no_operation(item))?;
                requests.push(operation.rewrite(item)?);
            }
            _ => {}
        }
    }
    items.extend(debugs);
    file.items.push(parse_quote! {
        #[allow(clippy::all)]
        impl Client { #(#requests)* }
    });
    let bodies = operations
        .iter()
        .flat_map(|operation| &operation.arguments)
        .filter_map(|argument| match &argument.kind {
            Kind::Body(ty) => Some((last_of(ty)?, ty)),
            _ => None,
        });
    for (name, ty) in bodies.collect::<BTreeMap<_, _>>() {
        if !names.objects.contains(&name) {
            return Err(Error::Document(format!(
                "the body `{name}` is no object with a name: give it one in names.json"
            )));
        }
        if names.shared.contains(&name) {
            continue;
        }
        file.items.push(parse_quote! {
            impl #ty {
                /// The JSON text that is sent.
                ///
                /// # Errors
                /// None: nothing in it is without a form in JSON.
                pub fn to_json(&self) -> ::std::result::Result<::std::vec::Vec<u8>, crate::Invalid> {
                    crate::wire::json(self)
                }
            }
        });
    }
    Ok(())
}

struct Operation {
    name: Ident,
    arguments: Vec<Argument>,
    /// Whether all arguments but the body are our strings.
    all_texts: bool,
}

impl Operation {
    fn of(item: &ItemStruct, names: &[String], texts: &HashSet<String>) -> Self {
        let arguments = item.fields.iter().filter_map(|field| {
            let ident = field.ident.clone().filter(|ident| ident != "client")?;
            let held = first_argument(&field.ty)?;
            let kind = if let Some(inner) = tree::option_of(held) {
                Kind::Optional(inner.clone())
            } else if ident == "body" {
                Kind::Body(built_by(held)?)
            } else {
                Kind::Required(held.clone())
            };
            let name = names.iter().find(|name| ident == snake(name));
            Some(Argument {
                name: name.cloned().unwrap_or_else(|| ident.to_string()),
                ident,
                kind,
            })
        });
        let arguments: Vec<Argument> = arguments.collect();
        let all_texts = arguments.iter().all(|argument| match &argument.kind {
            Kind::Required(ty) | Kind::Optional(ty) => last_of(ty).is_some_and(|name| texts.contains(&name)),
            Kind::Body(_) => true,
        });
        Self {
            name: item.ident.clone(),
            arguments,
            all_texts,
        }
    }

    /// The fields hold our error, not a `String`.
    fn retype(&self, item: &mut ItemStruct) {
        let Fields::Named(fields) = &mut item.fields else {
            return;
        };
        for field in &mut fields.named {
            let argument = self
                .arguments
                .iter()
                .find(|argument| field.ident.as_ref() == Some(&argument.ident));
            if let Some(argument) = argument {
                field.ty = argument.held();
            }
        }
    }

    /// Rewrites the builder; returns the function of the client that builds the request.
    fn rewrite(&self, item: &mut ItemImpl) -> Result<ImplItem, Error> {
        let mut members = Vec::new();
        let mut built_by = None;
        for member in std::mem::take(&mut item.items) {
            match member {
                ImplItem::Fn(function) if function.sig.ident == "send" => {
                    let (request, send, function) = self.split(function)?;
                    members.extend([request, send]);
                    built_by = Some(function);
                }
                ImplItem::Fn(function) if function.sig.ident == "new" => members.push(self.constructor()),
                ImplItem::Fn(function) => {
                    let argument = self
                        .arguments
                        .iter()
                        .find(|argument| function.sig.ident == argument.ident);
                    members.push(argument.map_or(ImplItem::Fn(function), Argument::setter));
                }
                other => members.push(other),
            }
        }
        item.items = members;
        built_by.ok_or_else(|| syn::Error::new_spanned(item, "an operation without `send`").into())
    }

    fn constructor(&self) -> ImplItem {
        let unset = self.arguments.iter().map(|argument| {
            let Argument { ident, name, kind } = argument;
            match kind {
                Kind::Required(_) => quote! { #ident: Err(crate::Invalid::missing(#name)) },
                Kind::Optional(_) => quote! { #ident: Ok(None) },
                Kind::Body(_) => quote! { #ident: Ok(::std::default::Default::default()) },
            }
        });
        parse_quote! {
            pub(super) fn new(client: &'a super::Client) -> Self { Self { client, #(#unset),* } }
        }
    }

    /// `send` as progenitor wrote it, cut where the request is built.
    fn split(&self, mut send: syn::ImplItemFn) -> Result<(ImplItem, ImplItem, ImplItem), Error> {
        let mut building = Vec::new();
        let mut statements = std::mem::take(&mut send.block.stmts).into_iter();
        let built = loop {
            let Some(statement) = statements.next() else {
                return Err(syn::Error::new_spanned(&send.sig, "`send` builds no `request`").into());
            };
            match bound(&statement) {
                Some((ident, value)) if ident == "request" => break value,
                Some((ident, _)) if self.arguments.iter().any(|argument| argument.ident == *ident) => {}
                // Nobody documented this header: https://docs.rs/progenitor, `ClientInfo::api_version`.
                None if statement
                    .to_token_stream()
                    .to_string()
                    .contains("\"api-version\"") => {}
                // The builder taken apart.
                None if matches!(&statement, Stmt::Local(local) if matches!(local.pat, Pat::Struct(_))) => {}
                _ => building.push(statement),
            }
        };
        send.block.stmts = parse_quote! {
            let client = self.client;
            let mut request = self.request()?;
        };
        send.block.stmts.extend(statements);
        Ok((
            self.request(),
            ImplItem::Fn(send),
            self.built_by(building, built)?,
        ))
    }

    /// The builder's `request()`.
    fn request(&self) -> ImplItem {
        let idents = self.arguments.iter().map(|argument| &argument.ident);
        let unwrapped = self.arguments.iter().map(Argument::unwrapped);
        let lent = self.arguments.iter().map(Argument::lent);
        let built_by = self.built_by_name();
        parse_quote! {
            /// The request that [`send`](Self::send) would send, without the token.
            pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
                let Self { client, #(#idents),* } = self;
                #(#unwrapped)*
                client.#built_by(#(#lent),*).map_err(crate::invalid::refuse)
            }
        }
    }

    /// The client's function of this operation.
    fn operation_name(&self) -> String {
        snake(&self.name.to_string())
    }

    fn built_by_name(&self) -> Ident {
        quote::format_ident!("{}_request", self.operation_name())
    }

    fn built_by(&self, mut building: Vec<Stmt>, built: TokenStream) -> Result<ImplItem, Error> {
        let mut built: Expr = syn::parse2(built)?;
        let mut rewriting = Building::new(self.all_texts);
        building
            .iter_mut()
            .for_each(|statement| rewriting.visit_stmt_mut(statement));
        rewriting.visit_expr_mut(&mut built);
        rewriting.result?;
        let name = self.built_by_name();
        let has_body = self
            .arguments
            .iter()
            .any(|argument| matches!(argument.kind, Kind::Body(_)));
        let doc = format!(
            "The request of [`{0}`](Self::{0}), not sent, without a token.{1}",
            self.operation_name(),
            if has_body {
                " Its body is given as JSON text."
            } else {
                ""
            }
        );
        let parameters = self.arguments.iter().map(Argument::parameter);
        Ok(parse_quote! {
            #[doc = #doc]
            ///
            /// # Errors
            /// If the base URL is none, or an argument cannot stand in a header.
            pub fn #name(&self, #(#parameters),*) -> ::std::result::Result<::reqwest::Request, crate::Invalid> {
                #(#building)*
                Ok(#built)
            }
        })
    }

    fn debug(&self) -> Item {
        let name = &self.name;
        parse_quote! {
            impl ::std::fmt::Debug for #name<'_> {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(stringify!(#name)).finish_non_exhaustive()
                }
            }
        }
    }
}

/// The names of all parameters of the document.
fn parameter_names(document: &Value) -> Vec<String> {
    let declared = document
        .pointer("/components/parameters")
        .and_then(Value::as_object);
    let inline = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.values());
    let inline = inline.filter_map(Value::as_object).flat_map(|item| item.values());
    let inline = inline
        .filter_map(|operation| operation["parameters"].as_array())
        .flatten();
    let all = declared
        .into_iter()
        .flat_map(|declared| declared.values())
        .chain(inline);
    all.filter_map(|parameter| parameter["name"].as_str())
        .map(str::to_owned)
        .collect()
}

/// The identifier that a `let` binds, and the value.
fn bound(statement: &Stmt) -> Option<(&Ident, TokenStream)> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let Pat::Ident(pattern) = &local.pat else {
        return None;
    };
    Some((&pattern.ident, local.init.as_ref()?.expr.to_token_stream()))
}

fn first_argument(ty: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The last segment of a type's path.
fn last_of(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

fn no_operation(item: &ItemImpl) -> Error {
    syn::Error::new_spanned(item, "an impl before the operation it belongs to").into()
}
