//! What is written for a definition: its fields, variants and constructors. Knows the IR and the runtime's types.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;

use crate::ir::{self, Additional, Kind, Presence, Shape, Side, Told, TypeDef, TypeId};
use crate::passes::unions::expectation;

use super::{Access, Literal, Plan, Rules, RustType};
use super::{tags, words};

/// A definition as it is written.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub ident: String,
    /// Its docs, line by line.
    pub docs: Vec<String>,
    /// What it is.
    pub item: Item,
}

/// What a definition is in Rust.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Item {
    /// Another name of a definition with the same structure; the docs say where its schema stands.
    SameAs(TypeId),
    /// Another name of a type.
    Alias(RustType),
    /// An object with known properties.
    Struct(Struct),
    /// A string out of a list.
    Enum(Enum),
    /// One of several types.
    Union(Union),
}

/// A struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// The traits that are derived.
    pub derives: Vec<String>,
    /// The fields, in the order of the document.
    pub fields: Vec<Field>,
    /// The field that holds undeclared properties.
    pub rest: Option<Rest>,
    /// Rules on the number of properties.
    pub rules: Rules,
    /// Properties that must not be there.
    pub forbidden: Vec<String>,
    /// At least one of these sets of properties must be there whole; no rule when empty.
    pub require_any: Vec<Vec<String>>,
    /// Properties that must be there in the messages of a side.
    pub required_in: Vec<(Side, Vec<String>)>,
    /// Properties that must not be in an answer.
    pub only_in_requests: Vec<String>,
    /// A variable that no field is called like, for what reads the object.
    pub reader: String,
    /// Properties that tell what the object is: always there, with one value, so that they are no fields.
    pub tags: Vec<Tag>,
    /// The struct of what must be given, where that is more than a caller can tell apart by position.
    pub required: Option<String>,
}

/// A property that tells which member of a union an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name in JSON.
    pub wire: String,
    /// A variable for it.
    pub ident: String,
    /// Its only value.
    pub value: String,
}

/// What a caller can tell apart by position.
const POSITIONS: usize = 3;

impl Struct {
    /// Whether nothing must be given to make one that has nothing in it.
    pub fn is_optional(&self) -> bool {
        self.fields.iter().all(|field| field.access.is_optional())
    }

    /// The fields that must be given.
    pub fn required_fields(&self) -> impl Iterator<Item = &Field> {
        let required = |field: &&Field| !field.access.is_optional() && field.only.is_none();
        self.fields.iter().filter(required)
    }

    /// Whether `new` takes nothing.
    pub fn has_no_parameters(&self) -> bool {
        self.required_fields().next().is_none()
    }

    /// Whether there is something to add to what `new` makes.
    pub fn is_open(&self) -> bool {
        self.rest.is_some() || self.fields.len() > self.required_fields().count()
    }

    /// The struct of what must be given, by a name that is free in its module.
    pub(super) fn required_by_name(&self, own: &str, taken: &BTreeSet<String>) -> Option<String> {
        let many = self.required_fields().count() > POSITIONS;
        let mut name = format!("{own}Required");
        while taken.contains(&name) {
            name.push_str("Fields");
        }
        many.then_some(name)
    }
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// The Rust identifier.
    pub ident: String,
    /// The name in JSON.
    pub wire: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// The type of its values, without `Option` and `Box`.
    pub value: RustType,
    /// Its whole type.
    pub ty: RustType,
    /// How it is read and written.
    pub access: Access,
    /// Whether the value is boxed.
    pub boxed: bool,
    /// Whether the values are text, so that whatever becomes one can be given.
    pub is_text: bool,
    /// What is checked.
    pub rules: Rules,
    /// The property that tells which member of its union the value is.
    pub told: Option<Told>,
    /// The only value of a field that must be there.
    pub only: Option<Literal>,
    /// The default of the document, where it is valid and short.
    pub default: Option<FieldDefault>,
}

/// The function that gives the default of a field.
#[derive(Clone, Debug)]
pub struct FieldDefault {
    /// Its name.
    pub ident: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// What it gives.
    pub value: Literal,
}

/// The field that holds undeclared properties.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The Rust identifier.
    pub ident: String,
    /// A map.
    pub ty: RustType,
    /// What is checked of the values.
    pub rules: Rules,
}

/// A string enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The traits that are derived.
    pub derives: Vec<String>,
    /// The values.
    pub variants: Vec<EnumVariant>,
}

