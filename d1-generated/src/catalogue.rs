//! The vendor's error catalogue: what each operation is documented to answer when it refuses or fails.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use crate::{Invalid, Operation};

/// One row of an operation's error tables (`x-d1-errors` in `openapi.json`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentedError {
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// The `errorCode` of the body; `None` for the row of an answer without details.
    pub code: Option<&'static str>,
    /// Whether the vendor says that the same call may be tried again.
    pub retryable: bool,
    /// The vendor's comment on the row.
    pub comment: &'static str,
}

impl DocumentedError {
    pub(crate) const fn new(
        status: u16,
        code: Option<&'static str>,
        retryable: bool,
        comment: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            retryable,
            comment,
        }
    }
}

impl Operation {
    /// The row for a status and the code of the body, if the vendor documents that pair for this operation.
    ///
    /// ```
    /// use d1_generated::Operation;
    ///
    /// let row = Operation::ListCards.documented(404, Some("UNKNOWN_CONSUMER"));
    /// assert!(row.is_some_and(|row| !row.retryable));
    /// assert!(Operation::ListCards.documented(418, None).is_none());
    /// ```
    pub fn documented(self, status: u16, code: Option<&str>) -> Option<&'static DocumentedError> {
        self.errors()
            .iter()
            .find(|row| row.status == status && row.code == code)
    }
}

/// Its [`id`](Operation::id).
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Operation {
    type Err = Invalid;
    fn from_str(id: &str) -> Result<Self, Invalid> {
        let known = Self::ALL.iter().find(|operation| operation.id() == id);
        known
            .copied()
            .ok_or(const { Invalid::new("must be the id of an operation") })
    }
}

/// Its [`id`](Operation::id).
impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
