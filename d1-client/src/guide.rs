//! Guides, a page each.

#[doc = include_str!("guide/authentication.md")]
pub mod authentication {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/retries.md")]
pub mod retries {}

#[doc = include_str!("guide/personal_data.md")]
pub mod personal_data {}

#[cfg(feature = "prepare")]
#[doc = include_str!("guide/records.md")]
pub mod records {}

#[doc = include_str!("guide/models.md")]
pub mod models {}

#[doc = include_str!("guide/bulk.md")]
pub mod bulk {}
