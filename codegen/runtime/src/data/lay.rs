//! Values laid over each other so that the result keeps every rule of a type: what was sent over what an answer needs.

use serde_json::{Map, Value};

use super::check::{Chosen, chosen};
use super::{Access, Definition, Field, Place, Struct, Type, Union};
use crate::json::{Arena, Node};
use crate::read::Side;
use crate::rules::{Constant, Limit, Rules};

/// Deeper than any value that is made up.
const DEPTH: u32 = 24;

/// What stands where nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// As little as there can be: empty lists, zero, `null`; text from below.
    Least,
    /// Whatever lies below.
    Below,
}

impl Place {
    /// A value that keeps every rule, with as much of `sent` as does, and otherwise of what lies below. `None` when the
    /// rules leave no such value, or none is found.
    pub(crate) fn lay(&self, sent: &Value, below: Option<&Value>, layer: Layer) -> Option<Value> {
        self.at(Some(sent), below, layer, 0)
    }

    /// The place of a property: that of the member which another property tells, where one does.
    fn told(&self, field: &Field, object: Option<&Map<String, Value>>) -> Self {
        let usual = self.with(field.ty, field.rules);
        let Some((by, members)) = &field.told else {
            return usual;
        };
        let tag = object.and_then(|object| object.get(*by)?.as_str());
        let member = members.iter().find(|(value, _)| Some(*value) == tag);
        let union = self.schemas.union(field.ty);
        let member = member.and_then(|(_, at)| union?.members.get(*at));
        member.map_or(usual, |member| self.with(member.ty, member.rules))
    }

    fn with(&self, ty: &'static Type, rules: &'static Rules) -> Self {
        Self {
            ty,
            rules,
            schemas: self.schemas,
        }
    }

    fn at(
        &self,
        sent: Option<&Value>,
        below: Option<&Value>,
        layer: Layer,
        depth: u32,
    ) -> Option<Value> {
        if let Some(sent) = sent.filter(|sent| self.fits(sent)) {
            return Some(sent.clone());
        }
        if depth > DEPTH {
            return None;
        }
        let laid = match self.schemas.resolve(self.ty) {
            Type::Named(number) => match self.schemas.get(*number)? {
                Definition::Struct(object) => self.object(object, sent, below, layer, depth),
                Definition::Union(union) => self.union(union, sent, below, layer, depth),
                Definition::Enum(_) | Definition::Alias(_) => None,
            },
            Type::Option(inner) => match (sent, below) {
                (None, None) => Some(Value::Null),
                (None, _) if layer == Layer::Least => Some(Value::Null),
                _ => self
                    .with(inner, self.rules)
                    .at(sent, below, layer, depth + 1),
            },
            Type::List(inner) => self.list(inner, sent, below, layer, depth),
            Type::Map(inner) => self.map(inner, sent, layer, depth),
            _ => None,
        };
        laid.filter(|value| self.fits(value))
            .or_else(|| below.filter(|below| self.fits(below)).cloned())
            .or_else(|| self.least(depth))
    }

