//! Small APIs for the tests of passes, written as schemas. Stands in for `lower`.

use crate::ir::{
    Additional, Api, Array, BodyFormat, Content, Decision, Docs, Enum, EnumVariant, Field, Home,
    Integer, Kind, Location, Member, Module, ModuleId, Number, Operation, Parameter,
    ParameterStyle, Place, Presence, RequestBody, Response, Section, Security, Shape, Size,
    Standing, Status, Step, Strategy, Struct, Style, Text, Type, TypeDef, TypeId, Types, Union,
    Usage,
};
use crate::pointer::Pointer;

#[derive(Clone, Debug)]
pub(crate) enum Schema {
    Text,
    Number,
    Boolean,
    Integer,
    Ref(String),
    Object(Vec<(String, Schema)>),
    Array(Box<Schema>),
    Map(Box<Schema>),
    OneOrMany(Box<Schema>),
    Enum(Vec<String>),
    Union(Vec<Schema>),
    Titled(String, Box<Schema>),
}

pub(crate) fn object<const N: usize>(fields: [(&str, Schema); N]) -> Schema {
    Schema::Object(fields.map(|(k, v)| (k.to_string(), v)).into())
}

pub(crate) fn list(items: Schema) -> Schema {
    Schema::Array(Box::new(items))
}

pub(crate) fn union<const N: usize>(members: [Schema; N]) -> Schema {
    Schema::Union(members.into())
}

pub(crate) fn values<const N: usize>(values: [&str; N]) -> Schema {
    Schema::Enum(values.map(String::from).into())
}

pub(crate) fn named(component: &str) -> Schema {
    Schema::Ref(component.to_string())
}

pub(crate) fn titled(title: &str, schema: Schema) -> Schema {
    Schema::Titled(title.to_string(), Box::new(schema))
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) components: Vec<(String, Schema)>,
    pub(crate) operations: Vec<Call>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) id: Option<String>,
    pub(crate) tag: String,
    pub(crate) query: Option<Schema>,
    pub(crate) body: Option<Schema>,
    pub(crate) responses: Vec<(u16, Schema)>,
}

impl Call {
    /// `get path`, with an id.
    pub(crate) fn new(path: &str, id: &str) -> Self {
        Self {
            path: path.to_string(),
            id: Some(id.to_string()),
            tag: "tag".to_string(),
            ..Self::default()
        }
    }

    pub(crate) fn tag(mut self, tag: &str) -> Self {
        self.tag = tag.to_string();
        self
    }

    pub(crate) fn query(mut self, schema: Schema) -> Self {
        self.query = Some(schema);
        self
    }

    pub(crate) fn body(mut self, schema: Schema) -> Self {
        self.body = Some(schema);
        self
    }

    pub(crate) fn answer(mut self, status: u16, schema: Schema) -> Self {
        self.responses.push((status, schema));
        self
    }
}

impl Document {
    pub(crate) fn component(mut self, name: &str, schema: Schema) -> Self {
        self.components.push((name.to_string(), schema));
        self
    }

    pub(crate) fn call(mut self, call: Call) -> Self {
        self.operations.push(call);
        self
    }

    /// The IR before the passes; definitions in the order of this document.
    pub(crate) fn lower(&self) -> Api {
        let mut lowering = Lowering {
            types: Types::default(),
            components: self
                .components
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
        };
        let root = Pointer::root();
        for (name, _) in &self.components {
            let pointer = root.child("components").child("schemas").child(name);
            let kind = Kind::Any { given_up: false };
            let shape = Shape::Alias(Type::new(kind));
            lowering.add(Place::Component(name.clone()), &pointer, shape);
        }
        for (index, (_, schema)) in self.components.iter().enumerate() {
            lowering.fill(TypeId(index), schema);
        }
        let mut keys: Vec<&String> = self.operations.iter().map(|call| &call.tag).collect();
        keys.sort();
        keys.dedup();
        let mut operations: Vec<Operation> = self
            .operations
            .iter()
            .map(|call| {
                let module = keys.iter().position(|key| **key == call.tag).unwrap_or(0);
                lowering.operation(call, ModuleId(module))
            })
            .collect();
        operations.sort_by_key(Operation::key);
        Api {
            modules: keys.into_iter().map(|key| module(key)).collect(),
            types: lowering.types,
            operations,
            ..Api::default()
        }
    }

