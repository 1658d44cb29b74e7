//! What each room may know, held against what it imports.
mod source;
use source::{Crate, Place};
use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn show() {
    for folder in ["src", "runtime/src"] {
        let all = Crate::read(&root().join(folder));
        for circle in all.circles() {
            println!("CIRCLE");
            for place in &circle {
                for (other, names) in all.arrows(place).inside {
                    if circle.contains(&other) {
                        println!(
                            "  {} -> {}: {names:?}",
                            all.module(place).file,
                            all.module(&other).file
                        );
                    }
                }
            }
        }
        for (place, m) in all.modules() {
            let a = all.arrows(place);
            println!(
                "FILE {} IN {:?} OUT {:?}",
                m.file,
                a.inside
                    .keys()
                    .map(|p: &Place| p.join("/"))
                    .collect::<Vec<_>>(),
                a.outside
            );
        }
    }
}
