//! A copy of the committed inputs in a temporary folder, and pages made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tempfile::TempDir;
use xtask::Error;
use xtask::codegen::{Options, SNAPSHOT, VERBATIM, run};
use xtask::outputs::Stale;

pub(crate) const VENDOR: &str = "openapi/consumer-v2/vendor";
pub(crate) const OPENAPI: &str = "d1-generated/openapi.json";
pub(crate) const PAGE_URL: &str = "https://docs.example/consumer-api.md";

/// A workspace of its own, with the committed `openapi/` and all that is made of it.
pub(crate) struct Workspace {
    folder: TempDir,
}

/// What a run ended with, and what it printed.
pub(crate) struct Ran {
    pub(crate) result: Result<Vec<Stale>, Error>,
    pub(crate) printed: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        let stale = self
            .result
            .unwrap_or_else(|error| panic!("{error}\n{}", self.printed));
        assert_eq!(stale, []);
        self.printed
    }

    /// The error as it is shown, which is one line.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        let error = self.result.as_ref().expect_err("the run should fail").to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    }
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        copy(&committed.join("openapi"), &folder.path().join("openapi"));
        let made = [
            OPENAPI,
            "d1-generated/consumer-v1.json",
            "d1-generated/outbound-consumer-v1.json",
            "d1-generated/src/snapshot/outbound_consumer_v1.rs",
            "d1-client/sandbox/src/outbound-consumer-v1.json",
            SNAPSHOT,
            VERBATIM,
        ];
        for file in made {
            let to = folder.path().join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(committed.join(file), to).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn run(&self, options: &Options) -> Ran {
        let mut printed = Vec::new();
        let result = run(self.root(), options, &mut printed);
        Ran {
            result,
            printed: String::from_utf8(printed).unwrap(),
        }
    }

    pub(crate) fn refresh(&self, from: &Path) -> Ran {
        self.refresh_on("2030-01-02", &from.to_string_lossy())
    }

    pub(crate) fn refresh_on(&self, today: &str, from: &str) -> Ran {
        self.run(&Options {
            from: Some(from.to_owned()),
            today: today.to_owned(),
            ..Options::default()
        })
    }

    pub(crate) fn check(&self) -> Ran {
        self.run(&Options {
            check: true,
            ..Options::default()
        })
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root().join(file)).unwrap()
    }

    pub(crate) fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.read(file)).unwrap()
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Changes a committed JSON file.
    pub(crate) fn edit(&self, file: &str, edit: impl FnOnce(&mut Value)) {
        let mut value = self.json(file);
        edit(&mut value);
        self.write(file, format!("{value:#}\n"));
    }

    /// Saves `text` as the vendor's page.
    pub(crate) fn page(&self, text: impl AsRef<[u8]>) -> PathBuf {
        self.write("pages/consumer-api.md", text)
    }

    /// The committed vendor documents as a page, each changed by `edit`.
    pub(crate) fn page_with(&self, edit: impl FnMut(&mut Value)) -> PathBuf {
        let mut documents = self.documents();
        documents.iter_mut().for_each(edit);
        self.page(render(&documents))
    }

    /// The committed vendor documents, in the order of their files.
    pub(crate) fn documents(&self) -> Vec<Value> {
        let mut names: Vec<_> = fs::read_dir(self.root().join(VENDOR))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        let names = names
            .iter()
            .map(|name| name.to_str().unwrap())
            .filter(|name| *name != "provenance.json");
        names.map(|name| self.json(&format!("{VENDOR}/{name}"))).collect()
    }

    /// All files below the workspace but the pages, by name.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.root(), &mut files);
        files.retain(|path, _| !path.starts_with(self.root().join("pages")));
        files
    }
}

/// A page as the vendor's documentation exports it: a heading, the operation's description as prose, then the document.
pub(crate) fn render(documents: &[Value]) -> String {
    let mut page = format!(
        "> For the complete documentation index, see [llms.txt](https://docs.example/llms.txt); this page is available \
         as [Markdown]({PAGE_URL}).\n\n# Consumer API\n"
    );
    for document in documents {
        let summary = operation_of(document)["summary"]
            .as_str()
            .unwrap_or("An operation");
        page.push_str(&format!(
            "\n## {summary}\n\n> Prose: \\`code\\`, and ```` in a line.\n\n```json\n{document}\n```\n"
        ));
    }
    page.push_str(
        "\n---\n\n# Elsewhere\n\n```\nGET https://docs.example/consumer-api.md?ask=<question>\n```\n",
    );
    page
}

/// The first path of a document, with its operations.
pub(crate) fn path_item_of(document: &Value) -> &Value {
    document["paths"].as_object().unwrap().values().next().unwrap()
}

/// The first operation of a document.
pub(crate) fn operation_of(document: &Value) -> &Value {
    path_item_of(document)
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap()
}

/// The union of documents, as the vendor might publish it whole: members in the order of their first appearance.
pub(crate) fn whole(documents: &[Value]) -> Value {
    let mut whole = documents[0].clone();
    for document in &documents[1..] {
        for key in ["paths", "components"] {
            unite(
                whole[key].as_object_mut().unwrap(),
                document[key].as_object().unwrap(),
            );
        }
        for tag in document["tags"].as_array().unwrap() {
            let tags = whole["tags"].as_array_mut().unwrap();
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
    }
    whole
}

fn unite(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Object(known)), Value::Object(more)) if !known.contains_key("type") => {
                unite(known, more)
            }
            (Some(_), _) => {}
            (None, _) => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}
