//! The client half of the crate: per group its calls, and one client for all. Knows the plan and the runtime's `client`
//! module.
//!
//! Written as text and printed by way of syn: there are few shapes, and each is easier to read as the code that it is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proc_macro2::Literal;
use quote::ToTokens;

use crate::plan::{
    Access, Argument, Body, BodyFormat, BodyVariant, Call, Group, Location, Operation, PageField,
    Pages, RequestField, RustType, Setter, Status, Success, Taken, Turn, Variant,
};

use super::operation::{code, lines, print};
use super::scope::{MODELS, Scope};
use super::server::{operation_modules, operations, rules};
use super::syntax::ident;
use super::{Child, Feature, Half, Module, Printer, Unprintable, types};

/// Calls of all operations, and the client that makes them.
pub(super) struct Client;

impl Half for Client {
    fn feature(&self) -> Option<Feature> {
        Some(Feature {
            name: "client",
            docs: "A client with a method per operation, for the groups that are on, over any `tower` service of HTTP.",
            enables: &["kibana-runtime/client"],
        })
    }

    fn other_features(&self) -> &'static [Feature] {
        &[
            Feature {
                name: "reqwest",
                docs: "The client with a transport of its own: reqwest with rustls.",
                enables: &["client", "kibana-runtime/reqwest"],
            },
            Feature {
                name: "tracing",
                docs: "The client with a span around each call.",
                enables: &["client", "kibana-runtime/tracing"],
            },
        ]
    }

    /// `client`, and a module per group in it.
    fn modules(&self, printer: &Printer<'_>) -> Result<Vec<Module>, Unprintable> {
        let groups = printer.plan.groups_by_ident();
        // Printing is most of the work, and groups are independent.
        let texts = super::parallel::in_parallel(&groups, |group| module(printer, group));
        std::iter::once(root(printer)).chain(texts).collect()
    }
}

fn root(printer: &Printer<'_>) -> Result<Module, Unprintable> {
    let mut methods = String::new();
    let mut children = Vec::new();
    for group in printer.plan.groups_by_ident() {
        let child = Child {
            features: printer.features(&[&group.feature]),
            ..Child::public(&group.ident)
        };
        let condition = child.condition();
        let (module, handle) = (ident(&group.ident), ident(&group.service));
        let method = ident(&group.client);
        let docs = lines(&[format!("Calls of the group {}.", code(&group.key))]);
        let _ = writeln!(
            methods,
            "{docs} {condition} pub fn {method}(&self) -> {module}::{handle} {{ \
             {module}::{handle}::new(&self.inner) }}"
        );
        children.push(child);
    }
    let text = format!(
        "
        pub use kibana_runtime::client::{{
            BoxError, BuildError, Builder, ByteStream, Bytes, Error, ErrorKind, Event, EventStream, File,
            JsonLines, Listing, Multipart, Part, Refused, Retries, StatusCode, StreamError, TimedOut,
            Unreadable, http,
        }};

        /// Calls Kibana. Clones share the connection.
        #[derive(Clone, Debug)]
        pub struct Client {{
            inner: kibana_runtime::client::Client,
        }}

        impl From<kibana_runtime::client::Client> for Client {{
            fn from(inner: kibana_runtime::client::Client) -> Self {{
                Self {{ inner }}
            }}
        }}

        impl Client {{
            /// A client of the server at a URL such as `https://localhost:5601/base`.
            ///
            /// # Errors
            ///
            /// When this is no such URL.
            pub fn builder(url: &str) -> Result<Builder<Self>, BuildError> {{
                Builder::new(url)
            }}

            /// The same client in a space; `default` is the default space.
            #[must_use]
            pub fn space(&self, space: &str) -> Self {{
                Self::from(self.inner.space(space))
            }}

            /// The same client with other settings: time-outs, retries, headers.
            #[must_use]
            pub fn with(
                &self,
                change: impl FnOnce(&kibana_runtime::client::Client) -> kibana_runtime::client::Client,
            ) -> Self {{
                Self::from(change(&self.inner))
            }}

            {methods}
        }}
        "
    );
    Ok(Module {
        path: vec!["client".to_string()],
        head: "//! Calls of Kibana, per group of the API, and the client that makes them.\n"
            .to_string(),
        children,
        text: print("client", &text)?,
    })
}

