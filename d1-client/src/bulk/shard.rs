//! Which of n workers handles a consumer.

use std::{fmt, num::NonZeroU32, str::FromStr};

use sha2::{Digest, Sha256};

use crate::ConsumerId;

/// The part of an input that one of several workers handles: number `index` (from 0) of `count`.
///
/// Each worker reads the whole input and handles what is in its shard. Together they handle every consumer exactly once,
/// with no coordination, as long as all of them have the same count. Two items of one consumer are in the same shard.
///
/// ```
/// use d1_client::{ConsumerId, bulk::Shard};
///
/// let third_of_eight = Shard::new(2, 8)?;
/// assert!(third_of_eight.contains(&ConsumerId::new("c-1f6e")?));
/// assert_eq!("2/8".parse(), Ok(third_of_eight));
/// assert!(Shard::new(8, 8).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shard {
    index: u32,
    count: NonZeroU32,
}

impl Shard {
    /// Number `index` of `count`: `index` from 0 to `count - 1`.
    ///
    /// # Errors
    /// If there is no such shard.
    pub fn new(index: u32, count: u32) -> Result<Self, InvalidShard> {
        match NonZeroU32::new(count) {
            Some(count) if index < count.get() => Ok(Self { index, count }),
            _ => Err(InvalidShard(())),
        }
    }

    /// Whether this worker handles the consumer.
    pub fn contains(&self, id: &ConsumerId) -> bool {
        shard(id, self.count) == self.index
    }

    /// The number of this shard, from 0.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// How many shards there are.
    pub fn count(&self) -> u32 {
        self.count.get()
    }
}

/// `index/count`, as in `2/8`.
impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let (index, count) = text.split_once('/').ok_or(InvalidShard(()))?;
        let number = |text: &str| text.parse().map_err(|_| InvalidShard(()));
        Self::new(number(index)?, number(count)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// There is no such shard: write `index/count` with `index` from 0 to `count - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a shard is index/count, with an index from 0 to count - 1")]
pub struct InvalidShard(());

/// The number of the shard, from 0 to `count - 1`, that a consumer is in: the first 8 bytes of the SHA-256 (RFC 6234)
/// of the id's ASCII bytes, read as a big-endian unsigned number, modulo `count`.
///
/// It will not change, and is the same in any language; in Python:
/// `int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], "big") % count`. SHA-256 because every language has it, and
/// because it spreads ids evenly that differ in one digit only.
///
/// | consumer id | first 8 bytes | of 2 | of 3 | of 8 | of 10 | of 1000 |
/// |---|---|---|---|---|---|---|
/// | `a` | `ca978112ca1bbdca` | 0 | 1 | 2 | 0 | 250 |
/// | `c-1f6e` | `12099b2adc57812a` | 0 | 0 | 2 | 2 | 682 |
/// | `consumer-1` | `073a328703747d0f` | 1 | 2 | 7 | 9 | 199 |
/// | `W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM` | `05152f542778bde9` | 1 | 0 | 1 | 3 | 153 |
///
/// ```
/// use std::num::NonZeroU32;
/// use d1_client::{ConsumerId, bulk};
///
/// let eight = NonZeroU32::new(8).expect("8 is not 0");
/// assert_eq!(bulk::shard(&ConsumerId::new("c-1f6e")?, eight), 2);
/// # Ok::<(), d1_client::Invalid>(())
/// ```
pub fn shard(id: &ConsumerId, count: NonZeroU32) -> u32 {
    let hash = Sha256::digest(id.as_str());
    let first = hash[..8]
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let remainder = first % u64::from(count.get());
    match u32::try_from(remainder) {
        Ok(index) => index,
        Err(_) => unreachable!("a remainder is smaller than its divisor"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shards_follow_the_documented_vectors() {
        let vectors = [
            ("a", [0, 1, 2, 0, 250]),
            ("c-1f6e", [0, 0, 2, 2, 682]),
            ("consumer-1", [1, 2, 7, 9, 199]),
            ("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM", [1, 0, 1, 3, 153]),
        ];
        for (id, shards) in vectors {
            let id = ConsumerId::new(id).unwrap();
            let found = [2, 3, 8, 10, 1000].map(|count| shard(&id, NonZeroU32::new(count).unwrap()));
            assert_eq!(found, shards, "{}", id.as_str());
        }
    }

    #[test]
    fn a_shard_that_does_not_exist_is_refused() {
        for (index, count) in [(0, 0), (1, 1), (8, 8), (9, 8)] {
            assert_eq!(Shard::new(index, count), Err(InvalidShard(())));
        }
        for text in ["", "1", "1/", "/1", "-1/2", "2/2", "1/2/3", "a/b"] {
            assert_eq!(text.parse::<Shard>(), Err(InvalidShard(())), "{text}");
        }
        assert_eq!(Shard::new(7, 8).unwrap().to_string(), "7/8");
    }

    #[test]
    fn neighbouring_ids_are_spread_evenly() {
        let mut sizes = [0; 8];
        for n in 0..8_000 {
            let id = ConsumerId::new(format!("c-{n}")).unwrap();
            sizes[shard(&id, NonZeroU32::new(8).unwrap()) as usize] += 1;
        }
        assert!(sizes.iter().all(|size| (850..=1_150).contains(size)), "{sizes:?}");
    }

    proptest! {
        #[test]
        fn the_shards_of_an_input_cover_it_exactly_once(
            ids in prop::collection::vec("[A-Za-z0-9_-]{1,64}", 0..50),
            count in 1_u32..100,
        ) {
            for id in ids {
                let id = ConsumerId::new_allowing_pan_like(id).unwrap();
                let shards = (0..count).filter(|index| Shard::new(*index, count).unwrap().contains(&id));
                prop_assert_eq!(shards.count(), 1);
            }
        }
    }
}
