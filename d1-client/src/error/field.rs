use d1_generated::Operation;

/// The field of the operation's body that `text` names, by its JSON path. D1's text may change at any time and may repeat
/// what was sent: it is compared with the paths that exist, and never handed on.
///
/// `personalInformation.email`, `/personalInformation/email`, `$.personalInformation.email` and `email` are the same
/// field; a last name that two fields share (`countryCode`) is none.
pub(crate) fn named(operation: Operation, text: &str) -> Option<&'static str> {
    const LONGEST: usize = 128;
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let text = text.trim_start_matches(['#', '$', '.', '/']);
    let text = without_indices(text);
    let fields = operation.request_fields();
    if let Some(field) = fields.iter().find(|field| **field == text) {
        return Some(field);
    }
    let mut ending = fields.iter().filter(|field| {
        let parent = field.strip_suffix(text.as_str());
        !text.is_empty() && parent.is_some_and(|parent| parent.ends_with('.'))
    });
    match (ending.next(), ending.next()) {
        (Some(field), None) => Some(field),
        _ => None,
    }
}

/// `a.b.c` of `a/b[0]/c` and of `a.b.0.c`.
fn without_indices(text: &str) -> String {
    let parts = text.split(['.', '/', '[', ']']);
    let names = parts.filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
    names.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_one_of_the_body_however_it_is_written() {
        let email = Some("personalInformation.email");
        for text in [
            "personalInformation.email",
            " personalInformation.email\n",
            "/personalInformation/email",
            "$.personalInformation.email",
            "#/personalInformation/email",
            "email",
        ] {
            assert_eq!(named(Operation::RegisterConsumer, text), email, "{text}");
        }
        for text in ["preferences.notificationChannel[0]", "notificationChannel/0"] {
            let channel = Some("preferences.notificationChannel");
            assert_eq!(named(Operation::UpdateConsumer, text), channel, "{text}");
        }
        assert_eq!(named(Operation::DeleteConsumer, "reason"), Some("reason"));
    }

    #[test]
    fn what_is_no_field_of_the_body_is_none() {
        for text in [
            "",
            ".",
            "[0]",
            "4111111111111111",
            "Ada",
            "mail",
            "email ada@example.org",
            "personalInformation.email.ada",
            // A telephone number has one, and an address.
            "countryCode",
        ] {
            assert_eq!(named(Operation::RegisterConsumer, text), None, "{text}");
        }
        assert_eq!(named(Operation::ListCards, "email"), None);
        assert_eq!(named(Operation::RegisterConsumer, &"email.".repeat(99)), None);
    }
}
