//! The vendor's patterns (ECMA 262 with the `u` flag, as JSON Schema means them) as code that checks them.
//!
//! `^[class]{m,n}$` becomes a set of characters and a count: that is nearly all of them, and what a person's name costs.
//! Any other pattern becomes the table of an automaton. What is checked by neither (a general category in a pattern of
//! another form, say) is an error here and never a wrong answer later.

use std::num::TryFromIntError;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use regex_syntax::ast::{
    Ast, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassUnicode, ClassUnicodeKind, RepetitionKind,
    RepetitionRange, parse::ParserBuilder,
};
use regex_syntax::hir::Hir;

use crate::{
    Error,
    automaton::{Automaton, Symbols, Table},
    ecma,
};

/// Characters, the first and the last of each range.
type Ranges = [(char, char)];

/// The general categories that a class may name whole: name, the ASCII characters in it, its constant in
/// `d1-generated/src/pattern.rs`.
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
    let parsed = ecma::parse(pattern)
        .ok_or_else(|| refuse("it is not regular, or does not mean the same in every dialect".into()))?;
    let ast = ParserBuilder::new()
        .build()
        .parse(pattern)
        .map_err(|error| refuse(error.kind().to_string()))?;
    if let Some(repeated) = Repeated::of(&ast) {
        return repeated.map(|repeated| repeated.tokens(lengths)).map_err(refuse);
    }
    let automaton = automaton(&parsed).map_err(|why| refuse(why.into()))?;
    Ok(quote! {
        static AUTOMATON: crate::pattern::Automaton = #automaton;
        AUTOMATON.accepts(value)
    })
}

