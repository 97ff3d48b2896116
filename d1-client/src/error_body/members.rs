//! The members of a JSON object that is not quite one.

use d1_generated::types::ErrorCode;

use super::ErrorBody;

const CODE: &[u8] = b"errorCode";
const TEXT: &[u8] = b"error";

/// Reads UTF-8, or something like it.
pub(super) fn read(body: &[u8]) -> ErrorBody {
    let mut reader = Reader {
        rest: body,
        found: Found::default(),
    };
    reader.skip_blanks();
    while reader.rest.first() == Some(&b'{') {
        if reader.object().is_none() {
            break;
        }
        // Some servers write their body twice.
        reader.skip_blanks();
    }
    let Reader { rest, mut found } = reader;
    if rest.windows(CODE.len()).any(|window| window == CODE) {
        found.code = Code::Contradicted;
    }
    ErrorBody {
        code: match found.code {
            Code::Is(code) => Some(ErrorCode::from(code)),
            Code::Absent | Code::Contradicted => None,
        },
        error: found.text.filter(|text| !text.is_empty()).map(Box::from),
    }
}

#[derive(Default)]
struct Found {
    code: Code,
    text: Option<String>,
}

#[derive(Default)]
enum Code {
    #[default]
    Absent,
    Is(String),
    Contradicted,
}

impl Found {
    fn note_code(&mut self, decoded: Decoded) {
        if decoded.text.is_empty() {
            return;
        }
        let same = match &self.code {
            Code::Absent => decoded.is_clean,
            Code::Is(code) => decoded.is_clean && *code == decoded.text,
            Code::Contradicted => false,
        };
        self.code = if same {
            Code::Is(decoded.text)
        } else {
            Code::Contradicted
        };
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    found: Found,
}

/// `None` where the structure is lost: what stands behind it may be anything.
impl<'a> Reader<'a> {
    fn object(&mut self) -> Option<()> {
        self.take(b'{')?;
        loop {
            self.skip_blanks();
            match self.rest.first()? {
                b',' => self.advance(1),
                b'}' => return self.take(b'}'),
                _ => self.member()?,
            }
        }
    }

    fn member(&mut self) -> Option<()> {
        let name = self.string()?;
        self.skip_blanks();
        self.take(b':')?;
        self.skip_blanks();
        let name = unescaped(name);
        match (name.as_ref(), self.is_at_a_string()) {
            (CODE, true) => match self.string() {
                Some(code) => self.found.note_code(decoded(code)),
                None => {
                    self.found.code = Code::Contradicted;
                    return None;
                }
            },
            (TEXT, true) => self.found.text = Some(decoded(self.string()?).text),
            (TEXT, false) => {
                // The last one counts.
                self.found.text = None;
                self.skip_value()?;
            }
            _ => self.skip_value()?,
        }
        Some(())
    }

    fn is_at_a_string(&self) -> bool {
        matches!(self.rest.first(), Some(b'"' | b'\''))
    }

    /// What stands between the quotes, escapes and all.
    fn string(&mut self) -> Option<&'a [u8]> {
        let quote = *self.rest.first().filter(|_| self.is_at_a_string())?;
        let mut end = 1;
        while end < self.rest.len() {
            match self.rest[end] {
                b'\\' => end += 2,
                byte if byte == quote => {
                    let text = &self.rest[1..end];
                    self.advance(end + 1);
                    return Some(text);
                }
                _ => end += 1,
            }
        }
        // It has no end: there is nothing behind it.
        self.rest = &[];
        None
    }

    /// A string, an array or an object with all that is in it, or a literal, which may be none of JSON's.
    fn skip_value(&mut self) -> Option<()> {
        let mut open = Vec::new();
        loop {
            match self.rest.first() {
                Some(b'"' | b'\'') => drop(self.string()?),
                Some(b'{') => self.open(&mut open, b'}'),
                Some(b'[') => self.open(&mut open, b']'),
                Some(bracket @ (b'}' | b']')) if !open.is_empty() => {
                    if open.pop() != Some(*bracket) {
                        return None;
                    }
                    self.advance(1);
                }
                Some(b',' | b':') if !open.is_empty() => self.advance(1),
                _ => self.skip_literal(),
            }
            if open.is_empty() {
                return Some(());
            }
            if self.rest.is_empty() {
                return None;
            }
        }
    }

    fn open(&mut self, open: &mut Vec<u8>, end: u8) {
        open.push(end);
        self.advance(1);
    }

    fn skip_literal(&mut self) {
        let ends = |byte: &u8| matches!(byte, b',' | b'"' | b'\'' | b'{' | b'}' | b'[' | b']');
        let end = self.rest.iter().position(ends);
        self.advance(end.unwrap_or(self.rest.len()));
    }

    /// White space and control characters.
    fn skip_blanks(&mut self) {
        let end = self.rest.iter().position(|byte| *byte > b' ');
        self.advance(end.unwrap_or(self.rest.len()));
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}

struct Decoded {
    text: String,
    /// Nothing in it had to be replaced.
    is_clean: bool,
}

/// The name of a member, its escapes replaced.
fn unescaped(name: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if name.contains(&b'\\') {
        decoded(name).text.into_bytes().into()
    } else {
        name.into()
    }
}

/// What a string says; what it cannot say is replaced by U+FFFD.
fn decoded(raw: &[u8]) -> Decoded {
    let mut decoded = Decoded {
        text: String::with_capacity(raw.len()),
        is_clean: true,
    };
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        decoded.push_bytes(&rest[..at]);
        rest = decoded.push_escape(&rest[at + 1..]);
    }
    decoded.push_bytes(rest);
    decoded
}

impl Decoded {
    fn push_bytes(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        self.is_clean &= matches!(text, std::borrow::Cow::Borrowed(_));
        self.text.push_str(&text);
    }

    /// Takes what stands behind a backslash, and returns the rest.
    fn push_escape<'a>(&mut self, behind: &'a [u8]) -> &'a [u8] {
        let Some((kind, rest)) = behind.split_first() else {
            self.is_clean = false;
            return behind;
        };
        let c = match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.push_unit(rest),
            _ => {
                // Not an escape: the character stands for itself.
                self.is_clean = false;
                return behind;
            }
        };
        self.text.push(c);
        rest
    }

    /// Takes four hexadecimal digits, and the other half where they are one half of a character.
    fn push_unit<'a>(&mut self, digits: &'a [u8]) -> &'a [u8] {
        let Some((first, rest)) = unit(digits) else {
            return self.replace(digits);
        };
        if let Some(c) = char::from_u32(first.into()) {
            self.text.push(c);
            return rest;
        }
        let second = rest.strip_prefix(b"\\u").and_then(unit);
        if let Some((second, behind)) = second
            && let Some(Ok(c)) = char::decode_utf16([first, second]).next()
        {
            self.text.push(c);
            return behind;
        }
        self.replace(rest)
    }

    fn replace<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        self.text.push(char::REPLACEMENT_CHARACTER);
        self.is_clean = false;
        rest
    }
}

fn unit(digits: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = digits.split_at_checked(4)?;
    let mut unit = 0;
    for digit in digits {
        unit = unit << 4 | u16::try_from(char::from(*digit).to_digit(16)?).ok()?;
    }
    Some((unit, rest))
}
