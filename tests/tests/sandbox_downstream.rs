//! The README shows how to test one's own code on the sandbox: its snippet is taken as it stands, made a crate outside of
//! this workspace, and its test is run.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path, process::Command};

const README: &str = include_str!("../../README.md");

/// Where the README tells of it.
const SECTION: &str = "## Test your own code";

#[test]
fn the_readmes_crate_tests_its_own_code_with_the_sandbox() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target_tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = target_tmp.join("downstream");
    fs::create_dir_all(root.join("src")).unwrap();
    let client = workspace.join("d1-client");
    let dependencies =
        fenced("toml").replace("\"d1/d1-client\"", &format!("{:?}", client.display().to_string()));
    assert!(dependencies.contains("features = [\"sandbox\"]"));
    fs::write(root.join("Cargo.toml"), format!("{MANIFEST}\n{dependencies}")).unwrap();
    // The versions that are at hand, whatever else has been published meanwhile.
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    fs::write(root.join("src/lib.rs"), fenced("rust,no_run")).unwrap();

    let run = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--lib", "--target-dir"])
        // With this workspace's own: most of what it depends on is compiled there already.
        .arg(target_tmp.parent().unwrap())
        .current_dir(&root)
        .output()
        .unwrap();

    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(
        printed.contains("tests::a_lost_answer_is_not_taken_for_a_failure ... ok"),
        "{printed}"
    );
    assert!(printed.contains("test result: ok. 1 passed"), "{printed}");
}

/// A workspace of its own; the profile is this one's, so that dependencies are not compiled once more.
const MANIFEST: &str = r#"
[workspace]

[package]
name = "downstream"
version = "0.0.0"
edition = "2024"
publish = false

[profile.dev]
debug = "line-tables-only"
"#;

/// The section's one block of this language.
fn fenced(language: &str) -> String {
    let (_, section) = README.split_once(SECTION).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let fence = format!("```{language}\n");
    let mut blocks = section.split(&fence).skip(1);
    let (block, _) = blocks.next().unwrap().split_once("\n```").unwrap();
    assert!(blocks.next().is_none(), "one block of {language}");
    block.to_owned()
}
