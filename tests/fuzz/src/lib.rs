//! What reads other people's bytes, given bytes that nobody meant: each target takes an input and panics when a promise is
//! broken. Run by LLVM's fuzzer, on stable as CONTRIBUTING.md says, or by `cargo fuzz run --fuzz-dir tests/fuzz TARGET` on nightly;
//! without a fuzzer by `tests/stable.rs`, which changes the inputs of `corpus/`; or one by one, `cargo run -p d1-fuzz --bin TARGET
//! FILE…`.

mod answers;
pub mod inputs;
mod issuer;
mod keys;
mod pipeline;

pub use answers::{card_lists, error_bodies, retry_after, token_answers};
pub use issuer::outbound_requests;
pub use keys::pem;
pub use pipeline::{error_tables, overlays, pages, patterns};

/// A word of the corpus that stands for what nobody may find in an error, a `Debug` or a log.
pub const SECRET: &str = "Zaphod";

/// Runs a target on each file that the process was given.
///
/// # Panics
/// When a file cannot be read, and when a promise is broken.
pub fn replay(target: fn(&[u8])) {
    for file in std::env::args_os().skip(1) {
        match std::fs::read(&file) {
            Ok(bytes) => target(&bytes),
            Err(error) => panic!("{}: {error}", file.display()),
        }
    }
}

/// Nothing of the input that must not be seen is in what is printed.
fn tells_nothing(printed: &str) {
    assert!(!printed.contains(SECRET), "it tells what it read");
}
