//! The closed list of what the generator carries of OpenAPI 3.0: every keyword in every place, with what becomes of it. A
//! keyword that is not in the list is an error, and so is one that says what the generated client cannot keep.
//!
//! The list stands in `openapi/README.md`, too.

mod operation;
mod schema;

use serde_json::Value;

use crate::error::{Error, refuse};
use crate::pointer::below;

/// A kind of object in an OpenAPI document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The document itself.
    Document,
    /// What it is about.
    Info,
    /// A base URL.
    Server,
    /// A path.
    Path,
    /// An operation.
    Operation,
    /// A parameter.
    Parameter,
    /// A request's body.
    Body,
    /// The content of a body, by its media type.
    Content,
    /// A response.
    Response,
    /// What is shared.
    Components,
    /// A schema.
    Schema,
    /// A security scheme.
    Security,
}

/// What becomes of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The client does what it says.
    Carried,
    /// It is shown to people, or says nothing to a client.
    Told,
    /// It goes where D1 alone sends the value; elsewhere it is refused.
    Dropped,
}

/// What stands under a keyword.
#[derive(Clone, Copy)]
enum Under {
    /// A value.
    Value,
    /// An object of this kind, or a boolean.
    One(Place),
    /// Objects of this kind, by names.
    Named(Place),
    /// A list of objects of this kind.
    List(Place),
}

use Fate::{Carried, Dropped, Told};
use Place::{
    Body, Components, Content, Document, Info, Operation, Parameter, Path, Response, Schema, Security, Server,
};
use Under::{List, Named, One, Value as Data};

type Row = (Place, Fate, &'static [&'static str], Under);

const LIST: &[Row] = &[
    (Document, Carried, &["openapi", "security"], Data),
    (Document, Carried, &["info"], One(Info)),
    (Document, Carried, &["servers"], List(Server)),
    (Document, Carried, &["paths"], Named(Path)),
    (Document, Carried, &["components"], One(Components)),
    (Document, Told, &["tags", "externalDocs"], Data),
    (
        Info,
        Told,
        &[
            "title",
            "description",
            "version",
            "termsOfService",
            "contact",
            "license",
        ],
        Data,
    ),
    (Server, Carried, &["url", "description"], Data),
    (
        Path,
        Carried,
        &["get", "put", "post", "delete", "head", "patch"],
        One(Operation),
    ),
    (Path, Carried, &["parameters"], List(Parameter)),
    (Path, Told, &["summary", "description"], Data),
    (
        Operation,
        Carried,
        &["operationId", "deprecated", "security"],
        Data,
    ),
    (Operation, Carried, &["parameters"], List(Parameter)),
    (Operation, Carried, &["requestBody"], One(Body)),
    (Operation, Carried, &["responses"], Named(Response)),
    (
        Operation,
        Told,
        &["summary", "description", "tags", "externalDocs"],
        Data,
    ),
    (
        Parameter,
        Carried,
        &["$ref", "name", "in", "required", "style", "explode"],
        Data,
    ),
    (Parameter, Carried, &["schema"], One(Schema)),
    (
        Parameter,
        Told,
        &["description", "deprecated", "example", "examples"],
        Data,
    ),
    (Body, Carried, &["$ref", "required"], Data),
    (Body, Carried, &["content"], Named(Content)),
    (Body, Told, &["description"], Data),
    (Content, Carried, &["schema"], One(Schema)),
    (Content, Told, &["example", "examples"], Data),
    (Response, Carried, &["$ref", "description"], Data),
    (Response, Carried, &["content"], Named(Content)),
    (Components, Carried, &["schemas"], Named(Schema)),
    (Components, Carried, &["parameters"], Named(Parameter)),
    (Components, Carried, &["responses"], Named(Response)),
    (Components, Carried, &["requestBodies"], Named(Body)),
    (Components, Carried, &["securitySchemes"], Named(Security)),
    (Components, Told, &["examples"], Data),
    (
        Schema,
        Carried,
        &["$ref", "type", "nullable", "required", "enum", "deprecated"],
        Data,
    ),
    (
        Schema,
        Carried,
        &[
            "pattern",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "uniqueItems",
        ],
        Data,
    ),
    (
        Schema,
        Carried,
        &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
        Data,
    ),
    (Schema, Carried, &["readOnly", "writeOnly"], Data),
    (Schema, Carried, &["properties"], Named(Schema)),
    (Schema, Carried, &["items", "additionalProperties"], One(Schema)),
    (Schema, Carried, &["allOf"], List(Schema)),
    (
        Schema,
        Told,
        &[
            "description",
            "title",
            "example",
            "externalDocs",
            "default",
            "format",
            "xml",
        ],
        Data,
    ),
    (
        Schema,
        Dropped,
        &["multipleOf", "minProperties", "maxProperties"],
        Data,
    ),
    (
        Security,
        Told,
        &[
            "type",
            "scheme",
            "bearerFormat",
            "description",
            "name",
            "in",
            "flows",
            "openIdConnectUrl",
        ],
        Data,
    ),
];

