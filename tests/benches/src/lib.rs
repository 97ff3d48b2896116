//! What the client costs: three ways to make the same call, and a D1 that answers at once.
//!
//! Every client is given the same plain strings, builds its own body of them for every call, and sends the same
//! request: the same path and headers, with a token and a new correlation id.
//!
//! - [`ours::Ours`]: `d1-client` with everything on.
//! - [`by_hand::ByHand`]: reqwest, with structs of `String`s and derived enums, as one would write it for these two calls.
//! - [`strict::Strict`]: progenitor's own client of the plain merge of the vendor's documents.
//!
//! The benches (`*.rs` beside this folder) print a line for each [`Measurement`]; `cargo xtask bench` runs them all.

pub mod allocations;
pub mod by_hand;
pub mod cards;
mod client_under_test;
mod cost;
mod measurement;
pub mod ours;
mod person;
mod server;
pub mod strict;

pub use client_under_test::{ClientKind, ClientUnderTest};
pub use cost::{Cost, peak_memory};
pub use measurement::{Measurement, median};
pub use person::{Person, people};
pub use server::Server;

/// Whether this is `cargo bench`, and not a test run that builds the benches too and would take them for tests.
pub fn is_asked_for() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
