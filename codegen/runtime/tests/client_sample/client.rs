//! What the client half adds, as the generator writes it.

use kibana_runtime::generated::client as rt;

/// Calls Kibana.
#[derive(Clone, Debug)]
pub struct Client(rt::Client);

impl From<rt::Client> for Client {
    fn from(client: rt::Client) -> Self {
        Self(client)
    }
}

impl Client {
    /// A client of the server at a URL such as `https://localhost:5601/base`.
    pub fn builder(url: &str) -> Result<rt::Builder<Self>, rt::BuildError> {
        rt::Builder::new(url)
    }

    /// The same client in a space.
    #[must_use]
    pub fn space(&self, space: &str) -> Self {
        Self(self.0.space(space))
    }

    /// The same client, with other settings.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&rt::Client) -> rt::Client) -> Self {
        Self(change(&self.0))
    }

    /// Calls of the group `cases`.
    pub fn cases(&self) -> cases::Cases {
        cases::Cases(self.0.clone())
    }

    /// Calls of the group `objects`.
    pub fn objects(&self) -> objects::Objects {
        objects::Objects(self.0.clone())
    }
}

pub mod cases {
    use std::collections::BTreeMap;

    use kibana_runtime::OneOrMany;
    use kibana_runtime::generated::Rules;
    use kibana_runtime::generated::client as rt;

    use crate::client_sample::cases::{
        Case, FoundCases, Severity, TITLE, add_file, create_case, find_cases, get_case,
    };

    /// Calls of the group `cases`.
    #[derive(Clone, Debug)]
    pub struct Cases(pub(super) rt::Client);

    impl Cases {
        /// `GET /api/cases/{caseId}`
        pub fn get_case(&self, case_id: impl Into<String>) -> GetCase {
            GetCase(rt::Call::new(&self.0, get_case::Request::new(case_id)))
        }

        /// `GET /api/cases/_find`
        pub fn find_cases(&self) -> FindCases {
            FindCases(rt::Call::new(&self.0, find_cases::Request::default()))
        }

        /// `POST /api/cases`
        pub fn create_case(&self, body: Case) -> CreateCase {
            let request = create_case::Request {
                dry: None,
                visits: None,
                body,
            };
            CreateCase(rt::Call::new(&self.0, request))
        }

        /// `POST /api/cases/{caseId}/files`. Nothing is optional, so the call is one of the runtime.
        pub fn add_file(
            &self,
            case_id: impl Into<String>,
            body: rt::Multipart,
        ) -> rt::Call<add_file::Operation> {
            let request = add_file::Request {
                case_id: case_id.into(),
                body,
            };
            rt::Call::new(&self.0, request)
        }
    }

    kibana_runtime::client_call! {
        /// A call of `GET /api/cases/{caseId}`.
        GetCase: get_case::Operation
    }

    impl GetCase {
        pub fn page(mut self, page: impl Into<i64>) -> Self {
            self.0.request().page = Some(page.into());
            self
        }

        pub fn severity(mut self, severity: impl Into<OneOrMany<Severity>>) -> Self {
            self.0.request().severity = Some(severity.into());
            self
        }

        pub fn extended(mut self, extended: impl Into<bool>) -> Self {
            self.0.request().extended = Some(extended.into());
            self
        }

        pub fn ids(mut self, ids: impl Into<Vec<i64>>) -> Self {
            self.0.request().ids = Some(ids.into());
            self
        }

        pub fn labels(mut self, labels: impl Into<BTreeMap<String, Vec<i64>>>) -> Self {
            self.0.request().labels = Some(labels.into());
            self
        }

        pub fn version(mut self, version: impl Into<String>) -> Self {
            self.0.request().version = Some(version.into());
            self
        }

        pub fn hint(mut self, hint: impl Into<Vec<String>>) -> Self {
            self.0.request().hint = Some(hint.into());
            self
        }
    }

    impl rt::IntoCall for get_case::Request {
        fn into_call(self, call: &mut rt::Sending) {
            call.path("caseId", &self.case_id, &const { get_case::CASE_ID });
            call.optional_query("page", &self.page, &const { get_case::PAGE });
            call.optional_query("severity", &self.severity, &Rules::NONE);
            call.optional_query("extended", &self.extended, &Rules::NONE);
            call.optional_query("ids", &self.ids, &Rules::NONE);
            call.optional_query("labels", &self.labels, &Rules::NONE);
            call.optional_header(
                "elastic-api-version",
                &self.version,
                &const { get_case::VERSION },
            );
            call.optional_header("x-hint", &self.hint, &Rules::NONE);
        }
    }

