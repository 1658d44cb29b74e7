//! The group `cases`: its types, and one module per operation.

use kibana_runtime::generated::{Node, ObjectReader, ObjectWriter, Reader, Rules};
use kibana_runtime::serde::Serializer;
use kibana_runtime::{Model, string_enum};

#[derive(Clone, Debug, PartialEq)]
pub enum Severity {
    Low,
    High,
    Unknown(String),
}
string_enum!(Severity { Low => "low", High => "high" });

/// A struct as the generator writes it, shorter.
macro_rules! object {
    ($name:ident { $($field:ident: $ty:ty = $way:ident $key:literal $rules:expr),* $(,)? }) => {
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $(pub $field: $ty),* }

        impl Model for $name {
            fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
                let mut object: ObjectReader<'_> = reader.object(node, &Rules::NONE)?;
                $(let $field = object.$way($key, &const { $rules });)*
                object.close();
                Some(Self { $($field: $field?),* })
            }

            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut object = ObjectWriter::new(serializer)?;
                $(object.$way($key, &self.$field)?;)*
                object.end()
            }
        }
    };
}
pub(crate) use object;

object!(Case {
    title: String = required "title" TITLE,
    severity: Option<Severity> = optional "severity" Rules::NONE,
    tags: Option<Vec<String>> = optional "tags" Rules { max_items: Some(2), ..Rules::NONE },
});

pub const TITLE: Rules = Rules {
    min_length: Some(1),
    max_length: Some(20),
    ..Rules::NONE
};

impl Case {
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            severity: None,
            tags: None,
        }
    }
}

object!(FoundCases {
    cases: Vec<Case> = required "cases" Rules::NONE,
    page: i64 = required "page" Rules::NONE,
    total: i64 = required "total" Rules::NONE,
});

object!(CaseError {
    message: String = required "message" Rules::NONE,
});

/// `GET /api/cases/{caseId}`: all sorts of parameters, answers of several statuses.
pub mod get_case {
    use std::collections::BTreeMap;

    use kibana_runtime::OneOrMany;
    use kibana_runtime::generated::{Constant, Rules};
    use kibana_runtime::wire::{
        self as rt, Coercion, OperationInfo, Parameter, ResponseInfo, StatusRange, Style,
    };

    use super::{Case, CaseError, Severity};

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "get_case",
            method: "GET",
            path: "/api/cases/{caseId}",
            tag: "cases",
            path_parameters: &[Parameter {
                name: "caseId",
                required: true,
                ..Parameter::SIMPLE
            }],
            query: &[
                Parameter {
                    name: "page",
                    coercion: &Coercion::Integer,
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
                Parameter {
                    name: "ids",
                    coercion: &Coercion::Array(&Coercion::Integer),
                    explode: false,
                    ..Parameter::TEXT
                },
                Parameter {
                    name: "labels",
                    coercion: &Coercion::Map(&Coercion::Array(&Coercion::Integer)),
                    style: Style::DeepObject,
                    ..Parameter::TEXT
                },
            ],
            headers: &[
                Parameter {
                    name: "elastic-api-version",
                    default: Some("\"2023-10-31\""),
                    ..Parameter::SIMPLE
                },
                Parameter {
                    name: "x-hint",
                    coercion: &Coercion::Array(&Coercion::Text),
                    ..Parameter::SIMPLE
                },
            ],
            responses: &[
                ResponseInfo {
                    status: StatusRange::Code(200),
                    media_types: &["application/json"],
                },
                ResponseInfo {
                    status: StatusRange::Code(404),
                    media_types: &["application/json"],
                },
                ResponseInfo {
                    status: StatusRange::Class(5),
                    media_types: &["application/json"],
                },
            ],
            ..OperationInfo::NONE
        };
        type Request = Request;
        type Response = Response;
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct Request {
        pub case_id: String,
        pub page: Option<i64>,
        pub severity: Option<OneOrMany<Severity>>,
        pub extended: Option<bool>,
        pub ids: Option<Vec<i64>>,
        pub labels: Option<BTreeMap<String, Vec<i64>>>,
        pub version: Option<String>,
        pub hint: Option<Vec<String>>,
    }

