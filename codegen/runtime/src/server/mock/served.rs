//! Operations from a table: what a generated crate says of them in Rust, read when a program starts. Knows tables and
//! the server; knows no operation.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Response;
use serde_json::{Map, Value};

use super::super::{
    ApiError, ByteStream, Call, EventStream, JsonLines, Multipart, OperationInfo, Reply,
    RequestContext, Route,
};
use super::answer::{Answer, range};
use super::drain::Drain;
use super::engine::Mock;
use super::store::MOST;
use crate::data::{Group, Place, Table, constant, list, rules, text};
use crate::json::Node;
use crate::read::Mode;
use crate::rules::Rules;
use crate::server::sent::Sent;
use crate::wire::{
    BodyFormat, Coercion, MediaType, Parameter, PartCheck, PartInfo, Parts, ResponseInfo,
    StatusRange, Style,
};

/// An operation that is served.
struct Served {
    info: &'static OperationInfo,
    path: Group,
    query: Group,
    headers: Group,
    cookies: Group,
    bodies: Vec<SentBody>,
    variants: Vec<Variant>,
}

/// A body in one media type.
struct SentBody {
    format: BodyFormat,
    place: Place,
}

/// A documented answer in one media type.
struct Variant {
    status: StatusRange,
    headers: Vec<(&'static str, bool)>,
    body: Option<(BodyFormat, &'static str, Place)>,
}

/// What is left of a body to read.
enum Rest {
    Nothing,
    Lines(JsonLines<Value>, Place),
    Bytes(ByteStream),
    Parts(Multipart),
}

impl Mock {
    /// The routes of operations that a table describes (`{"definitions": […], "operations": […]}`), as the generator writes
    /// it for programs without generated code. They take and answer what generated code would.
    ///
    /// # Errors
    ///
    /// What is wrong with the table.
    pub fn routes(&self, table: &Value) -> Result<Vec<Route>, String> {
        let types = Table::new(&table["definitions"])?;
        let routes = list(&table["operations"])?.iter().map(|operation| {
            let served = Arc::new(served(&types, operation)?);
            let info = served.info;
            let mock = self.clone();
            Ok(Route::by(info, move |call| {
                answer(mock.clone(), Arc::clone(&served), call)
            }))
        });
        routes.collect()
    }
}

async fn answer(mock: Mock, served: Arc<Served>, call: Call) -> Result<Response<Body>, ApiError> {
    let (mut context, (sent, rest)) = call.take(|call| served.read(call))?;
    drained(rest, &mut context).await?;
    context.sent = Some(Box::new(sent));
    let reply = served.reply(&mock.answer(&context)?)?;
    reply.into_response(served.info)
}

/// Reads what comes as a stream to its end, so that all of it is checked.
async fn drained(rest: Rest, context: &mut RequestContext) -> Result<(), ApiError> {
    match rest {
        Rest::Nothing => {}
        Rest::Bytes(bytes) => bytes.drain(context).await?,
        Rest::Lines(mut lines, place) => {
            let mut number = 0;
            while let Some(value) = lines.next().await? {
                number += 1;
                let root = format!("body line {number}");
                let checked = place.check_value(&value, Mode::Request, &root);
                checked.map_err(super::super::StreamError::from)?;
                if number <= MOST {
                    context.lines.push(value);
                }
            }
        }
        Rest::Parts(parts) => parts.drain(context).await?,
    }
    Ok(())
}

impl Served {
    /// Reads all groups and the body; what is wrong is told to the call.
    fn read(&self, call: &mut Call) -> Option<(Sent, Rest)> {
        let (mut path, mut query, mut others) = (Map::new(), Map::new(), Map::new());
        call.path(|object| self.path.read(object, &mut path));
        call.query(|object| self.query.read(object, &mut query));
        call.headers(|object| self.headers.read(object, &mut others));
        call.cookies(|object| self.cookies.read(object, &mut others));
        let body = match (self.bodies.is_empty(), self.info.body_required) {
            (true, _) => Some(None),
            (false, true) => call.required_body(|call| self.body(call)).map(Some),
            (false, false) => call.optional_body(|call| self.body(call)),
        };
        let (body, rest) = body?.unwrap_or((None, Rest::Nothing));
        let sent = Sent {
            path: path.into(),
            query: query.into(),
            body,
        };
        Some((sent, rest))
    }

    fn body(&self, call: &mut Call) -> Option<(Option<Value>, Rest)> {
        let body = self.bodies.get(call.media_type())?;
        match body.format {
            BodyFormat::Json | BodyFormat::Text | BodyFormat::Form => {
                let value = call.value_by(body.format, |node| {
                    body.place.check(node, Mode::Request, "body")?;
                    Ok(node.to_value())
                })?;
                Some((Some(value), Rest::Nothing))
            }
            BodyFormat::JsonLines => {
                let lines = call.lines(&Rules::NONE)?;
                Some((None, Rest::Lines(lines, body.place)))
            }
            BodyFormat::Multipart => Some((None, Rest::Parts(call.multipart()?))),
            BodyFormat::Bytes | BodyFormat::EventStream => {
                let bytes = call.bytes_within(body.place.rules)?;
                Some((None, Rest::Bytes(bytes)))
            }
        }
    }

    fn reply(&self, answer: &Answer<'_>) -> Result<Reply, ApiError> {
        let Some(variant) = self.variants.get(answer.index()) else {
            return Ok(Reply::empty(200));
        };
        let status = match variant.status {
            StatusRange::Code(code) => code,
            StatusRange::Class(_) | StatusRange::Default => answer.status().as_u16(),
        };
        let mut reply = match &variant.body {
            None => Reply::empty(status),
            Some((format, media_type, place)) => body(answer, status, *format, media_type, place)?,
        };
        for (name, always) in &variant.headers {
            let value: Result<Value, ApiError> = answer.header(name);
            reply = match value {
                Ok(value) => reply.header(name, &value),
                Err(error) if *always => return Err(error),
                Err(_) => reply,
            };
        }
        Ok(reply)
    }
}

fn body(
    answer: &Answer<'_>,
    status: u16,
    format: BodyFormat,
    media_type: &'static str,
    place: &Place,
) -> Result<Reply, ApiError> {
    let check = |value: &Value| {
        let checked = place.check_value(value, Mode::Response, "answer");
        checked.map_err(|violations| violations.to_string())
    };
    Ok(match format {
        BodyFormat::Json | BodyFormat::Form => {
            Reply::json(status, media_type, answer.value(check)?, &Rules::NONE)
        }
        BodyFormat::Text => Reply::text(status, media_type, answer.value(check)?, &Rules::NONE),
        BodyFormat::JsonLines => {
            let read = |value: &Value| check(value).map(|()| value.clone());
            let lines = JsonLines::from(answer.all(read)?);
            Reply::lines(status, media_type, lines, &Rules::NONE)
        }
        BodyFormat::EventStream => {
            let events: EventStream = answer.events();
            Reply::events(status, media_type, events)
        }
        BodyFormat::Bytes | BodyFormat::Multipart => {
            Reply::bytes(status, media_type, answer.bytes())
        }
    })
}

fn served(types: &Table, value: &Value) -> Result<Served, String> {
    let info = Box::leak(Box::new(info(types, value)?));
    let group = |key: &str| types.group(&value[key]["fields"]);
    let bodies = list(&value["request"])?.iter().zip(info.request);
    let bodies = bodies.map(|(body, media_type)| sent_body(types, body, media_type));
    let variants = list(&value["variants"])?.iter();
    let variants = variants.map(|variant| self::variant(types, variant));
    Ok(Served {
        path: group("path")?,
        query: group("query")?,
        headers: group("headers")?,
        cookies: group("cookies")?,
        bodies: bodies.collect::<Result<_, _>>()?,
        variants: variants.collect::<Result<_, _>>()?,
        info,
    })
}

fn sent_body(
    types: &Table,
    value: &Value,
    media_type: &'static MediaType,
) -> Result<SentBody, String> {
    Ok(SentBody {
        format: media_type.format,
        place: types.place(value)?,
    })
}

fn variant(types: &Table, value: &Value) -> Result<Variant, String> {
    let headers = list(&value["headers"])?.iter();
    let headers = headers.map(|header| Ok((text(&header["name"])?, header["always"] == true)));
    let body = match &value["body"] {
        Value::Null => None,
        body => Some((
            format(&body["format"])?,
            text(&body["mediaType"])?,
            types.place(body)?,
        )),
    };
    Ok(Variant {
        status: range(value["status"].as_str().unwrap_or_default()),
        headers: headers.collect::<Result<_, String>>()?,
        body,
    })
}

fn kept<T>(items: Result<Vec<T>, String>) -> Result<&'static [T], String> {
    Ok(Box::leak(items?.into_boxed_slice()))
}

fn info(types: &Table, value: &Value) -> Result<OperationInfo, String> {
    let parameters = |key: &str| {
        let location = match key {
            "query" | "cookies" => &Parameter::TEXT,
            _ => &Parameter::SIMPLE,
        };
        let list = list(&value[key]["parameters"])?.iter();
        kept(list.map(|one| parameter(one, location)).collect())
    };
    let responses = list(&value["responses"])?.iter().map(|response| {
        let media_types = list(&response["mediaTypes"])?.iter();
        Ok(ResponseInfo {
            status: range(response["status"].as_str().unwrap_or_default()),
            media_types: kept(media_types.map(text).collect())?,
        })
    });
    let media_types = list(&value["request"])?.iter();
    let media_types = media_types.map(|one| media_type(types, one));
    let limit = value["bodyLimit"].as_u64();
    Ok(OperationInfo {
        id: text(&value["id"])?,
        method: text(&value["method"])?,
        path: text(&value["template"])?,
        tag: text(&value["tag"])?,
        path_parameters: parameters("path")?,
        query: parameters("query")?,
        headers: parameters("headers")?,
        cookies: parameters("cookies")?,
        request: kept(media_types.collect())?,
        body_required: value["bodyRequired"] == true,
        body_limit: limit.and_then(|limit| usize::try_from(limit).ok()),
        responses: kept(responses.collect())?,
    })
}

fn parameter(value: &Value, usual: &Parameter) -> Result<Parameter, String> {
    let style = match value["style"].as_str() {
        None => usual.style,
        Some("simple") => Style::Simple,
        Some("form") => Style::Form,
        Some("spaceDelimited") => Style::SpaceDelimited,
        Some("pipeDelimited") => Style::PipeDelimited,
        Some("deepObject") => Style::DeepObject,
        Some("matrix") => Style::Matrix,
        Some("label") => Style::Label,
        Some(other) => return Err(format!("there is no style `{other}`")),
    };
    let default = value["default"].as_str();
    Ok(Parameter {
        name: text(&value["name"])?,
        style,
        explode: value["explode"].as_bool().unwrap_or(usual.explode),
        json: value["json"] == true,
        required: value["required"] == true,
        coercion: Box::leak(Box::new(coercion(&value["coercion"])?)),
        default: default.map(|text| constant(text.to_owned())),
    })
}

fn media_type(types: &Table, value: &Value) -> Result<MediaType, String> {
    let parts = match &value["parts"] {
        Value::Null => &Parts::ANY,
        parts => {
            let known = list(&parts["list"])?.iter().map(|one| part(types, one));
            let parts = Parts {
                list: kept(known.collect())?,
                closed: parts["closed"] == true,
            };
            Box::leak(Box::new(parts))
        }
    };
    Ok(MediaType {
        essence: text(&value["essence"])?,
        format: format(&value["format"])?,
        parts,
    })
}

fn part(types: &Table, value: &Value) -> Result<PartInfo, String> {
    let check: &'static PartCheck = match &value["check"] {
        Value::Null => PartInfo::TEXT.check,
        check => {
            let place = types.place(check)?;
            Box::leak(Box::new(move |node: &Node<'_>, root: &str| {
                place.check(node, Mode::Request, root)
            }))
        }
    };
    let written = match &value["written"] {
        Value::Null => None,
        written => Some(&*Box::leak(Box::new(parameter(written, &Parameter::TEXT)?))),
    };
    let media_types = list(&value["mediaTypes"])?.iter();
    let headers = list(&value["headers"])?.iter();
    Ok(PartInfo {
        check,
        limits: rules(&value["limits"])?,
        written,
        media_types: kept(media_types.map(text).collect())?,
        headers: kept(headers.map(|one| part(types, one)).collect())?,
        name: text(&value["name"])?,
        required: value["required"] == true,
        many: value["many"] == true,
        file: value["file"] == true,
        coercion: Box::leak(Box::new(coercion(&value["coercion"])?)),
    })
}

