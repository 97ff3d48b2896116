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

/// What is generated: formatted Rust source.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// The clients of the inbound APIs, a module each, and the operations of all of them.
    pub clients: String,
    /// The types of each outbound API, by its module: a file of its own, so that a feature can leave it out.
    pub outbound: Vec<(String, String)>,
}

const GENERATED: &str = "// Generated from openapi.json: change `openapi/` and run `cargo xtask codegen`.\n";

/// The clients of all inbound APIs, a module each, and the types of the outbound ones (`info.x-d1-direction`), a file
/// each. A type that an earlier inbound module has with the same name and the same schema is that one; the operations of
/// all inbound APIs are one enum.
///
/// The same documents give the same bytes.
///
/// # Errors
/// See [`Error`]. Nothing is written anywhere.
pub fn generate(apis: &[Api<'_>]) -> Result<Generated, Failed> {
    let mut root: syn::File = syn::parse_quote! {};
    let mut clients = String::from(GENERATED);
    let failed = |api: &Api<'_>| {
        let module = api.module.to_owned();
        move |error| Failed {
            module,
            error: Box::new(error),
        }
    };
    let (outbound, inbound): (Vec<_>, Vec<_>) = apis.iter().partition(|api| is_outbound(api.document));
    let named = |api: &Api<'_>| {
        supported::check(api.document)
            .and_then(|()| named::apply(api.document))
            .map_err(failed(api))
    };
    let mut earlier: Vec<(&str, Value)> = Vec::new();
    for api in &inbound {
        let document = named(api)?;
        let file = client(api.module, &document, &earlier).map_err(failed(api))?;
        let title = prose::line(document["info"]["title"].as_str().unwrap_or(api.module));
        // Not indented: nothing in it wraps that would not by itself.
        clients.push_str(&format!(
            "/// {title}\npub mod {} {{\n{}}}\n",
            api.module,
            prettyplease::unparse(&file)
        ));
        earlier.push((api.module, document));
    }
    let mut generated = Generated::default();
    for api in &outbound {
        let file = types_alone(api.module, &named(api)?, &earlier).map_err(failed(api))?;
        let text = format!("{GENERATED}{}", prettyplease::unparse(&file));
        generated.outbound.push((api.module.to_owned(), text));
    }
    let Some(last) = inbound.last() else {
        return Ok(generated);
    };
    let documents: Vec<&Value> = earlier.iter().map(|(_, document)| document).collect();
    passes::catalogue::apply(&mut root, &documents)
        .and_then(|()| passes::request_fields::apply(&mut root, &documents))
        .and_then(|()| passes::docs::lines(&mut root))
        .map_err(failed(last))?;
    clients.push_str(&prettyplease::unparse(&root));
    generated.clients = clients;
    Ok(generated)
}

/// Whether D1 calls the issuer: then nobody here needs a client.
pub(crate) fn is_outbound(document: &Value) -> bool {
    document["info"]["x-d1-direction"] == "outbound"
}

/// The client of one document; `earlier` are the modules before it.
fn client(name: &str, document: &Value, earlier: &[(&str, Value)]) -> Result<syn::File, Error> {
    let mut file: syn::File = syn::parse2(client_tokens(&view::of(document)?)?)?;
    let names = types(&mut file, name, document, earlier)?;
    passes::client::apply(&mut file)?;
    passes::operations::apply(&mut file, document, &names)?;
    passes::servers::apply(&mut file, document)?;
    passes::mocks::apply(&mut file, document, mock_tokens(name, document)?)?;
    passes::deprecated::of_operations(&mut file, document);
    passes::docs::apply(&mut file, document);
    passes::docs::lines(&mut file)?;
    Ok(file)
}

/// The types of an outbound document, and nothing else.
fn types_alone(name: &str, document: &Value, earlier: &[(&str, Value)]) -> Result<syn::File, Error> {
    let mut file: syn::File = syn::parse2(client_tokens(&view::of(document)?)?)?;
    types(&mut file, name, document, earlier)?;
    file.items
        .retain(|item| matches!(item, syn::Item::Mod(module) if module.ident == "types"));
    passes::docs::apply(&mut file, document);
    passes::docs::lines(&mut file)?;
    Ok(file)
}

/// Makes the types of the document what they are to be.
fn types(
    file: &mut syn::File,
    module: &str,
    document: &Value,
    earlier: &[(&str, Value)],
) -> Result<tree::Names, Error> {
    let mut types = tree::Types::take(file)?;
    types.are_all_known(document)?;
    passes::optional::apply(&mut types, document);
    passes::field_names::apply(&mut types, document)?;
    passes::deprecated::of_properties(&mut types, document);
    passes::enums::apply(&mut types, document)?;
    passes::texts::apply(&mut types, document)?;
    passes::builders::apply(&mut types, module, document)?;
    passes::reading::apply(&mut types, document)?;
    passes::redaction::apply(&mut types, document)?;
    passes::schemars::apply(&mut types);
    passes::non_exhaustive::apply(&mut types);
    let shared = shared::of(document, earlier);
    let names = types.names(&shared);
    types.put_back(file, &shared)?;
    Ok(names)
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
