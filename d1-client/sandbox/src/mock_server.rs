//! The sandbox on an `httpmock::MockServer`, for those who test with one already.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
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
    let fault = shared.draw(request.method(), request.uri());
    let reply = if shared.is_stopped() {
        Reply::Reset
    } else {
        shared.reply(request, fault.as_ref())
    };
    let answer = match reply {
        Reply::Whole(answer) => answer,
        Reply::Half(answer) => answer.map(|body| body.slice(..body.len() / 2)),
        // httpmock always answers: what cannot be reset is unavailable.
        Reply::Reset => answer(StatusCode::SERVICE_UNAVAILABLE, Bytes::new()),
    };
    answer.into()
}
