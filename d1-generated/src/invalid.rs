//! A value that breaks the vendor's rule for its field, told without the value.

use std::{borrow::Cow, convert::Infallible, fmt};

/// Which field breaks which rule. The value itself is never kept.
///
/// ```
/// use d1_generated::types::{PersonalInformation, PostalAddress};
///
/// let refused = PersonalInformation::builder()
///     .first_name("Ada")
///     .last_name("Lovelace")
///     .residency_address(PostalAddress::builder().line2("12 <b>"))
///     .build()
///     .unwrap_err();
/// assert_eq!(refused.field(), "residencyAddress.line2");
/// assert!(!refused.to_string().contains("12"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    field: Cow<'static, str>,
    rule: &'static str,
}

/// The rule that a missing field breaks.
pub(crate) const MISSING: &str = "is required";

impl Invalid {
    /// A value that breaks `rule`, of a field that is not named yet.
    pub const fn new(rule: &'static str) -> Self {
        Self {
            field: Cow::Borrowed(""),
            rule,
        }
    }

    /// A required field that was not given.
    pub const fn missing(field: &'static str) -> Self {
        Self {
            field: Cow::Borrowed(field),
            rule: MISSING,
        }
    }

    /// The same, seen from the object that holds the field as `field`.
    #[must_use]
    pub fn at(self, field: &'static str) -> Self {
        let field = if self.field.is_empty() {
            Cow::Borrowed(field)
        } else {
            Cow::Owned(format!("{field}.{}", self.field))
        };
        Self { field, ..self }
    }

    /// The field by its JSON names, outermost first: `residencyAddress.line2`. Empty for a value that stands alone.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The rule, as in `must be 1 to 40 characters long`.
    pub const fn rule(&self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.field.is_empty() {
            "the value"
        } else {
            &self.field
        };
        write!(f, "{name} {}", self.rule)
    }
}

impl std::error::Error for Invalid {}

impl From<Infallible> for Invalid {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a setter does: convert, and name the field of a refused value.
pub(crate) fn field<T, U>(name: &'static str, value: T) -> Result<U, Invalid>
where
    T: TryInto<U>,
    T::Error: Into<Invalid>,
{
    value.try_into().map_err(|refused| refused.into().at(name))
}

/// What a builder was given and refused, in the order in which it was given.
#[derive(Clone, Default)]
pub(crate) struct Refused(Vec<(&'static str, Invalid)>);

impl Refused {
    /// The value for the property `name`; a refused one is noted, and forgotten once a better one is given.
    #[inline]
    pub(crate) fn take<T>(&mut self, name: &'static str, value: Result<T, Invalid>) -> Option<T> {
        match value {
            Ok(value) if self.0.is_empty() => Some(value),
            value => self.note(name, value),
        }
    }

    #[cold]
    fn note<T>(&mut self, name: &'static str, value: Result<T, Invalid>) -> Option<T> {
        self.0.retain(|(refused, _)| *refused != name);
        value
            .map_err(|invalid| self.0.push((name, invalid.at(name))))
            .ok()
    }

    /// The first refused value as an error, if any was refused; one that only lacks a part comes after the others.
    pub(crate) fn none(self) -> Result<(), Invalid> {
        if self.0.is_empty() {
            return Ok(());
        }
        let first = self.0.iter().position(|(_, invalid)| invalid.rule != MISSING);
        match self.0.into_iter().nth(first.unwrap_or(0)) {
            Some((_, invalid)) => Err(invalid),
            None => Ok(()),
        }
    }
}

/// Refuses an array by the vendor's `minItems`, `maxItems` and `uniqueItems`.
pub(crate) fn items<T: PartialEq>(
    items: Vec<T>,
    min: usize,
    max: usize,
    unique: bool,
    refused: Invalid,
) -> Result<Vec<T>, Invalid> {
    let repeated = || {
        items
            .iter()
            .enumerate()
            .any(|(index, item)| items[..index].contains(item))
    };
    if items.len() < min || items.len() > max || (unique && repeated()) {
        return Err(refused);
    }
    Ok(items)
}

/// A refused argument of an operation as progenitor's error.
pub(crate) fn refuse<E>(invalid: Invalid) -> crate::Error<E> {
    crate::Error::InvalidRequest(invalid.to_string())
}
