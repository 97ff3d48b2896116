//! The report, on the vendor's own documents with one change at a time.

#![allow(clippy::unwrap_used)] // what builds the documents panics like the tests themselves

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use xtask::report::{Impact, Rule, compare};

#[path = "report/classes.rs"]
mod classes;

const REGISTER: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}/put";
const CARDS: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1cards/get";
const UPDATE: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1operations:update/post";
const DELETE: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1operations:delete/post";
const SENT_BODY: &str = "requestBody/content/application~1json/schema";
const CARD: &str = "responses/200/content/application~1json/schema/properties/cards/items";
const SCHEMAS: &str = "/components/schemas";

/// The committed documents of the vendor.
fn documents() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/consumer-v2/vendor");
    let mut documents = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let content: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        // The folder also says where each document came from.
        if content.get("openapi").is_some() {
            documents.push((name, content));
        }
    }
    documents.sort_by(|a, b| a.0.cmp(&b.0));
    documents
}

/// The same, merged.
fn vendor() -> Value {
    static MERGED: LazyLock<Value> = LazyLock::new(|| xtask::merge::merge(&documents()).unwrap());
    MERGED.clone()
}

/// A document, and what the report says when it takes the place of the vendor's.
struct Edited(Value);

fn edited(edit: impl FnOnce(&mut Value)) -> Edited {
    let mut document = vendor();
    edit(&mut document);
    Edited(document)
}

impl Edited {
    #[track_caller]
    fn says(&self, lines: &[String], summary: &str) {
        let report = compare(&vendor(), &self.0).to_string();
        // The rule, and what it means in Rust, have tests of their own.
        let report: Vec<&str> = report
            .lines()
            .map(|line| line.rsplit_once(" [").map_or(line, |(line, _)| line))
            .collect();
        let report = report.join("\n");
        let expected = lines
            .iter()
            .map(String::as_str)
            .chain([summary])
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(report, expected);
    }

    #[track_caller]
    fn is_breaking(&self, line: String) {
        self.says(
            &[format!("breaking {line}")],
            "summary: 1 breaking, 0 compatible, 0 text-only",
        );
    }

    #[track_caller]
    fn is_compatible(&self, line: String) {
        self.says(
            &[format!("compatible {line}")],
            "summary: 0 breaking, 1 compatible, 0 text-only",
        );
    }

    #[track_caller]
    fn is_text(&self, line: String) {
        self.says(
            &[format!("text-only {line}")],
            "summary: 0 breaking, 0 compatible, 1 text-only",
        );
    }
}

#[track_caller]
fn at<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    document
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("nothing at {pointer}"))
}

/// Sets what lies at a pointer whose parent exists.
#[track_caller]
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    at(document, parent)[key.replace("~1", "/")] = value;
}

#[track_caller]
fn remove(document: &mut Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let members = at(document, parent).as_object_mut().unwrap();
    members
        .remove(&key.replace("~1", "/"))
        .unwrap_or_else(|| panic!("nothing at {pointer}"))
}

#[track_caller]
fn reword(document: &mut Value, pointer: &str, from: &str, to: &str) {
    let text = at(document, pointer);
    let old = text.as_str().unwrap();
    assert!(old.contains(from), "{old}");
    *text = old.replacen(from, to, 1).into();
}

#[track_caller]
fn push(document: &mut Value, pointer: &str, value: Value) {
    at(document, pointer).as_array_mut().unwrap().push(value);
}

#[track_caller]
fn take_out(document: &mut Value, pointer: &str, value: &str) {
    let items = at(document, pointer).as_array_mut().unwrap();
    let before = items.len();
    items.retain(|item| item != value);
    assert_eq!(items.len(), before - 1);
}

// Nothing.

#[test]
fn a_document_does_not_differ_from_itself() {
    edited(|_| {}).says(&[], "summary: 0 breaking, 0 compatible, 0 text-only");
}

