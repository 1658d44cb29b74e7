//! What is written for an operation: its request, its answers, and what is known of how they travel. Knows the IR and
//! the runtime's types.

use crate::ir::{
    self, Additional, BodyFormat, Content, Field, Kind, Location, ModuleId, ParameterStyle,
    Presence, Response, Shape, Side, Size, Status, Style, Type,
};

use super::definitions::Field as PlannedField;
use super::docs::{Comment, code};
use super::layout::ITEMS;
use super::{Access, Coercion, Definition, Item, Plan, Rules, RustType, Struct, example, said};

/// An operation as it is written.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its module, and its method of the server trait.
    pub ident: String,
    /// What logs and tables call it: `cases::get_case`.
    pub id: String,
    /// The group that it belongs to.
    pub group: ModuleId,
    /// Its docs, line by line.
    pub docs: Vec<String>,
    /// Method and path, as Markdown.
    pub route: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// How its parameters travel.
    pub parameters: Vec<Parameter>,
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

/// How a parameter travels.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Where.
    pub location: Location,
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
    /// The type and the rules that its value must fit (that of one item of a list); `None` when any text does.
    pub check: Option<(RustType, Rules)>,
    /// How many there may be, and how many bytes a file may have.
    pub limits: Rules,
    /// How its value is written as a field of a URL-encoded form, where the document says it.
    pub written: Option<Parameter>,
    /// The media types that it may have; any when empty.
    pub media_types: Vec<String>,
    /// The headers that it may have.
    pub headers: Vec<Part>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whether all of it is held as values, so that it can be cloned and compared.
    pub is_value: bool,
    /// Its type: the parameters, by where they travel, and the body.
    pub definition: Definition,
    /// Its parameters as fields, by where they travel.
    pub parameters: Vec<RequestField>,
    /// Its body.
    pub body: Option<Body>,
}

/// A parameter as a field of the request.
#[derive(Clone, Debug)]
pub struct RequestField {
    /// Where it travels.
    pub location: Location,
    /// The field.
    pub field: PlannedField,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its field.
    pub ident: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// Whether it must be there.
    pub required: bool,
    /// One per media type.
    pub variants: Vec<BodyVariant>,
}

impl Body {
    /// The type of a body that is there.
    pub fn ty(&self) -> RustType {
        match self.variants.as_slice() {
            [only] => only.ty.clone(),
            _ => RustType::Local("RequestBody".to_string()),
        }
    }

    /// The type of its field.
    pub fn whole(&self) -> RustType {
        match self.required {
            true => self.ty(),
            false => self.ty().optional(),
        }
    }

