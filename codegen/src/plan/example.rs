//! Examples in the docs: a program that reads a documented example. Knows the IR, no layout of files.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use serde_json::Value;

use crate::ir::{BodyFormat, Content, Kind, ModuleId, Operation, Status};

use super::Plan;

/// Lines of JSON: what is pleasant to read, what is shown where a group has nothing better, and what is shown
/// where it has nothing else.
const LENGTHS: [RangeInclusive<usize>; 3] = [4..=40, 4..=250, 1..=250];

/// The example of a group as lines of Markdown: of its first operation with one that is not too long. Empty when
/// no operation of the group documents a JSON body.
///
/// The program is compiled by `cargo test --doc` but not run: whether an example fits its schema is the document's
/// affair.
pub(super) fn of_group(plan: &Plan<'_>, crate_name: &str, group: ModuleId) -> Vec<String> {
    let operations = || {
        let own = plan.group(group).operations.iter();
        own.map(|index| &plan.api.operations[*index])
    };
    LENGTHS
        .iter()
        .find_map(|lengths| {
            operations().find_map(|operation| of_operation(plan, crate_name, operation, lengths))
        })
        .unwrap_or_default()
}

/// The example of the crate page: the richest of those that are pleasant to read.
pub(super) fn of_crate(plan: &Plan<'_>, crate_name: &str) -> Vec<String> {
    let pleasant = |operation| of_operation(plan, crate_name, operation, &LENGTHS[0]);
    let examples = plan.api.operations.iter().filter_map(pleasant);
    // The last of equals would be chosen otherwise.
    let first = |a: &Vec<String>, b: &Vec<String>| a.len().cmp(&b.len()).then(Ordering::Greater);
    examples.max_by(first).unwrap_or_default()
}

fn of_operation(
    plan: &Plan<'_>,
    crate_name: &str,
    operation: &Operation,
    lengths: &RangeInclusive<usize>,
) -> Option<Vec<String>> {
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
        .map(|content| (content, format!("An answer to `{route}`:")));
    let request = operation.body.iter().flat_map(|body| &body.content);
    let requests = request.map(|content| (content, format!("The body of `{route}`:")));
    answers.chain(requests).find_map(|(content, title)| {
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
        format!("use {crate_name}::runtime;"),
    ];
    lines.extend(import);
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
