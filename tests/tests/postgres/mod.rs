//! A PostgreSQL of the test's own: a new cluster in a temporary folder, reached through a Unix socket.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// Nobody's user and group id in Debian: a server refuses to run as root.
const NOBODY: u32 = 65_534;

/// A running server. Ends when it is dropped.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: TempDir,
}

impl Cluster {
    /// `D1_POSTGRES_BIN` names the folder with `initdb` and `pg_ctl`; `None` without it.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = env::var_os("D1_POSTGRES_BIN").map(PathBuf::from) else {
            eprintln!("skipped: D1_POSTGRES_BIN is not set");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        if is_root(folder.path()) {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let cluster = Self { programs, folder };
        let new = [
            "--username=d1",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ];
        assert!(cluster.run("initdb", &new), "initdb failed");
        let (folder, log) = (cluster.folder.path().display(), cluster.folder.path().join("log"));
        let options = format!("-k {folder} -c listen_addresses= -c fsync=off");
        let start = ["start", "-w", "-l", log.to_str().unwrap(), "-o", &options];
        assert!(cluster.run("pg_ctl", &start), "the server did not start");
        Some(cluster)
    }

    /// Where it listens, for [`connect`].
    pub(crate) fn address(&self) -> String {
        format!("host={} user=d1 dbname=postgres", self.folder.path().display())
    }

    /// Whether it succeeded.
    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let folder = self.folder.path();
        let mut command = Command::new(self.programs.join(program));
        // Not its output: the server would keep the pipe open.
        command
            .args(arguments)
            .arg("-D")
            .arg(folder.join("data"))
            .current_dir(folder)
            .stdout(Stdio::null());
        // The folder's owner runs the server.
        let owner = fs::metadata(folder).unwrap().uid();
        if owner == NOBODY {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", &["stop", "-m", "immediate"]);
    }
}

/// Whether this process runs as root: it has just made the folder.
fn is_root(folder: &Path) -> bool {
    fs::metadata(folder).unwrap().uid() == 0
}

pub(crate) async fn connect(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
