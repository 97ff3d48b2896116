//! The operations and the errors that the vendor documents for each, as data: what may be tried again comes from here.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::File;

use crate::error::Error;
use crate::naming::pascal;
use crate::operations::{Operation, operations};
use crate::{prose, tree};

pub(crate) fn apply(file: &mut File, documents: &[&Value]) -> Result<(), Error> {
    let all = of_all(documents)?;
    let operations = || all.iter().map(|(_, operation)| operation);
    let variants: Vec<_> = operations()
        .map(|operation| format_ident!("{}", pascal(operation.id())))
        .collect();
    let docs = operations().map(|operation| {
        let summary = operation.value["summary"].as_str();
        prose::line(summary.unwrap_or(operation.id()))
    });
    let ids = operations().map(Operation::id);
    let methods = operations().map(|operation| operation.method.to_uppercase());
    let paths = operations().map(|operation| operation.path);
    let errors = operations().map(rows).collect::<Result<Vec<_>, _>>()?;
    file.items.extend(tree::parse_items(quote! {
        /// The operations of all APIs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Operation { #(#[doc = #docs] #variants),* }

        impl Operation {
            /// Every operation, by API, path and method.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// Its `operationId` in `openapi.json`.
            pub const fn id(self) -> &'static str { match self { #(Self::#variants => #ids),* } }

            /// The HTTP method, in upper case.
            pub const fn method(self) -> &'static str { match self { #(Self::#variants => #methods),* } }

            /// The path under the base URL, with its parameters in braces.
            pub const fn path_template(self) -> &'static str { match self { #(Self::#variants => #paths),* } }

            /// The errors that the vendor documents for it (the tables of its error responses).
            pub const fn errors(self) -> &'static [crate::catalogue::DocumentedError] {
                match self { #(Self::#variants => const { &[#errors] }),* }
            }
        }
    })?);
    Ok(())
}

/// The rows of its tables.
fn rows(operation: &Operation<'_>) -> Result<TokenStream, Error> {
    let id = operation.id();
    let errors = operation.value["x-d1-errors"].as_array();
    let errors = errors.ok_or_else(|| Error::Document(format!("{id}: no x-d1-errors")))?;
    let rows = errors.iter().map(|row| {
        let status = row["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok());
        let (Some(status), Some(retryable)) = (status, row["retryable"].as_bool()) else {
            let what = format!("{id}: x-d1-errors: a row without status or retryable");
            return Err(Error::Document(what));
        };
        let code = row["code"]
            .as_str()
            .map_or(quote! { None }, |code| quote! { Some(#code) });
        let comment = row["comment"].as_str().unwrap_or_default();
        Ok(quote! {
            crate::catalogue::DocumentedError::new(#status, #code, #retryable, #comment)
        })
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(quote! { #(#rows),* })
}

/// The operations of all documents, each with its document.
pub(super) fn of_all<'a>(documents: &[&'a Value]) -> Result<Vec<(&'a Value, Operation<'a>)>, Error> {
    let mut all: Vec<(&Value, Operation<'_>)> = Vec::new();
    for document in documents {
        for operation in operations(document) {
            let id = operation.id();
            if all.iter().any(|(_, other)| pascal(other.id()) == pascal(id)) {
                let what = format!("{id}: another API has an operation of this name: name it in names.json");
                return Err(Error::Document(what));
            }
            all.push((document, operation));
        }
    }
    Ok(all)
}
