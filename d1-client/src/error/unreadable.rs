use std::{error::Error as StdError, fmt};

/// A success that could not be read: what was wrong, and where; no part of the answer itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreadableAnswer {
    /// Longer than the 4 MiB that are read at most.
    TooLong,
    /// Not JSON. Line and column are where it stops being JSON, counted from 1.
    Syntax {
        /// The line.
        line: usize,
        /// The column, in bytes.
        column: usize,
    },
    /// JSON that ends too early.
    Truncated,
    /// JSON of another shape than documented.
    Shape {
        /// The line.
        line: usize,
        /// The column, in bytes.
        column: usize,
    },
}

impl UnreadableAnswer {
    pub(crate) fn of(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Eof => Self::Truncated,
            serde_json::error::Category::Data => Self::Shape { line, column },
            serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                Self::Syntax { line, column }
            }
        }
    }
}

impl fmt::Display for UnreadableAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("longer than 4 MiB"),
            Self::Syntax { line, column } => write!(f, "not JSON at line {line} column {column}"),
            Self::Truncated => f.write_str("JSON that ends too early"),
            Self::Shape { line, column } => {
                write!(f, "JSON of an undocumented shape at line {line} column {column}")
            }
        }
    }
}

impl StdError for UnreadableAnswer {}
