//! Lowers the parsed document to the IR: resolves `$ref`, merges `allOf`, decides nullability and presence.
//! Knows what `parse` read, the document, the settings and the IR.
//!
//! The unit of work is a *conjunction*: one or several schemas that a value must satisfy together. A plain
//! schema is a conjunction of one; `allOf`, properties that are declared again, and unions with keywords
//! beside them are conjunctions of several. So there is one way to lower a schema, not one per construct.

mod constants;
mod content;
mod depth;
mod guard;
mod kinds;
mod merged;
mod null;
mod operations;
mod same;
mod schema;
mod security;
mod settings;
mod union;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use self::same::Stated;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::document::Document;
use crate::ir::{
    Api, Docs, GuardHeader, Home, Kind, Place, Shape, Standing, Step, Type, TypeDef, TypeId, Types,
    Usage,
};
use crate::parse::{self, Node};
use crate::pointer::Pointer;
use crate::settings::Settings;

/// The codes that lowering raises.
pub(crate) const CODES: &[&Code] = &[
    &DANGLING_REFERENCE,
    &EXTERNAL_REFERENCE,
    &CIRCULAR_REFERENCE,
    &CONJUNCTION_TOO_LARGE,
    &DEFINITIONS_TOO_DEEP,
    &UNSATISFIABLE_SCHEMA,
    &CONFLICTING_DECLARATIONS,
    &IMPOSSIBLE_MEMBER,
    &MAPPING_UNKNOWN_MEMBER,
    &UNDECLARED_REQUIRED,
    &IGNORED_SIBLING,
    &UNCHECKED_NOT,
    &UNCHECKED_RULE,
    &UNCHECKED_UNION,
    &DUPLICATE_OPERATION,
    &HEADER_IGNORED,
    &BODY_AGAINST_MEDIA_TYPE,
    &UNNEEDED_BODY_LIMIT,
    &UNNEEDED_SKIP,
];

/// Schemas of one conjunction; no more are looked for.
const MOST_SCHEMAS: usize = 200;

macro_rules! code {
    ($ident:ident, $name:literal, $severity:ident, $explanation:literal) => {
        pub(super) static $ident: Code = Code {
            name: $name,
            severity: Severity::$severity,
            explanation: $explanation,
        };
    };
}

code!(
    DANGLING_REFERENCE,
    "dangling-reference",
    Error,
    "A `$ref` points at nothing; the operations that need it are skipped."
);
code!(
    EXTERNAL_REFERENCE,
    "external-reference",
    Error,
    "A `$ref` leaves the document; only local references can be followed, so bundle the document first."
);
code!(
    CIRCULAR_REFERENCE,
    "circular-reference",
    Error,
    "A schema is defined as itself, through references or `allOf` only, so it says nothing."
);
code!(
    CONJUNCTION_TOO_LARGE,
    "conjunction-too-large",
    Error,
    "Schemas that must hold together lead to more combinations, or to deeper ones, than can be written out; the \
     operations that need them are skipped."
);
code!(
    DEFINITIONS_TOO_DEEP,
    "definitions-too-deep",
    Error,
    "Unions, lists, maps and references stand in each other too often without a property between; the operations that \
     need them are skipped."
);
code!(
    UNSATISFIABLE_SCHEMA,
    "unsatisfiable-schema",
    Error,
    "No value can satisfy all of the schemas that must hold together; the operations that need it are skipped."
);
code!(
    CONFLICTING_DECLARATIONS,
    "conflicting-declarations",
    Warning,
    "A property is declared several times and no value fits all of them; the last declaration counts."
);
code!(
    IMPOSSIBLE_MEMBER,
    "impossible-member",
    Warning,
    "A member of a union can nowhere hold together with the keywords beside the union; it is left out."
);
code!(
    MAPPING_UNKNOWN_MEMBER,
    "discriminator-mapping-unknown-member",
    Warning,
    "A discriminator maps a value to what is not a member of the union; the entry is ignored."
);
code!(
    UNDECLARED_REQUIRED,
    "undeclared-required",
    Warning,
    "`required` names a property that nothing declares; the entry is ignored."
);
code!(
    IGNORED_SIBLING,
    "ignored-sibling",
    Warning,
    "OpenAPI 3.0 ignores this keyword beside `$ref`, and so does the generator; only `nullable`, `default`, \
     `description` and the like count."
);
code!(
    UNCHECKED_NOT,
    "unchecked-not",
    Warning,
    "`not` with a schema of its own cannot be a Rust type; it is not checked."
);
code!(
    UNCHECKED_RULE,
    "unchecked-rule",
    Warning,
    "Of several patterns or formats that hold together, and of multiples without a common one, the first is checked."
);
code!(
    UNCHECKED_UNION,
    "unchecked-union",
    Warning,
    "A second union of `required` lists stands beside the first; it is not checked."
);
code!(
    DUPLICATE_OPERATION,
    "duplicate-operation-id",
    Warning,
    "Two operations have one `operationId`; both are named after method and path instead."
);
code!(
    HEADER_IGNORED,
    "header-ignored",
    Warning,
    "OpenAPI has header parameters called `Accept`, `Content-Type` and `Authorization` ignored: content, responses and \
     security say what they are."
);
code!(
    BODY_AGAINST_MEDIA_TYPE,
    "body-against-media-type",
    Warning,
    "The schema describes a JSON object, but the media type is one of bytes; the body is taken as JSON."
);

