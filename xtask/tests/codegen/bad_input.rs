//! Every way in which an input can be wrong: one line with file and place, and nothing is written.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use crate::workspace::{Workspace, operation_of, path_item_of, render};
use serde_json::{Value, json};
use xtask::codegen::Options;

const OVERLAYS: &str = "openapi/consumer-v2/overlays";

/// Refreshes from `from`, which must fail with a line that has all of `parts`, and leave every file as it was.
#[track_caller]
fn refused(workspace: &Workspace, from: &Path, parts: &[&str]) {
    refused_from(workspace, &from.to_string_lossy(), parts);
}

#[track_caller]
fn refused_from(workspace: &Workspace, from: &str, parts: &[&str]) -> String {
    let before = workspace.files();
    let ran = workspace.refresh_on("2030-01-02", from);
    let error = ran.error();
    for part in parts {
        assert!(error.contains(part), "no {part:?} in: {error}");
    }
    assert_eq!(workspace.files(), before, "nothing is written");
    ran.printed
}

/// A plain run on changed inputs, which must fail likewise, after the report.
#[track_caller]
fn refused_inputs(workspace: &Workspace, parts: &[&str]) {
    let before = workspace.files();
    let ran = workspace.run(&Options::default());
    let error = ran.error();
    for part in parts {
        assert!(error.contains(part), "no {part:?} in: {error}");
    }
    assert!(ran.printed.contains("summary: "), "{}", ran.printed);
    assert_eq!(workspace.files(), before, "nothing is written");
}

/// A page whose register operation is changed.
fn register_with(workspace: &Workspace, edit: impl Fn(&mut Value)) -> std::path::PathBuf {
    workspace.page_with(|document| {
        if operation_of(document)["operationId"] == "registerConsumer" {
            edit(document);
        }
    })
}

fn register(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/issuers/{issuerId}/consumers/{consumerId}"]["put"]
}

#[test]
fn a_file_that_is_not_there() {
    let workspace = Workspace::new();
    refused_from(
        &workspace,
        "/no/such/page.md",
        &["/no/such/page.md: cannot be read"],
    );
}

#[test]
fn a_page_without_a_fence() {
    let workspace = Workspace::new();
    refused(
        &workspace,
        &workspace.page("# A guide\n\n```\ncurl\n```\n"),
        &["consumer-api.md: holds no ```json"],
    );
}

#[test]
fn a_page_that_is_not_utf_8() {
    let workspace = Workspace::new();
    refused(
        &workspace,
        &workspace.page(b"# A\n\ncaf\xe9\n"),
        &["consumer-api.md: line 3: is not UTF-8"],
    );
}

#[test]
fn broken_json_is_told_with_the_line_of_the_page() {
    let workspace = Workspace::new();
    let page = workspace.page("# A\n\n```json\n{\"openapi\": \"3.0.0\",\n\"paths\" {}}\n```\n");
    refused(
        &workspace,
        &page,
        &["consumer-api.md: line 5: is not JSON: expected `:`"],
    );
    let page = workspace.page("# A\n\n```json\n{\"openapi\": \"3.0.0\",\n```\n");
    refused(&workspace, &page, &["consumer-api.md: line 4: is not JSON: EOF"]);
}

#[test]
fn broken_yaml() {
    let workspace = Workspace::new();
    let file = workspace.write("pages/api.yaml", "openapi: 3.0.0\npaths: [\n");
    refused(&workspace, &file, &["api.yaml: line ", "is not YAML"]);
}

#[test]
fn swagger_2_and_openapi_3_1() {
    let workspace = Workspace::new();
    for (head, what) in [
        (json!({"swagger": "2.0", "paths": {}}), "is Swagger 2.0"),
        (json!({"openapi": "3.1.0", "paths": {}}), "is OpenAPI 3.1.0"),
        (json!({"firstName": "Ada"}), "is not an OpenAPI document"),
        (json!([1]), "is not an OpenAPI document"),
    ] {
        refused(
            &workspace,
            &workspace.page(format!("# A\n```json\n{head}\n```\n")),
            &["line 3", what],
        );
        refused(
            &workspace,
            &workspace.write("pages/a.json", head.to_string()),
            &["a.json: line 1", what],
        );
    }
}

