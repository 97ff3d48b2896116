use std::fmt;

use super::Impact;

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident = $id:literal, $class:literal;)*) => {
        /// What kind of change it is: an id that stays the same, for filters and reviews.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[doc = $doc])+ $rule,)*
        }

        impl Rule {
            /// Every rule, in the order of `openapi/REPORT.md`.
            pub const ALL: &'static [Self] = &[$(Self::$rule,)*];

            /// The id, as in `field-removed`.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id,)*
                }
            }

            /// How bad such a change is for a caller.
            #[must_use]
            pub fn class(self) -> &'static str {
                match self {
                    $(Self::$rule => $class,)*
                }
            }

            /// What the rule says, in a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$rule => concat!($($doc),+).trim_ascii_start(),)*
                }
            }
        }
    };
}

rules! {
    /// An operation is new.
    OperationAdded = "operation-added", "compatible";
    /// An operation is gone.
    OperationRemoved = "operation-removed", "breaking";
    /// An operation has another `operationId`.
    OperationRenamed = "operation-renamed", "breaking";
    /// A path's parameter has another name; its requests stay as they are.
    PathParameterRenamed = "path-parameter-renamed", "compatible";
    /// A parameter is new, required or not, or declared at last.
    ParameterAdded = "parameter-added", "breaking if required and not in the path already, else compatible";
    /// A parameter is gone.
    ParameterRemoved = "parameter-removed", "breaking";
    /// A parameter's value is written in another way (`style`, `explode`, `allowReserved`).
    ParameterWritten = "parameter-written", "breaking";
    /// A request has a body now.
    RequestBodyAdded = "request-body-added", "breaking if required, else compatible";
    /// A request has no body any more.
    RequestBodyRemoved = "request-body-removed", "breaking";
    /// A status other than a success is now documented.
    StatusAdded = "status-added", "compatible";
    /// A status is no longer documented.
    StatusRemoved = "status-removed", "breaking";
    /// A second success: calls that expect one type of answer may get another.
    SuccessStatusAdded = "success-status-added", "breaking";
    /// Success has another status.
    SuccessStatusChanged = "success-status-changed", "breaking";
    /// A response header is new.
    HeaderAdded = "header-added", "compatible";
    /// A response header is gone.
    HeaderRemoved = "header-removed", "breaking";
    /// A response or parameter has a body now.
    BodyAdded = "body-added", "breaking; compatible for an error";
    /// A response or parameter has no body any more.
    BodyRemoved = "body-removed", "breaking; compatible for an error";
    /// A media type is new.
    MediaTypeAdded = "media-type-added", "compatible";
    /// A media type is gone.
    MediaTypeRemoved = "media-type-removed", "breaking";
    /// A schema appears or disappears where there is a value.
    SchemaChanged = "schema-changed", "breaking";
    /// A value has another type.
    TypeChanged = "type-changed", "breaking";
    /// A value has another `format`.
    FormatChanged = "format-changed", "breaking if a number has another size, else compatible; for a string, sent: breaking, but compatible if it is removed; received: compatible";
    /// A field is new, required or not.
    FieldAdded = "field-added", "sent: breaking if required and not `readOnly`, else compatible; received: compatible";
    /// A field is gone.
    FieldRemoved = "field-removed", "breaking, but compatible where `readOnly` or `writeOnly` kept it out";
    /// A field or parameter is required now.
    FieldRequired = "field-required", "sent: breaking, but compatible for what is `readOnly`; received: compatible";
    /// A field or parameter is optional now.
    FieldOptional = "field-optional", "compatible; received: breaking for what is essential (`x-essential`)";
    /// A field is, or is no longer, for answers only (`readOnly`) or for requests only (`writeOnly`).
    FieldDirection = "field-direction", "breaking where a setter or field goes, else compatible";
    /// A value is, or is no longer, one of a list.
    ValuesListed = "values-listed", "breaking";
    /// A list of values has one more.
    ValueAdded = "value-added", "compatible";
    /// A list of values has one less.
    ValueRemoved = "value-removed", "breaking";
    /// The list of accepted values in a description has one more or one less.
    AcceptedValues = "accepted-values", "sent: breaking if one less, else compatible; received: compatible";
    /// A pattern, length, bound or the like accepts less.
    RuleTighter = "rule-tighter", "sent: breaking; received: compatible";
    /// A pattern, length, bound or the like accepts more.
    RuleLooser = "rule-looser", "compatible";
    /// A pattern accepts other values, or cannot be compared.
    RuleOther = "rule-other", "sent: breaking; received: compatible";
    /// `null` is, or is no longer, a value.
    NullableChanged = "nullable-changed", "sent: breaking if no longer, else compatible; received: compatible, but breaking for what is essential (`x-essential`)";
    /// What an absent value means has changed; the client sends no default.
    DefaultChanged = "default-changed", "breaking for a parameter, else compatible";
    /// Fields that no schema names are, or are no longer, allowed, or have another type.
    UnknownFieldsChanged = "unknown-fields-changed", "sent: breaking if no longer allowed; breaking if of another type; else compatible";
    /// A schema is added to `allOf`, `oneOf` or `anyOf`.
    AlternativeAdded = "alternative-added", "`allOf`, or the first `oneOf` or `anyOf`: breaking; one more of these, sent: compatible; received: breaking; `discriminator`: compatible";
    /// A schema is removed from `allOf`, `oneOf` or `anyOf`.
    AlternativeRemoved = "alternative-removed", "breaking";
    /// A reference leads to another schema; as bad as the difference between both.
    ReferenceChanged = "reference-changed", "as the difference";
    /// A reference leads nowhere.
    ReferenceBroken = "reference-broken", "breaking";
    /// A component is new.
    ComponentAdded = "component-added", "compatible";
    /// A component is gone.
    ComponentRemoved = "component-removed", "compatible if unused; breaking for a security scheme";
    /// An error code is new.
    ErrorCodeAdded = "error-code-added", "compatible";
    /// An error code is gone.
    ErrorCodeRemoved = "error-code-removed", "breaking";
    /// An error may, or may no longer, be answered by a repetition.
    ErrorCodeRetryable = "error-code-retryable", "breaking";
    /// An error table cannot be read, or could not be before.
    ErrorTableUnreadable = "error-table-unreadable", "breaking";
    /// A server is new.
    ServerAdded = "server-added", "compatible";
    /// A server is gone.
    ServerRemoved = "server-removed", "breaking";
    /// A server has another URL.
    ServerChanged = "server-changed", "breaking";
    /// A path or operation has, or no longer has, servers of its own.
    OwnServers = "own-servers", "breaking";
    /// There is another way to authenticate, one that asks for less, or none is needed any more.
    SecurityAdded = "security-added", "compatible";
    /// A way to authenticate is gone, or asks for more.
    SecurityRemoved = "security-removed", "breaking";
    /// Authentication is required now.
    SecurityRequired = "security-required", "breaking";
    /// A security scheme has changed.
    SecuritySchemeChanged = "security-scheme-changed", "breaking";
    /// Something is, or is no longer, deprecated.
    Deprecated = "deprecated", "compatible";
    /// The day of the end of something (`x-sunset`) is stated, or another one.
    Sunset = "sunset", "compatible";
    /// Words for people.
    TextChanged = "text-changed", "text-only";
    /// An extension (`x-…`) that means nothing here.
    ExtensionChanged = "extension-changed", "text-only";
    /// Written differently, with the same meaning.
    Restated = "restated", "text-only";
    /// Nothing here knows what it means: a person must look.
    Unrecognised = "unrecognised", "breaking";
}

impl Rule {
    /// What such a change means for a caller; of a rule whose class depends on the place, the worst that it may.
    pub(super) fn impact(self) -> Impact {
        match self.class() {
            "compatible" => Impact::Compatible,
            "text-only" => Impact::TextOnly,
            _ => Impact::Breaking,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
