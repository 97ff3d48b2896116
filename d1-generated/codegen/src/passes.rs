//! The passes over the generated syntax tree, each one idea. Those on types come first and see [`crate::tree::Types`];
//! those on the client see the whole file.

pub(crate) mod builders;
pub(crate) mod catalogue;
pub(crate) mod client;
pub(crate) mod deprecated;
pub(crate) mod docs;
pub(crate) mod enums;
mod examples;
pub(crate) mod field_names;
pub(crate) mod mocks;
pub(crate) mod non_exhaustive;
pub(crate) mod operations;
pub(crate) mod optional;
pub(crate) mod pattern;
mod pattern_words;
pub(crate) mod reading;
pub(crate) mod redaction;
pub(crate) mod request_fields;
pub(crate) mod schemars;
pub(crate) mod servers;
pub(crate) mod texts;
