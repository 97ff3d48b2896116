//! An argument of an operation, in all the places where it stands.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ImplItem, parse_quote};

pub(super) struct Argument {
    pub(super) ident: Ident,
    /// Its name in the document: `issuerId`, `x-user-id`, `body`.
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// How the builder holds an argument.
pub(super) enum Kind {
    Required(syn::Type),
    Optional(syn::Type),
    /// A body, held as the builder of the type.
    Body(syn::Type),
}

impl Argument {
    pub(super) fn held(&self) -> syn::Type {
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

    pub(super) fn setter(&self) -> ImplItem {
        let Self { ident, name, kind } = self;
        let (ty, converted) = match kind {
            Kind::Optional(ty) => {
                return parse_quote! {
                    pub fn #ident<V, M>(mut self, value: V) -> Self
                    where
                        V: crate::invalid::Given<#ty, M>,
                    {
                        self.#ident = crate::invalid::optional(#name, value);
                        self
                    }
                };
            }
            Kind::Required(ty) => (ty, quote! { crate::invalid::field(#name, value) }),
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
    pub(super) fn unwrapped(&self) -> TokenStream {
        let ident = &self.ident;
        let built = match &self.kind {
            Kind::Body(ty) => Some(quote! { .and_then(#ty::try_from).and_then(|body| body.to_json()) }),
            _ => None,
        };
        quote! { let #ident = #ident #built .map_err(crate::invalid::refuse)?; }
    }

    /// As a parameter of the function that builds the request.
    pub(super) fn parameter(&self) -> TokenStream {
        let ident = &self.ident;
        match &self.kind {
            Kind::Required(ty) => quote! { #ident: &#ty },
            Kind::Optional(ty) => quote! { #ident: ::std::option::Option<&#ty> },
            Kind::Body(_) => quote! { #ident: impl ::std::convert::Into<::reqwest::Body> },
        }
    }

    /// As an argument of that function.
    pub(super) fn lent(&self) -> TokenStream {
        let ident = &self.ident;
        match &self.kind {
            Kind::Required(_) => quote! { &#ident },
            Kind::Optional(_) => quote! { #ident.as_ref() },
            Kind::Body(_) => quote! { #ident },
        }
    }
}

/// `types::builder::X` builds `types::X`; a body without a builder is held as it is.
pub(super) fn built_by(held: &syn::Type) -> Option<syn::Type> {
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
