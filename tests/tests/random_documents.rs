//! Documents drawn from the list of what is supported: the client made of each compiles, and its types take the bodies that a
//! JSON Schema validator takes, and write them as they were. Documents with anything else in them are refused.

#![allow(clippy::unwrap_used)]

use std::{fmt::Write as _, fs, path::Path, process::Command};

use fastrand::Rng;
use jsonschema::{Draft, PatternOptions};
use quote::ToTokens;
use serde_json::{Map, Value, json};

/// How many documents are drawn, and how many bodies for each.
const DOCUMENTS: usize = 200;
const BODIES: usize = 50;

/// The same documents in every run.
const SEED: u64 = 11;

const NAMES: [&str; 20] = [
    "a",
    "type",
    "fooBar",
    "x-id",
    "self",
    "build",
    "builder",
    "3DS",
    "Default",
    "value",
    "request",
    "items",
    "B",
    "match",
    "first.name",
    "new",
    "clone",
    "from",
    "countryCode",
    "_hidden",
];
const PATTERNS: [(&str, &str); 4] = [
    ("^[a-z]{1,5}$", "abc"),
    (r"^\d{2,4}$", "123"),
    ("^(?:ab|c)+$", "abc"),
    (r"^[\p{L} '-]{1,9}$", "Zoë"),
];
const VALUES: [&str; 8] = ["a-b", "a_b", "A", "a", "=", ">", "UNKNOWN", "Self"];
const DESCRIPTION: &str = "Text `code`.\n\n    panic!()\n\n<script>x</script> */ \"##";

#[test]
fn their_types_compile_and_agree_with_a_validator() {
    let mut rng = Rng::with_seed(SEED);
    let mut modules = String::new();
    let mut arms = String::new();
    let mut bodies = Vec::new();
    let mut expected = Vec::new();
    for number in 0..DOCUMENTS {
        let document = document(&mut rng);
        let client = generate(&document).unwrap_or_else(|error| panic!("{error}\n{document:#}"));
        let items = items(&client);
        let items = items.iter().map(|item| item.to_token_stream().to_string());
        writeln!(modules, "mod d{number} {{ {} }}", items.collect::<String>()).unwrap();
        writeln!(arms, "{number} => read::<d{number}::types::Body>(body),").unwrap();
        let validator = validator(&document);
        for _ in 0..BODIES {
            let body = value(&mut rng, &document, &document["components"]["schemas"]["Body"]);
            // No null is sent: what would then be there twice is refused where all must differ.
            let valid = validator.is_valid(&body) && validator.is_valid(&without_null(&body));
            expected.push((valid, body.clone(), document.clone()));
            bodies.push(json!([number, body]));
        }
    }

    let read = run(&modules, &arms, &Value::Array(bodies));

    assert_eq!(read.len(), DOCUMENTS * BODIES);
    let valid = expected.iter().filter(|(valid, ..)| *valid).count();
    assert!(
        valid > read.len() / 5 && valid < read.len() * 4 / 5,
        "{valid} valid bodies"
    );
    for (read, (valid, body, document)) in read.iter().zip(expected) {
        let told = || format!("{body}\n{:#}", document["components"]["schemas"]);
        assert_eq!(read.is_some(), valid, "{}", told());
        if let Some(read) = read {
            assert_eq!(plain(read), plain(&without_null(&body)), "{}", told());
        }
    }
}

#[test]
fn one_keyword_more_and_they_are_refused() {
    let mut rng = Rng::with_seed(SEED);
    for _ in 0..DOCUMENTS {
        let mut document = document(&mut rng);
        let (keyword, value) = [
            ("multipleOf", json!(2)),
            ("not", json!({})),
            ("oneOf", json!([])),
            ("anyOf", json!([])),
            ("minProperties", json!(1)),
            ("const", json!(1)),
            ("patternProperties", json!({})),
            ("if", json!({})),
        ][rng.usize(..8)]
        .clone();
        let properties = document["components"]["schemas"]["Body"]["properties"]
            .as_object_mut()
            .unwrap();
        let name = properties.keys().next().unwrap().clone();
        properties[&name] = json!({"type": "string", keyword: value});
        let error = generate(&document).unwrap_err().to_string();
        let name = name.replace('~', "~0").replace('/', "~1");
        assert!(
            error.starts_with(&format!("/components/schemas/Body/properties/{name}/{keyword}: ")),
            "{error}"
        );
    }
}

