//! Reads cases and writes roles with the models of the crate `kibana-api`.

use kibana_api::cases::{Case, CaseStatus};
use kibana_api::roles::{Role, RoleElasticsearch};
use kibana_api::runtime::{self, Violations, serde_json};

/// One line about a case.
pub fn headline(case: &Case) -> String {
    let mark = match &case.status {
        CaseStatus::Closed => "done",
        CaseStatus::Unknown(status) => status.as_str(),
        _ => "open",
    };
    format!("[{mark}] {}", case.title)
}

/// The body of a request that stores a role with these privileges on the cluster.
///
/// # Errors
/// When the role breaks a rule of the document; all such rules are in the error.
pub fn cluster_role(
    description: &str,
    privileges: &[&str],
) -> Result<serde_json::Value, Violations> {
    let mut elasticsearch = RoleElasticsearch::new();
    elasticsearch.cluster = Some(privileges.iter().map(|name| name.to_string()).collect());
    let mut role = Role::new(elasticsearch);
    role.description = Some(description.to_string());
    runtime::validate(&role)?;
    Ok(serde_json::json!(role))
}
