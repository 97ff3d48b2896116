//! A field that a page adds is redacted without anyone marking it: shown by running the whole pipeline on changed
//! documents, then reading the client that it generates, then compiling and running its types.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use d1_tests::cards;
use quote::ToTokens;
use serde_json::{Value, json};
use syn::visit::Visit;
use tempfile::TempDir;

/// What the overlays declare safe today. A name that is not among them shows a placeholder.
const SAFE: [(&str, &str); 8] = [
    ("ApiError", "error_code"),
    ("Card", "auxiliary_scheme"),
    ("Card", "ongoing_operation"),
    ("Card", "scheme"),
    ("Card", "state"),
    ("Card", "state_reason"),
    ("Card", "three_ds_support"),
    ("Receipt", "operation_id"),
];

/// What is printed instead of a value.
const PLACEHOLDER: &str = "& crate :: redacted :: REDACTED";

/// The pipeline's outcome on the vendor's documents with new fields; the work is done once.
static GENERATED: LazyLock<Generated> = LazyLock::new(Generated::from_changed_documents);

#[test]
fn the_assembled_document_marks_no_new_field_as_safe() {
    let properties = |schema: &str| GENERATED.document["components"]["schemas"][schema]["properties"].clone();
    for (schema, fields) in [
        ("Card", new_card_fields()),
        ("PersonalInformation", new_person_fields()),
    ] {
        for field in fields.as_object().unwrap().keys() {
            let added = properties(schema)[field].clone();
            assert!(added.is_object(), "{schema}.{field} came through");
            assert_eq!(added.get("x-safe"), None, "{schema}.{field}");
        }
    }
}

#[test]
fn the_generated_client_shows_what_is_declared_safe_and_nothing_that_is_new() {
    let debug = DebugImpls::of(&GENERATED.types());

    let shown: BTreeSet<_> = debug
        .fields
        .iter()
        .filter(|field| field.expression != PLACEHOLDER)
        .collect();
    let shown: Vec<_> = shown
        .iter()
        .map(|field| (field.of.as_str(), field.label.as_str()))
        .collect();
    assert_eq!(shown, SAFE);
    for (of, label) in [
        ("Card", "embossed_name"),
        ("Card", "holder"),
        ("Card", "limits"),
        ("Card", "previous_holders"),
        ("Card", "risk"),
        ("Card", "wallet"),
        ("PersonalInformation", "nickname"),
        ("PersonalInformation", "tax_residence"),
    ] {
        let redacted =
            |field: &&Field| field.of == of && field.label == label && field.expression == PLACEHOLDER;
        assert_eq!(debug.fields.iter().filter(redacted).count(), 1, "{of}.{label}");
    }
    assert_eq!(debug.derived, Vec::<String>::new(), "types that derive Debug");
}

