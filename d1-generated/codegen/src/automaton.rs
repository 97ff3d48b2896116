//! Patterns as automata: compared by the strings that they accept, and made into tables that check a string.
//!
//! [`ecma`](crate::ecma) parses a pattern, [`Symbols`] are the alphabet of one or more of them.

mod table;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use regex_syntax::hir::{Class, Hir, HirKind, Look};
pub use table::Table;

/// How large an automaton may become; the vendor's longest pattern needs a few hundred states.
const MOST_STATES: usize = 20_000;
/// How many states are stepped through before giving up; the vendor's patterns need a few ten thousand.
const MOST_STEPS: usize = 300_000;

/// Whether some string is accepted by the first only, and whether one is by the second only.
/// `None` when there are too many states to tell.
#[must_use]
pub fn inclusion(first: &Automaton, second: &Automaton, symbols: usize) -> Option<(bool, bool)> {
    let start = (first.start(), second.start());
    let mut seen = HashSet::from([start.clone()]);
    let mut todo = vec![start];
    let mut found = (false, false);
    let mut steps = 0;
    let size = |position: &Position| position.as_ref().map_or(1, |(states, _)| states.len());
    while let Some((one, other)) = todo.pop() {
        match (first.accepts(&one), second.accepts(&other)) {
            (true, false) => found.0 = true,
            (false, true) => found.1 = true,
            _ => {}
        }
        if found == (true, true) {
            break;
        }
        steps += symbols * (size(&one) + size(&other));
        if steps > MOST_STEPS {
            return None;
        }
        for symbol in 0..symbols {
            let next = (first.step(&one, symbol), second.step(&other, symbol));
            if seen.insert(next.clone()) {
                todo.push(next);
            }
        }
    }
    Some(found)
}

/// The alphabet of some patterns: characters that none of them tells apart are one symbol.
#[derive(Debug)]
pub struct Symbols {
    /// First character of each stretch, and the symbol of that stretch.
    stretches: BTreeMap<u32, usize>,
    count: usize,
}

impl Symbols {
    /// The alphabet of these patterns together.
    pub fn of<'a>(patterns: impl IntoIterator<Item = &'a Hir>) -> Self {
        let mut classes = BTreeSet::new();
        for pattern in patterns {
            collect(pattern, &mut classes);
        }
        // At each boundary some classes begin or end; in between nothing changes.
        let mut boundaries: BTreeMap<u32, Vec<usize>> = BTreeMap::from([(0, Vec::new())]);
        for (index, class) in classes.iter().enumerate() {
            for &(first, last) in class {
                boundaries.entry(first).or_default().push(index);
                // Surrogates are no characters: nothing lies between these two.
                let end = if last + 1 == 0xD800 { 0xE000 } else { last + 1 };
                boundaries.entry(end).or_default().push(index);
            }
        }
        let mut inside = BTreeSet::new();
        let mut known: BTreeMap<BTreeSet<usize>, usize> = BTreeMap::new();
        let mut stretches = BTreeMap::new();
        for (first, toggled) in boundaries
            .into_iter()
            .filter(|(first, _)| *first <= u32::from(char::MAX))
        {
            for index in toggled {
                if !inside.remove(&index) {
                    inside.insert(index);
                }
            }
            let next = known.len();
            stretches.insert(first, *known.entry(inside.clone()).or_insert(next));
        }
        Self {
            stretches,
            count: known.len(),
        }
    }

    /// How many there are; the symbols are the numbers from 0.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The first character of each stretch of characters that are one symbol, in their order, and that symbol.
    pub fn stretches(&self) -> impl Iterator<Item = (u32, usize)> {
        self.stretches.iter().map(|(first, symbol)| (*first, *symbol))
    }

    /// The symbol that a character is.
    fn of_character(&self, character: char) -> usize {
        let mut before = self.stretches.range(..=u32::from(character));
        before.next_back().map_or(0, |(_, symbol)| *symbol)
    }

    /// The symbols that a class is made of.
    fn within(&self, class: &Ranges) -> BTreeSet<usize> {
        let stretches = class
            .iter()
            .flat_map(|&(first, last)| self.stretches.range(first..=last));
        stretches.map(|(_, symbol)| *symbol).collect()
    }
}

/// Stretches of characters, disjoint and not adjacent.
type Ranges = Vec<(u32, u32)>;

fn collect(pattern: &Hir, classes: &mut BTreeSet<Ranges>) {
    match pattern.kind() {
        HirKind::Class(class) => drop(ranges(class).map(|ranges| classes.insert(ranges))),
        HirKind::Literal(literal) => {
            for mark in std::str::from_utf8(&literal.0).unwrap_or_default().chars() {
                classes.insert(vec![(mark.into(), mark.into())]);
            }
        }
        HirKind::Repetition(repetition) => collect(&repetition.sub, classes),
        HirKind::Capture(capture) => collect(&capture.sub, classes),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                collect(part, classes);
            }
        }
        HirKind::Empty | HirKind::Look(_) => {}
    }
}

