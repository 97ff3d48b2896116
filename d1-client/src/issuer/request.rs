//! What a request asks for: its path, its parameters, its correlation id. What D1 may add (headers, parameters) is passed
//! over, as its change policy demands.

use std::{future::poll_fn, pin::pin};

use bytes::{Buf, BufMut};
use form_urlencoded::parse;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use http_body::Body;
use percent_encoding::percent_decode_str;

use super::{
    answer::{CORRELATION_ID, Refusal},
    directory::Lookup,
    types::{CardId, CorrelationId},
};
use crate::{ConsumerId, IssuerId, consumer::random_correlation_id};

/// The longest `cardId` (the vendor's documentation).
const CARD_ID_MAX_LENGTH: usize = 48;

/// The longest `x-correlation-id` (the vendor's documentation).
const CORRELATION_ID_MAX_LENGTH: usize = 64;

/// The longest token request that is read. D1's has about a hundred bytes.
const MAX_BODY: usize = 8 * 1024;

/// The request's own, if there is one and it keeps the rule; else a new one.
pub(super) fn correlation_id(headers: &HeaderMap) -> CorrelationId {
    let given = only(headers, &CORRELATION_ID).and_then(|value| value.to_str().ok());
    match given {
        Some(id) if is_correlation_id(id) => id.into(),
        _ => random_correlation_id().as_str().into(),
    }
}

/// The header of this name, if there is just one.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

fn is_correlation_id(id: &str) -> bool {
    // An older reading of the documentation admits dots and blanks, too.
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte);
    (1..=CORRELATION_ID_MAX_LENGTH).contains(&id.len()) && id.bytes().all(allowed)
}

/// What a request line means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// `GET {prefix}/issuers/{issuerId}/consumers/{consumerId}`; the ids as they came.
    Consumer { issuer: &'a str, consumer: &'a str },
    /// `POST {token path}`
    Token,
}

/// The route of a request; a known path with another method, and an unknown path, are refused.
pub(super) fn route<'a>(
    method: &Method,
    path: &'a str,
    prefix: &str,
    token_path: Option<&str>,
) -> Result<Route<'a>, Refusal> {
    if token_path == Some(path) {
        return match *method {
            Method::POST => Ok(Route::Token),
            _ => Err(Refusal::Method("POST")),
        };
    }
    let rest = path
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix("/issuers/"));
    let Some((issuer, rest)) = rest.and_then(|rest| rest.split_once('/')) else {
        return Err(Refusal::UnknownPath);
    };
    let consumer = rest
        .strip_prefix("consumers/")
        .filter(|consumer| !consumer.is_empty() && !consumer.contains('/'));
    match (consumer, method) {
        (None, _) => Err(Refusal::UnknownPath),
        (Some(consumer), &Method::GET) => Ok(Route::Consumer { issuer, consumer }),
        (Some(_), _) => Err(Refusal::Method("GET")),
    }
}

/// The consumer that is asked for, of this issuer alone.
pub(super) fn lookup(
    head: &Parts,
    (issuer, consumer): (&str, &str),
    own: &IssuerId,
    correlation_id: CorrelationId,
) -> Result<Lookup, Refusal> {
    let decoded = |text| percent_decode_str(text).decode_utf8().ok();
    let issuer = decoded(issuer).ok_or(Refusal::IssuerId)?;
    if *issuer != *own.as_str() {
        IssuerId::new(issuer).map_err(|_| Refusal::IssuerId)?;
        return Err(Refusal::UnknownConsumer);
    }
    // The bank chose its ids long ago.
    let consumer = decoded(consumer).and_then(|consumer| ConsumerId::new_allowing_pan_like(consumer).ok());
    Ok(Lookup {
        issuer_id: own.clone(),
        consumer_id: consumer.ok_or(Refusal::ConsumerId)?,
        card_id: card_id(head.uri.query().unwrap_or_default())?,
        correlation_id,
    })
}