code!(
    UNNEEDED_SKIP,
    "unneeded-skip",
    Error,
    "The settings skip an operation that could be generated, or that does not exist; remove the entry."
);

code!(
    UNNEEDED_BODY_LIMIT,
    "unneeded-body-limit",
    Error,
    "The settings limit the body of an operation that does not exist or has no body; remove the entry."
);

/// Lowers the whole document. Operations that cannot be lowered are in [`Api::skipped`] with the reason,
/// and the reason's diagnostic is among the returned ones.
pub fn lower(document: &Document, settings: &Settings) -> (Api, Diagnostics) {
    let mut lowerer = Lowerer::new(document, settings);
    let mut api = lowerer.api();
    lowerer.warn_about_members();
    let mut diagnostics = std::mem::take(&mut lowerer.diagnostics);
    if api
        .skipped
        .iter()
        .all(|skipped| settings.skip.contains_key(&skipped.key))
    {
        // What fails is known and listed: the report says so, and the run goes on.
        diagnostics.retain(|diagnostic| diagnostic.severity() != Severity::Error);
    }
    settings::limit_bodies(&mut api, settings, &mut diagnostics);
    settings::check(&api, settings, &lowerer.met, &mut diagnostics);
    (api, diagnostics)
}

/// Where the definition of a type goes, should the type need one.
#[derive(Clone, Debug)]
enum Slot {
    /// Into a definition that exists already, because references point at it.
    Reserved(TypeId),
    /// Into a new definition at this place.
    Inline(Place),
}

impl Slot {
    /// The slot of a type inside one that needs no definition of its own, such as an array.
    fn inside(&self, step: Step) -> Slot {
        Slot::Inline(match self {
            Slot::Reserved(id) => Place::Child {
                parent: *id,
                steps: vec![step],
            },
            Slot::Inline(place) => inside_place(place, step),
        })
    }

    /// The slot of a type inside a definition.
    fn child(parent: TypeId, step: Step) -> Slot {
        Slot::Inline(Place::Child {
            parent,
            steps: vec![step],
        })
    }
}

fn inside_place(place: &Place, step: Step) -> Place {
    match place {
        Place::Child { parent, steps } => {
            let mut steps = steps.clone();
            steps.push(step);
            Place::Child {
                parent: *parent,
                steps,
            }
        }
        Place::Operation { operation, section } => Place::Operation {
            operation: operation.clone(),
            section: match section {
                crate::ir::Section::Inside(section, steps) => {
                    let mut steps = steps.clone();
                    steps.push(step);
                    crate::ir::Section::Inside(section.clone(), steps)
                }
                section => crate::ir::Section::Inside(Box::new(section.clone()), vec![step]),
            },
        },
        Place::Component(name) => Place::Component(match step {
            Step::Property(property) => format!("{name}_{property}"),
            Step::Item => format!("{name}_item"),
            Step::Value => format!("{name}_value"),
            Step::Member => format!("{name}_member"),
        }),
    }
}

/// A reference target.
#[derive(Clone, Copy, Debug)]
struct Target {
    id: TypeId,
    /// What is known when it is lowered.
    known: Option<Known>,
}

/// What is known of a reference target that is lowered.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Whether `null` is a value of its type.
    nullable: bool,
    /// What its schemas say about `null`.
    null: Option<bool>,
}

/// What identifies a conjunction: the schemas that hold, whichever way they came together. The same set inside itself
/// is the same type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Together {
    /// The addresses of the schemas that say something, in order.
    schemas: BTreeSet<Pointer>,
    /// The unions that are dealt with already.
    settled: BTreeSet<Pointer>,
}

/// A conjunction that is being lowered.
#[derive(Clone, Debug)]
struct Doing {
    slot: Slot,
    pointer: Pointer,
    /// Its definition, once it has one.
    id: Option<TypeId>,
}

/// Whose problem a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Type(TypeId),
    Operation,
}

struct Lowerer<'d> {
    document: &'d Document,
    settings: &'d Settings,
    /// Whether keywords beside `$ref` count, as OpenAPI 3.1 has it.
    siblings_count: bool,
    types: Types,
    diagnostics: Diagnostics,
    targets: HashMap<Pointer, Target>,
    /// Where references lead in the end, by what they point at first; `None` for nowhere.
    ends: RefCell<HashMap<Pointer, Option<Pointer>>>,
    inline: HashMap<Pointer, Type>,
    stated: Stated<'d>,
    /// The conjunctions that are being lowered, each inside the one before.
    doing: HashMap<Rc<Together>, Doing>,
    /// How many schemas the conjunctions of the current owner held so far, all together.
    effort: usize,
    /// Definitions that could not be lowered, with the message that says why.
    failed: HashMap<TypeId, String>,
    owners: Vec<Owner>,
    /// Headers of the guard that the operation that is being lowered declares.
    guard: Vec<GuardHeader>,
    /// Set when the operation that is being lowered fails.
    operation_failure: Option<String>,
    /// What was already said, so that a schema that is lowered in several conjunctions complains once.
    said: HashSet<(&'static str, Pointer, String)>,
    /// Members of unions that can hold together with what stands around them, somewhere.
    possible: HashSet<Pointer>,
    /// Members that cannot, with what was to be said about them: nothing, when they can elsewhere.
    left_out: Vec<Diagnostic>,
    /// Entries of the settings that something in the document needed.
    met: settings::Met,
}

