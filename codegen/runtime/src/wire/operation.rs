//! What is known of an operation before any request: constants that the generator writes, one per operation.
//! Server and client read the same ones. Knows nothing of sockets.

#[cfg(any(feature = "client", feature = "server"))]
use super::StreamError;
use crate::Violations;
use crate::json::Node;
use crate::rules::Rules;

/// A type that stands for an operation, such as `GetCase`.
pub trait Operation: Send + Sync + 'static {
    /// Everything that the document says about how it is called.
    const INFO: &'static OperationInfo;
    /// What is sent: a client makes it, a handler is given it.
    type Request: Send + 'static;
    /// What is answered: a handler makes it, a client is given it.
    type Response: Send + 'static;
}

/// How an operation is called and what it answers.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// Name of the operation, such as `GetCase`.
    pub id: &'static str,
    /// Method in upper case.
    pub method: &'static str,
    /// Path template as the document writes it.
    pub path: &'static str,
    /// The tag that it is grouped by.
    pub tag: &'static str,
    /// Parameters in the path.
    pub path_parameters: &'static [Parameter],
    /// Parameters in the query string.
    pub query: &'static [Parameter],
    /// Parameters in headers.
    pub headers: &'static [Parameter],
    /// Parameters in cookies.
    pub cookies: &'static [Parameter],
    /// The media types of the request body; empty when there is none.
    pub request: &'static [MediaType],
    /// Whether the body must be there.
    pub body_required: bool,
    /// The most bytes that a body may have, when the generator's settings say so.
    pub body_limit: Option<usize>,
    /// The documented responses.
    pub responses: &'static [ResponseInfo],
}

impl OperationInfo {
    /// An operation without parameters, body and responses, for `..OperationInfo::NONE`.
    pub const NONE: Self = Self {
        id: "",
        method: "",
        path: "",
        tag: "",
        path_parameters: &[],
        query: &[],
        headers: &[],
        cookies: &[],
        request: &[],
        body_required: false,
        body_limit: None,
        responses: &[],
    };
}

/// How the value of a parameter travels. Its type stands in the struct of its group.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// How the text is built.
    pub style: Style,
    /// Whether items and properties travel separately.
    pub explode: bool,
    /// Whether the whole value travels as JSON text.
    pub json: bool,
    /// Whether it must be there.
    pub required: bool,
    /// How text becomes a value.
    pub coercion: &'static Coercion,
    /// What the handler gets when it is not there, as JSON.
    pub default: Option<&'static str>,
}

impl Parameter {
    /// An optional text in the query string, for `..Parameter::TEXT`.
    pub const TEXT: Self = Self {
        name: "",
        style: Style::Form,
        explode: true,
        json: false,
        required: false,
        coercion: &Coercion::Text,
        default: None,
    };

    /// An optional text in the path or in a header, for `..Parameter::SIMPLE`.
    pub const SIMPLE: Self = Self {
        style: Style::Simple,
        explode: false,
        ..Self::TEXT
    };
}

/// `style` of a parameter in OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Path and header: separated by commas.
    Simple,
    /// Query and cookie: `name=value`.
    Form,
    /// Query: separated by spaces.
    SpaceDelimited,
    /// Query: separated by `|`.
    PipeDelimited,
    /// Query: `name[key]=value`.
    DeepObject,
    /// Path: `;name=value`.
    Matrix,
    /// Path: `.value`.
    Label,
}

