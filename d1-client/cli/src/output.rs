//! Results on standard output, for people or as JSON; failures on standard error.

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;

use crate::failure::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; may change.
    Human,
    /// One JSON value; its members stay.
    Json,
}

pub(crate) struct Output {
    format: Format,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// A result: `human` as text, or `value` as JSON.
    pub(crate) fn result(&self, value: &impl Serialize, human: impl FnOnce() -> String) {
        if self.is_json() {
            let value = serde_json::to_string(value).unwrap_or_default();
            anstream::println!("{value}");
        } else {
            anstream::println!("{}", human());
        }
    }

    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        anstream::eprintln!("{red}error:{red:#} {}", failure.message);
        if let Some(hint) = &failure.hint {
            anstream::eprintln!("hint: {hint}");
        }
        ExitCode::from(failure.exit as u8)
    }
}