    impl rt::FromAnswer for get_case::Response {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            Some(match answer.variant() {
                0 => Self::Ok(answer.json(&Rules::NONE)?),
                1 => Self::NotFound(answer.json(&Rules::NONE)?),
                2 => Self::ServerError {
                    status: answer.status(),
                    body: answer.json(&Rules::NONE)?,
                },
                _ => return answer.unexpected(),
            })
        }
    }

    impl rt::Callable for get_case::Operation {
        type Success = Case;

        fn success(response: get_case::Response) -> Option<Case> {
            match response {
                get_case::Response::Ok(body) => Some(body),
                _ => None,
            }
        }
    }

    kibana_runtime::client_pages! {
        /// A call of `GET /api/cases/_find`.
        FindCases: find_cases::Operation
    }

    impl FindCases {
        pub fn page(mut self, page: impl Into<i64>) -> Self {
            self.0.request().page = Some(page.into());
            self
        }

        pub fn per_page(mut self, per_page: impl Into<i64>) -> Self {
            self.0.request().per_page = Some(per_page.into());
            self
        }
    }

    impl rt::IntoCall for find_cases::Request {
        fn into_call(self, call: &mut rt::Sending) {
            call.optional_query("page", &self.page, &Rules::NONE);
            call.optional_query("perPage", &self.per_page, &Rules::NONE);
        }
    }

    impl rt::FromAnswer for find_cases::Response {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            Some(match answer.variant() {
                0 => Self::Ok(answer.json(&Rules::NONE)?),
                _ => return answer.unexpected(),
            })
        }
    }

    impl rt::Callable for find_cases::Operation {
        type Success = FoundCases;

        fn success(response: find_cases::Response) -> Option<FoundCases> {
            match response {
                find_cases::Response::Ok(body) => Some(body),
            }
        }
    }

    impl rt::Paged for find_cases::Operation {
        type Item = Case;

        fn items(page: FoundCases) -> Vec<Case> {
            page.cases
        }

        fn turn(request: &mut find_cases::Request, page: &FoundCases, turn: &mut rt::Turn) -> bool {
            turn.numbered(
                &mut request.page,
                1,
                rt::Count::get(&page.page),
                page.cases.len(),
                rt::Count::get(&page.total),
            )
        }
    }

    kibana_runtime::client_call! {
        /// A call of `POST /api/cases`.
        CreateCase: create_case::Operation
    }

    impl CreateCase {
        pub fn dry(mut self, dry: impl Into<bool>) -> Self {
            self.0.request().dry = Some(dry.into());
            self
        }

        pub fn visits(mut self, visits: impl Into<i64>) -> Self {
            self.0.request().visits = Some(visits.into());
            self
        }
    }

    impl rt::IntoCall for create_case::Request {
        fn into_call(self, call: &mut rt::Sending) {
            call.optional_query("dry", &self.dry, &Rules::NONE);
            call.optional_cookie("visits", &self.visits, &Rules::NONE);
            call.json(0, &self.body, &Rules::NONE);
        }
    }

    impl rt::FromAnswer for create_case::Response {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            Some(match answer.variant() {
                0 => Self::Created {
                    location: answer.header("Location")?,
                    body: answer.json(&Rules::NONE)?,
                },
                1 => Self::NoContent,
                _ => return answer.unexpected(),
            })
        }
    }

    /// Several successes that are not alike: all of the response.
    impl rt::Callable for create_case::Operation {
        type Success = create_case::Response;

        fn success(response: create_case::Response) -> Option<create_case::Response> {
            Some(response)
        }
    }

    impl rt::IntoCall for add_file::Request {
        fn into_call(self, call: &mut rt::Sending) {
            call.path("caseId", &self.case_id, &const { TITLE });
            call.multipart(0, self.body);
        }
    }

    impl rt::FromAnswer for add_file::Response {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            Some(match answer.variant() {
                0 => Self::Ok(answer.text(&Rules::NONE)?),
                _ => return answer.unexpected(),
            })
        }
    }

    impl rt::Callable for add_file::Operation {
        type Success = String;

        fn success(response: add_file::Response) -> Option<String> {
            match response {
                add_file::Response::Ok(body) => Some(body),
            }
        }
    }
}

pub mod objects {
    use kibana_runtime::generated::Rules;
    use kibana_runtime::generated::client as rt;

    use crate::client_sample::cases::Case;
    use crate::client_sample::objects::{self, download, import, list_objects, upload};

    /// Calls of the group `objects`.
    #[derive(Clone, Debug)]
    pub struct Objects(pub(super) rt::Client);

    impl Objects {
        /// `GET /api/objects`
        pub fn list_objects(&self) -> ListObjects {
            ListObjects(rt::Call::new(&self.0, list_objects::Request::default()))
        }

        /// `POST /api/objects/_import`
        pub fn import(&self) -> Import {
            Import(rt::Call::new(&self.0, import::Request { body: None }))
        }

