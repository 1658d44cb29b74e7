//! A server in this process, and what it is asked.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use tower::ServiceExt;

/// What was answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    /// The part of a form that is a file, and its text; in the place of a body.
    pub(crate) file: Option<(String, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// A server in this process.
pub(crate) struct Server {
    router: axum::Router,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    pub(crate) fn new(router: axum::Router) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self { router, runtime }
    }

    pub(crate) fn ask(&self, ask: &Ask) -> Reply {
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
        let body = match (&ask.file, &ask.body) {
            (Some((part, text)), _) => {
                request = request.header("content-type", "multipart/form-data; boundary=edge");
                let disposition = format!("form-data; name=\"{part}\"; filename=\"lines.ndjson\"");
                Body::from(format!(
                    "--edge\r\ncontent-disposition: {disposition}\r\n\r\n{text}\r\n--edge--\r\n"
                ))
            }
            (None, Some(body)) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            (None, None) => Body::empty(),
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

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask(&Ask {
            method: "get".to_string(),
            path: path.to_string(),
            ..Ask::default()
        })
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: Value) -> Reply {
        self.ask(&Ask {
            method: method.to_string(),
            path: path.to_string(),
            body: Some(body),
            ..Ask::default()
        })
    }
}

pub(crate) fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let bytes = text.bytes();
    bytes
        .map(|byte| match plain(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}
