//! The fields of each operation's body by their JSON paths, as data: a server that names a field names one of these, or
//! says something else.

use quote::{format_ident, quote};
use serde_json::Value;
use syn::File;

use super::catalogue::of_all;
use crate::naming::pascal;
use crate::{error::Error, tree};

pub(crate) fn apply(file: &mut File, documents: &[&Value]) -> Result<(), Error> {
    let operations = of_all(documents)?;
    let variants = operations
        .iter()
        .map(|(_, operation)| format_ident!("{}", pascal(operation.id())));
    let fields = operations.iter().map(|(document, operation)| {
        let body = &operation.value["requestBody"]["content"]["application/json"];
        let mut fields = Fields::of(document);
        fields.collect("", &body["schema"]);
        // By name: the order of the document's members is not the same wherever it is read.
        fields.paths.sort();
        let paths = fields.paths;
        quote! { &[#(#paths),*] }
    });
    file.items.extend(tree::parse_items(quote! {
        impl Operation {
            /// The fields of its body by their JSON paths, in alphabetical order; an array counts as one field.
            pub const fn request_fields(self) -> &'static [&'static str] {
                match self { #(Self::#variants => #fields),* }
            }
        }
    })?);
    Ok(())
}

struct Fields<'a> {
    document: &'a Value,
    /// The references that led here: a schema that holds itself ends there.
    open: Vec<&'a str>,
    paths: Vec<String>,
}

impl<'a> Fields<'a> {
    fn of(document: &'a Value) -> Self {
        Self {
            document,
            open: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// The paths of what `schema` describes, which stands at `place`.
    fn collect(&mut self, place: &str, schema: &'a Value) {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = reference
                .strip_prefix('#')
                .and_then(|at| self.document.pointer(at));
            let Some(target) = target.filter(|_| !self.open.contains(&reference)) else {
                return;
            };
            self.open.push(reference);
            self.collect(place, target);
            self.open.pop();
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.collect(place, part);
        }
        if schema["items"].is_object() {
            self.collect(place, &schema["items"]);
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = match place {
                "" => name.clone(),
                place => format!("{place}.{name}"),
            };
            self.paths.push(path.clone());
            self.collect(&path, property);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_lists_and_references_are_followed_once() {
        let document = json!({ "components": { "schemas": {
            "Person": { "properties": {
                "name": { "type": "string" },
                "aliases": { "type": "array", "items": { "properties": { "name": {} } } },
                "parent": { "$ref": "#/components/schemas/Person" },
            } },
        } } });
        let body = json!({ "allOf": [{ "$ref": "#/components/schemas/Person" }] });
        let mut fields = Fields::of(&document);
        fields.collect("", &body);
        fields.paths.sort();
        assert_eq!(fields.paths, ["aliases", "aliases.name", "name", "parent"]);
    }
}
