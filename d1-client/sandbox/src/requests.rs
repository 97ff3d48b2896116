//! What the sandbox was asked, for tests to look at.

use std::collections::VecDeque;
use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use crate::endpoint::Endpoint;

/// How many requests are kept; the oldest go first.
const KEPT: usize = 10_000;

/// A request that reached the sandbox.
///
/// Its `Debug` shows what was called and how it was answered: no path, header or body, which hold ids, tokens and
/// personal data. The fields themselves are as they were sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Its place among all requests since the start, from 1.
    pub number: u64,
    /// When its answer was decided, by the sandbox's clock.
    pub time: SystemTime,
    /// What was called, if it was anything of D1.
    pub endpoint: Option<Endpoint>,
    /// The method.
    pub method: Method,
    /// Path and query, as they were sent.
    pub path: String,
    /// All headers, `authorization` included.
    pub headers: HeaderMap,
    /// The body; empty where the connection was reset before it was read.
    pub body: Bytes,
    /// The status that it was answered with; `None` where the connection was reset instead.
    pub status: Option<StatusCode>,
    /// What became of it.
    pub verdict: Verdict,
    /// Why it was refused, or which fault occurred; empty where it was answered.
    pub reasons: Vec<Reason>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// It was carried out.
    Answered,
    /// It broke a rule, and had no effect.
    Refused,
    /// A fault occurred. Its reasons also say what was wrong with the request itself, if it was looked at.
    Fault,
}

/// Why a request was refused: a field and its rule. It holds no value of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// The field, parameter or header, as in `personalInformation.lastName`; `None` where no one field is wrong.
    pub field: Option<String>,
    /// The rule that it breaks, in words.
    pub rule: String,
}

impl Reason {
    pub(crate) fn of(field: &str, rule: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            rule: rule.into(),
        }
    }

    pub(crate) fn general(rule: impl Into<String>) -> Self {
        Self {
            field: None,
            rule: rule.into(),
        }
    }
}

/// `personalInformation.lastName: is required`
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.rule)
    }
}

impl RecordedRequest {
    /// A header as text, by its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON; `None` if it is none.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("endpoint", &self.endpoint)
            .field("method", &self.method)
            .field("status", &self.status)
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}

/// The last requests, oldest first.
#[derive(Default)]
pub(crate) struct Log {
    kept: VecDeque<RecordedRequest>,
    added: u64,
}

impl Log {
    /// Keeps a request, and numbers it.
    pub(crate) fn add(&mut self, mut request: RecordedRequest) {
        self.added += 1;
        request.number = self.added;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(request);
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.kept.iter().cloned().collect()
    }

    /// Those with a greater number than `after`, oldest first.
    #[cfg(feature = "control")]
    pub(crate) fn after(&self, after: u64) -> impl DoubleEndedIterator<Item = &RecordedRequest> {
        self.kept.iter().filter(move |kept| kept.number > after)
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }
}
