//! The commands that `kibana-codegen` and `cargo xtask` share: arguments in, text and an exit code out. Knows all stages.
//!
//! Exit codes: 0 when all is well, 1 when the document has errors or the crate is not up to date,
//! 2 when the command line is wrong (by clap).

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::Document;
use crate::drift::allow::{AllowError, Allowlist};
use crate::drift::{self, Drift};
use crate::export::Manners;
use crate::failure::{Failure, errors};
use crate::ir::{Home, Shape, Standing};
use crate::output::{self, Comparison, Written};
use crate::passes::unions;
use crate::plan::Plan;
use crate::print::MOCK;
use crate::print::Runtime;
use crate::render::visible;
use crate::report::{Report, strategy_name};
use crate::{Analysis, render};

pub use defaults::{Defaults, LockArgs};
#[cfg(feature = "fetch")]
pub use fetch::FetchArgs;
pub use input::Input;
use input::{count, input_config};

/// The name of the generated package.
const DEFAULT_NAME: &str = "kibana-api";

/// Prints a line; colours only for a terminal that wants them. Nobody listening any more (`… | head`) is no error.
macro_rules! say {
    ($($text:tt)*) => {{
        let _ = writeln!(anstream::stdout(), $($text)*);
    }};
}

/// The same without an end of line.
macro_rules! show {
    ($($text:tt)*) => {{
        let _ = write!(anstream::stdout(), $($text)*);
    }};
}

/// A line on the error output.
macro_rules! complain {
    ($($text:tt)*) => {{
        let _ = writeln!(anstream::stderr(), $($text)*);
    }};
}

mod defaults;
#[cfg(feature = "fetch")]
mod fetch;
mod input;
#[cfg(feature = "mock")]
mod mock;
#[cfg(feature = "fetch")]
mod unchanged;

/// What the commands do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the crate: models for every schema that an operation reaches
    ///
    /// Only what changed is written, and stale files are removed; a folder with files of somebody else is left
    /// alone. When the document has errors, nothing is written.
    Generate(Target),
    /// Compare the crate with what `generate` would write, and fail when they differ
    ///
    /// Nothing is written. Files that are stale, missing or extra are listed, with a short difference and the command
    /// that mends it. Extra are files that are not generated any more, and files in `src/` that never were: these
    /// have to be moved away by hand.
    Check(Target),
    /// List every repair, warning and error of a document, with its place and what it means
    Lint(Lint),
    /// Say in numbers what the generator makes of a document
    Report(ReportArgs),
    /// Say what changed between two documents, and whom it breaks
    ///
    /// Messages are compared, not files: components that are moved, renamed or put inline change nothing. Every
    /// change has a rule (`--rules` lists them), the place in both documents and the Rust items that it touches.
    Drift(DriftArgs),
    /// Write the effective document: what the generated code takes and answers, as OpenAPI 3.0.3
    ///
    /// Overlays and repairs are applied and every leniency is said: what may be absent is not required, unions are
    /// `anyOf`, formats that are not checked are `x-format`, writes take `kbn-xsrf`, what the server takes beyond that
    /// is `x-lenient`, and the errors that the server itself answers are listed. Validators, mock servers and test tools
    /// of others can read it.
    Export(ExportArgs),
    /// Bring a published document into the cache, and lock its bytes for everybody
    ///
    /// `fetch 9.2.0` gets the document of that release from Kibana's repository, `fetch main` that of a branch, tag
    /// or commit. Its SHA-256 goes to kibana.lock; commit that file. Then every command takes `--spec kibana@9.2.0`.
    /// Without arguments, `fetch` gets what kibana.lock names and the cache lacks: for a new machine and for CI.
    ///
    /// When a document is not what is locked, nothing is locked and the exit code is 1; look with `drift`, and accept
    /// with `--update`. KIBANA_CODEGEN_CACHE names another folder for the cache, KIBANA_CODEGEN_URL a mirror of
    /// `https://raw.githubusercontent.com/elastic/kibana`; HTTPS_PROXY and NO_PROXY are respected.
    #[cfg(feature = "fetch")]
    Fetch(FetchArgs),
    /// Serve a document: a fake that takes requests as the real thing does, and remembers what was created
    ///
    /// No code is generated. What is created is found, changed and deleted again, for every resource that `report`
    /// lists; everything else is answered with documented examples, or values made from the schemas. A request chooses
    /// another answer with `Prefer: code=404` or `Prefer: example=NAME`; the document is at `GET /api/oas`.
    #[cfg(feature = "mock")]
    Mock(mock::MockArgs),
}

