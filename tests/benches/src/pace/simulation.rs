//! A bulk on a virtual clock: its gate, its items and their repetitions, against a server.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    time::Duration,
};

use super::{
    algorithm::Algorithm,
    law::Signal,
    random::Random,
    server::{Answer, Arrival, Phase, Server, Time},
};

/// How long a simulation lasts.
pub(crate) const LENGTH: Time = 300.0;
/// How often the window is looked at.
const LOOK: Time = 0.1;
/// What comes of an attempt that takes longer.
const ATTEMPT_TIMEOUT: Time = 30.0;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A PUT: repeated on anything transient.
    Register,
    /// A POST: repeated only where nothing happened for certain.
    Update,
    /// A POST, too.
    Delete,
}

/// What a simulation came to, for each client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Items done, by second.
    pub(crate) done: Vec<u32>,
    /// Attempts, by second.
    pub(crate) attempts: Vec<u32>,
    /// Answers that tell of overload, by second.
    pub(crate) overloads: Vec<u32>,
    /// The window, every tenth of a second.
    pub(crate) windows: Vec<u32>,
    /// Of successes: their sum and their number.
    pub(crate) latency: (f64, u64),
    /// Whether anything happened that a registration repeats and an update does not.
    pub(crate) kind_matters: bool,
}

impl Outcome {
    /// Items done in a second, from one time to another.
    pub(crate) fn goodput(&self, from: usize, to: usize) -> f64 {
        f64::from(self.done[from..to].iter().sum::<u32>()) / (to - from) as f64
    }

    /// The window, on average, from one second to another.
    pub(crate) fn window(&self, from: usize, to: usize) -> f64 {
        let windows = &self.windows[from * 10..to * 10];
        windows.iter().copied().map(f64::from).sum::<f64>() / windows.len() as f64
    }

    /// Of successes, in seconds.
    pub(crate) fn mean_latency(&self) -> f64 {
        self.latency.0 / self.latency.1.max(1) as f64
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The server changes.
    Change,
    /// A request is answered; it counts if it is of this round of its item.
    Answer(u32, u32, u8),
    /// An item's pause is over.
    Awake(u32),
    /// A client's first poll.
    Start(u32),
    Look,
}

/// Microseconds, so that events are in order.
type Stamp = u64;

struct Item {
    attempts: u32,
    began: Time,
    ticket: u64,
    in_flight: bool,
    round: u32,
}

struct Client<C> {
    control: C,
    items: Vec<Item>,
    free: Vec<u32>,
    in_flight: usize,
    backing_off: usize,
    waiting: VecDeque<u32>,
    started: bool,
    outcome: Outcome,
}

/// A run: what each of the clients came to. They start at these times.
pub(crate) fn run<C: Algorithm>(
    phases: &[Phase],
    kind: Kind,
    seed: u64,
    ceiling: usize,
    clients: Vec<(C, Time)>,
) -> Vec<Outcome> {
    let seconds = LENGTH as usize + 1;
    let mut simulation = Simulation {
        now: 0.0,
        events: BinaryHeap::with_capacity(1024),
        server: Server::new(phases.to_vec()),
        random: Random::new(seed),
        kind,
        ceiling,
        clients: Vec::new(),
    };
    for at in simulation.server.changes().collect::<Vec<_>>() {
        simulation.at(at, Event::Change);
    }
    simulation.at(0.0, Event::Look);
    for (index, (control, start)) in clients.into_iter().enumerate() {
        simulation.at(start, Event::Start(index as u32));
        let item = |_| Item {
            attempts: 0,
            began: 0.0,
            ticket: 0,
            in_flight: false,
            round: 0,
        };
        simulation.clients.push(Client {
            control,
            items: (0..ceiling).map(item).collect(),
            free: (0..ceiling as u32).rev().collect(),
            in_flight: 0,
            backing_off: 0,
            waiting: VecDeque::new(),
            started: false,
            outcome: Outcome {
                done: vec![0; seconds],
                attempts: vec![0; seconds],
                overloads: vec![0; seconds],
                windows: Vec::with_capacity(seconds * 10),
                ..Outcome::default()
            },
        });
    }
    simulation.run();
    simulation
        .clients
        .into_iter()
        .map(|client| client.outcome)
        .collect()
}

struct Simulation<C> {
    now: Time,
    events: BinaryHeap<Reverse<(Stamp, Event)>>,
    server: Server,
    random: Random,
    kind: Kind,
    ceiling: usize,
    clients: Vec<Client<C>>,
}

const ANSWERS: [Answer; 7] = [
    Answer::Done,
    Answer::Refused,
    Answer::Throttled,
    Answer::Unavailable,
    Answer::Gateway,
    Answer::Reset,
    Answer::NoConnection,
];

impl<C: Algorithm> Simulation<C> {
    fn at(&mut self, time: Time, event: Event) {
        self.events.push(Reverse(((time * 1e6) as Stamp, event)));
    }

    /// A request's number: its client and its item.
    fn number(&self, client: usize, item: u32) -> u32 {
        client as u32 * self.ceiling as u32 + item
    }

