//! `cargo xtask codegen`.
fn main() {}
