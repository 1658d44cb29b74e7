//! Helpers that the end-to-end tests share.

pub mod examples;
pub mod expected;
pub mod harness;
pub mod judge;
pub mod specs;