        /// `GET /api/objects/{id}/{part?}`
        pub fn download(&self, id: impl Into<String>) -> Download {
            let request = download::Request {
                id: id.into(),
                part: None,
            };
            Download(rt::Call::new(&self.0, request))
        }

        /// `PUT /api/objects/{id}`
        pub fn upload(&self, id: impl Into<String>) -> Upload {
            let request = upload::Request {
                id: id.into(),
                body: None,
            };
            Upload(rt::Call::new(&self.0, request))
        }
    }

    kibana_runtime::client_pages! {
        /// A call of `GET /api/objects`.
        ListObjects: list_objects::Operation
    }

    impl ListObjects {
        pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
            self.0.request().cursor = Some(cursor.into());
            self
        }
    }

    impl rt::IntoCall for list_objects::Request {
        fn into_call(self, call: &mut rt::Sending) {
            call.optional_query("cursor", &self.cursor, &Rules::NONE);
        }
    }

    impl rt::FromAnswer for list_objects::Response {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            Some(match answer.variant() {
                0 => Self::Ok(answer.json(&Rules::NONE)?),
                _ => return answer.unexpected(),
            })
        }
    }

    impl rt::Callable for list_objects::Operation {
        type Success = objects::Objects;

        fn success(response: list_objects::Response) -> Option<objects::Objects> {
            match response {
                list_objects::Response::Ok(body) => Some(body),
            }
        }
    }

    impl rt::Paged for list_objects::Operation {
        type Item = Case;

        fn items(page: objects::Objects) -> Vec<Case> {
            page.items
        }

        fn turn(
            request: &mut list_objects::Request,
            page: &objects::Objects,
            turn: &mut rt::Turn,
        ) -> bool {
            turn.cursor(&mut request.cursor, page.next.clone(), page.items.len())
        }
    }

    kibana_runtime::client_call! {
        /// A call of `POST /api/objects/_import`.
        Import: import::Operation
    }

    impl Import {
        pub fn body(mut self, body: impl Into<rt::JsonLines<Case>>) -> Self {
            self.0.request().body = Some(body.into());
            self
        }
    }

    impl rt::IntoCall for import::Request {
        fn into_call(self, call: &mut rt::Sending) {
            if let Some(body) = self.body {
                call.lines(0, body, &Rules::NONE);
            }
        }
    }

    impl rt::FromAnswer for import::Response {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            Some(match answer.variant() {
                0 => Self::Ok(answer.lines(&Rules::NONE)?),
                _ => return answer.unexpected(),
            })
        }
    }

    impl rt::Callable for import::Operation {
        type Success = rt::JsonLines<Case>;

        fn success(response: import::Response) -> Option<rt::JsonLines<Case>> {
            match response {
                import::Response::Ok(body) => Some(body),
            }
        }
    }

    kibana_runtime::client_call! {
        /// A call of `GET /api/objects/{id}/{part?}`.
        Download: download::Operation
    }

    impl Download {
        pub fn part(mut self, part: impl Into<String>) -> Self {
            self.0.request().part = Some(part.into());
            self
        }
    }

    impl rt::IntoCall for download::Request {
        fn into_call(self, call: &mut rt::Sending) {
            call.path("id", &self.id, &Rules::NONE);
            call.optional_path("part", &self.part, &Rules::NONE);
        }
    }

    impl rt::FromAnswer for download::Response {
        fn from_answer(answer: &mut rt::Answer) -> Option<Self> {
            Some(match answer.variant() {
                0 => Self::OkOctetStream(answer.bytes()?),
                1 => Self::OkEventStream(answer.events()?),
                _ => return answer.unexpected(),
            })
        }
    }

    impl rt::Callable for download::Operation {
        type Success = download::Response;

        fn success(response: download::Response) -> Option<download::Response> {
            Some(response)
        }
    }

    kibana_runtime::client_call! {
        /// A call of `PUT /api/objects/{id}`.
        Upload: upload::Operation
    }

    impl Upload {
        pub fn body(mut self, body: upload::Body) -> Self {
            self.0.request().body = Some(body);
            self
        }
    }

    impl rt::IntoCall for upload::Request {
        fn into_call(self, call: &mut rt::Sending) {
            call.path("id", &self.id, &Rules::NONE);
            match self.body {
                None => {}
                Some(upload::Body::OctetStream(body)) => call.bytes(0, body),
                Some(upload::Body::Json(body)) => call.json(1, &body, &Rules::NONE),
                Some(upload::Body::Form(body)) => call.form(2, &body, &Rules::NONE),
                Some(upload::Body::Text(body)) => call.text(3, &body, &Rules::NONE),
            }
        }
    }

    /// The document lists no answer, so the response is any, and is the success as it is.
    impl rt::Callable for upload::Operation {
        type Success = rt::Reply;

        fn success(response: rt::Reply) -> Option<rt::Reply> {
            Some(response)
        }
    }
}
