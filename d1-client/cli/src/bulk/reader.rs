//! The records of an input, one at a time.

use super::{
    ndjson::Lines,
    row::{Body, Problem, Record, Row},
    source::{FileDigest, Format, Input},
    table::Table,
};
use crate::failure::Failure;

pub(super) struct Records {
    rows: Rows,
    row: Row,
    digest: FileDigest,
    outbound: bool,
}

/// A record, or everything that is wrong with it.
type Validated<B> = Result<Record<B>, Vec<Problem>>;

enum Rows {
    Csv(Box<Table>),
    Ndjson(Lines),
}

impl Records {
    /// # Errors
    /// The outer one if the input cannot be opened, the inner one if it has no records of these formats.
    pub(super) fn open<B: Body>(input: &Input, outbound: bool) -> Result<Result<Self, Problem>, Failure> {
        let source = input.open()?;
        let digest = source.digest();
        let rows = source.text().and_then(|text| match input.format {
            Format::Csv => Table::new::<B>(text).map(|table| Rows::Csv(Box::new(table))),
            Format::Ndjson => Ok(Rows::Ndjson(Lines::new(text))),
        });
        Ok(rows.map(|rows| Self {
            rows,
            row: Row::default(),
            digest,
            outbound,
        }))
    }

    pub(super) fn digest(&self) -> Option<String> {
        self.digest.text()
    }

    /// The next record, or everything that is wrong with it; `None` at the end.
    ///
    /// # Errors
    /// Where nothing more can be read.
    pub(super) fn next<B: Body>(&mut self) -> Result<Option<Validated<B>>, Problem> {
        let read = match &mut self.rows {
            Rows::Csv(table) => table.next(&mut self.row)?,
            Rows::Ndjson(lines) => lines.next(&mut self.row)?,
        };
        let Some(read) = read else { return Ok(None) };
        if let Err(problem) = read {
            return Ok(Some(Err(vec![problem])));
        }
        let mut body = None;
        if let Rows::Csv(table) = &self.rows {
            body = table.body();
            if body.is_none() || self.outbound {
                table.json(&mut self.row.json);
            }
        }
        let record = self.row.record(body, self.outbound);
        Ok(Some(record.map_err(|problems| self.placed(problems))))
    }

    /// Leaves the next record out, unless nothing more can be read; whether there was one.
    ///
    /// # Errors
    /// As of [`next`](Self::next).
    pub(super) fn pass_over(&mut self) -> Result<bool, Problem> {
        let read = match &mut self.rows {
            Rows::Csv(table) => table.next(&mut self.row)?,
            Rows::Ndjson(lines) => lines.next(&mut self.row)?,
        };
        Ok(read.is_some())
    }

    /// The problems of the row just read, with their columns.
    fn placed(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        if let Rows::Csv(table) = &self.rows
            && let Some(problem) = table.not_utf_8(self.row.line)
        {
            return vec![problem];
        }
        for problem in &mut problems {
            problem.column = self.column(problem.field.as_deref().unwrap_or_default());
        }
        problems
    }

    /// The id of the record just read came before, in this line if it is known.
    pub(super) fn repeated(&self, line: u64, first: Option<u64>) -> Problem {
        const ID: &str = "consumerId";
        let message = match first {
            Some(first) => format!("comes again, it is in line {first}"),
            None => "comes again".to_owned(),
        };
        Problem::new(line, "unique", message).of(ID).at(self.column(ID))
    }

    fn column(&self, field: &str) -> Option<u64> {
        match &self.rows {
            Rows::Csv(table) => table.column(field),
            Rows::Ndjson(lines) => lines.column(field),
        }
    }
}
