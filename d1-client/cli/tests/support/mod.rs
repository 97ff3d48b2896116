//! What the tests share: `d1` as a process of its own, which knows nothing of this process's environment.
#![allow(dead_code, reason = "each test uses some of it")]

use std::{fs, path::PathBuf};

use assert_cmd::Command;
use d1_client::sandbox::Sandbox;
use tempfile::TempDir;

/// A folder of its own, in which `d1` runs.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// `d1` with these arguments, in here.
    pub(crate) fn d1(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("d1"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.0.path().join("home"))
            .current_dir(self.0.path());
        command
    }

    /// The same, against this sandbox by variables of the environment.
    pub(crate) fn d1_on(&self, sandbox: &Sandbox, arguments: &[&str]) -> Command {
        let mut command = self.d1(arguments);
        command.envs(self.variables(sandbox));
        command
    }

    /// The variables of a sandbox, whose key is put into this folder.
    pub(crate) fn variables(&self, sandbox: &Sandbox) -> Vec<(&'static str, String)> {
        let key = self.write("signing-key.pem", sandbox.signing_key_pem());
        vec![
            ("D1_BANKING_URL", sandbox.banking_url().to_owned()),
            ("D1_AUTH_URL", sandbox.auth_url().to_owned()),
            ("D1_ISSUER_ID", sandbox.issuer_id().to_owned()),
            ("D1_KEY_ID", sandbox.key_id().to_owned()),
            ("D1_SIGNING_KEY_FILE", key.display().to_string()),
        ]
    }
}

/// What a process said, and how it ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{} {}", self.stdout, self.stderr))
    }
}

/// Runs it to its end.
pub(crate) fn run(mut command: Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
