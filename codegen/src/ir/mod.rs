//! The intermediate representation: an API as plain data. Knows nothing of `openapiv3` and nothing of tokens.
//!
//! `lower` fills it from a document; the passes decide what is left open (fields marked *pass*);
//! `plan`, `report` and `drift` read it.

pub mod check;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::exact::Exact;
use crate::pointer::Pointer;

/// A whole API.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// Title of the document.
    pub title: String,
    /// Version of the document (not of Kibana).
    pub version: String,
    /// Description of the document, in Markdown.
    pub description: Option<String>,
    /// One per tag, plus one per path group of untagged operations; in the order of [`Module::key`].
    pub modules: Vec<Module>,
    /// Every named type.
    pub types: Types,
    /// Every operation that can be generated, ordered by path and method.
    pub operations: Vec<Operation>,
    /// Every operation that cannot, with the reason.
    pub skipped: Vec<Skipped>,
    /// Every operation (`method path`) of a group that the settings do not choose, in the order of the document.
    pub not_chosen: Vec<String>,
    /// Properties whose union another property tells, by the JSON pointers of their schemas, as the settings say.
    pub siblings: BTreeMap<String, ToldBy>,
    /// Names that the settings give, by operation (`method path`) or by the JSON pointer of a schema.
    pub renames: BTreeMap<String, String>,
}

/// A group of operations that share a Rust module, a Cargo feature and a server trait.
#[derive(Clone, Debug)]
pub struct Module {
    /// The tag, or the path segment that stands for it when the operations have no tag.
    pub key: String,
    /// What the document says about the tag.
    pub description: Option<String>,
}

/// Index of a module in [`Api::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub usize);

/// Index of a type definition in [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// All type definitions. Ids stay valid: definitions are never removed, only left unused.
#[derive(Clone, Debug, Default)]
pub struct Types {
    definitions: Vec<TypeDef>,
}

impl Types {
    /// Adds a definition.
    pub fn add(&mut self, definition: TypeDef) -> TypeId {
        self.definitions.push(definition);
        TypeId(self.definitions.len() - 1)
    }

    /// All ids, in the order of their creation (which depends on the file: sort before printing).
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<> {
        (0..self.definitions.len()).map(TypeId)
    }

    /// All definitions with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &TypeDef)> {
        self.definitions
            .iter()
            .enumerate()
            .map(|(i, d)| (TypeId(i), d))
    }
}

impl Types {
    /// The definition that holds the shape of a definition: itself, unless it stands for another.
    pub fn body_id(&self, id: TypeId) -> TypeId {
        let mut at = id;
        // It ends: a definition that stands for another is never the target of one that the other stands for (`check`).
        while let Some(target) = self[at].standing.target() {
            at = target;
        }
        at
    }

    /// See [`Types::body_id`].
    pub fn body(&self, id: TypeId) -> &TypeDef {
        &self[self.body_id(id)]
    }

    /// What the values of a type are once aliases are followed, and whether `null` is one of them.
    pub fn resolve<'t>(&'t self, ty: &'t Type) -> (&'t Kind, bool) {
        let mut ty = ty;
        let mut nullable = ty.nullable;
        // Bounded by the number of definitions: before the pass `recursion` aliases may go in a circle.
        for _ in 0..=self.definitions.len() {
            let Kind::Named(id) = &ty.kind else {
                break;
            };
            let Shape::Alias(inner) = &self.body(*id).shape else {
                break;
            };
            ty = inner;
            nullable |= ty.nullable;
        }
        (&ty.kind, nullable)
    }

    /// Whether a type has `null` beside its other values: any JSON value, and `null` alone, hold it themselves.
    pub fn may_be_null(&self, ty: &Type) -> bool {
        let (kind, nullable) = self.resolve(ty);
        nullable && !matches!(kind, Kind::Any { .. } | Kind::Null)
    }
}

impl Types {
    /// The union that a type is once aliases are followed.
    pub fn union_of<'t>(&'t self, ty: &'t Type) -> Option<&'t Union> {
        let Kind::Named(id) = self.resolve(ty).0 else {
            return None;
        };
        match &self.body(*id).shape {
            Shape::Union(union) => Some(union),
            Shape::Alias(_) | Shape::Struct(_) | Shape::Enum(_) => None,
        }
    }
}

