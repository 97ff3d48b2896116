//! Answers with a JSON body, and those that refuse, with the statuses and codes of the vendor's tables.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::content_type::JSON;
use crate::requests::Reason;

/// Why D1 does not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// All that is wrong; D1 names the first field alone.
    Field(Vec<Reason>),
    /// What is wrong with the token.
    Unauthorized(&'static str),
    Forbidden,
    Deleted,
    /// The field that Click to Pay needs.
    ClickToPay(String),
    UnknownConsumer,
    UnknownResource,
    WrongMethod,
    /// No token: the error of RFC 6749, section 5.2, and why.
    Token(&'static str, &'static str),
}

impl Rejection {
    pub(crate) fn answer(&self) -> Response<Bytes> {
        match self {
            Self::Field(reasons) => {
                let field = reasons.first().and_then(|reason| reason.field.as_deref());
                let field = field.unwrap_or_default();
                error(StatusCode::BAD_REQUEST, Some("FIELD_INVALID_FORMAT"), field)
            }
            // The table lists AUTHORIZER_UNAUTHORIZED, the text above it says that only `error` is provided.
            Self::Unauthorized(_) => error(StatusCode::UNAUTHORIZED, None, "Unauthorized"),
            Self::Forbidden => error(
                StatusCode::FORBIDDEN,
                Some("AUTHORIZER_FORBIDDEN"),
                "not_authorized",
            ),
            Self::Deleted => error(StatusCode::FORBIDDEN, Some("CONSUMER_INVALID_STATE"), "DELETED"),
            Self::ClickToPay(field) => error(
                StatusCode::FORBIDDEN,
                Some("MISSING_C2P_MANDATORY_INFORMATION"),
                field,
            ),
            Self::UnknownConsumer => error(StatusCode::NOT_FOUND, Some("UNKNOWN_CONSUMER"), ""),
            Self::UnknownResource => error(StatusCode::NOT_FOUND, None, ""),
            Self::WrongMethod => error(StatusCode::METHOD_NOT_ALLOWED, None, ""),
            Self::Token(error, why) => {
                let body = json!({"error": error, "error_description": why});
                json_answer(StatusCode::BAD_REQUEST, &body)
            }
        }
    }

    /// Why, in words; no value of the request.
    pub(crate) fn reasons(self) -> Vec<Reason> {
        vec![match self {
            Self::Field(reasons) => return reasons,
            Self::Unauthorized(wrong) => Reason::of("authorization", wrong),
            Self::Forbidden => Reason::of("issuerId", "must be the issuer that the token was given to"),
            Self::Deleted => Reason::of("consumerId", "must not be a deleted consumer"),
            Self::ClickToPay(field) => Reason::of(&field, "must be as Click to Pay demands"),
            Self::UnknownConsumer => Reason::of("consumerId", "must be a registered consumer"),
            Self::UnknownResource => Reason::general("no operation has this path"),
            Self::WrongMethod => Reason::general("no operation has this method and path"),
            Self::Token(_, why) => Reason::general(why),
        }]
    }
}

/// An error with the fields that are given and not empty.
pub(crate) fn error(status: StatusCode, code: Option<&str>, error: &str) -> Response<Bytes> {
    let mut body = Map::new();
    if let Some(code) = code {
        body.insert("errorCode".to_owned(), json!(code));
    }
    if !error.is_empty() {
        body.insert("error".to_owned(), json!(error));
    }
    json_answer(status, &Value::Object(body))
}

pub(crate) fn json_answer(status: StatusCode, body: &Value) -> Response<Bytes> {
    typed_answer(status, JSON, body.to_string())
}

pub(crate) fn typed_answer(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut answer = answer(status, body);
    let content_type = HeaderValue::from_static(content_type);
    answer.headers_mut().insert(header::CONTENT_TYPE, content_type);
    answer
}

pub(crate) fn no_content() -> Response<Bytes> {
    answer(StatusCode::NO_CONTENT, Bytes::new())
}

pub(crate) fn answer(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer
}
