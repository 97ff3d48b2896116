//! Every keyword of OpenAPI 3.0 is carried or refused: nothing is lost without a word, and nothing is written that does not
//! compile.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use d1_codegen::supported::{self, Fate, Place};
use serde_json::{Value, json};
use xtask::codegen::SNAPSHOT;

use crate::workspace::{OPENAPI, Workspace, operation_of, path_item_of};

const PERSON: [&str; 2] = [
    "/components/schemas/consumerInfo/properties",
    "/components/schemas/consumerInfoForUpdate/properties",
];

/// The page with this property of a person, in what registers and what updates.
fn with_probe(workspace: &Workspace, probe: &Value) -> std::path::PathBuf {
    workspace.page_with(|document| {
        for pointer in PERSON {
            if let Some(properties) = document.pointer_mut(pointer) {
                properties["probe"] = probe.clone();
            }
        }
    })
}

/// The page with its operation of that id changed.
fn with_operation(workspace: &Workspace, id: &str, edit: impl Fn(&mut Value)) -> std::path::PathBuf {
    workspace.page_with(|document| {
        if operation_of(document)["operationId"] == id {
            let path = document["paths"]
                .as_object()
                .unwrap()
                .keys()
                .next()
                .unwrap()
                .clone();
            let method = path_item_of(document)
                .as_object()
                .unwrap()
                .keys()
                .next()
                .unwrap()
                .clone();
            edit(&mut document["paths"][path][method]);
        }
    })
}

/// The page is refused with a line that has all of `parts`, and nothing is written.
#[track_caller]
fn refused(workspace: &Workspace, page: &Path, parts: &[&str]) {
    let before = workspace.files();
    let error = workspace.refresh(page).error();
    for part in parts {
        assert!(error.contains(part), "no {part:?} in: {error}");
    }
    assert_eq!(workspace.files(), before, "nothing is written");
}

/// The page flows through; returns the client.
#[track_caller]
fn taken(workspace: &Workspace, page: &Path) -> String {
    workspace.refresh(page).ok();
    workspace.read(SNAPSHOT)
}

#[test]
fn what_a_schema_says_that_cannot_be_kept_is_refused_with_its_place() {
    for (probe, part) in [
        (json!({"type": "integer", "multipleOf": 3}), "multipleOf"),
        (json!({"type": "string", "not": {"enum": ["a"]}}), "/probe/not"),
        (json!({"type": "object", "minProperties": 1}), "minProperties"),
        (json!({"type": "object", "maxProperties": 1}), "maxProperties"),
        (json!({"type": "string", "const": "a"}), "/probe/const"),
        (json!({"type": "string", "enum": []}), "lists no value"),
        (json!({"type": "string", "enum": ["a", "a"]}), "holds \"a\" twice"),
        (json!({"type": "integer", "enum": [1, 2]}), "/probe/enum"),
        (
            json!({"type": "string", "maxLength": 4_294_967_296_u64}),
            "/probe/maxLength: is not a whole number",
        ),
        (
            json!({"type": "string", "maxLength": 40.0}),
            "/probe/maxLength: is not a whole number",
        ),
        (
            json!({"type": "string", "maxLength": "40"}),
            "/probe/maxLength: is not a whole number",
        ),
        (
            json!({"type": "string", "maxLength": -1}),
            "/probe/maxLength: is not a whole number",
        ),
        (
            json!({"type": "string", "minLength": 3, "maxLength": 2}),
            "/probe/minLength: is more than maxLength",
        ),
        (
            json!({"type": "integer", "minimum": 3, "maximum": 2}),
            "/probe/minimum: is more than maximum",
        ),
        (json!({"type": []}), "/probe/type: is not the name of a type"),
        (json!({"type": "text"}), "/probe/type: is not a type"),
        (
            json!({"type": "file", "enum": ["a"]}),
            "/probe/type: is not a type",
        ),
        (
            json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
            "/probe/oneOf",
        ),
        (json!({"anyOf": [{"type": "string"}]}), "/probe/anyOf"),
        (
            json!({"allOf": [{"type": "string"}, {"type": "string"}]}),
            "/probe/allOf",
        ),
        (json!({"type": "array"}), "a list that does not say of what"),
        (
            json!({"type": "array", "items": {"type": "array", "maxItems": 2, "items": {"type": "string"}}}),
            "/items/maxItems",
        ),
        (
            json!({"type": "string", "pattern": 1}),
            "/probe/pattern: is not a text",
        ),
        (
            json!({"type": "string", "pattern": "^(?=a)a$"}),
            "cannot be checked",
        ),
        (
            json!({"type": "object", "required": ["a"], "properties": {"b": {"type": "string"}}}),
            "names a, which is no property",
        ),
        (
            json!({"type": "object", "discriminator": {"propertyName": "a"}}),
            "/probe/discriminator",
        ),
    ] {
        let workspace = Workspace::new();
        let page = with_probe(&workspace, &probe);
        refused(&workspace, &page, &["/properties/probe", part]);
    }
}

