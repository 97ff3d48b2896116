//! `d1` as a process that serves until it is ended.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::{
    io::{self, BufRead, BufReader},
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
};

use serde_json::Value;

/// The binary, with nothing of the environment that says `D1_`.
pub(crate) fn d1() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_d1"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("D1_") {
            command.env_remove(name);
        }
    }
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    d1().args(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A command that serves, and what it said when it was ready.
pub(crate) struct Serving {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub(crate) said: Value,
}

impl Serving {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(d1().args(["--output", "json"]).args(arguments))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self {
            child,
            _stdout: stdout,
            said: serde_json::from_str(&line).unwrap_or_else(|_| panic!("it has not started: {line}")),
        }
    }

    /// The variables that `d1 sandbox` told of, and the URL of its control API as `D1_CONTROL_URL`.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let variables = self.said["variables"].as_object().unwrap().iter();
        let mut variables: Vec<_> = variables
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect();
        variables.push(("D1_CONTROL_URL".to_owned(), self.control_url().to_owned()));
        variables
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        self.said["variables"][name].as_str().unwrap()
    }

    pub(crate) fn control_url(&self) -> &str {
        self.said["controlUrl"].as_str().unwrap()
    }

    /// Ends it as a service manager does; whether it ended well.
    pub(crate) fn end(mut self) -> bool {
        self.terminate().unwrap().success()
    }

    fn terminate(&mut self) -> io::Result<ExitStatus> {
        if let Some(ended) = self.child.try_wait()? {
            return Ok(ended);
        }
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // So that it removes its files.
        let _ = self.terminate();
    }
}
