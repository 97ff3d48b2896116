//! What was done to a record, and what could not be done. Never a value.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Field, Rule};
use crate::names::named;

/// A field that a rule changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The field.
    pub field: Field,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)
    }
}

/// A field that is not fit, and that no rule in force could correct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The field.
    pub field: Field,
    /// The rule that it breaks.
    pub kind: ProblemKind,
    /// The rule in words, as in `must be 1 to 40 characters long`.
    pub rule: &'static str,
    /// The characters that the field refuses, where that is the rule: all of them in a text of any script, where they are
    /// neither letters nor digits, and the first one in others.
    pub characters: Vec<Character>,
}

named! {
    /// A rule that a value breaks.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum ProblemKind {
        /// Required, and not there.
        Missing = "missing",
        /// Too few characters.
        TooShort = "too_short",
        /// Too many characters. Nothing is ever cut.
        TooLong = "too_long",
        /// It holds characters that the field refuses.
        Character = "character",
        /// Another form than the vendor's pattern.
        Format = "format",
        /// None of the values that the vendor lists.
        Value = "value",
        /// No language of ISO 639.
        Language = "language",
        /// No country of ISO 3166-1.
        Country = "country",
        /// A number that nobody can have: of an unknown calling code, too long, too short, or with letters in it.
        #[cfg(feature = "phone")]
        Phone = "phone",
        /// A national number, and no country to read it by.
        #[cfg(feature = "phone")]
        PhoneCountry = "phone_country",
        /// A number with an extension, which D1 has no field for.
        #[cfg(feature = "phone")]
        PhoneExtension = "phone_extension",
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)?;
        for (number, character) in self.characters.iter().enumerate() {
            write!(f, "{} {character}", if number == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

/// A character that a field refuses: where it is, and its Unicode name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Character {
    position: usize,
    character: char,
}

impl Character {
    pub(crate) const fn new(position: usize, character: char) -> Self {
        Self { position, character }
    }

    /// How many characters (Unicode code points) stand before it in the value as it was given.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The Unicode name, as in `AMPERSAND`; the code point, as in `U+0092`, of a character without one.
    #[must_use]
    pub fn name(&self) -> String {
        match unicode_names2::name(self.character) {
            Some(name) => name.to_string(),
            None => format!("U+{:04X}", u32::from(self.character)),
        }
    }
}

impl fmt::Display for Character {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.name(), self.position)
    }
}

impl fmt::Debug for Character {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Character({self})")
    }
}

impl Serialize for Character {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut character = serializer.serialize_struct("Character", 2)?;
        character.serialize_field("position", &self.position)?;
        character.serialize_field("name", &self.name())?;
        character.end()
    }
}
