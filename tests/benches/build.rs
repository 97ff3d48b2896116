//! Writes progenitor's client of the plain merge of the vendor's documents, changed only as far as necessary to
//! generate one: it is what a user of the vendor's documents and of progenitor gets.

use std::{env, error::Error, fs, path::Path};

use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    /// The vendor's documents in one, nothing changed.
    const MERGED: &str = "../../d1-client/sandbox/src/consumer-v2.json";
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={MERGED}");

    let mut document: Value = serde_json::from_str(&fs::read_to_string(MERGED)?)?;
    for item in document["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(|paths| paths.values_mut())
    {
        for operation in item
            .as_object_mut()
            .into_iter()
            .flat_map(|item| item.values_mut())
        {
            declare_parameters(operation);
            make_errors_alike(operation);
        }
    }
    let tokens = progenitor::Generator::default().generate_tokens(&serde_json::from_value(document)?)?;
    let client = prettyplease::unparse(&syn::parse2(tokens)?);
    let out = env::var_os("OUT_DIR").ok_or("cargo gave no OUT_DIR")?;
    Ok(fs::write(Path::new(&out).join("strict.rs"), client)?)
}

/// progenitor panics on a path whose parameters are not declared.
fn declare_parameters(operation: &mut Value) {
    let parameter =
        |name, place| json!({"name": name, "in": place, "required": true, "schema": {"type": "string"}});
    operation["parameters"] = json!([
        parameter("issuerId", "path"),
        parameter("consumerId", "path"),
        parameter("x-correlation-id", "header"),
    ]);
}

/// progenitor panics on errors of which some have a body and some have none.
fn make_errors_alike(operation: &mut Value) {
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/errorGeneric"}}});
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if !status.starts_with('2') {
            *response = json!({"description": "An error.", "content": content});
        }
    }
}
