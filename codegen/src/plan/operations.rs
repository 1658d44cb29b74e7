//! What is written for an operation: its request, its answers, and what is known of how they travel. Knows the IR and
//! the runtime's types.

use std::collections::BTreeSet;

use crate::ir::{
    self, Additional, BodyFormat, Content, Field, Kind, Location, ModuleId, Presence, Response,
    Shape, Status, Style, Type, TypeId,
};

use super::docs::{Comment, code};
use super::{Coercion, Plan, Rules, RustType, pages};

/// An operation as it is written.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The stem of its types, such as `GetCase`.
    pub name: String,
    /// The method of the server trait.
    pub ident: String,
    /// The group that it belongs to.
    pub group: ModuleId,
    /// Its docs, line by line.
    pub docs: Vec<String>,
    /// The docs of the type that stands for it.
    pub marker_docs: Vec<String>,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The parameters, by where they travel.
    pub parameters: Vec<ParameterGroup>,
    /// The media types of its body.
    pub media_types: Vec<MediaType>,
    /// The most bytes that its body may have, when the settings say so.
    pub body_limit: Option<u64>,
    /// What is sent.
    pub request: Request,
    /// The documented answers.
    pub answers: Vec<Answer>,
    /// The documented answers, one per media type.
    pub variants: Vec<Variant>,
    /// The variant for any other answer, where some answers but no success is documented.
    pub undocumented: Option<String>,
}

/// The parameters that travel in one place.
#[derive(Clone, Debug)]
pub struct ParameterGroup {
    /// Where.
    pub location: Location,
    /// The struct of their values.
    pub ty: TypeId,
    /// How each travels.
    pub parameters: Vec<Parameter>,
}

/// How a parameter travels.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// `style`.
    pub style: Style,
    /// `explode`.
    pub explode: bool,
    /// Whether the value is JSON text.
    pub json: bool,
    /// Whether it must be there.
    pub required: bool,
    /// How its text becomes a value.
    pub coercion: Coercion,
    /// What it is when it is not there, as JSON: the default of the document, where it is a valid value.
    pub default: Option<String>,
}

/// A media type of the body of a request.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// Type and subtype.
    pub essence: String,
    /// How its bytes are read.
    pub format: BodyFormat,
    /// The parts of a form; `None` where there is no form, or nothing is known of its parts.
    pub parts: Option<Parts>,
}

/// The parts of a form.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Each part.
    pub list: Vec<Part>,
    /// Whether there are no others.
    pub closed: bool,
}

/// A part of a form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Whether several parts may have the name.
    pub many: bool,
    /// Whether it is a file.
    pub file: bool,
    /// How its text becomes a value.
    pub coercion: Coercion,
    /// The type and the rules that its value must fit; `None` when any text does.
    pub check: Option<(RustType, Rules)>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its type.
    pub ident: String,
    /// The docs of its type.
    pub docs: Vec<String>,
    /// Whether all of it is held as values, so that it can be cloned and compared.
    pub is_value: bool,
    /// The body.
    pub body: Option<Body>,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its docs.
    pub docs: Vec<String>,
    /// Whether it must be there.
    pub required: bool,
    /// The enum of its media types; `None` when there is only one.
    pub choice: Option<Choice>,
    /// One per media type.
    pub variants: Vec<BodyVariant>,
}

/// An enum with a variant per media type.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub ident: String,
    /// Its docs.
    pub docs: Vec<String>,
}

impl Body {
    /// The type of a body that is there.
    pub fn ty(&self) -> RustType {
        match (&self.choice, self.variants.as_slice()) {
            (Some(choice), _) => RustType::Local(choice.ident.clone()),
            (None, [only, ..]) => only.ty.clone(),
            (None, []) => RustType::Unit,
        }
    }
}

/// The body of a request in one media type.
#[derive(Clone, Debug)]
pub struct BodyVariant {
    /// The variant.
    pub ident: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// How its bytes are read.
    pub format: BodyFormat,
    /// Its type.
    pub ty: RustType,
    /// What is checked.
    pub rules: Rules,
}

/// A documented answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The statuses that it covers.
    pub status: Status,
    /// The media types that it is sent with.
    pub media_types: Vec<String>,
}

/// A variant of the response type: a documented answer in one media type.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The variant.
    pub ident: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// The statuses that it covers.
    pub status: Status,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Its body.
    pub body: Option<VariantBody>,
}

/// The body of a variant.
#[derive(Clone, Debug)]
pub struct VariantBody {
    /// How its bytes are written.
    pub format: BodyFormat,
    /// The media type that it is sent with.
    pub media_type: String,
    /// Its type.
    pub ty: RustType,
    /// What is checked.
    pub rules: Rules,
}

/// A header of an answer.
#[derive(Clone, Debug)]
pub struct Header {
    /// The Rust identifier.
    pub ident: String,
    /// The name on the wire.
    pub name: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// The type of its values.
    pub ty: RustType,
    /// Whether it is always sent.
    pub always: bool,
}

