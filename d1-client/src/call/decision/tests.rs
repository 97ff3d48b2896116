use d1_generated::types::ErrorCode;

use super::*;
use crate::error::Repeated;

const SECOND: Duration = Duration::from_secs(1);

/// A moment with time for anything.
fn ample() -> Moment {
    Moment {
        left: 30 * SECOND,
        shortest_attempt: SECOND / 10,
        jitter: 1.0,
    }
}

fn left(left: Duration) -> Moment {
    Moment { left, ..ample() }
}

fn status(status: u16) -> Failure {
    Failure::of_status(status, true)
}

fn gateway_503() -> Failure {
    Failure::of_status(503, false)
}

/// What becomes of a call, step by step, in words.
fn told(step: &Step) -> String {
    match step {
        Step::Attempt => "attempt".to_owned(),
        Step::Replay => "replay".to_owned(),
        Step::Pause(_) => "pause".to_owned(),
        Step::Fail(failure) => format!("fail {:?}", failure.ending),
    }
}

struct Run {
    progress: Progress,
    operation: Operation,
    policy: RetryPolicy,
    budget: Budget,
    paced: bool,
}

impl Run {
    fn of(operation: Operation) -> Self {
        Self {
            progress: Progress::new(),
            operation,
            policy: RetryPolicy::standard(),
            budget: Budget::full(),
            paced: false,
        }
    }

    fn step(&mut self, event: Event, moment: Moment) -> Step {
        let terms = Terms {
            operation: self.operation,
            policy: &self.policy,
            max_attempts: self.policy.max_attempts,
            budget: (!self.paced).then_some(&self.budget),
        };
        self.progress.next(event, moment, &terms)
    }

    /// Attempts that fail one after the other, until the call does: what happened in between.
    fn fail(&mut self, failures: impl IntoIterator<Item = Failure>) -> Vec<String> {
        let mut story = Vec::new();
        for failure in failures {
            assert_eq!(told(&self.ready(true)), "attempt");
            let step = self.step(Event::Failed(failure), ample());
            story.push(told(&step));
            if matches!(step, Step::Fail(_)) {
                break;
            }
        }
        story
    }

    fn ready(&mut self, another: bool) -> Step {
        self.step(Event::Ready { another }, ample())
    }
}

/// Every ending, for every operation: repeated or not as its rule says, and with its outcome.
#[test]
fn each_ending_is_repeated_as_the_table_says() {
    for &operation in Operation::ALL {
        let idempotent = matches!(operation.method(), "GET" | "PUT");
        for failure in Failure::one_of_each() {
            let (ending, rule) = (failure.ending, failure.ending.rule());
            let mut run = Run::of(operation);
            run.ready(true);
            let step = run.step(Event::Failed(failure), ample());
            let repeated = matches!(step, Step::Pause(_));
            match rule.repeated {
                Repeated::Never => assert!(!repeated, "{operation:?} {ending:?}"),
                Repeated::Always => assert!(repeated, "{operation:?} {ending:?}"),
                Repeated::Idempotent => assert_eq!(repeated, idempotent, "{operation:?} {ending:?}"),
                Repeated::WithAnotherToken => assert!(matches!(step, Step::Replay), "{operation:?}"),
                // A source's own error does not pass by itself.
                Repeated::IfItMayPass => assert!(!repeated, "{operation:?}"),
                Repeated::ByCatalogue => {
                    let bare_500 = operation == Operation::RegisterConsumer && ending == Ending::ServerError;
                    assert_eq!(repeated, bare_500, "{operation:?} {ending:?}");
                }
            }
            assert_eq!(run.progress.outcome(), rule.outcome, "{operation:?} {ending:?}");
        }
    }
}

#[test]
fn a_gateways_503_after_a_deletion_is_unknown_and_not_sent_again() {
    let mut run = Run::of(Operation::DeleteConsumer);
    assert_eq!(run.fail([gateway_503()]), ["fail OtherUnavailable"]);
    assert_eq!(run.progress.outcome(), Outcome::Unknown);
}

#[test]
fn a_blank_503_is_repeated_for_a_deletion_and_its_end_is_a_rejection() {
    let mut run = Run::of(Operation::DeleteConsumer);
    let story = run.fail([status(503), status(503), status(404)]);
    assert_eq!(story, ["pause", "pause", "fail ClientError"]);
    assert_eq!(run.progress.outcome(), Outcome::Rejected);
    assert_eq!(run.progress.attempts(), 3);
}

#[test]
fn what_was_unknown_once_stays_so_whatever_is_refused_later() {
    for lost in [
        gateway_503(),
        status(408),
        status(502),
        Failure::timed_out(Outcome::Unknown),
    ] {
        let mut run = Run::of(Operation::RegisterConsumer);
        let ending = lost.ending;
        assert_eq!(run.fail([lost, status(403)]), ["pause", "fail ClientError"]);
        assert_eq!(run.progress.outcome(), Outcome::Unknown, "{ending:?}");
    }
}

