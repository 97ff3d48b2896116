//! What a journal says of each consumer.

use std::{
    fs::File,
    hash::RandomState,
    io::{self, BufRead, BufReader, Seek},
};

use serde::Deserialize;

use super::{check::hash, journal::Header};

/// The bits of a hash that hold the state instead.
pub(super) const STATE: u64 = 0b111;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum State {
    /// It was about to be sent, and nothing was reported.
    Sent = 1,
    Done = 2,
    Refused = 3,
    Unknown = 4,
    NotSent = 5,
}

impl State {
    const ALL: [Self; 5] = [
        Self::Sent,
        Self::Done,
        Self::Refused,
        Self::Unknown,
        Self::NotSent,
    ];

    fn of(bits: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as u64 == bits)
    }
}

/// The last state of each consumer in the journal: 8 bytes each, by a hash of the id with the state in its lowest bits.
#[derive(Default)]
pub(super) struct States {
    states: Vec<u64>,
    hasher: RandomState,
}

/// A line of a journal, but the first. Members that are not known are for people.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry<'a> {
    sent: Option<&'a str>,
    done: Option<&'a str>,
    refused: Option<&'a str>,
    unknown: Option<&'a str>,
    not_sent: Option<&'a str>,
    pub(super) run: Option<Run>,
}

/// How far a run has come.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Run {
    pub(super) items: u64,
    pub(super) seconds: f64,
}

impl<'a> Entry<'a> {
    pub(super) fn consumer(&self) -> Option<(&'a str, State)> {
        let states = [
            (self.sent, State::Sent),
            (self.done, State::Done),
            (self.refused, State::Refused),
            (self.unknown, State::Unknown),
            (self.not_sent, State::NotSent),
        ];
        states.into_iter().find_map(|(id, state)| Some((id?, state)))
    }
}

/// What a journal holds.
pub(super) struct Contents {
    pub(super) header: Option<Header>,
    /// Up to here its lines are whole; the rest is a line that was cut off.
    pub(super) length: u64,
}

/// Reads a journal from its beginning, each whole line once.
///
/// # Errors
/// If it cannot be read, or is not a journal ([`io::ErrorKind::InvalidData`]).
pub(super) fn read(file: &mut File, mut each: impl FnMut(Entry<'_>)) -> io::Result<Contents> {
    file.rewind()?;
    let mut reader = BufReader::new(file);
    let (mut line, mut length, mut header) = (Vec::new(), 0, None);
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(Contents { header, length });
        }
        if length == 0 {
            header = Some(serde_json::from_slice(&line).map_err(|_| io::ErrorKind::InvalidData)?);
        } else {
            each(serde_json::from_slice(&line).map_err(|_| io::ErrorKind::InvalidData)?);
        }
        length += line.len() as u64;
    }
}

impl States {
    pub(super) fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    pub(super) fn note(&mut self, id: &str, state: State) {
        self.states.push(hash(&self.hasher, id) | state as u64);
    }

    /// Keeps the last state of each; to be called once all are noted.
    pub(super) fn settle(&mut self) {
        self.states.reverse();
        self.states.sort_by_key(|state| *state & !STATE);
        self.states.dedup_by_key(|state| *state & !STATE);
        self.states.shrink_to_fit();
    }

    pub(super) fn of(&self, id: &str) -> Option<State> {
        let hash = hash(&self.hasher, id);
        let place = self.states.binary_search_by_key(&hash, |state| *state & !STATE);
        State::of(self.states[place.ok()?] & STATE)
    }

    pub(super) fn count(&self, state: State) -> u64 {
        let of_state = self.states.iter().filter(|known| **known & STATE == state as u64);
        of_state.count() as u64
    }
}