    fn run(&mut self) {
        while let Some(Reverse((stamp, event))) = self.events.pop() {
            self.now = stamp as f64 / 1e6;
            if self.now >= LENGTH {
                return;
            }
            match event {
                Event::Answer(request, round, answer) => {
                    self.answer(request, round, ANSWERS[answer as usize])
                }
                Event::Awake(request) => {
                    let (client, item) = self.whose(request);
                    self.clients[client].waiting.push_back(item);
                    self.admit(client);
                }
                Event::Start(client) => {
                    self.clients[client as usize].started = true;
                    self.admit(client as usize);
                }
                Event::Look => {
                    for client in &mut self.clients {
                        client.outcome.windows.push(client.control.limit() as u32);
                    }
                    self.at(self.now + LOOK, Event::Look);
                }
                Event::Change => self.change(),
            }
        }
    }

    fn whose(&self, request: u32) -> (usize, u32) {
        let ceiling = self.ceiling as u32;
        ((request / ceiling) as usize, request % ceiling)
    }

    fn change(&mut self) {
        if self.server.change() {
            for client in 0..self.clients.len() {
                for item in 0..self.ceiling as u32 {
                    let Item { in_flight, round, .. } = self.clients[client].items[item as usize];
                    if in_flight {
                        self.answer(self.number(client, item), round, Answer::Reset);
                    }
                }
            }
        }
        while let Some((request, time)) = self.server.take_up() {
            self.answer_at(self.now + time, request, Answer::Done);
        }
    }

    fn answer_at(&mut self, time: Time, request: u32, answer: Answer) {
        let (client, item) = self.whose(request);
        let Item { began, round, .. } = self.clients[client].items[item as usize];
        let (time, answer) = if time > began + ATTEMPT_TIMEOUT {
            (began + ATTEMPT_TIMEOUT, Answer::Reset)
        } else {
            (time, answer)
        };
        let answer = ANSWERS.iter().position(|known| *known == answer).unwrap_or(0);
        self.at(time, Event::Answer(request, round, answer as u8));
    }

    fn answer(&mut self, request: u32, round: u32, answer: Answer) {
        let (index, item) = self.whose(request);
        let now = self.now;
        let client = &mut self.clients[index];
        let place = &mut client.items[item as usize];
        if !place.in_flight || place.round != round {
            return;
        }
        place.in_flight = false;
        let latency = now - place.began;
        let attempts = place.attempts;
        let ticket = place.ticket;
        let outcome = &mut client.outcome;
        let second = now as usize;
        let took = Duration::from_secs_f64(latency);
        let (signal, again) = match answer {
            Answer::Done => {
                outcome.done[second] += 1;
                outcome.latency.0 += latency;
                outcome.latency.1 += 1;
                (Signal::Answered(took), false)
            }
            Answer::Refused => (Signal::Refused(took), false),
            Answer::Throttled | Answer::Unavailable | Answer::NoConnection => (Signal::Overload, true),
            Answer::Gateway | Answer::Reset => {
                outcome.kind_matters = true;
                (Signal::Overload, self.kind == Kind::Register)
            }
        };
        outcome.overloads[second] += u32::from(signal == Signal::Overload);
        client
            .control
            .ended(Duration::from_secs_f64(now), ticket, signal, client.in_flight);
        client.in_flight -= 1;
        if again {
            client.backing_off += 1;
            // As `RetryPolicy::standard`: full jitter.
            let most = (0.2 * 2_f64.powi(attempts.min(20) as i32 - 1)).min(5.0);
            let pause = most * self.random.unit();
            self.at(now + pause, Event::Awake(request));
        } else {
            client.free.push(item);
        }
        if answer == Answer::Done
            && let Some((next, time)) = self.server.answered()
        {
            self.answer_at(now + time, next, Answer::Done);
        }
        self.admit(index);
    }

    /// Those who wait, then new items, as long as the window has room.
    fn admit(&mut self, index: usize) {
        loop {
            let client = &mut self.clients[index];
            let limit = client.control.limit();
            if !client.started || client.in_flight >= limit {
                return;
            }
            let item = if let Some(item) = client.waiting.pop_front() {
                client.backing_off -= 1;
                item
            } else {
                let live = self.ceiling - client.free.len();
                if live - client.backing_off >= limit {
                    return;
                }
                let Some(item) = client.free.pop() else {
                    return;
                };
                client.items[item as usize].attempts = 0;
                item
            };
            client.in_flight += 1;
            let ticket = client.control.began(Duration::from_secs_f64(self.now));
            client.outcome.attempts[self.now as usize] += 1;
            let place = &mut client.items[item as usize];
            place.attempts += 1;
            place.began = self.now;
            place.ticket = ticket;
            place.in_flight = true;
            place.round = place.round.wrapping_add(1);
            let request = self.number(index, item);
            if let Arrival::At(time, answer) = self.server.arrive(self.now, request, &mut self.random) {
                self.answer_at(time, request, answer);
            }
        }
    }
}
