//! Whether a value fits a type: for the examples and defaults of a document, which are often wrong.
//! Knows the IR only. Patterns are not looked at: what reads values checks them.

use serde_json::{Map, Value};

use crate::exact::Exact;
use crate::ir::{
    Additional, Api, Array, Field, Integer, Kind, Presence, Range, Shape, Size, Struct, Type,
    TypeId,
};

/// Values inside each other, and names of them, beyond which nothing is looked at: values of documents nest 120 levels at
/// most, but a type can be called by another name without end.
const MOST_NESTED: u32 = 400;

/// Whether a value fits a type.
pub fn fits(api: &Api, ty: &Type, value: &Value) -> bool {
    let check = Check { api, nested: 0 };
    check.fits(ty, value)
}

/// What is looked at, and how deep inside.
#[derive(Clone, Copy)]
struct Check<'a> {
    api: &'a Api,
    nested: u32,
}

impl Check<'_> {
    fn fits(self, ty: &Type, value: &Value) -> bool {
        let inside = Self {
            nested: self.nested + 1,
            ..self
        };
        (ty.nullable && value.is_null())
            || inside.nested > MOST_NESTED
            || inside.kind_fits(&ty.kind, value)
    }

    fn kind_fits(self, kind: &Kind, value: &Value) -> bool {
        match kind {
            // What a type of the user's own takes, only its author knows.
            Kind::Any { .. } | Kind::Replaced(_) => true,
            Kind::Null => value.is_null(),
            Kind::Never => false,
            Kind::Boolean { only } => value
                .as_bool()
                .is_some_and(|value| only.is_none_or(|only| only == value)),
            Kind::Integer(rules) => {
                let whole = Exact::of_value(value).and_then(Exact::whole);
                whole.is_some_and(|number| integer_fits(rules, number))
            }
            Kind::Number(rules) => Exact::of_value(value).is_some_and(|number| {
                (rules.allowed.is_empty() || rules.allowed.contains(&number))
                    && in_range(&rules.range, number)
            }),
            Kind::String(rules) | Kind::Binary(rules) => value
                .as_str()
                .is_some_and(|text| sized(rules.length, text.chars().count())),
            Kind::Base64 => value.is_string(),
            Kind::Object(size) => value
                .as_object()
                .is_some_and(|object| sized(*size, object.len())),
            Kind::Map(inner, size) => value.as_object().is_some_and(|object| {
                sized(*size, object.len()) && object.values().all(|value| self.fits(inner, value))
            }),
            Kind::Array(rules) => value
                .as_array()
                .is_some_and(|items| self.array_fits(rules, items)),
            Kind::OneOrMany(inner, size) => {
                let many = |items: &Vec<Value>| {
                    sized(*size, items.len()) && items.iter().all(|item| self.fits(inner, item))
                };
                self.fits(inner, value) || value.as_array().is_some_and(many)
            }
            Kind::Named(id) => self.definition_fits(*id, value),
        }
    }

    fn definition_fits(self, id: TypeId, value: &Value) -> bool {
        match &self.api.types.body(id).shape {
            Shape::Alias(ty) => self.fits(ty, value),
            Shape::Enum(values) => value
                .as_str()
                .is_some_and(|text| values.variants.iter().any(|v| v.value == text)),
            Shape::Union(union) => union
                .members
                .iter()
                .any(|member| self.fits(&member.ty, value)),
            Shape::Struct(object) => value
                .as_object()
                .is_some_and(|entries| self.object_fits(object, entries)),
        }
    }

    fn object_fits(self, object: &Struct, entries: &Map<String, Value>) -> bool {
        let Struct {
            fields,
            additional,
            forbidden,
            require_any,
            size,
        } = object;
        let declared = fields.iter().all(|field| match entries.get(&field.wire) {
            Some(value) => {
                let told = told_member(self.api, field, entries);
                self.fits(&field.ty, value) && told.is_none_or(|ty| self.fits(ty, value))
            }
            None => field.presence != Presence::Required || field.ty.nullable,
        });
        let others = entries
            .iter()
            .filter(|(key, _)| fields.iter().all(|field| field.wire != **key));
        let others = others.into_iter().all(|(key, value)| match additional {
            _ if forbidden.contains(key) => false,
            Additional::Closed => false,
            Additional::Any => true,
            Additional::Typed(ty) => self.fits(ty, value),
        });
        let whole = |set: &Vec<String>| set.iter().all(|key| entries.contains_key(key));
        let sets = require_any.is_empty() || require_any.iter().any(whole);
        declared && others && sets && sized(*size, entries.len())
    }

    fn array_fits(self, rules: &Array, items: &[Value]) -> bool {
        let Array {
            items: of,
            size,
            unique,
        } = rules;
        let differ = || {
            items
                .iter()
                .enumerate()
                .all(|(at, item)| !items[..at].contains(item))
        };
        sized(*size, items.len())
            && items.iter().all(|item| self.fits(of, item))
            && (!unique || differ())
    }
}

/// The type of the member that another property tells; none where none does, or where the value is `null`.
pub(super) fn told_member<'a>(
    api: &'a Api,
    field: &'a Field,
    entries: &Map<String, Value>,
) -> Option<&'a Type> {
    let told = field.told.as_ref()?;
    let member = told.member(entries.get(&told.property)?.as_str()?)?;
    if entries.get(&field.wire)?.is_null() {
        return None;
    }
    Some(&api.types.union_of(&field.ty)?.members.get(member)?.ty)
}

fn sized(size: Size, count: usize) -> bool {
    let count = count as u64;
    size.min.is_none_or(|min| count >= min) && size.max.is_none_or(|max| count <= max)
}

/// Whether a whole number keeps the rules of an integer.
pub(super) fn integer_fits(rules: &Integer, number: i128) -> bool {
    let Integer {
        width,
        range,
        allowed,
    } = rules;
    let (least, most) = width.bounds();
    (allowed.is_empty() || allowed.contains(&number))
        && (least..=most).contains(&number)
        && in_range(range, Exact::Whole(number))
}

/// Whether a number keeps the bounds.
pub(super) fn in_range(range: &Range, number: Exact) -> bool {
    let Range {
        min,
        max,
        exclusive_min,
        exclusive_max,
        multiple_of,
    } = *range;
    let above = |min: Exact| number > min || (number == min && !exclusive_min);
    let below = |max: Exact| number < max || (number == max && !exclusive_max);
    let step = |step: Exact| number.is_multiple_of(step);
    min.is_none_or(above) && max.is_none_or(below) && multiple_of.is_none_or(step)
}
