use std::future::Future;

use crate::Person;

/// A way to call D1. A call that fails panics: what is measured are successes.
pub trait Contender: Clone + Send + Sync + 'static {
    /// For a D1 at this address: `127.0.0.1:8080`.
    fn new(address: &str) -> Self;

    /// The person as this contender can be given it.
    fn spelled(person: Person) -> Person {
        person
    }

    /// Registers this person, all of whose data is to be sent.
    fn register(&self, person: &Person) -> impl Future<Output = ()> + Send;

    /// Lists the cards of this consumer, and counts them.
    fn cards(&self, consumer: &str) -> impl Future<Output = usize> + Send;
}

/// The contenders by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// [`ByHand`](crate::by_hand::ByHand)
    ByHand,
    /// [`Strict`](crate::strict::Strict)
    Strict,
    /// [`Ours`](crate::ours::Ours)
    Ours,
}

impl Way {
    /// All of them; what the others are compared with comes first.
    pub const ALL: [Self; 3] = [Self::ByHand, Self::Strict, Self::Ours];

    /// What the names of its figures begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::ByHand => "reqwest_",
            Self::Strict => "progenitor_",
            Self::Ours => "",
        }
    }

    /// The one whose figures begin so.
    pub fn of_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.prefix() == prefix)
    }
}

/// Runs the same code with the contender of this name.
#[macro_export]
macro_rules! with_contender {
    ($way:expr, $contender:ident => $code:expr) => {
        match $way {
            $crate::Way::ByHand => {
                type $contender = $crate::by_hand::ByHand;
                $code
            }
            $crate::Way::Strict => {
                type $contender = $crate::strict::Strict;
                $code
            }
            $crate::Way::Ours => {
                type $contender = $crate::ours::Ours;
                $code
            }
        }
    };
}
