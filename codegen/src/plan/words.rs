//! What the doc comments of definitions, fields, variants and traits say. Knows the IR and patterns, no Rust syntax.

use serde_json::Value;

use crate::exact::Exact;
use crate::ir::{
    Additional, Api, Array, Docs, Field, Integer, Kind, Member, Module, Number, Place, Presence,
    Range, Section, Shape, Side, Size, Step, Text, Type, TypeDef,
};
use crate::passes::unions;
use crate::pattern::needs_lookaround;
use crate::pointer::Pointer;

use super::docs::{Comment, code, markdown};
use super::names::Names;

/// Values longer than this are not repeated in docs.
const LONGEST_VALUE: usize = 200;

/// The docs of the server trait of a group.
pub(super) fn service(module: &Module) -> Vec<String> {
    let mut comment = Comment::default();
    comment.sentence(format!(
        "The operations of the group {}.",
        code(&module.key)
    ));
    if let Some(description) = &module.description {
        comment.markdown(description);
    }
    comment.sentence("Write the methods that are to be served: the others answer 501.");
    comment.into_lines()
}

/// The docs of a definition.
pub(super) fn definition(
    api: &Api,
    names: &Names,
    ident: &str,
    definition: &TypeDef,
) -> Vec<String> {
    let mut comment = Comment::default();
    said(&mut comment, ident, &definition.docs);
    if comment.is_empty() {
        comment.sentence(place(api, names, &definition.place));
    }
    let facts = match &definition.shape {
        Shape::Alias(ty) => sentences(&rules(ty)),
        Shape::Struct(object) => {
            let mut facts = Vec::new();
            facts.extend(amount(object.size, "property", "properties"));
            if object.additional == Additional::Closed {
                facts.push("no other properties".to_string());
            }
            let sets = object.require_any.iter().map(|set| {
                set.iter()
                    .map(|key| code(key))
                    .collect::<Vec<_>>()
                    .join(" and ")
            });
            let sets: Vec<String> = sets.collect();
            if !sets.is_empty() {
                facts.push(format!("at least {}", sets.join(", or ")));
            }
            if !object.forbidden.is_empty() {
                let keys: Vec<String> = object.forbidden.iter().map(|key| code(key)).collect();
                facts.push(format!("never {}", keys.join(", ")));
            }
            sentences(&facts)
        }
        Shape::Enum(_) => String::new(),
        Shape::Union(union) => unions::describe(union),
    };
    notes(
        &mut comment,
        facts,
        &definition.docs,
        Some(&definition.pointer),
    );
    comment.into_lines()
}

/// The docs of a field.
pub(super) fn field(owner: &TypeDef, field: &Field) -> Vec<String> {
    let mut comment = Comment::default();
    said(&mut comment, &field.ident, &field.docs);
    let mut facts = rules(&field.ty);
    if field.ident != field.wire {
        facts.push(format!("property {}", code(&field.wire)));
    }
    if field.presence == Presence::Lenient {
        facts.push("required by the document, but left out by servers".to_string());
    }
    facts.extend(side(field).map(String::from));
    let told = field.told.as_ref();
    facts.extend(told.map(|told| format!("which member it is, {} tells", code(&told.property))));
    // Most stand below their owner, whose docs say where. What was merged from elsewhere says where it is from.
    let elsewhere = !field.pointer.is_below(&owner.pointer);
    let pointer = elsewhere.then_some(&field.pointer);
    notes(&mut comment, sentences(&facts), &field.docs, pointer);
    comment.into_lines()
}

/// What a property says about the direction of messages.
fn side(field: &Field) -> Option<&'static str> {
    Some(match (field.only?, field.presence) {
        (Side::Request, Presence::OnItsSide) => "only in requests, where it must be",
        (Side::Request, _) => "only in requests",
        (Side::Response, Presence::OnItsSide) => "only in responses, where it must be",
        (Side::Response, _) => "only in responses",
    })
}

/// The docs of a member of a union.
pub(super) fn member(member: &Member, expectation: &str) -> Vec<String> {
    let mut comment = Comment::default();
    said(&mut comment, &member.ident, &member.docs);
    let mut facts = vec![capitalised(expectation)];
    // What is told by its values needs no other word.
    let listed = matches!(
        &member.ty.kind,
        Kind::Boolean { only: Some(_) } | Kind::Integer(_) | Kind::Number(_)
    ) && !expectation.starts_with('a');
    if !listed {
        facts.extend(rules(&member.ty));
    }
    notes(&mut comment, sentences(&facts), &member.docs, None);
    comment.into_lines()
}

