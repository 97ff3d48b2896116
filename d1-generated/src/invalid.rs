//! Values that break the vendor's rules for their fields, told without the values.

use std::{borrow::Cow, convert::Infallible, fmt};

use serde::{Serialize, Serializer, ser::SerializeStruct};

/// Which fields break which rules. The values themselves are never kept.
///
/// ```
/// use d1_generated::types::{PersonalInformation, PostalAddress};
///
/// let refused = PersonalInformation::builder()
///     .first_name("Ada")
///     .middle_name(None::<&str>)
///     .residency_address(PostalAddress::builder().line2("12 <b>"))
///     .build()
///     .unwrap_err();
/// assert_eq!(refused.field(), "residencyAddress.line2");
/// assert!(!refused.to_string().contains("12"));
///
/// let fields: Vec<_> = refused.fields().map(|refusal| refusal.path()).collect();
/// assert_eq!(fields[..2], ["residencyAddress.line2", "residencyAddress.city"]);
/// assert_eq!(fields[fields.len() - 1], "lastName");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Invalid {
    first: Refusal,
    others: Vec<Refusal>,
}

/// A field, and the rule that its value breaks; a sentence for people when it is displayed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    path: Cow<'static, str>,
    rule: &'static str,
    kind: Rule,
}

/// A rule as data. Lengths are in characters, that is Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The field must be given.
    Required,
    /// A text is no shorter and no longer than this.
    Length {
        /// The least, 0 for none.
        min: usize,
        /// The most, [`usize::MAX`] for none.
        max: usize,
    },
    /// A text matches this pattern (ECMA 262, Unicode).
    Pattern(&'static str),
    /// A text is one of these.
    Values(&'static [&'static str]),
    /// A list holds as many values as this.
    Items {
        /// The least, 0 for none.
        min: usize,
        /// The most, [`usize::MAX`] for none.
        max: usize,
        /// Whether all must differ.
        unique: bool,
    },
    /// A number lies within these limits.
    Range {
        /// The least.
        min: Option<Limit>,
        /// The most.
        max: Option<Limit>,
    },
    /// Any other, told in words alone.
    Other,
}

impl Rule {
    /// The rule in one word for programs: `required`, `length`, `pattern`, `values`, `items`, `range` or `other`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Length { .. } => "length",
            Self::Pattern(_) => "pattern",
            Self::Values(_) => "values",
            Self::Items { .. } => "items",
            Self::Range { .. } => "range",
            Self::Other => "other",
        }
    }
}

/// A limit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    /// The number, as JSON has it.
    pub value: &'static str,
    /// Whether the limit itself is refused.
    pub exclusive: bool,
}

/// The rule that a missing field breaks.
pub(crate) const MISSING: &str = "is required";

impl Invalid {
    /// A value that breaks `rule`, of a field that is not named yet.
    pub const fn new(rule: &'static str) -> Self {
        Self::of(Rule::Other, rule)
    }

    /// The same, with the rule as data.
    pub const fn of(kind: Rule, rule: &'static str) -> Self {
        Self::one("", kind, rule)
    }

    /// A required field that was not given.
    pub const fn missing(field: &'static str) -> Self {
        Self::one(field, Rule::Required, MISSING)
    }

    const fn one(path: &'static str, kind: Rule, rule: &'static str) -> Self {
        let path = Cow::Borrowed(path);
        let first = Refusal { path, rule, kind };
        Self {
            first,
            others: Vec::new(),
        }
    }

    /// The same, seen from the object that holds the field as `field`.
    #[must_use]
    pub fn at(self, field: &'static str) -> Self {
        Self {
            first: self.first.at(field),
            others: self.others.into_iter().map(|other| other.at(field)).collect(),
        }
    }

    /// The first field by its JSON names, outermost first: `residencyAddress.line2`. Empty for a value that stands alone.
    pub fn field(&self) -> &str {
        self.first.path()
    }

    /// The first field's rule, as in `must be 1 to 40 characters long`.
    pub const fn rule(&self) -> &'static str {
        self.first.rule
    }

    /// All fields that break a rule: refused values in the order in which they were given, then missing ones.
    pub fn fields(&self) -> impl Iterator<Item = &Refusal> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// All these together, refused values before missing ones; nothing if there are none.
    pub(crate) fn all(refusals: Vec<Refusal>) -> Option<Self> {
        let (missing, mut all): (Vec<_>, Vec<_>) = refusals
            .into_iter()
            .partition(|refusal| refusal.kind == Rule::Required);
        all.extend(missing);
        let mut all = all.into_iter();
        Some(Self {
            first: all.next()?,
            others: all.collect(),
        })
    }

    /// The refusals, seen from what holds the value at `path`; empty for the whole.
    pub(crate) fn below(self, path: &str) -> impl Iterator<Item = Refusal> {
        self.into_refusals().map(move |refusal| Refusal {
            path: match (path, &*refusal.path) {
                (_, "") => Cow::Owned(path.to_owned()),
                ("", _) => refusal.path,
                (path, field) => Cow::Owned(format!("{path}.{field}")),
            },
            ..refusal
        })
    }

    fn into_refusals(self) -> impl Iterator<Item = Refusal> {
        std::iter::once(self.first).chain(self.others)
    }
}

