//! `d1 config`: what is set and by whom, and a file to begin with.

use std::{
    fmt::Write as _,
    fs::OpenOptions,
    io::{self, Write as _},
    path::PathBuf,
};

use clap::Subcommand;
use serde_json::json;

use super::{
    Config, Value, file,
    setting::{Kind, SETTINGS},
};
use crate::{
    failure::Failure,
    output::Output,
    table::{Cell, place, printable, table},
};

#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show every setting and where it comes from; secrets are masked.
    #[command(
        after_long_help = "With --output json: {\"file\", \"profile\", \"settings\": [{\"key\", \"variable\", \"value\", \"source\": \"flag\"|\"environment\"|\"file\", \"place\", \"used\"}]}. A setting that a higher level replaces is not used."
    )]
    Show,
    /// Write a commented d1.toml, here or to --config; an existing file is left alone.
    #[command(after_long_help = "With --output json: {\"file\"}.")]
    Init,
}

const MASKED: &str = "********";

pub(crate) fn run(command: ConfigCommand, config: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show => show(config, output),
        ConfigCommand::Init => init(config, output),
    }
}

fn show(config: &Config, output: &Output) -> Result<(), Failure> {
    let settings = config.settings()?;
    let of = |value: &Value, is_used: bool| {
        let (place, source) = (value.source.describe(value.setting), value.source.to_string());
        json!({
            "key": value.setting.key(),
            "variable": value.setting.variable,
            "value": shown(value),
            "source": source,
            "place": place,
            "used": is_used,
        })
    };
    let all = settings.set.iter().map(|value| (value, true));
    let all = all.chain(settings.replaced.iter().map(|value| (value, false)));
    let json = json!({
        "file": settings.profile.as_ref().and(config.file.as_ref()).map(|file| file.display().to_string()),
        "profile": config.profile(),
        "settings": all.map(|(value, is_used)| of(value, is_used)).collect::<Vec<_>>(),
    });
    output.result(&json, || {
        let mut text = match &settings.profile {
            Some(profile) => format!(
                "profile {} of {}\n",
                printable(&profile.name),
                place(&profile.file)
            ),
            None => match &config.file {
                Some(file) => format!(
                    "{} has no profile {}; name one by --profile\n",
                    place(file),
                    file::DEFAULT
                ),
                None => "no d1.toml\n".to_owned(),
            },
        };
        let row = |value: &Value| {
            vec![
                Cell::new(value.setting.key()),
                Cell::new(shown(value)),
                Cell::new(value.source.describe(value.setting)),
            ]
        };
        let rows: Vec<Vec<Cell>> = settings.set.iter().map(row).collect();
        if rows.is_empty() {
            text.push_str("nothing is set");
        } else {
            text.push_str(&table(&["SETTING", "VALUE", "FROM"], rows));
        }
        for value in &settings.replaced {
            let place = printable(&value.source.describe(value.setting));
            // Writing to a text cannot fail.
            let _ = write!(
                text,
                "\nnot used: {} of {place}, which a higher level replaces",
                value.setting.key()
            );
        }
        text
    });
    Ok(())
}

/// The value as it may be printed.
fn shown(value: &Value) -> String {
    let text = value.value.to_string_lossy();
    match value.setting.kind {
        Kind::Secret => MASKED.to_owned(),
        // A URL with a user and a password is refused when it is used; here it is shown without them.
        Kind::Url => match (text.find("://"), text.rfind('@')) {
            (start, Some(end)) => {
                let start = start.map_or(0, |start| start + 3).min(end);
                format!("{}{MASKED}{}", &text[..start], &text[end..])
            }
            _ => text.into_owned(),
        },
        Kind::Text | Kind::Path | Kind::Seconds => text.into_owned(),
    }
}

fn init(config: &Config, output: &Output) -> Result<(), Failure> {
    let path = config.named.clone().unwrap_or_else(|| PathBuf::from(file::NAME));
    let written = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = written.and_then(|mut file| file.write_all(commented().as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage(format_args!("{} exists and is left as it is", path.display()))
                .hint("delete it first, or name another by --config")
        }
        _ => Failure::unwritable(path.display(), &error),
    })?;
    output.result(&json!({ "file": path.display().to_string() }), || {
        format!("{} is written: delete the # before what you need", place(&path))
    });
    Ok(())
}

/// A d1.toml that sets nothing.
fn commented() -> String {
    let mut text = "# Settings of d1. A flag (--issuer-id) comes before a variable (D1_ISSUER_ID), and that before this file.\n\
                    # Paths are relative to this file. Secrets do not stand here: give the paths of files with keys.\n\
                    # `d1 config show` shows what is set and where, `d1 doctor` whether it works.\n\n\
                    # Used if no profile is named; a key default above all tables names another one.\n\
                    [profile.default]\n"
        .to_owned();
    for setting in SETTINGS.iter().filter(|setting| setting.kind != Kind::Secret) {
        let _ = write!(text, "\n# {}.\n# {}\n", setting.about, setting.example());
    }
    text.push_str(
        "\n# Used by --profile production.\n# [profile.production]\n# environment = \"production\"\n",
    );
    text
}
