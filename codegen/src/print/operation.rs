//! What is written for one operation: its request, its responses, and its marker with everything that is known of how
//! they travel. Knows the plan and the runtime's `wire` module.
//!
//! Written as text and printed by way of syn: there are few shapes, and each is easier to read as the code that it is.

use std::fmt::Write as _;

use proc_macro2::Literal;
use quote::ToTokens;

pub(super) use crate::plan::docs::code;
use crate::plan::{
    Answer, BodyFormat, Coercion, Item, Location, MediaType, Operation, Parameter, Part, RustType,
    Status, Style, Variant,
};

use super::scope::Scope;
use super::syntax::{self, ident};
use super::{Unprintable, structs};

/// The items of an operation: what is sent and answered, and what is known of it.
///
/// # Errors
/// When text is no Rust.
pub(super) fn items(
    what: &str,
    scope: &Scope<'_>,
    operation: &Operation,
) -> Result<(String, String), Unprintable> {
    let writer = Writer { scope, operation };
    let mut data = String::new();
    let definition = &operation.request.definition;
    if let Item::Struct(object) = &definition.item {
        for item in structs::data(scope, definition, object) {
            data.push('\n');
            data.push_str(&syntax::print(item));
        }
    }
    data.push_str(&print(what, &(writer.choice() + &writer.response()))?);
    Ok((data, print(what, &writer.marker())?))
}

/// What is written for one operation.
struct Writer<'a> {
    scope: &'a Scope<'a>,
    operation: &'a Operation,
}

impl Writer<'_> {
    fn ty(&self, ty: &RustType) -> String {
        self.scope.ty(ty).into_token_stream().to_string()
    }

    // The marker.

    fn marker(&self) -> String {
        let operation = self.operation;
        self.scope.import("kibana_runtime", "wire");
        let group = self.scope.plan.group(operation.group);
        let docs = lines(&[format!("What is known of {}.", operation.route)]);
        let mut fields = String::new();
        for (field, value) in [
            ("id", &operation.id),
            ("method", &operation.method),
            ("path", &operation.path),
            ("tag", &group.key),
        ] {
            let _ = write!(fields, "{field}: {},", Literal::string(value));
        }
        for (field, location) in [
            ("path_parameters", Location::Path),
            ("query", Location::Query),
            ("headers", Location::Header),
            ("cookies", Location::Cookie),
        ] {
            let own = operation
                .parameters
                .iter()
                .filter(|p| p.location == location);
            let parameters: String = own.map(parameter).collect();
            if !parameters.is_empty() {
                let _ = write!(fields, "{field}: &[{parameters}],");
            }
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
            "{docs} pub enum Operation {{}}
            impl wire::Operation for Operation {{
                const INFO: &'static wire::OperationInfo =
                    &wire::OperationInfo {{ {fields} ..wire::OperationInfo::NONE }};
                type Request = Request;
                type Response = Response;
            }}
            "
        )
    }

    fn media_type(&self, media_type: &MediaType) -> String {
        if media_type.essence == "application/json" && media_type.format == BodyFormat::Json {
            return "wire::MediaType::JSON,".to_string();
        }
        let parts = match &media_type.parts {
            Some(parts) => {
                let list: String = parts.list.iter().map(|part| self.part(part)).collect();
                format!(
                    "&wire::Parts {{ list: &[{list}], closed: {} }}",
                    parts.closed
                )
            }
            None => "&wire::Parts::ANY".to_string(),
        };
        format!(
            "wire::MediaType {{ essence: {}, format: wire::BodyFormat::{}, parts: {parts} }},",
            Literal::string(&media_type.essence),
            format_name(media_type.format),
        )
    }

    fn part(&self, part: &Part) -> String {
        let mut text = format!("wire::PartInfo {{ name: {},", Literal::string(&part.name));
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
            let rules = self.scope.rules(rules).into_token_stream();
            let ty = self.ty(ty);
            let _ = write!(
                text,
                "check: &|node, root| wire::check_part::<{ty}>(node, {rules}, root),"
            );
        }
        if !part.limits.is_empty() {
            let limits = self.scope.rules(&part.limits).into_token_stream();
            let _ = write!(text, "limits: {limits},");
        }
        if let Some(written) = &part.written {
            let written = parameter(written);
            let _ = write!(text, "written: Some(&{}),", written.trim_end_matches(','));
        }
        let types = part.media_types.iter();
        let types: String = types.map(|t| format!("{},", Literal::string(t))).collect();
        if !types.is_empty() {
            let _ = write!(text, "media_types: &[{types}],");
        }
        let headers: String = part.headers.iter().map(|part| self.part(part)).collect();
        if !headers.is_empty() {
            let _ = write!(text, "headers: &[{headers}],");
        }
        text.push_str("..wire::PartInfo::TEXT },");
        text
    }

    // The request.

    /// The enum of the media types of a body.
    fn choice(&self) -> String {
        let request = &self.operation.request;
        let body = request.body.as_ref().filter(|body| body.is_choice());
        let Some(body) = body else {
            return String::new();
        };
        let derives = match request.is_value {
            true => "Clone, Debug, PartialEq",
            false => "Debug",
        };
        let variants = body.variants.iter().map(|variant| {
            let (docs, name) = (lines(&variant.docs), ident(&variant.ident));
            format!("{docs} {name}({}),", self.ty(&variant.ty))
        });
        let variants: String = variants.collect();
        format!(
            "/** The body, in one of its media types.*/ #[derive({derives})] #[non_exhaustive] pub enum RequestBody {{ {variants} }}"
        )
    }

    // The responses.

    fn response(&self) -> String {
        let operation = self.operation;
        let docs = lines(&[format!("What {} answers.", operation.route)]);
        if operation.variants.is_empty() {
            return format!("{docs} pub type Response = {};", self.ty(&RustType::Reply));
        }
        let variants = operation
            .variants
            .iter()
            .map(|variant| self.variant(variant));
        let mut variants: String = variants.collect();
        if let Some(variant) = &operation.undocumented {
            let docs = lines(&["The document lists no success: any answer.".to_string()]);
            let _ = write!(variants, "{docs} {variant}({}),", self.ty(&RustType::Reply));
        }
        format!("{docs} #[derive(Debug)] #[non_exhaustive] pub enum Response {{ {variants} }}")
    }

    fn variant(&self, variant: &Variant) -> String {
        let docs = lines(&variant.docs);
        let name = ident(&variant.ident);
        let mut fields = String::new();
        if !matches!(variant.status, Status::Code(_)) {
            let status = self.ty(&RustType::StatusCode);
            let _ = write!(fields, "/** The status.*/ status: {status},");
        }
        for header in &variant.headers {
            let (docs, name) = (lines(&header.docs), ident(&header.ident));
            let _ = write!(fields, "{docs} {name}: {},", self.ty(&header.whole()));
        }
        let ty = variant.body.as_ref().map(|body| self.ty(&body.ty));
        match (ty, fields.is_empty()) {
            (None, true) => format!("{docs} {name},"),
            (Some(ty), true) => format!("{docs} {name}({ty}),"),
            (None, false) => format!("{docs} {name} {{ {fields} }},"),
            (Some(ty), false) => {
                format!("{docs} {name} {{ {fields} /** The body.*/ body: {ty}, }},")
            }
        }
    }
}

