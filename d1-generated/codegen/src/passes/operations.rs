//! The operations, written from the document: builders with setters that say which rule was broken, and a `request()` that
//! hands the request out unsent. What it is built by is a function of the client, `…_request`, which borrows its
//! arguments: a caller who retries builds each attempt's request by it, of a body that was written once.

mod argument;
mod types;

use std::collections::BTreeSet;

use argument::{Argument, Location, path_format};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, Ident, ImplItem, Item, parse_quote};

use crate::{
    Error,
    naming::{pascal, snake},
    operations::{self, operations},
    tree::{self, Names},
};

/// Puts the operations in place of progenitor's.
pub(crate) fn apply(file: &mut File, document: &Value, names: &Names) -> Result<(), Error> {
    let operations = operations(document)
        .map(|operation| Operation::of(operation, document, names))
        .collect::<Result<Vec<_>, _>>()?;
    let mut builders = tree::parse_items(quote! {
        use super::types;
        #[allow(unused_imports)]
        use super::{ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
    })?;
    for operation in &operations {
        builders.extend(operation.builder()?);
    }
    *tree::items_of(file, "builder")? = builders;
    let requests = operations.iter().map(Operation::request_function);
    file.items.push(parse_quote! {
        #[allow(clippy::all)]
        impl Client { #(#requests)* }
    });
    let bodies: BTreeSet<_> = operations
        .iter()
        .filter_map(|operation| operation.body.as_deref())
        .collect();
    for name in bodies {
        if !names.objects.contains(name) {
            return Err(Error::Document(format!(
                "the body `{name}` is no object with a name: give it one in names.json"
            )));
        }
        if names.shared.contains(name) {
            continue;
        }
        let name = format_ident!("{name}");
        file.items.push(parse_quote! {
            impl types::#name {
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

struct Operation<'a> {
    /// Its builder.
    name: Ident,
    /// The client's function.
    function: String,
    method: Ident,
    path: &'a str,
    arguments: Vec<Argument>,
    /// The type of its body.
    body: Option<String>,
    success: Success,
}

struct Success {
    status: u16,
    /// What its body is; `None` without one.
    content: Option<syn::Type>,
}

impl<'a> Operation<'a> {
    fn of(operation: operations::Operation<'a>, document: &'a Value, names: &Names) -> Result<Self, Error> {
        let mut arguments = operation
            .parameters(document)
            .into_iter()
            .map(|parameter| Argument::of_parameter(parameter, names))
            .collect::<Result<Vec<_>, _>>()?;
        // In the order of the path, then in the document's.
        arguments.sort_by_key(|argument| match argument.location {
            Location::Path => operation.path.find(&format!("{{{}}}", argument.name)),
            _ => Some(usize::MAX),
        });
        let body = operation.body(document).map(types::name_of).transpose()?;
        arguments.extend(body.as_deref().map(Argument::body));
        let (status, content) = operation
            .success(document)
            .ok_or_else(|| Error::Document(format!("{}: the operation has no success", operation.id())))?;
        Ok(Self {
            name: format_ident!("{}", pascal(operation.id())),
            function: snake(operation.id()),
            method: format_ident!("{}", operation.method),
            path: operation.path,
            arguments,
            body,
            success: Success {
                status,
                content: content
                    .map(|schema| types::of(schema, &quote! { types }))
                    .transpose()?,
            },
        })
    }

    fn builder(&self) -> Result<Vec<Item>, Error> {
        let Self { name, function, .. } = self;
        let docs = format!(
            "Builder for [`Client::{function}`]\n\n[`Client::{function}`]: super::Client::{function}"
        );
        let idents = self.arguments.iter().map(|argument| &argument.ident);
        let held = self.arguments.iter().map(Argument::held);
        let unset = self.arguments.iter().map(Argument::unset);
        let setters = self.arguments.iter().flat_map(Argument::setters);
        let (request, send) = (self.request(), self.send());
        tree::parse_items(quote! {
            #[doc = #docs]
            #[derive(Clone)]
            #[must_use]
            pub struct #name<'a> {
                client: &'a super::Client,
                #(#idents: #held),*
            }
            impl<'a> #name<'a> {
                pub(super) fn new(client: &'a super::Client) -> Self { Self { client, #(#unset),* } }
                #(#setters)*
                #request
                #send
            }
            impl ::std::fmt::Debug for #name<'_> {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(stringify!(#name)).finish_non_exhaustive()
                }
            }
        })
    }

    fn request(&self) -> TokenStream {
        let idents = self.arguments.iter().map(|argument| &argument.ident);
        let unwrapped = self.arguments.iter().map(Argument::unwrapped);
        let lent = self.arguments.iter().map(Argument::lent);
        let function = self.request_name();
        quote! {
            /// The request that [`send`](Self::send) would send, without the token.
            pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
                let Self { client, #(#idents),* } = self;
                #(#unwrapped)*
                client.#function(#(#lent),*).map_err(crate::invalid::refuse)
            }
        }
    }

    fn send(&self) -> TokenStream {
        let Success { status, content } = &self.success;
        let docs = format!(
            "Sends a `{}` request to `{}`",
            self.method.to_string().to_uppercase(),
            self.path
        );
        let (returned, received) = match content {
            Some(ty) => (
                quote! { #ty },
                quote! { ResponseValue::from_response(response).await },
            ),
            None => (quote! { () }, quote! { Ok(ResponseValue::empty(response)) }),
        };
        let id = &self.function;
        quote! {
            #[doc = #docs]
            pub async fn send(self) -> Result<ResponseValue<#returned>, Error<()>> {
                let client = self.client;
                let mut request = self.request()?;
                let info = OperationInfo { operation_id: #id };
                client.pre(&mut request, &info).await?;
                let result = client.exec(request, &info).await;
                client.post(&result, &info).await?;
                let response = result?;
                match response.status().as_u16() {
                    #status => #received,
                    _ => Err(Error::UnexpectedResponse(response)),
                }
            }
        }
    }

    fn request_name(&self) -> Ident {
        format_ident!("{}_request", self.function)
    }

    /// The client's function that builds the request.
    fn request_function(&self) -> ImplItem {
        let (function, name, method) = (&self.function, self.request_name(), &self.method);
        let docs = format!(
            "The request of [`{function}`](Self::{function}), not sent, without a token.{}",
            if self.body.is_some() {
                " Its body is given as JSON text."
            } else {
                ""
            }
        );
        let parameters = self.arguments.iter().map(Argument::parameter);
        let of = |location| {
            self.arguments
                .iter()
                .filter(move |argument| argument.location == location)
        };
        let path = path_format(self.path, of(Location::Path));
        let headers: Vec<_> = of(Location::Header).map(Argument::append).collect();
        let declared = (!headers.is_empty()).then(|| {
            let count = headers.len();
            quote! {
                let mut header_map = ::reqwest::header::HeaderMap::with_capacity(#count);
                #(#headers)*
            }
        });
        let with_headers = declared.as_ref().map(|_| quote! { .headers(header_map) });
        let queries = of(Location::Query).map(Argument::query);
        let json = quote! { ::reqwest::header::HeaderValue::from_static("application/json") };
        let accept = self.success.content.as_ref().map(|_| {
            quote! {
                .header(::reqwest::header::ACCEPT, #json)
            }
        });
        let body = self.body.as_ref().map(|_| {
            quote! {
                .header(::reqwest::header::CONTENT_TYPE, #json).body(body)
            }
        });
        parse_quote! {
            #[doc = #docs]
            ///
            /// # Errors
            /// If the base URL is none, or an argument cannot stand in a header.
            pub fn #name(&self, #(#parameters),*) -> ::std::result::Result<::reqwest::Request, crate::Invalid> {
                let url = self.base.url(#path)?;
                #declared
                self.client.#method(url)
                    #accept
                    #body
                    #(#queries)*
                    #with_headers
                    .build()
                    .map_err(crate::base::unfit)
            }
        }
    }
}
