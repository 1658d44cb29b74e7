//! Structurally identical definitions: merged inside one root, aliases of one body across roots. Knows the IR only.
//!
//! Identity ignores documentation, pointers and the names of definitions, but not what generated code depends on
//! (defaults, variant names). Each position keeps its own name, so that adding or removing an operation
//! renames nothing else; that is why definitions of different roots become aliases and are not merged.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{graph, place, usage};
use crate::ir::{
    Additional, Api, Array, Docs, Field, Integer, Kind, Number, Place, Presence, Shape, Size,
    Struct, Text, Type, TypeId, Types, Union,
};

/// Merges identical inline definitions of one root, and all identical unions of plain scalars;
/// sets `same_as` on all but one of each group of identical definitions that operations reach.
pub fn run(api: &mut Api) {
    let classes = classes(&api.types);
    merge(api, &classes);
    alias(api, &classes);
}

fn merge(api: &mut Api, classes: &[usize]) {
    let mut kept: HashMap<(usize, Option<place::Root<'_>>), Vec<TypeId>> = HashMap::new();
    let live = graph::live(api);
    for id in api
        .types
        .ids()
        .filter(|id| live[id.0] && place::is_inline(&api.types, *id))
        .filter(|id| !place::is_parameters(&api.types[*id].place))
    {
        let anywhere = place::scalar_union_name(&api.types[id].shape).is_some();
        let root = (!anywhere).then(|| place::way(&api.types, id).root);
        kept.entry((classes[id.0], root)).or_default().push(id);
    }
    let mut replacement: Vec<TypeId> = api.types.ids().collect();
    for group in kept.into_values().filter(|group| group.len() > 1) {
        let Some(best) = group.iter().copied().min_by_key(|id| rank(&api.types, *id)) else {
            continue;
        };
        for id in group {
            replacement[id.0] = best;
        }
    }
    graph::rewrite(api, |id| replacement[id.0]);
    for id in api.types.ids() {
        let target = replacement[id.0];
        if target != id {
            api.types[id].same_as = Some(target);
        }
        forget_position(api, id);
    }
}

/// A union of plain scalars is shared by all its positions: what one of them says about it is not about the others.
fn forget_position(api: &mut Api, id: TypeId) {
    if !place::is_inline(&api.types, id) || place::scalar_union_name(&api.types[id].shape).is_none()
    {
        return;
    }
    let definition = &mut api.types[id];
    definition.docs = Docs::default();
    if let Shape::Union(union) = &mut definition.shape {
        for member in &mut union.members {
            member.docs = Docs::default();
        }
    }
}

fn alias(api: &mut Api, classes: &[usize]) {
    let reached = usage::usages(api);
    let mut groups: HashMap<usize, Vec<TypeId>> = HashMap::new();
    for (id, definition) in api.types.iter() {
        let used = reached[id.0].request || reached[id.0].response;
        if used
            && !place::is_parameters(&definition.place)
            && !matches!(definition.shape, Shape::Alias(_))
        {
            groups.entry(classes[id.0]).or_default().push(id);
        }
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let Some(best) = group.iter().copied().min_by_key(|id| rank(&api.types, *id)) else {
            continue;
        };
        for id in group.into_iter().filter(|id| *id != best) {
            api.types[id].same_as = Some(best);
        }
    }
}

/// Which of several identical definitions holds the body: the smallest.
///
/// Shared unions of scalars, then components, then inline definitions; the short and shallow before the long and deep.
fn rank(types: &Types, id: TypeId) -> (u8, usize, String, &str) {
    let definition = &types[id];
    let pointer = definition.pointer.as_str();
    if let Place::Component(name) = &definition.place {
        return (1, name.len(), name.clone(), pointer);
    }
    let shared = place::scalar_union_name(&definition.shape).is_some();
    let way = place::way(types, id);
    let mut path = format!("{:?} {:?}", way.root, way.part);
    for (_, step) in &way.steps {
        let _ = write!(path, " {step:?}");
    }
    (if shared { 0 } else { 2 }, way.steps.len(), path, pointer)
}

/// The class of each definition, by index: equal numbers for identical definitions.
///
/// Partition refinement: at first definitions are equal when their own text is, then they are told apart as long as
/// something they refer to is told apart. So definitions that contain themselves can be identical too.
fn classes(types: &Types) -> Vec<usize> {
    let mut texts: HashMap<String, usize> = HashMap::new();
    let mut classes = Vec::new();
    let mut uses: Vec<Vec<TypeId>> = Vec::new();
    for (_, definition) in types.iter() {
        let mut signature = Signature::new(types);
        signature.shape(&definition.shape);
        let next = texts.len();
        classes.push(*texts.entry(signature.text).or_insert(next));
        uses.push(signature.uses);
    }
    let mut count = texts.len();
    loop {
        let mut refined: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
        let mut next_classes = Vec::with_capacity(classes.len());
        for (class, uses) in classes.iter().zip(&uses) {
            let key = (*class, uses.iter().map(|id| classes[id.0]).collect());
            let next = refined.len();
            next_classes.push(*refined.entry(key).or_insert(next));
        }
        classes = next_classes;
        if refined.len() == count {
            return classes;
        }
        count = refined.len();
    }
}

/// A definition as text without the definitions that it refers to, and these in the order of the text.
struct Signature<'a> {
    types: &'a Types,
    text: String,
    uses: Vec<TypeId>,
}