impl std::ops::Index<TypeId> for Types {
    type Output = TypeDef;
    fn index(&self, id: TypeId) -> &TypeDef {
        &self.definitions[id.0]
    }
}

impl std::ops::IndexMut<TypeId> for Types {
    fn index_mut(&mut self, id: TypeId) -> &mut TypeDef {
        &mut self.definitions[id.0]
    }
}

/// Every definition that these types lead to, directly or through other definitions.
pub fn reachable(types: &Types, roots: impl IntoIterator<Item = Type>) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    for root in roots {
        root.each_named(&mut |id| open.push(id));
    }
    while let Some(id) = open.pop() {
        if found.insert(id) {
            types[id]
                .shape
                .each_type(&mut |ty| ty.each_named(&mut |id| open.push(id)));
        }
    }
    found
}

/// A named type. Nullability is never part of a definition: it belongs to each use.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Where the type stands in the document, in terms that names are made from.
    pub place: Place,
    /// The schema that defines it.
    pub pointer: Pointer,
    /// What the document says about it.
    pub docs: Docs,
    /// What it is.
    pub shape: Shape,
    /// *pass: labels.* What it is called in terms of the document, different from every other.
    pub label: String,
    /// *passes: aliases, merge.* Whether another definition holds what this one is.
    pub standing: Standing,
    /// *pass: features.* Where the definition is written.
    pub home: Home,
    /// *pass: usage.* Which messages it occurs in.
    pub usage: Usage,
    /// *pass: derives.* Traits that the settings derive besides the usual ones.
    pub derives: Vec<String>,
}

/// What a definition is to those of the same structure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It holds its own shape.
    #[default]
    Own,
    /// It stays, as another name of that definition; whoever refers to it still does.
    NameOf(TypeId),
    /// That definition took its place: nothing refers to it any more.
    ReplacedBy(TypeId),
}

impl Standing {
    /// The definition that holds the shape, or stands for the one that does; none when it is this one.
    pub fn target(self) -> Option<TypeId> {
        match self {
            Self::Own => None,
            Self::NameOf(target) | Self::ReplacedBy(target) => Some(target),
        }
    }
}

/// Where a type stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A member of `components/schemas`.
    Component(String),
    /// Directly in an operation.
    Operation {
        /// The operation: `method path`, such as `get /api/cases/{caseId}`; see [`Operation::key`].
        operation: String,
        /// Its section.
        section: Section,
    },
    /// Inside another definition.
    Child {
        /// That definition.
        parent: TypeId,
        /// The way from it to here; never empty.
        steps: Vec<Step>,
    },
}

/// The section of an operation that types stand in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// The struct of all path parameters.
    Path,
    /// The struct of all query parameters.
    Query,
    /// The struct of all header parameters.
    Header,
    /// The struct of all cookie parameters.
    Cookie,
    /// The body of the request, with its media type when there are several.
    RequestBody(Option<String>),
    /// The body of a response: its status (`200`, `4XX`, `default`), with its media type when there are several.
    Response(String, Option<String>),
    /// A header of a response: its status and the name of the header.
    ResponseHeader(String, String),
    /// Below one of the others: arrays and maps of inline types.
    Inside(Box<Section>, Vec<Step>),
}

/// One step from a definition to a type inside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A property, by its name in JSON.
    Property(String),
    /// The items of an array.
    Item,
    /// The values of a map, or the additional properties of an object.
    Value,
    /// A member of a union; which one is told by the union's members.
    Member,
}

/// Where a definition is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// No operation reaches it: not written.
    #[default]
    Nowhere,
    /// Used by one module only.
    Module(ModuleId),
    /// Used by several.
    Shared,
}

/// Which messages a type occurs in, directly or inside another type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// In a parameter or a request body.
    pub request: bool,
    /// In a response.
    pub response: bool,
}

/// What the document says about an item, as it stands there (not yet escaped for Rust).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Docs {
    /// `title`.
    pub title: Option<String>,
    /// `summary` of an operation.
    pub summary: Option<String>,
    /// `description`, in Markdown.
    pub description: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// `default`.
    pub default: Option<Value>,
}

