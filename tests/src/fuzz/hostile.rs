//! What somebody might send to a crate that was generated: JSON for its types and requests for its router, one or more
//! changes away from what is valid. Input number N of a seed is always the same.

use std::collections::BTreeSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use kibana_codegen::Analysis;
use kibana_codegen::instance::{Instances, Variety, seed};
use kibana_codegen::ir::{self, Type};
use kibana_codegen::plan::Plan;
use serde_json::{Value, json};

use super::{mutation, random};
use crate::closed_loop::requests;
use crate::examples::{contents, side_of};
use crate::harness::CRATE;
use crate::judge::Side;
use crate::mutate::{Random, mutate};

/// Valid values of each type that mutation starts from.
const VALUES: u64 = 8;

/// Methods that servers are asked with.
const METHODS: &[&str] = &[
    "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "get", "A!",
];

/// Headers that mean something to a server, with values that are odd for them.
const HEADERS: &[(&str, &str)] = &[
    ("accept", "*/*;q=0"),
    ("accept", "text/event-stream, application/x-ndjson;q=0.1"),
    ("accept", ";;q=,,/"),
    ("accept-encoding", "gzip;q=9"),
    ("authorization", "Basic %%%"),
    ("authorization", "Basic Og=="),
    ("authorization", "ApiKey"),
    ("content-encoding", "deflate"),
    ("content-encoding", "gzip, gzip, br"),
    ("content-length", "18446744073709551616"),
    ("content-length", "-1"),
    ("content-type", ""),
    ("content-type", "application/json; charset=utf-16"),
    ("content-type", "application/merge-patch+json"),
    ("content-type", "application/x-ndjson"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("content-type", "multipart/form-data"),
    ("content-type", "multipart/form-data; boundary="),
    ("content-type", "multipart/form-data; boundary=\"ed\\\"ge"),
    ("content-type", "multipart/form-data; boundary=edge"),
    ("content-type", "application/octet-stream"),
    ("content-type", "\u{ff}\u{fe}/x"),
    ("cookie", "a=b; =; ;;sid"),
    ("elastic-api-version", "1999-01-01"),
    ("elastic-api-version", "2023-10-31, 2023-10-31"),
    ("expect", "100-continue"),
    ("if-match", "\""),
    ("kbn-xsrf", ""),
    ("prefer", "code=999, example=, dynamic=true"),
    ("prefer", "code=200"),
    ("prefer", "code=-1; wait=1e9"),
    ("range", "bytes=9-1,-"),
    ("transfer-encoding", "chunked"),
    ("x-forwarded-host", "a/../b"),
];

/// Pieces of a target that are odd.
const TARGETS: &[&str] = &[
    "%00",
    "%",
    "%zz",
    "%F0%9F",
    "%ff",
    "%2e%2e/",
    "/../",
    "//",
    "/s/",
    "/s/%2F/",
    "?",
    "&&=&",
    "&a[b][c]=1",
    "&a[]=1&a=2&a[0]=3",
    "&a[b=1&a]=2",
    "&page=1e999",
    "&per_page=-9223372036854775809",
    "&sort_order=%22",
    "&[=]",
    "&filter=((((((((",
    "&fields=a,b,,%2C",
    "&a=+%2B+",
    "#x",
    "/",
    "é",
];

/// Everything to start from, of one document.
#[derive(Debug)]
pub struct Corpus {
    types: Vec<String>,
    /// Valid values; those of type `i` from `i * VALUES` on.
    values: Vec<Value>,
    requests: Vec<Value>,
}

impl Corpus {
    /// Makes it.
    pub fn new(analysis: &Analysis) -> Self {
        let mut corpus = Self {
            types: Vec::new(),
            values: Vec::new(),
            requests: requests::of(analysis),
        };
        let instances = Instances::new(&analysis.api);
        for (path, ty, side) in bodies(analysis) {
            let side = match side {
                Side::Request => ir::Side::Request,
                Side::Response => ir::Side::Response,
            };
            let make = |number| {
                let seed = seed(&path, number);
                instances.make(&ty, side, seed, Variety::Varied)
            };
            corpus
                .values
                .extend((0..VALUES).map(|number| make(number).unwrap_or(Value::Null)));
            corpus.types.push(path);
        }
        corpus
    }

    /// The types that JSON is read as.
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// An input: `{"type", "text"}` or `{"method", "target", "headers", "body", "pieces", "breaks"}`. Texts are bytes, each
    /// a character.
    pub fn input(&self, seed: u64, number: u64) -> Value {
        let mut random = random(seed, number);
        match random.below(2) {
            0 => self.value(&mut random),
            _ => self.request(&mut random),
        }
    }

    fn value(&self, random: &mut Random) -> Value {
        let ty = random.below(self.types.len());
        let value = match random.below(10) {
            0 => self.any(random),
            _ => self.of_type(ty, random),
        };
        let text = self.changed(value, self.of_type(ty, random), random);
        json!({ "type": ty, "text": characters(&text) })
    }

    fn any(&self, random: &mut Random) -> &Value {
        &self.values[random.below(self.values.len())]
    }

    fn of_type(&self, ty: usize, random: &mut Random) -> &Value {
        let count = self.values.len() / self.types.len();
        &self.values[ty * count + random.below(count)]
    }

    /// JSON, or nearly, that was made from a value. `other` is of the same type.
    fn changed(&self, value: &Value, other: &Value, random: &mut Random) -> Vec<u8> {
        let mut value = value.clone();
        for _ in 0..random.below(5) {
            match random.below(3) {
                0 => mutation::tree(&mut value, self.any(random), random),
                _ => value = mutate(&value, other, random),
            }
        }
        let mut text = match random.below(3) {
            0 => with_odd(&mut value, random),
            _ => value.to_string(),
        }
        .into_bytes();
        if random.below(10) == 0 {
            mutation::bytes(&mut text, random);
        }
        text
    }

    fn request(&self, random: &mut Random) -> Value {
        let known = &self.requests[random.below(self.requests.len())];
        let mut request = Request::of(known);
        for _ in 0..=random.below(4) {
            self.change(&mut request, random);
        }
        if random.below(20) == 0 {
            request.compress(random);
        }
        let pieces = [0, 0, 1, 7, 1000][random.below(5)];
        json!({
            "method": request.method,
            "target": characters(&request.target),
            "headers": request.headers,
            "body": characters(&request.body),
            "pieces": pieces,
            "breaks": random.below(20) == 0,
        })
    }

    fn change(&self, request: &mut Request, random: &mut Random) {
        match random.below(16) {
            0 => request.method = METHODS[random.below(METHODS.len())].to_string(),
            1 => mutation::bytes(&mut request.target, random),
            2 => {
                let odd = TARGETS[random.below(TARGETS.len())];
                let times = [1, 1, 2, 500][random.below(4)];
                let at = random.below(request.target.len() + 1);
                let odd = odd.repeat(times).into_bytes();
                request.target.splice(at..at, odd);
            }
            3 => {
                let odd = TARGETS[random.below(TARGETS.len())];
                request.target.extend(b"?x=");
                request.target.extend(odd.bytes());
            }
            4 => request.target.extend(deep_key(random).bytes()),
            5 if !request.headers.is_empty() => {
                let at = random.below(request.headers.len());
                request.headers.remove(at);
            }
            6 if !request.headers.is_empty() => {
                let at = random.below(request.headers.len());
                let mut value = bytes(&request.headers[at].1);
                mutation::bytes(&mut value, random);
                request.headers[at].1 = characters(&value);
            }
            5..=8 => {
                let (name, value) = HEADERS[random.below(HEADERS.len())];
                if random.below(2) == 0 {
                    request.headers.retain(|(known, _)| known != name);
                }
                request.headers.push((name.to_string(), value.to_string()));
            }
            9 => mutation::bytes(&mut request.body, random),
            10 => {
                let again = request.body.clone();
                request.body.extend(again);
            }
            _ => match serde_json::from_slice(&request.body) {
                Ok(value) => request.body = self.changed(&value, self.any(random), random),
                Err(_) => mutation::bytes(&mut request.body, random),
            },
        }
    }
}

/// Every type of a body that is JSON, by its path, with a schema and the side that it is for.
fn bodies(analysis: &Analysis) -> Vec<(String, Type, Side)> {
    let plan = Plan::of_crate(&analysis.api);
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for operation in &analysis.api.operations {
        for (part, content) in contents(operation) {
            let Some(ty) = &content.ty else { continue };
            let path = plan.path(CRATE, ty);
            if content.format == ir::BodyFormat::Json && known.insert(path.clone()) {
                found.push((path, ty.clone(), side_of(&part)));
            }
        }
    }
    found
}

#[derive(Debug)]
struct Request {
    method: String,
    target: Vec<u8>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn of(known: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let headers = known["headers"].as_array().into_iter().flatten();
        let mut headers: Vec<_> = headers
            .map(|pair| (text(&pair[0]), text(&pair[1])))
            .collect();
        headers.push((
            "authorization".to_string(),
            "ApiKey bW9jazptb2Nr".to_string(),
        ));
        headers.push(("kbn-xsrf".to_string(), "true".to_string()));
        Self {
            method: text(&known["method"]),
            target: text(&known["target"]).into_bytes(),
            headers,
            body: text(&known["body"]).into_bytes(),
        }
    }

    /// Compresses the body, or something that is much larger than it looks.
    fn compress(&mut self, random: &mut Random) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let body = match random.below(4) {
            0 => vec![b' '; 30_000_000],
            _ => std::mem::take(&mut self.body),
        };
        // Writing to memory cannot fail.
        encoder.write_all(&body).ok();
        self.body = encoder.finish().unwrap_or_default();
        if random.below(3) == 0 {
            mutation::bytes(&mut self.body, random);
        }
        self.headers
            .push(("content-encoding".to_string(), "gzip".to_string()));
    }
}

