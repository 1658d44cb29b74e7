//! Whether two types accept the same values and become the same Rust, docs and places aside.

use crate::ir::{Additional, Array, Enum, Field, Kind, Member, Shape, Struct, Type, TypeId, Types};

/// Definitions inside each other that are compared; below, types count as different.
const MOST_NESTED: usize = 64;

/// Whether two types are alike in structure.
pub(super) fn same_type(types: &Types, a: &Type, b: &Type) -> bool {
    Comparison {
        types,
        assumed: Vec::new(),
        depth: 0,
    }
    .types(a, b)
}

struct Comparison<'a> {
    types: &'a Types,
    /// Pairs of definitions under comparison: met again, they are the same unless something else differs.
    assumed: Vec<(TypeId, TypeId)>,
    depth: usize,
}

impl Comparison<'_> {
    fn types(&mut self, a: &Type, b: &Type) -> bool {
        a.nullable == b.nullable
            && match (&a.kind, &b.kind) {
                (Kind::Named(a), Kind::Named(b)) => self.definitions(*a, *b),
                (Kind::Map(a, a_size), Kind::Map(b, b_size))
                | (Kind::OneOrMany(a, a_size), Kind::OneOrMany(b, b_size)) => {
                    a_size == b_size && self.types(a, b)
                }
                (Kind::Array(a), Kind::Array(b)) => {
                    let Array {
                        items,
                        size,
                        unique,
                    } = a;
                    *size == b.size && *unique == b.unique && self.types(items, &b.items)
                }
                (a, b) => a == b,
            }
    }

    fn definitions(&mut self, a: TypeId, b: TypeId) -> bool {
        if a == b || self.assumed.contains(&(a, b)) {
            return true;
        }
        if self.depth == MOST_NESTED {
            return false;
        }
        self.depth += 1;
        let before = self.assumed.len();
        self.assumed.push((a, b));
        let types = self.types;
        let same = match (&types[a].shape, &types[b].shape) {
            (Shape::Alias(alias), _) => self.types(alias, &Type::new(Kind::Named(b))),
            (_, Shape::Alias(alias)) => self.types(&Type::new(Kind::Named(a)), alias),
            (Shape::Enum(a), Shape::Enum(b)) => same_values(a, b),
            (Shape::Struct(a), Shape::Struct(b)) => self.structs(a, b),
            (Shape::Union(a), Shape::Union(b)) => {
                a.discriminator == b.discriminator && self.members(&a.members, &b.members)
            }
            _ => false,
        };
        self.depth -= 1;
        if !same {
            // With this assumption falls what was concluded from it.
            self.assumed.truncate(before);
        }
        same
    }

    fn structs(&mut self, a: &Struct, b: &Struct) -> bool {
        a.fields.len() == b.fields.len()
            && a.forbidden == b.forbidden
            && a.require_any == b.require_any
            && a.size == b.size
            && a.fields
                .iter()
                .zip(&b.fields)
                .all(|(a, b)| self.alike(a, b))
            && match (&a.additional, &b.additional) {
                (Additional::Typed(a), Additional::Typed(b)) => self.types(a, b),
                (a, b) => a == b,
            }
            && a.fields
                .iter()
                .zip(&b.fields)
                .all(|(a, b)| self.fields(a, b))
    }

    fn fields(&mut self, a: &Field, b: &Field) -> bool {
        a.presence == b.presence && a.only == b.only && self.types(&a.ty, &b.ty)
    }

    /// What can be said of two properties without a look inside objects: enough for most pairs.
    fn alike(&self, a: &Field, b: &Field) -> bool {
        a.wire == b.wire
            && a.presence == b.presence
            && a.only == b.only
            && match (&a.ty.kind, &b.ty.kind) {
                (Kind::Named(a), Kind::Named(b)) => {
                    match (&self.types[*a].shape, &self.types[*b].shape) {
                        (Shape::Enum(a), Shape::Enum(b)) => same_values(a, b),
                        _ => true,
                    }
                }
                _ => true,
            }
    }

    fn members(&mut self, a: &[Member], b: &[Member]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.types(&a.ty, &b.ty))
    }
}

fn same_values(a: &Enum, b: &Enum) -> bool {
    let values = a.variants.iter().map(|v| &v.value);
    values.eq(b.variants.iter().map(|v| &v.value))
}