fn module(printer: &Printer<'_>, group: &Group) -> Result<Module, Unprintable> {
    let plan = printer.plan;
    let path = vec!["client".to_string(), group.ident.clone()];
    let what = path.join("::");
    let operations = operations(plan, group);
    let mut names = BTreeSet::from([group.service.clone()]);
    let calls = group.operations.iter().zip(&operations);
    let calls: Vec<Call> = calls
        .map(|(index, operation)| plan.call(*index, operation, &mut names))
        .collect();
    let scope = Scope::beside(plan, plan.group_file(group), &path);
    let mut text = handle(&scope, &what, group, &operations, &calls)?;
    for (operation, call) in operations.iter().zip(&calls) {
        text.push_str(&own_call(&scope, &what, operation, call)?);
        let mut impls = into_call(&scope, operation);
        impls.push_str(&from_answer(&scope, operation));
        impls.push_str(&callable(&scope, operation, call));
        text.push_str(&print(&what, &impls)?);
    }
    operation_modules(&scope, group, &path, &operations);
    let there = plan.path_between(&path, std::slice::from_ref(&group.ident));
    let mut renamed = vec![("kibana_runtime::generated::client", "rt")];
    if text.contains(&format!("{MODELS}::")) {
        renamed.push((&there, MODELS));
    }
    let imports = super::imports::imports(&scope.into_imports(), &renamed);
    Ok(Module {
        path,
        head: format!("//! Calls of the group {}.\n", code(group.key.trim())),
        children: Vec::new(),
        text: format!("\n{imports}{text}"),
    })
}

fn ty(scope: &Scope<'_>, ty: &RustType) -> String {
    scope.ty(ty).into_token_stream().to_string()
}

/// What takes a value of a type, and whatever becomes one.
fn into(scope: &Scope<'_>, of: &RustType) -> String {
    format!("impl {}<{}>", scope.known("Into"), ty(scope, of))
}

/// The handle of a group, with a method per operation.
fn handle(
    scope: &Scope<'_>,
    what: &str,
    group: &Group,
    operations: &[&Operation],
    calls: &[Call],
) -> Result<String, Unprintable> {
    let name = ident(&group.service);
    let mut methods = String::new();
    for (operation, call) in operations.iter().zip(calls) {
        methods.push_str(&method(scope, operation, call));
    }
    let docs = lines(&[format!("Calls of the group {}.", code(&group.key))]);
    print(
        what,
        &format!(
            "{docs} #[derive(Clone, Debug)] pub struct {name} {{ client: rt::Client }}
            impl {name} {{
                pub(super) fn new(client: &rt::Client) -> Self {{
                    Self {{ client: client.clone() }}
                }}
                {methods}
            }}
            "
        ),
    )
}

fn method(scope: &Scope<'_>, operation: &Operation, call: &Call) -> String {
    let docs = lines(&operation.docs);
    let name = ident(&operation.ident);
    let (parameters, request) = match &call.arguments {
        None => (format!("request: {name}::Request"), "request".to_string()),
        Some(arguments) => {
            let parameters = arguments.iter().map(|Argument { ident: name, ty }| {
                format!("{}: {},", ident(name), into(scope, ty))
            });
            (
                parameters.collect(),
                new_request(scope, operation, arguments),
            )
        }
    };
    let (returned, made) = match &call.ident {
        None => (format!("rt::Call<{name}::Operation>"), None),
        Some(call) => (ident(call).to_string(), Some(ident(call))),
    };
    let made = match made {
        None => format!("rt::Call::new(&self.client, {request})"),
        Some(made) => format!("{made}(rt::Call::new(&self.client, {request}))"),
    };
    format!("{docs} pub fn {name}(&self, {parameters}) -> {returned} {{ {made} }}\n")
}

