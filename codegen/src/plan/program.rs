//! Programs in docs. Knows nothing of what they show.

/// Code as a fence that `cargo test --doc` compiles when these features are on, in an item that is not shown.
pub(super) fn program<'f>(
    features: impl Iterator<Item = &'f str>,
    around: &str,
    lines: &[String],
) -> Vec<String> {
    let features: Vec<String> = features
        .map(|feature| format!("feature = {feature:?}"))
        .collect();
    let condition = match features.as_slice() {
        [only] => only.clone(),
        several => format!("all({})", several.join(", ")),
    };
    let mut text = vec![
        "```no_run".to_string(),
        format!("# #[cfg({condition})]"),
        format!("# {around}"),
    ];
    text.extend_from_slice(lines);
    text.extend(around.contains("Result<").then(|| "# Ok(())".to_string()));
    text.extend(["# }", "```"].map(String::from));
    text
}
