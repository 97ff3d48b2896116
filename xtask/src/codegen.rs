//! `cargo xtask codegen`: from the vendor's pages to `d1-generated/openapi.json` and the committed client.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use d1_codegen::supported;
use serde_json::{Value, json};

use crate::base::Base;
use crate::inputs::{self, Api, Direction, Origin, PROVENANCE};
use crate::merge::merge;
use crate::outputs::{Outputs, Stale};
use crate::overlays::Stage;
use crate::provenance::Provenance;
use crate::report::{Format, Impact, Report, RustNames};
use crate::source::{self, Document, Source};
use crate::{
    Error, accepted, catalogue, files, layout, lint, names, overlays, pointer, references, report, tolerance,
};

/// The OpenAPI version of the assembled documents.
const OPENAPI: &str = "3.0.3";

/// The API whose assembled document is [`DOCUMENT`]; it comes first, and others share its types.
const FIRST: &str = "consumer-v2";

/// The assembled document of the first API, relative to the workspace. Those of the others stand beside it.
pub const DOCUMENT: &str = "d1-generated/openapi.json";

/// The generated clients, relative to the workspace.
pub const SNAPSHOT: &str = "d1-generated/src/snapshot.rs";

/// The generated types of each outbound API, relative to the workspace.
const OUTBOUND: &str = "d1-generated/src/snapshot";

/// The assembled document of the outbound API by which the sandbox validates an issuer's answers, and where it is copied to.
/// Relative to the workspace.
const VALIDATED_BY: (&str, &str) = (
    "outbound-consumer-v1",
    "d1-client/sandbox/src/outbound-consumer-v1.json",
);

/// The merged vendor document of the first API, nothing changed: what the sandbox validates requests by. Relative to the
/// workspace.
pub const VERBATIM: &str = "d1-client/sandbox/src/consumer-v2.json";

/// What `codegen` is asked to do.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Refresh the vendor's documents of an API first: a page saved as Markdown, a whole OpenAPI file (JSON or YAML), a folder of
    /// these, or the https URL of one. The folder then holds what this gave, and nothing else.
    #[arg(long, value_name = "FILE|FOLDER|URL")]
    pub from: Option<String>,
    /// Only the API of this name, a folder of openapi/. What --from brings belongs to one; without this, to the only one
    /// whose documents are the vendor's.
    #[arg(long, value_name = "NAME")]
    pub api: Option<String>,
    /// Write nothing; exit with 1 when anything committed is stale, and name it.
    #[arg(long)]
    pub check: bool,
    /// Also show what changes, as text: before it is written, or with --check instead.
    #[arg(long)]
    pub diff: bool,
    /// Only print what changed in the committed vendor documents since this revision of the repository; write nothing.
    #[arg(long, value_name = "GIT REVISION", conflicts_with_all = ["from", "check", "diff"])]
    pub base: Option<String>,
    /// How the report is written: lines, JSON by openapi/report.schema.json, or Markdown for a pull request. All else
    /// then goes to standard error.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Exit with 1, and write nothing, when there is such a change. openapi/REPORT.md lists them.
    #[arg(long, value_enum, default_value_t)]
    pub fail_on: FailOn,
    /// The day (`YYYY-MM-DD`) that a changed page gets in the provenance.
    #[arg(skip)]
    pub today: String,
}

