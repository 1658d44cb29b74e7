//! Lists that come page by page, as one stream. Knows JSON, and nothing of single operations.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{self, Stream, StreamExt};

use super::{Call, Callable, Error};
use crate::Nullable;

/// An operation that answers with one page of a list.
pub trait Paged: Callable<Request: Clone, Success: Send + 'static> {
    /// What the list is of.
    type Item: Send + 'static;

    /// The items of a page.
    fn items(page: Self::Success) -> Vec<Self::Item>;

    /// Changes the request so that it asks for the page after this one; `false` at the end.
    fn turn(request: &mut Self::Request, page: &Self::Success, turn: &mut Turn) -> bool;
}

/// Where a list stands that comes page by page.
#[derive(Debug, Default)]
pub struct Turn {
    /// The page that was read last, counted as the server counts.
    number: Option<f64>,
    /// How many items came so far.
    seen: f64,
}

impl Turn {
    /// Pages by number: sets the number of the next one. `number` is which one this was, where the answer says it;
    /// `first` is how the server calls the first page.
    pub fn numbered<N: Count>(
        &mut self,
        page: &mut Option<N>,
        first: i32,
        number: Option<f64>,
        items: usize,
        total: Option<f64>,
    ) -> bool {
        let (first, items) = (f64::from(first), items as f64);
        let asked = page.as_ref().and_then(Count::get);
        let read = number
            .or(asked)
            .unwrap_or(self.number.map_or(first, |last| last + 1.0));
        if self.number.is_none() {
            // Where the caller began later, what comes before counts as seen: pages are of one size.
            self.seen = asked.map_or(0.0, |asked| (asked - first).max(0.0)) * items;
        }
        self.seen += items;
        // A server that gives the same page again would never end.
        let stuck = self.number.is_some_and(|last| read <= last);
        self.number = Some(read);
        // An empty page is the last, whatever the total says.
        let more = items > 0.0 && !stuck && total.is_none_or(|total| self.seen < total);
        match N::of(read + 1.0) {
            Some(next) if more => {
                *page = Some(next);
                true
            }
            _ => false,
        }
    }

    /// Pages by cursor: sets what the last page gave for the next one.
    pub fn cursor<T: Clone + PartialEq>(
        &mut self,
        cursor: &mut Option<T>,
        next: Option<T>,
        items: usize,
    ) -> bool {
        // A server that gives the same cursor again would never end.
        if items == 0 || next.is_none() || next == *cursor {
            return false;
        }
        *cursor = next;
        true
    }
}

/// A number of the document, whatever type it has.
pub trait Count: Sized {
    /// The number; `None` where there is none.
    fn get(&self) -> Option<f64>;

    /// A number of this type; `None` where it has none such.
    fn of(number: f64) -> Option<Self>;
}

impl Count for i64 {
    fn get(&self) -> Option<f64> {
        Some(*self as f64)
    }

    fn of(number: f64) -> Option<Self> {
        crate::json::integral(number)
    }
}

impl Count for i32 {
    fn get(&self) -> Option<f64> {
        Some(f64::from(*self))
    }

    fn of(number: f64) -> Option<Self> {
        crate::json::integral(number)?.try_into().ok()
    }
}

impl Count for f64 {
    fn get(&self) -> Option<f64> {
        Some(*self)
    }

    fn of(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl<N: Count> Count for Option<N> {
    fn get(&self) -> Option<f64> {
        self.as_ref()?.get()
    }

    fn of(number: f64) -> Option<Self> {
        N::of(number).map(Some)
    }
}

impl<N: Count> Count for Nullable<N> {
    fn get(&self) -> Option<f64> {
        self.value()?.get()
    }

    fn of(number: f64) -> Option<Self> {
        N::of(number).map(Self::Value)
    }
}

/// Things that come one by one, each with a call behind it.
pub struct Listing<T>(Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>);

impl<T> Listing<T> {
    /// The next one; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the call. There is nothing after an error.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        self.0.next().await.transpose()
    }
}

impl<O: Paged> Call<O> {
    /// The pages, from the one that is asked for. Each is a call of its own, made when it is wanted.
    pub fn pages(self) -> Listing<O::Success> {
        let (client, request) = self.into_parts();
        let state = Some((client, request, Turn::default()));
        Listing(Box::pin(stream::try_unfold(state, |state| async move {
            let Some((client, mut request, mut turn)) = state else {
                return Ok(None);
            };
            let page = Self::new(&client, request.clone()).await?;
            let more = O::turn(&mut request, &page, &mut turn);
            Ok(Some((page, more.then_some((client, request, turn)))))
        })))
    }

    /// The items of all pages.
    pub fn items(self) -> Listing<O::Item> {
        let pages = self.pages().0.map(|page| {
            let (items, error) = match page {
                Ok(page) => (O::items(page), None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            stream::iter(items.into_iter().map(Ok).chain(error))
        });
        Listing(Box::pin(pages.flatten()))
    }
}

impl<T> Stream for Listing<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listing")
    }
}
