//! The mock of a generated crate, over a real socket: every operation answers each of its documented responses.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use kibana_api::mock::{self, KnownUser};
use kibana_api::runtime::wire::StatusRange;
use kibana_api::server::{OperationInfo, axum};
use kibana_codegen::instance::{Instances, Variety, seed};
use kibana_codegen::ir::{BodyFormat, Location, Operation, Presence, Shape, Side, Type};
use kibana_codegen::{Analysis, Config};
use kibana_tests::workspace;
use serde_json::Value;

/// A mock on a port of its own.
fn serve(router: axum::Router) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

struct Reply {
    status: u16,
    media_type: String,
    body: String,
}

fn ask(address: SocketAddr, line: &str, headers: &str, body: &str) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let media_type = head.lines().find_map(|line| {
        line.to_lowercase()
            .strip_prefix("content-type: ")
            .map(String::from)
    });
    Reply {
        status,
        media_type: media_type.unwrap_or_default(),
        body: body.to_string(),
    }
}

fn authorized(more: &str) -> String {
    format!(
        "Authorization: ApiKey {}\r\nkbn-xsrf: true\r\n{more}",
        KnownUser::API_KEY
    )
}

fn analysis() -> Analysis {
    let root = workspace::root();
    let config =
        Config::new(root.join("spec/kibana.yaml")).settings_file(root.join("spec/kibana.toml"));
    config
        .and_then(|config| config.analyse())
        .unwrap_or_else(|failure| panic!("{failure}"))
}

/// A request line, headers and body that the operation takes, made from its types.
fn request(analysis: &Analysis, operation: &Operation) -> (String, String, String) {
    let instances = Instances::new(&analysis.api);
    let make = |ty: &Type| {
        instances
            .make(
                ty,
                Side::Request,
                seed(&operation.key(), 0),
                Variety::Typical,
            )
            .unwrap()
    };
    let mut path = operation.path.clone();
    let (mut query, mut headers, mut body) = (Vec::new(), String::new(), String::new());
    for (location, group) in [
        (Location::Path, operation.path_type),
        (Location::Query, operation.query_type),
    ] {
        let Some(group) = group else { continue };
        let Shape::Struct(object) = &analysis.api.types[group].shape else {
            continue;
        };
        for field in object
            .fields
            .iter()
            .filter(|f| f.presence == Presence::Required)
        {
            let text = match make(&field.ty) {
                Value::String(text) => text,
                Value::Array(items) => items[0].as_str().unwrap().to_string(),
                other => other.to_string(),
            };
            match location {
                Location::Path => path = path.replace(&format!("{{{}}}", field.wire), &text),
                _ => query.push(format!("{}={text}", field.wire)),
            }
        }
    }
    if let Some(content) = operation.body.as_ref().map(|body| &body.content[0]) {
        let ty = content.ty.as_ref().unwrap();
        let value = make(ty);
        if content.format == BodyFormat::Multipart {
            headers.push_str("Content-Type: multipart/form-data; boundary=edge\r\n");
            for (name, value) in value.as_object().unwrap() {
                let text = value.as_str().unwrap();
                body += &format!(
                    "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
                );
            }
            body += "--edge--\r\n";
        } else {
            headers += &format!("Content-Type: {}\r\n", content.media_type);
            body = value.to_string();
        }
    }
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.join("&"))
    };
    (
        format!("{} {path}{query}", operation.method.to_uppercase()),
        headers,
        body,
    )
}

/// Whether an answer is one that the document lists for its status. An error that has no body there has that of Kibana.
fn is_documented(info: &OperationInfo, reply: &Reply) -> bool {
    info.responses.iter().any(|response| {
        let types = response.media_types;
        let nothing = types.is_empty() && reply.status < 400;
        let typed = nothing == reply.body.is_empty()
            && (types.is_empty() || types.iter().any(|ty| reply.media_type.starts_with(ty)));
        response.status == StatusRange::Code(reply.status) && typed
    })
}

