//! The independent judge of what is valid: OpenAPI 3.0 schemas as JSON Schema, for a validator that is not ours.
//! Knows the document and the leniencies of the design; must never use the IR or anything that lowers to it.
//!
//! The schema that counts is what the document says, with these exceptions:
//! - `oneOf` is read as `anyOf`; `format` says nothing, and `discriminator` only where its mapping has values for every
//!   member: then a member is valid with its own values only.
//! - `nullable` adds `null` whatever stands beside it, `enum` and `$ref` included.
//! - A required property may be absent when it has a `default` or the mark `x-oas-optional`, when it may be any value,
//!   or when a union in it says so with `not: {}`; nothing that is not declared is required. A tolerant judge also
//!   lets those be absent that may be `null`.
//! - A closed object is closed over all properties that are declared around it: by `allOf`, and by unions beside
//!   properties.

use std::collections::BTreeMap;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use kibana_codegen::pointer::Pointer;
use serde_json::{Map, Value, json};

/// Compositions that nest deeper than this hold themselves.
const MAX_DEPTH: usize = 48;

/// Keywords that mean the same in JSON Schema.
const SAME: &[&str] = &[
    "type",
    "enum",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// Keywords that restrict the value itself.
const RESTRICTING: &[&str] = &[
    "type",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// Which way a message goes: what is `readOnly` must be in answers only, and what is `writeOnly` in requests only, and not
/// be in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is asked.
    Request,
    /// What is answered.
    Response,
}

impl Side {
    /// The keyword of what is not meant for this side.
    fn stranger(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }

    /// The keyword of what is meant for this side only.
    fn own(self) -> &'static str {
        match self {
            Self::Request => "writeOnly",
            Self::Response => "readOnly",
        }
    }
}

/// A judge of the values of one document.
#[derive(Debug)]
pub struct Judge<'d> {
    root: &'d Value,
    tolerant: bool,
    mappings: Mappings<'d>,
}

impl<'d> Judge<'d> {
    /// A judge of the values of this document.
    pub fn new(root: &'d Value) -> Self {
        Self::judging(root, false)
    }

    /// A judge who tolerates what reading tolerates: that a required property is absent which may be `null`.
    pub fn tolerant(root: &'d Value) -> Self {
        Self::judging(root, true)
    }

    fn judging(root: &'d Value, tolerant: bool) -> Self {
        let mut known = Mappings::new();
        mappings(root, &mut known);
        Self {
            root,
            tolerant,
            mappings: known,
        }
    }

    /// Why a value is not valid for the schema at a pointer; `None` when it is.
    pub fn refuses(&self, schema: &Pointer, side: Side, value: &Value) -> Option<String> {
        let errors: Vec<String> = self
            .validator(schema, side)
            .iter_errors(value)
            .map(|error| described(&error))
            .collect();
        (!errors.is_empty()).then(|| errors.join("; "))
    }

    /// A validator for the schema at a pointer.
    pub fn validator(&self, schema: &Pointer, side: Side) -> Validator {
        let schema = self.schema(schema, side);
        jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The JSON Schema of the schema at a pointer, with everything that it refers to.
    fn schema(&self, pointer: &Pointer, side: Side) -> Value {
        let mut converter = Converter {
            side,
            root: self.root,
            tolerant: self.tolerant,
            mappings: self.mappings.clone(),
            numbers: BTreeMap::new(),
            open: Vec::new(),
            doing: Vec::new(),
            named: Map::new(),
        };
        let main = converter.target(pointer);
        let mut definitions = Map::new();
        while let Some((number, target)) = converter.open.pop() {
            let schema = converter.schema(at(self.root, &target));
            definitions.insert(number.to_string(), schema);
        }
        definitions.extend(converter.named);
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": main,
            "$defs": definitions,
        })
    }
}

fn at<'d>(root: &'d Value, pointer: &Pointer) -> &'d Value {
    root.pointer(pointer.as_str()).unwrap_or(&Value::Null)
}

