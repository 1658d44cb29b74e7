//! Values as the text of parameters and bodies, by the words of OpenAPI: the judge's own way of writing them.
//! Knows how the IR describes it; no operation.

use std::fmt::Write as _;

use kibana_codegen::ir::{
    Api, BodyFormat, Content, Encoding, Kind, Location, Parameter, ParameterStyle, Shape, Style,
    Type,
};
use serde_json::{Map, Value};

/// What a parameter becomes.
pub(super) enum Written {
    /// A segment of the path, or a header.
    Text(String),
    /// `name=text` each.
    Pairs(Vec<String>),
}

/// A parameter with its value; `None` where such a value cannot stand there.
pub(super) fn parameter(parameter: &Parameter, value: &Value) -> Option<Written> {
    let style = parameter.style;
    match parameter.location {
        Location::Query | Location::Cookie => {
            pairs(&parameter.wire, style, parameter.json, value).map(Written::Pairs)
        }
        Location::Header => {
            let text = listed(style, parameter.json, value, ",", &str::to_owned)?;
            let sendable = text.chars().all(|c| !c.is_control()) && text.trim() == text;
            (sendable && !text.is_empty()).then_some(Written::Text(text))
        }
        Location::Path => segment(parameter, value).map(Written::Text),
    }
}

fn segment(parameter: &Parameter, value: &Value) -> Option<String> {
    let (wire, style) = (encoded(&parameter.wire), parameter.style);
    let (before, between) = match (style.style, style.explode) {
        (Style::Label, true) => (".".to_string(), ".".to_string()),
        (Style::Label, false) => (".".to_string(), ",".to_string()),
        (Style::Matrix, true) => (format!(";{wire}="), format!(";{wire}=")),
        (Style::Matrix, false) => (format!(";{wire}="), ",".to_string()),
        _ => (String::new(), ",".to_string()),
    };
    let text = listed(style, parameter.json, value, &between, &encoded)?;
    let steps = matches!(text.as_str(), "" | "." | "..");
    (!steps).then(|| before + &text)
}

/// A value in one text: lists and flat objects with separators, others as JSON.
fn listed(
    style: ParameterStyle,
    json: bool,
    value: &Value,
    between: &str,
    encode: &dyn Fn(&str) -> String,
) -> Option<String> {
    let unclear = |text: &String| text.is_empty() || text.contains([',', ';', '.', '=', '{', '[']);
    let texts = match value {
        _ if json => return Some(encode(&value.to_string())),
        Value::Null => return None,
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>(),
        Value::Object(entries) => {
            let flat = entries
                .values()
                .all(|value| !value.is_object() && !value.is_array() && !value.is_null());
            let texts: Vec<String> = entries
                .iter()
                .flat_map(|(key, value)| [key.clone(), plain(value)])
                .collect();
            if !flat || texts.is_empty() || texts.iter().any(unclear) {
                return Some(encode(&value.to_string()));
            }
            let sign = if style.explode { "=" } else { "," };
            let pairs = texts
                .chunks(2)
                .map(|pair| format!("{}{sign}{}", encode(&pair[0]), encode(&pair[1])));
            return Some(pairs.collect::<Vec<_>>().join(","));
        }
        scalar => return Some(encode(&plain(scalar))),
    };
    if texts.is_empty() || texts.iter().any(unclear) {
        return None;
    }
    let texts: Vec<String> = texts.iter().map(|text| encode(text)).collect();
    Some(texts.join(between))
}

/// `name=text` as often as it takes.
fn pairs(name: &str, style: ParameterStyle, json: bool, value: &Value) -> Option<Vec<String>> {
    let pair = |name: &str, text: &str| format!("{}={}", encoded(name), encoded(text));
    let separator = match style.style {
        Style::SpaceDelimited => Some(" "),
        Style::PipeDelimited => Some("|"),
        Style::Form if !style.explode => Some(","),
        _ => None,
    };
    Some(match value {
        _ if json => vec![pair(name, &value.to_string())],
        Value::Null => return None,
        Value::Array(items) if items.is_empty() => return None,
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(plain).collect();
            match separator {
                Some(separator) if texts.iter().any(|text| text.contains(separator)) => {
                    return None;
                }
                Some(separator) => {
                    let texts: Vec<String> = texts.iter().map(|text| encoded(text)).collect();
                    let separator = if separator == "," {
                        ","
                    } else {
                        &encoded(separator)
                    };
                    vec![format!("{}={}", encoded(name), texts.join(separator))]
                }
                None => texts.iter().map(|text| pair(name, text)).collect(),
            }
        }
        Value::Object(entries) if style.style == Style::DeepObject && !entries.is_empty() => {
            let mut pairs = Vec::new();
            deep(name, entries, &mut pairs);
            pairs
        }
        other => vec![pair(name, &plain(other))],
    })
}

