//! Objects with known properties, as structs. Knows the plan and the runtime's readers and writers.

use syn::{Expr, ImplItemFn, Item};

use crate::plan::{Access, Definition, Field, Rest, RustType, Struct};

use super::scope::Scope;
use super::syntax::{self as rust, Borrow, Function};
use super::types;

/// The struct, its constructor and defaults.
pub(super) fn data(scope: &Scope<'_>, definition: &Definition, object: &Struct) -> Vec<Item> {
    let mut attrs = rust::docs(&definition.docs);
    attrs.push(rust::derive(&object.derives));
    attrs.push(rust::non_exhaustive());

    let fields = object.fields.iter();
    let mut rust_fields: Vec<syn::Field> = fields
        .map(|field| {
            rust::field(
                rust::docs(&field.docs),
                Some(&field.ident),
                scope.ty(&field.ty),
            )
        })
        .collect();
    if let Some(rest) = &object.rest {
        let docs = rust::docs(&["Every other property.".to_string()]);
        rust_fields.push(rust::field(docs, Some(&rest.ident), scope.ty(&rest.ty)));
    }

    let name = definition.ident.as_str();
    let mut own = vec![new(scope, object)];
    if object.is_open() {
        own.extend(WITH.with(Clone::clone));
    }
    own.extend(
        object
            .fields
            .iter()
            .filter_map(|field| default(scope, field)),
    );
    let mut items = vec![
        rust::item_struct(attrs, name, rust_fields),
        rust::item_impl(None, rust::named(name), own),
    ];
    if object.has_no_parameters() && !object.is_optional() {
        items.push(default_impl(scope, name));
    }
    items.extend(required_struct(scope, name, object));
    items
}

/// The struct of what must be given.
fn required_struct(scope: &Scope<'_>, owner: &str, object: &Struct) -> Option<Item> {
    let name = object.required.as_deref()?;
    let docs = format!("What [`{owner}::new`] wants, by name.");
    let mut attrs = rust::docs(&[docs]);
    attrs.push(rust::derive(&["Debug".to_string()]));
    let fields = object.required_fields().map(|field| {
        let docs = format!("See [`{owner}::{}`].", field.ident);
        rust::field(rust::docs(&[docs]), Some(&field.ident), scope.ty(&field.ty))
    });
    Some(rust::item_struct(attrs, name, fields.collect()))
}

thread_local! {
    /// The same for every struct: parsed once, since building it by hand is longer and parsing it each time slower.
    static WITH: Option<ImplItemFn> = syn::parse_str(
        "/// The same, changed: for what is not required.
         #[must_use]
         pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
             change(&mut self);
             self
         }",
    )
    .ok();
}

/// How it is read and written.
pub(super) fn code(scope: &Scope<'_>, definition: &Definition, object: &Struct) -> Vec<Item> {
    let functions = vec![read(scope, object), write(scope, object)];
    let model = scope.known("Model");
    vec![rust::item_impl(
        Some((model, Vec::new())),
        rust::named(&definition.ident),
        functions,
    )]
}

fn empty(scope: &Scope<'_>, rest: &Rest) -> Expr {
    let name = match rest.ty {
        RustType::Object => "Map",
        _ => "BTreeMap",
    };
    rust::call(&format!("{}::new", scope.known(name)), Vec::new())
}

/// `new(required…)`.
fn new(scope: &Scope<'_>, object: &Struct) -> ImplItemFn {
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    for field in &object.fields {
        let ident = field.ident.as_str();
        let value = match field.access {
            Access::Optional => rust::name("None"),
            Access::OptionalNullable => rust::name(&format!("{}::Absent", scope.known("Nullable"))),
            Access::Required | Access::Nullable => match (&field.only, &object.required) {
                (Some(only), _) => scope.literal(only),
                (None, Some(_)) => rust::member(rust::name("required"), ident),
                (None, None) => {
                    let (ty, value) = parameter(scope, field, rust::variable(ident));
                    parameters.push((rust::binding(ident, false), ty));
                    value
                }
            },
        };
        values.push((ident, value));
    }
    if let Some(name) = &object.required {
        parameters.push((rust::binding("required", false), rust::named(name)));
    }
    if let Some(rest) = &object.rest {
        values.push((&rest.ident, empty(scope, rest)));
    }
    let (docs, body) = if object.is_optional() {
        let default = format!("{}::default", scope.known("Default"));
        (
            "A value with nothing in it.",
            rust::call(&default, Vec::new()),
        )
    } else {
        (
            "A value with what is required, and nothing else.",
            rust::construct("Self", values, None),
        )
    };
    Function {
        docs: vec![docs.to_string()],
        public: true,
        name: "new",
        generic: None,
        takes_self: false,
        parameters,
        output: rust::named("Self"),
        body: vec![rust::result(body)],
    }
    .build()
}

