//! `cargo xtask codegen`, on copies of the committed inputs. The page is made of the committed vendor documents.

mod assembled;
mod bad_input;
mod check;
mod command;
mod refresh;
mod workspace;