fn generate(document: &Value) -> Result<String, d1_codegen::Failed> {
    let api = d1_codegen::Api {
        module: "drawn",
        document,
    };
    d1_codegen::generate(&[api]).map(|generated| generated.clients)
}

/// What is in the client's module.
fn items(client: &str) -> Vec<syn::Item> {
    let module = syn::parse_file(client)
        .unwrap()
        .items
        .into_iter()
        .find_map(|item| match item {
            syn::Item::Mod(module) if module.ident == "drawn" => Some(module),
            _ => None,
        });
    module.unwrap().content.unwrap().1
}

/// A document with one operation, whose body is drawn.
fn document(rng: &mut Rng) -> Value {
    let mut schemas = Map::new();
    for name in ["Person", "a-list", "Text", "Count"] {
        let schema = match name {
            "Person" => object(rng, 1),
            "a-list" => json!({"type": "array", "items": unbounded(schema(rng, 2)), "maxItems": 3}),
            "Text" => text(rng),
            _ => json!({"type": "integer", "minimum": 1}),
        };
        schemas.insert(name.to_owned(), schema);
    }
    let mut body = object(rng, 3);
    for name in ["Person", "a-list", "Text", "Count"] {
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        body["properties"][format!("of{name}")] = match rng.bool() {
            true => reference,
            false => json!({"allOf": [reference], "nullable": rng.bool(), "description": DESCRIPTION}),
        };
    }
    schemas.insert("Body".to_owned(), body);
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Drawn", "version": "1"},
        "paths": {"/a/{id}/of/{type}": {
            "parameters": [
                {"name": "type", "in": "path", "required": true, "schema": scalar(rng)},
                {"name": "id", "in": "path", "required": true, "schema": scalar(rng)},
                {"name": "X-First", "in": "header", "required": rng.bool(), "schema": scalar(rng)},
                {"name": "page", "in": "query", "required": rng.bool(), "schema": scalar(rng)},
            ],
            "put": {
                "operationId": "put_it",
                "x-d1-errors": [],
                "parameters": [
                    {"name": "x-second", "in": "header", "schema": scalar(rng)},
                    {"name": "self", "in": "query", "schema": scalar(rng)},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
                "responses": {"204": {"description": ""}},
            },
            "get": {
                "operationId": "getIt",
                "deprecated": rng.bool(),
                "x-d1-errors": [],
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": answer(rng)}}}},
            },
        }},
        "components": {"schemas": schemas},
    })
}

/// A schema of a parameter.
fn scalar(rng: &mut Rng) -> Value {
    match rng.u8(..6) {
        0 => json!({"type": "boolean"}),
        1 => json!({"type": "integer", "format": (if rng.bool() { "int32" } else { "int64" })}),
        2 => json!({"type": "number"}),
        3 => json!({"$ref": "#/components/schemas/Text"}),
        _ => text(rng),
    }
}

/// A schema of an answer.
fn answer(rng: &mut Rng) -> Value {
    match rng.u8(..6) {
        0 => json!({"type": "array", "items": {"$ref": "#/components/schemas/Person"}}),
        1 => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        2 => json!({"type": "array", "items": {"type": "number"}}),
        3 => json!({"type": "array", "items": {"$ref": "#/components/schemas/Text"}}),
        4 => object(rng, 1),
        _ => json!({"$ref": "#/components/schemas/Person"}),
    }
}

fn object(rng: &mut Rng, depth: usize) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for _ in 0..rng.usize(1..5) {
        let name = NAMES[rng.usize(..NAMES.len())];
        properties.insert(name.to_owned(), schema(rng, depth));
    }
    for name in properties.keys() {
        if rng.u8(..3) == 0 {
            required.push(name.clone());
        }
    }
    let mut object = json!({"type": "object", "properties": properties, "description": DESCRIPTION});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    if rng.bool() {
        object["additionalProperties"] = json!(false);
    }
    object
}

