//! A client for the Thales D1 consumer API.

pub mod auth;