impl Header {
    /// The type of its field.
    pub fn whole(&self) -> RustType {
        match self.always {
            true => self.ty.clone(),
            false => self.ty.clone().optional(),
        }
    }
}

impl Plan<'_> {
    /// How many operations there are.
    pub fn operations(&self) -> usize {
        self.api.operations.len()
    }

    /// What is written for an operation.
    pub fn operation(&self, index: usize) -> Operation {
        let operation = &self.api.operations[index];
        let route = code(&pages::route(operation));
        Operation {
            name: operation.name.clone(),
            ident: operation.ident.clone(),
            group: operation.module,
            docs: pages::operation(operation),
            marker_docs: vec![format!("The operation {route}.")],
            method: operation.method.to_ascii_uppercase(),
            path: operation.path.clone(),
            parameters: self.parameter_groups(operation),
            media_types: self.media_types(operation),
            body_limit: operation.body_limit,
            request: self.request(operation),
            answers: operation.responses.iter().map(answer).collect(),
            variants: self.variants(operation),
            undocumented: undocumented(operation),
        }
    }

    fn parameter_groups(&self, operation: &ir::Operation) -> Vec<ParameterGroup> {
        let groups = [
            (Location::Path, operation.path_type),
            (Location::Query, operation.query_type),
            (Location::Header, operation.header_type),
            (Location::Cookie, operation.cookie_type),
        ];
        let groups = groups.into_iter().filter_map(|(location, ty)| {
            let ty = ty?;
            Some(ParameterGroup {
                location,
                ty,
                parameters: self.parameters(operation, location, ty),
            })
        });
        groups.collect()
    }

    fn parameters(
        &self,
        operation: &ir::Operation,
        location: Location,
        group: TypeId,
    ) -> Vec<Parameter> {
        let Shape::Struct(object) = &self.api.types.body(group).shape else {
            return Vec::new();
        };
        let own = operation.parameters.iter();
        let own = own.filter(|parameter| parameter.location == location);
        let parameters = own.filter_map(|parameter| {
            let field = object.fields.iter().find(|f| f.wire == parameter.wire)?;
            Some(Parameter {
                name: parameter.wire.clone(),
                style: parameter.style.style,
                explode: parameter.style.explode,
                json: parameter.json,
                required: parameter.required,
                coercion: self.coercion(&field.ty),
                default: self.parameter_default(field).map(ToString::to_string),
            })
        });
        parameters.collect()
    }

    fn media_types(&self, operation: &ir::Operation) -> Vec<MediaType> {
        let contents = operation.body.iter().flat_map(|body| &body.content);
        let media_types = contents.map(|content| MediaType {
            essence: content.essence.clone(),
            format: content.format,
            parts: match content.format {
                BodyFormat::Multipart | BodyFormat::Form => self.parts(content.ty.as_ref()),
                _ => None,
            },
        });
        media_types.collect()
    }

    fn parts(&self, ty: Option<&Type>) -> Option<Parts> {
        let object = self.object_of(ty?)?;
        Some(Parts {
            list: object.fields.iter().map(|field| self.part(field)).collect(),
            closed: object.additional == Additional::Closed,
        })
    }

    fn part(&self, field: &Field) -> Part {
        let ty = &field.ty;
        let resolve = |ty| self.api.types.resolve(ty).0;
        let (many, item) = match resolve(ty) {
            Kind::Array(array) => (true, resolve(&array.items)),
            Kind::OneOrMany(item, _) => (true, resolve(item)),
            kind => (false, kind),
        };
        let file = matches!(item, Kind::Binary);
        // A file is no text, and what may be anything is taken as it is.
        let checked = !file && !matches!(item, Kind::Any { .. });
        let (rust, rules) = (self.ty(ty), self.rules(ty));
        // Text without rules is what a part is anyway.
        let plain = rust == RustType::String && rules.is_empty();
        Part {
            name: field.wire.clone(),
            required: field.presence == Presence::Required,
            many,
            file,
            coercion: match checked {
                true => self.coercion(ty),
                false => Coercion::Text,
            },
            check: (checked && !plain).then_some((rust, rules)),
        }
    }

    fn request(&self, operation: &ir::Operation) -> Request {
        let body = operation.body.as_ref();
        Request {
            ident: format!("{}Request", operation.name),
            docs: vec![format!("A request of [`{}`].", operation.name)],
            is_value: body.is_none_or(|body| body.content.iter().all(|c| is_value(c.format))),
            body: self.request_body(operation),
        }
    }

    /// The body of a request, when there is one.
    pub(crate) fn request_body(&self, operation: &ir::Operation) -> Option<Body> {
        let body = operation.body.as_ref()?;
        Some(self.body(operation, body))
    }

    fn body(&self, operation: &ir::Operation, body: &ir::RequestBody) -> Body {
        let mut docs = Comment::default();
        docs.markdown(body.description.as_deref().unwrap_or("The body."));
        let choice = (body.content.len() > 1).then(|| Choice {
            ident: self.free_name(&format!("{}Body", operation.name)),
            docs: vec![format!("The body of a request of [`{}`].", operation.name)],
        });
        Body {
            docs: docs.into_lines(),
            required: body.required,
            choice,
            variants: body.content.iter().map(|c| self.body_variant(c)).collect(),
        }
    }

    pub(crate) fn body_variant(&self, content: &Content) -> BodyVariant {
        let ty = match content.format {
            BodyFormat::Multipart => RustType::Multipart,
            BodyFormat::Bytes | BodyFormat::EventStream => RustType::ByteStream,
            BodyFormat::JsonLines => RustType::JsonLines(Box::new(self.content_type(content))),
            BodyFormat::Json | BodyFormat::Form | BodyFormat::Text => self.content_type(content),
        };
        BodyVariant {
            ident: content.ident.clone(),
            docs: vec![code(&content.essence)],
            format: content.format,
            ty,
            rules: self.content_rules(content),
        }
    }

    /// The type of the value, or of one item of a stream.
    fn content_type(&self, content: &Content) -> RustType {
        match &content.ty {
            Some(ty) => self.ty(ty),
            None if content.format == BodyFormat::Text => RustType::String,
            None => RustType::Value,
        }
    }

    fn content_rules(&self, content: &Content) -> Rules {
        let ty = content.ty.as_ref();
        ty.map_or_else(Rules::default, |ty| self.rules(ty))
    }

    fn variants(&self, operation: &ir::Operation) -> Vec<Variant> {
        let mut variants = Vec::new();
        for response in &operation.responses {
            if response.content.is_empty() {
                variants.push(self.variant(response, None));
            }
            let contents = response.content.iter();
            variants.extend(contents.map(|content| self.variant(response, Some(content))));
        }
        variants
    }

    fn variant(&self, response: &Response, content: Option<&Content>) -> Variant {
        let ident = content.map_or(&response.ident, |content| &content.ident);
        Variant {
            ident: ident.clone(),
            docs: pages::answer(response, content),
            status: response.status,
            headers: response.headers.iter().map(|h| self.header(h)).collect(),
            body: content.map(|content| self.variant_body(content)),
        }
    }

    pub(crate) fn variant_body(&self, content: &Content) -> VariantBody {
        let ty = match content.format {
            BodyFormat::EventStream => RustType::EventStream,
            BodyFormat::Multipart | BodyFormat::Bytes => RustType::ByteStream,
            BodyFormat::JsonLines => RustType::JsonLines(Box::new(self.content_type(content))),
            BodyFormat::Json | BodyFormat::Form | BodyFormat::Text => self.content_type(content),
        };
        VariantBody {
            format: content.format,
            media_type: content.sent_as().to_string(),
            ty,
            rules: self.content_rules(content),
        }
    }

    pub(crate) fn header(&self, header: &ir::Header) -> Header {
        Header {
            ident: header.ident.clone(),
            name: header.wire.clone(),
            docs: pages::header(header),
            ty: self.ty(&header.ty),
            // A location that is documented is what the status is about.
            always: header.required || header.wire.eq_ignore_ascii_case("location"),
        }
    }

    /// A name that no other item has.
    fn free_name(&self, wanted: &str) -> String {
        let mut name = wanted.to_string();
        while self.taken().contains(&name) {
            name.push('_');
        }
        name
    }

    /// The names of definitions, and of the items of operations.
    fn taken(&self) -> &BTreeSet<String> {
        self.taken.get_or_init(|| {
            let types = self.api.types.iter().map(|(_, d)| d.name.clone());
            let operations = self.api.operations.iter().flat_map(|operation| {
                let stem = &operation.name;
                ["", "Request", "Response"].map(|suffix| format!("{stem}{suffix}"))
            });
            types.chain(operations).collect()
        })
    }
}

/// Whether a body is held as a value, rather than streamed.
pub fn is_value(format: BodyFormat) -> bool {
    matches!(
        format,
        BodyFormat::Json | BodyFormat::Form | BodyFormat::Text
    )
}

fn answer(response: &Response) -> Answer {
    let media_types = response.content.iter();
    Answer {
        status: response.status,
        media_types: media_types.map(|c| c.sent_as().to_string()).collect(),
    }
}

fn undocumented(operation: &ir::Operation) -> Option<String> {
    let succeeds = |response: &Response| {
        matches!(
            response.status,
            Status::Code(100..=399) | Status::Class(1..=3) | Status::Default
        )
    };
    let responses = &operation.responses;
    let needed = !responses.is_empty() && !responses.iter().any(succeeds);
    // No status has this name.
    needed.then(|| "Undocumented".to_string())
}
