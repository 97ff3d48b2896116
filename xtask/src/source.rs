//! Where the vendor's documents come from: a page, a whole OpenAPI file, a folder of these, or the URL of one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use d1_codegen::wording::{Keys, WORDING};
use heck::ToKebabCase;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::inputs::PROVENANCE;
use crate::page::{self, Fence, PassedOver};
use crate::pointer::{METHODS, below, operations};
use crate::{Error, fetch, files, strict};

/// An OpenAPI document and where it was found.
#[derive(Clone, Debug)]
pub struct Document {
    /// The name of its file in its API's `vendor/`.
    pub file_name: String,
    /// Where it was found, for messages.
    pub found: String,
    /// The URL of its page, else the name of its file.
    pub source: String,
    /// The SHA-256, in hexadecimal, of the text it was read from.
    pub sha256: String,
    /// The document.
    pub value: Value,
}

/// What a source holds.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The documents, sorted by their file names.
    pub documents: Vec<Document>,
    /// The blocks of code on pages that were not read, each with its page.
    pub passed: Vec<(String, PassedOver)>,
}

impl Source {
    /// One line for each page with blocks that were not read.
    #[must_use]
    pub fn passed_over(&self) -> Vec<String> {
        let pages = self.passed.chunk_by(|(page, _), (next, _)| page == next);
        let line = |blocks: &[(String, PassedOver)]| {
            let told = blocks
                .iter()
                .map(|(_, passed)| format!("line {}: {}", passed.line, passed.why));
            let told = told.collect::<Vec<_>>().join("; ");
            let count = match blocks.len() {
                1 => "1 fence".to_owned(),
                count => format!("{count} fences"),
            };
            format!("{}: {count} passed over, {told}", blocks[0].0)
        };
        pages.map(line).collect()
    }

    /// Why nothing was found, where something was passed over that looks like a document.
    fn nearest(&self, from: &str) -> Option<Error> {
        let (page, passed) = self
            .passed
            .iter()
            .find(|(_, passed)| passed.why.starts_with("is not"))?;
        let line = format!("line {}", passed.line);
        let place = if page == from {
            line
        } else {
            format!("{page}: {line}")
        };
        Some(Error::new(from, place, &passed.why))
    }

    fn add(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.passed.extend(other.passed);
    }
}

/// Reads all documents of `from`, sorted by their file names: one per operation where they came so, each named after
/// its operation's summary, else after the document's title.
///
/// # Errors
/// The first document that cannot be used: not UTF-8, no fence, broken JSON or YAML, not OpenAPI 3.0; or a URL that
/// cannot be fetched.
pub fn read(from: &str) -> Result<Source, Error> {
    let (mut source, nothing) = if from.starts_with("http://") || from.starts_with("https://") {
        let source = parse(from, from, fetch::get(from)?)?;
        (source, "holds no OpenAPI document")
    } else if Path::new(from).is_dir() {
        (read_folder(Path::new(from))?, "holds no OpenAPI document")
    } else {
        let bytes = fs::read(from).map_err(|error| files::unreadable(from, &error))?;
        let source = parse(from, &base_name(from), bytes)?;
        (source, "holds no ```json or ```yaml fence")
    };
    if source.documents.is_empty() {
        let mut parts = vec![nothing.to_owned()];
        parts.extend(source.passed_over());
        let nothing = || Error::new(from, "", parts.join("; "));
        return Err(source.nearest(from).unwrap_or_else(nothing));
    }
    give_each_its_own_name(&mut source.documents);
    source
        .documents
        .sort_by(|one, other| one.file_name.cmp(&other.file_name));
    Ok(source)
}

