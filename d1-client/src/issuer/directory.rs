//! What a bank provides: its consumers.

use std::{error::Error as StdError, fmt, future::Future, sync::Arc};

use super::types::{CardId, ConsumerInformation, CorrelationId};
use crate::{ConsumerId, IssuerId};

/// The bank's own directory of consumers.
///
/// One method to write, as an `async fn`. It may be called at the same time from many tasks. One that takes too long, or
/// panics, costs its own request only; its future is dropped then.
///
/// ```
/// use d1_client::issuer::{ConsumerDirectory, ConsumerInformation, DirectoryError, Lookup};
///
/// struct Crm;
///
/// impl ConsumerDirectory for Crm {
///     async fn consumer(&self, lookup: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
///         let person = ConsumerInformation::builder().first_name("Ada").last_name("Lovelace").language("en-GB");
///         match lookup.consumer_id.as_str() {
///             "c-1f6e" => Ok(Some(person.build()?)),
///             _ => Ok(None),
///         }
///     }
/// }
/// ```
pub trait ConsumerDirectory: Send + Sync + 'static {
    /// The consumer that D1 asks for; `None` if there is none, or no longer.
    ///
    /// # Errors
    /// D1 gets 503 for what is not available, 500 for any other error. The text of an error goes nowhere: log it here.
    fn consumer(
        &self,
        lookup: Lookup,
    ) -> impl Future<Output = Result<Option<ConsumerInformation>, DirectoryError>> + Send;
}

impl<D: ConsumerDirectory> ConsumerDirectory for Arc<D> {
    fn consumer(
        &self,
        lookup: Lookup,
    ) -> impl Future<Output = Result<Option<ConsumerInformation>, DirectoryError>> + Send {
        (**self).consumer(lookup)
    }
}

/// What D1 asks for. `Debug` shows neither the consumer nor the card.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Lookup {
    /// The issuer: that of the service.
    pub issuer_id: IssuerId,
    /// The consumer.
    pub consumer_id: ConsumerId,
    /// The card that D1 tokenizes. D1 sends it only where that was asked for at the onboarding.
    pub card_id: Option<CardId>,
    /// Finds this request in D1's logs and in ours: D1's own, or a new one. 1 to 64 characters of `A-Z a-z 0-9 _ - .` and
    /// blanks.
    pub correlation_id: CorrelationId,
}

/// Why a directory has no answer.
///
/// Any error becomes one with `?`, and its text is dropped: it could hold personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DirectoryError {
    unavailable: bool,
}

impl DirectoryError {
    /// The directory does not answer now, and may later: D1 gets 503.
    #[must_use]
    pub const fn unavailable() -> Self {
        Self { unavailable: true }
    }

    /// The directory failed: D1 gets 500.
    #[must_use]
    pub const fn failed() -> Self {
        Self { unavailable: false }
    }

    /// Whether the directory may answer later.
    #[must_use]
    pub const fn is_unavailable(self) -> bool {
        self.unavailable
    }
}

// `DirectoryError` is no `std::error::Error` itself: that would forbid this conversion.
impl<E: StdError + Send + Sync + 'static> From<E> for DirectoryError {
    fn from(_: E) -> Self {
        Self::failed()
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.unavailable {
            "the directory is not available"
        } else {
            "the directory failed"
        })
    }
}

impl fmt::Debug for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DirectoryError({self})")
    }
}
