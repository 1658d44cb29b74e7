//! The fake that is served from tables: it takes and answers what generated code does, and it remembers, for every
//! resource of every document that is at hand.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use kibana_api::mock;
use kibana_codegen::fake::{Fake, Options};
use kibana_codegen::instance::{Instances, Style, seed};
use kibana_codegen::ir::{
    Api, BodyFormat, Location, Operation, Parameter, Presence, Shape, Side, Type, TypeId,
};
use kibana_codegen::passes::roles::{self, Answer, Played, Role, Roles, Source};
use kibana_codegen::{Analysis, Config};
use kibana_tests::workspace;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

/// What was answered.
#[derive(Clone, Debug, PartialEq)]
struct Reply {
    status: u16,
    body: Value,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
struct Ask {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

/// A server in this process.
struct Server {
    router: axum::Router,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    fn new(router: axum::Router) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self { router, runtime }
    }

    fn ask(&self, ask: &Ask) -> Reply {
        let query: Vec<String> = ask
            .query
            .iter()
            .map(|(name, text)| format!("{}={}", encoded(name), encoded(text)))
            .collect();
        let query = match query.is_empty() {
            true => String::new(),
            false => format!("?{}", query.join("&")),
        };
        let mut request = Request::builder()
            .method(ask.method.to_uppercase().as_str())
            .uri(format!("{}{query}", ask.path))
            .header("authorization", "ApiKey bW9jazptb2Nr")
            .header("kbn-xsrf", "test");
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let body = match &ask.body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).unwrap();
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let text = || Value::from(String::from_utf8_lossy(&bytes).into_owned());
            let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| text());
            Reply { status, body }
        })
    }

    fn get(&self, path: &str) -> Reply {
        self.ask(&Ask {
            method: "get".to_string(),
            path: path.to_string(),
            ..Ask::default()
        })
    }

    fn send(&self, method: &str, path: &str, body: Value) -> Reply {
        self.ask(&Ask {
            method: method.to_string(),
            path: path.to_string(),
            body: Some(body),
            ..Ask::default()
        })
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let bytes = text.bytes();
    bytes
        .map(|byte| match plain(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn embedded() -> Analysis {
    let root = workspace::root();
    let config =
        Config::new(root.join("spec/kibana.yaml")).settings_file(root.join("spec/kibana.toml"));
    let analysis = config.and_then(|config| config.analyse());
    analysis.unwrap_or_else(|failure| panic!("{failure}"))
}

/// All documents that are at hand.
fn documents() -> Vec<(&'static str, Analysis)> {
    let mut documents = vec![("embedded", embedded())];
    for name in ["kibana-8.18.yaml", "kibana-9.3.yaml"] {
        if let Some(path) = workspace::real(name) {
            let analysis = Config::new(path).analyse();
            documents.push((name, analysis.unwrap_or_else(|failure| panic!("{failure}"))));
        }
    }
    documents
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Makes requests from types.
struct Maker<'a> {
    api: &'a Api,
    instances: Instances<'a>,
    seed: u64,
    style: Style,
}

impl<'a> Maker<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            api,
            instances: Instances::new(api),
            seed: 0,
            style: Style::Typical,
        }
    }

    fn make(&self, ty: &Type, place: &str) -> Option<Value> {
        self.instances
            .make(ty, Side::Request, seed(place, self.seed), self.style)
    }

    fn values(&self, group: Option<TypeId>, place: &str) -> BTreeMap<String, (Value, bool)> {
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
    fn answer(&self, key: &str) -> Value {
        let operation = self.api.operations.iter().find(|o| o.key() == key).unwrap();
        let content = &operation.responses[0].content[0];
        self.make(content.ty.as_ref().unwrap(), key).unwrap()
    }

    /// A request with everything that must be there.
    fn request(&self, operation: &Operation) -> Ask {
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

/// Something about a request is changed that a server may or may not mind.
fn disturbed(ask: &Ask, round: u64) -> Ask {
    let mut ask = ask.clone();
    let odd = [
        json!(null),
        json!(17),
        json!("odd"),
        json!([1, {}]),
        json!({"a": true}),
        json!(-0.5),
    ];
    let at = |length: usize| usize::try_from(round).unwrap() % length.max(1);
    match round % 7 {
        0 => ask.body = None,
        1 => ask.path = format!("{}/more", ask.path),
        2 => ask
            .query
            .push(("page".to_string(), "no number".to_string())),
        3 => ask
            .headers
            .push(("elastic-api-version", "1999-01-01".to_string())),
        _ => {
            if let Some(Value::Object(body)) = &mut ask.body {
                let keys: Vec<String> = body.keys().cloned().collect();
                match keys.get(at(keys.len())) {
                    Some(key) if round.is_multiple_of(2) => _ = body.remove(key),
                    Some(key) => _ = body.insert(key.clone(), odd[at(odd.len())].clone()),
                    None => _ = body.insert("odd".to_string(), odd[at(odd.len())].clone()),
                }
            } else {
                ask.body = Some(odd[at(odd.len())].clone());
            }
        }
    }
    ask
}

#[test]
fn tables_and_generated_code_answer_a_thousand_requests_alike() {
    let analysis = embedded();
    let options = Options {
        stateless: true,
        ..Options::default()
    };
    let fake = Server::new(Fake::new(&analysis, &options).unwrap().router().unwrap());
    let code = Server::new(mock::router(mock::new().stateless()).unwrap());
    let mut maker = Maker::new(&analysis.api);
    let (mut asked, mut refused) = (0, 0);
    for round in 0..36 {
        maker.seed = round;
        maker.style = if round % 3 == 0 {
            Style::Typical
        } else {
            Style::Varied
        };
        for operation in &analysis.api.operations {
            let mut ask = maker.request(operation);
            if round % 2 == 1 {
                ask = disturbed(&ask, round / 2 + u64::try_from(asked).unwrap());
            }
            let (a, b) = (fake.ask(&ask), code.ask(&ask));
            assert_eq!(a, b, "{ask:?}");
            asked += 1;
            refused += usize::from(a.status >= 400);
        }
    }
    assert!(asked > 1000);
    // Neither is a test of one outcome only.
    assert!(
        refused > 200 && refused < asked - 200,
        "{refused} of {asked}"
    );
    workspace::say(&format!(
        "fake: {asked} requests, {refused} refused, all as generated code does"
    ));
}

/// The life of an item: what is called for it.
struct Life<'a> {
    maker: &'a Maker<'a>,
    server: &'a Server,
    found: &'a Roles,
    resource: usize,
    space: &'static str,
}

impl Life<'_> {
    fn operation(&self, wanted: &[Role]) -> Option<(&Operation, &Played)> {
        let own = self
            .found
            .played
            .iter()
            .filter(|(_, p)| p.resource == self.resource);
        let mut own = own.filter(|(_, played)| wanted.contains(&played.role));
        own.next()
            .map(|(index, played)| (&self.maker.api.operations[*index], played))
    }

    /// A request in the space of this life, for an item.
    fn ask(&self, operation: &Operation, played: &Played, item: &Map<String, Value>) -> Ask {
        let mut ask = self.maker.request(operation);
        // What a list is filtered by is what the item has, defaults of the query included.
        for (parameter, property) in &played.query.filters {
            let own = item.get(property);
            let own = own.filter(|own| !own.is_object() && !own.is_array() && !own.is_null());
            if let Some(value) = own {
                ask.query.retain(|(name, _)| name != parameter);
                ask.query.push((parameter.clone(), text(value)));
            }
        }
        for selector in &played.selectors {
            let Some(value) = item.get(&selector.key) else {
                continue;
            };
            match &selector.source {
                Source::Path(name) => {
                    let own = encoded(&text(value));
                    // From the template, so that equal values elsewhere stay.
                    let mut path = operation.path.replace(&format!("{{{name}}}"), &own);
                    for (name, (value, _)) in
                        self.maker.values(operation.path_type, &operation.key())
                    {
                        let known = played
                            .selectors
                            .iter()
                            .find(|s| s.source == Source::Path(name.clone()));
                        let known = known.and_then(|s| item.get(&s.key)).unwrap_or(&value);
                        path = path.replace(&format!("{{{name}}}"), &encoded(&text(known)));
                    }
                    ask.path = path;
                }
                Source::Query(name) => {
                    ask.query.retain(|(own, _)| own != name);
                    ask.query.push((name.clone(), text(value)));
                }
                Source::Body(way) => {
                    let mut body = ask.body.take().unwrap_or_else(|| json!({}));
                    put(&mut body, way, value.clone());
                    ask.body = Some(body);
                }
                Source::Listed(_) => {}
            }
        }
        let plain = ask
            .path
            .strip_prefix("/s/")
            .and_then(|rest| rest.find('/').map(|at| rest[at..].to_string()));
        ask.path = format!("/s/{}{}", self.space, plain.unwrap_or(ask.path));
        ask
    }

    /// What the answer of a request says of an item.
    fn item<'v>(&self, played: &Played, reply: &'v Reply) -> Option<&'v Map<String, Value>> {
        let Answer::One(way) = &played.answer else {
            return None;
        };
        way.iter()
            .try_fold(&reply.body, |value, step| value.get(step))?
            .as_object()
    }
}

