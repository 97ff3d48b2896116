//! Several APIs: what describes them, which one a refresh belongs to, and what they share.

use quote::ToTokens;
use serde_json::{Value, json};
use xtask::codegen::{Options, SNAPSHOT};

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
        ("colour", json!("red"), "/colour: is not a known key"),
        (
            "direction",
            json!("sideways"),
            "/direction: is sideways: it must be inbound or outbound",
        ),
        ("direction", json!(1), "/direction: is not a string"),
        (
            "source",
            json!("hearsay"),
            "/source: is hearsay: it must be vendor or restated",
        ),
        ("title", json!(" "), "/title: is not a string"),
        ("title", json!(null), "/title: is not a string"),
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
        error.starts_with("cards: is not an API; the APIs are consumer-v2, "),
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

/// What we say about the card API: the parameter that it lacks, and names for its ideas.
fn with_mended_cards() -> Workspace {
    let workspace = with_cards("inbound");
    let parameter = json!({"name": "issuerId", "in": "path", "required": true, "schema": {
        "type": "string", "minLength": 10, "maxLength": 10, "pattern": r#"^[!"$&-.0->@-\[\]-~]{10}$"#,
    }});
    workspace.write(
        "openapi/card-v2/overlays/parameters.overlay.json",
        json!({
            "overlay": "1.1.0",
            "info": {"title": "What the document lacks", "version": "1.0.0"},
            "x-applies": "before-names",
            "actions": [{
                "target": "$.components",
                "description": "The operation refers to it.",
                "update": {"parameters": {"issuerId": parameter}},
            }],
        })
        .to_string(),
    );
    let name = |name: &str, at: &str| json!({"name": name, "at": [at], "reason": "A name of ours."});
    workspace.write(
        "openapi/card-v2/names.json",
        json!([
            name(
                "get_card",
                "$.paths['/banking/v2/issuers/{issuerId}/cards/{cardId}'].get"
            ),
            name("CardNumber", "$.components.schemas.cardNumber"),
            name("FoundCard", "$.components.schemas.found"),
            name("IssuerId", "$.components.parameters.issuerId.schema"),
            name("ApiError", "$.components.schemas.refusal"),
        ])
        .to_string(),
    );
    workspace
}

/// With a body of its errors.
fn whole_card_document() -> Value {
    let mut document = card_document();
    document["components"]["schemas"]["refusal"] = json!({"type": "object", "properties": {"error": {"type": "string"}, "errorCode": {"type": "string"}}});
    document["paths"]["/banking/v2/issuers/{issuerId}/cards/{cardId}"]["get"]["responses"]["400"]["content"] =
        json!({"application/json": {"schema": {"$ref": "#/components/schemas/refusal"}}});
    document
}

#[test]
fn another_api_becomes_a_module_with_its_own_servers_errors_and_operations() {
    let workspace = with_mended_cards();
    refresh(&workspace, Some("card-v2"), &[whole_card_document()]).unwrap();
    workspace.check().ok();

    let client = syn::parse_file(&workspace.read(SNAPSHOT)).unwrap();
    let modules: Vec<_> = client.items.iter().filter_map(module_of).collect();
    let names: Vec<_> = modules.iter().map(|module| module.ident.to_string()).collect();
    assert_eq!(names, ["consumer_v2", "card_v2", "consumer_v1"]);
    let cards = modules[1].to_token_stream().to_string();
    // Its servers have no version, its paths have: each client has its own base, and none is joined to another's path.
    assert!(cards.contains(r#"PRODUCTION : & str = "https://cards.example""#));
    assert!(!cards.contains("thalescloud"));
    assert!(cards.contains("pub use super :: super :: consumer_v2 :: types :: IssuerId"));
    assert!(cards.contains("pub struct CardNumber"));

    let document = workspace.json("d1-generated/card-v2.json");
    let errors = &document["paths"]["/banking/v2/issuers/{issuerId}/cards/{cardId}"]["get"]["x-d1-errors"];
    assert_eq!(
        *errors,
        json!([
            {"status": 400, "code": "invalid_request", "retryable": false, "comment": "A parameter is missing."},
            {"status": 400, "code": "invalid_grant", "retryable": false, "comment": "The grant is not valid."},
        ])
    );
    assert!(workspace.read(SNAPSHOT).contains("Self::GetCard => \"get_card\""));
}

#[test]
fn of_an_outbound_api_the_answer_is_checked_and_the_request_is_not() {
    let workspace = with_mended_cards();
    workspace.write(
        CARDS,
        json!({"title": "Cards", "direction": "outbound", "source": "vendor"}).to_string(),
    );
    refresh(&workspace, Some("card-v2"), &[whole_card_document()]).unwrap();
    let schemas = workspace.json("d1-generated/card-v2.json")["components"]["schemas"].clone();
    assert_eq!(
        schemas["CardNumber"].get("maxLength"),
        None,
        "what D1 sends is taken as it comes"
    );
    assert_eq!(
        schemas["FoundCard"]["required"],
        json!(["kind"]),
        "what we answer keeps the rules"
    );
    assert_eq!(schemas["FoundCard"]["properties"]["kind"]["maxLength"], 3);
}

fn module_of(item: &syn::Item) -> Option<&syn::ItemMod> {
    match item {
        syn::Item::Mod(module) => Some(module),
        _ => None,
    }
}
