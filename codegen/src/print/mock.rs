//! The mock of the crate: for every trait an implementation that answers from tables, and the tables themselves.
//! Knows the plan; what is answered is the affair of the runtime.

use std::fmt::Write as _;

use proc_macro2::Literal;

use crate::output::Files;
use crate::plan::{Answers, BodyFormat, Group, Status, Variant, is_value};

use super::operation::{Writer, code};
use super::scope::Scope;
use super::syntax::ident;
use super::{Feature, Half, Printer, Unprintable};

/// The program that the half builds.
const PROGRAM: &str = "kibana-mock";

/// A server that answers from the document alone.
pub(super) struct Mock;

impl Half for Mock {
    fn feature(&self) -> Option<Feature> {
        Some(Feature {
            name: "mock",
            docs: "A server that answers from the document alone.",
            enables: &["server", "kibana-runtime/mock"],
        })
    }

    fn manifest(&self) -> String {
        format!(
            "\n[[bin]]\nname = \"{PROGRAM}\"\npath = \"src/bin/{PROGRAM}.rs\"\nrequired-features = [\"mock\"]\n"
        )
    }

    /// `src/mock.rs`, two files per group below `src/mock`, the document, and the program.
    fn files(&self, printer: &Printer<'_>) -> Result<Files, Unprintable> {
        let mut files = Files::new();
        let answers = Answers::new(printer.plan, printer.package.seed);
        for group in printer.plan.groups() {
            let table = answers.table(&group.operations);
            let path = format!("src/mock/{}.json", group.ident);
            files.insert(path, format!("{table:#}\n").into());
            files.insert(path_of(group), service(printer, group)?.into());
        }
        files.insert("src/mock.rs".to_string(), root(printer)?.into());
        files.insert(
            "src/mock/openapi.json".to_string(),
            printer.package.document.clone().into(),
        );
        files.insert(format!("src/bin/{PROGRAM}.rs"), program(printer).into());
        Ok(files)
    }
}

fn path_of(group: &Group) -> String {
    format!("src/mock/{}.rs", group.ident)
}

fn program(printer: &Printer<'_>) -> String {
    let (header, name) = (&printer.header, &printer.crate_name);
    format!(
        "{header}\n\n//! Answers every operation of the document: `cargo run --features full,mock --bin {PROGRAM}`.\n\n\
         fn main() -> std::process::ExitCode {{\n    \
         {name}::runtime::server::mock::run({name}::mock::new(), {name}::mock::router)\n}}\n"
    )
}

fn root(printer: &Printer<'_>) -> Result<String, Unprintable> {
    let header = &printer.header;
    let (mut declared, mut tables, mut mounted) = (String::new(), String::new(), String::new());
    for group in printer.plan.groups_by_ident() {
        let feature = Literal::string(&group.feature);
        let name = ident(&group.ident);
        let method = ident(&group.builder);
        let file = Literal::string(&format!("mock/{}.json", group.ident));
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
            if mock.is_strict() {{
                builder = builder.strict();
            }}
            {mounted}
            drop(mock);
            Ok(Mock::with_document(builder.build()?, DOCUMENT))
        }}
        "
    );
    Ok(format!(
        "{header}\n\n//! A server that answers from the document alone, to test clients against.\n\n{}",
        super::server::print("src/mock.rs", &text)?
    ))
}