/// A key of a query that nests.
fn deep_key(random: &mut Random) -> String {
    let times = [1, 10, 200, 5_000][random.below(4)];
    let step = ["[a]", "[0]", "[]", "[", "%5Ba%5D"][random.below(5)];
    format!("?a{}=1", step.repeat(times))
}

/// A value as JSON with something odd in a place of it.
fn with_odd(value: &mut Value, random: &mut Random) -> String {
    const MARK: &str = "\u{1}odd\u{1}";
    let places = mutation::places(value);
    let place = &places[random.below(places.len())];
    // A key that is large itself would make the input too large to say anything.
    let key = place.rsplit('/').next().filter(|key| key.len() < 100);
    let odd = odd(&json!(key.unwrap_or_default()).to_string(), random);
    if let Some(node) = value.pointer_mut(place) {
        *node = json!(MARK);
    }
    value.to_string().replace(&json!(MARK).to_string(), &odd)
}

/// JSON that readers trip over. `key` is JSON text of a key that may mean something.
fn odd(key: &str, random: &mut Random) -> String {
    const TEXTS: &[&str] = &[
        "1e999",
        "-1e999",
        "1e-999",
        "-0",
        "-0.0",
        "1.0",
        "0.1e1",
        "1E+2",
        "01",
        "1.",
        ".5",
        "+1",
        "NaN",
        "Infinity",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
        "18446744073709551616",
        "9007199254740993.0",
        "5e-324",
        "1.7976931348623159e308",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\u0000\"",
        "\"\\x\"",
        "\"\t\"",
        "\"\u{feff}\"",
        "'x'",
        "tru",
        "nul",
        "",
        "{\"a\":1,\"a\":2}",
        "{\"\":{}}",
        "[,]",
        "[1,]",
        "{\"$ref\":\"#\"}",
        "{\"__proto__\":{\"a\":1}}",
        "{\"$serde_json::private::Number\":\"1e5\"}",
        "{\"$serde_json::private::RawValue\":\"[\"}",
        "\"2024-02-30T25:61:61Z\"",
        "\"0000-00-00\"",
        "\"AAA=\"",
        "\"AB==\"",
        "\"::::\"",
    ];
    match random.below(6) {
        0 => {
            let times = [10, 126, 127, 128, 129, 1_000, 100_000][random.below(7)];
            let steps = [
                "[".to_string(),
                "{\"a\":".to_string(),
                format!("{{{key}:"),
                format!("{{{key}:["),
                format!("[{{{key}:"),
            ];
            let inside = &steps[random.below(steps.len())];
            let ends: String = inside.chars().rev().filter_map(closing).collect();
            match random.below(4) {
                0 => inside.repeat(times),
                _ => inside.repeat(times) + "1" + &ends.repeat(times),
            }
        }
        1 => format!(
            "\"{}\"",
            ["a", "é", "\\n", "\u{1F642}"][random.below(4)].repeat(50_000)
        ),
        2 => format!(
            "[{}0]",
            ["null,", "{},", "1e0,", "\"\","][random.below(4)].repeat(5_000)
        ),
        3 => {
            let same = random.below(2);
            let entries = (0..3_000).map(|number| format!("\"{}\":1,", number * same));
            format!("{{{}{key}:1}}", entries.collect::<String>())
        }
        4 => "7".repeat([19, 20, 40, 400][random.below(4)]),
        _ => TEXTS[random.below(TEXTS.len())].to_string(),
    }
}

fn closing(open: char) -> Option<char> {
    match open {
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    }
}

/// Bytes as text, each a character.
fn characters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Text of such characters as bytes; others become what UTF-8 has for them.
fn bytes(text: &str) -> Vec<u8> {
    let single = text.chars().map(|c| u8::try_from(c).ok());
    single
        .collect::<Option<_>>()
        .unwrap_or_else(|| text.as_bytes().to_vec())
}
