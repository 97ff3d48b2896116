//! `cargo xtask codegen`, on copies of the committed inputs. The page is made of the committed vendor documents.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod apis;
mod assembled;
mod bad_input;
mod check;
mod command;
mod one_change;
mod prose;
mod refresh;
mod reviewed;
mod supported;
mod workspace;
