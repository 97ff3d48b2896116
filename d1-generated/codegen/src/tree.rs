//! The generated `types` module as something a pass can work on: one [`Type`] per item, what progenitor wrote for it
//! besides, and what the passes add.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::TokenStream;
use quote::ToTokens;
use serde_json::Value;
use syn::{Fields, File, Ident, Item, ItemEnum, ItemMod, ItemStruct, Meta};

use crate::error::Error;

/// Every type of the generated `types` module, in its order.
pub(crate) struct Types {
    pub(crate) list: Vec<Type>,
}

/// Which types are what, for passes over the operations.
pub(crate) struct Names {
    /// Strings and enums: what has an `as_str`.
    pub(crate) texts: HashSet<String>,
    pub(crate) objects: HashSet<String>,
    /// Those of them that are another module's.
    pub(crate) shared: HashSet<String>,
}

/// One generated type.
pub(crate) struct Type {
    pub(crate) name: Ident,
    pub(crate) shape: Shape,
    /// What belongs beside it: impls, by the passes or by typify.
    pub(crate) beside: Vec<Item>,
    /// Its builder in `types::builder`, written by the builders pass.
    pub(crate) builder: Vec<Item>,
}

/// What kind of type it is.
pub(crate) enum Shape {
    /// A struct with named fields: an object of the document.
    Object(ItemStruct),
    /// A newtype over `String`.
    Text(ItemStruct),
    /// An enum of the document's values, which the enums pass makes of a text.
    Enum(ItemEnum),
    /// Anything else, left as typify wrote it.
    Other(Item),
}

impl Types {
    /// Takes the items of `types` out of the file, leaving the module empty. typify's impls for strings and enums, its
    /// builders and its error type are dropped: the passes write their own.
    pub(crate) fn take(file: &mut File) -> Result<Self, Error> {
        let items = std::mem::take(items_of(file, "types")?);
        let mut list: Vec<Type> = Vec::new();
        for item in items {
            match item {
                Item::Struct(item) => list.push(Type::new(item.ident.clone(), shape_of_struct(item))),
                Item::Enum(item) => list.push(Type::new(item.ident.clone(), Shape::Other(Item::Enum(item)))),
                Item::Impl(item) => {
                    let owner = list.iter_mut().rev().find(|ty| concerns(&item, &ty.name));
                    let Some(owner) = owner else {
                        return Err(syn::Error::new_spanned(&item, "an impl of no type before it").into());
                    };
                    if let Shape::Other(_) = owner.shape {
                        owner.beside.push(Item::Impl(item));
                    }
                }
                Item::Mod(module) if module.ident == "builder" || module.ident == "error" => {}
                other => return Err(syn::Error::new_spanned(&other, "an item that no pass knows").into()),
            }
        }
        Ok(Self { list })
    }

    /// Every type is one that the document names, with its rules: no other may come of the generators.
    pub(crate) fn are_all_known(&self, document: &Value) -> Result<(), Error> {
        match self.list.iter().find(|ty| ty.schema(document).is_none()) {
            Some(unknown) => Err(Error::Document(format!(
                "the type `{}` was generated of no schema with a name",
                unknown.name
            ))),
            None => Ok(()),
        }
    }

