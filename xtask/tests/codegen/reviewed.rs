//! The report as a reviewer gets it: what a change means in Rust, its formats, what fails a run, and other revisions.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::workspace::{VENDOR, Workspace};

const PERSON: [&str; 2] = ["consumerInfo", "consumerInfoForUpdate"];

fn xtask(workspace: &Workspace, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .env("CARGO_MANIFEST_DIR", workspace.root().join("xtask"))
        .arg("codegen")
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn git(workspace: &Workspace, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(workspace.root())
        .args(["-c", "user.name=A Test", "-c", "user.email=test@example.invalid"])
        .args(["-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// An edit of a schema that both of the person's schemas state.
fn of_both(edit: impl Fn(&mut Value)) -> impl FnMut(&mut Value) {
    move |document| {
        for schema in PERSON {
            if let Some(schema) = document.pointer_mut(&format!("/components/schemas/{schema}")) {
                edit(schema);
            }
        }
    }
}

/// The lines of the report that are about the change, without the place.
fn in_rust(edit: impl FnMut(&mut Value)) -> Vec<String> {
    let workspace = Workspace::new();
    let page = workspace.page_with(edit);
    let printed = workspace.refresh(&page).printed;
    let lines = printed.lines().take_while(|line| !line.starts_with("summary"));
    lines
        .map(|line| {
            let impact = line.split(' ').next().unwrap();
            format!("{impact} [{}", line.rsplit_once(" [").unwrap().1)
        })
        .collect()
}

#[test]
fn a_change_of_one_idea_is_told_once_and_with_its_name_in_rust() {
    let also =
        |rest: &str| format!("; also consumerInfoForUpdate /components/schemas/consumerInfoForUpdate/{rest}");
    let told = in_rust(of_both(|schema| {
        schema["properties"]["nick"] = json!({"type": "string"});
    }));
    let expected = format!(
        "compatible [field-added]{}; in Rust `PersonalInformation::builder().nick(..)`: new setter",
        also("properties/nick")
    );
    assert_eq!(told, [expected]);

    let told = in_rust(of_both(|schema| {
        schema["properties"]["email"]["maxLength"] = json!(20);
    }));
    let expected = format!(
        "breaking [rule-tighter]{}; in Rust `PersonalInformation::builder().email(..)`: refuses more values",
        also("properties/email/maxLength")
    );
    assert_eq!(told, [expected]);

    let told = in_rust(of_both(|schema| {
        schema["properties"].as_object_mut().unwrap().remove("email");
    }));
    let expected = format!(
        "breaking [field-removed]{}; in Rust `PersonalInformation::builder().email(..)`: setter removed",
        also("properties/email")
    );
    assert_eq!(told, [expected]);

    let told = in_rust(of_both(|schema| {
        let values = schema["properties"]["gender"]["enum"].as_array_mut().unwrap();
        values.push(json!("NONBINARY"));
    }));
    let expected = format!(
        "compatible [value-added]{}; in Rust `Gender`: new variant",
        also("properties/gender/enum")
    );
    assert_eq!(told, [expected]);
}

#[test]
fn what_is_received_and_operations_have_their_names_too() {
    let told = in_rust(|document| {
        if let Some(card) = document.pointer_mut(
            "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1cards/get/responses/200/content/application~1json\
             /schema/properties/cards/items/properties",
        ) {
            card.as_object_mut().unwrap().remove("panSuffix");
        }
    });
    assert_eq!(
        told,
        ["breaking [field-removed]; in Rust `Card::pan_suffix`: field removed"]
    );

    let told = in_rust(|document| {
        document["paths"]
            .as_object_mut()
            .unwrap()
            .remove("/issuers/{issuerId}/consumers/{consumerId}/operations:delete");
        if document["paths"].as_object().unwrap().is_empty() {
            document["paths"] = json!({"/probe": {"get": {
                "operationId": "probe", "responses": {"204": {"description": "Here."}},
            }}});
        }
    });
    assert!(
        told.iter().any(|line| line
            == "breaking [operation-removed]; in Rust `Operation::DeleteConsumer`: variant removed, and its method"),
        "{told:#?}"
    );
}

#[test]
fn json_follows_its_schema_and_is_all_that_goes_to_standard_output() {
    let workspace = Workspace::new();
    let page = workspace.page_with(of_both(|schema| {
        schema["properties"]["email"]["maxLength"] = json!(20);
        schema["description"] = json!("Other words.");
    }));
    let output = xtask(
        &workspace,
        &["--check", "--format", "json", "--from", page.to_str().unwrap()],
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(
        report["summary"],
        json!({"breaking": 1, "compatible": 0, "textOnly": 1})
    );
    assert_eq!(report["changes"][0]["rule"], "rule-tighter");
    assert_eq!(report["changes"][0]["places"].as_array().unwrap().len(), 2);
    assert!(text(&output.stderr).contains("checked 5 documents"));
}

#[test]
fn markdown_keeps_what_the_vendor_wrote_in_code_spans() {
    let workspace = Workspace::new();
    let page = workspace.page_with(of_both(|schema| {
        schema["properties"]["@all `x` <b>"] = json!({"type": "string"});
    }));
    let output = xtask(
        &workspace,
        &[
            "--check",
            "--format",
            "markdown",
            "--from",
            page.to_str().unwrap(),
        ],
    );
    let markdown = text(&output.stdout);
    assert!(markdown.starts_with("**0 breaking, 1 compatible, 0 text-only**\n\n### Compatible (1)\n"));
    assert!(
        markdown.contains("\n- `field-added` `consumerInfo` ")
            && markdown.contains("``new optional field @all `x` <b>``"),
        "{markdown}"
    );
}

#[test]
fn a_breaking_change_fails_a_run_that_asks_for_it_and_nothing_is_written() {
    let workspace = Workspace::new();
    let breaking = workspace.page_with(of_both(|schema| {
        schema["properties"]["email"]["maxLength"] = json!(20);
    }));
    let before = workspace.files();
    let arguments = ["--fail-on", "breaking", "--from", breaking.to_str().unwrap()];
    let output = xtask(&workspace, &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: 1 breaking change\n");
    assert!(text(&output.stdout).starts_with("breaking consumerInfo "));
    assert!(workspace.files() == before);
    let output = xtask(
        &workspace,
        &["--fail-on", "none", "--from", breaking.to_str().unwrap()],
    );
    assert!(output.status.success());
}

#[test]
fn what_is_committed_is_compared_with_any_revision() {
    let workspace = Workspace::new();
    git(&workspace, &["init", "--quiet"]);
    git(&workspace, &["add", "openapi", "d1-generated"]);
    git(&workspace, &["commit", "--quiet", "--message", "As it was"]);
    git(&workspace, &["tag", "before"]);
    // Names and overlays may no longer fit; the vendor's documents are what is compared.
    let files = ["register-consumer", "update-consumer-information"];
    for file in files {
        workspace.edit(
            &format!("{VENDOR}/{file}.json"),
            of_both(|schema| drop(schema["properties"].as_object_mut().unwrap().remove("email"))),
        );
    }
    let before = workspace.files();
    let output = xtask(&workspace, &["--base", "before"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(
        printed.starts_with(
            "breaking consumerInfo /components/schemas/consumerInfo/properties/email field email removed ["
        ) && printed.ends_with("summary: 1 breaking, 0 compatible, 0 text-only\n"),
        "{printed}"
    );
    assert!(
        printed.contains("`PersonalInformation::builder().email(..)`: setter removed"),
        "{printed}"
    );
    assert!(workspace.files() == before, "nothing is written");
    let output = xtask(&workspace, &["--base", "before", "--fail-on", "breaking"]);
    assert_eq!(output.status.code(), Some(1));
    for unknown in ["no-such-tag", "--output=/tmp/x", "-x"] {
        let output = xtask(&workspace, &[&format!("--base={unknown}")]);
        assert_eq!(output.status.code(), Some(1), "{unknown}");
        let error = text(&output.stderr);
        assert_eq!(
            error,
            format!(
                "error: {unknown}: is not a revision of this repository: give a branch, a tag or a commit\n"
            )
        );
    }
}
