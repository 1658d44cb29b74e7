//! Parameters as text: what the schema means becomes what travels. The other way is the server's.
//! Knows JSON, styles and coercions; knows no models.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{Coercion, Parameter, Style};

/// Why a value cannot travel where it stands.
pub(super) type Unsendable = &'static str;

const NO_NULL: Unsendable = "null cannot be sent here";
const SEPARATOR: Unsendable = "an item must not contain what separates items";

/// Appends text of which only letters, digits and `-._~` stay as they are.
pub(super) fn percent(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
}

fn percent_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    percent(text, &mut out);
    out
}

/// The text of a single value.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The text of a single value, as its coercion reads it back.
fn coerced(value: &Value, coercion: &Coercion) -> String {
    match (value, coercion) {
        // Text that looks like JSON would be read as what it looks like.
        (Value::String(text), Coercion::Json) if serde_json::from_str::<Value>(text).is_ok() => {
            value.to_string()
        }
        _ => text(value),
    }
}

/// Appends a parameter to a query string.
pub(super) fn query(
    parameter: &Parameter,
    value: &Value,
    out: &mut String,
) -> Result<(), Unsendable> {
    named(parameter.name, parameter, value, out)
}

/// Appends a parameter to a query string, or a field to a form, under a name.
pub(super) fn named(
    name: &str,
    parameter: &Parameter,
    value: &Value,
    out: &mut String,
) -> Result<(), Unsendable> {
    let mut pairs = Pairs { name, out };
    if parameter.json {
        pairs.add(&value.to_string());
        return Ok(());
    }
    match value {
        Value::Null => match null(parameter.coercion) {
            Some(Some(text)) => pairs.add(text),
            Some(None) => pairs.flag(),
            None => return Err(NO_NULL),
        },
        Value::Array(items) => list(parameter, items, &mut pairs)?,
        Value::Object(object) if parameter.style == Style::DeepObject && !object.is_empty() => {
            for (key, value) in object {
                nested(&format!("{name}[{key}]"), value, pairs.out);
            }
        }
        // Where the document says nothing else, Kibana takes objects as JSON.
        Value::Object(_) => pairs.add(&value.to_string()),
        value => pairs.add(&coerced(value, parameter.coercion)),
    }
    Ok(())
}

/// Appends a field to a form in the style that the document states. `taken` are the names that other fields have.
pub(super) fn field(
    field: &Parameter,
    value: &Value,
    taken: impl Fn(&str) -> bool,
    out: &mut String,
) -> Result<(), Unsendable> {
    match value {
        Value::Object(object) if field.style == Style::Form && !field.json => {
            let apart = |(key, value): (&String, &Value)| {
                let scalar = !matches!(value, Value::Array(_) | Value::Object(_) | Value::Null);
                scalar && field.coercion.property(key).is_some() && !taken(key)
            };
            if !field.explode {
                let name = field.name;
                Pairs { name, out }.add_encoded(&listed(field, object, percent_of));
            } else if !object.is_empty() && object.iter().all(apart) {
                for (name, value) in object {
                    Pairs { name, out }.add(&text(value));
                }
            } else {
                // One text says everything that separate ones could not.
                return named(field.name, field, value, out);
            }
            Ok(())
        }
        value => named(field.name, field, value, out),
    }
}

/// How `null` is written: a text, or just the name.
fn null(coercion: &Coercion) -> Option<Option<&'static str>> {
    match coercion {
        Coercion::Nullable(inner) if !inner.takes_text() => Some(Some("null")),
        Coercion::Nullable(inner) => (!inner.takes_flag()).then_some(None),
        Coercion::Json => Some(Some("null")),
        Coercion::FirstOf(alternatives) => alternatives.iter().find_map(null),
        Coercion::OneOrMany(inner) => null(inner),
        _ => None,
    }
}

fn list(parameter: &Parameter, items: &[Value], pairs: &mut Pairs<'_>) -> Result<(), Unsendable> {
    if !parameter.coercion.is_list() {
        pairs.add(&Value::from(items).to_string());
        return Ok(());
    }
    let item = parameter.coercion.item();
    if items.is_empty() {
        // No text at all is no list; where items are text, `[]` would be one of them.
        if !item.takes_text() {
            pairs.add("[]");
        }
        return Ok(());
    }
    let separator = match parameter.style {
        Style::SpaceDelimited => Some((' ', "%20")),
        Style::PipeDelimited => Some(('|', "%7C")),
        Style::Form if !parameter.explode => Some((',', ",")),
        _ => None,
    };
    let Some((separator, written)) = separator else {
        items
            .iter()
            .for_each(|value| pairs.add(&coerced(value, item)));
        return Ok(());
    };
    let texts = items.iter().map(|value| {
        let text = coerced(value, item);
        match text.contains(separator) {
            true => Err(SEPARATOR),
            false => Ok(percent_of(&text)),
        }
    });
    let texts: Vec<_> = texts.collect::<Result<_, _>>()?;
    pairs.add_encoded(&texts.join(written));
    Ok(())
}