    /// Every field of an object, with the property that it is and the schema of the object.
    pub(crate) fn fields<'a>(
        &'a mut self,
        document: &'a Value,
    ) -> impl Iterator<Item = (&'a mut syn::Field, String, &'a Value)> {
        let objects = self.list.iter_mut().filter_map(|ty| {
            let schema = ty.schema(document)?;
            match &mut ty.shape {
                Shape::Object(item) => Some((item, schema)),
                _ => None,
            }
        });
        objects.flat_map(|(item, schema)| {
            item.fields.iter_mut().filter_map(move |field| {
                let property = wire_name(&field.attrs, field.ident.as_ref()?);
                Some((field, property, schema))
            })
        })
    }

    /// The names of the types by their shape; those in `shared` are another module's.
    pub(crate) fn names(&self, shared: &BTreeMap<String, String>) -> Names {
        let of = |has: fn(&Shape) -> bool| {
            let types = self.list.iter().filter(|ty| has(&ty.shape));
            types.map(|ty| ty.name.to_string()).collect()
        };
        let mut all: HashSet<String> = of(|_| true);
        all.retain(|name| shared.contains_key(name));
        Names {
            texts: of(|shape| matches!(shape, Shape::Text(_) | Shape::Enum(_))),
            objects: of(|shape| matches!(shape, Shape::Object(_))),
            shared: all,
        }
    }

    /// Puts the types, what stands beside them and their builders into the module again; those in `shared` are left to the
    /// modules that have them.
    pub(crate) fn put_back(self, file: &mut File, shared: &BTreeMap<String, String>) -> Result<(), Error> {
        let (theirs, mine): (Vec<_>, Vec<_>) = self
            .list
            .into_iter()
            .partition(|ty| shared.contains_key(&ty.name.to_string()));
        // Those of them that have a builder are a second list.
        let mut names: [BTreeMap<String, Vec<Ident>>; 2] = Default::default();
        for ty in theirs {
            let module = &shared[&ty.name.to_string()];
            for names in &mut names[..=usize::from(!ty.builder.is_empty())] {
                names.entry(module.clone()).or_default().push(ty.name.clone());
            }
        }
        let [shared, shared_builders] = names;
        let uses = |shared: BTreeMap<String, Vec<Ident>>, from: TokenStream| {
            shared.into_iter().map(move |(module, names)| -> Item {
                let module = quote::format_ident!("{module}");
                syn::parse_quote! { pub use super::super::#module::#from::{#(#names),*}; }
            })
        };
        let mut builders: Vec<Item> = uses(shared_builders, quote::quote! { types::builder })
            .map(one_up)
            .collect();
        let items = items_of(file, "types")?;
        items.extend(uses(shared, quote::quote! { types }));
        for ty in mine {
            items.push(match ty.shape {
                Shape::Object(item) | Shape::Text(item) => Item::Struct(item),
                Shape::Enum(item) => Item::Enum(item),
                Shape::Other(item) => item,
            });
            items.extend(ty.beside);
            builders.extend(ty.builder);
        }
        items.push(syn::parse_quote! {
            /// Builders of the types; a setter takes whatever converts into its field.
            pub mod builder { #(#builders)* }
        });
        Ok(())
    }
}

impl Type {
    fn new(name: Ident, shape: Shape) -> Self {
        Self {
            name,
            shape,
            beside: Vec::new(),
            builder: Vec::new(),
        }
    }

    /// Its attributes; `None` of what has none that matter.
    pub(crate) fn attributes(&mut self) -> Option<&mut Vec<syn::Attribute>> {
        match &mut self.shape {
            Shape::Object(item) | Shape::Text(item) | Shape::Other(Item::Struct(item)) => {
                Some(&mut item.attrs)
            }
            Shape::Enum(item) | Shape::Other(Item::Enum(item)) => Some(&mut item.attrs),
            Shape::Other(_) => None,
        }
    }

    /// Adds the items that `tokens` hold beside the type.
    pub(crate) fn add(&mut self, tokens: TokenStream) -> Result<(), Error> {
        self.beside.extend(parse_items(tokens)?);
        Ok(())
    }

    /// The schema of the document that this type was made from.
    pub(crate) fn schema<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        document
            .pointer("/components/schemas")?
            .get(self.name.to_string())
    }
}

/// The items of a top-level module of the generated file.
pub(crate) fn items_of<'a>(file: &'a mut File, module: &str) -> Result<&'a mut Vec<Item>, Error> {
    file.items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(ItemMod {
                ident,
                content: Some((_, items)),
                ..
            }) if ident == module => Some(items),
            _ => None,
        })
        .ok_or_else(|| Error::Document(format!("progenitor wrote no module `{module}`")))
}