#[test]
fn the_order_of_keys_and_of_sets_says_nothing() {
    fn backwards(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (key, value) in std::mem::take(members).into_iter().rev() {
                    members.insert(key, value);
                }
                for (key, value) in members.iter_mut() {
                    backwards(value);
                    if ["enum", "required", "tags"].contains(&key.as_str()) {
                        value.as_array_mut().unwrap().reverse();
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(backwards),
            _ => {}
        }
    }
    edited(backwards).says(&[], "summary: 0 breaking, 0 compatible, 0 text-only");
}

// Compatible.

#[test]
fn a_new_optional_field_of_an_answer_is_compatible() {
    let pointer = format!("{CARDS}/{CARD}/properties/colour");
    edited(|d| set(d, &pointer, json!({"type": "string"})))
        .is_compatible(format!("getConsumer {pointer} new optional field colour"));
}

#[test]
fn a_new_field_that_refers_to_a_new_component_is_one_change() {
    let pointer = format!("{CARDS}/{CARD}/properties/colour");
    edited(|d| {
        set(d, &pointer, json!({"$ref": "#/components/schemas/cardColour"}));
        set(d, &format!("{SCHEMAS}/cardColour"), json!({"type": "string"}));
    })
    .is_compatible(format!("getConsumer {pointer} new optional field colour"));
}

#[test]
fn a_new_required_field_of_an_answer_is_compatible() {
    let pointer = format!("{CARDS}/{CARD}/properties/colour");
    edited(|d| {
        set(d, &pointer, json!({"type": "string"}));
        push(d, &format!("{CARDS}/{CARD}/required"), json!("colour"));
    })
    .is_compatible(format!("getConsumer {pointer} new required field colour"));
}

#[test]
fn a_field_of_an_answer_may_become_required_or_optional() {
    let pointer = format!("{CARDS}/{CARD}/required");
    edited(|d| push(d, &pointer, json!("stateReason")))
        .is_compatible(format!("getConsumer {pointer} field stateReason now required"));
    edited(|d| take_out(d, &pointer, "ongoingOperation")).is_compatible(format!(
        "getConsumer {pointer} field ongoingOperation now optional"
    ));
    edited(|d| drop(remove(d, &format!("{SCHEMAS}/AccountInformation/required")))).says(
        &["currencyCode", "default", "number"].map(|name| {
            format!("compatible AccountInformation {SCHEMAS}/AccountInformation/required field {name} now optional")
        }),
        "summary: 0 breaking, 3 compatible, 0 text-only",
    );
}

#[test]
fn a_new_value_in_an_answer_is_compatible() {
    let pointer = format!("{SCHEMAS}/cardState/enum");
    edited(|d| push(d, &pointer, json!("LOST")))
        .is_compatible(format!("cardState {pointer} new value \"LOST\""));
    let pointer = format!("{CARDS}/{CARD}/properties/ongoingOperation/enum");
    edited(|d| push(d, &pointer, json!("UPGRADE")))
        .is_compatible(format!("getConsumer {pointer} new value \"UPGRADE\""));
}

#[test]
fn limits_of_an_answer_may_change_either_way() {
    let pointer = format!("{SCHEMAS}/cardId");
    edited(|d| set(d, &format!("{pointer}/maxLength"), json!(20)))
        .is_compatible(format!("cardId {pointer}/maxLength maxLength 48 -> 20"));
    edited(|d| set(d, &format!("{pointer}/pattern"), json!("^[a-z]{1,64}$"))).is_compatible(format!(
        "cardId {pointer}/pattern pattern changed, accepts other values"
    ));
    edited(|d| drop(remove(d, &format!("{pointer}/pattern"))))
        .is_compatible(format!("cardId {pointer}/pattern pattern removed, looser"));
    edited(|d| set(d, &format!("{CARDS}/{CARD}/additionalProperties"), json!(true))).is_compatible(format!(
        "getConsumer {CARDS}/{CARD}/additionalProperties unknown fields now allowed"
    ));
    edited(|d| set(d, &format!("{pointer}/format"), json!("uuid")))
        .is_compatible(format!("cardId {pointer}/format format uuid added"));
}

#[test]
fn a_new_optional_field_of_a_request_is_compatible() {
    let pointer = format!("{SCHEMAS}/consumerInfo/properties/nickname");
    edited(|d| set(d, &pointer, json!({"type": "string", "pattern": "^x$"})))
        .is_compatible(format!("consumerInfo {pointer} new optional field nickname"));
}

#[test]
fn a_new_value_in_a_request_is_compatible() {
    let pointer = format!("{SCHEMAS}/preferences/properties/notificationChannel/items/enum");
    edited(|d| push(d, &pointer, json!("PIGEON")))
        .is_compatible(format!("preferences {pointer} new value \"PIGEON\""));
}

#[test]
fn a_new_operation_is_compatible() {
    let path = "/paths/~1issuers~1{issuerId}~1consumers";
    edited(|d| {
        set(
            d,
            path,
            json!({"get": {"operationId": "listConsumers", "responses": {}}}),
        )
    })
    .is_compatible(format!("listConsumers {path}/get new operation"));
    let method = REGISTER.replace("/put", "/get");
    edited(|d| {
        set(
            d,
            &method,
            json!({"operationId": "showConsumer", "responses": {}}),
        )
    })
    .is_compatible(format!("showConsumer {method} new operation"));
}

#[test]
fn a_new_error_code_is_compatible() {
    let pointer = format!("{DELETE}/responses/403/description");
    edited(|d| {
        let text = at(d, &pointer);
        *text = format!(
            "{}| CONSUMER_ON_HOLD | - | no | On hold |\n",
            text.as_str().unwrap()
        )
        .into();
    })
    .is_compatible(format!(
        "deleteConsumer-v2 {pointer} new error code CONSUMER_ON_HOLD"
    ));
}

#[test]
fn a_new_status_is_compatible() {
    let pointer = format!("{UPDATE}/responses/429");
    edited(|d| set(d, &pointer, json!({"description": "Slow down"})))
        .is_compatible(format!("editConsumer {pointer} new status 429"));
}

#[test]
fn an_error_body_may_appear() {
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/errorGeneric"}}});
    let pointer = format!("{REGISTER}/responses/500/content");
    edited(|d| set(d, &pointer, content)).is_compatible(format!("registerConsumer {pointer} body added"));
}

#[test]
fn a_looser_request_is_compatible() {
    let name = format!("{SCHEMAS}/consumerInfo/properties/firstName");
    let pattern = r"^[\p{L}\p{N}\p{M} ,.'_#;:\/()-]{1,40}$";
    edited(|d| set(d, &format!("{name}/pattern"), json!(pattern)))
        .is_compatible(format!("consumerInfo {name}/pattern pattern changed, looser"));
    edited(|d| set(d, &format!("{name}/maxLength"), json!(60)))
        .is_compatible(format!("consumerInfo {name}/maxLength maxLength 40 -> 60"));
    edited(|d| drop(remove(d, &format!("{name}/minLength"))))
        .is_compatible(format!("consumerInfo {name}/minLength minLength 1 removed"));
    edited(|d| take_out(d, &format!("{SCHEMAS}/consumerInfo/required"), "lastName")).is_compatible(format!(
        "consumerInfo {SCHEMAS}/consumerInfo/required field lastName now optional"
    ));
    let closed = format!("{SCHEMAS}/preferences/additionalProperties");
    edited(|d| drop(remove(d, &closed)))
        .is_compatible(format!("preferences {closed} unknown fields now allowed"));
    let anchor = format!("{SCHEMAS}/consumerInfo/properties/residencyAddress/properties/line1/pattern");
    edited(|d| set(d, &anchor, json!(r"[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,64}$")))
        .is_compatible(format!("consumerInfo {anchor} pattern changed, looser"));
}

#[test]
fn a_parameter_of_the_path_that_is_declared_at_last_is_compatible() {
    let parameter = json!({"name": "issuerId", "in": "path", "required": true, "schema": {"type": "string"}});
    let pointer = format!("{CARDS}/parameters");
    edited(|d| set(d, &pointer, json!([parameter]))).is_compatible(format!(
        "getConsumer {pointer}/0 path parameter issuerId now declared"
    ));
}

#[test]
fn a_new_optional_parameter_is_compatible() {
    let parameter = json!({"name": "x-user-id", "in": "header", "schema": {"type": "string"}});
    let pointer = format!("{CARDS}/parameters");
    edited(|d| set(d, &pointer, json!([parameter]))).is_compatible(format!(
        "getConsumer {pointer}/0 new optional header parameter x-user-id"
    ));
}

#[test]
fn a_new_component_that_nothing_uses_is_compatible() {
    let pointer = format!("{SCHEMAS}/colour");
    edited(|d| set(d, &pointer, json!({"type": "string"})))
        .is_compatible(format!("colour {pointer} new schema, not used yet"));
}

#[test]
fn a_new_server_is_compatible() {
    edited(|d| push(d, "/servers", json!({"url": "https://d1.example/banking/v2"})))
        .is_compatible("servers /servers/2 new server https://d1.example/banking/v2".to_owned());
}

// Breaking.

#[test]
fn a_removed_operation_is_breaking() {
    edited(|d| drop(remove(d, DELETE.strip_suffix("/post").unwrap())))
        .is_breaking(format!("deleteConsumer-v2 {DELETE} operation removed"));
}

#[test]
fn an_operation_that_moves_is_removed_and_new() {
    let path = "/paths/~1consumers";
    edited(|d| {
        let item = remove(d, DELETE.strip_suffix("/post").unwrap());
        set(d, path, item);
    })
    .says(
        &[
            format!("breaking deleteConsumer-v2 {DELETE} operation removed"),
            format!("compatible deleteConsumer-v2 {path}/post new operation"),
        ],
        "summary: 1 breaking, 1 compatible, 0 text-only",
    );
}

#[test]
fn a_renamed_operation_is_breaking() {
    edited(|d| set(d, &format!("{CARDS}/operationId"), json!("getCards"))).is_breaking(format!(
        "getConsumer {CARDS}/operationId operationId getConsumer -> getCards"
    ));
}

#[test]
fn a_removed_field_of_an_answer_is_breaking() {
    let pointer = format!("{CARDS}/{CARD}/properties/threeDSsupport");
    edited(|d| drop(remove(d, &pointer)))
        .is_breaking(format!("getConsumer {pointer} field threeDSsupport removed"));
    let pointer = format!("{SCHEMAS}/errorGeneric/properties/error");
    edited(|d| drop(remove(d, &pointer))).is_breaking(format!("errorGeneric {pointer} field error removed"));
}

#[test]
fn a_removed_required_field_is_one_change() {
    let card = format!("{CARDS}/{CARD}");
    edited(|d| {
        remove(d, &format!("{card}/properties/exp"));
        take_out(d, &format!("{card}/required"), "exp");
    })
    .is_breaking(format!("getConsumer {card}/properties/exp field exp removed"));
}

#[test]
fn a_removed_value_is_breaking_in_requests_and_answers() {
    let pointer = format!("{SCHEMAS}/consumerInfo/properties/gender/enum");
    edited(|d| take_out(d, &pointer, "OTHER"))
        .is_breaking(format!("consumerInfo {pointer} value \"OTHER\" removed"));
    let pointer = format!("{SCHEMAS}/scheme/enum");
    edited(|d| take_out(d, &pointer, "AMEX")).is_breaking(format!("scheme {pointer} value \"AMEX\" removed"));
}

#[test]
fn a_removed_field_of_a_request_is_breaking() {
    let pointer = format!("{SCHEMAS}/consumerInfoForUpdate/properties/middleName");
    edited(|d| drop(remove(d, &pointer))).is_breaking(format!(
        "consumerInfoForUpdate {pointer} field middleName removed"
    ));
}

#[test]
fn a_new_required_field_of_a_request_is_breaking() {
    let pointer = format!("{SCHEMAS}/consumerInfo/properties/taxId");
    edited(|d| {
        set(d, &pointer, json!({"type": "string"}));
        push(d, &format!("{SCHEMAS}/consumerInfo/required"), json!("taxId"));
    })
    .is_breaking(format!("consumerInfo {pointer} new required field taxId"));
}

#[test]
fn a_field_of_a_request_that_becomes_required_is_breaking() {
    let pointer = format!("{REGISTER}/{SENT_BODY}/required");
    edited(|d| set(d, &pointer, json!(["personalInformation"]))).is_breaking(format!(
        "registerConsumer {pointer} field personalInformation now required"
    ));
}

#[test]
fn a_tighter_length_in_a_request_is_breaking() {
    let name = format!("{SCHEMAS}/consumerInfo/properties/firstName");
    edited(|d| set(d, &format!("{name}/maxLength"), json!(30)))
        .is_breaking(format!("consumerInfo {name}/maxLength maxLength 40 -> 30"));
    edited(|d| set(d, &format!("{name}/minLength"), json!(2)))
        .is_breaking(format!("consumerInfo {name}/minLength minLength 1 -> 2"));
    let channels = format!("{SCHEMAS}/preferences/properties/notificationChannel");
    edited(|d| set(d, &format!("{channels}/maxItems"), json!(2)))
        .is_breaking(format!("preferences {channels}/maxItems maxItems 3 -> 2"));
    edited(|d| set(d, &format!("{channels}/minItems"), json!(1)))
        .is_breaking(format!("preferences {channels}/minItems minItems 1 added"));
}

#[test]
fn a_tighter_pattern_in_a_request_is_breaking() {
    let person = format!("{SCHEMAS}/consumerInfo/properties");
    let cases = [
        ("firstName", r"^[\p{L}\p{N}\p{M} ,.'_#;:-]{1,40}$", "tighter"),
        ("firstName", r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,30}$", "tighter"),
        (
            "residencyAddress/properties/line2",
            r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,64}$",
            "tighter",
        ),
        ("nationality", "^[a-z]{2}$", "accepts other values"),
        ("nationality", "^(?!XX)[A-Z]{2}$", "cannot be compared: review it"),
    ];
    for (field, pattern, words) in cases {
        let pointer = format!("{person}/{field}/pattern");
        edited(|d| set(d, &pointer, json!(pattern)))
            .is_breaking(format!("consumerInfo {pointer} pattern changed, {words}"));
    }
}

