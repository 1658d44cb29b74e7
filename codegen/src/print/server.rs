//! The server half of the crate: per group a trait and its routes, and one builder for all. Knows which operations
//! there are; what is written for one of them is in `operation`.
//!
//! Written as text and printed by way of syn: there are few shapes, and each is easier to read as the code that it is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proc_macro2::Literal;

use crate::output::Files;
use crate::plan::{Group, Operation, Plan};

use super::operation::{self, code};
use super::scope::Scope;
use super::syntax::ident;
use super::{Feature, Half, Printer, Unprintable};

/// Traits to implement, and routers of them.
pub(super) struct Server;

impl Half for Server {
    fn feature(&self) -> Option<Feature> {
        Some(Feature {
            name: "server",
            docs: "Traits to implement and routers, for the groups that are on.",
            enables: &["kibana-runtime/server"],
        })
    }

    /// `src/server.rs` and a file per group below `src/server`.
    fn files(&self, printer: &Printer<'_>) -> Result<Files, Unprintable> {
        let groups: Vec<&Group> = printer.plan.groups().iter().collect();
        // Printing is most of the work, and groups are independent.
        let texts = super::in_parallel(&groups, |group| module(printer, group));
        let mut files = Files::new();
        for (group, text) in groups.iter().zip(texts) {
            files.insert(path(group), text?.into());
        }
        files.insert("src/server.rs".to_string(), root(printer)?.into());
        Ok(files)
    }
}

fn path(group: &Group) -> String {
    format!("src/server/{}.rs", group.ident)
}

fn root(printer: &Printer<'_>) -> Result<String, Unprintable> {
    let header = &printer.header;
    let (mut declared, mut methods, mut operations) = (String::new(), String::new(), String::new());
    for group in printer.plan.groups_by_ident() {
        let feature = Literal::string(&group.feature);
        let (name, service) = (ident(&group.ident), ident(&group.service));
        let method = ident(&group.builder);
        let docs = lines(&[format!("Serves the group {}.", code(&group.key))]);
        let _ = writeln!(
            declared,
            "#[cfg(feature = {feature})] #[rustfmt::skip] pub mod {name};"
        );
        let _ = writeln!(
            methods,
            "{docs} #[cfg(feature = {feature})] #[must_use] \
             pub fn {method}(self, service: impl {name}::{service}) -> Self {{ \
             self.mount({name}::routes(service)) }}"
        );
        let _ = writeln!(
            operations,
            "#[cfg(feature = {feature})] all.extend({name}::OPERATIONS);"
        );
    }
    let text = format!(
        "{declared}
        pub use kibana_runtime::server::*;

        /// Collects implementations of groups into a router.
        ///
        /// Operations of groups that are not added are answered with 404, and those that an implementation leaves out
        /// with 501.
        pub struct Builder {{
            inner: ServerBuilder,
        }}

        impl Builder {{
            /// A server that serves nothing yet, and lets in whom the authenticator knows.
            pub fn new(authenticator: impl Authenticator) -> Self {{
                Self {{ inner: ServerBuilder::new(authenticator) }}
            }}

            /// Changes limits, versions and times.
            #[must_use]
            pub fn configure(
                mut self,
                change: impl FnOnce(ServerBuilder) -> ServerBuilder,
            ) -> Self {{
                self.inner = change(self.inner);
                self
            }}

            /// Takes requests to the letter of the document; otherwise they are taken as Kibana takes them. See
            /// [`ServerBuilder::strict`] for what that is.
            #[must_use]
            pub fn strict(self) -> Self {{
                self.configure(ServerBuilder::strict)
            }}

            /// Serves these routes too.
            #[must_use]
            pub fn mount(self, routes: Vec<Route>) -> Self {{
                self.configure(|inner| inner.mount(routes))
            }}

            /// The router, to which layers can be added as to any other.
            ///
            /// # Errors
            ///
            /// When a group was added twice.
            pub fn build(self) -> Result<axum::Router, BuildError> {{
                self.inner.build()
            }}

            {methods}
        }}

        /// Every operation of the groups that are compiled.
        pub fn operations() -> Vec<&'static OperationInfo> {{
            #[allow(unused_mut)]
            let mut all: Vec<&'static OperationInfo> = Vec::new();
            {operations}
            all
        }}
        "
    );
    Ok(format!(
        "{header}\n\n//! Traits to implement, per group of the API, and the builder that makes a router of them.\n\n{}",
        print("src/server.rs", &text)?
    ))
}

