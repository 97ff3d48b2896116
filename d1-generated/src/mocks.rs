//! What every typed mock's answer has beside the documented ones.

/// `respond` and `respond_json` for these answers.
macro_rules! respond {
    ($($answer:ident),*) => {$(
        impl $answer {
            /// Any status, with this text as its body.
            pub fn respond(self, status: u16, body: impl AsRef<[u8]>) -> Self {
                Self(self.0.status(status).body(body))
            }

            /// Any status, with this value as JSON.
            pub fn respond_json(self, status: u16, body: &serde_json::Value) -> Self {
                Self(self.0.status(status).json_body(body.clone()))
            }
        }
    )*};
}
pub(crate) use respond;
