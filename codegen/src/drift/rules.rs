//! Every kind of change, in one table: its id, whom it breaks, how much, and why. Knows no documents and no types.
//!
//! A rule is made of a [`Facet`] (what changed) and a [`Subject`] (where). The ids are those of oasdiff where it has
//! the rule; those that begin with `x-` are our own.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Serialize;

/// Whom a change can break: old code that meets a server or a caller of the new document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Those who call: a request may be refused, an answer may be unreadable.
    Clients,
    /// Those who serve: a request may be unexpected, an answer may be against the document.
    Implementors,
    /// Both.
    Everyone,
    /// Nobody: there is more than before.
    Additive,
    /// Nobody: messages are what they were.
    Docs,
}

impl Class {
    /// What reports say.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clients => "breaking for clients",
            Self::Implementors => "breaking for implementors",
            Self::Everyone => "breaking for clients and implementors",
            Self::Additive => "additive",
            Self::Docs => "docs",
        }
    }

    /// Whether it breaks callers.
    pub fn breaks_clients(self) -> bool {
        matches!(self, Self::Clients | Self::Everyone)
    }

    /// Whether it breaks those who serve.
    pub fn breaks_implementors(self) -> bool {
        matches!(self, Self::Implementors | Self::Everyone)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much a change matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something may stop to work, or the generated code survives it.
    Warning,
    /// Code that was right stops to work.
    Error,
}

impl Severity {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One kind of change.
#[derive(Debug)]
pub struct Rule {
    /// Stable identifier, such as `new-required-request-property`.
    pub id: String,
    /// Whom it breaks.
    pub class: Class,
    /// How much.
    pub severity: Severity,
    /// What changed.
    pub what: &'static str,
    /// What that does to whom.
    pub effect: &'static str,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Subject {
    /// The document, an operation, a response as a whole.
    Api,
    Parameter,
    ParameterProperty,
    RequestBody,
    RequestProperty,
    ResponseBody,
    ResponseProperty,
    ResponseHeader,
}

impl Subject {
    const VALUES: [Self; 7] = [
        Self::Parameter,
        Self::ParameterProperty,
        Self::RequestBody,
        Self::RequestProperty,
        Self::ResponseBody,
        Self::ResponseProperty,
        Self::ResponseHeader,
    ];

    /// The subject of what lies inside this one.
    pub(super) fn inside(self) -> Self {
        match self {
            Self::Parameter => Self::ParameterProperty,
            Self::RequestBody => Self::RequestProperty,
            Self::ResponseBody | Self::ResponseHeader => Self::ResponseProperty,
            other => other,
        }
    }

    pub(super) fn is_request(self) -> bool {
        matches!(
            self,
            Self::Parameter | Self::ParameterProperty | Self::RequestBody | Self::RequestProperty
        )
    }

    fn side_and_scope(self) -> (&'static str, &'static str) {
        match self {
            Self::Api => ("", ""),
            Self::Parameter => ("request", "parameter"),
            Self::ParameterProperty => ("request", "parameter-property"),
            Self::RequestBody => ("request", "body"),
            Self::RequestProperty => ("request", "property"),
            Self::ResponseBody => ("response", "body"),
            Self::ResponseProperty => ("response", "property"),
            Self::ResponseHeader => ("response", "header"),
        }
    }
}

/// A keyword that sets a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Bound {
    Max,
    Min,
    ExclusiveMax,
    ExclusiveMin,
    MultipleOf,
    MaxLength,
    MinLength,
    MaxItems,
    MinItems,
    MaxProperties,
    MinProperties,
}

impl Bound {
    const ALL: [Self; 11] = [
        Self::Max,
        Self::Min,
        Self::ExclusiveMax,
        Self::ExclusiveMin,
        Self::MultipleOf,
        Self::MaxLength,
        Self::MinLength,
        Self::MaxItems,
        Self::MinItems,
        Self::MaxProperties,
        Self::MinProperties,
    ];

