//! What the contract tests share: people who do not exist, cards that nobody holds, and a D1 on loopback.

pub mod calls;
pub mod cards;
pub mod loopback;
pub mod people;
