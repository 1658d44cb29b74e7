//! Which operations answer page by page, and how the next page is asked for. Knows the IR only.
//!
//! Nothing is known of single operations: an operation answers page by page when its one success is an object with one
//! list in it, and
//!
//! - a number in the query says which page, and the answer tells how many items there are, or which page this is; or
//! - a text in the query says where to go on, and the answer has a text of that name to go on from (`cursor` and
//!   `next_cursor`).

use heck::ToSnakeCase;
use serde_json::Value;

use crate::ir::{
    Api, BodyFormat, Field, Kind, Location, Operation, Presence, Shape, Status, Struct,
};

/// How an operation answers page by page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The parameter that says which page, as an index of the operation's.
    pub parameter: usize,
    /// The property of the answer that is the list.
    pub items: String,
    /// How the next page is asked for.
    pub turn: Turn,
}

/// How the next page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// By its number.
    Number {
        /// The number of the first page, where the document says it.
        first: Option<i32>,
        /// The property of the answer that says which page it is.
        number: Option<String>,
        /// The property of the answer that says how many items there are on all pages.
        total: Option<String>,
    },
    /// By what the answer says.
    Cursor {
        /// The property of the answer that says it.
        next: String,
    },
}

/// How an operation answers page by page, when it does.
pub fn paging(api: &Api, operation: &Operation) -> Option<Paging> {
    let answer = answer(api, operation)?;
    let items = &list(api, answer)?.wire;
    let mut parameters = operation.parameters.iter().enumerate();
    parameters.find_map(|(index, parameter)| {
        if parameter.location != Location::Query || parameter.required {
            return None;
        }
        let group = operation.query_type?;
        let Shape::Struct(group) = &api.types.body(group).shape else {
            return None;
        };
        let field = group.fields.iter().find(|f| f.wire == parameter.wire)?;
        let turn =
            by_number(api, field, answer, items).or_else(|| by_cursor(api, field, answer))?;
        Some(Paging {
            parameter: index,
            items: items.clone(),
            turn,
        })
    })
}

/// The object that the one success answers with.
fn answer<'a>(api: &'a Api, operation: &Operation) -> Option<&'a Struct> {
    let success = |status| matches!(status, Status::Code(200..=299) | Status::Class(2));
    let mut successes = operation.responses.iter().filter(|r| success(r.status));
    let (Some(only), None) = (successes.next(), successes.next()) else {
        return None;
    };
    let [content] = only.content.as_slice() else {
        return None;
    };
    let ty = content.ty.as_ref().filter(|ty| !ty.nullable)?;
    let Kind::Named(id) = api.types.resolve(ty).0 else {
        return None;
    };
    match &api.types.body(*id).shape {
        Shape::Struct(object) if content.format == BodyFormat::Json => Some(object),
        _ => None,
    }
}

/// The one list of things in an object.
fn list<'a>(api: &Api, object: &'a Struct) -> Option<&'a Field> {
    let things = |field: &&Field| match api.types.resolve(&field.ty).0 {
        Kind::Array(array) => !matches!(
            api.types.resolve(&array.items).0,
            Kind::Boolean { .. } | Kind::Integer(_) | Kind::Number(_) | Kind::String(_)
        ),
        _ => false,
    };
    let all = || object.fields.iter().filter(things);
    // What may be missing, or is on its way out, is not what the answer is about.
    let kept = || all().filter(|field| !field.docs.deprecated);
    let sure = || kept().filter(|field| field.presence == Presence::Required);
    only(all())
        .or_else(|| only(kept()))
        .or_else(|| only(sure()))
}

fn only<'a>(mut fields: impl Iterator<Item = &'a Field>) -> Option<&'a Field> {
    let first = fields.next()?;
    fields.next().is_none().then_some(first)
}

fn words(name: &str) -> Vec<String> {
    let name = name.to_snake_case();
    name.split('_').map(str::to_string).collect()
}

fn is_number(api: &Api, field: &Field) -> bool {
    let kind = api.types.resolve(&field.ty).0;
    matches!(kind, Kind::Integer(_) | Kind::Number(_))
}

fn by_number(api: &Api, parameter: &Field, answer: &Struct, items: &str) -> Option<Turn> {
    let own = words(&parameter.wire);
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let page = matches!(
        own.as_slice(),
        ["page"] | ["page", "index" | "number"] | ["current", "page"]
    );
    if !page || !is_number(api, parameter) {
        return None;
    }
    let number = |is: &dyn Fn(&[String]) -> bool| {
        let numbers = answer.fields.iter().filter(|field| is_number(api, field));
        let mut numbers = numbers.filter(|field| is(&words(&field.wire)));
        numbers.next().map(|field| field.wire.clone())
    };
    let (number, total) = (
        number(&|words| words == own),
        number(&|words| is_total(words, items)),
    );
    if total.is_none() && number.is_none() {
        return None;
    }
    let first = parameter.docs.default.as_ref().and_then(Value::as_f64);
    Some(Turn::Number {
        first: first.map(|first| first as i32),
        number,
        total,
    })
}

/// `total`, alone or with what it counts. Totals of other things are about other things.
fn is_total(name: &[String], items: &str) -> bool {
    let [first, rest @ ..] = name else {
        return false;
    };
    let rest = rest.join("_");
    first == "total"
        && (matches!(rest.as_str(), "" | "count" | "items") || rest == words(items).join("_"))
}

fn by_cursor(api: &Api, parameter: &Field, answer: &Struct) -> Option<Turn> {
    let text = |field: &Field| matches!(api.types.resolve(&field.ty).0, Kind::String(_));
    if !text(parameter) {
        return None;
    }
    let own = words(&parameter.wire);
    let next: Vec<String> = std::iter::once("next".to_string())
        .chain(own.clone())
        .collect();
    // A filter that the answer repeats is no cursor.
    let speaks = own
        .iter()
        .any(|word| matches!(word.as_str(), "cursor" | "token" | "marker"));
    let next = answer.fields.iter().find(|field| {
        let words = words(&field.wire);
        text(field) && (words == next || (speaks && words == own))
    })?;
    Some(Turn::Cursor {
        next: next.wire.clone(),
    })
}