/// The implementation of a group's trait.
fn service(printer: &Printer<'_>, group: &Group) -> Result<String, Unprintable> {
    let operations = super::server::operations(printer.plan, group);
    let scope = Scope::outside(printer.plan, super::server::names(&operations));
    let name = ident(&group.service);
    let mut methods = String::new();
    for operation in &operations {
        let writer = Writer {
            scope: &scope,
            operation,
        };
        methods.push_str(&method(&writer));
    }
    let text = format!("impl {name} for Mock {{ {methods} }}");
    let printed = super::server::print(&path_of(group), &text)?;
    let mut imports = format!(
        "use kibana_runtime::server::{{self as rt, mock::Mock}};\nuse crate::server::{}::*;\n",
        ident(&group.ident)
    );
    for (module, names) in &scope.into_imports() {
        imports.push_str(&super::import(module, names));
    }
    let (header, title) = (&printer.header, code(group.key.trim()));
    Ok(format!(
        "{header}\n\n//! Answers of the group {title}.\n\n{imports}\n{printed}"
    ))
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
    let mut made: Vec<String> = operation
        .variants
        .iter()
        .map(|variant| made(writer, &response, variant))
        .collect();
    if let Some(variant) = &operation.undocumented {
        made.push(format!("{response}::{variant}(rt::Reply::empty(200))"));
    }
    let (context, body) = match made.as_slice() {
        [] => ("_", "Ok(rt::Reply::empty(200))".to_string()),
        // The preference of the request is looked at all the same.
        [only] if !asks(writer) => ("context", format!("self.answer(&context)?; Ok({only})")),
        made => {
            let value = chosen(made);
            let body = format!("let answer = self.answer(&context)?; Ok({value})");
            ("context", body)
        }
    };
    format!(
        "async fn {name}(&self, {context}: rt::RequestContext, {argument}: {request}) \
         -> Result<{response}, rt::ApiError> {{ {drained} {body} }}\n"
    )
}

/// Whether the only variant of a response takes something from the answer.
fn asks(writer: &Writer<'_>) -> bool {
    writer.operation.variants.iter().any(|variant| {
        let fixed = matches!(variant.status, Status::Code(_));
        !fixed || !variant.headers.is_empty() || variant.body.is_some()
    })
}

/// The expression that makes one of several variants.
fn chosen(made: &[String]) -> String {
    if let [only] = made {
        return only.clone();
    }
    let last = made.len() - 1;
    let arms = made
        .iter()
        .enumerate()
        .map(|(index, made)| match index == last {
            true => format!("_ => {made},"),
            false => format!("{index} => {made},"),
        });
    format!("match answer.index() {{ {} }}", arms.collect::<String>())
}

/// What reads a streamed body to its end.
fn drained(writer: &Writer<'_>) -> String {
    let request = &writer.operation.request;
    let Some(body) = request.body.as_ref().filter(|_| !request.is_value) else {
        return String::new();
    };
    let read = match &body.choice {
        None => "rt::mock::Drain::drain(body).await?;".to_string(),
        Some(choice) => {
            let ty = ident(&choice.ident);
            let arms = body.variants.iter().map(|variant| {
                let name = ident(&variant.ident);
                match is_value(variant.format) {
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
fn made(writer: &Writer<'_>, response: &str, variant: &Variant) -> String {
    let mut fields = String::new();
    if !matches!(variant.status, Status::Code(_)) {
        fields.push_str("status: answer.status(),");
    }
    for header in &variant.headers {
        let (field, wire) = (ident(&header.ident), Literal::string(&header.name));
        let _ = match header.always {
            true => write!(fields, "{field}: answer.header({wire})?,"),
            false => write!(fields, "{field}: answer.optional_header({wire}),"),
        };
    }
    let body = variant.body.as_ref().map(|body| match body.format {
        BodyFormat::Json | BodyFormat::Form | BodyFormat::Text => {
            format!("answer.json({})?", writer.rules(&body.rules))
        }
        BodyFormat::JsonLines => format!("answer.lines({})?", writer.rules(&body.rules)),
        BodyFormat::EventStream => "answer.events()".to_string(),
        BodyFormat::Bytes | BodyFormat::Multipart => "answer.bytes()".to_string(),
    });
    let name = ident(&variant.ident);
    match (body, fields.is_empty()) {
        (None, true) => format!("{response}::{name}"),
        (Some(body), true) => format!("{response}::{name}({body})"),
        (None, false) => format!("{response}::{name} {{ {fields} }}"),
        (Some(body), false) => format!("{response}::{name} {{ {fields} body: {body} }}"),
    }
}
