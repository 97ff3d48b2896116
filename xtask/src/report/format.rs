//! The report for those who read it: a line for each change, Markdown for a pull request, JSON for a program.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Change, Impact, Report};

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line for each change, and a summary.
    #[default]
    Text,
    /// As `openapi/report.schema.json` says.
    Json,
    /// For the description of a pull request.
    Markdown,
}

impl Report {
    /// The report in this format, without a line break at its end.
    #[must_use]
    pub fn to_format(&self, format: Format) -> String {
        match format {
            Format::Text => self.to_string(),
            Format::Json => format!("{:#}", self.to_json()),
            Format::Markdown => self.to_markdown(),
        }
    }

    fn to_json(&self) -> Value {
        let changes: Vec<Value> = self.changes.iter().map(change).collect();
        json!({
            "summary": {
                "breaking": self.count(Impact::Breaking),
                "compatible": self.count(Impact::Compatible),
                "textOnly": self.count(Impact::TextOnly),
            },
            "changes": changes,
        })
    }

    fn to_markdown(&self) -> String {
        let counts =
            [Impact::Breaking, Impact::Compatible, Impact::TextOnly].map(|impact| self.count(impact));
        let [breaking, compatible, text] = counts;
        let mut out = format!("**{breaking} breaking, {compatible} compatible, {text} text-only**");
        for (impact, title) in [
            (Impact::Breaking, "Breaking"),
            (Impact::Compatible, "Compatible"),
            (Impact::TextOnly, "Text only"),
        ] {
            let count = self.count(impact);
            if count == 0 {
                continue;
            }
            let _ = write!(out, "\n\n### {title} ({count})\n");
            for change in self.changes.iter().filter(|change| change.impact == impact) {
                let _ = write!(
                    out,
                    "\n- `{}` {} {}: {}",
                    change.rule,
                    code(&change.place),
                    code(&change.pointer),
                    code(&change.what)
                );
                for (place, pointer) in &change.also {
                    let _ = write!(out, "  \n  also {} {}", code(place), code(pointer));
                }
                if let Some(api) = &change.api {
                    let _ = write!(out, "  \n  of {}", code(api));
                }
                if let Some(rust) = &change.rust {
                    let _ = write!(out, "  \n  in Rust: {rust}");
                }
            }
        }
        out
    }
}

fn change(change: &Change) -> Value {
    let places: Vec<Value> = std::iter::once((&change.place, &change.pointer))
        .chain(change.also.iter().map(|(place, pointer)| (place, pointer)))
        .map(|(place, pointer)| json!({"in": place, "pointer": pointer}))
        .collect();
    json!({
        "rule": change.rule.id(),
        "impact": change.impact.to_string(),
        "places": places,
        "what": change.what,
        "rust": change.rust,
        "api": change.api,
    })
}

/// What the vendor may have written, as a code span: nothing in it is Markdown, HTML, a link or a mention.
fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| {
            if c.is_control() || is_bidirectional(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    // CommonMark, section 6.1: a fence longer than any run within it, and a space beside a backtick or a space.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// What would let a line be read in another order than it is written.
fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_vendor_wrote_stays_code() {
        for (text, written) in [
            ("@someone <b> | [x](y)", "`@someone <b> | [x](y)`"),
            ("a `b` c", "``a `b` c``"),
            ("`", "`` ` ``"),
            ("``x", "``` ``x ```"),
            ("", "`  `"),
            ("a\n- b\u{202e}", "` a - b  `"),
        ] {
            assert_eq!(code(text), written, "{text:?}");
        }
    }
}
