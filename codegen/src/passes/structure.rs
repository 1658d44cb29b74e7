//! Which definitions have the same structure. Knows the IR only.
//!
//! Identity ignores documentation, pointers and the names of definitions, but not what generated code depends on
//! (defaults, and what the members of unions are called after).

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::ir::{
    Additional, Array, EnumVariant, Field, Integer, Kind, Member, Number, Presence, Shape, Size,
    Struct, Text, Type, TypeId, Types, Union,
};

/// The class of each definition, by index: equal numbers for identical definitions.
///
/// Partition refinement: at first definitions are equal when their own text is, then they are told apart as long as
/// something they refer to is told apart. So definitions that contain themselves can be identical too.
pub(crate) fn classes(types: &Types) -> Vec<usize> {
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
                for EnumVariant { value, ident: _ } in &list.variants {
                    self.quoted(value);
                }
            }
            Shape::Union(union) => self.union(union),
        }
    }

    fn object(&mut self, object: &Struct) {
        let Struct {
            fields,
            additional,
            forbidden,
            require_any,
            size,
        } = object;
        self.text.push('o');
        for field in fields {
            self.field(field);
        }
        match additional {
            Additional::Closed => self.text.push('!'),
            Additional::Any => self.text.push('?'),
            Additional::Typed(ty) => {
                self.text.push('+');
                self.ty(ty);
            }
        }
        if !forbidden.is_empty() || !require_any.is_empty() {
            self.debug(&(forbidden, require_any));
        }
        self.size(*size);
    }

    fn field(&mut self, field: &Field) {
        let Field {
            wire,
            pointer: _,
            docs,
            ty,
            presence,
            only,
            told,
            // They follow from the rest.
            ident: _,
            boxed: _,
        } = field;
        self.quoted(wire);
        self.text.push(match presence {
            Presence::Required => 'r',
            Presence::Optional => 'o',
            Presence::Lenient => 'l',
            Presence::OnItsSide => 's',
        });
        if let Some(side) = only {
            self.debug(side);
        }
        if let Some(told) = told {
            self.debug(told);
        }
        // `default_<field>()` is generated from it.
        if let Some(default) = &docs.default {
            self.quoted(&default.to_string());
        }
        self.ty(ty);
    }

    /// Without the decision: it follows from the members and the discriminator, and can be long.
    fn union(&mut self, union: &Union) {
        let Union {
            members,
            discriminator,
            decision: _,
            strategy: _,
        } = union;
        self.text.push('u');
        for member in members {
            let Member {
                pointer: _,
                docs,
                ty,
                // They follow from the rest.
                ident: _,
                boxed: _,
            } = member;
            // The variant may be called after it.
            self.quoted(docs.title.as_deref().unwrap_or_default());
            self.ty(ty);
        }
        if let Some(discriminator) = discriminator {
            self.debug(discriminator);
        }
    }

    fn ty(&mut self, ty: &Type) {
        let Type { kind, nullable } = ty;
        if *nullable {
            self.text.push('n');
        }
        match kind {
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
