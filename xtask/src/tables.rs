//! The Markdown tables in the descriptions of error responses: which error codes an operation answers, and whether to try
//! again. The only reader of them: document and report alike go by what it made.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The columns of an error table, in lower case. `error` says what the body's `error` holds: wording, never parsed. Any
/// other column is wording, too.
const COLUMNS: [&str; 4] = ["errorcode", "error", "retryable", "comments"];

/// The columns of a table in the manner of OAuth, and no other: the code, and what it means. Of none of its errors it says
/// that the same call may be tried again.
const OAUTH_COLUMNS: [&str; 2] = ["error code", "description"];

/// A description: the rows of its tables, and the words around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// The rows of all tables, in their order.
    pub rows: Vec<Row>,
    /// All else, white space apart.
    pub prose: String,
}

/// One row: an error code under a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The error code; `None` for an answer without details.
    pub code: Option<String>,
    /// What the table says of the body's `error`.
    pub error: String,
    /// Whether the same call may be tried again.
    pub retryable: bool,
    /// The comment, if there is one.
    pub comment: Option<String>,
    /// The columns that are not known here, by their names.
    pub others: Vec<(String, String)>,
}

/// Reads a description. No row is ever skipped.
///
/// # Errors
/// A table that cannot be read, and a bar outside of all tables, which may have been meant as one.
pub fn read(description: &str) -> Result<Description, String> {
    let text = without_breaks_alone(description);
    let mut read = Description::default();
    let mut words: Vec<String> = Vec::new();
    let mut table: Option<Table> = None;
    let mut cell: Option<String> = None;
    for (event, place) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Table(_)) => table = Some(Table::default()),
            Event::End(TagEnd::Table) => {
                let rows = table.take().unwrap_or_default().rows;
                if rows.is_empty() {
                    return Err("its error table has no rows".to_owned());
                }
                read.rows.extend(rows);
            }
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => {
                if let (Some(cell), Some(table)) = (cell.take(), &mut table) {
                    table.cells.push(tidy(&cell));
                }
            }
            Event::End(TagEnd::TableHead) => {
                if let Some(table) = &mut table {
                    table.head()?;
                }
            }
            Event::End(TagEnd::TableRow) => {
                if let Some(table) = &mut table
                    && let Some(line) = table.row(text[place].trim())?
                {
                    words.push(line);
                }
            }
            event => {
                let (said, code) = match &event {
                    Event::Text(text) => (text.to_string(), false),
                    Event::Code(text) => (text.to_string(), true),
                    Event::InlineHtml(tag) | Event::Html(tag) => (of_tag(tag).to_owned(), false),
                    Event::SoftBreak | Event::HardBreak | Event::Rule => (" ".to_owned(), false),
                    Event::End(tag) if is_block(tag) => (" ".to_owned(), false),
                    _ => continue,
                };
                match &mut cell {
                    Some(cell) => cell.push_str(&said),
                    None if said.contains('|') && !code => {
                        return Err(format!(
                            "a line with | belongs to no table, which needs a ruling line below its header: {}",
                            tidy(&said)
                        ));
                    }
                    None => words.push(said),
                }
            }
        }
    }
    read.prose = tidy(&words.concat());
    Ok(read)
}

/// The table that is being read.
#[derive(Default)]
struct Table {
    head: Vec<String>,
    /// Where each of [`COLUMNS`] stands, or what stands for it.
    columns: [Option<usize>; COLUMNS.len()],
    /// The cells of the row that is being read.
    cells: Vec<String>,
    rows: Vec<Row>,
}

impl Table {
    fn head(&mut self) -> Result<(), String> {
        self.head = std::mem::take(&mut self.cells);
        let place = |column: &str| {
            self.head
                .iter()
                .position(|head| head.eq_ignore_ascii_case(column))
        };
        if let [Some(code), Some(description)] = OAUTH_COLUMNS.map(place)
            && self.head.len() == OAUTH_COLUMNS.len()
        {
            self.columns = [Some(code), None, None, Some(description)];
            return Ok(());
        }
        for (slot, column) in self.columns.iter_mut().zip(COLUMNS) {
            let mut found = (0..self.head.len()).filter(|at| self.head[*at].eq_ignore_ascii_case(column));
            let has = || self.head.join(", ").to_ascii_lowercase();
            let first = found.next();
            *slot = Some(
                first.ok_or_else(|| format!("its error table has no column {column} (it has: {})", has()))?,
            );
            if found.next().is_some() {
                return Err(format!("its error table has two columns {column}"));
            }
        }
        Ok(())
    }

    /// A row given as its line; a line without a bar below a table is prose, and returned.
    fn row(&mut self, line: &str) -> Result<Option<String>, String> {
        let cells = std::mem::take(&mut self.cells);
        let stated = stated_cells(line);
        if stated == 1 && !line.contains('|') {
            return Ok(Some(format!(" {} ", cells.first().map_or("", String::as_str))));
        }
        // The library fills up a row that is too short, and cuts one that is too long.
        if stated != self.head.len() {
            return Err(format!(
                "a row of its error table has {stated} cells, not {}: {line}",
                self.head.len()
            ));
        }
        let [code, error, retryable, comments] = self
            .columns
            .map(|column| column.map(|column| cells[column].as_str()));
        let code = code.unwrap_or_default();
        let retryable = match retryable.map(str::to_ascii_lowercase).as_deref() {
            Some("yes") => true,
            Some("no") | None => false,
            other => {
                return Err(format!(
                    "its error table says \"{}\" for retryable, neither yes nor no",
                    other.unwrap_or_default()
                ));
            }
        };
        if code.is_empty() {
            return Err(format!(
                "a row of its error table has no error code, not even a -: {line}"
            ));
        }
        let others = self.head.iter().zip(&cells).enumerate();
        let others = others.filter(|(at, _)| !self.columns.contains(&Some(*at)));
        self.rows.push(Row {
            code: some(code),
            error: error.unwrap_or_default().to_owned(),
            retryable,
            comment: comments.and_then(some),
            others: others
                .map(|(_, (name, cell))| (name.clone(), cell.clone()))
                .collect(),
        });
        Ok(None)
    }
}

