//! The heart of the pass, checked on random unions: the leaf that a value reaches has every member that the
//! value is valid for, so whichever of them is read first, a valid value is never refused.

use serde_json::{Map, Value, json};

use super::*;

const UNIONS: u64 = 3_000;
const VALUES_PER_MEMBER: usize = 12;
const KEYS: [&str; 4] = ["type", "kind", "a", "b"];

#[test]
fn a_valid_value_reaches_the_members_that_it_is_valid_for() {
    let mut checked = 0;
    for seed in 1..=UNIONS {
        let mut random = Random(seed);
        let mut ir = Ir::default();
        let count = 2 + random.below(4);
        let members = (0..count).map(|i| {
            let ty = random_type(&mut ir, &mut random, 2);
            member(&format!("M{i}"), ty)
        });
        let members = members.collect();
        let id = ir.union(members);
        ir.run();
        let Shape::Union(union) = &ir.api.types[id].shape else {
            continue;
        };
        assert!(nodes(&union.decision) < 500, "seed {seed}: too big");
        for (index, member) in union.members.iter().enumerate() {
            for _ in 0..VALUES_PER_MEMBER {
                let Some(value) = random_value(&ir.api, &member.ty, &mut random) else {
                    continue;
                };
                if !valid(&ir.api, &member.ty, &value) {
                    continue;
                }
                checked += 1;
                let candidates = follow(&union.decision, &value);
                assert!(
                    candidates.contains(&index),
                    "seed {seed}: {value} of M{index} is lost by {}\n{}",
                    show(&union.decision, union),
                    print(&ir.api, union),
                );
            }
        }
    }
    assert!(
        checked > 50_000,
        "the generator makes too little: {checked}"
    );
}

/// What emitted code does with a value: the candidates of the leaf that it reaches.
fn follow<'d>(decision: &'d Decision, value: &Value) -> &'d [usize] {
    match decision {
        Decision::Undecided => panic!("undecided"),
        Decision::Leaf(members) => members,
        Decision::Kind(arms) => arm(arms, &kind(value)).map_or(&[], |d| follow(d, value)),
        Decision::Tag {
            path,
            arms,
            absent,
            other,
        } => {
            let Some(tag) = at(value, path) else {
                return follow(absent, value);
            };
            let tag = match tag {
                Value::String(s) => Some(TagValue::String(s.clone())),
                Value::Bool(b) => Some(TagValue::Boolean(*b)),
                Value::Number(n) => n.as_i64().map(|n| TagValue::Integer(n.into())),
                _ => None,
            };
            let found = tag.and_then(|tag| arm(arms, &tag));
            follow(found.unwrap_or(other), value)
        }
        Decision::Key {
            key,
            present,
            absent,
        } => match value.get(key) {
            Some(_) => follow(present, value),
            None => follow(absent, value),
        },
        Decision::PropertyKind { path, arms, absent } => match at(value, path) {
            Some(inner) => arm(arms, &kind(inner)).map_or(&[], |d| follow(d, value)),
            None => follow(absent, value),
        },
        Decision::FirstItem { item, empty } => match value.get(0) {
            Some(first) => follow(item, first),
            None => follow(empty, value),
        },
    }
}

fn arm<'d, T: PartialEq>(arms: &'d [(T, Decision)], value: &T) -> Option<&'d Decision> {
    arms.iter().find(|(v, _)| v == value).map(|(_, d)| d)
}

fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

fn kind(value: &Value) -> JsonKind {
    match value {
        Value::Null => JsonKind::Null,
        Value::Bool(_) => JsonKind::Boolean,
        Value::Number(n) if n.as_f64().is_some_and(|n| n.fract() != 0.0) => JsonKind::Fraction,
        Value::Number(_) => JsonKind::Integer,
        Value::String(_) => JsonKind::String,
        Value::Array(_) => JsonKind::Array,
        Value::Object(_) => JsonKind::Object,
    }
}

fn nodes(decision: &Decision) -> usize {
    let text = format!("{decision:?}");
    text.matches("Leaf").count()
}

