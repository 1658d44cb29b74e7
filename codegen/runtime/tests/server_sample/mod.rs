//! What the generator writes for a handful of operations, by hand: the model for `emit`, and what the tests call.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::future::Future;
use std::sync::Arc;

use kibana_runtime::generated::server::{
    ApiError, ByteStream, Call, Coercion, Event, EventStream, FromCall, IntoReply, JsonLines,
    MediaType, Multipart, Operation, OperationInfo, Parameter, Part, PartInfo, Parts, Reply,
    RequestContext, ResponseInfo, Route, StatusCode, StatusRange, Style, check_part,
    not_implemented,
};
use kibana_runtime::generated::{Node, ObjectReader, ObjectWriter, Reader, Rules};
use kibana_runtime::serde::Serializer;
use kibana_runtime::{Model, OneOrMany, string_enum};

// Models.

#[derive(Clone, Debug, PartialEq)]
pub enum Severity {
    Low,
    High,
    Unknown(String),
}
string_enum!(Severity { Low => "low", High => "high" });

#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub title: String,
    pub severity: Option<Severity>,
    pub tags: Option<Vec<String>>,
}

impl Model for Case {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let mut object = reader.object(node, &Rules::NONE)?;
        let title = object.required(
            "title",
            &Rules {
                min_length: Some(1),
                max_length: Some(10),
                pattern: Some("^[a-z]"),
                ..Rules::NONE
            },
        );
        let severity = object.optional("severity", &Rules::NONE);
        let tags = object.optional(
            "tags",
            &Rules {
                max_items: Some(2),
                ..Rules::NONE
            },
        );
        object.close();
        Some(Self {
            title: title?,
            severity: severity?,
            tags: tags?,
        })
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = ObjectWriter::new(serializer)?;
        object.required("title", &self.title)?;
        object.optional("severity", &self.severity)?;
        object.optional("tags", &self.tags)?;
        object.end()
    }
}

macro_rules! group {
    ($name:ident { $($field:ident: $ty:ty = $read:ident $key:literal $rules:expr),* }) => {
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $(pub $field: $ty),* }

        impl $name {
            fn take(object: &mut ObjectReader<'_>) -> Option<Self> {
                $(let $field = object.$read($key, &const { $rules });)*
                Some(Self { $($field: $field?),* })
            }
        }
    };
}

group!(GetCasePath { case_id: String = required "caseId" Rules { max_length: Some(12), ..Rules::NONE } });
group!(GetCaseQuery {
    page: Option<i64> = optional "page" Rules { minimum: Some(kibana_runtime::generated::Limit::Whole(1)), ..Rules::NONE },
    severity: Option<OneOrMany<Severity>> = optional "severity" Rules::NONE,
    extended: Option<bool> = optional "extended" Rules::NONE
});
group!(GetCaseHeaders {
    version: Option<String> = optional "elastic-api-version"
        Rules { one_of: &[kibana_runtime::generated::Constant::String("2023-10-31")], ..Rules::NONE }
});

// GET /api/cases/{caseId}

pub struct GetCase;
impl Operation for GetCase {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "GetCase",
        method: "GET",
        path: "/api/cases/{caseId}",
        tag: "cases",
        path_parameters: &[Parameter {
            name: "caseId",
            style: Style::Simple,
            explode: false,
            required: true,
            ..Parameter::TEXT
        }],
        query: &[
            Parameter {
                name: "page",
                coercion: &Coercion::Integer,
                default: Some("1"),
                ..Parameter::TEXT
            },
            Parameter {
                name: "severity",
                coercion: &Coercion::OneOrMany(&Coercion::Text),
                ..Parameter::TEXT
            },
            Parameter {
                name: "extended",
                coercion: &Coercion::Boolean,
                ..Parameter::TEXT
            },
        ],
        headers: &[Parameter {
            name: "elastic-api-version",
            style: Style::Simple,
            explode: false,
            required: true,
            default: Some("\"2023-10-31\""),
            ..Parameter::TEXT
        }],
        responses: &[
            ResponseInfo {
                status: StatusRange::Code(200),
                media_types: &["application/json"],
            },
            ResponseInfo {
                status: StatusRange::Default,
                media_types: &["application/json"],
            },
        ],
        ..OperationInfo::NONE
    };
    type Request = GetCaseRequest;
    type Response = GetCaseResponse;
}

#[derive(Debug)]
pub struct GetCaseRequest {
    pub path: GetCasePath,
    pub query: GetCaseQuery,
    pub headers: GetCaseHeaders,
}

