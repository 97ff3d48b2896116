//! Several APIs: what describes them, which one a refresh belongs to, and what they share.

use serde_json::{Value, json};
use xtask::codegen::Options;

use crate::workspace::{Workspace, render};

const CARDS: &str = "openapi/card-v2/api.json";

/// An invented card API: a parameter that nobody declares, an error table in the OAuth style, servers without a version.
fn card_document() -> Value {
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Card", "version": "2.0"},
        "servers": [
            {"url": "https://cards.example", "description": "Production server"},
            {"url": "https://cards-stg.example", "description": "Staging server"},
        ],
        "paths": {"/banking/v2/issuers/{issuerId}/cards/{cardId}": {"get": {
            "operationId": "getCard",
            "summary": "Get card",
            "parameters": [
                {"$ref": "#/components/parameters/issuerId"},
                {"name": "cardId", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/cardNumber"}},
            ],
            "responses": {
                "200": {"description": "The card.", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/found"}}}},
                "400": {"description": "Refused.\n\n| Error Code | Description |\n|--|--|\n| invalid_request | A parameter is missing. |\n| `invalid_grant` | The grant is not valid. |\n"},
            },
        }}},
        "components": {"parameters": {}, "schemas": {
            "cardNumber": {"type": "string", "minLength": 1, "maxLength": 9},
            "found": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "maxLength": 3}}},
        }},
    })
}

fn with_cards(direction: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write(
        CARDS,
        json!({"title": "Cards", "direction": direction, "source": "vendor"}).to_string(),
    );
    workspace
}

fn refresh(workspace: &Workspace, api: Option<&str>, page: &[Value]) -> Result<String, String> {
    let page = workspace.page(render(page));
    let ran = workspace.run(&Options {
        api: api.map(str::to_owned),
        from: Some(page.to_string_lossy().into_owned()),
        today: "2030-01-02".to_owned(),
        ..Options::default()
    });
    match &ran.result {
        Ok(_) => Ok(ran.printed),
        Err(_) => Err(ran.error()),
    }
}

#[test]
fn what_describes_an_api_is_checked_with_file_and_pointer() {
    let good = json!({"title": "Cards", "direction": "inbound", "source": "vendor"});
    for (key, value, told) in [
        ("colour", json!("red"), "/colour: is not known"),
        (
            "direction",
            json!("sideways"),
            "/direction: is sideways: it must be inbound or outbound",
        ),
        ("direction", json!(1), "/direction: is not a text"),
        (
            "source",
            json!("hearsay"),
            "/source: is hearsay: it must be vendor or restated",
        ),
        ("title", json!(" "), "/title: is not a text"),
        ("title", json!(null), "/title: is not a text"),
    ] {
        let workspace = Workspace::new();
        let mut description = good.clone();
        description[key] = value;
        workspace.write(CARDS, description.to_string());
        let error = workspace.check().error();
        assert!(error.starts_with(&format!("{CARDS}: {told}")), "{error}");
    }
    for key in ["title", "direction", "source"] {
        let workspace = Workspace::new();
        let mut description = good.clone();
        description.as_object_mut().unwrap().remove(key);
        workspace.write(CARDS, description.to_string());
        assert_eq!(workspace.check().error(), format!("{CARDS}: /{key}: is missing"));
    }
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.root().join("openapi/card-v2")).unwrap();
    assert!(
        workspace
            .check()
            .error()
            .starts_with(&format!("{CARDS}: cannot be read"))
    );
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.root().join("openapi/types")).unwrap();
    assert!(
        workspace
            .check()
            .error()
            .starts_with("openapi/types: is not a name for a module")
    );
}

#[test]
fn a_restated_document_is_there_says_what_it_is_and_stands_alone() {
    let restated = "openapi/consumer-v1/restated.json";
    let workspace = Workspace::new();
    std::fs::remove_file(workspace.root().join(restated)).unwrap();
    assert!(
        workspace
            .check()
            .error()
            .starts_with(&format!("{restated}: cannot be read"))
    );
    let workspace = Workspace::new();
    workspace.edit(restated, |document| {
        document["info"]["x-restated"]["inferred"] = json!([])
    });
    let error = workspace.check().error();
    assert!(
        error.starts_with(&format!("{restated}: /info/x-restated/inferred: ")),
        "{error}"
    );
    let workspace = Workspace::new();
    workspace.write("openapi/consumer-v1/vendor/a.json", "{}");
    let error = workspace.check().error();
    assert!(
        error.starts_with("openapi/consumer-v1/vendor: is not used"),
        "{error}"
    );
}

#[test]
fn a_refresh_belongs_to_one_api() {
    let workspace = with_cards("inbound");
    let error = refresh(&workspace, None, &[card_document()]).unwrap_err();
    assert_eq!(
        error,
        "--from: belongs to one API: name it with --api (consumer-v2, card-v2, consumer-v1)"
    );
    let error = refresh(&workspace, Some("cards"), &[card_document()]).unwrap_err();
    assert!(
        error.starts_with("cards: is not an API; there are consumer-v2, "),
        "{error}"
    );
}

#[test]
fn the_vendors_document_replaces_a_restated_one() {
    let workspace = Workspace::new();
    let document = workspace.json("openapi/consumer-v1/restated.json");
    refresh(&workspace, Some("consumer-v1"), &[document]).unwrap();
    assert!(
        !workspace
            .root()
            .join("openapi/consumer-v1/restated.json")
            .exists()
    );
    assert_eq!(workspace.json("openapi/consumer-v1/api.json")["source"], "vendor");
    workspace.check().ok();
}

#[test]
fn one_api_alone_is_checked_when_it_is_named() {
    let workspace = Workspace::new();
    workspace.write("d1-generated/consumer-v1.json", "{}");
    let check = |api: &str| {
        let options = Options {
            api: Some(api.to_owned()),
            check: true,
            ..Options::default()
        };
        workspace.run(&options).result.unwrap().len()
    };
    assert_eq!((check("consumer-v2"), check("consumer-v1")), (0, 1));
}

#[test]
fn a_dangling_parameter_is_refused_with_its_place() {
    let workspace = with_cards("inbound");
    let error = refresh(&workspace, Some("card-v2"), &[card_document()]).unwrap_err();
    assert!(
        error.contains("refers to #/components/parameters/issuerId, which does not exist"),
        "{error}"
    );
}
