//! What the tests share: people who do not exist, cards that nobody holds, a D1 on loopback that is mocked and one on a
//! raw socket, certificates that nobody trusts, a clock that is held, and the four operations.

pub mod alerts;
pub mod calls;
pub mod cards;
pub mod certificates;
pub mod clock;
pub mod loopback;
pub mod multiplexed;
pub mod operations;
pub mod people;
pub mod wire;

/// The README's snippets, compiled as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