/// The list: the place, the keyword, and what becomes of it.
pub fn list() -> impl Iterator<Item = (Place, &'static str, Fate)> {
    LIST.iter()
        .flat_map(|(place, fate, keywords, _)| keywords.iter().map(|keyword| (*place, *keyword, *fate)))
}

/// Checks that every keyword of a document is in the list: before anything is done to it, so that the place is the vendor's.
///
/// # Errors
/// [`Error::Unsupported`] with the place of the first that is not.
pub fn keywords(document: &Value) -> Result<(), Error> {
    walk(document, Document, String::new(), &mut |_, _, _| Ok(()))
}

/// Checks that the generated client can keep all that the assembled document says.
///
/// # Errors
/// [`Error::Unsupported`] with the place of the first that it cannot.
pub(crate) fn check(document: &Value) -> Result<(), Error> {
    walk(document, Document, String::new(), &mut |value, place, pointer| {
        for (_, keyword, _) in list().filter(|(at, _, fate)| *at == place && *fate == Dropped) {
            if value.get(keyword).is_some() {
                return Err(unknown(pointer, keyword));
            }
        }
        match place {
            Schema => schema::check(value, pointer),
            Parameter => operation::parameter(value, pointer),
            _ => Ok(()),
        }
    })?;
    operation::check(document)
}

type Also<'c> = &'c mut dyn FnMut(&Value, Place, &str) -> Result<(), Error>;

fn walk(value: &Value, place: Place, pointer: String, also: Also<'_>) -> Result<(), Error> {
    let Some(members) = value.as_object() else {
        return match value {
            // `additionalProperties` may be a boolean.
            Value::Bool(_) if pointer.ends_with("/additionalProperties") => Ok(()),
            _ => Err(refuse(&pointer, "is not an object")),
        };
    };
    for (keyword, member) in members.iter().filter(|(keyword, _)| !keyword.starts_with("x-")) {
        let row = LIST
            .iter()
            .find(|(at, _, keywords, _)| *at == place && keywords.contains(&keyword.as_str()));
        let Some((_, _, _, under)) = row else {
            return Err(unknown(&pointer, keyword));
        };
        let below = below(&pointer, keyword);
        match under {
            Data => {}
            One(place) => walk(member, *place, below, also)?,
            Named(place) => {
                let named = member
                    .as_object()
                    .ok_or_else(|| refuse(&below, "is not an object"))?;
                for (name, member) in named
                    .iter()
                    .filter(|(name, _)| !name.starts_with("x-") || *place == Schema)
                {
                    walk(member, *place, self::below(&below, name), also)?;
                }
            }
            List(place) => {
                let items = member.as_array().ok_or_else(|| refuse(&below, "is not a list"))?;
                for (index, item) in items.iter().enumerate() {
                    walk(item, *place, format!("{below}/{index}"), also)?;
                }
            }
        }
    }
    also(value, place, &pointer)
}

fn unknown(pointer: &str, keyword: &str) -> Error {
    let what = format!(
        "the client cannot carry `{}` here (the list is in openapi/README.md): an overlay can take it away",
        keyword.escape_debug()
    );
    refuse(&below(pointer, keyword), what)
}
