use std::time::Duration;

use super::RetryPolicy;

/// The pause before repetition number `repetition` (from 1): full jitter over an exponential ceiling, and never shorter
/// than what D1 asked for, as far as the policy goes along.
pub(crate) fn pause(policy: &RetryPolicy, repetition: u32, asked: Option<Duration>) -> Duration {
    let ceiling = ceiling(policy, repetition);
    let nanos = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
    let jittered = Duration::from_nanos(fastrand::u64(0..=nanos));
    asked.map_or(jittered, |asked| asked.min(policy.max_retry_after).max(jittered))
}

fn ceiling(policy: &RetryPolicy, repetition: u32) -> Duration {
    let doublings = repetition.saturating_sub(1).min(31);
    policy
        .initial_backoff
        .saturating_mul(1 << doublings)
        .min(policy.max_backoff)
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
            pause(&policy, 1, Some(Duration::from_secs(7))),
            Duration::from_secs(7)
        );
        assert_eq!(
            pause(&policy, 1, Some(Duration::from_secs(3600))),
            Duration::from_secs(30)
        );
        assert!(pause(&policy, 1, Some(Duration::ZERO)) <= Duration::from_millis(200));
    }
}
