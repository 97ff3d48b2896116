//! Laws that set the window of a bulk, in a simulation: virtual time, a seeded generator, servers of many kinds.

pub(crate) mod algorithm;
pub(crate) mod evaluation;
/// The law of `d1-client`, the very file.
#[allow(
    dead_code,
    reason = "what it shows and what it is measured by the gate is not part of the simulation"
)]
#[path = "../../../../d1-client/src/bulk/law/mod.rs"]
pub(crate) mod law;
mod random;
pub(crate) mod scenario;
mod server;
pub(crate) mod simulation;
