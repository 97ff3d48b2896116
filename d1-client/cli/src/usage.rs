//! What clap refuses, in one line and a hint. A value is not repeated: it may be somebody's name.

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::failure::Failure;

/// The failure of arguments that cannot be used.
pub(crate) fn failure(error: &Error) -> Failure {
    let argument = text(error, ContextKind::InvalidArg).unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::UnknownArgument => match argument.split('=').next() {
            Some(flag) if flag.starts_with('-') => format!("unknown flag {flag}"),
            _ => "an argument too many".to_owned(),
        },
        ErrorKind::InvalidSubcommand => match text(error, ContextKind::InvalidSubcommand) {
            Some(name) => format!("unknown command {name}"),
            None => "unknown command".to_owned(),
        },
        ErrorKind::MissingRequiredArgument => format!("missing: {argument}"),
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::InvalidValue
            if text(error, ContextKind::InvalidValue).is_some_and(|value| value.is_empty()) =>
        {
            format!("{argument} needs a value")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error)
                .map(|why| format!(": {why}"))
                .unwrap_or_default();
            format!("the value of {argument} cannot be used{why}")
        }
        ErrorKind::ArgumentConflict => match text(error, ContextKind::PriorArg) {
            Some(other) if other == argument => format!("{argument} is given more than once"),
            Some(other) => format!("{argument} cannot be used with {other}"),
            None => format!("{argument} is given more than once"),
        },
        ErrorKind::InvalidUtf8 => "an argument is not Unicode".to_owned(),
        ErrorKind::NoEquals => format!("{argument} needs = before its value"),
        kind => kind.as_str().unwrap_or("the arguments cannot be used").to_owned(),
    };
    let values = text(error, ContextKind::ValidValue).filter(|values| !values.is_empty());
    let hint = if let Some(values) = values {
        format!("one of: {values}")
    } else if let Some(near) =
        text(error, ContextKind::SuggestedArg).or_else(|| text(error, ContextKind::SuggestedSubcommand))
    {
        format!("did you mean {near}?")
    } else {
        "--help shows what can be given".to_owned()
    };
    Failure::usage(message).hint(hint)
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}
