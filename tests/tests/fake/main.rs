//! The fake that is served from tables: it takes and answers what generated code does, and it remembers, for every
//! resource of every document that is at hand.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

mod asking;
mod life;
mod maker;
mod together;

use kibana_api::mock;
use kibana_codegen::fake::{Fake, Options};
use kibana_codegen::instance::{Instances, Variety};
use kibana_codegen::ir::{Shape, Side};
use kibana_codegen::passes::roles;
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, Config};
use kibana_tests::workspace;
use serde_json::{Value, json};

use asking::{Ask, Server};
use life::{Life, Lived, STAGES, Tally};
use maker::Maker;

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
        maker.variety = if round % 3 == 0 {
            Variety::Typical
        } else {
            Variety::Varied
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
    let analysis = Config::new(workspace::data("library.yaml")).analyse();
    analysis.unwrap_or_else(|failure| panic!("{failure}"))
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

fn analysed(document: &[u8], settings: &Settings) -> Analysis {
    let document = kibana_codegen::load::load("document.yaml", document);
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    kibana_codegen::analyse(document, settings)
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
    let analysis = analysed(document, &Settings::default());
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
fn every_resource_lives_in_two_spaces_that_do_not_see_each_other() {
    for (name, analysis) in documents() {
        let fake = Fake::new(&analysis, &Options::default()).unwrap();
        let server = Server::new(fake.router().unwrap());
        let maker = Maker::new(&analysis.api);
        let found = roles::find(&analysis.api);
        let mut tally = Tally::default();
        for number in 0..found.resources.len() {
            let life = |space| Life {
                maker: &maker,
                server: &server,
                found: &found,
                number,
                space,
            };
            let (one, two) = (life("one"), life("two"));
            for (life, other) in [(&one, &two), (&two, &one)] {
                let tally = &mut tally;
                Lived { life, other, tally }.live();
                fake.mock().forget();
            }
        }
        say_lives(name, &tally);
        let problems = tally.problems.join("\n");
        assert!(problems.is_empty(), "{name}:\n{problems}");
        for stage in STAGES {
            // Nothing is left out without a reason.
            assert_eq!(tally.told(stage), found.resources.len(), "{name}: {stage}");
        }
    }
}

#[test]
fn what_is_done_to_several_items_or_to_a_property_is_done() {
    for (name, analysis) in documents() {
        let fake = Fake::new(&analysis, &Options::default()).unwrap();
        let server = Server::new(fake.router().unwrap());
        let maker = Maker::new(&analysis.api);
        let found = roles::find(&analysis.api);
        let mut tally = Tally::default();
        let mut lived = 0;
        let mut left_out = Vec::new();
        for (index, played) in &found.played {
            if !together::ROLES.contains(&played.role) {
                continue;
            }
            let life = Life {
                maker: &maker,
                server: &server,
                found: &found,
                number: played.resource,
                space: "one",
            };
            let operation = &analysis.api.operations[*index];
            match together::live(&life, operation, played, &mut tally) {
                true => lived += 1,
                false => left_out.push(operation.key()),
            }
        }
        let left_out = left_out.join(", ");
        workspace::say(&format!(
            "fake: {name}: {lived} operations for several items or a property; not asked: [{left_out}]"
        ));
        let problems = tally.problems.join("\n");
        assert!(problems.is_empty(), "{name}:\n{problems}");
        assert_eq!(left_out, "", "{name}");
    }
}

fn say_lives(name: &str, tally: &Tally) {
    let done = STAGES.map(|stage| {
        let own = tally.done.get(stage).map_or(0, |paths| paths.len());
        format!("{stage} {own}")
    });
    let (done, steps) = (done.join(", "), tally.steps);
    workspace::say(&format!("fake: {name}: {done}; {steps} checks"));
    for ((stage, why), paths) in &tally.left_out {
        let listed: Vec<&str> = paths.iter().map(String::as_str).collect();
        let (count, listed) = (paths.len(), listed.join(" "));
        workspace::say(&format!("  not {stage}: {count}, {why}: {listed}"));
    }
    let unshown = tally.unshown.len();
    workspace::say(&format!("  sent, and no property of an item: {unshown}"));
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
    let settings = Settings::parse("kibana.toml", settings).unwrap();
    let analysis = analysed(document, &settings);
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
        let value = maker
            .make(ty, Side::Request, seed, Variety::Varied)
            .unwrap();
        let port = value["config"].get("port");
        let right = match value["type"].as_str().unwrap() {
            "mail" => port.is_none_or(Value::is_i64),
            "hook" => port.is_none_or(Value::is_string),
            other => panic!("{other} tells nothing"),
        };
        assert!(right, "{value}");
    }
}

#[test]
fn an_error_that_no_example_shows_says_its_status_as_kibana_does() {
    let document = br#"
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get:
      responses:
        '200': {description: ''}
        '401': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Whole'}}}}
        '403': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Closed'}}}}
        '404': {description: ''}
        '409': {description: '', content: {application/json: {}}}
        '410': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Own'}}}}
        '412':
          description: ''
          content: {application/json: {schema: {$ref: '#/components/schemas/Whole'}, example: {statusCode: 1, error: E, message: M}}}
        5XX: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Whole'}}}}
components:
  schemas:
    Whole:
      type: object
      required: [statusCode, error, message]
      properties: {statusCode: {type: integer}, error: {type: string}, message: {type: string}}
    Closed:
      type: object
      additionalProperties: false
      required: [status_code, message]
      properties: {status_code: {type: integer}, message: {type: string}}
    Own: {type: object, required: [error], properties: {error: {type: string, enum: [Over]}}}
"#;
    let analysis = analysed(document, &Settings::default());
    let fake = Fake::new(&analysis, &Options::default()).unwrap();
    let server = Server::new(fake.router().unwrap());
    let whole =
        |code: u16, reason: &str| json!({"statusCode": code, "error": reason, "message": reason});
    for (code, body) in [
        (401, whole(401, "Unauthorized")),
        (403, json!({"status_code": 403, "message": "Forbidden"})),
        (404, whole(404, "Not Found")),
        (409, whole(409, "Conflict")),
        (410, json!({"error": "Over"})),
        (412, json!({"statusCode": 1, "error": "E", "message": "M"})),
        (418, whole(418, "I'm a teapot")),
        (503, whole(503, "Service Unavailable")),
    ] {
        let ask = Ask {
            method: "get".to_string(),
            path: "/a".to_string(),
            headers: vec![("prefer", format!("code={code}"))],
            ..Ask::default()
        };
        assert_eq!(server.ask(&ask), asking::Reply { status: code, body });
        if code == 404 {
            let options = Options {
                strict: true,
                ..Options::default()
            };
            let fake = Fake::new(&analysis, &options).unwrap();
            assert_eq!(Server::new(fake.router().unwrap()).ask(&ask).body, "");
        }
    }
}
