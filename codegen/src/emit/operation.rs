//! What is written for one operation of the server half: its marker with everything that is known of it, its request
//! and its responses. Knows the IR and the runtime's `server` module.

use std::fmt::Write as _;

use proc_macro2::Literal;
use quote::ToTokens;

use crate::ir::{
    Additional, BodyFormat, Content, Field, Header, Kind, Location, Operation, Parameter,
    RequestBody, Response, Shape, Status, Struct, Style, Type, TypeId,
};

use super::docs::{Comment, code};
use super::scope::Scope;
use super::server::lines;
use super::syntax::ident;

/// Objects in parameters nest no deeper; what does is JSON text.
const DEPTH: usize = 4;

/// The items of an operation.
pub(super) fn items(scope: &Scope<'_>, operation: &Operation) -> String {
    let writer = Writer { scope, operation };
    let mut text = writer.marker();
    text.push_str(&writer.request());
    text.push_str(&writer.response());
    text
}

/// The docs of an operation.
pub(super) fn docs(operation: &Operation) -> Vec<String> {
    let mut comment = Comment::default();
    if let Some(summary) = &operation.docs.summary {
        comment.markdown(summary);
    }
    comment.sentence(code(&route(operation)));
    if let Some(description) = &operation.docs.description
        && operation.docs.summary.as_ref() != Some(description)
    {
        comment.markdown(description);
    }
    if operation.docs.deprecated {
        comment.sentence("Deprecated.");
    }
    comment.into_lines()
}

fn route(operation: &Operation) -> String {
    format!(
        "{} {}",
        operation.method.to_ascii_uppercase(),
        operation.path
    )
}

/// What is written for one operation.
pub(super) struct Writer<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) operation: &'a Operation,
}

/// A variant of the response type of an operation: a documented response in one media type.
pub(super) struct Variant<'a> {
    pub(super) name: &'a str,
    pub(super) response: &'a Response,
    pub(super) content: Option<&'a Content>,
}

/// The body of a request: its type, and the expression that reads it from `call`.
struct Body {
    ty: String,
    read: String,
}

impl<'a> Writer<'a> {
    pub(super) fn name(&self, suffix: &str) -> String {
        ident(&format!("{}{suffix}", self.operation.name)).to_string()
    }

    fn ty(&self, ty: &Type) -> String {
        self.scope.ty(ty).into_token_stream().to_string()
    }

    pub(super) fn rules(&self, ty: Option<&Type>) -> String {
        match ty {
            Some(ty) => self.scope.rules(ty).into_token_stream().to_string(),
            None => format!("&{}::NONE", self.scope.known("Rules")),
        }
    }

    // The marker.

    fn marker(&self) -> String {
        let operation = self.operation;
        let (name, request, response) =
            (self.name(""), self.name("Request"), self.name("Response"));
        let module = &self.scope.api.modules[operation.module.0];
        let docs = lines(&[format!("The operation {}.", code(&route(operation)))]);
        let mut fields = String::new();
        for (field, value) in [
            ("id", &operation.name),
            ("method", &operation.method.to_ascii_uppercase()),
            ("path", &operation.path),
            ("tag", &module.key),
        ] {
            let _ = write!(fields, "{field}: {},", Literal::string(value));
        }
        for (field, location) in [
            ("path_parameters", Location::Path),
            ("query", Location::Query),
            ("headers", Location::Header),
            ("cookies", Location::Cookie),
        ] {
            let parameters = self.parameters(location);
            if !parameters.is_empty() {
                let _ = write!(fields, "{field}: &[{parameters}],");
            }
        }
        if let Some(body) = &operation.body {
            let types: String = body.content.iter().map(|c| self.media_type(c)).collect();
            let _ = write!(
                fields,
                "request: &[{types}], body_required: {},",
                body.required
            );
        }
        if let Some(limit) = operation.body_limit {
            let _ = write!(fields, "body_limit: Some({limit}),");
        }
        let responses: String = operation.responses.iter().map(response_info).collect();
        if !responses.is_empty() {
            let _ = write!(fields, "responses: &[{responses}],");
        }
        format!(
            "{docs} #[derive(Clone, Copy, Debug)] pub struct {name};
            impl rt::Operation for {name} {{
                const INFO: &'static rt::OperationInfo =
                    &rt::OperationInfo {{ {fields} ..rt::OperationInfo::NONE }};
                type Request = {request};
                type Response = {response};
            }}
            "
        )
    }

