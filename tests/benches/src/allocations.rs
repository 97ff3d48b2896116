//! Allocations for each call, on one thread: the call's own and those of its connection's task.
//!
//! The allocator that counts comes from the caller, a bench or a test: other benches are to run without it.

use tokio::runtime::{self, Runtime};

use crate::{ClientUnderTest, Person, cards};

/// The pool, the maps and the buffers have grown by then.
const WARM_UP: u32 = 50;
const CALLS: u32 = 200;

/// Of one call: `put`, or else the card list. `count` runs what it is given, and tells how often it allocated.
pub fn of_a_call<C: ClientUnderTest>(case: &str, address: &str, count: fn(&mut dyn FnMut()) -> u64) -> f64 {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let client = C::new(address);
    let person = C::spelled(Person::example(0));
    let calls = |runtime: &Runtime, calls: u32| {
        runtime.block_on(async {
            for _ in 0..calls {
                match case {
                    "put" => client.register(&person).await,
                    _ => assert_eq!(client.cards(&person.consumer_id).await, cards::COUNT),
                }
            }
        });
    };
    calls(&runtime, WARM_UP);
    count(&mut || calls(&runtime, CALLS)) as f64 / f64::from(CALLS)
}
