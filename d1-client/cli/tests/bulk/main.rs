//! `d1 bulk` as a process, against the sandbox.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod bad_files;
mod compressed;
mod good_files;
mod journals;
mod killed;
mod manifest;
mod mutated;
mod outcomes;
mod setting;
mod speed;
mod terminal;
