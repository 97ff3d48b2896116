//! What the tests share: invented people and cards, a mocked D1 on loopback and one on a raw socket, certificates,
//! a clock that can be stopped, and the four operations.

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

/// The READMEs' snippets, compiled as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../d1-client/README.md")]
struct Readme;

/// The guide to testing, whose examples need httpmock.
#[cfg(doctest)]
#[doc = include_str!("../../d1-client/src/guide/testing.md")]
struct Testing;

/// The pages of the cookbook whose code needs crates of others.
#[cfg(doctest)]
#[doc = include_str!("../../d1-client/src/guide/cookbook/axum.md")]
#[doc = include_str!("../../d1-client/src/guide/cookbook/opentelemetry.md")]
#[doc = include_str!("../../d1-client/src/guide/cookbook/pkcs11.md")]
#[doc = include_str!("../../d1-client/src/guide/cookbook/outbox.md")]
struct Cookbook;
