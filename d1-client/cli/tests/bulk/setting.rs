//! A sandbox, a folder, and the command with the variables of that sandbox.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use d1_client::sandbox::{Endpoint, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Setting {
    pub(crate) sandbox: Sandbox,
    folder: TempDir,
}

impl Setting {
    pub(crate) async fn new() -> Self {
        let (sandbox, folder) = (Sandbox::start().await, tempfile::tempdir().unwrap());
        fs::write(folder.path().join("key.pem"), sandbox.signing_key_pem()).unwrap();
        Self { sandbox, folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// `d1 bulk …`, in the folder.
    pub(crate) fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = bare(self.folder.path());
        command
            .arg("bulk")
            .args(args)
            .env("D1_BANKING_URL", self.sandbox.banking_url())
            .env("D1_AUTH_URL", self.sandbox.auth_url())
            .env("D1_ISSUER_ID", self.sandbox.issuer_id())
            .env("D1_KEY_ID", self.sandbox.key_id())
            .env("D1_SIGNING_KEY_FILE", self.path("key.pem"));
        command
    }

    /// Runs `d1 bulk …`: the exit code, standard output as JSON, standard error.
    pub(crate) async fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.command(args.iter().copied().chain(["--output", "json"]));
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        Ran::of(&output)
    }

    /// How often each consumer came in a request of this kind.
    pub(crate) fn requests(&self, endpoint: Endpoint) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for request in self.sandbox.requests() {
            if request.endpoint == Some(endpoint) {
                let mut parts = request.path.split('/').skip_while(|part| *part != "consumers");
                *counts.entry(parts.nth(1).unwrap().to_owned()).or_default() += 1;
            }
        }
        counts
    }

    pub(crate) fn registered(&self) -> usize {
        self.sandbox.consumers().len()
    }

    /// The lines of a journal.
    pub(crate) fn journal(&self, name: &str) -> Vec<Value> {
        journal(&self.path(name))
    }
}

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) json: Value,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            json: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}

/// `d1` with no settings at all.
pub(crate) fn bare(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_d1"));
    command.current_dir(folder).env_clear();
    command
}

pub(crate) fn journal(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// NDJSON of so many people.
pub(crate) fn people(count: usize) -> String {
    let person = |number: usize| {
        format!(
            "{{\"consumerId\":\"c-{number}\",\"personalInformation\":{{\"firstName\":\"Ada\",\"lastName\":\"Lovelace\"}}}}\n"
        )
    };
    (0..count).map(person).collect()
}
