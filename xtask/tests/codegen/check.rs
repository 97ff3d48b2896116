//! `cargo xtask codegen --check`: whatever is stale is named, with what differs, and nothing is written.

use serde_json::{Value, json};

use crate::workspace::{OPENAPI, VENDOR, Workspace};
use xtask::codegen::{Options, SNAPSHOT, VERBATIM};
use xtask::outputs::Stale;

#[track_caller]
fn stale(workspace: &Workspace) -> Vec<Stale> {
    let before = workspace.files();
    let stale = workspace.check().result.unwrap();
    assert_eq!(workspace.files(), before, "a check writes nothing");
    stale
}

#[track_caller]
fn only(stale: &[Stale], file: &str, what: &str) {
    let [one] = stale else {
        panic!("expected one stale file: {stale:?}")
    };
    assert_eq!(one.file, file);
    assert!(one.what.contains(what), "no {what:?} in: {}", one.what);
}

#[test]
fn what_is_committed_is_up_to_date() {
    let printed = Workspace::new().check().ok();
    assert!(
        printed.contains("checked 6 documents, 7 operations: up to date ("),
        "{printed}"
    );
}

#[test]
fn an_edited_openapi_json_is_stale_at_the_line_of_the_edit() {
    let workspace = Workspace::new();
    let text = workspace.read(OPENAPI);
    let line = 1 + text
        .lines()
        .position(|line| line.contains("\"operationId\": \"list_cards\""))
        .unwrap();
    workspace.write(OPENAPI, text.replace("list_cards", "cards"));
    let what = format!(
        "line {line}: committed `\"operationId\": \"cards\",`, generated `\"operationId\": \"list_cards\",`"
    );
    only(&stale(&workspace), OPENAPI, &what);
}

#[test]
fn even_white_space_at_the_end_is_stale() {
    let workspace = Workspace::new();
    workspace.write(OPENAPI, workspace.read(OPENAPI) + "\n");
    only(&stale(&workspace), OPENAPI, "committed ``, generated nothing");
}

#[test]
fn an_edited_or_missing_snapshot_is_stale() {
    let workspace = Workspace::new();
    workspace.write(SNAPSHOT, format!("// Mine.\n{}", workspace.read(SNAPSHOT)));
    only(&stale(&workspace), SNAPSHOT, "line 1: committed `// Mine.`");
    std::fs::remove_file(workspace.root().join(SNAPSHOT)).unwrap();
    only(&stale(&workspace), SNAPSHOT, "is missing");
}

#[test]
fn what_the_sandbox_validates_by_is_the_vendors_own_words() {
    let workspace = Workspace::new();
    workspace.write(VERBATIM, workspace.read(VERBATIM).replace("{1,40}", "{1,41}"));
    only(&stale(&workspace), VERBATIM, "{1,41}");
}

#[test]
fn an_edited_vendor_file_is_stale_even_where_the_edit_changes_no_output() {
    let workspace = Workspace::new();
    let file = format!("{VENDOR}/get-card-list.json");
    // Another document's wording is the one that is kept.
    workspace.edit(&file, |document| {
        document["components"]["schemas"]["errorGeneric"]["description"] = json!("Mine.")
    });
    let found = stale(&workspace);
    let known = found.iter().find(|stale| stale.file == file).unwrap();
    assert_eq!(
        known.what,
        "was edited by hand at /components/schemas/errorGeneric"
    );
}

#[test]
fn a_vendor_file_whose_layout_alone_was_edited_is_stale() {
    let workspace = Workspace::new();
    let file = format!("{VENDOR}/delete.json");
    workspace.write(&file, workspace.json(&file).to_string());
    only(&stale(&workspace), &file, "line 1: committed");
}

#[test]
fn a_vendor_file_that_was_added_or_removed_is_stale() {
    let workspace = Workspace::new();
    let (whole, moved) = (
        format!("{VENDOR}/delete.json"),
        format!("{VENDOR}/delete-consumer.json"),
    );
    std::fs::rename(workspace.root().join(&whole), workspace.root().join(&moved)).unwrap();
    let found = stale(&workspace);
    assert_eq!(
        found[0],
        Stale {
            file: moved,
            what: "is not listed in provenance.json".to_owned()
        }
    );
    assert_eq!(
        found[1],
        Stale {
            file: whole,
            what: "is listed in provenance.json and missing".to_owned()
        }
    );
}

#[test]
fn a_hand_edit_that_breaks_a_later_step_is_named_first() {
    let workspace = Workspace::new();
    let file = format!("{VENDOR}/register-consumer.json");
    workspace.edit(&file, |document| {
        document["components"]["schemas"]["consumerInfo"]["required"] = json!(["firstName"])
    });
    let error = workspace.check().error();
    let start = format!(
        "{file}: was edited by hand at /components/schemas/consumerInfo, and then: openapi/consumer-v2/names.json"
    );
    assert!(error.starts_with(&start), "{error}");
}

#[test]
fn an_edited_name_makes_the_document_and_the_client_stale_and_a_reason_does_not() {
    let workspace = Workspace::new();
    let gender = |key: &'static str| {
        move |names: &mut Value| {
            let entries = names.as_array_mut().unwrap();
            let gender = entries.iter_mut().find(|entry| entry["name"] == "Gender");
            gender.unwrap()[key] = json!("Other words.");
        }
    };
    workspace.edit("openapi/consumer-v2/names.json", gender("reason"));
    workspace.check().ok();
    workspace.edit("openapi/consumer-v2/names.json", gender("description"));
    let files: Vec<_> = stale(&workspace).into_iter().map(|stale| stale.file).collect();
    assert_eq!(files, [OPENAPI, xtask::codegen::SNAPSHOT]);
}

#[test]
fn the_layout_of_an_input_is_no_content() {
    let workspace = Workspace::new();
    let names = workspace.json("openapi/consumer-v2/names.json");
    workspace.write("openapi/consumer-v2/names.json", names.to_string());
    workspace.check().ok();
}

#[test]
fn a_check_against_another_page_tells_what_it_would_change_and_shows_it() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        if let Some(state) = document.pointer_mut("/components/schemas/cardState/description") {
            *state = json!("The card's state.");
        }
    });
    let before = workspace.files();
    let from = Some(page.to_string_lossy().into_owned());
    let options = Options {
        from,
        check: true,
        diff: true,
        today: "2030-01-02".to_owned(),
        ..Options::default()
    };
    let ran = workspace.run(&options);
    let files: Vec<_> = ran.result.unwrap().into_iter().map(|stale| stale.file).collect();
    assert!(
        files.contains(&OPENAPI.to_owned()) && files.contains(&format!("{VENDOR}/get-card-list.json")),
        "{files:?}"
    );
    assert!(
        ran.printed
            .contains(&format!("--- committed/{OPENAPI}\n+++ generated/{OPENAPI}\n")),
        "{}",
        ran.printed
    );
    assert!(
        ran.printed
            .contains("+        \"description\": \"The card's state.\","),
        "{}",
        ran.printed
    );
    assert_eq!(workspace.files(), before);
}
