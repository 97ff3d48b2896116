//! Why there is no client.

/// Why no client could be generated. Each is one line and names the place in the document or in the generated tree.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document is not what the `openapiv3` crate calls OpenAPI 3.0.
    #[error("the document is not OpenAPI 3.0: {0}")]
    NotOpenApi(#[from] serde_json::Error),
    /// progenitor refused the document.
    #[error("progenitor: {0}")]
    Progenitor(#[from] progenitor::Error),
    /// progenitor wrote something that is not Rust, or not what a pass expects.
    #[error("the generated code: {0}")]
    Syntax(#[from] syn::Error),
    /// A pattern of something we send is outside what is checked at run time.
    #[error("{place}: the pattern `{pattern}` cannot be checked: {why}")]
    Pattern {
        /// A JSON pointer into the document.
        place: String,
        /// The vendor's pattern.
        pattern: String,
        /// What about it is not supported.
        why: String,
    },
    /// The document says what the generated client cannot keep.
    #[error("{place}: {what}")]
    Unsupported {
        /// A JSON pointer into the document.
        place: String,
        /// What is not supported, and what to do.
        what: String,
    },
    /// The document lacks something that the passes rely on.
    #[error("{0}")]
    Document(String),
}

/// The error about what stands at `place` of the document.
pub(crate) fn refuse(place: &str, what: impl Into<String>) -> Error {
    Error::Unsupported {
        place: place.to_owned(),
        what: what.into(),
    }
}