/// What a validator says, with the nearest member of a union instead of "no member".
fn described(error: &ValidationError<'_>) -> String {
    if let ValidationErrorKind::AnyOf { context } = error.kind()
        && let Some(nearest) = context.iter().min_by_key(|errors| errors.len())
    {
        let errors: Vec<_> = nearest.iter().map(described).collect();
        return format!(
            "no member fits, the nearest not because ({})",
            errors.join(", ")
        );
    }
    format!("{} at ${}", error.masked(), error.instance_path())
}

struct Converter<'d> {
    side: Side,
    root: &'d Value,
    tolerant: bool,
    mappings: Mappings<'d>,
    /// Targets of references, numbered.
    numbers: BTreeMap<Pointer, usize>,
    /// Targets that are not converted yet.
    open: Vec<(usize, Pointer)>,
    /// Schemas that are being converted, each inside the one before, by where they lie in memory; and whether they were
    /// met again inside themselves.
    doing: Vec<(usize, bool)>,
    /// Those that were, as definitions.
    named: Map<String, Value>,
}

/// The property that tells the members of unions apart, and the values of each: for unions whose discriminator maps some to
/// every member, by the references to the members. A union of the same members that has no discriminator means the same.
type Mappings<'d> = BTreeMap<Vec<&'d str>, (&'d str, Vec<(&'d str, &'d str)>)>;

fn mappings<'d>(node: &'d Value, found: &mut Mappings<'d>) {
    match node {
        Value::Object(object) => {
            for keyword in ["oneOf", "anyOf"] {
                if let (Some(targets), Some(property)) = (
                    targets(node, keyword),
                    node["discriminator"]["propertyName"].as_str(),
                ) {
                    let mapping = members(&node["discriminator"], "mapping");
                    let mapping: Vec<_> = mapping
                        .filter_map(|(value, target)| Some((value, target.as_str()?)))
                        .collect();
                    let mapped = |target: &&str| mapping.iter().any(|(_, to)| means(to, target));
                    if targets.iter().all(mapped) {
                        found.entry(targets).or_insert((property, mapping));
                    }
                }
            }
            object.values().for_each(|value| mappings(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| mappings(item, found)),
        _ => {}
    }
}

/// The references to the members of a union, sorted, when all of them are references.
fn targets<'d>(union: &'d Value, keyword: &str) -> Option<Vec<&'d str>> {
    let targets = elements(union, keyword).map(|member| member.get("$ref")?.as_str());
    let mut targets = targets.collect::<Option<Vec<_>>>()?;
    targets.sort_unstable();
    (!targets.is_empty()).then_some(targets)
}

/// Whether an entry of a mapping means a reference: it, or the bare name of a component.
fn means(mapped: &str, target: &str) -> bool {
    mapped == target || target.strip_prefix("#/components/schemas/") == Some(mapped)
}

/// What is known about the object that several schemas describe together.
#[derive(Default)]
struct Whole<'d> {
    properties: BTreeMap<&'d str, Vec<&'d Value>>,
    closed: bool,
}

impl<'d> Converter<'d> {
    /// The reference to a definition, which is converted later.
    fn target(&mut self, pointer: &Pointer) -> String {
        let next = self.numbers.len();
        let number = *self.numbers.entry(pointer.clone()).or_insert(next);
        if number == next {
            self.open.push((number, pointer.clone()));
        }
        format!("#/$defs/{number}")
    }

