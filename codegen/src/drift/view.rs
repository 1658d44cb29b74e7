//! Types as the wire sees them: aliases followed, unions flat, objects of one kind. Knows the IR only.
//!
//! Two documents that say the same in different ways (a component or an inline schema, a union inside a union or a
//! flat one, a map or an object without properties) have the same view.

use crate::ir::{
    Additional, Api, Array, Enum, Field, Integer, Kind, Number, Shape, Size, Struct, Text, Type,
    TypeDef, TypeId,
};
use crate::pointer::Pointer;

/// What a value can be; `null` aside.
#[derive(Clone, Debug)]
pub(super) enum View<'a> {
    Any,
    Never,
    /// Only `null`.
    Null,
    Boolean(Option<bool>),
    Integer(&'a Integer),
    Number(&'a Number),
    Text(&'a Text),
    /// A string out of a list.
    Values(Vec<&'a str>),
    Base64,
    Binary(&'a Text),
    Object(Object<'a>),
    Array(&'a Type, Size, bool),
    Union(Vec<Member<'a>>),
    Replaced(&'a str),
}

/// An object, whether it has declared properties or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) fields: &'a [Field],
    pub(super) extra: Extra<'a>,
    pub(super) forbidden: &'a [String],
    pub(super) require_any: &'a [Vec<String>],
    pub(super) size: Size,
}

/// What an object may hold beyond its declared properties.
#[derive(Clone, Copy, Debug)]
pub(super) enum Extra<'a> {
    Closed,
    Open,
    Typed(&'a Type),
}

/// A member of a flat union.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    pub(super) view: View<'a>,
    /// The definition, unless the member is a plain type or was put together from several.
    pub(super) id: Option<TypeId>,
    /// How paths name it.
    pub(super) label: &'a str,
    pub(super) pointer: &'a Pointer,
}

/// A type as the wire sees it.
#[derive(Clone, Debug)]
pub(super) struct Seen<'a> {
    pub(super) view: View<'a>,
    pub(super) nullable: bool,
    /// The definition that holds it, aliases followed.
    pub(super) id: Option<TypeId>,
}

/// The view of what a type is; whether the type itself is nullable is for its use to say.
pub(super) fn see<'a>(api: &'a Api, kind: &'a Kind) -> Seen<'a> {
    let mut nullable = false;
    let mut kind = kind;
    // Bounded, since aliases may go in circles.
    for _ in api.types.ids() {
        let Kind::Named(id) = *kind else {
            break;
        };
        match &api.types[id].shape {
            Shape::Alias(target) => {
                nullable |= target.nullable;
                kind = &target.kind;
            }
            Shape::Struct(object) => {
                let view = View::Object(struct_view(api, object));
                return Seen {
                    view,
                    nullable,
                    id: Some(id),
                };
            }
            Shape::Enum(values) => {
                let view = View::Values(texts(values));
                return Seen {
                    view,
                    nullable,
                    id: Some(id),
                };
            }
            Shape::Union(_) => return union(api, kind, nullable, Some(id)),
        }
    }
    let view = match kind {
        Kind::Any { .. } => View::Any,
        Kind::Null => View::Null,
        // An alias of itself; the diagnostics say so.
        Kind::Named(_) => View::Any,
        Kind::Never => View::Never,
        Kind::Boolean { only } => View::Boolean(*only),
        Kind::Integer(rules) => View::Integer(rules),
        Kind::Number(rules) => View::Number(rules),
        Kind::String(rules) => View::Text(rules),
        Kind::Base64 => View::Base64,
        Kind::Binary(rules) => View::Binary(rules),
        Kind::Object(size) => View::Object(map_view(Extra::Open, *size)),
        Kind::Map(values, size) => View::Object(map_view(extra(api, values), *size)),
        Kind::Array(Array {
            items,
            size,
            unique,
        }) => View::Array(items, *size, *unique),
        Kind::OneOrMany(..) => return union(api, kind, nullable, None),
        Kind::Replaced(path) => View::Replaced(path),
    };
    let nullable = nullable || matches!(view, View::Any | View::Null);
    Seen {
        view,
        nullable,
        id: None,
    }
}

fn struct_view<'a>(api: &'a Api, object: &'a Struct) -> Object<'a> {
    let Struct {
        fields,
        additional,
        forbidden,
        require_any,
        size,
    } = object;
    Object {
        fields,
        extra: match additional {
            Additional::Closed => Extra::Closed,
            Additional::Any => Extra::Open,
            Additional::Typed(ty) => extra(api, ty),
        },
        forbidden,
        require_any,
        size: *size,
    }
}

fn map_view(extra: Extra<'_>, size: Size) -> Object<'_> {
    Object {
        fields: &[],
        extra,
        forbidden: &[],
        require_any: &[],
        size,
    }
}

fn extra<'a>(api: &'a Api, values: &'a Type) -> Extra<'a> {
    match is_any(api, &values.kind) {
        true => Extra::Open,
        false => Extra::Typed(values),
    }
}

/// Whether a type is any JSON, seen through aliases. Nothing else of it is looked at: the values of a map can be what
/// the map is a member of.
fn is_any(api: &Api, kind: &Kind) -> bool {
    let mut kind = kind;
    for _ in api.types.ids() {
        let Kind::Named(id) = kind else {
            break;
        };
        let Shape::Alias(target) = &api.types[*id].shape else {
            return false;
        };
        kind = &target.kind;
    }
    // What is still a name then is an alias of itself; the diagnostics say so.
    matches!(kind, Kind::Any { .. } | Kind::Named(_))
}

fn texts(values: &Enum) -> Vec<&str> {
    values
        .variants
        .iter()
        .map(|variant| variant.value.as_str())
        .collect()
}

fn union<'a>(api: &'a Api, kind: &'a Kind, nullable: bool, id: Option<TypeId>) -> Seen<'a> {
    let mut flat = Flat {
        api,
        members: Vec::new(),
        visiting: Vec::new(),
        nullable,
    };
    let root = root_pointer();
    flat.add(kind, "", root);
    let Flat {
        members, nullable, ..
    } = flat;
    let mut members = joined(members);
    let view = match members.len() {
        0 => View::Never,
        1 => {
            let only = members.remove(0);
            return Seen {
                view: only.view,
                nullable,
                id: only.id.or(id),
            };
        }
        _ => View::Union(members),
    };
    Seen { view, nullable, id }
}

fn root_pointer() -> &'static Pointer {
    static ROOT: std::sync::LazyLock<Pointer> = std::sync::LazyLock::new(Pointer::root);
    &ROOT
}

/// A union that is being flattened.
struct Flat<'a> {
    api: &'a Api,
    members: Vec<Member<'a>>,
    visiting: Vec<TypeId>,
    nullable: bool,
}

impl<'a> Flat<'a> {
    fn add(&mut self, kind: &'a Kind, label: &'a str, pointer: &'a Pointer) {
        if let Kind::OneOrMany(one, size) = kind {
            self.nullable |= one.nullable;
            self.add(&one.kind, label, pointer);
            self.members.push(Member {
                view: View::Array(one, *size, false),
                id: None,
                label: "Many",
                pointer,
            });
            return;
        }
        let Kind::Named(id) = *kind else {
            self.plain(kind, None, label, pointer);
            return;
        };
        if self.visiting.contains(&id) {
            return; // A union inside itself adds no value.
        }
        self.visiting.push(id);
        let api = self.api;
        let TypeDef {
            shape,
            pointer: own,
            ..
        } = &api.types[id];
        match shape {
            Shape::Union(union) => {
                for member in &union.members {
                    self.nullable |= member.ty.nullable;
                    self.add(&member.ty.kind, &member.ident, &member.pointer);
                }
            }
            Shape::Alias(target) => {
                self.nullable |= target.nullable;
                self.add(&target.kind, label, own);
            }
            _ => self.plain(kind, Some(id), label, own),
        }
        self.visiting.pop();
    }

    fn plain(&mut self, kind: &'a Kind, id: Option<TypeId>, label: &'a str, pointer: &'a Pointer) {
        let seen = see(self.api, kind);
        self.nullable |= seen.nullable;
        if !matches!(seen.view, View::Null | View::Never) {
            self.members.push(Member {
                view: seen.view,
                id,
                label,
                pointer,
            });
        }
    }
}

/// Lists of strings become one list, `true` and `false` become a boolean.
fn joined(members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut joined: Vec<Member<'_>> = Vec::new();
    for member in members {
        let alike = joined.iter_mut().find(|known| {
            matches!(
                (&known.view, &member.view),
                (View::Values(_), View::Values(_)) | (View::Boolean(_), View::Boolean(_))
            )
        });
        match (alike, &member.view) {
            (Some(known), View::Values(more)) => {
                if let View::Values(values) = &mut known.view {
                    values.extend(more);
                    values.sort_unstable();
                    values.dedup();
                }
                known.id = None;
            }
            (Some(known), View::Boolean(only)) => {
                if !matches!(&known.view, View::Boolean(known) if known == only) {
                    known.view = View::Boolean(None);
                }
            }
            _ => joined.push(member),
        }
    }
    joined
}

impl View<'_> {
    /// What messages call it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Any => "any value".to_string(),
            Self::Never => "no value".to_string(),
            Self::Null => "null".to_string(),
            Self::Boolean(None) => "boolean".to_string(),
            Self::Boolean(Some(only)) => only.to_string(),
            Self::Integer(_) => "integer".to_string(),
            Self::Number(_) => "number".to_string(),
            Self::Text(_) => "string".to_string(),
            Self::Values(_) => "one of listed strings".to_string(),
            Self::Base64 => "base64 text".to_string(),
            Self::Binary(_) => "bytes".to_string(),
            Self::Object(object)
                if object.fields.is_empty() && matches!(object.extra, Extra::Typed(_)) =>
            {
                "map".to_string()
            }
            Self::Object(_) => "object".to_string(),
            Self::Array(..) => "array".to_string(),
            Self::Union(members) => {
                let mut words: Vec<String> = Vec::new();
                for word in members.iter().map(|member| member.view.describe()) {
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                words.join(" or ")
            }
            Self::Replaced(path) => (*path).to_string(),
        }
    }

    /// Whether there are several members.
    pub(super) fn is_union(&self) -> bool {
        matches!(self, Self::Union(_))
    }
}
