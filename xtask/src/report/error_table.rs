//! The Markdown tables in response descriptions: which error codes an operation answers, and whether to try again.

use std::collections::BTreeMap;

use super::Impact;
use super::comparison::Comparison;
use super::location::{At, Pair};
use super::reach::Role;

/// The columns of an error table, in the order of [`Row`]'s members.
const COLUMNS: [&str; 4] = ["errorcode", "error", "retryable", "comments"];

/// Judges the description of a response.
pub(super) fn judge<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    let start = c.notes();
    let read =
        |at: Option<&At<'a>>| Description::read(at.and_then(|at| at.value.as_str()).unwrap_or_default());
    let (old, new) = match (read(pair.before()), read(pair.after())) {
        (Some(old), Some(new)) => (old, new),
        (_, None) => return c.note(role.breaking(), pair.at(), "error table cannot be read: look"),
        (None, _) => {
            return c.note(
                role.breaking(),
                pair.at(),
                "error table could not be read before: look",
            );
        }
    };
    for (key, after) in &new.rows {
        let Some(before) = old.rows.get(key) else {
            let impact = role.impact(Impact::Compatible, Impact::Compatible);
            c.note(impact, pair.at(), format!("new {}", name(key)));
            continue;
        };
        if !before.retryable.eq_ignore_ascii_case(&after.retryable) {
            let what = format!(
                "{}: retryable {} -> {}",
                name(key),
                before.retryable,
                after.retryable
            );
            c.note(role.breaking(), pair.at(), what);
        }
        if before.error != after.error {
            c.note(
                Impact::TextOnly,
                pair.at(),
                format!("{}: error text reworded", name(key)),
            );
        }
        if before.comment != after.comment {
            c.note(
                Impact::TextOnly,
                pair.at(),
                format!("{}: comment reworded", name(key)),
            );
        }
    }
    for key in old.rows.keys().filter(|key| !new.rows.contains_key(*key)) {
        c.note(role.breaking(), pair.at(), format!("{} removed", name(key)));
    }
    if c.notes() == start || old.prose != new.prose {
        super::keyword::text(c, "description", pair);
    }
}

/// A code (`-` for none) and which of several rows with it.
type Key = (String, usize);

fn name((code, nth): &Key) -> String {
    let name = if code == "-" {
        "error row without code".to_owned()
    } else {
        format!("error code {code}")
    };
    if *nth == 0 {
        name
    } else {
        format!("{name} (row {})", nth + 1)
    }
}

struct Row {
    error: String,
    retryable: String,
    comment: String,
}

/// A description, its tables apart from the prose.
struct Description {
    prose: String,
    rows: BTreeMap<Key, Row>,
}

impl Description {
    /// `None` when a table is not one of [`COLUMNS`] or a row has too few or too many cells.
    fn read(text: &str) -> Option<Self> {
        let mut prose = Vec::new();
        let mut rows = BTreeMap::new();
        let mut columns: Option<[usize; 4]> = None;
        for line in text.lines().map(str::trim) {
            let Some(cells) = cells(line) else {
                columns = None;
                prose.extend(line.split_whitespace());
                continue;
            };
            let Some([code, error, retryable, comments]) = columns else {
                columns = Some(header(&cells)?);
                continue;
            };
            if cells.len() != COLUMNS.len() {
                return None;
            }
            let ruler =
                |cell: &String| !cell.is_empty() && cell.chars().all(|mark| mark == '-' || mark == ':');
            if cells.iter().all(|cell| ruler(cell) && cell.len() >= 3) {
                continue;
            }
            let row = Row {
                error: cells[error].clone(),
                retryable: cells[retryable].clone(),
                comment: cells[comments].clone(),
            };
            let plain = cells[code].replace(['\\', '`'], "");
            let mut key = (plain, 0);
            while rows.contains_key(&key) {
                key.1 += 1;
            }
            rows.insert(key, row);
        }
        Some(Self {
            prose: prose.join(" "),
            rows,
        })
    }
}

/// Where each of the columns stands.
fn header(cells: &[String]) -> Option<[usize; 4]> {
    let place = |column: &str| cells.iter().position(|cell| cell.eq_ignore_ascii_case(column));
    let found = [
        place(COLUMNS[0])?,
        place(COLUMNS[1])?,
        place(COLUMNS[2])?,
        place(COLUMNS[3])?,
    ];
    (cells.len() == COLUMNS.len()).then_some(found)
}

/// The cells of a table's line; `None` for any other line. `\|` is a bar inside a cell.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?;
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for mark in inner.chars() {
        match cells.last_mut() {
            Some(cell) if mark != '|' || escaped => cell.push(mark),
            _ => cells.push(String::new()),
        }
        escaped = mark == '\\' && !escaped;
    }
    if cells.last().is_some_and(|last| last.trim().is_empty()) {
        cells.pop();
    }
    Some(
        cells
            .iter()
            .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect(),
    )
}