/// What a definition is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Another name of a type.
    Alias(Type),
    /// An object with known properties.
    Struct(Struct),
    /// A string out of a list.
    Enum(Enum),
    /// One of several types.
    Union(Union),
}

/// An object with known properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    /// The properties, in the order of the document.
    pub fields: Vec<Field>,
    /// What else may be there.
    pub additional: Additional,
    /// Properties that must not be there (`not: {}`).
    pub forbidden: Vec<String>,
    /// At least one of these sets of properties must be there whole; no rule when empty.
    pub require_any: Vec<Vec<String>>,
    /// Bounds on the number of properties.
    pub size: Size,
}

/// What an object may hold beyond its declared properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Additional {
    /// Nothing.
    Closed,
    /// Anything; the document does not say (or says `true`).
    #[default]
    Any,
    /// Values of this type.
    Typed(Type),
}

/// A property of an object, or a parameter of a group of parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name in JSON.
    pub wire: String,
    /// The schema of the property.
    pub pointer: Pointer,
    /// What the document says about it.
    pub docs: Docs,
    /// The type of its values; `ty.nullable` tells whether `null` is one of them.
    pub ty: Type,
    /// Whether it must be there.
    pub presence: Presence,
    /// The only messages that it is meant for: `readOnly` (responses) or `writeOnly` (requests).
    pub only: Option<Side>,
    /// *pass: siblings.* What another property of the object says of the union that this one is.
    pub told: Option<Told>,
    /// *pass: locals.* The Rust identifier, without `r#`.
    pub ident: String,
    /// *pass: recursion.* Whether the value must be boxed to give the type a size.
    pub boxed: bool,
}

impl Field {
    /// Whether it must be there when it is read: what may be `null` need not.
    pub fn is_required(&self) -> bool {
        matches!(self.presence, Presence::Required | Presence::OnItsSide) && !self.ty.nullable
    }
}

/// How a property beside a union tells its member, in terms of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldBy {
    /// The property of the same object.
    pub property: String,
    /// Its values, with the JSON pointer of the member that each stands for.
    pub mapping: BTreeMap<String, String>,
}

/// How a property beside a union tells its member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The property of the same object.
    pub property: String,
    /// Its values, with the member (index in [`Union::members`]) that each stands for; never empty.
    pub members: Vec<(String, usize)>,
}

impl Told {
    /// The member that a value of the property stands for.
    pub fn member(&self, value: &str) -> Option<usize> {
        let mut members = self.members.iter();
        members.find(|(known, _)| known == value).map(|(_, at)| *at)
    }
}

/// Whether a property must be there. Separate from nullability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It need not.
    Optional,
    /// *pass: sides.* It must in the messages that it is meant for (see [`Field::only`]), and its type occurs in others too.
    OnItsSide,
    /// The document lists it as required, but servers leave it out (`x-oas-optional`, a `default`,
    /// or a schema without any rule): treated as optional.
    Lenient,
}

/// A direction of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// What is asked.
    Request,
    /// What is answered.
    Response,
}

impl Usage {
    /// Whether a type occurs on a side.
    pub fn has(self, side: Side) -> bool {
        match side {
            Side::Request => self.request,
            Side::Response => self.response,
        }
    }
}

/// A string out of a list. Reading accepts any other string and keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enum {
    /// The values, in the order of the document, without duplicates; never empty.
    pub variants: Vec<EnumVariant>,
}

/// One value of an [`Enum`].
#[derive(Clone, Debug, PartialEq)]
pub struct EnumVariant {
    /// The value in JSON.
    pub value: String,
    /// *pass: locals.* The Rust variant.
    pub ident: String,
}

/// One of several types.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// The members, in the order of the document, after flattening and deduplication; at least two, or the list or map
    /// that holds itself.
    pub members: Vec<Member>,
    /// The discriminator that the document states, or `kibana.toml` adds.
    pub discriminator: Option<Discriminator>,
    /// *pass: unions.* How a value is assigned to a member.
    pub decision: Decision,
    /// *pass: unions.* The name of the hardest test in `decision`, for docs and reports.
    pub strategy: Strategy,
}

