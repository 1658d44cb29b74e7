//! Who may call a mock. Knows the server.

use crate::server::{ApiError, Attempt, Authenticator, Credentials, Identity};

/// Knows one user and one API key: what documentation of Elastic's products uses.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownUser;

impl KnownUser {
    /// The name of the user.
    pub const USER: &'static str = "elastic";
    /// Their password.
    pub const PASSWORD: &'static str = "changeme";
    /// The API key.
    pub const API_KEY: &'static str = "bW9jazptb2Nr";
}

impl Authenticator for KnownUser {
    async fn authenticate(&self, attempt: Attempt) -> Result<Identity, ApiError> {
        match &attempt.credentials {
            Credentials::Basic { user, password }
                if user == Self::USER && password.is(Self::PASSWORD) =>
            {
                Ok(Identity::new(Self::USER))
            }
            Credentials::ApiKey(key) if key.is(Self::API_KEY) => Ok(Identity::new("api key")),
            _ => Err(ApiError::unauthorized(
                "Expected the credentials that the mock printed when it started.",
            )),
        }
    }
}
