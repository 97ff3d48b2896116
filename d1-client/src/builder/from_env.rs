//! A client by environment variables.

use std::{env, ffi::OsString, path::PathBuf, time::Duration};

use d1_generated::types::IssuerId;
use zeroize::Zeroizing;

use crate::{
    BuildError, Client, ClientBuilder, Environment, VariableDefect,
    auth::{JwtBearer, KeyError, SigningKey, StaticToken},
    builder::IdentitySource,
    identity::{self, IdentityFiles},
};

impl ClientBuilder {
    /// A builder by environment variables; what is set here can be changed before `build()`.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `D1_ENVIRONMENT` | `staging` or `production` |
    /// | `D1_BANKING_URL`, `D1_AUTH_URL` | instead: the two base URLs |
    /// | `D1_ISSUER_ID` | required |
    /// | `D1_KEY_ID`, `D1_SIGNING_KEY_FILE` | the key that signs assertions: its id at D1, and a PEM file (P-256), [read again](crate::SigningKey::from_file) |
    /// | `D1_KEY_ID_FILE` | instead of `D1_KEY_ID`: a file with the id, [read again](crate::SigningKey::from_files) with the key |
    /// | `D1_SIGNING_KEY_DIR` | instead of these: a folder of files `<kid>.pem`, of which the [newest valid one](crate::SigningKey::from_folder) is used |
    /// | `D1_AGGREGATOR_ID` | who signs, where that is not the issuer |
    /// | `D1_ACCESS_TOKEN` | instead of a key: a token that somebody else obtained |
    /// | `D1_CLIENT_CERT_FILE` | PEM file of the client certificate, which may hold its key too |
    /// | `D1_CLIENT_KEY_FILE` | PEM file of the client certificate's key |
    /// | `D1_CA_FILE` | PEM file of further authorities to trust, beside the operating system's (on Linux, `SSL_CERT_FILE` and `SSL_CERT_DIR` say where those are) |
    /// | `D1_TRUST_ONLY_FILE` | instead: PEM file of the only authorities to trust |
    /// | `D1_CRL_FILE` | PEM file of revocation lists, with `D1_TRUST_ONLY_FILE` |
    /// | `D1_TIMEOUT_SECONDS` | of a whole call, 1 or more |
    ///
    /// An empty variable counts as not set. White space at the end of a value, such as the last line break of a
    /// secret, is removed, except from file names.
    ///
    /// # Errors
    /// The variable that is missing, contradicts another one, or names something that cannot be used.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::from_variables(|name| env::var_os(name))
    }

    /// [The same](Self::from_env) by variables that `lookup` knows: of a file, say, or with defaults.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env), by the variables' names.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Self, BuildError> {
        from(&lookup)
    }
}

