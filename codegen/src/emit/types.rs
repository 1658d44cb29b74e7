//! Types in use, their rules and their constants, as Rust. Knows the IR and its mapping to the runtime.

use serde_json::Value;
use syn::{Expr, Type as RustType};

use crate::ir::{
    Api, Array, Field, Integer, Kind, Presence, Range, Shape, Size, Text, Type, TypeDef, TypeId,
};

use super::scope::Scope;
use super::syntax as rust;

/// Aliases of aliases end here, should they go in circles.
const MAX_ALIASES: usize = 32;

fn body(api: &Api, id: TypeId) -> &TypeDef {
    let mut definition = &api.types[id];
    for _ in 0..MAX_ALIASES {
        match definition.same_as {
            Some(same) => definition = &api.types[same],
            None => break,
        }
    }
    definition
}

fn resolve<'t>(api: &'t Api, ty: &'t Type) -> (&'t Kind, bool) {
    let mut ty = ty;
    let mut nullable = ty.nullable;
    for _ in 0..MAX_ALIASES {
        let Kind::Named(id) = &ty.kind else {
            break;
        };
        let Shape::Alias(inner) = &body(api, *id).shape else {
            break;
        };
        ty = inner;
        nullable |= ty.nullable;
    }
    (&ty.kind, nullable)
}

/// Whether uses of a type need an `Option` for `null`. JSON values and `()` hold it themselves.
pub(super) fn is_nullable(api: &Api, ty: &Type) -> bool {
    let (kind, nullable) = resolve(api, ty);
    nullable && !matches!(kind, Kind::Any { .. } | Kind::Null)
}

