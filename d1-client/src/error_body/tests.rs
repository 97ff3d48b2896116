use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use super::*;

const CODE: &str = r#""errorCode":"UNKNOWN_CONSUMER""#;

fn read(body: impl AsRef<[u8]>) -> ErrorBody {
    ErrorBody::read(&HeaderMap::new(), body.as_ref())
}

/// The code and the text that a strict parser finds.
fn by_serde(body: &Value) -> ErrorBody {
    let text = |name: &str| {
        body.get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    ErrorBody {
        code: text("errorCode").map(ErrorCode::from),
        error: text("error").map(Box::from),
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("UNKNOWN_CONSUMER".to_owned()),
        Just(r#"","errorCode":"INTERNAL_ERROR""#.to_owned()),
        Just("errorCode".to_owned()),
        r#"[a-z"'\\/{}\[\]:,\n\t é€😀]{0,12}"#,
        any::<String>(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    let name = prop_oneof![Just("errorCode".to_owned()), Just("error".to_owned()), any_text()];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name.clone(), inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pieces of which bodies are made that nobody should send.
fn any_soup() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 21] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"'",
        b"\\",
        b"\\u",
        b"\\ud800",
        b"\"errorCode\"",
        b"errorCode",
        b"\"UNKNOWN_CONSUMER\"",
        b"\"error\":",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x1f\x8b\x08\0",
        b"\0",
        b"\xe9",
        b"1",
    ];
    vec(prop::sample::select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn well_formed_json_is_read_as_any_parser_reads_it(body in any_json()) {
        for text in [body.to_string(), serde_json::to_string_pretty(&body).unwrap()] {
            prop_assert_eq!(read(&text), by_serde(&body), "{}", text);
        }
    }

    #[test]
    fn a_well_formed_body_is_read_in_every_encoding_and_at_every_cut(body in any_json(), cut in any::<prop::sample::Index>()) {
        let text = body.to_string();
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let expected = by_serde(&body);
        prop_assert_eq!(&read([b"\xef\xbb\xbf", text.as_bytes()].concat()), &expected);
        prop_assert_eq!(&read([b"\xff\xfe", &little[..]].concat()), &expected);
        prop_assert_eq!(&read([b"\xfe\xff", &big[..]].concat()), &expected);
        // Of what is cut off, no more is known than of the whole.
        let cut = read(&text.as_bytes()[..cut.index(text.len() + 1)]);
        prop_assert!(cut.code.is_none() || cut.code == expected.code);
        prop_assert!(cut.error.is_none() || cut.error == expected.error);
    }

    #[test]
    fn no_body_is_too_odd(body in any_soup()) {
        read(body);
    }

    #[test]
    fn no_bytes_are_too_odd(body in vec(any::<u8>(), 0..200)) {
        read(body);
    }

    #[test]
    fn an_added_byte_changes_no_code_into_another(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        replace in any::<bool>(),
    ) {
        let mut body = br#"{"status":404,"error":"no \"such\" consumer","errorCode":"UNKNOWN_CONSUMER","at":[{"errorCode":"X"}]}"#.to_vec();
        let at = at.index(body.len());
        if replace {
            body[at] = byte;
        } else {
            body.insert(at, byte);
        }
        // In the code itself it makes another code, which nobody knows.
        let code = read(body).code;
        prop_assert!(matches!(code, None | Some(ErrorCode::UnknownConsumer | ErrorCode::Unknown(_))), "{code:?}");
        prop_assert!(code.is_none_or(|code| code.as_str() != "X"));
    }
}

#[track_caller]
fn says_unknown_consumer(body: impl AsRef<[u8]>) {
    let body = body.as_ref();
    let code = read(body).code;
    assert_eq!(code, Some(ErrorCode::UnknownConsumer), "{}", body.escape_ascii());
}

#[track_caller]
fn says_no_code(body: impl AsRef<[u8]>) {
    let body = body.as_ref();
    assert_eq!(read(body).code, None, "{}", body.escape_ascii());
}

#[test]
fn a_blemish_hides_no_code() {
    for body in [
        "{CODE,\"error\":\"a\nb\"}",
        "{\"error\":\"a\u{1}\0b\",CODE}",
        "{CODE,}",
        "{,CODE}",
        "{CODE,,\"error\":\"a\"}",
        "{\"error\":\"a\" CODE}",
        "{\"error\":,CODE}",
        "{CODE",
        "{CODE,",
        "{CODE,\"err",
        "{CODE,\"error\"",
        "{CODE,\"error\":\"cut",
        "{CODE,\"at\":[1,{",
        "{CODE}}",
        "{CODE} and more",
        "{CODE}<html></html>",
        "{CODE}\0\0\0",
        "{CODE}{CODE}",
        "{CODE}\n{\"error\":\"a\"}\n",
        "\u{feff}{CODE}",
        "\u{feff}\u{feff} \n{CODE}",
        "\0\n {CODE}",
        "{CODE,CODE}",
        "{\"errorCode\":null,CODE}",
        "{CODE,\"errorCode\":\"\"}",
        "{\"error\":\"a\",\"error\":\"b\",CODE}",
        "{\"error\":\"\\ud800\",CODE}",
        "{\"error\":\"\\udc00\\ud800\",CODE}",
        "{\"error\":\"\\ud800\\u0041\",CODE}",
        "{\"error\":\"\\x\\'\\u00\",CODE}",
        "{\"error\":NaN,CODE}",
        "{\"at\":2026-01-01T00:00:00Z,CODE}",
        "{\"error\":None,CODE}",
        "{'errorCode':'UNKNOWN_CONSUMER'}",
        "{\"error\\u0043ode\":\"UNKNOWN\\u005fCONSUMER\"}",
        "{\"errors\":[{\"errorCode\":\"X\"}],CODE}",
        "{\"errorcode\":\"X\",CODE}",
    ] {
        says_unknown_consumer(body.replace("CODE", CODE));
        // In UTF-8 and in Latin-1, with a letter that they write differently.
        says_unknown_consumer(body.replace("CODE", &format!("{CODE},\"message\":\"é\"")));
        let latin = body.replace("CODE", &format!("{CODE},\"message\":\"?\""));
        let latin = latin.bytes().map(|byte| if byte == b'?' { 0xe9 } else { byte });
        says_unknown_consumer(latin.collect::<Vec<_>>());
    }
}

#[test]
fn what_is_no_code_is_not_taken_for_one() {
    for body in [
        "",
        " ",
        "null",
        "\"UNKNOWN_CONSUMER\"",
        "[CODE]",
        "[{CODE}]",
        "\"{CODE}\"",
        "CODE",
        "<html>{CODE}</html>",
        "{{CODE}}",
        "{\"error\":{CODE}}",
        "{\"error\":[CODE]}",
        "{\"error\":[{CODE}],\"errorCode\":7}",
        "{\"error\":\"{\\\"errorCode\\\":\\\"UNKNOWN_CONSUMER\\\"}\"}",
        "{\"ErrorCode\":\"UNKNOWN_CONSUMER\"}",
        "{\"errorCode\":[\"UNKNOWN_CONSUMER\"]}",
        "{\"errorCode\":{\"errorCode\":\"UNKNOWN_CONSUMER\"}}",
        "{\"errorCode\":\"UNKNOWN_CONSUMER",
        "{\"errorCode\":UNKNOWN_CONSUMER}",
        "{\"errorCode\":\"\"}",
    ] {
        says_no_code(body.replace("CODE", CODE));
    }
}

#[test]
fn a_code_that_is_contradicted_is_none() {
    for body in [
        "{CODE,\"errorCode\":\"INTERNAL_ERROR\"}",
        "{\"errorCode\":\"INTERNAL_ERROR\",CODE}",
        "{CODE,\"errorCode\":\"INTERNAL_ERR",
        "{CODE,\"errorCode\":\"\\ud800\"}",
        "{CODE}{\"errorCode\":\"INTERNAL_ERROR\"}",
        "{CODE}, {\"errorCode\":\"INTERNAL_ERROR\"}",
        "{CODE} and {\"errorCode\":\"INTERNAL_ERROR\"}",
        // The text repeats what was sent, without escaping it.
        "{\"error\":\"bad \",CODE \",\"errorCode\":\"INTERNAL_ERROR\"}",
        "{\"error\":\"bad \"CODE\" value\",\"errorCode\":\"INTERNAL_ERROR\"}",
        "{CODE,\"at\":[}],\"errorCode\":\"INTERNAL_ERROR\"}",
    ] {
        says_no_code(body.replace("CODE", CODE));
    }
    says_no_code(b"{\"errorCode\":\"UNKNOWN_CONSUMER\xff\"}");
}

#[test]
fn the_text_is_told_as_far_as_it_can_be_read() {
    let text = |body: &[u8]| read(body).error.map(String::from);
    assert_eq!(text(b"{\"error\":\"caf\xe9\"}").as_deref(), Some("caf\u{fffd}"));
    assert_eq!(
        text(b"{\"error\":\"a\\ud83d\\ude00\\ud83d\"}").as_deref(),
        Some("a😀\u{fffd}")
    );
    assert_eq!(text(b"{\"error\":\"a\",\"error\":\"b\"}").as_deref(), Some("b"));
    assert_eq!(text(b"{\"error\":\"a\",\"error\":null}"), None);
    assert_eq!(text(b"{\"error\":\"cut"), None);
    assert_eq!(text(b"{\"error\":\"\"}"), None);
}

#[test]
fn the_worst_bodies_of_64_kib_are_read_in_time() {
    for piece in [
        "{",
        "[",
        "{\"a\":",
        "\"",
        "\\",
        "{}",
        "{\"errorCode\":\"A\"}",
        "errorCod",
        ",",
        "'\\u",
        " ",
        "\u{feff}",
    ] {
        for start in ["", "{", "{\"a\":", "{\"error\":\""] {
            let body = format!("{start}{}", piece.repeat(64 * 1024 / piece.len()));
            read(&body);
        }
    }
}

fn headers(coding: &str) -> HeaderMap {
    HeaderMap::from_iter([(http::header::CONTENT_ENCODING, coding.parse().unwrap())])
}

/// The body as gzip, with every part that its header may have.
fn gzip(body: &[u8]) -> Vec<u8> {
    let header = b"\x1f\x8b\x08\x1e\0\0\0\0\0\x03\x02\0xxname\0comment\0cc";
    [header, &compress_to_vec(body, 6)[..], b"checksum"].concat()
}

#[test]
fn a_packed_body_is_unpacked() {
    let body = format!("{{{CODE},\"error\":\"{}\"}}", "a text ".repeat(100));
    let bare = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice();
    let raw = compress_to_vec(body.as_bytes(), 6);
    let framed = compress_to_vec_zlib(body.as_bytes(), 6);
    for (coding, packed) in [
        ("gzip", gzip(body.as_bytes())),
        ("identity", gzip(body.as_bytes())),
        ("x-gzip", [bare, &raw].concat()),
        ("gzip", [bare, &raw[..raw.len() - 1]].concat()),
        ("deflate", framed.clone()),
        ("identity", framed),
        ("Deflate", raw),
        // Packed, it says, and is not.
        ("gzip", body.clone().into_bytes()),
        ("deflate", body.clone().into_bytes()),
        ("br", body.into_bytes()),
    ] {
        let read = ErrorBody::read(&headers(coding), &packed);
        assert_eq!(read.code, Some(ErrorCode::UnknownConsumer), "{coding}");
    }
}

#[test]
fn no_more_than_64_kib_are_unpacked() {
    let first = format!("{{{CODE},\"error\":\"{}", "a".repeat(1 << 24));
    let packed = gzip(first.as_bytes());
    assert!(packed.len() < 64 * 1024);
    let read = ErrorBody::read(&headers("gzip"), &packed);
    assert_eq!((read.code, read.error), (Some(ErrorCode::UnknownConsumer), None));
    let last = format!("{{\"error\":\"{}\",{CODE}}}", "a".repeat(1 << 24));
    assert_eq!(
        ErrorBody::read(&headers("gzip"), &gzip(last.as_bytes())).code,
        None
    );
}