/// `name[key]=…`, and below.
fn nested(name: &str, value: &Value, out: &mut String) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let item = |value: &Value| value.is_array() || value.is_object();
            for (index, value) in items.iter().enumerate() {
                match items.iter().any(item) {
                    true => nested(&format!("{name}[{index}]"), value, out),
                    false => nested(&format!("{name}[]"), value, out),
                }
            }
        }
        Value::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                nested(&format!("{name}[{key}]"), value, out);
            }
        }
        value => Pairs { name, out }.add(&text(value)),
    }
}

/// `name=text`, joined by `&`.
struct Pairs<'p> {
    name: &'p str,
    out: &'p mut String,
}

impl Pairs<'_> {
    fn flag(&mut self) {
        if !self.out.is_empty() {
            self.out.push('&');
        }
        percent(self.name, self.out);
    }

    fn add_encoded(&mut self, text: &str) {
        self.flag();
        self.out.push('=');
        self.out.push_str(text);
    }

    fn add(&mut self, text: &str) {
        self.flag();
        self.out.push('=');
        percent(text, self.out);
    }
}

/// The text of a parameter in the path, encoded.
pub(super) fn path(parameter: &Parameter, value: &Value) -> Result<String, Unsendable> {
    let style = parameter.style;
    let dots = style == Style::Label && parameter.explode;
    let encode = |text: &str| match dots {
        // What separates items must not look like part of one.
        true => percent_of(text).replace('.', "%2E"),
        false => percent_of(text),
    };
    let name = percent_of(parameter.name);
    let separator = match (style, parameter.explode) {
        (Style::Label, true) => ".".to_owned(),
        (Style::Matrix, true) => format!(";{name}="),
        _ => ",".to_owned(),
    };
    let joined = match value {
        _ if parameter.json => encode(&value.to_string()),
        Value::Null => return Err(NO_NULL),
        Value::Array(items) if parameter.coercion.is_list() => {
            let items = items.iter().map(|item| encode(&text(item)));
            items.collect::<Vec<_>>().join(&separator)
        }
        Value::Object(object) => listed(parameter, object, encode),
        value => encode(&coerced(value, parameter.coercion)),
    };
    Ok(match style {
        Style::Label => format!(".{joined}"),
        Style::Matrix => format!(";{name}={joined}"),
        _ => joined,
    })
}

/// The text of a parameter in a header.
pub(super) fn header(parameter: &Parameter, value: &Value) -> Result<String, Unsendable> {
    Ok(match value {
        _ if parameter.json => value.to_string(),
        Value::Null => null(parameter.coercion)
            .flatten()
            .ok_or(NO_NULL)?
            .to_owned(),
        Value::Array(items) if parameter.coercion.is_list() => {
            let items: Vec<_> = items.iter().map(text).collect();
            match items.iter().any(|item| item.contains(',')) {
                true => return Err(SEPARATOR),
                false => items.join(","),
            }
        }
        Value::Object(object) => listed(parameter, object, str::to_owned),
        value => coerced(value, parameter.coercion),
    })
}

/// `a,1,b,2` or `a=1,b=2`; JSON, where that would not say everything.
fn listed(
    parameter: &Parameter,
    object: &Map<String, Value>,
    encode: impl Fn(&str) -> String,
) -> String {
    let plain = |text: &str| !text.is_empty() && !text.contains([',', '=', '{']);
    let flat = |(key, value): (&String, &Value)| {
        let scalar = !matches!(value, Value::Array(_) | Value::Object(_) | Value::Null);
        plain(key) && scalar && plain(&text(value))
    };
    if object.is_empty() || !object.iter().all(flat) {
        return encode(&Value::from(object.clone()).to_string());
    }
    let between = if parameter.explode { "=" } else { "," };
    let entries = object
        .iter()
        .map(|(key, value)| format!("{}{between}{}", encode(key), encode(&text(value))));
    entries.collect::<Vec<_>>().join(",")
}

