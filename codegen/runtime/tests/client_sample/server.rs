//! What the server half adds, and services that show what reached them.

use std::sync::Arc;

use kibana_runtime::generated::Rules;
use kibana_runtime::generated::server::{
    AllowAnyone, ApiError, Call, Event, EventStream, FromCall, IntoReply, Part, Reply,
    RequestContext, Route, ServerBuilder, StatusCode, StatusRange, axum,
};

use super::cases::{Case, CaseError, FoundCases, add_file, create_case, find_cases, get_case};
use super::objects::{Objects, download, import, list_objects, upload};

impl FromCall for get_case::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let mut case_id = None;
        call.path(|object| case_id = object.required("caseId", &const { get_case::CASE_ID }));
        let (mut page, mut severity, mut extended) = (None, None, None);
        let (mut ids, mut labels) = (None, None);
        call.query(|object| {
            page = object.optional("page", &const { get_case::PAGE });
            severity = object.optional("severity", &Rules::NONE);
            extended = object.optional("extended", &Rules::NONE);
            ids = object.optional("ids", &Rules::NONE);
            labels = object.optional("labels", &Rules::NONE);
        });
        let (mut version, mut hint) = (None, None);
        call.headers(|object| {
            version = object.optional("elastic-api-version", &const { get_case::VERSION });
            hint = object.optional("x-hint", &Rules::NONE);
        });
        Some(Self {
            case_id: case_id?,
            page: page?,
            severity: severity?,
            extended: extended?,
            ids: ids?,
            labels: labels?,
            version: version?,
            hint: hint?,
        })
    }
}

impl IntoReply for get_case::Response {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::json(200, "application/json", &body, &Rules::NONE),
            Self::NotFound(body) => Reply::json(404, "application/json", &body, &Rules::NONE),
            Self::ServerError { status, body } => {
                Reply::json(status.as_u16(), "application/json", &body, &Rules::NONE)
                    .within(StatusRange::Class(5))
            }
        }
    }
}

impl FromCall for find_cases::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let (mut page, mut per_page) = (None, None);
        call.query(|object| {
            page = object.optional("page", &Rules::NONE);
            per_page = object.optional("perPage", &Rules::NONE);
        });
        Some(Self {
            page: page?,
            per_page: per_page?,
        })
    }
}

impl IntoReply for find_cases::Response {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::json(200, "application/json", &body, &Rules::NONE),
        }
    }
}

impl FromCall for create_case::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let (mut dry, mut visits) = (None, None);
        call.query(|object| dry = object.optional("dry", &Rules::NONE));
        call.cookies(|object| visits = object.optional("visits", &Rules::NONE));
        let body = call.required_body(|call| call.json(&Rules::NONE));
        Some(Self {
            dry: dry?,
            visits: visits?,
            body: body?,
        })
    }
}

impl IntoReply for create_case::Response {
    fn into_reply(self) -> Reply {
        match self {
            Self::Created { location, body } => {
                Reply::json(201, "application/json", &body, &Rules::NONE)
                    .header("Location", &location)
            }
            Self::NoContent => Reply::empty(204),
        }
    }
}

impl FromCall for add_file::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let mut case_id = None;
        call.path(|object| case_id = object.required("caseId", &const { get_case::CASE_ID }));
        let body = call.required_body(Call::multipart);
        Some(Self {
            case_id: case_id?,
            body: body?,
        })
    }
}

impl IntoReply for add_file::Response {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::text(200, "text/plain", &body, &Rules::NONE),
        }
    }
}

impl FromCall for list_objects::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let mut cursor = None;
        call.query(|object| cursor = object.optional("cursor", &Rules::NONE));
        Some(Self { cursor: cursor? })
    }
}

impl IntoReply for list_objects::Response {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::json(200, "application/json", &body, &Rules::NONE),
        }
    }
}

impl FromCall for import::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let body = call.optional_body(|call| call.lines(&Rules::NONE));
        Some(Self { body: body? })
    }
}

impl IntoReply for import::Response {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::lines(200, "application/x-ndjson", body, &Rules::NONE),
        }
    }
}

impl FromCall for download::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let (mut id, mut part) = (None, None);
        call.path(|object| {
            id = object.required("id", &Rules::NONE);
            part = object.optional("part", &Rules::NONE);
        });
        Some(Self {
            id: id?,
            part: part?,
        })
    }
}

impl IntoReply for download::Response {
    fn into_reply(self) -> Reply {
        match self {
            Self::OkOctetStream(body) => Reply::bytes(200, "application/octet-stream", body),
            Self::OkEventStream(body) => Reply::events(200, "text/event-stream", body),
        }
    }
}

impl FromCall for upload::Request {
    fn from_call(call: &mut Call) -> Option<Self> {
        let mut id = None;
        call.path(|object| id = object.required("id", &Rules::NONE));
        let body = call.optional_body(|call| {
            Some(match call.media_type() {
                0 => upload::Body::OctetStream(call.bytes()?),
                1 => upload::Body::Json(call.json(&Rules::NONE)?),
                2 => upload::Body::Form(call.form(&Rules::NONE)?),
                _ => upload::Body::Text(call.text(&Rules::NONE)?),
            })
        });
        Some(Self {
            id: id?,
            body: body?,
        })
    }
}

/// Shows what reached it.
struct Shown;

