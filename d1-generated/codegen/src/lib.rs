//! Turns the assembled D1 OpenAPI document into the Rust client of `d1-generated`.
