//! A documentation page saved as Markdown: the OpenAPI documents in its fences, and its own URL. Everything else on
//! the page is prose, and prose is never followed.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A fenced block of JSON or YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The line of its first line of content, from 1.
    pub line: usize,
    /// Whether it is YAML.
    pub yaml: bool,
    /// Its content, with `\n` between the lines.
    pub text: String,
}

/// A block of code that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Its first line, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// The URL that the page's first line gives for its own Markdown version.
#[must_use]
pub fn own_url(page: &str) -> Option<&str> {
    let (_, link) = page
        .lines()
        .next()?
        .split_once("this page is available as [Markdown](")?;
    let (url, _) = link.split_once(')')?;
    url.starts_with("https://").then_some(url)
}

/// The page's fences at its top level whose info string says `json` or `yaml`, and the blocks of code that may be
/// data and are none. A fence that is never closed ends with the page.
#[must_use]
pub fn fences(page: &str) -> (Vec<Fence>, Vec<PassedOver>) {
    let (mut found, mut passed) = (Vec::new(), Vec::new());
    let mut open: Option<Open> = None;
    let mut lines = Lines::of(page);
    let mut around: Vec<&'static str> = Vec::new();
    let mut in_html = false;
    for (event, place) in Parser::new(page).into_offset_iter() {
        match event {
            Event::Start(Tag::BlockQuote(_)) => around.push("in a quotation"),
            Event::Start(Tag::Item) => around.push("in a list"),
            Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => drop(around.pop()),
            Event::Start(Tag::CodeBlock(kind)) => {
                let line = lines.at(place.start);
                let fence = match (kind, around.first()) {
                    (CodeBlockKind::Indented, _) => Err("indented, not fenced"),
                    (CodeBlockKind::Fenced(_), Some(around)) => Err(*around),
                    (CodeBlockKind::Fenced(info), None) => match language(&info).as_str() {
                        "json" => Ok(false),
                        "yaml" | "yml" => Ok(true),
                        "" => Err("says no language"),
                        _ => Err("says neither json nor yaml"),
                    },
                };
                open = Some(Open {
                    line,
                    fence,
                    text: String::new(),
                });
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some(Open { line, fence, text }) = open.take() else {
                    continue;
                };
                match fence {
                    Ok(yaml) => found.push(Fence {
                        line: line + 1,
                        yaml,
                        text,
                    }),
                    Err(why) if may_be_data(&text) => passed.push(PassedOver {
                        line,
                        why: why.to_owned(),
                    }),
                    Err(_) => {}
                }
            }
            Event::Text(text) => {
                if let Some(open) = &mut open {
                    open.text.push_str(&text.replace('\r', ""));
                }
            }
            Event::Start(Tag::HtmlBlock) => in_html = true,
            // To CommonMark a fence in a block of HTML is HTML.
            Event::Html(html)
                if in_html && (html.trim_start().starts_with("```") || html.contains("<pre")) =>
            {
                in_html = false;
                passed.push(PassedOver {
                    line: lines.at(place.start),
                    why: "in HTML".to_owned(),
                });
            }
            _ => {}
        }
    }
    (found, passed)
}

/// A block of code that is being read.
struct Open {
    line: usize,
    /// Whether it is YAML, or why it is passed over.
    fence: Result<bool, &'static str>,
    text: String,
}

/// Whether a text may be an API description or a sample of one: the commands and requests of a page are not
/// reported.
fn may_be_data(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) || text.contains("openapi") || text.contains("swagger")
}

/// The first word of an info string, in lower case.
fn language(info: &str) -> String {
    info.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Counts lines up to places that only move forward.
struct Lines<'a> {
    page: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(page: &'a str) -> Self {
        Self { page, at: 0, line: 1 }
    }

    /// The line, from 1, of a place that is not before the last one asked for.
    fn at(&mut self, place: usize) -> usize {
        let between = self.page.as_bytes().get(self.at..place).unwrap_or_default();
        self.line += between.iter().filter(|&&byte| byte == b'\n').count();
        self.at = self.at.max(place);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_of_any_length_are_found_with_their_lines() {
        let page =
            "# Page\r\n\r\n````JSON\r\n{\"a\":\r\n1}\r\n````\r\n```\nGET /\n```\n~~~ yaml\na: 1\n~~~\n";
        let (found, passed) = fences(page);
        assert_eq!((found.len(), passed.len()), (2, 0));
        assert_eq!(
            found[0],
            Fence {
                line: 4,
                yaml: false,
                text: "{\"a\":\n1}\n".to_owned()
            }
        );
        assert_eq!(
            found[1],
            Fence {
                line: 11,
                yaml: true,
                text: "a: 1\n".to_owned()
            }
        );
    }

    #[test]
    fn a_shorter_fence_inside_a_longer_one_is_content() {
        let (found, _) = fences("````json\n```\n{}\n````\n");
        assert_eq!(found[0].text, "```\n{}\n");
    }

    #[test]
    fn what_is_passed_over_is_told_with_its_line() {
        let page = "> ```json\n> {}\n> ```\n\n```\n{}\n```\n\n```json5\n{}\n```\n\n- item\n\n  ```json\n  {}\n  ```\n\n\
                    end\n\n<pre>\n{}\n</pre>\n\n<div>\n```json\n{}\n```\n</div>\n\n    {}\n";
        let (found, passed) = fences(page);
        assert_eq!(found, []);
        let passed: Vec<_> = passed
            .iter()
            .map(|passed| (passed.line, passed.why.as_str()))
            .collect();
        assert_eq!(
            passed,
            [
                (1, "in a quotation"),
                (5, "says no language"),
                (9, "says neither json nor yaml"),
                (15, "in a list"),
                (21, "in HTML"),
                (26, "in HTML"),
                (31, "indented, not fenced"),
            ]
        );
    }

    #[test]
    fn the_page_says_its_own_url_in_its_first_line_only() {
        let first =
            "> See llms.txt; this page is available as [Markdown](https://docs.example/consumer-api.md).\n";
        assert_eq!(own_url(first), Some("https://docs.example/consumer-api.md"));
        assert_eq!(own_url(&format!("# Title\n{first}")), None);
    }
}
