//! The group `objects`: streams both ways, several media types, pages by cursor.

use kibana_runtime::Model;
use kibana_runtime::generated::{Node, ObjectReader, ObjectWriter, Reader, Rules};
use kibana_runtime::serde::Serializer;

use super::cases::{Case, object};

object!(Objects {
    items: Vec<Case> = required "items" Rules::NONE,
    next: Option<String> = optional "next" Rules::NONE,
});

/// `GET /api/objects`: pages by cursor.
pub mod list_objects {
    use kibana_runtime::wire::{self as rt, OperationInfo, Parameter, ResponseInfo, StatusRange};

    use super::Objects;

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "list_objects",
            method: "GET",
            path: "/api/objects",
            tag: "objects",
            query: &[Parameter {
                name: "cursor",
                ..Parameter::TEXT
            }],
            responses: &[ResponseInfo {
                status: StatusRange::Code(200),
                media_types: &["application/json"],
            }],
            ..OperationInfo::NONE
        };
        type Request = Request;
        type Response = Response;
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Request {
        pub cursor: Option<String>,
    }

    #[derive(Debug)]
    pub enum Response {
        Ok(Objects),
    }
}

/// `POST /api/objects/_import`: NDJSON in, NDJSON out.
pub mod import {
    use kibana_runtime::wire::{
        self as rt, BodyFormat, JsonLines, MediaType, OperationInfo, Parts, ResponseInfo,
        StatusRange,
    };

    use crate::client_sample::cases::Case;

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "import",
            method: "POST",
            path: "/api/objects/_import",
            tag: "objects",
            request: &[MediaType {
                essence: "application/x-ndjson",
                format: BodyFormat::JsonLines,
                parts: &Parts::ANY,
            }],
            responses: &[ResponseInfo {
                status: StatusRange::Code(200),
                media_types: &["application/x-ndjson"],
            }],
            ..OperationInfo::NONE
        };
        type Request = Request;
        type Response = Response;
    }

    #[derive(Debug)]
    pub struct Request {
        pub body: Option<JsonLines<Case>>,
    }

    #[derive(Debug)]
    pub enum Response {
        Ok(JsonLines<Case>),
    }
}

/// `GET /api/objects/{id}/{part?}`: an optional segment; bytes, or events.
pub mod download {
    use kibana_runtime::wire::{
        self as rt, ByteStream, EventStream, OperationInfo, Parameter, ResponseInfo, StatusRange,
    };

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "download",
            method: "GET",
            path: "/api/objects/{id}/{part?}",
            tag: "objects",
            path_parameters: &[
                Parameter {
                    name: "id",
                    required: true,
                    ..Parameter::SIMPLE
                },
                Parameter {
                    name: "part",
                    ..Parameter::SIMPLE
                },
            ],
            responses: &[ResponseInfo {
                status: StatusRange::Code(200),
                media_types: &["application/octet-stream", "text/event-stream"],
            }],
            ..OperationInfo::NONE
        };
        type Request = Request;
        type Response = Response;
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct Request {
        pub id: String,
        pub part: Option<String>,
    }

    #[derive(Debug)]
    pub enum Response {
        OkOctetStream(ByteStream),
        OkEventStream(EventStream),
    }
}

/// `PUT /api/objects/{id}`: several media types; the document lists no answer.
pub mod upload {
    use kibana_runtime::wire::{
        self as rt, BodyFormat, ByteStream, Coercion, MediaType, OperationInfo, Parameter,
        PartInfo, Parts,
    };

    use crate::client_sample::cases::Case;

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "upload",
            method: "PUT",
            path: "/api/objects/{id}",
            tag: "objects",
            path_parameters: &[Parameter {
                name: "id",
                required: true,
                ..Parameter::SIMPLE
            }],
            request: &[
                MediaType {
                    essence: "application/octet-stream",
                    format: BodyFormat::Bytes,
                    parts: &Parts::ANY,
                },
                MediaType::JSON,
                MediaType {
                    essence: "application/x-www-form-urlencoded",
                    format: BodyFormat::Form,
                    parts: &Parts {
                        list: &[PartInfo {
                            name: "tags",
                            many: true,
                            coercion: &Coercion::Array(&Coercion::Text),
                            ..PartInfo::TEXT
                        }],
                        closed: false,
                    },
                },
                MediaType {
                    essence: "text/plain",
                    format: BodyFormat::Text,
                    parts: &Parts::ANY,
                },
            ],
            ..OperationInfo::NONE
        };
        type Request = Request;
        type Response = Response;
    }

    #[derive(Debug)]
    pub struct Request {
        pub id: String,
        pub body: Option<Body>,
    }

    #[derive(Debug)]
    pub enum Body {
        OctetStream(ByteStream),
        Json(Case),
        Form(Case),
        Text(String),
    }

    pub type Response = rt::Reply;
}
