//! What every input goes through: all that the commands do with a document, in this process.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kibana_codegen::export::Manners;
use kibana_codegen::ir::check;
use kibana_codegen::load::load;
use kibana_codegen::print::{self, Crate};
use kibana_codegen::report::Report;
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, Runtime, analyse, drift, export, render};

use super::clock::Clock;

/// Runs all stages; an error says what went wrong: a panic, too much time, a result that cannot be.
pub fn bounded(name: &str, bytes: &[u8]) -> Result<(), String> {
    let started = Clock::start();
    match catch_unwind(AssertUnwindSafe(|| all(name, bytes))) {
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            return Err(format!("panic: {}", text.unwrap_or("without words")));
        }
        Ok(outcome) => outcome?,
    }
    started.check()
}

fn all(name: &str, bytes: &[u8]) -> Result<(), String> {
    let document = match load(name, bytes) {
        Ok(document) => document,
        Err(failure) => {
            failure.show(false);
            return Ok(());
        }
    };
    let analysis = analyse(document, &Settings::default());
    let broken = check::broken(&analysis.api).into_iter();
    if let Some(broken) = broken.chain(check::undecided(&analysis.api)).next() {
        return Err(format!("a rule of the IR: {broken}"));
    }
    for diagnostic in analysis.diagnostics.iter().take(20) {
        render::diagnostic(diagnostic, &analysis.document, false);
    }
    let _ = Report::new(&analysis).to_string();
    let effective = export::export(&analysis, Manners::Kibana);
    export::export(&analysis, Manners::Document);
    let drift = drift::compare(&analysis, &analysis);
    if let Some(change) = drift.changes.first() {
        return Err(format!(
            "drift with itself: {} {}",
            change.rule.id, change.message
        ));
    }
    if !analysis.diagnostics.has_errors() {
        printed(&analysis, format!("{effective:#}\n"))?;
    }
    Ok(())
}

/// Printing parses what it wrote.
fn printed(analysis: &Analysis, document: String) -> Result<(), String> {
    let package = Crate {
        name: "kibana-api".to_string(),
        runtime: Runtime::Version("0.0.0".to_string()),
        dependencies: BTreeMap::new(),
        own_workspace: true,
        command: "fuzz".to_string(),
        document,
        seed: 0,
    };
    match print::print(&analysis.api, &package) {
        Ok(_) => Ok(()),
        Err(problem) => Err(problem.to_string()),
    }
}