#[cfg(all(test, feature = "server"))]
#[allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json::Arena;
    use crate::server::parameters::{Pair, Taken, group, query_pairs};
    use crate::server::text::Encoding;

    /// What is sent, and what the server makes of it.
    fn there_and_back(parameter: Parameter, value: &Value) -> (String, Option<Value>) {
        let mut sent = String::new();
        query(&parameter, value, &mut sent).unwrap();
        let parameters: &'static [Parameter] = Box::leak(Box::new([parameter]));
        let pairs = query_pairs(&sent).unwrap();
        let arena = Arena::new();
        let read = group(parameters, &pairs, Taken::default(), &arena);
        let value = read.property(&["p"]).map(crate::json::Node::to_value);
        (sent, value)
    }

    fn parameter(coercion: Coercion) -> Parameter {
        Parameter {
            name: "p",
            coercion: Box::leak(Box::new(coercion)),
            ..Parameter::TEXT
        }
    }

    const TEXT: &Coercion = &Coercion::Text;
    const INTEGER: &Coercion = &Coercion::Integer;

    #[test]
    fn the_server_reads_what_was_sent() {
        let object = Coercion::Object(&[("id", Coercion::Text), ("n", Coercion::Integer)]);
        let cases = [
            (parameter(Coercion::Text), json!("a b+c&d=é/%\"[]")),
            (parameter(Coercion::Text), json!("")),
            (parameter(Coercion::Integer), json!(-12)),
            (parameter(Coercion::Number), json!(1.5e-7)),
            (parameter(Coercion::Boolean), json!(false)),
            (parameter(Coercion::Nullable(INTEGER)), json!(null)),
            (parameter(Coercion::Nullable(TEXT)), json!(null)),
            (parameter(Coercion::Nullable(TEXT)), json!("null")),
            (parameter(Coercion::Array(TEXT)), json!(["a,b", "", "é"])),
            (parameter(Coercion::Array(INTEGER)), json!([1])),
            (parameter(Coercion::Array(INTEGER)), json!([])),
            (parameter(Coercion::OneOrMany(TEXT)), json!("a")),
            (parameter(Coercion::OneOrMany(TEXT)), json!(["a", "b"])),
            (parameter(Coercion::Json), json!({"a": [1, "2"]})),
            (parameter(Coercion::Json), json!("5")),
            (parameter(Coercion::Json), json!("plain text")),
            (parameter(object), json!({"id": "x", "n": 2})),
            (parameter(Coercion::Map(TEXT)), json!({})),
        ];
        for (parameter, value) in cases {
            let (sent, read) = there_and_back(parameter, &value);
            assert_eq!(read, Some(value), "{sent}");
        }
    }

    #[test]
    fn every_style_separates_as_the_document_says() {
        let list = || parameter(Coercion::Array(TEXT));
        let styles = [
            (list(), "p=a&p=b%2Cc"),
            (
                Parameter {
                    style: Style::SpaceDelimited,
                    ..list()
                },
                "p=a%20b%2Cc",
            ),
            (
                Parameter {
                    style: Style::PipeDelimited,
                    ..list()
                },
                "p=a%7Cb%2Cc",
            ),
        ];
        for (parameter, expected) in styles {
            let value = json!(["a", "b,c"]);
            let (sent, read) = there_and_back(parameter, &value);
            assert_eq!(sent, expected);
            assert_eq!(read, Some(value));
        }
        let commas = Parameter {
            explode: false,
            ..list()
        };
        let (sent, read) = there_and_back(commas, &json!(["a", "b"]));
        assert_eq!((sent.as_str(), read), ("p=a,b", Some(json!(["a", "b"]))));
        let refused = query(&commas, &json!(["a", "b,c"]), &mut String::new());
        assert_eq!(refused, Err(SEPARATOR));
    }

    #[test]
    fn deep_objects_travel_key_by_key() {
        let lists = Coercion::Map(Box::leak(Box::new(Coercion::Array(INTEGER))));
        let deep = Parameter {
            style: Style::DeepObject,
            ..parameter(lists)
        };
        for value in [json!({"a b": [1, 2], "c": [3]}), json!({})] {
            let (sent, read) = there_and_back(deep, &value);
            assert_eq!(read, Some(value), "{sent}");
        }
    }

    #[test]
    fn paths_and_headers_are_read_as_they_were_written() {
        let flat = json!({"a": "1", "b": "x y"});
        let values = [
            (parameter(Coercion::Text), json!("a/b,c é")),
            (parameter(Coercion::Array(TEXT)), json!(["a", "b c"])),
            (parameter(Coercion::Map(TEXT)), flat.clone()),
            (parameter(Coercion::Map(TEXT)), json!({"a": "1,2"})),
        ];
        let styles = [Style::Simple, Style::Label, Style::Matrix];
        for (parameter, value) in values {
            for style in styles {
                let parameter = Parameter {
                    style,
                    explode: false,
                    ..parameter
                };
                let sent = path(&parameter, &value).unwrap();
                let parameters: &'static [Parameter] = Box::leak(Box::new([parameter]));
                let mut sents = vec![(sent, Encoding::Percent)];
                if style == Style::Simple {
                    sents.push((header(&parameter, &value).unwrap(), Encoding::Plain));
                }
                for (sent, encoding) in sents {
                    let pairs = [Pair {
                        name: "p".into(),
                        text: Some(sent.as_str().into()),
                        encoding,
                    }];
                    let arena = Arena::new();
                    let read = group(parameters, &pairs, Taken::default(), &arena);
                    let read = read.property(&["p"]).map(crate::json::Node::to_value);
                    assert_eq!(read.as_ref(), Some(&value), "{style:?} {sent}");
                }
            }
        }
    }
}
