//! What somebody who may be D1 asks the issuer's service.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::LazyLock,
    task::{Context, Poll},
};

use bytes::Bytes;
use d1_client::{
    IssuerId,
    issuer::{
        AuthorizationChosen, ConsumerDirectory, ConsumerInformation, ConsumerInformationService,
        DirectoryError, IssuedTokens, Lookup,
    },
};
use http::Request;
use http_body::{Body, Frame};
use tokio::runtime::Runtime;
use tower_service::Service;

use crate::tells_nothing;

/// No consumer is known.
struct Nobody;

impl ConsumerDirectory for Nobody {
    async fn consumer(&self, _: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
        Ok(None)
    }
}

struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|body| Ok(Frame::data(body))))
    }
}

type Ready = ConsumerInformationService<Nobody, AuthorizationChosen>;

static SERVICE: LazyLock<(Runtime, Ready)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let issuer = IssuerId::new("is_example").expect("an issuer id");
    let service =
        ConsumerInformationService::new(issuer, Nobody).tokens(IssuedTokens::new("d1", "p4ssw0rd", [7; 32]));
    (runtime, service)
});

/// A request in the manner of HTTP/1.1: answered as documented, whatever it is, and nothing of it is told.
///
/// # Panics
/// When a promise is broken.
pub fn outbound_requests(bytes: &[u8]) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let mut lines = head.split(|&byte| byte == b'\n');
    let mut first = lines.next().unwrap_or_default().splitn(2, |&byte| byte == b' ');
    let mut request = Request::builder()
        .method(first.next().unwrap_or_default())
        .uri(first.next().unwrap_or_default());
    for line in lines {
        let mut parts = line.splitn(2, |&byte| byte == b':');
        let name = parts.next().unwrap_or_default();
        request = request.header(name, parts.next().unwrap_or_default().trim_ascii());
    }
    // What HTTP itself refuses is nobody's request.
    let Ok(request) = request.body(Whole(Some(Bytes::copy_from_slice(body)))) else {
        return;
    };
    let (runtime, service) = &*SERVICE;
    let answer = runtime.block_on(service.clone().call(request));
    let Ok(answer) = answer;
    let status = answer.status().as_u16();
    assert!([200, 400, 401, 404, 405, 413].contains(&status), "{status}");
    let text = runtime.block_on(async {
        let mut body = pin!(answer.into_body());
        let mut text = Vec::new();
        while let Some(Ok(frame)) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
            text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| &data[..]));
        }
        text
    });
    tells_nothing(&String::from_utf8_lossy(&text));
    assert!(
        serde_json::from_slice::<serde_json::Value>(&text).is_ok(),
        "no JSON"
    );
}