impl Scope<'_> {
    /// The definition that holds the body of a definition.
    pub(super) fn body(&self, id: TypeId) -> &TypeDef {
        body(self.api, id)
    }

    /// What the values are once aliases are followed, and whether `null` is one of them.
    pub(super) fn resolve<'t>(&'t self, ty: &'t Type) -> (&'t Kind, bool) {
        resolve(self.api, ty)
    }

    /// Whether uses of a type need an `Option` for `null`. JSON values and `()` hold it themselves.
    pub(super) fn is_nullable(&self, ty: &Type) -> bool {
        is_nullable(self.api, ty)
    }

    /// A type in use.
    pub(super) fn ty(&self, ty: &Type) -> RustType {
        let kind = self.kind(&ty.kind);
        if self.is_nullable(ty) {
            self.option(kind)
        } else {
            kind
        }
    }

    pub(super) fn option(&self, inner: RustType) -> RustType {
        rust::generic(&self.known("Option"), vec![inner])
    }

    /// A type in use that must not be of infinite size.
    pub(super) fn boxed(&self, boxed: bool, inner: RustType) -> RustType {
        if !boxed {
            return inner;
        }
        rust::generic(&self.known("Box"), vec![inner])
    }

    /// A type without `null`.
    pub(super) fn kind(&self, kind: &Kind) -> RustType {
        let known = |name| rust::named(&self.known(name));
        match kind {
            Kind::Any { .. } => known("Value"),
            Kind::Null => rust::unit(),
            Kind::Never => known("Never"),
            Kind::Boolean { .. } => rust::named("bool"),
            Kind::Integer(Integer { narrow: true, .. }) => rust::named("i32"),
            Kind::Integer(_) => rust::named("i64"),
            Kind::Number(_) => rust::named("f64"),
            Kind::String(_) => known("String"),
            // Where bytes travel raw, it is the body that is bytes. Inside of JSON there are no raw bytes.
            Kind::Base64 | Kind::Binary => known("Base64"),
            Kind::Object(_) => self.object(),
            Kind::Map(values, _) => self.map(values),
            Kind::Array(array) => rust::generic(&self.known("Vec"), vec![self.ty(&array.items)]),
            Kind::OneOrMany(inner, _) => {
                rust::generic(&self.known("OneOrMany"), vec![self.ty(inner)])
            }
            Kind::Named(id) => rust::named(&self.definition(*id)),
            Kind::Replaced(text) => match syn::parse_str(text) {
                Ok(ty) => rust::generic(&self.known("Replaced"), vec![ty]),
                Err(_) => known("Value"),
            },
        }
    }

    /// A map of JSON values.
    pub(super) fn object(&self) -> RustType {
        let arguments = vec![
            rust::named(&self.known("String")),
            rust::named(&self.known("Value")),
        ];
        rust::generic(&self.known("Map"), arguments)
    }

    /// A map of values of a type.
    pub(super) fn map(&self, values: &Type) -> RustType {
        let arguments = vec![rust::named(&self.known("String")), self.ty(values)];
        rust::generic(&self.known("BTreeMap"), arguments)
    }

    /// The type of a field, and the method that reads and the one that writes it.
    pub(super) fn field(&self, field: &Field) -> (RustType, Access) {
        let inner = self.boxed(field.boxed, self.kind(&field.ty.kind));
        let nullable = self.is_nullable(&field.ty);
        match (field.presence, nullable) {
            (Presence::Required, false) => (inner, Access::Required),
            (Presence::Required, true) => (self.option(inner), Access::Nullable),
            (_, false) => (self.option(inner), Access::Optional),
            (_, true) => (self.option(self.option(inner)), Access::OptionalNullable),
        }
    }

    /// The rules of a type, as a reference to a constant.
    pub(super) fn rules(&self, ty: &Type) -> Expr {
        self.rules_expr(self.rule_fields(ty, 0))
    }

    /// The rules of an object with known properties.
    pub(super) fn size_rules(&self, size: Size) -> Expr {
        let mut fields = Vec::new();
        size_fields(&mut fields, size, "min_properties", "max_properties");
        self.rules_expr(fields)
    }

    fn rules_expr(&self, fields: Vec<(&'static str, Expr)>) -> Expr {
        let rules = self.known("Rules");
        let none = rust::name(&format!("{rules}::NONE"));
        if fields.is_empty() {
            return rust::borrow(none);
        }
        rust::borrow(rust::construct(&rules, fields, Some(none)))
    }

    fn rule_fields(&self, ty: &Type, depth: usize) -> Vec<(&'static str, Expr)> {
        let mut fields = Vec::new();
        if depth > MAX_ALIASES {
            return fields;
        }
        match self.resolve(ty).0 {
            Kind::Boolean { only: Some(only) } => {
                self.one_of(&mut fields, vec![("Boolean", rust::boolean(*only))]);
            }
            Kind::Integer(integer) => {
                range_fields(&mut fields, &integer.range);
                let allowed = integer.allowed.iter();
                self.one_of(
                    &mut fields,
                    allowed.map(|v| ("Integer", rust::integer(*v))).collect(),
                );
            }
            Kind::Number(number) => {
                range_fields(&mut fields, &number.range);
                let allowed = number.allowed.iter().filter(|v| v.is_finite());
                self.one_of(
                    &mut fields,
                    allowed.map(|v| ("Float", rust::float(*v))).collect(),
                );
            }
            Kind::String(text) => text_fields(&mut fields, text),
            Kind::Object(size) => {
                size_fields(&mut fields, *size, "min_properties", "max_properties")
            }
            Kind::Map(values, size) => {
                size_fields(&mut fields, *size, "min_properties", "max_properties");
                self.item_rules(&mut fields, values, depth);
            }
            Kind::Array(Array {
                items,
                size,
                unique,
            }) => {
                size_fields(&mut fields, *size, "min_items", "max_items");
                if *unique {
                    fields.push(("unique_items", rust::boolean(true)));
                }
                self.item_rules(&mut fields, items, depth);
            }
            Kind::OneOrMany(inner, size) => {
                size_fields(&mut fields, *size, "min_items", "max_items");
                self.item_rules(&mut fields, inner, depth);
            }
            _ => {}
        }
        fields
    }

    fn item_rules(&self, fields: &mut Vec<(&'static str, Expr)>, items: &Type, depth: usize) {
        let rules = self.rule_fields(items, depth + 1);
        if !rules.is_empty() {
            fields.push(("items", some(self.rules_expr(rules))));
        }
    }

    fn one_of(&self, fields: &mut Vec<(&'static str, Expr)>, allowed: Vec<(&str, Expr)>) {
        if allowed.is_empty() {
            return;
        }
        let constant = self.known("Constant");
        let values = allowed
            .into_iter()
            .map(|(kind, value)| rust::call(&format!("{constant}::{kind}"), vec![value]));
        fields.push(("one_of", rust::borrow(rust::array(values.collect()))));
    }

    /// The only value of a type, where there is only one.
    pub(super) fn only_value(&self, ty: &Type) -> Option<Expr> {
        let (kind, nullable) = self.resolve(ty);
        if nullable {
            return None;
        }
        match kind {
            Kind::Null => Some(rust::tuple(Vec::new())),
            Kind::Boolean { only } => only.map(rust::boolean),
            Kind::Integer(Integer { allowed, .. }) => match allowed.as_slice() {
                [only] => Some(rust::integer(*only)),
                _ => None,
            },
            Kind::Named(id) => match &self.body(*id).shape {
                Shape::Enum(values) if values.variants.len() == 1 => {
                    let name = self.definition(*id);
                    Some(rust::name(&format!("{name}::{}", values.variants[0].ident)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A default as an expression, where it is a valid value that a short expression can write.
    pub(super) fn default_value(&self, ty: &Type, default: &Value) -> Option<Expr> {
        let (kind, _) = self.resolve(ty);
        match (kind, default) {
            (Kind::Boolean { only }, Value::Bool(value)) => only
                .is_none_or(|only| only == *value)
                .then(|| rust::boolean(*value)),
            (Kind::Integer(rules), Value::Number(number)) => {
                let value = integral(number)?;
                let listed = rules.allowed.is_empty() || rules.allowed.contains(&value);
                let fits = !rules.narrow || i32::try_from(value).is_ok();
                (listed && fits && in_range(&rules.range, value as f64))
                    .then(|| rust::integer(value))
            }
            (Kind::Number(rules), Value::Number(number)) => {
                let value = number.as_f64().filter(|value| value.is_finite())?;
                let listed = rules.allowed.is_empty() || rules.allowed.contains(&value);
                (listed && in_range(&rules.range, value)).then(|| rust::float(value))
            }
            (Kind::String(rules), Value::String(text)) => {
                in_size(rules.length, text.chars().count()).then(|| self.owned(text))
            }
            (Kind::Array(array), Value::Array(items)) => self.default_items(array, items),
            (Kind::Named(id), Value::String(text)) => {
                let Shape::Enum(values) = &self.body(*id).shape else {
                    return None;
                };
                let variant = values
                    .variants
                    .iter()
                    .find(|variant| variant.value == *text)?;
                let name = self.definition(*id);
                Some(rust::name(&format!("{name}::{}", variant.ident)))
            }
            (Kind::Object(size), Value::Object(map)) if map.is_empty() && in_size(*size, 0) => {
                Some(rust::call(
                    &format!("{}::new", self.known("Map")),
                    Vec::new(),
                ))
            }
            (Kind::Map(_, size), Value::Object(map)) if map.is_empty() && in_size(*size, 0) => {
                Some(rust::call(
                    &format!("{}::new", self.known("BTreeMap")),
                    Vec::new(),
                ))
            }
            _ => None,
        }
    }

    fn default_items(&self, array: &Array, items: &[Value]) -> Option<Expr> {
        if !in_size(array.size, items.len()) || self.is_nullable(&array.items) {
            return None;
        }
        let vec = self.known("Vec");
        if items.is_empty() {
            return Some(rust::call(&format!("{vec}::new"), Vec::new()));
        }
        let items = items
            .iter()
            .map(|item| self.default_value(&array.items, item));
        let items = rust::array(items.collect::<Option<_>>()?);
        Some(rust::call(&format!("{vec}::from"), vec![items]))
    }

    /// An owned text.
    fn owned(&self, text: &str) -> Expr {
        let string = self.known("String");
        if text.is_empty() {
            return rust::call(&format!("{string}::new"), Vec::new());
        }
        rust::call(&format!("{string}::from"), vec![rust::string(text)])
    }
}

/// How a field is read and written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// `T`
    Required,
    /// `Option<T>`, always written.
    Nullable,
    /// `Option<T>`, left out when `None`.
    Optional,
    /// `Option<Option<T>>`
    OptionalNullable,
}

impl Access {
    /// The method of the runtime's `ObjectReader`.
    pub(super) fn reader(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Nullable => "nullable",
            Self::Optional => "optional",
            Self::OptionalNullable => "optional_nullable",
        }
    }

    /// The method of the runtime's `ObjectWriter`.
    pub(super) fn writer(self) -> &'static str {
        match self {
            Self::Required | Self::Nullable => "required",
            Self::Optional | Self::OptionalNullable => "optional",
        }
    }

    /// Whether the property may be left out.
    pub(super) fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalNullable)
    }
}

fn some(value: Expr) -> Expr {
    // The function, not the type: a definition of that name takes nothing from it.
    rust::call("Some", vec![value])
}

fn size_fields(
    fields: &mut Vec<(&'static str, Expr)>,
    size: Size,
    min: &'static str,
    max: &'static str,
) {
    fields.extend(size.min.map(|value| (min, some(rust::unsigned(value)))));
    fields.extend(size.max.map(|value| (max, some(rust::unsigned(value)))));
}

fn range_fields(fields: &mut Vec<(&'static str, Expr)>, range: &Range) {
    let finite = |value: Option<f64>| {
        value
            .filter(|value| value.is_finite())
            .map(|value| some(rust::float(value)))
    };
    fields.extend(finite(range.min).map(|value| ("minimum", value)));
    fields.extend(finite(range.max).map(|value| ("maximum", value)));
    if range.exclusive_min && range.min.is_some() {
        fields.push(("exclusive_minimum", rust::boolean(true)));
    }
    if range.exclusive_max && range.max.is_some() {
        fields.push(("exclusive_maximum", rust::boolean(true)));
    }
    fields.extend(finite(range.multiple_of).map(|value| ("multiple_of", value)));
}

fn text_fields(fields: &mut Vec<(&'static str, Expr)>, text: &Text) {
    size_fields(fields, text.length, "min_length", "max_length");
    let mut push = |key, value: &Option<String>| {
        fields.extend(value.as_ref().map(|value| (key, some(rust::string(value)))));
    };
    push("pattern", &text.pattern);
    push("format", &text.format);
}

fn in_size(size: Size, count: usize) -> bool {
    let count = count as u64;
    size.min.is_none_or(|min| min <= count) && size.max.is_none_or(|max| count <= max)
}

fn in_range(range: &Range, value: f64) -> bool {
    let above = |min| value > min || (value == min && !range.exclusive_min);
    let below = |max| value < max || (value == max && !range.exclusive_max);
    range.min.is_none_or(above) && range.max.is_none_or(below)
}

/// A number without fraction that an `i64` holds.
fn integral(number: &serde_json::Number) -> Option<i64> {
    /// 2^53: up to here a float without fraction is one integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.as_i64().or_else(|| {
        let value = number.as_f64()?;
        (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
    })
}
