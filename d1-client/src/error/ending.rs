//! How an attempt can end, what is known then, and whether it is repeated: one table, which the guide's is tested
//! against.

use d1_generated::Operation;

use crate::outcome::Outcome;

/// What an ending means.
#[derive(Debug)]
pub(crate) struct Rule {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "its place says it; a test compares both")
    )]
    ending: Ending,
    /// In the guide's words.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the guide's table is tested against it")
    )]
    what: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) repeated: Repeated,
}

/// Which operations are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeated {
    Never,
    /// Every operation, where the error of the token says that it may pass.
    IfItMayPass,
    /// Every operation: nothing was done.
    Always,
    /// Only `GET` and `PUT` (RFC 9110, section 9.2.2): it may have been done.
    Idempotent,
    /// Where the vendor's table for operation, status and code says *retryable*.
    ByCatalogue,
    /// Once, with another token, and not counted as a repetition.
    WithAnotherToken,
}

macro_rules! endings {
    ($($ending:ident = $what:literal, $outcome:ident, $repeated:ident;)*) => {
        /// How an attempt ended, if not with a success that could be read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Ending {
            $(#[doc = $what] $ending,)*
        }

        /// Every ending, in order of what is known.
        pub(crate) static RULES: &[Rule] = &[$(Rule {
            ending: Ending::$ending,
            what: $what,
            outcome: Outcome::$outcome,
            repeated: Repeated::$repeated,
        }),*];
    };
}

endings! {
    InvalidRequest = "a value was refused here", NotSent, Never;
    NoToken = "no access token", NotSent, IfItMayPass;
    NoConnection = "no connection: name lookup, TCP, TLS or proxy failed", NotSent, Always;
    CertificateRefused = "the client certificate was refused: in the handshake, or before anything else came (TLS 1.3)",
        NotSent, Idempotent;
    NeverTaken = "time ran out, or the connection broke, before a connection took the request", NotSent, Always;
    NotProcessed = "HTTP/2 says that it was not processed: `REFUSED_STREAM`, or a `GOAWAY` for a lower stream",
        NotSent, Always;
    TooManyRequests = "429, whatever its body", Rejected, Always;
    BlankUnavailable = "503 whose body was read to its end and is blank", Rejected, Always;
    Misdirected = "421, 425: the server says that it did not process it", Rejected, Always;
    Unauthorized = "401", Rejected, WithAnotherToken;
    ClientError = "any other 4xx", Rejected, ByCatalogue;
    OtherUnavailable = "503 with any body: a gateway's word", Unknown, Idempotent;
    RequestTimeout = "408, 499", Unknown, Idempotent;
    LostByGateway = "502, 504, 520 to 524", Unknown, Idempotent;
    TimedOut = "no answer in time", Unknown, Idempotent;
    Interrupted = "the connection broke before the answer was complete", Unknown, Idempotent;
    Unreadable = "a success that could not be read", Unknown, Idempotent;
    Abandoned = "the task that made the call is gone: in a bulk", Unknown, Idempotent;
    ServerError = "500, any other 5xx", Unknown, ByCatalogue;
    OtherStatus = "a 3xx, any other status", Unknown, ByCatalogue;
}

impl Ending {
    /// Of an answer that is no success. `blank`: its body was read to its end and holds nothing but white space.
    pub(crate) fn of_status(status: u16, blank: bool) -> Self {
        match status {
            401 => Self::Unauthorized,
            // nginx's word for a client that was gone when the answer came.
            408 | 499 => Self::RequestTimeout,
            421 | 425 => Self::Misdirected,
            429 => Self::TooManyRequests,
            400..=499 => Self::ClientError,
            // Of Cloudflare: no answer, or half of one, from the server behind it.
            502 | 504 | 520..=524 => Self::LostByGateway,
            503 if blank => Self::BlankUnavailable,
            503 => Self::OtherUnavailable,
            500..=599 => Self::ServerError,
            _ => Self::OtherStatus,
        }
    }

    pub(crate) fn rule(self) -> &'static Rule {
        // In the order of the variants, which a test holds it to.
        &RULES[self as usize]
    }
}

/// Whether the operation may be repeated on any connection, whatever became of the first attempt.
pub(crate) fn is_idempotent(operation: Operation) -> bool {
    matches!(operation.method(), "GET" | "PUT")
}

#[cfg(test)]
impl Rule {
    pub(crate) fn ending(&self) -> Ending {
        self.ending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_rule_for_each_ending_in_their_order() {
        for (place, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.ending as usize, place, "{rule:?}");
            assert_eq!(rule.ending.rule().ending, rule.ending);
        }
        assert_eq!(RULES.len(), Ending::OtherStatus as usize + 1);
        assert!(RULES.is_sorted_by_key(|rule| rule.outcome as u8));
    }

    #[test]
    fn what_may_have_happened_is_never_repeated_for_every_operation() {
        for rule in RULES {
            if rule.outcome == Outcome::Unknown {
                assert!(
                    matches!(
                        rule.repeated,
                        Repeated::Never | Repeated::Idempotent | Repeated::ByCatalogue
                    ),
                    "{rule:?}"
                );
            }
        }
    }

    #[test]
    fn every_status_has_an_ending() {
        for (status, blank, ending) in [
            (300, true, Ending::OtherStatus),
            (308, false, Ending::OtherStatus),
            (400, true, Ending::ClientError),
            (401, true, Ending::Unauthorized),
            (408, true, Ending::RequestTimeout),
            (421, false, Ending::Misdirected),
            (425, true, Ending::Misdirected),
            (429, false, Ending::TooManyRequests),
            (498, false, Ending::ClientError),
            (499, true, Ending::RequestTimeout),
            (500, true, Ending::ServerError),
            (502, true, Ending::LostByGateway),
            (503, true, Ending::BlankUnavailable),
            (503, false, Ending::OtherUnavailable),
            (504, false, Ending::LostByGateway),
            (520, false, Ending::LostByGateway),
            (524, true, Ending::LostByGateway),
            (525, false, Ending::ServerError),
            (599, true, Ending::ServerError),
            (600, true, Ending::OtherStatus),
            (199, true, Ending::OtherStatus),
        ] {
            assert_eq!(Ending::of_status(status, blank), ending, "{status} {blank}");
        }
    }

    /// The guide's table is this one, word for word.
    #[test]
    fn the_guide_says_the_same() {
        let guide = include_str!("../guide/retries.md");
        let rows: Vec<String> = RULES
            .iter()
            .map(|rule| {
                let outcome = match rule.outcome {
                    Outcome::NotSent => "`NotSent`",
                    Outcome::Rejected => "`Rejected`",
                    Outcome::Unknown => "`Unknown`",
                };
                let repeated = match rule.repeated {
                    Repeated::Never => "no",
                    Repeated::IfItMayPass => "if the error of the token says that it may pass",
                    Repeated::Always => "yes",
                    Repeated::Idempotent => "register, card list",
                    Repeated::ByCatalogue => "as the vendor's catalogue says",
                    Repeated::WithAnotherToken => "once, with another token",
                };
                format!("| {} | {outcome} | {repeated} |", rule.what)
            })
            .collect();
        assert!(
            guide.contains(&rows.join("\n")),
            "the guide must hold:\n{}",
            rows.join("\n")
        );
    }
}