#[test]
fn a_document_whose_skeleton_is_not_openapis() {
    let workspace = Workspace::new();
    for (part, place) in [
        (json!({"info": "D1"}), "/info"),
        (json!({"paths": []}), "/paths"),
        (json!({"paths": {"/a": {"get": 1}}}), "/paths/~1a/get"),
        (
            json!({"components": {"schemas": {"a": true}}}),
            "/components/schemas/a",
        ),
    ] {
        let mut document = json!({"openapi": "3.0.0", "info": {}, "paths": {}});
        for (key, value) in part.as_object().unwrap() {
            document[key] = value.clone();
        }
        refused(
            &workspace,
            &workspace.page(render_bare(&document)),
            &["line 2: ", place, "is not an object"],
        );
    }
}

/// A page that holds nothing but a document.
fn render_bare(document: &Value) -> String {
    format!("```json\n{document}\n```\n")
}

#[test]
fn an_operation_that_two_documents_declare() {
    let workspace = Workspace::new();
    let mut documents = workspace.documents();
    documents.push(documents[0].clone());
    let page = workspace.page(render(&documents));
    let what = [
        "consumer-api.md: line ",
        "operations:delete is also declared by ",
        "consumer-api.md: line 10",
    ];
    refused(&workspace, &page, &what);
}

