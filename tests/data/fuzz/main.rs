//! Reads inputs, a line of JSON each, from a file: JSON for a type, or a request for the router. Says which one it is
//! about to take (`at N`), and what is wrong with what came of it (`failed …`).
//!
//! Arguments: the file, the number of its first input, and the number of the input to begin with.

mod clock;
mod types;

use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use kibana_api::runtime::generated::{Arena, Mode, Rules, deserialize, parse, read};
use kibana_api::runtime::{Model, Violation, ViolationKind, Violations, check_slice, from_slice, to_string, validate};
use serde_json::Value;
use tower_service::Service;

/// Panics, also those that the server catches.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(mut panics) = PANICS.lock() {
            panics.push(panic.to_string().replace('\n', " "));
        }
    }));
    // A stack of the size that threads of servers have.
    let worker = std::thread::spawn(work);
    if worker.join().is_err() {
        std::process::exit(1);
    }
}

fn work() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, first, begin] = arguments.as_slice() else {
        panic!("three arguments");
    };
    let (first, begin): (usize, usize) = (first.parse().expect("a number"), begin.parse().expect("a number"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let lenient = kibana_api::mock::router(kibana_api::mock::new()).expect("a router");
    let strict = kibana_api::mock::router(kibana_api::mock::new().strict()).expect("a router");
    let lines = BufReader::new(std::fs::File::open(file).expect("a file")).lines();
    for (number, line) in lines.enumerate().skip(begin - first) {
        let number = number + first;
        println!("at {number}");
        let input: Value = serde_json::from_str(&line.expect("text")).expect("JSON");
        let clock = clock::Clock::start();
        let outcome = catch_unwind(AssertUnwindSafe(|| match input["type"].as_u64() {
            Some(ty) => types::TYPES[ty as usize](&bytes(&input["text"])),
            None => [&lenient, &strict].into_iter().try_for_each(|router| runtime.block_on(asked(router, &input))),
        }));
        let outcome = outcome.unwrap_or(Ok(())).and_then(|()| clock.check());
        let panics = PANICS.lock().map(|mut panics| std::mem::take(&mut *panics)).unwrap_or_default();
        for what in outcome.err().into_iter().chain(panics) {
            println!("failed {}", what.replace('\n', " "));
        }
    }
}

/// Bytes that are written as characters.
fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().unwrap_or_default().chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()
}

/// Reads bytes in every mode.
pub fn reads<T: Model>(json: &[u8]) -> Result<(), String> {
    let lenient = from_slice::<T>(json);
    let written = match &lenient {
        Ok(value) => Some(text(value)?),
        Err(_) => None,
    };
    if let (Ok(value), Some(written)) = (&lenient, &written) {
        let again = from_slice::<T>(written.as_bytes()).map_err(|why| format!("not read again: {why}; {written}"))?;
        same(written, &text(&again)?)?;
        // Whatever it says.
        let _ = validate(value).map_err(|why| why.to_string());
    }
    by_serde::<T>(json, written.as_deref(), lenient.as_ref().err())?;
    let arena = Arena::new();
    let in_mode = |mode| parse(json, &arena).and_then(|node| read::<T>(&node, &Rules::NONE, mode, "$"));
    for strict in [check_slice::<T>(json), in_mode(Mode::Request), in_mode(Mode::Response)] {
        accepted(strict, written.as_deref())?;
    }
    Ok(())
}

/// Reading by way of serde comes to the same: the same value, or the same problems.
fn by_serde<T: Model>(json: &[u8], written: Option<&str>, problems: Option<&Violations>) -> Result<(), String> {
    // A large text is a small one repeated, and code that is not optimised takes long for it.
    const LARGE: usize = 1_000_000;
    // What `serde_json` hands over in place of a number of any precision is a number on that way, and an object in text.
    if json.len() > LARGE || String::from_utf8_lossy(json).contains(NUMBER) {
        return Ok(());
    }
    let mut source = serde_json::Deserializer::from_slice(json);
    let read = deserialize::<T, _>(&mut source).map_err(|why| why.to_string());
    let is_syntax = |problem: &Violation| problem.kind == ViolationKind::Syntax;
    if problems.is_some_and(|problems| problems.iter().any(is_syntax)) {
        return match read.is_err() || source.end().is_err() {
            true => Ok(()),
            false => Err("what serde takes is no JSON".to_owned()),
        };
    }
    source.end().map_err(|why| format!("it ends otherwise: {why}"))?;
    match (read, written, problems) {
        (Ok(value), Some(written), _) => same(written, &text(&value)?),
        (Err(other), None, Some(problems)) => same(&problems.to_string(), &other),
        (Ok(_), None, _) => Err("serde takes what is refused".to_owned()),
        (Err(problem), ..) => Err(format!("serde refuses: {problem}")),
    }
}

const NUMBER: &str = "$serde_json::private::Number";

/// What is accepted to the letter is accepted leniently, as the same value.
fn accepted<T: Model>(strict: Result<T, Violations>, lenient: Option<&str>) -> Result<(), String> {
    match (strict, lenient) {
        (Err(violations), _) => {
            // As a server answers.
            violations.to_string();
            Ok(())
        }
        (Ok(_), None) => Err("strict reading takes what lenient reading refuses".to_owned()),
        (Ok(value), Some(lenient)) => {
            let written = text(&value)?;
            validate(&value).map_err(|why| format!("was valid, and is not: {why}; {written}"))?;
            same(lenient, &written)
        }
    }
}

fn text<T: Model>(value: &T) -> Result<String, String> {
    to_string(value).map_err(|why| format!("cannot be written: {why}"))
}

fn same(one: &str, other: &str) -> Result<(), String> {
    match one == other {
        true => Ok(()),
        false => Err(format!("another value: {one} and {other}")),
    }
}

/// Sends a request that HTTP allows, and reads all of the answer.
async fn asked(router: &axum::Router, input: &Value) -> Result<(), String> {
    let Some(request) = request(input) else {
        return Ok(());
    };
    let response = match router.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await;
    let body = body.map_err(|error| format!("{status}: half an answer: {error}"))?;
    let documented = [StatusCode::NOT_IMPLEMENTED, StatusCode::SERVICE_UNAVAILABLE].contains(&status);
    match status.is_server_error() && !documented {
        true => Err(format!("{status}: {}", String::from_utf8_lossy(&body[..body.len().min(500)]))),
        false => Ok(()),
    }
}

fn request(input: &Value) -> Option<Request<Body>> {
    let body = bytes(&input["body"]);
    let size = match input["pieces"].as_u64() {
        None | Some(0) => body.len().max(1),
        Some(size) => size as usize,
    };
    // Made as they are asked for: millions of pieces at once are no more than a large allocation of this program.
    let pieces = (0..body.len()).step_by(size);
    let pieces = pieces.map(move |at| Ok(body[at..body.len().min(at + size)].to_vec()));
    let end = (input["breaks"] == true).then(|| Err(std::io::Error::other("the connection is gone")));
    let mut request = Request::new(Body::from_stream(futures_util::stream::iter(pieces.chain(end))));
    *request.method_mut() = Method::from_bytes(input["method"].as_str()?.as_bytes()).ok()?;
    *request.uri_mut() = Uri::try_from(bytes(&input["target"])).ok()?;
    for pair in input["headers"].as_array()? {
        let name = HeaderName::from_bytes(pair[0].as_str()?.as_bytes()).ok()?;
        request.headers_mut().append(name, HeaderValue::from_bytes(&bytes(&pair[1])).ok()?);
    }
    Some(request)
}