fn ranges(class: &Class) -> Option<Ranges> {
    match class {
        Class::Unicode(class) => Some(
            class
                .iter()
                .map(|range| (range.start().into(), range.end().into()))
                .collect(),
        ),
        Class::Bytes(_) => None,
    }
}

/// What an automaton does at one state.
#[derive(Debug)]
enum State {
    Read(BTreeSet<usize>, usize),
    Either(Vec<usize>),
    AtStart(usize),
    AtEnd(usize),
    Accept,
}

/// A pattern as a nondeterministic automaton that matches anywhere in a string.
#[derive(Debug)]
pub struct Automaton {
    states: Vec<State>,
    first: usize,
}

/// The states an automaton may be in; `None` once it has matched, whatever follows.
type Position = Option<(BTreeSet<usize>, bool)>;

impl Automaton {
    /// `None` for word boundaries, other look-around, and patterns that are too large.
    #[must_use]
    pub fn of(pattern: &Hir, symbols: &Symbols) -> Option<Self> {
        let mut automaton = Automaton {
            states: vec![State::Accept],
            first: 0,
        };
        automaton.first = automaton.add(pattern, 0, symbols)?;
        Some(automaton)
    }

    fn push(&mut self, state: State) -> Option<usize> {
        self.states.push(state);
        (self.states.len() < MOST_STATES).then_some(self.states.len() - 1)
    }

    /// Adds a part that is followed by `next`; returns where it begins.
    fn add(&mut self, pattern: &Hir, next: usize, symbols: &Symbols) -> Option<usize> {
        match pattern.kind() {
            HirKind::Empty => Some(next),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                text.chars().rev().try_fold(next, |next, mark| {
                    let class = symbols.within(&vec![(mark.into(), mark.into())]);
                    self.push(State::Read(class, next))
                })
            }
            HirKind::Class(class) => self.push(State::Read(symbols.within(&ranges(class)?), next)),
            HirKind::Look(Look::Start) => self.push(State::AtStart(next)),
            HirKind::Look(Look::End) => self.push(State::AtEnd(next)),
            HirKind::Look(_) => None,
            HirKind::Capture(capture) => self.add(&capture.sub, next, symbols),
            HirKind::Concat(parts) => parts
                .iter()
                .rev()
                .try_fold(next, |next, part| self.add(part, next, symbols)),
            HirKind::Alternation(parts) => {
                let starts = parts
                    .iter()
                    .map(|part| self.add(part, next, symbols))
                    .collect::<Option<Vec<_>>>()?;
                self.push(State::Either(starts))
            }
            HirKind::Repetition(repetition) => {
                let mut begin = match repetition.max {
                    None => {
                        let again = self.push(State::Either(Vec::new()))?;
                        let once = self.add(&repetition.sub, again, symbols)?;
                        self.states[again] = State::Either(vec![once, next]);
                        again
                    }
                    Some(max) => (repetition.min..max).try_fold(next, |begin, _| {
                        let once = self.add(&repetition.sub, begin, symbols)?;
                        self.push(State::Either(vec![once, next]))
                    })?,
                };
                for _ in 0..repetition.min {
                    begin = self.add(&repetition.sub, begin, symbols)?;
                }
                Some(begin)
            }
        }
    }

    /// Whether it accepts the text; `symbols` are those that it was made with.
    pub(crate) fn matches(&self, text: &str, symbols: &Symbols) -> bool {
        let symbols = text.chars().map(|c| symbols.of_character(c));
        let end = symbols.fold(self.start(), |position, symbol| self.step(&position, symbol));
        self.accepts(&end)
    }

    fn start(&self) -> Position {
        self.settle([self.first].into(), true)
    }

    fn step(&self, position: &Position, symbol: usize) -> Position {
        let (states, _) = position.as_ref()?;
        let read = states.iter().filter_map(|&state| match &self.states[state] {
            State::Read(class, next) if class.contains(&symbol) => Some(*next),
            _ => None,
        });
        // A match may begin at every character.
        self.settle(read.chain([self.first]).collect(), false)
    }

    fn settle(&self, states: BTreeSet<usize>, at_start: bool) -> Position {
        let closed = self.close(states, at_start, false);
        (!closed.contains(&0)).then_some((closed, at_start))
    }

    /// Whether a string that ends here is accepted.
    fn accepts(&self, position: &Position) -> bool {
        let Some((states, at_start)) = position else {
            return true;
        };
        self.close(states.clone(), *at_start, true).contains(&0)
    }

    /// All states that can be reached without reading; keeps those that read, wait for the end, or accept.
    fn close(&self, states: BTreeSet<usize>, at_start: bool, at_end: bool) -> BTreeSet<usize> {
        let mut closed = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut todo: Vec<usize> = states.into_iter().collect();
        while let Some(state) = todo.pop() {
            if !seen.insert(state) {
                continue;
            }
            match &self.states[state] {
                State::Either(next) => todo.extend(next),
                State::AtStart(next) if at_start => todo.push(*next),
                State::AtEnd(next) if at_end => todo.push(*next),
                State::AtStart(_) => {}
                State::Read(..) | State::AtEnd(_) | State::Accept => drop(closed.insert(state)),
            }
        }
        closed
    }
}
