//! `Debug` that shows nothing, and `Debug` that shows what an overlay declared safe.

use std::fmt;

/// Prints `[redacted]`, whatever the value was.
pub(crate) const REDACTED: Redacted = Redacted;

pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// `Debug` as `Name([redacted])`.
macro_rules! redacted {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name))
                    .field(&$crate::redacted::REDACTED)
                    .finish()
            }
        }
    };
}
pub(crate) use redacted;

/// `Debug` as `Name("VALUE")`.
macro_rules! shown {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name))
                    .field(&self.as_str())
                    .finish()
            }
        }
    };
}
pub(crate) use shown;
