//! Repairs of the bounds of numbers.

use serde_json::Value;

use crate::diagnostic::{Code, Severity};
use crate::exact::{Exact, whole_value};
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
    explanation: "A bound of an integer that has a fraction becomes the integer bound that allows the same integers; one that excludes no integer of 64 bits, with or without sign, goes.",
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
    exclusive_bound(schema, "exclusiveMinimum", "minimum", Exact::ge, site);
    exclusive_bound(schema, "exclusiveMaximum", "maximum", Exact::le, site);
}

fn exclusive_bound(
    schema: &mut Object,
    exclusive: &str,
    inclusive: &str,
    tighter: fn(&Exact, &Exact) -> bool,
    site: &mut Site<'_>,
) {
    let Some(bound @ Value::Number(_)) = schema.get(exclusive).cloned() else {
        return;
    };
    let other = schema.get(inclusive).and_then(Exact::of_value);
    let wins = Exact::of_value(&bound)
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
        integer_bound(schema, "minimum", "exclusiveMinimum", Exact::ceil, site);
        integer_bound(schema, "maximum", "exclusiveMaximum", Exact::floor, site);
    }
}

/// The greatest `i64` as JavaScript prints it: rounded to a double, and with the fewest digits.
const JAVASCRIPT_MAX: u64 = 9_223_372_036_854_776_000;

/// An integer above 0.5 is one of 1 or more, with or without 0.5 itself.
fn integer_bound(
    schema: &mut Object,
    bound: &str,
    exclusive: &str,
    round: fn(Exact) -> i128,
    site: &mut Site<'_>,
) {
    let exact = |value: &&Value| {
        (value.is_i64() || value.is_u64()) && value.as_u64() != Some(JAVASCRIPT_MAX)
    };
    let Some(value) = schema.get(bound).filter(|value| !exact(value)).cloned() else {
        return;
    };
    let Some(number) = Exact::of_value(&value) else {
        return;
    };
    let rounded = round(number);
    let past = if bound == "maximum" {
        // Doubles that whoever printed them took for the greatest integer with and without sign.
        match rounded {
            whole if whole == 1 << 63 || value.is_u64() => Some(None),
            whole if whole == 1 << 64 => Some(Some(u64::MAX)),
            whole => (whole > 1 << 64).then_some(None),
        }
    } else {
        (rounded <= i64::MIN.into()).then_some(None)
    };
    let message = match past {
        Some(None) => {
            let message = format!("{value} excludes no integer of 64 bits and goes");
            schema.shift_remove(bound);
            message
        }
        Some(Some(most)) => {
            schema.insert(bound.to_string(), most.into());
            format!("{} becomes {most}", show(&value))
        }
        // A bound that excludes every integer of 64 bits stays.
        None if whole_value(rounded).is_f64() => return,
        None => {
            schema.insert(bound.to_string(), whole_value(rounded));
            format!("{} becomes {rounded}", show(&value))
        }
    };
    site.report_at(bound, &INTEGER_BOUND, message);
    if past.is_some() || number.whole().is_none() {
        schema.shift_remove(exclusive);
    }
}

fn multiple_of(schema: &mut Object, is_integer: bool, site: &mut Site<'_>) {
    let Some(value) = schema.get("multipleOf").cloned() else {
        return;
    };
    let positive = value.as_f64().is_some_and(|factor| factor > 0.0);
    let whole = Exact::of_value(&value).and_then(Exact::whole);
    match whole {
        Some(whole) if positive && is_integer && value.is_f64() => {
            let message = format!("{value} becomes {whole}");
            site.report_at("multipleOf", &INTEGER_BOUND, message);
            schema.insert("multipleOf".to_string(), whole_value(whole));
        }
        _ if positive && (!is_integer || whole.is_some()) => {}
        _ => {
            let message = format!("{value} is no factor of such a number and is left out");
            site.report_at("multipleOf", &MULTIPLE_OF, message);
            schema.shift_remove("multipleOf");
        }
    }
}