    fn group(&self, location: Location) -> Option<TypeId> {
        match location {
            Location::Path => self.operation.path_type,
            Location::Query => self.operation.query_type,
            Location::Header => self.operation.header_type,
            Location::Cookie => self.operation.cookie_type,
        }
    }

    fn parameters(&self, location: Location) -> String {
        let Some(group) = self.group(location) else {
            return String::new();
        };
        let group = Type::new(Kind::Named(group));
        let Some(object) = self.object(&group) else {
            return String::new();
        };
        let own = self
            .operation
            .parameters
            .iter()
            .filter(|p| p.location == location);
        let own = own.filter_map(|parameter| {
            let field = object.fields.iter().find(|f| f.wire == parameter.wire)?;
            Some(self.parameter(parameter, field))
        });
        own.collect()
    }

    fn parameter(&self, parameter: &Parameter, field: &Field) -> String {
        let mut text = format!(
            "rt::Parameter {{ name: {},",
            Literal::string(&parameter.wire)
        );
        let style = parameter.style;
        let (base, usual) = match parameter.location {
            Location::Path | Location::Header => ("SIMPLE", (Style::Simple, false)),
            Location::Query | Location::Cookie => ("TEXT", (Style::Form, true)),
        };
        if style.style != usual.0 {
            let _ = write!(text, "style: rt::Style::{:?},", style.style);
        }
        if style.explode != usual.1 {
            let _ = write!(text, "explode: {},", style.explode);
        }
        if parameter.json {
            text.push_str("json: true,");
        }
        if parameter.required {
            text.push_str("required: true,");
        }
        let coercion = self.coercion(&field.ty, 0);
        if coercion != TEXT {
            let _ = write!(text, "coercion: &{coercion},");
        }
        if let Some(default) = self.default(field) {
            let _ = write!(text, "default: Some({}),", Literal::string(&default));
        }
        let _ = write!(text, "..rt::Parameter::{base} }},");
        text
    }

    /// The default as JSON, where it is a valid value.
    fn default(&self, field: &Field) -> Option<String> {
        let value = field.docs.default.as_ref()?;
        // A default that is not valid for its own schema would make every request a bad one.
        self.scope.silent().default_value(&field.ty, value)?;
        Some(value.to_string())
    }

    /// The object that a type is.
    fn object<'t>(&'t self, ty: &'t Type) -> Option<&'t Struct> {
        match self.scope.resolve(ty).0 {
            Kind::Named(id) => match &self.scope.body(*id).shape {
                Shape::Struct(object) => Some(object),
                _ => None,
            },
            _ => None,
        }
    }

    /// How text becomes a value of a type.
    fn coercion(&self, ty: &Type, depth: usize) -> String {
        let inner = self.plain_coercion(ty, depth);
        match self.scope.is_nullable(ty) {
            true => format!("rt::Coercion::Nullable(&{inner})"),
            false => inner,
        }
    }

    fn plain_coercion(&self, ty: &Type, depth: usize) -> String {
        if depth > DEPTH {
            return "rt::Coercion::Json".to_string();
        }
        let inside = |ty: &Type| self.coercion(ty, depth + 1);
        match self.scope.resolve(ty).0 {
            Kind::Boolean { .. } => "rt::Coercion::Boolean".to_string(),
            Kind::Integer(_) => "rt::Coercion::Integer".to_string(),
            Kind::Number(_) => "rt::Coercion::Number".to_string(),
            Kind::Null => "rt::Coercion::Json".to_string(),
            Kind::Object(_) => format!("rt::Coercion::Map(&{TEXT})"),
            Kind::Map(values, _) => format!("rt::Coercion::Map(&{})", inside(values)),
            Kind::Array(array) => format!("rt::Coercion::Array(&{})", inside(&array.items)),
            Kind::OneOrMany(item, _) => format!("rt::Coercion::OneOrMany(&{})", inside(item)),
            Kind::Named(id) => match &self.scope.body(*id).shape {
                Shape::Struct(object) => {
                    let fields = object.fields.iter().map(|field| {
                        format!("({}, {}),", Literal::string(&field.wire), inside(&field.ty))
                    });
                    format!("rt::Coercion::Object(&[{}])", fields.collect::<String>())
                }
                Shape::Union(union) => {
                    let members = union.members.iter().map(|member| inside(&member.ty));
                    first_of(members.collect())
                }
                Shape::Enum(_) | Shape::Alias(_) => TEXT.to_string(),
            },
            _ => TEXT.to_string(),
        }
    }