impl Shown {
    async fn get_case(
        &self,
        context: RequestContext,
        request: get_case::Request,
    ) -> Result<get_case::Response, ApiError> {
        let error = |message: String| CaseError { message };
        match request.case_id.as_str() {
            "missing" => {
                return Ok(get_case::Response::NotFound(error(
                    "no such case".to_owned(),
                )));
            }
            "teapot" => return Err(ApiError::new(StatusCode::IM_A_TEAPOT, "a teapot")),
            "broken" => {
                return Ok(get_case::Response::ServerError {
                    status: StatusCode::BAD_GATEWAY,
                    body: error("something broke".to_owned()),
                });
            }
            _ => {}
        }
        let mut case = Case::new("case");
        case.tags = Some(vec![
            format!("{request:?}"),
            format!(
                "{:?} {} {}",
                context.space(),
                context.identity().name(),
                context.version()
            ),
        ]);
        Ok(get_case::Response::Ok(case))
    }

    /// Five cases in all.
    async fn find_cases(
        &self,
        request: find_cases::Request,
    ) -> Result<find_cases::Response, ApiError> {
        let (page, size) = (request.page.unwrap_or(1), request.per_page.unwrap_or(2));
        let first = (page - 1) * size;
        let cases = (first..(first + size).min(5)).map(|number| Case::new(format!("{number}")));
        Ok(find_cases::Response::Ok(FoundCases {
            cases: cases.collect(),
            page,
            total: 5,
        }))
    }

    async fn create_case(
        &self,
        request: create_case::Request,
    ) -> Result<create_case::Response, ApiError> {
        if request.dry == Some(true) {
            return Ok(create_case::Response::NoContent);
        }
        Ok(create_case::Response::Created {
            location: format!("/api/cases/{}-{:?}", request.body.title, request.visits),
            body: request.body,
        })
    }

    async fn add_file(
        &self,
        mut request: add_file::Request,
    ) -> Result<add_file::Response, ApiError> {
        let mut text = format!("{}: ", request.case_id);
        while let Some(part) = request.body.next().await? {
            match part {
                Part::Field(field) => {
                    text += &format!("{}={} ", field.name(), field.read::<i64>()?);
                }
                Part::File(mut file) => {
                    let mut length = 0;
                    while let Some(bytes) = file.next().await? {
                        length += bytes.len();
                    }
                    let (name, kind) = (file.file_name(), file.content_type());
                    text += &format!("{name:?} {kind:?} {length} ");
                }
            }
        }
        Ok(add_file::Response::Ok(text))
    }

    async fn list_objects(
        &self,
        request: list_objects::Request,
    ) -> Result<list_objects::Response, ApiError> {
        let (title, next) = match request.cursor.as_deref() {
            None => ("a", Some("after a")),
            Some("after a") => ("b", Some("after b")),
            Some("after b") => ("c", None),
            Some(_) => return Err(ApiError::bad_request("no such cursor")),
        };
        Ok(list_objects::Response::Ok(Objects {
            items: vec![Case::new(title)],
            next: next.map(str::to_owned),
        }))
    }

    async fn import(&self, request: import::Request) -> Result<import::Response, ApiError> {
        Ok(import::Response::Ok(match request.body {
            Some(lines) => lines,
            None => Vec::new().into(),
        }))
    }

    async fn download(
        &self,
        context: RequestContext,
        request: download::Request,
    ) -> Result<download::Response, ApiError> {
        let known = ["application/octet-stream", "text/event-stream"];
        Ok(match context.preferred(&known) {
            Some("text/event-stream") => {
                let event = |data: &str| Event {
                    event: Some("line".to_owned()),
                    id: None,
                    data: data.to_owned(),
                };
                let events = vec![event("one\ntwo"), event("three")];
                download::Response::OkEventStream(EventStream::from(events))
            }
            _ => download::Response::OkOctetStream(format!("{request:?}").into()),
        })
    }

    async fn upload(&self, request: upload::Request) -> Result<Reply, ApiError> {
        let shown = match request.body {
            Some(upload::Body::OctetStream(body)) => {
                format!("{} bytes", body.collect(10 << 20).await?.len())
            }
            other => format!("{other:?}"),
        };
        Ok(Reply::text(200, "text/plain", &shown, &Rules::NONE))
    }
}

/// All operations, answered by what shows what reached it.
pub fn router() -> axum::Router {
    let service = &Arc::new(Shown);
    let routes = vec![
        Route::new::<get_case::Operation, _, _>(service, |s, context, request| async move {
            s.get_case(context, request).await
        }),
        Route::new::<find_cases::Operation, _, _>(service, |s, _, request| async move {
            s.find_cases(request).await
        }),
        Route::new::<create_case::Operation, _, _>(service, |s, _, request| async move {
            s.create_case(request).await
        }),
        Route::new::<add_file::Operation, _, _>(service, |s, _, request| async move {
            s.add_file(request).await
        }),
        Route::new::<list_objects::Operation, _, _>(service, |s, _, request| async move {
            s.list_objects(request).await
        }),
        Route::new::<import::Operation, _, _>(service, |s, _, request| async move {
            s.import(request).await
        }),
        Route::new::<download::Operation, _, _>(service, |s, context, request| async move {
            s.download(context, request).await
        }),
        Route::new::<upload::Operation, _, _>(service, |s, _, request| async move {
            s.upload(request).await
        }),
    ];
    ServerBuilder::new(AllowAnyone)
        .mount(routes)
        .build()
        .unwrap()
}
