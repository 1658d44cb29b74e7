//! One call on the wire: attempts, waits between them, redirects, time. Knows nothing of what is asked.

use std::time::SystemTime;

use http::header::LOCATION;
use http::{Method, Request, Response, StatusCode, Uri};
use tokio::time::sleep;

use super::answer::Coming;
use super::body::Body;
use super::deadline::Deadline;
use super::error::{ErrorKind, Redirected};
use super::sending::Prepared;
use super::trace::Trace;
use super::transport::Carried;
use super::{Answer, ByteStream, Client, Error, OperationInfo, StatusRange, StreamError};

/// As many as browsers of careful people follow.
const REDIRECTS: usize = 5;

/// Where a request goes, and how. Redirects change both, and the next try goes on from there.
struct Aim {
    method: Method,
    uri: Uri,
}

impl Client {
    /// Sends a request until there is an answer to give.
    //
    // What is handed to an async function by value is stored twice in its future, so nothing large is: without
    // `tracing` this one stays below the kilobyte up to which glibc has memory at hand for each thread.
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
        let uri = self.address(prepared)?;
        let mut aim = Aim { method, uri };
        let mut tries = 0;
        loop {
            tries += 1;
            let result = self.attempt(prepared, &mut aim, &deadline).await;
            let left = again && tries < settings.retries.tries();
            let wait = match (&result, left) {
                (Ok(response), true) => settings.retries.wait(response, tries, SystemTime::now),
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
                (None, Ok(response)) => return Ok(Answer::new(operation, response, deadline)),
                (None, Err(error)) => return Err(error),
            }
        }
    }

    /// Sends a request once, and follows where the server sends it.
    async fn attempt(
        &self,
        prepared: &mut Prepared,
        aim: &mut Aim,
        deadline: &Deadline,
    ) -> Result<Response<ByteStream>, Error> {
        let patience = self.settings().idle_timeout;
        for _ in 0..=REDIRECTS {
            let request = self.request(prepared, aim);
            let sent = self.transport().send(request, patience);
            let response = Self::sent(sent, deadline).await?;
            let Some(location) = redirect(prepared.operation, &response) else {
                return Ok(response);
            };
            let status = response.status();
            let elsewhere = || {
                let location = location.clone();
                Error::new(ErrorKind::Redirected(Redirected { status, location }))
            };
            let reads = matches!(aim.method, Method::GET | Method::HEAD);
            let keeps = matches!(status.as_u16(), 307 | 308) && prepared.repeatable;
            if status == StatusCode::SEE_OTHER {
                aim.method = Method::GET;
                prepared.forget_body();
            } else if !reads && !keeps {
                return Err(elsewhere());
            }
            let there = self.base().follow(&aim.uri, &location);
            aim.uri = there.ok_or_else(elsewhere)?;
        }
        let problem = "the server sends the caller from one address to the next";
        Err(Error::transport(problem))
    }

    /// What comes of a request that is on its way.
    async fn sent(mut sent: Carried, deadline: &Deadline) -> Result<Response<ByteStream>, Error> {
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

    fn request(&self, prepared: &mut Prepared, aim: &Aim) -> Request<Body> {
        let mut request = Request::new(prepared.body());
        *request.method_mut() = aim.method.clone();
        *request.uri_mut() = aim.uri.clone();
        let headers = request.headers_mut();
        *headers = prepared.headers.clone();
        self.complete(prepared.operation, writes(&aim.method), headers);
        request
    }
}

/// Whether Kibana wants to know that it is no form of a foreign page.
fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Where the server sends the caller; `None` for a redirect that is a documented answer.
fn redirect(operation: &OperationInfo, response: &Response<ByteStream>) -> Option<String> {
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
