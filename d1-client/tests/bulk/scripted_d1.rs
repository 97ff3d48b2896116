//! A D1 on a loopback socket that does as a test says and keeps a book; and the time it all happens in.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, mpsc},
    time::Duration,
};

use d1_client::{
    Client, ConsumerId, Environment, IssuerId,
    auth::{self, AccessToken, TokenSource},
    types::{ConsumerInformation, PersonalInformation, builder},
};
use futures::{Stream, stream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime, task,
    time::{self, Instant},
};

/// One turn of the scheduler, in which every task that is ready runs and every socket is looked at, takes this long:
/// the clock stands still otherwise, however slow the machine is.
const TURN: Duration = Duration::from_millis(1);

/// Runs a test in simulated time.
pub(crate) fn simulate<T>(test: impl Future<Output = T>) -> T {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        // A paused clock would leap to the next timer while a socket is awaited; a blocking task stops that.
        let (hold, held) = mpsc::channel::<()>();
        task::spawn_blocking(move || held.recv());
        task::spawn(async {
            loop {
                time::advance(TURN).await;
            }
        });
        let result = test.await;
        drop(hold);
        result
    })
}

pub(crate) struct ScriptedD1 {
    address: String,
    book: Arc<Mutex<Book>>,
    /// The token that is issued next is number `tokens`, and each is good for so many requests.
    uses_of_a_token: u32,
}

/// What D1 knows.
#[derive(Default)]
pub(crate) struct Book {
    /// Requests by consumer id.
    pub(crate) requests: HashMap<String, u32>,
    /// How many successes each consumer received.
    pub(crate) told: HashMap<String, u32>,
    /// Requests for a consumer after its first success.
    pub(crate) repeated_after_success: u32,
    pub(crate) in_flight: usize,
    pub(crate) most_in_flight: usize,
    /// Requests of one consumer at a time.
    of_a_consumer: HashMap<String, u32>,
    pub(crate) most_of_a_consumer: u32,
    /// When each request came, and its body.
    pub(crate) times: Vec<Instant>,
    pub(crate) bodies: Vec<String>,
    tokens: u32,
    used: HashMap<String, u32>,
}

/// What it does with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// 204, or 200 with a receipt for a POST.
    Succeed,
    SucceedAfter(Duration),
    /// A status, with a code if it is not empty.
    Refuse(u16, &'static str),
    /// Closes the connection without an answer.
    Reset,
}

impl Book {
    pub(crate) fn all_requests(&self) -> u64 {
        self.requests.values().copied().map(u64::from).sum()
    }
}

impl ScriptedD1 {
    /// The closure gets the number of the request, from 0, and the consumer id.
    pub(crate) async fn start(act: impl Fn(u64, &str) -> Act + Send + Sync + 'static) -> Self {
        Self::start_with_tokens_of(u32::MAX, act).await
    }

    pub(crate) async fn start_with_tokens_of(
        uses: u32,
        act: impl Fn(u64, &str) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let book = Arc::new(Mutex::new(Book::default()));
        let (kept, act) = (book.clone(), Arc::new(act));
        task::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (book, act) = (kept.clone(), act.clone());
                task::spawn(async move { serve(stream, &book, uses, &*act).await });
            }
        });
        Self {
            address,
            book,
            uses_of_a_token: uses,
        }
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    pub(crate) fn client(&self) -> Client {
        assert!(self.uses_of_a_token > 0);
        let book = self.book.clone();
        let source = auth::from_fn(move || {
            let mut book = book.lock().unwrap();
            book.tokens += 1;
            let token = AccessToken::new(format!("token-{}", book.tokens));
            async { Ok(token?.expires_in(Duration::from_secs(900))) }
        });
        self.client_with(source)
    }

    pub(crate) fn client_with(&self, source: impl TokenSource) -> Client {
        let base = format!("http://{}", self.address);
        Client::builder(IssuerId::new("is_example").unwrap())
            .environment(Environment::custom(&base, &base).unwrap())
            .token_source(source)
            .no_proxy()
            .build()
            .unwrap()
    }
}

