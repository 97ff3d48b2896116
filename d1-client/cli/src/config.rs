//! Where settings come from: flags, then the environment, then a profile of `d1.toml`.

mod command;
mod file;
mod setting;

use std::{
    env,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

pub(crate) use command::{ConfigCommand, run};
use d1_client::{BuildError, Client, ClientBuilder, IssuerId};
use file::Profile;
pub(crate) use setting::ConfigArgs;
use setting::{Kind, SETTINGS, Setting};

use crate::{argument, failure::Failure};

/// What the flags, the environment and the profile say together.
pub(crate) struct Config {
    /// The file that is read.
    file: Option<PathBuf>,
    /// The one that --config or D1_CONFIG names.
    named: Option<PathBuf>,
    settings: Result<Settings, Failure>,
}

struct Settings {
    profile: Option<Profile>,
    /// In the order of [`SETTINGS`].
    set: Vec<Value>,
    /// Those of a lower level that a higher one contradicts, which are not used.
    replaced: Vec<Value>,
}

/// A setting that is set.
#[derive(Clone)]
struct Value {
    setting: &'static Setting,
    value: OsString,
    source: Source,
}

impl Value {
    /// Refuses what the library would not, or not so that it is understood.
    fn check(&self) -> Result<(), Failure> {
        let (text, source) = (self.value.to_string_lossy(), self.source.describe(self.setting));
        match self.setting.kind {
            Kind::Path if text.contains("-----BEGIN") => {
                let failure = Failure::usage(format_args!("{source} holds a key or a certificate itself"));
                Err(failure.hint("put it into a file, and give the file's path"))
            }
            Kind::Path if is_pipe(Path::new(&self.value)) => {
                let failure = Failure::usage(format_args!("{source} names a pipe or a device"));
                Err(failure.hint("name a file: it is read more than once"))
            }
            Kind::Seconds => {
                let seconds = argument::seconds(text.trim_end());
                seconds.map(drop).map_err(|why| {
                    let failure = Failure::usage(format_args!("the value of {source} cannot be used: {why}"));
                    failure.hint(format_args!("{}: {}", self.setting.key(), self.setting.about))
                })
            }
            _ => Ok(()),
        }
    }
}

/// Whether something is there that is neither a file nor a folder.
fn is_pipe(path: &Path) -> bool {
    path.metadata().is_ok_and(|of| !of.is_file() && !of.is_dir())
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Flag,
    Environment,
    File { file: PathBuf, line: usize },
}

impl Config {
    /// Reads all levels. What is wrong with them is reported where a setting is needed.
    pub(crate) fn new(arguments: ConfigArgs) -> Self {
        let file = file::path(arguments.file.as_deref());
        let settings = read(&arguments, file.as_deref());
        Self {
            file,
            named: arguments.file,
            settings,
        }
    }

    /// Refuses a configuration that cannot be read.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.settings().map(|_| ())
    }

    /// The value of a `D1_…` variable, by flag, environment or profile.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        self.find(name).map(|value| value.value.clone())
    }

    /// The issuer's id, if one is set.
    ///
    /// # Errors
    /// If the configuration cannot be read, or the id cannot be one.
    pub(crate) fn issuer_id(&self) -> Result<Option<IssuerId>, Failure> {
        const NAME: &str = "D1_ISSUER_ID";
        self.check()?;
        let Some(id) = self.variable(NAME) else {
            return Ok(None);
        };
        let id = IssuerId::new(&*id.to_string_lossy());
        id.map(Some).map_err(|invalid| {
            self.sourced(
                NAME,
                Failure::usage(format_args!("the issuer id {}", invalid.rule())),
            )
        })
    }

    pub(crate) fn client_builder(&self) -> Result<ClientBuilder, Failure> {
        self.check()?;
        ClientBuilder::from_variables(|name| self.variable(name)).map_err(|error| self.explained(error))
    }

    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.client_builder()?
            .build()
            .map_err(|error| self.explained(error))
    }

    /// The name of the profile in use, if there is one.
    pub(crate) fn profile(&self) -> Option<&str> {
        let profile = self.settings.as_ref().ok()?.profile.as_ref()?;
        Some(&profile.name)
    }

    /// A refusal of the library, with where the refused value comes from, or how a missing one is given.
    pub(crate) fn explained(&self, error: BuildError) -> Failure {
        let name = match &error {
            BuildError::Missing { name, .. } => {
                if let (Some(file), None) = (&self.file, self.profile()) {
                    let file = file.display();
                    let hint = format!("{file} has no profile {}: name one by --profile", file::DEFAULT);
                    return Failure::from(error).hint(hint);
                }
                let hint = match Setting::of(name) {
                    Some(setting) => format!(
                        "give --{}, or set {name}, or {} in a profile of d1.toml (`d1 config show` shows what is set)",
                        setting.flag(),
                        setting.key(),
                    ),
                    None => format!("set {name}"),
                };
                return Failure::from(error).hint(hint);
            }
            BuildError::Variable { name, .. } | BuildError::File { name, .. } => name,
            BuildError::Url { url, .. } => match url {
                d1_client::BaseUrl::Auth => "D1_AUTH_URL",
                _ => "D1_BANKING_URL",
            },
            _ => return Failure::from(error),
        };
        self.sourced(name, Failure::from(error))
    }

    /// With where the value of a setting comes from.
    fn sourced(&self, name: &str, failure: Failure) -> Failure {
        match self.find(name) {
            Some(value) => failure.hint(format_args!(
                "it comes from {}",
                value.source.describe(value.setting)
            )),
            None => failure,
        }
    }

    fn settings(&self) -> Result<&Settings, Failure> {
        self.settings.as_ref().map_err(Failure::clone)
    }

    fn find(&self, name: &str) -> Option<&Value> {
        let settings = self.settings.as_ref().ok()?;
        settings.set.iter().find(|value| value.setting.variable == name)
    }
}

