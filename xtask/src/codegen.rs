//! `cargo xtask codegen`: from the vendor's pages to `d1-generated/openapi.json` and the committed client.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use d1_codegen::inputs::{self, Inputs, PROVENANCE, VENDOR};
use d1_codegen::merge::merge;
use d1_codegen::supported;
use serde_json::{Value, json};

use crate::base::Base;
use crate::outputs::{Outputs, Stale};
use crate::overlays::Stage;
use crate::provenance::Provenance;
use crate::report::{Format, Impact, Report, RustNames};
use crate::source::{self, Document, Source};
use crate::{Error, catalogue, layout, lint, names, overlays, place, references, report, tolerance};

/// The OpenAPI version of the assembled document.
const OPENAPI: &str = "3.0.3";

/// The assembled document, relative to the workspace.
pub const DOCUMENT: &str = "d1-generated/openapi.json";

/// The generated client, relative to the workspace.
pub const SNAPSHOT: &str = "d1-generated/src/snapshot.rs";

/// The merged vendor document, nothing changed: what the sandbox validates requests by. Relative to the workspace.
pub const VERBATIM: &str = "d1-client/sandbox/src/consumer-v2.json";

/// What `codegen` is asked to do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where to refresh the vendor's documents from: a file, a folder or a URL; the committed ones without it.
    pub from: Option<String>,
    /// Write nothing, tell what is stale.
    pub check: bool,
    /// Show what changes as text.
    pub diff: bool,
    /// Only report, and compare what is committed with this revision of the repository.
    pub base: Option<String>,
    /// How the report is written. If not as text, nothing else goes to `out`.
    pub format: Format,
    /// Whether a breaking change is an error. Nothing is written then.
    pub fail_on_breaking: bool,
    /// The day (`YYYY-MM-DD`) that a changed page gets in the provenance.
    pub today: String,
}

/// Runs the pipeline in the workspace at `root` and tells on `out` what it did. Nothing is written unless everything
/// succeeds. Returns what is stale, which is empty unless `options.check`.
///
/// # Errors
/// The first thing that is wrong, with file and place. The report is on `out` by then if the documents could be merged.
pub fn run(root: &Path, options: &Options, out: &mut dyn Write) -> Result<Vec<Stale>, Error> {
    let start = Instant::now();
    let out = &mut Printer {
        out,
        format: options.format,
    };
    let committed = inputs::read(&root.join("openapi"))?;
    let provenance = read_provenance(root)?;
    let by_hand = hand_edits(&committed, &provenance);
    if let Some(revision) = &options.base {
        let report = since(root, revision, &committed)?;
        out.report(&report)?;
        return verdict(&report, options).map(|()| Vec::new());
    }
    let source = options.from.as_deref().map(source::read).transpose()?;
    let passed_over = source.as_ref().map(Source::passed_over).unwrap_or_default();
    let refreshed = source.map(|source| source.documents);
    if let (None, false, Some(edit)) = (&options.from, options.check, by_hand.first()) {
        let what = format!(
            "{}; refresh it with --from, or put the change into an overlay",
            edit.what
        );
        return Err(Error::new(&edit.file, "", what));
    }

    let merged = match &refreshed {
        Some(documents) => merge(&found(documents))?,
        None => merge(&committed.documents)?,
    };
    let before = if committed.documents.is_empty() {
        without_content(&merged)
    } else {
        merge(&committed.documents)?
    };
    let mut report = report::compare(&before, &merged);
    if let Some(documents) = &refreshed {
        let (old, new) = (contents(&committed.documents), found(documents));
        report.add_wording(&old, &contents(&new));
    }
    let sources = refreshed
        .as_deref()
        .map_or_else(|| committed.documents.clone(), found);
    let assembled = assemble(merged.clone(), &committed, &sources);
    if refreshed.is_some() {
        let old = read_document(root)?;
        let names = |merged: &Value, document: Option<&Value>| {
            document
                .map(|document| RustNames::of(merged, document))
                .unwrap_or_default()
        };
        report.explain(
            &names(&before, old.as_ref()),
            &names(&merged, assembled.as_ref().ok()),
        );
    }
    // Told before anything of ours can fail.
    out.report(&report)?;
    for passed in &passed_over {
        out.say(passed)?;
    }
    verdict(&report, options)?;

    let mut outputs = Outputs::default();
    if let Some(documents) = &refreshed {
        add_vendor_files(&mut outputs, &committed, documents, &provenance, &options.today)?;
    } else if options.check {
        outputs.edited(by_hand);
        for (file, value) in &committed.documents {
            outputs.file(file, layout::text(value));
        }
    }
    outputs.file(VERBATIM, layout::text(&merged));
    let assembled = assembled.map_err(|error| outputs.explained(error))?;
    let snapshot =
        d1_codegen::generate(&assembled).map_err(|error| outputs.explained(located(error, &[])))?;
    outputs.file(DOCUMENT, layout::text(&assembled));
    outputs.file(SNAPSHOT, snapshot);

    if options.diff {
        out.say(&outputs.diff(root)?)?;
    }
    let operations = place::operations(&assembled).len();
    let took = start.elapsed();
    if options.check {
        let stale = outputs.stale(root)?;
        let verdict = if stale.is_empty() { "up to date" } else { "stale" };
        out.say(&format!(
            "checked {} documents, {operations} operations: {verdict} ({took:.1?})",
            sources.len()
        ))?;
        return Ok(stale);
    }
    let changed = outputs.write(root)?;
    for file in &changed {
        out.say(&format!("wrote {file}"))?;
    }
    let took = start.elapsed();
    let summary = format!(
        "{} documents, {operations} operations: {} files changed",
        sources.len(),
        changed.len()
    );
    out.say(&format!("{summary} ({took:.1?})"))?;
    Ok(Vec::new())
}

