use std::time::Duration;

use super::RetryPolicy;

/// The pause before repetition number `repetition` (from 1): full jitter over an exponential ceiling, and never shorter
/// than what D1 asked for, as far as the policy goes along. `jitter` is drawn from 0 to 1.
pub(crate) fn pause(policy: &RetryPolicy, repetition: u32, asked: Option<Duration>, jitter: f64) -> Duration {
    let nanos = u64::try_from(ceiling(policy, repetition).as_nanos()).unwrap_or(u64::MAX);
    // A fraction of a nanosecond is lost, and what is too large is cut to the largest.
    let jittered = Duration::from_nanos((nanos as f64 * jitter) as u64);
    asked.map_or(jittered, |asked| asked.min(policy.max_retry_after).max(jittered))
}

fn ceiling(policy: &RetryPolicy, repetition: u32) -> Duration {
    let doublings = repetition.saturating_sub(1);
    doubled(policy.initial_backoff, doublings, policy.max_backoff)
}

/// Doubled so many times, and at most this.
pub(crate) fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(times)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_its_limit() {
        let policy = RetryPolicy::standard();
        let ceilings: Vec<_> = (1..=7).map(|n| ceiling(&policy, n).as_millis()).collect();
        assert_eq!(ceilings, [200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(ceiling(&policy, u32::MAX).as_millis(), 5000);
    }

    #[test]
    fn retry_after_is_kept_and_clamped() {
        let policy = RetryPolicy::standard();
        assert_eq!(
            pause(&policy, 1, Some(Duration::from_secs(7)), 0.5),
            Duration::from_secs(7)
        );
        assert_eq!(
            pause(&policy, 1, Some(Duration::from_secs(3600)), 0.5),
            Duration::from_secs(30)
        );
        assert_eq!(
            pause(&policy, 1, Some(Duration::ZERO), 0.5),
            Duration::from_millis(100)
        );
    }

    #[test]
    fn the_jitter_is_full() {
        let policy = RetryPolicy::standard();
        assert_eq!(pause(&policy, 3, None, 0.0), Duration::ZERO);
        assert_eq!(pause(&policy, 3, None, 1.0), Duration::from_millis(800));
    }
}
