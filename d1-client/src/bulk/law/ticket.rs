/// The number of an attempt.
pub(crate) type Ticket = u64;
