//! The vendor's descriptions as rustdoc that does nothing: paragraphs, lists, tables and emphasis stay, code is text and
//! never a doctest, HTML is translated or escaped, a link leads to `https` or is none.
//!
//! By construction: a description is parsed as Markdown, and written anew of a closed set of events, every character that
//! could mean something escaped. What rustdoc would make of the outcome is checked once more; text that fails that check
//! is shown whole as a block of text.

mod escape;
mod html;
mod write;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// How deep lists and quotations may nest before a text is shown as it stands.
const DEEPEST: usize = 12;

/// A description as the Markdown of a doc comment, of any number of lines.
///
/// ```
/// let doc = d1_codegen::prose::inert("Set it.\n\n    panic!()\n\nSee <script>.");
/// assert_eq!(doc, "Set it.\n\n```text\npanic!()\n```\n\nSee \\<script\\>.");
/// ```
#[must_use]
pub fn inert(text: &str) -> String {
    let text = escape::plain(text);
    let events: Vec<Event<'_>> = Parser::new_ext(&text, Options::ENABLE_TABLES).collect();
    if depth(&events) <= DEEPEST {
        let written = write::blocks(&events).join("\n\n");
        if is_inert(&written) {
            return written;
        }
    }
    escape::code(&text)
}

/// A description as one line, for a place that has room for no more, such as a summary.
#[must_use]
pub fn line(text: &str) -> String {
    escape::at_start(&words(text))
}

/// A description as words within a line of ours.
pub(crate) fn words(text: &str) -> String {
    let text = escape::plain(text);
    let events: Vec<Event<'_>> = Parser::new_ext(&text, Options::ENABLE_TABLES).collect();
    let mut words = String::new();
    for event in &events {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(text),
            Event::InlineHtml(tag) | Event::Html(tag) => words.push_str(html::as_words(tag)),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. }) | Event::End(_) => {}
            _ => words.push(' '),
        }
        if matches!(event, Event::End(tag) if write::is_block(tag)) {
            words.push(' ');
        }
    }
    escape::text(&words).trim().to_owned()
}

/// A name of the document as code within a line of ours.
pub(crate) fn name(text: &str) -> String {
    escape::code_span(&escape::plain(text))
}

/// Whether rustdoc runs nothing of a doc comment, shows no HTML of it, and links to `https` or to items alone.
#[must_use]
pub fn is_inert(doc: &str) -> bool {
    // As rustdoc parses: https://doc.rust-lang.org/rustdoc/how-to-write-documentation.html, "Markdown".
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    doc.chars().all(escape::is_plain)
        && Parser::new_ext(doc, options).all(|event| match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                matches!(kind, CodeBlockKind::Fenced(language) if &*language == "text")
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                dest_url.starts_with("https://") || is_item(&dest_url)
            }
            Event::Start(Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::HtmlBlock) => false,
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => false,
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::TaskListMarker(_) => false,
            _ => true,
        })
}

/// A path of Rust, which only text of ours links to.
fn is_item(target: &str) -> bool {
    let words = target.split("::");
    target.contains("::")
        && words
            .skip_while(|word| word.is_empty())
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

fn depth(events: &[Event<'_>]) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for event in events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_lists_and_tables_are_kept() {
        for (from, to) in [
            ("One.\nTwo.", "One.\nTwo."),
            ("One.<br/>**Note**: Two.", "One.\n\n**Note**: Two."),
            ("- a\n- b\n  - c", "- a\n- b\n  - c"),
            ("1. a\n2. b", "1. a\n2. b"),
            ("> #### Note\n> It is `so`.", "> #### Note\n>\n> It is `so`."),
            (
                "| a | b |\n|--|:-:|\n| x \\| y | `z` |",
                "| a | b |\n|---|:-:|\n| x \\| y | `z` |",
            ),
            (
                "See [the guide](https://docs.example/a_b).",
                "See [the guide](https://docs.example/a_b).",
            ),
            (
                "One:<br/><br/> - a_b <br/> * c<br/>Two",
                "One:\n\n- a_b\n- c\n\nTwo",
            ),
            ("<p>One</p><p>Two <b>three</b></p>", "One\n\nTwo **three**"),
        ] {
            assert_eq!(inert(from), to, "{from}");
        }
    }

    #[test]
    fn nothing_runs_and_nothing_is_html() {
        let fence = "```";
        for text in [
            format!("{fence}\npanic!()\n{fence}"),
            format!("{fence}rust,should_panic\npanic!()\n{fence}"),
            "~~~\npanic!()\n~~~".to_owned(),
            "    panic!()".to_owned(),
            "- a\n\n      panic!()".to_owned(),
            "1. a\n\n   ~~~\n   panic!()\n   ~~~".to_owned(),
            "> ~~~\n> panic!()".to_owned(),
            format!("a<br/>{fence}<br/>panic!()<br/>{fence}"),
            "<pre><code>panic!()</code></pre>".to_owned(),
            "<pre>\n\n    panic!()\n</pre>".to_owned(),
            "<div>\n\n    panic!()\n\n</div>".to_owned(),
            "<!-- -->\n    panic!()".to_owned(),
            "<script>alert(1)</script>".to_owned(),
            "a <img src=x onerror=alert(1)> b".to_owned(),
            "&lt;script&gt;alert(1)&lt;/script&gt;".to_owned(),
            "&amp;lt;script&amp;gt; \\<script>".to_owned(),
            "[x](javascript:alert(1)) ![y](http://a/b) [z](http://a/b) <http://a/b> [r][r]\n\n[r]: http://a/b".to_owned(),
            "[^1] and $x$\n\n[^1]: note".to_owned(),
            "- [ ] todo".to_owned(),
            "bare\rreturn \u{202e}turned\u{2066} \0 \u{7}".to_owned(),
            "*/ \"## #![doc(html_root_url = \"x\")] /* [`Vec`] [Vec] [Vec](std::vec::Vec)".to_owned(),
            "```` ` ``` `` `".to_owned(),
            "<i>     panic!()</i>".to_owned(),
            ">".repeat(10_000),
            "- ".repeat(10_000),
        ] {
            for doc in [inert(&text), line(&text)] {
                assert!(is_inert(&doc), "{text:?} became {doc:?}");
                let linked = Parser::new(&doc).any(|event| {
                    matches!(event, Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with("https://"))
                });
                assert!(!linked, "{text:?} became {doc:?}");
            }
            assert_eq!(line(&text).lines().count().max(1), 1, "{text:?}");
        }
    }

    #[test]
    fn code_is_kept_as_text() {
        assert_eq!(inert("~~~json\n{\"a\": 1}\n~~~"), "```text\n{\"a\": 1}\n```");
        assert_eq!(
            inert("a\n\n- b\n\n  ```\n  x\n   y\n  ```"),
            "a\n\n- b\n\n  ```text\n  x\n   y\n  ```"
        );
        assert_eq!(inert("````\n```\n````"), "````text\n```\n````");
        assert_eq!(
            inert("<pre><code>a &lt; b\n  c</code></pre>"),
            "```text\na < b\n  c\n```"
        );
    }

    #[test]
    fn a_line_is_text_alone() {
        assert_eq!(line("One `two` **three**.\n\n- four"), "One two three. four");
        assert_eq!(line("# Heading"), "Heading");
        assert_eq!(line("a - b\n# c"), "a - b c");
    }
}
