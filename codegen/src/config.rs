//! One run of the generator, from files to files: what `build.rs`, `cargo xtask` and `kibana-codegen` share.
//! Knows all stages.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::document::{Document, Source};
use crate::export::Manners;
use crate::failure::Failure;
use crate::load;
use crate::output::{self, Comparison, Files, Written};
use crate::print::{self, Crate, Runtime};
use crate::settings::{Settings, SettingsError};
use crate::version::check_version;
use crate::{Analysis, analyse, overlay};

/// One run of the generator.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// kibana_codegen::Config::new("kibana.yaml").generate("kibana-api".as_ref())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    spec: PathBuf,
    overlays: Vec<PathBuf>,
    settings: Settings,
    settings_file: Option<PathBuf>,
    crate_name: String,
    runtime: Runtime,
    own_workspace: bool,
    command: String,
    seed: u64,
    halves: Vec<String>,
}

impl Config {
    /// Generates from this OpenAPI document.
    pub fn new(spec: impl Into<PathBuf>) -> Self {
        Self {
            spec: spec.into(),
            overlays: Vec::new(),
            settings: Settings::default(),
            settings_file: None,
            crate_name: "kibana-api".to_string(),
            runtime: Runtime::Version(env!("CARGO_PKG_VERSION").to_string()),
            own_workspace: true,
            command: "kibana-codegen generate".to_string(),
            seed: 0,
            halves: Vec::new(),
        }
    }

    /// Applies an OpenAPI Overlay 1.0 document before anything else; call again for more, applied in order.
    #[must_use]
    pub fn overlay(mut self, path: impl Into<PathBuf>) -> Self {
        self.overlays.push(path.into());
        self
    }