#[test]
fn an_operation_that_one_document_declares_twice() {
    let workspace = Workspace::new();
    let page = workspace
        .page("```json\n{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": {\"get\": {},\n \"get\": {}}}}\n```\n");
    refused(&workspace, &page, &["line 3", "the key \"get\" is given twice"]);
}

#[test]
fn schemas_that_conflict() {
    let workspace = Workspace::new();
    let page = register_with(&workspace, |document| {
        document["components"]["schemas"]["errorGeneric"]["properties"]["error"]["type"] = json!("object");
    });
    refused(
        &workspace,
        &page,
        &["/components/schemas/errorGeneric: differs", "line 10", "line 26"],
    );
}

#[test]
fn places_of_one_name_that_differ_after_the_report() {
    let workspace = Workspace::new();
    let page = register_with(&workspace, |document| {
        document["components"]["schemas"]["consumerInfo"]["properties"]["middleName"]["maxLength"] =
            json!(30);
    });
    let printed = refused_from(
        &workspace,
        &page.to_string_lossy(),
        &[
            "openapi/consumer-v2/names.json: entry PersonName",
            "/consumerInfo/properties/middleName",
            "/consumerInfo/properties/firstName",
            "differ at /maxLength",
        ],
    );
    assert!(printed.contains("summary: "), "{printed}");
}

#[test]
fn a_removed_operation_is_reported_before_the_names_that_no_longer_fit() {
    let workspace = Workspace::new();
    let mut documents = workspace.documents();
    documents.retain(|document| operation_of(document)["operationId"] != "editConsumer");
    let page = workspace.page(render(&documents));
    let what = [
        "openapi/consumer-v2/names.json: entry update_consumer",
        "matches nothing",
    ];
    let printed = refused_from(&workspace, &page.to_string_lossy(), &what);
    assert!(printed.contains("summary: "), "{printed}");
}

#[test]
fn names_that_cannot_be_given() {
    for (entry, what) in [
        (
            json!({"name": "A", "at": ["$.nothing"], "reason": "r"}),
            "entry A: $.nothing matches nothing",
        ),
        (
            json!({"name": "A", "at": ["$["], "reason": "r"}),
            "entry A: $[ is not a JSONPath",
        ),
        (
            json!({"name": "A", "at": [], "reason": "r"}),
            "entry A: has no places",
        ),
        (
            json!({"name": "A", "at": ["$.components.schemas.Card"], "reason": " "}),
            "entry A: has no reason",
        ),
        (
            json!({"name": "A", "at": ["$.components.schemas.Card"]}),
            "missing field `reason`",
        ),
        (
            json!({"name": "Card", "at": ["$.components.schemas.CardId"], "reason": "r"}),
            "entry Card: is already the name of another schema",
        ),
        (
            json!({"name": "A", "at": ["$.components.schemas.CardList.properties.cards.items"], "reason": "r"}),
            "is a reference already",
        ),
        (
            json!({"name": "list_cards", "at": ["$.paths[*].put"], "reason": "r"}),
            "entry list_cards: is already the operationId of GET ",
        ),
    ] {
        let workspace = Workspace::new();
        workspace.edit("openapi/consumer-v2/names.json", |names| {
            names.as_array_mut().unwrap().push(entry.clone())
        });
        refused_inputs(&workspace, &["openapi/consumer-v2/names.json", what]);
    }
}

#[test]
fn an_overlay_target_that_matches_nothing() {
    let workspace = Workspace::new();
    workspace.edit(&format!("{OVERLAYS}/safe-to-print.overlay.json"), |overlay| {
        overlay["actions"][2]["target"] = json!("$.components.schemas.Card.properties.colour");
    });
    refused_inputs(
        &workspace,
        &["safe-to-print.overlay.json: actions[2] ($.components.schemas.Card.properties.colour)"],
    );
}

#[test]
fn an_overlay_action_without_a_description() {
    let workspace = Workspace::new();
    workspace.edit(&format!("{OVERLAYS}/essential.overlay.json"), |overlay| {
        overlay["actions"][0]
            .as_object_mut()
            .unwrap()
            .remove("description");
    });
    refused_inputs(
        &workspace,
        &["essential.overlay.json: actions[0]: has no description"],
    );
}

#[test]
fn an_overlay_that_is_none() {
    let workspace = Workspace::new();
    for (text, what) in [
        (
            r#"{"overlay": "1.1.0", "actions": []}"#,
            "is not an OpenAPI Overlay",
        ),
        (
            r#"{"overlay": "1.1.0", "info": {"title": "t", "version": "1"}, "actions": []}"#,
            "at least one",
        ),
        (
            r#"{"overlay": "1.1.0", "info": {"title": "t", "version": "1"}, "x-applies": "later", "actions": []}"#,
            "x-applies",
        ),
    ] {
        workspace.write("openapi/consumer-v2/overlays/broken.overlay.json", text);
        refused_inputs(
            &workspace,
            &["openapi/consumer-v2/overlays/broken.overlay.json: ", what],
        );
    }
}

#[test]
fn an_overlay_or_names_file_that_is_not_json_is_told_with_its_line() {
    let workspace = Workspace::new();
    workspace.write(
        "openapi/consumer-v2/overlays/broken.overlay.json",
        "{\n\"overlay\": }",
    );
    let error = workspace.run(&Options::default()).error();
    assert!(
        error.contains("openapi/consumer-v2/overlays/broken.overlay.json: line 2, column 12: is not JSON"),
        "{error}"
    );
}

#[test]
fn an_action_that_the_vendor_has_made_superfluous() {
    let workspace = Workspace::new();
    let page = register_with(&workspace, |document| {
        let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/errorGeneric"}}});
        register(document)["responses"]["500"]["content"] = content;
    });
    // Update still lacks it: the action matches there, and nowhere else.
    workspace.refresh(&page).ok();
    let page = workspace.page_with(|document| {
        let item = document["paths"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        for operation in item.as_object_mut().unwrap().values_mut() {
            let content =
                json!({"application/json": {"schema": {"$ref": "#/components/schemas/errorGeneric"}}});
            operation["responses"]["500"]["content"] = content;
        }
    });
    refused(
        &workspace,
        &page,
        &["errors.overlay.json: actions[0]", "matches nothing"],
    );

    let workspace = Workspace::new();
    workspace.edit(&format!("{OVERLAYS}/essential.overlay.json"), |overlay| {
        let again = overlay["actions"][0].clone();
        overlay["actions"].as_array_mut().unwrap().push(again);
    });
    refused_inputs(
        &workspace,
        &[
            "essential.overlay.json: actions[1]",
            "changes nothing at",
            "retire or narrow",
        ],
    );
}

#[test]
fn a_correction_that_the_vendor_made_retires_its_action() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        for schema in ["consumerInfo", "consumerInfoForUpdate"] {
            if let Some(address) = document.pointer_mut(&format!(
                "/components/schemas/{schema}/properties/residencyAddress/properties"
            )) {
                let good = address["line1"]["pattern"].clone();
                address["line2"]["pattern"] = good.clone();
                address["line3"]["pattern"] = good;
            }
        }
    });
    refused(
        &workspace,
        &page,
        &["corrections.overlay.json: actions[0]", "matches nothing"],
    );
}

