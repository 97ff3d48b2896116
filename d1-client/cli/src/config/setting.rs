//! Every setting: its variable, its flag, its key in a profile, and what it contradicts.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueHint, builder::OsStringValueParser,
};

/// What kind of value a setting has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Url,
    /// A whole number of them.
    Seconds,
    /// Of a file or a folder; in d1.toml relative to that file.
    Path,
    /// Only a variable of the environment holds it.
    Secret,
}

/// One of the variables that [`ClientBuilder::from_env`](d1_client::ClientBuilder::from_env) lists.
pub(crate) struct Setting {
    pub(crate) variable: &'static str,
    pub(crate) kind: Kind,
    /// For `--help` and for the file that `config init` writes.
    pub(crate) about: &'static str,
    /// As the file that `config init` writes has it.
    example: &'static str,
    /// What it makes void on a lower level.
    pub(crate) replaces: &'static [Replacement],
}

/// One of `contradicts` on a lower level: then all of `group` is dropped there.
pub(crate) struct Replacement {
    pub(crate) contradicts: &'static [&'static str],
    pub(crate) group: &'static [&'static str],
}

const ENVIRONMENT: &[&str] = &["D1_ENVIRONMENT", "D1_BANKING_URL", "D1_AUTH_URL"];
const CREDENTIAL: &[&str] = &[
    "D1_KEY_ID",
    "D1_KEY_ID_FILE",
    "D1_SIGNING_KEY_FILE",
    "D1_SIGNING_KEY_DIR",
    "D1_ACCESS_TOKEN",
];
const TRUST: &[&str] = &["D1_CA_FILE", "D1_TRUST_ONLY_FILE", "D1_CRL_FILE"];
const OF_URL: &[Replacement] = &[Replacement {
    contradicts: &["D1_ENVIRONMENT"],
    group: ENVIRONMENT,
}];
const OF_ONE_KEY: Replacement = Replacement {
    contradicts: &["D1_SIGNING_KEY_DIR", "D1_ACCESS_TOKEN"],
    group: CREDENTIAL,
};

/// All of them, in the order in which they are shown.
pub(crate) static SETTINGS: &[Setting] = &[
    Setting {
        variable: "D1_ENVIRONMENT",
        kind: Kind::Text,
        about: "staging or production",
        example: "staging",
        replaces: &[Replacement {
            contradicts: &["D1_BANKING_URL", "D1_AUTH_URL"],
            group: ENVIRONMENT,
        }],
    },
    Setting {
        variable: "D1_BANKING_URL",
        kind: Kind::Url,
        about: "Instead of an environment: the base URL of the operations",
        example: "https://gateway.example/banking/v2",
        replaces: OF_URL,
    },
    Setting {
        variable: "D1_AUTH_URL",
        kind: Kind::Url,
        about: "Instead of an environment: the base URL of the token endpoint",
        example: "https://gateway.example/authz/v1",
        replaces: OF_URL,
    },
    Setting {
        variable: "D1_ISSUER_ID",
        kind: Kind::Text,
        about: "The id that the vendor gave the issuer, 10 characters",
        example: "is_example",
        replaces: &[],
    },
    Setting {
        variable: "D1_KEY_ID",
        kind: Kind::Text,
        about: "The id under which D1 knows the signing key",
        example: "kid-1",
        replaces: &[
            OF_ONE_KEY,
            Replacement {
                contradicts: &["D1_KEY_ID_FILE"],
                group: &["D1_KEY_ID_FILE"],
            },
        ],
    },
    Setting {
        variable: "D1_KEY_ID_FILE",
        kind: Kind::Path,
        about: "Instead of the key id: a file with it",
        example: "signing-key.kid",
        replaces: &[
            OF_ONE_KEY,
            Replacement {
                contradicts: &["D1_KEY_ID"],
                group: &["D1_KEY_ID"],
            },
        ],
    },
    Setting {
        variable: "D1_SIGNING_KEY_FILE",
        kind: Kind::Path,
        about: "PEM file of the P-256 key that signs assertions",
        example: "signing-key.pem",
        replaces: &[OF_ONE_KEY],
    },
    Setting {
        variable: "D1_SIGNING_KEY_DIR",
        kind: Kind::Path,
        about: "Instead of a key file and its id: a folder of files <key id>.pem, of which the newest is used",
        example: "signing-keys",
        replaces: &[Replacement {
            contradicts: &[
                "D1_KEY_ID",
                "D1_KEY_ID_FILE",
                "D1_SIGNING_KEY_FILE",
                "D1_ACCESS_TOKEN",
            ],
            group: CREDENTIAL,
        }],
    },
    Setting {
        variable: "D1_ACCESS_TOKEN",
        kind: Kind::Secret,
        about: "Instead of a key: a token that somebody else obtained",
        example: "",
        replaces: &[Replacement {
            contradicts: &["D1_SIGNING_KEY_FILE", "D1_SIGNING_KEY_DIR"],
            group: CREDENTIAL,
        }],
    },
    Setting {
        variable: "D1_AGGREGATOR_ID",
        kind: Kind::Text,
        about: "Who signs assertions, where that is not the issuer",
        example: "aggregator",
        replaces: &[],
    },
    Setting {
        variable: "D1_CLIENT_CERT_FILE",
        kind: Kind::Path,
        about: "PEM file of the client certificate with its chain; it may hold its key, too",
        example: "client-cert.pem",
        replaces: &[],
    },
    Setting {
        variable: "D1_CLIENT_KEY_FILE",
        kind: Kind::Path,
        about: "PEM file of the client certificate's key",
        example: "client-key.pem",
        replaces: &[],
    },
    Setting {
        variable: "D1_CA_FILE",
        kind: Kind::Path,
        about: "PEM file of authorities to trust beside those of the operating system",
        example: "further-roots.pem",
        replaces: &[Replacement {
            contradicts: &["D1_TRUST_ONLY_FILE"],
            group: TRUST,
        }],
    },
    Setting {
        variable: "D1_TRUST_ONLY_FILE",
        kind: Kind::Path,
        about: "PEM file of the only authorities to trust",
        example: "only-roots.pem",
        replaces: &[Replacement {
            contradicts: &["D1_CA_FILE"],
            group: TRUST,
        }],
    },
    Setting {
        variable: "D1_CRL_FILE",
        kind: Kind::Path,
        about: "PEM file of revocation lists; needs the only authorities to trust",
        example: "revoked.pem",
        replaces: &[],
    },
    Setting {
        variable: "D1_TIMEOUT_SECONDS",
        kind: Kind::Seconds,
        about: "The longest that one call takes, with its retries",
        example: "30",
        replaces: &[],
    },
];