impl FromCall for GetCaseRequest {
    fn from_call(call: &mut Call) -> Option<Self> {
        let (mut path, mut query, mut headers) = (None, None, None);
        call.path(|object| path = GetCasePath::take(object));
        call.query(|object| query = GetCaseQuery::take(object));
        call.headers(|object| headers = GetCaseHeaders::take(object));
        Some(Self {
            path: path?,
            query: query?,
            headers: headers?,
        })
    }
}

#[derive(Debug)]
pub enum GetCaseResponse {
    Ok(Case),
    Default { status: StatusCode, body: Case },
}

impl IntoReply for GetCaseResponse {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::json(200, "application/json", &body, &Rules::NONE),
            Self::Default { status, body } => {
                Reply::json(status.as_u16(), "application/json", &body, &Rules::NONE)
                    .within(StatusRange::Default)
            }
        }
    }
}

// POST /api/cases

pub struct CreateCase;
impl Operation for CreateCase {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "CreateCase",
        method: "POST",
        path: "/api/cases",
        tag: "cases",
        query: &[Parameter {
            name: "dry",
            coercion: &Coercion::Boolean,
            ..Parameter::TEXT
        }],
        request: &[MediaType::JSON],
        body_required: true,
        responses: &[
            ResponseInfo {
                status: StatusRange::Code(201),
                media_types: &["application/json"],
            },
            ResponseInfo {
                status: StatusRange::Code(204),
                media_types: &[],
            },
        ],
        ..OperationInfo::NONE
    };
    type Request = CreateCaseRequest;
    type Response = CreateCaseResponse;
}

group!(CreateCaseQuery { dry: Option<bool> = optional "dry" Rules::NONE });

#[derive(Debug)]
pub struct CreateCaseRequest {
    pub query: CreateCaseQuery,
    pub body: Case,
}

impl FromCall for CreateCaseRequest {
    fn from_call(call: &mut Call) -> Option<Self> {
        let mut query = None;
        call.query(|object| query = CreateCaseQuery::take(object));
        let body = call.required_body(|call| call.json(&Rules::NONE));
        Some(Self {
            query: query?,
            body: body?,
        })
    }
}

#[derive(Debug)]
pub enum CreateCaseResponse {
    Created { location: String, body: Case },
    NoContent,
}

impl IntoReply for CreateCaseResponse {
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

// POST /api/cases/{caseId}/files

pub struct AddFile;
impl Operation for AddFile {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "AddFile",
        method: "POST",
        path: "/api/cases/{caseId}/files",
        tag: "cases",
        path_parameters: GetCase::INFO.path_parameters,
        request: &[MediaType {
            essence: "multipart/form-data",
            format: kibana_runtime::wire::BodyFormat::Multipart,
            parts: &Parts {
                list: &[
                    PartInfo {
                        name: "file",
                        required: true,
                        file: true,
                        ..PartInfo::TEXT
                    },
                    PartInfo {
                        name: "size",
                        coercion: &Coercion::Integer,
                        check: &|node, root| {
                            check_part::<i64>(
                                node,
                                &Rules {
                                    minimum: Some(kibana_runtime::generated::Limit::Whole(1)),
                                    ..Rules::NONE
                                },
                                root,
                            )
                        },
                        ..PartInfo::TEXT
                    },
                ],
                closed: true,
            },
        }],
        body_required: true,
        responses: &[ResponseInfo {
            status: StatusRange::Code(200),
            media_types: &["text/plain"],
        }],
        ..OperationInfo::NONE
    };
    type Request = AddFileRequest;
    type Response = AddFileResponse;
}

#[derive(Debug)]
pub struct AddFileRequest {
    pub path: GetCasePath,
    pub body: Multipart,
}

impl FromCall for AddFileRequest {
    fn from_call(call: &mut Call) -> Option<Self> {
        let mut path = None;
        call.path(|object| path = GetCasePath::take(object));
        let body = call.required_body(Call::multipart);
        Some(Self {
            path: path?,
            body: body?,
        })
    }
}

#[derive(Debug)]
pub enum AddFileResponse {
    Ok(String),
}

impl IntoReply for AddFileResponse {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::text(200, "text/plain", &body, &Rules::NONE),
        }
    }
}

// POST /api/objects/_import: NDJSON in, NDJSON out

pub struct Import;
impl Operation for Import {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Import",
        method: "POST",
        path: "/api/objects/_import",
        tag: "objects",
        request: &[MediaType {
            essence: "application/x-ndjson",
            format: kibana_runtime::wire::BodyFormat::JsonLines,
            parts: &Parts::ANY,
        }],
        responses: &[ResponseInfo {
            status: StatusRange::Code(200),
            media_types: &["application/x-ndjson"],
        }],
        ..OperationInfo::NONE
    };
    type Request = ImportRequest;
    type Response = ImportResponse;
}

