//! Everything between reading and writing. Knows the stages up to the passes, and the plan
//! for its names.

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::ir::Api;
use crate::settings::Settings;
use crate::{lower, passes, plan, repair};

/// What the generator makes of a document, before anything is written.
///
/// It can be asked for a [`Report`](crate::report::Report), compared with another one by
/// [`drift`](crate::drift::compare), and written as a document again by [`export`](crate::export::export()).
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The document after overlays and repairs.
    pub document: Document,
    /// The API, every decision made. What it looks like inside may change with every release.
    #[doc(hidden)]
    pub api: Api,
    /// Every repair, warning and error.
    pub diagnostics: Diagnostics,
}

/// Everything between reading and writing: repair, parse, lower, passes.
pub fn analyse(mut document: Document, settings: &Settings) -> Analysis {
    let mut diagnostics = repair::repair(&mut document);
    let (mut api, lowering) = lower::lower(&document, settings);
    diagnostics.extend(lowering);
    diagnostics.extend(passes::run_all(&mut api));
    diagnostics.extend(passes::derives::run(&mut api, settings));
    diagnostics.extend(passes::renames::run(&mut api, settings));
    diagnostics.extend(passes::siblings::unmatched(&api, settings));
    // What the plan is made from is complete: the names that it will have can be told.
    diagnostics.extend(plan::names::names(&api).1);
    Analysis {
        document,
        api,
        diagnostics,
    }
}
