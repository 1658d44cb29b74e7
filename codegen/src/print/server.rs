//! The server half of the crate: per group a trait and its routes, and one builder for all. Knows which operations
//! there are; what is written for one of them is in `operation`.
//!
//! Written as text and printed by way of syn: there are few shapes, and each is easier to read as the code that it is.

use std::fmt::Write as _;

use proc_macro2::Literal;
use quote::ToTokens;

use crate::plan::{
    Body, BodyFormat, BodyVariant, Group, Location, Operation, Plan, Request, RequestField, Rules,
    Status, Variant, VariantBody,
};

use super::operation::{code, lines, print};
use super::scope::Scope;
use super::syntax::ident;
use super::{Child, Feature, Half, Module, Printer, Unprintable, types};

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

    /// `server`, and a module per group in it.
    fn modules(&self, printer: &Printer<'_>) -> Result<Vec<Module>, Unprintable> {
        let groups = printer.plan.groups_by_ident();
        // Printing is most of the work, and groups are independent.
        let texts = super::parallel::in_parallel(&groups, |group| module(printer, group));
        std::iter::once(root(printer)).chain(texts).collect()
    }
}

fn root(printer: &Printer<'_>) -> Result<Module, Unprintable> {
    let (mut methods, mut operations) = (String::new(), String::new());
    let mut children = Vec::new();
    for group in printer.plan.groups_by_ident() {
        let child = Child {
            features: printer.features(&[&group.feature]),
            ..Child::public(&group.ident)
        };
        let condition = child.condition();
        let (name, service) = (ident(&group.ident), ident(&group.service));
        let method = ident(&group.builder);
        let docs = lines(&[format!("Serves the group {}.", code(&group.key))]);
        let _ = writeln!(
            methods,
            "{docs} {condition} #[must_use] \
             pub fn {method}(self, service: impl {name}::{service}) -> Self {{ \
             self.mount({name}::routes(service)) }}"
        );
        let _ = writeln!(operations, "{condition} all.extend({name}::OPERATIONS);");
        children.push(child);
    }
    let text = format!(
        "
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
    Ok(Module {
        path: vec!["server".to_string()],
        head: "//! Traits to implement, per group of the API, and the builder that makes a router of them.\n"
            .to_string(),
        children,
        text: print("server", &text)?,
    })
}

fn module(printer: &Printer<'_>, group: &Group) -> Result<Module, Unprintable> {
    let plan = printer.plan;
    let path = vec!["server".to_string(), group.ident.clone()];
    let operations = operations(plan, group);
    let scope = Scope::outside(plan);
    let what = path.join("::");
    let mut text = service(&what, group, &operations)?;
    let impls = operations.iter().map(|operation| {
        let read = from_call(&scope, operation);
        read + &into_reply(&scope, operation)
    });
    text.push_str(&print(&what, &impls.collect::<String>())?);
    operation_modules(&scope, group, &path, &operations);
    let renamed = [("kibana_runtime::generated::server", "rt")];
    let imports = super::imports::imports(&scope.into_imports(), &renamed);
    Ok(Module {
        path,
        head: format!(
            "//! Server trait of the group {}.\n",
            code(group.key.trim())
        ),
        children: Vec::new(),
        text: format!("\n{imports}{text}"),
    })
}

/// Imports the modules of operations.
pub(super) fn operation_modules(
    scope: &Scope<'_>,
    group: &Group,
    from: &[String],
    operations: &[&Operation],
) {
    let there = scope
        .plan
        .path_between(from, std::slice::from_ref(&group.ident));
    for operation in operations {
        scope.import(&there, &operation.ident);
    }
}

/// The operations of a group.
pub(super) fn operations<'p>(plan: &'p Plan<'_>, group: &Group) -> Vec<&'p Operation> {
    let operations = group.operations.iter();
    operations.map(|index| plan.operation(*index)).collect()
}

/// The trait, its routes and the list of its operations.
fn service(what: &str, group: &Group, operations: &[&Operation]) -> Result<String, Unprintable> {
    let name = ident(&group.service);
    let docs = lines(&group.service_docs);
    let (mut methods, mut routes, mut list) = (String::new(), String::new(), String::new());
    for operation in operations {
        let name = ident(&operation.ident);
        let docs = lines(&operation.docs);
        let _ = writeln!(
            methods,
            "{docs} fn {name}(&self, context: rt::RequestContext, request: {name}::Request) \
             -> impl Future<Output = Result<{name}::Response, rt::ApiError>> + Send {{ \
             rt::not_implemented::<{name}::Operation>(context, request) }}\n"
        );
        let _ = writeln!(routes, "        {name} => {name}::Operation,");
        let _ = writeln!(list, "<{name}::Operation as rt::Operation>::INFO,");
    }
    let declared = format!("{docs} pub trait {name}: Send + Sync + 'static {{ {methods} }}");
    let list = format!(
        "/** The operations of the group.*/
        pub const OPERATIONS: &[&rt::OperationInfo] = &[{list}];"
    );
    let (declared, list) = (print(what, &declared)?, print(what, &list)?);
    // The arguments of a macro are a heap of tokens to the printer.
    Ok(format!(
        "{declared}
/// The routes of the group, answered by a service.
pub fn routes<S: {name}>(service: S) -> Vec<rt::Route> {{
    kibana_runtime::routes!(service: S {{
{routes}    }})
}}
{list}"
    ))
}

/// How a request is read.
fn from_call(scope: &Scope<'_>, operation: &Operation) -> String {
    let name = ident(&operation.ident);
    let request = &operation.request;
    let (call, object) = (unused(request, "call"), unused(request, "object"));
    let (mut reads, mut values) = (String::new(), String::new());
    for (method, location) in [
        ("path", Location::Path),
        ("query", Location::Query),
        ("headers", Location::Header),
        ("cookies", Location::Cookie),
    ] {
        let own = request.parameters.iter().filter(|p| p.location == location);
        let mut assigned = String::new();
        for RequestField { field, .. } in own {
            let (field_name, wire) = (ident(&field.ident), Literal::string(&field.wire));
            let rules = rules(scope, &field.rules);
            let read = types::reader(field.access);
            let _ = write!(reads, "let mut {field_name} = None;");
            let _ = write!(assigned, "{field_name} = {object}.{read}({wire}, {rules});");
            let _ = write!(values, "{field_name}: {field_name}?,");
        }
        if !assigned.is_empty() {
            let _ = write!(reads, "{call}.{method}(|{object}| {{ {assigned} }});");
        }
    }
    if let Some(body) = &request.body {
        let read = read_body(scope, operation, body);
        let method = match body.required {
            true => "required_body",
            false => "optional_body",
        };
        let field = ident(&body.ident);
        let _ = write!(reads, "let {field} = {call}.{method}(|call| {read});");
        let _ = write!(values, "{field}: {field}?,");
    }
    let call = if reads.is_empty() { "_" } else { &call };
    format!(
        "impl rt::FromCall for {name}::Request {{
            fn from_call({call}: &mut rt::Call) -> Option<Self> {{
                {reads}
                Some(Self {{ {values} }})
            }}
        }}
        "
    )
}

