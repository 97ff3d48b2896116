//! JSON pointers (RFC 6901) as text, for messages.

use jsonptr::{Pointer, Token};
use serde_json::Value;

/// `pointer` followed by `step`.
#[must_use]
pub fn below(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", Token::new(step).encoded())
}

/// The unescaped steps of a pointer; none of what is not one.
#[must_use]
pub fn steps(pointer: &str) -> Vec<String> {
    let pointer = Pointer::parse(pointer).ok();
    let tokens = pointer.into_iter().flat_map(Pointer::tokens);
    tokens.map(|step| step.decoded().into_owned()).collect()
}

/// What a value refers to, bare or wrapped in an `allOf` of its own.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    let reference = value.get("$ref").or_else(|| value.pointer("/allOf/0/$ref"));
    reference?.as_str()
}

/// What a reference leads to in the end; the value itself if it is none.
pub(crate) fn target<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let mut at = value;
    // A reference that leads back to itself is refused elsewhere.
    for _ in 0..32 {
        match reference(at).and_then(|reference| document.pointer(reference.strip_prefix('#')?)) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_unescaped_once() {
        for name in ["a", "", "/a/{id}", "~1", "m~n", "~0~01", "é %2F"] {
            let pointer = below(&below("", "paths"), name);
            assert_eq!(steps(&pointer), ["paths", name]);
        }
        assert_eq!(below("/paths", "/a~b"), "/paths/~1a~0b");
        assert!(steps("").is_empty());
    }
}
