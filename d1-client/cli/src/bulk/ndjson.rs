//! JSON objects, one on each line.

use std::io::{BufRead, Read};

use serde_json::{Map, Value, error::Category};

use super::{
    LONGEST_RECORD,
    row::{Problem, Row},
    source::{Text, not_utf_8, unreadable},
};
use crate::unique::Unique;

pub(super) struct Lines {
    text: Text,
    line: Vec<u8>,
    number: u64,
    /// Whether a record was read already.
    has_begun: bool,
}

impl Lines {
    pub(super) fn new(text: Text) -> Self {
        Self {
            text,
            line: Vec::new(),
            number: 0,
            has_begun: false,
        }
    }

    /// The next record: `Some(Ok)` if it could be read into `row`, `Some(Err)` with what is wrong with it alone.
    ///
    /// # Errors
    /// Where nothing more can be read.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<Option<Result<(), Problem>>, Problem> {
        loop {
            self.line.clear();
            let mut limited = (&mut self.text).take(LONGEST_RECORD as u64 + 1);
            let read = limited.read_until(b'\n', &mut self.line);
            self.number += 1;
            let number = self.number;
            if read.map_err(|error| unreadable(number, &error))? == 0 {
                return Ok(None);
            }
            if self.line.len() > LONGEST_RECORD {
                return Err(too_long(number));
            }
            let line = self.line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            // CSV, or one document over many lines: all further lines would only say the same.
            let is_object = line.starts_with(b"{") && line != b"{";
            if !std::mem::replace(&mut self.has_begun, true) && !is_object {
                return Err(no_object(number));
            }
            row.clear(number);
            return Ok(Some(self.read(row)));
        }
    }

    fn read(&self, row: &mut Row) -> Result<(), Problem> {
        let line = row.line;
        let Ok(text) = std::str::from_utf8(&self.line) else {
            return Err(not_utf_8(line, &self.line));
        };
        let value: Unique = serde_json::from_str(text).map_err(|error| {
            // Its own text could hold a value.
            let (rule, message) = match error.classify() {
                Category::Data => ("unique", "has a member twice"),
                _ => ("json", "is not JSON"),
            };
            Problem::new(line, rule, message).at(character(text, error.column()))
        })?;
        let Value::Object(mut members) = value.0 else {
            return Err(no_object(line));
        };
        match members.remove("consumerId") {
            Some(Value::String(id)) => row.id = id,
            None | Some(Value::Null) => {}
            Some(_) => {
                let problem = Problem::new(line, "other", "must be a string").of("consumerId");
                return Err(problem.at(self.column("consumerId")));
            }
        }
        write(&members, row);
        Ok(())
    }

    /// The character at which the last member of a path is named; its object's if it is missing.
    pub(super) fn column(&self, path: &str) -> Option<u64> {
        let text = std::str::from_utf8(&self.line).ok()?;
        let mut found = None;
        for name in path.split('.') {
            let name = name.split('[').next().unwrap_or(name);
            let quoted = format!("\"{name}\"");
            let from = found.unwrap_or(0);
            let next = text[from..].match_indices(&quoted).find(|(place, _)| {
                let after = text[from + place + quoted.len()..].trim_start();
                after.starts_with(':')
            });
            match next {
                Some((place, _)) => found = Some(from + place),
                None => break,
            }
        }
        found.map(|byte| character(text, byte + 1))
    }
}

fn no_object(line: u64) -> Problem {
    Problem::new(line, "object", "must be a JSON object on one line")
}

fn write(members: &Map<String, Value>, row: &mut Row) {
    // Into memory, what was just read: there is nothing to fail.
    if serde_json::to_writer(&mut row.json, members).is_err() {
        row.json.clear();
    }
}

/// The number of the character that holds a byte, both from 1.
fn character(text: &str, byte: usize) -> u64 {
    let before = text.char_indices().take_while(|(place, _)| place + 1 < byte);
    before.count() as u64 + 1
}

pub(super) fn too_long(line: u64) -> Problem {
    Problem::new(line, "length", "a record must not be longer than 1 MiB")
}