/// The type of a parameter of `new`, and how it becomes the field.
fn parameter(scope: &Scope<'_>, field: &Field, variable: Expr) -> (syn::Type, Expr) {
    if field.access == Access::Nullable {
        return (scope.ty(&field.ty), variable);
    }
    let inner = scope.ty(&field.value);
    if field.boxed {
        let value = rust::call(&format!("{}::new", scope.known("Box")), vec![variable]);
        return (inner, value);
    }
    if field.is_text {
        let ty = rust::impl_trait(scope.known("Into"), vec![inner]);
        return (ty, rust::method(variable, "into", Vec::new()));
    }
    (inner, variable)
}

/// `default_field()`.
fn default(scope: &Scope<'_>, field: &Field) -> Option<ImplItemFn> {
    let default = field.default.as_ref()?;
    let function = Function {
        docs: default.docs.clone(),
        public: true,
        name: &default.ident,
        generic: None,
        takes_self: false,
        parameters: Vec::new(),
        output: scope.ty(&field.value),
        body: vec![rust::result(scope.literal(&default.value))],
    };
    Some(function.build())
}

/// `Default` for a struct whose required fields have one value each.
fn default_impl(scope: &Scope<'_>, name: &str) -> Item {
    let function = Function {
        docs: Vec::new(),
        public: false,
        name: "default",
        generic: None,
        takes_self: false,
        parameters: Vec::new(),
        output: rust::named("Self"),
        body: vec![rust::result(rust::call("Self::new", Vec::new()))],
    };
    let default = scope.known("Default");
    rust::item_impl(
        Some((default, Vec::new())),
        rust::named(name),
        vec![function.build()],
    )
}

fn read(scope: &Scope<'_>, object: &Struct) -> ImplItemFn {
    let reader = object.reader.as_str();
    let on_reader = |method, arguments| rust::method(rust::name(reader), method, arguments);
    let mutable = !object.fields.is_empty()
        || !object.tags.is_empty()
        || !object.forbidden.is_empty()
        || !object.require_any.is_empty();

    let arguments = vec![rust::name("node"), scope.rules(&object.rules)];
    let opened = rust::try_(rust::method(rust::name("reader"), "object", arguments));
    let mut body = vec![rust::let_(rust::binding(reader, mutable), opened)];
    for tag in &object.tags {
        let arguments = vec![rust::string(&tag.wire), rust::string(&tag.value)];
        let value = on_reader("constant", arguments);
        body.push(rust::let_(rust::binding(&tag.ident, false), value));
    }
    for field in &object.fields {
        if let Some(told) = &field.told {
            let members = told.members.iter().map(|(value, member)| {
                rust::tuple(vec![rust::string(value), rust::unsigned(*member as u64)])
            });
            let arguments = vec![
                rust::string(&told.property),
                rust::string(&field.wire),
                rust::borrow(rust::array(members.collect())),
            ];
            body.push(rust::run(on_reader("told_by", arguments)));
        }
        let arguments = vec![rust::string(&field.wire), scope.rules(&field.rules)];
        let value = on_reader(types::reader(field.access), arguments);
        body.push(rust::let_(rust::binding(&field.ident, false), value));
    }
    if !object.forbidden.is_empty() {
        body.push(rust::run(on_reader(
            "forbidden",
            vec![rust::strings(&object.forbidden)],
        )));
    }
    if !object.require_any.is_empty() {
        let sets = object.require_any.iter().map(rust::strings).collect();
        let sets = rust::borrow(rust::array(sets));
        body.push(rust::run(on_reader("require_any", vec![sets])));
    }
    for (side, keys) in &object.required_in {
        let side = format!("{}::{side:?}", scope.known("Side"));
        let arguments = vec![rust::name(&side), rust::strings(keys)];
        body.push(rust::run(on_reader("required_in", arguments)));
    }
    if !object.only_in_requests.is_empty() {
        let arguments = vec![rust::strings(&object.only_in_requests)];
        body.push(rust::run(on_reader("only_in_requests", arguments)));
    }
    let mut values: Vec<(&str, Expr)> = object
        .fields
        .iter()
        .map(|field| field.ident.as_str())
        .map(|ident| (ident, rust::try_(rust::variable(ident))))
        .collect();
    if let Some(rest) = &object.rest {
        let read = on_reader("rest", vec![scope.rules(&rest.rules)]);
        body.push(rust::let_(rust::binding(&rest.ident, false), read));
        values.push((&rest.ident, rust::try_(rust::name(&rest.ident))));
    } else {
        body.push(rust::run(on_reader("close", Vec::new())));
    }
    for tag in &object.tags {
        body.push(rust::run(rust::try_(rust::variable(&tag.ident))));
    }
    body.push(rust::result(rust::call(
        "Some",
        vec![rust::construct("Self", values, None)],
    )));
    read_function(scope, body)
}

