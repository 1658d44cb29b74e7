//! What the docs of the crate and of its modules say. Knows the IR, no Rust syntax.

use crate::ir::{Api, Module, ModuleId, Operation, Response, TypeId};
use crate::naming::ident::written;

use super::docs::{Comment, code, markdown};
use super::said::{self, route, status};
use super::{File, Group, Head, Holds, Plan, Reference, RustType, example, guide};

/// What the crate page says of the features.
const FEATURES: &str = "Each module is one group of the API and one Cargo feature of the same name, with `-` for `_`, which \
    is off unless it is asked for; `full` turns all of them on. `client` adds calls (`reqwest` with a transport), `server` traits \
    and routers, and `mock` a server that answers by itself. A group shows every type that it uses, and each of its operations \
    is a module in it.";

/// So many operations say what a group is about, where the document does not.
const SHOWN: usize = 3;

impl Plan<'_> {
    /// The page of the crate.
    pub fn crate_page(&self) -> Vec<String> {
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
        comment.sentence("# Groups");
        comment.markdown(FEATURES);
        let mut lines = comment.into_lines();
        lines.push(String::new());
        lines.push("| group | |".to_string());
        lines.push("| --- | --- |".to_string());
        let mut groups: Vec<(&Group, &Module)> = self.groups.iter().zip(&api.modules).collect();
        groups.sort_by(|a, b| a.0.ident.cmp(&b.0.ident));
        lines.extend(
            groups
                .into_iter()
                .map(|(group, module)| group_row(api, group, module)),
        );
        if let Some(crate_name) = &self.crate_name {
            lines.extend(guide::of_crate(self, crate_name));
        }
        lines
    }

    /// The page of a file of definitions.
    pub fn file_page(&self, file: &File) -> Vec<String> {
        match &file.holds {
            Holds::Group(id) => self.group_page(*id),
            Holds::Operation(index) => self.operation_page(*index),
            Holds::Shared(modules) => {
                let keys = modules.iter().map(|m| code(&self.api.modules[m.0].key));
                let keys: Vec<String> = keys.collect();
                let mut comment = Comment::default();
                comment.sentence(format!(
                    "Types that exactly these groups use: {}.",
                    keys.join(", ")
                ));
                comment.into_lines()
            }
        }
    }

    fn group_page(&self, id: ModuleId) -> Vec<String> {
        let (group, module) = (self.group(id), &self.api.modules[id.0]);
        let mut comment = Comment::default();
        // The name stands above it anyway.
        match module.description.as_deref().map(str::trim) {
            Some(description) if !description.is_empty() => comment.markdown(description),
            _ => comment.sentence(format!("The group {} of the API.", code(&module.key))),
        };
        let mut lines = comment.into_lines();
        if !group.operations.is_empty() {
            lines.extend(["", "# Operations", ""].map(String::from));
            lines.extend(self.halves(group));
            lines.extend(group.operations.iter().map(|index| {
                let ident = &self.names.operations[*index].ident;
                operation_line(ident, &self.api.operations[*index])
            }));
        }
        if let Some(crate_name) = &self.crate_name {
            lines.extend(example::of_group(self, crate_name, id));
        }
        lines
    }

    fn operation_page(&self, index: usize) -> Vec<String> {
        let operation = &self.api.operations[index];
        let mut lines = said::operation(operation);
        let answers = operation.responses.iter();
        let answers: Vec<String> = answers
            .map(|response| self.answer_line(index, response))
            .collect();
        if !answers.is_empty() {
            lines.extend(["", "# Answers", ""].map(String::from));
            lines.extend(answers);
        }
        lines
    }

    /// Where the operations of a group are called and served, by files: a half whose feature is off cannot be linked by name.
    fn halves(&self, group: &Group) -> Vec<String> {
        if self.crate_name.is_none() {
            return Vec::new();
        }
        let (ident, service) = (&group.ident, &group.service);
        let half = |half: &str, kind: &str| {
            let text = code(&format!("{half}::{}::{service}", written(ident)));
            format!("[{text}](../{half}/{ident}/{kind}.{service}.html)")
        };
        let (client, server) = (half("client", "struct"), half("server", "trait"));
        vec![
            format!("Called by {client}, served by {server}."),
            String::new(),
        ]
    }

    /// `- 200: a link to the type. What the document says.`
    fn answer_line(&self, index: usize, response: &Response) -> String {
        let status = code(&status(response.status));
        let mut bodies: Vec<String> = Vec::new();
        for content in &response.content {
            let body = self.body_link(index, &self.variant_body(content).ty);
            if !bodies.contains(&body) {
                bodies.push(body);
            }
        }
        let line = match bodies.as_slice() {
            [] => format!("- {status}"),
            bodies => format!("- {status} {}", bodies.join(" or ")),
        };
        match response.description.as_deref().map(first_line) {
            Some(text) if !text.is_empty() => format!("{line}: {text}"),
            _ => line,
        }
    }

    /// A type, as a link from the module of an operation where it has a definition.
    fn body_link(&self, index: usize, ty: &RustType) -> String {
        let from = self.file_of_operation(index);
        let text = ty.text(&|head| match head {
            Head::Word(word) => word.to_string(),
            Head::Known(name) | Head::Wire(name) => name.to_string(),
            Head::Named(id) => self.reference(from, id).name,
            Head::Path(path) => path.to_string(),
        });
        let Some(id) = definition_in(ty) else {
            return code(&text);
        };
        let Reference { module, name } = self.reference(from, id);
        // The module has the name for its own use, and rustdoc wants no longer path then; unless it means something else.
        let hidden = module.is_some() && self.file(from).own_names.contains(&name);
        let module = module.as_deref().unwrap_or("self");
        match text == name && !hidden {
            true => format!("[{}]", code(&text)),
            false => format!("[{}]({module}::{name})", code(&text)),
        }
    }
}