fn coercion(value: &Value) -> Result<Coercion, String> {
    if let Value::String(word) = value {
        return Ok(match word.as_str() {
            "text" => Coercion::Text,
            "integer" => Coercion::Integer,
            "number" => Coercion::Number,
            "boolean" => Coercion::Boolean,
            "json" => Coercion::Json,
            other => return Err(format!("there is no coercion `{other}`")),
        });
    }
    let entry = value.as_object().and_then(|object| object.iter().next());
    let Some((word, inner)) = entry else {
        return Ok(Coercion::Text);
    };
    let boxed = || coercion(inner).map(|inner| &*Box::leak(Box::new(inner)));
    Ok(match word.as_str() {
        "nullable" => Coercion::Nullable(boxed()?),
        "array" => Coercion::Array(boxed()?),
        "oneOrMany" => Coercion::OneOrMany(boxed()?),
        "map" => Coercion::Map(boxed()?),
        "object" => {
            let fields = list(inner)?.iter();
            let field = |field: &Value| Ok((text(&field[0])?, coercion(&field[1])?));
            Coercion::Object(kept(fields.map(field).collect())?)
        }
        "firstOf" => Coercion::FirstOf(kept(list(inner)?.iter().map(coercion).collect())?),
        other => return Err(format!("there is no coercion `{other}`")),
    })
}

fn format(value: &Value) -> Result<BodyFormat, String> {
    Ok(match value.as_str().unwrap_or_default() {
        "json" => BodyFormat::Json,
        "jsonLines" => BodyFormat::JsonLines,
        "multipart" => BodyFormat::Multipart,
        "form" => BodyFormat::Form,
        "text" => BodyFormat::Text,
        "bytes" => BodyFormat::Bytes,
        "eventStream" => BodyFormat::EventStream,
        other => return Err(format!("there is no format `{other}`")),
    })
}