#[test]
fn the_compiled_client_reads_a_new_field_and_does_not_print_it() {
    let mut card = cards::everything();
    card["embossedName"] = json!("Z VAUCANSON-1");
    card["holder"] = json!({ "alias": "Vaucanson-2", "deep": { "est": "Vaucanson-3" } });
    card["limits"] = json!([{ "amount": 730_411, "label": "Vaucanson-4" }]);
    card["previousHolders"] = json!(["Vaucanson-5"]);
    card["risk"] = json!(0.730_412);
    card["wallet"] = json!("VAUCANSON-6");
    let person = json!({
        "firstName": "Vaucanson-7", "lastName": "Vaucanson-8", "nickname": "Vaucanson-9",
        "taxResidence": { "number": "Vaucanson-10" }
    });

    let printed = run_types(&card, &person);

    assert!(
        printed.read_back.contains("Vaucanson-10") && printed.read_back.contains("730411"),
        "all was read"
    );
    for label in [
        "embossed_name",
        "holder",
        "limits",
        "previous_holders",
        "risk",
        "wallet",
        "nickname",
        "tax_residence",
    ] {
        assert!(
            printed.debug.contains(&format!("{label}: [redacted]")),
            "{label} in {}",
            printed.debug
        );
    }
    for value in [
        "aucanson", "AUCANSON", "730411", "730_411", "0.7304", "card-7Gq", "4971", "BE68",
    ] {
        assert!(!printed.debug.contains(value), "{value} in {}", printed.debug);
    }
    assert!(
        printed.debug.contains(r#"CardState("REPLACED")"#),
        "what is safe is shown still"
    );
}

/// Fields of every kind that a page may add to a card.
fn new_card_fields() -> Value {
    json!({
        "embossedName": { "type": "string", "description": "The name on the card", "maxLength": 26 },
        "holder": { "type": "object", "properties": {
            "alias": { "type": "string" },
            "deep": { "type": "object", "properties": { "est": { "type": "string" } } }
        } },
        "limits": { "type": "array", "items": { "type": "object", "properties": {
            "amount": { "type": "integer" }, "label": { "type": "string" }
        } } },
        "previousHolders": { "type": "array", "items": { "type": "string" } },
        "risk": { "type": "number" },
        "wallet": { "type": "string" }
    })
}

/// Fields that a page may add to what is sent of a person.
fn new_person_fields() -> Value {
    json!({
        "aliases": { "type": "array", "items": { "type": "string" } },
        "channels": { "type": "array", "maxItems": 2, "items": { "type": "string" } },
        "marks": { "type": "object", "additionalProperties": { "type": "string" } },
        "nickname": { "type": "string", "minLength": 1, "maxLength": 40 },
        "taxResidence": { "type": "object", "additionalProperties": false, "properties": {
            "number": { "type": "string", "maxLength": 20 }
        } }
    })
}

/// What the pipeline made.
struct Generated {
    document: Value,
    client: String,
}

impl Generated {
    fn from_changed_documents() -> Self {
        let root = TempDir::new().unwrap();
        let pages = TempDir::new().unwrap();
        copy_folder(&workspace().join("openapi"), &root.path().join("openapi"));
        for (name, place, fields) in [
            ("get-card-list.json", CARD_PROPERTIES, new_card_fields()),
            (
                "register-consumer.json",
                "/components/schemas/consumerInfo/properties",
                new_person_fields(),
            ),
            (
                "update-consumer-information.json",
                "/components/schemas/consumerInfoForUpdate/properties",
                new_person_fields(),
            ),
            ("delete.json", "/paths", json!({})),
        ] {
            let text = fs::read_to_string(vendor_folder().join(name)).unwrap();
            let mut document: Value = serde_json::from_str(&text).unwrap();
            let properties = document
                .pointer_mut(place)
                .and_then(Value::as_object_mut)
                .unwrap();
            properties.extend(fields.as_object().unwrap().clone());
            fs::write(pages.path().join(name), document.to_string()).unwrap();
        }

        let options = xtask::codegen::Options {
            from: Some(pages.path().to_str().unwrap().to_owned()),
            today: "2025-01-01".to_owned(),
            ..Default::default()
        };
        let mut told = Vec::new();
        let run = xtask::codegen::run(root.path(), &options, &mut told);
        assert!(
            run.is_ok(),
            "{}\n{}",
            run.unwrap_err(),
            String::from_utf8_lossy(&told)
        );

        let read = |file| fs::read_to_string(root.path().join(file)).unwrap();
        Self {
            document: serde_json::from_str(&read(xtask::codegen::DOCUMENT)).unwrap(),
            client: read(xtask::codegen::SNAPSHOT),
        }
    }

    /// The module of types in the client.
    fn types(&self) -> syn::ItemMod {
        let module = |items: Vec<syn::Item>, name: &str| {
            let module = items.into_iter().find_map(|item| match item {
                syn::Item::Mod(module) if module.ident == name => Some(module),
                _ => None,
            });
            module.expect("a module of this name")
        };
        let client = syn::parse_file(&self.client).unwrap();
        let (_, items) = module(client.items, "consumer_v2").content.unwrap();
        module(items, "types")
    }
}

/// Where the vendor describes a card.
const CARD_PROPERTIES: &str = "/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1cards/get/responses/200/\
                               content/application~1json/schema/properties/cards/items/properties";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn vendor_folder() -> PathBuf {
    workspace().join("openapi/consumer-v2/vendor")
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What the `Debug` impls of a syntax tree print, and which types leave theirs to the compiler.
#[derive(Default)]
struct DebugImpls {
    fields: Vec<Field>,
    derived: Vec<String>,
    of: Option<String>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Field {
    of: String,
    label: String,
    expression: String,
}

impl DebugImpls {
    fn of(types: &syn::ItemMod) -> Self {
        let mut impls = Self::default();
        impls.visit_item_mod(types);
        impls
    }

    fn note_derived(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        let derives = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("derive"));
        if derives
            .map(|derive| derive.to_token_stream().to_string())
            .any(|derive| derive.contains("Debug"))
        {
            self.derived.push(name.to_string());
        }
    }
}

impl<'ast> Visit<'ast> for DebugImpls {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.note_derived(&item.ident, &item.attrs);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.note_derived(&item.ident, &item.attrs);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of_debug = |path: &syn::Path| {
            path.segments
                .last()
                .is_some_and(|segment| segment.ident == "Debug")
        };
        if item.trait_.as_ref().is_some_and(|(.., path, _)| of_debug(path)) {
            self.of = Some(item.self_ty.to_token_stream().to_string());
            syn::visit::visit_item_impl(self, item);
            self.of = None;
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        syn::visit::visit_expr_method_call(self, call);
        let (Some(of), true) = (&self.of, call.method == "field") else {
            return;
        };
        let arguments: Vec<_> = call
            .args
            .iter()
            .map(|argument| argument.to_token_stream().to_string())
            .collect();
        let [label, expression] = &arguments[..] else {
            return;
        };
        self.fields.push(Field {
            of: of.clone(),
            label: label.trim_matches('"').to_owned(),
            expression: expression.clone(),
        });
    }
}

/// What the compiled types made of a card and a person.
struct Printed {
    debug: String,
    read_back: String,
}

/// Compiles the generated types with the modules that they stand on, and nothing of the network, and runs them.
fn run_types(card: &Value, person: &Value) -> Printed {
    // Always the same folder, so that what the types depend on is compiled once.
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-field");
    let source = root.join("probe/src");
    fs::create_dir_all(&source).unwrap();
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let members = manifest.lines().find(|line| line.starts_with("members")).unwrap();
    fs::write(
        root.join("Cargo.toml"),
        manifest.replace(members, r#"members = ["probe"]"#),
    )
    .unwrap();
    fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    fs::write(root.join("probe/Cargo.toml"), PROBE_MANIFEST).unwrap();
    for module in [
        "built", "date", "invalid", "object", "pattern", "read", "redacted", "text", "wire",
    ] {
        let text = fs::read_to_string(workspace().join(format!("d1-generated/src/{module}.rs"))).unwrap();
        fs::write(source.join(format!("{module}.rs")), text).unwrap();
    }
    let types = GENERATED.types().to_token_stream();
    fs::write(source.join("main.rs"), format!("{PROBE}\n{types}")).unwrap();
    fs::write(source.join("card.json"), card.to_string()).unwrap();
    fs::write(source.join("person.json"), person.to_string()).unwrap();

    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--target-dir", "target"])
        .current_dir(&root)
        .output()
        .unwrap();

    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let printed = String::from_utf8(run.stdout).unwrap();
    let (debug, read_back) = printed.split_once("\nread back:\n").unwrap();
    Printed {
        debug: debug.to_owned(),
        read_back: read_back.to_owned(),
    }
}

const PROBE_MANIFEST: &str = r#"
[package]
name = "probe"
version = "0.0.0"
edition.workspace = true
publish = false

[features]
schemars = []

[dependencies]
compact_str.workspace = true
serde.workspace = true
serde_json.workspace = true
unicode-general-category.workspace = true
"#;

const PROBE: &str = r##"
#![allow(dead_code, unused)]
mod built;
mod date;
mod invalid;
mod object;
mod pattern;
mod read;
mod redacted;
mod text;
mod wire;
use invalid::Invalid;

enum Error<E> { InvalidRequest(String), Other(E) }

fn main() {
    let card: types::Card = serde_json::from_str(include_str!("card.json")).unwrap();
    let person: types::PersonalInformation = serde_json::from_str(include_str!("person.json")).unwrap();
    let holder = card.holder.clone().unwrap();
    let limits = card.limits.clone().unwrap();
    let residence = person.tax_residence.clone().unwrap();
    let list = types::CardList::builder().cards([card.clone()]).build().unwrap();
    let bare = types::PersonalInformation::builder().first_name("Ada").last_name("Lovelace").build().unwrap();
    let written = r#"{"firstName":"Ada","lastName":"Lovelace"}"#;
    assert_eq!(serde_json::to_string(&bare).unwrap(), written, "what is optional need not be there");
    assert!(serde_json::from_str::<types::PersonalInformation>(written).unwrap() == bare);
    let empty = types::PersonalInformation::builder().first_name("Ada").last_name("Lovelace");
    let empty = empty.aliases(Vec::new()).channels(Vec::new()).build().unwrap();
    let written = r#"{"aliases":[],"channels":[],"firstName":"Ada","lastName":"Lovelace"}"#;
    assert_eq!(serde_json::to_string(&empty).unwrap(), written, "an empty list is sent");
    println!("{card:?}\n{card:#?}\n{person:?}\n{person:#?}\n{list:?}");
    println!("{holder:?}\n{:?}\n{limits:?}\n{residence:#?}\n{:?}", holder.deep, person.nickname);
    println!("{:?}\n{:?}", types::builder::Card::from(card.clone()), types::builder::PersonalInformation::from(person.clone()));
    println!("\nread back:\n{}\n{}", serde_json::to_string(&card).unwrap(), serde_json::to_string(&person).unwrap());
}
"##;