#[test]
fn a_parameter_that_the_vendor_declares_now_names_the_action_to_retire() {
    let issuer = json!({"name": "issuerId", "in": "path", "required": true, "schema": {"type": "string"}});
    let expected = [
        "parameters.overlay.json: actions[1] ",
        "issuerId (in path)",
        "retire this action",
    ];

    let workspace = Workspace::new();
    let page = register_with(&workspace, |document| {
        register(document)["parameters"] = json!([issuer])
    });
    refused(&workspace, &page, &expected);

    let page = register_with(&workspace, |document| {
        document["paths"]["/issuers/{issuerId}/consumers/{consumerId}"]["parameters"] = json!([issuer]);
    });
    refused(&workspace, &page, &expected);

    let page = register_with(&workspace, |document| {
        document["components"]["parameters"] = json!({"issuer": issuer});
        register(document)["parameters"] = json!([{"$ref": "#/components/parameters/issuer"}]);
    });
    refused(&workspace, &page, &expected);
}

#[test]
fn an_error_table_that_cannot_be_read() {
    let head = "Bad.\n| errorCode | error | Retryable | Comments |\n|---|---|---|---|\n";
    for (table, what) in [
        (
            "Bad.\n| errorCode | error | Comments |\n|---|---|---|\n| - | - | c |\n".to_owned(),
            "no column retryable",
        ),
        (format!("{head}| - | - | no |\n"), "has 3 cells, not 4"),
        (
            format!("{head}| - | - | perhaps | c |\n"),
            "\"perhaps\" for retryable",
        ),
        (
            format!("{head}| A | - | no | c |\n| A | - | yes | c |\n"),
            "the error code A has two rows",
        ),
        ("Bad.".to_owned(), "has no error table"),
    ] {
        let workspace = Workspace::new();
        let page = register_with(&workspace, |document| {
            register(document)["responses"]["400"]["description"] = json!(table)
        });
        let place = "PUT /issuers/{issuerId}/consumers/{consumerId} 400: ";
        refused(&workspace, &page, &["consumer-api.md: line 26", place, what]);
    }
}

#[test]
fn a_reference_that_dangles() {
    let workspace = Workspace::new();
    let page = register_with(&workspace, |document| {
        register(document)["responses"]["401"] = json!({"$ref": "#/components/responses/Unauthorized"});
    });
    let place = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}/put/responses/401: ";
    refused(
        &workspace,
        &page,
        &[
            "consumer-api.md: line 26: ",
            place,
            "#/components/responses/Unauthorized",
        ],
    );
}

#[test]
fn a_path_parameter_that_nobody_declares() {
    let workspace = Workspace::new();
    let mut documents = workspace.documents();
    let mut new = documents[1].clone();
    let mut item = path_item_of(&new).clone();
    item["get"]["operationId"] = json!("getCard");
    item["get"]["responses"]["200"] = json!({"description": "The card."});
    new["paths"] = json!({"/issuers/{issuerId}/cards/{cardId}": item});
    documents.push(new);
    let page = workspace.page(render(&documents));
    refused(
        &workspace,
        &page,
        &["GET /issuers/{issuerId}/cards/{cardId}: does not declare its path parameter cardId"],
    );
}

