//! CSV (RFC 4180) with a header row.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::{
    LONGEST_RECORD,
    columns::Columns,
    ndjson::too_long,
    row::{Body, Problem, Row},
    source::{Text, not_utf_8, unreadable},
};

const BUFFER: usize = 64 * 1024;

pub(super) struct Table {
    rows: Reader<Limited>,
    /// What was taken from the text since the record began.
    taken: Rc<Cell<usize>>,
    columns: Columns,
    record: ByteRecord,
}

impl Table {
    /// Reads the header row.
    ///
    /// # Errors
    /// A header that names no column for the consumer id, or something that is not a field.
    pub(super) fn new<B: Body>(text: Text) -> Result<Self, Problem> {
        let taken = Rc::new(Cell::new(0));
        let limited = Limited {
            text,
            taken: taken.clone(),
            last: b'\n',
        };
        let mut rows = ReaderBuilder::new()
            .has_headers(true)
            .buffer_capacity(BUFFER)
            .from_reader(limited);
        let header = rows.byte_headers().map_err(|error| broken(1, error))?;
        let columns = Columns::new::<B>(header)?;
        Ok(Self {
            rows,
            taken,
            columns,
            record: ByteRecord::new(),
        })
    }

    /// As of [`Lines`](super::ndjson::Lines::next), but only the id gets into the row.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<Option<Result<(), Problem>>, Problem> {
        self.taken.set(0);
        let before = self.rows.position().line();
        let read = self.rows.read_byte_record(&mut self.record);
        // csv's own place of a record is before the blank lines that it passes over. Each record ends with a line break.
        let breaks = self
            .record
            .as_slice()
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u64;
        let line = self.rows.position().line().saturating_sub(1 + breaks).max(before);
        match read {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(error) => match error.kind() {
                ErrorKind::UnequalLengths {
                    expected_len, len, ..
                } => {
                    let message = format!(
                        "has {len} fields, and the header has {expected_len}: is a field with a comma or a line break not quoted?"
                    );
                    row.clear(line);
                    return Ok(Some(Err(Problem::new(line, "fields", message))));
                }
                _ => return Err(broken(line, error)),
            },
        }
        row.clear(line);
        if let Some(number) = self.columns.unnamed(&self.record) {
            let problem = Problem::new(line, "header", "has a value, and its column has no name");
            return Ok(Some(Err(problem.at(number))));
        }
        let id = self.record.get(self.columns.id()).unwrap_or_default();
        match std::str::from_utf8(id) {
            Ok(id) => row.id.push_str(id),
            Err(_) => {
                return Ok(Some(Err(self
                    .not_utf_8(row.line)
                    .unwrap_or(not_utf_8(row.line, id)))));
            }
        }
        Ok(Some(Ok(())))
    }

    /// The row just read, but for its id; `None` if it is refused.
    pub(super) fn body<B: Body>(&self) -> Option<B> {
        B::deserialize(self.columns.fields(&self.record)?).ok()
    }

    /// The same as JSON.
    pub(super) fn json(&self, json: &mut Vec<u8>) {
        self.columns.write(&self.record, json);
    }

    /// The number of the field with this JSON path, from 1.
    pub(super) fn column(&self, path: &str) -> Option<u64> {
        self.columns.number(path)
    }

    /// The first field of the record just read that is not UTF-8.
    pub(super) fn not_utf_8(&self, line: u64) -> Option<Problem> {
        let number = self
            .record
            .iter()
            .position(|field| std::str::from_utf8(field).is_err())?;
        let problem = not_utf_8(line, &self.record[number]);
        Some(problem.at(number as u64 + 1))
    }
}

fn broken(line: u64, error: csv::Error) -> Problem {
    match error.into_kind() {
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => too_long(line),
        ErrorKind::Io(error) => unreadable(line, &error),
        _ => Problem::new(line, "csv", "is not CSV"),
    }
}

/// Ends a record that does not end: a line without a line break, a quote that is not closed. Makes every line break a `\n`, and
/// the last one, too.
struct Limited {
    text: Text,
    taken: Rc<Cell<usize>>,
    last: u8,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken.get() > LONGEST_RECORD {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        loop {
            let length = self.text.read(buffer)?;
            self.taken.set(self.taken.get() + length);
            if length == 0 {
                let is_open = self.last != b'\n' && !buffer.is_empty();
                if is_open {
                    self.last = b'\n';
                    buffer[0] = b'\n';
                }
                return Ok(usize::from(is_open));
            }
            let kept = self.with_line_feeds(&mut buffer[..length]);
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

impl Limited {
    /// How many bytes are left.
    fn with_line_feeds(&mut self, text: &mut [u8]) -> usize {
        if self.last != b'\r' && !text.contains(&b'\r') {
            self.last = text[text.len() - 1];
            return text.len();
        }
        let mut kept = 0;
        for place in 0..text.len() {
            let byte = text[place];
            if !(byte == b'\n' && self.last == b'\r') {
                text[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
            self.last = byte;
        }
        kept
    }
}
