//! What a log shows of calls: which operation and how it went, and nothing that a log should not hold.
#![cfg(all(feature = "reqwest", feature = "tracing"))]
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

#[path = "client_sample/faulty.rs"]
mod faulty;

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use faulty::{Faulty, answer, probe};
use kibana_runtime::client::{Call, Client};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Everything that is told, as text.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<String>>);

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), "{field}={value:?} ").unwrap();
    }
}

impl Subscriber for Told {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        // Those of other crates are theirs.
        if event.metadata().target().starts_with("kibana") {
            event.record(&mut self.clone());
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn calls_are_told_without_what_is_secret() {
    let told = Told::default();
    let _guard = tracing::subscriber::set_default(told.clone());
    let good = answer(
        200,
        "content-type: application/json\r\n",
        r#"{"text":"secret"}"#,
    );
    let server = Faulty::script(vec![answer(503, "retry-after: 0\r\n", "secret"), good]).await;
    let client = Client::builder(&server.url())
        .unwrap()
        .basic("user", "secret")
        .space("marketing")
        .build()
        .unwrap();
    Call::<probe::Read>::new(&client, probe::Nothing)
        .await
        .unwrap();
    let told = told.0.lock().unwrap().clone();
    for expected in [
        r#"operation="read""#,
        r#"method="GET""#,
        r#"path="/api/probe""#,
        r#"space="marketing""#,
        "message=trying again",
        "status=503",
        "status=200",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert!(
        !told.contains("secret") && !told.contains("authorization"),
        "{told}"
    );
}