    fn media_type(&self, content: &Content) -> String {
        if content.essence == "application/json" && content.format == BodyFormat::Json {
            return "rt::MediaType::JSON,".to_string();
        }
        let parts = match content.format {
            BodyFormat::Multipart | BodyFormat::Form => self.parts(content.ty.as_ref()),
            _ => "&rt::Parts::ANY".to_string(),
        };
        format!(
            "rt::MediaType {{ essence: {}, format: rt::BodyFormat::{:?}, parts: {parts} }},",
            Literal::string(&content.essence),
            content.format,
        )
    }

    fn parts(&self, ty: Option<&Type>) -> String {
        let Some(object) = ty.and_then(|ty| self.object(ty)) else {
            return "&rt::Parts::ANY".to_string();
        };
        let parts: String = object.fields.iter().map(|field| self.part(field)).collect();
        let closed = object.additional == Additional::Closed;
        format!("&rt::Parts {{ list: &[{parts}], closed: {closed} }}")
    }

    fn part(&self, field: &Field) -> String {
        let ty = &field.ty;
        let (kind, _) = self.scope.resolve(ty);
        let item = match kind {
            Kind::Array(array) => self.scope.resolve(&array.items).0,
            Kind::OneOrMany(item, _) => self.scope.resolve(item).0,
            kind => kind,
        };
        let mut text = format!("rt::PartInfo {{ name: {},", Literal::string(&field.wire));
        if field.presence == crate::ir::Presence::Required {
            text.push_str("required: true,");
        }
        if matches!(kind, Kind::Array(_) | Kind::OneOrMany(..)) {
            text.push_str("many: true,");
        }
        if matches!(item, Kind::Binary) {
            text.push_str("file: true,");
        } else if !matches!(item, Kind::Any { .. }) {
            let coercion = self.coercion(ty, 0);
            if coercion != TEXT {
                let _ = write!(text, "coercion: &{coercion},");
            }
            let (ty, rules) = (self.ty(ty), self.rules(Some(ty)));
            // Text without rules is what a part is anyway.
            if ty != "String" || rules.contains('{') {
                let _ = write!(
                    text,
                    "check: |node, root| rt::check_part::<{ty}>(node, {rules}, root),"
                );
            }
        }
        text.push_str("..rt::PartInfo::TEXT },");
        text
    }

    // The request.

    fn request(&self) -> String {
        let name = self.name("Request");
        let (mut fields, mut reads, mut values) = (String::new(), String::new(), String::new());
        for (field, what, location) in [
            ("path", "Parameters in the path.", Location::Path),
            ("query", "Parameters in the query string.", Location::Query),
            ("headers", "Parameters in headers.", Location::Header),
            ("cookies", "Parameters in cookies.", Location::Cookie),
        ] {
            if let Some(group) = self.group(location) {
                let ty = self.ty(&Type::new(Kind::Named(group)));
                let _ = write!(fields, "/** {what}*/ pub {field}: {ty},");
                let _ = write!(reads, "let {field} = call.{field}();");
                let _ = write!(values, "{field}: {field}?,");
            }
        }
        let mut types = String::new();
        let mut cloned = true;
        if let Some(body) = &self.operation.body {
            let (body_types, ty, read) = self.request_body(body);
            types = body_types;
            cloned = body.content.iter().all(|c| is_value(c.format));
            let what = body.description.as_deref().unwrap_or("The body.");
            let mut comment = Comment::default();
            comment.markdown(what);
            let docs = lines(&comment.into_lines());
            let (ty, method) = match body.required {
                true => (ty, "required_body"),
                false => (
                    format!("{}<{ty}>", self.scope.known("Option")),
                    "optional_body",
                ),
            };
            let _ = write!(fields, "{docs} pub body: {ty},");
            let _ = write!(reads, "let body = call.{method}(|call| {read});");
            values.push_str("body: body?,");
        }
        let docs = lines(&[format!("A request of [`{}`].", self.name(""))]);
        let derives = if cloned {
            "Clone, Debug, PartialEq"
        } else {
            "Debug"
        };
        let call = if reads.is_empty() { "_" } else { "call" };
        format!(
            "{docs} #[derive({derives})] pub struct {name} {{ {fields} }}
            impl rt::FromCall for {name} {{
                fn from_call({call}: &mut rt::Call) -> Option<Self> {{
                    {reads}
                    Some(Self {{ {values} }})
                }}
            }}
            {types}"
        )
    }

