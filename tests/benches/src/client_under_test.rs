use std::future::Future;

use crate::Person;

/// A way to call D1. A call that fails panics: what is measured are successes.
pub trait ClientUnderTest: Clone + Send + Sync + 'static {
    /// For a D1 at this address: `127.0.0.1:8080`.
    fn new(address: &str) -> Self;

    /// The person as this client can be given it.
    fn spelled(person: Person) -> Person {
        person
    }

    /// Registers this person, all of whose data is to be sent.
    fn register(&self, person: &Person) -> impl Future<Output = ()> + Send;

    /// Lists the cards of this consumer, and counts them.
    fn cards(&self, consumer: &str) -> impl Future<Output = usize> + Send;
}

/// The clients under test, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// [`ByHand`](crate::by_hand::ByHand)
    ByHand,
    /// [`Strict`](crate::strict::Strict)
    Strict,
    /// [`Ours`](crate::ours::Ours)
    Ours,
}

impl ClientKind {
    /// All of them; what the others are compared with comes first.
    pub const ALL: [Self; 3] = [Self::ByHand, Self::Strict, Self::Ours];

    /// What the names of its measurements begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::ByHand => "reqwest_",
            Self::Strict => "progenitor_",
            Self::Ours => "",
        }
    }

    /// The one whose measurements begin so.
    pub fn of_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }
}

/// Runs the same code with the client of this kind.
#[macro_export]
macro_rules! with_client {
    ($kind:expr, $client:ident => $code:expr) => {
        match $kind {
            $crate::ClientKind::ByHand => {
                type $client = $crate::by_hand::ByHand;
                $code
            }
            $crate::ClientKind::Strict => {
                type $client = $crate::strict::Strict;
                $code
            }
            $crate::ClientKind::Ours => {
                type $client = $crate::ours::Ours;
                $code
            }
        }
    };
}