fn schema(rng: &mut Rng, depth: usize) -> Value {
    let mut schema = match rng.u8(..if depth == 0 { 4 } else { 8 }) {
        0 | 1 => text(rng),
        2 => number(rng),
        3 => json!({"type": "boolean"}),
        4 => list(rng, depth),
        5 => json!({"type": "object", "additionalProperties": unbounded(schema(rng, depth - 1))}),
        _ => object(rng, depth - 1),
    };
    for (keyword, value) in [
        ("nullable", json!(true)),
        ("deprecated", json!(true)),
        ("default", json!("none")),
        ("title", json!("Title")),
        ("description", json!(DESCRIPTION)),
    ] {
        if rng.u8(..6) == 0 {
            schema[keyword] = value;
        }
    }
    schema
}

fn text(rng: &mut Rng) -> Value {
    let mut text = json!({"type": "string"});
    match rng.u8(..5) {
        0 => text["pattern"] = json!(PATTERNS[rng.usize(..PATTERNS.len())].0),
        1 => {
            text["minLength"] = json!(rng.u8(..3));
            text["maxLength"] = json!(rng.u8(3..6));
        }
        2 => {
            let first = rng.usize(..VALUES.len() - 1);
            text["enum"] = json!(VALUES[first..]);
        }
        3 => text["format"] = json!(["date-time", "date", "uuid", "own"][rng.usize(..4)]),
        _ => {}
    }
    text
}

fn number(rng: &mut Rng) -> Value {
    let kind = if rng.bool() { "integer" } else { "number" };
    let mut number = json!({"type": kind});
    if number["type"] == "integer" && rng.bool() {
        number["format"] = json!(["int32", "int64"][rng.usize(..2)]);
    }
    for (bound, exclusive, value) in [
        ("minimum", "exclusiveMinimum", -1),
        ("maximum", "exclusiveMaximum", 4),
    ] {
        if rng.bool() {
            number[bound] = json!(value);
            if rng.bool() {
                number[exclusive] = json!(true);
            }
        }
    }
    number
}

fn list(rng: &mut Rng, depth: usize) -> Value {
    let mut list = json!({"type": "array", "items": unbounded(schema(rng, depth - 1))});
    for (keyword, value) in [
        ("minItems", json!(1)),
        ("maxItems", json!(2)),
        ("uniqueItems", json!(true)),
    ] {
        if rng.u8(..3) == 0 {
            list[keyword] = value;
        }
    }
    list
}

/// Bounds of numbers and lists are supported of properties alone, and what is in a list is never null.
fn unbounded(mut schema: Value) -> Value {
    let is_text = schema["type"] == "string";
    schema.as_object_mut().unwrap().retain(|key, _| {
        key != "nullable"
            && (is_text || !(key.starts_with("min") || key.starts_with("max") || key.starts_with("excl")))
            && key != "uniqueItems"
    });
    schema
}

/// A value that keeps a schema, more often than not.
fn value(rng: &mut Rng, document: &Value, schema: &Value) -> Value {
    let reference = schema.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref"));
    if let Some(reference) = reference.and_then(Value::as_str) {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        return value(rng, document, target);
    }
    if rng.u8(..40) == 0 {
        return [json!("<>"), json!(99), json!(1.5), json!(true)][rng.usize(..4)].clone();
    }
    match schema["type"].as_str().unwrap() {
        "string" => match (schema["pattern"].as_str(), schema["enum"].as_array()) {
            (Some(pattern), _) => {
                let (_, fits) = PATTERNS.iter().find(|(known, _)| *known == pattern).unwrap();
                json!(fits)
            }
            (_, Some(values)) => values[rng.usize(..values.len())].clone(),
            _ => json!("é".repeat(rng.usize(2..5))),
        },
        "integer" => json!(rng.i8(-1..5)),
        "number" => json!(f64::from(rng.i8(-2..10)) / 2.0),
        "boolean" => json!(rng.bool()),
        "array" => (0..rng.usize(..3))
            .map(|_| value(rng, document, &schema["items"]))
            .collect(),
        _ => match schema["properties"].as_object() {
            None => {
                let inner = &schema["additionalProperties"];
                json!({"one": value(rng, document, inner), "two": value(rng, document, inner)})
            }
            Some(properties) => {
                let mut object = Map::new();
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                for (name, schema) in properties {
                    let nullable = schema["nullable"] == true;
                    let is_required = required.contains(&json!(name));
                    if (is_required && rng.u8(..30) > 0) || (!is_required && rng.bool()) {
                        let inner = match !is_required && nullable && rng.bool() {
                            true => Value::Null,
                            false => value(rng, document, schema),
                        };
                        object.insert(name.clone(), inner);
                    }
                }
                if schema["additionalProperties"] == false && rng.u8(..30) == 0 {
                    object.insert("unknown".to_owned(), json!(1));
                }
                Value::Object(object)
            }
        },
    }
}

