//! The document with a name for every type: each schema that becomes a type of its own stands in the components, called what
//! the type is called, and whatever needs none (a number, a list, a map) stands where it is used.
//!
//! A type knows its schema by its name then, and typify is left with nothing to name.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::{Error, refuse};
use crate::naming::{Taken, pascal, snake};
use crate::operations::METHODS;
use crate::pointer::{below, reference};

/// Where a component came from in the document: a JSON pointer.
pub(crate) const PLACE: &str = "x-d1-place";

/// What a reference to a type begins with.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// Names that the generated code uses without a path.
const OURS: [&str; 13] = [
    "Box", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Self_", "Some", "String",
    "Vec",
];

/// What stays at the place that refers to a type; all else belongs to the type.
const OF_THE_PLACE: [&str; 6] = [
    "nullable",
    "deprecated",
    "readOnly",
    "writeOnly",
    "default",
    "example",
];

/// Names the types of `document`.
///
/// # Errors
/// [`Error::Unsupported`], when two places would give one name, or a schema holds itself without an object between.
pub(crate) fn apply(document: &Value) -> Result<Value, Error> {
    let mut document = document.clone();
    let schemas = match document.pointer_mut("/components/schemas").map(Value::take) {
        Some(Value::Object(schemas)) => schemas,
        _ => Map::new(),
    };
    let mut types = Types::of(schemas)?;
    for (name, called) in types.names.clone() {
        let schema = types.stated[&name].clone();
        types.define(&called, schema, &below("/components/schemas", &name))?;
    }
    for kind in ["parameters", "requestBodies", "responses"] {
        let pointer = below("/components", kind);
        let components = document.pointer_mut(&pointer).and_then(Value::as_object_mut);
        for (name, component) in components.into_iter().flatten() {
            let at = below(&pointer, name);
            let suffix = match kind {
                "requestBodies" => "Body",
                "responses" => "Response",
                _ => "",
            };
            types.holder(component, &at, &format!("{}{suffix}", pascal(name)))?;
        }
    }
    types.paths(&mut document)?;
    operation_names(&document)?;
    document["components"]["schemas"] = Value::Object(types.done.into_iter().collect());
    Ok(document)
}

struct Types {
    /// The document's own names, and what each is called.
    names: BTreeMap<String, String>,
    /// By the document's names, those that need no type are among them.
    stated: BTreeMap<String, Value>,
    /// By the names of types.
    done: BTreeMap<String, Value>,
    taken: Taken,
}

impl Types {
    fn of(schemas: Map<String, Value>) -> Result<Self, Error> {
        let mut types = Self {
            names: BTreeMap::new(),
            stated: schemas.into_iter().collect(),
            done: BTreeMap::new(),
            taken: Taken::reserved(&OURS),
        };
        for (name, schema) in &types.stated {
            let place = below("/components/schemas", name);
            if !name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            {
                return Err(refuse(
                    &place,
                    "has a name of more than letters, digits, . _ and -",
                ));
            }
            if needs_a_type(schema, true) {
                let called = pascal(name);
                types
                    .taken
                    .take(&called, &place)
                    .map_err(|what| refuse(&place, what))?;
                types.names.insert(name.clone(), called);
            }
        }
        Ok(types)
    }

    /// A type, and the types within it.
    fn define(&mut self, called: &str, mut schema: Value, place: &str) -> Result<(), Error> {
        let mut fields = Taken::reserved(&[]);
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (property, inner) in properties.into_iter().flatten() {
            let at = below(&below(place, "properties"), property);
            let field = match inner.get("x-field-name").and_then(Value::as_str) {
                Some(field) => field.to_owned(),
                None => snake(property),
            };
            fields.take(&field, &at).map_err(|what| refuse(&at, what))?;
            if !property.chars().any(|c| c.is_ascii_alphanumeric()) || property.chars().any(char::is_control)
            {
                return Err(refuse(&at, "has no name of letters and digits"));
            }
            *inner = self.replaced(inner, &format!("{called}{}", pascal(property)), &at, 0)?;
        }
        schema[PLACE] = json!(place);
        self.done.insert(called.to_owned(), schema);
        Ok(())
    }

    /// What stands at a place in the end: a reference to a type, or a schema that needs none.
    fn replaced(&mut self, schema: &Value, called: &str, place: &str, depth: usize) -> Result<Value, Error> {
        if depth > 32 {
            return Err(refuse(place, "holds itself, with no object between"));
        }
        if let Some(reference) = reference(schema) {
            let name = reference.strip_prefix(SCHEMAS);
            let Some((name, target)) = name.and_then(|name| Some((name, self.stated.get(name)?.clone())))
            else {
                return Err(refuse(place, "refers to no schema of this document"));
            };
            let target = match self.names.get(name) {
                Some(called) => to_type(called),
                None => self.replaced(&target, called, &below("/components/schemas", name), depth + 1)?,
            };
            return Ok(beside(schema, target));
        }
        if needs_a_type(schema, false) {
            // Once more: what is joined of two names is one that no conversion changes.
            let called = &pascal(called);
            self.taken
                .take(called, place)
                .map_err(|what| refuse(place, what))?;
            let mut own = schema.clone();
            if let Some(members) = own.as_object_mut() {
                members.retain(|key, _| !OF_THE_PLACE.contains(&key.as_str()) && !is_ours(key));
            }
            self.define(called, own, place)?;
            return Ok(beside(schema, to_type(called)));
        }
        let mut schema = schema.clone();
        for (keyword, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(inner) = schema.get_mut(keyword).filter(|inner| inner.is_object()) {
                let at = below(place, keyword);
                *inner = self.replaced(inner, &format!("{called}{suffix}"), &at, depth + 1)?;
                without_bounds(inner, &at)?;
            }
        }
        Ok(schema)
    }