    /// Types that the body needs besides those of the document, its own type, and what reads it.
    fn request_body(&self, body: &RequestBody) -> (String, String, String) {
        if let [only] = body.content.as_slice() {
            let Body { ty, read } = self.body(only);
            return (String::new(), ty, read);
        }
        let name = self.free_name("Body");
        let (mut members, mut arms) = (String::new(), String::new());
        let cloned = body.content.iter().all(|c| is_value(c.format));
        for (index, content) in body.content.iter().enumerate() {
            let variant = &content.ident;
            let Body { ty, read } = self.body(content);
            let docs = lines(&[code(&content.essence)]);
            let _ = write!(members, "{docs} {variant}({ty}),");
            // The last one stands for all that cannot be.
            let pattern = match index + 1 == body.content.len() {
                true => "_".to_string(),
                false => index.to_string(),
            };
            let _ = write!(arms, "{pattern} => {read}.map({name}::{variant}),");
        }
        let docs = lines(&[format!("The body of a request of [`{}`].", self.name(""))]);
        let derives = if cloned {
            "Clone, Debug, PartialEq"
        } else {
            "Debug"
        };
        let types = format!("{docs} #[derive({derives})] pub enum {name} {{ {members} }}");
        (types, name, format!("match call.media_type() {{ {arms} }}"))
    }

    /// A name of this operation that nothing else has.
    pub(super) fn free_name(&self, suffix: &str) -> String {
        let api = self.scope.api;
        let taken = |name: &String| {
            api.types.iter().any(|(_, d)| d.name == *name)
                || api.operations.iter().any(|o| {
                    ["", "Request", "Response"]
                        .iter()
                        .any(|s| format!("{}{s}", o.name) == *name)
                })
        };
        let mut name = self.name(suffix);
        while taken(&name) {
            name.push('_');
        }
        name
    }

    fn body(&self, content: &Content) -> Body {
        let ty = content.ty.as_ref();
        let model = |default| match ty {
            Some(ty) => self.ty(ty),
            None => self.scope.known(default),
        };
        let typed = |method: &str| {
            let rules = self.rules(ty);
            format!("call.{method}({rules})")
        };
        match content.format {
            BodyFormat::Json => Body {
                ty: model("Value"),
                read: typed("json"),
            },
            BodyFormat::Form => Body {
                ty: model("Value"),
                read: typed("form"),
            },
            BodyFormat::Text => Body {
                ty: model("String"),
                read: typed("text"),
            },
            BodyFormat::JsonLines => Body {
                ty: format!("rt::JsonLines<{}>", model("Value")),
                read: typed("lines"),
            },
            BodyFormat::Multipart => Body {
                ty: "rt::Multipart".to_string(),
                read: "call.multipart()".to_string(),
            },
            BodyFormat::Bytes | BodyFormat::EventStream => Body {
                ty: "rt::ByteStream".to_string(),
                read: "call.bytes()".to_string(),
            },
        }
    }

    // The responses.

    fn response(&self) -> String {
        let name = self.name("Response");
        let docs = lines(&[format!("A response of [`{}`].", self.name(""))]);
        let responses = &self.operation.responses;
        if responses.is_empty() {
            return format!("{docs} pub type {name} = rt::Reply;");
        }
        let (mut variants, mut arms) = (String::new(), String::new());
        for variant in self.variants() {
            let (declared, arm) = self.variant(&variant);
            variants.push_str(&declared);
            arms.push_str(&arm);
        }
        if let Some(variant) = self.undocumented() {
            let docs = lines(&["The document lists no success: any answer.".to_string()]);
            let _ = write!(variants, "{docs} {variant}(rt::Reply),");
            let _ = write!(arms, "Self::{variant}(reply) => reply,");
        }
        format!(
            "{docs} #[derive(Debug)] pub enum {name} {{ {variants} }}
            impl rt::IntoReply for {name} {{
                fn into_reply(self) -> rt::Reply {{
                    match self {{ {arms} }}
                }}
            }}
            "
        )
    }

