use d1_client::Operation;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::Instant,
};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// Counted from 1, calls and token requests by themselves.
    pub number: usize,
    /// The connection it came on, counted from 1.
    pub connection: usize,
    /// Request line and headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
    /// When it came, by tokio's clock.
    pub at: Instant,
}

impl Request {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let found = headers.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }

    /// Method and path.
    #[must_use]
    pub fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.trim_end_matches(" HTTP/1.1")
    }

    /// The access token it carries.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// Which operation it calls.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn operation(&self) -> Operation {
        let line = self.line();
        match line.split_once(' ') {
            Some(("GET", path)) if path.ends_with("/cards") => Operation::ListCards,
            Some(("PUT", path)) if path.contains("/banking/v1/") => Operation::RegisterConsumerV1,
            Some(("PUT", _)) => Operation::RegisterConsumer,
            Some(("POST", path)) if path.ends_with(":update") => Operation::UpdateConsumer,
            Some(("POST", path)) if path.ends_with(":delete") => Operation::DeleteConsumer,
            _ => panic!("no operation: {line}"),
        }
    }

    /// Whether it went to the token endpoint.
    #[must_use]
    pub fn is_for_a_token(&self) -> bool {
        self.line().ends_with("/oauth2/token")
    }
}

/// The next request of a connection, or nothing when the client has closed it.
pub(super) async fn receive<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut Vec<u8>,
    connection: usize,
) -> Option<Request> {
    const END_OF_HEAD: &[u8] = b"\r\n\r\n";
    loop {
        let end = buffer
            .windows(END_OF_HEAD.len())
            .position(|window| window == END_OF_HEAD);
        if let Some(end) = end {
            let mut request = Request {
                number: 0,
                connection,
                head: String::from_utf8_lossy(&buffer[..end]).into_owned(),
                body: Vec::new(),
                at: Instant::now(),
            };
            let body = end + END_OF_HEAD.len();
            let length: usize = request
                .header("content-length")
                .map_or(0, |length| length.parse().expect("a length"));
            if buffer.len() >= body + length {
                request.body = buffer[body..body + length].to_vec();
                buffer.drain(..body + length);
                return Some(request);
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
