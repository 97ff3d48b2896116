//! `d1.toml`: where it is, and the settings of one of its profiles.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy as _;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::setting::{Kind, SETTINGS, Setting};
use crate::failure::Failure;

/// Its name in a folder.
pub(crate) const NAME: &str = "d1.toml";
/// The profile that is used if none is named, neither by the user nor by the file's key `default`.
pub(crate) const DEFAULT: &str = "default";

/// The settings of a profile, each with its line.
#[derive(Clone)]
pub(crate) struct Profile {
    pub(crate) file: PathBuf,
    pub(crate) name: String,
    pub(crate) values: Vec<(&'static Setting, OsString, usize)>,
}

/// The file that is read: the given one, else the one of this folder, else the one of the user. `None` if there is none.
pub(crate) fn path(given: Option<&Path>) -> Option<PathBuf> {
    if let Some(given) = given {
        return Some(given.to_owned());
    }
    let of_user = etcetera::choose_base_strategy().ok();
    let of_user = of_user.map(|folders| folders.config_dir().join("d1").join(NAME));
    [Some(PathBuf::from(NAME)), of_user]
        .into_iter()
        .flatten()
        .find(|path| path.is_file())
}

/// Reads the profile of that name, or else the file's default one; `None` if none was named and there is no default one.
pub(crate) fn read(file: &Path, named: Option<&str>) -> Result<Option<Profile>, Failure> {
    let text = text(file)?;
    let at = |offset: usize| {
        let line = text
            .get(..offset)
            .map_or(1, |before| before.matches('\n').count() + 1);
        format!("{}:{line}", file.display())
    };
    let table = DeTable::parse(&text).map_err(|error| {
        let place = at(error.span().map_or(0, |span| span.start));
        Failure::usage(format_args!(
            "{place}: not TOML: {}",
            error.message().replace('\n', " ")
        ))
    })?;
    let (mut profiles, mut chosen) = (Vec::new(), None);
    for (key, value) in table.get_ref() {
        let place = at(key.span().start);
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("profile", DeValue::Table(table)) => profiles.extend(table),
            ("default", DeValue::String(name)) => chosen = Some(name.to_string()),
            ("default", _) => {
                let failure = Failure::usage(format_args!("{place}: default must be a text"));
                return Err(failure.hint("it is the name of the profile that is used if none is named"));
            }
            ("profile", _) => return Err(Failure::usage(format_args!("{place}: profile must be a table"))),
            (name, _) => {
                let failure = Failure::usage(format_args!("{place}: unknown key {}", quoted(name)));
                return Err(
                    failure.hint("settings stand in the table of a profile, such as [profile.default]")
                );
            }
        }
    }
    // All are checked, so that a mistake shows before that profile is needed.
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut found = None;
    let named = named.or(chosen.as_deref());
    let wanted = named.unwrap_or(DEFAULT);
    for (name, value) in &profiles {
        let DeValue::Table(table) = value.get_ref() else {
            let place = at(name.span().start);
            let name = quoted(name.get_ref());
            return Err(Failure::usage(format_args!(
                "{place}: profile {name} must be a table"
            )));
        };
        let values = values(table, folder, &at)?;
        if name.get_ref() == wanted {
            let values = values
                .into_iter()
                .map(|(setting, value, offset)| (setting, value, text[..offset].matches('\n').count() + 1));
            found = Some(Profile {
                file: file.to_owned(),
                name: wanted.to_owned(),
                values: values.collect(),
            });
        }
    }
    if found.is_none() && named.is_some() {
        let names: Vec<&str> = profiles.iter().map(|(name, _)| name.get_ref().as_ref()).collect();
        let message = format!("{}: there is no profile {}", file.display(), quoted(wanted));
        return Err(
            Failure::usage(message).hint(match nearest(wanted, names.iter().copied()) {
                Some(name) => format!("did you mean {}?", quoted(name)),
                None if names.is_empty() => "the file has no profile".to_owned(),
                None => format!(
                    "it has: {}",
                    names
                        .iter()
                        .map(|name| quoted(name))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            }),
        );
    }
    Ok(found)
}

/// The file's text, which may begin with a byte order mark.
fn text(file: &Path) -> Result<String, Failure> {
    let text = crate::file::text(file)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

type Table<'a> = DeTable<'a>;

fn values(
    table: &Table<'_>,
    folder: &Path,
    at: &impl Fn(usize) -> String,
) -> Result<Vec<(&'static Setting, OsString, usize)>, Failure> {
    let mut values = Vec::new();
    for (key, value) in table {
        let offset = key.span().start;
        if let Some((setting, value)) = value_of(key, value, folder).map_err(|failure| Failure {
            message: format!("{}: {}", at(offset), failure.message),
            ..failure
        })? {
            values.push((setting, value, offset));
        }
    }
    Ok(values)
}

/// A setting and its value; `None` if it is empty, which counts as not set.
fn value_of(
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
    folder: &Path,
) -> Result<Option<(&'static Setting, OsString)>, Failure> {
    let name: &str = key.get_ref();
    let Some(setting) = SETTINGS.iter().find(|setting| setting.key() == name) else {
        let failure = Failure::usage(format_args!("unknown key {}", quoted(name)));
        let known = SETTINGS.iter().filter(|setting| setting.kind != Kind::Secret);
        let known: Vec<String> = known.map(Setting::key).collect();
        return Err(match nearest(name, known.iter().map(String::as_str)) {
            Some(known) => failure.hint(format_args!("did you mean {known}?")),
            None => failure.hint(format_args!("known are: {}", known.join(", "))),
        });
    };
    if setting.kind == Kind::Secret {
        let failure = Failure::usage(format_args!("{name} is a secret and must not stand in this file"));
        return Err(failure.hint(format_args!(
            "delete it here, and set {} in the environment",
            setting.variable
        )));
    }
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        _ => return Err(Failure::usage(format_args!("{name} must be a text"))),
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some((
        setting,
        match setting.kind {
            Kind::Path => folder.join(text).into(),
            _ => text.into(),
        },
    )))
}

/// The name that is meant, if one is near.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.75;
    known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

/// A name of the file's, as it may be printed: short, and without control characters.
fn quoted(name: &str) -> String {
    const LONGEST: usize = 64;
    let name: String = name.chars().take(LONGEST).collect();
    format!("{:?}", crate::table::printable(&name)).replace("\\\\", "\\")
}
