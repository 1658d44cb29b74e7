//! Answers from a document alone: what a generated crate's feature `mock` serves. Knows tables of answers that the
//! generator wrote; which types they have, generated code says.
//!
//! A table is JSON: for every operation, by id, its documented responses in the order of the variants of its response
//! type, each with `status` (`200`, `4XX`, `default`), `mediaType`, `headers`, the documented `examples` (`name` and
//! `value`) and an `instance` made from the schema. `versions` beside a value are the JSON pointers of where it holds the
//! version of Kibana.

mod answer;
mod control;
mod drain;
mod engine;
mod program;
mod served;
mod state;
mod store;
mod user;
mod watch;

pub use answer::Answer;
pub use control::CONTROL;
pub use drain::Drain;
pub use engine::Mock;
pub use program::{run, serve};
pub use state::state_of;
pub use user::KnownUser;
pub use watch::{Fault, Received};
