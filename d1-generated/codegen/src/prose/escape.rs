//! Characters that mean something to Markdown, to rustdoc or to the compiler.

/// The text with nothing in it that a Rust source or a doc comment cannot hold: no control character, no bare carriage
/// return, no character that turns or hides other text.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mapped = text.chars().filter_map(|c| match c {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        c => is_plain(c).then_some(c),
    });
    mapped.collect()
}

/// Whether a character stands for itself, wherever it is shown.
pub(super) fn is_plain(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        // Unicode Standard Annex 9, and the compiler's lint `text_direction_codepoint_in_literal`.
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => false,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}' => false,
        c => !c.is_control(),
    }
}

/// Words of a paragraph: white space is one space, and no mark means anything.
pub(super) fn text(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    let mut marks = words.chars().peekable();
    let mut before = None;
    while let Some(c) = marks.next() {
        let next = marks.peek().copied();
        match c {
            // Within a word, or apart from all words, it emphasises nothing.
            '_' if is_within(before, next) => escaped.push(c),
            c if c.is_whitespace() => {
                while marks.next_if(|c| c.is_whitespace()).is_some() {}
                escaped.push(' ');
            }
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '~' | '|' | '^' | '$' => {
                escaped.extend(['\\', c]);
            }
            '&' if next.is_none_or(|next| next == '#' || next.is_ascii_alphanumeric()) => {
                escaped.extend(['\\', c]);
            }
            // An address in running text is no link.
            ':' if next == Some('/') || (next.is_none() && escaped.ends_with(['p', 's'])) => {
                escaped.extend(['\\', c]);
            }
            c => escaped.push(c),
        }
        before = Some(c);
    }
    escaped
}

fn is_within(before: Option<char>, next: Option<char>) -> bool {
    let (Some(before), Some(next)) = (before, next) else {
        return false;
    };
    let both = |is: fn(char) -> bool| is(before) && is(next);
    both(|c| c.is_ascii_alphanumeric()) || both(|c| c == ' ')
}

/// A line that begins no heading, list, ruling or quotation.
pub(super) fn at_start(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match line[digits..].chars().next() {
        Some('#' | '-' | '+' | '=' | ':') if digits == 0 => format!("\\{line}"),
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &line[..digits], &line[digits..]),
        _ => line.to_owned(),
    }
}

/// A code span: its marks are longer than any in the text.
pub(super) fn code_span(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() {
        return String::new();
    }
    let marks = "`".repeat(longest_run(&text) + 1);
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{marks} {text} {marks}"),
        false => format!("{marks}{text}{marks}"),
    }
}

/// The length of the longest run of backticks.
pub(super) fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A link's target, if it is one that may be kept: `https`, and nothing in it that ends a link.
pub(super) fn target(url: &str) -> Option<String> {
    let kept = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$'+,;=%&".contains(c);
    let rest = url.strip_prefix("https://")?;
    (rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && rest.chars().all(kept))
        .then(|| url.replace('&', "\\&"))
}

/// Text that is shown as it stands.
pub(super) fn code(text: &str) -> String {
    let marks = "`".repeat((longest_run(text) + 1).max(3));
    let text = text.trim_matches('\n');
    match text.trim().is_empty() {
        true => String::new(),
        false => format!("{marks}text\n{text}\n{marks}"),
    }
}