/// How text becomes a JSON value. Text that does not fit stays text, so that reading the value reports it.
#[derive(Clone, Copy, Debug)]
pub enum Coercion {
    /// Text as it is.
    Text,
    /// A number without fraction.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`; a name without value is `true`.
    Boolean,
    /// JSON text.
    Json,
    /// Nothing, or the text `null`, is `null`. (Where text is a value, only a name without value is.)
    Nullable(&'static Coercion),
    /// Any number of values.
    Array(&'static Coercion),
    /// One value, or an array when there are several.
    OneOrMany(&'static Coercion),
    /// Properties with any names: JSON text, or separate texts.
    Map(&'static Coercion),
    /// Properties with these names: JSON text, or separate texts.
    Object(&'static [(&'static str, Coercion)]),
    /// The first of these that the text fits.
    FirstOf(&'static [Coercion]),
}

impl Coercion {
    /// Whether any text is a value.
    pub(crate) fn takes_text(&self) -> bool {
        match self {
            Self::Text => true,
            Self::Nullable(inner) | Self::OneOrMany(inner) => inner.takes_text(),
            Self::FirstOf(alternatives) => alternatives.iter().any(Self::takes_text),
            _ => false,
        }
    }

    /// Whether a name without value is one.
    pub(crate) fn takes_flag(&self) -> bool {
        match self {
            Self::Boolean => true,
            Self::Nullable(inner) | Self::OneOrMany(inner) => inner.takes_flag(),
            Self::FirstOf(alternatives) => alternatives.iter().any(Self::takes_flag),
            _ => false,
        }
    }

    /// Whether there may be several values.
    pub(crate) fn is_list(&self) -> bool {
        match self {
            Self::Array(_) | Self::OneOrMany(_) => true,
            Self::Nullable(inner) => inner.is_list(),
            Self::FirstOf(alternatives) => alternatives.iter().any(Self::is_list),
            _ => false,
        }
    }

    /// Whether one text is tried as something else before it is an item.
    #[cfg(feature = "server")]
    pub(crate) fn prefers_one(&self) -> bool {
        match self {
            Self::Nullable(inner) => inner.prefers_one(),
            Self::FirstOf(_) => true,
            _ => false,
        }
    }

    /// What the items of a list are.
    pub(crate) fn item(&self) -> &'static Coercion {
        match self {
            Self::Array(item) | Self::OneOrMany(item) => item,
            Self::Nullable(inner) => inner.item(),
            Self::FirstOf(alternatives) => alternatives
                .iter()
                .find(|alternative| alternative.is_list())
                .map_or(&Self::Text, Self::item),
            _ => &Self::Text,
        }
    }

    /// The object that it may be.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn object(&'static self) -> Option<&'static Coercion> {
        match self {
            Self::Map(_) | Self::Object(_) => Some(self),
            Self::Nullable(inner) | Self::OneOrMany(inner) => inner.object(),
            Self::FirstOf(alternatives) => alternatives.iter().find_map(Self::object),
            _ => None,
        }
    }

    /// What a property of that object is.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn property(&'static self, key: &str) -> Option<&'static Coercion> {
        match self.object()? {
            Self::Map(value) => Some(value),
            Self::Object(fields) => {
                let field = fields.iter().find(|(name, _)| *name == key);
                field.map(|(_, coercion)| coercion)
            }
            _ => None,
        }
    }
}

/// A media type that an operation takes.
#[derive(Clone, Copy, Debug)]
pub struct MediaType {
    /// Type and subtype in lower case; either may be `*`.
    pub essence: &'static str,
    /// How the bytes are read.
    pub format: BodyFormat,
    /// The parts of a multipart body, or the fields of a form.
    pub parts: &'static Parts,
}

impl MediaType {
    /// `application/json`.
    pub const JSON: Self = Self {
        essence: "application/json",
        format: BodyFormat::Json,
        parts: &Parts::ANY,
    };
}

/// How the bytes of a body are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// One JSON value.
    Json,
    /// A JSON value per line, as a stream.
    JsonLines,
    /// `multipart/form-data`, as a stream of parts.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// Text.
    Text,
    /// Bytes, as a stream.
    Bytes,
    /// Server-sent events. Only in responses.
    EventStream,
}

impl BodyFormat {
    /// Whether the handler reads the body as it arrives.
    #[cfg(feature = "server")]
    pub(crate) fn is_stream(self) -> bool {
        matches!(self, Self::JsonLines | Self::Multipart | Self::Bytes)
    }
}

/// The parts of a multipart body, or the fields of a form.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The parts that the document names.
    pub list: &'static [PartInfo],
    /// Whether there may be no others.
    pub closed: bool,
}

impl Parts {
    /// Any parts.
    pub const ANY: Self = Self {
        list: &[],
        closed: false,
    };

    pub(crate) fn get(&self, name: &str) -> Option<&'static PartInfo> {
        self.list.iter().find(|part| part.name == name)
    }
}

