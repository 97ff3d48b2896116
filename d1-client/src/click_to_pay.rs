//! What Click to Pay needs to know of a person: an optional check before a registration.
//!
//! D1 itself answers 403 `MISSING_C2P_MANDATORY_INFORMATION`
//! ([`Error::is_missing_click_to_pay_data`](crate::Error::is_missing_click_to_pay_data)); this check reports all
//! missing fields before the call.

use d1_generated::types::{PersonalInformation, PostalAddress};

/// Longest `residencyAddress.state` for Click to Pay: the second part of an ISO 3166-2 code.
const LONGEST_SUBDIVISION: usize = 3;

/// The scheme whose Click to Pay programme the cards are enrolled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// Needs `email`; of an address, if there is one, all fields.
    Mastercard,
    /// Needs `residencyAddress`, at registration.
    Visa,
}

/// Something that Click to Pay needs and that is not there, or not as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{field} {rule}")]
#[non_exhaustive]
pub struct Missing {
    /// The JSON path in `personalInformation`.
    pub field: &'static str,
    /// What it must be.
    pub rule: &'static str,
}

/// Checks a person's data against what the vendor documents as mandatory for Click to Pay.
///
/// # Errors
/// Everything that is missing, in the order of the vendor's document.
///
/// ```
/// use d1_client::{click_to_pay::{self, Scheme}, types::{PersonalInformation, PhoneNumber}};
///
/// let person = PersonalInformation::builder()
///     .first_name("Ada")
///     .last_name("Lovelace")
///     .language("eng")
///     .mobile_phone_number(PhoneNumber::builder().country_code("+44").phone_number("2079460000"))
///     .build()?;
/// let missing = click_to_pay::check(&person, Scheme::Mastercard).unwrap_err();
/// assert_eq!(missing[0].to_string(), "email is mandatory for Click to Pay with Mastercard");
/// # Ok::<(), d1_client::Invalid>(())
/// ```
pub fn check(info: &PersonalInformation, scheme: Scheme) -> Result<(), Vec<Missing>> {
    const MANDATORY: &str = "is mandatory for Click to Pay";
    const MASTERCARD: &str = "is mandatory for Click to Pay with Mastercard";
    const IN_AN_ADDRESS: &str = "is mandatory in an address for Click to Pay with Mastercard";
    const VISA: &str = "is mandatory for Click to Pay with Visa";
    let mut missing = Vec::new();
    let mut require = |present: bool, field, rule| {
        if !present {
            missing.push(Missing { field, rule });
        }
    };
    // firstName and lastName are mandatory for D1 as a whole: a PersonalInformation has them.
    require(info.language.is_some(), "language", MANDATORY);
    require(info.mobile_phone_number.is_some(), "mobilePhoneNumber", MANDATORY);
    match scheme {
        Scheme::Mastercard => {
            require(info.email.is_some(), "email", MASTERCARD);
            if let Some(address) = &info.residency_address {
                for (field, present) in optional_fields(address) {
                    require(present, field, IN_AN_ADDRESS);
                }
            }
        }
        Scheme::Visa => require(info.residency_address.is_some(), "residencyAddress", VISA),
    }
    if let Some(address) = &info.residency_address {
        let code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let subdivision = address.state.as_str();
        require(
            subdivision.len() <= LONGEST_SUBDIVISION && subdivision.chars().all(code),
            "residencyAddress.state",
            "must be the second part of an ISO 3166-2 code, in upper case and at most 3 long, for Click to Pay",
        );
    }
    if missing.is_empty() { Ok(()) } else { Err(missing) }
}

/// The fields that an address need not have otherwise.
fn optional_fields(address: &PostalAddress) -> [(&'static str, bool); 4] {
    [
        ("residencyAddress.recipientName", address.recipient_name.is_some()),
        ("residencyAddress.line2", address.line2.is_some()),
        ("residencyAddress.line3", address.line3.is_some()),
        ("residencyAddress.line4", address.line4.is_some()),
    ]
}

#[cfg(test)]
mod tests {
    use d1_generated::types::PhoneNumber;

    use super::*;

    fn address(state: &str) -> d1_generated::types::builder::PostalAddress {
        PostalAddress::builder()
            .line1("1 rue X")
            .city("Lyon")
            .state(state)
            .zip_code("69001")
            .country_code("FR")
    }

    fn complete() -> d1_generated::types::builder::PersonalInformation {
        PersonalInformation::builder()
            .first_name("Ada")
            .last_name("L")
            .language("fre")
            .email("ada@example.com")
            .mobile_phone_number(
                PhoneNumber::builder()
                    .country_code("+33")
                    .phone_number("612345678"),
            )
    }

    fn fields(info: d1_generated::types::builder::PersonalInformation, scheme: Scheme) -> Vec<&'static str> {
        let missing = check(&info.build().unwrap(), scheme).err().unwrap_or_default();
        missing.iter().map(|missing| missing.field).collect()
    }

    #[test]
    fn each_scheme_has_its_own_mandatory_fields() {
        assert!(fields(complete(), Scheme::Mastercard).is_empty());
        assert_eq!(fields(complete(), Scheme::Visa), ["residencyAddress"]);
        assert!(fields(complete().residency_address(address("ARA")), Scheme::Visa).is_empty());
        let bare = PersonalInformation::builder().first_name("Ada").last_name("L");
        assert_eq!(
            fields(bare.clone(), Scheme::Mastercard),
            ["language", "mobilePhoneNumber", "email"]
        );
        assert_eq!(
            fields(bare, Scheme::Visa),
            ["language", "mobilePhoneNumber", "residencyAddress"]
        );
    }

    #[test]
    fn mastercard_wants_all_of_an_address_or_none_of_it() {
        let lines =
            ["recipientName", "line2", "line3", "line4"].map(|field| format!("residencyAddress.{field}"));
        assert_eq!(
            fields(complete().residency_address(address("ARA")), Scheme::Mastercard),
            lines
        );
    }

    #[test]
    fn a_state_is_the_second_part_of_its_code() {
        for wrong in ["FR-ARA", "ara", "Rhône"] {
            assert_eq!(
                fields(complete().residency_address(address(wrong)), Scheme::Visa),
                ["residencyAddress.state"]
            );
        }
    }
}