fn put(body: &mut Value, way: &[String], value: Value) {
    let Some((first, rest)) = way.split_first() else {
        *body = value;
        return;
    };
    if !body.is_object() {
        *body = json!({});
    }
    put(&mut body[first], rest, value);
}

/// Whether all that was sent is there. Servers add to what they are sent.
fn contains(found: &Value, sent: &Value) -> bool {
    match (found, sent) {
        (Value::Object(found), Value::Object(sent)) => sent
            .iter()
            .all(|(key, sent)| found.get(key).is_some_and(|found| contains(found, sent))),
        (Value::Array(found), Value::Array(sent)) => {
            found.len() == sent.len() && found.iter().zip(sent).all(|(f, s)| contains(f, s))
        }
        (found, sent) => found == sent,
    }
}

/// What went well, and what did not.
#[derive(Debug, Default)]
struct Outcome {
    steps: usize,
    problems: Vec<String>,
}

impl Outcome {
    fn expect(&mut self, holds: bool, ask: &Ask, why: impl FnOnce() -> String) {
        self.steps += 1;
        if !holds {
            let body = ask
                .body
                .as_ref()
                .map(|b| b.to_string().chars().take(400).collect::<String>());
            self.problems.push(format!(
                "{} {}{:?} {:?}: {}",
                ask.method,
                ask.path,
                ask.query,
                body,
                why().chars().take(700).collect::<String>()
            ));
        }
    }
}

