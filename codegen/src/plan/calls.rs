//! What is written for a call of an operation: what a caller must give and may set, what a success is, and how a list
//! is followed. Knows the IR and the runtime's types.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;

use crate::ir::{self, Kind, Location, Shape, Status};
use crate::passes::paging::{self, Paging, paging};

use super::{Access, Operation, Plan, RequestField, RustType, Variant};
use crate::naming::ident::written;

/// How many values a method takes; an operation that needs more takes its request.
const MOST_ARGUMENTS: usize = 3;

/// The methods of every call. What is set beside them is called otherwise.
const METHODS: &[&str] = &["items", "pages", "response"];

/// A call as it is written.
#[derive(Clone, Debug)]
pub struct Call {
    /// The type of the call; `None` where there is nothing to set, so that the runtime's own does.
    pub ident: Option<String>,
    /// What the method takes; `None` where that is the request as a whole.
    pub arguments: Option<Vec<Argument>>,
    /// What can be set.
    pub setters: Vec<Setter>,
    /// What a caller wants.
    pub success: Success,
    /// How a list is followed.
    pub pages: Option<Pages>,
}

/// A value that a call cannot do without.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The field of the request, and what the method calls it.
    pub ident: String,
    /// Its type.
    pub ty: RustType,
}

/// A value that a call can do without.
#[derive(Clone, Debug)]
pub struct Setter {
    /// The method.
    pub ident: String,
    /// The field of the request.
    pub field: String,
    /// Its docs.
    pub docs: Vec<String>,
    /// Its type, without the `Option` that says whether it is there.
    pub ty: RustType,
    /// Whether there is such an `Option`.
    pub wrapped: bool,
}

/// What a caller wants of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Success {
    /// The body of these variants, which is the same in all of them.
    Body(RustType, Vec<Taken>),
    /// Nothing: these variants have no body.
    Nothing(Vec<Taken>),
    /// The answer that the document does not list, by its variant.
    Undocumented(String),
    /// Whatever the response is.
    Response,
}

/// A variant that is a success.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The variant.
    pub ident: String,
    /// Whether it has fields with names.
    pub named: bool,
}

/// How a list is followed that comes page by page.
#[derive(Clone, Debug, PartialEq)]
pub struct Pages {
    /// The field of the request that says which page.
    pub field: String,
    /// The list.
    pub items: PageField,
    /// What is in it.
    pub item: RustType,
    /// How the next page is asked for.
    pub turn: Turn,
}

/// A field of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct PageField {
    /// The field.
    pub ident: String,
    /// What it is wrapped in.
    pub access: Access,
}

/// How the next page is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// By its number.
    Number {
        /// The number of the first page.
        first: i32,
        /// Which page it is.
        number: Option<PageField>,
        /// How many items there are.
        total: Option<PageField>,
    },
    /// By what the answer says.
    Cursor(PageField),
}

impl Plan<'_> {
    /// What is written for a call of an operation. `taken` are the types of calls of its group so far.
    pub fn call(&self, index: usize, operation: &Operation, taken: &mut BTreeSet<String>) -> Call {
        let (arguments, setters) = values(operation);
        let success = success(operation);
        let pages = self.pages(index, operation, &success);
        // Without the request as a whole, what is left out is set later.
        let whole = arguments.len() > MOST_ARGUMENTS;
        let ident = (!whole && !setters.is_empty()).then(|| call_ident(&operation.ident, taken));
        Call {
            ident,
            arguments: (!whole).then_some(arguments),
            setters: if whole { Vec::new() } else { setters },
            success,
            pages,
        }
    }

    fn pages(&self, index: usize, planned: &Operation, success: &Success) -> Option<Pages> {
        let operation = &self.api.operations[index];
        let Paging {
            parameter,
            items,
            turn,
        } = paging(self.api, operation)?;
        let Success::Body(RustType::Named(id), _) = success else {
            return None;
        };
        let Shape::Struct(answer) = &self.api.types.body(*id).shape else {
            return None;
        };
        let field = |wire: &str| answer.fields.iter().find(|field| field.wire == wire);
        let list = field(&items)?;
        let Kind::Array(array) = self.api.types.resolve(&list.ty).0 else {
            return None;
        };
        let own = |wire: Option<String>| self.page_field(field(&wire?)?);
        let wire = &operation.parameters.get(parameter)?.wire;
        let mut parameters = planned.request.parameters.iter();
        let RequestField { field: set, .. } = parameters
            .find(|p| p.location == Location::Query && p.field.wire == *wire)
            .filter(|p| p.field.access == Access::Optional)?;
        Some(Pages {
            field: set.ident.clone(),
            items: self.page_field(list)?,
            item: self.ty(&array.items),
            turn: match turn {
                paging::Turn::Number {
                    first,
                    number,
                    total,
                } => Turn::Number {
                    first: first.unwrap_or(1),
                    number: own(number),
                    total: own(total),
                },
                paging::Turn::Cursor { next } => Turn::Cursor(own(Some(next))?),
            },
        })
    }

    fn page_field(&self, field: &ir::Field) -> Option<PageField> {
        // What is boxed is part of something that holds itself: no list of pages.
        (!field.boxed).then(|| PageField {
            ident: field.ident.clone(),
            access: self.field_type(field).1,
        })
    }
}