/// The pattern as `d1-generated/src/pattern.rs` walks it.
fn automaton(pattern: &Hir) -> Result<TokenStream, &'static str> {
    const TOO_LARGE: &str = "its automaton is too large for a table of bytes";
    let symbols = Symbols::of([pattern]);
    let automaton = Automaton::of(pattern, &symbols).ok_or("it looks around, or is too large")?;
    let table = Table::of(&automaton, symbols.count(), 256).ok_or(TOO_LARGE)?;

    let mut stretches: Vec<_> = symbols.stretches().collect();
    let (_, other) = *stretches
        .iter()
        .rfind(|(first, _)| *first <= 0x80)
        .ok_or(TOO_LARGE)?;
    if stretches
        .iter()
        .any(|(first, symbol)| *first > 0x7F && *symbol != other)
    {
        return Err("it tells characters beyond ASCII apart, outside the form `^[class]{m,n}$`");
    }
    stretches.retain(|(first, _)| *first <= 0x7F);
    let ends = stretches.iter().skip(1).map(|(first, _)| first - 1).chain([0x7F]);
    let symbols = stretches
        .iter()
        .zip(ends)
        .filter(|((_, symbol), _)| *symbol != other);
    let symbols = symbols.map(|(&(first, symbol), last)| {
        let ascii = |code| u8::try_from(code).map(char::from);
        let (first, last) = (ascii(first)?, ascii(last)?);
        let symbol = Literal::u8_unsuffixed(symbol.try_into()?);
        Ok(quote! { (#first, #last, #symbol) })
    });
    let symbols = symbols
        .collect::<Result<Vec<_>, TryFromIntError>>()
        .map_err(|_| TOO_LARGE)?;
    let rows = table.next.iter().map(|row| {
        let bytes: Result<Vec<u8>, _> = row.iter().map(|next| u8::try_from(*next)).collect();
        bytes
            .map(|bytes| Literal::byte_string(&bytes))
            .map_err(|_| TOO_LARGE)
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let accepts = &table.accepts;
    let other = Literal::u8_unsuffixed(u8::try_from(other).map_err(|_| TOO_LARGE)?);
    Ok(quote! {
        crate::pattern::Automaton::new(#other, &[#(#symbols),*], &[#(#rows),*], &[#(#accepts),*])
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
        let item = match &*repetition.ast {
            Ast::ClassBracketed(bracketed) if !bracketed.negated => match &bracketed.kind {
                ClassSet::Item(item) => item.clone(),
                ClassSet::BinaryOp(_) => return Some(Err("set operations are not ECMA 262".into())),
            },
            Ast::ClassPerl(perl) => ClassSetItem::Perl((**perl).clone()),
            Ast::ClassUnicode(unicode) => ClassSetItem::Unicode((**unicode).clone()),
            Ast::Literal(literal) => ClassSetItem::Literal((**literal).clone()),
            _ => return None,
        };
        let mut class = Class::default();
        Some(class.add(&item).map(|()| Self { class, min, max }))
    }

    /// The count is left out where `lengths` says as much.
    fn tokens(&self, lengths: (usize, usize)) -> TokenStream {
        let in_class = self.class.tokens();
        let min = self.min as usize;
        let lower = (min > lengths.0).then(|| quote! { && crate::text::length(value) >= #min });
        let max = self.max.map(|max| max as usize).filter(|max| *max < lengths.1);
        let upper = max.map(|max| quote! { && crate::text::length(value) <= #max });
        quote! {
            static CLASS: crate::pattern::Class = #in_class;
            CLASS.holds_all(value) #lower #upper
        }
    }
}

impl Class {
    fn add(&mut self, item: &ClassSetItem) -> Result<(), String> {
        match item {
            ClassSetItem::Empty(_) => {}
            ClassSetItem::Literal(literal) => self.ranges.push((literal.c, literal.c)),
            ClassSetItem::Range(range) => self.ranges.push((range.start.c, range.end.c)),
            ClassSetItem::Union(union) => return union.items.iter().try_for_each(|item| self.add(item)),
            ClassSetItem::Perl(ClassPerl { negated: true, .. })
            | ClassSetItem::Unicode(ClassUnicode { negated: true, .. }) => {
                return Err("a negated class".into());
            }
            ClassSetItem::Perl(perl) => self.ranges.extend(perl_ranges(&perl.kind)?),
            ClassSetItem::Unicode(unicode) => {
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
            }
            ClassSetItem::Bracketed(_) => return Err("a class inside a class is not ECMA 262".into()),
            ClassSetItem::Ascii(_) => return Err("a POSIX class is not ECMA 262".into()),
        }
        Ok(())
    }

    /// The class as `d1-generated/src/pattern.rs` has it.
    fn tokens(&self) -> TokenStream {
        let mut ranges = self.ranges.clone();
        ranges.sort_unstable();
        ranges.dedup();
        let ranges = ranges.iter().map(|(start, end)| quote! { (#start, #end) });
        let mut categories = self.categories.clone();
        categories.sort_unstable();
        categories.dedup();
        let categories: Vec<_> = categories
            .into_iter()
            .map(|constant| quote::format_ident!("{constant}"))
            .collect();
        let categories = match categories[..] {
            [] => quote! { 0 },
            _ => quote! { #(crate::pattern::#categories)|* },
        };
        quote! { crate::pattern::Class::new(&[#(#ranges),*], #categories) }
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

/// How often what is repeated may stand: at least, and at most.
pub(super) fn bounds(kind: &RepetitionKind) -> (u32, Option<u32>) {
    match kind {
        RepetitionKind::ZeroOrOne => (0, Some(1)),
        RepetitionKind::ZeroOrMore => (0, None),
        RepetitionKind::OneOrMore => (1, None),
        RepetitionKind::Range(RepetitionRange::Exactly(n)) => (*n, Some(*n)),
        RepetitionKind::Range(RepetitionRange::AtLeast(n)) => (*n, None),
        RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (*min, Some(*max)),
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
    fn a_repeated_class_becomes_a_set_of_characters() {
        assert_eq!(
            tokens(r"^[\p{L} '\/-]{1,40}$"),
            "staticCLASS:crate::pattern::Class=crate::pattern::Class::new(&[('',''),('\\'','\\''),('-','-'),('/','/'),\
             ('A','Z'),('a','z')],crate::pattern::LETTER);CLASS.holds_all(value)&&crate::text::length(value)>=1usize&&\
             crate::text::length(value)<=40usize"
        );
    }

    #[test]
    fn any_other_form_becomes_an_automaton() {
        assert_eq!(
            tokens(r"^\d-[ab]?$"),
            "staticAUTOMATON:crate::pattern::Automaton=crate::pattern::Automaton::new(0,\
             &[('-','-',1),('0','9',2),('a','b',3)],\
             &[b\"\\x01\\x01\\x02\\x01\",b\"\\x01\\x01\\x01\\x01\",b\"\\x01\\x03\\x01\\x01\",b\"\\x01\\x01\\x01\\x04\",b\"\\x01\\x01\\x01\\x01\"],\
             &[false,false,false,true,true]);AUTOMATON.accepts(value)"
        );
    }

    #[test]
    fn what_can_be_checked_by_neither_is_refused() {
        for pattern in [
            r"^\s+$",
            r"^\p{Lu}{1,3}$",
            r"^(\p{L}|x)$",
            r"^.b$",
            r"^[a&&b]+$",
            "(?i)a",
            r"\bword",
            "^(?:ab){200}$",
            // No escape of ECMA 262 with the `u` flag.
            r"^[\a]{1,2}$",
        ] {
            assert!(matcher("Some", pattern, (0, 9)).is_err(), "{pattern}");
        }
    }
}
