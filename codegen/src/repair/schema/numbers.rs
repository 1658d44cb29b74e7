//! Repairs of the bounds of numbers.

use serde_json::Value;

use crate::diagnostic::{Code, Severity};
use crate::repair::shape;
use crate::repair::site::{Object, Site, show};

/// See [`Code::explanation`].
static EXCLUSIVE_BOUND: Code = Code {
    name: "exclusive-bound",
    severity: Severity::Repair,
    explanation: "A numeric `exclusiveMinimum` or `exclusiveMaximum` (3.1) becomes `minimum` or `maximum` with the boolean of 3.0; of two bounds on one side the tighter one stays.",
};

/// See [`Code::explanation`].
static INTEGER_BOUND: Code = Code {
    name: "integer-bound",
    severity: Severity::Repair,
    explanation: "A bound of an integer that has a fraction or lies outside 64 bits becomes the integer bound that allows the same integers, or goes when it excludes none.",
};

/// See [`Code::explanation`].
static MULTIPLE_OF: Code = Code {
    name: "multiple-of",
    severity: Severity::Warning,
    explanation: "A `multipleOf` that is not greater than zero is left out, and so is one with a fraction on an integer.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[&EXCLUSIVE_BOUND, &INTEGER_BOUND, &MULTIPLE_OF];

pub(super) fn exclusive_bounds(schema: &mut Object, site: &mut Site<'_>) {
    exclusive_bound(schema, "exclusiveMinimum", "minimum", f64::ge, site);
    exclusive_bound(schema, "exclusiveMaximum", "maximum", f64::le, site);
}

fn exclusive_bound(
    schema: &mut Object,
    exclusive: &str,
    inclusive: &str,
    tighter: fn(&f64, &f64) -> bool,
    site: &mut Site<'_>,
) {
    let Some(bound @ Value::Number(_)) = schema.get(exclusive).cloned() else {
        return;
    };
    let other = schema.get(inclusive).and_then(Value::as_f64);
    let wins = bound
        .as_f64()
        .is_some_and(|bound| other.is_none_or(|other| tighter(&bound, &other)));
    if wins {
        let message = format!("becomes `{inclusive}: {bound}` with `{exclusive}: true`");
        site.report_at(exclusive, &EXCLUSIVE_BOUND, message);
        schema.insert(inclusive.to_string(), bound);
        schema.insert(exclusive.to_string(), Value::Bool(true));
    } else {
        let message = format!("{bound} is no tighter than `{inclusive}` and goes");
        site.report_at(exclusive, &EXCLUSIVE_BOUND, message);
        schema.shift_remove(exclusive);
    }
}

pub(super) fn integer_bounds(schema: &mut Object, site: &mut Site<'_>) {
    let name = schema.get("type").and_then(Value::as_str);
    if !matches!(name, Some("integer" | "number")) {
        return;
    }
    let is_integer = name == Some("integer");
    multiple_of(schema, is_integer, site);
    if is_integer {
        integer_bound(schema, "minimum", "exclusiveMinimum", f64::ceil, site);
        integer_bound(schema, "maximum", "exclusiveMaximum", f64::floor, site);
    }
}

/// An integer above 0.5 is one of 1 or more, with or without 0.5 itself.
fn integer_bound(
    schema: &mut Object,
    bound: &str,
    exclusive: &str,
    round: fn(f64) -> f64,
    site: &mut Site<'_>,
) {
    let Some(value) = schema.get(bound).filter(|value| !value.is_i64()).cloned() else {
        return;
    };
    let Some(float) = value.as_f64() else { return };
    let outside = float.abs() >= i64::MAX as f64;
    if outside && (float > 0.0) == (bound == "maximum") {
        let message = format!("{value} excludes no integer of 64 bits and goes");
        site.report_at(bound, &INTEGER_BOUND, message);
        schema.shift_remove(bound);
        schema.shift_remove(exclusive);
        return;
    }
    // The conversion saturates, so a bound that excludes every integer stays the strictest there is.
    let rounded = round(float) as i64;
    let message = format!("{} becomes {rounded}", show(&value));
    site.report_at(bound, &INTEGER_BOUND, message);
    schema.insert(bound.to_string(), rounded.into());
    if float.fract() != 0.0 {
        schema.shift_remove(exclusive);
    }
}

fn multiple_of(schema: &mut Object, is_integer: bool, site: &mut Site<'_>) {
    let Some(value) = schema.get("multipleOf").cloned() else {
        return;
    };
    let positive = value.as_f64().is_some_and(|factor| factor > 0.0);
    let whole = shape::integer(&value);
    match whole {
        Some(whole) if positive && is_integer && !value.is_i64() => {
            let message = format!("{value} becomes {whole}");
            site.report_at("multipleOf", &INTEGER_BOUND, message);
            schema.insert("multipleOf".to_string(), whole.into());
        }
        _ if positive && (!is_integer || whole.is_some()) => {}
        _ => {
            let message = format!("{value} is no factor of such a number and is left out");
            site.report_at("multipleOf", &MULTIPLE_OF, message);
            schema.shift_remove("multipleOf");
        }
    }
}
