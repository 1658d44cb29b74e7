//! Objects with known properties, as structs. Knows the IR and the runtime's readers and writers.

use std::collections::BTreeSet;

use syn::{Expr, ImplItemFn, Item, Type as RustType};

use crate::ir::{Additional, Field, Struct, TypeDef};

use super::scope::Scope;
use super::syntax::{self as rust, Borrow, Function};
use super::types::Access;
use super::words;

/// A field with what its Rust side is.
struct Planned<'a> {
    field: &'a Field,
    ty: RustType,
    access: Access,
    /// The only value of a field that must be there.
    only: Option<Expr>,
}

/// The struct, its constructor and defaults, and how it is read and written.
pub(super) fn items(scope: &Scope<'_>, definition: &TypeDef, object: &Struct) -> Vec<Item> {
    let fields: Vec<Planned<'_>> = object
        .fields
        .iter()
        .map(|field| plan(scope, field))
        .collect();
    let rest = rest(scope, object);
    let optional = fields.iter().all(|planned| planned.access.is_optional());
    let mut derives = vec!["Clone", "Debug", "PartialEq"];
    if optional {
        derives.push("Default");
    }
    let mut attrs = rust::docs(&words::definition(scope.api, definition));
    attrs.push(rust::derives(&derives, definition));

    let mut rust_fields: Vec<syn::Field> = fields
        .iter()
        .map(|planned| {
            let docs = rust::docs(&words::field(definition, planned.field));
            rust::field(docs, Some(&planned.field.ident), planned.ty.clone())
        })
        .collect();
    if let Some((name, ty)) = &rest {
        let docs = rust::docs(&["Every other property.".to_string()]);
        rust_fields.push(rust::field(docs, Some(name), ty.clone()));
    }

    let name = definition.name.as_str();
    let mut own = vec![new(scope, &fields, &rest, optional)];
    own.extend(fields.iter().filter_map(|planned| default(scope, planned)));
    let mut items = vec![
        rust::item_struct(attrs, name, rust_fields),
        rust::item_impl(None, rust::named(name), own),
    ];
    let no_parameters = fields
        .iter()
        .all(|f| f.access.is_optional() || f.only.is_some());
    if no_parameters && !optional {
        items.push(default_impl(scope, name));
    }
    let functions = vec![
        read(scope, object, &fields, &rest),
        write(scope, &fields, &rest),
    ];
    let model = scope.known("Model");
    items.push(rust::item_impl(
        Some((&model, Vec::new())),
        rust::named(name),
        functions,
    ));
    items
}

fn plan<'a>(scope: &Scope<'_>, field: &'a Field) -> Planned<'a> {
    let (ty, access) = scope.field(field);
    let only = if access == Access::Required && !field.boxed {
        scope.only_value(&field.ty)
    } else {
        None
    };
    Planned {
        field,
        ty,
        access,
        only,
    }
}

/// The name and type of the field that holds undeclared properties.
fn rest(scope: &Scope<'_>, object: &Struct) -> Option<(String, RustType)> {
    let ty = match &object.additional {
        Additional::Closed => return None,
        Additional::Any => scope.object(),
        Additional::Typed(ty) => scope.map(ty),
    };
    Some((free_name(object, "additional_properties"), ty))
}

/// A name that no field has.
fn free_name(object: &Struct, name: &str) -> String {
    let taken: BTreeSet<&str> = object.fields.iter().map(|f| f.ident.as_str()).collect();
    let mut name = name.to_string();
    while taken.contains(name.as_str()) {
        name.push('_');
    }
    name
}

fn empty(scope: &Scope<'_>, object_ty: &RustType) -> Expr {
    let map = matches!(object_ty, RustType::Path(path)
        if path.path.segments.last().is_some_and(|s| s.ident == "Map"));
    let name = if map { "Map" } else { "BTreeMap" };
    rust::call(&format!("{}::new", scope.known(name)), Vec::new())
}

