use std::time::Duration;

use tokio::time::Instant;

use super::AccessToken;
use crate::retry::doubled;

/// How many tokens in a row are replaced at the first refusal.
const AT_ONCE: u32 = 2;
/// The same, while D1 has accepted no token at all: then there is no sign that tokens are good.
const AT_ONCE_UNTRIED: u32 = 10;
/// How long it is until the next replacement. It doubles with each, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// After so long a refused token is replaced whatever came before.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How many refusals in a row, without a success in between, it takes before that.
const RUN: u32 = 8;
/// A token that was accepted, and then refused so often in a row, is replaced without a pause.
const LONG_RUN: u32 = 256;
/// Replacements that help count for nothing, unless they follow one another faster than this, …
const CALM: Duration = Duration::from_secs(1);
/// … or what was replaced had served so many calls: it was worn out, however soon.
const WORN_OUT: u64 = 100;

/// Whose fault a 401 is: the token's, or that of whatever one consumer has.
///
/// D1 tells neither. Mostly it is the token's, and a new one helps. Where replacing it did not help twice in a row (ten
/// times, if D1 has accepted no token yet), the
/// next replacements are limited by time, and by what other calls meet: consumers that D1 refuses whatever the token cost
/// two tokens and then a few a minute, however many they are, and whichever calls are served in between. A token that really is
/// dead is still noticed.
#[derive(Default)]
pub(super) struct Doubt {
    /// Whether a token was ever accepted, as far as refusals had a reason to ask.
    any_accepted: bool,
    /// The last one that was replaced: what it was sent with may be answered later.
    last: Option<AccessToken>,
    /// Replacements in a row that did not help.
    replaced: u32,
    first_at: Option<Instant>,
    last_at: Option<Instant>,
    /// Refusals in a row.
    refusals: u32,
    refused_at: Option<Instant>,
}

impl Doubt {
    /// A new token was accepted where the one before it was refused.
    pub(super) fn cured(&mut self, now: Instant) {
        let was_worn_out = self.last.as_ref().is_some_and(|last| last.served() >= WORN_OUT);
        if was_worn_out || self.first_at.is_some_and(|at| now >= at + CALM) {
            *self = Self {
                any_accepted: true,
                ..Self::default()
            };
        }
    }

    /// Whether a refusal now, of a call that began then, is the token's fault. If so, it is replaced.
    pub(super) fn blames(&mut self, token: &AccessToken, began: Instant, now: Instant) -> bool {
        let blamed = self.is_to_blame(token, began, now);
        if blamed {
            self.last = Some(token.clone());
            self.replaced = self.replaced.saturating_add(1);
            self.first_at.get_or_insert(now);
            self.last_at = Some(now);
            self.refusals = 0;
        }
        blamed
    }

