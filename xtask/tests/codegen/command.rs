//! The command itself: exit codes, and what goes to which stream.

use std::process::{Command, Output};

use crate::workspace::{OPENAPI, Workspace};

/// Runs the program as Cargo does, for a workspace that is somewhere else than it was built.
fn xtask(workspace: &Workspace, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .env("CARGO_MANIFEST_DIR", workspace.root().join("xtask"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_check_of_what_is_clean_exits_with_0() {
    let output = xtask(&Workspace::new(), &["codegen", "--check"]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.starts_with("summary: 0 breaking, 0 compatible, 0 text-only\nchecked 6 documents"),
        "{printed}"
    );
}

#[test]
fn a_check_of_what_is_stale_exits_with_1_and_names_it() {
    let workspace = Workspace::new();
    workspace.write(OPENAPI, "{}\n");
    let output = xtask(&workspace, &["codegen", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors
            .starts_with("stale: d1-generated/openapi.json: line 1: committed `{}`, generated `{`\nerror: "),
        "{errors}"
    );
}

#[test]
fn an_error_is_one_line_and_exits_with_1() {
    let workspace = Workspace::new();
    let page = workspace.page("# No fence\n");
    let before = workspace.files();
    let output = xtask(&workspace, &["codegen", "--from", page.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        errors,
        format!("error: {}: holds no ```json or ```yaml fence\n", page.display())
    );
    assert_eq!(workspace.files(), before);
}

#[test]
fn a_refresh_writes_into_the_workspace_it_is_run_for() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| document["info"]["description"] = "New.".into());
    assert!(
        xtask(&workspace, &["codegen", "--from", page.to_str().unwrap()])
            .status
            .success()
    );
    assert_eq!(workspace.json(OPENAPI)["info"]["description"], "New.");
    let provenance = workspace.json(&format!("{}/provenance.json", crate::workspace::VENDOR));
    let date = provenance["documents"]["delete.json"]["date"].as_str().unwrap();
    assert!(date.len() == 10 && date > "2026", "{date}");
}