    /// Whether it can come in several media types, so that it is an enum.
    pub fn is_choice(&self) -> bool {
        self.variants.len() > 1
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

    /// What is written for an operation. It is planned when it is first asked for, and once: every half prints it.
    pub fn operation(&self, index: usize) -> &Operation {
        self.operations[index].get_or_init(|| self.planned(index))
    }

    fn planned(&self, index: usize) -> Operation {
        let operation = &self.api.operations[index];
        let names = &self.names.operations[index];
        Operation {
            ident: names.ident.clone(),
            id: self.operation_id(index),
            group: operation.module,
            docs: said::operation(operation),
            route: code(&said::route(operation)),
            method: operation.method.to_ascii_uppercase(),
            path: operation.path.clone(),
            parameters: self.parameters(operation),
            media_types: self.media_types(operation),
            body_limit: operation.body_limit,
            request: self.request(index),
            answers: operation.responses.iter().map(answer).collect(),
            variants: self.variants(operation),
            undocumented: undocumented(operation),
        }
    }

    /// What logs and tables call an operation: `cases::get_case`.
    pub(super) fn operation_id(&self, index: usize) -> String {
        let group = self.api.operations[index].module;
        let (group, own) = (&self.names.modules[group.0], &self.names.operations[index]);
        format!("{}::{}", group.ident, own.ident)
    }

    fn parameters(&self, operation: &ir::Operation) -> Vec<Parameter> {
        let parameters = operation.parameters.iter().filter_map(|parameter| {
            let field = self.parameter_field(operation, parameter)?;
            Some(Parameter {
                location: parameter.location,
                name: parameter.wire.clone(),
                style: parameter.style.style,
                explode: parameter.style.explode,
                json: parameter.json,
                required: parameter.required,
                coercion: Coercion::of(self.api, &field.ty),
                default: self.parameter_default(field).map(ToString::to_string),
            })
        });
        parameters.collect()
    }

    /// The property of the group of parameters that has the type of a parameter.
    pub(super) fn parameter_field(
        &self,
        operation: &ir::Operation,
        parameter: &ir::Parameter,
    ) -> Option<&Field> {
        let group = operation.group(parameter.location)?;
        let Shape::Struct(object) = &self.api.types.body(group).shape else {
            return None;
        };
        object.fields.iter().find(|f| f.wire == parameter.wire)
    }

    fn media_types(&self, operation: &ir::Operation) -> Vec<MediaType> {
        let contents = operation.body.iter().flat_map(|body| &body.content);
        let media_types = contents.map(|content| MediaType {
            essence: content.essence.clone(),
            format: content.format,
            parts: match content.format {
                BodyFormat::Multipart | BodyFormat::Form => self.parts(content),
                _ => None,
            },
        });
        media_types.collect()
    }

    fn parts(&self, content: &Content) -> Option<Parts> {
        let object = self.object_of(content.ty.as_ref()?)?;
        let fields = object.fields.iter();
        Some(Parts {
            list: fields
                .map(|field| self.encoded(self.part(field), content))
                .collect(),
            closed: object.additional == Additional::Closed,
        })
    }

    /// A part that is written as the document says.
    fn encoded(&self, mut part: Part, content: &Content) -> Part {
        let Some(encoding) = content.encoding(&part.name) else {
            return part;
        };
        if content.format == BodyFormat::Multipart {
            let headers = encoding.headers.iter();
            let headers = headers.map(|h| self.part_of(&h.wire, &h.ty, h.required));
            part.headers = headers.collect();
            part.media_types.clone_from(&encoding.media_types);
            return part;
        }
        let style = encoding.style.unwrap_or(ParameterStyle {
            style: Style::Form,
            explode: true,
            reserved: false,
        });
        let stated = encoding.style.is_some() || encoding.is_json();
        part.written = stated.then(|| Parameter {
            location: Location::Query,
            name: part.name.clone(),
            style: style.style,
            explode: style.explode,
            json: encoding.is_json(),
            required: false,
            coercion: part.coercion.clone(),
            default: None,
        });
        part
    }

    fn part(&self, field: &Field) -> Part {
        let required = match field.presence {
            Presence::Required => true,
            Presence::OnItsSide => field.only == Some(Side::Request),
            Presence::Optional | Presence::Lenient => false,
        };
        self.part_of(&field.wire, &field.ty, required)
    }

    fn part_of(&self, wire: &str, ty: &Type, required: bool) -> Part {
        // Parts of one name are the items of a list; a value that may also stand alone need not be several.
        let (list, item_type) = match self.api.types.resolve(ty).0 {
            Kind::Array(array) => (Some(self.rules(ty)), &*array.items),
            Kind::OneOrMany(item, size) => {
                let item_count = Size { min: None, ..*size };
                let rules = Rules {
                    item_count,
                    ..Rules::default()
                };
                (Some(rules), &**item)
            }
            _ => (None, ty),
        };
        let many = list.is_some();
        let item = self.api.types.resolve(item_type).0;
        let file = matches!(item, Kind::Binary(_));
        // A file is no text, and what may be anything is taken as it is.
        let checked = !file && !matches!(item, Kind::Any { .. });
        let (rust, rules) = (self.ty(item_type), self.rules(item_type));
        let list = list.unwrap_or_default();
        let limits = Rules {
            item_count: list.item_count,
            unique_items: list.unique_items,
            length: if file { rules.length } else { Size::default() },
            ..Rules::default()
        };
        // Text without rules is what a part is anyway.
        let plain = !file && rust == RustType::String && rules.is_empty();
        Part {
            name: wire.to_string(),
            required,
            many,
            file,
            coercion: match checked {
                true => Coercion::of(self.api, ty),
                false => Coercion::Text,
            },
            check: (checked && !plain).then_some((rust, rules)),
            limits,
            written: None,
            media_types: Vec::new(),
            headers: Vec::new(),
        }
    }

    fn request(&self, index: usize) -> Request {
        let operation = &self.api.operations[index];
        let names = &self.names.operations[index].parameters;
        let parameters = operation.parameters.iter().zip(names);
        let parameters = parameters.filter_map(|(parameter, ident)| {
            let group = &self.api.types[operation.group(parameter.location)?];
            let field = self.parameter_field(operation, parameter)?;
            let mut field = self.field(group, field);
            field.ident.clone_from(ident);
            let location = parameter.location;
            Some(RequestField { location, field })
        });
        let mut parameters: Vec<RequestField> = parameters.collect();
        parameters.sort_by_key(|parameter| parameter.location);
        let body = operation.body.as_ref();
        let is_value = body.is_none_or(|body| body.content.iter().all(|c| is_value(c.format)));
        let body = body.map(|body| self.body(index, body));
        let fields = parameters.iter().map(|parameter| parameter.field.clone());
        let object = request_struct(
            fields.chain(body.as_ref().map(body_field)).collect(),
            is_value,
        );
        let mut docs = vec![format!("What {} takes.", code(&said::route(operation)))];
        if let Some(crate_name) = &self.crate_name {
            docs.extend(example::of_request(self, crate_name, index, &object));
        }
        Request {
            is_value,
            definition: Definition {
                ident: "Request".to_string(),
                docs,
                item: Item::Struct(object),
            },
            parameters,
            body,
        }
    }

    fn body(&self, index: usize, body: &ir::RequestBody) -> Body {
        let mut docs = Comment::default();
        docs.markdown(body.description.as_deref().unwrap_or("The body."));
        Body {
            ident: self.names.operations[index].body.clone(),
            docs: docs.into_lines(),
            required: body.required,
            variants: body.content.iter().map(|c| self.body_variant(c)).collect(),
        }
    }

    /// The body of a request, when there is one.
    pub(crate) fn request_body(&self, operation: &ir::Operation) -> Option<Body> {
        Some(self.body(self.index_of(operation), operation.body.as_ref()?))
    }

    /// The index of an operation of the API.
    pub(super) fn index_of(&self, operation: &ir::Operation) -> usize {
        let mut operations = self.api.operations.iter();
        operations
            .position(|other| std::ptr::eq(other, operation))
            .unwrap_or_default()
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
            docs: said::answer(response, content),
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
            docs: said::header(header),
            ty: self.ty(&header.ty),
            // A location that is documented is what the status is about.
            always: header.required || header.wire.eq_ignore_ascii_case("location"),
        }
    }
}

