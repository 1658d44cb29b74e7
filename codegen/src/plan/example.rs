//! Examples in the docs: programs that read a documented example, or build a request. Knows the IR, no layout of files.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use serde_json::Value;

use crate::ir::{BodyFormat, Content, Kind, ModuleId, Operation, Status};
use crate::naming::ident::written;

use super::{Access, Field, Plan, RustType, Struct, program};

/// Lines of JSON: what is pleasant to read, what is shown where a group has nothing better, and what is shown
/// where it has nothing else.
const LENGTHS: [RangeInclusive<usize>; 3] = [4..=40, 4..=250, 1..=250];

/// The example of a group as lines of Markdown: the richest of a type with a name that is pleasant to read, or else the
/// first with whatever there is. Empty when no operation of the group documents a JSON body.
///
/// The program is compiled by `cargo test --doc` but not run: whether an example fits its schema is the document's
/// affair.
pub(super) fn of_group(plan: &Plan<'_>, crate_name: &str, group: ModuleId) -> Vec<String> {
    let operations = || {
        let own = plan.group(group).operations.iter();
        own.map(|index| &plan.api.operations[*index])
    };
    let richest = operations()
        .flat_map(|operation| of_operation(plan, crate_name, operation, &LENGTHS[0], true))
        // The last of equals would be chosen otherwise.
        .max_by(|a, b| a.len().cmp(&b.len()).then(Ordering::Greater));
    richest.unwrap_or_else(|| {
        let first = |lengths| {
            operations().find_map(|operation| {
                of_operation(plan, crate_name, operation, lengths, false).next()
            })
        };
        LENGTHS.iter().find_map(first).unwrap_or_default()
    })
}

/// How a request is built, as lines of Markdown: with variables of the types that are wanted.
pub(super) fn of_request(
    plan: &Plan<'_>,
    crate_name: &str,
    index: usize,
    object: &Struct,
) -> Vec<String> {
    if object.fields.is_empty() {
        return Vec::new();
    }
    let operation = &plan.api.operations[index];
    let group = plan.group(operation.module);
    let module = format!(
        "{crate_name}::{}::{}",
        written(&group.ident),
        written(&plan.names.operations[index].ident)
    );
    let mut variables = Vec::new();
    let mut variable = |field: &Field, ty: &RustType| {
        let ty = match ty {
            RustType::Local(name) => format!("{module}::{name}"),
            ty => plan.path_in(crate_name, ty, operation.module),
        };
        variables.push(format!("{}: {ty}", written(&field.ident)));
        written(&field.ident)
    };
    let given: Vec<String> = object
        .required_fields()
        .map(|field| match field.access {
            Access::Required => variable(field, &field.value),
            _ => variable(field, &field.ty),
        })
        .collect();
    let mut lines = Vec::new();
    let made = match &object.required {
        Some(required) => {
            lines.push(format!("use {module}::{{Request, {required}}};"));
            format!("Request::new({required} {{ {} }})", given.join(", "))
        }
        None => {
            lines.push(format!("use {module}::Request;"));
            format!("Request::new({})", given.join(", "))
        }
    };
    let added = object.fields.iter().find(|field| {
        field.access == Access::Optional
            && !field.boxed
            && !is_deprecated(plan, index, &field.ident)
    });
    let change = added.map_or_else(String::new, |field| {
        let name = variable(field, &field.value);
        format!("\n    .with(|request| request.{name} = Some({name}))")
    });
    lines.push(String::new());
    let built = format!("let request = {made}{change};");
    lines.extend(built.lines().map(String::from));
    let around = format!("fn build({}) {{", variables.join(", "));
    let features = [group.feature.as_str()].into_iter();
    let mut text = vec![String::new()];
    text.extend(program::program(features, &around, &lines));
    text
}

/// Whether a parameter, by its field, is one that nobody should use any more.
fn is_deprecated(plan: &Plan<'_>, index: usize, ident: &str) -> bool {
    let operation = &plan.api.operations[index];
    let names = &plan.names.operations[index].parameters;
    let mut own = operation.parameters.iter().zip(names);
    own.find(|(_, name)| *name == ident)
        .and_then(|(parameter, _)| plan.parameter_field(operation, parameter))
        .is_some_and(|field| field.docs.deprecated)
}

fn of_operation<'a>(
    plan: &'a Plan<'_>,
    crate_name: &'a str,
    operation: &'a Operation,
    lengths: &'a RangeInclusive<usize>,
    named: bool,
) -> impl Iterator<Item = Vec<String>> + 'a {
    let route = format!(
        "{} {}",
        operation.method.to_ascii_uppercase(),
        operation.path
    );
    let answers = operation
        .responses
        .iter()
        .filter(|response| matches!(response.status, Status::Code(200..=299)))
        .flat_map(|response| &response.content)
        .map(|content| (content, "An answer to"));
    let request = operation.body.iter().flat_map(|body| &body.content);
    let requests = request.map(|content| (content, "The body of"));
    let contents = answers.chain(requests).filter(move |(content, _)| {
        let kind = content.ty.as_ref().map(|ty| &ty.kind);
        !named || matches!(kind, Some(Kind::Named(_)))
    });
    contents.filter_map(move |(content, what)| {
        let title = format!("{what} `{route}`:");
        content
            .examples
            .iter()
            .find_map(|(_, value)| program(plan, crate_name, content, value, &title, lengths))
    })
}

fn program(
    plan: &Plan<'_>,
    crate_name: &str,
    content: &Content,
    value: &Value,
    title: &str,
    lengths: &RangeInclusive<usize>,
) -> Option<Vec<String>> {
    let ty = content.ty.as_ref()?;
    let typed = !matches!(
        ty.kind,
        Kind::Any { .. } | Kind::String(_) | Kind::Binary(_)
    );
    if content.format != BodyFormat::Json || ty.nullable || !typed || value.is_string() {
        return None;
    }
    let json = serde_json::to_string_pretty(value).ok()?;
    // Text that could end the fence or the literal, or that a reader cannot see, is not worth escaping here.
    let plain = json.chars().all(|c| matches!(c, ' '..='~' | '\n'));
    let fits =
        lengths.contains(&json.lines().count()) && !json.contains("```") && !json.contains("\"##");
    if !plain || !fits || !title.is_ascii() || title.contains("```") {
        return None;
    }
    let path = plan.path(crate_name, ty);
    // A definition is imported; anything else is spelled out.
    let (import, name) = match path.rsplit_once("::") {
        Some((_, name)) if matches!(ty.kind, Kind::Named(_)) => {
            (Some(format!("use {path};")), name)
        }
        _ => (None, path.as_str()),
    };
    let mut lines = vec![
        String::new(),
        "# Example".to_string(),
        String::new(),
        title.to_string(),
        String::new(),
        "```no_run".to_string(),
    ];
    lines.extend(import);
    lines.push(format!("use {crate_name}::runtime;"));
    lines.extend([String::new(), "let text = r##\"".to_string()]);
    lines.extend(json.lines().map(String::from));
    lines.extend([
        "\"##;".to_string(),
        format!("let value: {name} = runtime::from_str(text)?;"),
        "assert_eq!(runtime::validate(&value), Ok(()));".to_string(),
        "# Ok::<(), runtime::Violations>(())".to_string(),
        "```".to_string(),
    ]);
    Some(lines)
}
