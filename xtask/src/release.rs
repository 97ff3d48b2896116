//! `cargo xtask release`: one command that sets the version, closes the changelog's section, commits, tags and publishes the crates in
//! the order in which they depend on each other.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::workspace::{Published, metadata, published};
use crate::{Error, cargo, files};

const CHANGELOG: &str = "CHANGELOG.md";
const MANIFEST: &str = "Cargo.toml";

/// The section of what is not released yet.
const UNRELEASED: &str = "## Unreleased\n";

/// What is released.
#[derive(clap::Args)]
pub struct Options {
    /// The version; without it, the one in Cargo.toml.
    pub version: Option<String>,
    /// Write and publish nothing; print the plan, and what keeps it from being carried out.
    #[arg(long)]
    pub dry_run: bool,
}

/// Prints the plan, and carries it out unless it is only tried; `today` is the date of the release, `YYYY-MM-DD`. A dry run tells what keeps a release from being made; a release
/// ends there, before anything is written.
///
/// # Errors
/// What cannot be read, an obstacle to a real release, or a command that fails.
pub fn run(root: &Path, options: &Options, today: &str, out: &mut impl Write) -> Result<(), Error> {
    let crates = published(&metadata(root)?)?;
    let old = crates
        .first()
        .map(|first| first.version.clone())
        .unwrap_or_default();
    let version = options.version.clone().unwrap_or_else(|| old.clone());
    let changelog = files::read(root, CHANGELOG)?;
    let manifest = files::read(root, MANIFEST)?;
    let released = close(&changelog, &version, today)?;
    let mut say = |line: &str| files::say(out, line);
    say(&format!(
        "version   {old} -> {version}, in {} crates that are released together",
        crates.len()
    ))?;
    say(&format!("changelog {}", counted(&changelog)))?;
    let order: Vec<&str> = crates.iter().map(|package| package.name.as_str()).collect();
    say(&format!("publish   {}", order.join(", ")))?;
    say(&format!("commit    Release {version}; tag v{version}"))?;

    let obstacles = obstacles(root, &crates)?;
    for obstacle in &obstacles {
        say(&format!("obstacle  {obstacle}"))?;
    }
    if options.dry_run {
        return say("dry run: nothing was written");
    }
    if let Some(obstacle) = obstacles.first() {
        return Err(Error::new("release", "", obstacle.clone()));
    }
    files::write(root, CHANGELOG, &released)?;
    files::write(root, MANIFEST, &with_version(&manifest, &old, &version))?;
    // The lock file takes the new versions.
    succeed(cargo::command(root).args(["update", "--workspace", "--quiet"]))?;
    succeed(git(root).args(["commit", "--all", "--message", &format!("Release {version}")]))?;
    succeed(git(root).args(["tag", &format!("v{version}")]))?;
    let packages = order.iter().flat_map(|name| ["--package", name]);
    succeed(cargo::command(root).arg("publish").args(packages))?;
    say(&format!("published; push the commit and the tag v{version}"))
}

/// What keeps a release from being made.
fn obstacles(root: &Path, crates: &[Published]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    if crates.iter().any(|package| package.repository.is_empty()) {
        found.push("`repository` in Cargo.toml is to be filled in".to_owned());
    }
    let status = git(root).args(["status", "--porcelain"]).output();
    let status = status.map_err(|error| Error::new("git", "", error.to_string()))?;
    if !status.status.success() || !status.stdout.is_empty() {
        found.push("the working tree has changes that are not committed".to_owned());
    }
    Ok(found)
}

/// The changelog with a section of this version, and an empty one for what comes next.
fn close(changelog: &str, version: &str, today: &str) -> Result<String, Error> {
    let failed = |what: &str| Error::new(CHANGELOG, "", what);
    if changelog.contains(&format!("\n## {version} ")) {
        return Err(failed("has a section of this version already: name another one"));
    }
    let (before, after) = changelog
        .split_once(UNRELEASED)
        .ok_or_else(|| failed("expected a section `## Unreleased`"))?;
    if unreleased(after).trim().is_empty() {
        return Err(failed("expected a line below `## Unreleased`"));
    }
    Ok(format!("{before}{UNRELEASED}\n## {version} - {today}\n{after}"))
}

/// What stands between this place and the next section.
fn unreleased(after: &str) -> &str {
    after.split("\n## ").next().unwrap_or_default()
}

/// How many lines of each kind are to be released.
fn counted(changelog: &str) -> String {
    let after = changelog.split_once(UNRELEASED).map_or("", |(_, after)| after);
    let kinds = unreleased(after).split("### ").skip(1).map(|kind| {
        let name = kind.lines().next().unwrap_or_default();
        let entries = kind.lines().filter(|line| line.starts_with("- ")).count();
        format!("{name} {entries}")
    });
    kinds.collect::<Vec<_>>().join(", ")
}

/// The workspace's manifest, with this version of the crates and of their dependencies on each other.
fn with_version(manifest: &str, old: &str, version: &str) -> String {
    let quoted = |version: &str| format!("version = \"{version}\"");
    let lines = manifest.lines().map(|line| {
        let ours = line.starts_with("version = ") || (line.starts_with("d1-") && line.contains("path = "));
        let line = if ours {
            line.replace(&quoted(old), &quoted(version))
        } else {
            line.to_owned()
        };
        line + "\n"
    });
    lines.collect()
}

fn git(root: &Path) -> Command {
    cargo::program(root, Path::new("git"))
}

fn succeed(command: &mut Command) -> Result<(), Error> {
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    cargo::succeed(command, &words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "# Changelog\n\n## Unreleased\n\n### Added\n\n- A.\n- B.\n  More of it.\n\n### Fixed\n\n- C.\n\n## 0.1.0 - 2026-01-01\n\n### Added\n\n- Z.\n";

    #[test]
    fn a_section_is_closed_and_counted_once() {
        assert_eq!(counted(LOG), "Added 2, Fixed 1");
        let closed = close(LOG, "0.2.0", "2026-02-03").unwrap();
        assert!(closed.contains("## Unreleased\n\n## 0.2.0 - 2026-02-03\n\n### Added\n\n- A.\n"));
        assert!(closed.ends_with("## 0.1.0 - 2026-01-01\n\n### Added\n\n- Z.\n"));
        assert!(close(LOG, "0.1.0", "2026-02-03").is_err());
        assert!(close(&closed, "0.3.0", "2026-03-04").is_err());
    }

    #[test]
    fn only_our_own_versions_change() {
        let manifest = "[workspace.package]\nversion = \"0.1.0\"\nd1-client = { version = \"0.1.0\", path = \"d1-client\" }\nother = { version = \"0.1.0\" }\n";
        let expected = "[workspace.package]\nversion = \"0.2.0\"\nd1-client = { version = \"0.2.0\", path = \"d1-client\" }\nother = { version = \"0.1.0\" }\n";
        assert_eq!(with_version(manifest, "0.1.0", "0.2.0"), expected);
    }
}
