//! `cargo xtask links`: in our own pages, every link to a file or a heading leads somewhere. Links to other sites are not followed.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::{Error, cargo};

/// Pages whose links are not paths: rustdoc checks those of the guides, and what the vendor wrote is kept as it is.
const ELSEWHERE: [&str; 3] = ["/src/", "/vendor/", "/tests/codegen/"];

/// A line for each link that leads nowhere: the page, the line, the link.
///
/// # Errors
/// A page that cannot be read; no git to list the pages.
pub fn run(root: &Path) -> Result<Vec<String>, Error> {
    let mut broken = Vec::new();
    for page in pages(root)? {
        let text = read(&root.join(&page))?;
        for (line, link) in links(&text) {
            if !leads_somewhere(root, &page, &link)? {
                broken.push(format!("{}:{line}: {link}", page.display()));
            }
        }
    }
    Ok(broken)
}

/// Our own pages in the repository.
fn pages(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut git = cargo::program(root, Path::new("git"));
    git.args(["ls-files", "--cached", "--others", "--exclude-standard", "*.md"]);
    let listed = cargo::output(&mut git, "git ls-files", "")?;
    let listed = String::from_utf8_lossy(&listed);
    let ours = listed
        .lines()
        .filter(|page| !ELSEWHERE.iter().any(|elsewhere| page.contains(elsewhere)));
    // A link to a page is that page, which is looked at where it is.
    Ok(ours
        .map(PathBuf::from)
        .filter(|page| !root.join(page).is_symlink())
        .collect())
}

fn read(page: &Path) -> Result<String, Error> {
    fs::read_to_string(page).map_err(|error| Error::new(page.display().to_string(), "", error.to_string()))
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// The links and pictures of a page, each with its line, those in HTML too.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (event, place) in parser(text).into_offset_iter() {
        let line = 1 + text[..place.start].matches('\n').count();
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                found.push((line, dest_url.into_string()));
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let attributes = ["src=\"", "srcset=\"", "href=\""].into_iter();
                found.extend(
                    attributes
                        .flat_map(|attribute| html.split(attribute).skip(1))
                        .filter_map(|rest| Some((line, rest.split_once('"')?.0.to_owned()))),
                );
            }
            _ => {}
        }
    }
    found
}

fn leads_somewhere(root: &Path, page: &Path, link: &str) -> Result<bool, Error> {
    if link.contains("://") || link.starts_with("mailto:") {
        return Ok(true);
    }
    let (file, heading) = link
        .split_once('#')
        .map_or((link, None), |(file, heading)| (file, Some(heading)));
    let path = if file.is_empty() {
        root.join(page)
    } else {
        root.join(page.parent().unwrap_or(Path::new(""))).join(file)
    };
    match heading {
        _ if !path.exists() => Ok(false),
        Some(heading) if path.is_file() => Ok(anchors(&read(&path)?).iter().any(|anchor| anchor == heading)),
        Some(_) => Ok(false),
        None => Ok(true),
    }
}

/// The anchors that GitHub makes of the headings of a page.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    let mut heading: Option<String> = None;
    for event in parser(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|heading| anchor(&heading))),
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|kept| kept.is_alphanumeric() || " -_".contains(*kept));
    kept.map(|kept| if kept == ' ' { '-' } else { kept }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_pictures_and_html_are_found_with_their_lines() {
        let page = "[a](b.md)\n\n![c](d.svg)\n\n<picture><source srcset=\"e.svg\"><img src=\"f.svg\"></picture>\n\n    [no](link)\n";
        let found = links(page);
        let expected = [(1, "b.md"), (3, "d.svg"), (5, "e.svg"), (5, "f.svg")];
        assert_eq!(found, expected.map(|(line, link)| (line, link.to_owned())));
    }

    #[test]
    fn a_link_leads_to_a_file_or_a_heading_or_nowhere() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("docs")).unwrap();
        fs::write(root.path().join("docs/a.md"), "# What `it` costs, today\n").unwrap();
        let leads = |link: &str| leads_somewhere(root.path(), Path::new("docs/b.md"), link).unwrap();
        fs::write(root.path().join("docs/b.md"), "## Here\n").unwrap();

        for link in [
            "a.md",
            "a.md#what-it-costs-today",
            "#here",
            "../docs",
            "https://example.com/x",
        ] {
            assert!(leads(link), "{link}");
        }
        for link in ["c.md", "a.md#elsewhere", "#there", "docs/a.md"] {
            assert!(!leads(link), "{link}");
        }
    }
}
