//! What a server takes beyond its document, because Kibana does. Knows the IR, how the plan
//! makes values of texts, and the manners of the runtime's server.

use serde_json::{Value, json};

use crate::ir::{Api, Location, Parameter, Type};
use crate::plan::Coercion;

/// How the server takes requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manners {
    /// As Kibana does: more than the document says.
    #[default]
    Kibana,
    /// To the letter of the document: `Builder::strict`.
    Document,
}

/// The extension that says it.
pub(super) const KEY: &str = "x-lenient";

/// At an operation that the document has below `/s/{spaceId}` only.
pub(super) const DEFAULT_SPACE: &str = "The document has this path below a space only; without that prefix it acts on the default space.";

/// What every server does.
const ALWAYS: &[&str] = &[
    "Every path also answers below `/s/{space_id}`.",
    "`HEAD` is answered as `GET` is, without the body.",
    "`kbn-version` counts as `kbn-xsrf`; `GET`, `HEAD` and `OPTIONS` need neither.",
    "A body without `Content-Type` is JSON, and an empty body is none whatever its type.",
    "Parameters of a query that an operation does not have are ignored.",
    "A parameter that is an object may travel as JSON in one value, and in a query as `name[key]=…`.",
    "A list whose items are no texts may travel as JSON in one value.",
    "A boolean without a value is `true`; another value that may be `null` is that without one, and as `null` where no text fits.",
    "What stands beside a media type (`charset=…`) says nothing.",
    "`elastic-api-version` may be left out.",
];

/// What a server does as long as it is not told to keep to the letter.
const LENIENT: &[&str] = &[
    "A path that is not there, or not with this method (`OPTIONS` among them), is a 404.",
    "`GET` of a path with a slash at its end is sent to the path without it (302).",
    "An `Accept` that fits no documented success gets the first one.",
    "Items of a list in a query may be called `name[]` or `name[0]`.",
    "Bodies may be compressed (`Content-Encoding: gzip` or `deflate`); limits count what comes out.",
];

/// What is not a matter of single operations.
pub(super) fn sentences(manners: Manners) -> Vec<&'static str> {
    let lenient = match manners {
        Manners::Kibana => LENIENT,
        Manners::Document => &[],
    };
    lenient.iter().chain(ALWAYS).copied().collect()
}

/// The texts of a parameter that are taken although its style does not write them, as schemas.
pub(super) fn texts(api: &Api, parameter: &Parameter, ty: &Type, manners: Manners) -> Vec<Value> {
    if parameter.json {
        return Vec::new();
    }
    let coercion = Coercion::of(api, ty);
    let mut found = Found::default();
    found.look(&coercion, false);
    // No style says how `null` is written.
    let null = matches!(coercion, Coercion::Nullable(_)) && !coercion.takes_text();
    let null =
        null.then(|| json!({ "description": "`null`.", "type": "string", "enum": ["", "null"] }));
    let kibana = match manners {
        Manners::Kibana => kibana_texts(parameter, &found),
        Manners::Document => Vec::new(),
    };
    null.into_iter().chain(kibana).collect()
}

/// What Kibana makes a value of.
fn kibana_texts(parameter: &Parameter, found: &Found) -> Vec<Value> {
    let &Found {
        boolean,
        integer,
        number,
        list,
    } = found;
    let commas = list && parameter.location == Location::Query;
    let texts = [
        boolean.then(|| {
            json!({
                "description": "`true` and `false` in any case of letters.",
                "type": "string",
                "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$",
            })
        }),
        (integer || number).then(|| {
            let description = match number {
                true => "Whatever JavaScript's `Number` makes a number of.",
                false => "Whatever JavaScript's `Number` makes a whole number of.",
            };
            json!({ "description": description, "type": "string", "pattern": NUMBER })
        }),
        list.then(|| {
            json!({
                "description": "All items in one value, as a JSON array.",
                "type": "string",
                "pattern": r"^\s*\[[\s\S]*\]\s*$",
            })
        }),
        commas.then(|| {
            json!({
                "description": "All items in one value, separated by commas, when the value is no item and all parts are.",
                "type": "string",
                "pattern": ",",
            })
        }),
    ];
    texts.into_iter().flatten().collect()
}

/// Numbers as JavaScript writes them, with blanks around.
const NUMBER: &str = r"^\s*([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)\s*$";

/// Kinds of values that a parameter may have.
#[derive(Default)]
struct Found {
    boolean: bool,
    integer: bool,
    number: bool,
    list: bool,
}

impl Found {
    /// `beside_text`: any text is a value, too, so that only plain numbers are numbers. Objects are not looked into:
    /// what they hold travels in its own way.
    fn look(&mut self, coercion: &Coercion, beside_text: bool) {
        match coercion {
            Coercion::Boolean => self.boolean = true,
            Coercion::Integer => self.integer |= !beside_text,
            Coercion::Number => self.number |= !beside_text,
            Coercion::Array(item) | Coercion::OneOrMany(item) => {
                self.list = true;
                self.look(item, beside_text);
            }
            Coercion::Nullable(inner) => self.look(inner, beside_text),
            Coercion::FirstOf(alternatives) => {
                let beside_text = beside_text || coercion.takes_text();
                for alternative in alternatives {
                    self.look(alternative, beside_text);
                }
            }
            Coercion::Object(_) | Coercion::Map(_) | Coercion::Json | Coercion::Text => {}
        }
    }
}
