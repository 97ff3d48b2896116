//! A call allocates little more than one by hand. A count, the same wherever it is made: so it is a test, too.

#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use allocation_counter::measure;
use d1_benches::{ClientKind, Server, allocations::of_a_call, with_client};
use serde_json::Value;

#[test]
fn a_call_allocates_little_more_than_one_by_hand() {
    let thresholds: Value = serde_json::from_str(include_str!("../thresholds.json")).unwrap();
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    let count = |code: &mut dyn FnMut()| measure(code).count_total;
    for case in ["put", "get"] {
        let threshold = &thresholds["allocations"][format!("{case}_allocations")]["above_reqwest_at_most"];
        let of = |kind: ClientKind| with_client!(kind, C => of_a_call::<C>(case, server.address(), count));
        let (ours, by_hand) = (of(ClientKind::Ours), of(ClientKind::ByHand));
        assert!(
            ours <= by_hand + threshold.as_f64().unwrap(),
            "{case}: {ours} against {by_hand}"
        );
    }
}
