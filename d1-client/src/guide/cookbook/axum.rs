use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use d1_client::{Client, ConsumerId, Error, types::PersonalInformation};

pub(crate) fn app(d1: Client) -> Router {
    Router::new()
        .route("/customers/{id}", put(register))
        .route("/live", get(async || StatusCode::NO_CONTENT))
        .route("/ready", get(ready))
        .with_state(d1)
}

/// A body that is no person is axum's 422, which names the field and no value.
async fn register(
    State(d1): State<Client>,
    Path(id): Path<String>,
    Json(person): Json<PersonalInformation>,
) -> Response {
    // Not as `Path<ConsumerId>`: axum would repeat what it could not read in its answer.
    let id = match ConsumerId::new(id) {
        Ok(id) => id,
        Err(invalid) => return (StatusCode::BAD_REQUEST, invalid.to_string()).into_response(),
    };
    // In a task of its own: a caller that hangs up does not drop the call to D1 half-way.
    let call = tokio::spawn(async move {
        d1.consumer(id)
            .register()
            .personal_information(person)
            .send()
            .await
    });
    match call.await {
        Ok(Ok(_)) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => refused(&error),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Whether D1 takes our calls. A probe every 10 s is often enough.
async fn ready(State(d1): State<Client>) -> (StatusCode, &'static str) {
    match d1.check().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.kind().as_str()),
    }
}

/// RFC 9457: nothing of the person, and whether the call took effect.
fn refused(error: &Error) -> Response {
    let problem = error.to_problem();
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (status, Json(&problem)).into_response();
    let media_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
