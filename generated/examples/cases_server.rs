//! A server that keeps cases in memory: the documented operations on cases, in the fewest lines that do something.
//!
//! ```console
//! $ cargo run -p kibana-api --example cases_server --features cases,server
//! $ curl -u ada:secret localhost:5601/api/cases/1
//! $ curl -u ada:secret localhost:5601/api/cases/tags?owner=cases
//! $ curl -u ada:secret -H 'kbn-xsrf: true' -F filename=notes -F file=@README.md localhost:5601/api/cases/1/files
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use kibana_api::cases::{
    Case, CaseComment, CaseUserComment, attach_case_file, get_case, get_case_tags,
};
use kibana_api::runtime::{OneOrMany, Violations, from_str};
use kibana_api::server::cases::Cases;
use kibana_api::server::{
    ApiError, Attempt, Authenticator, Builder, Credentials, Identity, Part, RequestContext, axum,
};

/// Lets in whoever knows the password.
struct OnePassword;

impl Authenticator for OnePassword {
    async fn authenticate(&self, attempt: Attempt) -> Result<Identity, ApiError> {
        match attempt.credentials {
            Credentials::Basic { user, password } if password.is("secret") => {
                Ok(Identity::new(user))
            }
            _ => Err(ApiError::unauthorized("Wrong name or password.")),
        }
    }
}

/// The cases, by space and id.
#[derive(Default)]
struct Memory {
    cases: Mutex<BTreeMap<(String, String), Case>>,
}

impl Memory {
    /// Does something with a case, or answers that there is none.
    fn with<T>(
        &self,
        context: &RequestContext,
        id: &str,
        act: impl FnOnce(&mut Case) -> T,
    ) -> Result<T, ApiError> {
        let mut cases = self.cases.lock().map_err(|_| ApiError::internal())?;
        match cases.get_mut(&(space(context), id.to_owned())) {
            Some(case) => Ok(act(case)),
            None => Err(ApiError::not_found(format!("There is no case {id}."))),
        }
    }
}

fn space(context: &RequestContext) -> String {
    context.space().unwrap_or("default").to_owned()
}

impl Cases for Memory {
    async fn get_case(
        &self,
        context: RequestContext,
        request: get_case::Request,
    ) -> Result<get_case::Response, ApiError> {
        let case = self.with(&context, &request.case_id, |case| case.clone())?;
        Ok(get_case::Response::Ok(case))
    }

    async fn get_case_tags(
        &self,
        context: RequestContext,
        request: get_case_tags::Request,
    ) -> Result<get_case_tags::Response, ApiError> {
        let owners = request.owner.map(OneOrMany::into_vec);
        let cases = self.cases.lock().map_err(|_| ApiError::internal())?;
        let here = cases.iter().filter(|((s, _), _)| *s == space(&context));
        let wanted = here.filter(|(_, case)| match &owners {
            Some(owners) => owners.contains(&case.owner),
            None => true,
        });
        let tags: BTreeSet<String> = wanted.flat_map(|(_, case)| case.tags.clone()).collect();
        Ok(get_case_tags::Response::Ok(tags.into_iter().collect()))
    }

    async fn attach_case_file(
        &self,
        context: RequestContext,
        mut request: attach_case_file::Request,
    ) -> Result<attach_case_file::Response, ApiError> {
        let id = &request.case_id;
        self.with(&context, id, |_| ())?;
        let (mut name, mut size) = (None, 0);
        // Parts come in the order in which they are sent. The file is never in memory as a whole.
        while let Some(part) = request.body.next().await? {
            match part {
                Part::Field(field) if field.name() == "filename" => {
                    name = Some(field.text().to_owned());
                }
                Part::Field(_) => {}
                Part::File(mut file) => {
                    name = name.or_else(|| file.file_name().map(str::to_owned));
                    while let Some(bytes) = file.next().await? {
                        size += bytes.len();
                    }
                }
            }
        }
        let name = name.unwrap_or_else(|| "a file".to_owned());
        let by = context.identity().name();
        let text = format!("{by} attached {name}, {size} bytes.");
        let comment = CaseUserComment::new().with(|comment| comment.comment = Some(text));
        let case = self.with(&context, id, |case| {
            case.comments.push(CaseComment::User(comment));
            case.total_comment += 1;
            case.clone()
        })?;
        Ok(attach_case_file::Response::Ok(case))
    }
}

/// A case to begin with, as JSON: what a model is read from.
fn first_case() -> Result<Case, Violations> {
    from_str(
        r#"{
            "id": "1", "version": "1", "owner": "cases", "title": "Coffee machine leaks",
            "description": "There is water on the floor of the kitchen.", "tags": ["kitchen", "water"],
            "status": "open", "severity": "high", "settings": {"syncAlerts": false},
            "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
            "external_service": null, "comments": [], "totalComment": 0, "totalAlerts": 0,
            "duration": null, "created_at": "2026-01-01T08:00:00.000Z",
            "created_by": {"username": "ada", "full_name": null, "email": null},
            "updated_at": null, "updated_by": null, "closed_at": null, "closed_by": null
        }"#,
    )
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let memory = Memory::default();
    if let Ok(mut cases) = memory.cases.lock() {
        cases.insert(("default".to_owned(), "1".to_owned()), first_case()?);
    }
    // An ordinary router: layers for tracing, compression or timeouts go here.
    let router = Builder::new(OnePassword).cases(memory).build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:5601").await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
