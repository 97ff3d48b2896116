//! What the columns of a CSV file are, by its header row.
//!
//! Which fields there are is asked of the library's own types, so no list of them is kept here.

use csv::ByteRecord;
use d1_client::Invalid;

use super::{
    fields::Fields,
    row::{Body, Problem},
};

const ID: &str = "consumerId";
/// Between the values of a list in one field.
pub(super) const LIST: char = '|';

pub(super) struct Columns {
    id: usize,
    paths: Vec<String>,
    members: Vec<Member>,
    /// The numbers of those that have no name, as spreadsheets leave at the end.
    unnamed: Vec<usize>,
}

/// A member of an object, and what of the row is in it.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) value: Value,
}

pub(super) enum Value {
    Text(usize),
    List(usize),
    /// True, false or a number, as it stands.
    Bare(usize),
    Object(Vec<Member>),
}

impl Columns {
    pub(super) fn new<B: Body>(header: &ByteRecord) -> Result<Self, Problem> {
        let mut columns = Self {
            id: 0,
            paths: Vec::new(),
            members: Vec::new(),
            unnamed: Vec::new(),
        };
        let names: Vec<&str> = match header.iter().map(std::str::from_utf8).collect() {
            Ok(names) => names,
            Err(_) => return Err(super::source::not_utf_8(1, header.as_slice())),
        };
        let names: Vec<&str> = names.iter().map(|name| name.trim()).collect();
        let Some(id) = names.iter().position(|name| *name == ID) else {
            return Err(no_header(&names));
        };
        columns.id = id;
        for (number, name) in names.iter().enumerate() {
            let at = |rule, message: &str| Problem::new(1, rule, message).at(number as u64 + 1);
            if name.is_empty() {
                columns.paths.push(String::new());
                columns.unnamed.push(number);
                continue;
            }
            if columns.paths.iter().any(|path| path == name) {
                return Err(at("header", "this column comes twice"));
            }
            columns.paths.push((*name).to_owned());
            if number == id {
                continue;
            }
            // The name itself may be somebody's datum, if this is not a header.
            let Some(value) = kind::<B>(name, number) else {
                return Err(at("header", "the header names a field that does not exist"));
            };
            if !insert(&mut columns.members, name, value) {
                return Err(at(
                    "header",
                    "this column is an object that other columns are part of",
                ));
            }
        }
        Ok(columns)
    }

    pub(super) fn id(&self) -> usize {
        self.id
    }

    pub(super) fn number(&self, path: &str) -> Option<u64> {
        let path = path.split('[').next().unwrap_or(path);
        let number = self.paths.iter().position(|known| known == path)?;
        Some(number as u64 + 1)
    }

    /// The number of a field, from 1, that has a value, and whose column has no name.
    pub(super) fn unnamed(&self, row: &ByteRecord) -> Option<u64> {
        let mut unnamed = self.unnamed.iter();
        let number = unnamed.find(|number| row.get(**number).is_some_and(|field| !field.is_empty()))?;
        Some(*number as u64 + 1)
    }

    /// The row as an object; `None` if it is not UTF-8. An empty field is absent.
    pub(super) fn fields<'a>(&'a self, row: &'a ByteRecord) -> Option<Fields<'a>> {
        Fields::new(&self.members, row)
    }

    /// The same as JSON.
    pub(super) fn write(&self, row: &ByteRecord, json: &mut Vec<u8>) {
        if !write_object(&self.members, row, json) {
            json.extend_from_slice(b"{}");
        }
    }
}

