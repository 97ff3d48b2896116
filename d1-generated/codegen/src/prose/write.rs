//! Markdown written of events, of a closed set of them.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::escape;
use super::html::{self, Inline, Side};

/// The blocks of some events, each of one line or more.
pub(super) fn blocks(mut events: &[Event<'_>]) -> Vec<String> {
    let mut blocks = Vec::new();
    while let Some(first) = events.first() {
        match first {
            Event::Rule => {
                blocks.push("***".to_owned());
                events = &events[1..];
            }
            Event::Start(tag) if is_block(&tag.to_end()) => {
                let (inner, rest) = inside(&events[1..]);
                blocks.push(block(tag, inner));
                events = rest;
            }
            // An item of a tight list has its words without a paragraph around them.
            _ => {
                let (words, rest) = events.split_at(inline_run(events));
                blocks.push(paragraph(&inline(words)));
                events = rest;
            }
        }
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks
}

fn block(tag: &Tag<'_>, inner: &[Event<'_>]) -> String {
    match tag {
        Tag::Heading { level, .. } => heading(*level, inner),
        Tag::BlockQuote(_) => prefixed("> ", "> ", &blocks(inner).join("\n\n")),
        Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => escape::code(&raw(inner)),
        Tag::HtmlBlock => html::block(&raw(inner)),
        Tag::List(first) => list(*first, inner),
        Tag::Table(alignments) => table(alignments, inner),
        Tag::Paragraph => paragraph(&inline(inner)),
        // Of options that are not asked for.
        _ => paragraph(&escape::text(&raw(inner))),
    }
}

/// Whether a tag is a block's.
pub(super) fn is_block(tag: &TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

fn heading(level: HeadingLevel, inner: &[Event<'_>]) -> String {
    let words = inline(inner).replace('\n', " ");
    let words = words.trim();
    if words.is_empty() {
        return String::new();
    }
    // A mark at the end of a heading closes it.
    let words = match words.strip_suffix('#') {
        Some(rest) => format!("{rest}\\#"),
        None => words.to_owned(),
    };
    format!("{} {words}", "#".repeat(level as usize))
}

fn list(first: Option<u64>, inner: &[Event<'_>]) -> String {
    let mut number = first;
    let mut items = Vec::new();
    let mut loose = false;
    for item in each(inner) {
        let paragraphs = item
            .iter()
            .any(|event| matches!(event, Event::Start(Tag::Paragraph)));
        loose |= paragraphs;
        let blocks = blocks(item).join(if paragraphs { "\n\n" } else { "\n" });
        let marker = match &mut number {
            Some(number) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            None => "- ".to_owned(),
        };
        items.push(prefixed(&marker, &" ".repeat(marker.len()), &blocks));
    }
    items.join(if loose { "\n\n" } else { "\n" })
}

fn table(alignments: &[Alignment], inner: &[Event<'_>]) -> String {
    let rulings = alignments.iter().map(|alignment| match alignment {
        Alignment::None => "---",
        Alignment::Left => ":--",
        Alignment::Center => ":-:",
        Alignment::Right => "--:",
    });
    let mut rows: Vec<_> = each(inner).map(cells).collect();
    rows.insert(
        1.min(rows.len()),
        format!("|{}|", rulings.collect::<Vec<_>>().join("|")),
    );
    rows.join("\n")
}

fn cells(row: &[Event<'_>]) -> String {
    let mut line = "|".to_owned();
    for cell in each(row) {
        // A bar within code ends the cell all the same, unless it is escaped.
        let words = inline(cell)
            .replace('\n', " ")
            .replace("\\|", "|")
            .replace('|', "\\|");
        let words: Vec<_> = words.split(' ').filter(|word| !word.is_empty()).collect();
        line.push_str(&format!(" {} |", words.join(" ")));
    }
    line
}

/// Words with their emphasis, code and links. Two line feeds begin a new paragraph.
fn inline(mut events: &[Event<'_>]) -> String {
    let mut words = String::new();
    while let Some(first) = events.first() {
        let mut rest = &events[1..];
        match first {
            Event::Text(text) => words.push_str(&escape::text(text)),
            Event::Code(code) => words.push_str(&escape::code_span(code)),
            Event::SoftBreak => words.push('\n'),
            Event::HardBreak => words.push_str("\n\n"),
            Event::InlineHtml(tag) | Event::Html(tag) => match html::inline(tag) {
                Inline::Break => words.push_str("\n\n"),
                Inline::Marks(marks, Side::Open) => {
                    if let Some(end) = end_of(marks, rest) {
                        words.push_str(&marked(marks, &inline(&rest[..end])));
                        rest = &rest[end + 1..];
                    }
                }
                Inline::Marks(_, Side::Close) => {}
                Inline::Unknown => words.push_str(&escape::text(tag)),
            },
            Event::Start(tag) => {
                let (inner, after) = inside(rest);
                rest = after;
                let within = inline(inner);
                words.push_str(&match tag {
                    Tag::Emphasis => marked("*", &within),
                    Tag::Strong => marked("**", &within),
                    Tag::Link { dest_url, .. } => link(&within, dest_url),
                    _ => within,
                });
            }
            _ => {}
        }
        events = rest;
    }
    words
}

/// Where the tag stands that closes what these marks stand for.
fn end_of(marks: &'static str, events: &[Event<'_>]) -> Option<usize> {
    let closing = Inline::Marks(marks, Side::Close);
    let mut depth = 0usize;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::InlineHtml(tag) if depth == 0 && html::inline(tag) == closing => {
                return Some(index);
            }
            _ => {}
        }
    }
    None
}

/// Marks stand next to a word, or they mean nothing.
fn marked(marks: &str, words: &str) -> String {
    let inner = words.trim();
    if inner.is_empty() || inner.contains("\n\n") {
        return words.to_owned();
    }
    let lead = &words[..words.len() - words.trim_start().len()];
    let trail = &words[words.trim_end().len()..];
    format!("{lead}{marks}{inner}{marks}{trail}")
}

/// A link that is none becomes its words, an address of plain `http` code beside them.
fn link(words: &str, url: &str) -> String {
    match escape::target(url) {
        Some(target) if !words.trim().is_empty() && !words.contains("\n\n") => {
            format!("[{}]({target})", words.trim())
        }
        _ if url.starts_with("http://") && words.trim() != escape::text(url) => {
            format!("{words} ({})", escape::code_span(url))
        }
        _ => words.to_owned(),
    }
}

/// Lines none of which begins a block of another kind, except that a paragraph with a dash before it is an item of a list:
/// that is how the vendor writes lists in HTML.
fn paragraph(words: &str) -> String {
    let mut text = String::new();
    let mut in_list = false;
    for part in words.split("\n\n").map(str::trim).filter(|part| !part.is_empty()) {
        let item = ["- ", "\\* ", "• "]
            .iter()
            .find_map(|mark| part.strip_prefix(mark));
        let lines = item.unwrap_or(part).lines();
        let lines: Vec<_> = lines.map(|line| escape::at_start(line.trim())).collect();
        let lines = match item {
            Some(_) => prefixed("- ", "  ", &lines.join("\n")),
            None => lines.join("\n"),
        };
        if !text.is_empty() {
            text.push_str(if in_list && item.is_some() { "\n" } else { "\n\n" });
        }
        text.push_str(&lines);
        in_list = item.is_some();
    }
    text
}

/// The events up to the end that belongs to a start before them, and those after it.
fn inside<'b, 'a>(events: &'b [Event<'a>]) -> (&'b [Event<'a>], &'b [Event<'a>]) {
    let mut depth = 0usize;
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => return (&events[..index], &events[index + 1..]),
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    (events, &[])
}

/// What stands within each of the tags that follow one another.
fn each<'b, 'a>(mut events: &'b [Event<'a>]) -> impl Iterator<Item = &'b [Event<'a>]> {
    std::iter::from_fn(move || {
        let (inner, rest) = inside(events.get(1..)?);
        events = rest;
        Some(inner)
    })
}

/// How many events there are before the next block.
fn inline_run(events: &[Event<'_>]) -> usize {
    let ends = |event: &Event<'_>| match event {
        Event::Start(tag) => is_block(&tag.to_end()),
        Event::Rule => true,
        _ => false,
    };
    events.iter().position(ends).unwrap_or(events.len()).max(1)
}

fn raw(events: &[Event<'_>]) -> String {
    let texts = events.iter().map(|event| match event {
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) | Event::Code(text) => text,
        _ => "",
    });
    texts.collect()
}

fn prefixed(first: &str, following: &str, text: &str) -> String {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let prefix = if index == 0 { first } else { following };
        lines.push(format!("{prefix}{line}").trim_end().to_owned());
    }
    lines.join("\n")
}
