//! Requests to every operation of a document, made from its types and written as the document says: what the closed loop
//! sends. Knows the IR; must not use the client's encoders, which it judges.

use std::collections::BTreeSet;

use kibana_codegen::Analysis;
use kibana_codegen::instance::{Instances, Variety, seed};
use kibana_codegen::ir::{Api, Content, Location, Operation, Parameter, Presence, Shape, Side};
use kibana_codegen::plan::Plan;
use serde_json::{Value, json};

use super::text::{self, Written};

/// Of unusual requests, so many per operation and media type.
const UNUSUAL: u64 = 3;

/// The space that some requests are sent to.
const SPACE: &str = "team-a";

/// All requests, a JSON object each. Those that are `unusual` may be refused by the server: what is valid need not be
/// something that can be written in a query.
pub(crate) fn of(analysis: &Analysis) -> Vec<Value> {
    let api = &analysis.api;
    let plan = Plan::of_crate(api);
    let instances = Instances::new(api);
    let mut requests = Vec::new();
    for (index, operation) in api.operations.iter().enumerate() {
        let id = &plan.operation(index).id;
        let maker = Maker {
            api,
            instances: &instances,
            operation,
        };
        let mut known = BTreeSet::new();
        for mut request in maker.requests() {
            request["operation"] = json!(id);
            if known.insert(request.to_string()) {
                requests.push(request);
            }
        }
    }
    requests
}

/// Which of all requests to an operation.
#[derive(Clone, Copy)]
enum Which {
    /// With everything that it takes.
    All,
    /// With what it must have.
    Least,
    /// With some of it, and with values that are seldom seen.
    Unusual(u64),
}

struct Maker<'a> {
    api: &'a Api,
    instances: &'a Instances<'a>,
    operation: &'a Operation,
}

impl Maker<'_> {
    /// Every media type, in each way.
    fn requests(&self) -> Vec<Value> {
        let body = self.operation.body.as_ref();
        let contents = body.map_or(&[][..], |body| &body.content);
        let contents: Vec<Option<&Content>> = match contents.is_empty() {
            true => vec![None],
            false => contents.iter().map(Some).collect(),
        };
        let ways = [Which::All, Which::Least].into_iter();
        let ways: Vec<Which> = ways.chain((0..UNUSUAL).map(Which::Unusual)).collect();
        let pairs = contents
            .iter()
            .flat_map(|content| ways.iter().map(move |which| (*content, *which)));
        pairs
            .filter_map(|(content, which)| self.request(content, which))
            .collect()
    }

    /// `None` where something that must be there has no value, or none that can be written where it stands.
    fn request(&self, content: Option<&Content>, which: Which) -> Option<Value> {
        let mut path = self.operation.path.clone();
        let (mut query, mut cookies) = (Vec::new(), Vec::new());
        let mut headers = Vec::new();
        for parameter in &self.operation.parameters {
            let Some(value) = self.value_of(parameter, which)? else {
                continue;
            };
            match (parameter.location, text::parameter(parameter, &value)) {
                (Location::Path, Some(Written::Text(text))) => {
                    for mark in ["", "?"] {
                        path = path.replace(&format!("{{{}{mark}}}", parameter.wire), &text);
                    }
                }
                (Location::Header, Some(Written::Text(text))) => {
                    headers.push(json!([parameter.wire, text]));
                }
                (Location::Query, Some(Written::Pairs(pairs))) => query.extend(pairs),
                (Location::Cookie, Some(Written::Pairs(pairs))) => cookies.extend(pairs),
                _ if parameter.required => return None,
                _ => {}
            }
        }
        let mut body = String::new();
        if let Some(content) = content.filter(|_| self.has_body(which)) {
            let made = self.body(content, which)?;
            headers.push(json!(["content-type", made.media_type]));
            body = made.text;
        }
        if !cookies.is_empty() {
            headers.push(json!(["cookie", cookies.join("; ")]));
        }
        let mut target = text::without_optional(&path);
        if matches!(which, Which::Unusual(0)) && !self.operation.path.starts_with("/s/{") {
            target.insert_str(0, &format!("/s/{SPACE}"));
        }
        if !query.is_empty() {
            target = format!("{target}?{}", query.join("&"));
        }
        Some(json!({
            "method": self.operation.method.to_uppercase(),
            "target": target,
            "headers": headers,
            "body": body,
            "unusual": matches!(which, Which::Unusual(_)),
        }))
    }

    fn has_body(&self, which: Which) -> bool {
        let required = self.operation.body.as_ref().is_some_and(|b| b.required);
        match which {
            Which::All => true,
            Which::Least => required,
            Which::Unusual(number) => required || number % 2 == 0,
        }
    }

    /// The value of a parameter, where it is to be there; `None` where it must be and has none.
    fn value_of(&self, parameter: &Parameter, which: Which) -> Option<Option<Value>> {
        let group = self.operation.group(parameter.location)?;
        let Shape::Struct(object) = &self.api.types.body(group).shape else {
            return None;
        };
        let mut fields = object.fields.iter();
        let field = fields.find(|field| field.wire == parameter.wire)?;
        let required = field.presence == Presence::Required;
        let wanted = match which {
            Which::All => true,
            Which::Least => false,
            Which::Unusual(number) => seed(&parameter.wire, number).is_multiple_of(2),
        };
        if !required && !wanted {
            return Some(None);
        }
        let value = self.made(&field.ty, &parameter.wire, which);
        match value {
            None if required => None,
            value => Some(value),
        }
    }

    fn made(&self, ty: &kibana_codegen::ir::Type, place: &str, which: Which) -> Option<Value> {
        let (variety, salt) = match which {
            Which::All | Which::Least => (Variety::Typical, 0),
            Which::Unusual(number) => (Variety::Varied, number + 1),
        };
        let seed = seed(&format!("{} {place}", self.operation.key()), salt);
        self.instances.make(ty, Side::Request, seed, variety)
    }

    fn body(&self, content: &Content, which: Which) -> Option<text::Body> {
        let made = |place: &str| match &content.ty {
            Some(ty) => self.made(ty, place, which),
            None => Some(json!("text")),
        };
        text::body(self.api, content, made)
    }
}