/// The documents without their names.
fn contents(documents: &[(String, Value)]) -> Vec<&Value> {
    documents.iter().map(|(_, document)| document).collect()
}

/// The document that the client is generated from: the merged vendor document, mended, named, completed and loosened.
fn assemble(merged: Value, inputs: &Inputs, sources: &[(String, Value)]) -> Result<Value, Error> {
    let hash = inputs::hash(&merged, &inputs.names, &inputs.overlays);
    let mut document = merged;
    references::decode(&mut document);
    overlays::apply(&mut document, &inputs.overlays, Stage::BeforeNames)?;
    if let Some((place, what)) = lint::dangling_reference(&document) {
        let file = place::holder(sources, &place).unwrap_or(DOCUMENT);
        return Err(Error::new(file, place, what));
    }
    supported::keywords(&document).map_err(|error| located(error, sources))?;
    names::apply(&mut document, &inputs.names)?;
    overlays::apply(&mut document, &inputs.overlays, Stage::AfterNames)?;
    tolerance::apply(&mut document)?;
    catalogue::apply(&mut document, sources)?;
    references::state_types(&mut document);
    document["openapi"] = json!(OPENAPI);
    document["info"]["x-d1-inputs"] = json!(hash);
    let document = layout::conventional(&document);
    lint::check(&document)?;
    Ok(document)
}

/// An error of the generator's with its file: the one of `sources` that holds the place, else the assembled document.
fn located(error: d1_codegen::Error, sources: &[(String, Value)]) -> Error {
    match error {
        d1_codegen::Error::Unsupported { place, what } => {
            Error::new(place::holder(sources, &place).unwrap_or(DOCUMENT), place, what)
        }
        d1_codegen::Error::Pattern { place, pattern, why } => Error::new(
            DOCUMENT,
            place,
            format!("the pattern `{pattern}` cannot be checked: {why}"),
        ),
        error => Error::new(DOCUMENT, "", error.to_string()),
    }
}

fn read_provenance(root: &Path) -> Result<Provenance, Error> {
    let file = vendor_file(PROVENANCE);
    match std::fs::read_to_string(root.join(&file)) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| {
            Error::new(
                file,
                format!("line {}", error.line()),
                format!("is not a provenance: {error}"),
            )
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Provenance::default()),
        Err(error) => Err(Error::new(file, "", format!("cannot be read: {error}"))),
    }
}

fn hand_edits(committed: &Inputs, provenance: &Provenance) -> Vec<Stale> {
    let base_name = |file: &str| file.rsplit('/').next().unwrap_or_default().to_owned();
    let documents: BTreeMap<_, _> = committed
        .documents
        .iter()
        .map(|(file, value)| (base_name(file), value.clone()))
        .collect();
    let differences = provenance.differences(&documents);
    differences
        .into_iter()
        .map(|(name, what)| Stale {
            file: vendor_file(&name),
            what,
        })
        .collect()
}