#[test]
fn an_enum_in_an_answer_without_a_name() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        if let Some(account) = document.pointer_mut("/components/schemas/AccountInformation/properties") {
            account["status"] = json!({"type": "string", "enum": ["OPEN"]});
        }
    });
    let place = "/components/schemas/Account/properties/status: is an enum without a name";
    refused(
        &workspace,
        &page,
        &[place, "names.json", "received from GET /issuers/"],
    );
}

#[test]
fn a_schema_that_becomes_sent_as_well_as_received() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        if let Some(reason) = document.pointer_mut("/components/schemas/reason") {
            *reason = json!({"$ref": "#/components/schemas/errorGeneric"});
        }
    });
    // A name for a reference is refused first: the vendor's schema is another idea now.
    refused(
        &workspace,
        &page,
        &[
            "openapi/consumer-v2/names.json: entry DeletionReason",
            "is a reference already",
        ],
    );
    let page = workspace.page_with(|document| {
        if operation_of(document)["operationId"] == "deleteConsumer-v2" {
            document["paths"]["/issuers/{issuerId}/consumers/{consumerId}/operations:delete"]["post"]["requestBody"]
                ["content"]["application/json"]["schema"]["properties"]["last"] =
                json!({"$ref": "#/components/schemas/errorGeneric"});
        }
    });
    refused(
        &workspace,
        &page,
        &[
            "/components/schemas/ApiError: is sent by POST ",
            "received from",
            "names.json",
        ],
    );
}

#[test]
fn a_folder_without_documents() {
    let workspace = Workspace::new();
    workspace.write("pages/guide.md", "# Guide\n");
    refused(
        &workspace,
        &workspace.root().join("pages"),
        &["pages: holds no OpenAPI document"],
    );
}

#[test]
fn a_url_that_answers_404_or_html_or_elsewhere() {
    let workspace = Workspace::new();
    let page = std::fs::read_to_string(workspace.page_with(|_| {})).unwrap();
    for (head, body, what) in [
        ("404 Not Found\r\ncontent-type: text/plain", "no", "answered 404"),
        (
            "200 OK\r\ncontent-type: text/html; charset=utf-8",
            page.as_str(),
            "answered HTML",
        ),
        (
            "200 OK\r\ncontent-type: text/markdown",
            "\n<!DOCTYPE html><html>",
            "answered HTML",
        ),
        ("302 Found\r\nlocation: https://docs.example/", "", "answered 302"),
        (
            "200 OK\r\ncontent-type: text/markdown",
            "# No fence\n",
            "holds no OpenAPI document",
        ),
    ] {
        let url = serve(head, body);
        refused_from(&workspace, &url, &[&url, what]);
    }
    refused_from(
        &workspace,
        "http://docs.example/a.md",
        &["http://docs.example/a.md: plain http is for loopback only"],
    );
}

#[test]
fn a_url_that_answers_the_page_is_as_good_as_the_page() {
    let workspace = Workspace::new();
    let file = workspace.page_with(|_| {});
    workspace.refresh(&file).ok();
    let before = workspace.files();
    let page = std::fs::read_to_string(file).unwrap();
    workspace
        .refresh_on(
            "2031-01-02",
            &serve("200 OK\r\ncontent-type: text/markdown", &page),
        )
        .ok();
    assert_eq!(workspace.files(), before);
}

#[test]
fn a_vendor_file_edited_by_hand_is_not_used() {
    let workspace = Workspace::new();
    let file = format!("{}/delete.json", crate::workspace::VENDOR);
    workspace.edit(&file, |document| document["info"]["title"] = json!("Mine"));
    let before = workspace.files();
    let error = workspace.run(&Options::default()).error();
    assert!(
        error.starts_with(&format!("{file}: was edited by hand at /info")),
        "{error}"
    );
    assert_eq!(workspace.files(), before);
}

/// The URL of a server on loopback that answers one request.
fn serve(head: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/consumer-api.md", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut byte) = (Vec::new(), [0]);
        while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
            request.push(byte[0]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    url
}