/// The struct of a request. Nothing else travels in it, and it is not read as a whole.
fn request_struct(fields: Vec<PlannedField>, is_value: bool) -> Struct {
    let mut object = Struct {
        derives: Vec::new(),
        fields,
        rest: None,
        rules: Rules::default(),
        forbidden: Vec::new(),
        require_any: Vec::new(),
        required_in: Vec::new(),
        only_in_requests: Vec::new(),
        reader: String::new(),
        tags: Vec::new(),
        required: None,
    };
    let taken = ITEMS.iter().map(ToString::to_string).collect();
    object.required = object.required_by_name("Request", &taken);
    let derives: &[&str] = match (is_value, object.is_optional()) {
        (true, true) => &["Clone", "Debug", "PartialEq", "Default"],
        (true, false) => &["Clone", "Debug", "PartialEq"],
        (false, true) => &["Debug", "Default"],
        (false, false) => &["Debug"],
    };
    object.derives = derives.iter().map(ToString::to_string).collect();
    object
}

/// A body as a field of the request.
fn body_field(body: &Body) -> PlannedField {
    let value = body.ty();
    PlannedField {
        ident: body.ident.clone(),
        wire: "body".to_string(),
        docs: body.docs.clone(),
        is_text: value == RustType::String,
        value,
        ty: body.whole(),
        access: match body.required {
            true => Access::Required,
            false => Access::Optional,
        },
        boxed: false,
        rules: Rules::default(),
        told: None,
        only: None,
        default: None,
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
