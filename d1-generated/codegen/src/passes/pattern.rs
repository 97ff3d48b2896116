//! The vendor's patterns (ECMA 262 with the `u` flag, as JSON Schema means them) as code that checks them.
//!
//! `^[class]{m,n}$` becomes a `match` on every character and a count: that is nearly all of them, and what a person's
//! name costs. Any other pattern is handed to the `regex` crate, translated; one that needs more than ASCII there, or
//! that means something else in the two dialects, is an error here and never a wrong answer later.

use proc_macro2::TokenStream;
use quote::quote;
use regex_syntax::ast::{
    Ast, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicodeKind, LiteralKind, RepetitionKind,
    RepetitionRange, parse::ParserBuilder,
};

use crate::Error;

/// Characters, the first and the last of each range.
type Ranges = [(char, char)];

/// The general categories that a class may name whole: name, the ASCII characters in it, its constant in
/// `d1-generated/src/text.rs`.
const CATEGORIES: [(&str, &Ranges, &str); 3] = [
    ("L", &[('A', 'Z'), ('a', 'z')], "LETTER"),
    ("M", &[], "MARK"),
    ("N", &[('0', '9')], "NUMBER"),
];

/// An expression over `value: &str` that is true where `pattern` matches, given that the value is `lengths` characters
/// long; `place` is for the error.
pub(crate) fn matcher(place: &str, pattern: &str, lengths: (usize, usize)) -> Result<TokenStream, Error> {
    let refuse = |why: String| Error::Pattern {
        place: place.into(),
        pattern: pattern.into(),
        why,
    };
    let ast = ParserBuilder::new()
        .build()
        .parse(pattern)
        .map_err(|error| refuse(error.kind().to_string()))?;
    if let Some(repeated) = Repeated::of(&ast) {
        return repeated.map(|repeated| repeated.tokens(lengths)).map_err(refuse);
    }
    let translated = translate(&ast).map_err(refuse)?;
    regex_syntax::ast::parse::Parser::new()
        .parse(&translated)
        .map_err(|error| refuse(error.kind().to_string()))?;
    Ok(quote! {
        static PATTERN: ::std::sync::LazyLock<::std::option::Option<::regex::Regex>> =
            ::std::sync::LazyLock::new(|| ::regex::Regex::new(#translated).ok());
        // It was parsed when this was generated; one that did not compile would let nothing through.
        PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(value))
    })
}

/// `^[class]{min,max}$`.
struct Repeated {
    class: Class,
    min: u32,
    max: Option<u32>,
}

/// A set of characters: ASCII and other ranges, and whole general categories.
#[derive(Default)]
struct Class {
    ranges: Vec<(char, char)>,
    categories: Vec<&'static str>,
}

impl Repeated {
    /// `None` where the pattern has another form; an error where it has this form and holds what is not supported.
    fn of(ast: &Ast) -> Option<Result<Self, String>> {
        let Ast::Concat(concat) = ast else { return None };
        let [
            Ast::Assertion(start),
            Ast::Repetition(repetition),
            Ast::Assertion(end),
        ] = &concat.asts[..]
        else {
            return None;
        };
        use regex_syntax::ast::AssertionKind::{EndLine, StartLine};
        if start.kind != StartLine || end.kind != EndLine || !repetition.greedy {
            return None;
        }
        let (min, max) = bounds(&repetition.op.kind);
        let mut class = Class::default();
        let read = match &*repetition.ast {
            Ast::ClassBracketed(bracketed) if !bracketed.negated => class.add_set(&bracketed.kind),
            Ast::ClassPerl(_) | Ast::ClassUnicode(_) | Ast::Literal(_) => class.add_ast(&repetition.ast),
            _ => return None,
        };
        Some(read.map(|()| Self { class, min, max }))
    }

    /// The count is left out where `lengths` says as much.
    fn tokens(&self, lengths: (usize, usize)) -> TokenStream {
        let in_class = self.class.tokens();
        let min = self.min as usize;
        let lower = (min > lengths.0).then(|| quote! { && crate::text::length(value) >= #min });
        let max = self.max.map(|max| max as usize).filter(|max| *max < lengths.1);
        let upper = max.map(|max| quote! { && crate::text::length(value) <= #max });
        quote! { value.chars().all(|c| #in_class) #lower #upper }
    }
}

impl Class {
    fn add_set(&mut self, set: &ClassSet) -> Result<(), String> {
        match set {
            ClassSet::Item(item) => self.add_item(item),
            ClassSet::BinaryOp(_) => Err("set operations are not ECMA 262".into()),
        }
    }

    fn add_item(&mut self, item: &ClassSetItem) -> Result<(), String> {
        match item {
            ClassSetItem::Empty(_) => Ok(()),
            ClassSetItem::Literal(literal) => self.add_range(literal.c, literal.c),
            ClassSetItem::Range(range) => self.add_range(range.start.c, range.end.c),
            ClassSetItem::Union(union) => union.items.iter().try_for_each(|item| self.add_item(item)),
            ClassSetItem::Perl(perl) => self.add_ast(&Ast::ClassPerl(Box::new(perl.clone()))),
            ClassSetItem::Unicode(unicode) => self.add_ast(&Ast::ClassUnicode(Box::new(unicode.clone()))),
            ClassSetItem::Bracketed(_) => Err("a class inside a class is not ECMA 262".into()),
            ClassSetItem::Ascii(_) => Err("a POSIX class is not ECMA 262".into()),
        }
    }

    fn add_ast(&mut self, ast: &Ast) -> Result<(), String> {
        match ast {
            Ast::Literal(literal) => self.add_range(literal.c, literal.c),
            Ast::ClassPerl(perl) if !perl.negated => perl_ranges(&perl.kind)?
                .iter()
                .try_for_each(|&(start, end)| self.add_range(start, end)),
            Ast::ClassUnicode(unicode) if !unicode.negated => {
                let name = match &unicode.kind {
                    ClassUnicodeKind::OneLetter(letter) => letter.to_string(),
                    ClassUnicodeKind::Named(name) => name.clone(),
                    ClassUnicodeKind::NamedValue { value, .. } => value.clone(),
                };
                let known = CATEGORIES.iter().find(|(short, ..)| *short == name);
                let (_, ascii, constant) =
                    known.ok_or_else(|| format!("the general category `{name}` is not among L, M and N"))?;
                self.ranges.extend(*ascii);
                self.categories.push(constant);
                Ok(())
            }
            _ => Err("a negated class".into()),
        }
    }

    fn add_range(&mut self, start: char, end: char) -> Result<(), String> {
        self.ranges.push((start, end));
        Ok(())
    }

    /// Whether the character `c` is in the class.
    fn tokens(&self) -> TokenStream {
        let mut ranges = self.ranges.clone();
        ranges.sort_unstable();
        ranges.dedup();
        let arms = ranges.iter().map(|&(start, end)| match start == end {
            true => quote! { #start },
            false => quote! { #start..=#end },
        });
        let listed = quote! { matches!(c, #(#arms)|*) };
        if self.categories.is_empty() {
            return listed;
        }
        let mut categories = self.categories.clone();
        categories.sort_unstable();
        categories.dedup();
        let categories = categories
            .into_iter()
            .map(|constant| quote::format_ident!("{constant}"));
        quote! { #listed || (!c.is_ascii() && crate::text::category(c) & (#(crate::text::#categories)|*) != 0) }
    }
}

/// `\d` and `\w` are ASCII in ECMA 262; `\s` holds characters that the other dialect lacks.
fn perl_ranges(kind: &ClassPerlKind) -> Result<&'static Ranges, String> {
    match kind {
        ClassPerlKind::Digit => Ok(&[('0', '9')]),
        ClassPerlKind::Word => Ok(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        ClassPerlKind::Space => Err("`\\s` means different characters in the two dialects".into()),
    }
}

fn bounds(kind: &RepetitionKind) -> (u32, Option<u32>) {
    match kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(n)) => (*n, Some(*n)),
        RepetitionKind::Range(RepetitionRange::AtLeast(n)) => (*n, None),
        RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (*min, Some(*max)),
    }
}

/// The same language for the `regex` crate without its Unicode tables: only what both dialects agree on, ASCII.
fn translate(ast: &Ast) -> Result<String, String> {
    use regex_syntax::ast::AssertionKind::{EndLine, StartLine};
    Ok(match ast {
        Ast::Empty(_) => String::new(),
        Ast::Literal(literal)
            if matches!(
                literal.kind,
                LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous
            ) =>
        {
            escape(literal.c)?
        }
        Ast::Assertion(assertion) if assertion.kind == StartLine => "^".into(),
        Ast::Assertion(assertion) if assertion.kind == EndLine => "$".into(),
        Ast::ClassPerl(perl) if !perl.negated => bracket(perl_ranges(&perl.kind)?)?,
        Ast::ClassBracketed(bracketed) if !bracketed.negated => {
            let mut class = Class::default();
            class.add_set(&bracketed.kind)?;
            if !class.categories.is_empty() {
                return Err("a general category outside the form `^[class]{m,n}$`".into());
            }
            bracket(&class.ranges)?
        }
        Ast::Repetition(repetition) => {
            let (min, max) = bounds(&repetition.op.kind);
            let max = max.map(|max| max.to_string()).unwrap_or_default();
            format!("(?:{}){{{min},{max}}}", translate(&repetition.ast)?)
        }
        Ast::Group(group) => format!("(?:{})", translate(&group.ast)?),
        Ast::Alternation(alternation) => alternation
            .asts
            .iter()
            .map(translate)
            .collect::<Result<Vec<_>, _>>()?
            .join("|"),
        Ast::Concat(concat) => concat.asts.iter().map(translate).collect::<Result<String, _>>()?,
        other => return Err(format!("`{other}` is not something both dialects read alike")),
    })
}

fn bracket(ranges: &Ranges) -> Result<String, String> {
    let mut class = String::from("[");
    for &(start, end) in ranges {
        class.push_str(&escape(start)?);
        if end != start {
            class.push('-');
            class.push_str(&escape(end)?);
        }
    }
    class.push(']');
    Ok(class)
}

fn escape(c: char) -> Result<String, String> {
    match c {
        c if c.is_ascii_alphanumeric() => Ok(c.to_string()),
        c if c.is_ascii_graphic() => Ok(format!("\\{c}")),
        ' ' => Ok(" ".into()),
        c => Err(format!(
            "the character U+{:04X}, outside printable ASCII",
            u32::from(c)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(pattern: &str) -> String {
        matcher("Some", pattern, (0, usize::MAX))
            .unwrap()
            .to_string()
            .replace(' ', "")
    }

    #[test]
    fn a_repeated_class_becomes_a_match_on_characters() {
        assert_eq!(
            tokens(r"^[\p{L} '\/-]{1,40}$"),
            "value.chars().all(|c|matches!(c,''|'\\''|'-'|'/'|'A'..='Z'|'a'..='z')||(!c.is_ascii()&&\
             crate::text::category(c)&(crate::text::LETTER)!=0))&&crate::text::length(value)>=1usize&&crate::text::length(value)<=40usize"
        );
    }

    #[test]
    fn any_other_form_is_translated_with_ascii_digits() {
        let date = tokens(r"^\d{4}-(0[1-9]|1[012])$");
        assert!(
            date.contains(r#""^(?:[0-9]){4,4}\\-(?:0[1-9]|1[012])$""#),
            "{date}"
        );
    }

    #[test]
    fn what_the_dialects_read_differently_is_refused() {
        for pattern in [
            r"^\s+$",
            r"^\p{Lu}{1,3}$",
            r"^(\p{L}|x)$",
            r"^[^a]{1,2}b$",
            r"^[a&&b]+$",
            "(?i)a",
            r"\bword",
        ] {
            assert!(matcher("Some", pattern, (0, 9)).is_err(), "{pattern}");
        }
    }
}
