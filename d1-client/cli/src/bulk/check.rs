//! All of an input validated, before anything is sent.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    num::NonZero,
    thread,
};

use d1_client::{ConsumerId, bulk::Shard};
use serde::Serialize;

use super::{
    reader::Records,
    row::{Body, Problem},
    source::Input,
};
use crate::failure::Failure;

/// How many problems are listed; all are counted.
const LISTED: usize = 100;
/// More would only read the same rows once more.
const MOST_THREADS: usize = 4;

/// What the check of an input found.
#[derive(Default, Serialize)]
pub(super) struct Checked {
    pub(super) records: u64,
    /// Of those, the ones in the shard.
    #[serde(skip)]
    pub(super) in_shard: u64,
    /// How many records have a problem, or more than one.
    pub(super) refused: u64,
    /// How many problems there are in all.
    pub(super) found: u64,
    pub(super) problems: Vec<Problem>,
    #[serde(skip)]
    pub(super) digest: Option<String>,
}

impl Checked {
    fn refuse(&mut self, problems: Vec<Problem>) {
        self.refused += 1;
        self.found += problems.len() as u64;
        let room = LISTED - self.problems.len();
        self.problems.extend(problems.into_iter().take(room));
    }

    /// What was found in another share of the same input.
    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.in_shard += other.in_shard;
        self.refused += other.refused;
        self.found += other.found;
        self.problems.extend(other.problems);
        self.problems.sort_by_key(|problem| problem.line);
        self.problems.truncate(LISTED);
    }
}

/// Reads and validates the whole input. With `hasher` the ids are hashed as in the journal.
///
/// A file is read by as many threads as there are processors, each of which validates its share of the records: reading is the
/// smaller part.
///
/// # Errors
/// If the input cannot be opened; whatever is wrong with its content is a problem.
pub(super) fn check<B: Body>(
    input: &Input,
    outbound: bool,
    shard: Option<Shard>,
    hasher: &RandomState,
) -> Result<Checked, Failure> {
    let parts = match input.path {
        Some(_) => thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(MOST_THREADS),
        None => 1,
    };
    let (shown, progress) = input.checked();
    let checked = thread::scope(|scope| {
        let check = |part| {
            let share = Share { part, parts };
            let input = &shown;
            move || check_share::<B>(input, outbound, shard, hasher, &share)
        };
        let others: Vec<_> = (1..parts).map(|part| scope.spawn(check(part))).collect();
        let first = check(0)();
        let others = others.into_iter().map(|thread| {
            // What a thread panics with is this one's panic.
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        std::iter::once(first)
            .chain(others)
            .collect::<Result<Vec<_>, _>>()
    })?;
    drop(progress);
    let (mut checked, ids) = checked
        .into_iter()
        .reduce(|(mut checked, mut ids), (more, more_ids)| {
            checked.add(more);
            ids.add(more_ids);
            (checked, ids)
        })
        .unwrap_or_else(|| (Checked::default(), Ids::new(input, hasher)));
    if checked.records == 0 && checked.refused == 0 {
        checked.refuse(vec![Problem::no_records()]);
    }
    let repeated = ids.repeated();
    if !repeated.is_empty() {
        name_repeated::<B>(input, &repeated, hasher, &mut checked)?;
    }
    Ok(checked)
}

/// Every record whose number leaves this rest, for one of the threads.
struct Share {
    part: usize,
    parts: usize,
}

fn check_share<'a, B: Body>(
    input: &Input,
    outbound: bool,
    shard: Option<Shard>,
    hasher: &'a RandomState,
    share: &Share,
) -> Result<(Checked, Ids<'a>), Failure> {
    let (mut checked, mut ids) = (Checked::default(), Ids::new(input, hasher));
    // One of them is enough for the digest, and for the progress.
    let input = &Input {
        is_digested: input.is_digested && share.part == 0,
        counter: input.counter.clone().filter(|_| share.part == 0),
        ..input.clone()
    };
    let ended = Records::open::<B>(input, outbound)?.and_then(|mut records| {
        for number in 0_usize.. {
            if number % share.parts != share.part {
                if records.pass_over()? {
                    continue;
                }
                break;
            }
            let Some(record) = records.next::<B>()? else {
                break;
            };
            checked.records += 1;
            let record = record.and_then(|record| match ids.is_new(&record.id) {
                true => Ok(record),
                false => Err(vec![records.repeated(record.line, None)]),
            });
            match record {
                Ok(record) => {
                    checked.in_shard += u64::from(shard.is_none_or(|shard| shard.contains(&record.id)));
                }
                Err(problems) => checked.refuse(problems),
            }
        }
        checked.digest = records.digest();
        Ok(())
    });
    // All of them come to what ends the reading.
    if let (Err(problem), 0) = (ended, share.part) {
        checked.refuse(vec![problem]);
    }
    Ok((checked, ids))
}

/// The ids of an input, by their hashes: 8 bytes each, whatever they are.
enum Ids<'a> {
    /// Of a file, which can be read again for the line numbers.
    File(Vec<u64>, &'a RandomState),
    Stdin(HashSet<u64>, &'a RandomState),
}

impl<'a> Ids<'a> {
    fn new(input: &Input, hasher: &'a RandomState) -> Self {
        match input.path {
            Some(_) => Self::File(Vec::new(), hasher),
            None => Self::Stdin(HashSet::new(), hasher),
        }
    }

    /// Of a file always true: what is repeated is found once all were read.
    fn is_new(&mut self, id: &ConsumerId) -> bool {
        match self {
            Self::File(hashes, hasher) => {
                hashes.push(hash(hasher, id.as_str()));
                true
            }
            Self::Stdin(hashes, hasher) => hashes.insert(hash(hasher, id.as_str())),
        }
    }

    fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::File(hashes, _), Self::File(more, _)) => hashes.extend(more),
            (Self::Stdin(hashes, _), Self::Stdin(more, _)) => hashes.extend(more),
            _ => {}
        }
    }

    fn repeated(self) -> HashSet<u64> {
        let Self::File(mut hashes, _) = self else {
            return HashSet::new();
        };
        hashes.sort_unstable();
        let pairs = hashes.windows(2).filter(|pair| pair[0] == pair[1]);
        pairs.map(|pair| pair[0]).collect()
    }
}

/// Of an id, without the bits that [`State`](super::state::State) takes.
pub(super) fn hash(hasher: &RandomState, id: &str) -> u64 {
    hasher.hash_one(id) & !super::state::STATE
}

fn name_repeated<B: Body>(
    input: &Input,
    hashes: &HashSet<u64>,
    hasher: &RandomState,
    checked: &mut Checked,
) -> Result<(), Failure> {
    let Ok(mut records) = Records::open::<B>(input, false)? else {
        return Ok(());
    };
    let mut first: HashMap<String, u64> = HashMap::new();
    while let Ok(Some(record)) = records.next::<B>() {
        let Ok(record) = record else { continue };
        if hashes.contains(&hash(hasher, record.id.as_str())) {
            match first.get(record.id.as_str()) {
                Some(first) => checked.refuse(vec![records.repeated(record.line, Some(*first))]),
                None => {
                    first.insert(record.id.into(), record.line);
                }
            }
        }
    }
    if checked.refused == 0 {
        let message = "two consumer ids have the same hash by chance: run it again";
        return Err(Failure::usage(message));
    }
    Ok(())
}
