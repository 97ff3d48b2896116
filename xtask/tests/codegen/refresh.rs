//! What `cargo xtask codegen` does with a page, a file or a folder that it can use.

use crate::workspace::{OPENAPI, PAGE_URL, VENDOR, Workspace, operation_of, path_item_of, render, whole};
use serde_json::{Value, json};
use xtask::codegen::{Options, SNAPSHOT};

#[test]
fn an_unchanged_page_changes_no_file() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|_| {});
    workspace.refresh_on("2030-01-02", page.to_str().unwrap()).ok();
    let after_one = workspace.files();
    let printed = workspace.refresh_on("2031-03-04", page.to_str().unwrap()).ok();
    assert!(
        printed.contains("summary: 0 breaking, 0 compatible, 0 text-only"),
        "{printed}"
    );
    assert!(
        printed.contains("6 documents, 7 operations: 0 files changed"),
        "{printed}"
    );
    assert_eq!(workspace.files(), after_one);
}

#[test]
fn the_committed_documents_are_the_pages_verbatim() {
    let workspace = Workspace::new();
    let before = workspace.files();
    workspace.refresh(&workspace.page_with(|_| {})).ok();
    let after = workspace.files();
    for (path, content) in &before {
        assert!(
            after[path] == *content || path.ends_with("provenance.json"),
            "{} changed",
            path.display()
        );
    }
    // The page's text was the same to the byte, so it keeps the day it was first read.
    let provenance = workspace.json(&format!("{VENDOR}/provenance.json"));
    for origin in provenance["documents"].as_object().unwrap().values() {
        assert_eq!(origin["source"], PAGE_URL);
        assert_ne!(
            origin["date"], "2030-01-02",
            "the fence's sha256 should be that of the vendor's own text"
        );
    }
}

#[test]
fn two_runs_make_the_same_bytes_and_a_clean_copy_is_up_to_date() {
    let workspace = Workspace::new();
    workspace.check().ok();
    let before = workspace.files();
    workspace.run(&Options::default()).ok();
    assert_eq!(workspace.files(), before);
    std::fs::remove_file(workspace.root().join(OPENAPI)).unwrap();
    workspace.run(&Options::default()).ok();
    assert_eq!(workspace.files(), before);
}

#[test]
fn a_whole_file_gives_the_same_document_as_the_page_it_was_merged_from() {
    let committed = Workspace::new().read(OPENAPI);
    let whole = whole(&Workspace::new().documents());
    let sorted = xtask::inputs::sorted(&whole);
    for (name, text) in [
        ("whole.json", whole.to_string()),
        ("sorted.json", format!("\u{feff}{sorted:#}")),
        ("whole.yaml", serde_yaml_ng::to_string(&whole).unwrap()),
        ("sorted.yml", serde_yaml_ng::to_string(&sorted).unwrap()),
        (
            "page.md",
            format!(
                "# Whole\n~~~~ YAML\n{}~~~~\n",
                serde_yaml_ng::to_string(&whole).unwrap()
            ),
        ),
        (
            "windows.md",
            format!("# Whole\n\n``````json\n{whole:#}\n``````\n").replace('\n', "\r\n"),
        ),
    ] {
        let workspace = Workspace::new();
        let file = workspace.write(&format!("pages/{name}"), text);
        let printed = workspace.refresh(&file).ok();
        assert!(
            printed.contains("summary: 0 breaking, 0 compatible, 0 text-only"),
            "{name}: {printed}"
        );
        assert_eq!(workspace.read(OPENAPI), committed, "{name}");
        assert_eq!(
            workspace.documents(),
            [if name.contains("sorted") {
                sorted.clone()
            } else {
                whole.clone()
            }]
        );
        assert!(
            workspace
                .root()
                .join(VENDOR)
                .join("d1-inbound-consumer-api.json")
                .exists()
        );
        workspace.check().ok();
    }
}

#[test]
fn a_folder_of_pages_and_files_is_taken_together_and_guides_in_it_are_not_documents() {
    let workspace = Workspace::new();
    let documents = workspace.documents();
    workspace.write("pages/one.md", render(&documents[..2]));
    workspace.write("pages/two.json", documents[2].to_string());
    workspace.write(
        "pages/three.yaml",
        serde_yaml_ng::to_string(&documents[3]).unwrap(),
    );
    workspace.write("pages/guide.md", "# How to\n\n```\ncurl\n```\n");
    workspace.write("pages/notes.txt", "{");
    let committed = workspace.read(OPENAPI);
    workspace.refresh(&workspace.root().join("pages")).ok();
    assert_eq!(workspace.read(OPENAPI), committed);
    let provenance = workspace.json(&format!("{VENDOR}/provenance.json"));
    let sources: Vec<_> = provenance["documents"]
        .as_object()
        .unwrap()
        .values()
        .map(|origin| &origin["source"])
        .collect();
    assert_eq!(sources, [PAGE_URL, PAGE_URL, "two.json", "three.yaml"]);
}

#[test]
fn only_a_document_whose_text_changed_gets_a_new_date() {
    let workspace = Workspace::new();
    workspace
        .refresh_on("2030-01-02", workspace.page_with(|_| {}).to_str().unwrap())
        .ok();
    let page = workspace.page_with(|document| {
        if operation_of(document)["operationId"] == "getConsumer" {
            document["components"]["schemas"]["scheme"]["description"] = json!("Reworded.");
        }
    });
    let before = workspace.json(&format!("{VENDOR}/provenance.json"));
    workspace.refresh_on("2031-03-04", page.to_str().unwrap()).ok();
    let after = workspace.json(&format!("{VENDOR}/provenance.json"));
    for (name, origin) in after["documents"].as_object().unwrap() {
        let is_changed = name == "get-card-list.json";
        assert_eq!(origin["date"] == "2031-03-04", is_changed, "{name}");
        assert_eq!(*origin != before["documents"][name], is_changed, "{name}");
    }
}