fn parameter(parameter: &Parameter) -> String {
    let mut text = format!(
        "wire::Parameter {{ name: {},",
        Literal::string(&parameter.name)
    );
    let (base, usual) = match parameter.location {
        Location::Path | Location::Header => ("SIMPLE", (Style::Simple, false)),
        Location::Query | Location::Cookie => ("TEXT", (Style::Form, true)),
    };
    if parameter.style != usual.0 {
        let _ = write!(text, "style: wire::Style::{},", style_name(parameter.style));
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
    let _ = write!(text, "..wire::Parameter::{base} }},");
    text
}

fn coercion(how: &Coercion) -> String {
    let of = |name: &str, inner: &Coercion| format!("wire::Coercion::{name}(&{})", coercion(inner));
    match how {
        Coercion::Boolean => "wire::Coercion::Boolean".to_string(),
        Coercion::Integer => "wire::Coercion::Integer".to_string(),
        Coercion::Number => "wire::Coercion::Number".to_string(),
        Coercion::Json => "wire::Coercion::Json".to_string(),
        Coercion::Text => "wire::Coercion::Text".to_string(),
        Coercion::Map(inner) => of("Map", inner),
        Coercion::Nullable(inner) => of("Nullable", inner),
        Coercion::OneOrMany(inner) => of("OneOrMany", inner),
        Coercion::Array(inner) => of("Array", inner),
        Coercion::Object(properties) => {
            let properties = properties
                .iter()
                .map(|(name, inner)| format!("({}, {}),", Literal::string(name), coercion(inner)));
            format!(
                "wire::Coercion::Object(&[{}])",
                properties.collect::<String>()
            )
        }
        Coercion::FirstOf(alternatives) => {
            let alternatives: Vec<String> = alternatives.iter().map(coercion).collect();
            format!("wire::Coercion::FirstOf(&[{}])", alternatives.join(","))
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
    format!(
        "wire::ResponseInfo {{ status: wire::StatusRange::{status}, media_types: &[{types}] }},"
    )
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

/// A doc comment.
pub(super) fn lines(lines: &[String]) -> String {
    match lines {
        [] => String::new(),
        lines => format!("#[doc = {}]\n", Literal::string(&syntax::doc_text(lines))),
    }
}

/// Code, laid out.
pub(super) fn print(what: &str, text: &str) -> Result<String, Unprintable> {
    let file = syn::parse_file(text).map_err(|error| Unprintable {
        what: what.to_string(),
        problem: error.to_string(),
    })?;
    let items = file.items.into_iter();
    let printed = items.map(|item| format!("\n{}", syntax::print(item)));
    Ok(printed.collect())
}
