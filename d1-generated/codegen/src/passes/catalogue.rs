//! The operations and the errors that the vendor documents for each, as data: what may be tried again comes from here.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::File;

use crate::{error::Error, naming::pascal, prose, tree};

pub(crate) fn apply(file: &mut File, documents: &[&Value]) -> Result<(), Error> {
    let operations = operations(documents)?;
    let variants: Vec<_> = operations
        .iter()
        .map(|operation| format_ident!("{}", pascal(operation.id)))
        .collect();
    let docs = operations.iter().map(|operation| prose::line(operation.summary));
    let ids = operations.iter().map(|operation| operation.id);
    let methods = operations.iter().map(|operation| operation.method.to_uppercase());
    let paths = operations.iter().map(|operation| operation.path);
    let errors = operations
        .iter()
        .map(Operation::rows)
        .collect::<Result<Vec<_>, _>>()?;
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

pub(super) struct Operation<'a> {
    pub(super) document: &'a Value,
    pub(super) id: &'a str,
    summary: &'a str,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    errors: &'a [Value],
}

impl Operation<'_> {
    fn rows(&self) -> Result<proc_macro2::TokenStream, Error> {
        let rows = self.errors.iter().map(|row| {
            let status = row["status"]
                .as_u64()
                .and_then(|status| u16::try_from(status).ok());
            let (Some(status), Some(retryable)) = (status, row["retryable"].as_bool()) else {
                return Err(Error::Document(format!(
                    "{}: x-d1-errors: a row without status or retryable",
                    self.id
                )));
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
}

pub(super) fn operations<'a>(documents: &[&'a Value]) -> Result<Vec<Operation<'a>>, Error> {
    let mut operations: Vec<Operation<'_>> = Vec::new();
    let paths = documents.iter().flat_map(|document| {
        document["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|path| (*document, path))
    });
    for (document, (path, item)) in paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            let errors = operation["x-d1-errors"].as_array();
            let errors = errors.ok_or_else(|| Error::Document(format!("{id}: no x-d1-errors")))?;
            let summary = operation["summary"].as_str().unwrap_or(id);
            if operations.iter().any(|other| pascal(other.id) == pascal(id)) {
                return Err(Error::Document(format!(
                    "{id}: another API has an operation of this name: name it in names.json"
                )));
            }
            operations.push(Operation {
                document,
                id,
                summary,
                method,
                path,
                errors,
            });
        }
    }
    Ok(operations)
}
