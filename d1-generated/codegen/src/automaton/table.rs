use std::collections::BTreeMap;

use super::Automaton;

/// An automaton that is in one state at a time, state 0 to begin with.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// For each state, the next one by symbol.
    pub next: Vec<Vec<usize>>,
    /// Whether a string that ends in the state is accepted.
    pub accepts: Vec<bool>,
}

impl Table {
    /// `None` when it would have more than `most` states.
    #[must_use]
    pub fn of(automaton: &Automaton, symbols: usize, most: usize) -> Option<Self> {
        let mut positions = vec![automaton.start()];
        let mut known = BTreeMap::from([(positions[0].clone(), 0)]);
        let (mut next, mut accepts) = (Vec::new(), Vec::new());
        while let Some(position) = positions.get(next.len()).cloned() {
            let mut row = Vec::with_capacity(symbols);
            for symbol in 0..symbols {
                let to = automaton.step(&position, symbol);
                let number = known.len();
                row.push(*known.entry(to.clone()).or_insert_with(|| {
                    positions.push(to);
                    number
                }));
            }
            if positions.len() > most {
                return None;
            }
            next.push(row);
            accepts.push(automaton.accepts(&position));
        }
        Some(Self { next, accepts }.smallest())
    }

    /// The same automaton without states that nothing tells apart (E. F. Moore's refinement).
    fn smallest(&self) -> Self {
        let mut group: Vec<usize> = self.accepts.iter().map(|accepts| usize::from(*accepts)).collect();
        let mut groups = 0;
        loop {
            let mut known = BTreeMap::new();
            let finer: Vec<usize> = (0..self.next.len())
                .map(|state| {
                    let leads = self.next[state].iter().map(|next| group[*next]);
                    let number = known.len();
                    *known
                        .entry((group[state], leads.collect::<Vec<_>>()))
                        .or_insert(number)
                })
                .collect();
            group = finer;
            if known.len() == groups {
                break;
            }
            groups = known.len();
        }
        // Numbers were given in the order of first appearance: the state to begin with is still 0.
        let first = |wanted| group.iter().position(|number| *number == wanted);
        let kept: Vec<usize> = (0..groups).filter_map(first).collect();
        Self {
            next: kept
                .iter()
                .map(|state| self.next[*state].iter().map(|next| group[*next]).collect())
                .collect(),
            accepts: kept.iter().map(|state| self.accepts[*state]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Symbols;
    use super::*;
    use crate::ecma;

    fn table(pattern: &str) -> (Table, Symbols) {
        let pattern = ecma::parse(pattern).unwrap();
        let symbols = Symbols::of([&pattern]);
        let automaton = Automaton::of(&pattern, &symbols).unwrap();
        (Table::of(&automaton, symbols.count(), 100).unwrap(), symbols)
    }

    fn accepts(pattern: &str, text: &str) -> bool {
        let (table, symbols) = table(pattern);
        let symbol = |c: char| {
            symbols
                .stretches()
                .filter(|(first, _)| *first <= c.into())
                .last()
                .unwrap()
                .1
        };
        let end = text.chars().fold(0, |state, c| table.next[state][symbol(c)]);
        table.accepts[end]
    }

    #[test]
    fn a_table_accepts_what_the_pattern_does() {
        for (pattern, good, bad) in [
            (
                r"^a(b|cd)*$",
                &["a", "ab", "acdb"][..],
                &["", "b", "ac", "ab\n"][..],
            ),
            ("b{2,3}", &["bb", "abbb", "bbbbc", "é bb"], &["", "b", "bab"]),
            ("^a|b$", &["ax", "xb"], &["x", "ba"]),
            ("", &["", "anything"], &[]),
        ] {
            good.iter()
                .for_each(|text| assert!(accepts(pattern, text), "{pattern} {text}"));
            bad.iter()
                .for_each(|text| assert!(!accepts(pattern, text), "{pattern} {text}"));
        }
    }

    #[test]
    fn a_table_has_no_two_states_alike() {
        // The beginning, a letter or more, and where nothing helps; written so that it has states to spare.
        let (table, _) = table("^(?:a|a)(?:a|aa)*$");
        assert_eq!(table.next.len(), 3);
    }

    #[test]
    fn a_table_that_would_be_too_large_is_none() {
        let pattern = ecma::parse("a{50}").unwrap();
        let symbols = Symbols::of([&pattern]);
        let automaton = Automaton::of(&pattern, &symbols).unwrap();
        assert_eq!(Table::of(&automaton, symbols.count(), 20), None);
    }
}