/// Which changes are an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// A change that breaks code which compiles and works today.
    Breaking,
    /// No change: each is only reported.
    #[default]
    None,
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
    let mut apis = inputs::read(root)?;
    apis.sort_by_key(|api| (api.name != FIRST, api.name.clone()));
    let known = |name: &str| apis.iter().any(|api| api.name == name);
    if let Some(unknown) = options.api.as_ref().filter(|name| !known(name)) {
        let what = format!("is not an API; the APIs are {}", list(&apis));
        return Err(Error::new(unknown, "", what));
    }
    if let Some(revision) = &options.base {
        let base = Base::find(root, revision)?;
        let mut whole = Report::default();
        for api in apis.iter().filter(|api| is_asked_for(api, options)) {
            whole.add(&api.name, since(&base, api)?);
        }
        if options.api.is_some() {
            whole.of_one_api();
        } else {
            for name in base.apis()?.iter().filter(|name| !known(name)) {
                whole.add(name, removed_since(&base, name)?);
            }
        }
        out.report(&whole)?;
        return verdict(&whole, options).map(|()| Vec::new());
    }
    let mut outputs = Outputs::default();
    let mut assembled = Vec::new();
    let (mut documents, mut whole) = (0, Report::default());
    let mut passed_over = Vec::new();
    let refreshed = options
        .from
        .as_deref()
        .map(|from| refresh(from, &apis, options))
        .transpose()?;
    for (number, api) in apis.iter().enumerate() {
        let source = refreshed.as_ref().filter(|(place, _)| *place == number);
        let made = make(root, api, source.map(|(_, source)| source), options, &mut outputs)?;
        documents += made.documents;
        whole.add(&api.name, made.report);
        passed_over.extend(source.map(|(_, source)| source.passed_over()).unwrap_or_default());
        assembled.push((api, made.assembled, made.sources));
    }
    if refreshed.is_some() {
        whole.of_one_api();
    }
    // Printed before any input of ours can cause an error.
    out.report(&whole)?;
    for passed in &passed_over {
        out.say(passed)?;
    }
    verdict(&whole, options)?;

    let mut made = Vec::new();
    for (api, document, sources) in assembled {
        let document = document.map_err(|error| outputs.explained(error))?;
        if is_asked_for(api, options) {
            outputs.file(&document_file(&api.name), layout::text(&document));
            if api.name == VALIDATED_BY.0 {
                outputs.file(VALIDATED_BY.1, layout::text(&document));
            }
        }
        made.push((api.module(), document, sources));
    }
    let apis: Vec<_> = made
        .iter()
        .map(|(module, document, _)| d1_codegen::Api { module, document })
        .collect();
    let generated = d1_codegen::generate(&apis).map_err(|failed| {
        let sources = made.iter().find(|(module, ..)| *module == failed.module);
        let sources = sources
            .map(|(.., sources)| sources.as_slice())
            .unwrap_or_default();
        outputs.explained(located(*failed.error, sources))
    })?;
    outputs.file(SNAPSHOT, generated.clients);
    for (module, types) in generated.outbound {
        outputs.file(&format!("{OUTBOUND}/{module}.rs"), types);
    }

    if options.diff {
        out.say(&outputs.diff(root)?)?;
    }
    let operations: usize = made
        .iter()
        .map(|(_, document, _)| pointer::operations(document).len())
        .sum();
    let took = start.elapsed();
    if options.check {
        let stale = outputs.stale(root)?;
        let verdict = if stale.is_empty() { "up to date" } else { "stale" };
        out.say(&format!(
            "checked {documents} documents, {operations} operations: {verdict} ({took:.1?})"
        ))?;
        return Ok(stale);
    }
    let changed = outputs.write(root)?;
    for file in &changed {
        out.say(&format!("wrote {file}"))?;
    }
    let took = start.elapsed();
    let summary = format!(
        "{documents} documents, {operations} operations: {} files changed",
        changed.len()
    );
    out.say(&format!("{summary} ({took:.1?})"))?;
    Ok(Vec::new())
}

/// What is made of one API.
struct Made {
    documents: usize,
    report: Report,
    assembled: Result<Value, Error>,
    /// Its documents, by the names that errors give them.
    sources: Vec<(String, Value)>,
}

fn make(
    root: &Path,
    api: &Api,
    refreshed: Option<&Source>,
    options: &Options,
    outputs: &mut Outputs,
) -> Result<Made, Error> {
    let provenance = read_provenance(root, api)?;
    let by_hand = match api.source {
        Origin::Vendor => hand_edits(api, &provenance),
        Origin::Restated => Vec::new(),
    };
    if let (None, false, Some(edit)) = (refreshed, options.check, by_hand.first()) {
        let what = format!(
            "{}; refresh it with --from, or put the change into an overlay",
            edit.what
        );
        return Err(Error::new(&edit.file, "", what));
    }
    let refreshed = refreshed.map(|source| source.documents.as_slice());
    let merged = match refreshed {
        Some(documents) => merge(&found(documents))?,
        None => merge(&api.documents)?,
    };
    let before = merged_before(&api.documents, &merged)?;
    let mut report = report::compare_called(&before, &merged, api.direction);
    let sources = refreshed.map_or_else(|| api.documents.clone(), found);
    if let Some(documents) = refreshed {
        report.add_wording(&contents(&api.documents), &contents(&found(documents)));
        add_vendor_files(outputs, api, documents, &provenance, &options.today)?;
    } else if options.check && is_asked_for(api, options) {
        outputs.edited(by_hand);
        if api.source == Origin::Vendor {
            for (file, value) in &api.documents {
                outputs.file(file, layout::text(value));
            }
        }
    }
    if api.name == FIRST {
        outputs.file(VERBATIM, layout::text(&merged));
    }
    let assembled = assemble(merged.clone(), api, &sources);
    if refreshed.is_some() {
        let old = read_document(root, api)?;
        report.explain(
            &rust_names(api, &before, old.as_ref()),
            &rust_names(api, &merged, assembled.as_ref().ok()),
        );
    }
    Ok(Made {
        documents: sources.len(),
        report,
        assembled,
        sources,
    })
}

