//! What the generator writes for a handful of operations, by hand: requests and responses that both halves share, what
//! the server half adds (`server`), and what the client half adds (`client`).
#![allow(dead_code, missing_docs, unreachable_pub)]

pub mod cases;
pub mod client;
pub mod objects;
pub mod server;
