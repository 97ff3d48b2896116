/// A success that could not be read: what was wrong, and where; no part of the answer itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableAnswer {
    /// Longer than the 4 MiB that are read at most.
    #[error("longer than 4 MiB")]
    TooLong,
    /// Not JSON. Line and column are where it stops being JSON, counted from 1.
    #[error("not JSON at line {line} column {column}")]
    Syntax {
        /// The line.
        line: usize,
        /// The column, in bytes.
        column: usize,
    },
    /// JSON that ends too early.
    #[error("JSON that ends too early")]
    Truncated,
    /// JSON of another shape than documented.
    #[error("JSON of an undocumented shape at line {line} column {column}")]
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
