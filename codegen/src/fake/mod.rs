//! A fake of a document, without generated code: the plan's tables, served by the runtime's mock. Knows analysis, the
//! plan, the plan as a table, the effective document and the runtime.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let analysis = kibana_codegen::Config::new("kibana.yaml").analyse()?;
//! let fake = kibana_codegen::fake::Fake::new(&analysis, &Default::default())?;
//! fake.mock().add_state(&serde_json::json!({ "/api/cases/{caseId}": [{ "id": "1", "title": "Leak" }] }))?;
//! let router = fake.router()?; // an axum::Router: call it in process, or serve it
//! # drop(router);
//! # Ok(())
//! # }
//! ```

mod page;

use kibana_runtime::server::mock::{KnownUser, Mock};
use kibana_runtime::server::{ServerBuilder, axum};
use serde_json::Value;

use crate::export::Manners;
use crate::plan::{Answers, Plan};
use crate::{Analysis, table};

/// How a fake behaves.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What answers are made from where the document has no valid example.
    pub seed: u64,
    /// Takes requests to the letter of the document, not as Kibana does.
    pub strict: bool,
    /// Remembers nothing: answers from the document alone.
    pub stateless: bool,
    /// Answers with this status wherever an operation documents it.
    pub status: Option<u16>,
    /// The version of Kibana to play where an answer holds one; that of the document, when it is not said.
    pub version: Option<String>,
}

/// A server that answers every operation of a document, and remembers what is created, changed and deleted.
#[derive(Clone, Debug)]
pub struct Fake {
    mock: Mock,
    operations: Value,
    document: String,
}

impl Fake {
    /// The fake of a document. The analysis is not needed any more then.
    ///
    /// # Errors
    /// When the runtime does not take what this library says of the document, which is an error of theirs.
    pub fn new(analysis: &Analysis, options: &Options) -> Result<Self, String> {
        let manners = match options.strict {
            true => Manners::Document,
            false => Manners::Kibana,
        };
        let plan = Plan::of_text(&analysis.api);
        let all: Vec<usize> = (0..plan.operations()).collect();
        let mut mock = Mock::of(&Answers::new(&plan, options.seed).table(&all));
        if let Some(status) = options.status {
            let status = axum::http::StatusCode::from_u16(status);
            mock = mock.status(status.map_err(|_| "a status has three digits")?);
        }
        if let Some(version) = &options.version {
            mock = mock.version(version);
        }
        if !options.stateless {
            mock = mock.remembering(&table::memory(&plan))?;
        }
        if options.strict {
            mock = mock.strict();
        }
        Ok(Self {
            mock,
            operations: table::table(&plan),
            document: crate::export::export(analysis, manners).to_string(),
        })
    }

    /// What it remembers, the requests that came in, and faults on purpose.
    pub fn mock(&self) -> &Mock {
        &self.mock
    }

    /// The router: the operations, the document at `GET /api/oas`, a page at `/`, and control below
    /// [`CONTROL`](kibana_runtime::server::mock::CONTROL).
    ///
    /// # Errors
    /// When two operations of the document answer the same requests.
    pub fn router(&self) -> Result<axum::Router, String> {
        let routes = self.mock.routes(&self.operations)?;
        let mut server = ServerBuilder::new(KnownUser).mount(routes);
        if self.mock.is_strict() {
            server = server.strict();
        }
        let router = server.build().map_err(|error| error.to_string())?;
        let router = Mock::with_document(router, self.document.clone());
        Ok(page::beside(self.mock.watched(router)))
    }
}
