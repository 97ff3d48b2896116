//! Invented people, as they are sent to D1.

use d1_generated::{
    Invalid,
    types::{
        ConsumerInformation, Gender, NotificationChannel, PersonalInformation, PhoneNumber, PostalAddress,
        Preferences,
    },
};
use serde_json::{Value, json};

/// Names and an address line that the rules must let through: other scripts, apostrophes, and one name in both of its
/// Unicode spellings.
pub const REAL_NAMES: [&str; 6] = [
    "Ada",
    "Müller-Łukasz",
    "O'Brien",
    "山田",
    NGUYEN_COMPOSED,
    NGUYEN_DECOMPOSED,
];

/// `Nguyễn` with one code point for the fifth letter.
pub const NGUYEN_COMPOSED: &str = "Nguy\u{1EC5}n";

/// `Nguyễn` with a letter and two combining marks.
pub const NGUYEN_DECOMPOSED: &str = "Nguye\u{0302}\u{0303}n";

/// A person with every field filled, no two alike.
///
/// # Errors
/// None: a rule that refuses this person is wrong.
pub fn everything() -> Result<PersonalInformation, Invalid> {
    PersonalInformation::builder()
        .title("Mrs.")
        .first_name("Zoé")
        .middle_name("Quentine")
        .last_name("Vaucanson")
        .second_last_name("Jacquard")
        .gender(Gender::Female)
        .date_of_birth("1979-08-17")
        .nationality("BE")
        .language("fre")
        .email("zoe.vaucanson@example.org")
        .mobile_phone_number(phone())
        .residency_address(address()?)
        .build()
}

/// The phone number of [`everything`], not built yet: a setter takes it as it is.
pub fn phone() -> d1_generated::types::builder::PhoneNumber {
    PhoneNumber::builder()
        .country_code("+33")
        .phone_number("612345678")
}

/// The address of [`everything`].
///
/// # Errors
/// None: a rule that refuses this address is wrong.
pub fn address() -> Result<PostalAddress, Invalid> {
    PostalAddress::builder()
        .recipient_name("Atelier Vaucanson")
        .line1("12 rue de la République")
        .line2("Bâtiment C")
        .line3("Escalier 4")
        .line4("Porte gauche")
        .city("Grenoble")
        .state("ARA")
        .zip_code("38000")
        .country_code("FR")
        .build()
}

/// The preferences of [`everything`]: all channels, in an order of their own.
///
/// # Errors
/// None: a rule that refuses these is wrong.
pub fn preferences() -> Result<Preferences, Invalid> {
    Preferences::builder()
        .notification_channel([
            NotificationChannel::Email,
            NotificationChannel::InAppNotification,
            NotificationChannel::Sms,
        ])
        .build()
}

/// All personal information of [`everything`].
///
/// # Errors
/// None: see its parts.
pub fn consumer() -> Result<ConsumerInformation, Invalid> {
    ConsumerInformation::builder()
        .personal_information(everything()?)
        .preferences(preferences()?)
        .build()
}

/// [`consumer`] as it has to stand on the wire, written by hand after the vendor's documentation.
#[must_use]
pub fn consumer_on_the_wire() -> Value {
    json!({
        "personalInformation": {
            "title": "Mrs.",
            "firstName": "Zoé",
            "middleName": "Quentine",
            "lastName": "Vaucanson",
            "secondLastName": "Jacquard",
            "gender": "FEMALE",
            "dateOfBirth": "1979-08-17",
            "nationality": "BE",
            "language": "fre",
            "email": "zoe.vaucanson@example.org",
            "mobilePhoneNumber": { "countryCode": "+33", "phoneNumber": "612345678" },
            "residencyAddress": {
                "recipientName": "Atelier Vaucanson",
                "line1": "12 rue de la République",
                "line2": "Bâtiment C",
                "line3": "Escalier 4",
                "line4": "Porte gauche",
                "city": "Grenoble",
                "state": "ARA",
                "zipCode": "38000",
                "countryCode": "FR"
            }
        },
        "preferences": { "notificationChannel": ["EMAIL", "IN_APP_NOTIFICATION", "SMS"] }
    })
}

/// Someone of whom only what is required is known.
///
/// # Errors
/// The rule that a name breaks.
pub fn named(first: &str, last: &str) -> Result<PersonalInformation, Invalid> {
    PersonalInformation::builder()
        .first_name(first)
        .last_name(last)
        .build()
}
