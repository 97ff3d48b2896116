use std::time::Duration;

use super::{Shard, law::Law, rate::Rate};
use crate::UserId;

/// Long enough for short outages; a single call waits 30 s.
const DEFAULT_ITEM_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// Enough to find the limit of D1 soon, too few to overload it.
const DEFAULT_START: usize = 16;
/// At 100 ms a call, some 600 calls a second.
const DEFAULT_CEILING: usize = 64;

/// How fast a bulk goes, and how long it tries.
///
/// ```
/// use std::time::Duration;
/// use d1_client::bulk::{BulkOptions, Shard};
///
/// let options = BulkOptions::new()
///     .ceiling(128)
///     .item_timeout(Duration::from_secs(600))
///     .shard(Shard::new(2, 8)?);
/// # Ok::<(), d1_client::bulk::InvalidShard>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct BulkOptions {
    floor: usize,
    start: usize,
    pub(super) ceiling: usize,
    pub(super) rate: Option<Rate>,
    pub(super) item_timeout: Duration,
    pub(super) max_attempts: u32,
    pub(super) user_id: Option<UserId>,
    pub(super) shard: Option<Shard>,
}

impl BulkOptions {
    /// From 1 to 64 requests at a time, 16 to begin with; 5 minutes for each item, and as many attempts as fit; the
    /// whole input.
    pub fn new() -> Self {
        Self {
            floor: 1,
            start: DEFAULT_START,
            ceiling: DEFAULT_CEILING,
            rate: None,
            item_timeout: DEFAULT_ITEM_TIMEOUT,
            max_attempts: u32::MAX,
            user_id: None,
            shard: None,
        }
    }

    /// The fewest requests in flight, whatever the signs of load: 1 unless given, and not less.
    pub fn floor(mut self, requests: usize) -> Self {
        self.floor = requests.max(1);
        self
    }

    /// The most requests in flight, and the most items in memory that can be sent: 64 unless given. In addition,
    /// items may wait for an earlier item of their consumer, up to 64 items in all. If the ceiling is below the
    /// floor or the start, the ceiling applies. Over HTTP/2, requests beyond the server's limit on streams, often
    /// 100 or 128, wait inside the client.
    pub fn ceiling(mut self, requests: usize) -> Self {
        self.ceiling = requests.clamp(1, u32::MAX as usize);
        self
    }

    /// How many requests are in flight at the start: 16 unless given.
    pub fn start(mut self, requests: usize) -> Self {
        self.start = requests;
        self
    }

    /// The most requests a second, repetitions included. Unless given, the window is the only limit.
    ///
    /// It applies to this bulk only. If several workers share what the vendor allows, divide it by the number of
    /// [shards](Self::shard). In any span of time there are at most as many requests as the rate times that span,
    /// plus as many as the rate allows in 50 ms (one at least), to make up for late timers. Fractions are allowed:
    /// 0.5 is one request every two seconds. Zero, a negative number and NaN mean one request a day.
    pub fn rate(mut self, requests_a_second: impl Into<f64>) -> Self {
        self.rate = Some(Rate::new(requests_a_second.into()));
        self
    }

    /// How long one item may take from its start, all attempts and pauses included: 5 minutes unless given. The
    /// client's time-out for a call does not apply here; its time-out for an attempt does.
    pub fn item_timeout(mut self, timeout: Duration) -> Self {
        self.item_timeout = timeout;
        self
    }

    /// How many attempts one item may take: as many as fit into its time unless given. Which failures may be
    /// repeated is the same as for any call; the client's [`RetryPolicy`](crate::RetryPolicy) sets the pauses.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The `x-user-id` of every call: the person at the issuer who runs the bulk, for the vendor's records.
    pub fn user_id(mut self, id: UserId) -> Self {
        self.user_id = Some(id);
        self
    }

    /// Handles the items of this shard only. The others are skipped, and only counted in the
    /// [`Summary`](super::Summary).
    pub fn shard(mut self, shard: Shard) -> Self {
        self.shard = Some(shard);
        self
    }

    /// How many items may be in memory, including those that wait for an earlier item of their consumer.
    pub(super) fn most_items(&self) -> usize {
        self.ceiling.max(DEFAULT_CEILING)
    }

    pub(super) fn window(&self) -> Law {
        let floor = self.floor.min(self.ceiling);
        Law::new(floor, self.start.clamp(floor, self.ceiling), self.ceiling)
    }
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_wins_over_floor_and_start_and_nothing_is_zero() {
        let limit = |options: BulkOptions| options.window().window();
        assert_eq!(limit(BulkOptions::new()), 16);
        assert_eq!(limit(BulkOptions::new().ceiling(4)), 4);
        assert_eq!(limit(BulkOptions::new().floor(20)), 20);
        assert_eq!(limit(BulkOptions::new().floor(0).start(0)), 1);
        assert_eq!(limit(BulkOptions::new().ceiling(0)), 1);
    }
}