#[test]
fn the_first_refresh_of_an_empty_folder_compares_with_nothing() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|_| {});
    let committed = workspace.read(OPENAPI);
    std::fs::remove_dir_all(workspace.root().join("openapi/consumer-v2/vendor")).unwrap();
    std::fs::remove_file(workspace.root().join(OPENAPI)).unwrap();
    let printed = workspace.refresh(&page).ok();
    assert!(printed.contains("summary: 0 breaking, "), "{printed}");
    assert_eq!(workspace.read(OPENAPI), committed);
}

#[test]
fn a_new_operation_flows_through_under_the_vendors_own_id() {
    let workspace = Workspace::new();
    let mut documents = workspace.documents();
    let mut new = documents[1].clone();
    let mut item = path_item_of(&new).clone();
    item["get"]["operationId"] = json!("getDevices");
    item["get"]["summary"] = json!("Get Devices");
    item["get"]["responses"]["200"]["content"]["application/json"]["schema"] = json!({"type": "object", "additionalProperties": false, "required": ["device"], "properties": {
            "device": {"type": "string", "maxLength": 5}}});
    new["paths"] = json!({"/issuers/{issuerId}/devices": item});
    documents.push(new);
    workspace.refresh(&workspace.page(render(&documents))).ok();
    let operation = &workspace.json(OPENAPI)["paths"]["/issuers/{issuerId}/devices"]["get"];
    assert_eq!(operation["operationId"], "getDevices");
    // There is no consumer in its path.
    let parameters: Vec<_> = operation["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["$ref"])
        .collect();
    let expected =
        ["IssuerId", "CorrelationId", "UserId"].map(|name| format!("#/components/parameters/{name}"));
    assert_eq!(
        parameters,
        expected
            .iter()
            .map(|name| json!(name))
            .collect::<Vec<Value>>()
            .iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        operation["responses"]["200"]["content"]["application/json"]["schema"],
        json!({"type": "object", "properties": {"device": {"type": "string", "nullable": true}}})
    );
    assert!(workspace.root().join(VENDOR).join("get-devices.json").exists());
}

#[test]
fn the_folder_holds_what_the_source_gave_and_nothing_else() {
    let workspace = Workspace::new();
    let whole = whole(&workspace.documents());
    workspace
        .refresh(&workspace.write("pages/whole.json", whole.to_string()))
        .ok();
    let files: Vec<_> = workspace
        .files()
        .into_keys()
        .filter(|path| path.starts_with(workspace.root().join(VENDOR)))
        .collect();
    let names: Vec<_> = files
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(names, ["d1-inbound-consumer-api.json", "provenance.json"]);
}

#[test]
fn new_answers_fit_the_names_and_overlays_that_there_are() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        let document = &mut document["components"]["schemas"];
        if let Some(state) = document.get_mut("cardState") {
            state["enum"].as_array_mut().unwrap().push(json!("BLOCKED"));
            document["AccountInformation"]["properties"]["iban"] =
                json!({"type": "string", "pattern": "^[A-Z]"});
        }
    });
    workspace.refresh(&page).ok();
    let schemas = &workspace.json(OPENAPI)["components"]["schemas"];
    assert_eq!(schemas["CardState"]["x-extensible-enum"][5], "BLOCKED");
    assert_eq!(
        schemas["Account"]["properties"]["iban"],
        json!({"type": "string", "nullable": true})
    );
}

#[test]
fn what_is_passed_over_on_a_page_is_told_with_its_line() {
    let workspace = Workspace::new();
    let page = render(&workspace.documents());
    let document = workspace.documents()[0].to_string();
    let sample = "\n## Sample\n\n```json\n{\"errorCode\": \"UNKNOWN_CONSUMER\"}\n```\n";
    let quoted = format!("\n> ```json\n> {document}\n> ```\n");
    let lines = page.lines().count();

    let printed = workspace.refresh(&workspace.page(page + sample + &quoted)).ok();

    let told = format!(
        "consumer-api.md: 2 fences passed over, line {}: is not an OpenAPI document: it has no \"openapi\"; line {}: in a quotation\n",
        lines + 5,
        lines + 8
    );
    assert!(printed.contains(&told), "{printed}");
    assert!(
        printed.starts_with("summary: 0 breaking, 0 compatible, 0 text-only\n"),
        "{printed}"
    );
}

#[test]
fn a_table_in_other_markdown_is_the_same_table() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        let text = document.to_string();
        let text = text
            .replace("| UNKNOWN_CONSUMER ", "| `UNKNOWN_CONSUMER` ")
            .replace("| -------------- | ------------| ----------| ", "|--|--|--|");
        *document = serde_json::from_str(&text).unwrap();
    });
    let before = workspace.read(SNAPSHOT);
    let printed = workspace.refresh(&page).ok();
    assert!(
        printed.contains("summary: 0 breaking, 0 compatible, "),
        "{printed}"
    );
    assert!(
        !printed.contains("summary: 0 breaking, 0 compatible, 0 text-only"),
        "{printed}"
    );
    assert_eq!(workspace.read(SNAPSHOT), before, "no code has changed");
}
