//! Requests that are made from types.

use std::collections::BTreeMap;

use kibana_codegen::instance::{Instances, Variety, seed};
use kibana_codegen::ir::{
    Api, BodyFormat, Location, Operation, Parameter, Presence, Shape, Side, Type, TypeId,
};
use serde_json::Value;

use crate::asking::{Ask, encoded};

pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Makes requests from types.
pub(crate) struct Maker<'a> {
    pub(crate) api: &'a Api,
    instances: Instances<'a>,
    pub(crate) seed: u64,
    pub(crate) variety: Variety,
}

impl<'a> Maker<'a> {
    pub(crate) fn new(api: &'a Api) -> Self {
        Self {
            api,
            instances: Instances::new(api),
            seed: 0,
            variety: Variety::Typical,
        }
    }

    pub(crate) fn make(&self, ty: &Type, place: &str) -> Option<Value> {
        self.instances
            .make(ty, Side::Request, seed(place, self.seed), self.variety)
    }

    /// What a server sends of a type.
    pub(crate) fn sent(&self, ty: &Type, place: &str, round: u64) -> Option<Value> {
        self.instances
            .make(ty, Side::Response, seed(place, round), Variety::Typical)
    }

    pub(crate) fn values(
        &self,
        group: Option<TypeId>,
        place: &str,
    ) -> BTreeMap<String, (Value, bool)> {
        let Some(Shape::Struct(object)) = group.map(|id| &self.api.types[id].shape) else {
            return BTreeMap::new();
        };
        let fields = object.fields.iter();
        fields
            .filter_map(|field| {
                let value = self.make(&field.ty, &format!("{place} {}", field.wire))?;
                let must = field.presence == Presence::Required;
                Some((field.wire.clone(), (value, must)))
            })
            .collect()
    }

    /// What an operation answers when all is well.
    pub(crate) fn answer(&self, key: &str) -> Value {
        let operation = self.api.operations.iter().find(|o| o.key() == key).unwrap();
        let content = &operation.responses[0].content[0];
        self.make(content.ty.as_ref().unwrap(), key).unwrap()
    }

    /// A request with everything that must be there.
    pub(crate) fn request(&self, operation: &Operation) -> Ask {
        let key = operation.key();
        let mut ask = Ask {
            method: operation.method.clone(),
            path: operation.path.clone(),
            ..Ask::default()
        };
        for (name, (value, _)) in self.values(operation.path_type, &key) {
            let value = encoded(&text(&value));
            ask.path = ask.path.replace(&format!("{{{name}}}"), &value);
        }
        for (name, (value, must)) in self.values(operation.query_type, &key) {
            if must {
                let parameter = query_parameter(operation, &name);
                ask.query.extend(pairs(parameter, &name, &value));
            }
        }
        ask.body = operation.body.as_ref().and_then(|body| {
            let json = body.content.iter().find(|c| c.format == BodyFormat::Json)?;
            self.make(json.ty.as_ref()?, &format!("{key} body"))
        });
        ask
    }
}

fn query_parameter<'o>(operation: &'o Operation, name: &str) -> Option<&'o Parameter> {
    let mut own = operation.parameters.iter();
    own.find(|p| p.location == Location::Query && p.wire == name)
}

fn pairs(parameter: Option<&Parameter>, name: &str, value: &Value) -> Vec<(String, String)> {
    let json = parameter.is_some_and(|parameter| parameter.json);
    match value {
        Value::Array(items) if !json => {
            let items = items.iter();
            items.map(|item| (name.to_string(), text(item))).collect()
        }
        value => vec![(name.to_string(), text(value))],
    }
}