fn validator(document: &Value) -> jsonschema::Validator {
    let mut components = document["components"].clone();
    components["schemas"]
        .as_object_mut()
        .unwrap()
        .values_mut()
        .for_each(draft_4);
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(false)
        .build(&json!({"$ref": "#/components/schemas/Body", "components": components}))
        .unwrap()
}

/// OpenAPI 3.0 as JSON Schema: what may be null is one or the other. A required property never is.
fn draft_4(schema: &mut Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, property) in schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        draft_4(property);
        if property["nullable"] == true && !required.contains(&json!(name)) {
            *property = json!({"anyOf": [property.clone(), {"enum": [null]}]});
        }
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get_mut(keyword).filter(|inner| inner.is_object()) {
            draft_4(inner);
        }
    }
}

fn without_null(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null());
            kept.map(|(key, member)| (key.clone(), without_null(member)))
                .collect()
        }
        Value::Array(items) => items.iter().map(without_null).collect(),
        other => other.clone(),
    }
}

/// Numbers by their value.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            members
                .map(|(key, member)| (key.clone(), plain(member)))
                .collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

/// What the types make of each body: read and written again, or refused.
fn run(modules: &str, arms: &str, bodies: &Value) -> Vec<Option<Value>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    // Always the same folder, so that what the types depend on is compiled once.
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random-documents");
    let source = root.join("probe/src");
    fs::create_dir_all(&source).unwrap();
    let manifest = fs::read_to_string(workspace.join("Cargo.toml")).unwrap();
    let members = manifest.lines().find(|line| line.starts_with("members")).unwrap();
    fs::write(
        root.join("Cargo.toml"),
        manifest.replace(members, r#"members = ["probe"]"#),
    )
    .unwrap();
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    fs::write(root.join("probe/Cargo.toml"), MANIFEST).unwrap();
    for module in [
        "base", "built", "date", "hooks", "invalid", "object", "pattern", "read", "redacted", "text", "wire",
    ] {
        fs::copy(
            workspace.join(format!("d1-generated/src/{module}.rs")),
            source.join(format!("{module}.rs")),
        )
        .unwrap();
    }
    let main = MAIN.replace("MODULES", modules).replace("ARMS", arms);
    fs::write(source.join("main.rs"), main).unwrap();
    fs::write(source.join("bodies.json"), bodies.to_string()).unwrap();

    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--target-dir", "target"])
        .current_dir(&root)
        .output()
        .unwrap();

    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let printed = String::from_utf8(run.stdout).unwrap();
    printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const MANIFEST: &str = r#"
[package]
name = "probe"
version = "0.0.0"
edition.workspace = true
publish = false

[features]
httpmock = []
schemars = []

[dependencies]
compact_str.workspace = true
progenitor-client.workspace = true
reqwest.workspace = true
serde.workspace = true
serde_json.workspace = true
unicode-general-category.workspace = true
"#;

const MAIN: &str = r#"
#![allow(dead_code, deprecated, unused)]
mod base;
mod built;
mod date;
mod hooks;
mod invalid;
mod object;
mod pattern;
mod read;
mod redacted;
mod text;
mod wire;
use invalid::Invalid;
use progenitor_client::Error;

MODULES

fn read<T: serde::de::DeserializeOwned + serde::Serialize>(body: &str) -> String {
    match serde_json::from_str::<T>(body) {
        Ok(read) => serde_json::to_string(&read).unwrap(),
        Err(_) => "null".to_owned(),
    }
}

fn main() {
    let bodies: Vec<(usize, serde_json::Value)> = serde_json::from_str(include_str!("bodies.json")).unwrap();
    for (number, body) in bodies {
        let body = &body.to_string();
        println!("{}", match number { ARMS _ => unreachable!() });
    }
}
"#;
