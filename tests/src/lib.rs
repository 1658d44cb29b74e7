//! Helpers that the end-to-end tests share. They know the workspace and its commands, nothing of the generator's inside.

pub mod built;
pub mod clients;
pub mod closed_loop;
pub mod conformance;
pub mod derives;
pub mod examples;
pub mod expected;
pub mod fuzz;
pub mod harness;
pub mod judge;
pub mod mutate;
pub mod sample;
pub mod served;
pub mod table;
pub mod tool;
pub mod tree;
pub mod workspace;