#[test]
fn names_that_become_one_are_refused_with_both_places() {
    for (one, other) in [
        ("fooBar", "foo_bar"),
        ("m", "M"),
        ("self", "Self"),
        ("first_name", "firstName"),
        ("x-id", "xId"),
    ] {
        let workspace = Workspace::new();
        let page = workspace.page_with(|document| {
            for pointer in PERSON {
                if let Some(properties) = document.pointer_mut(pointer) {
                    for name in [one, other] {
                        if properties.get(name).is_none() {
                            properties[name] = json!({"type": "string"});
                        }
                    }
                }
            }
        });
        let places = [format!("/properties/{one}"), format!("/properties/{other}")];
        refused(&workspace, &page, &[&places[0], &places[1], "would be called"]);
    }
}

#[test]
fn what_an_operation_says_that_cannot_be_kept_is_refused_with_its_place() {
    let query = |schema: Value| json!([{"name": "probe", "in": "query", "schema": schema}]);
    let cases: Vec<(&str, Value, &str)> = vec![
        (
            "servers",
            json!([{"url": "https://elsewhere.example"}]),
            "/get/servers",
        ),
        ("security", json!([]), "/get/security: differs"),
        ("callbacks", json!({}), "/get/callbacks"),
        (
            "parameters",
            json!([{"name": "probe", "in": "cookie", "schema": {"type": "string"}}]),
            "/in: is none of",
        ),
        (
            "parameters",
            query(json!({"type": "array", "items": {"type": "string"}})),
            "the parameter probe",
        ),
        (
            "parameters",
            query(json!({"type": "integer", "minimum": 1})),
            "/schema/minimum",
        ),
        (
            "parameters",
            json!([{"name": "a b", "in": "query", "schema": {"type": "string"}}]),
            "/name: is not",
        ),
    ];
    for (key, value, part) in cases {
        let workspace = Workspace::new();
        let page = with_operation(&workspace, "getConsumer", |operation| {
            operation[key] = value.clone()
        });
        refused(&workspace, &page, &[part]);
    }
    let responses: Vec<(&str, Value, &str)> = vec![
        (
            "201",
            json!({"description": "Also.", "content": {"application/json": {"schema": {"type": "object"}}}}),
            "second success",
        ),
        (
            "302",
            json!({"description": "Elsewhere."}),
            "/302: is not a status",
        ),
        (
            "default",
            json!({"description": "Else."}),
            "/default: is not a status",
        ),
    ];
    for (status, response, part) in responses {
        let workspace = Workspace::new();
        let page = with_operation(&workspace, "getConsumer", |operation| {
            operation["responses"][status] = response.clone();
        });
        refused(&workspace, &page, &[part]);
    }
    for (edit, part) in [
        (
            (|operation: &mut Value| {
                operation["responses"]["200"]["headers"] = json!({"x-a": {"schema": {"type": "string"}}})
            }) as fn(&mut Value),
            "/200/headers",
        ),
        (
            |operation| {
                operation["responses"]["200"]["content"]["text/csv"] = json!({"schema": {"type": "string"}})
            },
            "text~1csv: is another media type",
        ),
        (
            |operation| operation["responses"]["200"]["content"]["application/json"]["encoding"] = json!({}),
            "application~1json/encoding",
        ),
    ] {
        let workspace = Workspace::new();
        let page = with_operation(&workspace, "getConsumer", edit);
        refused(&workspace, &page, &[part]);
    }
    for (edit, part) in [
        (
            (|document: &mut Value| document["servers"][0]["variables"] = json!({"a": {"default": "b"}}))
                as fn(&mut Value),
            "/servers/0/variables",
        ),
        (
            |document| {
                let item = document["paths"]
                    .as_object_mut()
                    .unwrap()
                    .values_mut()
                    .next()
                    .unwrap();
                item["servers"] = json!([{"url": "https://elsewhere.example"}]);
            },
            "/servers",
        ),
    ] {
        let workspace = Workspace::new();
        refused(&workspace, &workspace.page_with(edit), &[part]);
    }
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        let item = document["paths"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        if let Some(operation) = item.get_mut("get").map(Value::take) {
            let item = item.as_object_mut().unwrap();
            item.remove("get");
            item.insert("trace".to_owned(), operation);
        }
    });
    refused(&workspace, &page, &["trace"]);
}

