//! What the docs of an operation and of its answers say. Knows the IR, no Rust syntax.

use crate::ir::{Content, Header, Operation, Response, Status};

use super::docs::{Comment, code};

/// The docs of an operation.
pub(super) fn operation(operation: &Operation) -> Vec<String> {
    let mut comment = Comment::default();
    if let Some(summary) = &operation.docs.summary {
        comment.markdown(summary);
    }
    comment.sentence(code(&route(operation)));
    if let Some(description) = &operation.docs.description
        && operation.docs.summary.as_ref() != Some(description)
    {
        comment.markdown(description);
    }
    if operation.docs.deprecated {
        comment.sentence("Deprecated.");
    }
    comment.into_lines()
}

/// `GET /api/cases/{caseId}`
pub(super) fn route(operation: &Operation) -> String {
    let method = operation.method.to_ascii_uppercase();
    format!("{method} {}", operation.path)
}

/// The docs of an answer in one media type.
pub(super) fn answer(response: &Response, content: Option<&Content>) -> Vec<String> {
    let mut comment = Comment::default();
    let status = code(&status(response.status));
    let fact = match content {
        Some(content) => format!("{status}, {}.", code(&content.essence)),
        None => format!("{status}, without a body."),
    };
    if let Some(description) = &response.description {
        comment.markdown(description);
    }
    comment.sentence(fact);
    comment.into_lines()
}

/// A status as the document writes it.
pub(super) fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    }
}

/// The docs of a header of an answer.
pub(super) fn header(header: &Header) -> Vec<String> {
    let mut comment = Comment::default();
    comment.sentence(format!("Header {}.", code(&header.wire)));
    if let Some(description) = &header.description {
        comment.markdown(description);
    }
    comment.into_lines()
}
