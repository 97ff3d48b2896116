//! A D1 that answers 204 to a PUT, and a list of 20 cards to a GET: at once, or as one of [`ANSWERS`] that is named as
//! its argument. It prints its address, and serves until its standard input ends: that is, until the process that started it is
//! gone.

#[path = "../pace/random.rs"]
mod random;

use std::{
    convert::Infallible,
    env,
    error::Error,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use d1_benches::cards;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use random::Random;
use tokio::{net::TcpListener, sync::Semaphore, task, time};

/// How a D1 answers.
#[derive(Clone, Copy)]
struct Answers {
    /// Standard deviation of the logarithm of the latency, whose median is 2 ms.
    sigma: f64,
    /// Of the answers, a 400 that comes at once.
    refused: f64,
    /// How many are worked on at a time; the others wait.
    workers: usize,
}

const MEDIAN: Duration = Duration::from_millis(2);

const ANSWERS: [(&str, Option<Answers>); 4] = [
    ("at-once", None),
    (
        "wide",
        Some(Answers {
            sigma: 0.6,
            refused: 0.0,
            workers: Semaphore::MAX_PERMITS,
        }),
    ),
    (
        "refusals",
        Some(Answers {
            sigma: 0.3,
            refused: 0.2,
            workers: Semaphore::MAX_PERMITS,
        }),
    ),
    (
        "workers",
        Some(Answers {
            sigma: 0.3,
            refused: 0.0,
            workers: 20,
        }),
    ),
];

/// What takes the time of an answer.
struct Work {
    answers: Answers,
    workers: Semaphore,
    random: Mutex<Random>,
}

impl Work {
    /// Whether it is done.
    async fn is_done(&self) -> bool {
        let (unit, normal) = {
            let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
            (random.unit(), random.normal())
        };
        if unit < self.answers.refused {
            return false;
        }
        let worker = self.workers.acquire().await;
        time::sleep(MEDIAN.mul_f64((self.answers.sigma * normal).exp())).await;
        worker.is_ok()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args().nth(1).ok_or("no answers are named")?;
    let (_, answers) = ANSWERS
        .into_iter()
        .find(|(known, _)| *known == name)
        .ok_or("no such answers")?;
    let work = answers.map(|answers| {
        Arc::new(Work {
            answers,
            workers: Semaphore::new(answers.workers),
            random: Mutex::new(Random::new(1)),
        })
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    task::spawn(serve(listener, work));
    task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await??;
    Ok(())
}

async fn serve(listener: TcpListener, work: Option<Arc<Work>>) -> io::Result<()> {
    let cards = Bytes::from(cards::list());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (cards, work) = (cards.clone(), work.clone());
        let service = service_fn(move |request| answer(request, cards.clone(), work.clone()));
        task::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: Request<Incoming>,
    cards: Bytes,
    work: Option<Arc<Work>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    // A request that was not received whole gets no answer that counts as one.
    let mut is_done = body.collect().await.is_ok();
    if let Some(work) = work {
        is_done &= work.is_done().await;
    }
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = match head.method {
        Method::PUT if is_done => StatusCode::NO_CONTENT,
        Method::GET if is_done => {
            *answer.body_mut() = Full::new(cards);
            answer.headers_mut().insert(
                header::CONTENT_TYPE,
                header::HeaderValue::from_static("application/json"),
            );
            StatusCode::OK
        }
        _ => StatusCode::BAD_REQUEST,
    };
    Ok(answer)
}