/// How many cells a line states: its bars, without escaped ones and those around it.
fn stated_cells(line: &str) -> usize {
    let mut bars = Vec::new();
    let mut escaped = false;
    for (at, mark) in line.char_indices() {
        if mark == '|' && !escaped {
            bars.push(at);
        }
        escaped = mark == '\\' && !escaped;
    }
    let around = usize::from(bars.first() == Some(&0)) + usize::from(bars.last() == Some(&(line.len() - 1)));
    (bars.len() + 1).saturating_sub(around)
}

/// A cell's text, nothing for a dash.
fn some(cell: &str) -> Option<String> {
    (!cell.is_empty() && cell != "-").then(|| cell.to_owned())
}

/// A no-break space is white space too.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a tag of HTML says: those that only set type say nothing.
fn of_tag(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    let name = &name[..name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len())];
    match name.to_ascii_lowercase().as_str() {
        "br" | "p" => " ",
        "b" | "strong" | "i" | "em" | "u" | "code" | "tt" | "span" | "sub" | "sup" => "",
        _ => tag,
    }
}

/// A line that holds a break alone would make what follows it a block of HTML, tables included.
fn without_breaks_alone(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let rest = ["<br/>", "<br />", "<br>", "</br>"]
            .iter()
            .fold(line.to_owned(), |line, tag| line.replace(tag, ""));
        if rest.trim().is_empty() {
            String::new()
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_block(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::HtmlBlock
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Bad. The table:\n| errorCode | error | Retryable | Comments |\n|---|---|---|---|\n";

    fn rows(rows: &str) -> Result<Vec<Row>, String> {
        read(&format!("{HEAD}{rows}")).map(|read| read.rows)
    }

    fn row(code: Option<&str>, error: &str, retryable: bool, comment: Option<&str>) -> Row {
        Row {
            code: code.map(str::to_owned),
            error: error.to_owned(),
            retryable,
            comment: comment.map(str::to_owned),
            others: Vec::new(),
        }
    }

    #[test]
    fn a_table_is_read_without_its_markdown() {
        let read = rows(
            "| - | - | no | No details |\n| NOT\\_OK | x \\| y | Yes | one<br>two\u{a0}three |  \n\
             | `IN_CODE` | **z** | no | a&nbsp;`b` |\nA | x | no | y |\n",
        );
        assert_eq!(
            read.unwrap(),
            [
                row(None, "-", false, Some("No details")),
                row(Some("NOT_OK"), "x | y", true, Some("one two three")),
                row(Some("IN_CODE"), "z", false, Some("a b")),
                row(Some("A"), "x", false, Some("y")),
            ]
        );
    }

    #[test]
    fn a_short_ruling_line_a_fifth_column_and_another_order_are_a_table_all_the_same() {
        let table = "One.\n<br/>\n| Comments | Retryable | errorCode | error | Since |\n|--|:-:|--|--|--|\n\
                     | c | no | `A` | e | 2024 |\n\nTwo.";
        let read = read(table).unwrap();
        assert_eq!(read.prose, "One. Two.");
        let others = vec![("Since".to_owned(), "2024".to_owned())];
        assert_eq!(
            read.rows,
            [Row {
                others,
                ..row(Some("A"), "e", false, Some("c"))
            }]
        );
    }

    #[test]
    fn prose_after_a_table_is_prose() {
        let read = read(&format!("{HEAD}| A | x | no | y |\nAnd `a|b` more.")).unwrap_err();
        assert!(read.contains("has 2 cells"), "{read}");
        let read = super::read(&format!("{HEAD}| A | x | no | y |\nAnd more.\n\nA `a|b`.")).unwrap();
        assert_eq!(read.prose, "Bad. The table: And more. A a|b.");
    }

    #[test]
    fn a_table_that_cannot_be_read_is_an_error_never_skipped() {
        let missing = read("| errorCode | error | Comments |\n|---|---|---|\n| - | - | x |\n").unwrap_err();
        assert!(missing.contains("no column retryable"), "{missing}");
        assert!(rows("| A | x | no |\n").unwrap_err().contains("3 cells, not 4"));
        assert!(
            rows("| A | x | no | y | z |\n")
                .unwrap_err()
                .contains("5 cells, not 4")
        );
        assert!(rows("| A | x | maybe | y |\n").unwrap_err().contains("\"maybe\""));
        assert!(
            rows("| A | x | yes (later) | y |\n")
                .unwrap_err()
                .contains("\"yes (later)\"")
        );
        assert!(
            rows("| B | x | no | y |\n\n| A | x | no | y |\n")
                .unwrap_err()
                .contains("belongs to no table")
        );
        assert!(rows("|  | x | no | y |\n").unwrap_err().contains("no error code"));
        assert!(rows("").unwrap_err().contains("no rows"));
        assert!(read("| errorCode | error | Retryable | Comments |\n| A | x | no | y |\n").is_err());
        assert!(read("<div>\n| errorCode | error |\n|---|---|\n</div>").is_err());
    }
}