impl<'d> Lowerer<'d> {
    fn new(document: &'d Document, settings: &'d Settings) -> Self {
        let version = document.root.get("openapi").and_then(|v| v.as_str());
        Self {
            document,
            settings,
            siblings_count: version.is_some_and(|v| v.starts_with("3.1")),
            types: Types::default(),
            diagnostics: Diagnostics::new(),
            targets: HashMap::new(),
            ends: RefCell::default(),
            inline: HashMap::new(),
            stated: Stated::default(),
            doing: HashMap::new(),
            effort: 0,
            failed: HashMap::new(),
            owners: Vec::new(),
            guard: Vec::new(),
            operation_failure: None,
            said: HashSet::new(),
            possible: HashSet::new(),
            left_out: Vec::new(),
            met: settings::Met::default(),
        }
    }

    fn root(&self) -> Node<'d> {
        Node {
            value: &self.document.root,
            pointer: Pointer::root(),
        }
    }

    /// Reports something that costs nothing but attention.
    fn warn(&mut self, diagnostic: Diagnostic) {
        let key = (
            diagnostic.code.name,
            diagnostic.pointer.clone(),
            diagnostic.message.clone(),
        );
        if self.said.insert(key) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports something that costs the current owner: every operation that reaches it is skipped.
    fn fail(&mut self, diagnostic: Diagnostic) {
        let reason = format!("{} ({})", diagnostic.message, diagnostic.pointer);
        self.warn(diagnostic);
        self.fail_owner(reason);
    }

    fn fail_owner(&mut self, reason: String) {
        match self.owners.last() {
            Some(Owner::Type(id)) => {
                self.failed.entry(*id).or_insert(reason);
            }
            Some(Owner::Operation) | None => {
                self.operation_failure.get_or_insert(reason);
            }
        }
    }

    /// The parsed schema at a node; `None` (and reported) when it is not a schema.
    ///
    /// Not remembered: hardly a schema is looked at twice, and they are large.
    fn schema(&mut self, node: &Node<'d>) -> Option<Rc<parse::Schema<'d>>> {
        match parse::schema(node) {
            Ok(schema) => Some(Rc::new(schema)),
            Err(diagnostic) => {
                self.fail(diagnostic);
                None
            }
        }
    }

    /// The node that a reference points at, through further references; `None` (and reported) when there is none.
    fn follow(&mut self, from: &Node<'d>) -> Option<Node<'d>> {
        if let Some(end) = self.peek(from) {
            return Some(end);
        }
        let mut node = from.clone();
        let mut seen = BTreeSet::new();
        while let Some(reference) = node.reference() {
            let next = self.target_node(&node, reference)?;
            if !seen.insert(next.pointer.clone()) {
                self.fail(Diagnostic::new(
                    &CIRCULAR_REFERENCE,
                    from.pointer.clone(),
                    format!("`{reference}` leads back to itself"),
                ));
                return None;
            }
            node = next;
        }
        Some(node)
    }

    /// The node that one reference points at.
    fn target_node(&mut self, from: &Node<'d>, reference: &str) -> Option<Node<'d>> {
        let Some(pointer) = Pointer::from_reference(reference) else {
            self.fail(
                Diagnostic::new(
                    &EXTERNAL_REFERENCE,
                    from.pointer.clone(),
                    format!("`{reference}` leaves the document"),
                )
                .with_help(
                    "bundle the documents into one, for example with a public OpenAPI bundler",
                ),
            );
            return None;
        };
        let Some(value) = self.document.get(&pointer) else {
            self.fail(
                Diagnostic::new(
                    &DANGLING_REFERENCE,
                    from.pointer.clone(),
                    format!("`{reference}` points at nothing"),
                )
                .with_help("mend the reference, or add what it points at, with an overlay"),
            );
            return None;
        };
        Some(Node { value, pointer })
    }

    fn define(&mut self, place: Place, pointer: Pointer, docs: Docs) -> TypeId {
        self.types.add(TypeDef {
            place,
            pointer,
            docs,
            shape: Shape::Alias(given_up()),
            label: String::new(),
            standing: Standing::Own,
            home: Home::default(),
            usage: Usage::default(),
            derives: Vec::new(),
        })
    }
}

/// Any JSON, because the document says so.
fn any() -> Type {
    Type::new(Kind::Any { given_up: false })
}

/// Any JSON, because nothing better was found.
fn given_up() -> Type {
    Type::new(Kind::Any { given_up: true })
}
