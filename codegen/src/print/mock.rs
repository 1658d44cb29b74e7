//! The mock of the crate: for every trait an implementation that answers from tables, and the tables themselves.
//! Knows the plan and the plan as a table; what is answered is the affair of the runtime.

use std::fmt::Write as _;

use proc_macro2::Literal;

use crate::output::Files;
use crate::plan::{Answers, BodyFormat, Group, Operation, Status, Variant, is_value};
use crate::table;

use super::operation::{code, print};
use super::scope::Scope;
use super::syntax::ident;
use super::{Child, Feature, Half, Module, Printer, Unprintable, server};

/// The program that the half builds.
pub(crate) const PROGRAM: &str = "kibana-mock";

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

    /// `mock`, and a module per group in it.
    fn modules(&self, printer: &Printer<'_>) -> Result<Vec<Module>, Unprintable> {
        let groups = printer.plan.groups_by_ident();
        let modules = groups.iter().map(|group| service(printer, group));
        std::iter::once(root(printer)).chain(modules).collect()
    }

    /// The tables, the document, and the program.
    fn files(&self, printer: &Printer<'_>) -> Files {
        let mut files = Files::new();
        let answers = Answers::new(printer.plan, printer.package.seed);
        for group in printer.plan.groups() {
            let table = answers.table(&group.operations);
            let path = format!("src/mock/{}.json", group.ident);
            files.insert(path, format!("{table:#}\n").into());
        }
        let memory = table::memory(printer.plan);
        files.insert(
            "src/mock/memory.json".to_string(),
            format!("{memory:#}\n").into(),
        );
        files.insert(
            "src/mock/openapi.json".to_string(),
            printer.package.document.clone().into(),
        );
        files.insert(format!("src/bin/{PROGRAM}.rs"), program(printer).into());
        files
    }
}

fn program(printer: &Printer<'_>) -> String {
    let (header, name) = (printer.header(), &printer.crate_name);
    format!(
        "{header}\n\n//! Answers every operation of the document: `cargo run --features full,mock --bin {PROGRAM}`.\n\n\
         fn main() -> std::process::ExitCode {{\n    \
         {name}::runtime::server::mock::run({name}::mock::new(), {name}::mock::router)\n}}\n"
    )
}

fn root(printer: &Printer<'_>) -> Result<Module, Unprintable> {
    let (mut tables, mut mounted) = (String::new(), String::new());
    let mut children = Vec::new();
    for group in printer.plan.groups_by_ident() {
        let child = Child {
            features: printer.features(&[&group.feature]),
            visibility: "",
            ident: group.ident.clone(),
        };
        let condition = child.condition();
        let method = ident(&group.builder);
        let file = Literal::string(&format!("mock/{}.json", group.ident));
        let _ = writeln!(tables, "{condition} include_str!({file}),");
        let _ = writeln!(
            mounted,
            "{condition} {{ builder = builder.{method}(mock.clone()); }}"
        );
        children.push(child);
    }
    let text = format!(
        "
        pub use kibana_runtime::server::mock::{{KnownUser, Mock}};

        use super::server::{{BuildError, Builder, axum}};

        /// The document that is served, with all repairs and leniencies.
        pub const DOCUMENT: &str = include_str!(\"mock/openapi.json\");

        /// A mock that answers the groups that are compiled, and remembers what is created, changed and deleted.
        pub fn new() -> Mock {{
            Mock::new(&[{tables}]).with_memory(include_str!(\"mock/memory.json\"))
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
            Ok(mock.watched(Mock::with_document(builder.build()?, DOCUMENT)))
        }}
        "
    );
    Ok(Module {
        path: vec!["mock".to_string()],
        head: "//! A server that answers from the document alone, to test clients against.\n"
            .to_string(),
        children,
        text: print("mock", &text)?,
    })
}

/// The implementation of a group's trait.
fn service(printer: &Printer<'_>, group: &Group) -> Result<Module, Unprintable> {
    let plan = printer.plan;
    let path = vec!["mock".to_string(), group.ident.clone()];
    let operations = server::operations(plan, group);
    let scope = Scope::outside(plan);
    let service = ident(&group.service);
    let methods: String = operations.iter().map(|o| method(&scope, o)).collect();
    let text = format!("impl {service} for Mock {{ {methods} }}");
    let printed = print(&path.join("::"), &text)?;
    let traits = vec!["server".to_string(), group.ident.clone()];
    scope.import("kibana_runtime::server::mock", "Mock");
    scope.import(&plan.path_between(&path, &traits), &group.service);
    server::operation_modules(&scope, group, &path, &operations);
    let renamed = [("kibana_runtime::generated::server", "rt")];
    let imports = super::imports::imports(&scope.into_imports(), &renamed);
    Ok(Module {
        path,
        head: format!("//! Answers of the group {}.\n", code(group.key.trim())),
        children: Vec::new(),
        text: format!("\n{imports}{printed}"),
    })
}

fn method(scope: &Scope<'_>, operation: &Operation) -> String {
    let name = ident(&operation.ident);
    let response = format!("{name}::Response");
    let drained = drained(operation);
    let (context, argument) = match drained.is_empty() {
        true => ("context", "_"),
        false => ("mut context", "request"),
    };
    let mut made: Vec<String> = operation
        .variants
        .iter()
        .map(|variant| made(scope, &response, variant))
        .collect();
    if let Some(variant) = &operation.undocumented {
        made.push(format!("{response}::{variant}(rt::Reply::empty(200))"));
    }
    let body = match made.as_slice() {
        [] => "self.answer(&context)?; Ok(rt::Reply::empty(200))".to_string(),
        // The preference of the request is looked at all the same.
        [only] if !asks(operation) => format!("self.answer(&context)?; Ok({only})"),
        made => {
            let value = chosen(made);
            format!("let answer = self.answer(&context)?; Ok({value})")
        }
    };
    format!(
        "async fn {name}(&self, {context}: rt::RequestContext, {argument}: {name}::Request) \
         -> Result<{response}, rt::ApiError> {{ {drained} {body} }}\n"
    )
}

/// Whether the only variant of a response takes something from the answer.
fn asks(operation: &Operation) -> bool {
    operation.variants.iter().any(|variant| {
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
fn drained(operation: &Operation) -> String {
    let request = &operation.request;
    let Some(body) = request.body.as_ref().filter(|_| !request.is_value) else {
        return String::new();
    };
    let read = match body.is_choice() {
        false => "rt::mock::Drain::drain(body, &mut context).await?;".to_string(),
        true => {
            let module = ident(&operation.ident);
            let arms = body.variants.iter().map(|variant| {
                let name = ident(&variant.ident);
                match is_value(variant.format) {
                    true => format!("{module}::RequestBody::{name}(_) => {{}}"),
                    false => {
                        format!(
                            "{module}::RequestBody::{name}(body) => rt::mock::Drain::drain(body, &mut context).await?,"
                        )
                    }
                }
            });
            format!("match body {{ {} }}", arms.collect::<String>())
        }
    };
    let field = ident(&body.ident);
    match body.required {
        true => format!("let body = request.{field}; {read}"),
        false => format!("if let Some(body) = request.{field} {{ {read} }}"),
    }
}

/// The expression that makes a variant out of `answer`.
fn made(scope: &Scope<'_>, response: &str, variant: &Variant) -> String {
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
            format!("answer.json({})?", server::rules(scope, &body.rules))
        }
        BodyFormat::JsonLines => format!("answer.lines({})?", server::rules(scope, &body.rules)),
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