    fn id(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Min => "min",
            Self::ExclusiveMax => "exclusive-max",
            Self::ExclusiveMin => "exclusive-min",
            Self::MultipleOf => "multiple-of",
            Self::MaxLength => "max-length",
            Self::MinLength => "min-length",
            Self::MaxItems => "max-items",
            Self::MinItems => "min-items",
            Self::MaxProperties => "max-properties",
            Self::MinProperties => "min-properties",
        }
    }

    pub(super) fn keyword(self) -> &'static str {
        match self {
            Self::Max => "maximum",
            Self::Min => "minimum",
            Self::ExclusiveMax => "exclusiveMaximum",
            Self::ExclusiveMin => "exclusiveMinimum",
            Self::MultipleOf => "multipleOf",
            Self::MaxLength => "maxLength",
            Self::MinLength => "minLength",
            Self::MaxItems => "maxItems",
            Self::MinItems => "minItems",
            Self::MaxProperties => "maxProperties",
            Self::MinProperties => "minProperties",
        }
    }

    fn is_upper(self) -> bool {
        matches!(
            self,
            Self::Max | Self::ExclusiveMax | Self::MaxLength | Self::MaxItems | Self::MaxProperties
        )
    }

    fn effect(self, shift: Shift) -> Effect {
        match shift {
            Shift::Set => NARROWS_RULE,
            Shift::Unset => WIDENS_RULE,
            Shift::Increased if self.is_upper() => WIDENS_RULE,
            Shift::Decreased if !self.is_upper() => WIDENS_RULE,
            Shift::Increased | Shift::Decreased => NARROWS_RULE,
            Shift::Changed => CHANGES_RULE,
        }
    }
}

/// How a bound changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Shift {
    Set,
    Unset,
    Increased,
    Decreased,
    Changed,
}

impl Shift {
    fn id(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Unset => "unset",
            Self::Increased => "increased",
            Self::Decreased => "decreased",
            Self::Changed => "changed",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Set => "There is a bound where there was none.",
            Self::Unset => "A bound is gone.",
            Self::Increased => "A bound is higher.",
            Self::Decreased => "A bound is lower.",
            Self::Changed => "A bound is another one.",
        }
    }
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Facet {
    // Values.
    TypeChanged,
    TypeGeneralized,
    TypeSpecialized,
    BecameNullable,
    BecameNotNullable,
    BecameEnum,
    BecameNotEnum,
    EnumValueAdded,
    EnumValueRemoved,
    Bound(Bound, Shift),
    PatternAdded,
    PatternChanged,
    PatternRemoved,
    FormatChanged,
    WidthGrew,
    WidthShrank,
    UniqueItemsSet,
    UniqueItemsUnset,
    MemberAdded,
    MemberRemoved,
    DiscriminatorChanged,
    // Objects.
    BecameClosed,
    BecameOpen,
    AdditionalTyped,
    AdditionalUntyped,
    PropertyForbidden,
    PropertyNotForbidden,
    RequiredSetsChanged,
    // Properties and parameters.
    RequiredAdded,
    RequiredWithDefaultAdded,
    OptionalAdded,
    RequiredRemoved,
    OptionalRemoved,
    BecameRequired,
    BecameRequiredWithDefault,
    BecameOptional,
    LenientBecameOptional,
    BecameLenient,
    BecameStrict,
    DefaultAdded,
    DefaultChanged,
    DefaultRemoved,
    Deprecated,
    Reactivated,
    DescriptionChanged,
    // Parameters.
    StyleChanged,
    ExplodeChanged,
    ReservedAllowed,
    ReservedForbidden,
    EncodingChanged,
    ParameterRenamed,
    // Bodies and responses.
    BodyAddedRequired,
    BodyAddedOptional,
    BodyRemoved,
    BodyBecameRequired,
    BodyBecameOptional,
    MediaTypeAdded,
    MediaTypeRemoved,
    MediaTypeSpelled,
    SchemaAdded,
    SchemaRemoved,
    ExamplesChanged,
    SuccessAdded,
    SuccessRemoved,
    NonSuccessAdded,
    NonSuccessRemoved,
    // Operations and the document.
    EndpointAdded,
    EndpointRemoved,
    EndpointRemovedDeprecated,
    PathRemoved,
    PathRemovedDeprecated,
    EndpointSkipped,
    EndpointNotSkipped,
    EndpointDeprecated,
    EndpointReactivated,
    PathPrefixChanged,
    SecurityAdded,
    SecurityRemoved,
    OperationIdChanged,
    OperationIdAdded,
    OperationIdRemoved,
    GroupChanged,
    TagAdded,
    TagRemoved,
    GuardHeaderAdded,
    GuardHeaderRemoved,
    OperationDescriptionChanged,
    InfoChanged,
}