/// A request with what must be given.
fn new_request(scope: &Scope<'_>, operation: &Operation, arguments: &[Argument]) -> String {
    let name = ident(&operation.ident);
    let own = operation.request.parameters.iter();
    let own = own.map(|RequestField { field, .. }| (&field.ident, field.access));
    let body = operation.request.body.as_ref();
    let fields = own.chain(body.map(|body| (&body.ident, Access::Optional)));
    let fields = fields.map(|(field, access)| {
        let given = arguments.iter().any(|argument| argument.ident == *field);
        let field = ident(field);
        match (given, access) {
            (true, _) => format!("{field}: {field}.into(),"),
            (false, Access::OptionalNullable) => {
                format!("{field}: {}::Absent,", scope.known("Nullable"))
            }
            (false, _) => format!("{field}: None,"),
        }
    });
    format!("{name}::Request {{ {} }}", fields.collect::<String>())
}

/// The type of a call, where something can be set.
fn own_call(
    scope: &Scope<'_>,
    what: &str,
    operation: &Operation,
    call: &Call,
) -> Result<String, Unprintable> {
    let Some(name) = &call.ident else {
        return Ok(String::new());
    };
    let (name, module) = (ident(name), ident(&operation.ident));
    let setters = call.setters.iter().map(|setter| {
        let Setter {
            ident: method,
            field,
            docs,
            ty,
            wrapped,
        } = setter;
        let (docs, method, field) = (lines(docs), ident(method), ident(field));
        let value = into(scope, ty);
        let set = if *wrapped {
            "Some(value.into())"
        } else {
            "value.into()"
        };
        format!(
            "{docs} pub fn {method}(mut self, value: {value}) -> Self {{ \
             self.0.request().{field} = {set}; self }}"
        )
    });
    let setters = print(
        what,
        &format!("impl {name} {{ {} }}", setters.collect::<String>()),
    )?;
    let kind = match call.pages {
        Some(_) => "client_pages",
        None => "client_call",
    };
    // The arguments of a macro are a heap of tokens to the printer.
    Ok(format!(
        "
kibana_runtime::{kind}! {{
    /// A call of {}.
    {name}: {module}::Operation
}}
{setters}",
        operation.route
    ))
}

/// How a request is sent.
fn into_call(scope: &Scope<'_>, operation: &Operation) -> String {
    let name = ident(&operation.ident);
    let request = &operation.request;
    let mut sent = String::new();
    for RequestField { location, field } in &request.parameters {
        let place = match location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
        };
        let optional = match types::writer(field.access) {
            "optional" => "optional_",
            "nullable" => "nullable_",
            _ => "",
        };
        let (wire, field_name) = (Literal::string(&field.wire), ident(&field.ident));
        let rules = rules(scope, &field.rules);
        let _ = write!(
            sent,
            "call.{optional}{place}({wire}, &self.{field_name}, {rules});"
        );
    }
    if let Some(body) = &request.body {
        sent.push_str(&send_body(scope, operation, body));
    }
    let call = if sent.is_empty() { "_" } else { "call" };
    format!(
        "impl rt::IntoCall for {name}::Request {{
            fn into_call(self, {call}: &mut rt::Sending) {{ {sent} }}
        }}
        "
    )
}

fn send_body(scope: &Scope<'_>, operation: &Operation, body: &Body) -> String {
    let field = ident(&body.ident);
    let module = ident(&operation.ident);
    let several = match body.variants.as_slice() {
        [only] => {
            return match body.required {
                true => send_variant(scope, 0, only, &format!("self.{field}")) + ";",
                false => format!(
                    "if let Some(body) = self.{field} {{ {}; }}",
                    send_variant(scope, 0, only, "body")
                ),
            };
        }
        several => several,
    };
    let arms = several.iter().enumerate().map(|(index, variant)| {
        let send = send_variant(scope, index, variant, "body");
        let pattern = format!("{module}::RequestBody::{}(body)", ident(&variant.ident));
        match body.required {
            true => format!("{pattern} => {send},"),
            false => format!("Some({pattern}) => {send},"),
        }
    });
    let arms: String = arms.collect();
    let none = if body.required { "" } else { "None => {}" };
    format!("match self.{field} {{ {arms} {none} }}")
}

