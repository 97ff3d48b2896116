//! Many consumers at once, against a scripted D1 on a loopback socket, in simulated time.
#![allow(clippy::unwrap_used)]

mod ending;
mod faults;
mod flow;
mod lost;
mod reports;
mod scripted_d1;
