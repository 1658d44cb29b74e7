//! Generates the client, and for the tests a fake Kibana.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut halves = vec!["client"];
    if std::env::var_os("CARGO_FEATURE_MOCK").is_some() {
        halves.extend(["server", "mock"]);
    }
    let config = kibana_codegen::Config::new("kibana.yaml").halves(halves);
    println!("cargo::rerun-if-changed=build.rs");
    for input in config.inputs() {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    config.generate_module(std::env::var("OUT_DIR")?.as_ref(), "kibana.rs")?;
    Ok(())
}