    fn object(
        &self,
        object: &'static Struct,
        sent: Option<&Value>,
        below: Option<&Value>,
        layer: Layer,
        depth: u32,
    ) -> Option<Value> {
        let sent = sent.and_then(Value::as_object);
        let below = below.and_then(Value::as_object);
        let mut laid = Map::new();
        for (name, value) in &object.tags {
            laid.insert((*name).to_owned(), Value::from(*value));
        }
        let secret = |name: &str| object.only_in_requests.contains(&name);
        let mut answered = object.required_in.iter();
        let answered = answered.find(|(side, _)| *side == Side::Response);
        let wanted = |name: &str| answered.is_some_and(|(_, keys)| keys.contains(&name));
        for field in object.fields.iter().filter(|field| !secret(field.name)) {
            let place = self.told(field, sent.or(below));
            let (own, under) = (
                sent.and_then(|sent| sent.get(field.name)),
                below.and_then(|below| below.get(field.name)),
            );
            let nullable = matches!(field.access, Access::Nullable | Access::OptionalNullable);
            let value = match (own, under, field.access) {
                (Some(Value::Null), _, _) if nullable => Some(Value::Null),
                (Some(own), under, _) => place.at(Some(own), under, layer, depth + 1),
                (None, Some(under), _) if layer == Layer::Below => Some(under.clone()),
                (None, _, Access::Nullable) => Some(Value::Null),
                (None, _, Access::OptionalNullable) if wanted(field.name) => Some(Value::Null),
                (None, _, Access::Optional | Access::OptionalNullable) if !wanted(field.name) => {
                    None
                }
                (None, under, _) => place
                    .unsent(depth + 1)
                    .or_else(|| place.at(None, under, layer, depth + 1)),
            };
            match (value, field.access) {
                (Some(value), _) => {
                    laid.insert(field.name.to_owned(), value);
                }
                (None, Access::Required) => return None,
                (None, Access::Nullable) => {
                    laid.insert(field.name.to_owned(), Value::Null);
                }
                (None, _) => {}
            }
        }
        if let Some((ty, rules)) = &object.rest {
            let place = self.with(ty, rules);
            let known = |name: &str| {
                let tag = object.tags.iter().any(|(tag, _)| *tag == name);
                tag || object.fields.iter().any(|field| field.name == name)
            };
            for (name, value) in sent.into_iter().flatten() {
                if !known(name)
                    && !object.forbidden.contains(&name.as_str())
                    && let Some(value) = place.at(Some(value), None, layer, depth + 1)
                {
                    laid.insert(name.clone(), value);
                }
            }
        }
        Some(laid.into())
    }

    /// What stands where a property must be and nothing was said of it: nothing, in its own way.
    fn unsent(&self, depth: u32) -> Option<Value> {
        let value = match self.schemas.resolve(self.ty) {
            Type::Boolean => Value::Bool(false),
            Type::I32 | Type::I64 | Type::U64 | Type::I128 | Type::F64 => Value::from(0),
            Type::List(_) => Value::Array(Vec::new()),
            Type::Map(_) | Type::Object => Value::Object(Map::new()),
            Type::Option(_) | Type::Unit => Value::Null,
            _ => return None,
        };
        (depth <= DEPTH && self.fits(&value)).then_some(value)
    }

    fn union(
        &self,
        union: &'static Union,
        sent: Option<&Value>,
        below: Option<&Value>,
        layer: Layer,
        depth: u32,
    ) -> Option<Value> {
        let subject = sent.or(below);
        let arena = Arena::new();
        let first = match subject.map(|value| chosen(&union.decision, &arena.value(value))) {
            Some(Chosen::Members(members)) => members,
            Some(Chosen::Unknown | Chosen::Nothing) | None => &[],
        };
        let rest = (0..union.members.len()).filter(|index| !first.contains(index));
        let mut best: Option<(usize, Value)> = None;
        for index in first.iter().copied().chain(rest) {
            let Some(member) = union.members.get(index) else {
                continue;
            };
            let place = self.with(member.ty, member.rules);
            let Some(value) = place.at(sent, below, layer, depth + 1) else {
                continue;
            };
            let kept = kept(sent, &value);
            if best.as_ref().is_none_or(|(most, _)| kept > *most) {
                best = Some((kept, value));
            }
        }
        best.map(|(_, value)| value)
    }

    fn list(
        &self,
        inner: &'static Type,
        sent: Option<&Value>,
        below: Option<&Value>,
        layer: Layer,
        depth: u32,
    ) -> Option<Value> {
        let items = sent?.as_array()?;
        let below = below
            .and_then(Value::as_array)
            .and_then(|items| items.first());
        let place = self.with(inner, self.rules.items());
        let items = items.iter();
        Some(
            items
                .filter_map(|item| place.at(Some(item), below, layer, depth + 1))
                .collect(),
        )
    }

    fn map(
        &self,
        inner: &'static Type,
        sent: Option<&Value>,
        layer: Layer,
        depth: u32,
    ) -> Option<Value> {
        let place = self.with(inner, self.rules.items());
        let entries = sent?.as_object()?.iter().filter_map(|(key, value)| {
            let value = place.at(Some(value), None, layer, depth + 1)?;
            Some((key.clone(), value))
        });
        Some(Value::Object(entries.collect()))
    }