fn module(printer: &Printer<'_>, group: &Group) -> Result<String, Unprintable> {
    let plan = printer.plan;
    let operations = operations(plan, group);
    let scope = Scope::outside(plan, names(&operations));
    let mut text = service(group, &operations);
    for operation in &operations {
        text.push_str(&operation::items(&scope, operation));
    }
    let printed = print(&path(group), &text)?;
    let mut imports = String::from("use kibana_runtime::server as rt;\n");
    for (module, names) in &scope.into_imports() {
        imports.push_str(&super::import(module, names));
    }
    let (header, title) = (&printer.header, code(group.key.trim()));
    Ok(format!(
        "{header}\n\n//! Server trait of the group {title}.\n\n{imports}\n{printed}"
    ))
}

/// The operations of a group.
pub(super) fn operations(plan: &Plan<'_>, group: &Group) -> Vec<Operation> {
    let operations = group.operations.iter();
    operations.map(|index| plan.operation(*index)).collect()
}

/// The names that the items of these operations have.
pub(super) fn names(operations: &[Operation]) -> BTreeSet<String> {
    let names = operations.iter().flat_map(|operation| {
        let suffixes = ["", "Request", "Response"];
        suffixes.map(|suffix| format!("{}{suffix}", operation.name))
    });
    names.collect()
}

/// The trait, its routes and the list of its operations.
fn service(group: &Group, operations: &[Operation]) -> String {
    let name = ident(&group.service);
    let docs = lines(&group.service_docs);
    let (mut methods, mut routes, mut list) = (String::new(), String::new(), String::new());
    for operation in operations {
        let (method, marker) = (ident(&operation.ident), ident(&operation.name));
        let docs = lines(&operation.docs);
        let stem = &operation.name;
        let _ = writeln!(
            methods,
            "{docs} fn {method}(&self, context: rt::RequestContext, request: {stem}Request) \
             -> impl Future<Output = Result<{stem}Response, rt::ApiError>> + Send {{ \
             rt::not_implemented::<{marker}>(context, request) }}\n"
        );
        let _ = writeln!(
            routes,
            "rt::Route::new::<{marker}, S, _>(service, |s, context, request| async move {{ \
             s.{method}(context, request).await }}),"
        );
        let _ = writeln!(list, "<{marker} as rt::Operation>::INFO,");
    }
    format!(
        "{docs}
        pub trait {name}: Send + Sync + 'static {{ {methods} }}

        /// The routes of the group, answered by a service.
        pub fn routes<S: {name}>(service: S) -> Vec<rt::Route> {{
            let service = &std::sync::Arc::new(service);
            Vec::from([{routes}])
        }}

        /// The operations of the group.
        pub const OPERATIONS: &[&rt::OperationInfo] = &[{list}];
        "
    )
}

/// Doc comment lines.
pub(super) fn lines(lines: &[String]) -> String {
    let lines = lines.iter().map(|line| match line.as_str() {
        "" => "#[doc = \"\"]\n".to_string(),
        line => format!("#[doc = {}]\n", Literal::string(&format!(" {line}"))),
    });
    lines.collect()
}

/// Code, laid out.
pub(super) fn print(what: &str, text: &str) -> Result<String, Unprintable> {
    let file = syn::parse_file(text).map_err(|error| Unprintable {
        what: what.to_string(),
        problem: error.to_string(),
    })?;
    let printed: Vec<String> = file.items.into_iter().map(super::syntax::print).collect();
    // Declarations of modules stand together.
    let mut out = String::new();
    let mut before = "";
    for item in &printed {
        let declares = |text: &str| text.starts_with("use ") || text.contains("pub mod ");
        let together = out.is_empty() || (declares(before) && declares(item));
        if !together {
            out.push('\n');
        }
        out.push_str(item);
        before = item;
    }
    Ok(out)
}