/// A name for a variable that is no field of the request: those are variables, too.
fn unused(request: &Request, name: &str) -> String {
    let parameters = request.parameters.iter().map(|p| &p.field.ident);
    let body = request.body.iter().map(|body| &body.ident);
    let fields: Vec<&String> = parameters.chain(body).collect();
    let mut name = name.to_string();
    while fields.contains(&&name) {
        name.push('_');
    }
    name
}

/// The expression that reads a body from `call`.
fn read_body(scope: &Scope<'_>, operation: &Operation, body: &Body) -> String {
    if let [only] = body.variants.as_slice() {
        return read_variant(scope, only);
    }
    let module = ident(&operation.ident);
    let last = body.variants.len().saturating_sub(1);
    let arms = body.variants.iter().enumerate().map(|(index, variant)| {
        // The last one stands for all that cannot be.
        let pattern = match index == last {
            true => "_".to_string(),
            false => index.to_string(),
        };
        let (read, variant) = (read_variant(scope, variant), ident(&variant.ident));
        format!("{pattern} => {read}.map({module}::RequestBody::{variant}),")
    });
    format!("match call.media_type() {{ {} }}", arms.collect::<String>())
}

fn read_variant(scope: &Scope<'_>, variant: &BodyVariant) -> String {
    let method = match variant.format {
        BodyFormat::Json => "json",
        BodyFormat::Form => "form",
        BodyFormat::Text => "text",
        BodyFormat::JsonLines => "lines",
        BodyFormat::Multipart => return "call.multipart()".to_string(),
        BodyFormat::Bytes if !variant.rules.is_empty() => "bytes_within",
        BodyFormat::Bytes | BodyFormat::EventStream => return "call.bytes()".to_string(),
    };
    format!("call.{method}({})", rules(scope, &variant.rules))
}