    impl Request {
        pub fn new(case_id: impl Into<String>) -> Self {
            Self {
                case_id: case_id.into(),
                page: None,
                severity: None,
                extended: None,
                ids: None,
                labels: None,
                version: None,
                hint: None,
            }
        }
    }

    pub const CASE_ID: Rules = Rules {
        max_length: Some(20),
        ..Rules::NONE
    };
    pub const PAGE: Rules = Rules {
        minimum: Some(kibana_runtime::generated::Limit::Whole(1)),
        ..Rules::NONE
    };
    pub const VERSION: Rules = Rules {
        one_of: &[Constant::String("2023-10-31")],
        ..Rules::NONE
    };

    #[derive(Debug)]
    pub enum Response {
        Ok(Case),
        NotFound(CaseError),
        ServerError {
            status: rt::StatusCode,
            body: CaseError,
        },
    }
}

/// `GET /api/cases/_find`: pages by number.
pub mod find_cases {
    use kibana_runtime::wire::{
        self as rt, Coercion, OperationInfo, Parameter, ResponseInfo, StatusRange,
    };

    use super::FoundCases;

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "find_cases",
            method: "GET",
            path: "/api/cases/_find",
            tag: "cases",
            query: &[
                Parameter {
                    name: "page",
                    coercion: &Coercion::Integer,
                    ..Parameter::TEXT
                },
                Parameter {
                    name: "perPage",
                    coercion: &Coercion::Integer,
                    ..Parameter::TEXT
                },
            ],
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
        pub page: Option<i64>,
        pub per_page: Option<i64>,
    }

    #[derive(Debug)]
    pub enum Response {
        Ok(FoundCases),
    }
}

/// `POST /api/cases`: a body, a cookie, an answer with a header and one without a body.
pub mod create_case {
    use kibana_runtime::wire::{
        self as rt, Coercion, MediaType, OperationInfo, Parameter, ResponseInfo, StatusRange,
    };

    use super::Case;

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "create_case",
            method: "POST",
            path: "/api/cases",
            tag: "cases",
            query: &[Parameter {
                name: "dry",
                coercion: &Coercion::Boolean,
                ..Parameter::TEXT
            }],
            cookies: &[Parameter {
                name: "visits",
                coercion: &Coercion::Integer,
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
        type Request = Request;
        type Response = Response;
    }

    #[derive(Clone, Debug, PartialEq)]
    pub struct Request {
        pub dry: Option<bool>,
        pub visits: Option<i64>,
        pub body: Case,
    }

    #[derive(Debug)]
    pub enum Response {
        Created { location: String, body: Case },
        NoContent,
    }
}

/// `POST /api/cases/{caseId}/files`: multipart, answered with text.
pub mod add_file {
    use kibana_runtime::generated::Rules;
    use kibana_runtime::wire::{
        self as rt, BodyFormat, Coercion, MediaType, Multipart, OperationInfo, Parameter, PartInfo,
        Parts, ResponseInfo, StatusRange,
    };

    pub enum Operation {}

    impl rt::Operation for Operation {
        const INFO: &'static OperationInfo = &OperationInfo {
            id: "add_file",
            method: "POST",
            path: "/api/cases/{caseId}/files",
            tag: "cases",
            path_parameters: &[Parameter {
                name: "caseId",
                required: true,
                ..Parameter::SIMPLE
            }],
            request: &[MediaType {
                essence: "multipart/form-data",
                format: BodyFormat::Multipart,
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
                                rt::check_part::<i64>(
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
        type Request = Request;
        type Response = Response;
    }

    #[derive(Debug)]
    pub struct Request {
        pub case_id: String,
        pub body: Multipart,
    }

    #[derive(Debug)]
    pub enum Response {
        Ok(String),
    }
}