/// In a folder, a page without fences is a guide and holds no document.
fn read_folder(folder: &Path) -> Result<Source, Error> {
    let fail = |error: std::io::Error| files::unreadable(&folder.to_string_lossy(), &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let extension = path.extension().unwrap_or_default();
        let known = ["md", "json", "yaml", "yml"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known));
        if known && path.file_name().is_some_and(|name| name != PROVENANCE) {
            paths.push(path);
        }
    }
    paths.sort();
    let mut source = Source::default();
    for path in paths {
        let bytes = fs::read(&path).map_err(fail)?;
        let path = path.to_string_lossy();
        source.add(parse(&path, &base_name(&path), bytes)?);
    }
    Ok(source)
}

/// The documents in the text of one file or answer. `location` is for messages, `source` for the provenance of what
/// does not say its own URL.
fn parse(location: &str, source: &str, bytes: Vec<u8>) -> Result<Source, Error> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|&&byte| byte == b'\n').count();
        Error::new(location, format!("line {line}"), "is not UTF-8")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let path = location
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let start = text.trim_start();
    let whole = |yaml| Fence {
        line: 1,
        yaml,
        text: text.to_owned(),
    };
    let is_page = !is_file(&path, start);
    let (fences, mut passed, source) = if !is_page {
        let yaml = !(path.ends_with(".json") || start.starts_with('{'));
        (vec![whole(yaml)], Vec::new(), source)
    } else {
        let (fences, passed) = page::fences(text);
        (fences, passed, page::own_url(text).unwrap_or(source))
    };
    let mut read = Source::default();
    for fence in fences {
        match document(location, source, &fence) {
            Ok(document) => read.documents.push(document),
            // A sample of a request is JSON, too.
            Err(error) if is_page && !names_a_version(&fence.text) => passed.push(PassedOver {
                line: fence.line,
                why: error.what,
            }),
            Err(error) => return Err(error),
        }
    }
    passed.sort_by_key(|passed| passed.line);
    read.passed = passed
        .into_iter()
        .map(|passed| (location.to_owned(), passed))
        .collect();
    Ok(read)
}

/// Whether this is a document as a whole, not a page.
fn is_file(path: &str, start: &str) -> bool {
    [".json", ".yaml", ".yml"].iter().any(|end| path.ends_with(end))
        || start.starts_with('{')
        || start.starts_with("openapi:")
}

/// Whether a text means to be an API description, well formed or not.
fn names_a_version(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches([' ', '\t', '{', '"', '\'']);
        ["openapi", "swagger"]
            .iter()
            .filter_map(|key| line.strip_prefix(key))
            .any(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    })
}

fn document(location: &str, source: &str, fence: &Fence) -> Result<Document, Error> {
    let parsed = if fence.yaml {
        strict::yaml(&fence.text)
    } else {
        strict::json(&fence.text)
    };
    let value = parsed.map_err(|(line, what)| {
        // An end that comes too soon is reported on the line after the last.
        let line = line.clamp(1, fence.text.lines().count().max(1));
        Error::new(location, format!("line {}", fence.line + line - 1), what)
    })?;
    let place = format!("line {}", fence.line);
    check_version(&value)
        .and_then(|()| check_shape(&value))
        .and_then(|()| check_escapes(&value, Keys::Keywords, String::new()))
        .map_err(|what| Error::new(location, &place, what))?;
    Ok(Document {
        file_name: format!("{}.json", base_file_name(&value)),
        found: format!("{location}: {place}"),
        source: source.to_owned(),
        sha256: sha256(&fence.text),
        value,
    })
}

fn check_version(document: &Value) -> Result<(), String> {
    if let Some(version) = document.get("swagger") {
        return Err(format!("is Swagger {}; expected OpenAPI 3.0", plain(version)));
    }
    match document.get("openapi") {
        Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => Ok(()),
        Some(version) => Err(format!("is OpenAPI {}; expected OpenAPI 3.0", plain(version))),
        None => Err("is not an OpenAPI document: it has no \"openapi\"".to_owned()),
    }
}

