//! The README's Rust about a generated crate is Rust about the crate of this repository.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use kibana_tests::{built, workspace};

/// The blocks of Rust in the README that speak of the generated crate.
fn blocks() -> Vec<String> {
    let readme = std::fs::read_to_string(workspace::root().join("README.md")).unwrap();
    let blocks = readme.split("```rust\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let blocks = blocks.filter(|block| block.contains("kibana_api::"));
    blocks.map(String::from).collect()
}

#[test]
fn the_code_of_the_readme_compiles() {
    let blocks = blocks();
    assert_eq!(blocks.len(), 3, "{blocks:#?}");
    let root = workspace::root();
    let dir = workspace::kept("readme-code");
    let generated = root.join("generated");
    let manifest = format!(
        "[package]\nname = \"readme-code\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\nserde_json = \"1\"\nkibana-api = {{ path = '{}', features = [\"cases\", \"reqwest\", \"server\"] }}\n",
        generated.display()
    );
    let head = "#![allow(dead_code, unused_variables)]\n\ntype Done = Result<(), Box<dyn std::error::Error>>;\n";
    // What the text around the blocks says is there.
    let models = format!(
        "fn models(text: &str) -> Done {{\n{}Ok(())\n}}\n",
        blocks[0]
    );
    let client = format!(
        "async fn client(key: &str) -> Done {{\n{}Ok(())\n}}\n",
        blocks[1]
    );
    let server = format!(
        "fn server(authenticator: kibana_api::server::AllowAnyone) -> Done {{\n    \
         impl Memory {{\n        fn find(&self, _: Option<&str>, _: &str) -> Option<kibana_api::cases::Case> {{\n            \
         None\n        }}\n    }}\n{}Ok(())\n}}\n",
        blocks[2]
    );
    built::write(&dir.join("Cargo.toml"), &manifest);
    built::write(
        &dir.join("src/lib.rs"),
        &[head, &models, &client, &server].join("\n"),
    );
    built::cargo(&dir, &["check"]);
}
