//! A D1 that answers at once: 204 to a PUT, a list of 20 cards to a GET. It prints its address, and serves until its
//! standard input ends: that is, until whoever started it is gone.

use std::{convert::Infallible, error::Error, io};

use bytes::Bytes;
use d1_benches::cards;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    task::spawn(serve(listener));
    task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await??;
    Ok(())
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let cards = Bytes::from(cards::list());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let cards = cards.clone();
        let service = service_fn(move |request| answer(request, cards.clone()));
        task::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(request: Request<Incoming>, cards: Bytes) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    // A request that was not received whole gets no answer that counts as one.
    let whole = body.collect().await.is_ok();
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = match head.method {
        Method::PUT if whole => StatusCode::NO_CONTENT,
        Method::GET if whole => {
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
