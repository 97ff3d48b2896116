//! The vendor's error catalogue: what each operation is documented to answer when it refuses or fails.

use crate::Operation;

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
    pub fn documented(self, status: u16, code: Option<&str>) -> Option<&'static DocumentedError> {
        self.errors()
            .iter()
            .find(|row| row.status == status && row.code == code)
    }
}
