//! The operations of the document, as the passes see them.

use serde_json::{Map, Value};

use crate::pointer::{below, target};
use crate::prose;

/// The HTTP methods of an OpenAPI 3.0 path item.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// Its path template.
    pub path: &'a str,
    /// Its method, in lower case.
    pub method: &'a str,
    /// The path item it stands in.
    pub item: &'a Map<String, Value>,
    /// What it says.
    pub value: &'a Value,
}

/// All operations, in the document's order.
pub fn operations(document: &Value) -> impl Iterator<Item = Operation<'_>> {
    let items = document["paths"].as_object().into_iter().flatten();
    items.flat_map(|(path, item)| {
        let item = item.as_object();
        item.into_iter().flat_map(move |item| {
            let methods = item.iter().filter(|(key, _)| METHODS.contains(&key.as_str()));
            methods.map(move |(method, value)| Operation {
                path,
                method,
                item,
                value,
            })
        })
    })
}

impl<'a> Operation<'a> {
    /// `PUT /issuers/…`, for messages.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// The JSON pointer to it.
    #[must_use]
    pub fn pointer(&self) -> String {
        below(&below("/paths", self.path), self.method)
    }

    pub(crate) fn id(&self) -> &'a str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// Its parameters, those of its path first; one that it declares itself replaces its path's.
    pub(crate) fn parameters(&self, document: &'a Value) -> Vec<&'a Value> {
        let mut parameters: Vec<&Value> = Vec::new();
        for level in [self.item.get("parameters"), self.value.get("parameters")] {
            for parameter in level.and_then(Value::as_array).into_iter().flatten() {
                let parameter = target(document, parameter);
                let same =
                    |other: &&Value| other["name"] == parameter["name"] && other["in"] == parameter["in"];
                match parameters.iter_mut().find(|other| same(other)) {
                    Some(known) => *known = parameter,
                    None => parameters.push(parameter),
                }
            }
        }
        parameters
    }

    /// The schema of its body.
    pub(crate) fn body(&self, document: &'a Value) -> Option<&'a Value> {
        json_of(target(document, self.value.get("requestBody")?))
    }

    /// The status of its success, and the schema of what comes with it.
    pub(crate) fn success(&self, document: &'a Value) -> Option<(u16, Option<&'a Value>)> {
        let mut responses = self.value["responses"].as_object()?.iter();
        responses.find_map(|(status, response)| {
            let status = status.parse().ok().filter(|status| (200..300).contains(status))?;
            Some((status, json_of(target(document, response))))
        })
    }

    /// What it is for, the request that it sends, and its arguments.
    pub(crate) fn docs(&self, document: &Value) -> String {
        let mut parts = vec![
            prose::line(self.value["summary"].as_str().unwrap_or_default()),
            prose::inert(self.value["description"].as_str().unwrap_or_default()),
            format!(
                "Sends a `{}` request to {}",
                self.method.to_uppercase(),
                prose::name(self.path)
            ),
        ];
        let arguments = self.parameters(document).into_iter().map(|parameter| {
            let name = prose::name(parameter["name"].as_str().unwrap_or_default());
            match prose::words(parameter["description"].as_str().unwrap_or_default()).as_str() {
                "" => format!("- {name}"),
                said => format!("- {name}: {said}"),
            }
        });
        let mut arguments: Vec<_> = arguments.collect();
        if self.value.get("requestBody").is_some() {
            arguments.push("- `body`".to_owned());
        }
        if !arguments.is_empty() {
            parts.push(format!("Arguments:\n{}", arguments.join("\n")));
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n")
    }
}

/// The schema of a body or an answer.
fn json_of(holder: &Value) -> Option<&Value> {
    holder["content"]["application/json"].get("schema")
}