    /// The IR after all passes.
    pub(crate) fn decided(&self) -> Api {
        let mut api = self.lower();
        super::run_all(&mut api);
        api
    }
}

pub(crate) fn module(key: &str) -> Module {
    Module {
        key: key.to_string(),
        description: None,
    }
}

/// The definition with this pointer.
pub(crate) fn at<'a>(api: &'a Api, pointer: &str) -> &'a TypeDef {
    let found = api
        .types
        .iter()
        .find(|(_, d)| d.pointer.as_str() == pointer);
    found.unwrap_or_else(|| panic!("no type at {pointer}")).1
}

/// The parameters that a struct of query parameters is made from.
fn query(types: &Types, id: TypeId) -> Vec<Parameter> {
    let Shape::Struct(object) = &types[id].shape else {
        panic!("a query is an object");
    };
    let fields = object.fields.iter().map(|field| Parameter {
        location: Location::Query,
        wire: field.wire.clone(),
        pointer: field.pointer.clone(),
        style: ParameterStyle {
            style: Style::Form,
            explode: true,
            reserved: false,
        },
        json: false,
        required: field.presence == Presence::Required,
    });
    fields.collect()
}

struct Lowering {
    types: Types,
    components: Vec<String>,
}

impl Lowering {
    fn add(&mut self, place: Place, pointer: &Pointer, shape: Shape) -> TypeId {
        self.types.add(TypeDef {
            place,
            pointer: pointer.clone(),
            docs: Docs::default(),
            shape,
            label: String::new(),
            standing: Standing::Own,
            home: Home::Nowhere,
            usage: Usage::default(),
            derives: Vec::new(),
        })
    }

    fn operation(&mut self, call: &Call, module: ModuleId) -> Operation {
        let key = format!("get {}", call.path);
        let pointer = Pointer::root()
            .child("paths")
            .child(&call.path)
            .child("get");
        let section = |section| (key.clone(), section);
        let query_type = call.query.as_ref().map(|schema| {
            let (operation, section) = section(Section::Query);
            let pointer = pointer.child("parameters");
            let any = Shape::Alias(Type::new(Kind::Null));
            let id = self.add(Place::Operation { operation, section }, &pointer, any);
            self.fill(id, schema);
            id
        });
        let body = call.body.as_ref().map(|schema| {
            let pointer = pointer.child("requestBody");
            let ty = self.section(&section(Section::RequestBody(None)), schema, &pointer);
            RequestBody {
                pointer: pointer.clone(),
                description: None,
                required: true,
                content: vec![content(&pointer, ty)],
            }
        });
        let responses = call.responses.iter().map(|(status, schema)| {
            let pointer = pointer.child("responses").child(status.to_string());
            let section = section(Section::Response(status.to_string(), None));
            let ty = self.section(&section, schema, &pointer);
            Response {
                status: Status::Code(*status),
                description: None,
                headers: Vec::new(),
                content: vec![content(&pointer, ty)],
                pointer,
                ident: String::new(),
            }
        });
        let responses = responses.collect();
        Operation {
            body_limit: None,
            guard: Vec::new(),
            security: Security::default(),
            method: "get".to_string(),
            path: call.path.clone(),
            id: call.id.clone(),
            tags: vec![call.tag.clone()],
            module,
            docs: Docs::default(),
            parameters: query_type.map_or_else(Vec::new, |id| query(&self.types, id)),
            path_type: None,
            query_type,
            header_type: None,
            cookie_type: None,
            body,
            responses,
            label: String::new(),
            pointer,
        }
    }

    fn section(&mut self, section: &(String, Section), schema: &Schema, pointer: &Pointer) -> Type {
        let place = |steps: Vec<Step>| Place::Operation {
            operation: section.0.clone(),
            section: match steps.is_empty() {
                true => section.1.clone(),
                false => Section::Inside(Box::new(section.1.clone()), steps),
            },
        };
        self.ty(schema, pointer, &place, Vec::new())
    }

