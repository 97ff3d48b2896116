//! The HTML that descriptions use: a few tags are translated, all others are text.

use super::{escape, inert};

/// What a tag within a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inline {
    /// A new paragraph.
    Break,
    /// Begins or ends what stands between these marks.
    Marks(&'static str, Side),
    /// Anything else.
    Unknown,
}

/// Which of a pair of tags it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Open,
    Close,
}

pub(super) fn inline(tag: &str) -> Inline {
    let side = if tag.starts_with("</") {
        Side::Close
    } else {
        Side::Open
    };
    match name(tag).as_str() {
        "br" | "p" => Inline::Break,
        "b" | "strong" => Inline::Marks("**", side),
        "i" | "em" => Inline::Marks("*", side),
        _ => Inline::Unknown,
    }
}

/// A tag in a single line: a space for those that are translated, the tag itself for others.
pub(super) fn as_words(tag: &str) -> &str {
    match inline(tag) {
        Inline::Break => " ",
        Inline::Marks(..) => "",
        Inline::Unknown => tag,
    }
}

/// A block of HTML as Markdown.
pub(super) fn block(html: &str) -> String {
    if name(html) == "pre" {
        return escape::code(&entities(&without_tags(html)));
    }
    let mut markdown = String::new();
    let mut rest = html;
    while let Some((before, tail)) = rest.split_once('<') {
        markdown.push_str(before);
        let (tag, after) = tail.split_once('>').unwrap_or((tail, ""));
        let closed = tail.len() > tag.len();
        let whole = format!("<{tag}");
        match name(&whole).as_str() {
            _ if !closed => markdown.push_str(&format!("&lt;{tag}")),
            "br" | "p" | "div" | "ul" | "ol" => markdown.push_str("\n\n"),
            "li" => markdown.push_str(if tag.starts_with('/') { "\n" } else { "\n- " }),
            "b" | "strong" => markdown.push_str("**"),
            "i" | "em" => markdown.push('*'),
            _ => markdown.push_str(&format!("&lt;{}&gt;", tag.replace('\n', " "))),
        }
        rest = after;
    }
    markdown.push_str(rest);
    // No line is indented: what was a layout of tags is no code. No `<` is left, so this ends.
    let lines: Vec<_> = markdown.lines().map(str::trim).collect();
    inert(lines.join("\n").trim())
}

/// A tag's name, in lower case.
fn name(tag: &str) -> String {
    let name = tag.trim_start().trim_start_matches('<').trim_start_matches('/');
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    name[..end].to_ascii_lowercase()
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tail)) = rest.split_once('<') {
        text.push_str(before);
        match tail.split_once('>') {
            Some((tag, after)) if matches!(name(tag).as_str(), "pre" | "code") => rest = after,
            _ => {
                text.push('<');
                rest = tail;
            }
        }
    }
    text.push_str(rest);
    text
}

/// The entities that code in HTML needs.
fn entities(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
