//! The class of each kind of change: every keyword, added, removed, narrowed and widened, where a value is sent, where it is
//! received, and in a parameter.

use serde_json::{Value, json};
use xtask::inputs::Direction;
use xtask::report::Impact::{self, Breaking as B, Compatible as C, TextOnly as T};
use xtask::report::Rule::{self, *};
use xtask::report::{Report, compare, compare_called};

/// A document with one operation.
fn document(operation: Value) -> Value {
    let mut document = json!({
        "openapi": "3.0.3", "info": {"title": "Probe", "version": "1"},
        "servers": [{"url": "https://d1.example/v2"}], "security": [{"bearer": ["a", "b"]}],
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}, "key": {"type": "http", "scheme": "basic"}},
            "schemas": {"Name": {"type": "string", "maxLength": 9}},
        },
        "paths": {"/probe/{id}": {"post": {"operationId": "probe", "responses": {"200": {"description": "Here."}}}}},
    });
    let members = &mut document["paths"]["/probe/{id}"]["post"];
    for (key, value) in operation.as_object().unwrap() {
        members[key] = value.clone();
    }
    document
}

fn in_json(schema: &Value) -> Value {
    json!({"application/json": {"schema": schema}})
}

fn sent(schema: &Value) -> Value {
    document(json!({"requestBody": {"content": in_json(schema)}}))
}

fn received(schema: &Value) -> Value {
    document(json!({"responses": {"200": {"description": "Here.", "content": in_json(schema)}}}))
}

fn parameter(schema: &Value) -> Value {
    document(json!({"parameters": [{"name": "p", "in": "query", "schema": schema}]}))
}

fn both(schema: &Value) -> Value {
    document(json!({
        "requestBody": {"content": in_json(schema)},
        "responses": {"200": {"description": "Here.", "content": in_json(schema)}},
    }))
}

/// The worst of a report, and its rule.
#[track_caller]
fn worst(report: &Report, about: &str) -> (Impact, Rule) {
    let first = report
        .changes
        .first()
        .unwrap_or_else(|| panic!("{about}: nothing is reported"));
    (first.impact, first.rule)
}

/// Of an object with a property of this schema, and of a list of it, the class is the same as of the schema alone.
fn around(schema: &Value) -> [Value; 3] {
    [
        schema.clone(),
        json!({"type": "object", "properties": {"p": schema}}),
        json!({"type": "array", "items": schema}),
    ]
}

/// What is for answers alone is for requests alone, and the other way round.
fn turned(schema: &Value) -> Value {
    let text = schema.to_string();
    let text = text
        .replace("readOnly", "?")
        .replace("writeOnly", "readOnly")
        .replace('?', "writeOnly");
    serde_json::from_str(&text).unwrap()
}

