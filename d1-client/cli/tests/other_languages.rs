//! Clients of other languages, generated from the document, and a real browser, against `d1 sandbox`. Driven by environment
//! variables, which `.ci/run` sets; without them each is skipped.
//!
//! - `D1_CLIENTS_PYTHON`: a Python with `tests/clients/requirements.txt`; a Java for openapi-generator is on the `PATH`.
//! - `D1_CLIENTS_TSX`: the command `tsx` of Node.
//! - `D1_BROWSER`, `D1_BROWSER_DRIVER`: Chromium and its driver. `D1_PICTURE` says where a picture of the page is written.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod process;

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use process::{Serving, text};

fn setting(name: &str) -> Option<OsString> {
    let value = env::var_os(name);
    if value.is_none() {
        eprintln!("skipped: {name} is not set");
    }
    value
}

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// A client in the language of `generator`, in `folder`.
fn generate(python: &OsString, generator: &str, folder: &Path) {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../d1-generated/openapi.json");
    let mut command = Command::new(Path::new(python).with_file_name("openapi-generator-cli"));
    command.args([
        "generate",
        "--generator-name",
        generator,
        "--package-name",
        "d1_openapi",
    ]);
    succeeds(
        command
            .arg("--input-spec")
            .arg(document)
            .arg("--output")
            .arg(folder),
    );
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[test]
fn the_control_api_is_described_by_a_valid_document() {
    let Some(python) = setting("D1_CLIENTS_PYTHON") else {
        return;
    };
    let sandbox = Serving::start(&["sandbox"]);
    let mut validate = Command::new(Path::new(&python).with_file_name("openapi-generator-cli"));
    let document = format!("{}openapi.json", sandbox.control_url());
    succeeds(validate.args(["validate", "--recommend", "--input-spec", &document]));
}

#[test]
fn a_generated_python_client_keeps_the_contract() {
    let Some(python) = setting("D1_CLIENTS_PYTHON") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    generate(&python, "python", folder.path());
    let sandbox = Serving::start(&["sandbox"]);
    let mut contract = Command::new(&python);
    contract.arg(clients().join("contract.py")).arg(folder.path());
    succeeds(
        contract
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .envs(sandbox.variables()),
    );
}

#[test]
fn a_generated_node_client_keeps_the_contract() {
    let (Some(python), Some(tsx)) = (setting("D1_CLIENTS_PYTHON"), setting("D1_CLIENTS_TSX")) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    generate(&python, "typescript-fetch", &folder.path().join("generated"));
    let contract = folder.path().join("contract.ts");
    fs::copy(clients().join("contract.ts"), &contract).unwrap();
    let sandbox = Serving::start(&["sandbox"]);
    succeeds(Command::new(tsx).arg(contract).envs(sandbox.variables()));
}

#[test]
fn the_page_works_in_a_browser() {
    let (Some(python), Some(browser), Some(driver)) = (
        setting("D1_CLIENTS_PYTHON"),
        setting("D1_BROWSER"),
        setting("D1_BROWSER_DRIVER"),
    ) else {
        return;
    };
    let sandbox = Serving::start(&["sandbox"]);
    let mut page = Command::new(python);
    page.arg(clients().join("page.py"))
        .args([browser, driver])
        .args(env::var_os("D1_PICTURE"));
    succeeds(page.env("PYTHONDONTWRITEBYTECODE", "1").envs(sandbox.variables()));
}
