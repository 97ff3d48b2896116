//! JSON pointers (RFC 6901) as text, for messages.

use jsonptr::{Pointer, Token};

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