/// What is added, and beside what; then what adding it is where sent, received and in a parameter, and what removing it is.
type Row = (&'static str, Value, Value, Rule, [Impact; 3], Rule, [Impact; 3]);

#[track_caller]
fn check((name, before, after, there, forth, back, and_back): Row) {
    for (old, new, rule, classes) in [(&before, &after, there, forth), (&after, &before, back, and_back)] {
        for (old, new) in around(old).iter().zip(&around(new)) {
            let about = format!("{name}: {old} -> {new}");
            let report = compare(&sent(old), &sent(new));
            assert_eq!(
                worst(&report, &about),
                (classes[0], rule),
                "sent, {about}\n{report}"
            );
            let report = compare(&received(old), &received(new));
            assert_eq!(
                worst(&report, &about),
                (classes[1], rule),
                "received, {about}\n{report}"
            );
            let report = compare(&parameter(old), &parameter(new));
            assert_eq!(
                worst(&report, &about),
                (classes[2], rule),
                "parameter, {about}\n{report}"
            );
            // Both ways: the worse of the two.
            let report = compare(&both(old), &both(new));
            assert_eq!(
                worst(&report, &about).0,
                classes[0].min(classes[1]),
                "both, {about}\n{report}"
            );
            // Of an API that D1 calls, a request is received and an answer is sent.
            let (old, new) = (&turned(old), &turned(new));
            let report = compare_called(&sent(old), &sent(new), Direction::Outbound);
            assert_eq!(
                worst(&report, &about).0,
                classes[1],
                "outbound request, {about}\n{report}"
            );
            let report = compare_called(&received(old), &received(new), Direction::Outbound);
            assert_eq!(
                worst(&report, &about).0,
                classes[0],
                "outbound answer, {about}\n{report}"
            );
        }
    }
}

/// Tighter one way, looser the other.
fn tighter(name: &'static str, wide: Value, narrow: Value) -> Row {
    (name, wide, narrow, RuleTighter, [B, C, B], RuleLooser, [C, C, C])
}

#[test]
fn bounds_narrow_and_widen() {
    let text = |key: &str, value: Value| json!({"type": "string", key: value});
    let number = |key: &str, value: Value| json!({"type": "integer", key: value});
    let list = |key: &str, value: Value| json!({"type": "array", "items": {"type": "string"}, key: value});
    let object = |key: &str, value: Value| json!({"type": "object", key: value});
    let plain = |kind: &str| json!({"type": kind});
    for row in [
        tighter(
            "maxLength",
            text("maxLength", json!(9)),
            text("maxLength", json!(8)),
        ),
        tighter("maxLength", plain("string"), text("maxLength", json!(8))),
        tighter(
            "minLength",
            text("minLength", json!(1)),
            text("minLength", json!(2)),
        ),
        tighter("minLength", plain("string"), text("minLength", json!(1))),
        tighter("pattern", plain("string"), text("pattern", json!("^[a-z]+$"))),
        tighter(
            "pattern",
            text("pattern", json!("^[a-z]+$")),
            text("pattern", json!("^[a-c]+$")),
        ),
        tighter("maximum", plain("integer"), number("maximum", json!(5))),
        tighter(
            "maximum",
            number("maximum", json!(6)),
            number("maximum", json!(5)),
        ),
        tighter("minimum", plain("integer"), number("minimum", json!(0))),
        tighter(
            "minimum",
            number("minimum", json!(-1)),
            number("minimum", json!(0)),
        ),
        // Beyond 2^53 floating point does not tell these apart.
        tighter(
            "maximum",
            number("maximum", json!(9_007_199_254_740_993_u64)),
            number("maximum", json!(9_007_199_254_740_992_u64)),
        ),
        tighter(
            "exclusiveMaximum",
            number("maximum", json!(5)),
            json!({"type": "integer", "maximum": 5, "exclusiveMaximum": true}),
        ),
        tighter(
            "exclusiveMinimum",
            number("minimum", json!(5)),
            json!({"type": "integer", "minimum": 5, "exclusiveMinimum": true}),
        ),
        tighter("multipleOf", plain("integer"), number("multipleOf", json!(2))),
        tighter(
            "multipleOf",
            number("multipleOf", json!(2)),
            number("multipleOf", json!(4)),
        ),
        tighter("maxItems", list("maxItems", json!(9)), list("maxItems", json!(8))),
        tighter("minItems", list("minItems", json!(1)), list("minItems", json!(2))),
        tighter(
            "uniqueItems",
            list("uniqueItems", json!(false)),
            list("uniqueItems", json!(true)),
        ),
        tighter(
            "maxProperties",
            object("maxProperties", json!(9)),
            object("maxProperties", json!(8)),
        ),
        tighter(
            "minProperties",
            object("minProperties", json!(1)),
            object("minProperties", json!(2)),
        ),
    ] {
        check(row);
    }
    for (name, before, after) in [
        (
            "maxLength",
            text("maxLength", json!(9)),
            text("maxLength", json!(9.0)),
        ),
        ("minLength", plain("string"), text("minLength", json!(0))),
        (
            "multipleOf",
            number("multipleOf", json!(2)),
            number("multipleOf", json!(2.0)),
        ),
        (
            "pattern",
            text("pattern", json!("^[0-9]$")),
            text("pattern", json!("^\\d$")),
        ),
        ("nullable", plain("string"), text("nullable", json!(false))),
    ] {
        check((name, before, after, Restated, [T; 3], Restated, [T; 3]));
    }
    check((
        "multipleOf",
        number("multipleOf", json!(2)),
        number("multipleOf", json!(3)),
        RuleTighter,
        [B, C, B],
        RuleTighter,
        [B, C, B],
    ));
}

#[test]
fn types_and_values_change() {
    let text = |key: &str, value: Value| json!({"type": "string", key: value});
    let plain = |kind: &str| json!({"type": kind});
    let sized = |kind: &str, format: &str| json!({"type": kind, "format": format});
    let choice = |key: &str, count: usize| {
        let kinds: Vec<Value> = ["string", "integer", "boolean"]
            .into_iter()
            .take(count)
            .map(plain)
            .collect();
        json!({key: kinds})
    };
    for row in [
        (
            "type",
            plain("string"),
            plain("integer"),
            TypeChanged,
            [B; 3],
            TypeChanged,
            [B; 3],
        ),
        (
            "type",
            plain("integer"),
            plain("number"),
            TypeChanged,
            [B; 3],
            TypeChanged,
            [B; 3],
        ),
        (
            "type",
            json!({}),
            plain("string"),
            TypeChanged,
            [B; 3],
            TypeChanged,
            [B; 3],
        ),
        // The type of a number depends on it.
        (
            "format",
            plain("integer"),
            sized("integer", "int32"),
            FormatChanged,
            [B; 3],
            FormatChanged,
            [B; 3],
        ),
        (
            "format",
            sized("integer", "int64"),
            sized("integer", "int32"),
            FormatChanged,
            [B; 3],
            FormatChanged,
            [B; 3],
        ),
        (
            "format",
            plain("number"),
            sized("number", "float"),
            FormatChanged,
            [B; 3],
            FormatChanged,
            [B; 3],
        ),
        (
            "format",
            plain("integer"),
            sized("integer", "int64"),
            FormatChanged,
            [C; 3],
            FormatChanged,
            [C; 3],
        ),
        // That of a text does not.
        (
            "format",
            plain("string"),
            sized("string", "date"),
            FormatChanged,
            [B, C, B],
            FormatChanged,
            [C; 3],
        ),
        (
            "format",
            sized("string", "x"),
            sized("string", "uuid"),
            FormatChanged,
            [B, C, B],
            FormatChanged,
            [B, C, B],
        ),
        (
            "enum",
            text("enum", json!(["A"])),
            text("enum", json!(["A", "B"])),
            ValueAdded,
            [C; 3],
            ValueRemoved,
            [B; 3],
        ),
        (
            "enum",
            plain("string"),
            text("enum", json!(["A"])),
            ValuesListed,
            [B; 3],
            ValuesListed,
            [B; 3],
        ),
        (
            "nullable",
            plain("string"),
            text("nullable", json!(true)),
            NullableChanged,
            [C; 3],
            NullableChanged,
            [B, C, B],
        ),
        (
            "default",
            plain("string"),
            text("default", json!("a")),
            DefaultChanged,
            [C, C, B],
            DefaultChanged,
            [C, C, B],
        ),
        (
            "default",
            text("default", json!("b")),
            text("default", json!("a")),
            DefaultChanged,
            [C, C, B],
            DefaultChanged,
            [C, C, B],
        ),
        (
            "deprecated",
            plain("string"),
            text("deprecated", json!(true)),
            Deprecated,
            [C; 3],
            Deprecated,
            [C; 3],
        ),
        (
            "x-sunset",
            plain("string"),
            text("x-sunset", json!("2030-01-01")),
            Sunset,
            [C; 3],
            Sunset,
            [C; 3],
        ),
        (
            "x-own",
            plain("string"),
            text("x-own", json!(1)),
            ExtensionChanged,
            [T; 3],
            ExtensionChanged,
            [T; 3],
        ),
        (
            "xml",
            plain("string"),
            text("xml", json!({"name": "x"})),
            TextChanged,
            [T; 3],
            TextChanged,
            [T; 3],
        ),
        (
            "description",
            plain("string"),
            text("description", json!("d")),
            TextChanged,
            [T; 3],
            TextChanged,
            [T; 3],
        ),
        (
            "title",
            plain("string"),
            text("title", json!("d")),
            TextChanged,
            [T; 3],
            TextChanged,
            [T; 3],
        ),
        (
            "example",
            plain("string"),
            text("example", json!("d")),
            TextChanged,
            [T; 3],
            TextChanged,
            [T; 3],
        ),
        (
            "externalDocs",
            plain("string"),
            text("externalDocs", json!({"url": "https://x.example"})),
            TextChanged,
            [T; 3],
            TextChanged,
            [T; 3],
        ),
        (
            "discriminator",
            json!({}),
            json!({"discriminator": {"propertyName": "k"}}),
            AlternativeAdded,
            [C; 3],
            AlternativeAdded,
            [C; 3],
        ),
        (
            "x-extensible-enum",
            text("x-extensible-enum", json!(["A"])),
            text("x-extensible-enum", json!(["A", "B"])),
            ValueAdded,
            [C; 3],
            ValueRemoved,
            [B; 3],
        ),
        // A choice more is fine where we choose; a choice where there was none is not.
        (
            "oneOf",
            choice("oneOf", 2),
            choice("oneOf", 3),
            AlternativeAdded,
            [C, B, C],
            AlternativeRemoved,
            [B; 3],
        ),
        (
            "anyOf",
            choice("anyOf", 2),
            choice("anyOf", 3),
            AlternativeAdded,
            [C, B, C],
            AlternativeRemoved,
            [B; 3],
        ),
        (
            "oneOf",
            json!({}),
            choice("oneOf", 2),
            AlternativeAdded,
            [B; 3],
            AlternativeRemoved,
            [B; 3],
        ),
        (
            "anyOf",
            json!({}),
            choice("anyOf", 1),
            AlternativeAdded,
            [B; 3],
            AlternativeRemoved,
            [B; 3],
        ),
        (
            "allOf",
            json!({}),
            choice("allOf", 2),
            AlternativeAdded,
            [B; 3],
            AlternativeRemoved,
            [B; 3],
        ),
        (
            "allOf of one",
            plain("string"),
            json!({"allOf": [plain("string")]}),
            Restated,
            [T; 3],
            Restated,
            [T; 3],
        ),
        (
            "allOf of one of one",
            text("maxLength", json!(9)),
            json!({"allOf": [{"allOf": [text("maxLength", json!(9))]}]}),
            Restated,
            [T; 3],
            Restated,
            [T; 3],
        ),
        (
            "allOf of a reference beside words",
            json!({"$ref": "#/components/schemas/Name"}),
            json!({"allOf": [{"$ref": "#/components/schemas/Name", "description": "d"}]}),
            Restated,
            [T; 3],
            Restated,
            [T; 3],
        ),
        (
            "a reference in place of what it leads to",
            json!({"type": "string", "maxLength": 9}),
            json!({"$ref": "#/components/schemas/Name"}),
            ReferenceChanged,
            [T; 3],
            ReferenceChanged,
            [T; 3],
        ),
        (
            "a reference to less",
            json!({"type": "string", "maxLength": 10}),
            json!({"$ref": "#/components/schemas/Name"}),
            ReferenceChanged,
            [B, C, B],
            ReferenceChanged,
            [C; 3],
        ),
        (
            "not",
            plain("string"),
            text("not", json!({"maxLength": 1})),
            Unrecognised,
            [B; 3],
            Unrecognised,
            [B; 3],
        ),
        (
            "const",
            plain("string"),
            text("const", json!("a")),
            Unrecognised,
            [B; 3],
            Unrecognised,
            [B; 3],
        ),
        (
            "if",
            plain("string"),
            text("if", json!({})),
            Unrecognised,
            [B; 3],
            Unrecognised,
            [B; 3],
        ),
    ] {
        check(row);
    }
}

#[test]
fn fields_come_and_go() {
    let object = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required});
    let plain = json!({"type": "string"});
    let read_only = json!({"type": "string", "readOnly": true});
    let write_only = json!({"type": "string", "writeOnly": true});
    let with = |members: Value| {
        let mut schema = json!({"type": "object", "properties": {"a": plain}});
        schema
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        schema
    };
    let a = json!({"a": plain});
    for row in [
        (
            "optional",
            object(json!({}), json!([])),
            object(a.clone(), json!([])),
            FieldAdded,
            [C; 3],
            FieldRemoved,
            [B; 3],
        ),
        (
            "required",
            object(json!({}), json!([])),
            object(a.clone(), json!(["a"])),
            FieldAdded,
            [B, C, B],
            FieldRemoved,
            [B; 3],
        ),
        (
            "now required",
            object(a.clone(), json!([])),
            object(a.clone(), json!(["a"])),
            FieldRequired,
            [B, C, B],
            FieldOptional,
            [C; 3],
        ),
        // What is for answers alone is not sent, required or not.
        (
            "read only",
            object(json!({}), json!([])),
            object(json!({"a": read_only}), json!(["a"])),
            FieldAdded,
            [C; 3],
            FieldRemoved,
            [C, B, C],
        ),
        (
            "read only, now required",
            object(json!({"a": read_only}), json!([])),
            object(json!({"a": read_only}), json!(["a"])),
            FieldRequired,
            [C; 3],
            FieldOptional,
            [C; 3],
        ),
        (
            "now read only",
            object(a.clone(), json!([])),
            object(json!({"a": read_only}), json!([])),
            FieldDirection,
            [B, C, B],
            FieldDirection,
            [C; 3],
        ),
        (
            "required, and no longer read only",
            object(json!({"a": plain}), json!(["a"])),
            object(json!({"a": read_only}), json!(["a"])),
            FieldDirection,
            [B, C, B],
            FieldRequired,
            [B, C, B],
        ),
        (
            "tighter in what is read only",
            object(json!({"a": read_only}), json!([])),
            object(
                json!({"a": {"type": "string", "readOnly": true, "maxLength": 3}}),
                json!([]),
            ),
            RuleTighter,
            [C; 3],
            RuleLooser,
            [C; 3],
        ),
        (
            "write only",
            object(json!({}), json!([])),
            object(json!({"a": write_only}), json!([])),
            FieldAdded,
            [C; 3],
            FieldRemoved,
            [B, C, B],
        ),
        (
            "now write only",
            object(a.clone(), json!([])),
            object(json!({"a": write_only}), json!([])),
            FieldDirection,
            [C, B, C],
            FieldDirection,
            [C; 3],
        ),
        (
            "closed",
            with(json!({})),
            with(json!({"additionalProperties": false})),
            UnknownFieldsChanged,
            [B, C, B],
            UnknownFieldsChanged,
            [C; 3],
        ),
        (
            "open",
            with(json!({})),
            with(json!({"additionalProperties": true})),
            Restated,
            [T; 3],
            Restated,
            [T; 3],
        ),
        (
            "open",
            with(json!({})),
            with(json!({"additionalProperties": {}})),
            Restated,
            [T; 3],
            Restated,
            [T; 3],
        ),
        (
            "typed",
            with(json!({})),
            with(json!({"additionalProperties": {"type": "string"}})),
            UnknownFieldsChanged,
            [B; 3],
            UnknownFieldsChanged,
            [B; 3],
        ),
        (
            "typed",
            with(json!({"additionalProperties": {"type": "string"}})),
            with(json!({"additionalProperties": {"type": "string", "maxLength": 3}})),
            RuleTighter,
            [B, C, B],
            RuleLooser,
            [C; 3],
        ),
    ] {
        // In a rule of its own what is no longer required is told of an answer too, and as such.
        if row.0 == "required, and no longer read only" {
            check_there(row.clone());
        } else {
            check(row);
        }
    }
}

