//! A documentation page saved as Markdown: the OpenAPI documents in its fences, and its own URL. Everything else on
//! the page is prose, and prose is never followed.

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

/// The page's fences (CommonMark 0.31, section 4.5) whose info string says `json` or `yaml`. One that is never closed
/// ends with the page.
#[must_use]
pub fn fences(page: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<(&str, Option<Fence>)> = None;
    for (index, line) in page.lines().enumerate() {
        match &mut open {
            None => {
                let Some(marker) = marker(line) else { continue };
                let info = line.trim_start()[marker.len()..].trim();
                let language = info
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                let yaml = matches!(language.as_str(), "yaml" | "yml");
                let wanted = yaml || language == "json";
                open = Some((
                    marker,
                    wanted.then(|| Fence {
                        line: index + 2,
                        yaml,
                        text: String::new(),
                    }),
                ));
            }
            Some((opening, fence)) => {
                if closes(line, opening) {
                    found.extend(open.take().and_then(|(_, fence)| fence));
                } else if let Some(fence) = fence {
                    fence.text.push_str(line);
                    fence.text.push('\n');
                }
            }
        }
    }
    found.extend(open.and_then(|(_, fence)| fence));
    found
}

/// The three or more backticks or tildes that a line opens a fence with.
fn marker(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    let indentation = line.len() - text.len();
    let character = text
        .chars()
        .next()
        .filter(|character| matches!(character, '`' | '~'))?;
    let rest = text.trim_start_matches(character);
    let marker = &text[..text.len() - rest.len()];
    (indentation < 4 && marker.len() >= 3 && !(character == '`' && rest.contains('`'))).then_some(marker)
}

fn closes(line: &str, opening: &str) -> bool {
    marker(line).is_some_and(|closing| closing.starts_with(opening) && line.trim().len() == closing.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_of_any_length_are_found_with_their_lines() {
        let page =
            "# Page\r\n\r\n````JSON\r\n{\"a\":\r\n1}\r\n````\r\n```\nGET /\n```\n~~~ yaml\na: 1\n~~~\n";
        let found = fences(page);
        assert_eq!(found.len(), 2);
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
        let found = fences("````json\n```\n{}\n````\n");
        assert_eq!(found[0].text, "```\n{}\n");
    }

    #[test]
    fn the_page_says_its_own_url_in_its_first_line_only() {
        let first =
            "> See llms.txt; this page is available as [Markdown](https://docs.example/consumer-api.md).\n";
        assert_eq!(own_url(first), Some("https://docs.example/consumer-api.md"));
        assert_eq!(own_url(&format!("# Title\n{first}")), None);
    }
}
