//! Which fields a record has, by their JSON paths.

use crate::names::shown;

macro_rules! fields {
    ($($(#[doc = $doc:literal])* $name:ident = $path:literal;)*) => {
        /// A field of a record: of `personalInformation`, or the consumer id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $($(#[doc = $doc])* $name,)*
        }

        impl Field {
            /// How many there are.
            pub(crate) const COUNT: usize = [$(Field::$name),*].len();

            /// All of them.
            pub(crate) const ALL: [Field; Field::COUNT] = [$(Field::$name),*];

            /// The JSON path, as in `residencyAddress.line1`.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Field::$name => $path,)*
                }
            }
        }
    };
}

fields! {
    /// The issuer's own id.
    ConsumerId = "consumerId";
    /// Mr., Mrs., Miss.
    Title = "title";
    /// First name.
    FirstName = "firstName";
    /// Middle name.
    MiddleName = "middleName";
    /// Last name.
    LastName = "lastName";
    /// Second last name.
    SecondLastName = "secondLastName";
    /// `MALE`, `FEMALE` or `OTHER`.
    Gender = "gender";
    /// `YYYY-MM-DD`.
    DateOfBirth = "dateOfBirth";
    /// ISO 3166-1 alpha-2.
    Nationality = "nationality";
    /// ISO 639-2/B.
    Language = "language";
    /// E-mail address.
    Email = "email";
    /// The phone number as a whole.
    MobilePhoneNumber = "mobilePhoneNumber";
    /// `+` and the calling code.
    CallingCode = "mobilePhoneNumber.countryCode";
    /// The national number.
    NationalNumber = "mobilePhoneNumber.phoneNumber";
    /// The address as a whole.
    ResidencyAddress = "residencyAddress";
    /// Recipient of mail.
    RecipientName = "residencyAddress.recipientName";
    /// First line.
    Line1 = "residencyAddress.line1";
    /// Second line.
    Line2 = "residencyAddress.line2";
    /// Third line.
    Line3 = "residencyAddress.line3";
    /// Fourth line.
    Line4 = "residencyAddress.line4";
    /// City.
    City = "residencyAddress.city";
    /// State; for Click to Pay the second part of an ISO 3166-2 code.
    State = "residencyAddress.state";
    /// Postal code.
    ZipCode = "residencyAddress.zipCode";
    /// ISO 3166-1 alpha-2.
    Country = "residencyAddress.countryCode";
}

impl Field {
    /// The field at a JSON path; the whole if it is not one of these.
    pub(crate) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.path() == path)
    }
}

shown!(Field, path);
