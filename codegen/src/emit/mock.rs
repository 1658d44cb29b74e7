//! The mock of the crate: for every trait an implementation that answers from tables, and the tables themselves.
//! Knows the IR; what is a valid value is the affair of `instance`, and what is answered that of the runtime.

use std::fmt::Write as _;

use proc_macro2::Literal;
use serde_json::{Map, Value, json};

use crate::instance::{Instances, Style, seed};
use crate::ir::{Api, BodyFormat, Content, Module, ModuleId, Operation, Response, Status};
use crate::output::Files;

use super::layout::Layout;
use super::operation::{Variant, Writer, is_sent_always, is_value};
use super::scope::Scope;
use super::syntax::ident;

/// The feature that compiles all of it.
pub(super) const FEATURE: &str = "mock";
/// The program that it builds.
pub(super) const PROGRAM: &str = "kibana-mock";

/// Adds `src/mock.rs`, two files per group below `src/mock`, the document, and the program.
pub(super) fn files(
    api: &Api,
    layout: &Layout,
    settings: &super::Crate,
    header: &str,
    files: &mut Files,
) {
    let instances = Instances::new(api);
    for (id, module) in api.modules.iter().enumerate() {
        let operations = api.operations.iter().filter(|o| o.module == ModuleId(id));
        let operations: Vec<&Operation> = operations.collect();
        let table = Value::Object(
            operations
                .iter()
                .map(|o| answers(&instances, o, settings.seed))
                .collect(),
        );
        let path = format!("src/mock/{}.json", module.ident);
        files.insert(path, format!("{table:#}\n").into());
        let path = format!("src/mock/{}.rs", module.ident);
        files.insert(
            path,
            service(api, layout, header, module, &operations).into(),
        );
    }
    files.insert("src/mock.rs".to_string(), root(api, header).into());
    files.insert(
        "src/mock/openapi.json".to_string(),
        settings.document.clone().into(),
    );
    let name = settings.name.replace('-', "_");
    let main = format!(
        "{header}\n\n//! Answers every operation of the document: `cargo run --features full,mock --bin {PROGRAM}`.\n\n\
         fn main() -> std::process::ExitCode {{\n    \
         {name}::runtime::server::mock::run({name}::mock::new(), {name}::mock::router)\n}}\n"
    );
    files.insert(format!("src/bin/{PROGRAM}.rs"), main.into());
}

