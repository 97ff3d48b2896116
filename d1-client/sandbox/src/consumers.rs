//! The end users that the sandbox knows, and their cards.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::rejection::Rejection;

/// The longest `residencyAddress.state` that Click to Pay takes, in characters (the vendor's error table).
const CLICK_TO_PAY_STATE_MAX_LENGTH: usize = 3;

/// An end user as the sandbox keeps it.
///
/// Its `Debug` shows no personal data, and no id.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct SandboxConsumer {
    /// The issuer's `issuerId`.
    pub issuer_id: String,
    /// The issuer's own id of the end user.
    pub consumer_id: String,
    /// As it was last sent; `None` when D1 was not given any.
    pub personal_information: Option<Value>,
    /// As they were last sent.
    pub preferences: Option<Value>,
    /// As they were seeded, in that order; empty once the consumer is deleted.
    pub cards: Vec<Value>,
    /// Whether the consumer was deleted. It stays known for good.
    pub deleted: bool,
}

impl fmt::Debug for SandboxConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxConsumer")
            .field("cards", &self.cards.len())
            .field("deleted", &self.deleted)
            .finish_non_exhaustive()
    }
}

/// All consumers of all issuers.
#[derive(Default)]
pub(crate) struct Consumers {
    known: BTreeMap<(String, String), SandboxConsumer>,
    operations: u64,
}

impl Consumers {
    pub(crate) fn all(&self) -> Vec<SandboxConsumer> {
        self.known.values().cloned().collect()
    }

    pub(crate) fn get(&self, issuer: &str, consumer: &str) -> Option<&SandboxConsumer> {
        self.known.get(&key(issuer, consumer))
    }

    /// A consumer that exists is overwritten and keeps its cards: the vendor does not document it.
    pub(crate) fn register(
        &mut self,
        (issuer, consumer): (&str, &str),
        body: Map<String, Value>,
        click_to_pay: bool,
    ) -> Result<(), Rejection> {
        if self.get(issuer, consumer).is_some_and(|known| known.deleted) {
            return Err(Rejection::Deleted);
        }
        if click_to_pay {
            check_click_to_pay(body.get(PERSONAL_INFORMATION))?;
        }
        let known = self.get_or_insert(issuer, consumer);
        known.personal_information = body.get(PERSONAL_INFORMATION).cloned();
        known.preferences = body.get(PREFERENCES).cloned();
        Ok(())
    }

    /// Replaces what is given and keeps what is not: whether D1 patches or replaces is not documented.
    pub(crate) fn update(
        &mut self,
        (issuer, consumer): (&str, &str),
        mut body: Map<String, Value>,
        click_to_pay: bool,
    ) -> Result<String, Rejection> {
        let known = self.known.get_mut(&key(issuer, consumer));
        let known = known.ok_or(Rejection::UnknownConsumer)?;
        if known.deleted {
            return Err(Rejection::Deleted);
        }
        if let Some(information) = body.remove(PERSONAL_INFORMATION) {
            if click_to_pay {
                check_click_to_pay(Some(&information))?;
            }
            known.personal_information = Some(information);
        }
        if let Some(preferences) = body.remove(PREFERENCES) {
            known.preferences = Some(preferences);
        }
        Ok(self.operation())
    }

    pub(crate) fn cards(&self, issuer: &str, consumer: &str) -> Result<&[Value], Rejection> {
        let known = self.get(issuer, consumer).ok_or(Rejection::UnknownConsumer)?;
        if known.deleted {
            return Err(Rejection::Deleted);
        }
        Ok(&known.cards)
    }

    /// Deletes the consumer with all it has. For one that is deleted already, the only documented refusal of the
    /// operation that fits is that it does not exist.
    pub(crate) fn delete(&mut self, issuer: &str, consumer: &str) -> Result<String, Rejection> {
        let known = self.known.get_mut(&key(issuer, consumer));
        let known = known
            .filter(|known| !known.deleted)
            .ok_or(Rejection::UnknownConsumer)?;
        known.deleted = true;
        known.cards.clear();
        known.personal_information = None;
        known.preferences = None;
        Ok(self.operation())
    }

    /// Gives a consumer a card; registers it if need be. `false` if it is deleted.
    pub(crate) fn seed_card(&mut self, issuer: &str, consumer: &str, card: Value) -> bool {
        let known = self.get_or_insert(issuer, consumer);
        if !known.deleted {
            known.cards.push(card);
        }
        !known.deleted
    }

    /// Puts a consumer in place of another of its id.
    #[cfg(feature = "control")]
    pub(crate) fn put(&mut self, consumer: SandboxConsumer) {
        let key = key(&consumer.issuer_id, &consumer.consumer_id);
        self.known.insert(key, consumer);
    }

    /// Forgets a consumer, as if it had never been registered. `false` if it is not known.
    #[cfg(feature = "control")]
    pub(crate) fn forget(&mut self, issuer: &str, consumer: &str) -> bool {
        self.known.remove(&key(issuer, consumer)).is_some()
    }

    #[cfg(feature = "control")]
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &SandboxConsumer> {
        self.known.values()
    }

    fn get_or_insert(&mut self, issuer: &str, consumer: &str) -> &mut SandboxConsumer {
        let key = key(issuer, consumer);
        self.known.entry(key).or_insert_with_key(|key| SandboxConsumer {
            issuer_id: key.0.clone(),
            consumer_id: key.1.clone(),
            personal_information: None,
            preferences: None,
            cards: Vec::new(),
            deleted: false,
        })
    }

    /// Ids are counted, so that the same calls get the same answers.
    fn operation(&mut self) -> String {
        self.operations += 1;
        format!("op-{:06}", self.operations)
    }
}

const PERSONAL_INFORMATION: &str = "personalInformation";
const PREFERENCES: &str = "preferences";

fn key(issuer: &str, consumer: &str) -> (String, String) {
    (issuer.to_owned(), consumer.to_owned())
}

/// The vendor's error table: "All required fields for Click to Pay are not present (firstName, lastName, language,
/// mobilePhoneNumber, countryCode, email) or residencyAddress.state length > 3". The `countryCode` is the address's:
/// only its description says that it is mandatory for Click to Pay.
fn check_click_to_pay(information: Option<&Value>) -> Result<(), Rejection> {
    const REQUIRED: [&str; 6] = [
        "/firstName",
        "/lastName",
        "/language",
        "/mobilePhoneNumber",
        "/residencyAddress/countryCode",
        "/email",
    ];
    const STATE: &str = "/residencyAddress/state";
    let refused = |pointer: &str| {
        let field = pointer.replace('/', ".");
        Err(Rejection::ClickToPay(format!("{PERSONAL_INFORMATION}{field}")))
    };
    let at = |pointer: &str| information.and_then(|information| information.pointer(pointer));
    if let Some(missing) = REQUIRED.into_iter().find(|pointer| at(pointer).is_none()) {
        return refused(missing);
    }
    let state = at(STATE).and_then(Value::as_str);
    if state.is_some_and(|state| state.chars().count() > CLICK_TO_PAY_STATE_MAX_LENGTH) {
        return refused(STATE);
    }
    Ok(())
}