/// How an answer is sent. Without documented answers the type is the runtime's own.
fn into_reply(scope: &Scope<'_>, operation: &Operation) -> String {
    if operation.variants.is_empty() {
        return String::new();
    }
    let name = ident(&operation.ident);
    let arms = operation.variants.iter().map(|variant| arm(scope, variant));
    let mut arms: String = arms.collect();
    if let Some(variant) = &operation.undocumented {
        let _ = write!(arms, "Self::{variant}(reply) => reply,");
    }
    format!(
        "impl rt::IntoReply for {name}::Response {{
            fn into_reply(self) -> rt::Reply {{
                match self {{ {arms} }}
            }}
        }}
        "
    )
}

fn arm(scope: &Scope<'_>, variant: &Variant) -> String {
    let name = ident(&variant.ident);
    let (mut bound, mut sent) = (String::new(), String::new());
    let (status, range) = match variant.status {
        Status::Code(code) => (code.to_string(), None),
        Status::Class(class) => (
            "status.as_u16()".to_string(),
            Some(format!("Class({class})")),
        ),
        Status::Default => ("status.as_u16()".to_string(), Some("Default".to_string())),
    };
    if let Some(range) = range {
        bound.push_str("status,");
        let _ = write!(sent, ".within(rt::StatusRange::{range})");
    }
    for header in &variant.headers {
        let (name, wire) = (ident(&header.ident), Literal::string(&header.name));
        let method = match header.always {
            true => "header",
            false => "optional_header",
        };
        let _ = write!(bound, "{name},");
        let _ = write!(sent, ".{method}({wire}, &{name})");
    }
    let reply = match &variant.body {
        Some(body) => reply(scope, &status, body),
        None => format!("rt::Reply::empty({status})"),
    };
    let pattern = match (&variant.body, bound.is_empty()) {
        (None, true) => name.to_string(),
        (Some(_), true) => format!("{name}(body)"),
        (None, false) => format!("{name} {{ {bound} }}"),
        (Some(_), false) => format!("{name} {{ {bound} body, }}"),
    };
    format!("Self::{pattern} => {reply}{sent},")
}

fn reply(scope: &Scope<'_>, status: &str, body: &VariantBody) -> String {
    let media_type = Literal::string(&body.media_type);
    let (method, argument, checked) = match body.format {
        BodyFormat::Json | BodyFormat::Form => ("json", "&body", true),
        BodyFormat::Text => ("text", "&body", true),
        BodyFormat::JsonLines => ("lines", "body", true),
        BodyFormat::EventStream => ("events", "body", false),
        BodyFormat::Bytes | BodyFormat::Multipart => ("bytes", "body", false),
    };
    let rules = match checked {
        true => format!(", {}", rules(scope, &body.rules)),
        false => String::new(),
    };
    format!("rt::Reply::{method}({status}, {media_type}, {argument}{rules})")
}

/// Rules as text.
pub(super) fn rules(scope: &Scope<'_>, rules: &Rules) -> String {
    scope.rules(rules).into_token_stream().to_string()
}
