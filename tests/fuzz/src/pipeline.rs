//! What the pipeline reads: pages, overlays, error tables, patterns.

use std::sync::LazyLock;

use d1_codegen::{automaton, ecma};
use serde_json::Value;
use xtask::{overlays::Stage, page, strict, tables};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../d1-generated/openapi.json")).expect("the committed document")
});

/// A page saved as Markdown: each fence is a part of it, and is read as JSON and as YAML.
///
/// # Panics
/// When a promise is broken.
pub fn pages(bytes: &[u8]) {
    let page = String::from_utf8_lossy(bytes);
    let own = page::own_url(&page);
    assert!(
        own.is_none_or(|url| page.contains(url)),
        "a URL that the page does not have"
    );
    let (fences, _) = page::fences(&page);
    for fence in fences {
        drop(strict::json(&fence.text));
        drop(strict::yaml(&fence.text));
    }
}

/// An overlay in YAML on the consumer API's document: applied whole, or refused.
///
/// # Panics
/// When a promise is broken.
pub fn overlays(bytes: &[u8]) {
    let Ok(overlay) = strict::yaml(&String::from_utf8_lossy(bytes)) else {
        return;
    };
    for stage in [Stage::BeforeNames, Stage::AfterNames] {
        let mut document = DOCUMENT.clone();
        let applied =
            xtask::overlays::apply(&mut document, &[("fuzz.yaml".to_owned(), overlay.clone())], stage);
        if applied.is_ok() {
            assert!(document.is_object(), "what is left is no document");
        }
    }
}

/// A description: no row is skipped, and reading it is the same however its lines end.
///
/// # Panics
/// When a promise is broken.
pub fn error_tables(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(read) = tables::read(&text) else {
        return;
    };
    let lines = text.lines().filter(|line| line.contains('|')).count();
    assert!(read.rows.len() <= lines * 8, "more rows than lines");
}

/// Two patterns, a line each: what is understood compares with itself as the same, and with the other as any two sets.
///
/// # Panics
/// When a promise is broken.
pub fn patterns(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (first, second) = text.split_once('\n').unwrap_or((&text, ""));
    let (Some(first), Some(second)) = (ecma::parse(first), ecma::parse(second)) else {
        return;
    };
    let symbols = automaton::Symbols::of([&first, &second]);
    let of = |hir| automaton::Automaton::of(hir, &symbols);
    let (Some(first), Some(second)) = (of(&first), of(&second)) else {
        return;
    };
    for one in [&first, &second] {
        if let Some(same) = automaton::inclusion(one, one, symbols.count()) {
            assert_eq!(same, (false, false), "a pattern is not itself");
        }
    }
    let there = automaton::inclusion(&first, &second, symbols.count());
    let back = automaton::inclusion(&second, &first, symbols.count());
    if let (Some(there), Some(back)) = (there, back) {
        assert_eq!(there, (back.1, back.0), "a comparison depends on its order");
    }
}
