//! Names of parameters, responses and bodies. Knows the IR only.

use std::collections::BTreeMap;

use super::given::{OperationNames, ResponseNames};
use super::path::Language;
use crate::ir::{Content, Header, Location, Operation, Response, Status};
use crate::naming::reserved;
use crate::naming::words::{Case, distinct};

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

/// Names that stand for several things are numbered; the first keeps its name.
#[derive(Default)]
struct Numbered {
    taken: BTreeMap<String, usize>,
}

impl Numbered {
    fn name(&mut self, mut wanted: String) -> String {
        loop {
            let count = self.taken.entry(wanted.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                return wanted;
            }
            wanted = format!("{wanted}{count}");
        }
    }
}

/// A media type as part of a variant's name.
pub(super) fn media_words(essence: &str) -> String {
    let subtype = essence.split('/').next_back().unwrap_or_default();
    let words = subtype.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !matches!(*word, "" | "x" | "vnd"));
    let words: String = words.map(capitalised).collect();
    match words.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => words,
        false => format!("Body{words}"),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The variant of a status.
pub(super) fn status_word(status: Status) -> String {
    let code = match status {
        Status::Default => return "Default".to_string(),
        Status::Class(class) => {
            let words = [
                "Informational",
                "Success",
                "Redirection",
                "ClientError",
                "ServerError",
            ];
            let word = words.get(usize::from(class).wrapping_sub(1));
            return word.map_or_else(|| format!("Class{class}"), ToString::to_string);
        }
        Status::Code(code) => code,
    };
    let word = match code {
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "NonAuthoritativeInformation",
        204 => "NoContent",
        205 => "ResetContent",
        206 => "PartialContent",
        207 => "MultiStatus",
        301 => "MovedPermanently",
        302 => "Found",
        303 => "SeeOther",
        304 => "NotModified",
        307 => "TemporaryRedirect",
        308 => "PermanentRedirect",
        400 => "BadRequest",
        401 => "Unauthorized",
        402 => "PaymentRequired",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "PreconditionFailed",
        413 => "PayloadTooLarge",
        415 => "UnsupportedMediaType",
        422 => "UnprocessableEntity",
        423 => "Locked",
        424 => "FailedDependency",
        429 => "TooManyRequests",
        500 => "InternalServerError",
        501 => "NotImplemented",
        502 => "BadGateway",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        code => return format!("Status{code}"),
    };
    word.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_become_parts_of_names() {
        assert_eq!(media_words("application/x-ndjson"), "Ndjson");
        assert_eq!(media_words("application/vnd.api+json"), "ApiJson");
        assert_eq!(media_words("*/*"), "Body");
    }
}