/// `Model::read` with this body, for types that have no use for rules.
pub(super) fn read_function(scope: &Scope<'_>, body: Vec<syn::Stmt>) -> ImplItemFn {
    let node = rust::reference(Borrow::Shared, rust::elided(scope.known("Node")));
    let rules = rust::reference(Borrow::Static, rust::named(scope.known("Rules")));
    let reader = rust::reference(Borrow::Mutable, rust::elided(scope.known("Reader")));
    Function {
        docs: Vec::new(),
        public: false,
        name: "read",
        generic: None,
        takes_self: false,
        parameters: vec![
            (rust::binding("node", false), node),
            (rust::wildcard(), rules),
            (rust::binding("reader", false), reader),
        ],
        output: rust::generic(scope.known("Option"), vec![rust::named("Self")]),
        body,
    }
    .build()
}

fn write(scope: &Scope<'_>, object: &Struct) -> ImplItemFn {
    let on_writer = |method, arguments| rust::method(rust::name("object"), method, arguments);
    let own = |name: &str| rust::borrow(rust::member(rust::name("self"), name));
    let new = format!("{}::new", scope.known("ObjectWriter"));
    let opened = rust::try_(rust::call(&new, vec![rust::name("serializer")]));
    let mutable = !object.fields.is_empty() || !object.tags.is_empty() || object.rest.is_some();
    let mut body = vec![rust::let_(rust::binding("object", mutable), opened)];
    for tag in &object.tags {
        let arguments = vec![rust::string(&tag.wire), rust::string(&tag.value)];
        body.push(rust::run(rust::try_(on_writer("constant", arguments))));
    }
    for field in &object.fields {
        let arguments = vec![rust::string(&field.wire), own(&field.ident)];
        let written = on_writer(types::writer(field.access), arguments);
        body.push(rust::run(rust::try_(written)));
    }
    if let Some(rest) = &object.rest {
        let written = on_writer("rest", vec![own(&rest.ident)]);
        body.push(rust::run(rust::try_(written)));
    }
    body.push(rust::result(on_writer("end", Vec::new())));
    write_function(scope, body)
}

/// `Model::write` with this body.
pub(super) fn write_function(scope: &Scope<'_>, body: Vec<syn::Stmt>) -> ImplItemFn {
    let output = vec![rust::named("S::Ok"), rust::named("S::Error")];
    Function {
        docs: Vec::new(),
        public: false,
        name: "write",
        generic: Some(("S", scope.known("Serializer"))),
        takes_self: true,
        parameters: vec![(rust::binding("serializer", false), rust::named("S"))],
        output: rust::generic(scope.known("Result"), output),
        body,
    }
    .build()
}