#[test]
fn a_new_restriction_of_a_request_is_breaking() {
    let reason = format!("{SCHEMAS}/reason/pattern");
    edited(|d| {
        remove(d, &reason);
    })
    .is_compatible(format!("reason {reason} pattern removed, looser"));
    let body = format!("{DELETE}/{SENT_BODY}/additionalProperties");
    let mut open = vendor();
    set(&mut open, &body, json!(true));
    let report = compare(&open, &vendor());
    assert_eq!(
        report.to_string(),
        format!(
            "breaking deleteConsumer-v2 {body} unknown fields no longer allowed [unknown-fields-changed]\nsummary: 1 breaking, 0 compatible, 0 text-only"
        )
    );
}

#[test]
fn a_changed_type_is_breaking_wherever_it_is() {
    let pointer = format!("{SCHEMAS}/threeDSsupport/type");
    edited(|d| set(d, &pointer, json!("string"))).is_breaking(format!(
        "threeDSsupport {pointer} type changed from boolean to string"
    ));
    let pointer = format!("{SCHEMAS}/consumerInfo/properties/title/type");
    edited(|d| set(d, &pointer, json!("integer"))).is_breaking(format!(
        "consumerInfo {pointer} type changed from string to integer"
    ));
    let pointer = format!("{CARDS}/{CARD}/properties/accountList");
    edited(|d| {
        set(
            d,
            &pointer,
            json!({"$ref": "#/components/schemas/AccountInformation"}),
        )
    })
    .is_breaking(format!(
        "getConsumer {pointer} now refers to AccountInformation: /type type changed from array to object"
    ));
    let pointer = format!("{SCHEMAS}/consumerInfo/properties/dateOfBirth/format");
    edited(|d| set(d, &pointer, json!("date")))
        .is_breaking(format!("consumerInfo {pointer} format date added"));
}

