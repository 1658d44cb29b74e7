//! A call that can be awaited. Generic as thinly as can be: everything that takes time is the same for all operations.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::answer::Coming;
use super::sending::{IntoCall, Sending};
use super::{Answer, Client, Error, FromAnswer, Operation};
use crate::client::error::ErrorKind;

/// An operation that a client can call.
pub trait Callable: Operation<Request: IntoCall, Response: FromAnswer> {
    /// What a caller wants: the body of the success, where there is just one.
    type Success;

    /// What a caller wants of a response whose status is a success.
    fn success(response: Self::Response) -> Option<Self::Success>;
}

/// A call that is not made yet: `.await` makes it.
#[must_use = "a call is made when it is awaited"]
pub struct Call<O: Operation> {
    client: Client,
    request: O::Request,
}

impl<O: Callable> Call<O> {
    /// A call of an operation.
    pub fn new(client: &Client, request: O::Request) -> Self {
        Self {
            client: client.clone(),
            request,
        }
    }

    /// The request, to set what it leaves out.
    pub fn request(&mut self) -> &mut O::Request {
        &mut self.request
    }

    /// Makes the call; every documented answer is a value of its own.
    pub fn response(self) -> Pending<O::Response> {
        self.send(O::Response::from_answer)
    }

    pub(super) fn into_parts(self) -> (Client, O::Request) {
        (self.client, self.request)
    }

    fn send<T>(self, read: fn(&mut Answer) -> Option<T>) -> Pending<T> {
        let mut sending = Sending::new(O::INFO, self.client.settings().checked);
        self.request.into_call(&mut sending);
        Pending::new(self.client, sending, read)
    }
}

impl<O: Callable> IntoFuture for Call<O> {
    type Output = Result<O::Success, Error>;
    type IntoFuture = Pending<O::Success>;

    fn into_future(self) -> Pending<O::Success> {
        self.send(success::<O>)
    }
}

fn success<O: Callable>(answer: &mut Answer) -> Option<O::Success> {
    // Whatever else it is, it is no success: nobody asks for more than what stands in the error.
    if !answer.status().is_success() {
        return None;
    }
    O::success(O::Response::from_answer(answer)?)
}

impl<O: Operation<Request: Clone>> Clone for Call<O> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            request: self.request.clone(),
        }
    }
}

impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&O::INFO.id).finish()
    }
}

/// A call on its way. Dropped, it is given up, and nothing of it is left.
#[must_use = "futures do nothing unless they are polled"]
pub struct Pending<T> {
    stage: Stage,
    /// The most bytes that are read of an answer which is wanted as a whole.
    limit: usize,
    read: fn(&mut Answer) -> Option<T>,
}

enum Stage {
    /// It was never sent.
    Refused(Option<Error>),
    /// Until the head of the answer is there.
    Head(Coming),
    /// Until all of it is there.
    Whole(Coming),
}

impl<T> Pending<T> {
    fn new(client: Client, sending: Sending, read: fn(&mut Answer) -> Option<T>) -> Self {
        let operation = sending.operation();
        let limit = client.settings().answer_limit;
        let stage = match sending.finish() {
            Ok(prepared) => Stage::Head(client.exchange(prepared)),
            Err(violations) => {
                let error = Error::new(ErrorKind::Invalid(violations)).of(operation);
                Stage::Refused(Some(error))
            }
        };
        Self { stage, limit, read }
    }

    /// What an answer is, all of which is there.
    fn value(&self, mut answer: Answer) -> Result<T, Error> {
        (self.read)(&mut answer).ok_or_else(|| answer.error())
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match &mut self.stage {
                Stage::Refused(error) => {
                    return match error.take() {
                        Some(error) => Poll::Ready(Err(error)),
                        None => Poll::Pending,
                    };
                }
                Stage::Head(coming) => {
                    let coming = ready!(coming.as_mut().poll(cx));
                    self.stage = Stage::Refused(None);
                    let mut answer = coming?;
                    if let Some(value) = (self.read)(&mut answer) {
                        return Poll::Ready(Ok(value));
                    }
                    if answer.has_arrived(cx, self.limit) {
                        return Poll::Ready(self.value(answer));
                    }
                    self.stage = Stage::Whole(answer.read_whole(self.limit));
                }
                Stage::Whole(coming) => {
                    let coming = ready!(coming.as_mut().poll(cx));
                    self.stage = Stage::Refused(None);
                    return Poll::Ready(self.value(coming?));
                }
            }
        }
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}