/// create → read equals what was sent → list has it → change → read shows it → delete → 404.
fn live(life: &Life<'_>, other: &Life<'_>, outcome: &mut Outcome) {
    let Some((create, created)) = life.operation(&[Role::Create, Role::Put]) else {
        return;
    };
    let ask = life.ask(create, created, &Map::new());
    let sent = created
        .sent
        .iter()
        .try_fold(ask.body.as_ref(), |value, step| {
            Some(value.and_then(|value| value.get(step)))
        });
    let sent = sent
        .flatten()
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let reply = life.server.ask(&ask);
    outcome.expect(reply.status < 300, &ask, || format!("{reply:?}"));
    if reply.status >= 300 {
        return;
    }
    // What identifies the item: what was sent, what the answer says, and what stands in the path.
    let mut item = sent.clone();
    item.extend(life.item(created, &reply).cloned().unwrap_or_default());
    for selector in &created.selectors {
        if let Source::Path(name) = &selector.source {
            let made = life.maker.values(create.path_type, &create.key());
            item.insert(selector.key.clone(), made[name].0.clone());
        }
    }
    let read = life.operation(&[Role::Read]);
    let shows = |outcome: &mut Outcome, sent: &Map<String, Value>, what: &str| {
        let Some((operation, played)) = read else {
            return;
        };
        let ask = life.ask(operation, played, &item);
        let reply = life.server.ask(&ask);
        outcome.expect(reply.status == 200, &ask, || format!("{what}: {reply:?}"));
        let Some(shown) = life.item(played, &reply) else {
            return;
        };
        for (key, value) in sent {
            let own = |key: &str| {
                life.found.resources[life.resource]
                    .key
                    .iter()
                    .any(|p| p.property.as_deref() == Some(key))
            };
            let stamp = life.found.resources[life.resource].version.as_deref() == Some(key);
            // A property that an item does not have cannot be shown.
            let Some(found) = shown.get(key).filter(|_| !own(key) && !stamp) else {
                continue;
            };
            outcome.expect(contains(found, value), &ask, || {
                format!("{what}: `{key}` is {found}, and was sent as {value}")
            });
        }
        let elsewhere = other.ask(operation, played, &item);
        let reply = other.server.ask(&elsewhere);
        outcome.expect(reply.status == 404, &elsewhere, || {
            format!("{what}, in another space: {reply:?}")
        });
    };
    shows(outcome, &sent, "created");
    if let Some((operation, played)) = life.operation(&[Role::List]) {
        let ask = life.ask(operation, played, &item);
        let reply = life.server.ask(&ask);
        let Answer::Many(page) = &played.answer else {
            panic!("a list has many")
        };
        let list = page
            .items
            .iter()
            .try_fold(&reply.body, |value, step| value.get(step));
        let count = list.and_then(Value::as_array).map_or(0, Vec::len);
        outcome.expect(reply.status == 200 && count == 1, &ask, || {
            format!("a list of one: {reply:?}")
        });
        let elsewhere = other.ask(operation, played, &item);
        let reply = other.server.ask(&elsewhere);
        let list = page
            .items
            .iter()
            .try_fold(&reply.body, |value, step| value.get(step));
        let count = list.and_then(Value::as_array).map_or(9, Vec::len);
        outcome.expect(count == 0, &elsewhere, || {
            format!("an empty list elsewhere: {reply:?}")
        });
    }
    if let Some((operation, played)) = life.operation(&[Role::Replace, Role::Merge]) {
        let mut ask = life.ask(operation, played, &item);
        if let (Some(version), Some(body)) =
            (&life.found.resources[life.resource].version, &mut ask.body)
        {
            let mut way = played.sent.clone();
            way.push(version.clone());
            if let Some(own) = item.get(version) {
                put(body, &way, own.clone());
            }
        }
        let reply = life.server.ask(&ask);
        outcome.expect(reply.status < 300, &ask, || format!("changed: {reply:?}"));
        let sent = played
            .sent
            .iter()
            .try_fold(ask.body.as_ref(), |value, step| {
                Some(value.and_then(|v| v.get(step)))
            });
        let sent = sent
            .flatten()
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        shows(outcome, &sent, "changed");
    }
    if let Some((operation, played)) = life.operation(&[Role::Delete]) {
        let ask = life.ask(operation, played, &item);
        let reply = life.server.ask(&ask);
        outcome.expect(reply.status < 300, &ask, || format!("deleted: {reply:?}"));
        if let Some((operation, played)) = read {
            let ask = life.ask(operation, played, &item);
            let reply = life.server.ask(&ask);
            outcome.expect(reply.status == 404, &ask, || format!("gone: {reply:?}"));
        }
        let again = life.server.ask(&ask);
        outcome.expect(again.status == 404, &ask, || {
            format!("deleted twice: {again:?}")
        });
    }
}