#[test]
fn a_type_that_is_stated_at_last_is_text() {
    let pointer = format!("{SCHEMAS}/auxiliaryScheme/type");
    edited(|d| set(d, &pointer, json!("string"))).is_text(format!(
        "auxiliaryScheme {pointer} type stated or not, means the same"
    ));
}

#[test]
fn a_changed_or_removed_server_is_breaking() {
    let url = "https://api.d1.thalescloud.io/banking/v3";
    edited(|d| set(d, "/servers/0/url", json!(url))).is_breaking(format!(
        "servers /servers/0/url server URL changed from https://api.d1.thalescloud.io/banking/v2 to {url}"
    ));
    edited(|d| drop(at(d, "/servers").as_array_mut().unwrap().remove(0)))
        .is_breaking("servers /servers/0 server https://api.d1.thalescloud.io/banking/v2 removed".to_owned());
}

#[test]
fn a_changed_retryable_is_breaking() {
    let pointer = format!("{REGISTER}/responses/500/description");
    edited(|d| reword(d, &pointer, "| yes |", "| no |")).is_breaking(format!(
        "registerConsumer {pointer} error row without code: retryable yes -> no"
    ));
    let pointer = format!("{CARDS}/responses/404/description");
    edited(|d| {
        reword(
            d,
            &pointer,
            "UNKNOWN_CONSUMER  | -        | no",
            "UNKNOWN_CONSUMER | - | yes",
        )
    })
    .is_breaking(format!(
        "getConsumer {pointer} error code UNKNOWN_CONSUMER: retryable no -> yes"
    ));
}

#[test]
fn a_removed_error_code_is_breaking() {
    let pointer = format!("{UPDATE}/responses/400/description");
    edited(|d| {
        reword(
            d,
            &pointer,
            "| FIELD_INVALID_VALUE   | - | no | One field value is not allowed for the given field |",
            "",
        )
    })
    .is_breaking(format!(
        "editConsumer {pointer} error code FIELD_INVALID_VALUE removed"
    ));
}

#[test]
fn a_table_that_lost_a_column_is_breaking() {
    let pointer = format!("{CARDS}/responses/404/description");
    edited(|d| reword(d, &pointer, "| Retryable ", "")).is_breaking(format!(
        "getConsumer {pointer} error table cannot be read: review it"
    ));
}

#[test]
fn a_new_required_parameter_is_breaking() {
    let parameter = json!({"name": "page", "in": "query", "required": true, "schema": {"type": "integer"}});
    let pointer = format!("{CARDS}/parameters");
    edited(|d| set(d, &pointer, json!([parameter]))).is_breaking(format!(
        "getConsumer {pointer}/0 new required query parameter page"
    ));
}

#[test]
fn a_tighter_or_removed_parameter_is_breaking() {
    let pointer = format!("{CARDS}/parameters");
    let declared = |schema: Value| {
        edited(|d| {
            set(
                d,
                &pointer,
                json!([{"name": "page", "in": "query", "schema": schema}]),
            )
        })
        .0
    };
    let loose = declared(json!({"type": "string"}));
    let tight = declared(json!({"type": "string", "maxLength": 3}));
    assert_eq!(
        compare(&loose, &tight).to_string().lines().next().unwrap(),
        format!("breaking getConsumer {pointer}/0/schema/maxLength maxLength 3 added [rule-tighter]")
    );
    assert_eq!(
        compare(&loose, &vendor()).to_string().lines().next().unwrap(),
        format!("breaking getConsumer {pointer}/0 query parameter page removed [parameter-removed]")
    );
}

