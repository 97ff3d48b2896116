//! The vendor's descriptions are data: whatever stands in one, rustdoc runs nothing of it and shows no HTML of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use d1_codegen::prose;
use serde_json::json;
use xtask::codegen::SNAPSHOT;

use crate::workspace::{Workspace, operation_of};

/// What a description can hold that would run, be shown as HTML, lead elsewhere or not compile.
fn hostile(witness: &Path) -> String {
    let write = format!("std::fs::write({witness:?}, \"\").unwrap();");
    let fence = "```";
    [
        format!("{fence}\n{write}\n{fence}"),
        format!("{fence}rust,should_panic\n{write}\npanic!()\n{fence}"),
        format!("~~~\n{write}\n~~~"),
        format!("a<br/>{fence}<br/>{write}<br/>{fence}"),
        format!("Indented:\n\n    {write}"),
        format!("- item\n\n      {write}\n\n  {fence}\n  {write}\n  {fence}"),
        format!("> quoted\n>\n>     {write}"),
        format!("<pre><code>{write}</code></pre>"),
        format!("<div>\n\n    {write}\n\n</div>"),
        "<script>alert(1)</script> <img src=x onerror=alert(1)> <!-- x -->".to_owned(),
        "[a](javascript:alert(1)) [b](http://plain.example) [c][c] <ftp://d.example> [`Vec`]\n\n[c]: data:text/html,x".to_owned(),
        "bare\rreturn \u{202e}turned\u{2066} \u{0}\u{7} */ \"## #![doc(html_root_url = \"x\")] [^1] $x$\n\n[^1]: y".to_owned(),
        "| a | b |\n|--|--|\n| <b>x</b> | `y` |".to_owned(),
        "[kept](https://docs.example/guide)".to_owned(),
    ]
    .join("\n\n")
}

#[test]
fn a_description_neither_runs_nor_shows_html_nor_breaks_the_build() {
    let workspace = Workspace::new();
    let witness = workspace.root().join("it-ran");
    let text = hostile(&witness);
    let page = workspace.page_with(|document| {
        let before = operation_of(document)["summary"].as_str().unwrap().to_owned();
        document["info"]["description"] = json!(text);
        document["info"]["title"] = json!(format!(
            "{}\n\n{text}",
            document["info"]["title"].as_str().unwrap()
        ));
        for server in document["servers"].as_array_mut().unwrap() {
            server["description"] = json!(format!("{} {text}", server["description"].as_str().unwrap()));
        }
        let item = document["paths"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        for operation in item.as_object_mut().unwrap().values_mut() {
            operation["summary"] = json!(format!("{before} {text}"));
            operation["description"] = json!(text);
        }
        for pointer in [
            "/components/schemas/consumerInfo/properties/gender",
            "/components/schemas/consumerInfoForUpdate/properties/gender",
            "/components/schemas/errorGeneric",
            "/components/schemas/consumerInfo",
        ] {
            if let Some(schema) = document.pointer_mut(pointer) {
                schema["description"] = json!(text);
            }
        }
    });
    workspace.refresh(&page).ok();

    let docs = docs_of(&workspace.read(SNAPSHOT));
    assert!(docs.iter().filter(|doc| doc.contains("it-ran")).count() > 8);
    for doc in &docs {
        assert!(prose::is_inert(doc), "{doc}");
    }
    assert!(
        docs.iter()
            .any(|doc| doc.contains("[kept](https://docs.example/guide)"))
    );
    assert!(
        docs.iter()
            .any(|doc| doc.contains("| a | b |\n|---|---|\n| **x** | `y` |"))
    );

    let source = docs.iter().enumerate().map(|(number, doc)| {
        let lines: String = doc.lines().map(|line| format!("/// {line}\n")).collect();
        format!("{lines}pub struct Item{number};\n")
    });
    let crate_file = workspace.write("docs/docs.rs", source.collect::<String>());
    let ran = rustdoc(&crate_file, &["--test"]);
    assert!(ran.contains("running 0 tests"), "{ran}");
    assert!(!witness.exists(), "a description ran");
    rustdoc(
        &crate_file,
        &[
            "-Dwarnings",
            "-Arustdoc::broken-intra-doc-links",
            "-o",
            crate_file.parent().unwrap().to_str().unwrap(),
        ],
    );
    let html = fs::read_to_string(crate_file.with_file_name("docs").join("struct.Item0.html")).unwrap();
    assert!(!html.contains("<script>alert"), "HTML of a description");
}

/// Runs rustdoc on one file, which must succeed.
fn rustdoc(file: &Path, arguments: &[&str]) -> String {
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let ran = Command::new(rustdoc)
        .args(["--edition", "2024", "--crate-name", "docs"])
        .arg(file)
        .args(arguments)
        .current_dir(file.parent().unwrap())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}");
    told
}

/// The doc comments of a source, each as rustdoc reads it.
fn docs_of(source: &str) -> Vec<String> {
    assert!(
        !source.contains("/**") && !source.contains("#[doc"),
        "every comment is made of lines"
    );
    let mut docs: Vec<String> = Vec::new();
    let mut open = false;
    for line in source.lines() {
        let line = line.trim_start();
        let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        match doc.map(|doc| doc.strip_prefix(' ').unwrap_or(doc)) {
            Some(doc) if open => docs.last_mut().unwrap().push_str(&format!("\n{doc}")),
            Some(doc) => docs.push(doc.to_owned()),
            None => {}
        }
        open = doc.is_some();
    }
    docs
}

#[test]
fn the_committed_client_holds_no_code_that_runs() {
    let workspace = Workspace::new();
    for doc in docs_of(&workspace.read(SNAPSHOT)) {
        assert!(prose::is_inert(&doc), "{doc}");
    }
}
