//! The crates of the real documents that servers are made of, generated once for all tests. Knows where they stand.

use std::path::PathBuf;

use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, Config, Runtime};

use crate::workspace;

/// The document of this name and the folder of its crate; `None`, after a line that says so, where it is not there.
/// The settings are those of `tests/data/clients/NAME.settings.toml`.
///
/// # Panics
/// When it cannot be generated.
pub fn real(name: &str) -> Option<(Analysis, PathBuf)> {
    let spec = workspace::real(&format!("{name}.yaml"))?;
    let settings = workspace::data("clients").join(format!("{name}.settings.toml"));
    let settings = Settings::read(&settings).unwrap_or_else(|error| panic!("{error}"));
    let dir = workspace::kept(&format!("server-{name}")).join("api");
    let runtime = workspace::root().join("codegen/runtime");
    let config = Config::new(spec)
        .settings(settings)
        .runtime(Runtime::Path(runtime));
    let (analysis, _) = config
        .generate(&dir)
        .unwrap_or_else(|failure| panic!("{failure}"));
    Some((analysis, dir))
}
