//! Where definitions stand, in terms that do not depend on the order of the file. Knows the IR only.

use crate::ir::{Kind, Place, Section, Shape, Step, Type, TypeId, Types, Union};

/// The outermost thing that a definition stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Root<'a> {
    /// A component.
    Component(&'a str),
    /// An operation, by its key.
    Operation(&'a str),
}

/// The way from a root to a definition.
pub(crate) struct Way<'a> {
    /// The root.
    pub(crate) root: Root<'a>,
    /// The section of the operation, when the root is an operation.
    pub(crate) section: Option<&'a Section>,
    /// The steps, each with the definition whose place it is in.
    pub(crate) steps: Vec<(TypeId, &'a Step)>,
}

/// Follows a definition up to its root.
pub(crate) fn way(types: &Types, id: TypeId) -> Way<'_> {
    let mut steps = Vec::new();
    let mut at = id;
    let mut root = Root::Operation("");
    let mut section = None;
    // Bounded, so that a definition that claims to stand in itself cannot hang the generator.
    for _ in types.ids() {
        match &types[at].place {
            Place::Component(name) => {
                root = Root::Component(name);
                break;
            }
            Place::Operation {
                operation,
                section: place,
            } => {
                root = Root::Operation(operation);
                section = Some(inner_section(place, at, &mut steps));
                break;
            }
            Place::Child {
                parent,
                steps: more,
            } => {
                steps.extend(more.iter().rev().map(|step| (at, step)));
                at = *parent;
            }
        }
    }
    steps.reverse();
    Way {
        root,
        section,
        steps,
    }
}

fn inner_section<'a>(
    mut section: &'a Section,
    id: TypeId,
    steps: &mut Vec<(TypeId, &'a Step)>,
) -> &'a Section {
    while let Section::Inside(outer, more) = section {
        steps.extend(more.iter().rev().map(|step| (id, step)));
        section = outer;
    }
    section
}

/// Whether a definition is the group of parameters that travel in one place: no type of its own, for its fields are
/// fields of the request.
pub(crate) fn is_parameters(place: &Place) -> bool {
    let groups = [
        Section::Path,
        Section::Query,
        Section::Header,
        Section::Cookie,
    ];
    matches!(place, Place::Operation { section, .. } if groups.contains(section))
}

/// Whether a definition is not a component.
pub(crate) fn is_inline(types: &Types, id: TypeId) -> bool {
    !matches!(types[id].place, Place::Component(_))
}

/// The name of a union of unconstrained scalars, such as `BooleanOrString`: the same wherever it stands.
pub(crate) fn scalar_union_name(shape: &Shape) -> Option<String> {
    let Shape::Union(Union { members, .. }) = shape else {
        return None;
    };
    let words: Option<Vec<&str>> = members.iter().map(|m| scalar_word(&m.ty)).collect();
    words.map(|words| words.join("Or"))
}

fn scalar_word(ty: &Type) -> Option<&'static str> {
    match &ty.kind {
        Kind::Boolean { only: None } => Some("Boolean"),
        Kind::Integer(rules) if *rules == Default::default() => Some("Integer"),
        Kind::Number(rules) if *rules == Default::default() => Some("Number"),
        Kind::String(rules) if *rules == Default::default() => Some("String"),
        _ => None,
    }
}