impl<'a> Signature<'a> {
    fn new(types: &'a Types) -> Self {
        Self {
            types,
            text: String::new(),
            uses: Vec::new(),
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Alias(ty) => {
                self.text.push('a');
                self.ty(ty);
            }
            Shape::Struct(object) => self.object(object),
            Shape::Enum(list) => {
                self.text.push('e');
                for variant in &list.variants {
                    self.quoted(&variant.value);
                }
            }
            Shape::Union(union) => self.union(union),
        }
    }

    fn object(&mut self, object: &Struct) {
        self.text.push('o');
        for field in &object.fields {
            self.field(field);
        }
        match &object.additional {
            Additional::Closed => self.text.push('!'),
            Additional::Any => self.text.push('?'),
            Additional::Typed(ty) => {
                self.text.push('+');
                self.ty(ty);
            }
        }
        if !object.forbidden.is_empty() || !object.require_any.is_empty() {
            self.debug(&(&object.forbidden, &object.require_any));
        }
        self.size(object.size);
    }

    fn field(&mut self, field: &Field) {
        self.quoted(&field.wire);
        self.text.push(match field.presence {
            Presence::Required => 'r',
            Presence::Optional => 'o',
            Presence::Lenient => 'l',
        });
        // `default_<field>()` is generated from it.
        if let Some(default) = &field.docs.default {
            self.quoted(&default.to_string());
        }
        self.ty(&field.ty);
    }

    /// Without the decision: it follows from the members and the discriminator, and can be long.
    fn union(&mut self, union: &Union) {
        self.text.push('u');
        for member in &union.members {
            self.quoted(&member.ident);
            self.ty(&member.ty);
        }
        if let Some(discriminator) = &union.discriminator {
            self.debug(discriminator);
        }
    }

    fn ty(&mut self, ty: &Type) {
        if ty.nullable {
            self.text.push('n');
        }
        match &ty.kind {
            Kind::Boolean { only: None } => self.text.push('b'),
            Kind::Integer(rules) if *rules == Integer::default() => self.text.push('i'),
            Kind::Number(rules) if *rules == Number::default() => self.text.push('f'),
            Kind::String(rules) if *rules == Text::default() => self.text.push('s'),
            Kind::Named(id) => {
                self.text.push('N');
                self.uses.push(target(self.types, *id));
            }
            Kind::Array(Array {
                items,
                size,
                unique,
            }) => {
                self.text.push(if *unique { 'U' } else { 'A' });
                self.size(*size);
                self.ty(items);
            }
            Kind::Map(values, size) => {
                self.text.push('M');
                self.size(*size);
                self.ty(values);
            }
            Kind::OneOrMany(items, size) => {
                self.text.push('O');
                self.size(*size);
                self.ty(items);
            }
            other => self.debug(other),
        }
    }

    fn size(&mut self, size: Size) {
        if size != Size::default() {
            self.debug(&size);
        }
    }

    fn quoted(&mut self, text: &str) {
        let _ = write!(self.text, "{}:{text}", text.len());
    }

    /// Rare parts; `Debug` text is unambiguous.
    fn debug(&mut self, part: &impl std::fmt::Debug) {
        let _ = write!(self.text, "<{part:?}>");
    }
}

/// What a name stands for: aliases of definitions are seen through.
fn target(types: &Types, id: TypeId) -> TypeId {
    let mut at = id;
    for _ in types.ids() {
        match &types[at].shape {
            Shape::Alias(Type {
                kind: Kind::Named(next),
                nullable: false,
            }) => at = *next,
            _ => return at,
        }
    }
    id
}
