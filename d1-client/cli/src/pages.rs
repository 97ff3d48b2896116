//! `d1 completions` and `d1 man`: made of the same definition that reads the arguments.

use std::{fs, path::PathBuf};

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::{failure::Failure, output::Output};

#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// For which shell.
    shell: Shell,
}

#[derive(Args)]
pub(crate) struct ManArgs {
    /// Write the pages of all commands (d1.1, d1-consumer.1, ...) into this folder, instead of d1's own to standard output.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn completions(arguments: &CompletionsArgs, mut command: Command, output: &Output) {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "d1", &mut script);
    output.text(&String::from_utf8_lossy(&script));
}

pub(crate) fn man(arguments: &ManArgs, command: Command, output: &Output) -> Result<(), Failure> {
    match &arguments.folder {
        Some(folder) => {
            fs::create_dir_all(folder)
                .and_then(|()| clap_mangen::generate_to(command, folder))
                .map_err(|error| Failure::unwritable(folder.display(), &error))?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(command)
                .render(&mut page)
                .map_err(|error| Failure::unwritable("the page", &error))?;
            output.text(&String::from_utf8_lossy(&page));
        }
    }
    Ok(())
}
