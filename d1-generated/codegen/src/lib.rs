//! Turns the assembled D1 OpenAPI document into the Rust client of `d1-generated`.
//!
//! `build.rs` and `cargo xtask codegen` share this crate, so what a build compiles and what is committed as
//! `d1-generated/src/snapshot.rs` are the same text. [`generate()`] reads top down:
//!
//! 1. [`supported`]: what the document may say, a closed list; anything else is refused;
//! 2. every type gets its name, and progenitor a private view of the document: shapes, no rules, no error responses;
//! 3. progenitor writes a client of that view, and typed mocks of the whole document;
//! 4. the passes, one small module each, reshape the syntax tree;
//! 5. the tree is formatted.
//!
//! [`ecma`] and [`automaton`] say what a pattern of the vendor's accepts: the passes check strings by them, `xtask` compares
//! patterns.

pub mod automaton;
pub mod ecma;
mod error;
pub mod generate;
mod named;
pub mod naming;
pub mod operations;
mod passes;
pub mod pointer;
pub mod prose;
mod shared;
pub mod supported;
mod tree;
mod view;
pub mod wording;

pub use error::Error;
pub use generate::{Api, Failed, generate};
