//! What the tests share: a D1 on a raw socket, certificates that nobody trusts, a clock that is held, and the four
//! operations.

pub mod certificates;
pub mod clock;
pub mod operations;
pub mod wire;
