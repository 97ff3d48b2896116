//! The value of a flag can be seen by every user of the machine (`ps`): d1 begins anew without those that tell of a person.

use std::ffi::OsString;
#[cfg(unix)]
use std::{
    env,
    io::{self, Write as _},
    os::unix::process::CommandExt as _,
    process::Command,
};

/// Replaces this process by one with the same arguments but `flags` and `--from`, which reads `json` from standard input
/// instead. Where that cannot be done it returns, and this process goes on.
#[cfg(unix)]
pub(super) fn begin_anew(flags: &[String], json: &[u8]) {
    let replaced = || -> io::Result<()> {
        let mut arguments = env::args_os();
        let name = arguments.next().unwrap_or_else(|| "d1".into());
        // What was checked by the vendor's rules is far smaller than what a pipe holds.
        let (reader, mut writer) = io::pipe()?;
        writer.write_all(json)?;
        drop(writer);
        let mut command = Command::new(env::current_exe()?);
        Err(command
            .arg0(name)
            .args(without(arguments, flags))
            .stdin(reader)
            .exec())
    };
    let _ = replaced();
}

/// Other systems do not show arguments to other users.
#[cfg(not(unix))]
pub(super) fn begin_anew(_: &[String], _: &[u8]) {}

/// The arguments without these flags and their values, and with `--from -` in place of `--from`.
#[cfg_attr(not(unix), allow(dead_code))]
fn without(arguments: impl Iterator<Item = OsString>, flags: &[String]) -> Vec<OsString> {
    let (mut kept, mut arguments) = (Vec::new(), arguments);
    let from = ["--from", "-"].map(OsString::from);
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            kept.extend(from);
            kept.push(argument);
            kept.extend(arguments);
            return kept;
        }
        let text = argument.to_string_lossy();
        let (flag, has_value) = match text.split_once('=') {
            Some((flag, _)) => (flag, true),
            None => (&*text, false),
        };
        if flag == "--from" || flags.iter().any(|hidden| hidden == flag) {
            if !has_value {
                arguments.next();
            }
        } else {
            kept.push(argument);
        }
    }
    kept.extend(from);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_of_a_person_is_left_out() {
        let flags = ["--first-name".to_owned(), "--email".to_owned()];
        for (given, kept) in [
            (
                "consumer register --first-name Ada c-1 --email=ada@example.org --issuer-id x",
                "consumer register c-1 --issuer-id x --from -",
            ),
            (
                "consumer register --from a.json --first-name --email c-1",
                "consumer register c-1 --from -",
            ),
            (
                "consumer update --from=a.json --email a -- c-1",
                "consumer update --from - -- c-1",
            ),
        ] {
            let left = without(given.split(' ').map(OsString::from), &flags);
            assert_eq!(left.join(" ".as_ref()).to_string_lossy(), kept);
        }
    }
}
