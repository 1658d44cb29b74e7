//! Names of parameters, responses and bodies. Knows the IR only.

use std::collections::BTreeMap;

use super::given::{OperationNames, ResponseNames};
use super::path::Language;
use crate::ir::{Content, Header, Location, Operation, Response, Status};
use crate::naming::reserved;
use crate::naming::words::{Case, distinct};
use crate::passes::locals::bodies::{Numbered, media_words, status_word};

/// The field of a request that holds its body.
const BODY: &str = "body";

/// Everything inside an operation that has a name.
pub(super) fn names(
    language: &Language<'_>,
    operation: &Operation,
    ident: String,
) -> OperationNames {
    let parameters = parameters(language, operation);
    let taken = operation.body.is_some() && parameters.iter().any(|name| name == BODY);
    let mut media = Numbered::default();
    let bodies = operation.body.iter().flat_map(|body| &body.content);
    let mut variants = Numbered::default();
    OperationNames {
        ident,
        parameters,
        body: if taken {
            format!("request_{BODY}")
        } else {
            BODY.to_string()
        },
        bodies: bodies
            .map(|content| media.name(media_words(&content.essence)))
            .collect(),
        responses: operation
            .responses
            .iter()
            .map(|response| response_names(response, &mut variants))
            .collect(),
    }
}

/// A field for every parameter. Those of different places that would be called the same say their place.
fn parameters(language: &Language<'_>, operation: &Operation) -> Vec<String> {
    let wires: Vec<&str> = operation
        .parameters
        .iter()
        .map(|parameter| parameter.wire.as_str())
        .collect();
    let plain = |wire: &str| {
        let ident = Case::Snake.join(&language.vocabulary.words(wire));
        reserved::field(&ident).map_or(ident, String::from)
    };
    let mut names: Vec<String> = wires.iter().map(|wire| plain(wire)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    names
        .iter()
        .for_each(|name| *counts.entry(name).or_default() += 1);
    let shared: Vec<bool> = names.iter().map(|name| counts[name.as_str()] > 1).collect();
    for ((name, parameter), shared) in names.iter_mut().zip(&operation.parameters).zip(shared) {
        if shared {
            *name = format!("{name}_{}", place(parameter.location));
        }
    }
    let mut once = names.clone();
    once.sort();
    once.dedup();
    // Two of one place, `_version` and `version`.
    match once.len() == names.len() {
        true => names,
        false => distinct(&wires, Case::Snake, reserved::field),
    }
}

fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}

fn response_names(response: &Response, names: &mut Numbered) -> ResponseNames {
    let word = status_word(response.status);
    let variants = match response.content.as_slice() {
        [] | [_] => vec![names.name(word)],
        several => several
            .iter()
            .map(|content: &Content| names.name(word.clone() + &media_words(&content.essence)))
            .collect(),
    };
    ResponseNames {
        variants,
        headers: headers(&response.headers),
    }
}

fn headers(headers: &[Header]) -> Vec<String> {
    let wires: Vec<&str> = headers.iter().map(|header| header.wire.as_str()).collect();
    distinct(&wires, Case::Snake, reserved::header)
}

/// A status as documents write it.
pub(super) fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    }
}