fn no_header(names: &[&str]) -> Problem {
    let has_id = |separator: char| {
        let mut parts = names.iter().flat_map(|name| name.split(separator));
        parts.any(|part| part.trim_matches(['"', ' ']) == ID)
    };
    let separated = |by: &str| {
        let message =
            format!("fields are separated by {by}: commas are expected, save the file as CSV with commas");
        Problem::new(1, "delimiter", message)
    };
    if has_id(';') {
        separated("semicolons")
    } else if has_id('\t') {
        separated("tabs")
    } else if has_id('|') {
        separated("`|`")
    } else {
        let first = names.first().copied().unwrap_or_default();
        Problem::new(
            1,
            "header",
            match first {
                first if first.starts_with(['{', '[']) => "the input is JSON, not CSV: say --format ndjson",
                first if first.starts_with("sep=") => {
                    "the line `sep=` of a spreadsheet is no header row: delete it"
                }
                _ => "the header row is missing, or has no column `consumerId`",
            },
        )
    }
}

/// What a field of this path holds; `None` if there is no such field.
fn kind<B: Body>(path: &str, number: usize) -> Option<Value> {
    let refusal = |value: &str| -> Option<String> {
        let mut json = value.to_owned();
        for name in path.rsplit('.') {
            json = format!("{{{}:{json}}}", serde_json::Value::from(name));
        }
        let invalid: Invalid = B::from_json(json.as_bytes()).err()?;
        let mut of_path = invalid.fields().filter(|refusal| refusal.path() == path);
        of_path.next().map(|refusal| refusal.rule().to_owned())
    };
    // An empty string and an object cannot both be refused by the same rule, unless a field takes neither.
    match refusal("{}")?.as_str() {
        "must be an array" => Some(Value::List(number)),
        "must be a string" => Some(Value::Text(number)),
        _ => refusal("\"\"").map(|_| Value::Bare(number)),
    }
}

fn insert(members: &mut Vec<Member>, path: &str, value: Value) -> bool {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let known = members.iter().position(|member| member.name == name);
    match (rest, known) {
        (None, None) => members.push(Member {
            name: name.to_owned(),
            value,
        }),
        (Some(rest), None) => {
            let mut inner = Vec::new();
            insert(&mut inner, rest, value);
            members.push(Member {
                name: name.to_owned(),
                value: Value::Object(inner),
            });
        }
        (Some(rest), Some(known)) => {
            return match &mut members[known].value {
                Value::Object(inner) => insert(inner, rest, value),
                _ => false,
            };
        }
        (None, Some(_)) => return false,
    }
    true
}

/// Whether there was anything to write.
fn write_object(members: &[Member], row: &ByteRecord, json: &mut Vec<u8>) -> bool {
    let start = json.len();
    json.push(b'{');
    let mut is_empty = true;
    for member in members {
        let before = json.len();
        if !is_empty {
            json.push(b',');
        }
        json.push(b'"');
        json.extend_from_slice(member.name.as_bytes());
        json.extend_from_slice(b"\":");
        let field = |number: usize| row.get(number).filter(|field| !field.is_empty());
        let written = match &member.value {
            Value::Object(members) => write_object(members, row, json),
            Value::Text(number) => field(*number).map(|text| write_text(text, json)).is_some(),
            Value::Bare(number) => field(*number).map(|text| json.extend_from_slice(text)).is_some(),
            Value::List(number) => field(*number).map(|list| write_list(list, json)).is_some(),
        };
        if written {
            is_empty = false;
        } else {
            json.truncate(before);
        }
    }
    if is_empty {
        json.truncate(start);
        return false;
    }
    json.push(b'}');
    true
}

fn write_list(list: &[u8], json: &mut Vec<u8>) {
    json.push(b'[');
    for (number, item) in list.split(|byte| *byte == LIST as u8).enumerate() {
        if number > 0 {
            json.push(b',');
        }
        write_text(item.trim_ascii(), json);
    }
    json.push(b']');
}

fn write_text(text: &[u8], json: &mut Vec<u8>) {
    json.push(b'"');
    if text
        .iter()
        .any(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'))
    {
        for byte in text {
            match byte {
                b'"' | b'\\' => json.extend_from_slice(&[b'\\', *byte]),
                0..0x20 => json.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
                _ => json.push(*byte),
            }
        }
    } else {
        json.extend_from_slice(text);
    }
    json.push(b'"');
}
