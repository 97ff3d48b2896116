//! See `d1_fuzz::outbound_requests`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| d1_fuzz::outbound_requests(bytes));

#[cfg(not(fuzzing))]
fn main() {
    d1_fuzz::replay(d1_fuzz::outbound_requests);
}