/// The way there in both directions; the way back where it is sent.
#[track_caller]
fn check_there((name, before, after, there, forth, back, and_back): Row) {
    let report = compare(&sent(&before), &sent(&after));
    assert_eq!(worst(&report, name), (forth[0], there), "{report}");
    let report = compare(&received(&before), &received(&after));
    assert_eq!(worst(&report, name).0, forth[1], "{report}");
    let report = compare(&sent(&after), &sent(&before));
    assert_eq!(worst(&report, name), (and_back[0], back), "{report}");
    let report = compare(&received(&after), &received(&before));
    assert_eq!(worst(&report, name).0, and_back[1], "{report}");
}

/// Members of an operation before and after, and what the change is; and back.
type OperationRow = (&'static str, Value, Value, (Rule, Impact), (Rule, Impact));

#[test]
fn operations_change() {
    let with = |parameter: Value| {
        let mut all = json!({"name": "p", "in": "query", "schema": {"type": "string"}});
        all.as_object_mut()
            .unwrap()
            .extend(parameter.as_object().unwrap().clone());
        json!({"parameters": [all]})
    };
    let header = |name: &str| with(json!({"name": name, "in": "header"}));
    let body = |members: Value| {
        let mut all = json!({"content": in_json(&json!({"type": "object"}))});
        all.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        json!({"requestBody": all})
    };
    let answers = |more: Value| {
        let mut all = json!({"200": {"description": "Here."}});
        all.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"responses": all})
    };
    let answer = |members: Value| {
        let mut all = json!({"description": "Here."});
        all.as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        json!({"responses": {"200": all}})
    };
    let security = |ways: Value| json!({"security": ways});
    let none = || json!({});
    let rows: Vec<OperationRow> = vec![
        (
            "parameter",
            none(),
            with(json!({})),
            (ParameterAdded, C),
            (ParameterRemoved, B),
        ),
        (
            "parameter",
            none(),
            with(json!({"required": true})),
            (ParameterAdded, B),
            (ParameterRemoved, B),
        ),
        (
            "required",
            with(json!({})),
            with(json!({"required": true})),
            (FieldRequired, B),
            (FieldOptional, C),
        ),
        (
            "in",
            with(json!({})),
            header("p"),
            (ParameterRemoved, B),
            (ParameterRemoved, B),
        ),
        (
            "case of a header",
            header("x-id"),
            header("X-Id"),
            (Restated, T),
            (Restated, T),
        ),
        (
            "default style",
            with(json!({})),
            with(json!({"style": "form", "explode": true})),
            (Restated, T),
            (Restated, T),
        ),
        (
            "style",
            with(json!({})),
            with(json!({"style": "pipeDelimited"})),
            (ParameterWritten, B),
            (ParameterWritten, B),
        ),
        (
            "explode",
            with(json!({})),
            with(json!({"explode": false})),
            (ParameterWritten, B),
            (ParameterWritten, B),
        ),
        (
            "allowReserved",
            with(json!({})),
            with(json!({"allowReserved": true})),
            (ParameterWritten, B),
            (ParameterWritten, B),
        ),
        (
            "allowEmptyValue",
            with(json!({})),
            with(json!({"allowEmptyValue": true})),
            (RuleLooser, C),
            (RuleTighter, B),
        ),
        (
            "deprecated",
            with(json!({})),
            with(json!({"deprecated": true})),
            (Deprecated, C),
            (Deprecated, C),
        ),
        (
            "sunset",
            none(),
            json!({"x-sunset": "2030-01-01"}),
            (Sunset, C),
            (Sunset, C),
        ),
        (
            "deprecated",
            none(),
            json!({"deprecated": true}),
            (Deprecated, C),
            (Deprecated, C),
        ),
        (
            "body",
            none(),
            body(json!({})),
            (RequestBodyAdded, C),
            (RequestBodyRemoved, B),
        ),
        (
            "body",
            none(),
            body(json!({"required": true})),
            (RequestBodyAdded, B),
            (RequestBodyRemoved, B),
        ),
        (
            "body",
            body(json!({})),
            body(json!({"required": true})),
            (FieldRequired, B),
            (FieldOptional, C),
        ),
        (
            "media type",
            body(json!({})),
            body(json!({"content": {"application/json": {"schema": {"type": "object"}}, "text/csv": {}}})),
            (MediaTypeAdded, C),
            (MediaTypeRemoved, B),
        ),
        (
            "success",
            answers(none()),
            answers(json!({"202": {"description": "Later."}})),
            (SuccessStatusAdded, B),
            (StatusRemoved, B),
        ),
        (
            "success",
            answers(none()),
            answers(json!({"2XX": {"description": "Later."}})),
            (SuccessStatusAdded, B),
            (StatusRemoved, B),
        ),
        (
            "error",
            answers(none()),
            answers(json!({"409": {"description": "No."}})),
            (StatusAdded, C),
            (StatusRemoved, B),
        ),
        (
            "other errors",
            answers(none()),
            answers(json!({"default": {"description": "No."}})),
            (StatusAdded, C),
            (StatusRemoved, B),
        ),
        (
            "body of a success",
            answer(none()),
            answer(json!({"content": in_json(&json!({"type": "object"}))})),
            (BodyAdded, B),
            (BodyRemoved, B),
        ),
        (
            "header",
            answer(none()),
            answer(json!({"headers": {"X-A": {"schema": {"type": "string"}}}})),
            (HeaderAdded, C),
            (HeaderRemoved, B),
        ),
        (
            "case of a header",
            answer(json!({"headers": {"X-A": {"schema": {"type": "string"}}}})),
            answer(json!({"headers": {"x-a": {"schema": {"type": "string"}}}})),
            (Restated, T),
            (Restated, T),
        ),
        // A way that asks for less lets everyone in who was let in.
        (
            "security",
            none(),
            security(json!([{"bearer": ["a", "b"]}])),
            (Restated, T),
            (Restated, T),
        ),
        (
            "security",
            none(),
            security(json!([])),
            (SecurityAdded, C),
            (SecurityRequired, B),
        ),
        (
            "security",
            none(),
            security(json!([{}])),
            (SecurityAdded, C),
            (SecurityRequired, B),
        ),
        (
            "security",
            none(),
            security(json!([{"bearer": ["a", "b"]}, {"key": []}])),
            (SecurityAdded, C),
            (SecurityRemoved, B),
        ),
        (
            "security",
            none(),
            security(json!([{"bearer": ["a", "b"], "key": []}])),
            (SecurityRemoved, B),
            (SecurityAdded, C),
        ),
        (
            "security",
            none(),
            security(json!([{"bearer": ["a"]}])),
            (SecurityAdded, C),
            (SecurityRemoved, B),
        ),
        (
            "security",
            none(),
            security(json!([{"bearer": ["a", "b", "c"]}])),
            (SecurityRemoved, B),
            (SecurityAdded, C),
        ),
        (
            "servers",
            none(),
            json!({"servers": [{"url": "https://other.example"}]}),
            (OwnServers, B),
            (OwnServers, B),
        ),
        (
            "callbacks",
            none(),
            json!({"callbacks": {}}),
            (Unrecognised, B),
            (Unrecognised, B),
        ),
        (
            "operationId",
            none(),
            json!({"operationId": "other"}),
            (OperationRenamed, B),
            (OperationRenamed, B),
        ),
        (
            "summary",
            none(),
            json!({"summary": "Words"}),
            (TextChanged, T),
            (TextChanged, T),
        ),
        (
            "tags",
            none(),
            json!({"tags": ["Words"]}),
            (TextChanged, T),
            (TextChanged, T),
        ),
    ];
    for (name, before, after, there, back) in rows {
        for (old, new, (rule, impact)) in [(&before, &after, there), (&after, &before, back)] {
            let report = compare(&document(old.clone()), &document(new.clone()));
            assert_eq!(
                worst(&report, name),
                (impact, rule),
                "{name}: {old} -> {new}\n{report}"
            );
        }
    }
}

#[test]
fn of_an_api_that_d1_calls_new_parameters_are_received() {
    let required =
        json!({"parameters": [{"name": "p", "in": "query", "required": true, "schema": {"type": "string"}}]});
    let report = compare_called(&document(json!({})), &document(required), Direction::Outbound);
    assert_eq!(worst(&report, "required"), (C, ParameterAdded), "{report}");
}
