//! The vendor's descriptions as rustdoc: their HTML becomes Markdown.

use syn::{Attribute, Expr, File, Lit, Meta, visit_mut::VisitMut};

/// What the vendor writes, and what rustdoc understands.
const MARKUP: [(&str, &str); 5] = [
    ("<br/>", "\n\n"),
    ("<br>", "\n\n"),
    ("</br>", "\n\n"),
    ("<b>", "**"),
    ("</b>", "**"),
];

pub(crate) fn apply(file: &mut File) {
    Markdown.visit_file_mut(file);
}

struct Markdown;

impl VisitMut for Markdown {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let Meta::NameValue(doc) = &mut attribute.meta else {
            return;
        };
        if !doc.path.is_ident("doc") {
            return;
        }
        let Expr::Lit(value) = &mut doc.value else { return };
        let Lit::Str(text) = &mut value.lit else { return };
        let mut markdown = text.value();
        for (from, to) in MARKUP {
            markdown = markdown.replace(from, to);
        }
        let lines: Vec<_> = markdown
            .trim()
            .lines()
            .map(|line| format!(" {}", line.trim_end()))
            .collect();
        *text = syn::LitStr::new(lines.join("\n").trim_end(), text.span());
    }
}
