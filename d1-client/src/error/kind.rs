use crate::names::named;

named! {
    /// What kind of failure it was.
    ///
    /// ```
    /// use d1_client::{Error, ErrorKind};
    ///
    /// fn whose_turn(error: &Error) -> &'static str {
    ///     match error.kind() {
    ///         ErrorKind::InvalidRequest => "the caller's: a field",
    ///         ErrorKind::Token | ErrorKind::Unauthorized => "ours: keys and their registration",
    ///         ErrorKind::Connect => "the network's",
    ///         kind => kind.as_str(), // a stable name, for a metric's label
    ///     }
    /// }
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum ErrorKind {
        /// A value breaks the vendor's rule and was not sent. What to do: correct the field that
        /// [`Error::field`](crate::Error::field) names.
        InvalidRequest = "invalid_request",
        /// There is no access token; `source()` is a [`TokenError`](crate::auth::TokenError). What to do: what its
        /// documentation says.
        Token = "token",
        /// No connection to D1: name lookup, TCP, TLS or proxy failed; `source()` says which. What to do: try again; if
        /// it fails again, check the network, the client certificate and the trusted roots.
        Connect = "connect",
        /// An attempt, or the whole call, took too long. What to do: look at the outcome first.
        Timeout = "timeout",
        /// The connection broke before the answer was complete. What to do: look at the outcome first.
        Interrupted = "interrupted",
        /// A success that could not be read; `source()` says where. What to do: look at the outcome first; if it
        /// happens again, report it to the vendor, or to the operator of the proxy in between.
        Unreadable = "unreadable",
        /// A 400. What to do: correct the request. [`Error::code`](crate::Error::code) and
        /// [`Error::field`](crate::Error::field) say where.
        BadRequest = "bad_request",
        /// A 401. What to do: check key id, key and issuer id; a wrong environment looks like this too.
        Unauthorized = "unauthorized",
        /// A 403, from D1 or from a firewall in front of it. What to do: see [`Error::code`](crate::Error::code);
        /// without a code it may come from the firewall.
        Forbidden = "forbidden",
        /// A 404. What to do: with the code `UNKNOWN_CONSUMER` register first (after a deletion it proves nothing: see
        /// [`Error::is_unknown_consumer`](crate::Error::is_unknown_consumer)); without the code, check the issuer id
        /// and the URL.
        NotFound = "not_found",
        /// A 429, which the vendor documents nowhere. What to do: slow down, try again later.
        TooManyRequests = "too_many_requests",
        /// A 500. What to do: look at the outcome first; try again if it is retryable for this operation.
        Internal = "internal",
        /// A 503. What to do: look at the outcome first; try again later.
        Unavailable = "unavailable",
        /// A redirect. The client follows none, because a token is sent only to its own hosts. What to do: check the
        /// base URL.
        Redirect = "redirect",
        /// An item of a [bulk](crate::guide::bulk) whose task did not end: its runtime was shut down or no longer runs,
        /// or the task panicked. What to do: as for any outcome that is unknown.
        Abandoned = "abandoned",
        /// The call was made outside a Tokio runtime, which its sockets and clocks need. What to do: make it in one.
        NoRuntime = "no_runtime",
        /// Any other status. What to do: look at the outcome first.
        UnexpectedStatus = "unexpected_status",
    }
}

impl ErrorKind {
    /// The same for people, as it begins a message.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid request",
            Self::Token => "no access token",
            Self::Connect => "no connection",
            Self::Timeout => "timed out",
            Self::Interrupted => "connection broke",
            Self::Unreadable => "unreadable answer",
            Self::BadRequest => "bad request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not found",
            Self::TooManyRequests => "too many requests",
            Self::Internal => "internal error of D1",
            Self::Unavailable => "D1 is unavailable",
            Self::Redirect => "redirected",
            Self::Abandoned => "abandoned",
            Self::NoRuntime => "made outside a Tokio runtime",
            Self::UnexpectedStatus => "unexpected status",
        }
    }

    /// The kind of an answer that is not a success.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Redirect,
            400 => Self::BadRequest,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            429 => Self::TooManyRequests,
            500 => Self::Internal,
            503 => Self::Unavailable,
            _ => Self::UnexpectedStatus,
        }
    }
}
