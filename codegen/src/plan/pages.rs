//! What the docs of the crate, of its modules and of its operations say. Knows the IR, no Rust syntax.

use crate::ir::{Content, Header, Operation, Response, Status};

use super::docs::{Comment, code, markdown};
use super::{File, Holds, Plan, example};

impl Plan<'_> {
    /// The page of the crate.
    pub fn crate_page(&self, crate_name: &str) -> Vec<String> {
        let api = self.api;
        let mut comment = Comment::default();
        let title = match api.title.trim() {
            "" => "An API",
            _ => &api.title,
        };
        comment.markdown(title);
        comment.sentence(format!(
            "Models of version {} of the document.",
            code(&api.version)
        ));
        if let Some(description) = &api.description {
            comment.markdown(description);
        }
        comment.markdown(
            "Each module is one group of the API and one Cargo feature, which is off unless it is asked for; \
             `full` turns all of them on, `client` adds calls (`reqwest` with a transport), `server` traits and routers, and `mock` a server that answers by itself. A group shows every type that it uses.",
        );
        let mut lines = comment.into_lines();
        lines.push(String::new());
        lines.push("| module | feature | |".to_string());
        lines.push("| --- | --- | --- |".to_string());
        for (module, group) in api.modules.iter().zip(&self.groups) {
            let about = module.description.as_deref().map(first_line);
            let about = about.unwrap_or_default();
            let (name, feature) = (link(&group.ident), code(&group.feature));
            lines.push(format!("| {name} | {feature} | {} |", cell(&about)));
        }
        lines.extend(example::of_crate(self, crate_name));
        lines
    }

    /// The page of a file of definitions; with an example when it is known what the crate is called.
    pub fn file_page(&self, crate_name: Option<&str>, file: &File) -> Vec<String> {
        let api = self.api;
        let mut comment = Comment::default();
        match &file.holds {
            Holds::Group(id) => {
                let module = &api.modules[id.0];
                comment.markdown(&module.key);
                if let Some(description) = &module.description {
                    comment.markdown(description);
                }
                let operations = &self.group(*id).operations;
                let mut lines = comment.into_lines();
                if !operations.is_empty() {
                    lines.push(String::new());
                    let line = |index: &usize| {
                        let names = &self.names.operations[*index];
                        operation_line(&names.ident, &api.operations[*index])
                    };
                    lines.extend(operations.iter().map(line));
                }
                if let Some(crate_name) = crate_name {
                    lines.extend(example::of_group(self, crate_name, *id));
                }
                lines
            }
            Holds::Operation(index) => operation(&api.operations[*index]),
            Holds::Shared(modules) => {
                let keys = modules.iter().map(|m| code(&api.modules[m.0].key));
                let keys: Vec<String> = keys.collect();
                comment.sentence(format!(
                    "Types that exactly these groups use: {}.",
                    keys.join(", ")
                ));
                comment.into_lines()
            }
        }
    }
}

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

fn operation_line(ident: &str, operation: &Operation) -> String {
    let (module, route) = (link(ident), code(&route(operation)));
    match operation.docs.summary.as_deref().map(first_line) {
        Some(summary) if !summary.is_empty() => format!("- {module}: {summary} ({route})"),
        _ => format!("- {module}: {route}"),
    }
}

/// A module below this one, as a link. By its file, because a module whose feature is off cannot be linked by name.
fn link(ident: &str) -> String {
    format!("[{}]({ident}/index.html)", code(ident))
}

/// The first paragraph of Markdown, as one line.
fn first_line(text: &str) -> String {
    let lines = markdown(text);
    let paragraph: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .take_while(|l| !l.is_empty())
        .collect();
    // What is no paragraph cannot stand in a line with something else.
    let plain = |line: &&str| !line.starts_with(['#', '-', '>', '|', '`']);
    if paragraph.iter().all(plain) {
        paragraph.join(" ").replace("\\ ", " ")
    } else {
        String::new()
    }
}

/// Text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
