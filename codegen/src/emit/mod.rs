//! From the intermediate representation to the files of a crate. Knows the IR and Rust, nothing of OpenAPI.

mod docs;
mod syntax;
