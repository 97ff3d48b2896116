//! What a bulk came to, in words and as JSON.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use d1_client::bulk::Summary;
use serde::Serialize;
use serde_json::json;

use super::{
    Operation,
    check::Checked,
    journal,
    recorder::{LISTED, Listed, Tally},
    row::Problem,
    send::Ending,
};
use crate::{
    failure::{Exit, Failure},
    output::{self, Output},
    table::place,
};

/// How many problems people are shown; JSON has more.
const SHOWN: usize = 20;

/// The result of a check: well, or a failure with every problem.
pub(super) fn checked(checked: &Checked, output: &Output) -> Result<(), Failure> {
    if checked.found == 0 {
        output.result(checked, || format!("{} records, no problems", checked.records));
        return Ok(());
    }
    if output.is_json() {
        output.result(checked, String::new);
    }
    let failure = match checked.problems.as_slice() {
        [only] if checked.found == 1 => Failure::usage(only),
        problems => {
            for problem in problems.iter().take(SHOWN) {
                output::note(&problem.to_string());
            }
            if let Some(more) = checked.found.checked_sub(SHOWN as u64).filter(|more| *more > 0) {
                output::note(&format!("… and {more} more"));
            }
            Failure::usage(format!(
                "{} problems in {} of {} records",
                checked.found, checked.refused, checked.records
            ))
        }
    };
    Err(failure.hint("nothing was sent: correct the file, and run it again"))
}

/// What there is to tell after sending.
pub(super) struct Report {
    pub(super) operation: Operation,
    pub(super) environment: &'static str,
    /// In the shard.
    pub(super) records: u64,
    /// Whether that is all there are: of standard input nobody knows.
    pub(super) is_all: bool,
    pub(super) done_before: u64,
    pub(super) unknown_before: u64,
    /// What ended the reading early.
    pub(super) problems: Vec<Problem>,
    pub(super) summary: Summary,
    pub(super) tally: Tally,
    pub(super) ending: Ending,
    pub(super) journal: PathBuf,
}

#[derive(Serialize)]
struct Numbers<'a> {
    operation: Operation,
    environment: &'static str,
    records: u64,
    /// In earlier runs.
    done_before: u64,
    done: u64,
    refused: u64,
    /// Also of earlier runs.
    unknown: u64,
    not_sent: u64,
    refusals: Vec<serde_json::Value>,
    refused_records: &'a [Listed],
    unknown_records: &'a [Listed],
    requests: u64,
    seconds: f64,
    records_a_second: f64,
    interrupted: bool,
    journal: &'a Path,
}

/// Tells the result; a failure unless everything is done.
pub(super) fn sent(report: &Report, output: &Output) -> Result<(), Failure> {
    let numbers = report.numbers();
    if let Some(problem) = report.not_begun() {
        if output.is_json() {
            output.result(&numbers, String::new);
        }
        let hint = "nothing was sent: correct the input, and run it again";
        return Err(Failure::usage(problem).hint(hint));
    }
    output.result(&numbers, || numbers.human());
    let left = numbers.records - numbers.done - numbers.done_before;
    let Some(failure) = report.failure(&numbers, left) else {
        return Ok(());
    };
    Err(match report.ending {
        Ending::Interrupted => failure.hint("run the same command again: it goes on where this run ended"),
        _ if failure.hint.is_some() => failure,
        _ if numbers.unknown > 0 && report.operation != Operation::Register => failure.hint(format!(
            "ask D1 about what is unknown: d1 bulk reconcile {}",
            report.journal.display()
        )),
        _ => failure.hint("run the same command again: it sends only what is not done"),
    })
}

impl Report {
    /// Why not one record could be read: the input is not what it should be.
    fn not_begun(&self) -> Option<&Problem> {
        let problem = self.problems.first()?;
        let is_structure = self.records == 0 && problem.field.is_none() && problem.line == 1;
        (is_structure && self.tally.failed.is_none()).then_some(problem)
    }

