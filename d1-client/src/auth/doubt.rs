use std::time::Duration;

use tokio::time::Instant;

use super::AccessToken;

/// How many tokens are replaced in vain before the token is doubted less than what refuses it.
const IN_VAIN: u32 = 2;
/// How long that lasts.
const LASTS: Duration = Duration::from_secs(60);
/// How many refusals in a row it then takes to blame the token: doubled by each replacement in vain, up to
/// [`MOST_REFUSALS`].
const REFUSALS: u32 = 8;
const MOST_REFUSALS: u32 = 64;

/// Whose fault a 401 is: the token's, or that of whatever one consumer has.
///
/// D1 tells neither. Mostly it is the token's, and a new one helps. Where new ones were refused too, a 401 by itself no
/// longer drops a token with which D1 carries out other calls: it must have refused it several times in a row, and have
/// accepted it from nobody in between. So consumers that D1 refuses whatever the token cost two tokens, not one each; and
/// a token that really is dead is still noticed.
#[derive(Default)]
pub(super) struct Doubt {
    in_vain: u32,
    in_vain_at: Option<Instant>,
    /// Refusals in a row.
    refusals: u32,
    refused_at: Option<Instant>,
    /// A token that was dropped: others may have been served with it, whatever its successor has met so far.
    dropped: Option<AccessToken>,
}

impl Doubt {
    /// A new token was refused where the one before it was.
    pub(super) fn in_vain(&mut self, now: Instant) {
        self.in_vain = self.in_vain.saturating_add(1);
        self.in_vain_at = Some(now);
    }

    /// This token goes because it was refused.
    pub(super) fn drops(&mut self, token: &AccessToken) {
        if token.was_accepted() || self.dropped.is_none() {
            self.dropped = Some(token.clone());
        }
    }

    /// A new token was accepted where the one before it was refused.
    pub(super) fn cured(&mut self) {
        *self = Self::default();
    }

    /// Whether a refusal now, of a call that began then, is the token's fault.
    pub(super) fn blames(&mut self, token: &AccessToken, began: Instant, now: Instant) -> bool {
        let doubted = self.in_vain >= IN_VAIN && self.in_vain_at.is_some_and(|at| now < at + LASTS);
        let served_lately = |dropped: &AccessToken| match now.checked_sub(LASTS) {
            Some(since) => dropped.was_accepted_since(since),
            None => dropped.was_accepted(),
        };
        let others_are_served = token.was_accepted() || self.dropped.as_ref().is_some_and(served_lately);
        if !doubted || !others_are_served {
            self.refusals = 0;
            return true;
        }
        if token.was_accepted_since(began) {
            return false;
        }
        if self.refused_at.is_none_or(|at| token.was_accepted_since(at)) {
            self.refusals = 0;
        }
        self.refusals += 1;
        self.refused_at = Some(now);
        let enough = (REFUSALS << (self.in_vain - IN_VAIN).min(MOST_REFUSALS.ilog2())).min(MOST_REFUSALS);
        if self.refusals < enough {
            return false;
        }
        self.refusals = 0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> AccessToken {
        AccessToken::new("eyJraWQiOi").unwrap()
    }

    async fn step() -> Instant {
        tokio::time::advance(Duration::from_millis(1)).await;
        Instant::now()
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_to_blame_until_two_were_replaced_in_vain() {
        let (mut doubt, token) = (Doubt::default(), token());
        let now = step().await;
        assert!(doubt.blames(&token, now, now));
        doubt.in_vain(now);
        assert!(doubt.blames(&token, now, now));
        doubt.in_vain(now);
        assert!(doubt.blames(&token, now, now), "nobody is served with it");
        token.note_accepted();
        assert!(!doubt.blames(&token, now, now));
        doubt.cured();
        assert!(doubt.blames(&token, now, now));
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_token_that_nobody_was_served_with_yet_is_not_to_blame_while_others_were_with_the_last() {
        let (mut doubt, last, new) = (Doubt::default(), token(), token());
        doubt.drops(&last);
        // Their answers come later than those that refuse.
        last.note_accepted();
        doubt.in_vain(step().await);
        doubt.in_vain(step().await);
        let now = step().await;
        assert!(!doubt.blames(&new, now, now));
        tokio::time::advance(LASTS).await;
        doubt.in_vain(step().await);
        let now = step().await;
        assert!(doubt.blames(&new, now, now), "nobody is served any more");
    }

    #[tokio::test(start_paused = true)]
    async fn then_it_takes_refusals_in_a_row_without_a_success() {
        let (mut doubt, token) = (Doubt::default(), token());
        doubt.in_vain(step().await);
        doubt.in_vain(step().await);
        token.note_accepted();
        // Every other call is accepted.
        for _ in 0..1_000 {
            let began = step().await;
            assert!(!doubt.blames(&token, began, step().await));
            step().await;
            token.note_accepted();
        }
        // None is.
        let mut calls = 0;
        loop {
            calls += 1;
            let began = step().await;
            if doubt.blames(&token, began, step().await) {
                break;
            }
        }
        assert_eq!(calls, REFUSALS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_was_accepted_while_the_call_was_under_way_is_not_to_blame() {
        let (mut doubt, token) = (Doubt::default(), token());
        doubt.in_vain(step().await);
        doubt.in_vain(step().await);
        for _ in 0..1_000 {
            let began = step().await;
            token.note_accepted();
            assert!(!doubt.blames(&token, began, step().await));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_later_it_is_tried_once_more() {
        let (mut doubt, token) = (Doubt::default(), token());
        doubt.in_vain(step().await);
        doubt.in_vain(step().await);
        token.note_accepted();
        tokio::time::advance(LASTS).await;
        let now = step().await;
        assert!(doubt.blames(&token, now, now));
    }
}
