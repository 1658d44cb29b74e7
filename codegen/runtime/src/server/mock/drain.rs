//! Bodies that are read for nothing but their checks. Knows the wire.

use std::future::Future;

use crate::Model;
use crate::server::{ApiError, ByteStream, JsonLines, Multipart, Part};

/// Reads a streamed body to its end, so that all of it is checked.
pub trait Drain {
    /// Reads on and forgets.
    fn drain(self) -> impl Future<Output = Result<(), ApiError>> + Send;
}

impl Drain for ByteStream {
    async fn drain(mut self) -> Result<(), ApiError> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}

impl<T: Model + Send + 'static> Drain for JsonLines<T> {
    async fn drain(mut self) -> Result<(), ApiError> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}

impl Drain for Multipart {
    async fn drain(mut self) -> Result<(), ApiError> {
        while let Some(part) = self.next().await? {
            if let Part::File(mut file) = part {
                while file.next().await?.is_some() {}
            }
        }
        Ok(())
    }
}