fn root(api: &Api, header: &str) -> String {
    let mut modules: Vec<&Module> = api.modules.iter().collect();
    modules.sort_by(|a, b| a.ident.cmp(&b.ident));
    let (mut declared, mut tables, mut mounted) = (String::new(), String::new(), String::new());
    for module in modules {
        let feature = Literal::string(&module.feature);
        let name = ident(&module.ident);
        let method = ident(&super::server::method(&module.ident));
        let file = Literal::string(&format!("mock/{}.json", module.ident));
        let _ = writeln!(
            declared,
            "#[cfg(feature = {feature})] #[rustfmt::skip] mod {name};"
        );
        let _ = writeln!(tables, "#[cfg(feature = {feature})] include_str!({file}),");
        let _ = writeln!(
            mounted,
            "#[cfg(feature = {feature})] {{ builder = builder.{method}(mock.clone()); }}"
        );
    }
    let text = format!(
        "{declared}
        pub use kibana_runtime::server::mock::{{KnownUser, Mock}};

        use crate::server::{{BuildError, Builder, axum}};

        /// The document that is served, with all repairs and leniencies.
        pub const DOCUMENT: &str = include_str!(\"mock/openapi.json\");

        /// A mock that answers the groups that are compiled.
        pub fn new() -> Mock {{
            Mock::new(&[{tables}])
        }}

        /// Serves the groups that are compiled to [`KnownUser`], and the document at `GET /api/oas`.
        ///
        /// # Errors
        ///
        /// When two operations of the document answer the same requests.
        pub fn router(mock: Mock) -> Result<axum::Router, BuildError> {{
            #[allow(unused_mut)]
            let mut builder = Builder::new(KnownUser);
            {mounted}
            drop(mock);
            Ok(Mock::with_document(builder.build()?, DOCUMENT))
        }}
        "
    );
    format!(
        "{header}\n\n//! A server that answers from the document alone, to test clients against.\n\n{}",
        super::server::print(&text)
    )
}

/// The implementation of a group's trait.
fn service(
    api: &Api,
    layout: &Layout,
    header: &str,
    module: &Module,
    operations: &[&Operation],
) -> String {
    let scope = Scope::outside(api, layout, super::server::names(operations));
    let name = ident(&module.trait_name);
    let mut methods = String::new();
    for operation in operations {
        let writer = Writer {
            scope: &scope,
            operation,
        };
        methods.push_str(&method(&writer));
    }
    let printed = super::server::print(&format!("impl {name} for Mock {{ {methods} }}"));
    let mut imports = format!(
        "use kibana_runtime::server::{{self as rt, mock::Mock}};\nuse crate::server::{}::*;\n",
        ident(&module.ident)
    );
    for (module, names) in &scope.into_imports() {
        imports.push_str(&super::import(module, names));
    }
    let title = super::docs::code(module.key.trim());
    format!("{header}\n\n//! Answers of the group {title}.\n\n{imports}\n{printed}")
}

fn method(writer: &Writer<'_>) -> String {
    let operation = writer.operation;
    let (name, request, response) = (
        ident(&operation.ident),
        writer.name("Request"),
        writer.name("Response"),
    );
    let drained = drained(writer);
    let argument = if drained.is_empty() { "_" } else { "request" };
    let head = format!(
        "async fn {name}(&self, context: rt::RequestContext, {argument}: {request}) \
         -> Result<{response}, rt::ApiError> {{ {drained}"
    );
    if operation.responses.is_empty() {
        let context = head.replacen("context:", "_:", 1);
        return format!("{context} Ok(rt::Reply::empty(200)) }}\n");
    }
    let mut made: Vec<String> = writer
        .variants()
        .iter()
        .map(|variant| made(writer, &response, variant))
        .collect();
    if let Some(variant) = writer.undocumented() {
        made.push(format!("{response}::{variant}(rt::Reply::empty(200))"));
    }
    let value = match made.as_slice() {
        [only] => only.clone(),
        several => {
            let last = several.len() - 1;
            let arms = several
                .iter()
                .enumerate()
                .map(|(index, made)| match index == last {
                    true => format!("_ => {made},"),
                    false => format!("{index} => {made},"),
                });
            format!("match answer.index() {{ {} }}", arms.collect::<String>())
        }
    };
    match value.contains("answer.") {
        true => format!("{head} let answer = self.answer(&context)?; Ok({value}) }}\n"),
        // The preference of the request is looked at all the same.
        false => format!("{head} self.answer(&context)?; Ok({value}) }}\n"),
    }
}

/// What reads a streamed body to its end.
fn drained(writer: &Writer<'_>) -> String {
    let Some(body) = &writer.operation.body else {
        return String::new();
    };
    if body.content.iter().all(|content| is_value(content.format)) {
        return String::new();
    }
    let read = match body.content.as_slice() {
        [_] => "rt::mock::Drain::drain(body).await?;".to_string(),
        _ => {
            let ty = writer.free_name("Body");
            let arms = body.content.iter().map(|content| {
                let name = &content.ident;
                match is_value(content.format) {
                    true => format!("{ty}::{name}(_) => {{}}"),
                    false => format!("{ty}::{name}(body) => rt::mock::Drain::drain(body).await?,"),
                }
            });
            format!("match body {{ {} }}", arms.collect::<String>())
        }
    };
    match body.required {
        true => format!("let body = request.body; {read}"),
        false => format!("if let Some(body) = request.body {{ {read} }}"),
    }
}

/// The expression that makes a variant out of `answer`.
fn made(writer: &Writer<'_>, response: &str, variant: &Variant<'_>) -> String {
    let mut fields = String::new();
    if !matches!(variant.response.status, Status::Code(_)) {
        fields.push_str("status: answer.status(),");
    }
    for header in &variant.response.headers {
        let (field, wire) = (ident(&header.ident), Literal::string(&header.wire));
        let _ = match is_sent_always(header) {
            true => write!(fields, "{field}: answer.header({wire})?,"),
            false => write!(fields, "{field}: answer.optional_header({wire}),"),
        };
    }
    let body = variant.content.map(|content| match content.format {
        BodyFormat::Json | BodyFormat::Form | BodyFormat::Text => {
            format!("answer.json({})?", writer.rules(content.ty.as_ref()))
        }
        BodyFormat::JsonLines => format!("answer.lines({})?", writer.rules(content.ty.as_ref())),
        BodyFormat::EventStream => "answer.events()".to_string(),
        BodyFormat::Bytes | BodyFormat::Multipart => "answer.bytes()".to_string(),
    });
    let name = &variant.name;
    match (body, fields.is_empty()) {
        (None, true) => format!("{response}::{name}"),
        (Some(body), true) => format!("{response}::{name}({body})"),
        (None, false) => format!("{response}::{name} {{ {fields} }}"),
        (Some(body), false) => format!("{response}::{name} {{ {fields} body: {body} }}"),
    }
}

/// The row of an operation in the table of its group.
fn answers(instances: &Instances<'_>, operation: &Operation, start: u64) -> (String, Value) {
    let mut answers = Vec::new();
    for response in &operation.responses {
        let contents = response.content.iter().map(Some);
        let contents: Vec<Option<&Content>> = match response.content.is_empty() {
            true => vec![None],
            false => contents.collect(),
        };
        for content in contents {
            answers.push(answer(instances, operation, response, content, start));
        }
    }
    (operation.name.clone(), answers.into())
}

fn answer(
    instances: &Instances<'_>,
    operation: &Operation,
    response: &Response,
    content: Option<&Content>,
    start: u64,
) -> Value {
    let status = match response.status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    };
    let place = format!("{} {status}", operation.key());
    let mut answer = Map::new();
    answer.insert("status".to_string(), json!(status));
    let headers = response.headers.iter().filter_map(|header| {
        let seed = seed(&format!("{place} header {}", header.wire), start);
        let value = instances.make(&header.ty, seed, Style::Typical)?;
        Some((header.wire.clone(), value))
    });
    let headers: Map<String, Value> = headers.collect();
    if !headers.is_empty() {
        answer.insert("headers".to_string(), headers.into());
    }
    if let Some(content) = content {
        answer.insert("mediaType".to_string(), json!(content.sent_as()));
        let examples = content.examples.iter();
        let examples: Vec<Value> = examples
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        if !examples.is_empty() {
            answer.insert("examples".to_string(), examples.into());
        }
        let seed = seed(&format!("{place} {}", content.essence), start);
        let value = match &content.ty {
            Some(ty) => instances.make(ty, seed, Style::Typical),
            None => Some(json!("anything")),
        };
        if let Some(value) = value {
            answer.insert("instance".to_string(), value);
        }
    }
    answer.into()
}