fn send_variant(scope: &Scope<'_>, index: usize, variant: &BodyVariant, body: &str) -> String {
    let (method, checked) = match variant.format {
        BodyFormat::Json => ("json", true),
        BodyFormat::Form => ("form", true),
        BodyFormat::Text => ("text", true),
        BodyFormat::JsonLines => ("lines", true),
        BodyFormat::Multipart => ("multipart", false),
        BodyFormat::Bytes if !variant.rules.is_empty() => ("bytes_within", true),
        BodyFormat::Bytes | BodyFormat::EventStream => ("bytes", false),
    };
    let rules = match checked {
        true => format!(", {}", rules(scope, &variant.rules)),
        false => String::new(),
    };
    // What is a value is written as it stands; a stream is handed on.
    let borrowed = if crate::plan::is_value(variant.format) {
        "&"
    } else {
        ""
    };
    format!("call.{method}({index}, {borrowed}{body}{rules})")
}

/// How an answer is read. Without documented answers the type is the runtime's own.
fn from_answer(scope: &Scope<'_>, operation: &Operation) -> String {
    if operation.variants.is_empty() {
        return String::new();
    }
    let name = ident(&operation.ident);
    let variants = operation.variants.iter().enumerate();
    let arms: String = variants
        .map(|(index, variant)| format!("{index} => {},", read_variant(scope, variant)))
        .collect();
    let other = match &operation.undocumented {
        Some(variant) => format!("Self::{variant}(answer.undocumented()?)"),
        None => "return answer.unexpected()".to_string(),
    };
    format!(
        "impl rt::FromAnswer for {name}::Response {{
            fn from_answer(answer: &mut rt::Answer) -> Option<Self> {{
                Some(match answer.variant() {{ {arms} _ => {other}, }})
            }}
        }}
        "
    )
}

fn read_variant(scope: &Scope<'_>, variant: &Variant) -> String {
    let name = ident(&variant.ident);
    let mut fields = String::new();
    if !matches!(variant.status, Status::Code(_)) {
        fields.push_str("status: answer.status(),");
    }
    for header in &variant.headers {
        let (field, wire) = (ident(&header.ident), Literal::string(&header.name));
        let method = match header.always {
            true => "header",
            false => "optional_header",
        };
        let _ = write!(fields, "{field}: answer.{method}({wire})?,");
    }
    let body = variant.body.as_ref().map(|body| match body.format {
        BodyFormat::Json | BodyFormat::Form => {
            format!("answer.json({})?", rules(scope, &body.rules))
        }
        BodyFormat::Text => format!("answer.text({})?", rules(scope, &body.rules)),
        BodyFormat::JsonLines => format!("answer.lines({})?", rules(scope, &body.rules)),
        BodyFormat::EventStream => "answer.events()?".to_string(),
        BodyFormat::Bytes | BodyFormat::Multipart => "answer.bytes()?".to_string(),
    });
    match (body, fields.is_empty()) {
        (None, true) => format!("Self::{name}"),
        (Some(body), true) => format!("Self::{name}({body})"),
        (None, false) => format!("Self::{name} {{ {fields} }}"),
        (Some(body), false) => format!("Self::{name} {{ {fields} body: {body} }}"),
    }
}

