//! One record of an input, and what is wrong with it. A problem never holds a value.

use std::fmt;

use d1_client::{
    ConsumerId, Invalid,
    issuer::check_record,
    types::{ConsumerInformation, DeletionRequest},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// What a record says besides its consumer id.
pub(super) trait Body: DeserializeOwned + Clone + Send + Sync + 'static {
    fn from_json(json: &[u8]) -> Result<Self, Invalid>;
}

impl Body for ConsumerInformation {
    fn from_json(json: &[u8]) -> Result<Self, Invalid> {
        Self::from_json(json)
    }
}

impl Body for DeletionRequest {
    fn from_json(json: &[u8]) -> Result<Self, Invalid> {
        Self::from_json(json)
    }
}

/// A record as it was read, not validated yet; its buffers are used again.
#[derive(Default)]
pub(super) struct Row {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    pub(super) id: String,
    /// The other members, as a JSON object.
    pub(super) json: Vec<u8>,
}

/// A record that can be sent.
pub(super) struct Record<B> {
    pub(super) line: u64,
    pub(super) id: ConsumerId,
    pub(super) body: B,
}

/// A rule that a record, or the whole input, breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    /// From 1.
    pub(super) line: u64,
    /// From 1: of a CSV row its field, of a line of JSON its character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) column: Option<u64>,
    /// The JSON path, as in `personalInformation.residencyAddress.line1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    /// In one word.
    pub(super) rule: &'static str,
    pub(super) message: String,
    /// `outbound` if D1 refuses the value only where it asks the issuer for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<&'static str>,
}

impl Problem {
    pub(super) fn new(line: u64, rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            line,
            column: None,
            field: None,
            rule,
            message: message.into(),
            model: None,
        }
    }

    /// A header, or blank lines, and nothing else.
    pub(super) fn no_records() -> Self {
        Self::new(1, "empty", "the input has no records")
    }

    pub(super) fn at(mut self, column: impl Into<Option<u64>>) -> Self {
        self.column = column.into();
        self
    }

    pub(super) fn of(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

/// `line 3, column 2: personalInformation.firstName must be 1 to 40 characters long`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        f.write_str(": ")?;
        if let Some(field) = &self.field {
            write!(f, "{field} ")?;
        }
        f.write_str(&self.message)?;
        match self.model {
            Some(model) => write!(f, " ({model})"),
            None => Ok(()),
        }
    }
}

impl Row {
    pub(super) fn clear(&mut self, line: u64) {
        self.line = line;
        self.id.clear();
        self.json.clear();
    }

    /// The record, or every field that breaks a rule. The columns are for the reader to add. Without a body that was read
    /// already, it is read from the JSON.
    pub(super) fn record<B: Body>(&self, body: Option<B>, outbound: bool) -> Result<Record<B>, Vec<Problem>> {
        let id = if self.id.is_empty() {
            Err(Invalid::missing("consumerId"))
        } else {
            ConsumerId::new(&self.id)
        };
        let body = body.map_or_else(|| B::from_json(&self.json), Ok);
        let outbound = if outbound { self.outbound() } else { Vec::new() };
        match (id, body) {
            (Ok(id), Ok(body)) if outbound.is_empty() => Ok(Record {
                line: self.line,
                id,
                body,
            }),
            (id, body) => {
                let mut problems = self.problems(id.err());
                problems.extend(self.problems(body.err()));
                problems.extend(outbound);
                Err(problems)
            }
        }
    }

    fn problems(&self, invalid: Option<Invalid>) -> Vec<Problem> {
        let refusals = invalid.iter().flat_map(Invalid::fields);
        refusals
            .map(|refusal| {
                let problem = Problem::new(self.line, refusal.kind().as_str(), refusal.rule());
                match refusal.path() {
                    "" => problem,
                    path => problem.of(path),
                }
            })
            .collect()
    }

    /// What D1 would refuse of the person if it asked the issuer.
    fn outbound(&self) -> Vec<Problem> {
        let body: Value = serde_json::from_slice(&self.json).unwrap_or_default();
        let Some(person) = body.get("personalInformation") else {
            return Vec::new();
        };
        let mut problems = self.problems(check_record(person).outbound.err());
        for problem in &mut problems {
            let field = problem.field.take();
            problem.field = Some(match field {
                Some(field) => format!("personalInformation.{field}"),
                None => "personalInformation".to_owned(),
            });
            problem.model = Some("outbound");
        }
        problems
    }
}