/// A value of a string enum.
#[derive(Clone, Debug)]
pub struct EnumVariant {
    /// The Rust variant.
    pub ident: String,
    /// The value in JSON.
    pub value: String,
    /// Its docs.
    pub docs: Vec<String>,
}

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// The traits that are derived.
    pub derives: Vec<String>,
    /// The members.
    pub members: Vec<Member>,
    /// How a value is assigned to a member (indices into `members`).
    pub decision: ir::Decision,
    /// Whether a tag that no member has is kept with its object.
    pub unknown: bool,
    /// Whether a property beside the union tells the member somewhere.
    pub is_told: bool,
}

/// A member of a union.
#[derive(Clone, Debug)]
pub struct Member {
    /// The Rust variant.
    pub ident: String,
    /// The constant that stands for it where members are tried.
    pub constant: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// The type of its values.
    pub value: RustType,
    /// Whether the value is boxed.
    pub boxed: bool,
    /// What is checked.
    pub rules: Rules,
    /// What a value must be to be it, in words.
    pub expectation: String,
    /// Whether the union can be made from a value of it: no other member can be the same Rust type.
    pub converts: bool,
}

impl Plan<'_> {
    /// What is written for a definition.
    pub fn definition(&self, id: TypeId) -> Definition {
        let definition = &self.api.types[id];
        let ident = self.name(id).to_string();
        if let Some(same) = definition.standing.target() {
            return Definition {
                ident,
                docs: vec![words::schema(&definition.pointer)],
                item: Item::SameAs(same),
            };
        }
        Definition {
            docs: words::definition(self.api, &self.names, &ident, definition),
            ident,
            item: self.item(id, definition),
        }
    }

    fn item(&self, id: TypeId, definition: &TypeDef) -> Item {
        match &definition.shape {
            Shape::Alias(ty) => Item::Alias(self.kind(&ty.kind)),
            Shape::Struct(object) => Item::Struct(self.object(id, definition, object)),
            Shape::Union(union) => Item::Union(self.union(id, definition, union)),
            Shape::Enum(values) => Item::Enum(Enum {
                derives: derives(&["Clone", "Debug", "PartialEq", "Eq", "Hash"], definition),
                variants: values.variants.iter().map(enum_variant).collect(),
            }),
        }
    }

    fn object(&self, id: TypeId, definition: &TypeDef, object: &ir::Struct) -> Struct {
        let (tags, fields): (Vec<&ir::Field>, Vec<&ir::Field>) = object
            .fields
            .iter()
            .partition(|field| self.is_tag(id, &field.wire));
        let tags = tags.into_iter().filter_map(|field| {
            Some(Tag {
                wire: field.wire.clone(),
                ident: field.ident.clone(),
                value: self.tags.get(&(id, field.wire.clone()))?.clone(),
            })
        });
        let fields = fields.into_iter();
        let mut planned = Struct {
            derives: Vec::new(),
            fields: fields.map(|field| self.field(definition, field)).collect(),
            tags: tags.collect(),
            required: None,
            rest: self.rest(object),
            rules: Rules::of_size(object.size),
            forbidden: object.forbidden.clone(),
            require_any: object.require_any.clone(),
            required_in: required_in(object),
            only_in_requests: only_in_requests(object),
            reader: free_name(object, "object"),
        };
        let usual: &[&str] = match planned.is_optional() {
            true => &["Clone", "Debug", "PartialEq", "Default"],
            false => &["Clone", "Debug", "PartialEq"],
        };
        planned.derives = derives(usual, definition);
        if let Some(file) = self.file_of(id) {
            planned.required = planned.required_by_name(self.name(id), &self.file(file).own_names);
        }
        planned
    }

    /// The field as it is written: that of the definition which holds the body of the owner.
    pub(crate) fn written_field<'f>(
        &'f self,
        owner: TypeId,
        field: &'f ir::Field,
    ) -> &'f ir::Field {
        let Shape::Struct(body) = &self.api.types.body(owner).shape else {
            return field;
        };
        let mut fields = body.fields.iter();
        fields
            .find(|other| other.wire == field.wire)
            .unwrap_or(field)
    }

    /// Whether a property of an object tells which member of a union it is, and is no field therefore.
    pub(crate) fn is_tag(&self, id: TypeId, wire: &str) -> bool {
        self.tags
            .contains_key(&(self.api.types.body_id(id), wire.to_string()))
    }

    pub(super) fn field(&self, owner: &TypeDef, field: &ir::Field) -> Field {
        let (ty, access) = self.field_type(field);
        let only = match access == Access::Required && !field.boxed {
            true => self.only_value(&field.ty),
            false => None,
        };
        let default = self.default_literal(field).map(|value| FieldDefault {
            ident: format!("default_{}", field.ident),
            docs: words::default(field),
            value,
        });
        Field {
            ident: field.ident.clone(),
            wire: field.wire.clone(),
            docs: words::field(owner, field),
            value: self.kind(&field.ty.kind),
            ty,
            access,
            boxed: field.boxed,
            is_text: matches!(self.api.types.resolve(&field.ty).0, Kind::String(_)),
            rules: self.rules(&field.ty),
            told: field.told.clone(),
            only,
            default,
        }
    }

    fn rest(&self, object: &ir::Struct) -> Option<Rest> {
        let (ty, rules) = match &object.additional {
            Additional::Closed => return None,
            Additional::Any => (RustType::Object, Rules::default()),
            Additional::Typed(ty) => (RustType::Map(Box::new(self.ty(ty))), self.rules(ty)),
        };
        Some(Rest {
            ident: free_name(object, "additional_properties"),
            ty,
            rules,
        })
    }

    fn union(&self, id: TypeId, definition: &TypeDef, union: &ir::Union) -> Union {
        let bodies: Vec<Option<TypeId>> = union
            .members
            .iter()
            .map(|member| match self.api.types.resolve(&member.ty) {
                (Kind::Named(id), false) => Some(self.api.types.body_id(*id)),
                _ => None,
            })
            .collect();
        let mut constants = BTreeSet::from(["EXPECTED".to_string()]);
        let members = union.members.iter().enumerate().map(|(index, member)| {
            let own = bodies[index];
            let alone = bodies.iter().filter(|body| **body == own).count() == 1;
            let expectation = expectation(self.api, member);
            Member {
                ident: member.ident.clone(),
                constant: constant(&member.ident, &mut constants),
                docs: words::member(member, &expectation),
                value: self.ty(&member.ty),
                boxed: member.boxed,
                rules: self.rules(&member.ty),
                expectation,
                converts: own.is_some() && alone,
            }
        });
        Union {
            members: members.collect(),
            derives: derives(&["Clone", "Debug", "PartialEq"], definition),
            decision: union.decision.clone(),
            unknown: tags::refuses_tags(&union.decision),
            is_told: self.told.contains(&id),
        }
    }
}