#[test]
fn a_parameter_that_moves_to_its_path_is_text() {
    let parameters = json!([{"name": "page", "in": "query", "schema": {"type": "string"}}]);
    let path = CARDS.strip_suffix("/get").unwrap();
    let own = edited(|d| set(d, &format!("{CARDS}/parameters"), parameters.clone())).0;
    let shared = edited(|d| set(d, &format!("{path}/parameters"), parameters.clone())).0;
    assert_eq!(
        compare(&own, &shared).to_string(),
        format!(
            "text-only {} {path}/parameters/0 declared at another level, the same [restated]\nsummary: 0 breaking, 0 compatible, 1 text-only",
            path.strip_prefix("/paths/").unwrap().replace("~1", "/")
        )
    );
}

#[test]
fn a_changed_way_to_authenticate_is_breaking() {
    let pointer = "/components/securitySchemes/bearerAuth";
    edited(|d| set(d, &format!("{pointer}/scheme"), json!("basic")))
        .is_breaking(format!("bearerAuth {pointer}/scheme scheme bearer -> basic"));
    edited(|d| set(d, "/security", json!([{"other": []}]))).says(
        &[
            "breaking security /security a way to authenticate removed or changed".to_owned(),
            "compatible security /security new way to authenticate".to_owned(),
        ],
        "summary: 1 breaking, 1 compatible, 0 text-only",
    );
}

#[test]
fn a_changed_success_is_breaking() {
    let responses = format!("{UPDATE}/responses");
    edited(|d| {
        let answer = remove(d, &format!("{responses}/200"));
        set(d, &format!("{responses}/202"), answer);
    })
    .is_breaking(format!(
        "editConsumer {responses}/202 success status changed from 200 to 202"
    ));
    let content = format!("{responses}/200/content");
    edited(|d| drop(remove(d, &content))).is_breaking(format!("editConsumer {content} body removed"));
    let content = format!("{REGISTER}/responses/204/content");
    edited(|d| set(d, &content, json!({"application/json": {}})))
        .is_breaking(format!("registerConsumer {content} body added"));
}

#[test]
fn what_is_not_understood_is_breaking() {
    let pointer = format!("{SCHEMAS}/cardId/contentEncoding");
    edited(|d| set(d, &pointer, json!("base64"))).is_breaking(format!(
        "cardId {pointer} contentEncoding added, unrecognised: review it"
    ));
    edited(|d| set(d, &format!("{CARDS}/callbacks"), json!({}))).is_breaking(format!(
        "getConsumer {CARDS}/callbacks callbacks added, unrecognised: review it"
    ));
}

#[test]
fn a_second_success_is_breaking() {
    for status in ["200", "202", "2XX"] {
        let pointer = format!("{REGISTER}/responses/{status}");
        edited(|d| set(d, &pointer, json!({"description": "Accepted."})))
            .is_breaking(format!("registerConsumer {pointer} new success status {status}"));
    }
}

#[test]
fn what_only_looks_like_a_change_breaks_nothing() {
    let name = format!("{SCHEMAS}/consumerInfo/properties/email");
    let wrapped = edited(|d| {
        let email = remove(d, &name);
        set(d, &name, json!({"allOf": [email]}));
    });
    wrapped.is_text(format!("consumerInfo {name} written differently, means the same"));
    edited(|d| set(d, &format!("{name}/xml"), json!({"name": "mail"})))
        .is_text(format!("consumerInfo {name}/xml xml added"));
    let schema = format!("{CARDS}/{CARD}");
    edited(|d| {
        set(
            d,
            &format!("{schema}/discriminator"),
            json!({"propertyName": "scheme"}),
        )
    })
    .is_compatible(format!("getConsumer {schema}/discriminator discriminator added"));
    let state = format!("{SCHEMAS}/cardState/readOnly");
    edited(|d| set(d, &state, json!(true))).is_compatible(format!("cardState {state} readOnly now true"));
    edited(|d| reword(d, "/servers/0/url", "/v2", "/v2/"))
        .is_text("servers /servers/0/url url with or without a slash at its end".to_owned());
    edited(|d| at(d, "/servers").as_array_mut().unwrap().reverse())
        .is_text("servers /servers servers listed differently".to_owned());
    edited(|d| set(d, &format!("{name}/default"), json!("a@b.example")))
        .is_compatible(format!("consumerInfo {name}/default default added"));
}

#[test]
fn a_field_that_is_not_sent_any_more_is_breaking() {
    let email = format!("{SCHEMAS}/consumerInfo/properties/email/readOnly");
    edited(|d| set(d, &email, json!(true))).is_breaking(format!("consumerInfo {email} readOnly now true"));
    let state = format!("{SCHEMAS}/cardState/writeOnly");
    edited(|d| set(d, &state, json!(true))).is_breaking(format!("cardState {state} writeOnly now true"));
}

#[test]
fn a_parameter_of_the_path_with_another_name_is_compatible() {
    let declared = |path: &str, name: &str| {
        let mut document = vendor();
        let cards = remove(
            &mut document,
            "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1cards",
        );
        document["paths"][path] = cards;
        document["paths"][path]["get"]["parameters"] =
            json!([{"name": name, "in": "path", "required": true, "schema": {"type": "string"}}]);
        document
    };
    let old = declared("/issuers/{issuerId}/consumers/{consumerId}/cards", "consumerId");
    let new = declared("/issuers/{issuerId}/consumers/{endUserId}/cards", "endUserId");
    let report = compare(&old, &new);
    assert_eq!(report.count(Impact::Breaking), 0, "{report}");
    assert_eq!(report.changes[0].rule, Rule::PathParameterRenamed, "{report}");
    // Another path is another operation.
    let other = declared("/issuers/{issuerId}/consumers/{endUserId}/card", "endUserId");
    assert_eq!(compare(&old, &other).changes[0].rule, Rule::OperationRemoved);
}