fn from(lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<ClientBuilder, BuildError> {
    let variables = Variables(lookup);
    let issuer = variables.required("D1_ISSUER_ID", "the id that the vendor gave the issuer")?;
    let issuer = IssuerId::new(issuer)
        .map_err(|invalid| variable("D1_ISSUER_ID", VariableDefect::Invalid { rule: invalid.rule() }))?;
    let mut builder = Client::builder(issuer).environment(environment(&variables)?);
    builder = token_source(builder, &variables)?;
    if let Some(certificates) = variables.path("D1_CLIENT_CERT_FILE") {
        let key = variables.path("D1_CLIENT_KEY_FILE");
        builder.identity = Some(IdentitySource::Files(IdentityFiles {
            key: key.unwrap_or_else(|| certificates.clone()),
            certificates,
            names: ("D1_CLIENT_CERT_FILE", "D1_CLIENT_KEY_FILE"),
        }));
    } else if variables.set("D1_CLIENT_KEY_FILE").is_some() {
        return Err(BuildError::Missing {
            name: "D1_CLIENT_CERT_FILE",
            what: "the certificate of D1_CLIENT_KEY_FILE",
        });
    }
    if let Some(authorities) = variables.file("D1_CA_FILE")? {
        builder = builder.add_root_pem(&*authorities);
    }
    if let Some(authorities) = variables.file("D1_TRUST_ONLY_FILE")? {
        builder = builder.trust_only_pem(&*authorities);
    }
    if let Some(lists) = variables.file("D1_CRL_FILE")? {
        builder = builder.add_crl_pem(&*lists);
    }
    if let Some(seconds) = variables.get("D1_TIMEOUT_SECONDS")? {
        let seconds: u64 = seconds
            .parse()
            .map_err(|_| variable("D1_TIMEOUT_SECONDS", VariableDefect::NotANumber))?;
        builder = builder.timeout(Duration::from_secs(seconds));
    }
    Ok(builder)
}

fn environment(variables: &Variables<'_>) -> Result<Environment, BuildError> {
    let urls = (variables.get("D1_BANKING_URL")?, variables.get("D1_AUTH_URL")?);
    match (variables.get("D1_ENVIRONMENT")?.as_deref(), urls) {
        (Some("staging"), (None, None)) => Ok(Environment::Staging),
        (Some("production"), (None, None)) => Ok(Environment::Production),
        (Some(_), (None, None)) => Err(variable("D1_ENVIRONMENT", VariableDefect::NoEnvironment)),
        (Some(_), (Some(_), _)) => Err(contradiction("D1_ENVIRONMENT", "D1_BANKING_URL")),
        (Some(_), (None, Some(_))) => Err(contradiction("D1_ENVIRONMENT", "D1_AUTH_URL")),
        (None, (Some(banking), Some(auth))) => Environment::custom(banking, auth),
        (None, (Some(_), None)) => Err(BuildError::Missing {
            name: "D1_AUTH_URL",
            what: "the base URL of the token endpoint",
        }),
        (None, (None, Some(_))) => Err(BuildError::Missing {
            name: "D1_BANKING_URL",
            what: "the base URL of the operations",
        }),
        (None, (None, None)) => Err(BuildError::Missing {
            name: "D1_ENVIRONMENT",
            what: "staging or production, or D1_BANKING_URL and D1_AUTH_URL instead",
        }),
    }
}

fn token_source(builder: ClientBuilder, variables: &Variables<'_>) -> Result<ClientBuilder, BuildError> {
    if let Some(token) = variables.get("D1_ACCESS_TOKEN")? {
        for name in ["D1_SIGNING_KEY_FILE", "D1_SIGNING_KEY_DIR"] {
            if variables.set(name).is_some() {
                return Err(contradiction("D1_ACCESS_TOKEN", name));
            }
        }
        return Ok(builder.token_source(StaticToken::new(token)));
    }
    let mut bearer = JwtBearer::new(signing_key(variables)?);
    if let Some(aggregator) = variables.get("D1_AGGREGATOR_ID")? {
        bearer = bearer.aggregator_id(aggregator);
    }
    Ok(builder.token_source(bearer))
}

fn signing_key(variables: &Variables<'_>) -> Result<SigningKey, BuildError> {
    let (id, id_file) = (variables.get("D1_KEY_ID")?, variables.path("D1_KEY_ID_FILE"));
    if let Some(folder) = variables.path("D1_SIGNING_KEY_DIR") {
        for (name, set) in [
            (
                "D1_SIGNING_KEY_FILE",
                variables.set("D1_SIGNING_KEY_FILE").is_some(),
            ),
            ("D1_KEY_ID", id.is_some()),
            ("D1_KEY_ID_FILE", id_file.is_some()),
        ] {
            if set {
                return Err(variable(name, VariableDefect::KeyFolder));
            }
        }
        return SigningKey::from_folder(folder).map_err(|error| of_file(error, "D1_SIGNING_KEY_DIR"));
    }
    let pem = variables.path("D1_SIGNING_KEY_FILE").ok_or(BuildError::Missing {
        name: "D1_SIGNING_KEY_FILE",
        what: "a PEM file with the key that signs assertions; or D1_SIGNING_KEY_DIR, or D1_ACCESS_TOKEN instead",
    })?;
    match (id, id_file) {
        (Some(_), Some(_)) => Err(contradiction("D1_KEY_ID", "D1_KEY_ID_FILE")),
        (Some(id), None) => {
            SigningKey::from_file(id, pem).map_err(|error| of_file(error, "D1_SIGNING_KEY_FILE"))
        }
        (None, Some(id)) => SigningKey::from_files(&id, pem).map_err(|error| {
            let of_id = matches!(&error, KeyError::File { path, .. } if *path == id);
            of_file(
                error,
                if of_id {
                    "D1_KEY_ID_FILE"
                } else {
                    "D1_SIGNING_KEY_FILE"
                },
            )
        }),
        (None, None) => Err(BuildError::Missing {
            name: "D1_KEY_ID",
            what: "the id under which D1 knows the signing key; or D1_KEY_ID_FILE, a file with it",
        }),
    }
}

/// What cannot be read is named by its variable, too.
fn of_file(error: KeyError, name: &'static str) -> BuildError {
    match error {
        KeyError::File { path, why } => BuildError::File { name, path, why },
        error => error.into(),
    }
}

struct Variables<'a>(&'a dyn Fn(&str) -> Option<OsString>);

