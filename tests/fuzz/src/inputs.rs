//! Inputs like those of a corpus, changed at random, and shrunk when one fails.

use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{TestError, TestRunner},
};

/// A change of an input, at a place of it.
#[derive(Clone, Debug)]
enum Edit {
    Put(Index, Vec<u8>),
    Cut(Index, usize),
    Flip(Index, u8),
    /// A part of another input.
    Take(Index, Index, usize),
    Repeat(Index, usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    let telling = prop::sample::select(vec![
        &b"\0"[..],
        b"\n",
        b"\r\n",
        b"\"",
        b"{",
        b"}",
        b"[",
        b"|",
        b"`",
        b"\\u0000",
        b"\xff",
        b"\xc3\xa9",
        b"-1",
        b"1e999",
        b"99999999999999999999",
        b"null",
        b"*",
        b"(?",
        b"$ref",
        b"=",
        b"-----",
    ]);
    prop_oneof![
        3 => (index(), telling).prop_map(|(at, text)| Edit::Put(at, text.to_vec())),
        1 => (index(), vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Edit::Put(at, bytes)),
        3 => (index(), 1..40_usize).prop_map(|(at, count)| Edit::Cut(at, count)),
        3 => (index(), any::<u8>()).prop_map(|(at, bits)| Edit::Flip(at, bits)),
        2 => (index(), index(), 1..200_usize).prop_map(|(at, from, count)| Edit::Take(at, from, count)),
        1 => (index(), 1..20_usize, 2..60_usize).prop_map(|(at, count, times)| Edit::Repeat(at, count, times)),
    ]
}

fn apply(input: &mut Vec<u8>, edit: Edit, other: &[u8]) {
    let place = |at: Index| at.index(input.len() + 1);
    match edit {
        Edit::Put(at, bytes) => {
            let at = place(at);
            input.splice(at..at, bytes);
        }
        Edit::Cut(at, count) => {
            let at = place(at);
            input.drain(at..(at + count).min(input.len()));
        }
        Edit::Flip(at, bits) => {
            let at = place(at);
            if let Some(byte) = input.get_mut(at) {
                *byte ^= bits;
            }
        }
        Edit::Take(at, from, count) => {
            let (at, from) = (place(at), from.index(other.len() + 1));
            input.splice(
                at..at,
                other[from..(from + count).min(other.len())].iter().copied(),
            );
        }
        Edit::Repeat(at, count, times) => {
            let at = place(at);
            let part = input[at..(at + count).min(input.len())].repeat(times);
            input.splice(at..at, part);
        }
    }
}

/// Runs a target on each input of the corpus, then on as many changed ones as `PROPTEST_CASES` says (256).
///
/// # Panics
/// With the smallest input found for which the target panics.
pub fn each(corpus: &[Vec<u8>], target: impl Fn(&[u8])) {
    for input in corpus {
        target(input);
    }
    let strategy = (0..corpus.len(), 0..corpus.len(), vec(edit(), 1..8)).prop_map(|(one, other, edits)| {
        let mut input = corpus[one].clone();
        for edit in edits {
            apply(&mut input, edit, &corpus[other]);
        }
        input
    });
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let result = runner.run(&strategy, |input| {
        target(&input);
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, input)) => panic!("{why}, for `{}`", input.escape_ascii()),
        Err(error) => panic!("{error}"),
    }
}
