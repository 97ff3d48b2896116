//! Records made fit: shapes of them from all over the world, and what holds for every record.

mod advice;
mod properties;
mod rules;
mod shapes;
mod vendor;