/// What every later step counts on: information, paths, operations and components are objects.
fn check_shape(document: &Value) -> Result<(), String> {
    let object = |value: Option<&Value>, place: &str| match value {
        Some(Value::Object(members)) => Ok(members.clone()),
        _ => Err(format!("{place} is not an object")),
    };
    object(document.get("info"), "/info")?;
    for (path, item) in object(document.get("paths"), "/paths")? {
        let place = below("/paths", &path);
        for (key, operation) in object(Some(&item), &place)? {
            if METHODS.contains(&key.as_str()) {
                object(Some(&operation), &below(&place, &key))?;
            }
        }
    }
    let Some(components) = document.get("components") else {
        return Ok(());
    };
    for (kind, members) in object(Some(components), "/components")? {
        let place = below("/components", &kind);
        for (name, member) in object(Some(&members), &place)? {
            object(Some(&member), &below(&place, &name))?;
        }
    }
    Ok(())
}

/// A page that was escaped as HTML before it was saved has `&amp;` where a pattern has `&`: what was meant is not
/// known.
fn check_escapes(value: &Value, keys: Keys, place: String) -> Result<(), String> {
    const ESCAPES: [&str; 6] = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"];
    let escaped = |text: &str| ESCAPES.iter().find(|escape| text.contains(**escape));
    let fail = |place: &str, escape: &str| {
        Err(format!(
            "{place} holds {escape}: it is escaped as HTML, save the page as it is"
        ))
    };
    match value {
        Value::String(text) => match escaped(text) {
            Some(escape) => fail(&place, escape),
            None => Ok(()),
        },
        Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
            let keys = if keys == Keys::Names { Keys::Keywords } else { keys };
            check_escapes(item, keys, format!("{place}/{index}"))
        }),
        Value::Object(members) => members.iter().try_for_each(|(key, member)| {
            let place = below(&place, key);
            if let Some(escape) = escaped(key) {
                return fail(&place, escape);
            }
            // Wording may hold HTML, and so may what stands for other data.
            let told = keys == Keys::Keywords
                && (WORDING.contains(&key.as_str()) || key == "summary" || key.starts_with("x-"));
            if told {
                Ok(())
            } else {
                check_escapes(member, keys.under(key), place)
            }
        }),
        _ => Ok(()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The only operation's summary, else its operationId, else the document's title: in lower case, words joined by `-`.
fn base_file_name(document: &Value) -> String {
    let text = |value: &Value| value.as_str().map(kebab).filter(|name| !name.is_empty());
    let of_operation = match operations(document).as_slice() {
        [only] => text(&only.value["summary"]).or_else(|| text(&only.value["operationId"])),
        _ => None,
    };
    of_operation
        .or_else(|| text(&document["info"]["title"]))
        .unwrap_or_else(|| "document".to_owned())
}

/// A name of a file is no longer than this: a summary may be a page.
const LONGEST_NAME: usize = 60;

fn kebab(text: &str) -> String {
    let mut name = text
        .replace(|c: char| !c.is_ascii_alphanumeric(), "-")
        .to_kebab_case();
    name.truncate(LONGEST_NAME);
    name.trim_end_matches('-').to_owned()
}

fn give_each_its_own_name(documents: &mut [Document]) {
    let mut taken = BTreeSet::new();
    for document in documents {
        let base = document.file_name.trim_end_matches(".json").to_owned();
        let mut number = 1;
        while !taken.insert(document.file_name.clone()) {
            number += 1;
            document.file_name = format!("{base}-{number}.json");
        }
    }
}

fn base_name(path: &str) -> String {
    Path::new(path)
        .file_name()
        .map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The SHA-256 of a text, in hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_words() {
        assert_eq!(kebab("Get Card List"), "get-card-list");
        assert_eq!(kebab("deleteConsumer-v2"), "delete-consumer-v2");
        assert_eq!(kebab("D1 Inbound API (beta)"), "d1-inbound-api-beta");
    }
}
