//! Two of the README's snippets are taken as they stand, with the dependencies named beside them, and made crates outside of this
//! workspace: the first call compiles, and the test of one's own code on the sandbox runs. All snippets are documentation tests, too.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path, process::Command};

const README: &str = include_str!("../../README.md");

#[test]
fn the_first_call_compiles_from_the_dependencies_beside_it() {
    let section = section("## A first call");
    cargo("first_call", section, "src/main.rs", &["build", "--offline"]);
}

#[test]
fn the_crate_tests_its_own_code_with_the_sandbox() {
    let section = section("### A whole D1: the sandbox");
    assert!(fenced(section, "toml").contains("features = [\"sandbox\"]"));

    let printed = cargo(
        "downstream",
        section,
        "src/lib.rs",
        &["test", "--offline", "--lib"],
    );

    assert!(
        printed.contains("tests::a_lost_answer_is_not_taken_for_a_failure ... ok"),
        "{printed}"
    );
    assert!(printed.contains("test result: ok. 1 passed"), "{printed}");
}

/// Makes a crate of the section's dependencies and its Rust, and gives what cargo prints.
fn cargo(name: &str, section: &str, file: &str, arguments: &[&str]) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target_tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = target_tmp.join(name);
    fs::create_dir_all(root.join("src")).unwrap();
    let client = workspace.join("d1-client");
    let dependencies =
        fenced(section, "toml").replace("\"d1/d1-client\"", &format!("{:?}", client.display().to_string()));
    let manifest = MANIFEST.replace("NAME", name);
    fs::write(root.join("Cargo.toml"), format!("{manifest}\n{dependencies}")).unwrap();
    // The versions that are at hand, whatever else has been published meanwhile.
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    fs::write(root.join(file), fenced(section, "rust,no_run")).unwrap();

    let run = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--target-dir")
        // With this workspace's own: most of what it depends on is compiled there already.
        .arg(target_tmp.parent().unwrap())
        .current_dir(&root)
        .output()
        .unwrap();

    let printed = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(
        run.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    printed
}

/// A workspace of its own; the profile is this one's, so that dependencies are not compiled once more.
const MANIFEST: &str = r#"
[workspace]

[package]
name = "NAME"
version = "0.0.0"
edition = "2024"
publish = false

[profile.dev]
debug = "line-tables-only"
"#;

/// What stands below a heading, to the next one.
fn section(heading: &str) -> &'static str {
    let (_, section) = README.split_once(&format!("\n{heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section.split("\n### ").next().unwrap()
}

/// The section's one block of this language.
fn fenced(section: &str, language: &str) -> String {
    let fence = format!("```{language}\n");
    let mut blocks = section.split(&fence).skip(1);
    let (block, _) = blocks.next().unwrap().split_once("\n```").unwrap();
    assert!(blocks.next().is_none(), "one block of {language}");
    block.to_owned()
}