#[test]
fn what_is_supported_flows_through() {
    for (probe, parts) in [
        (
            json!({"type": "string", "format": "date-time"}),
            vec!["pub probe: ::std::option::Option<::std::string::String>"],
        ),
        (
            json!({"type": "string", "format": "uuid", "maxLength": 36}),
            vec!["Option<PersonalInformationProbe>"],
        ),
        (
            json!({"type": "integer", "minimum": 1, "maximum": 5}),
            vec!["must be at least 1 and at most 5"],
        ),
        (
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}),
            vec!["must be more than 0.0"],
        ),
        (
            json!({"type": "string", "enum": ["a-b", "a_b", "=", ">"]}),
            vec!["AB2", "X3d", "X3e"],
        ),
        (
            json!({"type": "string", "deprecated": true}),
            vec!["#[deprecated]"],
        ),
        (
            json!({"type": "string", "default": "none"}),
            vec!["By default: `none`."],
        ),
        (
            json!({"type": "string", "example": "a", "xml": {"name": "p"}}),
            vec!["pub probe"],
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            vec!["HashMap"],
        ),
    ] {
        let workspace = Workspace::new();
        let page = with_probe(&workspace, &probe);
        let client = taken(&workspace, &page);
        for part in parts {
            assert!(client.contains(part), "no {part:?} for {probe}");
        }
    }
}

#[test]
fn a_property_that_is_read_only_is_neither_sent_nor_required() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        for pointer in PERSON {
            if let Some(properties) = document.pointer_mut(pointer) {
                properties["probe"] = json!({"type": "string", "readOnly": true});
                let schema = document
                    .pointer_mut(pointer.trim_end_matches("/properties"))
                    .unwrap();
                schema["required"].as_array_mut().unwrap().push(json!("probe"));
            }
        }
    });
    assert!(!taken(&workspace, &page).contains("probe"));
}

#[test]
fn json_that_was_escaped_as_html_is_refused() {
    let workspace = Workspace::new();
    let page = with_probe(&workspace, &json!({"type": "string", "pattern": "^[a&amp;b]$"}));
    refused(
        &workspace,
        &page,
        &["/properties/probe/pattern holds &amp;", "save the page as it is"],
    );
}

#[test]
fn a_reference_is_unescaped_once() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        let text = document.to_string().replace(
            "#/components/schemas/consumerInfo\"",
            "#/components/schemas/consumer%49nfo\"",
        );
        *document = serde_json::from_str(&text).unwrap();
    });
    let before = workspace.read(SNAPSHOT);
    assert_eq!(taken(&workspace, &page), before);
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        let text = document.to_string().replace(
            "#/components/schemas/consumerInfo\"",
            "#/components/schemas/consumer%2549nfo\"",
        );
        *document = serde_json::from_str(&text).unwrap();
    });
    refused(&workspace, &page, &["consumer%49nfo, which does not exist"]);
}

#[test]
fn a_pattern_of_any_size_takes_no_time() {
    let workspace = Workspace::new();
    let page = with_probe(
        &workspace,
        &json!({"type": "string", "pattern": "^\\p{L}{1,100000}$"}),
    );
    taken(&workspace, &page);
}

#[test]
fn nothing_is_nullable_without_a_type() {
    fn visit(value: &Value) {
        if value.get("nullable").is_some() {
            assert!(value["type"].is_string(), "{value}");
        }
        match value {
            Value::Object(members) => members.values().for_each(visit),
            Value::Array(items) => items.iter().for_each(visit),
            _ => {}
        }
    }
    visit(&Workspace::new().json(OPENAPI));
}

#[test]
fn the_list_in_the_readme_is_the_list_of_the_code() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR"))
        .with_file_name("openapi")
        .join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (_, section) = readme.split_once("## What is supported\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut told = BTreeSet::new();
    for row in section
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
    {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [place, keywords, fate] = cells[..] else {
            panic!("{row}")
        };
        for keyword in keywords.split(", ") {
            let keyword = keyword.trim_matches('`');
            assert!(
                told.insert(format!("{place} {keyword} {fate}")),
                "{row} says it again"
            );
        }
    }
    let listed: BTreeSet<_> = supported::list()
        .map(|(place, keyword, fate)| format!("{} {keyword} {}", name(place), word(fate)))
        .collect();
    assert_eq!(told, listed);
}

fn name(place: Place) -> &'static str {
    match place {
        Place::Document => "document",
        Place::Info => "info",
        Place::Server => "server",
        Place::Path => "path",
        Place::Operation => "operation",
        Place::Parameter => "parameter",
        Place::Body => "request body",
        Place::Content => "content",
        Place::Response => "response",
        Place::Components => "components",
        Place::Schema => "schema",
        Place::Security => "security scheme",
    }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Carried => "carried",
        Fate::Told => "told",
        Fate::Dropped => "dropped where D1 alone sends it, else refused",
    }
}
