//! One call on the wire: attempts, waits between them, redirects, time. Knows nothing of what is asked.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, LOCATION};
use http::{Method, Request, Response, StatusCode, Uri};
use tokio::time::sleep;

use super::answer::Coming;
use super::body::Body;
use super::client::XSRF;
use super::deadline::Deadline;
use super::error::{ErrorKind, Redirected};
use super::sending::Prepared;
use super::trace::Trace;
use super::transport::{Carried, Incoming};
use super::{Answer, ByteStream, Client, Error, OperationInfo, StatusRange, StreamError};
use crate::wire::{Coding, Pieces};

/// As many as browsers of careful people follow.
const REDIRECTS: usize = 5;

impl Client {
    /// Sends a request until there is an answer to give.
    //
    // What is handed to an async function by value is stored twice in its future, so nothing large is.
    pub(super) fn exchange(self, mut prepared: Prepared) -> Coming {
        Box::pin(async move {
            let operation = prepared.operation;
            let trace = Trace::begin(operation, self.in_space());
            let result = trace.within(self.attempts(&mut prepared, &trace)).await;
            let result = result.map_err(|error| error.of(operation));
            trace.end(&result);
            result
        })
    }

    async fn attempts(&self, prepared: &mut Prepared, trace: &Trace) -> Result<Answer, Error> {
        let settings = self.settings();
        let operation = prepared.operation;
        let deadline = Deadline::new(settings.timeout, prepared.progress());
        let method = Method::from_bytes(operation.method.as_bytes()).map_err(Error::transport)?;
        let again = prepared.repeatable && settings.retries.covers(&method);
        self.complete(operation, writes(&method), &mut prepared.headers);
        let mut tries = 0;
        loop {
            tries += 1;
            let result = self.attempt(prepared, method.clone(), &deadline).await;
            let left = again && tries < settings.retries.tries();
            let wait = match (&result, left) {
                (Ok(response), true) => settings.retries.wait(response, tries, SystemTime::now()),
                (Err(error), true) => settings.retries.wait_after(error, tries),
                (_, false) => None,
            };
            let wait = wait.filter(|wait| deadline.allows(*wait));
            match (wait, result) {
                (Some(wait), result) => {
                    let status = result.ok().map(|response| response.status().as_u16());
                    trace.again(tries, wait, status);
                    sleep(wait).await;
                }
                (None, Ok(response)) => {
                    let response = received(response, settings.idle_timeout);
                    return Ok(Answer::new(operation, response, deadline));
                }
                (None, Err(error)) => return Err(error),
            }
        }
    }

    /// Sends a request once, and follows where the server sends it.
    async fn attempt(
        &self,
        prepared: &mut Prepared,
        mut method: Method,
        deadline: &Deadline,
    ) -> Result<Response<Incoming>, Error> {
        let mut uri = self.address(prepared)?;
        for _ in 0..=REDIRECTS {
            let body = prepared.body();
            let request = Self::request(prepared, method.clone(), uri.clone(), body);
            let sent = self.transport().send(request);
            let response = Self::sent(sent, deadline).await?;
            let Some(location) = redirect(prepared.operation, &response) else {
                return Ok(response);
            };
            let status = response.status();
            let elsewhere = || {
                let location = location.clone();
                Error::new(ErrorKind::Redirected(Redirected { status, location }))
            };
            let reads = matches!(method, Method::GET | Method::HEAD);
            let keeps = matches!(status.as_u16(), 307 | 308) && prepared.repeatable;
            if status == StatusCode::SEE_OTHER {
                method = Method::GET;
                prepared.forget_body();
                // What only reads says nothing about forms.
                prepared.headers.remove(XSRF);
            } else if !reads && !keeps {
                return Err(elsewhere());
            }
            uri = self.base().follow(&uri, &location).ok_or_else(elsewhere)?;
        }
        let problem = "the server sends the caller from one address to the next";
        Err(Error::transport(problem))
    }

    /// What comes of a request that is on its way.
    async fn sent(mut sent: Carried, deadline: &Deadline) -> Result<Response<Incoming>, Error> {
        let result = deadline.within(sent.as_mut()).await?;
        // Why the body broke off says more than what became of it, an answer to the first half of it included.
        match deadline.broken() {
            Some(StreamError::Unreadable(violations)) => {
                Err(Error::new(ErrorKind::Invalid(violations)))
            }
            Some(problem) => Err(problem.into()),
            None => result.map_err(Error::transport),
        }
    }

    fn request(prepared: &Prepared, method: Method, uri: Uri, body: Body) -> Request<Body> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = prepared.headers.clone();
        request
    }
}

/// Whether Kibana wants to know that it is no form of a foreign page.
fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Where the server sends the caller; `None` for a redirect that is a documented answer.
fn redirect(operation: &OperationInfo, response: &Response<Incoming>) -> Option<String> {
    let status = response.status().as_u16();
    let documented = matches!(
        operation.status_range(status),
        Some(StatusRange::Code(_) | StatusRange::Class(_))
    );
    if documented || !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

/// The answer with its body as a stream within bounds.
fn received(response: Response<Incoming>, patience: Duration) -> Response<ByteStream> {
    let (mut parts, body) = response.into_parts();
    let encoding = parts.headers.get(CONTENT_ENCODING);
    let coding = encoding.and_then(|value| Coding::of(value.to_str().ok()?));
    if coding.is_some() {
        parts.headers.remove(CONTENT_ENCODING);
        parts.headers.remove(CONTENT_LENGTH);
    }
    // Whoever reads it has a limit: here, none is known.
    let pieces = Pieces::new(body, patience, coding, usize::MAX);
    Response::from_parts(parts, ByteStream::new(pieces))
}
