//! Guides, a page each.

#[doc = include_str!("guide/authentication.md")]
pub mod authentication {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/retries.md")]
pub mod retries {}

#[doc = include_str!("guide/personal_data.md")]
pub mod personal_data {}

#[doc = include_str!("guide/service.md")]
pub mod service {}

#[cfg(feature = "prepare")]
#[doc = include_str!("guide/records.md")]
pub mod records {}

#[doc = include_str!("guide/models.md")]
pub mod models {}

#[doc = include_str!("guide/bulk.md")]
pub mod bulk {}

// Its examples need httpmock, which they find beside the contract tests.
#[cfg(not(doctest))]
#[doc = include_str!("guide/testing.md")]
pub mod testing {}