/// `name[key]=…`, and below.
fn deep(name: &str, entries: &Map<String, Value>, pairs: &mut Vec<String>) {
    for (key, value) in entries {
        let name = format!("{name}[{key}]");
        match value {
            Value::Object(inner) if !inner.is_empty() => deep(&name, inner, pairs),
            Value::Array(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    let name = format!("{name}[{at}]");
                    match item {
                        Value::Object(inner) if !inner.is_empty() => deep(&name, inner, pairs),
                        item => pairs.push(format!("{}={}", encoded(&name), encoded(&plain(item)))),
                    }
                }
            }
            other => pairs.push(format!("{}={}", encoded(&name), encoded(&plain(other)))),
        }
    }
}

/// A path without the last segments that nothing stands for.
pub(super) fn without_optional(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.contains('{'));
    segments.collect::<Vec<_>>().join("/")
}

/// A body and its media type.
pub(super) struct Body {
    pub(super) media_type: String,
    pub(super) text: String,
}

/// A body whose value is made, under the name of a place in it; `None` where there is no such value.
pub(super) fn body(
    api: &Api,
    content: &Content,
    made: impl Fn(&str) -> Option<Value>,
) -> Option<Body> {
    let media_type = content.sent_as().replace('*', "x");
    let text = match content.format {
        BodyFormat::Json => made("body")?.to_string(),
        BodyFormat::JsonLines => format!("{}\n{}\n", made("first line")?, made("second line")?),
        BodyFormat::Text => plain(&made("body")?),
        BodyFormat::Bytes | BodyFormat::EventStream => "\u{0}any bytes \u{ff}\r\n".to_string(),
        BodyFormat::Form => form(content, made("body")?.as_object()?)?,
        BodyFormat::Multipart => {
            let text = multipart(api, content, made("body")?.as_object()?);
            return Some(Body {
                media_type: format!("{media_type}; boundary=edge"),
                text,
            });
        }
    };
    Some(Body { media_type, text })
}

fn form(content: &Content, fields: &Map<String, Value>) -> Option<String> {
    let mut all = Vec::new();
    for (name, value) in fields {
        let encoding = content.encoding(name);
        let style = encoding.and_then(|encoding| encoding.style);
        let style = style.unwrap_or(ParameterStyle {
            style: Style::Form,
            explode: true,
            reserved: false,
        });
        let json = encoding.is_some_and(Encoding::is_json);
        match value {
            // An object in a style of its own is the business of the tests of forms.
            Value::Object(_) if style.style == Style::Form && encoding.is_some() && !json => {
                return None;
            }
            value => all.extend(pairs(name, style, json, value).unwrap_or_default()),
        }
    }
    Some(all.join("&"))
}

fn multipart(api: &Api, content: &Content, fields: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        let encoding = content.encoding(name);
        let media_type = encoding.and_then(|e| e.media_types.iter().find(|m| !m.contains('*')));
        let json = encoding.is_some_and(Encoding::is_json);
        let file = is_file(api, content, name);
        let values = match value {
            Value::Array(items) if !json => items.clone(),
            one => vec![one.clone()],
        };
        for value in values {
            let file_name = if file {
                "; filename=\"a file.bin\""
            } else {
                ""
            };
            let value = if json {
                value.to_string()
            } else {
                plain(&value)
            };
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n"
            );
            if let Some(media_type) = media_type {
                let _ = write!(text, "Content-Type: {media_type}\r\n");
            }
            for header in encoding.map_or(&[][..], |encoding| &encoding.headers) {
                let _ = write!(text, "{}: 1\r\n", header.wire);
            }
            let _ = write!(text, "\r\n{value}\r\n");
        }
    }
    text + "--edge--\r\n"
}

/// Whether a property of a body is bytes, or a list of such.
fn is_file(api: &Api, content: &Content, name: &str) -> bool {
    let Some(Kind::Named(id)) = content.ty.as_ref().map(|ty| api.types.resolve(ty).0) else {
        return false;
    };
    let Shape::Struct(object) = &api.types.body(*id).shape else {
        return false;
    };
    let binary = |ty: &Type| matches!(api.types.resolve(ty).0, Kind::Binary(_));
    let mut fields = object.fields.iter().filter(|field| field.wire == name);
    fields.any(|field| match api.types.resolve(&field.ty).0 {
        Kind::Array(array) => binary(&array.items),
        Kind::OneOrMany(item, _) => binary(item),
        Kind::Binary(_) => true,
        _ => false,
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
        encoded
    })
}
