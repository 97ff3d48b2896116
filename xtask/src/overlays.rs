//! Our deviations from what the vendor published: OpenAPI Overlays, every action with its reason, none superfluous.
//!
//! Two extensions of the Overlay format:
//! - `"x-applies": "before-names"` at an overlay's root: it corrects what the vendor wrote, before schemas are
//!   named.
//! - `"x-where-path-has": "{issuerId}"` in an action: of its matches, only those below a path with that text.

use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_1::{Action, Overlay};
use roas_overlay::validation::Validate;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::pointer::{resolve, steps};
use crate::{Error, references};

/// When an overlay applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// To the merged vendor document; the places are the vendor's.
    BeforeNames,
    /// To the named document; the places are ours.
    AfterNames,
}

/// Applies those of `overlays` that belong to `stage`, in the order given, then wraps the references that now have
/// something beside them.
///
/// # Errors
/// Names the file and the action that cannot be applied: it has no description, its target matches nothing, it changes
/// nothing, or it adds a parameter that the vendor declares.
pub fn apply(document: &mut Value, overlays: &[(String, Value)], stage: Stage) -> Result<(), Error> {
    for (file, overlay) in overlays {
        // All are read in either stage, so that a broken one is reported whatever its stage.
        let (its_stage, overlay) = read(file, overlay)?;
        if its_stage == stage {
            for (number, action) in overlay.actions.iter().enumerate() {
                apply_action(document, &overlay, action).map_err(|what| {
                    Error::new(file, format!("actions[{number}] ({})", action.target), what)
                })?;
            }
        }
    }
    references::wrap_those_with_siblings(document);
    Ok(())
}

fn read(file: &str, overlay: &Value) -> Result<(Stage, Overlay), Error> {
    let fail = |place: String, what: String| Error::new(file, place, what);
    let actions = overlay["actions"].as_array();
    for (number, action) in actions.into_iter().flatten().enumerate() {
        let description = action["description"].as_str().unwrap_or_default();
        if description.trim().is_empty() {
            let what = "has no description: every deviation needs its reason".to_owned();
            return Err(fail(format!("actions[{number}]"), what));
        }
    }
    let stage = match overlay.get("x-applies") {
        None => Stage::AfterNames,
        Some(stage) if stage == "before-names" => Stage::BeforeNames,
        Some(_) => return Err(fail("x-applies".to_owned(), "is not \"before-names\"".to_owned())),
    };
    let parsed = match overlay["overlay"].as_str() {
        Some(version) if version.starts_with("1.0.") => {
            serde_json::from_value::<roas_overlay::v1_0::Overlay>(overlay.clone()).map(Overlay::from)
        }
        _ => serde_json::from_value(overlay.clone()),
    };
    let parsed =
        parsed.map_err(|error| fail(String::new(), format!("is not an OpenAPI Overlay: {error}")))?;
    parsed
        .validate(Default::default())
        .map_err(|error| fail(String::new(), error.to_string()))?;
    Ok((stage, parsed))
}

fn apply_action(document: &mut Value, overlay: &Overlay, action: &Action) -> Result<(), String> {
    let query = JsonPath::parse(&action.target).map_err(|error| format!("is not a JSONPath: {error}"))?;
    let condition = action
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get("x-where-path-has"));
    let places: Vec<(String, String)> = query
        .query_located(document)
        .into_iter()
        .map(|node| (node.location().to_string(), node.location().to_json_pointer()))
        .filter(|(_, pointer)| condition.is_none_or(|text| path_has(pointer, text)))
        .collect();
    if places.is_empty() {
        return Err("matches nothing: the vendor's document has changed, review the action".to_owned());
    }
    if action.is_remove() {
        return apply_to(document, overlay, action, &action.target);
    }
    // One place at a time: an action that one of its places no longer needs is to be narrowed.
    for (path, pointer) in &places {
        if let Some(parameter) = declared_already(document, pointer, action) {
            let steps = steps(pointer);
            let at = steps.get(1..).unwrap_or_default().join(" ");
            return Err(format!(
                "adds the parameter {parameter}, which {at} now declares itself: retire this action"
            ));
        }
        let before = document.pointer(pointer).cloned();
        apply_to(document, overlay, action, path)?;
        if document.pointer(pointer) == before.as_ref() {
            return Err(format!(
                "changes nothing at {pointer}: retire or narrow this action"
            ));
        }
    }
    Ok(())
}

fn apply_to(document: &mut Value, overlay: &Overlay, action: &Action, target: &str) -> Result<(), String> {
    let action = Action {
        target: target.to_owned(),
        ..action.clone()
    };
    let single = Overlay {
        actions: vec![action],
        ..overlay.clone()
    };
    let options = ApplyOptions::ErrorOnZeroMatch | ApplyOptions::ErrorOnMixedKindMatch;
    let applied = single.apply(document, options);
    applied.map(drop).map_err(|error| error.kind.to_string())
}

fn path_has(pointer: &str, text: &Value) -> bool {
    match (steps(pointer).as_slice(), text.as_str()) {
        ([first, path, ..], Some(text)) => first == "paths" && path.contains(text),
        _ => false,
    }
}

/// The first parameter that `action` adds to an operation or a path item and that is declared there already: by the
/// operation, or by its path item.
fn declared_already(document: &Value, pointer: &str, action: &Action) -> Option<String> {
    let identity = |parameter: &Value| {
        let parameter = resolve(document, parameter)?;
        Some((
            parameter.get("name")?.as_str()?.to_owned(),
            parameter.get("in")?.as_str()?.to_owned(),
        ))
    };
    let added = action.update.as_ref()?.get("parameters")?.as_array()?;
    let steps = steps(pointer);
    if steps.first().map(String::as_str) != Some("paths") {
        return None;
    }
    let item = document.get("paths")?.get(steps.get(1)?)?;
    let levels = [item, document.pointer(pointer)?];
    let declared = levels
        .into_iter()
        .filter_map(|level| level["parameters"].as_array());
    let declared: Vec<_> = declared.flatten().filter_map(identity).collect();
    let mut added = added.iter().filter_map(identity);
    let (name, at) = added.find(|added| declared.contains(added))?;
    Some(format!("{name} (in {at})"))
}