    /// A schema that stands on its own.
    fn schema(&mut self, schema: &'d Value) -> Value {
        if let Some(pointer) = reference(schema) {
            let target = json!({ "$ref": self.target(&pointer) });
            return with_null(schema, target);
        }
        // What holds together is written out where it stands, and can stand inside itself.
        let address = std::ptr::from_ref(schema) as usize;
        let name = format!("inside-{address}");
        if let Some((_, again)) = self.doing.iter_mut().find(|(known, _)| *known == address) {
            *again = true;
            return json!({ "$ref": format!("#/$defs/{name}") });
        }
        self.doing.push((address, false));
        let mut whole = Whole::default();
        self.gather(schema, &mut whole, 0);
        let mut converted = self.part(schema, &whole, true, 0);
        if whole.closed {
            converted.insert("unevaluatedProperties".into(), json!(false));
        }
        let converted = with_null(schema, Value::Object(converted));
        match self.doing.pop() {
            Some((_, true)) => {
                let reference = json!({ "$ref": format!("#/$defs/{name}") });
                self.named.insert(name, converted);
                reference
            }
            _ => converted,
        }
    }

    /// Collects what is declared about an object by a schema and everything that holds together with it.
    fn gather(&self, schema: &'d Value, whole: &mut Whole<'d>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let schema = followed(self.root, schema);
        for (name, property) in members(schema, "properties") {
            whole.properties.entry(name).or_default().push(property);
        }
        whole.closed |= schema.get("additionalProperties") == Some(&Value::Bool(false));
        for member in elements(schema, "allOf") {
            self.gather(member, whole, depth + 1);
        }
        if depth == 0 && !has_base(schema) {
            return;
        }
        for keyword in ["oneOf", "anyOf"] {
            let mut open = false;
            for member in elements(schema, keyword) {
                let mut inner = Whole::default();
                self.gather(member, &mut inner, depth + 1);
                for (name, declarations) in inner.properties {
                    whole
                        .properties
                        .entry(name)
                        .or_default()
                        .extend(declarations);
                }
                open |= !inner.closed;
            }
            whole.closed |= !open && elements(schema, keyword).next().is_some();
        }
    }

