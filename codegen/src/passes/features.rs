//! Where each definition is written: in the module that uses it, or in `shared`. Knows the IR only.

use super::graph;
use crate::ir::{Api, Home, TypeId};

/// Sets `home` of every definition.
///
/// An alias stays in the module that uses it; the definition that holds its body is reached from there too.
pub fn run(api: &mut Api) {
    let edges = graph::edges(api);
    let mut homes = vec![Home::Nowhere; edges.len()];
    let mut work = Vec::new();
    for operation in &api.operations {
        let home = Home::Module(operation.module);
        graph::each_root(operation, &mut |id, _| work.push((id, home)));
    }
    // Each home changes at most twice (nowhere, one module, shared), so this ends.
    while let Some((id, home)) = work.pop() {
        let known = homes[id.0];
        let joined = join(known, home);
        if joined == known {
            continue;
        }
        homes[id.0] = joined;
        work.extend(edges[id.0].iter().map(|target| (*target, joined)));
    }
    for (index, home) in homes.into_iter().enumerate() {
        api.types[TypeId(index)].home = home;
    }
}

fn join(a: Home, b: Home) -> Home {
    match (a, b) {
        (Home::Nowhere, other) | (other, Home::Nowhere) => other,
        (a, b) if a == b => a,
        _ => Home::Shared,
    }
}