    /// A parameter, a body or a response: its schema, or that of its content.
    fn holder(&mut self, holder: &mut Value, place: &str, called: &str) -> Result<(), Error> {
        if let Some(schema) = holder.get_mut("schema") {
            *schema = self.replaced(schema, called, &below(place, "schema"), 0)?;
        }
        let contents = holder.get_mut("content").and_then(Value::as_object_mut);
        for (media, content) in contents.into_iter().flatten() {
            let at = below(&below(place, "content"), media);
            if let Some(schema) = content.get_mut("schema") {
                let at = below(&at, "schema");
                *schema = self.replaced(schema, called, &at, 0)?;
                without_bounds(schema, &at)?;
            }
        }
        Ok(())
    }

    fn paths(&mut self, document: &mut Value) -> Result<(), Error> {
        for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
            let place = below("/paths", path);
            self.parameters(item, &place, "")?;
            let operations = item.as_object_mut().into_iter().flatten();
            for (method, operation) in operations.filter(|(key, _)| METHODS.contains(&key.as_str())) {
                let place = below(&place, method);
                let called = pascal(operation["operationId"].as_str().unwrap_or_default());
                self.parameters(operation, &place, &called)?;
                if let Some(body) = operation.get_mut("requestBody") {
                    self.holder(body, &below(&place, "requestBody"), &format!("{called}Body"))?;
                }
                let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
                for (status, response) in responses.into_iter().flatten() {
                    let suffix = if status.starts_with('2') {
                        "Response".to_owned()
                    } else {
                        format!("Response{status}")
                    };
                    let place = below(&below(&place, "responses"), status);
                    self.holder(response, &place, &format!("{called}{suffix}"))?;
                }
            }
        }
        Ok(())
    }

    fn parameters(&mut self, holder: &mut Value, place: &str, called: &str) -> Result<(), Error> {
        let parameters = holder.get_mut("parameters").and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let name = pascal(parameter["name"].as_str().unwrap_or_default());
            let place = format!("{}/{index}", below(place, "parameters"));
            self.holder(parameter, &place, &format!("{called}{name}"))?;
        }
        Ok(())
    }
}

/// Bounds that are checked where an object has the value as a property.
const BOUNDS: [&str; 7] = [
    "minItems",
    "maxItems",
    "uniqueItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
];

fn without_bounds(schema: &Value, place: &str) -> Result<(), Error> {
    match BOUNDS.into_iter().find(|bound| schema.get(*bound).is_some()) {
        Some(bound) => Err(refuse(&below(place, bound), "is checked of a property alone")),
        None => Ok(()),
    }
}

/// A reference to the type of this name.
fn to_type(called: &str) -> Value {
    json!({"$ref": format!("{SCHEMAS}{called}")})
}

/// Whether a schema becomes a type of its own. A text without a rule does if it has a name.
fn needs_a_type(schema: &Value, named: bool) -> bool {
    match schema["type"].as_str() {
        Some("string") => {
            let rules = ["enum", "x-extensible-enum", "pattern", "minLength", "maxLength"];
            named || rules.iter().any(|rule| schema.get(*rule).is_some())
        }
        Some("object") => {
            let has = |key: &str| schema[key].as_object().is_some_and(|members| !members.is_empty());
            has("properties") || schema["additionalProperties"] == false
        }
        _ => false,
    }
}

/// What `place` says of its own, beside `target`.
fn beside(place: &Value, target: Value) -> Value {
    let kept = |key: &str| {
        OF_THE_PLACE.contains(&key) || is_ours(key) || key == "description" && place.get("$ref").is_none()
    };
    let members = place.as_object().into_iter().flatten();
    let own: Map<_, _> = members
        .filter(|(key, _)| kept(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if own.is_empty() {
        return target;
    }
    let mut whole = match target {
        Value::Object(members) if !members.contains_key("$ref") => members,
        reference => Map::from_iter([("allOf".to_owned(), json!([reference]))]),
    };
    whole.extend(own);
    Value::Object(whole)
}

/// Extensions of ours speak of a place.
fn is_ours(key: &str) -> bool {
    key.starts_with("x-") && key != "x-extensible-enum"
}

/// The functions of the client and the arguments of each operation.
fn operation_names(document: &Value) -> Result<(), Error> {
    let mut functions = Taken::reserved(&[
        "new_with_client",
        "api_version",
        "baseurl",
        "client",
        "inner",
        "exec",
        "pre",
        "post",
    ]);
    let mut builders = Taken::reserved(&["Self_"]);
    for operation in crate::operations::operations(document) {
        let place = operation.pointer();
        let fail = |what| refuse(&place, what);
        let function = snake(operation.id());
        functions.take(&function, &place).map_err(fail)?;
        functions
            .take(&format!("{function}_request"), &place)
            .map_err(fail)?;
        builders.take(&pascal(operation.id()), &place).map_err(fail)?;
        let mut arguments = Taken::reserved(&[
            "body",
            "body_map",
            "client",
            "new",
            "request",
            "send",
            "url",
            "header_map",
        ]);
        for parameter in operation.parameters(document) {
            let name = parameter["name"].as_str().unwrap_or_default();
            let what = |what| refuse(&place, format!("its parameter {name} {what}"));
            arguments
                .take(&snake(name), &format!("another name of {place}"))
                .map_err(what)?;
        }
    }
    Ok(())
}