impl Refusal {
    /// The field by its JSON names, outermost first: `residencyAddress.line2`. Empty for a value that stands alone.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether this is about the field at `path`, or something in it.
    pub(crate) fn is_below(&self, path: &str) -> bool {
        self.path
            .strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// The rule in words, as in `must be 1 to 40 characters long`.
    pub const fn rule(&self) -> &'static str {
        self.rule
    }

    /// The rule as data.
    pub const fn kind(&self) -> Rule {
        self.kind
    }

    fn at(self, field: &'static str) -> Self {
        let path = if self.path.is_empty() {
            Cow::Borrowed(field)
        } else {
            Cow::Owned(format!("{field}.{}", self.path))
        };
        Self { path, ..self }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.path.is_empty() {
            "the value"
        } else {
            &self.path
        };
        write!(f, "{name} {}", self.rule)
    }
}

/// One line with all fields: `firstName is required; language must be exactly 3 characters long`.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.others.iter().try_for_each(|other| write!(f, "; {other}"))
    }
}

/// The same line: `main` prints the `Debug` of an error that it returns.
impl fmt::Debug for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A list of its fields.
impl Serialize for Invalid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.fields())
    }
}

/// `{"field": "residencyAddress.line2", "rule": "length", "message": "must be 1 to 64 characters long"}`.
impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut refusal = serializer.serialize_struct("Refusal", 3)?;
        refusal.serialize_field("field", self.path())?;
        refusal.serialize_field("rule", self.kind.as_str())?;
        refusal.serialize_field("message", self.rule)?;
        refusal.end()
    }
}

impl std::error::Error for Invalid {}

impl From<Infallible> for Invalid {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a setter takes: what converts into the field's type, or an `Option` of that, whose `None` leaves the field
/// out. `M` tells the two apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a `{T}` nor converts into one",
    label = "this cannot be given as a `{T}`",
    note = "a setter takes the field's type, a reference to one, what converts into it, such as a string or the builder of an \
            object, and where the field is optional an `Option` of these"
)]
pub trait Given<T, M> {
    /// The value, if there is one.
    fn given(self) -> Option<Result<T, Invalid>>;
}

/// A value that is given.
#[derive(Debug)]
pub enum Value {}

/// A value that may be given.
#[derive(Debug)]
pub enum Maybe {}

#[diagnostic::do_not_recommend]
impl<T, V> Given<T, Value> for V
where
    V: TryInto<T>,
    V::Error: Into<Invalid>,
{
    fn given(self) -> Option<Result<T, Invalid>> {
        Some(self.try_into().map_err(Into::into))
    }
}

#[diagnostic::do_not_recommend]
impl<T, V> Given<T, Maybe> for Option<V>
where
    V: TryInto<T>,
    V::Error: Into<Invalid>,
{
    fn given(self) -> Option<Result<T, Invalid>> {
        self.map(|value| value.try_into().map_err(Into::into))
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

/// The same for an argument that may be left out.
pub(crate) fn optional<T, U, M>(name: &'static str, value: T) -> Result<Option<U>, Invalid>
where
    T: Given<U, M>,
{
    value.given().transpose().map_err(|refused| refused.at(name))
}

/// What a builder was given and refused, in the order in which it was given.
#[derive(Clone, Default)]
pub(crate) struct Refused(Vec<(&'static str, Invalid)>);

impl Refused {
    /// The value for the property `name`; a refused one is noted, and forgotten once a better one, or none, is given.
    #[inline]
    pub(crate) fn take<T>(&mut self, name: &'static str, value: Option<Result<T, Invalid>>) -> Option<T> {
        match value {
            Some(Ok(value)) if self.0.is_empty() => Some(value),
            value => self.note(name, value),
        }
    }

    #[cold]
    fn note<T>(&mut self, name: &'static str, value: Option<Result<T, Invalid>>) -> Option<T> {
        self.0.retain(|(refused, _)| *refused != name);
        value?
            .map_err(|invalid| self.0.push((name, invalid.at(name))))
            .ok()
    }

    /// Notes a required property that was not given. One that was refused is noted already.
    #[inline]
    pub(crate) fn require(&mut self, name: &'static str, given: bool) {
        if !given && !self.0.iter().any(|(refused, _)| *refused == name) {
            self.0.push((name, Invalid::missing(name)));
        }
    }

    /// All that was refused, and all that is missing, as one error.
    pub(crate) fn none(self) -> Result<(), Invalid> {
        if self.0.is_empty() {
            return Ok(());
        }
        let refusals = self
            .0
            .into_iter()
            .flat_map(|(_, invalid)| invalid.into_refusals());
        Invalid::all(refusals.collect()).map_or(Ok(()), Err)
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
