//! `Debug` that shows nothing, and `Debug` that shows what an overlay declared safe: of an enum its documented values.

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

/// `Display` as the value itself.
macro_rules! displayed {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(crate) use displayed;

/// `Debug` as `Name("VALUE")`, and `Display`, which what is redacted has not: it would put a value into a log, or
/// `[redacted]` into data.
macro_rules! shown {
    ($name:ident) => {
        $crate::redacted::displayed!($name);

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

/// `Debug` of an enum as `Name("VALUE")` for a documented value, and as `Name(unrecognised name)` for any other; `Display`
/// likewise.
macro_rules! shown_value {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let documented = $crate::wire::Known::documented(self);
                f.write_str(documented.unwrap_or(<Self as $crate::wire::Known>::UNRECOGNISED))
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut tuple = f.debug_tuple(stringify!($name));
                match $crate::wire::Known::documented(self) {
                    Some(value) => tuple.field(&value),
                    None => tuple.field(&format_args!("{self}")),
                };
                tuple.finish()
            }
        }
    };
}
pub(crate) use shown_value;
