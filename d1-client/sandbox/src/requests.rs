//! What the sandbox was asked, for tests to look at.

use std::collections::VecDeque;
use std::fmt;

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
            .finish_non_exhaustive()
    }
}

/// The last requests, oldest first.
#[derive(Default)]
pub(crate) struct Log {
    kept: VecDeque<RecordedRequest>,
}

impl Log {
    pub(crate) fn add(&mut self, request: RecordedRequest) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(request);
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.kept.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }
}
