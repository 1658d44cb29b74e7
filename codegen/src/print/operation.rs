//! What is written for one operation of the server half: its marker with everything that is known of it, its request
//! and its responses. Knows the plan and the runtime's `server` module.

use std::fmt::Write as _;

use proc_macro2::Literal;
use quote::ToTokens;

pub(super) use crate::plan::docs::code;
use crate::plan::{
    Answer, Body, BodyFormat, BodyVariant, Coercion, Header, Location, MediaType, Operation,
    Parameter, Part, Rules, RustType, Status, Style, Variant, VariantBody,
};

use super::scope::Scope;
use super::server::lines;
use super::syntax::ident;

/// The items of an operation.
pub(super) fn items(scope: &Scope<'_>, operation: &Operation) -> String {
    let writer = Writer { scope, operation };
    let mut text = writer.marker();
    text.push_str(&writer.request());
    text.push_str(&writer.response());
    text
}

/// What is written for one operation.
pub(super) struct Writer<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) operation: &'a Operation,
}

impl Writer<'_> {
    /// A type of the operation by its suffix.
    pub(super) fn name(&self, suffix: &str) -> String {
        ident(&format!("{}{suffix}", self.operation.name)).to_string()
    }

    fn ty(&self, ty: &RustType) -> String {
        self.scope.ty(ty).into_token_stream().to_string()
    }

    pub(super) fn rules(&self, rules: &Rules) -> String {
        self.scope.rules(rules).into_token_stream().to_string()
    }

    // The marker.

    fn marker(&self) -> String {
        let operation = self.operation;
        let (name, request, response) =
            (self.name(""), self.name("Request"), self.name("Response"));
        let group = self.scope.plan.group(operation.group);
        let docs = lines(&operation.marker_docs);
        let mut fields = String::new();
        for (field, value) in [
            ("id", &operation.name),
            ("method", &operation.method),
            ("path", &operation.path),
            ("tag", &group.key),
        ] {
            let _ = write!(fields, "{field}: {},", Literal::string(value));
        }
        for group in operation
            .parameters
            .iter()
            .filter(|g| !g.parameters.is_empty())
        {
            let field = match group.location {
                Location::Path => "path_parameters",
                Location::Query => "query",
                Location::Header => "headers",
                Location::Cookie => "cookies",
            };
            let parameters = group.parameters.iter();
            let parameters: String = parameters.map(|p| parameter(p, group.location)).collect();
            let _ = write!(fields, "{field}: &[{parameters}],");
        }
        if let Some(body) = &operation.request.body {
            let types: String = operation
                .media_types
                .iter()
                .map(|m| self.media_type(m))
                .collect();
            let required = body.required;
            let _ = write!(fields, "request: &[{types}], body_required: {required},");
        }
        if let Some(limit) = operation.body_limit {
            let _ = write!(fields, "body_limit: Some({limit}),");
        }
        let answers: String = operation.answers.iter().map(answer).collect();
        if !answers.is_empty() {
            let _ = write!(fields, "responses: &[{answers}],");
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

    fn media_type(&self, media_type: &MediaType) -> String {
        if media_type.essence == "application/json" && media_type.format == BodyFormat::Json {
            return "rt::MediaType::JSON,".to_string();
        }
        let parts = match &media_type.parts {
            Some(parts) => {
                let list: String = parts.list.iter().map(|part| self.part(part)).collect();
                format!("&rt::Parts {{ list: &[{list}], closed: {} }}", parts.closed)
            }
            None => "&rt::Parts::ANY".to_string(),
        };
        format!(
            "rt::MediaType {{ essence: {}, format: rt::BodyFormat::{}, parts: {parts} }},",
            Literal::string(&media_type.essence),
            format_name(media_type.format),
        )
    }

    fn part(&self, part: &Part) -> String {
        let mut text = format!("rt::PartInfo {{ name: {},", Literal::string(&part.name));
        for (field, value) in [
            ("required", part.required),
            ("many", part.many),
            ("file", part.file),
        ] {
            if value {
                let _ = write!(text, "{field}: true,");
            }
        }
        if part.coercion != Coercion::Text {
            let _ = write!(text, "coercion: &{},", coercion(&part.coercion));
        }
        if let Some((ty, rules)) = &part.check {
            let (ty, rules) = (self.ty(ty), self.rules(rules));
            let _ = write!(
                text,
                "check: |node, root| rt::check_part::<{ty}>(node, {rules}, root),"
            );
        }
        text.push_str("..rt::PartInfo::TEXT },");
        text
    }

    // The request.

    fn request(&self) -> String {
        let request = &self.operation.request;
        let (mut fields, mut reads, mut values) = (String::new(), String::new(), String::new());
        for group in &self.operation.parameters {
            let (field, what) = match group.location {
                Location::Path => ("path", "Parameters in the path."),
                Location::Query => ("query", "Parameters in the query string."),
                Location::Header => ("headers", "Parameters in headers."),
                Location::Cookie => ("cookies", "Parameters in cookies."),
            };
            let ty = self.ty(&RustType::Named(group.ty));
            let _ = write!(fields, "/** {what}*/ pub {field}: {ty},");
            let _ = write!(reads, "let {field} = call.{field}();");
            let _ = write!(values, "{field}: {field}?,");
        }
        let derives = derives(request.is_value);
        let mut types = String::new();
        if let Some(body) = &request.body {
            let read = self.read_body(body);
            types = self.choice(body, derives);
            let (ty, method) = match body.required {
                true => (self.ty(&body.ty()), "required_body"),
                false => (self.ty(&body.ty().optional()), "optional_body"),
            };
            let docs = lines(&body.docs);
            let _ = write!(fields, "{docs} pub body: {ty},");
            let _ = write!(reads, "let body = call.{method}(|call| {read});");
            values.push_str("body: body?,");
        }
        let docs = lines(&request.docs);
        let name = ident(&request.ident);
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

    /// The enum of the media types of a body.
    fn choice(&self, body: &Body, derives: &str) -> String {
        let Some(choice) = &body.choice else {
            return String::new();
        };
        let variants = body.variants.iter().map(|variant| {
            let (docs, name) = (lines(&variant.docs), ident(&variant.ident));
            format!("{docs} {name}({}),", self.ty(&variant.ty))
        });
        let (variants, name) = (variants.collect::<String>(), ident(&choice.ident));
        let docs = lines(&choice.docs);
        format!("{docs} #[derive({derives})] pub enum {name} {{ {variants} }}")
    }

    /// The expression that reads a body from `call`.
    fn read_body(&self, body: &Body) -> String {
        let Some(choice) = &body.choice else {
            let only = body.variants.first();
            return only.map_or_else(String::new, |only| self.read_variant(only));
        };
        let name = ident(&choice.ident);
        let last = body.variants.len() - 1;
        let arms = body.variants.iter().enumerate().map(|(index, variant)| {
            // The last one stands for all that cannot be.
            let pattern = match index == last {
                true => "_".to_string(),
                false => index.to_string(),
            };
            let (read, variant) = (self.read_variant(variant), ident(&variant.ident));
            format!("{pattern} => {read}.map({name}::{variant}),")
        });
        format!("match call.media_type() {{ {} }}", arms.collect::<String>())
    }

    fn read_variant(&self, variant: &BodyVariant) -> String {
        let method = match variant.format {
            BodyFormat::Json => "json",
            BodyFormat::Form => "form",
            BodyFormat::Text => "text",
            BodyFormat::JsonLines => "lines",
            BodyFormat::Multipart => return "call.multipart()".to_string(),
            BodyFormat::Bytes | BodyFormat::EventStream => return "call.bytes()".to_string(),
        };
        format!("call.{method}({})", self.rules(&variant.rules))
    }

    // The responses.

    fn response(&self) -> String {
        let operation = self.operation;
        let name = self.name("Response");
        let docs = lines(&[format!("A response of [`{}`].", operation.name)]);
        if operation.variants.is_empty() {
            return format!("{docs} pub type {name} = rt::Reply;");
        }
        let (mut variants, mut arms) = (String::new(), String::new());
        for variant in &operation.variants {
            let (declared, arm) = self.variant(variant);
            variants.push_str(&declared);
            arms.push_str(&arm);
        }
        if let Some(variant) = &operation.undocumented {
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

    /// A variant, and the arm that sends it.
    fn variant(&self, variant: &Variant) -> (String, String) {
        let docs = lines(&variant.docs);
        let name = ident(&variant.ident);
        let mut fields = String::new();
        let mut bound = String::new();
        let status = match variant.status {
            Status::Code(code) => code.to_string(),
            Status::Class(_) | Status::Default => {
                fields.push_str("/** The status.*/ status: rt::StatusCode,");
                bound.push_str("status,");
                "status.as_u16()".to_string()
            }
        };
        let mut headers = String::new();
        for header in &variant.headers {
            let (declared, sent) = self.header(header);
            fields.push_str(&declared);
            headers.push_str(&sent);
            let _ = write!(bound, "{},", ident(&header.ident));
        }
        let mut reply = match &variant.body {
            Some(body) => self.reply(&status, body),
            None => format!("rt::Reply::empty({status})"),
        };
        match variant.status {
            Status::Code(_) => {}
            Status::Class(class) => {
                let _ = write!(reply, ".within(rt::StatusRange::Class({class}))");
            }
            Status::Default => reply.push_str(".within(rt::StatusRange::Default)"),
        }
        reply.push_str(&headers);
        let ty = variant.body.as_ref().map(|body| self.ty(&body.ty));
        let (declared, pattern) = match (ty, fields.is_empty()) {
            (None, true) => (format!("{name},"), name.to_string()),
            (Some(ty), true) => (format!("{name}({ty}),"), format!("{name}(body)")),
            (ty, false) => {
                if let Some(ty) = ty {
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

    /// The field of a header, and the call that sends it.
    fn header(&self, header: &Header) -> (String, String) {
        let (name, wire) = (ident(&header.ident), Literal::string(&header.name));
        let docs = lines(&header.docs);
        let method = match header.always {
            true => "header",
            false => "optional_header",
        };
        (
            format!("{docs} {name}: {},", self.ty(&header.whole())),
            format!(".{method}({wire}, &{name})"),
        )
    }

    fn reply(&self, status: &str, body: &VariantBody) -> String {
        let media_type = Literal::string(&body.media_type);
        let (method, argument, checked) = match body.format {
            BodyFormat::Json | BodyFormat::Form => ("json", "&body", true),
            BodyFormat::Text => ("text", "&body", true),
            BodyFormat::JsonLines => ("lines", "body", true),
            BodyFormat::EventStream => ("events", "body", false),
            BodyFormat::Bytes | BodyFormat::Multipart => ("bytes", "body", false),
        };
        let rules = match checked {
            true => format!(", {}", self.rules(&body.rules)),
            false => String::new(),
        };
        format!("rt::Reply::{method}({status}, {media_type}, {argument}{rules})")
    }
}

fn derives(is_value: bool) -> &'static str {
    match is_value {
        true => "Clone, Debug, PartialEq",
        false => "Debug",
    }
}

fn parameter(parameter: &Parameter, location: Location) -> String {
    let mut text = format!(
        "rt::Parameter {{ name: {},",
        Literal::string(&parameter.name)
    );
    let (base, usual) = match location {
        Location::Path | Location::Header => ("SIMPLE", (Style::Simple, false)),
        Location::Query | Location::Cookie => ("TEXT", (Style::Form, true)),
    };
    if parameter.style != usual.0 {
        let _ = write!(text, "style: rt::Style::{},", style_name(parameter.style));
    }
    if parameter.explode != usual.1 {
        let _ = write!(text, "explode: {},", parameter.explode);
    }
    if parameter.json {
        text.push_str("json: true,");
    }
    if parameter.required {
        text.push_str("required: true,");
    }
    if parameter.coercion != Coercion::Text {
        let _ = write!(text, "coercion: &{},", coercion(&parameter.coercion));
    }
    if let Some(default) = &parameter.default {
        let _ = write!(text, "default: Some({}),", Literal::string(default));
    }
    let _ = write!(text, "..rt::Parameter::{base} }},");
    text
}

fn coercion(how: &Coercion) -> String {
    let of = |name: &str, inner: &Coercion| format!("rt::Coercion::{name}(&{})", coercion(inner));
    match how {
        Coercion::Boolean => "rt::Coercion::Boolean".to_string(),
        Coercion::Integer => "rt::Coercion::Integer".to_string(),
        Coercion::Number => "rt::Coercion::Number".to_string(),
        Coercion::Json => "rt::Coercion::Json".to_string(),
        Coercion::Text => "rt::Coercion::Text".to_string(),
        Coercion::Map(inner) => of("Map", inner),
        Coercion::Nullable(inner) => of("Nullable", inner),
        Coercion::OneOrMany(inner) => of("OneOrMany", inner),
        Coercion::Array(inner) => of("Array", inner),
        Coercion::Object(properties) => {
            let properties = properties
                .iter()
                .map(|(name, inner)| format!("({}, {}),", Literal::string(name), coercion(inner)));
            format!(
                "rt::Coercion::Object(&[{}])",
                properties.collect::<String>()
            )
        }
        Coercion::FirstOf(alternatives) => {
            let alternatives: Vec<String> = alternatives.iter().map(coercion).collect();
            format!("rt::Coercion::FirstOf(&[{}])", alternatives.join(","))
        }
    }
}

fn answer(answer: &Answer) -> String {
    let status = match answer.status {
        Status::Code(code) => format!("Code({code})"),
        Status::Class(class) => format!("Class({class})"),
        Status::Default => "Default".to_string(),
    };
    let types = answer.media_types.iter();
    let types: String = types.map(|t| format!("{},", Literal::string(t))).collect();
    format!("rt::ResponseInfo {{ status: rt::StatusRange::{status}, media_types: &[{types}] }},")
}

fn format_name(format: BodyFormat) -> &'static str {
    match format {
        BodyFormat::Json => "Json",
        BodyFormat::JsonLines => "JsonLines",
        BodyFormat::Multipart => "Multipart",
        BodyFormat::Form => "Form",
        BodyFormat::Text => "Text",
        BodyFormat::Bytes => "Bytes",
        BodyFormat::EventStream => "EventStream",
    }
}

fn style_name(style: Style) -> &'static str {
    match style {
        Style::Simple => "Simple",
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::DeepObject => "DeepObject",
        Style::Matrix => "Matrix",
        Style::Label => "Label",
    }
}
