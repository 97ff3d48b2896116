//! Operation builders: setters that say which rule was broken, no header that nobody documented, and a `request()`
//! that hands the request out unsent. What it is built by is a function of the client, `…_request`, which borrows its
//! arguments: a caller who retries builds each attempt's request by it, of a body that was written once.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::Value;
use syn::{
    Expr, Fields, File, Ident, ImplItem, Item, ItemImpl, ItemStruct, Lit, Pat, Stmt, Token, parse::Parser,
    parse_quote, punctuated::Punctuated, visit_mut::VisitMut,
};

use crate::{Error, tree};

/// `texts` are the names of the types that are strings.
pub(crate) fn apply(file: &mut File, document: &Value, texts: &HashSet<String>) -> Result<(), Error> {
    let names = parameter_names(document);
    let mut requests = Vec::new();
    let items = tree::items_of(file, "builder")?;
    let mut operations: Vec<Operation> = Vec::new();
    let mut debugs = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) => {
                tree::derive(&mut item.attrs, &["Debug"], &[])?;
                item.attrs.push(parse_quote! { #[must_use] });
                let operation = Operation::of(item, &names, texts);
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
    for ty in bodies.collect::<BTreeMap<_, _>>().into_values() {
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
                None if matches!(&statement, Stmt::Local(_)) => {}
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

    fn built_by_name(&self) -> Ident {
        quote::format_ident!(
            "{}_request",
            snake(&self.name.to_string()).trim_start_matches('_')
        )
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
        let operation = name.to_string();
        let doc = format!(
            "The request of [`{0}`](Self::{0}), not sent, without a token. A body is given as JSON text.",
            operation.trim_end_matches("_request")
        );
        let parameters = self.arguments.iter().map(Argument::parameter);
        Ok(parse_quote! {
            #[doc = #doc]
            ///
            /// # Errors
            /// If the base URL is none.
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
            Kind::Body(ty) => Some(quote! { .and_then(#ty::try_from).and_then(|body| body.to_json()) }),
            _ => None,
        };
        quote! { let #ident = #ident #built .map_err(crate::invalid::refuse)?; }
    }

    /// As a parameter of the function that builds the request.
    fn parameter(&self) -> TokenStream {
        let ident = &self.ident;
        match &self.kind {
            Kind::Required(ty) => quote! { #ident: &#ty },
            Kind::Optional(ty) => quote! { #ident: ::std::option::Option<&#ty> },
            Kind::Body(_) => quote! { #ident: impl ::std::convert::Into<::reqwest::Body> },
        }
    }

    /// As an argument of that function.
    fn lent(&self) -> TokenStream {
        let ident = &self.ident;
        match &self.kind {
            Kind::Required(_) => quote! { &#ident },
            Kind::Optional(_) => quote! { #ident.as_ref() },
            Kind::Body(_) => quote! { #ident },
        }
    }
}

/// How progenitor builds a request, as the client does it: on its parsed base URL, of borrowed arguments and a body that
/// is text already.
struct Building {
    /// Whether all arguments are our strings, which need not be printed to be read.
    all_texts: bool,
    result: syn::Result<()>,
}

impl Building {
    fn new(all_texts: bool) -> Self {
        Self {
            all_texts,
            result: Ok(()),
        }
    }
}

impl VisitMut for Building {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(path) if path.path.is_ident("client") => *expr = parse_quote! { self },
            Expr::Macro(call) if call.mac.path.is_ident("format") => {
                match on_base(&call.mac.tokens, self.all_texts) {
                    Ok(url) => *expr = url,
                    Err(error) => self.result = Err(error),
                }
            }
            Expr::Try(tried) => {
                self.visit_expr_mut(&mut tried.expr);
                let tried = &tried.expr;
                *expr = parse_quote! { #tried.map_err(crate::base::unfit)? };
            }
            Expr::MethodCall(call) if call.method == "json" => {
                syn::visit_mut::visit_expr_mut(self, &mut call.receiver);
                let receiver = &call.receiver;
                *expr = parse_quote! {
                    #receiver
                        .header(
                            ::reqwest::header::CONTENT_TYPE,
                            ::reqwest::header::HeaderValue::from_static("application/json"),
                        )
                        .body(body)
                };
            }
            Expr::MethodCall(call) if call.method == "append" => {
                if let Some(Expr::Lit(name)) = call.args.first_mut()
                    && let Lit::Str(name) = &name.lit
                {
                    // Parsed when it is compiled.
                    let name = name.value().to_ascii_lowercase();
                    call.args[0] =
                        parse_quote! { const { ::reqwest::header::HeaderName::from_static(#name) } };
                }
                syn::visit_mut::visit_expr_method_call_mut(self, call);
            }
            Expr::MethodCall(call) if call.method == "to_string" && self.all_texts => {
                call.method = parse_quote! { as_str };
            }
            _ => syn::visit_mut::visit_expr_mut(self, expr),
        }
    }
}

/// `"{}/issuers/{}", client.baseurl, …` of `format!`, on the parsed base URL.
fn on_base(tokens: &TokenStream, all_texts: bool) -> syn::Result<Expr> {
    let mut arguments = Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(tokens.clone())?
        .into_iter();
    let (Some(Expr::Lit(template)), Some(base)) = (arguments.next(), arguments.next()) else {
        return Err(syn::Error::new_spanned(tokens, "a URL of another form"));
    };
    let Lit::Str(template) = &template.lit else {
        return Err(syn::Error::new_spanned(template, "a URL of another form"));
    };
    let template = template.value();
    let Some(path) = template
        .strip_prefix("{}")
        .filter(|_| base.to_token_stream().to_string() == "client . baseurl")
    else {
        return Err(syn::Error::new_spanned(base, "a URL without the base URL"));
    };
    let mut arguments: Vec<Expr> = arguments.collect();
    let mut inner = Building::new(all_texts);
    arguments
        .iter_mut()
        .for_each(|argument| inner.visit_expr_mut(argument));
    inner.result?;
    Ok(parse_quote! { self.base.url(format_args!(#path, #(#arguments),*))? })
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

/// The last segment of a type's path.
fn last_of(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
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
