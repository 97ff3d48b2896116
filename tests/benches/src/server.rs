use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// The access token of every client: as long as a JWT that D1 issues may be.
pub(crate) const TOKEN: &str = concat!(
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImQxLWJlbmNoIiwidHlwIjoiSldUIn0.",
    "eyJpc3MiOiJkMSIsInN1YiI6ImlzX2V4YW1wbGUiLCJleHAiOjQxMDI0NDQ4MDAsInNjb3BlIjoiYmFua2luZyJ9.",
    "bm90LWEtc2lnbmF0dXJlLW5vdC1hLXNpZ25hdHVyZS1ub3QtYS1zaWduYXR1cmUtbm90LWEtc2lnbmF0dXJlLQ",
);

/// A D1 in a process of its own; it ends with this.
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts the executable `d1-bench-server`, which answers at once.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(executable: &str) -> Self {
        Self::start_as(executable, "at-once")
    }

    /// The same, with the answers of this name.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start_as(executable: &str, answers: &str) -> Self {
        let mut process = Command::new(executable)
            .arg(answers)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut address = String::new();
        let output = process.stdout.as_mut().expect("it is piped");
        BufReader::new(output)
            .read_line(&mut address)
            .expect("the server says its address");
        Self {
            process,
            address: address.trim_end().to_owned(),
        }
    }

    /// Its address: `127.0.0.1:` and a port.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