/// Checks a value; the text is how paths begin.
pub type PartCheck = dyn Fn(&Node<'_>, &str) -> Result<(), Violations> + Sync;

/// A part of a multipart body.
#[derive(Clone, Copy)]
pub struct PartInfo {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be there more than once.
    pub many: bool,
    /// Whether it is a file, so that its bytes stream to the handler.
    pub file: bool,
    /// How its text becomes a value.
    pub coercion: &'static Coercion,
    /// Checks its value, or that of one item of a list.
    pub check: &'static PartCheck,
    /// How many there may be (`min_items`, `max_items`), whether they differ (`unique_items`), and how many bytes a file
    /// may have (`min_length`, `max_length`).
    pub limits: &'static Rules,
    /// How its value is written as a field of a URL-encoded form, where the document says it.
    pub written: Option<&'static Parameter>,
    /// The media types that it may have, in lower case; either part may be `*`. Any when empty.
    pub media_types: &'static [&'static str],
    /// The headers of the part that the document names: each is a text with a name, a coercion and a check.
    pub headers: &'static [PartInfo],
}

impl std::fmt::Debug for PartInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("PartInfo");
        shown.field("name", &self.name).finish_non_exhaustive()
    }
}

impl PartInfo {
    /// An optional text without rules, for `..PartInfo::TEXT`.
    pub const TEXT: Self = Self {
        name: "",
        required: false,
        many: false,
        file: false,
        coercion: &Coercion::Text,
        check: &|_, _| Ok(()),
        limits: &Rules::NONE,
        written: None,
        media_types: &[],
        headers: &[],
    };

    /// Whether its value travels as JSON text, whatever it is.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn is_json(&self) -> bool {
        let json = |media_type: &&str| {
            let subtype = media_type.split('/').next_back().unwrap_or_default();
            subtype == "json" || subtype.ends_with("+json")
        };
        !self.media_types.is_empty() && self.media_types.iter().all(json)
    }

    /// Whether it may have this media type.
    ///
    /// # Errors
    /// What it may have.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn takes(&self, media_type: &str) -> Result<(), StreamError> {
        let essence = super::essence(media_type);
        let mut listed = self.media_types.iter();
        if self.media_types.is_empty() || listed.any(|range| super::covers(range, &essence)) {
            return Ok(());
        }
        let listed = self.media_types.join("` or `");
        let message = format!("expected the media type `{listed}`, found `{essence}`");
        Err(StreamError::unreadable(
            &format!("body.{}", self.name),
            message,
        ))
    }

    /// The values in one part of this name: itself, or the items of a list that is written as one JSON text.
    ///
    /// # Errors
    /// When it is neither.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn values<'n, 'v>(&self, value: &'n Node<'v>) -> Result<&'n [Node<'v>], Violations> {
        let root = format!("body.{}", self.name);
        let refused = match (self.check)(value, &root) {
            Ok(()) => return Ok(std::slice::from_ref(value)),
            Err(refused) => refused,
        };
        let Node::Array(items) = value else {
            return Err(refused);
        };
        if !self.many {
            return Err(refused);
        }
        for (index, item) in items.iter().enumerate() {
            (self.check)(item, &format!("{root}[{index}]"))?;
        }
        Ok(items)
    }
}

/// A documented response.
#[derive(Clone, Copy, Debug)]
pub struct ResponseInfo {
    /// The statuses that it covers.
    pub status: StatusRange,
    /// Its media types; empty when it has no body.
    pub media_types: &'static [&'static str],
}

/// The statuses that a response covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusRange {
    /// One.
    Code(u16),
    /// All of a class: `4` for 400 to 499.
    Class(u8),
    /// All that are not documented otherwise.
    Default,
}

impl OperationInfo {
    /// The documented range that a status falls into: the narrowest one.
    pub fn status_range(&self, status: u16) -> Option<StatusRange> {
        let class = u8::try_from(status / 100).unwrap_or(0);
        let ranges = [
            StatusRange::Code(status),
            StatusRange::Class(class),
            StatusRange::Default,
        ];
        let documented = |range: &StatusRange| self.responses.iter().any(|r| r.status == *range);
        ranges.into_iter().find(documented)
    }
}
