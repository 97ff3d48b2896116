//! What D1 does when it tokenizes a card: it needs to know the person.

use std::fmt;

use serde_json::Value;

use super::{Finding, Issuer};
use crate::consumers::SandboxConsumer;

/// What D1 saw when it tokenized a card: made by [`Sandbox::tokenize`](crate::Sandbox::tokenize).
///
/// `Display` tells the story, and `Debug` as much, without a value of the person's.
#[derive(Clone)]
#[non_exhaustive]
pub struct Tokenization {
    /// Whether D1 had to ask the issuer: it holds no personal information of the consumer.
    pub asked: bool,
    /// The person: what D1 holds, or what the issuer answered.
    pub person: Option<Value>,
    /// What D1 could not use; empty when all is well.
    pub findings: Vec<Finding>,
}

impl Tokenization {
    /// Whether D1 knows the person, and could use all of it.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.person.is_some() && self.findings.is_empty()
    }

    pub(crate) fn refused(why: &'static str) -> Self {
        let finding = Finding::new("tokenization", "nothing", "nothing", why);
        Self {
            asked: false,
            person: None,
            findings: vec![finding],
        }
    }

    /// What is held goes first; what is not is asked for.
    pub(crate) async fn of(known: SandboxConsumer, issuer: Option<Issuer>, card_id: &str) -> Self {
        if known.personal_information.is_some() {
            return Self {
                asked: false,
                person: known.personal_information,
                findings: Vec::new(),
            };
        }
        let Some(issuer) = issuer else {
            return Self::refused("D1 holds no personal information, and knows no issuer's service to ask");
        };
        let asked = issuer.consumer_with_card(&known.consumer_id, card_id).await;
        Self {
            asked: true,
            person: asked.person,
            findings: asked.findings,
        }
    }
}

impl fmt::Display for Tokenization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.person, self.asked) {
            (Some(person), asked) => {
                let fields: Vec<_> = person
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| &**name)
                    .collect();
                let whence = if asked {
                    "asked the issuer, and got"
                } else {
                    "holds"
                };
                write!(f, "D1 {whence} {}", fields.join(", "))?;
            }
            (None, true) => f.write_str("D1 asked the issuer, and got no person")?,
            (None, false) => f.write_str("D1 knows no person")?,
        }
        for finding in &self.findings {
            write!(f, "; {finding}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Tokenization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokenization({self})")
    }
}
