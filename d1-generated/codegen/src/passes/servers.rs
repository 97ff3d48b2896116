//! The vendor's servers as constants, so that a URL is written down once, by the vendor.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::File;

use crate::{error::Error, prose, tree};

pub(crate) fn apply(file: &mut File, document: &Value) -> Result<(), Error> {
    let mut constants = Vec::new();
    for server in document["servers"].as_array().into_iter().flatten() {
        let (Some(url), Some(description)) = (server["url"].as_str(), server["description"].as_str()) else {
            return Err(Error::Document(
                "/servers: a server without url or description".into(),
            ));
        };
        let first = description
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        if !first.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(Error::Document(format!(
                "/servers: no name in the description `{description}`"
            )));
        }
        let name = format_ident!("{}", first.to_ascii_uppercase());
        let doc = format!("{}.", prose::line(description).trim_end_matches('.'));
        constants.push(quote! { #[doc = #doc] pub const #name: &str = #url; });
    }
    file.items.extend(tree::parse_items(quote! {
        /// Base URLs, as the vendor's document lists them.
        pub mod servers { #(#constants)* }
    })?);
    Ok(())
}