#[test]
fn the_end_of_something_is_told() {
    edited(|d| set(d, &format!("{CARDS}/x-sunset"), json!("2027-06-30")))
        .is_compatible(format!("getConsumer {CARDS}/x-sunset x-sunset 2027-06-30 added"));
    edited(|d| set(d, &format!("{CARDS}/deprecated"), json!(true)))
        .is_compatible(format!("getConsumer {CARDS}/deprecated deprecated now true"));
}

#[test]
fn a_language_more_or_less_is_told() {
    let language = format!("{SCHEMAS}/consumerInfo/properties/language/description");
    let more = compare(
        &vendor(),
        &edited(|d| reword(d, &language, "abk, ", "abk, fra, ")).0,
    );
    let told = |report: &xtask::report::Report| -> Vec<(Impact, Rule)> {
        report
            .changes
            .iter()
            .map(|change| (change.impact, change.rule))
            .collect()
    };
    assert_eq!(
        told(&more),
        [
            (Impact::Compatible, Rule::AcceptedValues),
            (Impact::TextOnly, Rule::TextChanged)
        ]
    );
    let less = compare(&vendor(), &edited(|d| reword(d, &language, "abk, ", "")).0);
    assert_eq!(told(&less)[0], (Impact::Breaking, Rule::AcceptedValues));
}

/// The table of `openapi/REPORT.md` is the list of rules.
#[test]
fn every_rule_is_documented() {
    let rows: Vec<String> = Rule::ALL
        .iter()
        .map(|rule| format!("| `{rule}` | {} | {} |", rule.meaning(), rule.class()))
        .collect();
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/REPORT.md")).unwrap();
    let table = page.split("|---|---|---|\n").nth(1).unwrap();
    let table: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(table, rows, "\n{}", rows.join("\n"));
}

// Text only.

#[test]
fn reworded_descriptions_are_text_wherever_they_are() {
    let places = [
        ("info", "/info/title".to_owned(), "title reworded"),
        (
            "servers",
            "/servers/1/description".to_owned(),
            "description reworded",
        ),
        (
            "registerConsumer",
            format!("{REGISTER}/description"),
            "description reworded",
        ),
        ("getConsumer", format!("{CARDS}/summary"), "summary reworded"),
        (
            "getConsumer",
            format!("{CARDS}/responses/200/description"),
            "description reworded",
        ),
        (
            "getConsumer",
            format!("{CARDS}/{CARD}/properties/stateReason/description"),
            "description reworded",
        ),
        (
            "registerConsumer",
            format!("{REGISTER}/{SENT_BODY}/description"),
            "description reworded",
        ),
        (
            "consumerInfo",
            format!("{SCHEMAS}/consumerInfo/properties/email/description"),
            "description reworded",
        ),
        (
            "consumerInfo",
            format!("{SCHEMAS}/consumerInfo/title"),
            "title reworded",
        ),
        (
            "cardState",
            format!("{SCHEMAS}/cardState/description"),
            "description reworded",
        ),
        (
            "ServiceUnavailableError",
            "/components/responses/ServiceUnavailableError/description".to_owned(),
            "description reworded",
        ),
        (
            "bearerAuth",
            "/components/securitySchemes/bearerAuth/description".to_owned(),
            "description reworded",
        ),
    ];
    for (place, pointer, what) in places {
        edited(|d| set(d, &pointer, json!("Other words."))).is_text(format!("{place} {pointer} {what}"));
    }
}

#[test]
fn the_other_columns_of_an_error_row_and_the_prose_around_are_text() {
    let pointer = format!("{CARDS}/responses/404/description");
    edited(|d| reword(d, &pointer, "Consumer does not exist", "No such consumer")).is_text(format!(
        "getConsumer {pointer} error code UNKNOWN_CONSUMER: comment reworded"
    ));
    let forbidden = format!("{CARDS}/responses/403/description");
    edited(|d| reword(d, &forbidden, "Deleted consumer message", "text")).is_text(format!(
        "getConsumer {forbidden} error code CONSUMER_INVALID_STATE: error text reworded"
    ));
    edited(|d| reword(d, &pointer, "Ressource", "Resource"))
        .is_text(format!("getConsumer {pointer} description reworded"));
    edited(|d| {
        reword(
            d,
            &pointer,
            "| UNKNOWN_CONSUMER  | -        |",
            "| UNKNOWN_CONSUMER|-|",
        )
    })
    .is_text(format!("getConsumer {pointer} description reworded"));
}

#[test]
fn examples_tags_and_extensions_are_text() {
    let pointer = format!("{SCHEMAS}/cardId");
    edited(|d| set(d, &format!("{pointer}/example"), json!("c-1")))
        .is_text(format!("cardId {pointer}/example example added"));
    edited(|d| set(d, &format!("{pointer}/x-order"), json!(1)))
        .is_text(format!("cardId {pointer}/x-order x-order added"));
    edited(|d| set(d, &format!("{CARDS}/tags"), json!(["Cards"])))
        .is_text(format!("getConsumer {CARDS}/tags tags changed"));
    edited(|d| set(d, "/tags/0/description", json!("Other words.")))
        .is_text("tags /tags/0 tag Consumer reworded".to_owned());
}

#[test]
fn a_pattern_that_accepts_the_same_is_text() {
    let pointer = format!("{SCHEMAS}/consumerInfo/properties/dateOfBirth/pattern");
    let pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
    edited(|d| set(d, &pointer, json!(pattern))).is_text(format!(
        "consumerInfo {pointer} pattern changed, accepts the same"
    ));
}

