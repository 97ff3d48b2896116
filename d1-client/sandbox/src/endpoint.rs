//! What can be called: the token endpoint and the operations, and which request calls which.

use http::Method;
use percent_encoding::percent_decode_str;

/// The path of the token endpoint on the sandbox.
pub(crate) const AUTH_PATH: &str = "/authz/v1";

/// The path of the operations on the sandbox.
pub(crate) const BANKING_PATH: &str = "/banking/v2";

/// The path of version 1 of registering on the sandbox.
pub(crate) const BANKING_V1_PATH: &str = "/banking/v1";

/// An endpoint of D1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `POST …/oauth2/token`
    Token,
    /// `PUT …/issuers/{issuerId}/consumers/{consumerId}`
    Register,
    /// `GET …/issuers/{issuerId}/consumers/{consumerId}/cards`
    Cards,
    /// `POST …/issuers/{issuerId}/consumers/{consumerId}/operations:update`
    Update,
    /// `POST …/issuers/{issuerId}/consumers/{consumerId}/operations:delete`
    Delete,
    /// `PUT …/issuers/{issuerId}/consumers/{consumerId}` of version 1
    RegisterV1,
}

impl Endpoint {
    /// All endpoints.
    pub const ALL: [Self; 6] = [
        Self::Token,
        Self::Register,
        Self::Cards,
        Self::Update,
        Self::Delete,
        Self::RegisterV1,
    ];

    /// The operations: all endpoints except the token endpoint.
    pub const OPERATIONS: [Self; 5] = [
        Self::Register,
        Self::Cards,
        Self::Update,
        Self::Delete,
        Self::RegisterV1,
    ];

    /// Its name in JSON, as in `register-v1`.
    #[cfg(feature = "control")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Register => "register",
            Self::Cards => "cards",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::RegisterV1 => "register-v1",
        }
    }

    /// The endpoint of a request line, if there is one.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        match route(method, path) {
            Route::Token => Some(Self::Token),
            Route::Operation { endpoint, .. } => Some(endpoint),
            Route::WrongMethod | Route::Unknown => None,
        }
    }
}

/// What a request line means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Token,
    Operation {
        endpoint: Endpoint,
        issuer: String,
        consumer: String,
    },
    WrongMethod,
    Unknown,
}

pub(crate) fn route(method: &Method, path: &str) -> Route {
    if path.strip_prefix(AUTH_PATH) == Some("/oauth2/token") {
        return if method == Method::POST {
            Route::Token
        } else {
            Route::WrongMethod
        };
    }
    let v1 = path.strip_prefix(BANKING_V1_PATH);
    let Some(path) = v1.or_else(|| path.strip_prefix(BANKING_PATH)) else {
        return Route::Unknown;
    };
    let segments: Vec<_> = path
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy())
        .collect();
    let segments: Vec<_> = segments.iter().map(AsRef::as_ref).collect();
    let ["", "issuers", issuer, "consumers", consumer, rest @ ..] = segments.as_slice() else {
        return Route::Unknown;
    };
    let (endpoint, expected) = match rest {
        [] if v1.is_some() => (Endpoint::RegisterV1, Method::PUT),
        _ if v1.is_some() => return Route::Unknown,
        [] => (Endpoint::Register, Method::PUT),
        ["cards"] => (Endpoint::Cards, Method::GET),
        ["operations:update"] => (Endpoint::Update, Method::POST),
        ["operations:delete"] => (Endpoint::Delete, Method::POST),
        _ => return Route::Unknown,
    };
    if *method != expected {
        return Route::WrongMethod;
    }
    Route::Operation {
        endpoint,
        issuer: (*issuer).to_owned(),
        consumer: (*consumer).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONSUMER: &str = "/banking/v2/issuers/is_example/consumers/c-1";

    #[test]
    fn every_operation_has_its_method_and_path() {
        let of = |method, rest| Endpoint::of(&method, &format!("{CONSUMER}{rest}"));
        assert_eq!(of(Method::PUT, ""), Some(Endpoint::Register));
        assert_eq!(of(Method::GET, "/cards"), Some(Endpoint::Cards));
        assert_eq!(of(Method::POST, "/operations:update"), Some(Endpoint::Update));
        assert_eq!(of(Method::POST, "/operations%3Adelete"), Some(Endpoint::Delete));
        let v1 = Endpoint::of(&Method::PUT, &CONSUMER.replace("v2", "v1"));
        assert_eq!(v1, Some(Endpoint::RegisterV1));
        let token = Endpoint::of(&Method::POST, "/authz/v1/oauth2/token");
        assert_eq!(token, Some(Endpoint::Token));
    }

    #[test]
    fn another_method_or_path_means_nothing() {
        for (method, rest) in [
            (Method::POST, ""),
            (Method::GET, "/card"),
            (Method::GET, "/cards/"),
        ] {
            assert_eq!(Endpoint::of(&method, &format!("{CONSUMER}{rest}")), None);
        }
        assert_eq!(Endpoint::of(&Method::GET, "/authz/v1/oauth2/token"), None);
    }
}
