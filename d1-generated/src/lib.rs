//! The raw client.
