//! Values that fit a type, made from the type alone: answers of a fake server, and inputs of tests.
//! Knows the IR only.
//!
//! A value is the same for the same type and seed, whatever else the API holds. Types that hold themselves end where
//! they can: every definition has a *height*, how deep its smallest value nests, and below a certain depth only the
//! lowest way on is taken.

mod familiar;
mod fits;
mod random;
mod text;
mod variety;

use std::cell::RefCell;

use serde_json::{Map, Value};

use crate::exact::{Exact, whole_value};
use crate::ir::{
    Additional, Api, Array, Field, Integer, Kind, Number, Presence, Range, Shape, Side, Size,
    Struct, Text, Type, TypeId, Union,
};

pub use familiar::{version_of, version_places};
pub use fits::fits;
use fits::{in_range, integer_fits, told_member};

use random::Random;
use text::Texts;
pub use variety::Variety;

/// Below this depth only what must be there is made.
const DEEP: u32 = 6;

/// Values inside each other, and names of them, beyond which none is made: only what must be there goes so deep.
const MOST_NESTED: u32 = 200;
/// Values that are tried for one, those that came to nothing among them: members of a union that hold the union each
/// begin anew what the one before gave up.
const MOST_TRIED: u32 = 50_000;
/// So many values in one, and the rest is as small as can be.
const LARGE: u32 = 400;

/// Makes values of the types of an API.
pub struct Instances<'a> {
    api: &'a Api,
    /// How deep the smallest value of a definition nests; `None` for a definition without any value.
    heights: Vec<Option<u32>>,
    texts: RefCell<Texts>,
    /// The version that typical values have.
    version: String,
}

impl<'a> Instances<'a> {
    /// Looks at all types once.
    pub fn new(api: &'a Api) -> Self {
        let mut instances = Self {
            api,
            heights: vec![None; api.types.ids().count()],
            texts: RefCell::default(),
            version: version_of(api),
        };
        // Heights only fall, and each round settles all definitions that are one level higher.
        loop {
            let known = instances.heights.clone();
            for id in api.types.ids() {
                instances.heights[id.0] = instances.shape_height(id);
            }
            if instances.heights == known {
                return instances;
            }
        }
    }

    /// A value of a type. `None` when there is none, or none was found: a type of the user's own (`types` in the
    /// settings), a pattern that cannot be followed, rules that contradict each other.
    pub fn make(&self, ty: &Type, side: Side, seed: u64, variety: Variety) -> Option<Value> {
        let mut maker = Maker {
            side,
            instances: self,
            random: Random::new(seed),
            variety,
            left: LARGE,
            nested: 0,
            tried: 0,
            named: "",
        };
        maker.value(ty, 0)
    }

    fn height(&self, ty: &Type) -> Option<u32> {
        match ty.nullable {
            true => Some(0),
            false => self.kind_height(&ty.kind),
        }
    }

    fn kind_height(&self, kind: &Kind) -> Option<u32> {
        let filled = |inner: &Type, size: &Size| match size.min {
            None | Some(0) => Some(0),
            Some(_) => self.height(inner).map(|height| height + 1),
        };
        match kind {
            Kind::Never | Kind::Replaced(_) => None,
            Kind::Named(id) => self.heights[id.0],
            Kind::Map(inner, size) => filled(inner, size),
            Kind::Array(array) => filled(&array.items, &array.size),
            Kind::OneOrMany(inner, size) => self.height(inner).or_else(|| filled(inner, size)),
            _ => Some(0),
        }
    }

    fn shape_height(&self, id: TypeId) -> Option<u32> {
        let definition = &self.api.types[id];
        if let Some(same) = definition.standing.target() {
            return self.heights[same.0];
        }
        match &definition.shape {
            Shape::Alias(ty) => self.height(ty),
            Shape::Enum(_) => Some(0),
            Shape::Union(union) => union
                .members
                .iter()
                .filter_map(|m| self.height(&m.ty))
                .min(),
            Shape::Struct(object) => {
                let fields = object.fields.iter();
                let required = fields.filter(|field| {
                    matches!(field.presence, Presence::Required | Presence::OnItsSide)
                });
                required
                    .map(|field| self.height(&field.ty))
                    .try_fold(0, |max, height| Some(max.max(height? + 1)))
            }
        }
    }
}

