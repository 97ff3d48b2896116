//! What can be set on every call.

use std::time::Duration;

use d1_generated::Invalid;

use crate::{CorrelationId, UserId};

#[derive(Clone, Debug, Default)]
pub(super) struct CallOptions {
    pub(super) correlation_id: Option<Result<CorrelationId, Invalid>>,
    pub(super) user_id: Option<Result<UserId, Invalid>>,
    pub(super) timeout: Option<Duration>,
}

/// The setters that every operation of version 2 has.
macro_rules! call_options {
    () => {
        $crate::consumer::options::common_options!();

        /// The `x-user-id`: who at the issuer's makes the call, for the vendor's records; 1 to 15 characters of
        /// `A-Z a-z 0-9 _ -`.
        pub fn user_id<I>(mut self, id: I) -> Self
        where
            I: TryInto<$crate::UserId>,
            I::Error: Into<::d1_generated::Invalid>,
        {
            self.options.user_id = Some(
                id.try_into()
                    .map_err(|invalid| invalid.into().at("x-user-id")),
            );
            self
        }

        #[allow(dead_code, reason = "only what can be done in bulk needs it")]
        pub(crate) fn maybe_user_id(mut self, id: Option<$crate::UserId>) -> Self {
            self.options.user_id = id.map(Ok);
            self
        }
    };
}
pub(super) use call_options;

/// The setters that every operation has.
macro_rules! common_options {
    () => {
        /// The `x-correlation-id` of every attempt: 1 to 64 characters of `A-Z a-z 0-9 _ -`. A random UUID unless
        /// given. It is logged in clear, here and at D1: it must not derive from personal data.
        pub fn correlation_id<I>(mut self, id: I) -> Self
        where
            I: TryInto<$crate::CorrelationId>,
            I::Error: Into<::d1_generated::Invalid>,
        {
            let id = id
                .try_into()
                .map_err(|invalid| invalid.into().at("x-correlation-id"));
            self.options.correlation_id = Some(id);
            self
        }

        /// How long the whole call may take, all attempts and pauses included; the client's time-out unless given.
        pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.options.timeout = Some(timeout);
            self
        }
    };
}
pub(crate) use common_options;
