//! Unions, as enums with one variant per member. Knows the plan and the runtime's tests.

use std::collections::BTreeSet;

use syn::{Expr, ImplItemFn, Item, Pat};

use crate::plan::{Decision, Definition, JsonKind, Member, RustType, TagValue, Union, tags};

use super::scope::Scope;
use super::structs::{read_function, write_function};
use super::syntax::{self as rust, Borrow};

/// All types of JSON values.
const KINDS: usize = 7;

/// The enum.
pub(super) fn data(scope: &Scope<'_>, definition: &Definition, union: &Union) -> Item {
    let mut attrs = rust::docs(&definition.docs);
    attrs.push(rust::derive(&union.derives));
    attrs.push(rust::non_exhaustive());
    let variants = union.members.iter().map(|member| {
        let payload = Some(payload(scope, member));
        rust::variant(rust::docs(&member.docs), &member.ident, payload)
    });
    let mut variants: Vec<syn::Variant> = variants.collect();
    if union.unknown {
        let docs = "An object with a tag that this crate does not know, as it is.";
        let docs = rust::docs(&[docs.to_string()]);
        let value = scope.ty(&RustType::Value);
        variants.push(rust::variant(docs, "Unknown", Some(value)));
    }
    rust::item_enum(attrs, &definition.ident, variants)
}

/// Conversions from its members, and how it is read and written.
pub(super) fn code(scope: &Scope<'_>, definition: &Definition, union: &Union) -> Vec<Item> {
    let name = definition.ident.as_str();
    let reading = Reading {
        scope,
        name,
        union,
        refuses: false,
        candidates: BTreeSet::new(),
    };
    let functions = vec![reading.function(), write(scope, union)];
    let model = scope.known("Model");
    let converts = union.members.iter().filter(|member| member.converts);
    let mut items: Vec<Item> = converts
        .map(|member| conversion(scope, name, member))
        .collect();
    items.push(rust::item_impl(
        Some((model, Vec::new())),
        rust::named(name),
        functions,
    ));
    items
}

fn payload(scope: &Scope<'_>, member: &Member) -> syn::Type {
    let value = scope.ty(&member.value);
    match member.boxed {
        true => rust::generic(scope.known("Box"), vec![value]),
        false => value,
    }
}

/// `From` for a member.
fn conversion(scope: &Scope<'_>, name: &str, member: &Member) -> Item {
    let ty = scope.ty(&member.value);
    let mut value = rust::name("value");
    if member.boxed {
        value = rust::call(&format!("{}::new", scope.known("Box")), vec![value]);
    }
    let body = rust::call(&format!("Self::{}", member.ident), vec![value]);
    let function = rust::Function {
        docs: Vec::new(),
        public: false,
        name: "from",
        generic: None,
        takes_self: false,
        parameters: vec![(rust::binding("value", false), ty.clone())],
        output: rust::named("Self"),
        body: vec![rust::result(body)],
    };
    let from = scope.known("From");
    let trait_ = Some((from, vec![ty]));
    rust::item_impl(trait_, rust::named(name), vec![function.build()])
}

fn write(scope: &Scope<'_>, union: &Union) -> ImplItemFn {
    let arms = union.members.iter().map(|member| {
        let variant = format!("Self::{}", member.ident);
        let pattern = rust::variant_of(&variant, rust::binding("value", false));
        let body = rust::method(rust::name("value"), "write", vec![rust::name("serializer")]);
        (pattern, body)
    });
    let mut arms: Vec<(Pat, Expr)> = arms.collect();
    if union.unknown {
        let pattern = rust::variant_of("Self::Unknown", rust::binding("value", false));
        let body = rust::method(rust::name("value"), "write", vec![rust::name("serializer")]);
        arms.push((pattern, body));
    }
    let body = rust::match_(rust::name("self"), arms);
    write_function(scope, vec![rust::result(body)])
}

/// Writes a decision as nested matches.
struct Reading<'a> {
    scope: &'a Scope<'a>,
    name: &'a str,
    union: &'a Union,
    /// Whether some value is refused by all members.
    refuses: bool,
    /// The members that are read one after the other somewhere.
    candidates: BTreeSet<usize>,
}