fn call_ident(operation: &str, taken: &mut BTreeSet<String>) -> String {
    let mut ident = format!("{}Call", operation.to_upper_camel_case());
    while !taken.insert(ident.clone()) {
        ident.push('_');
    }
    ident
}

/// What a call cannot do without, and what it can.
fn values(operation: &Operation) -> (Vec<Argument>, Vec<Setter>) {
    let (mut arguments, mut setters) = (Vec::new(), Vec::new());
    for RequestField { field, .. } in &operation.request.parameters {
        let ident = field.ident.clone();
        let ty = field.ty.clone();
        match (field.access, ty) {
            (Access::Optional, RustType::Option(ty)) => {
                setters.push(setter(ident, &field.docs, *ty, true));
            }
            // The type itself tells absent from null.
            (Access::OptionalNullable, ty) => {
                setters.push(setter(ident, &field.docs, ty, false));
            }
            (_, ty) => arguments.push(Argument { ident, ty }),
        }
    }
    if let Some(body) = &operation.request.body {
        let ident = body.ident.clone();
        let ty = match body.is_choice() {
            // It stands in the module of the operation.
            true => RustType::Local(format!("{}::RequestBody", written(&operation.ident))),
            false => body.ty(),
        };
        match body.required {
            true => arguments.push(Argument { ident, ty }),
            false => setters.push(setter(ident, &body.docs, ty, true)),
        }
    }
    (arguments, setters)
}

fn setter(field: String, docs: &[String], ty: RustType, wrapped: bool) -> Setter {
    let ident = match METHODS.contains(&field.as_str()) {
        true => format!("with_{field}"),
        false => field.clone(),
    };
    Setter {
        ident,
        field,
        docs: docs.to_vec(),
        ty,
        wrapped,
    }
}

fn success(operation: &Operation) -> Success {
    if let Some(variant) = &operation.undocumented {
        return Success::Undocumented(variant.clone());
    }
    let documented = |wanted: &dyn Fn(Status) -> bool| {
        let variants = operation.variants.iter();
        variants.filter(|v| wanted(v.status)).collect::<Vec<_>>()
    };
    let mut successes =
        documented(&|status| matches!(status, Status::Code(200..=299) | Status::Class(2)));
    if successes.is_empty() {
        successes = documented(&|status| status == Status::Default);
    }
    let taken = || successes.iter().copied().map(taken).collect();
    let mut bodies = successes
        .iter()
        .map(|v| v.body.as_ref().map(|body| &body.ty));
    match bodies.next() {
        Some(first) if bodies.all(|body| body == first) => match first {
            Some(ty) => Success::Body(ty.clone(), taken()),
            None => Success::Nothing(taken()),
        },
        _ => Success::Response,
    }
}

fn taken(variant: &Variant) -> Taken {
    Taken {
        ident: variant.ident.clone(),
        named: !variant.headers.is_empty() || !matches!(variant.status, Status::Code(_)),
    }
}
