//! The control API below `/_sandbox/`, for tests in other languages, and the page that shows the same.

mod consumers;
mod faults;
pub(crate) mod guard;
mod page;
mod requests;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

pub(crate) use consumers::seed;

use crate::content_type::{self, FORM, JSON};
use crate::rejection::{answer, json_answer, no_content, typed_answer};
use crate::shared::Shared;
use guard::{Guard, Refused};

/// Where it is: all paths begin so.
pub(crate) const PATH: &str = "/_sandbox/";

/// Describes the API; a test compares it with the routes.
const DOCUMENT: &str = include_str!("control/openapi.json");

type Answer = Result<Response<Bytes>, Refused>;

pub(crate) fn serves(path: &str) -> bool {
    path.starts_with(PATH) || path == PATH.trim_end_matches('/')
}

pub(crate) fn respond(guard: &Guard, request: &Request<Bytes>, shared: &Shared) -> Response<Bytes> {
    let answered = guard.admit(request).and_then(|()| route(guard, request, shared));
    let mut answer =
        answered.unwrap_or_else(|Refused(status, why)| json_answer(status, &json!({"error": why})));
    let headers = answer.headers_mut();
    for (name, value) in guard::ANSWER_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}

fn route(guard: &Guard, request: &Request<Bytes>, shared: &Shared) -> Answer {
    let Some(path) = request.uri().path().strip_prefix(PATH) else {
        return Ok(redirect(StatusCode::PERMANENT_REDIRECT));
    };
    let segments: Vec<_> = path
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy())
        .collect();
    let segments: Vec<_> = segments.iter().map(AsRef::as_ref).collect();
    let query = Query::of(request);
    let issuer = query.text("issuerId").unwrap_or(&guard.issuer_id);
    match (method(request), segments.as_slice()) {
        ("GET", [""]) => Ok(page::page(shared)),
        ("GET", ["openapi.json"]) => Ok(typed_answer(StatusCode::OK, JSON, DOCUMENT)),
        ("GET", ["consumers"]) => Ok(consumers::list(shared)),
        ("GET", ["consumers", id]) => consumers::get(shared, (issuer, *id)),
        ("PUT", ["consumers", id]) => consumers::put(shared, (issuer, *id), &body(request)?),
        ("DELETE", ["consumers", id]) => consumers::forget(shared, (issuer, *id)),
        ("GET", ["consumers", id, "cards"]) => consumers::cards(shared, (issuer, *id)),
        ("POST", ["consumers", id, "cards"]) => consumers::add_card(shared, (issuer, *id), &body(request)?),
        ("GET", ["requests"]) => requests::list(shared, query.number("after")?),
        ("DELETE", ["requests"]) => {
            shared.log().clear();
            Ok(no_content())
        }
        ("GET", ["faults"]) => Ok(faults::list(shared)),
        ("POST", ["faults"]) => {
            faults::add(shared, body(request)?)?;
            Ok(done(request, || faults::list(shared)))
        }
        ("DELETE", ["faults"]) => {
            faults::end(shared);
            Ok(done(request, no_content))
        }
        ("GET", ["clock"]) => Ok(faults::clock(shared)),
        ("POST", ["clock"]) => {
            faults::move_clock(shared, &body(request)?)?;
            Ok(done(request, || faults::clock(shared)))
        }
        ("POST", ["reset"]) => {
            shared.reset();
            Ok(done(request, no_content))
        }
        (_, [""] | ["openapi.json" | "consumers" | "requests" | "faults" | "clock" | "reset"])
        | (_, ["consumers", _] | ["consumers", _, "cards"]) => Err(Refused(
            StatusCode::METHOD_NOT_ALLOWED,
            "not with this method: see openapi.json".to_owned(),
        )),
        _ => Err(Refused::not_found()),
    }
}

/// A form of the page names the method that HTML has not.
fn method(request: &Request<Bytes>) -> &str {
    match *request.method() {
        Method::HEAD => "GET",
        Method::POST
            if is_form(request) && form(request).any(|(name, value)| (&*name, &*value) == METHOD) =>
        {
            "DELETE"
        }
        ref method => method.as_str(),
    }
}

const METHOD: (&str, &str) = ("_method", "DELETE");

fn is_form(request: &Request<Bytes>) -> bool {
    content_type::is(request.headers(), FORM)
}

fn form(request: &Request<Bytes>) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(request.body())
}

/// The members of a JSON body, or of a form of the page, where what is blank is left out.
fn body(request: &Request<Bytes>) -> Result<Map<String, Value>, Refused> {
    if is_form(request) {
        let mut members = Map::new();
        for (name, text) in form(request).filter(|(_, text)| !text.is_empty()) {
            match page::of_button(&text) {
                Some(fields) if name == "button" => {
                    members.extend(
                        fields
                            .iter()
                            .map(|(name, text)| ((*name).to_owned(), plain(text))),
                    );
                }
                _ => drop(members.insert(name.into_owned(), plain(&text))),
            }
        }
        return Ok(members);
    }
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Refused::bad("the body must be a JSON object")),
    }
}

/// A form's text as JSON: a number or a boolean where it reads as one.
fn plain(text: &str) -> Value {
    match text {
        "true" => true.into(),
        _ => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
    }
}

/// The page after a form, what the API answers otherwise.
fn done(request: &Request<Bytes>, otherwise: impl FnOnce() -> Response<Bytes>) -> Response<Bytes> {
    if is_form(request) {
        redirect(StatusCode::SEE_OTHER)
    } else {
        otherwise()
    }
}

fn redirect(status: StatusCode) -> Response<Bytes> {
    let mut answer = answer(status, Bytes::new());
    let to = HeaderValue::from_static(PATH);
    answer.headers_mut().insert(header::LOCATION, to);
    answer
}

/// The parameters of a request's query.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(request: &Request<Bytes>) -> Self {
        let query = request.uri().query().unwrap_or_default();
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }

    /// 0 where it is not given.
    fn number(&self, name: &str) -> Result<u64, Refused> {
        let Some(text) = self.text(name) else {
            return Ok(0);
        };
        let number = text.parse();
        number.map_err(|_| Refused::bad(format!("`{name}` must be a number, 0 or more")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every path and method of the document has a route, and every route is in the document.
    #[test]
    fn the_document_lists_the_routes() {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut listed = Vec::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            assert!(path.starts_with(PATH), "{path}");
            for method in operations.as_object().unwrap().keys() {
                listed.push(format!("{} {path}", method.to_uppercase()));
            }
        }
        listed.sort();
        let source = include_str!("control.rs");
        let mut routes: Vec<_> = source
            .lines()
            .filter_map(|line| line.trim().strip_prefix("(\""))
            .filter_map(|line| {
                line.split_once("\", [")?
                    .1
                    .split_once(']')
                    .map(|(path, _)| (line, path))
            })
            .filter_map(|(line, path)| {
                let path = path
                    .replace("id", "{consumerId}")
                    .replace([' ', '"'], "")
                    .replace(',', "/");
                Some(format!("{} {PATH}{path}", line.split_once('"')?.0))
            })
            .collect();
        routes.sort();
        assert_eq!(routes, listed);
    }
}
