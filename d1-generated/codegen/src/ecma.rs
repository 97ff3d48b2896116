//! ECMA 262 patterns, as the vendor writes them, in the words of `regex-syntax`.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

/// Parses an ECMA 262 pattern with the `u` flag; `None` when it is not regular, or not certain to mean the same here.
#[must_use]
pub fn parse(pattern: &str) -> Option<Hir> {
    // It means something here, and nothing in ECMA 262.
    if pattern.contains("{,") {
        return None;
    }
    ParserBuilder::new().build().parse(&translate(pattern)?).ok()
}

/// The same pattern with the classes that differ between the two dialects spelt out.
fn translate(pattern: &str) -> Option<String> {
    // ECMA 262, CharacterClassEscape: digits and word characters are ASCII, white space is its own list.
    const DIGIT: &str = "0-9";
    const WORD: &str = "A-Za-z0-9_";
    const SPACE: &str =
        r"\t\n\x0B\x0C\r\x20\u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";
    let mut out = String::with_capacity(pattern.len());
    let mut marks = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(mark) = marks.next() {
        match mark {
            '\\' => match marks.next()? {
                'd' => out.push_str(&format!("[{DIGIT}]")),
                'D' => out.push_str(&format!("[^{DIGIT}]")),
                'w' => out.push_str(&format!("[{WORD}]")),
                'W' => out.push_str(&format!("[^{WORD}]")),
                's' => out.push_str(&format!("[{SPACE}]")),
                'S' => out.push_str(&format!("[^{SPACE}]")),
                '/' => out.push('/'),
                // Control letters, NUL and backspace are spelt in ways of their own.
                'c' | '0' => return None,
                'b' if in_class => return None,
                // Only what both dialects read alike.
                known @ ('p' | 'P' | 'n' | 'r' | 't' | 'v' | 'f' | 'x' | 'u' | 'b' | 'B') => {
                    out.extend(['\\', known])
                }
                literal if literal.is_ascii_punctuation() => {
                    out.push_str(&regex_syntax::escape(&literal.to_string()))
                }
                _ => return None,
            },
            // Groups are plain or named; inline flags are none in ECMA 262.
            '(' if !in_class => {
                out.push('(');
                if marks.next_if_eq(&'?').is_some() {
                    out.push('?');
                    if !matches!(marks.peek(), Some(':' | '<')) {
                        return None;
                    }
                }
            }
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                if marks.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                // An empty class is an error here.
                if marks.peek() == Some(&']') {
                    return None;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            // Set operations here, characters there.
            '[' | '&' | '~' if in_class => out.extend(['\\', mark]),
            '-' if in_class && marks.peek() == Some(&'-') => return None,
            '.' if !in_class => out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            _ => out.push(mark),
        }
    }
    Some(out)
}
