//! What the example makes of cases and roles.

use imports_generated::{cluster_role, headline};
use kibana_api::runtime::serde_json::{self, json};

#[test]
fn a_case_of_a_newer_kibana_has_a_headline() {
    let mut case = json!({
        "id": "1", "version": "1", "owner": "cases", "title": "Leak", "description": "Kitchen",
        "tags": [], "comments": [], "status": "closed", "settings": {"syncAlerts": false},
        "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
        "duration": null, "external_service": null, "totalAlerts": 0, "totalComment": 0,
        "created_at": "2026-05-01T08:00:00Z", "created_by": {"username": "ada"},
        "updated_at": null, "updated_by": null, "closed_at": null, "closed_by": null,
    });
    let line = |case| headline(&serde_json::from_value(case).unwrap());
    assert_eq!(line(case.clone()), "[done] Leak");
    case["status"] = json!("parked");
    assert_eq!(line(case), "[parked] Leak");
}

#[test]
fn a_role_is_checked_before_it_is_sent() {
    let role = cluster_role("Looks, does not touch", &["monitor"]).unwrap();
    assert_eq!(role["elasticsearch"], json!({"cluster": ["monitor"]}));
    let error = cluster_role(&"x".repeat(2049), &[]).unwrap_err();
    assert!(error.to_string().contains("$.description"), "{error}");
}
