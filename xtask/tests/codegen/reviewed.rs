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
        "compatible [value-added]{}; in Rust `Gender::Nonbinary`: new variant",
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
            == "breaking [operation-removed]; in Rust `Operation::DeleteConsumer`, `Client::delete_consumer`: removed"),
        "{told:#?}"
    );
}

#[test]
fn what_an_answer_cannot_lack_breaks_when_it_may_go() {
    let card = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1cards/get/responses/200/content\
                /application~1json/schema/properties/cards/items";
    let without = |name: &'static str| {
        in_rust(move |document| {
            if let Some(card) = document.pointer_mut(card) {
                let required = card["required"].as_array_mut().unwrap();
                required.retain(|field| field != name);
            }
        })
    };
    assert_eq!(
        without("cardId"),
        [
            "breaking [field-optional]; in Rust `Card::card_id`: answers without the field are refused: it is essential"
        ]
    );
    assert_eq!(
        without("state"),
        ["compatible [field-optional]; in Rust `Card::state`: stays an `Option`"]
    );
    let told = in_rust(|document| {
        if let Some(id) = document.pointer_mut("/components/schemas/cardId") {
            id["nullable"] = json!(true);
        }
    });
    assert_eq!(
        told,
        [
            "breaking [nullable-changed]; in Rust `Card::card_id`: answers with `null` are refused: it is essential"
        ]
    );
}

#[test]
fn a_new_error_code_has_its_variant_and_every_change_its_meaning() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        let text = document.to_string();
        let text = text.replace("| UNKNOWN_CONSUMER ", "| LOST_CONSUMER ");
        *document = serde_json::from_str(&text).unwrap();
        document["info"]["description"] = json!("Other words.");
    });
    let arguments = ["--check", "--format", "json", "--from", page.to_str().unwrap()];
    let report: Value = serde_json::from_slice(&xtask(&workspace, &arguments).stdout).unwrap();
    let changes = report["changes"].as_array().unwrap();
    let told = |rule: &str, rust: &str| {
        changes
            .iter()
            .any(|change| change["rule"] == rule && change["rust"] == rust)
    };
    assert!(
        told("error-code-added", "`ErrorCode::LostConsumer`: new variant"),
        "{report:#}"
    );
    assert!(
        told(
            "error-code-removed",
            "`ErrorCode::UnknownConsumer`: variant removed"
        ),
        "{report:#}"
    );
    assert!(told("text-changed", "documentation alone"), "{report:#}");
    assert!(
        changes.iter().all(|change| change["rust"].is_string()),
        "{report:#}"
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
    assert!(text(&output.stderr).contains("checked 6 documents"));
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
    // Of several APIs each change says its own, and one that is gone is told, too.
    std::fs::remove_dir_all(workspace.root().join("openapi/consumer-v1")).unwrap();
    let printed = text(&xtask(&workspace, &["--base", "before"]).stdout);
    let apis: Vec<bool> = printed
        .lines()
        .map(|line| line.starts_with("breaking ") && line.contains("; of consumer-v"))
        .collect();
    assert_eq!(apis, [true, true, true, false], "{printed}");
    assert!(
        printed.contains(
            " operation removed [operation-removed]; of consumer-v1; in Rust `Operation::RegisterConsumer"
        ),
        "{printed}"
    );
    let printed = text(&xtask(&workspace, &["--base", "before", "--api", "consumer-v2"]).stdout);
    assert!(
        !printed.contains("; of ") && printed.contains(" 1 breaking, "),
        "{printed}"
    );
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