    /// The variants of the response type, in the order of the document.
    pub(super) fn variants(&self) -> Vec<Variant<'a>> {
        let operation: &'a Operation = self.operation;
        let mut variants = Vec::new();
        for response in &operation.responses {
            if response.content.is_empty() {
                variants.push(Variant {
                    name: &response.ident,
                    response,
                    content: None,
                });
            }
            variants.extend(response.content.iter().map(|content| Variant {
                name: &content.ident,
                response,
                content: Some(content),
            }));
        }
        variants
    }

    /// The variant for any other answer, where the document lists no success.
    pub(super) fn undocumented(&self) -> Option<String> {
        let succeeds = |status: Status| {
            matches!(
                status,
                Status::Code(100..=399) | Status::Class(1..=3) | Status::Default
            )
        };
        let responses = &self.operation.responses;
        let success = responses.iter().any(|response| succeeds(response.status));
        // No status has this name.
        (!success).then(|| "Undocumented".to_string())
    }

    /// A variant, and the arm that sends it.
    fn variant(&self, variant: &Variant<'_>) -> (String, String) {
        let Variant {
            name,
            response,
            content,
        } = variant;
        let content = *content;
        let chosen = !matches!(response.status, Status::Code(_));
        let docs = lines(&response_docs(response, content));
        let mut fields = String::new();
        let mut bound = String::new();
        if chosen {
            fields.push_str("/** The status.*/ status: rt::StatusCode,");
            bound.push_str("status,");
        }
        let mut headers = String::new();
        for header in &response.headers {
            let (declared, sent, field) = self.header(header);
            fields.push_str(&declared);
            headers.push_str(&sent);
            let _ = write!(bound, "{field},");
        }
        let body = content.map(|content| self.body_type(content));
        let status = match response.status {
            Status::Code(code) => code.to_string(),
            Status::Class(_) | Status::Default => "status.as_u16()".to_string(),
        };
        let mut reply = match content {
            Some(content) => self.reply(&status, content),
            None => format!("rt::Reply::empty({status})"),
        };
        match response.status {
            Status::Code(_) => {}
            Status::Class(class) => {
                let _ = write!(reply, ".within(rt::StatusRange::Class({class}))");
            }
            Status::Default => reply.push_str(".within(rt::StatusRange::Default)"),
        }
        reply.push_str(&headers);
        let (declared, pattern) = match (&body, fields.is_empty()) {
            (None, true) => (format!("{name},"), name.to_string()),
            (Some(ty), true) => (format!("{name}({ty}),"), format!("{name}(body)")),
            (body, false) => {
                if let Some(ty) = body {
                    let _ = write!(fields, "/** The body.*/ body: {ty},");
                    bound.push_str("body,");
                }
                (
                    format!("{name} {{ {fields} }},"),
                    format!("{name} {{ {bound} }}"),
                )
            }
        };
        (
            format!("{docs} {declared}"),
            format!("Self::{pattern} => {reply},"),
        )
    }

    /// The field of a header, the call that sends it, and the name of the field.
    fn header(&self, header: &Header) -> (String, String, String) {
        let name = ident(&header.ident).to_string();
        let wire = Literal::string(&header.wire);
        let mut comment = Comment::default();
        comment.sentence(format!("Header {}.", code(&header.wire)));
        if let Some(description) = &header.description {
            comment.markdown(description);
        }
        let docs = lines(&comment.into_lines());
        let ty = self.ty(&header.ty);
        match is_sent_always(header) {
            true => (
                format!("{docs} {name}: {ty},"),
                format!(".header({wire}, &{name})"),
                name,
            ),
            false => (
                format!("{docs} {name}: {}<{ty}>,", self.scope.known("Option")),
                format!(".optional_header({wire}, &{name})"),
                name,
            ),
        }
    }

    fn body_type(&self, content: &Content) -> String {
        match content.format {
            BodyFormat::EventStream => "rt::EventStream".to_string(),
            BodyFormat::Multipart => "rt::ByteStream".to_string(),
            BodyFormat::Bytes => "rt::ByteStream".to_string(),
            format => {
                let ty = match &content.ty {
                    Some(ty) => self.ty(ty),
                    None if format == BodyFormat::Text => self.scope.known("String"),
                    None => self.scope.known("Value"),
                };
                match format {
                    BodyFormat::JsonLines => format!("rt::JsonLines<{ty}>"),
                    _ => ty,
                }
            }
        }
    }

    fn reply(&self, status: &str, content: &Content) -> String {
        let media_type = Literal::string(content.sent_as());
        let rules = || self.rules(content.ty.as_ref());
        match content.format {
            BodyFormat::Json | BodyFormat::Form => {
                format!(
                    "rt::Reply::json({status}, {media_type}, &body, {})",
                    rules()
                )
            }
            BodyFormat::Text => format!(
                "rt::Reply::text({status}, {media_type}, &body, {})",
                rules()
            ),
            BodyFormat::JsonLines => {
                format!(
                    "rt::Reply::lines({status}, {media_type}, body, {})",
                    rules()
                )
            }
            BodyFormat::EventStream => format!("rt::Reply::events({status}, {media_type}, body)"),
            BodyFormat::Bytes | BodyFormat::Multipart => {
                format!("rt::Reply::bytes({status}, {media_type}, body)")
            }
        }
    }
}

