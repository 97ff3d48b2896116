//! Where settings come from: flags, then the environment, then a profile of `d1.toml`.

use std::{env, ffi::OsString};

use clap::Args;
use d1_client::{Client, ClientBuilder};

use crate::failure::Failure;

/// Global flags. Secrets are never among them: those are files' paths, or variables of the environment.
#[derive(Args)]
pub(crate) struct ConfigArgs {
    /// The profile of d1.toml to use.
    #[arg(long, global = true, env = "D1_PROFILE", value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

pub(crate) struct Config {}

impl Config {
    pub(crate) fn new(_arguments: ConfigArgs) -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// The value of a `D1_…` variable, by flag, environment or profile.
    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        env::var_os(name)
    }

    pub(crate) fn client_builder(&self) -> Result<ClientBuilder, Failure> {
        Ok(ClientBuilder::from_variables(|name| self.variable(name))?)
    }

    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(self.client_builder()?.build()?)
    }
}
