use std::{error::Error as StdError, fmt};

use d1_generated::Invalid;

use super::UnreadableAnswer;
use crate::{auth::TokenError, transport::TransportError};

/// What stands behind an error: types of our own, which hold categories and places, never text from the network.
#[derive(Debug)]
pub(crate) enum Cause {
    Invalid(Invalid),
    Token(TokenError),
    Transport(TransportError),
    Unreadable(UnreadableAnswer),
}

impl Cause {
    pub(crate) fn as_error(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::Invalid(error) => error,
            Self::Token(error) => error,
            Self::Transport(error) => error,
            Self::Unreadable(error) => error,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_error(), f)
    }
}
