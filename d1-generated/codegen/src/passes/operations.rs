//! Operation builders: setters that say which rule was broken, no header that nobody documented, and a `request()`
//! that hands the request out unsent, so that a caller who retries builds it once.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::Value;
use syn::{Fields, File, Ident, ImplItem, Item, ItemImpl, ItemStruct, Pat, Stmt, parse_quote};

use crate::{Error, tree};

pub(crate) fn apply(file: &mut File, document: &Value) -> Result<(), Error> {
    let names = parameter_names(document);
    let items = tree::items_of(file, "builder")?;
    let mut operations: Vec<Operation> = Vec::new();
    let mut debugs = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) => {
                tree::derive(&mut item.attrs, &["Debug"], &[])?;
                item.attrs.push(parse_quote! { #[must_use] });
                let operation = Operation::of(item, &names);
                operation.retype(item);
                debugs.push(operation.debug());
                operations.push(operation);
            }
            Item::Impl(item) => {
                let operation = operations.last().ok_or_else(|| no_operation(item))?;
                operation.rewrite(item)?;
            }
            _ => {}
        }
    }
    items.extend(debugs);
    Ok(())
}

struct Operation {
    name: Ident,
    arguments: Vec<Argument>,
}

struct Argument {
    ident: Ident,
    /// Its name in the document: `issuerId`, `x-user-id`, `body`.
    name: String,
    kind: Kind,
}

/// How the builder holds an argument.
enum Kind {
    Required(syn::Type),
    Optional(syn::Type),
    /// A body, held as the builder of the type.
    Body(syn::Type),
}

impl Operation {
    fn of(item: &ItemStruct, names: &[String]) -> Self {
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
        Self {
            name: item.ident.clone(),
            arguments: arguments.collect(),
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

    fn rewrite(&self, item: &mut ItemImpl) -> Result<(), Error> {
        let mut members = Vec::new();
        for member in std::mem::take(&mut item.items) {
            match member {
                ImplItem::Fn(function) if function.sig.ident == "send" => {
                    let (request, send) = self.split(function)?;
                    members.extend([request, send]);
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
        Ok(())
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
    fn split(&self, mut send: syn::ImplItemFn) -> Result<(ImplItem, ImplItem), Error> {
        let mut before = Vec::new();
        let mut statements = std::mem::take(&mut send.block.stmts).into_iter();
        let built = loop {
            let Some(statement) = statements.next() else {
                return Err(syn::Error::new_spanned(&send.sig, "`send` builds no `request`").into());
            };
            match bound(&statement) {
                Some((ident, value)) if ident == "request" => break value,
                Some((ident, _)) => match self.arguments.iter().find(|argument| argument.ident == *ident) {
                    Some(argument) => before.push(argument.unwrapped()),
                    None => before.push(statement.to_token_stream()),
                },
                // Nobody documented this header: https://docs.rs/progenitor, `ClientInfo::api_version`.
                None if statement
                    .to_token_stream()
                    .to_string()
                    .contains("\"api-version\"") => {}
                None => before.push(statement.to_token_stream()),
            }
        };
        let request = parse_quote! {
            /// The request that [`send`](Self::send) would send, without the token.
            pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
                #(#before)*
                Ok(#built)
            }
        };
        send.block.stmts = parse_quote! {
            let client = self.client;
            let mut request = self.request()?;
        };
        send.block.stmts.extend(statements);
        Ok((request, ImplItem::Fn(send)))
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

impl Argument {
    fn held(&self) -> syn::Type {
        match &self.kind {
            Kind::Required(ty) => parse_quote! { ::std::result::Result<#ty, crate::Invalid> },
            Kind::Optional(ty) => {
                parse_quote! { ::std::result::Result<::std::option::Option<#ty>, crate::Invalid> }
            }
            Kind::Body(ty) => {
                let builder = builder_of(ty);
                parse_quote! { ::std::result::Result<#builder, crate::Invalid> }
            }
        }
    }

    fn setter(&self) -> ImplItem {
        let Self { ident, name, kind } = self;
        let (ty, converted) = match kind {
            Kind::Required(ty) => (ty, quote! { crate::invalid::field(#name, value) }),
            Kind::Optional(ty) => (ty, quote! { crate::invalid::field(#name, value).map(Some) }),
            // A body has no name of its own in a path: `residencyAddress.line2`, not `body.residencyAddress.line2`.
            Kind::Body(ty) => (
                ty,
                quote! { value.try_into().map(From::from).map_err(Into::into) },
            ),
        };
        parse_quote! {
            pub fn #ident<V>(mut self, value: V) -> Self
            where
                V: ::std::convert::TryInto<#ty>,
                V::Error: ::std::convert::Into<crate::Invalid>,
            {
                self.#ident = #converted;
                self
            }
        }
    }

    /// The statement that takes the argument out of the builder, or refuses the call.
    fn unwrapped(&self) -> TokenStream {
        let ident = &self.ident;
        let built = match &self.kind {
            Kind::Body(ty) => Some(quote! { .and_then(#ty::try_from) }),
            _ => None,
        };
        quote! { let #ident = #ident #built .map_err(crate::invalid::refuse)?; }
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

/// `issuerId` and `x-user-id` as progenitor spells them.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        match c {
            'A'..='Z' => snake.extend(['_', c.to_ascii_lowercase()]),
            '-' => snake.push('_'),
            c => snake.push(c),
        }
    }
    snake
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

/// `types::builder::X` builds `types::X`; a body without a builder is held as it is.
fn built_by(held: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = held else { return None };
    let name = &path.path.segments.last()?.ident;
    Some(parse_quote! { types::#name })
}

fn builder_of(ty: &syn::Type) -> syn::Type {
    match ty {
        syn::Type::Path(path) => match path.path.segments.last() {
            Some(last) => parse_quote! { types::builder::#last },
            None => ty.clone(),
        },
        other => other.clone(),
    }
}

fn no_operation(item: &ItemImpl) -> Error {
    syn::Error::new_spanned(item, "an impl before the operation it belongs to").into()
}
