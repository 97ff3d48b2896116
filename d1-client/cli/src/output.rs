//! Results on standard output, for people or as JSON; failures on standard error.

use std::{
    cell::Cell,
    io::{self, Write as _},
    process::ExitCode,
};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;

use crate::{
    failure::{Exit, Failure},
    table::printable,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; may change.
    Human,
    /// One JSON value; its members stay.
    Json,
}

/// A line on standard error, if that takes it.
pub(crate) fn note(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

pub(crate) struct Output {
    format: Format,
    /// Why standard output took no more.
    broken: Cell<Option<io::ErrorKind>>,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            broken: Cell::new(None),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// A result: `human` as text, or `value` as JSON.
    pub(crate) fn result(&self, value: &impl Serialize, human: impl FnOnce() -> String) {
        if self.is_json() {
            self.line(&serde_json::to_string(value).unwrap_or_default());
        } else {
            self.line(&human());
        }
    }

    /// Text as it is, whatever the format.
    pub(crate) fn text(&self, text: &str) {
        let mut stdout = anstream::stdout().lock();
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        if let Err(error) = written {
            self.broken.set(Some(error.kind()));
        }
    }

    fn line(&self, text: &str) {
        self.text(&format!("{text}\n"));
    }

    /// What was written so far has come out, so that somebody may know what it says.
    ///
    /// # Errors
    /// If it is lost. A reader that closes the pipe may have read it.
    pub(crate) fn told(&self) -> Result<(), Failure> {
        let lost = self.broken.get().filter(|why| *why != io::ErrorKind::BrokenPipe);
        lost.map_or(Ok(()), |why| {
            let message = format!("standard output cannot be written: {why}");
            Err(Failure::new(Exit::Partly, message))
        })
    }

    /// The end of a command. A reader that has enough and closes the pipe is no failure; a full disk is one.
    pub(crate) fn end(&self, result: Result<(), Failure>) -> ExitCode {
        let lost = self.told().map_err(|lost| Failure {
            message: format!("done, but {}", lost.message),
            ..lost
        });
        match result.and(lost) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => self.failure(&failure),
        }
    }

    fn failure(&self, failure: &Failure) -> ExitCode {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        let mut stderr = anstream::stderr().lock();
        // Where standard error is closed, the exit code is all that is left.
        let _ = writeln!(stderr, "{red}error:{red:#} {}", printable(&failure.message));
        if let Some(hint) = &failure.hint {
            let _ = writeln!(stderr, "hint: {}", printable(hint));
        }
        ExitCode::from(failure.exit as u8)
    }
}
