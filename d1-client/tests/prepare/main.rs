//! Records made fit: shapes of them from all over the world, and what holds for every record.

#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod advice;
mod properties;
mod rules;
mod shapes;
mod vendor;
