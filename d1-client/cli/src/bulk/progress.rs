//! A line on standard error that shows how far a bulk is, if that is a terminal.

use std::fmt;

use d1_client::{Environment, bulk::Summary};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::Operation;
use crate::output;

pub(super) struct Progress(ProgressBar);

impl Progress {
    /// `items` are to be sent; of standard input nobody knows how many.
    pub(super) fn new(operation: Operation, environment: &Environment, items: Option<u64>) -> Self {
        let (bar, template) = match items {
            Some(items) => (
                ProgressBar::new(items),
                "{prefix} [{bar:24}] {pos}/{len} {rate}, ETA {eta}, {msg}",
            ),
            None => (ProgressBar::no_length(), "{prefix} {pos} {rate}, {msg}"),
        };
        let style = ProgressStyle::with_template(template);
        let bar = bar.with_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
                    // What cannot be written is not shown.
                    let _ = write!(out, "{:.0}/s", state.per_sec());
                })
                .progress_chars("=> "),
        );
        bar.set_prefix(format!("{} {environment}", operation.as_str()));
        Self(bar)
    }

    pub(super) fn show(&self, summary: &Summary) {
        let retries = summary.attempts().saturating_sub(summary.reported());
        self.0
            .set_message(format!("{} in flight, {retries} retries", summary.in_flight()));
        self.0.set_position(summary.reported());
    }

    /// A line that stays.
    pub(super) fn note(&self, line: &str) {
        self.0.suspend(|| output::note(line));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
