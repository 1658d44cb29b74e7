//! Which fields and members are boxed, so that types that contain themselves have a size. Knows the IR only.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::ir::{Api, Kind, Shape, Standing, Type, TypeId};

pub(super) static CIRCULAR_ALIAS: Code = Code {
    name: "circular-alias",
    severity: Severity::Error,
    explanation: "A schema is only another name of itself, directly or by way of others, so it has no meaning; \
                  it is read as any JSON value.",
};

/// Sets `boxed` of the fields and members that need it: in each cycle the one whose owner and name come first.
///
/// Arrays and maps hold their values on the heap already and need no box.
pub fn run(api: &mut Api) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut graph = Graph::of(api);
    let all: Vec<TypeId> = api.types.ids().collect();
    let mut work = graph.cycles(&all);
    while let Some(cycle) = work.pop() {
        match graph.weakest(api, &cycle) {
            Some((owner, edge)) => {
                let edge = graph.edges[owner.0].swap_remove(edge);
                set_boxed(&mut api.types[owner].shape, &edge);
            }
            None => {
                let Some(first) = cycle.iter().copied().min_by_key(|id| sort_key(api, *id)) else {
                    continue;
                };
                diagnostics.push(give_up(api, first));
                graph.edges[first.0].clear();
            }
        }
        work.extend(graph.cycles(&cycle));
    }
    diagnostics
}

/// A value that lies directly in another.
struct Edge {
    to: TypeId,
    slot: Slot,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Field(usize),
    Member(usize),
    /// An alias has no place for a box.
    Alias,
}

struct Graph {
    edges: Vec<Vec<Edge>>,
}

impl Graph {
    fn of(api: &Api) -> Self {
        let edges = api.types.iter().map(|(_, definition)| {
            let mut edges = Vec::new();
            if let Some(to) = definition.standing.target() {
                let slot = Slot::Alias;
                edges.push(Edge { to, slot });
                return edges;
            }
            let mut add = |ty: &Type, slot| {
                edges.extend(direct(ty).map(|to| Edge { to, slot }));
            };
            match &definition.shape {
                Shape::Alias(ty) => add(ty, Slot::Alias),
                Shape::Enum(_) => {}
                Shape::Struct(object) => {
                    let fields = object.fields.iter().enumerate();
                    fields.for_each(|(i, field)| add(&field.ty, Slot::Field(i)));
                }
                Shape::Union(union) => {
                    let members = union.members.iter().enumerate();
                    members.for_each(|(i, member)| add(&member.ty, Slot::Member(i)));
                }
            }
            edges
        });
        Self {
            edges: edges.collect(),
        }
    }

    /// The edge inside a cycle that can be boxed and comes first by the names of its owner and of itself.
    fn weakest(&self, api: &Api, cycle: &[TypeId]) -> Option<(TypeId, usize)> {
        let inside: HashSet<TypeId> = cycle.iter().copied().collect();
        let edges = cycle.iter().flat_map(|owner| {
            let edges = self.edges[owner.0].iter().enumerate();
            edges.map(|(index, edge)| (*owner, index, edge))
        });
        edges
            .filter(|(_, _, edge)| edge.slot != Slot::Alias && inside.contains(&edge.to))
            .min_by_key(|(owner, _, edge)| {
                (sort_key(api, *owner), slot_name(api, *owner, edge.slot))
            })
            .map(|(owner, index, _)| (owner, index))
    }

    /// The strongly connected components with a cycle, among some definitions (Tarjan, without recursion:
    /// the depth of a document is not bounded by the stack).
    fn cycles(&self, among: &[TypeId]) -> Vec<Vec<TypeId>> {
        let mut search = Search {
            state: vec![None; self.edges.len()],
            stack: Vec::new(),
            next: 0,
            cycles: Vec::new(),
        };
        let mut inside = vec![false; self.edges.len()];
        among.iter().for_each(|id| inside[id.0] = true);
        for id in among {
            if search.state[id.0].is_none() {
                self.search(*id, &inside, &mut search);
            }
        }
        search.cycles
    }

    fn search(&self, start: TypeId, inside: &[bool], search: &mut Search) {
        let mut path = vec![(start, 0)];
        search.enter(start);
        while let Some((id, edge)) = path.pop() {
            let Some(next) = self.edges[id.0].get(edge) else {
                search.leave(id, &self.edges[id.0]);
                if let Some((parent, _)) = path.last() {
                    search.lower(*parent, id);
                }
                continue;
            };
            path.push((id, edge + 1));
            if !inside[next.to.0] {
                continue;
            }
            if search.state[next.to.0].is_none() {
                search.enter(next.to);
                path.push((next.to, 0));
            } else {
                search.lower(id, next.to);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Visit {
    index: usize,
    low: usize,
    on_stack: bool,
}

struct Search {
    state: Vec<Option<Visit>>,
    stack: Vec<TypeId>,
    next: usize,
    cycles: Vec<Vec<TypeId>>,
}

impl Search {
    fn enter(&mut self, id: TypeId) {
        self.state[id.0] = Some(Visit {
            index: self.next,
            low: self.next,
            on_stack: true,
        });
        self.next += 1;
        self.stack.push(id);
    }

    fn lower(&mut self, id: TypeId, reached: TypeId) {
        let Some(other) = self.state[reached.0].filter(|other| other.on_stack) else {
            return;
        };
        if let Some(own) = &mut self.state[id.0] {
            own.low = own.low.min(other.low);
        }
    }

    fn leave(&mut self, id: TypeId, edges: &[Edge]) {
        let Some(own) = self.state[id.0].filter(|own| own.low == own.index) else {
            return;
        };
        let mut component = Vec::new();
        while let Some(member) = self.stack.pop() {
            if let Some(visit) = &mut self.state[member.0] {
                visit.on_stack = false;
                debug_assert!(visit.index >= own.index);
            }
            component.push(member);
            if member == id {
                break;
            }
        }
        if component.len() > 1 || edges.iter().any(|edge| edge.to == id) {
            self.cycles.push(component);
        }
    }
}

/// The definition whose value lies directly in a value of this type.
fn direct(ty: &Type) -> Option<TypeId> {
    match &ty.kind {
        Kind::Named(id) => Some(*id),
        // The one lies in the enum; only the many are on the heap.
        Kind::OneOrMany(inner, _) => direct(inner),
        _ => None,
    }
}

fn sort_key(api: &Api, id: TypeId) -> (&str, &str) {
    (&api.types[id].label, api.types[id].pointer.as_str())
}

fn slot_name(api: &Api, owner: TypeId, slot: Slot) -> &str {
    match (&api.types[owner].shape, slot) {
        (Shape::Struct(object), Slot::Field(i)) => &object.fields[i].wire,
        (Shape::Union(union), Slot::Member(i)) => &union.members[i].ident,
        _ => "",
    }
}

fn set_boxed(shape: &mut Shape, edge: &Edge) {
    match (shape, edge.slot) {
        (Shape::Struct(object), Slot::Field(i)) => object.fields[i].boxed = true,
        (Shape::Union(union), Slot::Member(i)) => union.members[i].boxed = true,
        _ => {}
    }
}

fn give_up(api: &mut Api, id: TypeId) -> Diagnostic {
    let definition = &mut api.types[id];
    definition.standing = Standing::Own;
    definition.shape = Shape::Alias(Type::new(Kind::Any { given_up: true }));
    let message = format!("`{}` is only another name of itself", definition.label);
    Diagnostic::new(&CIRCULAR_ALIAS, definition.pointer.clone(), message)
}
