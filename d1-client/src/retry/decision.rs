use d1_generated::Operation;

use crate::attempt::{Failure, Repeated, is_idempotent};

/// Whether the same call may be made again after this failure, and could succeed: by the rule of its ending.
pub(crate) fn is_safe_to_repeat(operation: Operation, failure: &Failure) -> bool {
    match failure.ending.rule().repeated {
        Repeated::Never | Repeated::WithAnotherToken => false,
        Repeated::IfItMayPass => failure.token_is_retryable(),
        Repeated::Always => true,
        Repeated::Idempotent => is_idempotent(operation),
        Repeated::ByCatalogue => {
            let code = failure.code.as_ref().map(|code| code.as_str());
            let documented = failure
                .status
                .and_then(|status| operation.documented(status, code));
            documented.is_some_and(|row| row.retryable)
        }
    }
}