/// Title, summary and description, without what only repeats the name.
fn said(comment: &mut Comment, name: &str, docs: &Docs) {
    let texts = [&docs.title, &docs.summary, &docs.description];
    let mut before = "";
    for text in texts.into_iter().flatten() {
        // Many descriptions only repeat the title.
        if !text.trim().is_empty() && text.trim() != before.trim() && !repeats(text, name) {
            comment.markdown(text);
            before = text;
        }
    }
}

/// Whether a text has the letters of a name and nothing else.
fn repeats(text: &str, name: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(text) == letters(name)
}

/// What the generator adds, as one paragraph: the facts, default and deprecation, and where the schema stands.
fn notes(comment: &mut Comment, facts: String, docs: &Docs, pointer: Option<&Pointer>) {
    let default = docs.default.as_ref().map(Value::to_string);
    let default = default.filter(|text| text.len() <= LONGEST_VALUE);
    let notes = [
        (!facts.is_empty()).then_some(facts),
        default.map(|text| format!("Default: {}.", code(&text))),
        docs.deprecated.then(|| "**Deprecated.**".to_string()),
    ];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    let mut lines = markdown(&notes.join(" "));
    lines.extend(pointer.map(schema));
    comment.paragraph(lines);
}

/// Where a schema stands.
pub(super) fn schema(pointer: &Pointer) -> String {
    format!("Schema: {}", code(&format!("#{}", pointer.as_str())))
}

/// Where a definition stands, for those that the document says nothing about.
fn place(api: &Api, names: &Names, place: &Place) -> String {
    match place {
        // Its schema is said below, and has the name.
        Place::Component(_) => String::new(),
        Place::Operation { operation, section } => {
            format!(
                "{} of {}.",
                capitalised(&section_text(section)),
                operation_text(operation)
            )
        }
        Place::Child { parent, steps } => {
            let name = match names.types[parent.0].ident.as_str() {
                // It is not written.
                "" => &api.types[*parent].label,
                name => name,
            };
            format!("{} of {}.", steps_text(steps), code(name))
        }
    }
}

fn section_text(section: &Section) -> String {
    match section {
        Section::Path => "the path parameters".to_string(),
        Section::Query => "the query parameters".to_string(),
        Section::Header => "the header parameters".to_string(),
        Section::Cookie => "the cookie parameters".to_string(),
        Section::RequestBody(None) => "the request body".to_string(),
        Section::RequestBody(Some(media)) => format!("the {} request body", code(media)),
        Section::Response(status, None) => format!("the {} response", code(status)),
        Section::Response(status, Some(media)) => {
            format!("the {} response as {}", code(status), code(media))
        }
        Section::ResponseHeader(status, name) => {
            format!("the header {} of the {} response", code(name), code(status))
        }
        Section::Inside(section, steps) => {
            format!("{} of {}", steps_text(steps), section_text(section))
        }
    }
}

fn operation_text(key: &str) -> String {
    match key.split_once(' ') {
        Some((method, path)) => code(&format!("{} {path}", method.to_ascii_uppercase())),
        None => code(key),
    }
}

fn steps_text(steps: &[Step]) -> String {
    let mut texts = steps.iter().rev().map(|step| match step {
        Step::Property(name) => format!("property {}", code(name)),
        Step::Item => "an item".to_string(),
        Step::Value => "a value".to_string(),
        Step::Member => "a member".to_string(),
    });
    let first = texts.next().unwrap_or_default();
    let text = texts.fold(first, |text, step| format!("{text} of {step}"));
    capitalised(&text)
}

