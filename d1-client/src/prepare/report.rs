//! Many records at once, in numbers.

use std::{borrow::Borrow, collections::BTreeMap, fmt};

use serde::{Serialize, Serializer};

use super::{Field, Preparation, ProblemKind, Record, Rule, Rules};

/// How many records are fit, and how many times which rule made a difference to which field. It takes as much memory for a
/// million records as for ten, and holds no value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Report {
    records: u64,
    unchanged: u64,
    fit: u64,
    #[serde(serialize_with = "serialize")]
    changes: Counts<Rule>,
    #[serde(serialize_with = "serialize")]
    problems: Counts<ProblemKind>,
    #[serde(serialize_with = "serialize")]
    advice: Counts<&'static str>,
}

type Counts<R> = BTreeMap<(Field, R), u64>;

/// How many records something is true of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// The field.
    pub field: Field,
    /// The rule that changed it, the rule that it breaks, or the advice: a word of [`Rule`](super::Rule),
    /// [`ProblemKind`](super::ProblemKind) or [`AdviceKind`](super::AdviceKind).
    pub rule: &'static str,
    /// The records.
    pub records: u64,
}

/// Prepares many records, and counts what comes of it: what a migration is decided by.
///
/// ```
/// use d1_client::prepare::{self, Record, Rules};
///
/// let records = ["O'Brien", "O’Neill", "Ann & Co"].map(|name| Record::new().first_name("Ada").last_name(name));
/// let report = prepare::report(&Rules::standard(), &records);
///
/// assert_eq!((report.records(), report.unchanged(), report.fit()), (3, 1, 2));
/// let problem = report.problems().next().expect("one is not fit");
/// assert_eq!((problem.field.path(), problem.rule, problem.records), ("lastName", "character", 1));
/// ```
pub fn report<'a, R: Borrow<Record<'a>>>(rules: &Rules, records: impl IntoIterator<Item = R>) -> Report {
    let mut report = Report::default();
    for record in records {
        report.add(&rules.prepare(record.borrow()));
    }
    report
}

impl Report {
    /// Counts one record more: for records that come one by one, as from a stream.
    pub fn add(&mut self, preparation: &Preparation) {
        let is_fit = preparation.personal_information().is_some();
        self.records += 1;
        self.fit += u64::from(is_fit);
        self.unchanged += u64::from(is_fit && preparation.changes().is_empty());
        for change in preparation.changes() {
            *self.changes.entry((change.field, change.rule)).or_default() += 1;
        }
        for problem in preparation.problems() {
            *self.problems.entry((problem.field, problem.kind)).or_default() += 1;
        }
        for advice in preparation.advice() {
            *self
                .advice
                .entry((advice.field, advice.kind.as_str()))
                .or_default() += 1;
        }
    }

    /// How many records there were.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// How many were fit as they were.
    #[must_use]
    pub const fn unchanged(&self) -> u64 {
        self.unchanged
    }

    /// How many are fit now, those that were so included.
    #[must_use]
    pub const fn fit(&self) -> u64 {
        self.fit
    }

    /// What was changed, by field and rule.
    pub fn changes(&self) -> impl Iterator<Item = Count> {
        each(&self.changes)
    }

    /// What could not be corrected, by field and rule.
    pub fn problems(&self) -> impl Iterator<Item = Count> {
        each(&self.problems)
    }

    /// The advice, by field and kind.
    pub fn advice(&self) -> impl Iterator<Item = Count> {
        each(&self.advice)
    }
}

fn each<R: Word>(counts: &Counts<R>) -> impl Iterator<Item = Count> {
    counts.iter().map(|((field, rule), records)| Count {
        field: *field,
        rule: rule.word(),
        records: *records,
    })
}

fn serialize<R: Word, S: Serializer>(counts: &Counts<R>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(each(counts))
}

/// What is counted, as the word for it.
trait Word {
    fn word(&self) -> &'static str;
}

impl Word for Rule {
    fn word(&self) -> &'static str {
        self.as_str()
    }
}

impl Word for ProblemKind {
    fn word(&self) -> &'static str {
        self.as_str()
    }
}

impl Word for &'static str {
    fn word(&self) -> &'static str {
        self
    }
}

/// A table for people: a line for each count.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            records,
            unchanged,
            fit,
            ..
        } = self;
        writeln!(
            f,
            "{records} records: {fit} fit, {unchanged} of them unchanged; {} not fit",
            records - fit
        )?;
        let parts = [
            ("changed", each(&self.changes).collect()),
            ("not fit", each(&self.problems).collect()),
            ("advice", each(&self.advice).collect::<Vec<_>>()),
        ];
        for (title, counts) in parts {
            for Count { field, rule, records } in counts {
                writeln!(f, "{title:<8} {:<32} {rule:<24} {records:>10}", field.path())?;
            }
        }
        Ok(())
    }
}