#[test]
fn every_operation_answers_each_of_its_documented_responses() {
    let analysis = analysis();
    let address = serve(mock::router(mock::new()).unwrap());
    let operations = kibana_api::server::operations();
    let mut answers = 0;
    for operation in &analysis.api.operations {
        let info = operations
            .iter()
            .find(|info| {
                info.path == operation.path && info.method.eq_ignore_ascii_case(&operation.method)
            })
            .unwrap();
        let (line, headers, body) = request(&analysis, operation);
        let reply = ask(address, &line, &authorized(&headers), &body);
        assert!(
            (200..300).contains(&reply.status),
            "{line}: {} {}",
            reply.status,
            reply.body
        );
        assert!(
            is_documented(info, &reply),
            "{line}: {} {}",
            reply.status,
            reply.media_type
        );
        for response in info.responses {
            let StatusRange::Code(code) = response.status else {
                continue;
            };
            let headers = authorized(&format!("{headers}Prefer: code={code}\r\n"));
            let reply = ask(address, &line, &headers, &body);
            assert_eq!(reply.status, code, "{line}: {}", reply.body);
            assert!(
                is_documented(info, &reply),
                "{line}: {code} {}",
                reply.media_type
            );
            answers += 1;
        }
    }
    assert_eq!(analysis.api.operations.len(), 28);
    workspace::say(&format!(
        "mock: {answers} documented responses of 28 operations answered"
    ));
}

#[test]
fn requests_are_checked_and_choose_among_what_is_documented() {
    let address = serve(mock::router(mock::new()).unwrap());
    let case = "GET /api/cases/a";
    assert_eq!(ask(address, case, "", "").status, 401);
    let wrong = "Authorization: Basic ZWxhc3RpYzp3cm9uZw==\r\n";
    assert_eq!(ask(address, case, wrong, "").status, 401);

    let one = ask(address, case, &authorized("Prefer: example=stack\r\n"), "");
    let other = ask(
        address,
        case,
        &authorized("Prefer: return=minimal, example=\"observability\"\r\n"),
        "",
    );
    assert_eq!((one.status, other.status), (200, 200));
    assert_ne!(one.body, other.body);
    let unknown = ask(
        address,
        case,
        &authorized("Prefer: example=nothing\r\n"),
        "",
    );
    assert_eq!(unknown.status, 400);
    assert!(
        unknown.body.contains("stack, observability"),
        "{}",
        unknown.body
    );
    let unknown = ask(address, case, &authorized("Prefer: code=206\r\n"), "");
    assert_eq!(unknown.status, 400);
    assert!(unknown.body.contains("200, 401"), "{}", unknown.body);

    let json = "Content-Type: application/json\r\n";
    let refused = ask(
        address,
        "POST /api/fleet/agent_download_sources",
        &authorized(json),
        "{}",
    );
    assert_eq!(refused.status, 400, "{}", refused.body);
    let document = ask(address, "GET /api/oas", "", "");
    let document: Value = serde_json::from_str(&document.body).unwrap();
    assert_eq!(document["openapi"], "3.0.3");
}

#[test]
fn every_error_can_be_asked_for_documented_or_not() {
    let address = serve(mock::router(mock::new()).unwrap());
    for code in [404, 409, 418, 429, 500, 503, 599] {
        let prefer = authorized(&format!("Prefer: code={code}\r\n"));
        let reply = ask(address, "GET /api/cases/a", &prefer, "");
        assert_eq!(reply.status, code);
        let body: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(body["statusCode"], code);
        assert!(
            body["error"].is_string() && body["message"].is_string(),
            "{body}"
        );
    }
}

#[test]
fn a_mock_keeps_to_the_letter_when_it_is_told_to() {
    let lenient = serve(mock::router(mock::new()).unwrap());
    let strict = serve(mock::router(mock::new().strict()).unwrap());
    for (line, more, statuses) in [
        ("DELETE /api/fleet/proxies", "", [404, 405]),
        (
            "GET /api/fleet/proxies",
            "Accept: image/png\r\n",
            [200, 406],
        ),
        ("GET /api/fleet/proxies/", "", [302, 404]),
    ] {
        let ask = |address| ask(address, line, &authorized(more), "").status;
        assert_eq!([lenient, strict].map(ask), statuses, "{line}");
    }
}

#[test]
fn a_status_is_answered_wherever_it_is_documented() {
    let mock = mock::new().status(axum::http::StatusCode::UNAUTHORIZED);
    let address = serve(mock::router(mock).unwrap());
    assert_eq!(
        ask(address, "GET /api/cases/a", &authorized(""), "").status,
        401
    );
    let other = "GET /api/fleet/proxies";
    assert_eq!(ask(address, other, &authorized(""), "").status, 200);
}
