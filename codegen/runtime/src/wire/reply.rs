//! Any answer, with what every answer has: a status, headers, a body. Knows no operation.

use std::fmt;

use http::{HeaderMap, Response, StatusCode};

use super::{ByteStream, StatusRange};

/// An answer that no type describes: what operations give whose responses the document does not list.
///
/// A handler makes it from a status and a body; a client shows what came.
pub struct Reply {
    pub(crate) response: Response<ByteStream>,
    /// For which statuses it is documented.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) range: Option<StatusRange>,
    /// Why it cannot be sent.
    #[cfg_attr(not(feature = "server"), allow(dead_code))]
    pub(crate) problem: Option<String>,
}

impl Reply {
    /// The answer as it is.
    pub(crate) fn of(response: Response<ByteStream>) -> Self {
        Self {
            response,
            range: None,
            problem: None,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The body, as it arrives.
    pub fn into_body(self) -> ByteStream {
        self.response.into_body()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reply").field(&self.status()).finish()
    }
}