#[test]
fn words_that_only_one_of_several_documents_changed_are_told_once() {
    let old = documents();
    let pointer = format!("{SCHEMAS}/errorGeneric/description");
    for index in 0..old.len() {
        let mut new = old.clone();
        set(&mut new[index].1, &pointer, json!("Other words."));
        set(&mut new[index].1, "/servers/0/description", json!("Other words."));
        set(&mut new[index].1, "/tags/0/description", json!("Other words."));
        let tag = new[index]
            .1
            .pointer("/tags/0/name")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned();
        let merged = xtask::merge::merge(&new).unwrap();
        let mut report = compare(&vendor(), &merged);
        let before: Vec<_> = old.iter().map(|(_, document)| document).collect();
        let after: Vec<_> = new.iter().map(|(_, document)| document).collect();
        report.add_wording(&before, &after);
        let told: Vec<_> = report
            .changes
            .iter()
            .map(|change| (change.pointer.as_str(), change.what.as_str()))
            .collect();
        let words = "description reworded";
        assert_eq!(
            told[..2],
            [(pointer.as_str(), words), ("/servers/0/description", words)]
        );
        assert!(told[2].0.starts_with("/tags/"));
        assert_eq!(told[2].1, format!("tag {tag} reworded"));
        assert_eq!(report.count(Impact::TextOnly), 3);
        assert_eq!(told.len(), 3);
    }
}

#[test]
fn a_whole_file_adds_no_wording_to_the_documents_it_was_merged_from() {
    let mut report = compare(&vendor(), &vendor());
    let old = documents();
    report.add_wording(
        &old.iter().map(|(_, value)| value).collect::<Vec<_>>(),
        &[&vendor()],
    );
    assert!(report.changes.is_empty());
}

// References.

#[test]
fn a_component_is_told_once_however_many_use_it() {
    let pointer = format!("{SCHEMAS}/operationId/type");
    edited(|d| set(d, &pointer, json!("integer"))).is_breaking(format!(
        "operationId {pointer} type changed from string to integer"
    ));
}

#[test]
fn a_component_that_is_also_sent_is_compared_by_the_stricter_direction() {
    let sent_too = |maximum: u32| {
        let pointer = format!("{DELETE}/{SENT_BODY}/properties/card");
        edited(|d| {
            set(d, &pointer, json!({"$ref": "#/components/schemas/cardId"}));
            set(d, &format!("{SCHEMAS}/cardId/maxLength"), json!(maximum));
        })
        .0
    };
    assert_eq!(
        compare(&sent_too(48), &sent_too(20))
            .to_string()
            .lines()
            .next()
            .unwrap(),
        format!("breaking cardId {SCHEMAS}/cardId/maxLength maxLength 48 -> 20 [rule-tighter]")
    );
}

#[test]
fn a_renamed_component_is_text_at_the_place_that_refers_to_it() {
    let pointer = format!("{CARDS}/{CARD}/properties/state");
    edited(|d| {
        let schema = remove(d, &format!("{SCHEMAS}/cardState"));
        set(d, &format!("{SCHEMAS}/CardState"), schema);
        set(
            d,
            &format!("{pointer}/$ref"),
            json!("#/components/schemas/CardState"),
        );
    })
    .is_text(format!(
        "getConsumer {pointer} refers to CardState instead of cardState, which is the same"
    ));
}

#[test]
fn a_schema_that_is_written_in_place_is_text() {
    let pointer = format!("{CARDS}/{CARD}/properties/state");
    edited(|d| {
        let schema = remove(d, &format!("{SCHEMAS}/cardState"));
        set(d, &pointer, schema);
    })
    .is_text(format!(
        "getConsumer {pointer} no longer refers to cardState, which is the same"
    ));
}

#[test]
fn a_reference_that_leads_elsewhere_is_as_bad_as_the_difference() {
    let pointer = format!("{CARDS}/{CARD}/properties/exp");
    edited(|d| set(d, &format!("{pointer}/$ref"), json!("#/components/schemas/newCardExpiryDate"))).is_text(format!(
        "getConsumer {pointer} refers to newCardExpiryDate instead of cardExpiryDate: /description description reworded"
    ));
    edited(|d| set(d, &format!("{pointer}/$ref"), json!("#/components/schemas/cardState"))).is_breaking(format!(
        "getConsumer {pointer} refers to cardState instead of cardExpiryDate: /enum now limited to listed values; and 2 more"
    ));
}

#[test]
fn schemas_that_refer_to_themselves_come_to_an_end() {
    let tree = |name: &str| {
        edited(|d| {
            let reference = json!({"$ref": format!("#/components/schemas/{name}")});
            set(
                d,
                &format!("{SCHEMAS}/{name}"),
                json!({"type": "object", "properties": {"next": reference}}),
            );
            set(d, &format!("{CARDS}/{CARD}/properties/tree"), reference);
        })
        .0
    };
    let report = compare(&tree("one"), &tree("other"));
    assert_eq!(report.count(Impact::TextOnly), report.changes.len());
    assert!(!report.changes.is_empty());
}

#[test]
fn a_component_that_is_missing_is_breaking() {
    edited(|d| drop(remove(d, &format!("{SCHEMAS}/cardState")))).is_breaking(format!(
        "cardState {SCHEMAS}/cardState schema removed, though still referred to"
    ));
}

// Nothing is skipped.

/// Every place in a document.
fn pointers(value: &Value, pointer: String, found: &mut Vec<String>) {
    let step = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, value)| pointers(value, step(key), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| pointers(value, step(&index.to_string()), found)),
        _ => {}
    }
    found.push(pointer);
}

/// The document with sets sorted, so that equal means the same.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let mut value = canonical(value);
                let set = ["enum", "parameters", "required", "security", "tags"].contains(&key.as_str());
                if let (true, Some(items)) = (set, value.as_array_mut()) {
                    items.sort_by_key(Value::to_string);
                    items.dedup();
                }
                (key.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(canonical).collect(),
        other => other.clone(),
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0u8..50).prop_map(Value::from),
        "[a-z]{0,4}".prop_map(Value::from),
        Just(json!([])),
        Just(json!(["a"])),
        Just(json!({})),
        Just(json!({"type": "string"})),
        Just(json!({"$ref": "#/components/schemas/cardState"})),
        Just(json!({"$ref": "#/nowhere"})),
    ]
}