/// A member of a [`Union`].
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The schema of the member.
    pub pointer: Pointer,
    /// What the document says about it.
    pub docs: Docs,
    /// Its type; never nullable (a nullable member makes the union's uses nullable).
    pub ty: Type,
    /// *pass: locals.* The Rust variant.
    pub ident: String,
    /// *pass: recursion.* Whether the value must be boxed to give the type a size.
    pub boxed: bool,
}

/// A property whose value tells the member.
#[derive(Clone, Debug, PartialEq)]
pub struct Discriminator {
    /// The property.
    pub property: String,
    /// Value to member (index in [`Union::members`]). May be partial or empty: the rest is read from the
    /// constants of the members.
    pub mapping: Vec<(String, usize)>,
}

/// How a value is assigned to a member of a union: a tree of tests on the value.
///
/// A leaf is a candidate list. One candidate: the value is read as that member, and what does not fit is
/// reported as that member's problem. Several: they are read in this order and the first that the value
/// satisfies in full is taken; when none does, the one with the fewest problems.
/// No candidate: no member can hold the value.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Not yet decided (before the pass).
    Undecided,
    /// Members to read, in order (indices into [`Union::members`]).
    Leaf(Vec<usize>),
    /// By the JSON type of the value.
    Kind(Vec<(JsonKind, Decision)>),
    /// By the value of a property, possibly of an object inside (a path of keys).
    Tag {
        /// The way from the object to the deciding property; never empty.
        path: Vec<String>,
        /// Branches by value.
        arms: Vec<(TagValue, Decision)>,
        /// The property is not there.
        absent: Box<Decision>,
        /// Any other value.
        other: Box<Decision>,
    },
    /// By whether a property is there.
    Key {
        /// The property.
        key: String,
        /// It is there.
        present: Box<Decision>,
        /// It is not.
        absent: Box<Decision>,
    },
    /// By the JSON type of a property, possibly of an object inside.
    PropertyKind {
        /// The way from the object to the deciding property; never empty.
        path: Vec<String>,
        /// Branches by type.
        arms: Vec<(JsonKind, Decision)>,
        /// The property is not there.
        absent: Box<Decision>,
    },
    /// By the first item of an array.
    FirstItem {
        /// How the first item decides.
        item: Box<Decision>,
        /// The array is empty.
        empty: Box<Decision>,
    },
}

/// A constant that tells members apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagValue {
    /// A string.
    String(String),
    /// A boolean.
    Boolean(bool),
    /// An integer.
    Integer(i128),
}

/// A type of JSON values. Numbers are split: a number without fraction is an [`JsonKind::Integer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without fraction.
    Integer,
    /// A number with a fraction.
    Fraction,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// The hardest test that a union needs, in the order of the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strategy {
    /// The document's discriminator decides.
    Discriminator,
    /// The JSON type decides.
    JsonType,
    /// Constants or enum values of a property decide.
    Tag,
    /// The type of a property, a property inside a property, or the items of an array decide.
    Nested,
    /// A property that only one member can have decides.
    ClosedKey,
    /// A property that only one member requires or declares decides, though others could hold it.
    RequiredKey,
    /// One member is contained in another: the narrower one is read first.
    Contained,
    /// Members overlap: read in order, and the first that fits in full is taken.
    Overlapping,
}

/// A type in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// What the values are.
    pub kind: Kind,
    /// Whether `null` is a value too.
    pub nullable: bool,
}

impl Type {
    /// A type without `null`.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            nullable: false,
        }
    }
}

impl Type {
    /// Visits the definitions that this type names directly.
    pub fn each_named(&self, visit: &mut impl FnMut(TypeId)) {
        match &self.kind {
            Kind::Named(id) => visit(*id),
            _ => self
                .inner()
                .into_iter()
                .for_each(|inner| inner.each_named(visit)),
        }
    }

