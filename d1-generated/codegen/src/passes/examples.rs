//! An example for a builder: an expression that makes one, from the `example`s of the document.
//!
//! It shows the required properties, and those with an `example` of their own; if there is none, the first that can be shown. If a
//! required property has no value, the builder has no example.
//!
//! An example is run as a documentation test. So a text of the document gets into it only as a literal, and only if it keeps its rule
//! and has no character that means something in a literal or in Markdown.

use std::collections::HashMap;

use serde_json::Value;

use super::enums;
use crate::{
    automaton::{Automaton, Symbols},
    ecma,
    named::SCHEMAS,
    tree::{self, Shape, Types},
};

/// How many objects an example nests.
const DEEPEST: usize = 4;

/// The longest example on one line.
const LINE: usize = 80;

/// What an example is made from.
pub(super) struct Examples<'a> {
    schemas: &'a Value,
    objects: HashMap<String, Vec<Setter>>,
}

/// A property, and the setter of it.
struct Setter {
    property: String,
    name: String,
    required: bool,
}

impl<'a> Examples<'a> {
    pub(super) fn of(types: &Types, document: &'a Value) -> Self {
        let mut objects = HashMap::new();
        for ty in &types.list {
            if let Shape::Object(item) = &ty.shape {
                let required = ty
                    .schema(document)
                    .map_or(&Value::Null, |schema| &schema["required"]);
                let setters = item.fields.iter().filter_map(|field| {
                    let ident = field.ident.as_ref()?;
                    Some(Setter {
                        property: tree::wire_name(&field.attrs, ident),
                        name: super::builders::setter(ident).to_string(),
                        required: tree::option_of(&field.ty).is_none(),
                    })
                });
                let mut setters: Vec<_> = setters.collect();
                // As the document lists what is required: the first line of an address comes before its city.
                setters.sort_by_key(|setter| place(required, &setter.property));
                objects.insert(ty.name.to_string(), setters);
            }
        }
        Self {
            schemas: &document["components"]["schemas"],
            objects,
        }
    }

    /// The expression for the builder of the type `name`; `None` if there is nothing to show.
    pub(super) fn builder(&self, name: &str) -> Option<String> {
        self.object(name, DEEPEST)
    }

    fn object(&self, name: &str, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let setters = self.objects.get(name)?;
        let schema = |setter: &Setter| &self.schemas[name]["properties"][&setter.property];
        let call = |setter: &Setter| {
            let value = self.value(schema(setter), depth)?;
            Some(format!(".{}({value})", setter.name))
        };
        let mut calls = Vec::new();
        for setter in setters {
            if setter.required {
                calls.push(call(setter)?);
            } else if schema(setter).get("example").is_some() {
                calls.extend(call(setter));
            }
        }
        if calls.is_empty() {
            calls.push(setters.iter().find_map(call)?);
        }
        let line = format!("{name}::builder(){}", calls.concat());
        let nested = DEEPEST - depth > 1;
        Some(match nested || line.len() <= LINE {
            true => line,
            false => format!("{name}::builder()\n    {}", calls.join("\n    ")),
        })
    }

    /// The value of a property as an expression.
    fn value(&self, property: &Value, depth: usize) -> Option<String> {
        let (name, schema) = self.resolve(property);
        let example = property.get("example").or_else(|| schema.get("example"));
        match (name, schema["type"].as_str()?) {
            (Some(name), "object") => self.object(name, depth),
            (_, "array") => {
                let (name, of) = self.resolve(&schema["items"]);
                let items = example?.as_array()?.iter().map(|item| of_text(name, of, item));
                Some(format!("vec![{}]", items.collect::<Option<Vec<_>>>()?.join(", ")))
            }
            (name, "string") => of_text(name, schema, example?),
            (_, "boolean") => Some(example?.as_bool()?.to_string()),
            _ => None,
        }
    }

    /// The schema that a place refers to, and the name of its type; the place itself if it refers to none.
    fn resolve<'s>(&'s self, place: &'s Value) -> (Option<&'s str>, &'s Value) {
        let reference = place.get("$ref").or_else(|| place.pointer("/allOf/0/$ref"));
        let name = reference
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix(SCHEMAS));
        name.map_or((None, place), |name| (Some(name), &self.schemas[name]))
    }
}

/// Where a property stands in the list of the required ones; what is not there comes after it.
fn place(required: &Value, property: &str) -> usize {
    let mut listed = required.as_array().into_iter().flatten();
    listed.position(|name| name == property).unwrap_or(usize::MAX)
}

/// A text, or the variant of an enum.
fn of_text(name: Option<&str>, schema: &Value, example: &Value) -> Option<String> {
    let example = example.as_str()?;
    let open = schema.get("x-extensible-enum");
    if let Some(listed) = open.or_else(|| schema.get("enum")).and_then(Value::as_array) {
        let variants = enums::variants(listed, open.is_some());
        let (variant, _) = variants.iter().find(|(_, value)| value == example)?;
        return Some(format!("{}::{variant}", name?));
    }
    (is_plain(example) && keeps_its_rule(example, schema)).then(|| format!("\"{example}\""))
}

/// Whether the text is the same in a literal, in a comment and in Markdown code.
fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|c| c == ' ' || c.is_ascii_graphic() && !"\"\\`".contains(c))
}

fn keeps_its_rule(text: &str, schema: &Value) -> bool {
    let length = text.chars().count() as u64;
    let long_enough = schema["minLength"].as_u64().is_none_or(|min| length >= min);
    let short_enough = schema["maxLength"].as_u64().is_none_or(|max| length <= max);
    long_enough
        && short_enough
        && schema["pattern"]
            .as_str()
            .is_none_or(|pattern| matches(text, pattern))
}

/// Whether the pattern is known to match.
fn matches(text: &str, pattern: &str) -> bool {
    let Some(pattern) = ecma::parse(pattern) else {
        return false;
    };
    let symbols = Symbols::of([&pattern]);
    Automaton::of(&pattern, &symbols).is_some_and(|automaton| automaton.matches(text, &symbols))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_a_literal_or_nothing() {
        let name = json!({"type": "string", "pattern": "^[\\p{L} .]{1,5}$", "maxLength": 4});
        let text = |example: &str| of_text(Some("Name"), &name, &json!(example));
        assert_eq!(text("Ada").as_deref(), Some("\"Ada\""));
        for refused in ["", "Ada L", "A1", "\u{c9}va"] {
            assert_eq!(text(refused), None, "{refused}");
        }
        for hostile in ["\").build(); panic!(\"", "\\", "```", "a\nb", "\u{202e}"] {
            assert_eq!(of_text(None, &json!({"type": "string"}), &json!(hostile)), None);
        }
    }

    #[test]
    fn an_enum_is_named_by_its_variant() {
        let channel = json!({"type": "string", "enum": ["SMS", "IN_APP"]});
        let of = |example: &str| of_text(Some("Channel"), &channel, &json!(example));
        assert_eq!(of("IN_APP").as_deref(), Some("Channel::InApp"));
        assert_eq!(of("FAX"), None);
    }
}
