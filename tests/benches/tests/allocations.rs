//! A call allocates little more than one by hand. A count, the same wherever it is made: so it is a test, too.

use allocation_counter::measure;
use d1_benches::{Server, Way, allocations::of_a_call, with_contender};

/// More than by hand.
const MOST: f64 = 12.0;

#[test]
fn a_call_allocates_little_more_than_one_by_hand() {
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    let count = |code: &mut dyn FnMut()| measure(code).count_total;
    for case in ["put", "get"] {
        let of = |way: Way| with_contender!(way, C => of_a_call::<C>(case, server.address(), count));
        let (ours, by_hand) = (of(Way::Ours), of(Way::ByHand));
        assert!(ours <= by_hand + MOST, "{case}: {ours} against {by_hand}");
    }
}