impl Setting {
    /// The one of this variable.
    pub(crate) fn of(variable: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.variable == variable)
    }

    /// Its key in a profile: `issuer_id`.
    pub(crate) fn key(&self) -> String {
        self.variable.trim_start_matches("D1_").to_ascii_lowercase()
    }

    /// Its flag without the dashes: `issuer-id`.
    pub(crate) fn flag(&self) -> String {
        self.key().replace('_', "-")
    }

    /// Its line in d1.toml.
    pub(crate) fn example(&self) -> String {
        format!("{} = \"{}\"", self.key(), self.example)
    }

    fn argument(&self) -> Arg {
        let (name, hint) = match self.kind {
            Kind::Path => ("PATH", ValueHint::AnyPath),
            Kind::Url => ("URL", ValueHint::Url),
            Kind::Seconds => ("SECONDS", ValueHint::Other),
            Kind::Text | Kind::Secret => ("VALUE", ValueHint::Other),
        };
        let about = format!("{} [env: {}]", self.about, self.variable);
        argument(self.variable, self.flag(), name, hint, about)
    }
}

/// The global flags of the configuration. Secrets are never among them: those are files' paths, or variables of the environment.
pub(crate) struct ConfigArgs {
    /// The profile of d1.toml to use.
    pub(crate) profile: Option<String>,
    /// The configuration file, in place of the one that is found.
    pub(crate) file: Option<PathBuf>,
    /// The values of flags, by the setting's variable.
    pub(crate) flags: BTreeMap<&'static str, OsString>,
}

const PROFILE: &str = "D1_PROFILE";
const FILE: &str = "D1_CONFIG";

fn argument(id: &'static str, flag: String, name: &'static str, hint: ValueHint, about: String) -> Arg {
    Arg::new(id)
        .long(flag)
        .global(true)
        .action(ArgAction::Set)
        .value_name(name)
        .value_hint(hint)
        .value_parser(OsStringValueParser::new())
        .allow_negative_numbers(true)
        .help_heading("Configuration")
        .hide_short_help(true)
        .help(about)
}

impl Args for ConfigArgs {
    fn augment_args(command: Command) -> Command {
        let about = "The profile of d1.toml to use; else the one that its key default names, else the one called default [env: D1_PROFILE]";
        let profile = argument(PROFILE, "profile".into(), "NAME", ValueHint::Other, about.into());
        let about = "The configuration file; else ./d1.toml, else d1/d1.toml in your configuration folder [env: D1_CONFIG]";
        let file = argument(FILE, "config".into(), "FILE", ValueHint::FilePath, about.into());
        let settings = SETTINGS.iter().filter(|setting| setting.kind != Kind::Secret);
        command
            .arg(profile.hide_short_help(false))
            .arg(file.hide_short_help(false))
            .args(settings.map(Setting::argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ConfigArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |id: &str| {
            let flag = matches.try_get_one::<OsString>(id).ok().flatten();
            flag.cloned().filter(|value| !value.is_empty())
        };
        let or_variable = |id: &str| value(id).or_else(|| super::from_environment(id));
        let flags = SETTINGS.iter();
        Ok(Self {
            profile: or_variable(PROFILE).map(|name| name.to_string_lossy().into_owned()),
            file: or_variable(FILE).map(PathBuf::from),
            flags: flags
                .filter_map(|setting| Some((setting.variable, value(setting.variable)?)))
                .collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
