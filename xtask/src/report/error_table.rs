//! The error tables in response descriptions, as [`tables`] reads them.

use std::collections::BTreeMap;

use super::comparison::Comparison;
use super::location::{Located, Pair};
use super::usage::Role;
use super::{Impact, Rule};
use crate::tables::{self, Row};

/// Compares the description of a response.
pub(super) fn compare<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    let start = c.notes();
    let read =
        |at: Option<&Located<'a>>| tables::read(at.and_then(|at| at.value.as_str()).unwrap_or_default());
    let (old, new) = match (read(pair.before()), read(pair.after())) {
        (Ok(old), Ok(new)) => (old, new),
        (_, new) => {
            let when = new.map_or("cannot be read", |_| "could not be read before");
            let what = format!("error table {when}: review it");
            return c.note_as(Rule::ErrorTableUnreadable, role.breaking(), pair.at(), what);
        }
    };
    let at = pair.at();
    let (old_rows, new_rows) = (by_code(&old.rows), by_code(&new.rows));
    for (key, after) in &new_rows {
        let Some(before) = old_rows.get(key) else {
            let what = format!("new {}", name(key));
            c.note_of(Rule::ErrorCodeAdded, Impact::Compatible, at, what, code(key));
            continue;
        };
        if before.retryable != after.retryable {
            let words = |row: &Row| if row.retryable { "yes" } else { "no" };
            let what = format!("{}: retryable {} -> {}", name(key), words(before), words(after));
            c.note_of(Rule::ErrorCodeRetryable, role.breaking(), at, what, code(key));
        }
        for (differs, what) in [
            (before.error != after.error, "error text reworded"),
            (before.comment != after.comment, "comment reworded"),
            (before.others != after.others, "another column reworded"),
        ] {
            if differs {
                c.note(Rule::TextChanged, pair.at(), format!("{}: {what}", name(key)));
            }
        }
    }
    for key in old_rows.keys().filter(|key| !new_rows.contains_key(*key)) {
        let what = format!("{} removed", name(key));
        c.note_of(Rule::ErrorCodeRemoved, role.breaking(), at, what, code(key));
    }
    if c.notes() == start || old.prose != new.prose {
        super::keyword::text(c, "description", pair);
    }
}

/// A code (`-` for none) and which of several rows with it.
type Key = (String, usize);

fn by_code(rows: &[Row]) -> BTreeMap<Key, &Row> {
    let mut by_code = BTreeMap::new();
    for row in rows {
        let mut key = (row.code.clone().unwrap_or_else(|| "-".to_owned()), 0);
        while by_code.contains_key(&key) {
            key.1 += 1;
        }
        by_code.insert(key, row);
    }
    by_code
}

fn code((code, _): &Key) -> Option<&str> {
    (code != "-").then_some(code)
}

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