    /// The type of what a list or a map holds.
    pub fn inner(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Map(inner, _) | Kind::OneOrMany(inner, _) => Some(inner),
            Kind::Array(array) => Some(&array.items),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn inner_mut(&mut self) -> Option<&mut Type> {
        match &mut self.kind {
            Kind::Map(inner, _) | Kind::OneOrMany(inner, _) => Some(inner),
            Kind::Array(array) => Some(&mut array.items),
            _ => None,
        }
    }
}

impl Shape {
    /// Visits the types that this shape is made of.
    pub fn each_type(&self, visit: &mut impl FnMut(&Type)) {
        match self {
            Self::Alias(ty) => visit(ty),
            Self::Struct(object) => {
                object.fields.iter().for_each(|field| visit(&field.ty));
                if let Additional::Typed(ty) = &object.additional {
                    visit(ty);
                }
            }
            Self::Enum(_) => {}
            Self::Union(union) => union.members.iter().for_each(|member| visit(&member.ty)),
        }
    }
}

/// What the values of a type are.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Any JSON value (`null` included).
    Any {
        /// Whether the generator could not do better than the document asks for.
        given_up: bool,
    },
    /// Only `null`.
    Null,
    /// No value at all (`not: {}`).
    Never,
    /// A boolean, possibly only one of the two.
    Boolean {
        /// The only value that is valid.
        only: Option<bool>,
    },
    /// A number without fraction.
    Integer(Integer),
    /// A number.
    Number(Number),
    /// Text.
    String(Text),
    /// Bytes as base64 text (`format: byte`).
    Base64,
    /// Raw bytes: a whole body or a part of a multipart body (`format: binary`), whose length is that in bytes. Inside
    /// JSON it is text.
    Binary(Text),
    /// An object without known properties, values unspecified.
    Object(Size),
    /// An object whose values share a type.
    Map(Box<Type>, Size),
    /// An array.
    Array(Array),
    /// A value, or an array of such values.
    OneOrMany(Box<Type>, Size),
    /// A definition.
    Named(TypeId),
    /// A Rust type that `kibana.toml` puts here, such as `uuid::Uuid`; it must implement serde's traits.
    Replaced(String),
}

/// Bounds on a count (characters, items, properties), both inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
}

/// Rules of an integer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Integer {
    /// How large it may be.
    pub width: Width,
    /// Bounds.
    pub range: Range,
    /// The only valid values, unless empty.
    pub allowed: Vec<i128>,
}

/// Which whole numbers an integer can be, by the Rust type that holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// `i32`: `format: int32`.
    Narrow,
    /// `i64`.
    #[default]
    Signed,
    /// `u64`: `format: uint64`, or bounds that ask for it.
    Unsigned,
    /// `i128`, of which what `i64` or `u64` holds: bounds that ask for both.
    Wide,
}

impl Width {
    /// The least and the greatest number.
    pub fn bounds(self) -> (i128, i128) {
        match self {
            Self::Narrow => (i32::MIN.into(), i32::MAX.into()),
            Self::Signed => (i64::MIN.into(), i64::MAX.into()),
            Self::Unsigned => (0, u64::MAX.into()),
            Self::Wide => (i64::MIN.into(), u64::MAX.into()),
        }
    }
}

/// Rules of a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Number {
    /// Bounds.
    pub range: Range,
    /// The only valid values, unless empty.
    pub allowed: Vec<Exact>,
}

/// Bounds of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// At least (more than, when `exclusive_min`).
    pub min: Option<Exact>,
    /// At most (less than, when `exclusive_max`).
    pub max: Option<Exact>,
    /// Whether `min` itself is out.
    pub exclusive_min: bool,
    /// Whether `max` itself is out.
    pub exclusive_max: bool,
    /// The value is a multiple of this.
    pub multiple_of: Option<Exact>,
}

/// Rules of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// `format`, as the document writes it; documentation only unless the runtime knows it.
    pub format: Option<String>,
    /// Length in code points.
    pub length: Size,
    /// `pattern`, an ECMA-262 regular expression, unanchored.
    pub pattern: Option<String>,
}

/// Rules of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The items.
    pub items: Box<Type>,
    /// How many.
    pub size: Size,
    /// Whether all must differ.
    pub unique: bool,
}