use Facet::*;

/// Whom something breaks, how much, and how.
type Verdict = (Class, Severity, &'static str);

/// Verdicts in requests and in responses.
#[derive(Clone, Copy)]
struct Effect {
    request: Verdict,
    response: Verdict,
}

use Class::{Additive, Clients, Docs, Everyone, Implementors};
use Severity::{Error, Info, Warning};

/// Fewer values are valid.
const NARROWS: Effect = Effect {
    request: (Clients, Error, "What callers sent before may be refused."),
    response: (
        Implementors,
        Warning,
        "An implementation may answer what is not allowed any more.",
    ),
};

/// More values are valid.
const WIDENS: Effect = Effect {
    request: (
        Implementors,
        Warning,
        "Callers may send what an implementation did not expect.",
    ),
    response: (
        Clients,
        Error,
        "The server may answer what readers did not expect.",
    ),
};

/// Other values are valid.
const CHANGES: Effect = Effect {
    request: (Everyone, Error, "What callers sent before may be refused."),
    response: (
        Everyone,
        Error,
        "The server may answer what readers did not expect.",
    ),
};

/// Fewer values are valid, by a rule that only strict reading checks.
const NARROWS_RULE: Effect = NARROWS;

/// More values are valid, by a rule that only strict reading checks.
const WIDENS_RULE: Effect = Effect {
    request: WIDENS.request,
    response: (
        Clients,
        Warning,
        "Generated types read such answers; strict reading and `validate` refuse them.",
    ),
};

/// Other values are valid, by a rule that only strict reading checks.
const CHANGES_RULE: Effect = Effect {
    request: CHANGES.request,
    response: (
        Everyone,
        Warning,
        "Generated types read such answers; strict reading and `validate` may refuse them.",
    ),
};

/// Nothing on the wire changes.
const SAYS: Effect = both((Docs, Info, "Messages are what they were."));

const GUARD: Effect = both((
    Additive,
    Info,
    "It is asked for on writes and nowhere else, whatever the document says.",
));

const fn both(verdict: Verdict) -> Effect {
    Effect {
        request: verdict,
        response: verdict,
    }
}

/// A line of the table. In ids, `{}` stands for `request-property` and the like, `{side}` and `{scope}` for its halves.
struct Row(Facet, &'static str, &'static str, Effect);

/// Rules of values: one per row and subject.
static VALUES: &[Row] = &[
    Row(
        TypeChanged,
        "{}-type-changed",
        "The type is another one.",
        CHANGES,
    ),
    Row(
        TypeGeneralized,
        "{}-type-generalized",
        "The type has more values.",
        WIDENS,
    ),
    Row(
        TypeSpecialized,
        "{}-type-specialized",
        "The type has fewer values.",
        NARROWS,
    ),
    Row(
        BecameNullable,
        "{}-became-nullable",
        "`null` is allowed.",
        WIDENS,
    ),
    Row(
        BecameNotNullable,
        "{}-became-not-nullable",
        "`null` is not allowed any more.",
        NARROWS,
    ),
    Row(
        BecameEnum,
        "{}-became-enum",
        "Only listed values are allowed.",
        NARROWS,
    ),
    Row(
        BecameNotEnum,
        "{}-became-not-enum",
        "Not only listed values are allowed.",
        WIDENS,
    ),
    Row(
        EnumValueAdded,
        "{}-enum-value-added",
        "A value is new in the list.",
        Effect {
            request: WIDENS.request,
            response: (
                Clients,
                Warning,
                "Reading survives it: generated enums have a variant `Unknown` for new values. Other constants do not.",
            ),
        },
    ),
    Row(
        EnumValueRemoved,
        "{}-enum-value-removed",
        "A value is not in the list any more.",
        NARROWS,
    ),
    Row(
        PatternAdded,
        "{}-pattern-added",
        "Text must match a pattern.",
        NARROWS_RULE,
    ),
    Row(
        PatternChanged,
        "{}-pattern-changed",
        "Text must match another pattern.",
        CHANGES_RULE,
    ),
    Row(
        PatternRemoved,
        "{}-pattern-removed",
        "Text need not match a pattern any more.",
        WIDENS_RULE,
    ),
    Row(
        FormatChanged,
        "x-{}-format-changed",
        "The format is another one, and nothing checks it.",
        SAYS,
    ),
    Row(
        WidthGrew,
        "x-{}-format-generalized",
        "The format has larger whole numbers.",
        WIDENS,
    ),
    Row(
        WidthShrank,
        "x-{}-format-specialized",
        "The format has fewer whole numbers.",
        NARROWS,
    ),
    Row(
        UniqueItemsSet,
        "{}-unique-items-set",
        "Items must differ.",
        NARROWS_RULE,
    ),
    Row(
        UniqueItemsUnset,
        "{}-unique-items-unset",
        "Items need not differ any more.",
        WIDENS_RULE,
    ),
    Row(
        MemberAdded,
        "{}-one-of-added",
        "A union has one more member.",
        WIDENS,
    ),
    Row(
        MemberRemoved,
        "{}-one-of-removed",
        "A union has one member less.",
        NARROWS,
    ),
    Row(
        DiscriminatorChanged,
        "x-{}-discriminator-changed",
        "The members of a union are told apart by another property, or by other values of it.",
        both((Everyone, Warning, "Values may be read as another member.")),
    ),
    Row(
        BecameClosed,
        "x-{}-became-closed",
        "Properties that are not declared are not allowed any more.",
        NARROWS,
    ),
    Row(
        BecameOpen,
        "x-{}-became-open",
        "Properties that are not declared are allowed.",
        Effect {
            request: (Additive, Info, "Callers may send more."),
            response: (
                Additive,
                Info,
                "Generated types skip properties that they do not know.",
            ),
        },
    ),
    Row(
        AdditionalTyped,
        "x-{}-additional-properties-specialized",
        "Properties that are not declared have a type.",
        NARROWS,
    ),
    Row(
        AdditionalUntyped,
        "x-{}-additional-properties-generalized",
        "Properties that are not declared may be of any type.",
        WIDENS,
    ),
    Row(
        PropertyForbidden,
        "x-{}-forbidden",
        "The property must not be there.",
        NARROWS,
    ),
    Row(
        PropertyNotForbidden,
        "x-{}-not-forbidden",
        "The property may be there.",
        WIDENS,
    ),
    Row(
        RequiredSetsChanged,
        "x-{}-required-any-of-changed",
        "The sets of properties of which one must be there whole are others.",
        CHANGES_RULE,
    ),
    Row(
        RequiredAdded,
        "new-required-{}",
        "There is a new property or parameter that must be there.",
        Effect {
            request: (Clients, Error, "Requests without it are refused."),
            response: (Implementors, Warning, "An implementation has to answer it."),
        },
    ),
    Row(
        RequiredWithDefaultAdded,
        "new-required-{}-with-default",
        "There is a new property or parameter that must be there but may be left out in practice.",
        Effect {
            request: (Clients, Warning, "Requests without it may be refused."),
            response: (Implementors, Info, "An implementation should answer it."),
        },
    ),
    Row(
        OptionalAdded,
        "new-optional-{}",
        "There is a new property or parameter that may be left out.",
        Effect {
            request: (Additive, Info, "Callers may send more."),
            response: (Additive, Info, "Readers may get more."),
        },
    ),
    Row(
        RequiredRemoved,
        "{side}-required-{scope}-removed",
        "A property or parameter is gone that had to be there.",
        Effect {
            request: (
                Clients,
                Warning,
                "Requests with it may be refused, at least where the object is closed.",
            ),
            response: (Clients, Error, "Readers that need it fail."),
        },
    ),
    Row(
        OptionalRemoved,
        "{side}-optional-{scope}-removed",
        "A property or parameter is gone that could be left out.",
        Effect {
            request: (
                Clients,
                Warning,
                "Requests with it may be refused, at least where the object is closed.",
            ),
            response: (
                Clients,
                Warning,
                "Readers have to do without it, as before when it was left out.",
            ),
        },
    ),
    Row(
        BecameRequired,
        "{}-became-required",
        "It must be there.",
        NARROWS,
    ),
    Row(
        BecameRequiredWithDefault,
        "{}-became-required-with-default",
        "It must be there, but may be left out in practice.",
        Effect {
            request: (Clients, Warning, "Requests without it may be refused."),
            response: (Implementors, Info, "An implementation should answer it."),
        },
    ),
    Row(
        BecameOptional,
        "{}-became-optional",
        "It may be left out.",
        WIDENS,
    ),
    Row(
        LenientBecameOptional,
        "x-{}-lenient-became-optional",
        "It need not be there, and could be left out in practice before.",
        both((Additive, Info, "Generated types are what they were.")),
    ),
    Row(
        BecameLenient,
        "x-{}-became-lenient",
        "It must still be there, but may be left out in practice.",
        Effect {
            request: (Implementors, Info, "Callers may leave it out."),
            response: (Clients, Warning, "The server may leave it out."),
        },
    ),
    Row(
        BecameStrict,
        "x-{}-became-strict",
        "It may not be left out in practice any more.",
        Effect {
            request: (Clients, Warning, "Requests without it may be refused."),
            response: (Implementors, Info, "An implementation has to answer it."),
        },
    ),
    Row(
        DefaultAdded,
        "{}-default-value-added",
        "There is a default.",
        SAYS,
    ),
    Row(
        DefaultChanged,
        "{}-default-value-changed",
        "The default is another one.",
        Effect {
            request: (Everyone, Warning, "To leave it out means something else."),
            response: SAYS.response,
        },
    ),
    Row(
        DefaultRemoved,
        "{}-default-value-removed",
        "There is no default any more.",
        Effect {
            request: (
                Everyone,
                Warning,
                "To leave it out may mean something else.",
            ),
            response: SAYS.response,
        },
    ),
    Row(Deprecated, "{}-deprecated", "It is deprecated.", SAYS),
    Row(
        Reactivated,
        "{}-reactivated",
        "It is not deprecated any more.",
        SAYS,
    ),
    Row(
        DescriptionChanged,
        "x-{}-description-changed",
        "The description is another one.",
        SAYS,
    ),
];

/// Rules of one subject, or of none.
static OTHERS: &[(Subject, Row)] = &[
    (
        Subject::Parameter,
        Row(
            StyleChanged,
            "{}-style-changed",
            "Values are written in another style.",
            CHANGES,
        ),
    ),
    (
        Subject::Parameter,
        Row(
            ExplodeChanged,
            "{}-explode-changed",
            "Lists and objects are written in another way.",
            CHANGES,
        ),
    ),
    (
        Subject::Parameter,
        Row(
            ReservedAllowed,
            "x-{}-reserved-allowed",
            "Reserved characters may stand as they are.",
            both((
                Implementors,
                Warning,
                "Callers may send characters that an implementation expects encoded.",
            )),
        ),
    ),
    (
        Subject::Parameter,
        Row(
            ReservedForbidden,
            "x-{}-reserved-forbidden",
            "Reserved characters must be encoded.",
            both((
                Clients,
                Warning,
                "Characters that callers send as they are may be misread.",
            )),
        ),
    ),
    (
        Subject::Parameter,
        Row(
            EncodingChanged,
            "x-{}-encoding-changed",
            "The value is JSON text, or is not any more.",
            CHANGES,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            EncodingChanged,
            "x-{}-encoding-changed",
            "The bytes are written in another way.",
            CHANGES,
        ),
    ),
    (
        Subject::ResponseBody,
        Row(
            EncodingChanged,
            "x-{}-encoding-changed",
            "The bytes are written in another way.",
            CHANGES,
        ),
    ),
    (
        Subject::Parameter,
        Row(
            ParameterRenamed,
            "x-{}-renamed",
            "A parameter of the path has another name.",
            both((
                Docs,
                Warning,
                "Requests are what they were; the field of the generated struct has another name.",
            )),
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            BodyAddedRequired,
            "{}-added-required",
            "There is a body, and it must be there.",
            NARROWS,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            BodyAddedOptional,
            "{}-added-optional",
            "There is a body, which may be left out.",
            both((Additive, Info, "Callers may send more.")),
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            BodyRemoved,
            "{}-removed",
            "There is no body any more.",
            both((
                Clients,
                Warning,
                "Requests with one may be refused, and it says nothing any more.",
            )),
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            BodyBecameRequired,
            "{}-became-required",
            "The body must be there.",
            NARROWS,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            BodyBecameOptional,
            "{}-became-optional",
            "The body may be left out.",
            WIDENS,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            MediaTypeAdded,
            "{}-media-type-added",
            "The body may have another media type.",
            WIDENS,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            MediaTypeRemoved,
            "{}-media-type-removed",
            "A media type is not taken any more.",
            NARROWS,
        ),
    ),
    (
        Subject::ResponseBody,
        Row(
            MediaTypeAdded,
            "response-media-type-added",
            "The response may have another media type.",
            both((Additive, Info, "Callers may ask for it.")),
        ),
    ),
    (
        Subject::ResponseBody,
        Row(
            MediaTypeRemoved,
            "response-media-type-removed",
            "The response has a media type less.",
            both((
                Clients,
                Error,
                "Callers that ask for it are refused or get something else.",
            )),
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            MediaTypeSpelled,
            "x-{}-media-type-spelled",
            "A media type is written with other parameters.",
            SAYS,
        ),
    ),
    (
        Subject::ResponseBody,
        Row(
            MediaTypeSpelled,
            "x-{}-media-type-spelled",
            "A media type is written with other parameters.",
            SAYS,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            SchemaAdded,
            "{}-media-type-schema-added",
            "The body has a schema.",
            NARROWS,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            SchemaRemoved,
            "{}-media-type-schema-removed",
            "The body has no schema any more.",
            WIDENS,
        ),
    ),
    (
        Subject::ResponseBody,
        Row(
            SchemaAdded,
            "{}-media-type-schema-added",
            "The body has a schema.",
            NARROWS,
        ),
    ),
    (
        Subject::ResponseBody,
        Row(
            SchemaRemoved,
            "{}-media-type-schema-removed",
            "The body has no schema any more.",
            WIDENS,
        ),
    ),
    (
        Subject::RequestBody,
        Row(
            ExamplesChanged,
            "x-{}-examples-changed",
            "The examples are others.",
            SAYS,
        ),
    ),
    (
        Subject::ResponseBody,
        Row(
            ExamplesChanged,
            "x-{}-examples-changed",
            "The examples are others.",
            SAYS,
        ),
    ),
    (
        Subject::Api,
        Row(
            SuccessAdded,
            "response-success-status-added",
            "There is one more answer that means success.",
            both((
                Clients,
                Warning,
                "Callers that match on the status have one more to expect.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            SuccessRemoved,
            "response-success-status-removed",
            "An answer that means success is gone.",
            both((
                Everyone,
                Error,
                "Callers wait for it in vain; an implementation cannot give it any more.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            NonSuccessAdded,
            "response-non-success-status-added",
            "There is one more answer that means failure.",
            both((
                Additive,
                Info,
                "Callers can tell one more failure from the others.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            NonSuccessRemoved,
            "response-non-success-status-removed",
            "An answer that means failure is gone.",
            both((
                Implementors,
                Warning,
                "An implementation cannot give it any more.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            EndpointAdded,
            "endpoint-added",
            "There is a new operation.",
            both((
                Additive,
                Info,
                "Callers can do more; server traits answer 501.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            EndpointRemoved,
            "api-removed-without-deprecation",
            "An operation is gone, and was not deprecated; its path has others.",
            both((
                Everyone,
                Error,
                "Calls fail; the method of the server trait is gone.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            EndpointRemovedDeprecated,
            "api-removed-with-deprecation",
            "A deprecated operation is gone; its path has others.",
            both((
                Everyone,
                Error,
                "Calls fail; the method of the server trait is gone.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            PathRemoved,
            "api-path-removed-without-deprecation",
            "An operation is gone with its path, and was not deprecated.",
            both((
                Everyone,
                Error,
                "Calls fail; the method of the server trait is gone.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            PathRemovedDeprecated,
            "api-path-removed-with-deprecation",
            "A deprecated operation is gone with its path.",
            both((
                Everyone,
                Error,
                "Calls fail; the method of the server trait is gone.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            EndpointSkipped,
            "x-api-not-generated",
            "An operation is there, but is not generated any more.",
            both((
                Everyone,
                Error,
                "Its types and the method of the server trait are gone.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            EndpointNotSkipped,
            "x-api-generated",
            "An operation is generated that was not.",
            both((Additive, Info, "It has types now.")),
        ),
    ),
    (
        Subject::Api,
        Row(
            EndpointDeprecated,
            "endpoint-deprecated",
            "An operation is deprecated.",
            SAYS,
        ),
    ),
    (
        Subject::Api,
        Row(
            EndpointReactivated,
            "endpoint-reactivated",
            "An operation is not deprecated any more.",
            SAYS,
        ),
    ),
    (
        Subject::Api,
        Row(
            PathPrefixChanged,
            "x-api-space-prefix-changed",
            "The path is written with the prefix of a space, or is not any more.",
            both((Docs, Info, "Generated routes answer with and without it.")),
        ),
    ),
    (
        Subject::Api,
        Row(
            SecurityAdded,
            "api-security-added",
            "Callers may show who they are in one more way.",
            both((
                Implementors,
                Warning,
                "An implementation may refuse such callers.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            SecurityRemoved,
            "api-security-removed",
            "A way to show who one is does not count any more.",
            both((Clients, Error, "Callers that use it are refused.")),
        ),
    ),
    (
        Subject::Api,
        Row(
            OperationIdAdded,
            "api-operation-id-added",
            "An operation has an id.",
            both((
                Docs,
                Warning,
                "Requests are what they were; the generated items have other names.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            OperationIdRemoved,
            "api-operation-id-removed",
            "The id of an operation is gone.",
            both((
                Docs,
                Warning,
                "Requests are what they were; the generated items have other names.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            OperationIdChanged,
            "x-api-operation-id-changed",
            "An operation has another id.",
            both((
                Docs,
                Warning,
                "Requests are what they were; the generated items have other names.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            GroupChanged,
            "x-api-group-changed",
            "An operation belongs to another group.",
            both((
                Docs,
                Warning,
                "Requests are what they were; the generated items stand in another module.",
            )),
        ),
    ),
    (
        Subject::Api,
        Row(
            TagAdded,
            "api-tag-added",
            "An operation has one more tag.",
            SAYS,
        ),
    ),
    (
        Subject::Api,
        Row(
            TagRemoved,
            "api-tag-removed",
            "An operation has a tag less.",
            SAYS,
        ),
    ),
    (
        Subject::Api,
        Row(
            GuardHeaderAdded,
            "x-api-guard-header-added",
            "The document declares a header that the server asks for before any operation.",
            GUARD,
        ),
    ),
    (
        Subject::Api,
        Row(
            GuardHeaderRemoved,
            "x-api-guard-header-removed",
            "The document does not declare a header any more that the server asks for before any operation.",
            GUARD,
        ),
    ),
    (
        Subject::Api,
        Row(
            OperationDescriptionChanged,
            "x-api-description-changed",
            "The summary or description of an operation, body or response is another one.",
            SAYS,
        ),
    ),
    (
        Subject::Api,
        Row(
            InfoChanged,
            "x-info-changed",
            "Title, version or description of the document or of a group is another one.",
            SAYS,
        ),
    ),
];

static RULES: LazyLock<BTreeMap<(Facet, Subject), Rule>> = LazyLock::new(|| {
    let mut rules = BTreeMap::new();
    for subject in Subject::VALUES {
        for row in VALUES.iter().filter(|row| applies(row.0, subject)) {
            rules.insert((row.0, subject), rule(row, subject));
        }
        for bound in Bound::ALL {
            for shift in shifts(bound) {
                let template = format!("{{}}-{}-{}", bound.id(), shift.id());
                let effect = bound.effect(*shift);
                let rule = build(id(&template, subject), shift.what(), effect, subject);
                rules.insert((Bound(bound, *shift), subject), rule);
            }
        }
    }
    for (subject, row) in OTHERS {
        rules.insert((row.0, *subject), rule(row, *subject));
    }
    rules
});

fn shifts(bound: Bound) -> &'static [Shift] {
    match bound {
        Bound::MultipleOf => &[Shift::Set, Shift::Unset, Shift::Changed],
        _ => &[Shift::Set, Shift::Unset, Shift::Increased, Shift::Decreased],
    }
}

/// Whether a facet of values can be met at a subject: a body is no property, so it cannot be added as one.
fn applies(facet: Facet, subject: Subject) -> bool {
    use Subject::{
        Parameter, ParameterProperty, RequestProperty, ResponseHeader, ResponseProperty,
    };
    let properties = matches!(
        subject,
        ParameterProperty | RequestProperty | ResponseProperty
    );
    match facet {
        PropertyForbidden | PropertyNotForbidden | BecameLenient | BecameStrict => properties,
        RequiredWithDefaultAdded
        | BecameRequiredWithDefault
        | LenientBecameOptional
        | DefaultAdded
        | DefaultChanged
        | DefaultRemoved
        | Deprecated
        | Reactivated => properties || subject == Parameter,
        RequiredAdded | OptionalAdded | RequiredRemoved | OptionalRemoved | BecameRequired
        | BecameOptional => properties || matches!(subject, Parameter | ResponseHeader),
        _ => true,
    }
}

fn rule(row: &Row, subject: Subject) -> Rule {
    build(id(row.1, subject), row.2, row.3, subject)
}

fn build(id: String, what: &'static str, effect: Effect, subject: Subject) -> Rule {
    let (class, severity, effect) = if subject.is_request() {
        effect.request
    } else {
        effect.response
    };
    Rule {
        id,
        class,
        severity,
        what,
        effect,
    }
}

/// The id of a rule: the template filled in, except where oasdiff has a name of another make.
fn id(template: &str, subject: Subject) -> String {
    let (side, scope) = subject.side_and_scope();
    let id = template
        .replace("{}", &format!("{side}-{scope}"))
        .replace("{side}", side)
        .replace("{scope}", scope);
    let renamed = match id.as_str() {
        "new-required-response-property" => "response-required-property-added",
        "new-required-response-property-with-default" => "x-response-lenient-property-added",
        "new-optional-response-property" => "response-optional-property-added",
        "new-required-response-header" => "x-required-response-header-added",
        "new-optional-response-header" => "response-header-added",
        "response-required-header-removed" => "required-response-header-removed",
        "response-optional-header-removed" => "optional-response-header-removed",
        "request-required-property-removed" | "request-optional-property-removed" => {
            "request-property-removed"
        }
        "request-required-parameter-removed" | "request-optional-parameter-removed" => {
            "request-parameter-removed"
        }
        "request-required-parameter-property-removed"
        | "request-optional-parameter-property-removed" => "x-request-parameter-property-removed",
        "new-required-request-parameter-with-default" => {
            "x-new-required-request-parameter-with-default"
        }
        "new-required-request-parameter-property" => "x-new-required-request-parameter-property",
        "new-required-request-parameter-property-with-default" => {
            "x-new-required-request-parameter-property-with-default"
        }
        "new-optional-request-parameter-property" => "x-new-optional-request-parameter-property",
        _ => return id,
    };
    renamed.to_string()
}

/// Every rule, ordered by id.
pub fn rules() -> Vec<&'static Rule> {
    let by_id: BTreeMap<&str, &Rule> = RULES
        .values()
        .map(|rule| (rule.id.as_str(), rule))
        .collect();
    by_id.into_values().collect()
}

/// The rule of a facet at a subject.
pub(super) fn of(facet: Facet, subject: Subject) -> &'static Rule {
    static UNLISTED: LazyLock<Rule> = LazyLock::new(|| Rule {
        id: "x-unlisted".to_string(),
        class: Everyone,
        severity: Warning,
        what: "Something changed that has no rule of its own.",
        effect: "Look at both documents.",
    });
    RULES.get(&(facet, subject)).unwrap_or(&UNLISTED)
}
