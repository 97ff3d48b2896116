//! What the vendor's places are called in Rust: the assembled document names what the merged one only describes.

use std::collections::BTreeMap;

use d1_codegen::naming::{pascal, snake};
use serde_json::Value;

use crate::inputs::Direction;
use crate::pointer::{below, members, of_reference, operations, pointer_of};

/// The names of one merged document.
#[derive(Clone, Debug, Default)]
pub struct RustNames {
    /// By the pointer into the merged document.
    items: BTreeMap<String, Item>,
}

/// What a place is in Rust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// An operation's name, as in `RegisterConsumer`.
    pub(super) operation: Option<String>,
    /// Its method of the generated client.
    pub(super) method: Option<String>,
    /// The type of a value, if it has one of its own.
    pub(super) ty: Option<String>,
    /// The type that it is a field of, and the field.
    pub(super) field: Option<(String, String)>,
    /// Whether a caller makes it.
    pub(super) is_sent: bool,
    /// Whether what D1 sends is refused without it, or with `null` for it.
    pub(super) is_essential: bool,
}

impl RustNames {
    /// The names that `assembled` gives to the places of `merged`, from which it was made.
    #[must_use]
    pub fn of(merged: &Value, assembled: &Value, direction: Direction) -> Self {
        let mut walk = Walk {
            direction,
            merged,
            assembled,
            names: Self::default(),
        };
        walk.paths();
        walk.names
    }

    /// Whether the place is a field of what D1 sends that may be neither missing nor null.
    pub(super) fn is_essential(&self, pointer: &str) -> bool {
        self.items
            .get(pointer)
            .is_some_and(|item| item.is_essential && !item.is_sent)
    }

    /// The innermost place around a pointer that has a name, and what of the pointer lies within it.
    pub(super) fn around<'a>(&self, pointer: &'a str) -> Option<(&Item, &'a str)> {
        let mut end = pointer.len();
        loop {
            if let Some(item) = self.items.get(&pointer[..end]) {
                return Some((item, &pointer[end..]));
            }
            end = pointer[..end].rfind('/')?;
        }
    }
}

struct Walk<'a> {
    direction: Direction,
    merged: &'a Value,
    assembled: &'a Value,
    names: RustNames,
}

impl<'a> Walk<'a> {
    fn paths(&mut self) {
        for operation in operations(self.merged) {
            let pointer = operation.pointer();
            if let Some(after) = self.assembled.pointer(&pointer) {
                self.operation(&pointer, operation.value, after);
            }
        }
    }

    fn operation(&mut self, pointer: &str, before: &'a Value, after: &'a Value) {
        let id = after["operationId"].as_str();
        let item = Item {
            operation: id.map(pascal),
            method: id.map(snake),
            ..Item::default()
        };
        self.names.items.insert(pointer.to_owned(), item);
        let is_inbound = self.direction == Direction::Inbound;
        let (body, responses) = (below(pointer, "requestBody"), below(pointer, "responses"));
        self.content(&body, &before["requestBody"], &after["requestBody"], is_inbound);
        for (status, old) in members(&before["responses"]) {
            let new = &after["responses"][status];
            self.content(&below(&responses, status), old, new, !is_inbound);
        }
    }

    fn content(&mut self, pointer: &str, before: &'a Value, after: &'a Value, is_sent: bool) {
        let (pointer, before) = follow(self.merged, pointer, before);
        let (_, after) = follow(self.assembled, "", after);
        for (media_type, old) in members(&before["content"]) {
            let new = &after["content"][media_type];
            if let (Some(old), Some(new)) = (old.get("schema"), new.get("schema")) {
                let at = below(&below(&below(&pointer, "content"), media_type), "schema");
                let item = Item {
                    is_sent,
                    ..Item::default()
                };
                self.schema(&at, old, new, item);
            }
        }
    }

    fn schema(&mut self, pointer: &str, before: &'a Value, after: &'a Value, mut item: Item) {
        let (target, before) = follow(self.merged, pointer, before);
        let (named, after) = follow(self.assembled, "", after);
        item.ty = named.strip_prefix("/components/schemas/").map(pascal);
        let is_sent = item.is_sent;
        let owner = item.ty.clone();
        if target != pointer {
            self.names.items.entry(pointer.to_owned()).or_insert(item.clone());
        }
        // The name of a type that is sent and received is that of what a caller builds.
        let known = self.names.items.get(&target);
        if known.is_some_and(|known| known.is_sent || !is_sent) {
            return;
        }
        self.names.items.insert(target.clone(), item);
        for (name, old) in members(&before["properties"]) {
            let Some(new) = after["properties"].get(name) else {
                continue;
            };
            let given = new["x-field-name"].as_str();
            let field = given.map_or_else(|| snake(name), str::to_owned);
            let item = Item {
                field: owner.clone().map(|owner| (owner, field)),
                is_sent,
                is_essential: new["x-essential"] == true,
                ..Item::default()
            };
            self.schema(&below(&below(&target, "properties"), name), old, new, item);
        }
        if let (Some(old), Some(new)) = (before.get("items"), after.get("items")) {
            let item = Item {
                is_sent,
                ..Item::default()
            };
            self.schema(&below(&target, "items"), old, new, item);
        }
    }
}

/// Where references lead in the end, `allOf` of one reference included: the pointer, and what is there.
fn follow<'a>(document: &'a Value, pointer: &str, value: &'a Value) -> (String, &'a Value) {
    const LONGEST_CHAIN: usize = 16;
    let (mut pointer, mut value) = (pointer.to_owned(), value);
    for _ in 0..LONGEST_CHAIN {
        let only = match value.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            Some([only]) => only,
            _ => value,
        };
        let target = of_reference(only).and_then(|reference| pointer_of(&format!("#{reference}")));
        let Some((target, found)) = target.and_then(|target| {
            let found = document.pointer(&target)?;
            Some((target, found))
        }) else {
            break;
        };
        (pointer, value) = (target, found);
    }
    (pointer, value)
}
