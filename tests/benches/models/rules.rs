//! Detection rules as a Kibana sends them: the properties in its order, so that `type` comes late.

use serde_json::{Map, Value, json};

/// A rule; every kind of rule comes once in eight.
pub(crate) fn rule(number: usize) -> Value {
    let mut rule = json!({
        "id": format!("7d1e0a52-53fd-4a26-8f4c-{number:012}"),
        "updated_at": "2025-02-11T09:30:12.000Z",
        "updated_by": "ada",
        "created_at": "2025-01-07T16:04:41.519Z",
        "created_by": "ada",
        "name": format!("Unusual process tree on a mail server ({number})"),
        "tags": ["Domain: Endpoint", "OS: Linux", "Use Case: Threat Detection", "Tactic: Execution"],
        "interval": "5m",
        "enabled": !number.is_multiple_of(3),
        "revision": 4,
        "description": "A mail server starts a shell, which is seldom what it is for. Look at the arguments of \
                        the shell, at its parent, and at what it has connected to since.",
        "risk_score": 47,
        "severity": "medium",
        "note": "## Triage\n\n1. Who started it?\n2. What did it read and write?\n3. Is the parent up to date?\n",
        "license": "Elastic License v2",
        "output_index": "",
        "meta": { "from": "1m", "kibana_siem_app_url": "https://kibana.example.org/app/security" },
        "author": ["Mail team"],
        "false_positives": ["Scripts of the mail team during maintenance."],
        "from": "now-360s",
        "rule_id": format!("mail-{number}"),
        "max_signals": 100,
        "risk_score_mapping": [
            { "field": "event.risk_score", "operator": "equals", "value": "", "risk_score": 60 },
        ],
        "severity_mapping": [
            { "field": "host.criticality", "operator": "equals", "value": "high", "severity": "high" },
            { "field": "host.criticality", "operator": "equals", "value": "extreme", "severity": "critical" },
        ],
        "threat": [{
            "framework": "MITRE ATT&CK",
            "tactic": {
                "id": "TA0002",
                "name": "Execution",
                "reference": "https://attack.mitre.org/tactics/TA0002/",
            },
            "technique": [{
                "id": "T1059",
                "name": "Command and Scripting Interpreter",
                "reference": "https://attack.mitre.org/techniques/T1059/",
                "subtechnique": [{
                    "id": "T1059.004",
                    "name": "Unix Shell",
                    "reference": "https://attack.mitre.org/techniques/T1059/004/",
                }],
            }],
        }],
        "to": "now",
        "references": ["https://attack.mitre.org/techniques/T1059/", "https://mail.example.org/runbook"],
        "version": 103,
        "exceptions_list": [{
            "id": "endpoint_list",
            "list_id": "endpoint_list",
            "namespace_type": "agnostic",
            "type": "endpoint",
        }],
        "immutable": false,
        "rule_source": { "type": "external", "is_customized": false },
        "related_integrations": [
            { "package": "endpoint", "version": "^8.2.0" },
            { "package": "system", "version": "^1.6.4", "integration": "auth" },
        ],
        "required_fields": [
            { "name": "event.type", "type": "keyword", "ecs": true },
            { "name": "process.parent.name", "type": "keyword", "ecs": true },
            { "name": "process.args", "type": "keyword", "ecs": true },
        ],
        "setup": "Elastic Defend has to be on the host.",
    });
    let index = json!(["logs-endpoint.events.process-*", "auditbeat-*"]);
    let query = "process.parent.name : (exim or postfix) and event.type : start";
    let filters = json!([{ "meta": { "negate": true }, "query": { "match_phrase": { "host.name": "test" } } }]);
    let of_kind = match number % 8 {
        0 => {
            json!({ "type": "query", "language": "kuery", "index": index, "query": query, "filters": filters })
        }
        1 => json!({
            "type": "eql",
            "language": "eql",
            "index": index,
            "query": "sequence by host.id [process where process.name == \"exim\"] [network where true]",
            "filters": filters,
        }),
        2 => json!({
            "type": "threshold",
            "language": "kuery",
            "index": index,
            "query": query,
            "filters": filters,
            "threshold": {
                "field": ["host.id"],
                "value": 20,
                "cardinality": [{ "field": "process.name", "value": 3 }],
            },
        }),
        3 => json!({
            "type": "threat_match",
            "language": "kuery",
            "index": index,
            "query": query,
            "filters": filters,
            "threat_query": "@timestamp >= \"now-30d/d\"",
            "threat_index": ["logs-ti_*"],
            "threat_mapping": [{
                "entries": [{ "field": "file.hash.sha256", "type": "mapping", "value": "threat.indicator.file.hash.sha256" }],
            }],
            "threat_language": "kuery",
            "threat_indicator_path": "threat.indicator",
        }),
        4 => json!({
            "type": "machine_learning",
            "anomaly_threshold": 70,
            "machine_learning_job_id": ["v3_linux_rare_process"],
        }),
        5 => json!({
            "type": "new_terms",
            "language": "kuery",
            "index": index,
            "query": query,
            "filters": filters,
            "new_terms_fields": ["host.id", "process.executable"],
            "history_window_start": "now-14d",
        }),
        6 => json!({
            "type": "esql",
            "language": "esql",
            "query": "from logs-endpoint.events.process-* metadata _id | where process.parent.name == \"exim\"",
        }),
        _ => json!({
            "type": "saved_query",
            "language": "kuery",
            "index": index,
            "query": query,
            "filters": filters,
            "saved_id": "mail-server-shells",
        }),
    };
    let actions = json!({ "actions": [{
        "action_type_id": ".slack",
        "group": "default",
        "id": "b3d5a5c0-1c4a-4a9e-9d39-2f8a7f6f2a11",
        "params": { "message": "{{rule.name}}: {{state.signals_count}} alerts" },
        "uuid": "0f2a7c3e-5b0d-4e7e-8a55-0c1f7a0a3a90",
        "frequency": { "summary": true, "notifyWhen": "onActiveAlert", "throttle": null },
    }] });
    if let Value::Object(rule) = &mut rule {
        let parts = [of_kind, actions].into_iter();
        let parts = parts.filter_map(|part| part.as_object().cloned());
        rule.extend(parts.flat_map(Map::into_iter));
    }
    rule
}