/// The items that `tokens` hold.
pub(crate) fn parse_items(tokens: TokenStream) -> Result<Vec<Item>, Error> {
    Ok(syn::parse2::<File>(tokens)?.items)
}

/// What the attributes of serde say: its words, each with the text that it is given.
pub(crate) fn serde_words(attributes: &[syn::Attribute]) -> Vec<(String, Option<String>)> {
    let mut words = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // What has another form is none of those that are asked for.
        let _ = attribute.parse_nested_meta(|meta| {
            let text = match meta.input.peek(syn::Token![=]) {
                true => Some(meta.value()?.parse::<syn::LitStr>()?.value()),
                false => None,
            };
            words.push((meta.path.require_ident()?.to_string(), text));
            Ok(())
        });
    }
    words
}

/// The name that serde gives a field or a variant: its `rename`, else its own.
pub(crate) fn wire_name(attributes: &[syn::Attribute], ident: &Ident) -> String {
    let renamed = serde_words(attributes)
        .into_iter()
        .rfind(|(word, _)| word == "rename");
    renamed
        .and_then(|(_, name)| name)
        .unwrap_or_else(|| ident.to_string())
}

/// The functions of the client itself, not those of a trait.
pub(crate) fn functions_of_client(file: &mut File) -> impl Iterator<Item = &mut syn::ImplItemFn> {
    let impls = file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(item),
        _ => None,
    });
    impls
        .flat_map(|item| &mut item.items)
        .filter_map(|member| match member {
            syn::ImplItem::Fn(function) => Some(function),
            _ => None,
        })
}

/// The `T` of an `Option<T>`.
pub(crate) fn option_of(ty: &syn::Type) -> Option<&syn::Type> {
    argument_of(ty, "Option")
}

/// The `T` of a `Vec<T>`.
pub(crate) fn vec_of(ty: &syn::Type) -> Option<&syn::Type> {
    argument_of(ty, "Vec")
}

/// Replaces what a type derives: `remove` goes, `add` comes in front.
pub(crate) fn derive(
    attributes: &mut [syn::Attribute],
    remove: &[&str],
    add: &[TokenStream],
) -> Result<(), Error> {
    for attribute in attributes
        .iter_mut()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        let Meta::List(list) = &attribute.meta else {
            continue;
        };
        let paths =
            list.parse_args_with(syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated)?;
        let kept = paths.iter().filter(|path| {
            let last = path.segments.last().map(|segment| segment.ident.to_string());
            !last.is_some_and(|last| remove.contains(&last.as_str()))
        });
        *attribute = syn::parse_quote! { #[derive(#(#add,)* #(#kept),*)] };
    }
    Ok(())
}

fn argument_of<'a>(ty: &'a syn::Type, wrapper: &str) -> Option<&'a syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == wrapper)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn shape_of_struct(item: ItemStruct) -> Shape {
    let text = match &item.fields {
        Fields::Named(_) => return Shape::Object(item),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed[0]
            .ty
            .to_token_stream()
            .to_string()
            .ends_with("String"),
        _ => false,
    };
    if text {
        Shape::Text(item)
    } else {
        Shape::Other(Item::Struct(item))
    }
}

/// A `use` of what stands below `super`, seen from a module within.
fn one_up(item: Item) -> Item {
    match item {
        Item::Use(item) => {
            let tree = item.tree;
            syn::parse_quote! { pub use super::#tree; }
        }
        other => other,
    }
}

/// Whether an impl is of `name`, or converts it into something.
fn concerns(item: &syn::ItemImpl, name: &Ident) -> bool {
    let is_name = |path: &syn::Path| path.segments.last().is_some_and(|segment| segment.ident == *name);
    let of_it = matches!(&*item.self_ty, syn::Type::Path(path) if is_name(&path.path));
    let from_it = item
        .to_token_stream()
        .to_string()
        .contains(&format!("From < {name} >"));
    of_it || from_it
}
