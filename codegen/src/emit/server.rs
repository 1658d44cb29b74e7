//! The server half of the crate: per group a trait and its routes, and one builder for all. Knows which operations
//! there are; what is written for one of them is in `operation`.
//!
//! Written as text and printed by way of syn: there are few shapes, and each is easier to read as the code that it is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proc_macro2::Literal;

use crate::ir::{Api, Module, ModuleId, Operation};
use crate::output::Files;

use super::docs::{Comment, code};
use super::layout::Layout;
use super::operation;
use super::scope::Scope;
use super::syntax::ident;

/// The feature that compiles all of it.
pub(super) const FEATURE: &str = "server";

/// Adds `src/server.rs` and a file per group below `src/server`.
pub(super) fn files(api: &Api, layout: &Layout, header: &str, files: &mut Files) {
    let modules: Vec<ModuleId> = (0..api.modules.len()).map(ModuleId).collect();
    // Printing is most of the work, and groups are independent.
    let texts = super::in_parallel(&modules, |id| module(api, layout, header, *id));
    for (id, text) in modules.iter().zip(texts) {
        let path = format!("src/server/{}.rs", api.modules[id.0].ident);
        files.insert(path, text.into());
    }
    files.insert("src/server.rs".to_string(), root(api, header).into());
}

fn root(api: &Api, header: &str) -> String {
    let mut modules: Vec<&Module> = api.modules.iter().collect();
    modules.sort_by(|a, b| a.ident.cmp(&b.ident));
    let (mut declared, mut methods, mut operations) = (String::new(), String::new(), String::new());
    for module in modules {
        let feature = Literal::string(&module.feature);
        let (name, service) = (ident(&module.ident), ident(&module.trait_name));
        let method = ident(&method(&module.ident));
        let docs = lines(&[format!("Serves the group {}.", code(&module.key))]);
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
    format!(
        "{header}\n\n//! Traits to implement, per group of the API, and the builder that makes a router of them.\n\n{}",
        print(&text)
    )
}

/// The builder's method for a group.
pub(super) fn method(module: &str) -> String {
    match module {
        "new" | "configure" | "mount" | "build" => format!("{module}_group"),
        _ => module.to_string(),
    }
}

fn module(api: &Api, layout: &Layout, header: &str, id: ModuleId) -> String {
    let operations = api.operations.iter().filter(|o| o.module == id);
    let operations: Vec<&Operation> = operations.collect();
    let scope = Scope::outside(api, layout, names(&operations));
    let mut text = service(&api.modules[id.0], &operations);
    for operation in &operations {
        text.push_str(&operation::items(&scope, operation));
    }
    let printed = print(&text);
    let mut imports = String::from("use kibana_runtime::server as rt;\n");
    for (module, names) in &scope.into_imports() {
        imports.push_str(&super::import(module, names));
    }
    let title = api.modules[id.0].key.trim();
    format!(
        "{header}\n\n//! Server trait of the group {}.\n\n{imports}\n{printed}",
        code(title)
    )
}

/// The names that the items of these operations have.
pub(super) fn names(operations: &[&Operation]) -> BTreeSet<String> {
    let names = operations.iter().flat_map(|operation| {
        let suffixes = ["", "Request", "Response"];
        suffixes.map(|suffix| format!("{}{suffix}", operation.name))
    });
    names.collect()
}

/// The trait, its routes and the list of its operations.
fn service(module: &Module, operations: &[&Operation]) -> String {
    let name = ident(&module.trait_name);
    let mut comment = Comment::default();
    comment.sentence(format!(
        "The operations of the group {}.",
        code(&module.key)
    ));
    if let Some(description) = &module.description {
        comment.markdown(description);
    }
    comment.sentence("Write the methods that are to be served: the others answer 501.");
    let docs = lines(&comment.into_lines());
    let (mut methods, mut routes, mut list) = (String::new(), String::new(), String::new());
    for operation in operations {
        let (method, marker) = (ident(&operation.ident), ident(&operation.name));
        let docs = lines(&operation::docs(operation));
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

/// Code, laid out. Code that syn does not know stays as it is: the compiler will name the place.
pub(super) fn print(text: &str) -> String {
    let Ok(file) = syn::parse_file(text) else {
        return text.to_string();
    };
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
    out
}