    /// Uses these settings; for those in a file, see [`Config::settings_file`].
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self.settings_file = None;
        self
    }

    /// Uses the settings of a file, which is one of the [`Config::inputs`] then.
    ///
    /// # Errors
    /// When the file cannot be read, or [`Settings::parse`] refuses it.
    pub fn settings_file(mut self, path: impl Into<PathBuf>) -> Result<Self, Failure> {
        let path = path.into();
        self.settings = Settings::read(&path).map_err(Failure::Settings)?;
        self.settings_file = Some(path);
        Ok(self)
    }

    /// Name of the generated package; `kibana-api` unless it is said otherwise.
    #[must_use]
    pub fn crate_name(mut self, name: impl Into<String>) -> Self {
        self.crate_name = name.into();
        self
    }

    /// How the generated crate finds the runtime crate; by the version of this generator unless it is said
    /// otherwise. A relative path is relative to the current folder; the generated `Cargo.toml` holds the way from
    /// the generated crate.
    #[must_use]
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = runtime;
        self
    }

    /// The command that the header of every file names; `kibana-codegen generate` unless it is said otherwise.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = command.into();
        self
    }

    /// What the mock's answers are made from, where the document has no valid example; 0 unless it is said otherwise.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The halves that [`Config::generate_module`] writes besides the models, by the features of a crate: `server`,
    /// `mock`, which brings `server`. The runtime crate must have the same features.
    #[must_use]
    pub fn halves<T: Into<String>>(mut self, halves: impl IntoIterator<Item = T>) -> Self {
        self.halves = halves.into_iter().map(Into::into).collect();
        self
    }

    /// Says that the generated crate is a member of a workspace that exists. Otherwise it is its own workspace,
    /// so that it compiles wherever it stands.
    #[must_use]
    pub fn workspace_member(mut self) -> Self {
        self.own_workspace = false;
        self
    }

    /// Reads the document and lowers it; nothing is written.
    ///
    /// # Errors
    /// When a file cannot be read or is not what it should be. Problems *in* the document are in the
    /// returned [`Analysis`].
    pub fn analyse(&self) -> Result<Analysis, Failure> {
        Ok(analyse(self.load()?, &self.settings))
    }

    /// Reads two documents as [`Config::analyse`] does, side by side, for [`drift`](crate::drift).
    ///
    /// # Errors
    /// Those of the old document first.
    pub fn analyse_both(old: &Self, new: &Self) -> Result<(Analysis, Analysis), Failure> {
        // Every change has a place, and to find the first one in a document takes longer than all others.
        let prepare_places = |source: &Source| {
            source.places();
        };
        std::thread::scope(|scope| {
            let old = scope.spawn(|| -> Result<Analysis, Failure> {
                let old = old.analyse()?;
                prepare_places(&old.document.source);
                Ok(old)
            });
            let new = new.load().map(|document| {
                let source = Arc::clone(&document.source);
                scope.spawn(move || prepare_places(&source));
                analyse(document, &new.settings)
            });
            match old.join() {
                Ok(old) => Ok((old?, new?)),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// Reads the document and applies the overlays.
    fn load(&self) -> Result<Document, Failure> {
        self.settings.check().map_err(Failure::Settings)?;
        let mut document = load::load_file(&self.spec).map_err(Failure::load)?;
        if let Err(problem) = check_version(&document) {
            return Err(Failure::Document {
                document: Box::new(document),
                diagnostics: vec![problem],
            });
        }
        for path in &self.overlays {
            let overlay = load::load_file(path).map_err(Failure::load)?;
            let problems = overlay::apply(&mut document, &overlay);
            if problems.has_errors() {
                return Err(Failure::Document {
                    document: Box::new(overlay),
                    diagnostics: problems.iter().cloned().collect(),
                });
            }
        }
        Ok(document)
    }

    /// Writes the crate into a folder: what changed is written, what is stale is removed, and only that.
    ///
    /// # Errors
    /// When the document cannot be generated whole, or the folder cannot be written. The old crate stays.
    pub fn generate(&self, dir: &Path) -> Result<(Analysis, Written), Failure> {
        let (analysis, files) = self.files(dir)?;
        let written = output::write(dir, &files).map_err(Failure::Output)?;
        Ok((analysis, written))
    }

    /// Writes the models, and the [`Config::halves`], into one file of a folder, for `include!`: the way of a `build.rs`.
    ///
    /// The file holds one inline module per group of the API and depends on `kibana_runtime` only. It is written when
    /// its text changes. Nothing is printed: which files to watch is said by [`Config::inputs`].
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let config = kibana_codegen::Config::new("kibana.yaml").settings_file("kibana.toml")?;
    /// println!("cargo::rerun-if-changed=build.rs");
    /// for input in config.inputs() {
    ///     println!("cargo::rerun-if-changed={}", input.display());
    /// }
    /// config.generate_module(std::env::var("OUT_DIR")?.as_ref(), "kibana.rs")?;
    /// // In the crate: pub mod kibana { include!(concat!(env!("OUT_DIR"), "/kibana.rs")); }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the document cannot be generated whole, or the file cannot be written. The old file stays.
    pub fn generate_module(&self, dir: &Path, file: &str) -> Result<Analysis, Failure> {
        let halves = print::halves(&self.halves).map_err(|name| {
            let known = print::HALVES.iter().filter_map(|half| half.feature());
            let known: Vec<&str> = known.map(|feature| feature.name).collect();
            let message = format!("there is no half `{name}`: choose of {}", known.join(", "));
            Failure::Settings(SettingsError::Value(message))
        })?;
        let analysis = self.complete()?;
        let package = self.package(&analysis, self.runtime.clone());
        let printed = print::text(&analysis.api, &package, &halves);
        let (text, included) = printed.map_err(Failure::Unprintable)?;
        for (path, included) in &included {
            output::write_file(dir, path, &included.text).map_err(Failure::Output)?;
        }
        output::write_file(dir, file, &text).map_err(Failure::Output)?;
        Ok(analysis)
    }

    fn package(&self, analysis: &Analysis, runtime: Runtime) -> Crate {
        Crate {
            name: self.crate_name.clone(),
            runtime,
            dependencies: self.settings.dependencies.clone(),
            own_workspace: self.own_workspace,
            command: self.command.clone(),
            document: format!("{:#}\n", crate::export::export(analysis, Manners::Kibana)),
            seed: self.seed,
        }
    }

    /// The effective document: what the generated code takes and answers, with these manners; see
    /// [`export`](mod@crate::export).
    ///
    /// # Errors
    /// When the document cannot be generated whole.
    pub fn export(&self, manners: Manners) -> Result<serde_json::Value, Failure> {
        Ok(crate::export::export(&self.complete()?, manners))
    }

    /// The files that a run reads: the document, the overlays, and the settings when they come from a file.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        let spec = std::iter::once(&self.spec);
        let files = spec.chain(&self.overlays).chain(&self.settings_file);
        files.map(PathBuf::as_path)
    }

    /// Compares the crate in a folder with what [`Config::generate`] would write; nothing is written.
    ///
    /// # Errors
    /// When the document cannot be generated whole, or the folder cannot be read.
    pub fn check(&self, dir: &Path) -> Result<(Analysis, Comparison), Failure> {
        let (analysis, files) = self.files(dir)?;
        let comparison = output::compare(dir, &files).map_err(Failure::Output)?;
        Ok((analysis, comparison))
    }

    /// The files of the crate.
    fn files(&self, dir: &Path) -> Result<(Analysis, Files), Failure> {
        package_name(&self.crate_name).map_err(|reason| {
            let message = format!("`{}` is no name for the crate: {reason}", self.crate_name);
            Failure::Settings(SettingsError::Value(message))
        })?;
        let analysis = self.complete()?;
        let runtime = match &self.runtime {
            Runtime::Path(path) => Runtime::Path(way(dir, path)),
            Runtime::Version(version) => Runtime::Version(version.clone()),
        };
        let package = self.package(&analysis, runtime);
        let files = print::print(&analysis.api, &package).map_err(Failure::Unprintable)?;
        Ok((analysis, files))
    }

    pub(crate) fn complete(&self) -> Result<Analysis, Failure> {
        let analysis = self.analyse()?;
        if analysis.diagnostics.has_errors() {
            return Err(Failure::Document {
                diagnostics: analysis.diagnostics.iter().cloned().collect(),
                document: Box::new(analysis.document),
            });
        }
        Ok(analysis)
    }
}

/// A name that Cargo takes.
pub(crate) fn package_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) || !text.chars().all(plain) {
        return Err(
            "a package name starts with a letter and goes on with letters, digits, `-` and `_`"
                .to_string(),
        );
    }
    let ident = text.replace('-', "_");
    // `gen` is a keyword of the edition that is written, which `syn` does not know yet.
    if ident == "gen" || syn::parse_str::<syn::Ident>(&ident).is_err() {
        return Err("it is a keyword of Rust".to_string());
    }
    match ident.to_ascii_lowercase().as_str() {
        "std" | "core" | "alloc" | "test" | "proc_macro" => {
            Err("it is the name of a crate that comes with Rust".to_string())
        }
        "kibana_runtime" => Err("it is the name of the crate that it depends on".to_string()),
        "build" | "deps" | "examples" | "incremental" => {
            Err("it is the name of a folder that cargo builds in".to_string())
        }
        "con" | "prn" | "aux" | "nul" => Err("it is a reserved name on Windows".to_string()),
        _ => Ok(text.to_string()),
    }
}

/// The way from one folder to another, as short as it can be; the folders need not exist.
fn way(from: &Path, to: &Path) -> PathBuf {
    match (absolute(from), absolute(to)) {
        (Some(from), Some(to)) => pathdiff::diff_paths(&to, &from).unwrap_or(to),
        _ => to.to_path_buf(),
    }
}

/// The absolute path; links are followed as far as the path exists.
fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    for ancestor in path.ancestors() {
        if let Ok(real) = ancestor.canonicalize() {
            return Some(real.join(path.strip_prefix(ancestor).ok()?));
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn a_name_that_cannot_compile_is_refused() {
        let names = [
            "box",
            "match",
            "self",
            "async",
            "gen",
            "std",
            "core",
            "kibana-runtime",
            "kibana_runtime",
            "build",
            "2nd",
            "a.b",
            "",
        ];
        for name in names {
            assert!(package_name(name).is_err(), "{name}");
        }
        for name in ["kibana-api", "union", "boxes", "kibana_runtime2"] {
            assert_eq!(package_name(name), Ok(name.to_string()));
        }
    }
}
