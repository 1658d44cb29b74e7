//! Who asks: credentials out of a request, and the hook that turns them into an identity.
//! Knows nothing of how identities are stored.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use super::{ApiError, OperationInfo};
use crate::Base64;
use crate::json::Node;
use crate::read::Mode;
use crate::rules::Rules;

/// Text that is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is this text; takes as long for any text of the same length.
    pub fn is(&self, text: &str) -> bool {
        let (own, other) = (self.0.as_bytes(), text.as_bytes());
        let difference = own.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
        own.len() == other.len() && difference == 0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What a request shows to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing.
    None,
    /// `Authorization: Basic …`
    Basic {
        /// The name of the user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// `Authorization: ApiKey …`, as it was sent.
    ApiKey(Secret),
}

impl Credentials {
    /// Reads `Authorization`; an error says that it cannot be understood, and never what it held.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else {
            return Ok(Self::None);
        };
        let refused = || ApiError::unauthorized("The `Authorization` header is not understood.");
        if values.next().is_some() {
            return Err(refused());
        }
        let text = value.to_str().map_err(|_| refused())?;
        let (scheme, rest) = text.trim().split_once(' ').ok_or_else(refused)?;
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("ApiKey") && !rest.is_empty() {
            Ok(Self::ApiKey(Secret::from(rest)))
        } else if scheme.eq_ignore_ascii_case("Basic") {
            basic(rest).ok_or_else(refused)
        } else {
            Err(refused())
        }
    }
}

fn basic(text: &str) -> Option<Credentials> {
    let bytes: Base64 = crate::read(&Node::from(text), &Rules::NONE, Mode::Lenient, "").ok()?;
    let text = String::from_utf8(bytes.0).ok()?;
    let (user, password) = text.split_once(':')?;
    Some(Credentials::Basic {
        user: user.to_owned(),
        password: Secret::from(password),
    })
}

/// A request to be let in.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What is shown.
    pub credentials: Credentials,
    /// What is asked for.
    pub operation: &'static OperationInfo,
    /// The space that it is asked for in; none is the default space.
    pub space: Option<String>,
}

/// Who asks, after an [`Authenticator`] knew them.
#[derive(Clone)]
pub struct Identity {
    name: Cow<'static, str>,
    details: Option<Arc<dyn Any + Send + Sync>>,
}

impl Identity {
    /// Somebody by this name.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            details: None,
        }
    }

    /// Keeps what the authenticator knows (roles, say) for handlers.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, details: T) -> Self {
        self.details = Some(Arc::new(details));
        self
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the authenticator kept, when it is of this type.
    pub fn details<T: Any>(&self) -> Option<&T> {
        self.details.as_ref()?.downcast_ref()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.name).finish()
    }
}

/// Decides who is let in.
pub trait Authenticator: Send + Sync + 'static {
    /// Knows who asks, or refuses: with [`ApiError::unauthorized`] or [`ApiError::forbidden`].
    fn authenticate(
        &self,
        attempt: Attempt,
    ) -> impl Future<Output = Result<Identity, ApiError>> + Send;
}

/// Lets nobody in: what serves when nothing else is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct RefuseAll;

impl Authenticator for RefuseAll {
    async fn authenticate(&self, _: Attempt) -> Result<Identity, ApiError> {
        Err(ApiError::unauthorized(
            "Nobody is let in: this server has no authenticator.",
        ))
    }
}

/// Lets everybody in, under the name that they give. For tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllowAnyone;

impl Authenticator for AllowAnyone {
    async fn authenticate(&self, attempt: Attempt) -> Result<Identity, ApiError> {
        Ok(match attempt.credentials {
            Credentials::Basic { user, .. } => Identity::new(user),
            Credentials::ApiKey(_) => Identity::new("api key"),
            Credentials::None => Identity::new("anonymous"),
        })
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Identity, ApiError>> + Send + 'a>>;

/// [`Authenticator`] as an object.
pub(super) trait Gate: Send + Sync {
    fn enter(&self, attempt: Attempt) -> Answer<'_>;
}

impl<A: Authenticator> Gate for A {
    fn enter(&self, attempt: Attempt) -> Answer<'_> {
        Box::pin(self.authenticate(attempt))
    }
}
