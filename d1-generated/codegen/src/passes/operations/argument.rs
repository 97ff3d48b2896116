//! An argument of an operation, in all the places where it stands.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, parse_quote};

use super::types;
use crate::{error::Error, naming::snake, tree::Names};

pub(super) struct Argument {
    pub(super) ident: Ident,
    /// Its name in the document: `issuerId`, `x-user-id`, `body`.
    pub(super) name: String,
    pub(super) location: Location,
    ty: syn::Type,
    is_required: bool,
    /// Whether it is a string, and need not be printed to be read.
    is_text: bool,
}

/// Where an argument stands in the request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Location {
    Path,
    Query,
    Header,
    Body,
}

impl Argument {
    pub(super) fn of_parameter(parameter: &Value, names: &Names) -> Result<Self, Error> {
        let name = parameter["name"].as_str().unwrap_or_default();
        let schema = &parameter["schema"];
        let location = match parameter["in"].as_str() {
            Some("path") => Location::Path,
            Some("query") => Location::Query,
            _ => Location::Header,
        };
        let is_text = match types::name_of(schema) {
            Some(name) => names.texts.contains(name),
            None => schema["type"] == "string",
        };
        Ok(Self {
            ident: format_ident!("{}", snake(name)),
            name: name.to_owned(),
            location,
            ty: types::of(schema)?,
            is_required: parameter["required"] == true,
            is_text,
        })
    }

    /// A body, whose builder is held.
    pub(super) fn body(name: &str) -> Self {
        let name = format_ident!("{name}");
        Self {
            ident: format_ident!("body"),
            name: "body".to_owned(),
            location: Location::Body,
            ty: parse_quote! { types::#name },
            is_required: true,
            is_text: false,
        }
    }

    /// What the builder holds.
    pub(super) fn held(&self) -> TokenStream {
        let ty = &self.ty;
        let held = match self.location {
            Location::Body => self.builder(),
            _ if self.is_required => quote! { #ty },
            _ => quote! { ::std::option::Option<#ty> },
        };
        quote! { ::std::result::Result<#held, crate::Invalid> }
    }

    fn builder(&self) -> TokenStream {
        match &self.ty {
            syn::Type::Path(path) => {
                let name = path.path.segments.last();
                quote! { types::builder::#name }
            }
            other => quote! { #other },
        }
    }

    /// As the field of a new builder.
    pub(super) fn unset(&self) -> TokenStream {
        let Self { ident, name, .. } = self;
        let unset = match self.location {
            Location::Body => quote! { Ok(::std::default::Default::default()) },
            _ if self.is_required => quote! { Err(crate::Invalid::missing(#name)) },
            _ => quote! { Ok(None) },
        };
        quote! { #ident: #unset }
    }

    pub(super) fn setters(&self) -> Vec<TokenStream> {
        let Self { ident, name, ty, .. } = self;
        if !self.is_required {
            return vec![quote! {
                pub fn #ident<V, M>(mut self, value: V) -> Self
                where
                    V: crate::invalid::Given<#ty, M>,
                {
                    self.#ident = crate::invalid::optional(#name, value);
                    self
                }
            }];
        }
        let converted = match self.location {
            // A body has no name of its own in a path: `residencyAddress.line2`, not `body.residencyAddress.line2`.
            Location::Body => quote! { value.try_into().map(From::from).map_err(Into::into) },
            _ => quote! { crate::invalid::field(#name, value) },
        };
        let mut setters = vec![quote! {
            pub fn #ident<V>(mut self, value: V) -> Self
            where
                V: ::std::convert::TryInto<#ty>,
                V::Error: ::std::convert::Into<crate::Invalid>,
            {
                self.#ident = #converted;
                self
            }
        }];
        if self.location == Location::Body {
            let (builder, map) = (self.builder(), format_ident!("{ident}_map"));
            setters.push(quote! {
                pub fn #map<F>(mut self, f: F) -> Self
                where
                    F: ::std::ops::FnOnce(#builder) -> #builder,
                {
                    self.#ident = self.#ident.map(f);
                    self
                }
            });
        }
        setters
    }

    /// The statement that takes the argument out of the builder, or refuses the call.
    pub(super) fn unwrapped(&self) -> TokenStream {
        let Self { ident, ty, .. } = self;
        let built = (self.location == Location::Body)
            .then(|| quote! { .and_then(#ty::try_from).and_then(|body| body.to_json()) });
        quote! { let #ident = #ident #built .map_err(crate::invalid::refuse)?; }
    }

    /// As a parameter of the function that builds the request.
    pub(super) fn parameter(&self) -> TokenStream {
        let Self { ident, ty, .. } = self;
        match self.location {
            Location::Body => quote! { #ident: impl ::std::convert::Into<::reqwest::Body> },
            _ if self.is_required => quote! { #ident: &#ty },
            _ => quote! { #ident: ::std::option::Option<&#ty> },
        }
    }

    /// As an argument of that function.
    pub(super) fn lent(&self) -> TokenStream {
        let ident = &self.ident;
        match self.location {
            Location::Body => quote! { #ident },
            _ if self.is_required => quote! { &#ident },
            _ => quote! { #ident.as_ref() },
        }
    }

    /// The value as a string, of this expression.
    fn text(&self, value: &TokenStream) -> TokenStream {
        if self.is_text {
            quote! { #value.as_str() }
        } else {
            quote! { #value.to_string() }
        }
    }

    /// The statement that appends the argument to the headers.
    pub(super) fn append(&self) -> TokenStream {
        let ident = &self.ident;
        // Parsed when it is compiled.
        let name = self.name.to_ascii_lowercase();
        let append = |value: &TokenStream| {
            let text = self.text(value);
            quote! {
                header_map.append(
                    const { ::reqwest::header::HeaderName::from_static(#name) },
                    #text.try_into().map_err(crate::base::unfit)?,
                );
            }
        };
        if self.is_required {
            append(&quote! { #ident })
        } else {
            let appended = append(&quote! { value });
            quote! { if let Some(value) = #ident { #appended } }
        }
    }

    /// The step of the request's builder that adds the argument to the query.
    pub(super) fn query(&self) -> TokenStream {
        let Self { ident, name, .. } = self;
        quote! { .query(&::progenitor_client::QueryParam::new(#name, &#ident)) }
    }
}

/// The path with its arguments in their places.
pub(super) fn path_format<'a>(path: &str, arguments: impl Iterator<Item = &'a Argument>) -> TokenStream {
    let mut template = path.to_owned();
    let mut values = Vec::new();
    for (index, argument) in arguments.enumerate() {
        template = template.replace(&format!("{{{}}}", argument.name), &format!("{{{index}}}"));
        let ident = &argument.ident;
        let text = argument.text(&quote! { #ident });
        values.push(quote! { encode_path(&#text) });
    }
    quote! { format_args!(#template, #(#values),*) }
}
