//! Makes a bank's records fit for D1, and reports what was changed.
//!
//! The vendor's rules for texts, codes and numbers are strict, and twenty years of customer records are not. A [`Record`]
//! takes texts as they are; [`Rules`] say what may be done to them, each rule for itself; the [`Preparation`] has the
//! result, the [changes](Preparation::changes), the [problems](Preparation::problems) that no rule could correct, and
//! [advice](Preparation::advice). Nothing is guessed, nothing is cut, and nothing but the result holds a value.
//!
//! ```
//! use d1_client::prepare::{Record, Rules};
//!
//! let record = Record::new()
//!     .first_name(" Siobha\u{301}n ")
//!     .middle_name("")
//!     .last_name("O’Neill")
//!     .language("en-IE")
//!     .nationality("IRL");
//! let prepared = Rules::standard().prepare(&record);
//!
//! let changes: Vec<_> = prepared.changes().iter().map(ToString::to_string).collect();
//! assert_eq!(changes, [
//!     "firstName: nfc",
//!     "firstName: blanks",
//!     "middleName: empty",
//!     "lastName: punctuation",
//!     "nationality: country",
//!     "language: language",
//! ]);
//! let person = prepared.into_personal_information().expect("no problem was told");
//! assert_eq!(person.first_name.as_str(), "Siobhán");
//! assert_eq!(person.language.expect("it has one").as_str(), "eng");
//! ```
//!
//! A valid value is not changed, except by [`Rule::Nfc`] and [`Rule::Blanks`]; a blank one is no value by [`Rule::Empty`].
//! Preparing the result again changes nothing. The guide [*Your records*](crate::guide::records) has more.
//!
//! With the feature `phone`, phone numbers are read, too, by `rlibphonenumber`. It writes numbers to the `log` facade at
//! `TRACE`, so the feature compiles that level of `log` out of the whole program.

mod address;
mod advice;
mod change;
mod country;
mod field;
mod language;
#[cfg(feature = "phone")]
mod phone;
mod preparation;
mod record;
mod report;
mod rule;
mod text;

pub use advice::{Advice, AdviceKind};
pub use change::{Change, Character, Problem, ProblemKind};
pub use country::{country, subdivision};
pub use field::Field;
pub use language::{language, locale};
pub use preparation::Preparation;
pub use record::{Record, Text};
pub use report::{Count, Report, report};
pub use rule::{Rule, Rules};

use advice::AdviceRules;