/// `new(required…)`.
fn new(
    scope: &Scope<'_>,
    fields: &[Planned<'_>],
    rest: &Option<(String, RustType)>,
    optional: bool,
) -> ImplItemFn {
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    for planned in fields {
        let ident = planned.field.ident.as_str();
        let variable = rust::variable(ident);
        let value = if planned.access.is_optional() {
            rust::name("None")
        } else if let Some(only) = &planned.only {
            only.clone()
        } else if planned.access == Access::Required {
            let (ty, value) = parameter(scope, planned, variable);
            parameters.push((rust::binding(ident, false), ty));
            value
        } else {
            parameters.push((rust::binding(ident, false), planned.ty.clone()));
            variable
        };
        values.push((ident, value));
    }
    if let Some((name, ty)) = rest {
        values.push((name, empty(scope, ty)));
    }
    let (docs, body) = if optional {
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
fn parameter(scope: &Scope<'_>, planned: &Planned<'_>, variable: Expr) -> (RustType, Expr) {
    if planned.field.boxed {
        let inner = scope.kind(&planned.field.ty.kind);
        let value = rust::call(&format!("{}::new", scope.known("Box")), vec![variable]);
        return (inner, value);
    }
    let is_text = matches!(
        scope.resolve(&planned.field.ty).0,
        crate::ir::Kind::String(_)
    );
    if is_text {
        let ty = rust::impl_trait(&scope.known("Into"), vec![planned.ty.clone()]);
        return (ty, rust::method(variable, "into", Vec::new()));
    }
    (planned.ty.clone(), variable)
}

/// `default_field()`.
fn default(scope: &Scope<'_>, planned: &Planned<'_>) -> Option<ImplItemFn> {
    let field = planned.field;
    let value = field.docs.default.as_ref()?;
    let expr = scope.default_value(&field.ty, value)?;
    let function = Function {
        docs: words::default(field, value),
        public: true,
        name: &format!("default_{}", field.ident),
        generic: None,
        takes_self: false,
        parameters: Vec::new(),
        output: scope.kind(&field.ty.kind),
        body: vec![rust::result(expr)],
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
        Some((&default, Vec::new())),
        rust::named(name),
        vec![function.build()],
    )
}

fn read(
    scope: &Scope<'_>,
    object: &Struct,
    fields: &[Planned<'_>],
    rest: &Option<(String, RustType)>,
) -> ImplItemFn {
    let reader = free_name(object, "object");
    let on_reader = |method, arguments| rust::method(rust::name(&reader), method, arguments);
    let mutable =
        !fields.is_empty() || !object.forbidden.is_empty() || !object.require_any.is_empty();

    let arguments = vec![rust::name("node"), scope.size_rules(object.size)];
    let opened = rust::try_(rust::method(rust::name("reader"), "object", arguments));
    let mut body = vec![rust::let_(rust::binding(&reader, mutable), opened)];
    for planned in fields {
        let arguments = vec![
            rust::string(&planned.field.wire),
            scope.rules(&planned.field.ty),
        ];
        let value = on_reader(planned.access.reader(), arguments);
        body.push(rust::let_(
            rust::binding(&planned.field.ident, false),
            value,
        ));
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
    let mut values: Vec<(&str, Expr)> = fields
        .iter()
        .map(|planned| planned.field.ident.as_str())
        .map(|ident| (ident, rust::try_(rust::variable(ident))))
        .collect();
    if let Some((name, _)) = rest {
        let rules = match &object.additional {
            Additional::Typed(ty) => scope.rules(ty),
            _ => scope.size_rules(Default::default()),
        };
        body.push(rust::let_(
            rust::binding(name, false),
            on_reader("rest", vec![rules]),
        ));
        values.push((name, rust::try_(rust::name(name))));
    } else {
        body.push(rust::run(on_reader("close", Vec::new())));
    }
    body.push(rust::result(rust::call(
        "Some",
        vec![rust::construct("Self", values, None)],
    )));
    read_function(scope, body)
}

/// `Model::read` with this body, for types that have no use for rules.
pub(super) fn read_function(scope: &Scope<'_>, body: Vec<syn::Stmt>) -> ImplItemFn {
    let node = rust::reference(Borrow::Shared, rust::elided(&scope.known("Node")));
    let rules = rust::reference(Borrow::Static, rust::named(&scope.known("Rules")));
    let reader = rust::reference(Borrow::Mutable, rust::elided(&scope.known("Reader")));
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
        output: scope.option(rust::named("Self")),
        body,
    }
    .build()
}

fn write(
    scope: &Scope<'_>,
    fields: &[Planned<'_>],
    rest: &Option<(String, RustType)>,
) -> ImplItemFn {
    let on_writer = |method, arguments| rust::method(rust::name("object"), method, arguments);
    let own = |name: &str| rust::borrow(rust::member(rust::name("self"), name));
    let new = format!("{}::new", scope.known("ObjectWriter"));
    let opened = rust::try_(rust::call(&new, vec![rust::name("serializer")]));
    let mutable = !fields.is_empty() || rest.is_some();
    let mut body = vec![rust::let_(rust::binding("object", mutable), opened)];
    for planned in fields {
        let arguments = vec![rust::string(&planned.field.wire), own(&planned.field.ident)];
        let written = on_writer(planned.access.writer(), arguments);
        body.push(rust::run(rust::try_(written)));
    }
    if let Some((name, _)) = rest {
        body.push(rust::run(rust::try_(on_writer("rest", vec![own(name)]))));
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
        generic: Some(("S", &scope.known("Serializer"))),
        takes_self: true,
        parameters: vec![(rust::binding("serializer", false), rust::named("S"))],
        output: rust::generic(&scope.known("Result"), output),
        body,
    }
    .build()
}
