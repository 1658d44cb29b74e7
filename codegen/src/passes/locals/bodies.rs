//! Names of responses and bodies: variants by status and media type. Knows the IR only.

use std::collections::BTreeMap;

use crate::ir::{Content, Header, Operation, Response, Status};
use crate::naming::reserved;
use crate::naming::words::{Case, distinct};

/// Sets the `ident` of every response, of its headers, and of every body.
pub(super) fn run(operation: &mut Operation) {
    if let Some(body) = &mut operation.body {
        let mut names = Numbered::default();
        for content in &mut body.content {
            content.ident = names.name(media_words(&content.essence));
        }
    }
    let mut names = Numbered::default();
    for response in &mut operation.responses {
        name_response(response, &mut names);
        name_headers(&mut response.headers);
    }
}

fn name_response(response: &mut Response, names: &mut Numbered) {
    let word = status_word(response.status);
    match response.content.as_mut_slice() {
        [] => response.ident = names.name(word),
        [only] => {
            response.ident = names.name(word);
            only.ident.clone_from(&response.ident);
        }
        several => {
            for content in several.iter_mut() {
                content.ident = names.name(word.clone() + &media_words(&content.essence));
            }
            let all: Vec<&str> = several.iter().map(|c: &Content| c.ident.as_str()).collect();
            response.ident = format!("{{{}}}", all.join(", "));
        }
    }
}

fn name_headers(headers: &mut [Header]) {
    let wires: Vec<&str> = headers.iter().map(|h| h.wire.as_str()).collect();
    let names = distinct(&wires, Case::Snake, reserved::header);
    for (header, name) in headers.iter_mut().zip(names) {
        header.ident = name;
    }
}

/// Names that stand for several things are numbered; the first keeps its name.
#[derive(Default)]
pub(crate) struct Numbered {
    taken: BTreeMap<String, usize>,
}

impl Numbered {
    /// The name as it is wanted, or with a number.
    pub(crate) fn name(&mut self, mut wanted: String) -> String {
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
pub(crate) fn media_words(essence: &str) -> String {
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
pub(crate) fn status_word(status: Status) -> String {
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