impl Reading<'_> {
    fn function(mut self) -> ImplItemFn {
        let decided = match &self.union.decision {
            Decision::Undecided => {
                self.candidates(&(0..self.union.members.len()).collect::<Vec<_>>())
            }
            decision => self.decision(decision, "node"),
        };
        let mut body = Vec::new();
        for index in &self.candidates {
            body.push(self.candidate(&self.union.members[*index]));
        }
        if self.refuses {
            body.push(self.expected());
        }
        let result = match self.union.is_told {
            true => self.told(decided),
            false => decided,
        };
        body.push(rust::result(result));
        read_function(self.scope, body)
    }

    /// `match reader.told() { Some(0) => …, _ => decided }`: what a property beside the union says goes before what its
    /// values do.
    fn told(&self, decided: Expr) -> Expr {
        let arms = self.union.members.iter().zip(0..).map(|(member, index)| {
            let index = rust::literal_pattern(rust::integer_literal(index));
            let pattern = rust::variant_of("Some", index);
            (pattern, self.member(member, "Self"))
        });
        let mut arms: Vec<(Pat, Expr)> = arms.collect();
        arms.push((rust::wildcard(), decided));
        let told = rust::method(rust::name("reader"), "told", Vec::new());
        rust::match_(told, arms)
    }

    /// `const EXPECTED: &[(&str, &str)] = &[("Variant", "what it wants"), …];`
    fn expected(&self) -> syn::Stmt {
        let pairs = self.union.members.iter().map(|member| {
            let expectation = rust::string(&member.expectation);
            rust::tuple(vec![rust::string(&member.ident), expectation])
        });
        let text = || rust::reference(Borrow::Shared, rust::named("str"));
        let pair = rust::tuple_type(vec![text(), text()]);
        rust::local_const(
            "EXPECTED",
            rust::reference(Borrow::Shared, rust::slice(pair)),
            rust::borrow(rust::array(pairs.collect())),
        )
    }

    /// `const VARIANT: Candidate<Union> = ("Variant", |node, reader| …);`, once however often it is a candidate.
    fn candidate(&self, member: &Member) -> syn::Stmt {
        let read = rust::closure(&["node", "reader"], self.member(member, self.name));
        rust::local_const(
            &member.constant,
            rust::generic(self.scope.known("Candidate"), vec![rust::named(self.name)]),
            rust::tuple(vec![rust::string(&member.ident), read]),
        )
    }

    /// `subject` is the variable that holds the value under test: `node`, or an item of it.
    fn decision(&mut self, decision: &Decision, subject: &str) -> Expr {
        let ask = |method, arguments| rust::method(rust::name(subject), method, arguments);
        match decision {
            Decision::Undecided => self.refusal(),
            Decision::Leaf(members) => self.candidates(members),
            Decision::Kind(arms) => {
                let arms = self.kind_arms(arms, subject, |pattern| pattern);
                rust::match_(ask("kind", Vec::new()), arms)
            }
            Decision::Tag {
                path,
                arms,
                absent,
                other,
            } => {
                let arms = self.tag_arms(arms, absent, other, subject);
                rust::match_(ask("tag", vec![rust::strings(path)]), arms)
            }
            Decision::Key {
                key,
                present,
                absent,
            } => {
                let present = self.decision(present, subject);
                let absent = self.decision(absent, subject);
                rust::if_else(ask("has_key", vec![rust::string(key)]), present, absent)
            }
            Decision::PropertyKind { path, arms, absent } => {
                let some = |pattern| rust::variant_of("Some", pattern);
                let mut arms = self.kind_arms(arms, subject, some);
                let absent = self.decision(absent, subject);
                arms.insert(0, (rust::constant("None"), absent));
                rust::match_(ask("property_kind", vec![rust::strings(path)]), arms)
            }
            Decision::FirstItem { item, empty } => {
                let present = self.decision(item, "item");
                let pattern = match asks(item) {
                    true => rust::binding("item", false),
                    false => rust::wildcard(),
                };
                let arms = vec![
                    (rust::variant_of("Some", pattern), present),
                    (rust::constant("None"), self.decision(empty, subject)),
                ];
                rust::match_(ask("first_item", Vec::new()), arms)
            }
        }
    }

    /// Arms by JSON type, those with the same outcome together, and one for the rest.
    fn kind_arms(
        &mut self,
        arms: &[(JsonKind, Decision)],
        subject: &str,
        wrap: impl Fn(Pat) -> Pat,
    ) -> Vec<(Pat, Expr)> {
        let json_kind = self.scope.known("JsonKind");
        let mut seen = BTreeSet::new();
        let mut groups: Vec<(Vec<Pat>, &Decision)> = Vec::new();
        for (kind, decision) in arms {
            if !seen.insert(*kind) {
                continue;
            }
            let pattern = rust::constant(&format!("{json_kind}::{}", kind_name(*kind)));
            group(&mut groups, pattern, decision);
        }
        let mut rust_arms: Vec<(Pat, Expr)> = groups
            .into_iter()
            .map(|(patterns, decision)| {
                (
                    wrap(rust::any_of(patterns)),
                    self.decision(decision, subject),
                )
            })
            .collect();
        if seen.len() < KINDS {
            rust_arms.push((wrap(rust::wildcard()), self.refusal()));
        }
        rust_arms
    }

    /// Arms by the value of a property, those with the same outcome together.
    fn tag_arms(
        &mut self,
        arms: &[(TagValue, Decision)],
        absent: &Decision,
        other: &Decision,
        subject: &str,
    ) -> Vec<(Pat, Expr)> {
        let tag = self.scope.known("Tag");
        let mut seen = BTreeSet::new();
        let mut groups: Vec<(Vec<Pat>, &Decision)> = Vec::new();
        for (value, decision) in arms {
            if !seen.insert(value) {
                continue;
            }
            let (variant, value) = match value {
                TagValue::String(text) => ("String", rust::string_literal(text)),
                TagValue::Boolean(value) => ("Boolean", rust::boolean_literal(*value)),
                TagValue::Integer(value) => ("Integer", rust::integer_literal(*value)),
            };
            let value = rust::literal_pattern(value);
            let pattern = rust::variant_of(&format!("{tag}::{variant}"), value);
            group(&mut groups, pattern, decision);
        }
        if absent != other {
            group(
                &mut groups,
                rust::constant(&format!("{tag}::Absent")),
                absent,
            );
        }
        let mut rust_arms: Vec<(Pat, Expr)> = groups
            .into_iter()
            .map(|(patterns, decision)| (rust::any_of(patterns), self.decision(decision, subject)))
            .collect();
        // The first item of an array is not what is read.
        if subject == "node" && tags::refuses_text(arms, other) {
            let pattern = rust::variant_of(&format!("{tag}::String"), rust::wildcard());
            rust_arms.push((pattern, self.unknown()));
        }
        rust_arms.push((rust::wildcard(), self.decision(other, subject)));
        rust_arms
    }

    fn unknown(&mut self) -> Expr {
        self.refuses = true;
        let arguments = vec![
            rust::name("node"),
            rust::name("EXPECTED"),
            rust::name("Self::Unknown"),
        ];
        rust::method(rust::name("reader"), "unknown_member", arguments)
    }

    fn candidates(&mut self, members: &[usize]) -> Expr {
        let union = self.union;
        let known: Vec<usize> = members
            .iter()
            .copied()
            .filter(|index| *index < union.members.len())
            .collect();
        match known.as_slice() {
            [] => self.refusal(),
            [only] => self.member(&union.members[*only], "Self"),
            several => {
                self.candidates.extend(several);
                let constants = several
                    .iter()
                    .map(|index| rust::name(&union.members[*index].constant));
                let candidates = rust::borrow(rust::array(constants.collect()));
                let arguments = vec![rust::name("node"), candidates];
                rust::method(rust::name("reader"), "first_of", arguments)
            }
        }
    }

    /// `owner` is how the union is called here: constants inside a function cannot say `Self`.
    fn member(&self, member: &Member, owner: &str) -> Expr {
        let variant = rust::name(&format!("{owner}::{}", member.ident));
        let arguments = vec![rust::name("node"), self.scope.rules(&member.rules), variant];
        rust::method(rust::name("reader"), "member", arguments)
    }

    fn refusal(&mut self) -> Expr {
        self.refuses = true;
        let arguments = vec![rust::name("node"), rust::name("EXPECTED")];
        rust::method(rust::name("reader"), "no_member", arguments)
    }
}

/// Adds an arm to the group with the same outcome.
fn group<'d>(groups: &mut Vec<(Vec<Pat>, &'d Decision)>, pattern: Pat, decision: &'d Decision) {
    match groups.iter_mut().find(|(_, known)| *known == decision) {
        Some((patterns, _)) => patterns.push(pattern),
        None => groups.push((vec![pattern], decision)),
    }
}

/// Whether a decision asks anything of the value at hand.
fn asks(decision: &Decision) -> bool {
    !matches!(decision, Decision::Undecided | Decision::Leaf(_))
}

/// The runtime's name of a type of JSON values.
fn kind_name(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Null => "Null",
        JsonKind::Boolean => "Boolean",
        JsonKind::Integer => "Integer",
        JsonKind::Fraction => "Fraction",
        JsonKind::String => "String",
        JsonKind::Array => "Array",
        JsonKind::Object => "Object",
    }
}
