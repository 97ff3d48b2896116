//! A line on standard error that shows how far a bulk is, if that is a terminal.

use std::{env, fmt};

use d1_client::{Environment, bulk::Summary};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Operation;
use crate::output;

/// A file below this many bytes is read before a line could be.
const SHORT: u64 = 1024 * 1024;

pub(super) struct Progress(ProgressBar);

impl Progress {
    /// `items` are to be sent; of standard input nobody knows how many.
    pub(super) fn sending(operation: Operation, environment: &Environment, items: Option<u64>) -> Self {
        let template = match items {
            Some(_) => "{prefix} [{wide_bar}] {pos}/{len} {rate}, ETA {eta}, {msg}",
            None => "{prefix} {pos} {rate}, {msg}",
        };
        Self::new(items, template, format!("{} {environment}", operation.as_str()))
    }

    /// A file of so many bytes is read and validated.
    pub(super) fn checking(bytes: u64) -> Self {
        let template = "{prefix} [{wide_bar}] {bytes}/{total_bytes} {bytes_per_sec}, ETA {eta}";
        let progress = Self::new(Some(bytes), template, "check".to_owned());
        if bytes < SHORT {
            progress.0.set_draw_target(ProgressDrawTarget::hidden());
        }
        progress
    }

    fn new(length: Option<u64>, template: &str, prefix: String) -> Self {
        // A dumb terminal cannot write over a line.
        let target = match env::var_os("TERM").is_some_and(|term| term == "dumb") {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let style = ProgressStyle::with_template(template);
        let style = style
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
                // What cannot be written is not shown.
                let _ = write!(out, "{:.0}/s", state.per_sec());
            })
            .progress_chars("=> ");
        let bar = ProgressBar::with_draw_target(length, target);
        Self(bar.with_style(style).with_prefix(prefix))
    }

    pub(super) fn show(&self, summary: &Summary) {
        let retries = summary.attempts().saturating_sub(summary.reported());
        self.0
            .set_message(format!("{} in flight, {retries} retries", summary.in_flight()));
        self.0.set_position(summary.reported());
    }

    /// What counts the bytes as they are read.
    pub(super) fn counter(&self) -> ProgressBar {
        self.0.clone()
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