fn enum_variant(variant: &ir::EnumVariant) -> EnumVariant {
    EnumVariant {
        ident: variant.ident.clone(),
        value: variant.value.clone(),
        docs: words::value(&variant.value),
    }
}

/// The traits of a definition: the usual ones, and those that the settings add.
fn derives(usual: &[&str], definition: &TypeDef) -> Vec<String> {
    let added = definition.derives.iter().filter(|name| {
        // A trait of `std` may be written out.
        let plain = name.trim_start_matches("::");
        let plain = match plain.starts_with("std::") {
            true => plain.rsplit("::").next().unwrap_or(plain),
            false => plain,
        };
        !usual.contains(&plain)
    });
    let usual = usual.iter().map(ToString::to_string);
    usual.chain(added.cloned()).collect()
}

/// A name that no field has.
fn free_name(object: &ir::Struct, name: &str) -> String {
    let mut name = name.to_string();
    while object.fields.iter().any(|field| field.ident == name) {
        name.push('_');
    }
    name
}

/// The constant of a variant; all of a union differ.
fn constant(variant: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = variant.to_shouty_snake_case();
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    name
}

/// The properties that a side demands, and what is asked or answered otherwise does without.
fn required_in(object: &ir::Struct) -> Vec<(Side, Vec<String>)> {
    let of_side = |side| {
        let fields = object.fields.iter().filter(|field| {
            field.presence == Presence::OnItsSide && field.only == Some(side) && !field.ty.nullable
        });
        (side, fields.map(|field| field.wire.clone()).collect())
    };
    [Side::Request, Side::Response]
        .map(of_side)
        .into_iter()
        .filter(|(_, keys): &(Side, Vec<String>)| !keys.is_empty())
        .collect()
}

fn only_in_requests(object: &ir::Struct) -> Vec<String> {
    let fields = object.fields.iter();
    let secret = fields.filter(|field| field.only == Some(Side::Request));
    secret.map(|field| field.wire.clone()).collect()
}