/// The place of the API that `--from` belongs to, and what was read.
fn refresh(from: &str, apis: &[Api], options: &Options) -> Result<(usize, Source), Error> {
    let mut candidates = apis.iter().enumerate().filter(|(_, api)| match &options.api {
        Some(name) => api.name == *name,
        None => api.source == Origin::Vendor,
    });
    match (candidates.next(), candidates.next()) {
        (Some((place, _)), None) => Ok((place, source::read(from)?)),
        _ => {
            let what = format!("belongs to one API: name it with --api ({})", list(apis));
            Err(Error::new("--from", "", what))
        }
    }
}

fn is_asked_for(api: &Api, options: &Options) -> bool {
    options.api.as_ref().is_none_or(|name| api.name == *name)
}

fn list(apis: &[Api]) -> String {
    let names: Vec<&str> = apis.iter().map(|api| api.name.as_str()).collect();
    names.join(", ")
}

/// Where the assembled document of an API is, relative to the workspace.
fn document_file(api: &str) -> String {
    if api == FIRST {
        DOCUMENT.to_owned()
    } else {
        format!("d1-generated/{api}.json")
    }
}

fn rust_names(api: &Api, merged: &Value, document: Option<&Value>) -> RustNames {
    document
        .map(|document| RustNames::of(merged, document, api.direction))
        .unwrap_or_default()
}

/// The documents without their names.
fn contents(documents: &[(String, Value)]) -> Vec<&Value> {
    documents.iter().map(|(_, document)| document).collect()
}

/// The document from which the client is generated: the merged document, corrected, named, completed and made
/// tolerant.
fn assemble(merged: Value, api: &Api, sources: &[(String, Value)]) -> Result<Value, Error> {
    let mut document = merged;
    references::decode(&mut document);
    overlays::apply(&mut document, &api.overlays, Stage::BeforeNames)?;
    if let Some((place, what)) = lint::dangling_reference(&document) {
        let file = pointer::defining_document(sources, &place).unwrap_or(DOCUMENT);
        return Err(Error::new(file, place, what));
    }
    supported::keywords(&document).map_err(|error| located(error, sources))?;
    names::apply(&mut document, &api.file("names.json"), &api.names)?;
    overlays::apply(&mut document, &api.overlays, Stage::AfterNames)?;
    tolerance::apply(&mut document, api.direction)?;
    catalogue::apply(&mut document, sources)?;
    accepted::apply(&mut document).map_err(|error| {
        let file = pointer::defining_document(sources, &error.place).unwrap_or(DOCUMENT);
        Error::new(file, &error.place, &error.what)
    })?;
    references::state_types(&mut document);
    document["openapi"] = json!(OPENAPI);
    document["info"]["x-d1-api"] = json!(api.name);
    if api.direction == Direction::Outbound {
        document["info"]["x-d1-direction"] = json!("outbound");
    }
    let document = layout::conventional(&document);
    lint::check(&document)?;
    Ok(document)
}

/// An error of the generator's with its file: the one of `sources` that holds the place, else the assembled document.
fn located(error: d1_codegen::Error, sources: &[(String, Value)]) -> Error {
    match error {
        d1_codegen::Error::Unsupported { place, what } => Error::new(
            pointer::defining_document(sources, &place).unwrap_or(DOCUMENT),
            place,
            what,
        ),
        d1_codegen::Error::Pattern { place, pattern, why } => Error::new(
            DOCUMENT,
            place,
            format!("the pattern `{pattern}` cannot be checked: {why}"),
        ),
        error => Error::new(DOCUMENT, "", error.to_string()),
    }
}

fn read_provenance(root: &Path, api: &Api) -> Result<Provenance, Error> {
    let file = api.vendor_file(PROVENANCE);
    let Some(text) = files::read_if_there(root, &file)? else {
        return Ok(Provenance::default());
    };
    serde_json::from_str(&text).map_err(|error| {
        let what = format!("is not a provenance: {error}");
        Error::new(file, format!("line {}", error.line()), what)
    })
}

