//! What callers hold: how large it is, and where it may go.

#![allow(clippy::unwrap_used)]

use d1_client::{
    Cards, Client, Consumer, ConsumerId, Delete, Error, Register, RegisterV1, Response, Update, types::Card,
};
use d1_tests::{operations::CONSUMER, wire::client_of};

/// The most that a call's future may take: a task that awaits it holds it.
const FUTURE: usize = 4096;

fn is_shared<T: Clone + Send + Sync + 'static>() {}
fn is_sent<T: Send + Sync + 'static>() {}

#[track_caller]
fn is_a_small_future<T>(future: impl Future<Output = T> + Send + 'static) {
    let size = size_of_val(&future);
    assert!(size < FUTURE, "{size} bytes");
}

#[test]
fn an_error_is_at_most_two_pointers() {
    assert!(size_of::<Error>() <= 16);
    assert!(size_of::<Result<(), Error>>() <= 16);
}

#[test]
fn everything_goes_between_threads() {
    is_shared::<Client>();
    is_shared::<Consumer>();
    is_shared::<Register>();
    is_shared::<Cards>();
    is_shared::<Update>();
    is_shared::<Delete>();
    is_shared::<RegisterV1>();
    is_sent::<Error>();
    is_sent::<Response<Vec<Card>>>();
}

#[test]
fn the_future_of_a_call_is_small_and_goes_between_threads() {
    let client = client_of("http://127.0.0.1:1").build().unwrap();
    let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
    is_a_small_future(consumer.register().send());
    is_a_small_future(consumer.cards().send());
    is_a_small_future(consumer.update().send());
    is_a_small_future(consumer.delete().send());
    is_a_small_future(consumer.register_v1().send());
}
