//! Documentation: the vendor's texts as [`prose`] writes them, a line of a comment for each of their lines, and nothing
//! that runs.

use std::collections::HashMap;

use serde_json::Value;
use syn::{Attribute, Expr, File, Item, Lit, Meta, visit_mut::VisitMut};

use crate::error::Error;
use crate::naming::snake;
use crate::operations::operations;
use crate::prose;
use crate::tree::functions_of_client;

pub(crate) fn apply(file: &mut File, document: &Value) {
    let described: HashMap<_, _> = operations(document)
        .map(|operation| (snake(operation.id()), operation.docs(document)))
        .collect();
    for function in functions_of_client(file) {
        if let Some(docs) = described.get(&function.sig.ident.to_string()) {
            describe(&mut function.attrs, docs);
        }
    }
    for item in &mut file.items {
        if let Item::Struct(item) = item
            && item.ident == "Client"
        {
            describe(&mut item.attrs, &of_client(document));
        }
    }
}

/// Writes every comment of the file line by line, and refuses one that would run.
pub(crate) fn lines(file: &mut File) -> Result<(), Error> {
    let mut lines = Lines(Ok(()));
    lines.visit_file_mut(file);
    lines.0
}

/// Replaces what progenitor wrote.
fn describe(attributes: &mut Vec<Attribute>, docs: &str) {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    attributes.insert(0, syn::parse_quote! { #[doc = #docs] });
}

fn of_client(document: &Value) -> String {
    let text = |key: &str| document["info"][key].as_str().unwrap_or_default();
    let version = format!("Version: {}", prose::words(text("version")));
    let title = format!("Client for {}", prose::words(text("title")));
    let parts = [title, prose::inert(text("description")), version];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// One attribute for each line: a comment of several lines would be taken apart by its stars and ends.
struct Lines(Result<(), Error>);

impl VisitMut for Lines {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        if attributes.iter().filter_map(text).next().is_none() {
            return;
        }
        let mut whole = Vec::new();
        let mut lines = Vec::new();
        for attribute in std::mem::take(attributes) {
            let Some(text) = text(&attribute) else {
                lines.push(attribute);
                continue;
            };
            for line in text.lines() {
                let line = line.trim_end();
                whole.push(line.strip_prefix(' ').unwrap_or(line).to_owned());
                let line = match line {
                    "" => String::new(),
                    line if line.starts_with(' ') => line.to_owned(),
                    line => format!(" {line}"),
                };
                let style = attribute.style;
                let mut split: Attribute = syn::parse_quote! { #[doc = #line] };
                split.style = style;
                lines.push(split);
            }
        }
        let whole = whole.join("\n");
        if !prose::is_inert(&whole) {
            self.0 = Err(Error::Document(format!(
                "a comment of the generated code would run or show HTML: {}",
                prose::line(&whole)
            )));
        }
        *attributes = lines;
    }
}

fn text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(doc) = &attribute.meta else {
        return None;
    };
    match &doc.value {
        Expr::Lit(value) if doc.path.is_ident("doc") => match &value.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
