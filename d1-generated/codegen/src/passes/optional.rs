//! A property is optional when `required` does not name it, whatever its type: typify gives an optional list or map no
//! `Option`, so that a builder would demand it, and an empty one could not be told from an absent one.

use syn::parse_quote;

use crate::{
    Error,
    tree::{self, Shape, Types},
};

pub(crate) fn apply(types: &mut Types) -> Result<(), Error> {
    for ty in &mut types.list {
        let Shape::Object(item) = &mut ty.shape else {
            continue;
        };
        for field in &mut item.fields {
            let Some(ident) = field.ident.clone() else {
                continue;
            };
            if tree::option_of(&field.ty).is_some() || !has_default(&field.attrs) {
                continue;
            }
            let property = tree::wire_name(&field.attrs, &ident);
            field
                .attrs
                .retain(|attribute| !attribute.path().is_ident("serde"));
            let rename = (ident != property).then(|| quote::quote! { rename = #property, });
            field.attrs.push(
                parse_quote! { #[serde(#rename skip_serializing_if = "::std::option::Option::is_none")] },
            );
            let inner = &field.ty;
            field.ty = parse_quote! { ::std::option::Option<#inner> };
        }
    }
    Ok(())
}

/// typify writes `default` on what need not be there.
fn has_default(attributes: &[syn::Attribute]) -> bool {
    let mut found = false;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("default");
            if meta.input.peek(syn::Token![=]) {
                let _: syn::LitStr = meta.value()?.parse()?;
            }
            Ok(())
        });
    }
    found
}
