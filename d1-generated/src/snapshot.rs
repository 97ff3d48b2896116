// Generated from openapi.json: change `openapi/` and run `cargo xtask codegen`.
/// D1 Inbound Consumer API
pub mod consumer_v2 {
#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    /// An account that a card is attached to.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Account {
        #[serde(
            rename = "currencyCode",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub currency_code: ::std::option::Option<CurrencyCode>,
        /// true if the account is the default consumer account
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub default: ::std::option::Option<bool>,
        /// Account number used for posting to Core Banking System
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub number: ::std::option::Option<AccountNumber>,
        /// Type of the Account. By default if not provided, it is a 'CHECKING' account.
        #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
        pub type_: ::std::option::Option<AccountType>,
    }
    crate::object::object!(
        Account ignored { currency_code : "currencyCode" ours optional; default :
        "default" ours optional; number : "number" ours optional; type_ : "type" ours
        optional; }
    );
    impl ::std::fmt::Debug for Account {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(Account))
                .field("currency_code", &crate::redacted::REDACTED)
                .field("default", &crate::redacted::REDACTED)
                .field("number", &crate::redacted::REDACTED)
                .field("type_", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// Account number used for posting to Core Banking System
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct AccountNumber(::compact_str::CompactString);
    crate::text::free_text!(AccountNumber);
    crate::redacted::redacted!(AccountNumber);
    /// Type of the Account. By default if not provided, it is a 'CHECKING' account.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum AccountType {
        Checking,
        Savings,
        /// A value that was not known when this client was generated, as D1 sent it.
        Unknown(::std::string::String),
    }
    impl crate::wire::Known for AccountType {
        const KNOWN: &'static [&'static str] = &["CHECKING", "SAVINGS"];
        const UNRECOGNISED: &'static str = "unrecognised type";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "CHECKING" => Self::Checking,
                    "SAVINGS" => Self::Savings,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::Checking => "CHECKING",
                Self::Savings => "SAVINGS",
                Self::Unknown(value) => value,
            }
        }
    }
    impl crate::wire::Open for AccountType {
        fn unknown(value: ::std::string::String) -> Self {
            Self::Unknown(value)
        }
    }
    crate::wire::open_enum!(AccountType);
    crate::redacted::redacted!(AccountType);
    /// One line of a postal address: 1 to 64 letters, digits, marks, spaces or one of , . ' _ # ; : / - of any script.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct AddressLine(::compact_str::CompactString);
    impl crate::text::Rule for AddressLine {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 64usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,64}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 64 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,64}$` (ECMA 262, Unicode): letters, digits, combining marks, spaces or `, . ' _ # ; : / -` only";
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
                ],
                crate::pattern::LETTER | crate::pattern::MARK | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(AddressLine);
    crate::redacted::redacted!(AddressLine);
    /// Generic error returned by the APIs.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ApiError {
        /// Provide more error details if possible.
        ///
        /// For example name of the field with invalid format.
        ///
        /// This field is for troubleshooting purposes only, it can change at any time so MUST NOT be parsed, and is not supposed to be human readable so CANNOT be displayed to end users.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub error: ::std::option::Option<::std::string::String>,
        /// The type of the error
        #[serde(
            rename = "errorCode",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub error_code: ::std::option::Option<ErrorCode>,
    }
    crate::object::object!(
        ApiError ignored { error : "error" ours optional; error_code : "errorCode" ours
        optional; }
    );
    impl ::std::fmt::Debug for ApiError {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(ApiError))
                .field("error", &crate::redacted::REDACTED)
                .field("error_code", &self.error_code)
                .finish()
        }
    }
    /// The card auxiliary scheme
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum AuxiliaryScheme {
        Dankort,
        /// A value that was not known when this client was generated, as D1 sent it.
        Unknown(::std::string::String),
    }
    impl crate::wire::Known for AuxiliaryScheme {
        const KNOWN: &'static [&'static str] = &["DANKORT"];
        const UNRECOGNISED: &'static str = "unrecognised scheme";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "DANKORT" => Self::Dankort,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::Dankort => "DANKORT",
                Self::Unknown(value) => value,
            }
        }
    }
    impl crate::wire::Open for AuxiliaryScheme {
        fn unknown(value: ::std::string::String) -> Self {
            Self::Unknown(value)
        }
    }
    crate::wire::open_enum!(AuxiliaryScheme);
    crate::redacted::shown_value!(AuxiliaryScheme);
    /// An international calling code: a + and digits.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CallingCode(::compact_str::CompactString);
    impl crate::text::Rule for CallingCode {
        const MIN_LENGTH: usize = 2usize;
        const MAX_LENGTH: usize = 10usize;
        const PATTERN: ::std::option::Option<&'static str> = Some("^\\+[0-9]{1,9}$");
        const LENGTH_RULE: &'static str = "must be 2 to 10 characters long";
        const PATTERN_RULE: &'static str = "must match `^\\+[0-9]{1,9}$` (ECMA 262, Unicode): `+`, then 1 to 9 digits";
        fn matches(value: &str) -> bool {
            static AUTOMATON: crate::pattern::Automaton = crate::pattern::Automaton::new(
                0,
                &[('+', '+', 1), ('0', '9', 2)],
                &[
                    b"\x01\x02\x01",
                    b"\x01\x01\x01",
                    b"\x01\x01\x03",
                    b"\x01\x01\x04",
                    b"\x01\x01\x05",
                    b"\x01\x01\x06",
                    b"\x01\x01\x07",
                    b"\x01\x01\x08",
                    b"\x01\x01\t",
                    b"\x01\x01\n",
                    b"\x01\x01\x0B",
                    b"\x01\x01\x01",
                ],
                &[
                    false, false, false, true, true, true, true, true, true, true, true,
                    true,
                ],
            );
            AUTOMATON.accepts(value)
        }
    }
    crate::text::checked_text!(CallingCode);
    crate::redacted::redacted!(CallingCode);
    /// A card of an end user.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Card {
        /// This represent the list of account the card will be attached to.
        ///
        /// This list is used for the posting
        #[serde(
            rename = "accountList",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub account_list: ::std::option::Option<::std::vec::Vec<Account>>,
        #[serde(
            rename = "auxiliaryScheme",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub auxiliary_scheme: ::std::option::Option<AuxiliaryScheme>,
        /// Unique identifier of the card.
        #[serde(rename = "cardId")]
        pub card_id: CardId,
        #[serde(
            rename = "cardProductId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub card_product_id: ::std::option::Option<CardProductId>,
        /// The time the resource has been created.
        /// Format ISO 8601 YYYY-MM-DDThh:mm:ssTZD
        #[serde(
            rename = "creationTime",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub creation_time: ::std::option::Option<Timestamp>,
        /// Expiry date of the card in MMYY format
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub exp: ::std::option::Option<CardExpiry>,
        /// The time the resource has been last updated.
        /// Format ISO 8601 YYYY-MM-DDThh:mm:ssTZD
        #[serde(
            rename = "lastUpdateTime",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub last_update_time: ::std::option::Option<Timestamp>,
        /// Unique identifier of the new card. Provided in case the card is in REPLACED state.
        #[serde(
            rename = "newCardId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub new_card_id: ::std::option::Option<CardId>,
        /// New Expiry date of the card in MMYY format. Provided in case of ongoing RENEWAL operation.
        #[serde(
            rename = "newExp",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub new_exp: ::std::option::Option<CardExpiry>,
        #[serde(
            rename = "ongoingOperation",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub ongoing_operation: ::std::option::Option<OngoingOperation>,
        #[serde(
            rename = "panSuffix",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub pan_suffix: ::std::option::Option<PanSuffix>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub scheme: ::std::option::Option<CardScheme>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub state: ::std::option::Option<CardState>,
        /// reason associated to the state
        #[serde(
            rename = "stateReason",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub state_reason: ::std::option::Option<CardStateReason>,
        /// Determines if the card supports EMV 3-D Secure (3DS) flows.
        #[serde(
            rename = "threeDSsupport",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub three_ds_support: ::std::option::Option<bool>,
    }
    crate::object::object!(
        Card ignored { account_list : "accountList" ours optional; auxiliary_scheme :
        "auxiliaryScheme" ours optional; card_id : "cardId" ours required;
        card_product_id : "cardProductId" ours optional; creation_time : "creationTime"
        ours optional; exp : "exp" ours optional; last_update_time : "lastUpdateTime"
        ours optional; new_card_id : "newCardId" ours optional; new_exp : "newExp" ours
        optional; ongoing_operation : "ongoingOperation" ours optional; pan_suffix :
        "panSuffix" ours optional; scheme : "scheme" ours optional; state : "state" ours
        optional; state_reason : "stateReason" ours optional; three_ds_support :
        "threeDSsupport" ours optional; }
    );
    impl ::std::fmt::Debug for Card {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(Card))
                .field("account_list", &crate::redacted::REDACTED)
                .field("auxiliary_scheme", &self.auxiliary_scheme)
                .field("card_id", &crate::redacted::REDACTED)
                .field("card_product_id", &crate::redacted::REDACTED)
                .field("creation_time", &crate::redacted::REDACTED)
                .field("exp", &crate::redacted::REDACTED)
                .field("last_update_time", &crate::redacted::REDACTED)
                .field("new_card_id", &crate::redacted::REDACTED)
                .field("new_exp", &crate::redacted::REDACTED)
                .field("ongoing_operation", &self.ongoing_operation)
                .field("pan_suffix", &crate::redacted::REDACTED)
                .field("scheme", &self.scheme)
                .field("state", &self.state)
                .field("state_reason", &self.state_reason)
                .field("three_ds_support", &self.three_ds_support)
                .finish()
        }
    }
    /// When a card expires, MMYY.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CardExpiry(::compact_str::CompactString);
    crate::text::free_text!(CardExpiry);
    crate::redacted::redacted!(CardExpiry);
    /// Identifies a card.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CardId(::compact_str::CompactString);
    crate::text::free_text!(CardId);
    crate::redacted::redacted!(CardId);
    /// The cards of an end user.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct CardList {
        /// list of cards that are associated to the end user
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub cards: ::std::option::Option<::std::vec::Vec<Card>>,
    }
    crate::object::object!(CardList ignored { cards : "cards" ours optional; });
    impl ::std::fmt::Debug for CardList {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(CardList))
                .field("cards", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// Unique identifier of the type of card ( defined during the onboarding of D1)
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CardProductId(::compact_str::CompactString);
    crate::text::free_text!(CardProductId);
    crate::redacted::redacted!(CardProductId);
    /// The card scheme
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum CardScheme {
        Mastercard,
        Visa,
        Amex,
        /// A value that was not known when this client was generated, as D1 sent it.
        Unknown(::std::string::String),
    }
    impl crate::wire::Known for CardScheme {
        const KNOWN: &'static [&'static str] = &["MASTERCARD", "VISA", "AMEX"];
        const UNRECOGNISED: &'static str = "unrecognised scheme";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "MASTERCARD" => Self::Mastercard,
                    "VISA" => Self::Visa,
                    "AMEX" => Self::Amex,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::Mastercard => "MASTERCARD",
                Self::Visa => "VISA",
                Self::Amex => "AMEX",
                Self::Unknown(value) => value,
            }
        }
    }
    impl crate::wire::Open for CardScheme {
        fn unknown(value: ::std::string::String) -> Self {
            Self::Unknown(value)
        }
    }
    crate::wire::open_enum!(CardScheme);
    crate::redacted::shown_value!(CardScheme);
    /// the state of the card
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum CardState {
        Inactive,
        Active,
        Suspended,
        Deleted,
        Replaced,
        /// A value that was not known when this client was generated, as D1 sent it.
        Unknown(::std::string::String),
    }
    impl crate::wire::Known for CardState {
        const KNOWN: &'static [&'static str] = &[
            "INACTIVE",
            "ACTIVE",
            "SUSPENDED",
            "DELETED",
            "REPLACED",
        ];
        const UNRECOGNISED: &'static str = "unrecognised state";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "INACTIVE" => Self::Inactive,
                    "ACTIVE" => Self::Active,
                    "SUSPENDED" => Self::Suspended,
                    "DELETED" => Self::Deleted,
                    "REPLACED" => Self::Replaced,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::Inactive => "INACTIVE",
                Self::Active => "ACTIVE",
                Self::Suspended => "SUSPENDED",
                Self::Deleted => "DELETED",
                Self::Replaced => "REPLACED",
                Self::Unknown(value) => value,
            }
        }
    }
    impl crate::wire::Open for CardState {
        fn unknown(value: ::std::string::String) -> Self {
            Self::Unknown(value)
        }
    }
    crate::wire::open_enum!(CardState);
    crate::redacted::shown_value!(CardState);
    /// reason associated to the state
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum CardStateReason {
        ClosedAccount,
        ClosedCard,
        CardLost,
        CardFound,
        CardStolen,
        CardBroken,
        CardNotReceived,
        Fraud,
        UserDecision,
        IssuerDecision,
        Cvv2Locked,
        ExpiryDateLocked,
        PinLocked,
        /// A value that was not known when this client was generated, as D1 sent it.
        Unknown(::std::string::String),
    }
    impl crate::wire::Known for CardStateReason {
        const KNOWN: &'static [&'static str] = &[
            "CLOSED_ACCOUNT",
            "CLOSED_CARD",
            "CARD_LOST",
            "CARD_FOUND",
            "CARD_STOLEN",
            "CARD_BROKEN",
            "CARD_NOT_RECEIVED",
            "FRAUD",
            "USER_DECISION",
            "ISSUER_DECISION",
            "CVV2_LOCKED",
            "EXPIRY_DATE_LOCKED",
            "PIN_LOCKED",
        ];
        const UNRECOGNISED: &'static str = "unrecognised reason";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "CLOSED_ACCOUNT" => Self::ClosedAccount,
                    "CLOSED_CARD" => Self::ClosedCard,
                    "CARD_LOST" => Self::CardLost,
                    "CARD_FOUND" => Self::CardFound,
                    "CARD_STOLEN" => Self::CardStolen,
                    "CARD_BROKEN" => Self::CardBroken,
                    "CARD_NOT_RECEIVED" => Self::CardNotReceived,
                    "FRAUD" => Self::Fraud,
                    "USER_DECISION" => Self::UserDecision,
                    "ISSUER_DECISION" => Self::IssuerDecision,
                    "CVV2_LOCKED" => Self::Cvv2Locked,
                    "EXPIRY_DATE_LOCKED" => Self::ExpiryDateLocked,
                    "PIN_LOCKED" => Self::PinLocked,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::ClosedAccount => "CLOSED_ACCOUNT",
                Self::ClosedCard => "CLOSED_CARD",
                Self::CardLost => "CARD_LOST",
                Self::CardFound => "CARD_FOUND",
                Self::CardStolen => "CARD_STOLEN",
                Self::CardBroken => "CARD_BROKEN",
                Self::CardNotReceived => "CARD_NOT_RECEIVED",
                Self::Fraud => "FRAUD",
                Self::UserDecision => "USER_DECISION",
                Self::IssuerDecision => "ISSUER_DECISION",
                Self::Cvv2Locked => "CVV2_LOCKED",
                Self::ExpiryDateLocked => "EXPIRY_DATE_LOCKED",
                Self::PinLocked => "PIN_LOCKED",
                Self::Unknown(value) => value,
            }
        }
    }
    impl crate::wire::Open for CardStateReason {
        fn unknown(value: ::std::string::String) -> Self {
            Self::Unknown(value)
        }
    }
    crate::wire::open_enum!(CardStateReason);
    crate::redacted::shown_value!(CardStateReason);
    /// A city.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct City(::compact_str::CompactString);
    impl crate::text::Rule for City {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 32usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,32}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 32 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,32}$` (ECMA 262, Unicode): letters, digits, combining marks, spaces or `, . ' _ # ; : / -` only";
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
                ],
                crate::pattern::LETTER | crate::pattern::MARK | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(City);
    crate::redacted::redacted!(City);
    /// Identifies an end user; chosen by the issuer. It must hold no personal information: no name, e-mail address, phone number or card number.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct ConsumerId(::compact_str::CompactString);
    impl crate::text::Rule for ConsumerId {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 64usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[A-Za-z0-9_-]{1,64}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 64 characters long";
        const PATTERN_RULE: &'static str = "must match `^[A-Za-z0-9_-]{1,64}$` (ECMA 262, Unicode): letters from A to Z and a to z, digits or `_ -` only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(ConsumerId);
    crate::redacted::redacted!(ConsumerId);
    /// What D1 is told of an end user. All of it is optional: D1 need not store any.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[serde(deny_unknown_fields)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ConsumerInformation {
        /// the following object represents the personal information of the end user.
        #[serde(
            rename = "personalInformation",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub personal_information: ::std::option::Option<PersonalInformation>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub preferences: ::std::option::Option<Preferences>,
    }
    crate::object::object!(
        ConsumerInformation refused { personal_information : "personalInformation" ours
        optional; preferences : "preferences" ours optional; }
    );
    impl ::std::fmt::Debug for ConsumerInformation {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(ConsumerInformation))
                .field("personal_information", &crate::redacted::REDACTED)
                .field("preferences", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// Finds a call in D1's logs, where it appears in clear: it must not derive from personal data.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CorrelationId(::compact_str::CompactString);
    impl crate::text::Rule for CorrelationId {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 64usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[A-Za-z0-9_-]{1,64}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 64 characters long";
        const PATTERN_RULE: &'static str = "must match `^[A-Za-z0-9_-]{1,64}$` (ECMA 262, Unicode): letters from A to Z and a to z, digits or `_ -` only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(CorrelationId);
    crate::redacted::redacted!(CorrelationId);
    crate::redacted::displayed!(CorrelationId);
    /// A country: ISO 3166-1 alpha-2, in upper case.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CountryCode(::compact_str::CompactString);
    impl crate::text::Rule for CountryCode {
        const MIN_LENGTH: usize = 2usize;
        const MAX_LENGTH: usize = 2usize;
        const PATTERN: ::std::option::Option<&'static str> = Some("^[A-Z]{2}$");
        const LENGTH_RULE: &'static str = "must be exactly 2 characters long";
        const PATTERN_RULE: &'static str = "must match `^[A-Z]{2}$` (ECMA 262, Unicode): capital letters from A to Z only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('A', 'Z')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(CountryCode);
    crate::redacted::redacted!(CountryCode);
    /// Currency Code in ISO 4217 alpha code format
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct CurrencyCode(::compact_str::CompactString);
    crate::text::free_text!(CurrencyCode);
    crate::redacted::redacted!(CurrencyCode);
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
        const PATTERN_RULE: &'static str = "must match `^\\d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[0-1])$` (ECMA 262, Unicode): a date, YYYY-MM-DD";
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
    crate::date::date!(DateOfBirth);
    crate::redacted::redacted!(DateOfBirth);
    /// The reason why the action is performed.
    ///
    /// This a free text field in case the bank wants to send details, that will be returned in the operations list.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct DeletionReason(::compact_str::CompactString);
    impl crate::text::Rule for DeletionReason {
        const MIN_LENGTH: usize = 0usize;
        const MAX_LENGTH: usize = usize::MAX;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[a-zA-Z0-9 ]{1,64}$",
        );
        const LENGTH_RULE: &'static str = "";
        const PATTERN_RULE: &'static str = "must match `^[a-zA-Z0-9 ]{1,64}$` (ECMA 262, Unicode): 1 to 64 letters from A to Z and a to z, digits or spaces";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[(' ', ' '), ('0', '9'), ('A', 'Z'), ('a', 'z')],
                0,
            );
            CLASS.holds_all(value) && crate::text::length(value) >= 1usize
                && crate::text::length(value) <= 64usize
        }
    }
    crate::text::checked_text!(DeletionReason);
    crate::redacted::redacted!(DeletionReason);
    /// Why an end user is deleted.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[serde(deny_unknown_fields)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct DeletionRequest {
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub reason: ::std::option::Option<DeletionReason>,
    }
    crate::object::object!(DeletionRequest refused { reason : "reason" ours optional; });
    impl ::std::fmt::Debug for DeletionRequest {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(DeletionRequest))
                .field("reason", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// An e-mail address.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct EmailAddress(::compact_str::CompactString);
    impl crate::text::Rule for EmailAddress {
        const MIN_LENGTH: usize = 5usize;
        const MAX_LENGTH: usize = 256usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[a-zA-Z0-9_+&*-]+(?:\\.[a-zA-Z0-9_+&*-]+)*@(?:[a-zA-Z0-9-]+\\.)+[a-zA-Z]{2,15}$",
        );
        const LENGTH_RULE: &'static str = "must be 5 to 256 characters long";
        const PATTERN_RULE: &'static str = "must match `^[a-zA-Z0-9_+&*-]+(?:\\.[a-zA-Z0-9_+&*-]+)*@(?:[a-zA-Z0-9-]+\\.)+[a-zA-Z]{2,15}$` (ECMA 262, Unicode): an e-mail address of letters from A to Z and a to z, digits and `_ + & * -`, with a dot in its domain";
        fn matches(value: &str) -> bool {
            static AUTOMATON: crate::pattern::Automaton = crate::pattern::Automaton::new(
                0,
                &[
                    ('&', '&', 1),
                    ('*', '+', 1),
                    ('-', '-', 2),
                    ('.', '.', 3),
                    ('0', '9', 2),
                    ('@', '@', 4),
                    ('A', 'Z', 5),
                    ('_', '_', 1),
                    ('a', 'z', 5),
                ],
                &[
                    b"\x01\x02\x02\x01\x01\x02",
                    b"\x01\x01\x01\x01\x01\x01",
                    b"\x01\x02\x02\0\x03\x02",
                    b"\x01\x01\x04\x01\x01\x04",
                    b"\x01\x01\x04\x05\x01\x04",
                    b"\x01\x01\x04\x01\x01\x06",
                    b"\x01\x01\x04\x05\x01\x07",
                    b"\x01\x01\x04\x05\x01\x08",
                    b"\x01\x01\x04\x05\x01\t",
                    b"\x01\x01\x04\x05\x01\n",
                    b"\x01\x01\x04\x05\x01\x0B",
                    b"\x01\x01\x04\x05\x01\x0C",
                    b"\x01\x01\x04\x05\x01\r",
                    b"\x01\x01\x04\x05\x01\x0E",
                    b"\x01\x01\x04\x05\x01\x0F",
                    b"\x01\x01\x04\x05\x01\x10",
                    b"\x01\x01\x04\x05\x01\x11",
                    b"\x01\x01\x04\x05\x01\x12",
                    b"\x01\x01\x04\x05\x01\x13",
                    b"\x01\x01\x04\x05\x01\x14",
                    b"\x01\x01\x04\x05\x01\x04",
                ],
                &[
                    false, false, false, false, false, false, false, true, true, true,
                    true, true, true, true, true, true, true, true, true, true, true,
                ],
            );
            AUTOMATON.accepts(value)
        }
    }
    crate::text::checked_text!(EmailAddress);
    crate::redacted::redacted!(EmailAddress);
    /// Why D1 refused: the codes of the error tables of all operations.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum ErrorCode {
        FieldInvalidFormat,
        FieldInvalidValue,
        AuthorizerUnauthorized,
        AuthorizerForbidden,
        ConsumerInvalidState,
        MissingC2pMandatoryInformation,
        InternalError,
        UnknownConsumer,
        /// A value that was not known when this client was generated, as D1 sent it.
        Unknown(::std::string::String),
    }
    impl crate::wire::Known for ErrorCode {
        const KNOWN: &'static [&'static str] = &[
            "FIELD_INVALID_FORMAT",
            "FIELD_INVALID_VALUE",
            "AUTHORIZER_UNAUTHORIZED",
            "AUTHORIZER_FORBIDDEN",
            "CONSUMER_INVALID_STATE",
            "MISSING_C2P_MANDATORY_INFORMATION",
            "INTERNAL_ERROR",
            "UNKNOWN_CONSUMER",
        ];
        const UNRECOGNISED: &'static str = "unrecognised code";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "FIELD_INVALID_FORMAT" => Self::FieldInvalidFormat,
                    "FIELD_INVALID_VALUE" => Self::FieldInvalidValue,
                    "AUTHORIZER_UNAUTHORIZED" => Self::AuthorizerUnauthorized,
                    "AUTHORIZER_FORBIDDEN" => Self::AuthorizerForbidden,
                    "CONSUMER_INVALID_STATE" => Self::ConsumerInvalidState,
                    "MISSING_C2P_MANDATORY_INFORMATION" => {
                        Self::MissingC2pMandatoryInformation
                    }
                    "INTERNAL_ERROR" => Self::InternalError,
                    "UNKNOWN_CONSUMER" => Self::UnknownConsumer,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::FieldInvalidFormat => "FIELD_INVALID_FORMAT",
                Self::FieldInvalidValue => "FIELD_INVALID_VALUE",
                Self::AuthorizerUnauthorized => "AUTHORIZER_UNAUTHORIZED",
                Self::AuthorizerForbidden => "AUTHORIZER_FORBIDDEN",
                Self::ConsumerInvalidState => "CONSUMER_INVALID_STATE",
                Self::MissingC2pMandatoryInformation => {
                    "MISSING_C2P_MANDATORY_INFORMATION"
                }
                Self::InternalError => "INTERNAL_ERROR",
                Self::UnknownConsumer => "UNKNOWN_CONSUMER",
                Self::Unknown(value) => value,
            }
        }
    }
    impl crate::wire::Open for ErrorCode {
        fn unknown(value: ::std::string::String) -> Self {
            Self::Unknown(value)
        }
    }
    crate::wire::open_enum!(ErrorCode);
    crate::redacted::shown_value!(ErrorCode);
    /// The gender of an end user.
    #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum Gender {
        Male,
        Female,
        Other,
    }
    impl crate::wire::Known for Gender {
        const KNOWN: &'static [&'static str] = &["MALE", "FEMALE", "OTHER"];
        const UNRECOGNISED: &'static str = "unrecognised gender";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "MALE" => Self::Male,
                    "FEMALE" => Self::Female,
                    "OTHER" => Self::Other,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::Male => "MALE",
                Self::Female => "FEMALE",
                Self::Other => "OTHER",
            }
        }
    }
    crate::wire::closed_enum!(Gender);
    crate::redacted::redacted!(Gender);
    /// Identifies an issuer: 10 characters, assigned by the vendor. They are visible ASCII without `/`, `\`, `%`, `?` and `#`: that rule is this client's own, because the id stands in the path of every request.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct IssuerId(::compact_str::CompactString);
    impl crate::text::Rule for IssuerId {
        const MIN_LENGTH: usize = 10usize;
        const MAX_LENGTH: usize = 10usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[!\"$&-.0->@-\\[\\]-~]{10}$",
        );
        const LENGTH_RULE: &'static str = "must be exactly 10 characters long";
        const PATTERN_RULE: &'static str = "must match `^[!\"$&-.0->@-\\[\\]-~]{10}$` (ECMA 262, Unicode): 10 visible ASCII characters without `/ \\ % ? #`";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[
                    ('!', '!'),
                    ('"', '"'),
                    ('$', '$'),
                    ('&', '.'),
                    ('0', '>'),
                    ('@', '['),
                    (']', '~'),
                ],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(IssuerId);
    crate::redacted::redacted!(IssuerId);
    crate::redacted::displayed!(IssuerId);
    /// Language as defined by ISO 639-2 standard.
    ///
    /// **Note**: This field is mandatory for Click to Pay.
    ///
    /// List of languages accepted : abk, aar, afr, alb, amh, ara, arm, aze, bel, ben, bis, bos, bul, bur, cat, nya, chi, hrv, cze, dan, div, dut, dzo, eng, est, fij, fin, fre, geo, ger, gre, grn, hat, hau, heb, hin, hun, ice, ind, gle, ita, jpn, kaz, khm, kin, kor, kur, kir, lao, lat, lav, lit, ltz, mac, mlg, may, mlt, mao, mah, mon, nau, nep, nor, orm, oss, pus, per, pol, por, rum, roh, rus, smo, sag, srp, sin, slo, slv, som, spa, swa, swe, tgk, tam, tha, ton, tur, tuk, ukr, urd, uzb, vie,
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct Language(::compact_str::CompactString);
    impl crate::text::Rule for Language {
        const MIN_LENGTH: usize = 3usize;
        const MAX_LENGTH: usize = 3usize;
        const PATTERN: ::std::option::Option<&'static str> = Some("^[a-z]{3}$");
        const LENGTH_RULE: &'static str = "must be exactly 3 characters long";
        const PATTERN_RULE: &'static str = "must match `^[a-z]{3}$` (ECMA 262, Unicode): small letters from a to z only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('a', 'z')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(Language);
    crate::text::accepted!(
        Language "abk" "aar" "afr" "alb" "amh" "ara" "arm" "aze" "bel" "ben" "bis" "bos"
        "bul" "bur" "cat" "nya" "chi" "hrv" "cze" "dan" "div" "dut" "dzo" "eng" "est"
        "fij" "fin" "fre" "geo" "ger" "gre" "grn" "hat" "hau" "heb" "hin" "hun" "ice"
        "ind" "gle" "ita" "jpn" "kaz" "khm" "kin" "kor" "kur" "kir" "lao" "lat" "lav"
        "lit" "ltz" "mac" "mlg" "may" "mlt" "mao" "mah" "mon" "nau" "nep" "nor" "orm"
        "oss" "pus" "per" "pol" "por" "rum" "roh" "rus" "smo" "sag" "srp" "sin" "slo"
        "slv" "som" "spa" "swa" "swe" "tgk" "tam" "tha" "ton" "tur" "tuk" "ukr" "urd"
        "uzb" "vie"
    );
    crate::redacted::redacted!(Language);
    /// A national phone number: digits, without the leading 0.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct NationalNumber(::compact_str::CompactString);
    impl crate::text::Rule for NationalNumber {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 14usize;
        const PATTERN: ::std::option::Option<&'static str> = Some("^[0-9]{1,14}$");
        const LENGTH_RULE: &'static str = "must be 1 to 14 characters long";
        const PATTERN_RULE: &'static str = "must match `^[0-9]{1,14}$` (ECMA 262, Unicode): digits only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('0', '9')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(NationalNumber);
    crate::redacted::redacted!(NationalNumber);
    /// A way to notify an end user.
    #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum NotificationChannel {
        Sms,
        Email,
        InAppNotification,
    }
    impl crate::wire::Known for NotificationChannel {
        const KNOWN: &'static [&'static str] = &["SMS", "EMAIL", "IN_APP_NOTIFICATION"];
        const UNRECOGNISED: &'static str = "unrecognised channel";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "SMS" => Self::Sms,
                    "EMAIL" => Self::Email,
                    "IN_APP_NOTIFICATION" => Self::InAppNotification,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::Sms => "SMS",
                Self::Email => "EMAIL",
                Self::InAppNotification => "IN_APP_NOTIFICATION",
            }
        }
    }
    crate::wire::closed_enum!(NotificationChannel);
    crate::redacted::redacted!(NotificationChannel);
    /// What is being done with a card.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[non_exhaustive]
    pub enum OngoingOperation {
        None,
        Renewal,
        /// A value that was not known when this client was generated, as D1 sent it.
        Unknown(::std::string::String),
    }
    impl crate::wire::Known for OngoingOperation {
        const KNOWN: &'static [&'static str] = &["NONE", "RENEWAL"];
        const UNRECOGNISED: &'static str = "unrecognised operation";
        fn from_known(value: &str) -> ::std::option::Option<Self> {
            Some(
                match value {
                    "NONE" => Self::None,
                    "RENEWAL" => Self::Renewal,
                    _ => return None,
                },
            )
        }
        fn wire(&self) -> &str {
            match self {
                Self::None => "NONE",
                Self::Renewal => "RENEWAL",
                Self::Unknown(value) => value,
            }
        }
    }
    impl crate::wire::Open for OngoingOperation {
        fn unknown(value: ::std::string::String) -> Self {
            Self::Unknown(value)
        }
    }
    crate::wire::open_enum!(OngoingOperation);
    crate::redacted::shown_value!(OngoingOperation);
    /// Unique identifier of the operation
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct OperationId(::compact_str::CompactString);
    crate::text::free_text!(OperationId);
    crate::redacted::shown!(OperationId);
    /// Last 4 digits of the PAN
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct PanSuffix(::compact_str::CompactString);
    crate::text::free_text!(PanSuffix);
    crate::redacted::redacted!(PanSuffix);
    /// One part of an end user's name: 1 to 40 letters, digits, marks, spaces or one of , . ' _ # ; : / - of any script.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct PersonName(::compact_str::CompactString);
    impl crate::text::Rule for PersonName {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 40usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,40}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 40 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,40}$` (ECMA 262, Unicode): letters, digits, combining marks, spaces or `, . ' _ # ; : / -` only";
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
                ],
                crate::pattern::LETTER | crate::pattern::MARK | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(PersonName);
    crate::redacted::redacted!(PersonName);
    /// What D1 may know of an end user.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[serde(deny_unknown_fields)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct PersonalInformation {
        /// Date of Birth.
        #[serde(
            rename = "dateOfBirth",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub date_of_birth: ::std::option::Option<DateOfBirth>,
        /// Email of the end user.
        ///
        /// **Note**: This field is mandatory for Click to Pay with Mastercard.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub email: ::std::option::Option<EmailAddress>,
        /// First name of the end user (Unicode characters allowed).
        ///
        /// **Note**: This field is mandatory for Click to Pay.
        #[serde(rename = "firstName")]
        pub first_name: PersonName,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub gender: ::std::option::Option<Gender>,
        /// Language as defined by ISO 639-2 standard.
        ///
        /// **Note**: This field is mandatory for Click to Pay.
        ///
        /// List of languages accepted : abk, aar, afr, alb, amh, ara, arm, aze, bel, ben, bis, bos, bul, bur, cat, nya, chi, hrv, cze, dan, div, dut, dzo, eng, est, fij, fin, fre, geo, ger, gre, grn, hat, hau, heb, hin, hun, ice, ind, gle, ita, jpn, kaz, khm, kin, kor, kur, kir, lao, lat, lav, lit, ltz, mac, mlg, may, mlt, mao, mah, mon, nau, nep, nor, orm, oss, pus, per, pol, por, rum, roh, rus, smo, sag, srp, sin, slo, slv, som, spa, swa, swe, tgk, tam, tha, ton, tur, tuk, ukr, urd, uzb, vie,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub language: ::std::option::Option<Language>,
        /// Last name of the end user (Unicode characters allowed).
        ///
        /// **Note**: This field is mandatory for Click to Pay.
        #[serde(rename = "lastName")]
        pub last_name: PersonName,
        /// Middle name of the end user (Unicode characters allowed).
        #[serde(
            rename = "middleName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub middle_name: ::std::option::Option<PersonName>,
        /// Phonenumber of the end user (consumer). Shall respect the E-164 format.
        ///
        /// **Note**: This field is mandatory for Click to Pay.
        #[serde(
            rename = "mobilePhoneNumber",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub mobile_phone_number: ::std::option::Option<PhoneNumber>,
        /// Main nationality of the end user in ISO 3166-1 Alpha-2 Code
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub nationality: ::std::option::Option<CountryCode>,
        /// Residency address of the end user (consumer).
        ///
        /// In the context of Click to Pay it will be used as "billing address" associated to each cards.
        ///
        /// **Note**: This field is mandatory for Click to Pay with Visa. When set for Click to Pay Mastercard, all fields inside the residencyAddress must be provided, in accordance with Mastercard specification.
        #[serde(
            rename = "residencyAddress",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub residency_address: ::std::option::Option<PostalAddress>,
        /// Second Last name of the end user (Unicode characters allowed).
        #[serde(
            rename = "secondLastName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub second_last_name: ::std::option::Option<PersonName>,
        /// Title of the end user.
        ///
        /// By default D1 support the following title value
        ///
        /// - Mr.
        /// - Mrs.
        /// - Miss
        ///
        /// Please contact Thales integration team for the support of other value
        ///
        /// To not fill in if not applicable.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<Title>,
    }
    crate::object::object!(
        PersonalInformation refused { date_of_birth : "dateOfBirth" ours optional; email
        : "email" ours optional; first_name : "firstName" ours required; gender :
        "gender" ours optional; language : "language" ours optional; last_name :
        "lastName" ours required; middle_name : "middleName" ours optional;
        mobile_phone_number : "mobilePhoneNumber" ours optional; nationality :
        "nationality" ours optional; residency_address : "residencyAddress" ours
        optional; second_last_name : "secondLastName" ours optional; title : "title" ours
        optional; }
    );
    impl ::std::fmt::Debug for PersonalInformation {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(PersonalInformation))
                .field("date_of_birth", &crate::redacted::REDACTED)
                .field("email", &crate::redacted::REDACTED)
                .field("first_name", &crate::redacted::REDACTED)
                .field("gender", &crate::redacted::REDACTED)
                .field("language", &crate::redacted::REDACTED)
                .field("last_name", &crate::redacted::REDACTED)
                .field("middle_name", &crate::redacted::REDACTED)
                .field("mobile_phone_number", &crate::redacted::REDACTED)
                .field("nationality", &crate::redacted::REDACTED)
                .field("residency_address", &crate::redacted::REDACTED)
                .field("second_last_name", &crate::redacted::REDACTED)
                .field("title", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// A phone number in two parts, E.164 when put together.
    #[derive(PartialEq, ::serde::Serialize, Clone)]
    #[serde(deny_unknown_fields)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct PhoneNumber {
        /// Internantional country code of the end user's phonenumber. Shall start with the '+' sign.
        #[serde(rename = "countryCode")]
        pub country_code: CallingCode,
        /// National phonenumber of the end user. Shall not contain the first '0' of the national phonenumber. If present as input parameter, D1 will ignore it.
        #[serde(rename = "phoneNumber")]
        pub phone_number: NationalNumber,
    }
    crate::object::object!(
        PhoneNumber refused { country_code : "countryCode" ours required; phone_number :
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
    #[serde(deny_unknown_fields)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct PostalAddress {
        /// City.
        pub city: City,
        /// Country code in ISO 3166-1 alpha-2.
        ///
        /// **Note**: This field is mandatory for Click to Pay.
        #[serde(rename = "countryCode")]
        pub country_code: CountryCode,
        /// First line of the address (Unicode characters allowed).
        pub line1: AddressLine,
        /// Second line of the address (Unicode characters allowed).
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub line2: ::std::option::Option<AddressLine>,
        /// First line of the address (Unicode characters allowed).
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub line3: ::std::option::Option<AddressLine>,
        /// Fourth line of the address (Unicode characters allowed).
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub line4: ::std::option::Option<AddressLine>,
        /// Free text field containing the name of the recipient of post mail in case the name is different from first/last name (Unicode characters allowed).
        #[serde(
            rename = "recipientName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub recipient_name: ::std::option::Option<RecipientName>,
        /// State.
        ///
        /// **Note**: For Click to Pay, this field shall be the second part of ISO_3166-2 format in upper case, representing the state (country subdivision) based on the country.
        pub state: Subdivision,
        /// Zip Code.
        #[serde(rename = "zipCode")]
        pub zip_code: PostalCode,
    }
    crate::object::object!(
        PostalAddress refused { city : "city" ours required; country_code : "countryCode"
        ours required; line1 : "line1" ours required; line2 : "line2" ours optional;
        line3 : "line3" ours optional; line4 : "line4" ours optional; recipient_name :
        "recipientName" ours optional; state : "state" ours required; zip_code :
        "zipCode" ours required; }
    );
    impl ::std::fmt::Debug for PostalAddress {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(PostalAddress))
                .field("city", &crate::redacted::REDACTED)
                .field("country_code", &crate::redacted::REDACTED)
                .field("line1", &crate::redacted::REDACTED)
                .field("line2", &crate::redacted::REDACTED)
                .field("line3", &crate::redacted::REDACTED)
                .field("line4", &crate::redacted::REDACTED)
                .field("recipient_name", &crate::redacted::REDACTED)
                .field("state", &crate::redacted::REDACTED)
                .field("zip_code", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// A postal code.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct PostalCode(::compact_str::CompactString);
    impl crate::text::Rule for PostalCode {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 10usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[0-9a-zA-Z -]{1,10}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 10 characters long";
        const PATTERN_RULE: &'static str = "must match `^[0-9a-zA-Z -]{1,10}$` (ECMA 262, Unicode): digits, letters from A to Z and a to z, spaces or `-` only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[(' ', ' '), ('-', '-'), ('0', '9'), ('A', 'Z'), ('a', 'z')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(PostalCode);
    crate::redacted::redacted!(PostalCode);
    /// the following object represents the preferences of the end user
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[serde(deny_unknown_fields)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Preferences {
        /// list by order of preference the communication channel D1 must use to send notification to user
        ///
        /// This do no superseded the restricted list of channel defined at message configuration level
        ///
        /// if not provided, D1 manage to send the message with the following preference order:
        ///
        /// - IN_APP_NOTIFICATION
        /// - SMS
        /// - EMAIL
        #[serde(
            rename = "notificationChannel",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub notification_channel: ::std::option::Option<
            ::std::vec::Vec<NotificationChannel>,
        >,
    }
    crate::object::object!(
        Preferences refused { notification_channel : "notificationChannel" ours optional
        => | items : ::std::option::Option < ::std::vec::Vec < NotificationChannel > > |
        items.map(| items | crate ::invalid::items(items, 0usize, 3usize, true, crate
        ::Invalid::of(crate ::invalid::Rule::Items { min : 0usize, max : 3usize, unique :
        true }, "must hold at most 3 different values"))).transpose(); }
    );
    impl ::std::fmt::Debug for Preferences {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(Preferences))
                .field("notification_channel", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// What D1 answers to an update and to a deletion.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Receipt {
        #[serde(
            rename = "operationId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub operation_id: ::std::option::Option<OperationId>,
    }
    crate::object::object!(
        Receipt ignored { operation_id : "operationId" ours optional; }
    );
    impl ::std::fmt::Debug for Receipt {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(Receipt))
                .field("operation_id", &self.operation_id)
                .finish()
        }
    }
    /// The recipient of mail, where it is not the end user by name.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct RecipientName(::compact_str::CompactString);
    impl crate::text::Rule for RecipientName {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 64usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,64}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 64 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,64}$` (ECMA 262, Unicode): letters, digits, combining marks, spaces or `, . ' _ # ; : / -` only";
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
                ],
                crate::pattern::LETTER | crate::pattern::MARK | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(RecipientName);
    crate::redacted::redacted!(RecipientName);
    /// State.
    ///
    /// **Note**: For Click to Pay, this field shall be the second part of ISO_3166-2 format in upper case, representing the state (country subdivision) based on the country.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct Subdivision(::compact_str::CompactString);
    impl crate::text::Rule for Subdivision {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 40usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,40}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 40 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,40}$` (ECMA 262, Unicode): letters, digits, combining marks, spaces or `, . ' _ # ; : / -` only";
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
                ],
                crate::pattern::LETTER | crate::pattern::MARK | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(Subdivision);
    crate::redacted::redacted!(Subdivision);
    /// A point in time, ISO 8601.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct Timestamp(::compact_str::CompactString);
    crate::text::free_text!(Timestamp);
    crate::redacted::redacted!(Timestamp);
    /// Title of the end user.
    ///
    /// By default D1 support the following title value
    ///
    /// - Mr.
    /// - Mrs.
    /// - Miss
    ///
    /// Please contact Thales integration team for the support of other value
    ///
    /// To not fill in if not applicable.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct Title(::compact_str::CompactString);
    impl crate::text::Rule for Title {
        const MIN_LENGTH: usize = 2usize;
        const MAX_LENGTH: usize = 40usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,40}$",
        );
        const LENGTH_RULE: &'static str = "must be 2 to 40 characters long";
        const PATTERN_RULE: &'static str = "must match `^[\\p{L}\\p{N}\\p{M} ,.'_#;:\\/-]{1,40}$` (ECMA 262, Unicode): letters, digits, combining marks, spaces or `, . ' _ # ; : / -` only";
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
                ],
                crate::pattern::LETTER | crate::pattern::MARK | crate::pattern::NUMBER,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(Title);
    crate::redacted::redacted!(Title);
    /// Who at the issuer asks for a call; informational.
    #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
    pub struct UserId(::compact_str::CompactString);
    impl crate::text::Rule for UserId {
        const MIN_LENGTH: usize = 1usize;
        const MAX_LENGTH: usize = 15usize;
        const PATTERN: ::std::option::Option<&'static str> = Some(
            "^[A-Za-z0-9_-]{1,15}$",
        );
        const LENGTH_RULE: &'static str = "must be 1 to 15 characters long";
        const PATTERN_RULE: &'static str = "must match `^[A-Za-z0-9_-]{1,15}$` (ECMA 262, Unicode): letters from A to Z and a to z, digits or `_ -` only";
        fn matches(value: &str) -> bool {
            static CLASS: crate::pattern::Class = crate::pattern::Class::new(
                &[('-', '-'), ('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
                0,
            );
            CLASS.holds_all(value)
        }
    }
    crate::text::checked_text!(UserId);
    crate::redacted::redacted!(UserId);
    /// Builders of the types; a setter takes whatever converts into its field.
    pub mod builder {
        /// Builder of [`Account`](super::Account).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct Account {
            currency_code: ::std::option::Option<super::CurrencyCode>,
            default: ::std::option::Option<bool>,
            number: ::std::option::Option<super::AccountNumber>,
            type_: ::std::option::Option<super::AccountType>,
            _refused: crate::invalid::Refused,
        }
        impl Account {
            pub fn currency_code<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CurrencyCode, M>,
            {
                self.currency_code = self._refused.take("currencyCode", value.given());
                self
            }
            /// true if the account is the default consumer account
            pub fn default<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<bool, M>,
            {
                self.default = self._refused.take("default", value.given());
                self
            }
            /// Account number used for posting to Core Banking System
            pub fn number<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AccountNumber, M>,
            {
                self.number = self._refused.take("number", value.given());
                self
            }
            /// Type of the Account. By default if not provided, it is a 'CHECKING' account.
            pub fn type_<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AccountType, M>,
            {
                self.type_ = self._refused.take("type", value.given());
                self
            }
        }
        crate::built::built!(Account);
        impl ::std::convert::TryFrom<Account> for super::Account {
            type Error = crate::Invalid;
            fn try_from(value: Account) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {
                    currency_code: value.currency_code,
                    default: value.default,
                    number: value.number,
                    type_: value.type_,
                })
            }
        }
        impl ::std::convert::From<super::Account> for Account {
            fn from(value: super::Account) -> Self {
                Self {
                    currency_code: value.currency_code,
                    default: value.default,
                    number: value.number,
                    type_: value.type_,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(Account);
        /// Builder of [`ApiError`](super::ApiError).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct ApiError {
            error: ::std::option::Option<::std::string::String>,
            error_code: ::std::option::Option<super::ErrorCode>,
            _refused: crate::invalid::Refused,
        }
        impl ApiError {
            /// Provide more error details if possible.
            ///
            /// For example name of the field with invalid format.
            ///
            /// This field is for troubleshooting purposes only, it can change at any time so MUST NOT be parsed, and is not supposed to be human readable so CANNOT be displayed to end users.
            pub fn error<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.error = self._refused.take("error", value.given());
                self
            }
            /// The type of the error
            pub fn error_code<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::ErrorCode, M>,
            {
                self.error_code = self._refused.take("errorCode", value.given());
                self
            }
        }
        crate::built::built!(ApiError);
        impl ::std::convert::TryFrom<ApiError> for super::ApiError {
            type Error = crate::Invalid;
            fn try_from(value: ApiError) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {
                    error: value.error,
                    error_code: value.error_code,
                })
            }
        }
        impl ::std::convert::From<super::ApiError> for ApiError {
            fn from(value: super::ApiError) -> Self {
                Self {
                    error: value.error,
                    error_code: value.error_code,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(ApiError);
        /// Builder of [`Card`](super::Card).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct Card {
            account_list: ::std::option::Option<::std::vec::Vec<super::Account>>,
            auxiliary_scheme: ::std::option::Option<super::AuxiliaryScheme>,
            card_id: ::std::option::Option<super::CardId>,
            card_product_id: ::std::option::Option<super::CardProductId>,
            creation_time: ::std::option::Option<super::Timestamp>,
            exp: ::std::option::Option<super::CardExpiry>,
            last_update_time: ::std::option::Option<super::Timestamp>,
            new_card_id: ::std::option::Option<super::CardId>,
            new_exp: ::std::option::Option<super::CardExpiry>,
            ongoing_operation: ::std::option::Option<super::OngoingOperation>,
            pan_suffix: ::std::option::Option<super::PanSuffix>,
            scheme: ::std::option::Option<super::CardScheme>,
            state: ::std::option::Option<super::CardState>,
            state_reason: ::std::option::Option<super::CardStateReason>,
            three_ds_support: ::std::option::Option<bool>,
            _refused: crate::invalid::Refused,
        }
        impl Card {
            /// This represent the list of account the card will be attached to.
            ///
            /// This list is used for the posting
            pub fn account_list<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::vec::Vec<super::Account>, M>,
            {
                self.account_list = self._refused.take("accountList", value.given());
                self
            }
            pub fn auxiliary_scheme<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AuxiliaryScheme, M>,
            {
                self.auxiliary_scheme = self
                    ._refused
                    .take("auxiliaryScheme", value.given());
                self
            }
            /// Unique identifier of the card.
            pub fn card_id<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardId, crate::invalid::Value>,
            {
                self.card_id = self._refused.take("cardId", value.given());
                self
            }
            pub fn card_product_id<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardProductId, M>,
            {
                self.card_product_id = self
                    ._refused
                    .take("cardProductId", value.given());
                self
            }
            /// The time the resource has been created.
            /// Format ISO 8601 YYYY-MM-DDThh:mm:ssTZD
            pub fn creation_time<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Timestamp, M>,
            {
                self.creation_time = self._refused.take("creationTime", value.given());
                self
            }
            /// Expiry date of the card in MMYY format
            pub fn exp<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardExpiry, M>,
            {
                self.exp = self._refused.take("exp", value.given());
                self
            }
            /// The time the resource has been last updated.
            /// Format ISO 8601 YYYY-MM-DDThh:mm:ssTZD
            pub fn last_update_time<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Timestamp, M>,
            {
                self.last_update_time = self
                    ._refused
                    .take("lastUpdateTime", value.given());
                self
            }
            /// Unique identifier of the new card. Provided in case the card is in REPLACED state.
            pub fn new_card_id<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardId, M>,
            {
                self.new_card_id = self._refused.take("newCardId", value.given());
                self
            }
            /// New Expiry date of the card in MMYY format. Provided in case of ongoing RENEWAL operation.
            pub fn new_exp<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardExpiry, M>,
            {
                self.new_exp = self._refused.take("newExp", value.given());
                self
            }
            pub fn ongoing_operation<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::OngoingOperation, M>,
            {
                self.ongoing_operation = self
                    ._refused
                    .take("ongoingOperation", value.given());
                self
            }
            pub fn pan_suffix<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PanSuffix, M>,
            {
                self.pan_suffix = self._refused.take("panSuffix", value.given());
                self
            }
            pub fn scheme<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardScheme, M>,
            {
                self.scheme = self._refused.take("scheme", value.given());
                self
            }
            pub fn state<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardState, M>,
            {
                self.state = self._refused.take("state", value.given());
                self
            }
            /// reason associated to the state
            pub fn state_reason<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CardStateReason, M>,
            {
                self.state_reason = self._refused.take("stateReason", value.given());
                self
            }
            /// Determines if the card supports EMV 3-D Secure (3DS) flows.
            pub fn three_ds_support<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<bool, M>,
            {
                self.three_ds_support = self
                    ._refused
                    .take("threeDSsupport", value.given());
                self
            }
        }
        crate::built::built!(Card);
        impl ::std::convert::TryFrom<Card> for super::Card {
            type Error = crate::Invalid;
            fn try_from(mut value: Card) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("cardId", value.card_id.is_some());
                value._refused.none()?;
                Ok(Self {
                    account_list: value.account_list,
                    auxiliary_scheme: value.auxiliary_scheme,
                    card_id: value
                        .card_id
                        .ok_or(const { crate::Invalid::missing("cardId") })?,
                    card_product_id: value.card_product_id,
                    creation_time: value.creation_time,
                    exp: value.exp,
                    last_update_time: value.last_update_time,
                    new_card_id: value.new_card_id,
                    new_exp: value.new_exp,
                    ongoing_operation: value.ongoing_operation,
                    pan_suffix: value.pan_suffix,
                    scheme: value.scheme,
                    state: value.state,
                    state_reason: value.state_reason,
                    three_ds_support: value.three_ds_support,
                })
            }
        }
        impl ::std::convert::From<super::Card> for Card {
            fn from(value: super::Card) -> Self {
                Self {
                    account_list: value.account_list,
                    auxiliary_scheme: value.auxiliary_scheme,
                    card_id: Some(value.card_id),
                    card_product_id: value.card_product_id,
                    creation_time: value.creation_time,
                    exp: value.exp,
                    last_update_time: value.last_update_time,
                    new_card_id: value.new_card_id,
                    new_exp: value.new_exp,
                    ongoing_operation: value.ongoing_operation,
                    pan_suffix: value.pan_suffix,
                    scheme: value.scheme,
                    state: value.state,
                    state_reason: value.state_reason,
                    three_ds_support: value.three_ds_support,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(Card);
        /// Builder of [`CardList`](super::CardList).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct CardList {
            cards: ::std::option::Option<::std::vec::Vec<super::Card>>,
            _refused: crate::invalid::Refused,
        }
        impl CardList {
            /// list of cards that are associated to the end user
            pub fn cards<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::vec::Vec<super::Card>, M>,
            {
                self.cards = self._refused.take("cards", value.given());
                self
            }
        }
        crate::built::built!(CardList);
        impl ::std::convert::TryFrom<CardList> for super::CardList {
            type Error = crate::Invalid;
            fn try_from(value: CardList) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self { cards: value.cards })
            }
        }
        impl ::std::convert::From<super::CardList> for CardList {
            fn from(value: super::CardList) -> Self {
                Self {
                    cards: value.cards,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(CardList);
        /// Builder of [`ConsumerInformation`](super::ConsumerInformation).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct ConsumerInformation {
            personal_information: ::std::option::Option<super::PersonalInformation>,
            preferences: ::std::option::Option<super::Preferences>,
            _refused: crate::invalid::Refused,
        }
        impl ConsumerInformation {
            /// the following object represents the personal information of the end user.
            pub fn personal_information<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonalInformation, M>,
            {
                self.personal_information = self
                    ._refused
                    .take("personalInformation", value.given());
                self
            }
            pub fn preferences<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Preferences, M>,
            {
                self.preferences = self._refused.take("preferences", value.given());
                self
            }
        }
        crate::built::built!(
            ConsumerInformation "consumer_v2"
            "ConsumerInformation::builder()\n    .personal_information(PersonalInformation::builder().first_name(\"Ada\").last_name(\"Lovelace\").language(\"eng\"))"
        );
        impl ::std::convert::TryFrom<ConsumerInformation>
        for super::ConsumerInformation {
            type Error = crate::Invalid;
            fn try_from(
                value: ConsumerInformation,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {
                    personal_information: value.personal_information,
                    preferences: value.preferences,
                })
            }
        }
        impl ::std::convert::From<super::ConsumerInformation> for ConsumerInformation {
            fn from(value: super::ConsumerInformation) -> Self {
                Self {
                    personal_information: value.personal_information,
                    preferences: value.preferences,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(ConsumerInformation);
        /// Builder of [`DeletionRequest`](super::DeletionRequest).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct DeletionRequest {
            reason: ::std::option::Option<super::DeletionReason>,
            _refused: crate::invalid::Refused,
        }
        impl DeletionRequest {
            pub fn reason<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::DeletionReason, M>,
            {
                self.reason = self._refused.take("reason", value.given());
                self
            }
        }
        crate::built::built!(
            DeletionRequest "consumer_v2"
            "DeletionRequest::builder().reason(\"Account closed\")"
        );
        impl ::std::convert::TryFrom<DeletionRequest> for super::DeletionRequest {
            type Error = crate::Invalid;
            fn try_from(
                value: DeletionRequest,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self { reason: value.reason })
            }
        }
        impl ::std::convert::From<super::DeletionRequest> for DeletionRequest {
            fn from(value: super::DeletionRequest) -> Self {
                Self {
                    reason: value.reason,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(DeletionRequest);
        /// Builder of [`PersonalInformation`](super::PersonalInformation).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct PersonalInformation {
            date_of_birth: ::std::option::Option<super::DateOfBirth>,
            email: ::std::option::Option<super::EmailAddress>,
            first_name: ::std::option::Option<super::PersonName>,
            gender: ::std::option::Option<super::Gender>,
            language: ::std::option::Option<super::Language>,
            last_name: ::std::option::Option<super::PersonName>,
            middle_name: ::std::option::Option<super::PersonName>,
            mobile_phone_number: ::std::option::Option<super::PhoneNumber>,
            nationality: ::std::option::Option<super::CountryCode>,
            residency_address: ::std::option::Option<super::PostalAddress>,
            second_last_name: ::std::option::Option<super::PersonName>,
            title: ::std::option::Option<super::Title>,
            _refused: crate::invalid::Refused,
        }
        impl PersonalInformation {
            /// Date of Birth.
            pub fn date_of_birth<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::DateOfBirth, M>,
            {
                self.date_of_birth = self._refused.take("dateOfBirth", value.given());
                self
            }
            /// Email of the end user.
            ///
            /// **Note**: This field is mandatory for Click to Pay with Mastercard.
            pub fn email<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::EmailAddress, M>,
            {
                self.email = self._refused.take("email", value.given());
                self
            }
            /// First name of the end user (Unicode characters allowed).
            ///
            /// **Note**: This field is mandatory for Click to Pay.
            pub fn first_name<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonName, crate::invalid::Value>,
            {
                self.first_name = self._refused.take("firstName", value.given());
                self
            }
            pub fn gender<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Gender, M>,
            {
                self.gender = self._refused.take("gender", value.given());
                self
            }
            /// Language as defined by ISO 639-2 standard.
            ///
            /// **Note**: This field is mandatory for Click to Pay.
            ///
            /// List of languages accepted : abk, aar, afr, alb, amh, ara, arm, aze, bel, ben, bis, bos, bul, bur, cat, nya, chi, hrv, cze, dan, div, dut, dzo, eng, est, fij, fin, fre, geo, ger, gre, grn, hat, hau, heb, hin, hun, ice, ind, gle, ita, jpn, kaz, khm, kin, kor, kur, kir, lao, lat, lav, lit, ltz, mac, mlg, may, mlt, mao, mah, mon, nau, nep, nor, orm, oss, pus, per, pol, por, rum, roh, rus, smo, sag, srp, sin, slo, slv, som, spa, swa, swe, tgk, tam, tha, ton, tur, tuk, ukr, urd, uzb, vie,
            pub fn language<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Language, M>,
            {
                self.language = self._refused.take("language", value.given());
                self
            }
            /// Last name of the end user (Unicode characters allowed).
            ///
            /// **Note**: This field is mandatory for Click to Pay.
            pub fn last_name<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonName, crate::invalid::Value>,
            {
                self.last_name = self._refused.take("lastName", value.given());
                self
            }
            /// Middle name of the end user (Unicode characters allowed).
            pub fn middle_name<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonName, M>,
            {
                self.middle_name = self._refused.take("middleName", value.given());
                self
            }
            /// Phonenumber of the end user (consumer). Shall respect the E-164 format.
            ///
            /// **Note**: This field is mandatory for Click to Pay.
            pub fn mobile_phone_number<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PhoneNumber, M>,
            {
                self.mobile_phone_number = self
                    ._refused
                    .take("mobilePhoneNumber", value.given());
                self
            }
            /// Main nationality of the end user in ISO 3166-1 Alpha-2 Code
            pub fn nationality<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CountryCode, M>,
            {
                self.nationality = self._refused.take("nationality", value.given());
                self
            }
            /// Residency address of the end user (consumer).
            ///
            /// In the context of Click to Pay it will be used as "billing address" associated to each cards.
            ///
            /// **Note**: This field is mandatory for Click to Pay with Visa. When set for Click to Pay Mastercard, all fields inside the residencyAddress must be provided, in accordance with Mastercard specification.
            pub fn residency_address<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PostalAddress, M>,
            {
                self.residency_address = self
                    ._refused
                    .take("residencyAddress", value.given());
                self
            }
            /// Second Last name of the end user (Unicode characters allowed).
            pub fn second_last_name<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PersonName, M>,
            {
                self.second_last_name = self
                    ._refused
                    .take("secondLastName", value.given());
                self
            }
            /// Title of the end user.
            ///
            /// By default D1 support the following title value
            ///
            /// - Mr.
            /// - Mrs.
            /// - Miss
            ///
            /// Please contact Thales integration team for the support of other value
            ///
            /// To not fill in if not applicable.
            pub fn title<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Title, M>,
            {
                self.title = self._refused.take("title", value.given());
                self
            }
        }
        crate::built::built!(
            PersonalInformation "consumer_v2"
            "PersonalInformation::builder()\n    .first_name(\"Ada\")\n    .last_name(\"Lovelace\")\n    .language(\"eng\")"
        );
        impl ::std::convert::TryFrom<PersonalInformation>
        for super::PersonalInformation {
            type Error = crate::Invalid;
            fn try_from(
                mut value: PersonalInformation,
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
                    gender: value.gender,
                    language: value.language,
                    last_name: value
                        .last_name
                        .ok_or(const { crate::Invalid::missing("lastName") })?,
                    middle_name: value.middle_name,
                    mobile_phone_number: value.mobile_phone_number,
                    nationality: value.nationality,
                    residency_address: value.residency_address,
                    second_last_name: value.second_last_name,
                    title: value.title,
                })
            }
        }
        impl ::std::convert::From<super::PersonalInformation> for PersonalInformation {
            fn from(value: super::PersonalInformation) -> Self {
                Self {
                    date_of_birth: value.date_of_birth,
                    email: value.email,
                    first_name: Some(value.first_name),
                    gender: value.gender,
                    language: value.language,
                    last_name: Some(value.last_name),
                    middle_name: value.middle_name,
                    mobile_phone_number: value.mobile_phone_number,
                    nationality: value.nationality,
                    residency_address: value.residency_address,
                    second_last_name: value.second_last_name,
                    title: value.title,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(PersonalInformation);
        /// Builder of [`PhoneNumber`](super::PhoneNumber).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct PhoneNumber {
            country_code: ::std::option::Option<super::CallingCode>,
            phone_number: ::std::option::Option<super::NationalNumber>,
            _refused: crate::invalid::Refused,
        }
        impl PhoneNumber {
            /// Internantional country code of the end user's phonenumber. Shall start with the '+' sign.
            pub fn country_code<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CallingCode, crate::invalid::Value>,
            {
                self.country_code = self._refused.take("countryCode", value.given());
                self
            }
            /// National phonenumber of the end user. Shall not contain the first '0' of the national phonenumber. If present as input parameter, D1 will ignore it.
            pub fn phone_number<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::NationalNumber, crate::invalid::Value>,
            {
                self.phone_number = self._refused.take("phoneNumber", value.given());
                self
            }
        }
        crate::built::built!(
            PhoneNumber "consumer_v2"
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
            line3: ::std::option::Option<super::AddressLine>,
            line4: ::std::option::Option<super::AddressLine>,
            recipient_name: ::std::option::Option<super::RecipientName>,
            state: ::std::option::Option<super::Subdivision>,
            zip_code: ::std::option::Option<super::PostalCode>,
            _refused: crate::invalid::Refused,
        }
        impl PostalAddress {
            /// City.
            pub fn city<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::City, crate::invalid::Value>,
            {
                self.city = self._refused.take("city", value.given());
                self
            }
            /// Country code in ISO 3166-1 alpha-2.
            ///
            /// **Note**: This field is mandatory for Click to Pay.
            pub fn country_code<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::CountryCode, crate::invalid::Value>,
            {
                self.country_code = self._refused.take("countryCode", value.given());
                self
            }
            /// First line of the address (Unicode characters allowed).
            pub fn line1<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AddressLine, crate::invalid::Value>,
            {
                self.line1 = self._refused.take("line1", value.given());
                self
            }
            /// Second line of the address (Unicode characters allowed).
            pub fn line2<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AddressLine, M>,
            {
                self.line2 = self._refused.take("line2", value.given());
                self
            }
            /// First line of the address (Unicode characters allowed).
            pub fn line3<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AddressLine, M>,
            {
                self.line3 = self._refused.take("line3", value.given());
                self
            }
            /// Fourth line of the address (Unicode characters allowed).
            pub fn line4<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::AddressLine, M>,
            {
                self.line4 = self._refused.take("line4", value.given());
                self
            }
            /// Free text field containing the name of the recipient of post mail in case the name is different from first/last name (Unicode characters allowed).
            pub fn recipient_name<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::RecipientName, M>,
            {
                self.recipient_name = self._refused.take("recipientName", value.given());
                self
            }
            /// State.
            ///
            /// **Note**: For Click to Pay, this field shall be the second part of ISO_3166-2 format in upper case, representing the state (country subdivision) based on the country.
            pub fn state<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::Subdivision, crate::invalid::Value>,
            {
                self.state = self._refused.take("state", value.given());
                self
            }
            /// Zip Code.
            pub fn zip_code<T>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::PostalCode, crate::invalid::Value>,
            {
                self.zip_code = self._refused.take("zipCode", value.given());
                self
            }
        }
        crate::built::built!(
            PostalAddress "consumer_v2"
            "PostalAddress::builder()\n    .line1(\"12 St James's Square\")\n    .city(\"London\")\n    .state(\"LND\")\n    .zip_code(\"SW1Y 4JH\")\n    .country_code(\"GB\")"
        );
        impl ::std::convert::TryFrom<PostalAddress> for super::PostalAddress {
            type Error = crate::Invalid;
            fn try_from(
                mut value: PostalAddress,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.require("city", value.city.is_some());
                value._refused.require("countryCode", value.country_code.is_some());
                value._refused.require("line1", value.line1.is_some());
                value._refused.require("state", value.state.is_some());
                value._refused.require("zipCode", value.zip_code.is_some());
                value._refused.none()?;
                Ok(Self {
                    city: value.city.ok_or(const { crate::Invalid::missing("city") })?,
                    country_code: value
                        .country_code
                        .ok_or(const { crate::Invalid::missing("countryCode") })?,
                    line1: value
                        .line1
                        .ok_or(const { crate::Invalid::missing("line1") })?,
                    line2: value.line2,
                    line3: value.line3,
                    line4: value.line4,
                    recipient_name: value.recipient_name,
                    state: value
                        .state
                        .ok_or(const { crate::Invalid::missing("state") })?,
                    zip_code: value
                        .zip_code
                        .ok_or(const { crate::Invalid::missing("zipCode") })?,
                })
            }
        }
        impl ::std::convert::From<super::PostalAddress> for PostalAddress {
            fn from(value: super::PostalAddress) -> Self {
                Self {
                    city: Some(value.city),
                    country_code: Some(value.country_code),
                    line1: Some(value.line1),
                    line2: value.line2,
                    line3: value.line3,
                    line4: value.line4,
                    recipient_name: value.recipient_name,
                    state: Some(value.state),
                    zip_code: Some(value.zip_code),
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(PostalAddress);
        /// Builder of [`Preferences`](super::Preferences).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct Preferences {
            notification_channel: ::std::option::Option<
                ::std::vec::Vec<super::NotificationChannel>,
            >,
            _refused: crate::invalid::Refused,
        }
        impl Preferences {
            /// list by order of preference the communication channel D1 must use to send notification to user
            ///
            /// This do no superseded the restricted list of channel defined at message configuration level
            ///
            /// if not provided, D1 manage to send the message with the following preference order:
            ///
            /// - IN_APP_NOTIFICATION
            /// - SMS
            /// - EMAIL
            pub fn notification_channel<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::vec::Vec<super::NotificationChannel>, M>,
            {
                self.notification_channel = self
                    ._refused
                    .take(
                        "notificationChannel",
                        value
                            .given()
                            .map(|given| {
                                given
                                    .and_then(|items| crate::invalid::items(
                                        items,
                                        0usize,
                                        3usize,
                                        true,
                                        crate::Invalid::of(
                                            crate::invalid::Rule::Items {
                                                min: 0usize,
                                                max: 3usize,
                                                unique: true,
                                            },
                                            "must hold at most 3 different values",
                                        ),
                                    ))
                            }),
                    );
                self
            }
        }
        crate::built::built!(
            Preferences "consumer_v2"
            "Preferences::builder()\n    .notification_channel(vec![NotificationChannel::InAppNotification, NotificationChannel::Sms])"
        );
        impl ::std::convert::TryFrom<Preferences> for super::Preferences {
            type Error = crate::Invalid;
            fn try_from(
                value: Preferences,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {
                    notification_channel: value.notification_channel,
                })
            }
        }
        impl ::std::convert::From<super::Preferences> for Preferences {
            fn from(value: super::Preferences) -> Self {
                Self {
                    notification_channel: value.notification_channel,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(Preferences);
        /// Builder of [`Receipt`](super::Receipt).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct Receipt {
            operation_id: ::std::option::Option<super::OperationId>,
            _refused: crate::invalid::Refused,
        }
        impl Receipt {
            pub fn operation_id<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<super::OperationId, M>,
            {
                self.operation_id = self._refused.take("operationId", value.given());
                self
            }
        }
        crate::built::built!(Receipt);
        impl ::std::convert::TryFrom<Receipt> for super::Receipt {
            type Error = crate::Invalid;
            fn try_from(value: Receipt) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {
                    operation_id: value.operation_id,
                })
            }
        }
        impl ::std::convert::From<super::Receipt> for Receipt {
            fn from(value: super::Receipt) -> Self {
                Self {
                    operation_id: value.operation_id,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(Receipt);
    }
}
/// Client for D1 Inbound Consumer API
///
/// Version: 2.0
#[derive(Clone)]
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::hooks::Authorizer,
    base: crate::base::Base,
}
impl Client {
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::hooks::Authorizer,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
            base: crate::base::Base::of(baseurl),
        }
    }
}
impl ClientInfo<crate::hooks::Authorizer> for Client {
    fn api_version() -> &'static str {
        "2.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::hooks::Authorizer {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::hooks::Authorizer>,
    {}
};
impl Client {
    /// Register consumer
    ///
    /// This request is used by the bank backend to request the registration of the end user with personal information.
    ///
    /// > #### Note
    /// >
    /// > It is strongly recommended to provide the end user personal information such as first and last name, email, phone number, postal address.
    /// > Personal information is used in `D1 Tokenization` by the Decision Engine or in `D1 Push` when building the card information to push to OEM Wallet.
    ///
    /// > #### Note
    /// >
    /// > Some end user personal information are mandatory for issuers using `D1 Click to Pay` service. These mandatory personal information
    /// > such as mobilePhoneNumber or language are tagged bellow with *"This field is mandatory for Click to Pay"*.
    ///
    /// Sends a `PUT` request to `/issuers/{issuerId}/consumers/{consumerId}`
    ///
    /// Arguments:
    /// - `issuerId`: The issuer.
    /// - `consumerId`: The end user.
    /// - `x-correlation-id`: Finds this call in D1's logs.
    /// - `x-user-id`: Who at the issuer asks for this.
    /// - `body`
    pub fn register_consumer(&self) -> builder::RegisterConsumer<'_> {
        builder::RegisterConsumer::new(self)
    }
    /// Get Card List
    ///
    /// This request is used to request the end user card list.
    /// It will return the cards & digital cards and associated accounts.
    ///
    /// Sends a `GET` request to `/issuers/{issuerId}/consumers/{consumerId}/cards`
    ///
    /// Arguments:
    /// - `issuerId`: The issuer.
    /// - `consumerId`: The end user.
    /// - `x-correlation-id`: Finds this call in D1's logs.
    /// - `x-user-id`: Who at the issuer asks for this.
    pub fn list_cards(&self) -> builder::ListCards<'_> {
        builder::ListCards::new(self)
    }
    /// Delete
    ///
    /// This request is used by the bank backend to request the deletion of an end user.
    ///
    /// It will also in cascade delete all the accounts, cards and digital cards owned by the end user.
    ///
    /// **Note:** The deletion of the end user cannot be reverted. If the same end user is willing to reuse the solution, we will require a new end user registration with a new consumerId.
    ///
    /// Sends a `POST` request to `/issuers/{issuerId}/consumers/{consumerId}/operations:delete`
    ///
    /// Arguments:
    /// - `issuerId`: The issuer.
    /// - `consumerId`: The end user.
    /// - `x-correlation-id`: Finds this call in D1's logs.
    /// - `x-user-id`: Who at the issuer asks for this.
    /// - `body`
    pub fn delete_consumer(&self) -> builder::DeleteConsumer<'_> {
        builder::DeleteConsumer::new(self)
    }
    /// Update consumer information
    ///
    /// This request is used by the bank backend to request the update of the consumer information.
    ///
    /// > #### Note
    /// >
    /// > Some end user personal information are mandatory for issuers using `D1 Click to Pay` service. These mandatory personal information
    /// > such as mobilePhoneNumber or language are tagged bellow with *"This field is mandatory for Click to Pay"*.
    ///
    /// Sends a `POST` request to `/issuers/{issuerId}/consumers/{consumerId}/operations:update`
    ///
    /// Arguments:
    /// - `issuerId`: The issuer.
    /// - `consumerId`: The end user.
    /// - `x-correlation-id`: Finds this call in D1's logs.
    /// - `x-user-id`: Who at the issuer asks for this.
    /// - `body`
    pub fn update_consumer(&self) -> builder::UpdateConsumer<'_> {
        builder::UpdateConsumer::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
    /// Builder for [`Client::register_consumer`]
    ///
    /// [`Client::register_consumer`]: super::Client::register_consumer
    #[derive(Clone)]
    #[must_use]
    pub struct RegisterConsumer<'a> {
        client: &'a super::Client,
        issuer_id: ::std::result::Result<types::IssuerId, crate::Invalid>,
        consumer_id: ::std::result::Result<types::ConsumerId, crate::Invalid>,
        x_correlation_id: ::std::result::Result<
            ::std::option::Option<types::CorrelationId>,
            crate::Invalid,
        >,
        x_user_id: ::std::result::Result<
            ::std::option::Option<types::UserId>,
            crate::Invalid,
        >,
        body: ::std::result::Result<types::builder::ConsumerInformation, crate::Invalid>,
    }
    impl<'a> RegisterConsumer<'a> {
        pub(super) fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                issuer_id: Err(crate::Invalid::missing("issuerId")),
                consumer_id: Err(crate::Invalid::missing("consumerId")),
                x_correlation_id: Ok(None),
                x_user_id: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn issuer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::IssuerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.issuer_id = crate::invalid::field("issuerId", value);
            self
        }
        pub fn consumer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::ConsumerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.consumer_id = crate::invalid::field("consumerId", value);
            self
        }
        pub fn x_correlation_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::CorrelationId, M>,
        {
            self.x_correlation_id = crate::invalid::optional("x-correlation-id", value);
            self
        }
        pub fn x_user_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::UserId, M>,
        {
            self.x_user_id = crate::invalid::optional("x-user-id", value);
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::ConsumerInformation>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.body = value.try_into().map(From::from).map_err(Into::into);
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::ConsumerInformation,
            ) -> types::builder::ConsumerInformation,
        {
            self.body = self.body.map(f);
            self
        }
        /// The request that [`send`](Self::send) would send, without the token.
        pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
            let Self {
                client,
                issuer_id,
                consumer_id,
                x_correlation_id,
                x_user_id,
                body,
            } = self;
            let issuer_id = issuer_id.map_err(crate::invalid::refuse)?;
            let consumer_id = consumer_id.map_err(crate::invalid::refuse)?;
            let x_correlation_id = x_correlation_id.map_err(crate::invalid::refuse)?;
            let x_user_id = x_user_id.map_err(crate::invalid::refuse)?;
            let body = body
                .and_then(types::ConsumerInformation::try_from)
                .and_then(|body| body.to_json())
                .map_err(crate::invalid::refuse)?;
            client
                .register_consumer_request(
                    &issuer_id,
                    &consumer_id,
                    x_correlation_id.as_ref(),
                    x_user_id.as_ref(),
                    body,
                )
                .map_err(crate::invalid::refuse)
        }
        /// Sends a `PUT` request to `/issuers/{issuerId}/consumers/{consumerId}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<()>> {
            let client = self.client;
            let mut request = self.request()?;
            let info = OperationInfo {
                operation_id: "register_consumer",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                204u16 => Ok(ResponseValue::empty(response)),
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    impl ::std::fmt::Debug for RegisterConsumer<'_> {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(RegisterConsumer)).finish_non_exhaustive()
        }
    }
    /// Builder for [`Client::list_cards`]
    ///
    /// [`Client::list_cards`]: super::Client::list_cards
    #[derive(Clone)]
    #[must_use]
    pub struct ListCards<'a> {
        client: &'a super::Client,
        issuer_id: ::std::result::Result<types::IssuerId, crate::Invalid>,
        consumer_id: ::std::result::Result<types::ConsumerId, crate::Invalid>,
        x_correlation_id: ::std::result::Result<
            ::std::option::Option<types::CorrelationId>,
            crate::Invalid,
        >,
        x_user_id: ::std::result::Result<
            ::std::option::Option<types::UserId>,
            crate::Invalid,
        >,
    }
    impl<'a> ListCards<'a> {
        pub(super) fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                issuer_id: Err(crate::Invalid::missing("issuerId")),
                consumer_id: Err(crate::Invalid::missing("consumerId")),
                x_correlation_id: Ok(None),
                x_user_id: Ok(None),
            }
        }
        pub fn issuer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::IssuerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.issuer_id = crate::invalid::field("issuerId", value);
            self
        }
        pub fn consumer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::ConsumerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.consumer_id = crate::invalid::field("consumerId", value);
            self
        }
        pub fn x_correlation_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::CorrelationId, M>,
        {
            self.x_correlation_id = crate::invalid::optional("x-correlation-id", value);
            self
        }
        pub fn x_user_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::UserId, M>,
        {
            self.x_user_id = crate::invalid::optional("x-user-id", value);
            self
        }
        /// The request that [`send`](Self::send) would send, without the token.
        pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
            let Self { client, issuer_id, consumer_id, x_correlation_id, x_user_id } = self;
            let issuer_id = issuer_id.map_err(crate::invalid::refuse)?;
            let consumer_id = consumer_id.map_err(crate::invalid::refuse)?;
            let x_correlation_id = x_correlation_id.map_err(crate::invalid::refuse)?;
            let x_user_id = x_user_id.map_err(crate::invalid::refuse)?;
            client
                .list_cards_request(
                    &issuer_id,
                    &consumer_id,
                    x_correlation_id.as_ref(),
                    x_user_id.as_ref(),
                )
                .map_err(crate::invalid::refuse)
        }
        /// Sends a `GET` request to `/issuers/{issuerId}/consumers/{consumerId}/cards`
        pub async fn send(self) -> Result<ResponseValue<types::CardList>, Error<()>> {
            let client = self.client;
            let mut request = self.request()?;
            let info = OperationInfo {
                operation_id: "list_cards",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    impl ::std::fmt::Debug for ListCards<'_> {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(ListCards)).finish_non_exhaustive()
        }
    }
    /// Builder for [`Client::delete_consumer`]
    ///
    /// [`Client::delete_consumer`]: super::Client::delete_consumer
    #[derive(Clone)]
    #[must_use]
    pub struct DeleteConsumer<'a> {
        client: &'a super::Client,
        issuer_id: ::std::result::Result<types::IssuerId, crate::Invalid>,
        consumer_id: ::std::result::Result<types::ConsumerId, crate::Invalid>,
        x_correlation_id: ::std::result::Result<
            ::std::option::Option<types::CorrelationId>,
            crate::Invalid,
        >,
        x_user_id: ::std::result::Result<
            ::std::option::Option<types::UserId>,
            crate::Invalid,
        >,
        body: ::std::result::Result<types::builder::DeletionRequest, crate::Invalid>,
    }
    impl<'a> DeleteConsumer<'a> {
        pub(super) fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                issuer_id: Err(crate::Invalid::missing("issuerId")),
                consumer_id: Err(crate::Invalid::missing("consumerId")),
                x_correlation_id: Ok(None),
                x_user_id: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn issuer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::IssuerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.issuer_id = crate::invalid::field("issuerId", value);
            self
        }
        pub fn consumer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::ConsumerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.consumer_id = crate::invalid::field("consumerId", value);
            self
        }
        pub fn x_correlation_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::CorrelationId, M>,
        {
            self.x_correlation_id = crate::invalid::optional("x-correlation-id", value);
            self
        }
        pub fn x_user_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::UserId, M>,
        {
            self.x_user_id = crate::invalid::optional("x-user-id", value);
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::DeletionRequest>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.body = value.try_into().map(From::from).map_err(Into::into);
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::DeletionRequest,
            ) -> types::builder::DeletionRequest,
        {
            self.body = self.body.map(f);
            self
        }
        /// The request that [`send`](Self::send) would send, without the token.
        pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
            let Self {
                client,
                issuer_id,
                consumer_id,
                x_correlation_id,
                x_user_id,
                body,
            } = self;
            let issuer_id = issuer_id.map_err(crate::invalid::refuse)?;
            let consumer_id = consumer_id.map_err(crate::invalid::refuse)?;
            let x_correlation_id = x_correlation_id.map_err(crate::invalid::refuse)?;
            let x_user_id = x_user_id.map_err(crate::invalid::refuse)?;
            let body = body
                .and_then(types::DeletionRequest::try_from)
                .and_then(|body| body.to_json())
                .map_err(crate::invalid::refuse)?;
            client
                .delete_consumer_request(
                    &issuer_id,
                    &consumer_id,
                    x_correlation_id.as_ref(),
                    x_user_id.as_ref(),
                    body,
                )
                .map_err(crate::invalid::refuse)
        }
        /// Sends a `POST` request to `/issuers/{issuerId}/consumers/{consumerId}/operations:delete`
        pub async fn send(self) -> Result<ResponseValue<types::Receipt>, Error<()>> {
            let client = self.client;
            let mut request = self.request()?;
            let info = OperationInfo {
                operation_id: "delete_consumer",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    impl ::std::fmt::Debug for DeleteConsumer<'_> {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(DeleteConsumer)).finish_non_exhaustive()
        }
    }
    /// Builder for [`Client::update_consumer`]
    ///
    /// [`Client::update_consumer`]: super::Client::update_consumer
    #[derive(Clone)]
    #[must_use]
    pub struct UpdateConsumer<'a> {
        client: &'a super::Client,
        issuer_id: ::std::result::Result<types::IssuerId, crate::Invalid>,
        consumer_id: ::std::result::Result<types::ConsumerId, crate::Invalid>,
        x_correlation_id: ::std::result::Result<
            ::std::option::Option<types::CorrelationId>,
            crate::Invalid,
        >,
        x_user_id: ::std::result::Result<
            ::std::option::Option<types::UserId>,
            crate::Invalid,
        >,
        body: ::std::result::Result<types::builder::ConsumerInformation, crate::Invalid>,
    }
    impl<'a> UpdateConsumer<'a> {
        pub(super) fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                issuer_id: Err(crate::Invalid::missing("issuerId")),
                consumer_id: Err(crate::Invalid::missing("consumerId")),
                x_correlation_id: Ok(None),
                x_user_id: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn issuer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::IssuerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.issuer_id = crate::invalid::field("issuerId", value);
            self
        }
        pub fn consumer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::ConsumerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.consumer_id = crate::invalid::field("consumerId", value);
            self
        }
        pub fn x_correlation_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::CorrelationId, M>,
        {
            self.x_correlation_id = crate::invalid::optional("x-correlation-id", value);
            self
        }
        pub fn x_user_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::UserId, M>,
        {
            self.x_user_id = crate::invalid::optional("x-user-id", value);
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::ConsumerInformation>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.body = value.try_into().map(From::from).map_err(Into::into);
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::ConsumerInformation,
            ) -> types::builder::ConsumerInformation,
        {
            self.body = self.body.map(f);
            self
        }
        /// The request that [`send`](Self::send) would send, without the token.
        pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
            let Self {
                client,
                issuer_id,
                consumer_id,
                x_correlation_id,
                x_user_id,
                body,
            } = self;
            let issuer_id = issuer_id.map_err(crate::invalid::refuse)?;
            let consumer_id = consumer_id.map_err(crate::invalid::refuse)?;
            let x_correlation_id = x_correlation_id.map_err(crate::invalid::refuse)?;
            let x_user_id = x_user_id.map_err(crate::invalid::refuse)?;
            let body = body
                .and_then(types::ConsumerInformation::try_from)
                .and_then(|body| body.to_json())
                .map_err(crate::invalid::refuse)?;
            client
                .update_consumer_request(
                    &issuer_id,
                    &consumer_id,
                    x_correlation_id.as_ref(),
                    x_user_id.as_ref(),
                    body,
                )
                .map_err(crate::invalid::refuse)
        }
        /// Sends a `POST` request to `/issuers/{issuerId}/consumers/{consumerId}/operations:update`
        pub async fn send(self) -> Result<ResponseValue<types::Receipt>, Error<()>> {
            let client = self.client;
            let mut request = self.request()?;
            let info = OperationInfo {
                operation_id: "update_consumer",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    impl ::std::fmt::Debug for UpdateConsumer<'_> {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(UpdateConsumer)).finish_non_exhaustive()
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}
crate::redacted::redacted!(Client);
crate::hooks::hooks!(Client);
#[allow(clippy::all)]
impl Client {
    /// The request of [`register_consumer`](Self::register_consumer), not sent, without a token. Its body is given as JSON text.
    /// # Errors
    /// If the base URL is none, or an argument cannot stand in a header.
    pub fn register_consumer_request(
        &self,
        issuer_id: &types::IssuerId,
        consumer_id: &types::ConsumerId,
        x_correlation_id: ::std::option::Option<&types::CorrelationId>,
        x_user_id: ::std::option::Option<&types::UserId>,
        body: impl ::std::convert::Into<::reqwest::Body>,
    ) -> ::std::result::Result<::reqwest::Request, crate::Invalid> {
        let url = self
            .base
            .url(
                format_args!(
                    "/issuers/{0}/consumers/{1}", encode_path(& issuer_id.as_str()),
                    encode_path(& consumer_id.as_str())
                ),
            )?;
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        if let Some(value) = x_correlation_id {
            header_map
                .append(
                    const {
                        ::reqwest::header::HeaderName::from_static("x-correlation-id")
                    },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        if let Some(value) = x_user_id {
            header_map
                .append(
                    const { ::reqwest::header::HeaderName::from_static("x-user-id") },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        self.client
            .put(url)
            .header(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .body(body)
            .headers(header_map)
            .build()
            .map_err(crate::base::unfit)
    }
    /// The request of [`list_cards`](Self::list_cards), not sent, without a token.
    /// # Errors
    /// If the base URL is none, or an argument cannot stand in a header.
    pub fn list_cards_request(
        &self,
        issuer_id: &types::IssuerId,
        consumer_id: &types::ConsumerId,
        x_correlation_id: ::std::option::Option<&types::CorrelationId>,
        x_user_id: ::std::option::Option<&types::UserId>,
    ) -> ::std::result::Result<::reqwest::Request, crate::Invalid> {
        let url = self
            .base
            .url(
                format_args!(
                    "/issuers/{0}/consumers/{1}/cards", encode_path(& issuer_id
                    .as_str()), encode_path(& consumer_id.as_str())
                ),
            )?;
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        if let Some(value) = x_correlation_id {
            header_map
                .append(
                    const {
                        ::reqwest::header::HeaderName::from_static("x-correlation-id")
                    },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        if let Some(value) = x_user_id {
            header_map
                .append(
                    const { ::reqwest::header::HeaderName::from_static("x-user-id") },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        self.client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()
            .map_err(crate::base::unfit)
    }
    /// The request of [`delete_consumer`](Self::delete_consumer), not sent, without a token. Its body is given as JSON text.
    /// # Errors
    /// If the base URL is none, or an argument cannot stand in a header.
    pub fn delete_consumer_request(
        &self,
        issuer_id: &types::IssuerId,
        consumer_id: &types::ConsumerId,
        x_correlation_id: ::std::option::Option<&types::CorrelationId>,
        x_user_id: ::std::option::Option<&types::UserId>,
        body: impl ::std::convert::Into<::reqwest::Body>,
    ) -> ::std::result::Result<::reqwest::Request, crate::Invalid> {
        let url = self
            .base
            .url(
                format_args!(
                    "/issuers/{0}/consumers/{1}/operations:delete", encode_path(&
                    issuer_id.as_str()), encode_path(& consumer_id.as_str())
                ),
            )?;
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        if let Some(value) = x_correlation_id {
            header_map
                .append(
                    const {
                        ::reqwest::header::HeaderName::from_static("x-correlation-id")
                    },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        if let Some(value) = x_user_id {
            header_map
                .append(
                    const { ::reqwest::header::HeaderName::from_static("x-user-id") },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        self.client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .header(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .body(body)
            .headers(header_map)
            .build()
            .map_err(crate::base::unfit)
    }
    /// The request of [`update_consumer`](Self::update_consumer), not sent, without a token. Its body is given as JSON text.
    /// # Errors
    /// If the base URL is none, or an argument cannot stand in a header.
    pub fn update_consumer_request(
        &self,
        issuer_id: &types::IssuerId,
        consumer_id: &types::ConsumerId,
        x_correlation_id: ::std::option::Option<&types::CorrelationId>,
        x_user_id: ::std::option::Option<&types::UserId>,
        body: impl ::std::convert::Into<::reqwest::Body>,
    ) -> ::std::result::Result<::reqwest::Request, crate::Invalid> {
        let url = self
            .base
            .url(
                format_args!(
                    "/issuers/{0}/consumers/{1}/operations:update", encode_path(&
                    issuer_id.as_str()), encode_path(& consumer_id.as_str())
                ),
            )?;
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
        if let Some(value) = x_correlation_id {
            header_map
                .append(
                    const {
                        ::reqwest::header::HeaderName::from_static("x-correlation-id")
                    },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        if let Some(value) = x_user_id {
            header_map
                .append(
                    const { ::reqwest::header::HeaderName::from_static("x-user-id") },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        self.client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .header(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .body(body)
            .headers(header_map)
            .build()
            .map_err(crate::base::unfit)
    }
}
impl types::ConsumerInformation {
    /// The JSON text that is sent.
    /// # Errors
    /// None: nothing in it is without a form in JSON.
    pub fn to_json(&self) -> ::std::result::Result<::std::vec::Vec<u8>, crate::Invalid> {
        crate::wire::json(self)
    }
}
impl types::DeletionRequest {
    /// The JSON text that is sent.
    /// # Errors
    /// None: nothing in it is without a form in JSON.
    pub fn to_json(&self) -> ::std::result::Result<::std::vec::Vec<u8>, crate::Invalid> {
        crate::wire::json(self)
    }
}
/// Base URLs, as the vendor's document lists them.
pub mod servers {
    /// Production server.
    pub const PRODUCTION: &str = "https://api.d1.thalescloud.io/banking/v2";
    /// Staging server.
    pub const STAGING: &str = "https://api.d1-stg.thalescloud.io/banking/v2";
}
/// Typed mocks of the operations for [`httpmock`](https://docs.rs/httpmock). They match below any end of `/banking/v2`: on a server of their own as well as beside a sandbox.
#[cfg(feature = "httpmock")]
#[allow(clippy::all, clippy::unwrap_used)]
pub mod mock {
    pub mod operations {
        //! [`When`](::httpmock::When) and [`Then`](::httpmock::Then)
        //! wrappers for each operation. Each can be converted to
        //! its inner type with a call to `into_inner()`. This can
        //! be used to explicitly deviate from permitted values.
        use crate::{hooks::Same, wire::Sent as _};
        use crate::consumer_v2::*;
        /// What a request of this operation has; each call narrows it.
        pub struct RegisterConsumerWhen(::httpmock::When);
        impl RegisterConsumerWhen {
            pub fn new(inner: ::httpmock::When) -> Self {
                Self(
                    inner
                        .method(::httpmock::Method::PUT)
                        .path_matches(
                            regex::Regex::new(
                                    "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/[^/]*$",
                                )
                                .unwrap(),
                        ),
                )
            }
            pub fn into_inner(self) -> ::httpmock::When {
                self.0
            }
            pub fn issuer_id(self, value: &impl Same<types::IssuerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/{}/consumers/[^/]*$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn consumer_id(self, value: &impl Same<types::ConsumerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/{}$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn x_correlation_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::CorrelationId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-correlation-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-correlation-id"))
                }
            }
            pub fn x_user_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::UserId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-user-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-user-id"))
                }
            }
            pub fn body(self, value: &types::ConsumerInformation) -> Self {
                Self(self.0.json_body_obj(value))
            }
        }
        /// What is answered: a documented status by its name, any other by `respond`.
        pub struct RegisterConsumerThen(::httpmock::Then);
        impl RegisterConsumerThen {
            pub fn new(inner: ::httpmock::Then) -> Self {
                Self(inner)
            }
            pub fn into_inner(self) -> ::httpmock::Then {
                self.0
            }
            pub fn no_content(self) -> Self {
                Self(self.0.status(204u16))
            }
            pub fn bad_request(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(400u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn unauthorized(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(401u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn forbidden(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(403u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn not_found(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(404u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn internal_server_error(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(500u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn service_unavailable(self) -> Self {
                Self(self.0.status(503u16))
            }
        }
        /// What a request of this operation has; each call narrows it.
        pub struct ListCardsWhen(::httpmock::When);
        impl ListCardsWhen {
            pub fn new(inner: ::httpmock::When) -> Self {
                Self(
                    inner
                        .method(::httpmock::Method::GET)
                        .path_matches(
                            regex::Regex::new(
                                    "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/[^/]*/cards$",
                                )
                                .unwrap(),
                        ),
                )
            }
            pub fn into_inner(self) -> ::httpmock::When {
                self.0
            }
            pub fn issuer_id(self, value: &impl Same<types::IssuerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/{}/consumers/[^/]*/cards$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn consumer_id(self, value: &impl Same<types::ConsumerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/{}/cards$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn x_correlation_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::CorrelationId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-correlation-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-correlation-id"))
                }
            }
            pub fn x_user_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::UserId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-user-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-user-id"))
                }
            }
        }
        /// What is answered: a documented status by its name, any other by `respond`.
        pub struct ListCardsThen(::httpmock::Then);
        impl ListCardsThen {
            pub fn new(inner: ::httpmock::Then) -> Self {
                Self(inner)
            }
            pub fn into_inner(self) -> ::httpmock::Then {
                self.0
            }
            pub fn ok(self, value: &types::CardList) -> Self {
                Self(
                    self
                        .0
                        .status(200u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn bad_request(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(400u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn unauthorized(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(401u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn forbidden(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(403u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn not_found(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(404u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn internal_server_error(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(500u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn service_unavailable(self) -> Self {
                Self(self.0.status(503u16))
            }
        }
        /// What a request of this operation has; each call narrows it.
        pub struct DeleteConsumerWhen(::httpmock::When);
        impl DeleteConsumerWhen {
            pub fn new(inner: ::httpmock::When) -> Self {
                Self(
                    inner
                        .method(::httpmock::Method::POST)
                        .path_matches(
                            regex::Regex::new(
                                    "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/[^/]*/operations:delete$",
                                )
                                .unwrap(),
                        ),
                )
            }
            pub fn into_inner(self) -> ::httpmock::When {
                self.0
            }
            pub fn issuer_id(self, value: &impl Same<types::IssuerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/{}/consumers/[^/]*/operations:delete$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn consumer_id(self, value: &impl Same<types::ConsumerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/{}/operations:delete$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn x_correlation_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::CorrelationId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-correlation-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-correlation-id"))
                }
            }
            pub fn x_user_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::UserId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-user-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-user-id"))
                }
            }
            pub fn body(self, value: &types::DeletionRequest) -> Self {
                Self(self.0.json_body_obj(value))
            }
        }
        /// What is answered: a documented status by its name, any other by `respond`.
        pub struct DeleteConsumerThen(::httpmock::Then);
        impl DeleteConsumerThen {
            pub fn new(inner: ::httpmock::Then) -> Self {
                Self(inner)
            }
            pub fn into_inner(self) -> ::httpmock::Then {
                self.0
            }
            pub fn ok(self, value: &types::Receipt) -> Self {
                Self(
                    self
                        .0
                        .status(200u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn bad_request(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(400u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn unauthorized(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(401u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn forbidden(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(403u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn not_found(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(404u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn internal_server_error(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(500u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn service_unavailable(self) -> Self {
                Self(self.0.status(503u16))
            }
        }
        /// What a request of this operation has; each call narrows it.
        pub struct UpdateConsumerWhen(::httpmock::When);
        impl UpdateConsumerWhen {
            pub fn new(inner: ::httpmock::When) -> Self {
                Self(
                    inner
                        .method(::httpmock::Method::POST)
                        .path_matches(
                            regex::Regex::new(
                                    "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/[^/]*/operations:update$",
                                )
                                .unwrap(),
                        ),
                )
            }
            pub fn into_inner(self) -> ::httpmock::When {
                self.0
            }
            pub fn issuer_id(self, value: &impl Same<types::IssuerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/{}/consumers/[^/]*/operations:update$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn consumer_id(self, value: &impl Same<types::ConsumerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v2)?/issuers/[^/]*/consumers/{}/operations:update$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn x_correlation_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::CorrelationId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-correlation-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-correlation-id"))
                }
            }
            pub fn x_user_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::UserId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-user-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-user-id"))
                }
            }
            pub fn body(self, value: &types::ConsumerInformation) -> Self {
                Self(self.0.json_body_obj(value))
            }
        }
        /// What is answered: a documented status by its name, any other by `respond`.
        pub struct UpdateConsumerThen(::httpmock::Then);
        impl UpdateConsumerThen {
            pub fn new(inner: ::httpmock::Then) -> Self {
                Self(inner)
            }
            pub fn into_inner(self) -> ::httpmock::Then {
                self.0
            }
            pub fn ok(self, value: &types::Receipt) -> Self {
                Self(
                    self
                        .0
                        .status(200u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn bad_request(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(400u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn unauthorized(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(401u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn forbidden(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(403u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn not_found(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(404u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn internal_server_error(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(500u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn service_unavailable(self) -> Self {
                Self(self.0.status(503u16))
            }
        }
        crate::mocks::respond!(
            RegisterConsumerThen, ListCardsThen, DeleteConsumerThen, UpdateConsumerThen
        );
    }
    /// An extension trait for [`MockServer`](::httpmock::MockServer) that
    /// adds a method for each operation. These are the equivalent of
    /// type-checked [`mock()`](::httpmock::MockServer::mock) calls.
    pub trait MockServerExt {
        fn register_consumer<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(
                operations::RegisterConsumerWhen,
                operations::RegisterConsumerThen,
            );
        fn list_cards<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(operations::ListCardsWhen, operations::ListCardsThen);
        fn delete_consumer<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(operations::DeleteConsumerWhen, operations::DeleteConsumerThen);
        fn update_consumer<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(operations::UpdateConsumerWhen, operations::UpdateConsumerThen);
    }
    impl MockServerExt for ::httpmock::MockServer {
        fn register_consumer<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(
                operations::RegisterConsumerWhen,
                operations::RegisterConsumerThen,
            ),
        {
            self.mock(|when, then| {
                config_fn(
                    operations::RegisterConsumerWhen::new(when),
                    operations::RegisterConsumerThen::new(then),
                )
            })
        }
        fn list_cards<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(operations::ListCardsWhen, operations::ListCardsThen),
        {
            self.mock(|when, then| {
                config_fn(
                    operations::ListCardsWhen::new(when),
                    operations::ListCardsThen::new(then),
                )
            })
        }
        fn delete_consumer<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(operations::DeleteConsumerWhen, operations::DeleteConsumerThen),
        {
            self.mock(|when, then| {
                config_fn(
                    operations::DeleteConsumerWhen::new(when),
                    operations::DeleteConsumerThen::new(then),
                )
            })
        }
        fn update_consumer<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(operations::UpdateConsumerWhen, operations::UpdateConsumerThen),
        {
            self.mock(|when, then| {
                config_fn(
                    operations::UpdateConsumerWhen::new(when),
                    operations::UpdateConsumerThen::new(then),
                )
            })
        }
    }
}
}
/// D1 consumer API, v1 (restated)
pub mod consumer_v1 {
#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    pub use super::super::consumer_v2::types::{ConsumerId, CorrelationId, IssuerId};
    /// Why D1 refused.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ApiError {
        /// Details, for troubleshooting only.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub error: ::std::option::Option<::std::string::String>,
        /// The kind of error.
        #[serde(
            rename = "errorCode",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub error_code: ::std::option::Option<::std::string::String>,
    }
    crate::object::object!(
        ApiError ignored { error : "error" ours optional; error_code : "errorCode" ours
        optional; }
    );
    impl ::std::fmt::Debug for ApiError {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(ApiError))
                .field("error", &crate::redacted::REDACTED)
                .field("error_code", &crate::redacted::REDACTED)
                .finish()
        }
    }
    /// Nothing: D1 holds no personal information.
    #[derive(PartialEq, ::serde::Serialize, Clone, Default)]
    #[serde(deny_unknown_fields)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct RegistrationV1 {}
    crate::object::object!(RegistrationV1 refused {});
    impl ::std::fmt::Debug for RegistrationV1 {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(RegistrationV1)).finish()
        }
    }
    /// Builders of the types; a setter takes whatever converts into its field.
    pub mod builder {
        /// Builder of [`ApiError`](super::ApiError).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct ApiError {
            error: ::std::option::Option<::std::string::String>,
            error_code: ::std::option::Option<::std::string::String>,
            _refused: crate::invalid::Refused,
        }
        impl ApiError {
            /// Details, for troubleshooting only.
            pub fn error<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.error = self._refused.take("error", value.given());
                self
            }
            /// The kind of error.
            pub fn error_code<T, M>(mut self, value: T) -> Self
            where
                T: crate::invalid::Given<::std::string::String, M>,
            {
                self.error_code = self._refused.take("errorCode", value.given());
                self
            }
        }
        crate::built::built!(ApiError);
        impl ::std::convert::TryFrom<ApiError> for super::ApiError {
            type Error = crate::Invalid;
            fn try_from(value: ApiError) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {
                    error: value.error,
                    error_code: value.error_code,
                })
            }
        }
        impl ::std::convert::From<super::ApiError> for ApiError {
            fn from(value: super::ApiError) -> Self {
                Self {
                    error: value.error,
                    error_code: value.error_code,
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(ApiError);
        /// Builder of [`RegistrationV1`](super::RegistrationV1).
        #[derive(Clone, Default)]
        #[must_use]
        pub struct RegistrationV1 {
            _refused: crate::invalid::Refused,
        }
        impl RegistrationV1 {}
        crate::built::built!(RegistrationV1);
        impl ::std::convert::TryFrom<RegistrationV1> for super::RegistrationV1 {
            type Error = crate::Invalid;
            fn try_from(
                value: RegistrationV1,
            ) -> ::std::result::Result<Self, crate::Invalid> {
                value._refused.none()?;
                Ok(Self {})
            }
        }
        impl ::std::convert::From<super::RegistrationV1> for RegistrationV1 {
            fn from(value: super::RegistrationV1) -> Self {
                Self {
                    _refused: ::std::default::Default::default(),
                }
            }
        }
        crate::redacted::redacted!(RegistrationV1);
    }
}
/// Client for D1 consumer API, v1 (restated)
///
/// Restated from public facts; not the vendor's document. Register consumer 1.0 registers an end user of whom D1 holds no personal information. For those who have it: new integrations use version 2. What is inferred is listed in x-restated.
///
/// Version: 1.0
#[derive(Clone)]
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::hooks::Authorizer,
    base: crate::base::Base,
}
impl Client {
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::hooks::Authorizer,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
            base: crate::base::Base::of(baseurl),
        }
    }
}
impl ClientInfo<crate::hooks::Authorizer> for Client {
    fn api_version() -> &'static str {
        "1.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::hooks::Authorizer {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::hooks::Authorizer>,
    {}
};
impl Client {
    /// Register consumer, version 1.0
    ///
    /// Registers an end user without personal information, which D1 then asks the issuer for.
    ///
    /// Sends a `PUT` request to `/issuers/{issuerId}/consumers/{consumerId}`
    ///
    /// Arguments:
    /// - `issuerId`: The issuer.
    /// - `consumerId`: The end user.
    /// - `x-correlation-id`: Finds this call in D1's logs.
    /// - `body`
    pub fn register_consumer_v1(&self) -> builder::RegisterConsumerV1<'_> {
        builder::RegisterConsumerV1::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
    /// Builder for [`Client::register_consumer_v1`]
    ///
    /// [`Client::register_consumer_v1`]: super::Client::register_consumer_v1
    #[derive(Clone)]
    #[must_use]
    pub struct RegisterConsumerV1<'a> {
        client: &'a super::Client,
        issuer_id: ::std::result::Result<types::IssuerId, crate::Invalid>,
        consumer_id: ::std::result::Result<types::ConsumerId, crate::Invalid>,
        x_correlation_id: ::std::result::Result<
            ::std::option::Option<types::CorrelationId>,
            crate::Invalid,
        >,
        body: ::std::result::Result<types::builder::RegistrationV1, crate::Invalid>,
    }
    impl<'a> RegisterConsumerV1<'a> {
        pub(super) fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                issuer_id: Err(crate::Invalid::missing("issuerId")),
                consumer_id: Err(crate::Invalid::missing("consumerId")),
                x_correlation_id: Ok(None),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn issuer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::IssuerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.issuer_id = crate::invalid::field("issuerId", value);
            self
        }
        pub fn consumer_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::ConsumerId>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.consumer_id = crate::invalid::field("consumerId", value);
            self
        }
        pub fn x_correlation_id<V, M>(mut self, value: V) -> Self
        where
            V: crate::invalid::Given<types::CorrelationId, M>,
        {
            self.x_correlation_id = crate::invalid::optional("x-correlation-id", value);
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::RegistrationV1>,
            V::Error: ::std::convert::Into<crate::Invalid>,
        {
            self.body = value.try_into().map(From::from).map_err(Into::into);
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::RegistrationV1,
            ) -> types::builder::RegistrationV1,
        {
            self.body = self.body.map(f);
            self
        }
        /// The request that [`send`](Self::send) would send, without the token.
        pub fn request(self) -> ::std::result::Result<::reqwest::Request, Error<()>> {
            let Self { client, issuer_id, consumer_id, x_correlation_id, body } = self;
            let issuer_id = issuer_id.map_err(crate::invalid::refuse)?;
            let consumer_id = consumer_id.map_err(crate::invalid::refuse)?;
            let x_correlation_id = x_correlation_id.map_err(crate::invalid::refuse)?;
            let body = body
                .and_then(types::RegistrationV1::try_from)
                .and_then(|body| body.to_json())
                .map_err(crate::invalid::refuse)?;
            client
                .register_consumer_v1_request(
                    &issuer_id,
                    &consumer_id,
                    x_correlation_id.as_ref(),
                    body,
                )
                .map_err(crate::invalid::refuse)
        }
        /// Sends a `PUT` request to `/issuers/{issuerId}/consumers/{consumerId}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<()>> {
            let client = self.client;
            let mut request = self.request()?;
            let info = OperationInfo {
                operation_id: "register_consumer_v1",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                204u16 => Ok(ResponseValue::empty(response)),
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    impl ::std::fmt::Debug for RegisterConsumerV1<'_> {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct(stringify!(RegisterConsumerV1)).finish_non_exhaustive()
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}
crate::redacted::redacted!(Client);
crate::hooks::hooks!(Client);
#[allow(clippy::all)]
impl Client {
    /// The request of [`register_consumer_v1`](Self::register_consumer_v1), not sent, without a token. Its body is given as JSON text.
    /// # Errors
    /// If the base URL is none, or an argument cannot stand in a header.
    pub fn register_consumer_v1_request(
        &self,
        issuer_id: &types::IssuerId,
        consumer_id: &types::ConsumerId,
        x_correlation_id: ::std::option::Option<&types::CorrelationId>,
        body: impl ::std::convert::Into<::reqwest::Body>,
    ) -> ::std::result::Result<::reqwest::Request, crate::Invalid> {
        let url = self
            .base
            .url(
                format_args!(
                    "/issuers/{0}/consumers/{1}", encode_path(& issuer_id.as_str()),
                    encode_path(& consumer_id.as_str())
                ),
            )?;
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        if let Some(value) = x_correlation_id {
            header_map
                .append(
                    const {
                        ::reqwest::header::HeaderName::from_static("x-correlation-id")
                    },
                    value.as_str().try_into().map_err(crate::base::unfit)?,
                );
        }
        self.client
            .put(url)
            .header(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .body(body)
            .headers(header_map)
            .build()
            .map_err(crate::base::unfit)
    }
}
impl types::RegistrationV1 {
    /// The JSON text that is sent.
    /// # Errors
    /// None: nothing in it is without a form in JSON.
    pub fn to_json(&self) -> ::std::result::Result<::std::vec::Vec<u8>, crate::Invalid> {
        crate::wire::json(self)
    }
}
/// Base URLs, as the vendor's document lists them.
pub mod servers {
    /// Production server.
    pub const PRODUCTION: &str = "https://api.d1.thalescloud.io/banking/v1";
    /// Staging server.
    pub const STAGING: &str = "https://api.d1-stg.thalescloud.io/banking/v1";
}
/// Typed mocks of the operations for [`httpmock`](https://docs.rs/httpmock). They match below any end of `/banking/v1`: on a server of their own as well as beside a sandbox.
#[cfg(feature = "httpmock")]
#[allow(clippy::all, clippy::unwrap_used)]
pub mod mock {
    pub mod operations {
        //! [`When`](::httpmock::When) and [`Then`](::httpmock::Then)
        //! wrappers for each operation. Each can be converted to
        //! its inner type with a call to `into_inner()`. This can
        //! be used to explicitly deviate from permitted values.
        use crate::{hooks::Same, wire::Sent as _};
        use crate::consumer_v1::*;
        /// What a request of this operation has; each call narrows it.
        pub struct RegisterConsumerV1When(::httpmock::When);
        impl RegisterConsumerV1When {
            pub fn new(inner: ::httpmock::When) -> Self {
                Self(
                    inner
                        .method(::httpmock::Method::PUT)
                        .path_matches(
                            regex::Regex::new(
                                    "^(?:(?:/banking)?/v1)?/issuers/[^/]*/consumers/[^/]*$",
                                )
                                .unwrap(),
                        ),
                )
            }
            pub fn into_inner(self) -> ::httpmock::When {
                self.0
            }
            pub fn issuer_id(self, value: &impl Same<types::IssuerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v1)?/issuers/{}/consumers/[^/]*$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn consumer_id(self, value: &impl Same<types::ConsumerId>) -> Self {
                let re = regex::Regex::new(
                        &format!(
                            "^(?:(?:/banking)?/v1)?/issuers/[^/]*/consumers/{}$",
                            regex::escape(& value.same().sent())
                        ),
                    )
                    .unwrap();
                Self(self.0.path_matches(re))
            }
            pub fn x_correlation_id<'a, T>(self, value: T) -> Self
            where
                T: Into<Option<&'a types::CorrelationId>>,
            {
                if let Some(value) = value.into() {
                    Self(self.0.header("x-correlation-id", value.sent()))
                } else {
                    Self(self.0.header_missing("x-correlation-id"))
                }
            }
            pub fn body(self, value: &types::RegistrationV1) -> Self {
                Self(self.0.json_body_obj(value))
            }
        }
        /// What is answered: a documented status by its name, any other by `respond`.
        pub struct RegisterConsumerV1Then(::httpmock::Then);
        impl RegisterConsumerV1Then {
            pub fn new(inner: ::httpmock::Then) -> Self {
                Self(inner)
            }
            pub fn into_inner(self) -> ::httpmock::Then {
                self.0
            }
            pub fn no_content(self) -> Self {
                Self(self.0.status(204u16))
            }
            pub fn bad_request(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(400u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn unauthorized(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(401u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
            pub fn internal_server_error(self, value: &types::ApiError) -> Self {
                Self(
                    self
                        .0
                        .status(500u16)
                        .header("content-type", "application/json")
                        .json_body_obj(value),
                )
            }
        }
        crate::mocks::respond!(RegisterConsumerV1Then);
    }
    /// An extension trait for [`MockServer`](::httpmock::MockServer) that
    /// adds a method for each operation. These are the equivalent of
    /// type-checked [`mock()`](::httpmock::MockServer::mock) calls.
    pub trait MockServerExt {
        fn register_consumer_v1<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(
                operations::RegisterConsumerV1When,
                operations::RegisterConsumerV1Then,
            );
    }
    impl MockServerExt for ::httpmock::MockServer {
        fn register_consumer_v1<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
        where
            F: FnOnce(
                operations::RegisterConsumerV1When,
                operations::RegisterConsumerV1Then,
            ),
        {
            self.mock(|when, then| {
                config_fn(
                    operations::RegisterConsumerV1When::new(when),
                    operations::RegisterConsumerV1Then::new(then),
                )
            })
        }
    }
}
}
/// The operations of all APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Register consumer
    RegisterConsumer,
    /// Get Card List
    ListCards,
    /// Delete
    DeleteConsumer,
    /// Update consumer information
    UpdateConsumer,
    /// Register consumer, version 1.0
    RegisterConsumerV1,
}
impl Operation {
    /// Every operation, by API, path and method.
    pub const ALL: &'static [Self] = &[
        Self::RegisterConsumer,
        Self::ListCards,
        Self::DeleteConsumer,
        Self::UpdateConsumer,
        Self::RegisterConsumerV1,
    ];
    /// Its `operationId` in `openapi.json`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::RegisterConsumer => "register_consumer",
            Self::ListCards => "list_cards",
            Self::DeleteConsumer => "delete_consumer",
            Self::UpdateConsumer => "update_consumer",
            Self::RegisterConsumerV1 => "register_consumer_v1",
        }
    }
    /// The HTTP method, in upper case.
    pub const fn method(self) -> &'static str {
        match self {
            Self::RegisterConsumer => "PUT",
            Self::ListCards => "GET",
            Self::DeleteConsumer => "POST",
            Self::UpdateConsumer => "POST",
            Self::RegisterConsumerV1 => "PUT",
        }
    }
    /// The path under the base URL, with its parameters in braces.
    pub const fn path_template(self) -> &'static str {
        match self {
            Self::RegisterConsumer => "/issuers/{issuerId}/consumers/{consumerId}",
            Self::ListCards => "/issuers/{issuerId}/consumers/{consumerId}/cards",
            Self::DeleteConsumer => {
                "/issuers/{issuerId}/consumers/{consumerId}/operations:delete"
            }
            Self::UpdateConsumer => {
                "/issuers/{issuerId}/consumers/{consumerId}/operations:update"
            }
            Self::RegisterConsumerV1 => "/issuers/{issuerId}/consumers/{consumerId}",
        }
    }
    /// The errors that the vendor documents for it (the tables of its error responses).
    pub const fn errors(self) -> &'static [crate::catalogue::DocumentedError] {
        match self {
            Self::RegisterConsumer => {
                const {
                    &[
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            Some("FIELD_INVALID_FORMAT"),
                            false,
                            "JSON not well formatted or One field is not expected format as defined in this documentation",
                        ),
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            Some("FIELD_INVALID_VALUE"),
                            false,
                            "One field value is not allowed for the given field",
                        ),
                        crate::catalogue::DocumentedError::new(
                            401u16,
                            Some("AUTHORIZER_UNAUTHORIZED"),
                            false,
                            "Access token not valid",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("AUTHORIZER_FORBIDDEN"),
                            false,
                            "User_is_not_authorized_to_access_this_resource",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("CONSUMER_INVALID_STATE"),
                            false,
                            "Consumer already exists and is deleted",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("MISSING_C2P_MANDATORY_INFORMATION"),
                            false,
                            "All required fields for Click to Pay are not present (firstName, lastName, language, mobilePhoneNumber, countryCode, email) or residencyAddress.state length > 3",
                        ),
                        crate::catalogue::DocumentedError::new(
                            404u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            None,
                            true,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            Some("INTERNAL_ERROR"),
                            false,
                            "The server has encountered an error when executing the request.",
                        ),
                        crate::catalogue::DocumentedError::new(
                            503u16,
                            None,
                            true,
                            "The service is temporarily unavailable. You may retry your request later.",
                        ),
                    ]
                }
            }
            Self::ListCards => {
                const {
                    &[
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            Some("FIELD_INVALID_FORMAT"),
                            false,
                            "JSON not well formatted or One field is not expected format as defined in this documentation",
                        ),
                        crate::catalogue::DocumentedError::new(
                            401u16,
                            Some("AUTHORIZER_UNAUTHORIZED"),
                            false,
                            "Access token not valid",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("AUTHORIZER_FORBIDDEN"),
                            false,
                            "User is not authorized to access this resource",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("CONSUMER_INVALID_STATE"),
                            false,
                            "Consumer is in DELETED state",
                        ),
                        crate::catalogue::DocumentedError::new(
                            404u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            404u16,
                            Some("UNKNOWN_CONSUMER"),
                            false,
                            "Consumer does not exist",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            Some("INTERNAL_ERROR"),
                            false,
                            "The server has encountered an error when executing the request.",
                        ),
                        crate::catalogue::DocumentedError::new(
                            503u16,
                            None,
                            true,
                            "The service is temporarily unavailable. You may retry your request later.",
                        ),
                    ]
                }
            }
            Self::DeleteConsumer => {
                const {
                    &[
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            Some("FIELD_INVALID_FORMAT"),
                            false,
                            "JSON not well formatted or One field is not expected format as defined in this documentation",
                        ),
                        crate::catalogue::DocumentedError::new(
                            401u16,
                            Some("AUTHORIZER_UNAUTHORIZED"),
                            false,
                            "Access token not valid",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("AUTHORIZER_FORBIDDEN"),
                            false,
                            "User is not authorized to access this resource",
                        ),
                        crate::catalogue::DocumentedError::new(
                            404u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            404u16,
                            Some("UNKNOWN_CONSUMER"),
                            false,
                            "Consumer does not exist",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            Some("INTERNAL_ERROR"),
                            false,
                            "The server has encountered an error when executing the request.",
                        ),
                        crate::catalogue::DocumentedError::new(
                            503u16,
                            None,
                            true,
                            "The service is temporarily unavailable. You may retry your request later.",
                        ),
                    ]
                }
            }
            Self::UpdateConsumer => {
                const {
                    &[
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            Some("FIELD_INVALID_FORMAT"),
                            false,
                            "JSON not well formatted or One field is not expected format as defined in this documentation",
                        ),
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            Some("FIELD_INVALID_VALUE"),
                            false,
                            "One field value is not allowed for the given field",
                        ),
                        crate::catalogue::DocumentedError::new(
                            401u16,
                            Some("AUTHORIZER_UNAUTHORIZED"),
                            false,
                            "Access token not valid",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("AUTHORIZER_FORBIDDEN"),
                            false,
                            "User_is_not_authorized_to_access_this_resource",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("CONSUMER_INVALID_STATE"),
                            false,
                            "Consumer already exists and is deleted",
                        ),
                        crate::catalogue::DocumentedError::new(
                            403u16,
                            Some("MISSING_C2P_MANDATORY_INFORMATION"),
                            false,
                            "All required fields for Click to Pay are not present (firstName, lastName, language, mobilePhoneNumber, countryCode, email) or residencyAddress.state length > 3",
                        ),
                        crate::catalogue::DocumentedError::new(
                            404u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            404u16,
                            Some("UNKNOWN_CONSUMER"),
                            false,
                            "Consumer does not exist",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            None,
                            false,
                            "No error details available",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            Some("INTERNAL_ERROR"),
                            false,
                            "The server has encountered an error when executing the request.",
                        ),
                        crate::catalogue::DocumentedError::new(
                            503u16,
                            None,
                            true,
                            "The service is temporarily unavailable. You may retry your request later.",
                        ),
                    ]
                }
            }
            Self::RegisterConsumerV1 => {
                const {
                    &[
                        crate::catalogue::DocumentedError::new(
                            400u16,
                            None,
                            false,
                            "The request is not well formed.",
                        ),
                        crate::catalogue::DocumentedError::new(
                            401u16,
                            None,
                            false,
                            "The access token is not valid.",
                        ),
                        crate::catalogue::DocumentedError::new(
                            500u16,
                            None,
                            false,
                            "D1 failed.",
                        ),
                    ]
                }
            }
        }
    }
}
impl Operation {
    /// The fields of its body by their JSON paths, in alphabetical order; an array counts as one field.
    pub const fn request_fields(self) -> &'static [&'static str] {
        match self {
            Self::RegisterConsumer => {
                &[
                    "personalInformation",
                    "personalInformation.dateOfBirth",
                    "personalInformation.email",
                    "personalInformation.firstName",
                    "personalInformation.gender",
                    "personalInformation.language",
                    "personalInformation.lastName",
                    "personalInformation.middleName",
                    "personalInformation.mobilePhoneNumber",
                    "personalInformation.mobilePhoneNumber.countryCode",
                    "personalInformation.mobilePhoneNumber.phoneNumber",
                    "personalInformation.nationality",
                    "personalInformation.residencyAddress",
                    "personalInformation.residencyAddress.city",
                    "personalInformation.residencyAddress.countryCode",
                    "personalInformation.residencyAddress.line1",
                    "personalInformation.residencyAddress.line2",
                    "personalInformation.residencyAddress.line3",
                    "personalInformation.residencyAddress.line4",
                    "personalInformation.residencyAddress.recipientName",
                    "personalInformation.residencyAddress.state",
                    "personalInformation.residencyAddress.zipCode",
                    "personalInformation.secondLastName",
                    "personalInformation.title",
                    "preferences",
                    "preferences.notificationChannel",
                ]
            }
            Self::ListCards => &[],
            Self::DeleteConsumer => &["reason"],
            Self::UpdateConsumer => {
                &[
                    "personalInformation",
                    "personalInformation.dateOfBirth",
                    "personalInformation.email",
                    "personalInformation.firstName",
                    "personalInformation.gender",
                    "personalInformation.language",
                    "personalInformation.lastName",
                    "personalInformation.middleName",
                    "personalInformation.mobilePhoneNumber",
                    "personalInformation.mobilePhoneNumber.countryCode",
                    "personalInformation.mobilePhoneNumber.phoneNumber",
                    "personalInformation.nationality",
                    "personalInformation.residencyAddress",
                    "personalInformation.residencyAddress.city",
                    "personalInformation.residencyAddress.countryCode",
                    "personalInformation.residencyAddress.line1",
                    "personalInformation.residencyAddress.line2",
                    "personalInformation.residencyAddress.line3",
                    "personalInformation.residencyAddress.line4",
                    "personalInformation.residencyAddress.recipientName",
                    "personalInformation.residencyAddress.state",
                    "personalInformation.residencyAddress.zipCode",
                    "personalInformation.secondLastName",
                    "personalInformation.title",
                    "preferences",
                    "preferences.notificationChannel",
                ]
            }
            Self::RegisterConsumerV1 => &[],
        }
    }
}
