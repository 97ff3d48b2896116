//! The heart of the sandbox: a request in, the answer that D1 documents out. No socket, no clock of its own.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::assertion::Trust;
use crate::consumers::Consumers;
use crate::endpoint::{Endpoint, Route, route};
use crate::parameters;
use crate::rejection::{Rejection, json_answer, no_content};
use crate::requests::Reason;
use crate::tokens::Tokens;
use crate::validation;

/// How this D1 is set up.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) trust: Trust,
    pub(crate) click_to_pay: bool,
    pub(crate) token_lifetime: Duration,
}

/// One D1: its settings, the tokens it gave and the consumers it knows.
pub(crate) struct Backend {
    settings: Settings,
    tokens: Mutex<Tokens>,
    consumers: Mutex<Consumers>,
}

impl Backend {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            tokens: Mutex::default(),
            consumers: Mutex::default(),
        }
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.settings.trust
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn consumers(&self) -> MutexGuard<'_, Consumers> {
        self.consumers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token as the token endpoint would give to `id`, if that is an issuer or aggregator here.
    pub(crate) fn token_for(&self, id: &str, now: Duration) -> Option<String> {
        let principal = self.settings.trust.principal(id)?;
        Some(self.tokens().give(principal, self.settings.token_lifetime, now))
    }

    /// The answer to a request at `now` (since the Unix epoch), and why it is a refusal, if it is one. A token that it gives dies after `token_lifetime` where
    /// that is given, and as announced where not.
    ///
    /// Checked in this order: token, parameters, issuer, body, consumer.
    pub(crate) fn answer(
        &self,
        request: &Request<Bytes>,
        token_lifetime: Option<Duration>,
        now: Duration,
    ) -> (Response<Bytes>, Vec<Reason>) {
        let answered = match route(request.method(), request.uri().path()) {
            Route::Token => {
                let announced = self.settings.token_lifetime;
                let lifetimes = (announced, token_lifetime.unwrap_or(announced));
                let form = (request.headers(), request.body().as_ref());
                self.tokens().grant(form, &self.settings.trust, lifetimes, now)
            }
            Route::Operation {
                endpoint,
                issuer,
                consumer,
            } => self.operate(endpoint, (&issuer, &consumer), request, now),
            Route::WrongMethod => Err(Rejection::WrongMethod),
            Route::Unknown => Err(Rejection::UnknownResource),
        };
        match answered {
            Ok(answer) => (answer, Vec::new()),
            Err(rejection) => (rejection.answer(), rejection.reasons()),
        }
    }

    fn operate(
        &self,
        endpoint: Endpoint,
        (issuer, consumer): (&str, &str),
        request: &Request<Bytes>,
        now: Duration,
    ) -> Result<Response<Bytes>, Rejection> {
        let holder = self.tokens().holder(request.headers(), now).cloned();
        let holder = holder.map_err(Rejection::Unauthorized)?;
        if let Some(parameter) = parameters::first_wrong(issuer, consumer, request.headers()) {
            let reason = Reason::of(parameter, parameters::rule(parameter));
            return Err(Rejection::Field(vec![reason]));
        }
        if !holder.may_act_for(issuer, &self.settings.trust) {
            return Err(Rejection::Forbidden);
        }
        let body =
            validation::validate(endpoint, request.headers(), request.body()).map_err(Rejection::Field)?;
        let whose = (issuer, consumer);
        let click_to_pay = self.settings.click_to_pay && endpoint != Endpoint::RegisterV1;
        let mut consumers = self.consumers();
        match endpoint {
            Endpoint::Register | Endpoint::RegisterV1 => {
                consumers.register(whose, body, click_to_pay)?;
                Ok(no_content())
            }
            Endpoint::Update => Ok(receipt(&consumers.update(whose, body, click_to_pay)?)),
            Endpoint::Delete => Ok(receipt(&consumers.delete(issuer, consumer)?)),
            Endpoint::Cards => {
                let cards = json!({"cards": consumers.cards(issuer, consumer)?});
                Ok(json_answer(StatusCode::OK, &cards))
            }
            Endpoint::Token => Err(Rejection::UnknownResource),
        }
    }
}

fn receipt(operation: &str) -> Response<Bytes> {
    json_answer(StatusCode::OK, &json!({"operationId": operation}))
}

/// A card as the vendor's schema describes it, ACTIVE, with all it may have while it is: for
/// [`seed_card`](crate::Sandbox::seed_card), to be changed where a test needs another.
///
/// ```
/// let mut card = d1_sandbox::example_card("card-1");
/// card["state"] = "SUSPENDED".into();
/// assert_eq!(card["cardId"], "card-1");
/// ```
#[must_use]
pub fn example_card(card_id: &str) -> Value {
    json!({
        "cardId": card_id,
        "cardProductId": "product-1",
        "threeDSsupport": true,
        "scheme": "VISA",
        "panSuffix": "4242",
        "exp": "1230",
        "state": "ACTIVE",
        "ongoingOperation": "NONE",
        "creationTime": "2026-01-15T09:30:00.000Z",
        "lastUpdateTime": "2026-02-01T18:00:00.00+01:00",
        "accountList": [{
            "default": true,
            "type": "CHECKING",
            "number": "ACC_0001",
            "currencyCode": "EUR",
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_card_follows_the_vendors_schema() {
        assert!(validation::is_card_list(
            &json!({"cards": [example_card("card-1")]})
        ));
        assert!(!validation::is_card_list(
            &json!({"cards": [{"cardId": "card-1"}]})
        ));
    }
}