/// An HTTP operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Lower-case method, such as `get`.
    pub method: String,
    /// Path template as the document writes it, such as `/api/cases/{caseId}`.
    pub path: String,
    /// `operationId`.
    pub id: Option<String>,
    /// All tags, in the order of the document.
    pub tags: Vec<String>,
    /// The module that it belongs to: its first tag, or its path group.
    pub module: ModuleId,
    /// The operation object.
    pub pointer: Pointer,
    /// What the document says about it.
    pub docs: Docs,
    /// Path, query, header and cookie parameters, in the order of the document.
    pub parameters: Vec<Parameter>,
    /// Headers that the document declares here and that are no parameters, because the guard before all operations reads
    /// them; there for comparisons.
    pub guard: Vec<GuardHeader>,
    /// The struct of the path parameters; none when there are no such parameters.
    pub path_type: Option<TypeId>,
    /// The struct of the query parameters.
    pub query_type: Option<TypeId>,
    /// The struct of the header parameters.
    pub header_type: Option<TypeId>,
    /// The struct of the cookie parameters.
    pub cookie_type: Option<TypeId>,
    /// The body of the request.
    pub body: Option<RequestBody>,
    /// The most bytes that the body of a request may have, when the settings say so.
    pub body_limit: Option<u64>,
    /// How callers show who they are.
    pub security: Security,
    /// The documented responses, in the order of the document.
    pub responses: Vec<Response>,
    /// *pass: labels.* `operationId`, or what stands in its place.
    pub label: String,
}

impl Operation {
    /// The struct of the parameters that travel in one place.
    pub fn group(&self, location: Location) -> Option<TypeId> {
        match location {
            Location::Path => self.path_type,
            Location::Query => self.query_type,
            Location::Header => self.header_type,
            Location::Cookie => self.cookie_type,
        }
    }

    /// The key that is stable between documents: method and path.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// The headers that show that a write does not come from a form of a foreign page, the usual one first.
pub const GUARD_HEADERS: [&str; 2] = ["kbn-xsrf", "kbn-version"];

/// A header that the guard before all operations reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardHeader {
    /// The name, in lower case.
    pub wire: String,
    /// The parameter object.
    pub pointer: Pointer,
}

/// How callers show who they are. It changes no type; it is there for comparisons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// The list that says it, of the operation or of the document; `None` when neither has one.
    pub pointer: Option<Pointer>,
    /// Sets of credentials, in words that do not depend on the names of schemes. Any set is enough; the empty set stands
    /// for none at all.
    pub alternatives: BTreeSet<BTreeSet<String>>,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// A parameter: how its value travels. Its type and docs stand in the field of the same wire name of the
/// group's struct ([`Operation::query_type`] and so on).
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Where.
    pub location: Location,
    /// The name on the wire.
    pub wire: String,
    /// The parameter object.
    pub pointer: Pointer,
    /// How the text is built.
    pub style: ParameterStyle,
    /// Whether the value has a media type of its own (`content`), so that it travels as JSON text.
    pub json: bool,
    /// Whether it must be there. A path parameter that need not is an optional last segment.
    pub required: bool,
}

/// `style` and `explode` of a parameter, after defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterStyle {
    /// `style`.
    pub style: Style,
    /// `explode`.
    pub explode: bool,
    /// `allowReserved`: whether reserved characters may stand as they are. Servers read them either way, and encoded ones
    /// always.
    pub reserved: bool,
}

/// `style` of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Path and header: comma-separated.
    Simple,
    /// Query and cookie: `name=value`.
    Form,
    /// Query: separated by spaces.
    SpaceDelimited,
    /// Query: separated by `|`.
    PipeDelimited,
    /// Query: `name[key]=value`.
    DeepObject,
    /// Path: `;name=value`.
    Matrix,
    /// Path: `.value`.
    Label,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestBody {
    /// The request body object.
    pub pointer: Pointer,
    /// `description`.
    pub description: Option<String>,
    /// Whether it must be there.
    pub required: bool,
    /// The media types that the operation takes; never empty.
    pub content: Vec<Content>,
}

/// A documented response.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The response object.
    pub pointer: Pointer,
    /// Which statuses it covers.
    pub status: Status,
    /// `description`.
    pub description: Option<String>,
    /// Headers with their types.
    pub headers: Vec<Header>,
    /// The media types; empty when the response has no body.
    pub content: Vec<Content>,
    /// *pass: locals.* The variant of the response type, such as `NotFound`; several media types have a variant each,
    /// and are listed as in `use`: `{OkJson, OkNdjson}`.
    pub ident: String,
}

