//! Allocations for each call.

use allocation_counter::measure;
use d1_benches::{ClientKind, Measurement, Server, allocations::of_a_call, is_asked_for, with_client};

fn main() {
    if !is_asked_for() {
        return;
    }
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    let count = |code: &mut dyn FnMut()| measure(code).count_total;
    for case in ["put", "get"] {
        let mut reference = None;
        for kind in ClientKind::ALL {
            let value = with_client!(kind, C => of_a_call::<C>(case, server.address(), count));
            let reference = *reference.get_or_insert(value);
            let name = format!("{}{case}_allocations", kind.prefix());
            Measurement::print(name, value, "allocations", Some(value / reference));
        }
    }
}