/// `c-0`, `c-1`, … with a person each.
pub(crate) fn people(count: usize) -> impl Stream<Item = (ConsumerId, builder::ConsumerInformation)> + Send {
    stream::iter((0..count).map(person))
}

pub(crate) fn person(number: usize) -> (ConsumerId, builder::ConsumerInformation) {
    let person = PersonalInformation::builder()
        .first_name("Ada")
        .last_name("Lovelace");
    let id = ConsumerId::new(format!("c-{number}")).unwrap();
    (id, ConsumerInformation::builder().personal_information(person))
}

async fn serve(
    mut stream: TcpStream,
    book: &Mutex<Book>,
    uses: u32,
    act: &(dyn Fn(u64, &str) -> Act + Send + Sync),
) {
    let mut buffer = Vec::new();
    while let Some((head, body)) = receive(&mut stream, &mut buffer).await {
        let consumer = consumer_of(&head).to_owned();
        let act = {
            let mut book = book.lock().unwrap();
            let number = book.all_requests_so_far();
            book.enter(&consumer, body);
            if book.is_used_up(&head, uses) {
                Act::Refuse(401, "AUTHORIZER_UNAUTHORIZED")
            } else {
                act(number, &consumer)
            }
        };
        if let Act::SucceedAfter(pause) = act {
            time::sleep(pause).await;
        }
        let answer = answer(act, head.starts_with("POST"));
        {
            let mut book = book.lock().unwrap();
            book.leave(&consumer);
            if matches!(act, Act::Succeed | Act::SucceedAfter(_)) {
                *book.told.entry(consumer).or_default() += 1;
            }
        }
        match answer {
            Some(answer) => {
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
            None => return,
        }
    }
}

impl Book {
    fn all_requests_so_far(&mut self) -> u64 {
        let counter = self.used.entry(String::new()).or_default();
        let number = *counter;
        *counter += 1;
        u64::from(number)
    }

    fn enter(&mut self, consumer: &str, body: String) {
        let of_a_consumer = self.of_a_consumer.entry(consumer.to_owned()).or_default();
        *of_a_consumer += 1;
        self.most_of_a_consumer = self.most_of_a_consumer.max(*of_a_consumer);
        self.times.push(Instant::now());
        self.bodies.push(body);
        *self.requests.entry(consumer.to_owned()).or_default() += 1;
        self.repeated_after_success += u32::from(self.told.contains_key(consumer));
        self.in_flight += 1;
        self.most_in_flight = self.most_in_flight.max(self.in_flight);
    }

    fn leave(&mut self, consumer: &str) {
        self.in_flight -= 1;
        if let Some(of_a_consumer) = self.of_a_consumer.get_mut(consumer) {
            *of_a_consumer -= 1;
        }
    }

    fn is_used_up(&mut self, head: &str, uses: u32) -> bool {
        let token = header(head, "authorization").unwrap();
        let used = self.used.entry(token.to_owned()).or_default();
        *used += 1;
        *used > uses
    }
}

fn answer(act: Act, post: bool) -> Option<String> {
    Some(match act {
        Act::Succeed | Act::SucceedAfter(_) if post => json(200, r#"{"operationId":"op-1"}"#),
        Act::Succeed | Act::SucceedAfter(_) => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        Act::Refuse(status, "") => format!("HTTP/1.1 {status} Refused\r\ncontent-length: 0\r\n\r\n"),
        Act::Refuse(status, code) => json(status, &format!(r#"{{"errorCode":"{code}"}}"#)),
        Act::Reset => return None,
    })
}

fn json(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn consumer_of(head: &str) -> &str {
    let path = head.split(' ').nth(1).unwrap();
    path.split('/').nth(4).unwrap()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// The head and the body of the next request.
async fn receive(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(String, String)> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
            let length: usize = header(&head, "content-length").map_or(0, |value| value.parse().unwrap());
            if buffer.len() >= end + 4 + length {
                let body = String::from_utf8(buffer[end + 4..end + 4 + length].to_vec()).unwrap();
                buffer.drain(..end + 4 + length);
                return Some((head, body));
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
