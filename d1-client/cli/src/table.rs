//! Tables for people: columns that line up, and nothing that moves the cursor.

use std::{fmt::Write as _, path::Path};

use anstyle::Style;

/// A cell, and its style on a terminal.
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self::styled(text, Style::new())
    }

    pub(crate) fn styled(text: impl AsRef<str>, style: Style) -> Self {
        Self {
            text: printable(text.as_ref()),
            style,
        }
    }
}

/// Rows below a heading, with two blanks between columns and no line break at the end.
pub(crate) fn table(heading: &[&str], rows: Vec<Vec<Cell>>) -> String {
    let bold = Style::new().bold();
    let heading = heading.iter().map(|name| Cell::styled(name, bold)).collect();
    let rows: Vec<Vec<Cell>> = std::iter::once(heading).chain(rows).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| cell.text.chars().count())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut line = String::new();
        for (number, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let Cell { text, style } = cell;
            let blanks = if number + 1 == row.len() {
                0
            } else {
                width + 2 - text.chars().count()
            };
            // Writing to a text cannot fail.
            let _ = write!(line, "{style}{text}{style:#}{:blanks$}", "");
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// A path as it may be printed.
pub(crate) fn place(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// The text with control characters, and those that turn the direction of writing, as escapes.
pub(crate) fn printable(text: &str) -> String {
    let is_unsafe = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars()
        .fold(String::with_capacity(text.len()), |mut shown, character| {
            if is_unsafe(character) {
                shown.extend(character.escape_unicode());
            } else {
                shown.push(character);
            }
            shown
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_controls_are_escaped() {
        let rows = vec![
            vec![Cell::new("a\u{1b}[2J"), Cell::new("one")],
            vec![Cell::new("bb"), Cell::new("two")],
        ];
        let text = table(&["ID", "N"], rows);
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(plain, "ID          N\na\\u{1b}[2J  one\nbb          two");
    }

    #[test]
    fn text_cannot_turn_its_direction() {
        assert_eq!(printable("a\u{202e}b\r\n"), "a\\u{202e}b\\u{d}\\u{a}");
    }
}