fn card_id(query: &str) -> Result<Option<CardId>, Refusal> {
    let mut values = parse(query.as_bytes())
        .filter(|(name, _)| name == "cardId")
        .map(|(_, value)| value);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let is_card_id = (1..=CARD_ID_MAX_LENGTH).contains(&value.len()) && value.bytes().all(allowed);
    if is_card_id && values.next().is_none() {
        Ok(Some(CardId::from(&*value)))
    } else {
        Err(Refusal::CardId)
    }
}

/// Whether this is a client credentials grant (RFC 6749, section 4.4.2).
pub(super) async fn client_credentials<B: Body>(headers: &HeaderMap, body: B) -> Result<(), Refusal> {
    let media_type = headers.get(header::CONTENT_TYPE);
    let essence = media_type.and_then(|value| value.as_bytes().split(|byte| *byte == b';').next());
    let is_form = essence.is_some_and(|essence| {
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
    });
    let body = read(body).await?;
    if !is_form {
        return Err(Refusal::InvalidRequest);
    }
    let mut grants = parse(&body).filter(|(name, _)| name == "grant_type");
    match (grants.next(), grants.next()) {
        (Some((_, grant)), None) if grant == "client_credentials" => Ok(()),
        (Some(_), None) => Err(Refusal::UnsupportedGrant),
        // A parameter must not be included more than once (section 3.2).
        _ => Err(Refusal::InvalidRequest),
    }
}

async fn read<B: Body>(body: B) -> Result<Vec<u8>, Refusal> {
    let mut body = pin!(body);
    let mut read = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        // D1 hung up in the middle: nobody reads the answer.
        let frame = frame.map_err(|_| Refusal::InvalidRequest)?;
        let Ok(data) = frame.into_data() else { continue };
        if read.len() + data.remaining() > MAX_BODY {
            return Err(Refusal::TooLarge);
        }
        read.put(data);
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "/banking/d1/v1";

    fn routed<'a>(method: &Method, path: &'a str) -> Result<Route<'a>, Refusal> {
        route(method, path, PREFIX, Some("/token"))
    }

    #[test]
    fn a_path_is_one_of_two_and_its_method_one() {
        let path = "/banking/d1/v1/issuers/is_example/consumers/c-1";
        assert!(routed(&Method::GET, path).is_ok());
        assert_eq!(routed(&Method::PUT, path), Err(Refusal::Method("GET")));
        assert_eq!(routed(&Method::POST, "/token"), Ok(Route::Token));
        assert_eq!(routed(&Method::GET, "/token"), Err(Refusal::Method("POST")));
        for path in [
            "",
            "/",
            "*",
            "/token/",
            "/banking/d1/v1",
            "/banking/d1/v1/issuers/is_example",
            "/banking/d1/v1/issuers/is_example/consumers/",
            "/banking/d1/v1/issuers/is_example/consumers/c-1/",
            "/banking/d1/v1/issuers/is_example/consumers/c-1/cards",
            "/banking/d1/v1x/issuers/is_example/consumers/c-1",
        ] {
            assert_eq!(routed(&Method::GET, path), Err(Refusal::UnknownPath), "{path}");
        }
    }

    #[test]
    fn a_card_is_optional_and_other_parameters_are_passed_over() {
        assert_eq!(card_id(""), Ok(None));
        assert_eq!(card_id("new=1&x"), Ok(None));
        assert_eq!(card_id("a=b&cardId=card-1&c=d"), Ok(Some("card-1".into())));
        let long = format!("cardId={}", "c".repeat(49));
        for wrong in [
            "cardId",
            "cardId=",
            "cardId=a.b",
            "cardId=%ff",
            "cardId=a&cardId=a",
            &long,
        ] {
            assert_eq!(card_id(wrong), Err(Refusal::CardId), "{wrong}");
        }
    }

    #[test]
    fn a_correlation_id_is_taken_over_or_made() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CORRELATION_ID, value.parse().unwrap());
            }
            correlation_id(&headers).as_str().to_owned()
        };
        assert_eq!(of(&["a.b c-1"]), "a.b c-1");
        let long = "a".repeat(65);
        for others in [&[][..], &[""], &["a/b"], &["a", "a"], &[&long]] {
            assert_eq!(of(others).len(), 36, "{others:?}");
        }
    }
}