fn found(documents: &[Document]) -> Vec<(String, Value)> {
    documents
        .iter()
        .map(|document| (document.found.clone(), document.value.clone()))
        .collect()
}

/// What the first report compares with: the same interface with nothing in it.
fn without_content(merged: &Value) -> Value {
    let mut empty = merged.clone();
    empty["paths"] = json!({});
    empty["components"] = json!({});
    empty
}

/// The folder holds what `documents` are, as a whole: files of documents that are gone go.
fn add_vendor_files(
    outputs: &mut Outputs,
    committed: &Inputs,
    documents: &[Document],
    before: &Provenance,
    today: &str,
) -> Result<(), Error> {
    for (file, _) in &committed.documents {
        outputs.removed(file);
    }
    for document in documents {
        outputs.file(&vendor_file(&document.file_name), layout::text(&document.value));
    }
    let provenance = serde_json::to_value(Provenance::of(documents, before, today));
    let provenance =
        provenance.map_err(|error| Error::new(vendor_file(PROVENANCE), "", error.to_string()))?;
    outputs.file(&vendor_file(PROVENANCE), layout::text(&provenance));
    Ok(())
}

fn vendor_file(name: &str) -> String {
    format!("openapi/{VENDOR}/{name}")
}

/// Where the report goes, and what else there is to say.
struct Printer<'a> {
    out: &'a mut dyn Write,
    format: Format,
}

impl Printer<'_> {
    fn report(&mut self, report: &Report) -> Result<(), Error> {
        let report = report.to_format(self.format);
        self.print(report.trim_end())
    }

    /// Beside a report that a program reads, on standard error.
    fn say(&mut self, text: &str) -> Result<(), Error> {
        if self.format == Format::Text {
            return self.print(text);
        }
        eprintln!("{text}");
        Ok(())
    }

    fn print(&mut self, text: &str) -> Result<(), Error> {
        writeln!(self.out, "{text}").map_err(|error| Error::new("standard output", "", error.to_string()))
    }
}

/// Whether the report is acceptable.
fn verdict(report: &Report, options: &Options) -> Result<(), Error> {
    match report.count(Impact::Breaking) {
        breaking if breaking > 0 && options.fail_on_breaking => {
            let changes = if breaking == 1 { "change" } else { "changes" };
            Err(Error::new("", "", format!("{breaking} breaking {changes}")))
        }
        _ => Ok(()),
    }
}

/// What has changed since another revision, in the vendor's documents as they are committed.
fn since(root: &Path, revision: &str, committed: &Inputs) -> Result<Report, Error> {
    let base = Base::find(root, revision)?;
    let mut documents = base.documents(&format!("openapi/{VENDOR}"))?;
    documents.retain(|(file, _)| !file.ends_with(PROVENANCE));
    if documents.is_empty() {
        let what = format!("holds no documents of the vendor's below openapi/{VENDOR}");
        return Err(Error::new(revision, "", what));
    }
    let (before, merged) = (merge(&documents)?, merge(&committed.documents)?);
    let mut report = report::compare(&before, &merged);
    report.add_wording(&contents(&documents), &contents(&committed.documents));
    let old = base.json(DOCUMENT)?;
    let new = assemble(merged.clone(), committed, &committed.documents).ok();
    let names = |merged: &Value, document: Option<Value>| {
        document
            .map(|document| RustNames::of(merged, &document))
            .unwrap_or_default()
    };
    report.explain(&names(&before, old), &names(&merged, new));
    Ok(report)
}

/// The assembled document as it is committed, if it is.
fn read_document(root: &Path) -> Result<Option<Value>, Error> {
    match std::fs::read_to_string(root.join(DOCUMENT)) {
        Ok(text) => Ok(serde_json::from_str(&text).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::new(DOCUMENT, "", format!("cannot be read: {error}"))),
    }
}

/// The workspace that this program stands in, even after it has moved.
#[must_use]
pub fn workspace_root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest
        .parent()
        .map_or_else(|| manifest.clone(), Path::to_path_buf)
}