    /// A schema that describes a value together with others.
    fn part(
        &mut self,
        schema: &'d Value,
        whole: &Whole<'d>,
        outermost: bool,
        depth: usize,
    ) -> Map<String, Value> {
        let mut converted = Map::new();
        if depth > MAX_DEPTH {
            return converted;
        }
        for keyword in SAME {
            if let Some(value) = schema.get(keyword) {
                converted.insert((*keyword).into(), value.clone());
            }
        }
        if schema.get("properties").is_some() {
            converted.entry("type").or_insert_with(|| json!("object"));
        }
        for (keyword, bound) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            if schema.get(keyword) == Some(&Value::Bool(true))
                && let Some(value) = converted.remove(bound)
            {
                converted.insert(keyword.into(), value);
            }
        }
        let properties: Map<_, _> = members(schema, "properties")
            .map(|(name, property)| {
                let secret = self.side == Side::Response && self.is_stranger(name, whole);
                let converted = self.schema(property);
                (
                    name.to_string(),
                    if secret { json!(false) } else { converted },
                )
            })
            .collect();
        if !properties.is_empty() {
            converted.insert("properties".into(), properties.into());
        }
        let required: Vec<_> = elements(schema, "required")
            .filter(|name| {
                name.as_str()
                    .is_some_and(|name| self.is_required(name, whole))
            })
            .cloned()
            .collect();
        if !required.is_empty() {
            converted.insert("required".into(), required.into());
        }
        for keyword in ["items", "not"] {
            if let Some(inner) = schema.get(keyword) {
                converted.insert(keyword.into(), self.schema(inner));
            }
        }
        // `true` and `false` are settled for the whole.
        if let Some(values) = schema
            .get("additionalProperties")
            .filter(|values| values.is_object())
        {
            converted.insert("additionalProperties".into(), self.schema(values));
        }
        let alone = outermost && !has_base(schema);
        let mut all: Vec<Value> = elements(schema, "allOf")
            .map(|member| self.member(member, whole, depth))
            .collect();
        for keyword in ["oneOf", "anyOf"] {
            let any: Vec<_> = elements(schema, keyword)
                .map(|member| {
                    let converted = match alone {
                        true => self.schema(member),
                        false => self.member(member, whole, depth),
                    };
                    self.with_mapped_values(schema, keyword, member, converted)
                })
                .collect();
            if !any.is_empty() {
                all.push(json!({ "anyOf": any }));
            }
        }
        if !all.is_empty() {
            converted.insert("allOf".into(), all.into());
        }
        converted
    }

    /// A member of a union with the values that a mapping gives it, where the mapping has some for every member.
    fn with_mapped_values(
        &self,
        union: &'d Value,
        keyword: &str,
        member: &'d Value,
        converted: Value,
    ) -> Value {
        let known = targets(union, keyword).and_then(|targets| self.mappings.get(&targets));
        let (Some((property, mapping)), Some(target)) = (known, member["$ref"].as_str()) else {
            return converted;
        };
        let own = mapping.iter().filter(|(_, mapped)| means(mapped, target));
        let own: Vec<_> = own.map(|(value, _)| *value).collect();
        let own = json!({ "properties": { *property: { "enum": own } } });
        json!({ "allOf": [converted, own] })
    }

    fn member(&mut self, member: &'d Value, whole: &Whole<'d>, depth: usize) -> Value {
        let target = followed(self.root, member);
        let part = self.part(target, whole, false, depth + 1);
        with_null(member, with_null(target, part.into()))
    }

    /// Whether a property that is listed as required must really be there.
    fn is_required(&self, name: &str, whole: &Whole<'d>) -> bool {
        let Some(declarations) = whole.properties.get(name) else {
            return false;
        };
        let takes_null = || declarations.iter().all(|d| self.takes_null(d, 0));
        let may_be_absent = declarations.iter().any(|d| self.is_excused(d))
            || self.is_stranger(name, whole)
            || declarations.iter().all(|d| self.takes_anything(d))
            || (self.tolerant && takes_null());
        !may_be_absent
    }

    /// Whether a property is not meant for the messages of this side. Both words together say nothing.
    fn is_stranger(&self, name: &str, whole: &Whole<'d>) -> bool {
        let declarations = whole.properties.get(name);
        let says = |keyword| {
            let mut all = declarations.into_iter().flatten();
            all.any(|schema| self.says(schema, keyword, 0))
        };
        says(self.side.stranger()) && !says(self.side.own())
    }

    fn says(&self, schema: &'d Value, keyword: &str, depth: usize) -> bool {
        let target = followed(self.root, schema);
        depth < MAX_DEPTH
            && (schema[keyword] == true
                || target[keyword] == true
                || elements(target, "allOf").any(|member| self.says(member, keyword, depth + 1)))
    }

    /// Whether a schema says itself that its property may be absent.
    fn is_excused(&self, schema: &'d Value) -> bool {
        let mut schema = schema;
        for _ in 0..MAX_DEPTH {
            let target = followed(self.root, schema);
            let marked = |key| schema.get(key).or(target.get(key)).is_some();
            let absent = unions(target).flatten().any(is_nothing);
            if marked("default") || marked("x-oas-optional") || absent {
                return true;
            }
            // Another name of one schema.
            let mut members = elements(target, "allOf");
            match (members.next(), members.next()) {
                (Some(only), None) => schema = only,
                _ => return false,
            }
        }
        false
    }

    fn takes_anything(&self, schema: &'d Value) -> bool {
        let schema = followed(self.root, schema);
        let types = ["string", "number", "boolean", "array", "object"];
        let covers_all = |members: &Vec<Value>| {
            let covers = |name: &str| members.iter().any(|member| is_only_of_type(member, name));
            types.into_iter().all(covers)
        };
        // A union of something and anything is anything.
        let holds_anything = |members: &Vec<Value>| {
            let mut members = members.iter().map(|member| followed(self.root, member));
            !has_base(schema) && members.any(is_unrestricted)
        };
        is_unrestricted(schema)
            || unions(schema).any(|members| covers_all(members) || holds_anything(members))
    }

    fn takes_null(&self, schema: &'d Value, depth: usize) -> bool {
        if schema["nullable"] == true || depth > MAX_DEPTH {
            return true;
        }
        let schema = followed(self.root, schema);
        let listed = |key: &str| elements(schema, key);
        schema["nullable"] == true
            || schema["type"] == "null"
            || (schema.get("type").is_none() && listed("enum").any(Value::is_null))
            || listed("oneOf")
                .chain(listed("anyOf"))
                .any(|s| self.takes_null(s, depth + 1))
            || (listed("allOf").next().is_some()
                && listed("allOf").all(|s| self.takes_null(s, depth + 1)))
    }
}