#[test]
fn state_requests_and_faults_are_under_control_over_http_and_from_rust() {
    let analysis = library();
    let fake = Fake::new(&analysis, &Options::default()).unwrap();
    let server = Server::new(fake.router().unwrap());
    let books = "/books/{bookId}";

    let state = json!({ books: [{"id": "1", "title": "Dune"}, {"id": "2", "title": "Emma"}] });
    assert_eq!(
        server.send("put", "/_fake/state", state).body,
        json!({"added": 2})
    );
    assert_eq!(server.get("/books/1").body["title"], "Dune");
    assert_eq!(server.get("/s/other/books/1").status, 404);
    let found = server.get("/books?perPage=1&page=2&sortField=title").body;
    assert_eq!(
        (&found["items"][0]["title"], &found["total"]),
        (&json!("Emma"), &json!(2))
    );

    let made = server.send("post", "/books", json!({"title": "Ulysses"}));
    assert_eq!(made.status, 200);
    let id = made.body["id"].as_str().unwrap();
    let path = format!("/books/{id}");
    let put = |version: &str| {
        server.send(
            "put",
            &path,
            json!({"title": "Odyssey", "version": version}),
        )
    };
    assert_eq!(
        put(made.body["version"].as_str().unwrap()).body["title"],
        "Odyssey"
    );
    assert_eq!(put("1").status, 409);
    assert_eq!(
        fake.mock().state()[books]["default"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let wrong = server.send("post", "/_fake/state", json!({"/shelves": []}));
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.body["message"]
            .as_str()
            .unwrap()
            .contains("there is no resource `/shelves`")
    );

    fake.mock().forget_requests();
    server.send("post", "/books", json!({"title": 5}));
    let [request] = &fake.mock().requests()[..] else {
        panic!("one request")
    };
    assert_eq!(
        (
            request.method.as_str(),
            request.path.as_str(),
            request.status
        ),
        ("POST", "/books", 400)
    );
    assert_eq!(request.body, json!({"title": 5}));
    assert!(
        request
            .headers
            .iter()
            .all(|(name, _)| name != "authorization")
    );
    assert_eq!(
        request.problem.as_deref(),
        Some("[request body.title]: expected text, found an integer")
    );
    let told = server.get("/_fake/requests").body;
    assert_eq!(told["requests"][0]["operation"], "POST /books");

    let fault = json!({"operation": "GET /books/{bookId}", "status": 503, "times": 2});
    assert_eq!(server.send("post", "/_fake/faults", fault).status, 200);
    let statuses = [(); 3].map(|()| server.get("/books/1").status);
    assert_eq!(
        (statuses, server.get("/books").status),
        ([503, 503, 200], 200)
    );

    server.ask(&Ask {
        method: "delete".to_string(),
        path: "/_fake/state".to_string(),
        ..Ask::default()
    });
    assert_eq!(server.get("/books").body["total"], 0);
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn a_generated_mock_remembers_as_tables_do() {
    let analysis = embedded();
    let fake = Fake::new(&analysis, &Options::default()).unwrap();
    let mock = mock::new();
    let policy =
        Maker::new(&analysis.api).answer("get /api/fleet/package_policies/{packagePolicyId}");
    let mut policy = policy["item"].clone();
    policy["id"] = json!("p1");
    let state = json!({ "/api/fleet/package_policies/{packagePolicyId}": {"team": [policy]} });
    assert_eq!(fake.mock().add_state(&state), Ok(1));
    assert_eq!(mock.add_state(&state), Ok(1));
    let tables = Server::new(fake.router().unwrap());
    let code = Server::new(mock::router(mock.clone()).unwrap());
    let both = |path: &str| {
        let (a, b) = (tables.get(path), code.get(path));
        assert_eq!(a, b);
        a
    };
    let found = both("/s/team/api/fleet/package_policies/p1");
    assert_eq!((found.status, &found.body["item"]), (200, &policy));
    assert_eq!(both("/s/team/api/fleet/package_policies/p2").status, 404);
    let ids = json!({"packagePolicyIds": ["p1"]});
    for server in [&tables, &code] {
        let path = "/s/team/api/fleet/package_policies/delete";
        assert_eq!(server.send("post", path, ids.clone()).status, 200);
    }
    assert_eq!((mock.state(), mock.requests().len()), (json!({}), 3));
}

/// A small document with a resource.
fn library() -> Analysis {
    let document = br#"
openapi: 3.0.3
info: {title: Library, version: '1'}
paths:
  /books:
    get:
      parameters:
        - {in: query, name: page, schema: {type: integer, default: 1}}
        - {in: query, name: perPage, schema: {type: integer, default: 20}}
        - {in: query, name: sortField, schema: {type: string}}
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                required: [items, total]
                properties:
                  items: {type: array, items: {$ref: '#/components/schemas/Book'}}
                  total: {type: integer}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewBook'}}}}
      responses: {'200': {$ref: '#/components/responses/Book'}}
  /books/{bookId}:
    parameters: [{in: path, name: bookId, required: true, schema: {type: string}}]
    get: {responses: {'200': {$ref: '#/components/responses/Book'}}}
    put:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              allOf:
                - {$ref: '#/components/schemas/NewBook'}
                - {type: object, properties: {version: {type: string}}}
      responses: {'200': {$ref: '#/components/responses/Book'}}
    delete: {responses: {'204': {description: ''}}}
components:
  responses:
    Book: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
  schemas:
    NewBook: {type: object, required: [title], properties: {title: {type: string}}}
    Book:
      type: object
      required: [id, title, version]
      properties: {id: {type: string}, title: {type: string}, version: {type: string}, lent: {type: boolean}}
"#;
    let document = kibana_codegen::load::load("library.yaml", document);
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    kibana_codegen::analyse(document, &Default::default())
}

#[test]
fn memory_is_bounded() {
    let analysis = library();
    let fake = Fake::new(&analysis, &Options::default()).unwrap();
    let books: Vec<Value> = (0..30_000)
        .map(|id| json!({"id": id.to_string(), "title": "x"}))
        .collect();
    assert_eq!(
        fake.mock().add_state(&json!({"/books/{bookId}": books})),
        Ok(30_000)
    );
    let state = fake.mock().state();
    let left = state["/books/{bookId}"]["default"].as_array().unwrap();
    // The oldest are forgotten.
    assert_eq!((left.len(), &left[0]["id"]), (20_000, &json!("10000")));
}

#[test]
fn every_resource_lives_in_two_spaces_that_do_not_see_each_other() {
    for (name, analysis) in documents() {
        let fake = Fake::new(&analysis, &Options::default()).unwrap();
        let server = Server::new(fake.router().unwrap());
        let maker = Maker::new(&analysis.api);
        let found = roles::find(&analysis.api);
        let mut outcome = Outcome::default();
        let mut lives = 0;
        for resource in 0..found.resources.len() {
            let life = |space| Life {
                maker: &maker,
                server: &server,
                found: &found,
                resource,
                space,
            };
            let (one, two) = (life("one"), life("two"));
            live(&one, &two, &mut outcome);
            fake.mock().forget();
            live(&two, &one, &mut outcome);
            lives += usize::from(one.operation(&[Role::Create, Role::Put]).is_some());
            fake.mock().forget();
        }
        workspace::say(&format!(
            "fake: {name}: {lives} of {} resources lived, {} steps",
            found.resources.len(),
            outcome.steps
        ));
        assert!(
            outcome.problems.is_empty(),
            "{name}: {}\n{}",
            outcome.problems.len(),
            outcome.problems.join("\n")
        );
    }
}

#[test]
fn a_value_of_a_union_has_the_tag_that_the_document_maps_to_its_member() {
    let document = br#"
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get:
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]
                discriminator:
                  propertyName: type
                  mapping: {a.one: '#/components/schemas/A', b.one: '#/components/schemas/B'}
components:
  schemas:
    A: {type: object, required: [type, n], properties: {type: {type: string}, n: {type: integer}}}
    B: {type: object, required: [type, n], properties: {type: {type: string}, n: {type: boolean}}}
"#;
    let document = kibana_codegen::load::load("tags.yaml", document);
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    let analysis = kibana_codegen::analyse(document, &Default::default());
    assert_eq!(Maker::new(&analysis.api).answer("get /a")["type"], "a.one");
    let server = Server::new(
        Fake::new(&analysis, &Options::default())
            .unwrap()
            .router()
            .unwrap(),
    );
    assert_eq!(server.get("/a").status, 200);
}

#[test]
fn a_property_beside_a_union_tells_its_member_in_tables_too() {
    let document = br#"
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /connectors:
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Connector'}}}}
      responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Connector'}}}}}
components:
  schemas:
    Connector:
      type: object
      required: [type, config]
      properties:
        type: {type: string}
        config: {oneOf: [{$ref: '#/components/schemas/Mail'}, {$ref: '#/components/schemas/Hook'}]}
    Mail: {type: object, properties: {port: {type: integer}}}
    Hook: {type: object, properties: {port: {type: string}}}
"#;
    let settings = "[discriminators.'/components/schemas/Connector/properties/config']\nproperty = 'type'\n\
                    mapping = { mail = '/components/schemas/Mail', hook = '/components/schemas/Hook' }\n";
    let settings = kibana_codegen::settings::Settings::parse("kibana.toml", settings).unwrap();
    let document = kibana_codegen::load::load("beside.yaml", document);
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    let analysis = kibana_codegen::analyse(document, &settings);
    let fake = Fake::new(&analysis, &Options::default()).unwrap();
    let server = Server::new(fake.router().unwrap());
    let sent = |kind: &str, port: Value| {
        let body = json!({ "type": kind, "config": { "port": port } });
        server.send("post", "/connectors", body).status
    };
    assert_eq!(sent("mail", json!(1)), 200);
    assert_eq!(sent("hook", json!("1")), 200);
    assert_eq!(sent("hook", json!(1)), 400);
    assert_eq!(sent("other", json!(1)), 200);

    // Values that are made keep to it, and so does what the effective document says of them.
    let effective =
        kibana_codegen::export::export(&analysis, kibana_codegen::export::Manners::Document);
    let connector = &effective["components"]["schemas"]["Connector"]["allOf"][0]["anyOf"];
    assert_eq!(connector[0]["properties"]["type"]["enum"], json!(["hook"]));
    let (_, definition) = analysis
        .api
        .types
        .iter()
        .find(|(_, definition)| definition.label == "Connector")
        .unwrap();
    assert!(matches!(definition.shape, Shape::Struct(_)));
    let maker = Instances::new(&analysis.api);
    let body = analysis.api.operations[0].body.as_ref().unwrap();
    let ty = body.content[0].ty.as_ref().unwrap();
    for seed in 0..200 {
        let value = maker.make(ty, Side::Request, seed, Style::Varied).unwrap();
        let port = value["config"].get("port");
        let right = match value["type"].as_str().unwrap() {
            "mail" => port.is_none_or(Value::is_i64),
            "hook" => port.is_none_or(Value::is_string),
            other => panic!("{other} tells nothing"),
        };
        assert!(right, "{value}");
    }
}