/// Whether a value is valid for a type, by the letter of the document (with its `Lenient` fields).
fn valid(api: &Api, ty: &Type, value: &Value) -> bool {
    if value.is_null() && ty.nullable {
        return true;
    }
    match &ty.kind {
        Kind::Any { .. } => true,
        Kind::Null => value.is_null(),
        Kind::Boolean { only } => value.as_bool().is_some_and(|b| only.is_none_or(|o| o == b)),
        Kind::Integer(integer) => value
            .as_i64()
            .is_some_and(|n| integer.allowed.is_empty() || integer.allowed.contains(&n.into())),
        Kind::Number(_) => value.is_number(),
        Kind::String(_) => value.is_string(),
        Kind::Object(_) => value.is_object(),
        Kind::Map(values, _) => value
            .as_object()
            .is_some_and(|o| o.values().all(|v| valid(api, values, v))),
        Kind::Array(array) => value
            .as_array()
            .is_some_and(|a| a.iter().all(|v| valid(api, &array.items, v))),
        Kind::OneOrMany(one, _) => {
            valid(api, one, value)
                || value
                    .as_array()
                    .is_some_and(|a| a.iter().all(|v| valid(api, one, v)))
        }
        Kind::Named(id) => match &api.types[*id].shape {
            Shape::Alias(ty) => valid(api, ty, value),
            Shape::Enum(values) => values.variants.iter().any(|v| value == v.value.as_str()),
            Shape::Union(union) => union.members.iter().any(|m| valid(api, &m.ty, value)),
            Shape::Struct(s) => value.as_object().is_some_and(|o| valid_struct(api, s, o)),
        },
        _ => false,
    }
}

fn valid_struct(api: &Api, s: &Struct, object: &Map<String, Value>) -> bool {
    let fields = s.fields.iter().all(|f| match object.get(&f.wire) {
        Some(value) => valid(api, &f.ty, value),
        None => f.presence != Presence::Required,
    });
    let mut extra = object
        .iter()
        .filter(|(k, _)| s.fields.iter().all(|f| f.wire != **k));
    let groups = &s.require_any;
    fields
        && s.forbidden.iter().all(|k| !object.contains_key(k))
        && (groups.is_empty()
            || groups
                .iter()
                .any(|g| g.iter().all(|k| object.contains_key(k))))
        && extra.all(|(_, value)| match &s.additional {
            Additional::Closed => false,
            Additional::Any => true,
            Additional::Typed(ty) => valid(api, ty, value),
        })
}

fn random_type(ir: &mut Ir, random: &mut Random, depth: u64) -> Type {
    let mut ty = match random.below(if depth == 0 { 8 } else { 16 }) {
        0 => string(),
        1 => integer(),
        2 => number(),
        3 => boolean(),
        4 | 5 => random_enum(ir, random),
        6 => Type::new(Kind::Integer(Integer {
            allowed: vec![random.below(2) as i128],
            ..Integer::default()
        })),
        7 if random.below(4) == 0 => any(),
        7 => only(random.below(2) == 0),
        8 => array(random_type(ir, random, depth - 1)),
        9 => Type::new(match random.below(3) {
            0 => Kind::Map(Box::new(random_type(ir, random, 0)), Size::default()),
            1 => Kind::OneOrMany(Box::new(random_enum(ir, random)), Size::default()),
            _ => Kind::Object(Size::default()),
        }),
        10 => {
            let members = vec![
                member("x", random_type(ir, random, depth - 1)),
                member("y", random_type(ir, random, depth - 1)),
            ];
            named(ir.define("Nested", Shape::Union(union(members))))
        }
        _ => random_struct(ir, random, depth),
    };
    ty.nullable = random.below(12) == 0;
    ty
}

fn random_enum(ir: &mut Ir, random: &mut Random) -> Type {
    let all: [&[&str]; 5] = [&["x"], &["y"], &["z"], &["x", "y"], &["y", "z"]];
    ir.values(all[random.below(5) as usize])
}

fn random_struct(ir: &mut Ir, random: &mut Random, depth: u64) -> Type {
    let mut fields = Vec::new();
    for key in KEYS {
        if random.below(3) > 0 {
            let ty = match key {
                "type" | "kind" if random.below(4) > 0 => random_enum(ir, random),
                _ => random_type(ir, random, depth - 1),
            };
            fields.push(match random.below(5) {
                0 | 1 => optional(key, ty),
                2 => lenient(required(key, ty)),
                _ => required(key, ty),
            });
        }
    }
    let additional = match random.below(6) {
        0..=2 => Additional::Closed,
        3 => Additional::Typed(random_type(ir, random, 0)),
        _ => Additional::Any,
    };
    let declared = |f: &String| fields.iter().any(|field| field.wire == **f);
    let mut forbidden = vec![KEYS[random.below(4) as usize].to_string()];
    forbidden.retain(|key| !declared(key));
    let require_any = match random.below(8) {
        0 => vec![
            vec!["a".to_string()],
            vec!["a".to_string(), "b".to_string()],
        ],
        1 => vec![vec!["a".to_string()], vec!["b".to_string()]],
        _ => Vec::new(),
    };
    let shape = Struct {
        forbidden,
        require_any,
        ..structure(fields, additional)
    };
    named(ir.define("Struct", Shape::Struct(shape)))
}

