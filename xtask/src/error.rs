/// Something that cannot be used or done: which file, where in it, and why. One line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.line())]
pub struct Error {
    /// The file, relative to the workspace, the URL or the program; empty where there is none.
    pub file: String,
    /// The place in it: a line, a JSON pointer, an entry; empty when the file as a whole is meant.
    pub place: String,
    /// What is wrong and, where that is known, what to do.
    pub what: String,
}

impl Error {
    /// An error about `place` in `file`.
    pub fn new(file: impl Into<String>, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            place: place.into(),
            what: what.into(),
        }
    }

    fn line(&self) -> String {
        let parts = [&self.file, &self.place, &self.what];
        let filled: Vec<&str> = parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect();
        filled.join(": ").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