/// The first definition that a type names.
fn definition_in(ty: &RustType) -> Option<TypeId> {
    match ty.parts() {
        (Head::Named(id), _) => Some(id),
        (_, arguments) => arguments.into_iter().find_map(definition_in),
    }
}

/// What a group is about, in a line: what the document says, or some of what it does.
fn about(api: &Api, group: &Group, module: &Module) -> String {
    let said = module.description.as_deref().map(first_line);
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        return first_sentence(&said).to_string();
    }
    let operations = group.operations.iter().map(|index| &api.operations[*index]);
    let summaries =
        operations.filter_map(|operation| operation.docs.summary.as_deref().map(first_line));
    let summaries: Vec<String> = summaries
        .filter(|text| !text.is_empty())
        .take(SHOWN)
        .collect();
    let more = match group.operations.len() > summaries.len() && !summaries.is_empty() {
        true => ", …",
        false => "",
    };
    summaries.join(", ") + more
}

fn group_row(api: &Api, group: &Group, module: &Module) -> String {
    let about = cell(&about(api, group, module));
    let name = link(&group.ident);
    match group.feature == group.ident.replace('_', "-") {
        true => format!("| {name} | {about} |"),
        false => format!("| {name}, feature {} | {about} |", code(&group.feature)),
    }
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

/// The first sentence of a line of Markdown, where it can be told: no markup is open at its end.
fn first_sentence(line: &str) -> &str {
    let ends = line.match_indices(". ").map(|(at, _)| &line[..=at]);
    let closed = |text: &&str| {
        let count = |c| text.matches(c).count();
        count('`') % 2 == 0
            && count('*') % 2 == 0
            && count('(') == count(')')
            && count('[') == count(']')
    };
    let next_begins = |text: &&str| {
        line[text.len()..]
            .trim_start()
            .starts_with(char::is_uppercase)
    };
    ends.filter(next_begins).find(closed).unwrap_or(line)
}

/// Text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_no_markup_is_open() {
        assert_eq!(
            first_sentence("Rules watch data. They raise alerts."),
            "Rules watch data."
        );
        assert_eq!(
            first_sentence("See `a. B` (or c. D) first. Then"),
            "See `a. B` (or c. D) first."
        );
        assert_eq!(first_sentence("Some, e.g. cases"), "Some, e.g. cases");
        assert_eq!(first_sentence(""), "");
    }
}