/// A value that is probably valid for the type.
fn random_value(api: &Api, ty: &Type, random: &mut Random) -> Option<Value> {
    if ty.nullable && random.below(4) == 0 {
        return Some(Value::Null);
    }
    Some(match &ty.kind {
        Kind::Boolean { only } => json!(only.unwrap_or(random.below(2) == 0)),
        Kind::Integer(integer) => match integer.allowed.first() {
            Some(n) => json!(n),
            None => json!(random.below(3)),
        },
        Kind::Number(_) => match random.below(2) {
            0 => json!(random.below(3)),
            _ => json!(0.5),
        },
        Kind::String(_) => json!(["x", "y", "z", "w"][random.below(4) as usize]),
        Kind::Any { .. } => match random.below(5) {
            0 => json!("x"),
            1 => json!({"type": "x", "a": 1}),
            2 => json!([0, "x"]),
            3 => json!(true),
            _ => json!(null),
        },
        Kind::Object(_) => extra_keys(api, &any(), random, Map::new()),
        Kind::Map(values, _) => extra_keys(api, values, random, Map::new()),
        Kind::Array(Array { items, .. }) => random_array(api, items, random),
        Kind::OneOrMany(one, _) if random.below(2) == 0 => random_array(api, one, random),
        Kind::OneOrMany(one, _) => random_value(api, one, random)?,
        Kind::Named(id) => match &api.types[*id].shape {
            Shape::Alias(ty) => random_value(api, ty, random)?,
            Shape::Enum(values) => {
                json!(values.variants[random.below(values.variants.len() as u64) as usize].value)
            }
            Shape::Union(union) => {
                let member = random.below(union.members.len() as u64) as usize;
                random_value(api, &union.members[member].ty, random)?
            }
            Shape::Struct(s) => {
                let mut object = Map::new();
                for field in &s.fields {
                    if field.presence == Presence::Required || random.below(2) == 0 {
                        let value = random_value(api, &field.ty, random)?;
                        object.insert(field.wire.clone(), value);
                    }
                }
                match &s.additional {
                    Additional::Closed => Value::Object(object),
                    Additional::Any => extra_keys(api, &any(), random, object),
                    Additional::Typed(ty) => extra_keys(api, ty, random, object),
                }
            }
        },
        _ => return None,
    })
}

fn random_array(api: &Api, items: &Type, random: &mut Random) -> Value {
    let count = random.below(3);
    let items = (0..count).filter_map(|_| random_value(api, items, random));
    Value::Array(items.collect())
}

/// Adds undeclared keys, which are other members' keys as often as not.
fn extra_keys(api: &Api, ty: &Type, random: &mut Random, mut object: Map<String, Value>) -> Value {
    for key in KEYS {
        if random.below(3) == 0
            && !object.contains_key(key)
            && let Some(value) = random_value(api, ty, random)
        {
            object.insert(key.to_string(), value);
        }
    }
    Value::Object(object)
}

/// The union without docs and places, for the failure message.
fn print(api: &Api, union: &Union) -> String {
    let members = union.members.iter();
    members
        .map(|m| format!("  {}: {}\n", m.ident, print_type(api, &m.ty)))
        .collect()
}

fn print_type(api: &Api, ty: &Type) -> String {
    let null = if ty.nullable { "?" } else { "" };
    match &ty.kind {
        Kind::Named(id) => match &api.types[*id].shape {
            Shape::Struct(s) => {
                let fields: Vec<_> = s
                    .fields
                    .iter()
                    .map(|f| format!("{} {:?}: {}", f.wire, f.presence, print_type(api, &f.ty)))
                    .collect();
                let (extra, not) = (&s.additional, &s.forbidden);
                format!(
                    "{{{}; {extra:?}; not {not:?}; {:?}}}{null}",
                    fields.join(", "),
                    s.require_any
                )
            }
            Shape::Enum(e) => {
                let values: Vec<_> = e.variants.iter().map(|v| v.value.as_str()).collect();
                format!("{}{null}", values.join("|"))
            }
            Shape::Union(union) => format!("union({})", print(api, union)),
            Shape::Alias(ty) => print_type(api, ty),
        },
        Kind::Array(array) => format!("[{}]{null}", print_type(api, &array.items)),
        kind => format!("{kind:?}{null}"),
    }
}

/// A small generator (xorshift*), so that a failure names its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }
}
