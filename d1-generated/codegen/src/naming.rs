//! Names of Rust made of the document's: the conversions of progenitor and typify, so that all agree, and where two become
//! one.

use std::collections::BTreeMap;

use heck::{ToPascalCase, ToSnakeCase};

/// A type or a variant.
#[must_use]
pub fn pascal(name: &str) -> String {
    identifier(name, str::to_pascal_case, "X")
}

/// A field, a function or an argument.
#[must_use]
pub fn snake(name: &str) -> String {
    identifier(name, str::to_snake_case, "x")
}

fn identifier(name: &str, case: fn(&str) -> String, prefix: &str) -> String {
    let words = name.replace('\'', "").replace(|c: char| !is_continue(c), "-");
    let mut cased = case(&words);
    if !cased.starts_with(|c: char| c.is_alphabetic()) {
        cased.insert_str(0, prefix);
    }
    if syn::parse_str::<syn::Ident>(&cased).is_err() {
        cased.push('_');
    }
    cased
}

fn is_continue(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Names that are given, each with its place.
#[derive(Default)]
pub(crate) struct Taken(BTreeMap<String, String>);

impl Taken {
    /// Names that are ours.
    pub(crate) fn reserved(names: &[&str]) -> Self {
        let ours = names
            .iter()
            .map(|name| ((*name).to_owned(), "the generated code".to_owned()));
        Self(ours.collect())
    }

    /// Takes a name for a place, or says whose it is.
    pub(crate) fn take(&mut self, name: &str, place: &str) -> Result<(), String> {
        if !name.is_ascii() {
            return Err(format!(
                "would be called {name} in Rust, which is not ASCII: give it another name"
            ));
        }
        match self.0.insert(name.to_owned(), place.to_owned()) {
            None => Ok(()),
            Some(other) => Err(format!(
                "would be called {name} in Rust, like {other}: give one of them another name"
            )),
        }
    }
}