/// The state of one value.
struct Maker<'i, 'a> {
    instances: &'i Instances<'a>,
    /// What is not meant for this side is not made.
    side: Side,
    random: Random,
    variety: Variety,
    /// How many values there may be before the rest is kept small.
    left: u32,
    /// How many values are being made, each inside the one before or as what it is.
    nested: u32,
    /// How many values were begun.
    tried: u32,
    /// The property that the next value is for.
    named: &'a str,
}

impl<'a> Maker<'_, 'a> {
    fn varied(&self) -> bool {
        self.variety == Variety::Varied
    }

    /// Whether only what must be there is made.
    fn is_deep(&self, depth: u32) -> bool {
        depth >= DEEP || self.left == 0
    }

    fn value(&mut self, ty: &Type, depth: u32) -> Option<Value> {
        if self.nested == MOST_NESTED || self.tried == MOST_TRIED {
            return ty.nullable.then_some(Value::Null);
        }
        self.tried += 1;
        self.nested += 1;
        let made = self.nested_value(ty, depth);
        self.nested -= 1;
        made
    }

    fn nested_value(&mut self, ty: &Type, depth: u32) -> Option<Value> {
        self.left = self.left.saturating_sub(1);
        let nothing =
            ty.nullable && (self.is_deep(depth) || (self.varied() && self.random.one_in(6)));
        if nothing {
            return Some(Value::Null);
        }
        self.kind(&ty.kind, depth)
            .or(ty.nullable.then_some(Value::Null))
    }

    fn kind(&mut self, kind: &Kind, depth: u32) -> Option<Value> {
        Some(match kind {
            Kind::Never | Kind::Replaced(_) => return None,
            Kind::Null => Value::Null,
            Kind::Any { .. } => self.anything(depth),
            Kind::Boolean { only } => Value::Bool(only.unwrap_or_else(|| self.random.one_in(2))),
            Kind::Integer(rules) => whole_value(self.integer(rules)?),
            Kind::Number(rules) => self.number(rules)?,
            Kind::Binary(rules) if *rules == Text::default() => "bytes".into(),
            Kind::String(rules) | Kind::Binary(rules) => {
                let mut texts = self.instances.texts.borrow_mut();
                texts.make(rules, self.variety, &mut self.random)?.into()
            }
            Kind::Base64 => ["", "aXQ=", "a2liYW5h", "/+8="][self.random.below(4) as usize].into(),
            Kind::Object(size) => {
                let any = Type::new(Kind::Any { given_up: false });
                Value::Object(self.entries(Map::new(), Some(&any), *size, depth)?)
            }
            Kind::Map(inner, size) => {
                Value::Object(self.entries(Map::new(), Some(inner), *size, depth)?)
            }
            Kind::Array(array) => self.array(array, depth)?,
            Kind::OneOrMany(inner, size) => self.one_or_many(inner, *size, depth)?,
            Kind::Named(id) => self.definition(*id, depth)?,
        })
    }

    /// Any JSON value: a short one, since nobody says what it is.
    fn anything(&mut self, depth: u32) -> Value {
        let choice = if self.varied() {
            self.random.below(7)
        } else {
            6
        };
        match choice {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => whole_value(self.random.between(-9, 99)),
            3 => Value::from(0.5),
            4 if !self.is_deep(depth) => Value::from(vec![Value::from(1), Value::Null]),
            5 if !self.is_deep(depth) => {
                Value::from(Map::from_iter([("a".to_string(), Value::from("b"))]))
            }
            _ => Value::from("anything"),
        }
    }

    fn integer(&mut self, rules: &Integer) -> Option<i128> {
        if !rules.allowed.is_empty() {
            let kept = |value: &&i128| integer_fits(rules, **value);
            let allowed: Vec<i128> = rules.allowed.iter().filter(kept).copied().collect();
            return self.random.pick(&allowed).copied();
        }
        let (least, most) = rules.width.bounds();
        let (low, high) = whole_bounds(&rules.range, least, most);
        self.within(low, high, &rules.range)
    }

    /// A whole number between two, which keeps the step.
    fn within(&mut self, low: i128, high: i128, range: &Range) -> Option<i128> {
        let step = range.multiple_of.and_then(Exact::whole);
        let step = step.map_or(1, |step| step.max(1));
        // Multiples of the step.
        let multiples = |low: i128, high: i128| {
            let low = low.div_euclid(step) + i128::from(low.rem_euclid(step) != 0);
            (low, high.div_euclid(step))
        };
        let (low, high) = match multiples(low.max(-SAFE), high.min(SAFE)) {
            (low, high) if low <= high => (low, high),
            // Near the bound that leads out there: the far end is not the document's.
            _ => match (range.min, range.max) {
                (Some(_), None) => multiples(low, high.min(low.saturating_add(SAFE))),
                (None, Some(_)) => multiples(low.max(high.saturating_sub(SAFE)), high),
                _ => multiples(low, high),
            },
        };
        if low > high {
            return None;
        }
        let small = self.random.between(
            low.max(0).min(high),
            high.min(low.max(0).saturating_add(99)),
        );
        let choice = if self.varied() {
            self.random.below(6)
        } else {
            5
        };
        let multiple = match choice {
            0 => low,
            1 => high,
            2 => self.random.between(low, high),
            _ => small,
        };
        multiple.checked_mul(step)
    }

    fn number(&mut self, rules: &Number) -> Option<Value> {
        if !rules.allowed.is_empty() {
            let allowed = rules.allowed.iter();
            let kept: Vec<Exact> = allowed
                .filter(|value| in_range(&rules.range, **value))
                .copied()
                .collect();
            return self.random.pick(&kept).map(|value| value.to_value());
        }
        let range = &rules.range;
        let (low, high) = whole_bounds(range, -SAFE, SAFE);
        let fraction = self.varied() && self.random.one_in(2) && range.multiple_of.is_none();
        // Between two whole numbers lies a half; where there is no whole number, the middle does.
        if fraction && low < high {
            let whole = self.within(low, high - 1, range)?;
            return Some(Value::from(whole as f64 + 0.5));
        }
        if let Some(whole) = self.within(low, high, range) {
            return Some(whole_value(whole));
        }
        let (low, high) = (
            range.min?.as_f64(),
            range.max.unwrap_or(range.min?).as_f64(),
        );
        let step = range.multiple_of.map(Exact::as_f64);
        let value = step.map_or(f64::midpoint(low, high), |step| (low / step).ceil() * step);
        in_range(range, value.into()).then(|| Exact::from(value).to_value())
    }

    fn array(&mut self, array: &Array, depth: u32) -> Option<Value> {
        let (min, max) = self.count(
            array.size,
            depth,
            self.instances.height(&array.items).is_some(),
        )?;
        let count = min + self.random.below(max - min + 1);
        let mut items: Vec<Value> = Vec::new();
        // Values that must differ may need some attempts.
        let mut attempts = 20 + 4 * count;
        while (items.len() as u64) < count && attempts > 0 {
            attempts -= 1;
            let item = match self.value(&array.items, depth + 1) {
                Some(item) => item,
                None if items.len() as u64 >= array.size.min.unwrap_or(0) => break,
                None => return None,
            };
            if !array.unique || !items.contains(&item) {
                items.push(item);
            }
        }
        (items.len() as u64 >= array.size.min.unwrap_or(0)).then_some(items.into())
    }

    fn one_or_many(&mut self, inner: &Type, size: Size, depth: u32) -> Option<Value> {
        if self.varied() && self.random.one_in(2) {
            let items = Box::new(inner.clone());
            let many = self.array(
                &Array {
                    items,
                    size,
                    unique: false,
                },
                depth,
            );
            if many.is_some() {
                return many;
            }
        }
        self.value(inner, depth)
    }

    /// How many there are, at least and at most. `None` when the rules leave no number.
    fn count(&self, size: Size, depth: u32, possible: bool) -> Option<(u64, u64)> {
        /// No test needs more, and no reader wants them.
        const MANY: u64 = 1 << 12;
        let min = size.min.unwrap_or(0);
        if min > MANY || (min > 0 && !possible) || size.max.is_some_and(|max| max < min) {
            return None;
        }
        let wanted = match self.variety {
            _ if self.is_deep(depth) || !possible => min,
            Variety::Typical => min.max(1),
            Variety::Varied => min + 3,
        };
        let max = wanted.min(size.max.unwrap_or(u64::MAX));
        let least = if self.varied() { min } else { max };
        Some((least, max))
    }

    /// Adds keys that no schema names, as many as the size asks for, and some more where the variety wants them.
    fn entries(
        &mut self,
        mut object: Map<String, Value>,
        values: Option<&Type>,
        size: Size,
        depth: u32,
    ) -> Option<Map<String, Value>> {
        const KEYS: &[&str] = &[
            "alpha", "beta", "gamma", "delta", "a b", "", "ключ", "x-y.z",
        ];
        let there = object.len() as u64;
        let Some(values) = values else {
            return (size.min.unwrap_or(0) <= there).then_some(object);
        };
        let left = Size {
            min: size.min.map(|min| min.saturating_sub(there)),
            max: size.max.map(|max| max.saturating_sub(there)),
        };
        let (min, max) = self.count(left, depth, self.instances.height(values).is_some())?;
        let count = min + self.random.below(max - min + 1);
        let keys = if self.varied() { KEYS } else { &KEYS[..4] };
        let mut number = 0_usize;
        let mut added = 0;
        while added < count {
            let key = match keys.get(number) {
                Some(key) => (*key).to_string(),
                None => format!("key{number}"),
            };
            number += 1;
            if object.contains_key(&key) {
                continue;
            }
            match self.value(values, depth + 1) {
                Some(value) => object.insert(key, value),
                None if added >= min => break,
                None => return None,
            };
            added += 1;
        }
        Some(object)
    }

    fn definition(&mut self, id: TypeId, depth: u32) -> Option<Value> {
        let api = self.instances.api;
        let definition = &api.types[id];
        if let Some(same) = definition.standing.target() {
            return self.definition(same, depth);
        }
        match &definition.shape {
            Shape::Alias(ty) => self.value(ty, depth),
            Shape::Enum(values) => self
                .random
                .pick(&values.variants)
                .map(|v| v.value.clone().into()),
            Shape::Union(union) => self.union(union, depth),
            Shape::Struct(object) => self.object(object, depth),
        }
    }

    fn union(&mut self, union: &Union, depth: u32) -> Option<Value> {
        let mut order = match self.variety {
            Variety::Typical => (0..union.members.len()).collect(),
            Variety::Varied => self.random.shuffled(union.members.len()),
        };
        if self.is_deep(depth) {
            let height = |at: &usize| {
                self.instances
                    .height(&union.members[*at].ty)
                    .unwrap_or(u32::MAX)
            };
            order.sort_by_key(height);
        }
        order.into_iter().find_map(|at| {
            let value = self.value(&union.members[at].ty, depth)?;
            Some(self.tagged(union, at, value))
        })
    }

    /// The value of a member with the tag that the union has for it: the member itself may take any text there.
    fn tagged(&self, union: &Union, at: usize, value: Value) -> Value {
        let Some(discriminator) = &union.discriminator else {
            return value;
        };
        let mut own = discriminator
            .mapping
            .iter()
            .filter(|(_, member)| *member == at);
        let tag = value.get(&discriminator.property);
        if own
            .clone()
            .any(|(text, _)| tag == Some(&Value::from(text.as_str())))
        {
            return value;
        }
        let with = |(text, _): &(String, usize)| {
            let mut tagged = value.as_object()?.clone();
            tagged.insert(discriminator.property.clone(), Value::from(text.as_str()));
            let tagged = Value::Object(tagged);
            fits(self.instances.api, &union.members[at].ty, &tagged).then_some(tagged)
        };
        own.find_map(with).unwrap_or(value)
    }

    fn object(&mut self, object: &'a Struct, depth: u32) -> Option<Value> {
        let wanted = self.wanted(object, depth)?;
        let named = self.named;
        let mut map = Map::new();
        for (field, wanted) in object.fields.iter().zip(wanted) {
            if wanted == Wanted::No {
                continue;
            }
            self.named = &field.wire;
            match self.value(&field.ty, depth + 1) {
                Some(value) => {
                    let familiar = self.familiar(object, named, field);
                    map.insert(field.wire.clone(), familiar.unwrap_or(value));
                }
                None if wanted == Wanted::Must => return None,
                None => {}
            }
        }
        for field in object.fields.iter().filter(|field| field.told.is_some()) {
            self.tell(object, field, &mut map, depth)?;
        }
        let any = Type::new(Kind::Any { given_up: false });
        let extra = self.varied() && self.random.one_in(4) && !self.is_deep(depth);
        let needed = object.size.min.unwrap_or(0) > map.len() as u64;
        let values = match &object.additional {
            Additional::Closed => None,
            Additional::Any => Some(&any),
            Additional::Typed(ty) => Some(ty),
        };
        if !extra && !needed {
            return Some(map.into());
        }
        let mut full = self.entries(map, values, object.size, depth)?;
        full.retain(|key, _| !object.forbidden.contains(key));
        Some(full.into())
    }

    /// Makes a union what another property says that it is; `None` when it cannot be.
    fn tell(
        &mut self,
        object: &'a Struct,
        field: &'a Field,
        map: &mut Map<String, Value>,
        depth: u32,
    ) -> Option<()> {
        let api = self.instances.api;
        let told = field.told.as_ref()?;
        if map.get(&field.wire).is_none_or(Value::is_null) {
            return Some(());
        }
        let mut fields = object.fields.iter();
        let own = &fields.find(|field| field.wire == told.property)?.ty;
        // Any text may be there; one that tells something is worth more.
        if let Some(Value::String(tag)) = map.get_mut(&told.property)
            && told.member(tag).is_none()
            && let Some((value, _)) = self.random.pick(&told.members)
            && fits(api, own, &Value::from(value.as_str()))
        {
            tag.clone_from(value);
        }
        if let Some(ty) = told_member(api, field, map) {
            let value = self.value(ty, depth + 1)?;
            map.insert(field.wire.clone(), value);
        }
        Some(())
    }

    /// What clients look for in a property of this name, where it fits.
    fn familiar(&self, object: &Struct, named: &str, field: &Field) -> Option<Value> {
        if self.varied() {
            return None;
        }
        let api = self.instances.api;
        let value = match familiar::is_version(object, named, field) {
            true => Value::from(self.instances.version.as_str()),
            false => familiar::well(api, field)?,
        };
        fits(api, &field.ty, &value).then_some(value)
    }

    /// Which properties are to be there.
    fn wanted(&mut self, object: &Struct, depth: u32) -> Option<Vec<Wanted>> {
        let deep = self.is_deep(depth);
        let set = match self.variety {
            Variety::Typical => object.require_any.first(),
            Variety::Varied => self.random.pick(&object.require_any),
        };
        let mut wanted = Vec::with_capacity(object.fields.len());
        for field in &object.fields {
            let named = set.is_some_and(|set| set.contains(&field.wire));
            let meant = field.only.is_none_or(|side| side == self.side);
            let possible = meant
                && !object.forbidden.contains(&field.wire)
                && self.instances.height(&field.ty).is_some();
            let must = named
                || match field.presence {
                    Presence::Required => true,
                    Presence::OnItsSide => meant,
                    Presence::Optional | Presence::Lenient => false,
                };
            wanted.push(match possible {
                true if must => Wanted::Must,
                false if must => return None,
                true if !deep && (!self.varied() || self.random.one_in(2)) => Wanted::May,
                _ => Wanted::No,
            });
        }
        let max = object.size.max.unwrap_or(u64::MAX);
        let mut count = wanted.iter().filter(|w| **w != Wanted::No).count() as u64;
        for wanted in wanted.iter_mut().rev().filter(|w| **w == Wanted::May) {
            if count > max {
                *wanted = Wanted::No;
                count -= 1;
            }
        }
        let min = object.size.min.unwrap_or(0);
        let possible = |at: &usize| {
            let field = &object.fields[*at];
            field.only.is_none_or(|side| side == self.side)
                && self.instances.height(&field.ty).is_some()
        };
        let free: Vec<usize> = (0..wanted.len())
            .filter(|at| wanted[*at] == Wanted::No)
            .filter(possible)
            .collect();
        for at in free {
            if count < min && !object.forbidden.contains(&object.fields[at].wire) {
                wanted[at] = Wanted::May;
                count += 1;
            }
        }
        (count <= max).then_some(wanted)
    }
}