#[derive(Debug)]
pub struct ImportRequest {
    pub body: Option<JsonLines<Case>>,
}

impl FromCall for ImportRequest {
    fn from_call(call: &mut Call) -> Option<Self> {
        let body = call.optional_body(|call| call.lines(&Rules::NONE));
        Some(Self { body: body? })
    }
}

#[derive(Debug)]
pub enum ImportResponse {
    Ok(JsonLines<Case>),
}

impl IntoReply for ImportResponse {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::lines(200, "application/x-ndjson", body, &Rules::NONE),
        }
    }
}

// GET and PUT /api/objects/{type}: bytes both ways

pub struct Download;
impl Operation for Download {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Download",
        method: "GET",
        path: "/api/objects/{type}",
        tag: "objects",
        responses: &[
            ResponseInfo {
                status: StatusRange::Code(200),
                media_types: &["application/octet-stream"],
            },
            ResponseInfo {
                status: StatusRange::Code(202),
                media_types: &["text/event-stream"],
            },
        ],
        ..OperationInfo::NONE
    };
    type Request = ();
    type Response = DownloadResponse;
}

#[derive(Debug)]
pub enum DownloadResponse {
    Ok(ByteStream),
    Accepted(EventStream),
}

impl IntoReply for DownloadResponse {
    fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::bytes(200, "application/octet-stream", body),
            Self::Accepted(body) => Reply::events(202, "text/event-stream", body),
        }
    }
}

pub struct Upload;
impl Operation for Upload {
    const INFO: &'static OperationInfo = &OperationInfo {
        id: "Upload",
        method: "PUT",
        path: "/api/objects/{id}",
        tag: "objects",
        request: &[MediaType {
            essence: "application/octet-stream",
            format: kibana_runtime::wire::BodyFormat::Bytes,
            parts: &Parts::ANY,
        }],
        ..OperationInfo::NONE
    };
    type Request = UploadRequest;
    type Response = ();
}

#[derive(Debug)]
pub struct UploadRequest {
    pub body: Option<ByteStream>,
}

impl FromCall for UploadRequest {
    fn from_call(call: &mut Call) -> Option<Self> {
        let body = call.optional_body(Call::bytes);
        Some(Self { body: body? })
    }
}

// The groups.

pub trait Cases: Send + Sync + 'static {
    fn get_case(
        &self,
        context: RequestContext,
        request: GetCaseRequest,
    ) -> impl Future<Output = Result<GetCaseResponse, ApiError>> + Send {
        not_implemented::<GetCase>(context, request)
    }
    fn create_case(
        &self,
        context: RequestContext,
        request: CreateCaseRequest,
    ) -> impl Future<Output = Result<CreateCaseResponse, ApiError>> + Send {
        not_implemented::<CreateCase>(context, request)
    }
    fn add_file(
        &self,
        context: RequestContext,
        request: AddFileRequest,
    ) -> impl Future<Output = Result<AddFileResponse, ApiError>> + Send {
        not_implemented::<AddFile>(context, request)
    }
}

pub fn cases_routes<S: Cases>(service: S) -> Vec<Route> {
    let service = &Arc::new(service);
    vec![
        Route::new::<GetCase, S, _>(service, |s, context, request| async move {
            s.get_case(context, request).await
        }),
        Route::new::<CreateCase, S, _>(service, |s, context, request| async move {
            s.create_case(context, request).await
        }),
        Route::new::<AddFile, S, _>(service, |s, context, request| async move {
            s.add_file(context, request).await
        }),
    ]
}

pub trait Objects: Send + Sync + 'static {
    fn import(
        &self,
        context: RequestContext,
        request: ImportRequest,
    ) -> impl Future<Output = Result<ImportResponse, ApiError>> + Send {
        not_implemented::<Import>(context, request)
    }
    fn download(
        &self,
        context: RequestContext,
        request: (),
    ) -> impl Future<Output = Result<DownloadResponse, ApiError>> + Send {
        not_implemented::<Download>(context, request)
    }
    fn upload(
        &self,
        context: RequestContext,
        request: UploadRequest,
    ) -> impl Future<Output = Result<(), ApiError>> + Send {
        not_implemented::<Upload>(context, request)
    }
}

pub fn objects_routes<S: Objects>(service: S) -> Vec<Route> {
    let service = &Arc::new(service);
    vec![
        Route::new::<Import, S, _>(service, |s, context, request| async move {
            s.import(context, request).await
        }),
        Route::new::<Download, S, _>(service, |s, context, request| async move {
            s.download(context, request).await
        }),
        Route::new::<Upload, S, _>(service, |s, context, request| async move {
            s.upload(context, request).await
        }),
    ]
}

