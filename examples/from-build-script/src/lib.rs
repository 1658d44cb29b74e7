//! Two groups of `library.yaml`, made by `build.rs` as `kibana.toml` says, one of them served.

use kibana_runtime::serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use library::books::{Book, get_book};
use library::server::{ApiError, RequestContext, books::Books};

/// The models, one module per group, and beside them the client and the server.
pub mod library {
    include!(concat!(env!("OUT_DIR"), "/library.rs"));
}

/// A day of the calendar: what stands for the schema `Day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// The year, from 0 to 9999.
    pub year: u16,
    /// The month, from 1 to 12.
    pub month: u8,
    /// The day of the month, from 1 to 31.
    pub day: u8,
}

impl Day {
    /// Reads `2026-05-01`; `None` when it is no such text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut next = |length| parts.next().filter(|part| part.len() == length);
        let day = Self {
            year: next(4)?.parse().ok()?,
            month: next(2)?.parse().ok()?,
            day: next(2)?.parse().ok()?,
        };
        ((1..=12).contains(&day.month) && (1..=31).contains(&day.day)).then_some(day)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { year, month, day } = self;
        serializer.collect_str(&format_args!("{year:04}-{month:02}-{day:02}"))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected a day such as 2026-05-01"))
    }
}

/// Serves the books of a shelf that fits into one program.
pub struct Shelf(pub Vec<Book>);

impl Books for Shelf {
    async fn get_book(
        &self,
        _context: RequestContext,
        request: get_book::Request,
    ) -> Result<get_book::Response, ApiError> {
        let mut books = self.0.iter();
        match books.find(|book| book.isbn == request.isbn) {
            Some(book) => Ok(get_book::Response::Ok(book.clone())),
            None => Err(ApiError::not_found("The shelf has no such book.")),
        }
    }
}