/// Whether a property is to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Must,
    May,
    No,
}

/// What a double holds exactly: JavaScript has no other integers.
const SAFE: i128 = (1 << 53) - 1;

/// The whole numbers that a range allows.
fn whole_bounds(range: &Range, least: i128, most: i128) -> (i128, i128) {
    let low = range.min.map_or(least, |min| {
        let low = match range.exclusive_min {
            true => min.floor().saturating_add(1),
            false => min.ceil(),
        };
        low.max(least)
    });
    let high = range.max.map_or(most, |max| {
        let high = match range.exclusive_max {
            true => max.ceil().saturating_sub(1),
            false => max.floor(),
        };
        high.min(most)
    });
    (low, high)
}

/// A seed for one value among many: the same for the same text, so that a value does not depend on its neighbours.
pub fn seed(text: &str, seed: u64) -> u64 {
    // FNV-1a.
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    text.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Source};

    #[test]
    fn members_have_the_tag_that_is_mapped_to_them_though_they_take_any_text() {
        let member = |own: &str| {
            serde_json::json!({
                "type": "object",
                "required": ["kind"],
                "properties": { "kind": { "type": "string" }, own: { "type": "integer" } },
            })
        };
        let (cat, dog) = ("#/components/schemas/Cat", "#/components/schemas/Dog");
        let mapping = serde_json::json!({ "cat": cat, "dog": dog });
        let root = serde_json::json!({
            "openapi": "3.0.3",
            "info": { "title": "t", "version": "1" },
            "paths": { "/api/pets": { "post": {
                "requestBody": { "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Pet" },
                } } },
                "responses": { "204": { "description": "" } },
            } } },
            "components": { "schemas": {
                "Cat": member("lives"),
                "Dog": member("tricks"),
                "Pet": {
                    "oneOf": [{ "$ref": cat }, { "$ref": dog }],
                    "discriminator": { "propertyName": "kind", "mapping": mapping },
                },
            } },
        });
        let document = Document::new(root, Source::new("t", ""));
        let api = crate::analyse(document, &crate::settings::Settings::default()).api;
        let is_union = |(_, definition): &(TypeId, &crate::ir::TypeDef)| {
            matches!(definition.shape, Shape::Union(_))
        };
        let (pet, _) = api.types.iter().find(is_union).unwrap();
        let instances = Instances::new(&api);
        for seed in 0..20 {
            for variety in [Variety::Typical, Variety::Varied] {
                let pet = Type::new(Kind::Named(pet));
                let value = instances.make(&pet, Side::Request, seed, variety).unwrap();
                let own = match value["kind"].as_str() {
                    Some("cat") => "tricks",
                    Some("dog") => "lives",
                    _ => panic!("{value}"),
                };
                assert_eq!(value.get(own).filter(|v| v.is_i64()), None, "{value}");
            }
        }
    }
}
