// Generated from openapi.json: change `openapi/` and run `cargo xtask codegen`.
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    pub use super::super::consumer_v2::types::{
        AddressLine, CallingCode, CardId, City, CountryCode, EmailAddress,
        NationalNumber, PostalCode, Subdivision,
    };
    /// Identifies an end user; chosen by the issuer.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct ConsumerId(::compact_str::CompactString);
    crate::text::free_text!(ConsumerId);
    crate::redacted::redacted!(ConsumerId);
    /// What an issuer tells D1 of an end user. An empty text does not mean that there is none: a field without a value is left out.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ConsumerInformation {
        /// Date of birth.
        #[serde(
            rename = "dateOfBirth",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub date_of_birth: ::std::option::Option<DateOfBirth>,
        /// E-mail address.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<EmailAddress>,
        /// First name.
        #[serde(rename = "firstName")]
        pub first_name: PersonName,
        /// The language of the end user; mandatory for Click to Pay.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub language: ::std::option::Option<Locale>,
        /// Last name.
        #[serde(rename = "lastName")]
        pub last_name: PersonName,
        /// Middle name.
        #[serde(
            rename = "middleName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub middle_name: ::std::option::Option<PersonName>,
        /// Mobile phone number.
        #[serde(
            rename = "mobilePhoneNumber",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub mobile_phone_number: ::std::option::Option<PhoneNumber>,
        /// Residency address.
        #[serde(
            rename = "residencyAddress",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub residency_address: ::std::option::Option<PostalAddress>,
        /// Title.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<Title>,
    }
    crate::object::object!(
        ConsumerInformation ignored { date_of_birth : "dateOfBirth" ours optional; email
        : "email" ours optional; first_name : "firstName" ours required; language :
        "language" ours optional; last_name : "lastName" ours required; middle_name :
        "middleName" ours optional; mobile_phone_number : "mobilePhoneNumber" ours
        optional; residency_address : "residencyAddress" ours optional; title : "title"
        ours optional; }
    );
    impl ::std::fmt::Debug for ConsumerInformation {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(ConsumerInformation))
                .field("date_of_birth", &crate::redacted::REDACTED)
                .field("email", &crate::redacted::REDACTED)
                .field("first_name", &crate::redacted::REDACTED)
                .field("language", &crate::redacted::REDACTED)
                .field("last_name", &crate::redacted::REDACTED)
                .field("middle_name", &crate::redacted::REDACTED)
                .field("mobile_phone_number", &crate::redacted::REDACTED)
                .field("residency_address", &crate::redacted::REDACTED)
                .field("title", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// Finds a call in D1's logs. An older reading admits dots and blanks, too.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CorrelationId(::compact_str::CompactString);
    crate::text::free_text!(CorrelationId);
    crate::redacted::redacted!(CorrelationId);
    /// A date of birth, YYYY-MM-DD. The pattern admits days that a month does not have.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct DateOfBirth(::compact_str::CompactString);
    impl crate::text::Rule for DateOfBirth {
        const MIN_LENGTH: usize = 0usize;
        const MAX_LENGTH: usize = usize::MAX;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^\\d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[0-1])$",
        );
        const LENGTH_RULE: &'static str = "";
        const PATTERN_RULE: &'static str = "must match `^\\d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[0-1])$` (ECMA 262, Unicode)";
        fn matches(value: &str) -> bool {
            static AUTOMATON: crate::pattern::Automaton = crate::pattern::Automaton::new(
                0,
                &[
                    ('-', '-', 1),
                    ('0', '0', 2),
                    ('1', '1', 3),
                    ('2', '2', 4),
                    ('3', '3', 5),
                    ('4', '9', 6),
                ],
                &[
                    b"\x01\x01\x02\x02\x02\x02\x02",
                    b"\x01\x01\x01\x01\x01\x01\x01",
                    b"\x01\x01\x03\x03\x03\x03\x03",
                    b"\x01\x01\x04\x04\x04\x04\x04",
                    b"\x01\x01\x05\x05\x05\x05\x05",
                    b"\x01\x06\x01\x01\x01\x01\x01",
                    b"\x01\x01\x07\x08\x01\x01\x01",
                    b"\x01\x01\x01\t\t\t\t",
                    b"\x01\x01\t\t\t\x01\x01",
                    b"\x01\n\x01\x01\x01\x01\x01",
                    b"\x01\x01\x0B\x0C\x0C\r\x01",
                    b"\x01\x01\x01\x0E\x0E\x0E\x0E",
                    b"\x01\x01\x0E\x0E\x0E\x0E\x0E",
                    b"\x01\x01\x0E\x0E\x01\x01\x01",
                    b"\x01\x01\x01\x01\x01\x01\x01",
                ],
                &[
                    false, false, false, false, false, false, false, false, false, false,
                    false, false, false, false, true,
                ],
            );
            AUTOMATON.accepts(value)
        }
    }
    crate::text::checked_text!(DateOfBirth);
    crate::redacted::redacted!(DateOfBirth);
    /// Why the issuer refuses. D1 does not show it to the end user, and it holds nothing of the request.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct IssuerError {
        /// Details, for troubleshooting only.
        pub error: ::std::string::String,
    }
    crate::object::object!(IssuerError ignored { error : "error" ours required; });
    impl ::std::fmt::Debug for IssuerError {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(IssuerError))
                .field("error", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// Identifies an issuer: 10 characters, assigned by the vendor.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct IssuerId(::compact_str::CompactString);
    crate::text::free_text!(IssuerId);
    crate::redacted::redacted!(IssuerId);
    /// An access token of the issuer's.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct IssuerToken {
        /// The token: visible ASCII.
        pub access_token: IssuerTokenAccessToken,
        /// When the token expires.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub expires_at: ::std::option::Option<::std::string::String>,
        /// How many seconds the token is good for: digits, as a string.
        pub expires_in: IssuerTokenExpiresIn,
        /// The scopes that are granted, with a blank between them.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub scope: ::std::option::Option<::std::string::String>,
        /// `Bearer`.
        pub token_type: IssuerTokenTokenType,
    }
    crate::object::object!(
        IssuerToken ignored { access_token : "access_token" ours required; expires_at :
        "expires_at" ours optional; expires_in : "expires_in" ours required; scope :
        "scope" ours optional; token_type : "token_type" ours required; }
    );
    impl ::std::fmt::Debug for IssuerToken {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(IssuerToken))
                .field("access_token", &crate::redacted::REDACTED)
                .field("expires_at", &crate::redacted::REDACTED)
                .field("expires_in", &crate::redacted::REDACTED)
                .field("scope", &crate::redacted::REDACTED)
                .field("token_type", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// The token: visible ASCII.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct IssuerTokenAccessToken(::compact_str::CompactString);
    impl crate::text::Rule for IssuerTokenAccessToken {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 4096usize;
        const PATTERN: ::std::option::Option<&'static str> = Some("^[!-~]{1,4096}$");
        const LENGTH_RULE: &'static str = "must be 1 to 4096 characters long";
        const PATTERN_RULE: &'static str = "must match `^[!-~]{1,4096}$` (ECMA 262, Unicode)";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('!', '~')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(IssuerTokenAccessToken);
    crate::redacted::redacted!(IssuerTokenAccessToken);
    /// How many seconds the token is good for: digits, as a string.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct IssuerTokenExpiresIn(::compact_str::CompactString);
    impl crate::text::Rule for IssuerTokenExpiresIn {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 9usize;
        const PATTERN: ::std::option::Option<&'static str> = Some("^[0-9]{1,9}$");
        const LENGTH_RULE: &'static str = "must be 1 to 9 characters long";
        const PATTERN_RULE: &'static str = "must match `^[0-9]{1,9}$` (ECMA 262, Unicode): digits only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('0', '9')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(IssuerTokenExpiresIn);
    crate::redacted::redacted!(IssuerTokenExpiresIn);
    /// `Bearer`.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct IssuerTokenTokenType(::compact_str::CompactString);
    impl crate::text::Rule for IssuerTokenTokenType {
        const MIN_LENGTH: usize = 0usize;
        const MAX_LENGTH: usize = usize::MAX;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[Bb][Ee][Aa][Rr][Ee][Rr]$",
        );
        const LENGTH_RULE: &'static str = "";
        const PATTERN_RULE: &'static str = "must match `^[Bb][Ee][Aa][Rr][Ee][Rr]$` (ECMA 262, Unicode): one of `B b`, then one of `E e`, then one of `A a`, then one of `R r`, then one of `E e`, then one of `R r`";
        fn matches(value: &str) -> bool {
            static AUTOMATON: crate::pattern::Automaton = crate::pattern::Automaton::new(
                0,
                &[
                    ('A', 'A', 1),
                    ('B', 'B', 2),
                    ('E', 'E', 3),
                    ('R', 'R', 4),
                    ('a', 'a', 1),
                    ('b', 'b', 2),
                    ('e', 'e', 3),
                    ('r', 'r', 4),
                ],
                &[
                    b"\x01\x01\x02\x01\x01",
                    b"\x01\x01\x01\x01\x01",
                    b"\x01\x01\x01\x03\x01",
                    b"\x01\x04\x01\x01\x01",
                    b"\x01\x01\x01\x01\x05",
                    b"\x01\x01\x01\x06\x01",
                    b"\x01\x01\x01\x01\x07",
                    b"\x01\x01\x01\x01\x01",
                ],
                &[false, false, false, false, false, false, false, true],
            );
            AUTOMATON.accepts(value)
        }
    }
    crate::text::checked_text!(IssuerTokenTokenType);
    crate::redacted::redacted!(IssuerTokenTokenType);
    /// A language and a country: ISO 639-1 in lower case, a hyphen and ISO 3166-1 alpha-2, ideally in upper case, as in `en-GB`.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct Locale(::compact_str::CompactString);
    impl crate::text::Rule for Locale {
        const MIN_LENGTH: usize = 5usize;
        const MAX_LENGTH: usize = 5usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[a-z]{2}-[a-zA-Z]{2}$",
        );
        const LENGTH_RULE: &'static str = "must be exactly 5 characters long";
        const PATTERN_RULE: &'static str = "must match `^[a-z]{2}-[a-zA-Z]{2}$` (ECMA 262, Unicode): 2 small letters from a to z, then `-`, then 2 letters from A to Z and a to z";
        fn matches(value: &str) -> bool {
            static AUTOMATON: crate::pattern::Automaton = crate::pattern::Automaton::new(
                0,
                &[('-', '-', 1), ('A', 'Z', 2), ('a', 'z', 3)],
                &[
                    b"\x01\x01\x01\x02",
                    b"\x01\x01\x01\x01",
                    b"\x01\x01\x01\x03",
                    b"\x01\x04\x01\x01",
                    b"\x01\x01\x05\x05",
                    b"\x01\x01\x06\x06",
                    b"\x01\x01\x01\x01",
                ],
                &[false, false, false, false, false, false, true],
            );
            AUTOMATON.accepts(value)
        }
    }
    crate::text::checked_text!(Locale);
    crate::redacted::redacted!(Locale);
    /// One part of an end user's name: 1 to 128 letters, digits, Arabic characters, spaces or one of , . ' _ # ; : / - of any script. Combining marks are not among them: a name in decomposed form must be composed (NFC).
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct PersonName(::compact_str::CompactString);
    impl crate::text::Rule for PersonName {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 128usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\u0600-\\u06FF ,.'_#;:\\/-]{1,128}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 128 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\u0600-\\u06FF ,.'_#;:\\/-]{1,128}$` (ECMA 262, Unicode)";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[
                    (' ', ' '),
                    ('#', '#'),
                    ('\'', '\''),
                    (',', ','),
                    ('-', '-'),
                    ('.', '.'),
                    ('/', '/'),
                    ('0', '9'),
                    (':', ':'),
                    (';', ';'),
                    ('A', 'Z'),
                    ('_', '_'),
                    ('a', 'z'),
                    ('\u{600}', 'ۿ'),
                ],
                crate::pattern::LETTER | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(PersonName);
    crate::redacted::redacted!(PersonName);
    /// A phone number in two parts, E.164 when put together.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct PhoneNumber {
        /// The international calling code, with its +.
        #[serde(rename = "countryCode")]
        pub country_code: CallingCode,
        /// The national number, without the leading 0.
        #[serde(rename = "phoneNumber")]
        pub phone_number: NationalNumber,
    }
    crate::object::object!(
        PhoneNumber ignored { country_code : "countryCode" ours required; phone_number :
        "phoneNumber" ours required; }
    );
    impl ::std::fmt::Debug for PhoneNumber {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(PhoneNumber))
                .field("country_code", &crate::redacted::REDACTED)
                .field("phone_number", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// A postal address.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct PostalAddress {
        /// City.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub city: ::std::option::Option<City>,
        /// Country: ISO 3166-1 alpha-2.
        #[serde(rename = "countryCode")]
        pub country_code: CountryCode,
        /// First line.
        pub line1: AddressLine,
        /// Second line.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub line2: ::std::option::Option<AddressLine>,
        /// State: for Click to Pay the second part of its ISO 3166-2 code.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub state: ::std::option::Option<Subdivision>,
        /// Postal code.
        #[serde(rename = "zipCode")]
        pub zip_code: PostalCode,
    }
    crate::object::object!(
        PostalAddress ignored { city : "city" ours optional; country_code : "countryCode"
        ours required; line1 : "line1" ours required; line2 : "line2" ours optional;
        state : "state" ours optional; zip_code : "zipCode" ours required; }
    );
    impl ::std::fmt::Debug for PostalAddress {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(PostalAddress))
                .field("city", &crate::redacted::REDACTED)
                .field("country_code", &crate::redacted::REDACTED)
                .field("line1", &crate::redacted::REDACTED)
                .field("line2", &crate::redacted::REDACTED)
                .field("state", &crate::redacted::REDACTED)
                .field("zip_code", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// The title of an end user: 1 to 40 characters of those that a name may have.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct Title(::compact_str::CompactString);
    impl crate::text::Rule for Title {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 40usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\u0600-\\u06FF ,.'_#;:\\/-]{1,40}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 40 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\u0600-\\u06FF ,.'_#;:\\/-]{1,40}$` (ECMA 262, Unicode)";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[
                    (' ', ' '),
                    ('#', '#'),
                    ('\'', '\''),
                    (',', ','),
                    ('-', '-'),
                    ('.', '.'),
                    ('/', '/'),
                    ('0', '9'),
                    (':', ':'),
                    (';', ';'),
                    ('A', 'Z'),
                    ('_', '_'),
                    ('a', 'z'),
                    ('\u{600}', 'ۿ'),
                ],
                crate::pattern::LETTER | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(Title);
    crate::redacted::redacted!(Title);
    /// Why there is no token (RFC 6749, section 5.2).
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct TokenError {
        /// `invalid_client`, `invalid_request`, `unsupported_grant_type` and so on.
        pub error: ::std::string::String,
        /// Details, for troubleshooting only.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub error_description: ::std::option::Option<::std::string::String>,
    }
    crate::object::object!(
        TokenError ignored { error : "error" ours required; error_description :
        "error_description" ours optional; }
    );
    impl ::std::fmt::Debug for TokenError {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(TokenError))
                .field("error", &crate::redacted::REDACTED)
                .field("error_description", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// The client credentials grant.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct TokenRequest {
        /// `client_credentials`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub grant_type: ::std::option::Option<::std::string::String>,
        /// The scopes that D1 asks for, with a blank between them.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub scope: ::std::option::Option<::std::string::String>,
    }
    crate::object::object!(
        TokenRequest ignored { grant_type : "grant_type" ours optional; scope : "scope"
        ours optional; }
    );
    impl ::std::fmt::Debug for TokenRequest {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(TokenRequest))
                .field("grant_type", &crate::redacted::REDACTED)
                .field("scope", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// Builders of the types; a setter takes whatever converts into its field.
    pub mod builder {
        /// Builder of [`ConsumerInformation`](super::ConsumerInformation).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct ConsumerInformation {
            date_of_birth: ::std::option::Option<super::DateOfBirth>,
            email: ::std::option::Option<super::EmailAddress>,
            first_name: ::std::option::Option<super::PersonName>,
            language: ::std::option::Option<super::Locale>,
            last_name: ::std::option::Option<super::PersonName>,
            middle_name: ::std::option::Option<super::PersonName>,
            mobile_phone_number: ::std::option::Option<super::PhoneNumber>,
            residency_address: ::std::option::Option<super::PostalAddress>,
            title: ::std::option::Option<super::Title>,
            _refused: crate::invalid::Refused,
        }
        impl ConsumerInformation {
            /// Date of birth.
            pub fn date_of_birth<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::DateOfBirth, M>,
            {
                self.date_of_birth = self._refused.take("dateOfBirth", value.given());
                self
            }
            /// E-mail address.
            pub fn email<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::EmailAddress, M>,
            {
                self.email = self._refused.take("email", value.given());
                self
            }
            /// First name.
            pub fn first_name<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonName, crate::invalid::Value>,
            {
                self.first_name = self._refused.take("firstName", value.given());
                self
            }
            /// The language of the end user; mandatory for Click to Pay.
            pub fn language<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Locale, M>,
            {
                self.language = self._refused.take("language", value.given());
                self
            }
            /// Last name.
            pub fn last_name<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonName, crate::invalid::Value>,
            {
                self.last_name = self._refused.take("lastName", value.given());
                self
            }
            /// Middle name.
            pub fn middle_name<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonName, M>,
            {
                self.middle_name = self._refused.take("middleName", value.given());
                self
            }
            /// Mobile phone number.
            pub fn mobile_phone_number<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PhoneNumber, M>,
            {
                self.mobile_phone_number = self
                    ._refused
                    .take("mobilePhoneNumber", value.given());
                self
            }
            /// Residency address.
            pub fn residency_address<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PostalAddress, M>,
            {
                self.residency_address = self
                    ._refused
                    .take("residencyAddress", value.given());
                self
            }
            /// Title.
            pub fn title<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Title, M>,
            {
                self.title = self._refused.take("title", value.given());
                self
            }
        }
        crate::built::built!(
            ConsumerInformation "outbound_consumer_v1"
            "ConsumerInformation::builder()\n    .first_name(\"Ada\")\n    .last_name(\"Lovelace\")\n    .language(\"en-GB\")"
        );
        impl ::std::convert::TryFrom<ConsumerInformation>
        for super::ConsumerInformation {
            type Error = crate::Invalid;
            fn try_from(
                mut value: ConsumerInformation,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("firstName", value.first_name.is_some());
                value._refused.require("lastName", value.last_name.is_some());
                value._refused.none()?;
                Ok(Self {
                    date_of_birth: value.date_of_birth,
                    email: value.email,
                    first_name: value
                        .first_name
                        .ok_or(const { crate::Invalid::missing("firstName") })?,
                    language: value.language,
                    last_name: value
                        .last_name
                        .ok_or(const { crate::Invalid::missing("lastName") })?,
                    middle_name: value.middle_name,
                    mobile_phone_number: value.mobile_phone_number,
                    residency_address: value.residency_address,
                    title: value.title,
                })
            }
        }
        impl ::std::convert::From<super::ConsumerInformation> for ConsumerInformation {
            fn from(value: super::ConsumerInformation) -> Self {
                Self {
                    date_of_birth: value.date_of_birth,
                    email: value.email,
                    first_name: Some(value.first_name),
                    language: value.language,
                    last_name: Some(value.last_name),
                    middle_name: value.middle_name,
                    mobile_phone_number: value.mobile_phone_number,
                    residency_address: value.residency_address,
                    title: value.title,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(ConsumerInformation);
        /// Builder of [`IssuerError`](super::IssuerError).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct IssuerError {
            error: ::std::option::Option<::std::string::String>,
            _refused: crate::invalid::Refused,
        }
        impl IssuerError {
            /// Details, for troubleshooting only.
            pub fn error<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, crate::invalid::Value>,
            {
                self.error = self._refused.take("error", value.given());
                self
            }
        }
        crate::built::built!(IssuerError);
        impl ::std::convert::TryFrom<IssuerError> for super::IssuerError {
            type Error = crate::Invalid;
            fn try_from(
                mut value: IssuerError,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("error", value.error.is_some());
                value._refused.none()?;
                Ok(Self {
                    error: value.error.ok_or(const { crate::Invalid::missing("error") })?,
                })
            }
        }
        impl ::std::convert::From<super::IssuerError> for IssuerError {
            fn from(value: super::IssuerError) -> Self {
                Self {
                    error: Some(value.error),
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(IssuerError);
        /// Builder of [`IssuerToken`](super::IssuerToken).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct IssuerToken {
            access_token: ::std::option::Option<super::IssuerTokenAccessToken>,
            expires_at: ::std::option::Option<::std::string::String>,
            expires_in: ::std::option::Option<super::IssuerTokenExpiresIn>,
            scope: ::std::option::Option<::std::string::String>,
            token_type: ::std::option::Option<super::IssuerTokenTokenType>,
            _refused: crate::invalid::Refused,
        }
        impl IssuerToken {
            /// The token: visible ASCII.
            pub fn access_token<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<
                    super::IssuerTokenAccessToken,
                    crate::invalid::Value,
                >,
            {
                self.access_token = self._refused.take("access_token", value.given());
                self
            }
            /// When the token expires.
            pub fn expires_at<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.expires_at = self._refused.take("expires_at", value.given());
                self
            }
            /// How many seconds the token is good for: digits, as a string.
            pub fn expires_in<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<
                    super::IssuerTokenExpiresIn,
                    crate::invalid::Value,
                >,
            {
                self.expires_in = self._refused.take("expires_in", value.given());
                self
            }
            /// The scopes that are granted, with a blank between them.
            pub fn scope<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.scope = self._refused.take("scope", value.given());
                self
            }
            /// `Bearer`.
            pub fn token_type<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<
                    super::IssuerTokenTokenType,
                    crate::invalid::Value,
                >,
            {
                self.token_type = self._refused.take("token_type", value.given());
                self
            }
        }
        crate::built::built!(IssuerToken);
        impl ::std::convert::TryFrom<IssuerToken> for super::IssuerToken {
            type Error = crate::Invalid;
            fn try_from(
                mut value: IssuerToken,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("access_token", value.access_token.is_some());
                value._refused.require("expires_in", value.expires_in.is_some());
                value._refused.require("token_type", value.token_type.is_some());
                value._refused.none()?;
                Ok(Self {
                    access_token: value
                        .access_token
                        .ok_or(const { crate::Invalid::missing("access_token") })?,
                    expires_at: value.expires_at,
                    expires_in: value
                        .expires_in
                        .ok_or(const { crate::Invalid::missing("expires_in") })?,
                    scope: value.scope,
                    token_type: value
                        .token_type
                        .ok_or(const { crate::Invalid::missing("token_type") })?,
                })
            }
        }
        impl ::std::convert::From<super::IssuerToken> for IssuerToken {
            fn from(value: super::IssuerToken) -> Self {
                Self {
                    access_token: Some(value.access_token),
                    expires_at: value.expires_at,
                    expires_in: Some(value.expires_in),
                    scope: value.scope,
                    token_type: Some(value.token_type),
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(IssuerToken);
        /// Builder of [`PhoneNumber`](super::PhoneNumber).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct PhoneNumber {
            country_code: ::std::option::Option<super::CallingCode>,
            phone_number: ::std::option::Option<super::NationalNumber>,
            _refused: crate::invalid::Refused,
        }
        impl PhoneNumber {
            /// The international calling code, with its +.
            pub fn country_code<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CallingCode, crate::invalid::Value>,
            {
                self.country_code = self._refused.take("countryCode", value.given());
                self
            }
            /// The national number, without the leading 0.
            pub fn phone_number<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::NationalNumber, crate::invalid::Value>,
            {
                self.phone_number = self._refused.take("phoneNumber", value.given());
                self
            }
        }
        crate::built::built!(
            PhoneNumber "outbound_consumer_v1"
            "PhoneNumber::builder().country_code(\"+44\").phone_number(\"2079460000\")"
        );
        impl ::std::convert::TryFrom<PhoneNumber> for super::PhoneNumber {
            type Error = crate::Invalid;
            fn try_from(
                mut value: PhoneNumber,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("countryCode", value.country_code.is_some());
                value._refused.require("phoneNumber", value.phone_number.is_some());
                value._refused.none()?;
                Ok(Self {
                    country_code: value
                        .country_code
                        .ok_or(const { crate::Invalid::missing("countryCode") })?,
                    phone_number: value
                        .phone_number
                        .ok_or(const { crate::Invalid::missing("phoneNumber") })?,
                })
            }
        }
        impl ::std::convert::From<super::PhoneNumber> for PhoneNumber {
            fn from(value: super::PhoneNumber) -> Self {
                Self {
                    country_code: Some(value.country_code),
                    phone_number: Some(value.phone_number),
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(PhoneNumber);
        /// Builder of [`PostalAddress`](super::PostalAddress).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct PostalAddress {
            city: ::std::option::Option<super::City>,
            country_code: ::std::option::Option<super::CountryCode>,
            line1: ::std::option::Option<super::AddressLine>,
            line2: ::std::option::Option<super::AddressLine>,
            state: ::std::option::Option<super::Subdivision>,
            zip_code: ::std::option::Option<super::PostalCode>,
            _refused: crate::invalid::Refused,
        }
        impl PostalAddress {
            /// City.
            pub fn city<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::City, M>,
            {
                self.city = self._refused.take("city", value.given());
                self
            }
            /// Country: ISO 3166-1 alpha-2.
            pub fn country_code<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CountryCode, crate::invalid::Value>,
            {
                self.country_code = self._refused.take("countryCode", value.given());
                self
            }
            /// First line.
            pub fn line1<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AddressLine, crate::invalid::Value>,
            {
                self.line1 = self._refused.take("line1", value.given());
                self
            }
            /// Second line.
            pub fn line2<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AddressLine, M>,
            {
                self.line2 = self._refused.take("line2", value.given());
                self
            }
            /// State: for Click to Pay the second part of its ISO 3166-2 code.
            pub fn state<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Subdivision, M>,
            {
                self.state = self._refused.take("state", value.given());
                self
            }
            /// Postal code.
            pub fn zip_code<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PostalCode, crate::invalid::Value>,
            {
                self.zip_code = self._refused.take("zipCode", value.given());
                self
            }
        }
        crate::built::built!(
            PostalAddress "outbound_consumer_v1"
            "PostalAddress::builder()\n    .line1(\"12 St James's Square\")\n    .zip_code(\"SW1Y 4JH\")\n    .country_code(\"GB\")\n    .city(\"London\")"
        );
        impl ::std::convert::TryFrom<PostalAddress> for super::PostalAddress {
            type Error = crate::Invalid;
            fn try_from(
                mut value: PostalAddress,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("countryCode", value.country_code.is_some());
                value._refused.require("line1", value.line1.is_some());
                value._refused.require("zipCode", value.zip_code.is_some());
                value._refused.none()?;
                Ok(Self {
                    city: value.city,
                    country_code: value
                        .country_code
                        .ok_or(const { crate::Invalid::missing("countryCode") })?,
                    line1: value
                        .line1
                        .ok_or(const { crate::Invalid::missing("line1") })?,
                    line2: value.line2,
                    state: value.state,
                    zip_code: value
                        .zip_code
                        .ok_or(const { crate::Invalid::missing("zipCode") })?,
                })
            }
        }
        impl ::std::convert::From<super::PostalAddress> for PostalAddress {
            fn from(value: super::PostalAddress) -> Self {
                Self {
                    city: value.city,
                    country_code: Some(value.country_code),
                    line1: Some(value.line1),
                    line2: value.line2,
                    state: value.state,
                    zip_code: Some(value.zip_code),
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(PostalAddress);
        /// Builder of [`TokenError`](super::TokenError).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct TokenError {
            error: ::std::option::Option<::std::string::String>,
            error_description: ::std::option::Option<::std::string::String>,
            _refused: crate::invalid::Refused,
        }
        impl TokenError {
            /// `invalid_client`, `invalid_request`, `unsupported_grant_type` and so on.
            pub fn error<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, crate::invalid::Value>,
            {
                self.error = self._refused.take("error", value.given());
                self
            }
            /// Details, for troubleshooting only.
            pub fn error_description<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.error_description = self
                    ._refused
                    .take("error_description", value.given());
                self
            }
        }
        crate::built::built!(TokenError);
        impl ::std::convert::TryFrom<TokenError> for super::TokenError {
            type Error = crate::Invalid;
            fn try_from(
                mut value: TokenError,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("error", value.error.is_some());
                value._refused.none()?;
                Ok(Self {
                    error: value
                        .error
                        .ok_or(const { crate::Invalid::missing("error") })?,
                    error_description: value.error_description,
                })
            }
        }
        impl ::std::convert::From<super::TokenError> for TokenError {
            fn from(value: super::TokenError) -> Self {
                Self {
                    error: Some(value.error),
                    error_description: value.error_description,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(TokenError);
        /// Builder of [`TokenRequest`](super::TokenRequest).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct TokenRequest {
            grant_type: ::std::option::Option<::std::string::String>,
            scope: ::std::option::Option<::std::string::String>,
            _refused: crate::invalid::Refused,
        }
        impl TokenRequest {
            /// `client_credentials`.
            pub fn grant_type<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.grant_type = self._refused.take("grant_type", value.given());
                self
            }
            /// The scopes that D1 asks for, with a blank between them.
            pub fn scope<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.scope = self._refused.take("scope", value.given());
                self
            }
        }
        crate::built::built!(TokenRequest);
        impl ::std::convert::TryFrom<TokenRequest> for super::TokenRequest {
            type Error = crate::Invalid;
            fn try_from(
                value: TokenRequest,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {
                    grant_type: value.grant_type,
                    scope: value.scope,
                })
            }
        }
        impl ::std::convert::From<super::TokenRequest> for TokenRequest {
            fn from(value: super::TokenRequest) -> Self {
                Self {
                    grant_type: value.grant_type,
                    scope: value.scope,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(TokenRequest);
    }
}