const TEXT: &str = "rt::Coercion::Text";

/// Whether a header is not optional. A location that is documented is what the status is about.
pub(super) fn is_sent_always(header: &Header) -> bool {
    header.required || header.wire.eq_ignore_ascii_case("location")
}

/// Alternatives in the order in which text is tried: what fits little comes before what fits all.
fn first_of(mut alternatives: Vec<String>) -> String {
    let rank = |text: &String| {
        let name = text.trim_start_matches("rt::Coercion::");
        let name = name.split(['(', ' ']).next().unwrap_or_default();
        let order = [
            "Boolean", "Integer", "Number", "Object", "Map", "Json", "Nullable",
        ];
        // A list of anything is what several texts are, so one text comes before it.
        let last = ["FirstOf", "Text", "OneOrMany", "Array"];
        order.iter().chain(&last).position(|known| *known == name)
    };
    alternatives.sort_by_key(rank);
    alternatives.dedup();
    match alternatives.as_slice() {
        [only] => only.clone(),
        all => format!("rt::Coercion::FirstOf(&[{}])", all.join(",")),
    }
}

/// Whether a body is held as a value, rather than streamed.
pub(super) fn is_value(format: BodyFormat) -> bool {
    matches!(
        format,
        BodyFormat::Json | BodyFormat::Form | BodyFormat::Text
    )
}

fn response_info(response: &Response) -> String {
    let status = match response.status {
        Status::Code(code) => format!("Code({code})"),
        Status::Class(class) => format!("Class({class})"),
        Status::Default => "Default".to_string(),
    };
    let types = response
        .content
        .iter()
        .map(|content| format!("{},", Literal::string(content.sent_as())));
    let types: String = types.collect();
    format!("rt::ResponseInfo {{ status: rt::StatusRange::{status}, media_types: &[{types}] }},")
}

fn response_docs(response: &Response, content: Option<&Content>) -> Vec<String> {
    let mut comment = Comment::default();
    let status = match response.status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    };
    let fact = match content {
        Some(content) => format!("{}, {}.", code(&status), code(&content.essence)),
        None => format!("{}, without a body.", code(&status)),
    };
    if let Some(description) = &response.description {
        comment.markdown(description);
    }
    comment.sentence(fact);
    comment.into_lines()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_tried_after_what_fits_less_and_before_lists() {
        let all = [
            "Array(&rt::Coercion::Text)",
            "Text",
            "Integer",
            "Text",
            "Boolean",
        ];
        let all = all.map(|name| format!("rt::Coercion::{name}"));
        assert_eq!(
            first_of(all.to_vec()),
            "rt::Coercion::FirstOf(&[rt::Coercion::Boolean,rt::Coercion::Integer,\
             rt::Coercion::Text,rt::Coercion::Array(&rt::Coercion::Text)])"
        );
        assert_eq!(first_of(vec![TEXT.to_string(), TEXT.to_string()]), TEXT);
    }
}