    fn is_to_blame(&mut self, token: &AccessToken, began: Instant, now: Instant) -> bool {
        self.any_accepted |=
            token.was_accepted() || self.last.as_ref().is_some_and(AccessToken::was_accepted);
        let at_once = if self.any_accepted {
            AT_ONCE
        } else {
            AT_ONCE_UNTRIED
        };
        if self.replaced < at_once {
            return true;
        }
        let vain = self.replaced - at_once;
        if token.was_accepted_since(began) {
            return false;
        }
        if self.refused_at.is_none_or(|at| token.was_accepted_since(at)) {
            self.refusals = 0;
        }
        self.refusals += 1;
        self.refused_at = Some(now);
        let pause = doubled(FIRST_PAUSE, vain, LONGEST_PAUSE);
        let has_passed = |pause| self.last_at.is_none_or(|at| now >= at + pause);
        has_passed(LONGEST_PAUSE)
            || (self.refusals >= RUN && has_passed(pause))
            || (self.refusals >= LONG_RUN && token.was_accepted())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token() -> AccessToken {
        AccessToken::new("eyJraWQiOi").unwrap()
    }

    async fn step() -> Instant {
        tokio::time::advance(Duration::from_millis(1)).await;
        Instant::now()
    }

    fn good_token() -> AccessToken {
        let token = token();
        token.note_accepted();
        token
    }

    /// A doubt that has seen two replacements, just now.
    async fn doubted() -> Doubt {
        let mut doubt = Doubt::default();
        for token in [good_token(), token()] {
            let now = step().await;
            assert!(doubt.blames(&token, now, now));
        }
        doubt
    }

    #[tokio::test(start_paused = true)]
    async fn while_none_was_ever_accepted_ten_are_replaced() {
        let mut doubt = Doubt::default();
        for _ in 0..AT_ONCE_UNTRIED {
            let now = step().await;
            assert!(doubt.blames(&token(), now, now));
        }
        let now = step().await;
        assert!(!doubt.blames(&token(), now, now));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_to_blame_until_two_were_replaced_in_a_row() {
        let mut doubt = doubted().await;
        let now = step().await;
        assert!(!doubt.blames(&token(), now, now));
    }

    #[tokio::test(start_paused = true)]
    async fn a_replacement_that_helps_ends_the_count() {
        let mut doubt = doubted().await;
        tokio::time::advance(CALM).await;
        doubt.cured(Instant::now());
        for _ in 0..AT_ONCE {
            let now = step().await;
            assert!(doubt.blames(&token(), now, now));
        }
        doubt.cured(step().await);
        let now = step().await;
        assert!(!doubt.blames(&token(), now, now), "two within a second");
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_that_serve_many_calls_may_follow_one_another_as_fast_as_they_like() {
        let mut doubt = Doubt::default();
        for _ in 0..100 {
            let token = token();
            for _ in 0..WORN_OUT {
                token.note_accepted();
            }
            let now = step().await;
            assert!(doubt.blames(&token, now, now));
            doubt.cured(step().await);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn then_it_takes_refusals_in_a_row_and_a_pause() {
        let mut doubt = doubted().await;
        for pause in [5, 10, 20, 40, 60, 60] {
            let token = token();
            let from = Instant::now();
            for _ in 0..2 * RUN {
                let now = step().await;
                assert!(!doubt.blames(&token, now, now));
            }
            // Someone is served.
            tokio::time::advance(from + Duration::from_secs(pause) - Instant::now()).await;
            token.note_accepted();
            let mut calls = 1;
            loop {
                let began = step().await;
                if doubt.blames(&token, began, step().await) {
                    break;
                }
                calls += 1;
            }
            assert!(calls == RUN || pause == 60 && calls == 1, "{pause}: {calls}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_dies_under_load_is_replaced_before_the_pause_is_over() {
        let mut doubt = doubted().await;
        let token = token();
        token.note_accepted();
        let mut calls = 0;
        loop {
            calls += 1;
            let now = step().await;
            if doubt.blames(&token, now, now) {
                break;
            }
        }
        assert_eq!(calls, LONG_RUN);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_was_accepted_while_the_call_was_under_way_is_not_to_blame() {
        let (mut doubt, token) = (doubted().await, token());
        for _ in 0..100_000 {
            let began = step().await;
            token.note_accepted();
            assert!(!doubt.blames(&token, began, step().await));
        }
    }

    proptest! {
        /// Whatever the share of those who are served, and their order: how many tokens it costs depends on time alone.
        #[test]
        fn consumers_that_are_refused_whatever_the_token_cost_two_replacements_and_then_few(
            served in proptest::collection::vec(proptest::bool::weighted(0.3), 200),
            calls_a_second in 1_u32..1_000,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            let replaced = runtime.block_on(async {
                let (mut doubt, mut current, mut replaced) = (Doubt::default(), good_token(), 0);
                for served in &served {
                    let began = Instant::now();
                    tokio::time::advance(Duration::from_secs(1) / calls_a_second).await;
                    if *served {
                        current.note_accepted();
                    } else if doubt.blames(&current, began, Instant::now()) {
                        current = token();
                        replaced += 1;
                    }
                }
                replaced
            });
            let seconds = 200 / calls_a_second;
            let paused = match seconds { 0..5 => 0, 5..15 => 1, 15..35 => 2, 35..75 => 3, _ => 3 + seconds.div_ceil(60) };
            prop_assert!(replaced <= AT_ONCE + paused, "{replaced} in {seconds} s");
        }
    }
}
