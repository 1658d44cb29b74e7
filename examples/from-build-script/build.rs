//! Generates the models, a client and a server. Cargo runs it again only when one of its inputs has changed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = kibana_codegen::Config::new("library.yaml")
        .settings_file("kibana.toml")?
        .halves(["client", "server"]);
    println!("cargo::rerun-if-changed=build.rs");
    for input in config.inputs() {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    config.generate_module(std::env::var("OUT_DIR")?.as_ref(), "library.rs")?;
    Ok(())
}
