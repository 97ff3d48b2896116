//! Allocations for each call.

use allocation_counter::measure;
use d1_benches::{Figure, Server, Way, allocations::of_a_call, is_asked_for, with_contender};

fn main() {
    if !is_asked_for() {
        return;
    }
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    let count = |code: &mut dyn FnMut()| measure(code).count_total;
    for case in ["put", "get"] {
        let mut reference = None;
        for way in Way::ALL {
            let value = with_contender!(way, C => of_a_call::<C>(case, server.address(), count));
            let reference = *reference.get_or_insert(value);
            let name = format!("{}{case}_allocations", way.prefix());
            Figure::tell(name, value, "allocations", Some(value / reference));
        }
    }
}