    fn numbers(&self) -> Numbers<'_> {
        let (tally, summary) = (&self.tally, &self.summary);
        let unknown = tally.unknown + self.unknown_before;
        let told = self.done_before + tally.done + tally.refused + unknown;
        let refusals = summary.refusals().map(|(refusal, records)| {
            // Only a documented code: any other is a stranger's text.
            let code = refusal.code.as_ref().map(|code| code.as_str());
            let code = code.filter(|code| d1_client::ErrorCode::KNOWN.contains(code));
            json!({ "status": refusal.status, "code": code, "records": records })
        });
        Numbers {
            operation: self.operation,
            environment: self.environment,
            // The reading may have been ended before it came to what was done before.
            records: self.records.max(told),
            done_before: self.done_before,
            done: tally.done,
            refused: tally.refused,
            unknown,
            not_sent: self.records.saturating_sub(told),
            refusals: refusals.collect(),
            refused_records: &tally.listed_refused,
            unknown_records: &tally.listed_unknown,
            requests: summary.attempts(),
            seconds: summary.elapsed().as_secs_f64(),
            records_a_second: summary.throughput(),
            interrupted: matches!(self.ending, Ending::Interrupted),
            journal: &self.journal,
        }
    }

    fn failure(&self, numbers: &Numbers<'_>, left: u64) -> Option<Failure> {
        let exit = if matches!(self.ending, Ending::Interrupted) || numbers.done + numbers.done_before > 0 {
            Exit::Partly
        } else if numbers.unknown > 0 {
            Exit::Unknown
        } else if numbers.refused > 0 {
            Exit::Refused
        } else {
            Exit::NotSent
        };
        if let Some(kind) = self.tally.failed {
            return Some(Failure {
                exit,
                ..journal::failure(&self.journal, kind)
            });
        }
        if let Some(problem) = self.problems.first() {
            return Some(Failure::new(Exit::Partly, problem).hint(
                "correct the input, and run it again with the same journal: what is done is not sent again",
            ));
        }
        let is_interrupted = matches!(self.ending, Ending::Interrupted);
        if left == 0 && (self.is_all || !is_interrupted) {
            return None;
        }
        let not_done = format!("{left} of {} records are not done", numbers.records);
        Some(match &self.ending {
            Ending::Hopeless(error) => Failure::new(exit, format!("{not_done}: {error}")),
            Ending::Interrupted if left == 0 => {
                Failure::new(exit, "interrupted: standard input was not read to its end")
            }
            Ending::Interrupted => Failure::new(exit, format!("interrupted: {not_done}")),
            _ => Failure::new(exit, not_done),
        })
    }
}

impl Numbers<'_> {
    fn human(&self) -> String {
        let mut text = format!(
            "{} {}: {} records: {} done, {} done before, {} refused, {} unknown, {} not sent\n\
             {} requests in {:.1} s, {:.0} records/s\n",
            self.operation.as_str(),
            self.environment,
            self.records,
            self.done,
            self.done_before,
            self.refused,
            self.unknown,
            self.not_sent,
            self.requests,
            self.seconds,
            self.records_a_second,
        );
        list(&mut text, "refused", self.refused_records, self.refused);
        list(&mut text, "unknown", self.unknown_records, self.unknown);
        let _ = write!(text, "journal: {}", place(self.journal));
        text
    }
}

fn list(text: &mut String, what: &str, records: &[Listed], count: u64) {
    for record in records {
        let _ = write!(text, "{what}: line {}, {}", record.line, record.consumer);
        if let Some(status) = record.status {
            let _ = write!(text, ", {status}");
        }
        for detail in [record.code.as_deref(), record.reason].into_iter().flatten() {
            let _ = write!(text, ", {detail}");
        }
        text.push('\n');
    }
    if count > records.len() as u64 && (records.len() == LISTED || what == "unknown") {
        let _ = writeln!(
            text,
            "{what}: {} more, see the journal",
            count - records.len() as u64
        );
    }
}