/// The value of a variable of the environment; an empty one counts as not set.
fn from_environment(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn read(arguments: &ConfigArgs, file: Option<&Path>) -> Result<Settings, Failure> {
    let profile = match (file, &arguments.profile) {
        (Some(file), named) => file::read(file, named.as_deref())?,
        (None, Some(_)) => {
            let failure = Failure::usage("a profile is named, and there is no d1.toml that has it");
            return Err(failure.hint("`d1 config init` writes one; or name the file by --config"));
        }
        (None, None) => None,
    };
    let of_flags = SETTINGS.iter().filter_map(|setting| {
        Some(Value {
            setting,
            value: arguments.flags.get(setting.variable)?.clone(),
            source: Source::Flag,
        })
    });
    let of_environment = SETTINGS.iter().filter_map(|setting| {
        Some(Value {
            setting,
            value: from_environment(setting.variable)?,
            source: Source::Environment,
        })
    });
    let of_file = profile.iter().flat_map(|profile| {
        profile.values.iter().map(|(setting, value, line)| Value {
            setting,
            value: value.clone(),
            source: Source::File {
                file: profile.file.clone(),
                line: *line,
            },
        })
    });
    let levels = [of_flags.collect(), of_environment.collect(), of_file.collect()];
    let (set, replaced) = merged(levels);
    for value in &set {
        value.check()?;
    }
    Ok(Settings {
        profile,
        set,
        replaced,
    })
}

/// The values that count, highest level first, and those that are replaced.
fn merged(levels: [Vec<Value>; 3]) -> (Vec<Value>, Vec<Value>) {
    let (mut set, mut replaced): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for level in levels {
        let is_here = |names: &[&str]| level.iter().any(|value| names.contains(&value.setting.variable));
        let rules = set.iter().flat_map(|value: &Value| value.setting.replaces);
        let dropped: Vec<&str> = rules
            .filter(|rule| is_here(rule.contradicts))
            .flat_map(|rule| rule.group)
            .copied()
            .chain(set.iter().map(|value| value.setting.variable))
            .collect();
        for value in level {
            if dropped.contains(&value.setting.variable) {
                replaced.push(value);
            } else {
                set.push(value);
            }
        }
    }
    let order = |value: &Value| {
        SETTINGS
            .iter()
            .position(|setting| setting.variable == value.setting.variable)
    };
    set.sort_by_key(order);
    replaced.sort_by_key(order);
    (set, replaced)
}

impl Source {
    /// Where the value of this setting stands, for people.
    fn describe(&self, setting: &Setting) -> String {
        match self {
            Self::Flag => format!("--{}", setting.flag()),
            Self::Environment => format!("{} in the environment", setting.variable),
            Self::File { file, line } => format!("{}:{line}", file.display()),
        }
    }
}

/// In one word: `flag`, `environment` or `file`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag",
            Self::Environment => "environment",
            Self::File { .. } => "file",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(source: Source, names: &[&'static str]) -> Vec<Value> {
        names
            .iter()
            .map(|name| Value {
                setting: Setting::of(name).expect("a known setting"),
                value: "x".into(),
                source: source.clone(),
            })
            .collect()
    }

    fn names(values: &[Value]) -> Vec<&'static str> {
        values.iter().map(|value| value.setting.variable).collect()
    }

    fn of_file(names: &[&'static str]) -> Vec<Value> {
        let source = Source::File {
            file: "d1.toml".into(),
            line: 1,
        };
        level(source, names)
    }

    #[test]
    fn a_higher_level_replaces_the_group_that_it_contradicts() {
        for (higher, lower, left) in [
            (
                &["D1_BANKING_URL", "D1_AUTH_URL"][..],
                &["D1_ENVIRONMENT", "D1_ISSUER_ID"][..],
                &["D1_BANKING_URL", "D1_AUTH_URL", "D1_ISSUER_ID"][..],
            ),
            (
                &["D1_ENVIRONMENT"],
                &["D1_BANKING_URL", "D1_AUTH_URL"],
                &["D1_ENVIRONMENT"],
            ),
            // One of two URLs is no contradiction.
            (
                &["D1_AUTH_URL"],
                &["D1_BANKING_URL", "D1_AUTH_URL"],
                &["D1_BANKING_URL", "D1_AUTH_URL"],
            ),
            (
                &["D1_ACCESS_TOKEN"],
                &["D1_KEY_ID", "D1_SIGNING_KEY_FILE", "D1_AGGREGATOR_ID"],
                &["D1_ACCESS_TOKEN", "D1_AGGREGATOR_ID"],
            ),
            (
                &["D1_SIGNING_KEY_DIR"],
                &["D1_KEY_ID_FILE", "D1_SIGNING_KEY_FILE"],
                &["D1_SIGNING_KEY_DIR"],
            ),
            (
                &["D1_KEY_ID_FILE"],
                &["D1_KEY_ID", "D1_SIGNING_KEY_FILE"],
                &["D1_KEY_ID_FILE", "D1_SIGNING_KEY_FILE"],
            ),
            (
                &["D1_CA_FILE"],
                &["D1_TRUST_ONLY_FILE", "D1_CRL_FILE"],
                &["D1_CA_FILE"],
            ),
            (
                &["D1_CLIENT_CERT_FILE"],
                &["D1_CLIENT_CERT_FILE", "D1_CLIENT_KEY_FILE"],
                &["D1_CLIENT_CERT_FILE", "D1_CLIENT_KEY_FILE"],
            ),
        ] {
            let (set, replaced) = merged([level(Source::Flag, higher), Vec::new(), of_file(lower)]);
            assert_eq!(names(&set), left, "{higher:?} over {lower:?}");
            assert_eq!(set.len() + replaced.len(), higher.len() + lower.len());
        }
    }

    #[test]
    fn contradictions_of_one_level_are_left_to_the_library() {
        let both = ["D1_ENVIRONMENT", "D1_BANKING_URL"];
        let (set, _) = merged([Vec::new(), Vec::new(), of_file(&both)]);
        assert_eq!(names(&set), both);
    }

    #[test]
    fn each_variable_of_the_library_is_a_setting_once() {
        let asked = std::cell::RefCell::new(Vec::new());
        for (set, value) in [
            ("", ""),
            ("D1_BANKING_URL", "http://localhost"),
            ("D1_ACCESS_TOKEN", "t"),
        ] {
            let _ = ClientBuilder::from_variables(|name| {
                asked.borrow_mut().push(name.to_owned());
                let given = [
                    ("D1_ISSUER_ID", "is_example"),
                    ("D1_AUTH_URL", "http://localhost"),
                    (set, value),
                ];
                given
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| value.into())
            });
        }
        for name in asked.into_inner() {
            assert!(Setting::of(&name).is_some(), "{name}");
        }
    }
}