/// The node at the end of a chain of references.
pub fn followed<'d>(root: &'d Value, node: &'d Value) -> &'d Value {
    let mut node = node;
    for _ in 0..MAX_DEPTH {
        match reference(node) {
            Some(pointer) => node = at(root, &pointer),
            None => break,
        }
    }
    node
}

fn reference(schema: &Value) -> Option<Pointer> {
    Pointer::from_reference(schema.get("$ref")?.as_str()?)
}

fn with_null(schema: &Value, converted: Value) -> Value {
    match schema["nullable"] == true {
        true => json!({ "anyOf": [{ "type": "null" }, converted] }),
        false => converted,
    }
}

/// Whether a schema says something about an object besides listing the members of a union.
fn has_base(schema: &Value) -> bool {
    let speaks = |keyword: &str| schema.get(keyword).is_some();
    let both = speaks("oneOf") && speaks("anyOf");
    let base = ["properties", "required", "additionalProperties", "allOf"];
    both || base.into_iter().any(speaks)
}

fn is_unrestricted(schema: &Value) -> bool {
    !RESTRICTING
        .iter()
        .any(|keyword| schema.get(keyword).is_some())
}

/// Whether a schema takes every value of a JSON type. (`items: {}` restricts nothing.)
fn is_only_of_type(schema: &Value, name: &str) -> bool {
    let says_nothing = |(keyword, value): (&str, &Value)| {
        keyword == "type"
            || !RESTRICTING.contains(&keyword)
            || (value.is_object() && is_unrestricted(value))
    };
    schema["type"] == name && members_of(schema).all(says_nothing)
}

fn is_nothing(schema: &Value) -> bool {
    schema
        .get("not")
        .is_some_and(|not| not.as_object().is_some_and(Map::is_empty))
}

fn unions(schema: &Value) -> impl Iterator<Item = &Vec<Value>> {
    ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array())
}

fn elements<'d>(schema: &'d Value, keyword: &str) -> impl Iterator<Item = &'d Value> + use<'d> {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn members<'d>(
    schema: &'d Value,
    keyword: &str,
) -> impl Iterator<Item = (&'d str, &'d Value)> + use<'d> {
    schema.get(keyword).into_iter().flat_map(members_of)
}