    /// The smallest value that keeps every rule, as far as one is found without looking for it.
    pub(crate) fn least(&self, depth: u32) -> Option<Value> {
        if depth > DEPTH {
            return None;
        }
        if let Some(constant) = self.rules.one_of.first() {
            return Some(match constant {
                Constant::Boolean(value) => Value::from(*value),
                Constant::Integer(value) => Node::from(*value).to_value(),
                Constant::Float(value) => Value::from(*value),
                Constant::String(text) => Value::from(*text),
            });
        }
        let value = match self.schemas.resolve(self.ty) {
            Type::Unit | Type::Option(_) | Type::Any => Value::Null,
            Type::Boolean => Value::Bool(false),
            Type::I32 | Type::I64 | Type::U64 | Type::I128 | Type::F64 => return self.number(),
            Type::Text => return self.text(),
            Type::Base64 => Value::from(""),
            Type::Object | Type::Map(_) => Value::Object(Map::new()),
            Type::List(inner) => self.least_list(inner, depth)?,
            Type::OneOrMany(inner) => self.with(inner, self.rules.items()).least(depth + 1)?,
            Type::Never => return None,
            Type::Named(number) => match self.schemas.get(*number)? {
                Definition::Enum(values) => Value::from(*values.first()?),
                Definition::Struct(object) => {
                    self.object(object, None, None, Layer::Least, depth)?
                }
                Definition::Union(union) => union
                    .members
                    .iter()
                    .find_map(|member| self.with(member.ty, member.rules).least(depth + 1))?,
                Definition::Alias(_) => return None,
            },
        };
        self.fits(&value).then_some(value)
    }

    fn least_list(&self, inner: &'static Type, depth: u32) -> Option<Value> {
        /// More than any rule of a real document asks for.
        const MANY: u64 = 64;
        let count = self.rules.min_items.unwrap_or(0);
        if count == 0 {
            return Some(Value::Array(Vec::new()));
        }
        let item = self.with(inner, self.rules.items()).least(depth + 1)?;
        let count = usize::try_from(count.min(MANY)).ok()?;
        Some(Value::Array(vec![item; count]))
    }

    /// Zero, or the least that there may be, or what comes next.
    fn number(&self) -> Option<Value> {
        let step = self.rules.multiple_of.map(of_limit);
        let least = self.rules.minimum.map(of_limit);
        let most = self.rules.maximum.map(of_limit);
        let next = match self.rules.minimum {
            Some(Limit::Whole(min)) => Some(Node::from(min.saturating_add(1)).to_value()),
            Some(Limit::Float(min)) => Some(Node::from(min.ceil() as i128).to_value()),
            None => None,
        };
        let candidates = [Some(Value::from(0)), least, next, most, step];
        candidates
            .into_iter()
            .flatten()
            .find(|number| self.fits(number))
    }

    fn text(&self) -> Option<Value> {
        let long = "x".repeat(usize::try_from(self.rules.min_length.unwrap_or(0).min(4096)).ok()?);
        let by_format = match self.rules.format {
            Some("date-time") => "2024-01-01T00:00:00.000Z",
            Some("date") => "2024-01-01",
            Some("uuid") => "00000000-0000-4000-8000-000000000000",
            Some("uri") => "https://example.com/",
            Some("email") => "someone@example.com",
            _ => "text",
        };
        let mut candidates =
            [by_format, &long, "1", "1m", "a", "2024-01-01T00:00:00.000Z"].into_iter();
        let text = candidates.find(|text| self.fits(&Value::from(*text)))?;
        Some(Value::from(text))
    }
}

fn of_limit(limit: Limit) -> Value {
    match limit {
        Limit::Whole(value) => Node::from(value).to_value(),
        Limit::Float(value) => Value::from(value),
    }
}

/// How many properties of what was sent are still there.
fn kept(sent: Option<&Value>, laid: &Value) -> usize {
    let Some(sent) = sent.and_then(Value::as_object) else {
        return usize::from(sent == Some(laid));
    };
    let entries = sent.iter();
    entries
        .filter(|(key, value)| laid.get(key.as_str()) == Some(value))
        .count()
}