#[test]
fn attempts_end_with_the_policy() {
    let mut run = Run::of(Operation::ListCards);
    let story = run.fail((0..9).map(|_| status(502)));
    assert_eq!(story, ["pause", "pause", "pause", "fail LostByGateway"]);
    assert_eq!(run.progress.attempts(), 4);
}

#[test]
fn an_empty_budget_ends_repetitions_but_not_those_of_a_paced_call() {
    let mut run = Run::of(Operation::ListCards);
    while run.budget.withdraw() {}
    assert_eq!(run.fail([status(503)]), ["fail BlankUnavailable"]);
    run = Run::of(Operation::ListCards);
    while run.budget.withdraw() {}
    run.paced = true;
    assert_eq!(run.fail([status(503)]), ["pause"]);
}

#[test]
fn a_401_is_replayed_once_and_a_paced_call_three_times() {
    let mut run = Run::of(Operation::UpdateConsumer);
    let refused = || (0..9).map(|_| status(401));
    assert_eq!(run.fail(refused()), ["replay", "fail Unauthorized"]);
    run = Run::of(Operation::UpdateConsumer);
    run.paced = true;
    assert_eq!(
        run.fail(refused()),
        ["replay", "replay", "replay", "fail Unauthorized"]
    );
    assert_eq!(run.progress.outcome(), Outcome::Rejected);
}

#[test]
fn replays_are_no_repetitions_and_count_anew_after_another_answer() {
    let mut run = Run::of(Operation::UpdateConsumer);
    let story = run.fail([401, 503, 401, 503, 401, 503, 401, 400].map(status));
    assert_eq!(
        story,
        [
            "replay",
            "pause",
            "replay",
            "pause",
            "replay",
            "pause",
            "replay",
            "fail ClientError"
        ]
    );
}

#[test]
fn the_same_token_again_is_not_tried_again() {
    let mut run = Run::of(Operation::UpdateConsumer);
    run.ready(true);
    run.step(Event::Failed(status(401)), ample());
    assert_eq!(told(&run.ready(false)), "fail Unauthorized");
    assert_eq!(run.progress.attempts(), 1);
}

#[test]
fn a_repetition_that_cannot_end_in_time_does_not_begin() {
    // 503 with `Retry-After: 1`: it would begin with 12 ms left.
    let mut busy = status(503);
    busy.retry_after = Some(SECOND);
    let mut run = Run::of(Operation::RegisterConsumer);
    run.ready(true);
    let step = run.step(Event::Failed(busy), left(SECOND + SECOND / 80));
    assert_eq!(told(&step), "fail BlankUnavailable");
    assert_eq!(run.progress.outcome(), Outcome::Rejected);
}

#[test]
fn nor_does_one_for_which_waiting_took_the_time() {
    let mut run = Run::of(Operation::RegisterConsumer);
    run.fail([status(503)]);
    // The pause took longer than it should, or another token did.
    let step = run.step(Event::Ready { another: true }, left(SECOND / 100));
    assert_eq!(told(&step), "fail BlankUnavailable");
    assert_eq!(
        (run.progress.attempts(), run.progress.outcome()),
        (1, Outcome::Rejected)
    );
}

#[test]
fn a_first_attempt_that_cannot_end_in_time_is_not_sent() {
    let mut run = Run::of(Operation::DeleteConsumer);
    let step = run.step(Event::Ready { another: true }, left(SECOND / 100));
    assert_eq!(told(&step), "fail NeverTaken");
    assert_eq!(
        (run.progress.attempts(), run.progress.outcome()),
        (0, Outcome::NotSent)
    );
}

#[test]
fn time_that_runs_out_for_a_token_leaves_the_last_answer() {
    let mut run = Run::of(Operation::RegisterConsumer);
    run.fail([status(503)]);
    let step = run.step(
        Event::NotReady(Failure::timed_out(Outcome::NotSent)),
        left(Duration::ZERO),
    );
    assert_eq!(told(&step), "fail BlankUnavailable");
}

#[test]
fn the_pause_doubles_and_keeps_to_what_d1_asks() {
    let mut run = Run::of(Operation::ListCards);
    let mut pauses = Vec::new();
    for asked in [None, None, Some(7 * SECOND)] {
        run.ready(true);
        let mut busy = status(503);
        busy.retry_after = asked;
        if let Step::Pause(pause) = run.step(Event::Failed(busy), ample()) {
            pauses.push(pause.as_millis());
        }
    }
    assert_eq!(pauses, [200, 400, 7000]);
}

#[test]
fn a_code_of_the_catalogue_decides_where_the_table_says_so() {
    let mut coded = status(500);
    coded.code = Some(ErrorCode::InternalError);
    let mut run = Run::of(Operation::RegisterConsumer);
    assert_eq!(run.fail([coded]), ["fail ServerError"]);
    assert_eq!(run.fail([status(500)]), ["pause"]);
}
