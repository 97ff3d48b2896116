//! The statements by which progenitor builds a request, turned into ours.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Lit, Token, parse::Parser, parse_quote, punctuated::Punctuated, visit_mut::VisitMut};

/// How progenitor builds a request, as the client does it: on its parsed base URL, of borrowed arguments and a body that
/// is text already.
pub(super) struct Building {
    /// Whether all arguments are our strings, which need not be printed to be read.
    all_texts: bool,
    pub(super) result: syn::Result<()>,
}

impl Building {
    pub(super) fn new(all_texts: bool) -> Self {
        Self {
            all_texts,
            result: Ok(()),
        }
    }
}

impl VisitMut for Building {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(path) if path.path.is_ident("client") => *expr = parse_quote! { self },
            Expr::Macro(call) if call.mac.path.is_ident("format") => {
                match on_base(&call.mac.tokens, self.all_texts) {
                    Ok(url) => *expr = url,
                    Err(error) => self.result = Err(error),
                }
            }
            Expr::Try(tried) => {
                self.visit_expr_mut(&mut tried.expr);
                let tried = &tried.expr;
                *expr = parse_quote! { #tried.map_err(crate::base::unfit)? };
            }
            Expr::MethodCall(call) if call.method == "json" => {
                syn::visit_mut::visit_expr_mut(self, &mut call.receiver);
                let receiver = &call.receiver;
                *expr = parse_quote! {
                    #receiver
                        .header(
                            ::reqwest::header::CONTENT_TYPE,
                            ::reqwest::header::HeaderValue::from_static("application/json"),
                        )
                        .body(body)
                };
            }
            Expr::MethodCall(call) if call.method == "append" => {
                if let Some(Expr::Lit(name)) = call.args.first_mut()
                    && let Lit::Str(name) = &name.lit
                {
                    // Parsed when it is compiled.
                    let name = name.value().to_ascii_lowercase();
                    call.args[0] =
                        parse_quote! { const { ::reqwest::header::HeaderName::from_static(#name) } };
                }
                syn::visit_mut::visit_expr_method_call_mut(self, call);
            }
            Expr::MethodCall(call) if call.method == "to_string" && self.all_texts => {
                call.method = parse_quote! { as_str };
            }
            _ => syn::visit_mut::visit_expr_mut(self, expr),
        }
    }
}

/// `"{}/issuers/{}", client.baseurl, …` of `format!`, on the parsed base URL.
fn on_base(tokens: &TokenStream, all_texts: bool) -> syn::Result<Expr> {
    let mut arguments = Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(tokens.clone())?
        .into_iter();
    let (Some(Expr::Lit(template)), Some(base)) = (arguments.next(), arguments.next()) else {
        return Err(syn::Error::new_spanned(tokens, "a URL of another form"));
    };
    let Lit::Str(template) = &template.lit else {
        return Err(syn::Error::new_spanned(template, "a URL of another form"));
    };
    let template = template.value();
    let Some(path) = template
        .strip_prefix("{}")
        .filter(|_| base.to_token_stream().to_string() == "client . baseurl")
    else {
        return Err(syn::Error::new_spanned(base, "a URL without the base URL"));
    };
    let mut arguments: Vec<Expr> = arguments.collect();
    let mut inner = Building::new(all_texts);
    arguments
        .iter_mut()
        .for_each(|argument| inner.visit_expr_mut(argument));
    inner.result?;
    Ok(parse_quote! { self.base.url(format_args!(#path, #(#arguments),*))? })
}
