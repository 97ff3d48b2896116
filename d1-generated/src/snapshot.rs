//! Placeholder for the generated client.
