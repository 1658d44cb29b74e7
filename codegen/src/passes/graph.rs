//! Who uses whom: walks over the types of definitions and operations. Decides nothing.

use crate::ir::{Additional, Api, Content, Kind, Operation, Place, Shape, Type, TypeId, Usage};

fn each_named_mut(ty: &mut Type, visit: &mut impl FnMut(&mut TypeId)) {
    match &mut ty.kind {
        Kind::Named(id) => visit(id),
        _ => ty
            .inner_mut()
            .into_iter()
            .for_each(|inner| each_named_mut(inner, visit)),
    }
}

fn each_type_mut(shape: &mut Shape, visit: &mut impl FnMut(&mut Type)) {
    match shape {
        Shape::Alias(ty) => visit(ty),
        Shape::Enum(_) => {}
        Shape::Union(union) => union.members.iter_mut().for_each(|m| visit(&mut m.ty)),
        Shape::Struct(object) => {
            object.fields.iter_mut().for_each(|f| visit(&mut f.ty));
            if let Additional::Typed(ty) = &mut object.additional {
                visit(ty);
            }
        }
    }
}

/// Calls `visit` with every definition that an operation names, and the message that it does so in.
pub(crate) fn each_root(operation: &Operation, visit: &mut impl FnMut(TypeId, Usage)) {
    let request = Usage {
        request: true,
        response: false,
    };
    let response = Usage {
        request: false,
        response: true,
    };
    let parameters = [
        operation.path_type,
        operation.query_type,
        operation.header_type,
        operation.cookie_type,
    ];
    for id in parameters.into_iter().flatten() {
        visit(id, request);
    }
    let bodies = operation.body.iter().flat_map(|body| &body.content);
    for content in bodies {
        let headers = content.part_headers().map(|header| &header.ty);
        for ty in content.ty.iter().chain(headers) {
            ty.each_named(&mut |id| visit(id, request));
        }
    }
    for answer in &operation.responses {
        let bodies = answer.content.iter().filter_map(|c| c.ty.as_ref());
        for ty in bodies.chain(answer.headers.iter().map(|header| &header.ty)) {
            ty.each_named(&mut |id| visit(id, response));
        }
    }
}

/// Visits the types of what an operation takes and answers: each parameter, each body, each header.
pub(crate) fn each_type(api: &Api, operation: &Operation, visit: &mut impl FnMut(&Type)) {
    let groups = [
        operation.path_type,
        operation.query_type,
        operation.header_type,
        operation.cookie_type,
    ];
    for id in groups.into_iter().flatten() {
        api.types.body(id).shape.each_type(visit);
    }
    let contents = operation.body.iter().flat_map(|body| &body.content);
    let part_headers = contents.clone().flat_map(Content::part_headers);
    let answers = operation.responses.iter();
    let contents = contents.chain(answers.clone().flat_map(|answer| &answer.content));
    contents
        .filter_map(|content| content.ty.as_ref())
        .for_each(&mut *visit);
    let headers = answers.flat_map(|answer| &answer.headers);
    let headers = headers.chain(part_headers);
    headers.map(|header| &header.ty).for_each(visit);
}

/// Replaces every use of a definition, in definitions and in operations.
pub(crate) fn rewrite(api: &mut Api, replacement: impl Fn(TypeId) -> TypeId) {
    let mut replace = |id: &mut TypeId| *id = replacement(*id);
    for id in api.types.ids() {
        each_type_mut(&mut api.types[id].shape, &mut |ty| {
            each_named_mut(ty, &mut replace)
        });
    }
    for operation in &mut api.operations {
        let parameters = [
            &mut operation.path_type,
            &mut operation.query_type,
            &mut operation.header_type,
            &mut operation.cookie_type,
        ];
        parameters.into_iter().flatten().for_each(&mut replace);
        let bodies = operation.body.iter_mut().flat_map(|body| &mut body.content);
        for content in bodies {
            let headers = content.encodings.iter_mut().flat_map(|e| &mut e.headers);
            let headers = headers.map(|header| &mut header.ty);
            for ty in content.ty.iter_mut().chain(headers) {
                each_named_mut(ty, &mut replace);
            }
        }
        for answer in &mut operation.responses {
            let bodies = answer.content.iter_mut().filter_map(|c| c.ty.as_mut());
            for ty in bodies.chain(answer.headers.iter_mut().map(|header| &mut header.ty)) {
                each_named_mut(ty, &mut replace);
            }
        }
    }
}

/// What each definition uses: the types of its body, and the definition that it is the same as.
pub(crate) fn edges(api: &Api) -> Vec<Vec<TypeId>> {
    api.types
        .iter()
        .map(|(_, definition)| {
            let mut targets: Vec<TypeId> = definition.standing.target().into_iter().collect();
            definition.shape.each_type(&mut |ty| {
                ty.each_named(&mut |id| targets.push(id));
            });
            targets
        })
        .collect()
}

/// Which definitions a component or an operation leads to, by index.
///
/// Others are left over, such as unions that were dissolved in another. Components count whether or not an operation
/// uses them: what is decided for them must not change when an operation is removed.
pub(crate) fn live(api: &Api) -> Vec<bool> {
    let edges = edges(api);
    let mut live = vec![false; edges.len()];
    let mut work: Vec<TypeId> = api
        .types
        .iter()
        .filter(|(_, definition)| matches!(definition.place, Place::Component(_)))
        .map(|(id, _)| id)
        .collect();
    for operation in &api.operations {
        each_root(operation, &mut |id, _| work.push(id));
    }
    while let Some(id) = work.pop() {
        if !std::mem::replace(&mut live[id.0], true) {
            work.extend(&edges[id.0]);
        }
    }
    live
}

/// Which definitions an operation leads to, by index.
pub(crate) fn used(api: &Api) -> Vec<bool> {
    let edges = edges(api);
    let mut used = vec![false; edges.len()];
    let mut work: Vec<TypeId> = Vec::new();
    for operation in &api.operations {
        each_root(operation, &mut |id, _| work.push(id));
    }
    while let Some(id) = work.pop() {
        if !std::mem::replace(&mut used[id.0], true) {
            work.extend(&edges[id.0]);
        }
    }
    used
}
