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
    /// Types of other modules, by module; and those of them that have a builder.
    shared: [BTreeMap<String, Vec<Ident>>; 2],
    /// Their names, by shape.
    elsewhere: Names,
}

/// Which types are what, for passes over the operations.
#[derive(Default)]
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
        Ok(Self {
            list,
            shared: Default::default(),
            elsewhere: Names::default(),
        })
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

    /// Leaves the types of these names to the modules that have them.
    pub(crate) fn share(&mut self, shared: &BTreeMap<String, String>) {
        let (mine, theirs): (Vec<_>, Vec<_>) = std::mem::take(&mut self.list)
            .into_iter()
            .partition(|ty| !shared.contains_key(&ty.name.to_string()));
        self.list = mine;
        for ty in theirs {
            let name = &ty.name;
            let module = &shared[&name.to_string()];
            let with_builder = usize::from(!ty.builder.is_empty());
            for names in &mut self.shared[..=with_builder] {
                names.entry(module.clone()).or_default().push(name.clone());
            }
            let names = match ty.shape {
                Shape::Text(_) | Shape::Enum(_) => &mut self.elsewhere.texts,
                Shape::Object(_) => &mut self.elsewhere.objects,
                _ => &mut self.elsewhere.shared,
            };
            names.insert(name.to_string());
            self.elsewhere.shared.insert(name.to_string());
        }
    }

    /// The names of the types by their shape.
    pub(crate) fn names(&self) -> Names {
        let of = |has: fn(&Shape) -> bool, others: &HashSet<String>| {
            let types = self.list.iter().filter(|ty| has(&ty.shape));
            let names = types.map(|ty| ty.name.to_string());
            names.chain(others.iter().cloned()).collect()
        };
        Names {
            texts: of(
                |shape| matches!(shape, Shape::Text(_) | Shape::Enum(_)),
                &self.elsewhere.texts,
            ),
            objects: of(|shape| matches!(shape, Shape::Object(_)), &self.elsewhere.objects),
            shared: self.elsewhere.shared.clone(),
        }
    }

    /// Puts the types, what stands beside them and their builders into the module again.
    pub(crate) fn put_back(self, file: &mut File) -> Result<(), Error> {
        let [shared, shared_builders] = self.shared;
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
        for ty in self.list {
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

/// The name that serde gives a field or a variant: its `rename`, else its own.
pub(crate) fn wire_name(attributes: &[syn::Attribute], ident: &Ident) -> String {
    let mut name = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Members that are not `rename` are read over, values and all.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: syn::LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("rename") {
                    name = Some(value.value());
                }
            }
            Ok(())
        });
    }
    name.unwrap_or_else(|| ident.to_string())
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