/// A key that may mean something at the place where it is put.
fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "$ref",
        "additionalProperties",
        "allOf",
        "content",
        "default",
        "deprecated",
        "description",
        "enum",
        "example",
        "examples",
        "extra",
        "format",
        "get",
        "headers",
        "items",
        "links",
        "maxLength",
        "minLength",
        "minimum",
        "nullable",
        "oneOf",
        "parameters",
        "pattern",
        "properties",
        "required",
        "security",
        "servers",
        "type",
        "uniqueItems",
        "x-extra",
    ])
}

#[derive(Clone, Debug)]
enum Edit {
    Replace(Value),
    Remove,
    Insert(&'static str, Value),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        value().prop_map(Edit::Replace),
        Just(Edit::Remove),
        (key(), value()).prop_map(|(key, value)| Edit::Insert(key, value)),
    ]
}

/// Makes the edit at the place; returns the pointer of what is different now.
fn apply(document: &mut Value, pointer: &str, edit: Edit) -> String {
    match edit {
        Edit::Replace(value) => *document.pointer_mut(pointer).unwrap() = value,
        Edit::Insert(key, value) => {
            if let Some(members) = document.pointer_mut(pointer).unwrap().as_object_mut() {
                members.insert(key.to_owned(), value);
                return format!("{pointer}/{key}");
            }
        }
        Edit::Remove => {
            let Some((parent, key)) = pointer.rsplit_once('/') else {
                return pointer.to_owned();
            };
            match document.pointer_mut(parent).unwrap() {
                Value::Object(members) => drop(members.remove(&key.replace("~1", "/").replace("~0", "~"))),
                Value::Array(items) => {
                    // Those behind it move up: the list as a whole is different.
                    items.remove(key.parse().unwrap());
                    return parent.to_owned();
                }
                _ => {}
            }
        }
    }
    pointer.to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_edit_of_the_vendors_document_is_reported_where_it_is(
        place in any::<prop::sample::Index>(),
        edit in edit(),
    ) {
        let old = vendor();
        let mut places = Vec::new();
        pointers(&old, String::new(), &mut places);
        let mut new = old.clone();
        let edited = apply(&mut new, place.get::<String>(&places), edit);
        for (one, other) in [(&old, &new), (&new, &old)] {
            let report = compare(one, other);
            prop_assert_eq!(report.changes.is_empty(), canonical(&old) == canonical(&new), "{}", report);
            let near = |pointer: &str| pointer.starts_with(&edited) || edited.starts_with(pointer);
            prop_assert!(
                report.changes.is_empty() || report.changes.iter().any(|change| near(&change.pointer)),
                "{} edited\n{}", edited, report
            );
            prop_assert!(
                edited.is_empty() || report.changes.iter().all(|change| !change.pointer.is_empty()),
                "{} edited\n{}", edited, report
            );
            for change in &report.changes {
                let known = one.pointer(&change.pointer).or_else(|| other.pointer(&change.pointer));
                prop_assert!(known.is_some(), "{}", change);
            }
            prop_assert_eq!(report.to_string().lines().count(), report.changes.len() + 1);
        }
    }

    #[test]
    fn no_difference_between_any_two_schemas_is_skipped(one in schema(), other in schema(), sent in any::<bool>()) {
        let document = |schema: Value| edited(|d| {
            let body = format!("{DELETE}/{SENT_BODY}/properties/any");
            let answer = format!("{CARDS}/{CARD}/properties/any");
            set(d, if sent { &body } else { &answer }, schema);
        }).0;
        let report = compare(&document(one.clone()), &document(other.clone()));
        prop_assert_eq!(report.changes.is_empty(), canonical(&one) == canonical(&other), "{}", report);
        prop_assert!(report.changes.iter().all(|change| !change.pointer.is_empty()), "{}", report);
    }
}

/// Any schema, as far as it matters to the report; not all of them make sense.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({"$ref": "#/components/schemas/cardState"})),
        Just(json!({"$ref": "#/components/schemas/cardId"})),
        Just(json!({"allOf": [{"$ref": "#/components/schemas/cardId"}], "description": "words"})),
        keywords().prop_map(Value::Object),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        (
            keywords(),
            prop::collection::btree_map(prop::sample::select(vec!["a", "b", "x-c"]), inner.clone(), 0..3),
            prop::option::of(prop::collection::vec(
                prop::sample::select(vec!["a", "b", "d"]),
                0..3,
            )),
            prop::option::of(inner.clone()),
            prop::option::of((
                prop::sample::select(vec!["allOf", "oneOf", "additionalProperties"]),
                prop::collection::vec(inner, 0..3),
            )),
        )
            .prop_map(|(mut schema, properties, required, items, more)| {
                schema.insert("properties".to_owned(), json!(properties));
                schema.extend(required.map(|names| ("required".to_owned(), json!(names))));
                schema.extend(items.map(|items| ("items".to_owned(), items)));
                schema.extend(more.map(|(key, mut schemas)| match key {
                    "additionalProperties" => (key.to_owned(), schemas.pop().unwrap_or_default()),
                    _ => (key.to_owned(), json!(schemas)),
                }));
                Value::Object(schema)
            })
    })
}

fn keywords() -> impl Strategy<Value = serde_json::Map<String, Value>> {
    let options = |values: Value| prop::option::of(prop::sample::select(values.as_array().unwrap().clone()));
    (
        options(json!(["string", "object"])),
        options(json!(["^[a-z]{1,3}$", "^[a-c]{1,2}$", "a+", "^(a", 3])),
        options(json!([1, 2, "two"])),
        options(json!([["A"], ["A", "B"], ["B", "A"], []])),
        options(json!([true, false])),
        options(json!(["date", "uuid"])),
    )
        .prop_map(|(kind, pattern, length, values, nullable, format)| {
            let all = [
                ("type", kind),
                ("pattern", pattern),
                ("maxLength", length),
                ("enum", values),
                ("nullable", nullable),
                ("format", format),
            ];
            all.into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), value?)))
                .collect()
        })
}
