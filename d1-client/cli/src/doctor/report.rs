//! What was checked, and what to do about what does not work.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::json;

use crate::{
    failure::{Exit, Failure},
    output::Output,
    table::printable,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Warning,
    Failed,
}

/// One line.
#[derive(Serialize)]
pub(super) struct Check {
    check: &'static str,
    status: Status,
    detail: String,
    /// What to do, unless it is ok.
    remedy: Option<String>,
    /// What d1 ends with because of it.
    #[serde(skip)]
    exit: Exit,
}

/// All checks so far, in their order.
#[derive(Default)]
pub(super) struct Report(Vec<Check>);

impl Report {
    pub(super) fn ok(&mut self, check: &'static str, detail: impl Into<String>) {
        self.push(check, Status::Ok, detail.into(), None, Exit::Partly);
    }

    pub(super) fn warning(
        &mut self,
        check: &'static str,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let remedy = Some(remedy.into());
        self.push(check, Status::Warning, detail.into(), remedy, Exit::Partly);
    }

    pub(super) fn failed(
        &mut self,
        check: &'static str,
        exit: Exit,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let remedy = Some(remedy.into());
        self.push(check, Status::Failed, detail.into(), remedy, exit);
    }

    /// A failure of another command's, with its hint as the remedy.
    pub(super) fn failure(&mut self, check: &'static str, failure: Failure, remedy: &str) {
        let remedy = failure.hint.unwrap_or_else(|| remedy.to_owned());
        self.failed(check, failure.exit, failure.message, remedy);
    }

    fn push(
        &mut self,
        check: &'static str,
        status: Status,
        detail: String,
        remedy: Option<String>,
        exit: Exit,
    ) {
        self.0.push(Check {
            check,
            status,
            detail,
            remedy,
            exit,
        });
    }

    pub(super) fn has_failed(&self) -> bool {
        self.0.iter().any(|check| check.status == Status::Failed)
    }

    /// Writes all lines.
    ///
    /// # Errors
    /// With the exit code of the first check that failed; [`Exit::Partly`] if there are only warnings.
    pub(super) fn end(self, output: &Output) -> Result<(), Failure> {
        let ok = self.0.iter().all(|check| check.status == Status::Ok);
        output.result(&json!({ "ok": ok, "checks": self.0 }), || {
            self.0.iter().map(line).collect::<Vec<_>>().join("\n")
        });
        let worst = [Status::Failed, Status::Warning]
            .into_iter()
            .find_map(|status| self.0.iter().find(|check| check.status == status));
        let Some(worst) = worst else {
            return Ok(());
        };
        let count = self.0.iter().filter(|check| check.status == worst.status).count();
        let what = match (worst.status, count) {
            (Status::Failed, 1) => "a check failed".to_owned(),
            (Status::Failed, count) => format!("{count} checks failed"),
            (_, 1) => "there is a warning".to_owned(),
            (_, count) => format!("there are {count} warnings"),
        };
        let failure = Failure::new(worst.exit, format_args!("{what}: {}", worst.check));
        Err(match &worst.remedy {
            Some(remedy) => failure.hint(remedy),
            None => failure,
        })
    }
}

fn line(check: &Check) -> String {
    let (word, color) = match check.status {
        Status::Ok => ("ok", AnsiColor::Green),
        Status::Warning => ("warning", AnsiColor::Yellow),
        Status::Failed => ("failed", AnsiColor::Red),
    };
    let style = Style::new().fg_color(Some(color.into()));
    let remedy = match &check.remedy {
        Some(remedy) => format!(" -> {}", printable(remedy)),
        None => String::new(),
    };
    format!(
        "{style}{word:<7}{style:#}  {:<18}  {}{remedy}",
        check.check,
        printable(&check.detail)
    )
}