// An implementation that shows what reached it.

pub struct Shown;

impl Cases for Shown {
    async fn get_case(
        &self,
        context: RequestContext,
        request: GetCaseRequest,
    ) -> Result<GetCaseResponse, ApiError> {
        let id = request.path.case_id.as_str();
        if let Some(known) = context.headers().get("x-request-id") {
            context.answer_header("x-request-id", known.to_str().unwrap_or_default());
        }
        let case = |title: String| Case {
            title,
            severity: None,
            tags: None,
        };
        match id {
            "panic" => panic!("on purpose"),
            "missing" => return Err(ApiError::not_found("no such case")),
            "invalid" => return Ok(GetCaseResponse::Ok(case("NOT VALID".to_owned()))),
            "status" => {
                return Ok(GetCaseResponse::Default {
                    status: StatusCode::OK,
                    body: case("x".to_owned()),
                });
            }
            "never" => std::future::pending::<()>().await,
            _ => {}
        }
        let severity = request.query.severity.map(|s| s.into_vec());
        let tags = vec![
            format!(
                "{id} {:?} {:?} {:?}",
                request.query.page, severity, request.query.extended
            ),
            format!(
                "{:?} {} {} {:?}",
                context.space(),
                context.identity().name(),
                context.version(),
                request.headers.version
            ),
        ];
        Ok(GetCaseResponse::Ok(Case {
            title: "case".to_owned(),
            severity: None,
            tags: Some(tags),
        }))
    }

    async fn create_case(
        &self,
        _: RequestContext,
        request: CreateCaseRequest,
    ) -> Result<CreateCaseResponse, ApiError> {
        if request.query.dry == Some(true) {
            return Ok(CreateCaseResponse::NoContent);
        }
        let location = match request.body.title.as_str() {
            "inject" => "a\r\nSet-Cookie: b".to_owned(),
            title => format!("/api/cases/{title}"),
        };
        Ok(CreateCaseResponse::Created {
            location,
            body: request.body,
        })
    }

    async fn add_file(
        &self,
        _: RequestContext,
        mut request: AddFileRequest,
    ) -> Result<AddFileResponse, ApiError> {
        let mut text = String::new();
        while let Some(part) = request.body.next().await? {
            match part {
                Part::Field(field) => {
                    text += &format!("{}={} ", field.name(), field.read::<i64>()?)
                }
                Part::File(mut file) => {
                    let mut length = 0;
                    while let Some(bytes) = file.next().await? {
                        length += bytes.len();
                    }
                    text += &format!("{:?} of {length} ", file.file_name());
                }
            }
        }
        Ok(AddFileResponse::Ok(text))
    }
}

impl Objects for Shown {
    async fn import(
        &self,
        context: RequestContext,
        request: ImportRequest,
    ) -> Result<ImportResponse, ApiError> {
        let Some(mut body) = request.body else {
            return Ok(ImportResponse::Ok(JsonLines::from(Vec::new())));
        };
        if context.headers().contains_key("x-echo") {
            return Ok(ImportResponse::Ok(body));
        }
        let mut cases = Vec::new();
        while let Some(case) = body.next().await? {
            cases.push(case);
        }
        Ok(ImportResponse::Ok(JsonLines::from(cases)))
    }

    async fn download(
        &self,
        context: RequestContext,
        (): (),
    ) -> Result<DownloadResponse, ApiError> {
        let asked = |name| context.headers().get(name)?.to_str().ok();
        if let Some(text) = asked("x-disposition") {
            context.answer_header("content-disposition", text);
            context.answer_header("content-type", "image/png");
        }
        if let Some((name, value)) = asked("x-add").and_then(|text| text.split_once('|')) {
            context.answer_header(name, value.replace("%0D%0A", "\r\n"));
        }
        Ok(
            match context.preferred(&["application/octet-stream", "text/event-stream"]) {
                Some("text/event-stream") => {
                    DownloadResponse::Accepted(EventStream::from(vec![Event {
                        data: "one".to_owned(),
                        ..Event::default()
                    }]))
                }
                _ => DownloadResponse::Ok(ByteStream::from(vec![0, 1, 10])),
            },
        )
    }

    async fn upload(&self, _: RequestContext, request: UploadRequest) -> Result<(), ApiError> {
        let Some(mut body) = request.body else {
            return Ok(());
        };
        while body.next().await?.is_some() {}
        Ok(())
    }
}
