use std::{fmt, time::Duration};

/// A longer `Retry-After` is no pause, and its digits may be a number of somebody's.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What a server asked for with `Retry-After`, as it may be printed.
pub(crate) struct PrintedPause(pub(crate) Duration);

impl fmt::Debug for PrintedPause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > LONGEST {
            f.write_str("more than a day")
        } else {
            fmt::Debug::fmt(&self.0, f)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_no_pause_is_not_printed() {
        let printed = |seconds| format!("{:?}", PrintedPause(Duration::from_secs(seconds)));
        assert_eq!(printed(86_400), "86400s");
        assert_eq!(printed(86_401), "more than a day");
        assert_eq!(printed(4_111_111_111_111_111), "more than a day");
    }
}