/// What a caller wants of an answer.
fn callable(scope: &Scope<'_>, operation: &Operation, call: &Call) -> String {
    let name = ident(&operation.ident);
    let pattern = |Taken {
                       ident: variant,
                       named,
                   }: &Taken,
                   body: bool| {
        let variant = ident(variant);
        match (named, body) {
            (true, true) => format!("{name}::Response::{variant} {{ body, .. }}"),
            (true, false) => format!("{name}::Response::{variant} {{ .. }}"),
            (false, true) => format!("{name}::Response::{variant}(body)"),
            (false, false) => format!("{name}::Response::{variant}"),
        }
    };
    let patterns = |taken: &[Taken], body| {
        let patterns = taken.iter().map(|taken| pattern(taken, body));
        patterns.collect::<Vec<_>>().join("|")
    };
    let all = |taken: usize| operation.variants.len() == taken && operation.undocumented.is_none();
    let other = |taken: usize| match all(taken) {
        true => "",
        false => "_ => None,",
    };
    let (success, made) = match &call.success {
        Success::Body(of, taken) => (
            ty(scope, of),
            format!(
                "match response {{ {} => Some(body), {} }}",
                patterns(taken, true),
                other(taken.len())
            ),
        ),
        Success::Nothing(taken) => (
            "()".to_string(),
            format!(
                "match response {{ {} => Some(()), {} }}",
                patterns(taken, false),
                other(taken.len())
            ),
        ),
        Success::Undocumented(variant) => (
            "rt::Reply".to_string(),
            format!(
                "match response {{ {name}::Response::{}(reply) => Some(reply), _ => None }}",
                ident(variant)
            ),
        ),
        Success::Response => (format!("{name}::Response"), "Some(response)".to_string()),
    };
    let pages = call
        .pages
        .as_ref()
        .map(|pages| paged(scope, operation, &success, pages));
    format!(
        "impl rt::Callable for {name}::Operation {{
            type Success = {success};
            fn success(response: {name}::Response) -> Option<Self::Success> {{ {made} }}
        }}
        {}",
        pages.unwrap_or_default()
    )
}

/// How a list is followed.
fn paged(scope: &Scope<'_>, operation: &Operation, page: &str, pages: &Pages) -> String {
    let name = ident(&operation.ident);
    let Pages {
        field,
        items,
        item,
        turn,
    } = pages;
    let (field, list) = (ident(field), ident(&items.ident));
    // Whatever it is wrapped in, nothing is an empty list.
    let (taken, length) = match items.access {
        Access::Required => (format!("page.{list}"), format!("page.{list}.len()")),
        Access::Nullable | Access::Optional => (
            format!("page.{list}.unwrap_or_default()"),
            format!("page.{list}.as_ref().map_or(0, Vec::len)"),
        ),
        Access::OptionalNullable => (
            format!("page.{list}.into_value().unwrap_or_default()"),
            format!("page.{list}.value().map_or(0, Vec::len)"),
        ),
    };
    let number = |field: &Option<PageField>| match field {
        Some(PageField { ident: field, .. }) => format!("rt::Count::get(&page.{})", ident(field)),
        None => "None".to_string(),
    };
    let turned = match turn {
        Turn::Number {
            first,
            number: own,
            total,
        } => format!(
            "turn.numbered(&mut request.{field}, {first}, {}, {length}, {})",
            number(own),
            number(total)
        ),
        Turn::Cursor(PageField {
            ident: next,
            access,
        }) => {
            let next = ident(next);
            let next = match access {
                Access::Required => format!("Some(page.{next}.clone())"),
                Access::Nullable | Access::Optional => format!("page.{next}.clone()"),
                Access::OptionalNullable => format!("page.{next}.value().cloned()"),
            };
            format!("turn.cursor(&mut request.{field}, {next}, {length})")
        }
    };
    let (vec, item) = (scope.known("Vec"), ty(scope, item));
    format!(
        "impl rt::Paged for {name}::Operation {{
            type Item = {item};
            fn items(page: {page}) -> {vec}<Self::Item> {{ {taken} }}
            fn turn(request: &mut {name}::Request, page: &{page}, turn: &mut rt::Turn) -> bool {{
                {turned}
            }}
        }}
        "
    )
}
