//! The models are those that `kibana.toml` asks for.

use std::collections::HashSet;

use from_build_script::Day;
use from_build_script::library::{books::Book, loans::Loan};

#[test]
fn a_replaced_type_is_read_and_written() {
    let text = r#"{"isbn":"1","reader":"Ada","due":"2026-05-01"}"#;
    let loan: Loan = serde_json::from_str(text).unwrap();
    assert_eq!(loan.due.0, Day::parse("2026-05-01").unwrap());
    assert_eq!(serde_json::to_string(&loan).unwrap(), text);
    let error = serde_json::from_str::<Loan>(&text.replace("05", "13")).unwrap_err();
    assert!(error.to_string().contains("$.due"), "{error}");
}

#[test]
fn a_derived_trait_is_there() {
    let text = r#"{"isbn":"1","reader":"Ada","due":"2026-05-01"}"#;
    let loans: HashSet<Loan> = [text, text]
        .map(|text| serde_json::from_str(text).unwrap())
        .into();
    assert_eq!(loans.len(), 1);
}

#[test]
fn only_the_chosen_groups_are_generated() {
    let book: Book = serde_json::from_str(r#"{"isbn":"1","title":"Maps"}"#).unwrap();
    assert_eq!(book.title, "Maps");
    let text = include_str!(concat!(env!("OUT_DIR"), "/library.rs"));
    assert!(text.contains("pub mod books {") && text.contains("pub mod loans {"));
    assert!(
        !text.contains("struct Event")
            && !text.contains("mod events")
            && !text.contains("struct Day")
    );
}