/// A header of a response.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The name on the wire.
    pub wire: String,
    /// The header object.
    pub pointer: Pointer,
    /// `description`.
    pub description: Option<String>,
    /// Its type.
    pub ty: Type,
    /// Whether it must be there.
    pub required: bool,
    /// *pass: locals.* The Rust identifier.
    pub ident: String,
}

/// The statuses that a response covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// One status, such as 200.
    Code(u16),
    /// All of a class: `4` for `4XX`.
    Class(u8),
    /// Every status that the document does not list.
    Default,
}

/// A body in one media type.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Type and subtype in lower case, without parameters, such as `application/json`.
    pub essence: String,
    /// The key as the document writes it.
    pub media_type: String,
    /// The media type object.
    pub pointer: Pointer,
    /// How the bytes are read and written.
    pub format: BodyFormat,
    /// The type of the value: of the whole body, or of one item when `format` is a stream of items.
    /// `None` when the document has no schema (or the body is bytes or text without rules).
    pub ty: Option<Type>,
    /// How the properties of a form are written, where the document says it; empty for other formats.
    pub encodings: Vec<Encoding>,
    /// The documented examples: name and value, as the document has them.
    pub examples: Vec<(String, Value)>,
    /// *pass: locals.* The variant: of the response type, or of a body that comes in several media types.
    pub ident: String,
}

/// How a property of a form is written (`encoding`).
#[derive(Clone, Debug, PartialEq)]
pub struct Encoding {
    /// The property.
    pub wire: String,
    /// The encoding object.
    pub pointer: Pointer,
    /// How the text is built; only of URL-encoded forms, and only where the document says it.
    pub style: Option<ParameterStyle>,
    /// The media types that the value may have, in lower case and without parameters; any when empty.
    pub media_types: Vec<String>,
    /// Headers of the part; only of multipart bodies.
    pub headers: Vec<Header>,
}

impl Encoding {
    /// Whether the value travels as JSON text.
    pub fn is_json(&self) -> bool {
        let json = |media_type: &String| {
            let subtype = media_type.split('/').next_back().unwrap_or_default();
            subtype == "json" || subtype.ends_with("+json")
        };
        self.style.is_none() && !self.media_types.is_empty() && self.media_types.iter().all(json)
    }
}

/// Whether a media type is that of files with a JSON value on each line.
pub(crate) fn has_lines(essence: &str) -> bool {
    let subtype = essence.split('/').next_back().unwrap_or_default();
    matches!(subtype, "ndjson" | "x-ndjson" | "jsonl")
}

impl Content {
    /// Whether it is a file with a JSON value on each line, whatever the document says of its bytes.
    pub fn is_lines(&self) -> bool {
        has_lines(&self.essence)
    }

    /// The types of the headers of parts.
    pub fn part_headers(&self) -> impl Iterator<Item = &Header> {
        self.encodings.iter().flat_map(|encoding| &encoding.headers)
    }

    /// How a property is written, where the document says it.
    pub fn encoding(&self, wire: &str) -> Option<&Encoding> {
        self.encodings.iter().find(|encoding| encoding.wire == wire)
    }

    /// The media type that a body is sent with. JSON that the document calls an archive is JSON, and a range is no type.
    pub fn sent_as(&self) -> &str {
        let essence = self.essence.as_str();
        let json = essence.contains("json");
        match self.format {
            BodyFormat::Json if !json => "application/json",
            BodyFormat::Text if essence.contains('*') => "text/plain",
            _ if essence.contains('*') => "application/octet-stream",
            _ => essence,
        }
    }
}

/// How the bytes of a body are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BodyFormat {
    /// One JSON value.
    Json,
    /// One JSON value per line.
    JsonLines,
    /// `multipart/form-data`; the type is a struct of its parts.
    Multipart,
    /// `application/x-www-form-urlencoded`; the type is a struct of its fields.
    Form,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Server-sent events.
    EventStream,
}

/// An operation that is not generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// `method path`.
    pub key: String,
    /// The operation object.
    pub pointer: Pointer,
    /// Why.
    pub reason: String,
}