/// The rules of a type in words. Those of definitions stand at the definition.
fn rules(ty: &Type) -> Vec<String> {
    let mut facts = Vec::new();
    match &ty.kind {
        Kind::Any { given_up: true } => {
            facts.push("any JSON value: the schema is beyond the generator".to_string());
        }
        Kind::Boolean { only: Some(only) } => {
            facts.push(format!("always {}", code(&only.to_string())))
        }
        Kind::Integer(Integer { range, allowed, .. }) => {
            facts.extend(range_text(range));
            facts.extend(listed(allowed.iter().map(i128::to_string)));
        }
        Kind::Number(Number { range, allowed }) => {
            facts.extend(range_text(range));
            facts.extend(listed(allowed.iter().map(Exact::to_string)));
        }
        Kind::String(Text {
            format,
            length,
            pattern,
        }) => {
            facts.extend(amount(*length, "character", "characters"));
            facts.extend(
                pattern
                    .as_ref()
                    .map(|pattern| match needs_lookaround(pattern) {
                        Some(_) => format!(
                            "pattern {} (checked with the feature `lookaround` only)",
                            code(pattern)
                        ),
                        None => format!("pattern {}", code(pattern)),
                    }),
            );
            facts.extend(format.as_ref().map(|f| format!("format {}", code(f))));
        }
        Kind::Base64 => facts.push("base64".to_string()),
        Kind::Binary(rules) => {
            facts.push("format `binary`".to_string());
            facts.extend(amount(rules.length, "byte", "bytes"));
        }
        Kind::Object(size) => facts.extend(amount(*size, "property", "properties")),
        Kind::Map(values, size) => {
            facts.extend(amount(*size, "property", "properties"));
            facts.extend(each("value", values));
        }
        Kind::Array(Array {
            items,
            size,
            unique,
        }) => {
            facts.extend(amount(*size, "item", "items"));
            if *unique {
                facts.push("all items differ".to_string());
            }
            facts.extend(each("item", items));
        }
        Kind::OneOrMany(inner, size) => {
            facts.extend(amount(*size, "item", "items"));
            facts.extend(each("item", inner));
        }
        Kind::Any { given_up: false }
        | Kind::Null
        | Kind::Never
        | Kind::Boolean { only: None }
        | Kind::Named(_)
        | Kind::Replaced(_) => {}
    }
    facts
}

fn each(what: &str, ty: &Type) -> Option<String> {
    let facts = rules(ty);
    (!facts.is_empty()).then(|| format!("each {what}: {}", facts.join(", ")))
}

/// `1 to 50 characters`, `at least 1 item`.
fn amount(size: Size, one: &str, many: &str) -> Option<String> {
    let noun = |count: u64| if count == 1 { one } else { many };
    match (size.min, size.max) {
        (None | Some(0), None) => None,
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min} {}", noun(min))),
        (None | Some(0), Some(max)) => Some(format!("at most {max} {}", noun(max))),
        (Some(min), None) => Some(format!("at least {min} {}", noun(min))),
        (Some(min), Some(max)) => Some(format!("{min} to {max} {}", noun(max))),
    }
}

fn range_text(range: &Range) -> Vec<String> {
    let mut facts = Vec::new();
    let bound = |exclusive, out: &str, within: &str, value: Exact| {
        format!("{} {value}", if exclusive { out } else { within })
    };
    facts.extend(
        range
            .min
            .map(|min| bound(range.exclusive_min, "more than", "at least", min)),
    );
    facts.extend(
        range
            .max
            .map(|max| bound(range.exclusive_max, "less than", "at most", max)),
    );
    facts.extend(range.multiple_of.map(|of| format!("a multiple of {of}")));
    facts
}

fn listed(values: impl Iterator<Item = String>) -> Option<String> {
    let values: Vec<String> = values.map(|value| code(&value)).collect();
    match values.as_slice() {
        [] => None,
        [only] => Some(format!("always {only}")),
        values => Some(format!("one of {}", values.join(", "))),
    }
}

/// `a` and `b c` as `A, b c.`
fn sentences(facts: &[String]) -> String {
    if facts.is_empty() {
        return String::new();
    }
    format!("{}.", capitalised(&facts.join(", ")))
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The docs of a value of a string enum.
pub(super) fn value(text: &str) -> Vec<String> {
    vec![code(text)]
}

/// The docs of the function that gives a default.
pub(super) fn default(field: &Field) -> Vec<String> {
    let text = field
        .docs
        .default
        .as_ref()
        .map_or_else(String::new, Value::to_string);
    let value = if text.len() <= LONGEST_VALUE {
        format!(": {}", code(&text))
    } else {
        String::new()
    };
    vec![format!("The default of {}{value}.", code(&field.wire))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_repeats_the_name_is_not_said() {
        let docs = Docs {
            title: Some("Case response properties".to_string()),
            description: Some("What a case is.".to_string()),
            ..Docs::default()
        };
        let mut comment = Comment::default();
        said(&mut comment, "CaseResponseProperties", &docs);
        assert_eq!(comment.into_lines(), ["What a case is."]);
    }
}