/// The crate to write or compare.
#[derive(Args, Debug)]
pub struct Target {
    #[command(flatten)]
    input: Input,
    /// Folder of the crate [default: generated]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Name of the package
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME, value_parser = crate::config::package_name)]
    crate_name: String,
    /// Folder of the runtime crate, for the generated Cargo.toml [default: its version, or the one beside the sources of
    /// this generator when it runs in its own workspace]
    #[arg(long, value_name = "DIR")]
    runtime: Option<PathBuf>,
    /// List all repairs and warnings
    #[arg(short, long)]
    verbose: bool,
}

/// What `lint` shows.
#[derive(Args, Debug)]
pub struct Lint {
    #[command(flatten)]
    input: Input,
    /// List every union with the way its members are told apart
    #[arg(long)]
    unions: bool,
}

/// What `report` shows.
#[derive(Args, Debug)]
pub struct ReportArgs {
    #[command(flatten)]
    input: Input,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What `export` writes.
#[derive(Args, Debug)]
pub struct ExportArgs {
    #[command(flatten)]
    input: Input,
    /// File to write [default: the standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How the document is written
    #[arg(long, value_enum, default_value_t = DocumentFormat::Yaml)]
    format: DocumentFormat,
    /// What a server takes and answers that keeps to the letter of the document
    #[arg(long)]
    strict: bool,
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocumentFormat {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// What `drift` compares and shows.
#[derive(Args, Debug)]
pub struct DriftArgs {
    /// The old document and the new one, files or `kibana@NAME`; with one, the old one is spec/kibana.yaml
    #[arg(value_names = ["OLD", "NEW"], num_args = 1..=2, required_unless_present = "rules")]
    documents: Vec<PathBuf>,
    /// How the changes are written
    #[arg(long, value_enum, default_value_t = DriftFormat::Text)]
    format: DriftFormat,
    /// Fail when there is a change of this severity or above
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<Least>,
    /// Leave out what breaks only the others
    #[arg(long = "for", value_name = "WHOM", value_enum)]
    audience: Option<Audience>,
    /// TOML file of changes that were looked at and accepted, each with its reason
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// Settings of both documents, so that only the groups that are generated are compared
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// OpenAPI Overlay 1.0 document to apply to both first; may be given several times
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// Show what breaks nobody, too
    #[arg(short, long)]
    verbose: bool,
    /// List the rules
    #[arg(long, exclusive = true)]
    rules: bool,
    #[command(flatten)]
    lock: LockArgs,
}

/// How changes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DriftFormat {
    /// For people.
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// For programs; always everything.
    Json,
}

/// The least severity that makes `drift` fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Least {
    /// Code that was right stops to work.
    Error,
    /// It may, or the generated code survives it.
    Warning,
    /// Anything.
    Info,
}

/// Whom changes are shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Audience {
    /// Those who call Kibana.
    Clients,
    /// Those who serve its API.
    Implementors,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Command {
    /// Runs the command and prints what it has to say.
    pub fn run(&self, defaults: &Defaults) -> ExitCode {
        let result = match self {
            Self::Generate(target) => generate(target, defaults),
            Self::Check(target) => check(target, defaults),
            Self::Lint(args) => lint(args, defaults),
            Self::Report(args) => report(args, defaults),
            Self::Export(args) => export(args, defaults),
            Self::Drift(args) => drift(args, defaults),
            #[cfg(feature = "fetch")]
            Self::Fetch(args) => fetch::run(args, defaults),
            #[cfg(feature = "mock")]
            Self::Mock(args) => mock::run(args, defaults),
        };
        match result {
            Ok(code) => code,
            Err(failure) => {
                print_failure(&failure);
                ExitCode::FAILURE
            }
        }
    }
}

fn generate(target: &Target, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let (config, out) = config(target, defaults)?;
    // The list of problems takes a run.
    #[cfg(feature = "fetch")]
    let run = unchanged::Run::new(&config, &out).filter(|_| !target.verbose);
    #[cfg(feature = "fetch")]
    if let Some(said) = run.as_ref().and_then(unchanged::Run::last) {
        show!("{said}");
        return Ok(ExitCode::SUCCESS);
    }
    let (analysis, written) = config.generate(&out)?;
    print_problems(&analysis, target.verbose);
    let summary = summary(&analysis);
    show!("{summary}{}", outcome(&out, &written));
    for path in &written.foreign {
        complain!(
            "warning: {} is not written by the generator and was left alone; `check` fails until it is moved away",
            out.join(path).display()
        );
    }
    #[cfg(feature = "fetch")]
    if let Some(run) = run.filter(|_| written.foreign.is_empty()) {
        let again = Written {
            unchanged: written.unchanged + written.created.len() + written.updated.len(),
            ..Written::default()
        };
        run.record(&(summary + &outcome(&out, &again)));
    }
    Ok(ExitCode::SUCCESS)
}

fn check(target: &Target, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let (config, out) = config(target, defaults)?;
    let (analysis, comparison) = config.check(&out)?;
    print_problems(&analysis, target.verbose);
    if comparison.is_clean() {
        say!("{} is up to date", out.display());
        return Ok(ExitCode::SUCCESS);
    }
    print_comparison(&comparison);
    if comparison.is_mendable() {
        complain!(
            "error: {} is not what the generator writes; run `{}`",
            out.display(),
            mending_command(target, defaults)
        );
    }
    if !comparison.foreign.is_empty() {
        complain!(
            "error: {} holds {} among the generated sources that the generator did not write; move them away",
            out.display(),
            count(comparison.foreign.len(), "file")
        );
    }
    Ok(ExitCode::FAILURE)
}

fn lint(args: &Lint, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let analysis = input_config(&args.input, defaults)?.analyse()?;
    if args.unions {
        print_unions(&analysis);
    } else {
        print_by_code(&analysis);
    }
    Ok(exit_code(&analysis))
}

fn report(args: &ReportArgs, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let analysis = input_config(&args.input, defaults)?.analyse()?;
    let report = Report::new(&analysis);
    match args.format {
        Format::Text => show!("{report}"),
        Format::Json => {
            let mut out = std::io::stdout().lock();
            // Nothing sensible is left to do when nobody listens any more.
            let _ = serde_json::to_writer_pretty(&mut out, &report).map(|()| writeln!(out));
        }
    }
    Ok(exit_code(&analysis))
}

fn export(args: &ExportArgs, defaults: &Defaults) -> Result<ExitCode, Failure> {
    let document = input_config(&args.input, defaults)?.export(match args.strict {
        true => Manners::Document,
        false => Manners::Kibana,
    })?;
    let text = match args.format {
        DocumentFormat::Json => format!("{document:#}\n"),
        // Every JSON value can be written as YAML.
        DocumentFormat::Yaml => serde_yaml::to_string(&document).unwrap_or_default(),
    };
    match &args.out {
        None => show!("{text}"),
        Some(path) => {
            let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let dir = dir.unwrap_or(Path::new("."));
            output::write_file(dir, &file, &text).map_err(Failure::Output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn drift(args: &DriftArgs, defaults: &Defaults) -> Result<ExitCode, Failure> {
    if args.rules {
        show!("{}", drift::render::rules());
        return Ok(ExitCode::SUCCESS);
    }
    let allowed = match args.allow.as_deref().map(Allowlist::read).transpose() {
        Ok(list) => list.unwrap_or_default(),
        Err(error) => return Ok(refused(&error)),
    };
    let config = |spec: Option<&PathBuf>| {
        let input = Input {
            spec: spec.cloned(),
            config: args.config.clone(),
            overlay: args.overlay.clone(),
            lock: args.lock.clone(),
        };
        input_config(&input, defaults)
    };
    let (old, new) = match args.documents.as_slice() {
        [old, new] => (Some(old), Some(new)),
        documents => (None, documents.first()),
    };
    let (old, new) = (config(old)?, config(new)?);
    let (old, new) = Config::analyse_both(&old, &new)?;
    let incomplete = [&old, &new].map(print_errors).contains(&true);
    let mut changes = drift::compare(&old, &new);
    // Before the audience, so that one file can hold what was accepted for both.
    let unused = allowed.apply(&mut changes);
    if let Some(audience) = args.audience {
        changes.keep(match audience {
            Audience::Clients => {
                |rule| !rule.class.breaks_implementors() || rule.class.breaks_clients()
            }
            Audience::Implementors => {
                |rule| !rule.class.breaks_clients() || rule.class.breaks_implementors()
            }
        });
    }
    print_changes(args, &old, &new, &changes);
    if let Err(error) = unused {
        return Ok(refused(&error));
    }
    let worst = changes
        .changes
        .iter()
        .map(|change| change.rule.severity)
        .max();
    let limit = args.fail_on.map(|least| match least {
        Least::Error => drift::Severity::Error,
        Least::Warning => drift::Severity::Warning,
        Least::Info => drift::Severity::Info,
    });
    let failed = limit.is_some_and(|limit| worst >= Some(limit));
    // The process ends here, and to take both trees apart takes as long as to compare them.
    std::mem::forget((old, new));
    Ok(ExitCode::from(u8::from(failed || incomplete)))
}

fn refused(error: &AllowError) -> ExitCode {
    complain!("error: {error}");
    ExitCode::FAILURE
}

fn print_errors(analysis: &Analysis) -> bool {
    for diagnostic in analysis.diagnostics.iter() {
        if diagnostic.severity() == Severity::Error {
            complain!(
                "{}\n",
                render::diagnostic(diagnostic, &analysis.document, true)
            );
        }
    }
    analysis.diagnostics.has_errors()
}

fn print_changes(args: &DriftArgs, old: &Analysis, new: &Analysis, changes: &Drift) {
    let shown = drift::render::Shown {
        drift: changes,
        old: &old.document,
        new: &new.document,
        least: match args.verbose {
            true => drift::Severity::Info,
            false => drift::Severity::Warning,
        },
        colour: args.format == DriftFormat::Text,
    };
    match args.format {
        DriftFormat::Text => show!("{}", shown.text()),
        DriftFormat::Markdown => show!("{}", shown.markdown()),
        DriftFormat::Json => {
            let mut out = std::io::stdout().lock();
            // Nothing sensible is left to do when nobody listens any more.
            let _ = serde_json::to_writer_pretty(&mut out, &shown.json()).map(|()| writeln!(out));
        }
    }
}

fn exit_code(analysis: &Analysis) -> ExitCode {
    if analysis.diagnostics.has_errors() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn config(target: &Target, defaults: &Defaults) -> Result<(Config, PathBuf), Failure> {
    let mut config = input_config(&target.input, defaults)?
        .crate_name(&target.crate_name)
        .command(format!("{} generate", defaults.program));
    let out = match &target.out {
        Some(out) => out.clone(),
        None => {
            config = config.workspace_member();
            defaults.root.join("generated")
        }
    };
    config = match target.runtime.clone().or_else(sources_of_runtime) {
        Some(path) => config.runtime(Runtime::Path(path)),
        None => config,
    };
    Ok((config, out))
}

/// The folder of the runtime crate, when this program runs within its own workspace. An installed program has none, even
/// on the machine that built it.
fn sources_of_runtime() -> Option<PathBuf> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = sources.parent()?;
    let within =
        |path: std::io::Result<PathBuf>| path.is_ok_and(|path| path.starts_with(workspace));
    let runtime = sources.join("runtime");
    let here = within(std::env::current_exe()) || within(std::env::current_dir());
    (here && runtime.is_dir()).then_some(runtime)
}

/// The command that mends what `check` found: `generate` with the same arguments.
fn mending_command(target: &Target, defaults: &Defaults) -> String {
    let mut command = format!("{} generate", defaults.program);
    let path = |path: &PathBuf| path.display().to_string();
    let mut option = |name: &str, value: String| {
        command.push_str(&format!(" {name} {}", quoted(&value)));
    };
    let input = &target.input;
    for (name, value) in [
        ("--spec", &input.spec),
        ("--config", &input.config),
        ("--lock", &input.lock.lock),
    ] {
        value.iter().for_each(|value| option(name, path(value)));
    }
    for overlay in &input.overlay {
        option("--overlay", path(overlay));
    }
    for (name, value) in [("--out", &target.out), ("--runtime", &target.runtime)] {
        value.iter().for_each(|value| option(name, path(value)));
    }
    if target.crate_name != DEFAULT_NAME {
        option("--crate-name", target.crate_name.clone());
    }
    command
}

/// A word of a command line, quoted for a POSIX shell where it must be.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn print_failure(failure: &Failure) {
    match failure {
        Failure::Settings(error) => complain!("{}", error.show(true)),
        Failure::Load(failure) => complain!("{}", failure.show(true)),
        Failure::Unprintable(error) => complain!("error: {error}; nothing was written"),
        Failure::Output(error) => complain!("{error}"),
        Failure::NoDocument(help) => complain!("error: {help}"),
        #[cfg(feature = "fetch")]
        Failure::Fetch(error) => complain!("{error}"),
        Failure::Document {
            document,
            diagnostics,
        } => {
            let errors: Vec<_> = errors(diagnostics).collect();
            for diagnostic in &errors {
                complain!("{}\n", render::diagnostic(diagnostic, document, true));
            }
            complain!(
                "error: {}; nothing was written",
                count(errors.len(), "error")
            );
        }
    }
}

fn print_problems(analysis: &Analysis, verbose: bool) {
    if verbose {
        for diagnostic in analysis.diagnostics.iter() {
            complain!("{}", line(diagnostic, &analysis.document));
        }
    }
}

/// One line for a diagnostic: `file:line:column: severity[code]: message`.
fn line(diagnostic: &Diagnostic, document: &Document) -> String {
    format!(
        "{}: {}[{}]: {}",
        place(diagnostic, document),
        diagnostic.severity(),
        diagnostic.code.name,
        visible(&diagnostic.message)
    )
}

fn place(diagnostic: &Diagnostic, document: &Document) -> String {
    let name = visible(&document.source.name);
    match document.locate(&diagnostic.pointer) {
        Some(location) => format!("{name}:{}:{}", location.line, location.column),
        None => name,
    }
}

/// What was read and generated, in lines.
fn summary(analysis: &Analysis) -> String {
    let api = &analysis.api;
    let types = api
        .types
        .iter()
        .filter(|(_, definition)| definition.home != Home::Nowhere)
        .count();
    let total = |severity| {
        let found = analysis.diagnostics.iter();
        found
            .filter(|diagnostic| diagnostic.severity() == severity)
            .count()
    };
    let mut lines = vec![format!(
        "{}: {} of {} operations in {}, {}; {} and {} (see `lint`)",
        visible(&analysis.document.source.name),
        api.operations.len(),
        api.operations.len() + api.skipped.len() + api.not_chosen.len(),
        count(api.modules.len(), "group"),
        count(types, "type"),
        count(total(Severity::Repair), "repair"),
        count(total(Severity::Warning), "warning"),
    )];
    if !api.not_chosen.is_empty() {
        lines.push(format!("  not chosen by tag: {}", api.not_chosen.len()));
    }
    for skipped in &api.skipped {
        lines.push(format!(
            "  skipped as the settings say: {} ({})",
            visible(&skipped.key),
            visible(&skipped.reason)
        ));
    }
    lines.join("\n") + "\n"
}

/// What was written, in a line, and how to go on.
fn outcome(out: &Path, written: &Written) -> String {
    let manifest = out.join("Cargo.toml").display().to_string();
    let manifest = match manifest.contains(char::is_whitespace) {
        true => format!("'{manifest}'"),
        false => manifest,
    };
    format!(
        "{}: {} new, {} changed, {} removed, {} up to date\n\
         build it:     cargo build --manifest-path {manifest} --features full,server\n\
         run its fake: cargo run --manifest-path {manifest} --features full,mock --bin {MOCK}\n",
        out.display(),
        written.created.len(),
        written.updated.len(),
        written.removed.len(),
        written.unchanged
    )
}

fn print_comparison(comparison: &Comparison) {
    for (path, difference) in &comparison.stale {
        say!("stale: {path}\n{difference}");
    }
    for path in &comparison.missing {
        say!("missing: {path}");
    }
    for path in &comparison.extra {
        say!("extra: {path} (not generated any more)");
    }
    for path in &comparison.foreign {
        say!("extra: {path} (not written by the generator)");
    }
}

fn print_by_code(analysis: &Analysis) {
    let mut by_code: BTreeMap<(Severity, &str), (&Code, Vec<&Diagnostic>)> = BTreeMap::new();
    for diagnostic in analysis.diagnostics.iter() {
        by_code
            .entry((diagnostic.severity(), diagnostic.code.name))
            .or_insert_with(|| (diagnostic.code, Vec::new()))
            .1
            .push(diagnostic);
    }
    for (code, diagnostics) in by_code.values() {
        say!(
            "{}[{}]: {}\n  {}",
            code.severity,
            code.name,
            count(diagnostics.len(), "place"),
            code.explanation
        );
        for diagnostic in diagnostics {
            say!(
                "    {}: {}\n      at {}",
                place(diagnostic, &analysis.document),
                visible(&diagnostic.message),
                visible(diagnostic.pointer.as_str())
            );
            if let Some(help) = &diagnostic.help {
                say!("      help: {}", visible(help));
            }
        }
    }
    let total = |severity| {
        let found = analysis.diagnostics.iter();
        found
            .filter(|diagnostic| diagnostic.severity() == severity)
            .count()
    };
    say!(
        "{}: {}, {}, {}",
        analysis.document.source.name,
        count(total(Severity::Repair), "repair"),
        count(total(Severity::Warning), "warning"),
        count(total(Severity::Error), "error"),
    );
}

fn print_unions(analysis: &Analysis) {
    let api = &analysis.api;
    let plan = Plan::of_crate(api);
    let mut lines = Vec::new();
    for (id, definition) in api.types.iter() {
        let Shape::Union(union) = &definition.shape else {
            continue;
        };
        if definition.home == Home::Nowhere || definition.standing != Standing::Own {
            continue;
        }
        let members: Vec<_> = union
            .members
            .iter()
            .map(|member| {
                let expected = unions::expectation(api, member);
                format!("    {}: {}", member.ident, visible(&expected))
            })
            .collect();
        lines.push(format!(
            "{} by {} ({})\n    {}\n{}",
            plan.definition_item(id)
                .unwrap_or_else(|| definition.label.clone()),
            strategy_name(union.strategy).replace('_', " "),
            visible(definition.pointer.as_str()),
            visible(&unions::describe(union)),
            members.join("\n")
        ));
    }
    lines.sort();
    for line in &lines {
        say!("{line}");
    }
    say!("{}", count(lines.len(), "union"));
}