fn hand_edits(api: &Api, provenance: &Provenance) -> Vec<Stale> {
    let base_name = |file: &str| file.rsplit('/').next().unwrap_or_default().to_owned();
    let documents: BTreeMap<_, _> = api
        .documents
        .iter()
        .map(|(file, value)| (base_name(file), value.clone()))
        .collect();
    let differences = provenance.differences(&documents).into_iter();
    let stale = differences.map(|(name, what)| (api.vendor_file(&name), what));
    stale.map(|(file, what)| Stale { file, what }).collect()
}

fn found(documents: &[Document]) -> Vec<(String, Value)> {
    documents
        .iter()
        .map(|document| (document.found.clone(), document.value.clone()))
        .collect()
}

/// What a report compares with: the documents as they were, or for the first one the same interface with nothing in it.
fn merged_before(documents: &[(String, Value)], merged: &Value) -> Result<Value, Error> {
    match documents {
        [] => Ok(without_content(merged)),
        documents => merge(documents),
    }
}

fn without_content(merged: &Value) -> Value {
    let mut empty = merged.clone();
    empty["paths"] = json!({});
    empty["components"] = json!({});
    empty
}

/// The folder holds what `documents` are, as a whole: files of documents that are gone go, and so does what we restated.
fn add_vendor_files(
    outputs: &mut Outputs,
    api: &Api,
    documents: &[Document],
    before: &Provenance,
    today: &str,
) -> Result<(), Error> {
    for (file, _) in &api.documents {
        outputs.removed(file);
    }
    if api.source == Origin::Restated {
        let about = json!({
            "title": api.title,
            "direction": api.direction,
            "source": Origin::Vendor,
        });
        outputs.file(&api.file("api.json"), layout::text(&about));
    }
    for document in documents {
        let file = api.vendor_file(&document.file_name);
        outputs.file(&file, layout::text(&document.value));
    }
    let provenance = serde_json::to_value(Provenance::of(documents, before, today));
    let provenance =
        provenance.map_err(|error| Error::new(api.vendor_file(PROVENANCE), "", error.to_string()))?;
    outputs.file(&api.vendor_file(PROVENANCE), layout::text(&provenance));
    Ok(())
}

/// Where the report goes, and what else there is to say.
struct Printer<'a> {
    out: &'a mut dyn Write,
    format: Format,
}

impl Printer<'_> {
    fn report(&mut self, report: &Report) -> Result<(), Error> {
        files::say(self.out, report.to_format(self.format).trim_end())
    }

    /// Beside a report that a program reads, on standard error.
    fn say(&mut self, text: &str) -> Result<(), Error> {
        if self.format == Format::Text {
            return files::say(self.out, text);
        }
        eprintln!("{text}");
        Ok(())
    }
}

/// Whether the report is acceptable.
fn verdict(report: &Report, options: &Options) -> Result<(), Error> {
    match report.count(Impact::Breaking) {
        breaking if breaking > 0 && options.fail_on == FailOn::Breaking => {
            let changes = if breaking == 1 { "change" } else { "changes" };
            Err(Error::new("", "", format!("{breaking} breaking {changes}")))
        }
        _ => Ok(()),
    }
}

/// An API that another revision has.
fn removed_since(base: &Base<'_>, name: &str) -> Result<Report, Error> {
    let documents = base.documents_of(name)?;
    if documents.is_empty() {
        return Ok(Report::default());
    }
    let merged = merge(&documents)?;
    let mut report = report::compare(&merged, &without_content(&merged));
    let names = base
        .json(&document_file(name))?
        .map(|document| RustNames::of(&merged, &document, Direction::Inbound));
    report.explain(&names.unwrap_or_default(), &RustNames::default());
    Ok(report)
}

/// What has changed since another revision, in an API's documents as they are committed.
fn since(base: &Base<'_>, api: &Api) -> Result<Report, Error> {
    let documents = base.documents_of(&api.name)?;
    let merged = merge(&api.documents)?;
    let before = merged_before(&documents, &merged)?;
    let mut report = report::compare_called(&before, &merged, api.direction);
    report.add_wording(&contents(&documents), &contents(&api.documents));
    let old = base.json(&document_file(&api.name))?;
    let new = assemble(merged.clone(), api, &api.documents).ok();
    report.explain(
        &rust_names(api, &before, old.as_ref()),
        &rust_names(api, &merged, new.as_ref()),
    );
    Ok(report)
}

/// The assembled document as it is committed, if it is.
fn read_document(root: &Path, api: &Api) -> Result<Option<Value>, Error> {
    let text = files::read_if_there(root, &document_file(&api.name))?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
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
