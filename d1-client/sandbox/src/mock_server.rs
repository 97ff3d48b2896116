//! The sandbox on an `httpmock::MockServer`, for those who test with one already.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

use crate::rejection::answer;
use crate::shared::{Reply, Shared};

/// Answers whatever no mock before this one does.
pub(crate) fn mount(server: &MockServer, shared: Arc<Shared>) {
    server.mock(move |when, then| {
        when.any_request();
        then.respond_with(move |request| respond(request, &shared));
    });
}

fn respond(request: &HttpMockRequest, shared: &Shared) -> HttpMockResponse {
    let request: Request<Bytes> = request.into();
    let (head, body) = request.into_parts();
    let fault = shared.draw(&head);
    let answer = if shared.is_stopped() {
        unreachable_here()
    } else {
        match shared.reply(Request::from_parts(head, body), fault.as_ref()) {
            Reply::Whole(answer) => answer,
            Reply::Half(answer) => halved(answer),
            Reply::Reset => unreachable_here(),
        }
    };
    answer.into()
}

/// httpmock always answers: what cannot be reset is unavailable.
fn unreachable_here() -> Response<Bytes> {
    answer(StatusCode::SERVICE_UNAVAILABLE, Bytes::new())
}

fn halved(answer: Response<Bytes>) -> Response<Bytes> {
    answer.map(|body| body.slice(..body.len() / 2))
}
