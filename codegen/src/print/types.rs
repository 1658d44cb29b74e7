//! Rules and values of the plan as Rust. Knows the plan and the runtime's names.

use syn::Expr;

use crate::exact::Exact;
use crate::plan::{Access, Constant, Literal, Rules, Size};

use super::scope::Scope;
use super::syntax as rust;

impl Scope<'_> {
    /// Rules, as a reference to a constant.
    pub(super) fn rules(&self, rules: &Rules) -> Expr {
        let known = self.known("Rules");
        let none = rust::name(&format!("{known}::NONE"));
        let fields = self.rule_fields(rules);
        if fields.is_empty() {
            return rust::borrow(none);
        }
        rust::borrow(rust::construct(known, fields, Some(none)))
    }

    fn rule_fields(&self, rules: &Rules) -> Vec<(&'static str, Expr)> {
        let Rules {
            minimum,
            maximum,
            exclusive_minimum,
            exclusive_maximum,
            multiple_of,
            length,
            pattern,
            format,
            properties,
            item_count,
            unique_items,
            items,
            one_of,
        } = rules;
        let mut fields = Vec::new();
        let limit = |value: Exact| some(self.limit(value));
        let text = |value: &String| some(rust::string(value));
        let truth = |name, value: bool| value.then(|| (name, rust::boolean(true)));
        fields.extend(minimum.map(|value| ("minimum", limit(value))));
        fields.extend(maximum.map(|value| ("maximum", limit(value))));
        fields.extend(truth("exclusive_minimum", *exclusive_minimum));
        fields.extend(truth("exclusive_maximum", *exclusive_maximum));
        fields.extend(multiple_of.map(|value| ("multiple_of", limit(value))));
        size_fields(&mut fields, *length, "min_length", "max_length");
        fields.extend(pattern.as_ref().map(|value| ("pattern", text(value))));
        fields.extend(format.as_ref().map(|value| ("format", text(value))));
        size_fields(&mut fields, *properties, "min_properties", "max_properties");
        size_fields(&mut fields, *item_count, "min_items", "max_items");
        fields.extend(truth("unique_items", *unique_items));
        fields.extend(
            items
                .as_ref()
                .map(|items| ("items", some(self.rules(items)))),
        );
        if !one_of.is_empty() {
            let values = one_of.iter().map(|value| self.constant(*value));
            fields.push(("one_of", rust::borrow(rust::array(values.collect()))));
        }
        fields
    }

    fn limit(&self, number: Exact) -> Expr {
        let (kind, value) = match number {
            Exact::Whole(value) => ("Whole", rust::integer(value)),
            Exact::Float(value) => ("Float", rust::float(value)),
        };
        rust::call(&format!("{}::{kind}", self.known("Limit")), vec![value])
    }

    fn constant(&self, constant: Constant) -> Expr {
        let (kind, value) = match constant {
            Constant::Boolean(value) => ("Boolean", rust::boolean(value)),
            Constant::Integer(value) => ("Integer", rust::integer(value)),
            Constant::Float(value) => ("Float", rust::float(value)),
        };
        rust::call(&format!("{}::{kind}", self.known("Constant")), vec![value])
    }

    /// A value.
    pub(super) fn literal(&self, literal: &Literal) -> Expr {
        let made = |name, function: &str, arguments| {
            rust::call(&format!("{}::{function}", self.known(name)), arguments)
        };
        match literal {
            Literal::Unit => rust::tuple(Vec::new()),
            Literal::Boolean(value) => rust::boolean(*value),
            Literal::Integer(value) => rust::integer(*value),
            Literal::Float(value) => rust::float(*value),
            Literal::Text(text) if text.is_empty() => made("String", "new", Vec::new()),
            Literal::Text(text) => made("String", "from", vec![rust::string(text)]),
            Literal::List(items) if items.is_empty() => made("Vec", "new", Vec::new()),
            Literal::List(items) => {
                let items = items.iter().map(|item| self.literal(item)).collect();
                made("Vec", "from", vec![rust::array(items)])
            }
            Literal::Variant(id, variant) => {
                rust::name(&format!("{}::{variant}", self.definition(*id)))
            }
            Literal::EmptyObject => made("Map", "new", Vec::new()),
            Literal::EmptyMap => made("BTreeMap", "new", Vec::new()),
        }
    }
}

/// The method of the runtime's `ObjectReader`.
pub(super) fn reader(access: Access) -> &'static str {
    match access {
        Access::Required => "required",
        Access::Nullable => "nullable",
        Access::Optional => "optional",
        Access::OptionalNullable => "optional_nullable",
    }
}

/// The method of the runtime's `ObjectWriter`.
pub(super) fn writer(access: Access) -> &'static str {
    match access {
        Access::Required | Access::Nullable => "required",
        Access::Optional => "optional",
        Access::OptionalNullable => "nullable",
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
