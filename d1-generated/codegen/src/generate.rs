//! From the document to formatted source: progenitor's settings, the order of the passes.

use std::panic::{self, AssertUnwindSafe};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use serde_json::Value;

use crate::error::Error;
use crate::{named, passes, prose, shared, supported, tree, view};

/// An API, and what its client is made of.
#[derive(Clone, Copy, Debug)]
pub struct Api<'a> {
    /// The module that holds it, as in `consumer_v2`.
    pub module: &'a str,
    /// The assembled document.
    pub document: &'a Value,
}

/// No client could be generated of one of the documents.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Failed {
    /// The API's module.
    pub module: String,
    /// Why.
    pub error: Box<Error>,
}

/// The clients of all APIs, a module each, as formatted Rust source. A type that an earlier module has with the same name
/// and the same schema is that one; the operations of all are one enum.
///
/// The same documents give the same bytes.
///
/// # Errors
/// See [`Error`]. Nothing is written anywhere.
pub fn generate(apis: &[Api<'_>]) -> Result<String, Failed> {
    let mut root: syn::File = syn::parse_quote! {};
    let mut text =
        String::from("// Generated from openapi.json: change `openapi/` and run `cargo xtask codegen`.\n");
    let failed = |api: &Api<'_>| {
        let module = api.module.to_owned();
        move |error| Failed {
            module,
            error: Box::new(error),
        }
    };
    let mut named: Vec<(&str, Value)> = Vec::new();
    for api in apis {
        let document = supported::check(api.document)
            .and_then(|()| named::apply(api.document))
            .map_err(failed(api))?;
        let file = module(api.module, &document, &named).map_err(failed(api))?;
        let title = prose::line(document["info"]["title"].as_str().unwrap_or(api.module));
        // Not indented: nothing in it wraps that would not by itself.
        text.push_str(&format!(
            "/// {title}\npub mod {} {{\n{}}}\n",
            api.module,
            prettyplease::unparse(&file)
        ));
        named.push((api.module, document));
    }
    let Some(last) = apis.last() else {
        return Ok(String::new());
    };
    let documents: Vec<&Value> = named.iter().map(|(_, document)| document).collect();
    passes::catalogue::apply(&mut root, &documents)
        .and_then(|()| passes::request_fields::apply(&mut root, &documents))
        .and_then(|()| passes::docs::lines(&mut root))
        .map_err(failed(last))?;
    text.push_str(&prettyplease::unparse(&root));
    Ok(text)
}

/// The client of one document; `earlier` are the modules before it.
fn module(name: &str, document: &Value, earlier: &[(&str, Value)]) -> Result<syn::File, Error> {
    let client = client_tokens(&view::of(document)?)?;
    let mut file: syn::File = syn::parse2(client)?;

    let mut types = tree::Types::take(&mut file)?;
    types.are_all_known(document)?;
    passes::optional::apply(&mut types, document)?;
    passes::field_names::apply(&mut types, document)?;
    passes::deprecated::of_properties(&mut types, document);
    passes::enums::apply(&mut types, document)?;
    passes::texts::apply(&mut types, document)?;
    passes::builders::apply(&mut types, document)?;
    passes::reading::apply(&mut types, document)?;
    passes::redaction::apply(&mut types, document)?;
    passes::schemars::apply(&mut types);
    passes::non_exhaustive::apply(&mut types);
    types.share(&shared::of(document, earlier));
    let names = types.names();
    types.put_back(&mut file)?;

    passes::client::apply(&mut file)?;
    passes::operations::apply(&mut file, document, &names)?;
    passes::servers::apply(&mut file, document)?;
    passes::mocks::apply(&mut file, mock_tokens(name, document)?)?;
    passes::deprecated::of_operations(&mut file, document);
    passes::docs::apply(&mut file, document)?;
    passes::docs::lines(&mut file)?;
    Ok(file)
}

fn client_tokens(view: &Value) -> Result<TokenStream, Error> {
    let document = serde_json::from_value(view.clone())?;
    guarded(|| Generator::new(&settings()).generate_tokens(&document))
}

/// Typed mocks see error responses too: a test says what D1 answers.
fn mock_tokens(module: &str, document: &Value) -> Result<TokenStream, Error> {
    let document = serde_json::from_value(view::plain(document))?;
    guarded(|| Generator::new(&settings()).httpmock(&document, &format!("crate::{module}")))
}

/// progenitor and typify panic where they meet what they do not expect. The list of what is supported is to spare them that;
/// a panic all the same is an error here.
fn guarded(generate: impl FnOnce() -> Result<TokenStream, progenitor::Error>) -> Result<TokenStream, Error> {
    match panic::catch_unwind(AssertUnwindSafe(generate)) {
        Ok(generated) => Ok(generated?),
        Err(_) => Err(Error::Document(
            "progenitor gave up on a document that should be supported: its own message is above".into(),
        )),
    }
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote! { crate::hooks::Authorizer });
    settings
}