impl Variables<'_> {
    fn set(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    fn get(&self, name: &'static str) -> Result<Option<String>, BuildError> {
        let text = self.set(name).map(OsString::into_string).transpose();
        let mut text = text.map_err(|_| variable(name, VariableDefect::NotUnicode))?;
        if let Some(text) = &mut text {
            text.truncate(text.trim_end().len());
        }
        Ok(text.filter(|text| !text.is_empty()))
    }

    fn path(&self, name: &'static str) -> Option<PathBuf> {
        self.set(name).map(PathBuf::from)
    }

    fn required(&self, name: &'static str, what: &'static str) -> Result<String, BuildError> {
        self.get(name)?.ok_or(BuildError::Missing { name, what })
    }

    fn file(&self, name: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>, BuildError> {
        self.path(name)
            .map(|path| identity::file(&path, name))
            .transpose()
    }
}

fn variable(name: &'static str, defect: VariableDefect) -> BuildError {
    BuildError::Variable { name, defect }
}

fn contradiction(name: &'static str, with: &'static str) -> BuildError {
    variable(name, VariableDefect::Contradiction { with })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(variables: &[(&str, &str)]) -> String {
        let lookup = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        match ClientBuilder::from_variables(lookup).and_then(ClientBuilder::build) {
            Ok(client) => client.environment().banking_url().to_owned(),
            Err(error) => error.to_string(),
        }
    }

    const CUSTOM: [(&str, &str); 4] = [
        ("D1_ISSUER_ID", "is_example"),
        ("D1_BANKING_URL", "http://localhost:9/x/"),
        ("D1_AUTH_URL", "http://localhost:9"),
        ("D1_ACCESS_TOKEN", "t0ken"),
    ];

    fn without(name: &str) -> Vec<(&'static str, &'static str)> {
        CUSTOM.into_iter().filter(|(key, _)| *key != name).collect()
    }

    #[test]
    fn a_whole_set_of_variables_makes_a_client() {
        assert_eq!(outcome(&CUSTOM), "http://localhost:9/x");
    }

    #[test]
    fn what_is_missing_is_named_with_what_it_should_be() {
        for (name, said) in [
            ("D1_ISSUER_ID", "D1_ISSUER_ID is not set"),
            ("D1_BANKING_URL", "D1_BANKING_URL is not set"),
            ("D1_AUTH_URL", "D1_AUTH_URL is not set"),
            ("D1_ACCESS_TOKEN", "D1_SIGNING_KEY_FILE is not set"),
        ] {
            let error = outcome(&without(name));
            assert!(error.starts_with(said), "{error}");
        }
        assert!(outcome(&[("D1_ISSUER_ID", "is_example")]).starts_with("D1_ENVIRONMENT is not set"));
    }

    #[test]
    fn what_is_wrong_is_named_without_its_value() {
        for (name, value, said) in [
            (
                "D1_ISSUER_ID",
                "s3cret",
                "D1_ISSUER_ID: must be exactly 10 characters long",
            ),
            ("D1_ENVIRONMENT", "s3cret", "D1_ENVIRONMENT: is set, and so is"),
            (
                "D1_TIMEOUT_SECONDS",
                "s3cret",
                "D1_TIMEOUT_SECONDS: is not a whole number",
            ),
            ("D1_TIMEOUT_SECONDS", "0", "the time-out must be longer than zero"),
            (
                "D1_CA_FILE",
                "/nonexistent",
                "D1_CA_FILE: cannot read /nonexistent",
            ),
            (
                "D1_CLIENT_KEY_FILE",
                "/nonexistent",
                "D1_CLIENT_CERT_FILE is not set",
            ),
        ] {
            let mut variables = without(name);
            variables.push((name, value));
            let error = outcome(&variables);
            assert!(error.starts_with(said), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn the_vendors_environments_need_a_client_certificate() {
        let mut variables = without("D1_BANKING_URL");
        variables.retain(|(name, _)| *name != "D1_AUTH_URL");
        variables.push(("D1_ENVIRONMENT", "staging"));
        assert!(outcome(&variables).starts_with("no client certificate"));
    }
}
