//! Reads a request per line, sends it to a router that serves every group, and says what the handler received.

mod services;

use std::io::BufRead;

use kibana_api::runtime::Model;
use kibana_api::runtime::serde_json::{Value, from_str, json};
use kibana_api::server::axum::body::{Body, to_bytes};
use kibana_api::server::axum::http::Request;
use kibana_api::server::{ApiError, ByteStream, JsonLines, Multipart, Part, RequestContext, StatusCode};
use tower::ServiceExt;

/// What a handler received, as JSON.
pub struct Seen(Value);

impl Seen {
    pub fn of(context: &RequestContext) -> Self {
        let operation = context.operation();
        let key = format!("{} {}", operation.method.to_lowercase(), operation.path);
        let mut seen = json!({ "operation": key });
        if let Some(space) = context.space() {
            seen["space"] = space.into();
        }
        Self(seen)
    }

    pub fn parameter<T: Model>(&mut self, place: &str, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.0[place][name] = shown(value);
        }
    }

    pub fn value<T: Model>(&mut self, body: &T) {
        self.0["body"] = shown(body);
    }

    pub async fn lines<T: Model + Send + 'static>(&mut self, mut body: JsonLines<T>) -> Result<(), ApiError> {
        let mut lines = Vec::new();
        while let Some(line) = body.next().await? {
            lines.push(shown(&line));
        }
        self.0["body"] = lines.into();
        Ok(())
    }

    pub async fn parts(&mut self, mut body: Multipart) -> Result<(), ApiError> {
        let mut parts = Vec::new();
        while let Some(part) = body.next().await? {
            parts.push(match part {
                Part::Field(field) => json!({ "name": field.name(), "text": field.text() }),
                Part::File(mut file) => {
                    let mut part = json!({ "name": file.name(), "file": file.file_name() });
                    let mut content = Vec::new();
                    while let Some(bytes) = file.next().await? {
                        content.extend_from_slice(&bytes);
                    }
                    part["text"] = String::from_utf8_lossy(&content).into();
                    part
                }
            });
        }
        self.0["body"] = parts.into();
        Ok(())
    }

    pub async fn bytes(&mut self, body: ByteStream) -> Result<(), ApiError> {
        let bytes = body.collect(1 << 20).await?;
        self.0["body"] = String::from_utf8_lossy(&bytes).into();
        Ok(())
    }

    /// The way out that every operation has.
    pub fn told(self) -> ApiError {
        ApiError::new(StatusCode::IM_A_TEAPOT, "received").with_attributes(self.0)
    }
}

fn shown<T: Model>(value: &T) -> Value {
    kibana_api::runtime::to_value(value).expect("what was received can be written")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let router = services::router();
    for line in std::io::stdin().lock().lines() {
        let sent: Value = from_str(&line.expect("a line")).expect("JSON");
        let text = |key: &str| sent[key].as_str().expect("text").to_owned();
        let mut request = Request::builder().method(text("method").as_str()).uri(text("target"));
        for header in sent["headers"].as_array().expect("headers") {
            request = request.header(header[0].as_str().expect("text"), header[1].as_str().expect("text"));
        }
        let bytes = sent["body"].as_array().expect("bytes");
        let bytes: Vec<u8> = bytes.iter().filter_map(|byte| byte.as_u64()?.try_into().ok()).collect();
        let request = request.body(Body::from(bytes)).expect("a request");
        let response = router.clone().oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let location = response.headers().get("location").and_then(|value| value.to_str().ok());
        let location = location.unwrap_or_default().to_owned();
        let body = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        let body: Value = from_str(&String::from_utf8_lossy(&body)).unwrap_or_default();
        let says = format!("{location}{}", body["message"].as_str().unwrap_or_default());
        println!("{}", json!({ "status": status, "says": says, "received": body["attributes"] }));
    }
}
