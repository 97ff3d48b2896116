//! The project's own chores, for `cargo xtask`: from the vendor's pages to the generated client.
//!
//! [`codegen`] reads like the pipeline: source → merge → report → corrections → names → overlays → tolerance → catalogue →
//! accepted values → lint → write. Every step is a module of its own.
//!
//! [`mod@bench`] and [`build_cost`] measure what the client costs those who call it and those who build it, each as lines of
//! [`measurement`]s; [`plot`] draws them.
//!
//! [`ci`] is the list of everything that must hold; [`links`], [`msrv`], [`packages`] and [`public_api`] are steps of it. [`release`]
//! makes a release.

pub mod accepted;
mod base;
pub mod bench;
pub mod build_cost;
pub mod cargo;
pub mod catalogue;
pub mod ci;
pub mod codegen;
mod error;
pub mod fetch;
mod files;
pub mod inputs;
pub mod layout;
pub mod links;
pub mod lint;
pub mod measurement;
pub mod merge;
pub mod msrv;
pub mod names;
pub mod outputs;
pub mod overlays;
pub mod packages;
pub mod page;
pub mod plot;
pub mod pointer;
pub mod provenance;
pub mod public_api;
pub mod references;
pub mod release;
pub mod report;
pub mod source;
pub mod strict;
pub mod tables;
pub mod tolerance;
pub mod workspace;

pub use self::error::Error;
