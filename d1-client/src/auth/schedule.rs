//! When to renew a token, and when to try again after a failure: the numbers, and their jitter.

use std::time::Duration;

use tokio::time::Instant;

use crate::retry::doubled;

/// The last part of a token's life in which it is renewed: a fifth of it (3 of 15 minutes), and never more
/// than this.
const LONGEST_WINDOW: Duration = Duration::from_secs(3 * 60);
const WINDOW_SHARE: u32 = 5;

const EARLY_FIRST: Duration = Duration::from_secs(5);
const EARLY_LONGEST: Duration = Duration::from_secs(60);

const COLD_FIRST: Duration = Duration::from_millis(50);
const COLD_LONGEST: Duration = Duration::from_secs(1);
/// Callers without a token are not kept waiting for longer, whatever the server's `Retry-After`.
const COLD_RETRY_AFTER: Duration = Duration::from_secs(5);

/// A random moment in the first half of the window: processes that started together drift apart, and half of
/// the window is left for a second try.
pub(super) fn refresh_at(now: Instant, expires_at: Instant) -> Instant {
    let lifetime = expires_at.saturating_duration_since(now);
    let window = (lifetime / WINDOW_SHARE).min(LONGEST_WINDOW);
    expires_at - window + (window / 2).mul_f64(fastrand::f64())
}

/// How long a live token's early refresh rests after so many failures in a row: doubling, between half and
/// all of it, but at least what the server asked for.
pub(super) fn early_pause(failures: u32, retry_after: Option<Duration>) -> Duration {
    let full = doubled(EARLY_FIRST, failures.saturating_sub(1), EARLY_LONGEST);
    let jittered = full / 2 + (full / 2).mul_f64(fastrand::f64());
    jittered.max(retry_after.unwrap_or_default().min(EARLY_LONGEST))
}

/// How long calls without a token share the last error: not at all after the first, which is what a retry
/// expects.
pub(super) fn cold_pause(failures: u32, retry_after: Option<Duration>) -> Duration {
    let pause = match failures {
        0 | 1 => Duration::ZERO,
        more => doubled(COLD_FIRST, more - 2, COLD_LONGEST),
    };
    pause.max(retry_after.unwrap_or_default().min(COLD_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_token_of_15_minutes_is_renewed_between_its_12th_and_its_14th_minute() {
        let now = Instant::now();
        let moments: Vec<_> = (0..1_000)
            .map(|_| refresh_at(now, now + 900 * SECOND) - now)
            .collect();
        assert!(moments.iter().all(|at| (720 * SECOND..810 * SECOND).contains(at)));
        assert!(moments.iter().any(|at| *at < 740 * SECOND) && moments.iter().any(|at| *at > 790 * SECOND));
        assert_eq!(refresh_at(now, now), now);
        let day = 86_400 * SECOND;
        assert!(refresh_at(now, now + day) - now >= day - LONGEST_WINDOW);
    }

    #[test]
    fn pauses_grow_and_end_growing() {
        for (failures, seconds) in [(1, 5), (2, 10), (3, 20), (5, 60), (u32::MAX, 60)] {
            let pause = early_pause(failures, None);
            assert!(
                pause >= SECOND * seconds / 2 && pause <= SECOND * seconds,
                "{failures}: {pause:?}"
            );
        }
        let cold = [0, 1, 2, 3, 4, 7, u32::MAX].map(|failures| cold_pause(failures, None).as_millis());
        assert_eq!(cold, [0, 0, 50, 100, 200, 1_000, 1_000]);
    }

    #[test]
    fn a_retry_after_is_honoured_and_clamped() {
        assert_eq!(early_pause(1, Some(30 * SECOND)), 30 * SECOND);
        assert_eq!(early_pause(1, Some(Duration::MAX)), EARLY_LONGEST);
        assert_eq!(cold_pause(1, Some(2 * SECOND)), 2 * SECOND);
        assert_eq!(cold_pause(1, Some(Duration::MAX)), COLD_RETRY_AFTER);
    }
}