    fn ty(
        &mut self,
        schema: &Schema,
        pointer: &Pointer,
        place: &dyn Fn(Vec<Step>) -> Place,
        mut steps: Vec<Step>,
    ) -> Type {
        Type::new(match schema {
            Schema::Text => Kind::String(Text::default()),
            Schema::Number => Kind::Number(Number::default()),
            Schema::Boolean => Kind::Boolean { only: None },
            Schema::Integer => Kind::Integer(Integer::default()),
            Schema::Ref(name) => {
                let index = self
                    .components
                    .iter()
                    .position(|component| component == name);
                Kind::Named(TypeId(
                    index.unwrap_or_else(|| panic!("no component {name}")),
                ))
            }
            Schema::Array(items) => {
                steps.push(Step::Item);
                Kind::Array(Array {
                    items: Box::new(self.ty(items, &pointer.child("items"), place, steps)),
                    size: Size::default(),
                    unique: false,
                })
            }
            Schema::OneOrMany(items) => {
                let inner = self.ty(items, &pointer.child("items"), place, steps);
                Kind::OneOrMany(Box::new(inner), Size::default())
            }
            Schema::Map(values) => {
                steps.push(Step::Value);
                let pointer = pointer.child("additionalProperties");
                Kind::Map(
                    Box::new(self.ty(values, &pointer, place, steps)),
                    Size::default(),
                )
            }
            Schema::Object(_) | Schema::Enum(_) | Schema::Union(_) | Schema::Titled(..) => {
                let any = Shape::Alias(Type::new(Kind::Null));
                let id = self.add(place(steps), pointer, any);
                self.fill(id, schema);
                Kind::Named(id)
            }
        })
    }

    fn fill(&mut self, id: TypeId, schema: &Schema) {
        let pointer = self.types[id].pointer.clone();
        let place = move |steps| Place::Child { parent: id, steps };
        let shape = match schema {
            Schema::Titled(title, schema) => {
                self.types[id].docs.title = Some(title.clone());
                return self.fill(id, schema);
            }
            Schema::Object(fields) => {
                let fields = fields.iter().map(|(wire, schema)| {
                    let pointer = pointer.child("properties").child(wire);
                    let steps = vec![Step::Property(wire.clone())];
                    Field {
                        wire: wire.clone(),
                        docs: Docs::default(),
                        ty: self.ty(schema, &pointer, &place, steps),
                        presence: Presence::Required,
                        only: None,
                        told: None,
                        ident: String::new(),
                        boxed: false,
                        pointer,
                    }
                });
                Shape::Struct(Struct {
                    fields: fields.collect(),
                    additional: Additional::Closed,
                    ..Struct::default()
                })
            }
            Schema::Enum(values) => Shape::Enum(Enum {
                variants: values
                    .iter()
                    .map(|value| EnumVariant {
                        value: value.clone(),
                        ident: String::new(),
                    })
                    .collect(),
            }),
            Schema::Union(members) => {
                let members = members.iter().enumerate().map(|(index, schema)| {
                    let pointer = pointer.child("oneOf").index(index);
                    Member {
                        docs: Docs::default(),
                        ty: self.ty(schema, &pointer, &place, vec![Step::Member]),
                        ident: String::new(),
                        boxed: false,
                        pointer,
                    }
                });
                Shape::Union(Union {
                    members: members.collect(),
                    discriminator: None,
                    decision: Decision::Undecided,
                    strategy: Strategy::Overlapping,
                })
            }
            other => Shape::Alias(self.ty(other, &pointer, &place, Vec::new())),
        };
        self.types[id].shape = shape;
    }
}

fn content(pointer: &Pointer, ty: Type) -> Content {
    Content {
        essence: "application/json".to_string(),
        media_type: "application/json".to_string(),
        pointer: pointer.clone(),
        format: BodyFormat::Json,
        ty: Some(ty),
        encodings: Vec::new(),
        examples: Vec::new(),
        ident: String::new(),
    }
}