fn members_of(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of these values a judge takes for valid, in a document with a few shared schemas.
    fn valid<const N: usize>(schema: Value, values: [Value; N]) -> [bool; N] {
        verdicts(false, schema, values)
    }

    fn verdicts<const N: usize>(tolerant: bool, schema: Value, values: [Value; N]) -> [bool; N] {
        let root = json!({
            "schema": schema,
            "Closed": {
                "type": "object",
                "properties": { "a": { "type": "string" } },
                "additionalProperties": false,
            },
            "Tree": { "type": "object", "properties": { "left": { "$ref": "#/Tree" } } },
        });
        let judge = Judge::judging(&root, tolerant);
        values.map(|value| {
            judge
                .refuses(&Pointer::root().child("schema"), Side::Request, &value)
                .is_none()
        })
    }

    #[test]
    fn one_of_is_any_of() {
        let schema = json!({ "oneOf": [{ "type": "number" }, { "type": "integer" }] });
        assert_eq!(valid(schema, [json!(1), json!("x")]), [true, false]);
    }

    #[test]
    fn null_is_valid_wherever_it_is_said() {
        let listed = json!({ "type": "string", "enum": ["x"], "nullable": true });
        assert_eq!(
            valid(listed, [json!(null), json!("x"), json!("y")]),
            [true, true, false]
        );
        let reference = json!({ "$ref": "#/Closed", "nullable": true });
        assert_eq!(
            valid(reference, [json!(null), json!({}), json!(1)]),
            [true, true, false]
        );
        let plain = json!({ "$ref": "#/Closed" });
        assert_eq!(valid(plain, [json!(null)]), [false]);
    }

    #[test]
    fn what_is_falsely_required_may_be_absent() {
        let schema = json!({
            "type": "object",
            "required": ["must", "default", "marked", "any", "nobody", "not"],
            "properties": {
                "must": { "type": "string" },
                "default": { "type": "string", "default": "x" },
                "marked": { "type": "string", "x-oas-optional": true },
                "any": {},
                "not": { "anyOf": [{ "not": {} }, { "type": "string" }] },
            },
        });
        assert_eq!(
            valid(schema, [json!({ "must": "x" }), json!({})]),
            [true, false]
        );
    }

    #[test]
    fn only_a_tolerant_judge_misses_no_null() {
        let schema = json!({
            "type": "object",
            "required": ["a"],
            "properties": { "a": { "type": "string", "nullable": true } },
        });
        assert_eq!(
            verdicts(false, schema.clone(), [json!({}), json!({ "a": null })]),
            [false, true]
        );
        assert_eq!(
            verdicts(true, schema, [json!({}), json!({ "a": 1 })]),
            [true, false]
        );
    }

    #[test]
    fn a_closed_member_is_closed_over_what_stands_around_it() {
        let b = json!({ "type": "object", "properties": { "b": { "type": "string" } }, "required": ["a"] });
        let both = json!({ "allOf": [{ "$ref": "#/Closed" }, b] });
        let values = [
            json!({ "a": "", "b": "" }),
            json!({ "b": "" }),
            json!({ "a": "", "c": "" }),
        ];
        assert_eq!(valid(both, values), [true, false, false]);
        let beside_a_union = json!({
            "properties": { "kind": { "type": "string" } },
            "additionalProperties": false,
            "oneOf": [b, { "$ref": "#/Closed" }],
        });
        let values = [
            json!({ "kind": "", "a": "" }),
            json!({ "kind": "", "c": "" }),
        ];
        assert_eq!(valid(beside_a_union, values), [true, false]);
    }

    #[test]
    fn a_property_can_be_forbidden_and_a_bound_exclusive() {
        let schema = json!({ "type": "object", "properties": { "a": { "not": {} } } });
        assert_eq!(valid(schema, [json!({}), json!({ "a": 1 })]), [true, false]);
        let schema = json!({ "type": "number", "minimum": 1, "exclusiveMinimum": true });
        assert_eq!(valid(schema, [json!(1), json!(1.5)]), [false, true]);
    }

    #[test]
    fn schemas_that_hold_together_can_hold_themselves() {
        let root = json!({
            "Node": {
                "type": "object",
                "properties": { "next": { "allOf": [{ "$ref": "#/Node" }, { "$ref": "#/Deep" }] } },
            },
            "Deep": { "type": "object", "required": ["depth"], "properties": { "depth": { "type": "integer" } } },
        });
        let judge = Judge::new(&root);
        let node = Pointer::root().child("Node");
        let deep = json!({ "next": { "depth": 1, "next": { "depth": 2 } } });
        let shallow = json!({ "next": { "depth": 1, "next": { "next": {} } } });
        assert!(judge.refuses(&node, Side::Response, &deep).is_none());
        assert!(judge.refuses(&node, Side::Response, &shallow).is_some());
    }

    #[test]
    fn a_schema_can_hold_itself() {
        let values = [
            json!({ "left": { "left": {} } }),
            json!({ "left": { "left": 1 } }),
        ];
        assert_eq!(valid(json!({ "$ref": "#/Tree" }), values), [true, false]);
    }
}
