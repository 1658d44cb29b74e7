//! Names of the generated crate: what a person would call things. Small documents, one rule each.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeMap;

use kibana_codegen::document::{Document, Source};
use kibana_codegen::ir::Api;
use kibana_codegen::plan::names::{self, Names, Scope};
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, analyse};
use serde_json::{Value, json};

fn analysis_of(root: Value, settings: &str) -> Analysis {
    let document = Document::new(root, Source::new("small.json", ""));
    analyse(document, &Settings::parse("kibana.toml", settings).unwrap())
}

fn named(root: Value) -> (Api, Names) {
    let api = analysis_of(root, "").api;
    let (names, _) = names::names(&api);
    (api, names)
}

/// A document of operations: method, path, id, group, schema of the body of the answer.
fn document(operations: &[(&str, &str, Option<&str>, &str, Value)]) -> Value {
    let mut paths = json!({});
    for (method, path, id, group, schema) in operations {
        let parameters: Vec<Value> = path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.split('}').next())
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
            .collect();
        let mut operation = json!({
            "tags": [group],
            "parameters": parameters,
            "responses": { "200": { "description": "", "content": { "application/json": { "schema": schema } } } },
        });
        if let Some(id) = id {
            operation["operationId"] = json!(id);
        }
        if *method == "put" {
            let body = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
            operation["requestBody"] =
                json!({ "content": { "application/json": { "schema": body } } });
        }
        paths[path][method] = operation;
    }
    json!({ "openapi": "3.0.3", "info": { "title": "Small", "version": "1" }, "paths": paths })
}

/// The public path of every operation and definition, by its place in the document.
fn public(api: &Api, names: &Names) -> BTreeMap<String, Vec<String>> {
    let module = |index: usize| names.modules[index].ident.as_str();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (operation, own) in api.operations.iter().zip(&names.operations) {
        all.insert(
            operation.key(),
            vec![format!("{}::{}", module(operation.module.0), own.ident)],
        );
    }
    for (id, definition) in api.types.iter() {
        let mut at = id;
        while names.types[at.0].scope == Scope::Nowhere
            && let Some(kept) = api.types[at].standing.target()
        {
            at = kept;
        }
        let own = &names.types[at.0];
        let paths = match own.scope {
            Scope::Nowhere => continue,
            Scope::Group(group) => vec![format!("{}::{}", module(group.0), own.ident)],
            Scope::Operation(index) => {
                let operation = &names.operations[index].ident;
                vec![format!(
                    "{}::{operation}::{}",
                    module(api.operations[index].module.0),
                    own.ident
                )]
            }
            Scope::Shared => own
                .exports
                .iter()
                .map(|(group, name)| format!("{}::{name}", module(group.0)))
                .collect(),
        };
        all.insert(definition.pointer.to_string(), paths);
    }
    all
}

/// The name of the only operation of a document.
fn operation(method: &str, path: &str, id: Option<&str>, group: &str, answer: Value) -> String {
    let (_, names) = named(document(&[(method, path, id, group, answer)]));
    names.operations[0].ident.clone()
}

#[test]
fn an_operation_without_a_good_id_is_called_what_its_path_says() {
    let table = [
        (
            "get",
            "/api/garden/flower_beds/{bedId}",
            "Flower beds",
            "get_flower_bed",
        ),
        (
            "get",
            "/api/garden/flower_beds",
            "Flower beds",
            "get_flower_beds",
        ),
        (
            "post",
            "/api/garden/flower_beds",
            "Flower beds",
            "create_flower_bed",
        ),
        (
            "put",
            "/api/garden/flower_beds/{bedId}",
            "Flower beds",
            "update_flower_bed",
        ),
        (
            "patch",
            "/api/garden/flower_beds/{bedId}",
            "Flower beds",
            "patch_flower_bed",
        ),
        (
            "delete",
            "/api/garden/flower_beds/{bedId}",
            "Flower beds",
            "delete_flower_bed",
        ),
        (
            "post",
            "/api/garden/flower_beds/{bedId}/copy",
            "Flower beds",
            "copy_flower_bed",
        ),
        (
            "post",
            "/api/garden/flower_beds/{bedId}/unfreeze",
            "Flower beds",
            "unfreeze_flower_bed",
        ),
        (
            "post",
            "/api/garden/flower_beds/{bedId}/reassign",
            "Flower beds",
            "reassign_flower_bed",
        ),
        (
            "post",
            "/api/garden/flower_beds/_bulk_get",
            "Flower beds",
            "bulk_get_flower_beds",
        ),
        (
            "post",
            "/api/garden/flower_beds/delete",
            "Flower beds",
            "delete_flower_beds",
        ),
        (
            "get",
            "/api/garden/flower_beds/_find",
            "Flower beds",
            "find_flower_beds",
        ),
        (
            "get",
            "/api/garden/flower_beds/{bedId}/download",
            "Flower beds",
            "download_flower_bed",
        ),
        (
            "post",
            "/api/garden/flower_beds/{bedId}/_update_label",
            "Flower beds",
            "update_flower_bed_label",
        ),
        (
            "delete",
            "/api/ponds/{name}/fish/{fishId}",
            "ponds",
            "delete_pond_fish",
        ),
        // What is below a thing belongs to it; what is beside it belongs to the group.
        (
            "get",
            "/api/ponds/{name}/plants",
            "ponds",
            "get_pond_plants",
        ),
        ("get", "/api/ponds/colours", "ponds", "get_colours"),
        (
            "get",
            "/api/garden/flower_beds/frozen",
            "Flower beds",
            "get_frozen",
        ),
        (
            "get",
            "/api/garden/flower_beds/installed",
            "Flower beds",
            "get_installed_flower_beds",
        ),
        // Only the method is known to be true.
        (
            "post",
            "/api/garden/seeds/{name}/{version}",
            "Seeds",
            "post_seed",
        ),
        ("post", "/api/garden/beds/seeds", "Seeds", "post_beds_seeds"),
        (
            "get",
            "/api/garden/seeds/{name}/{version}/{leafPath}",
            "Seeds",
            "get_seed_leaf",
        ),
        ("get", "/api/v2/seeds/{id}", "Seeds", "get_seed"),
        (
            "get",
            "/s/{spaceId}/api/garden/seeds/{id}",
            "Seeds",
            "get_seed",
        ),
    ];
    for (method, path, group, name) in table {
        let (_, names) = named(document(&[(method, path, None, group, json!({}))]));
        let slug = format!(
            "{method}-{}",
            path.trim_start_matches("/api/")
                .replace(['/', '{', '}'], "-")
        );
        assert_eq!(names.operations[0].ident, name, "{method} {path}");
        assert_eq!(
            operation(method, path, Some(&slug), group, json!({})),
            name,
            "{slug}"
        );
    }
}

#[test]
fn a_collection_in_the_singular_is_many_where_it_answers_with_many() {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    assert_eq!(
        operation("get", "/api/security/guard", None, "guards", list),
        "get_guards"
    );
    assert_eq!(
        operation("get", "/api/rooms/room", None, "rooms", json!({})),
        "get_rooms"
    );
    assert_eq!(
        operation("get", "/api/rooms/room/{id}", None, "rooms", json!({})),
        "get_room"
    );
    assert_eq!(
        operation("post", "/api/rooms/room", None, "rooms", json!({})),
        "create_room"
    );
}

#[test]
fn a_good_id_is_the_name_without_the_words_of_the_group() {
    let table = [
        ("get", "/api/cases/{caseId}", "getCase", "cases", "get_case"),
        (
            "post",
            "/api/packs",
            "OsqueryCreatePack",
            "Security Osquery API",
            "create_pack",
        ),
        ("put", "/api/roles/{name}", "putRole", "roles", "put_role"),
        ("get", "/api/lists", "ListThings", "Lists", "list_things"),
        // The method and the path once more.
        (
            "get",
            "/api/garden/seeds/{seedId}",
            "get-garden-seeds-seedid",
            "Seeds",
            "get_seed",
        ),
        (
            "get",
            "/api/garden/seeds/{id}",
            "GetGardenSeeds",
            "Seeds",
            "get_seed",
        ),
        (
            "post",
            "/api/garden/seeds",
            "post-garden-seeds",
            "Seeds",
            "create_seed",
        ),
    ];
    for (method, path, id, group, name) in table {
        assert_eq!(
            operation(method, path, Some(id), group, json!({})),
            name,
            "{id}"
        );
    }
}

#[test]
fn an_end_that_the_ids_of_a_group_share_and_that_says_nothing_is_dropped() {
    let operations = [
        (
            "get",
            "/api/seeds",
            Some("findSeedsDefaultPlot"),
            "Seeds",
            json!({}),
        ),
        (
            "get",
            "/api/seeds/{id}",
            Some("fetchSeedDefaultPlot"),
            "Seeds",
            json!({}),
        ),
        (
            "delete",
            "/api/seeds/{id}",
            Some("dropSeedDefaultPlot"),
            "Seeds",
            json!({}),
        ),
        (
            "put",
            "/api/seeds/{id}",
            Some("swapSeedDefaultPlot"),
            "Seeds",
            json!({}),
        ),
        // Here it says something.
        (
            "get",
            "/api/seeds/default_plot",
            Some("readDefaultPlot"),
            "Seeds",
            json!({}),
        ),
    ];
    let (_, names) = named(document(&operations));
    let mut idents: Vec<&str> = names
        .operations
        .iter()
        .map(|own| own.ident.as_str())
        .collect();
    idents.sort_unstable();
    assert_eq!(
        idents,
        [
            "drop_seed",
            "fetch_seed",
            "find_seeds",
            "read_default_plot",
            "swap_seed"
        ]
    );
}

#[test]
fn words_get_back_the_boundaries_that_they_have_elsewhere() {
    let answer = json!({ "type": "object", "properties": {
        "waterLevel": { "type": "string" },
        "inner": { "type": "object", "properties": { "waterlevel": {
            "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } } } },
    } });
    let (api, names) = named(document(&[(
        "get",
        "/api/ponds/{id}/waterlevel",
        None,
        "ponds",
        answer,
    )]));
    let public = public(&api, &names);
    assert_eq!(names.operations[0].ident, "get_pond_water_level");
    assert!(
        public
            .values()
            .flatten()
            .any(|path| path.ends_with("::WaterLevel")),
        "{public:?}"
    );
}

#[test]
fn parameters_of_one_name_say_their_place() {
    let mut root = document(&[("get", "/api/seeds/{id}", None, "Seeds", json!({}))]);
    let parameters = root["paths"]["/api/seeds/{id}"]["get"]["parameters"]
        .as_array_mut()
        .unwrap();
    parameters.push(json!({ "name": "id", "in": "query", "schema": { "type": "string" } }));
    parameters.push(json!({ "name": "body", "in": "query", "schema": { "type": "string" } }));
    let (_, names) = named(root);
    assert_eq!(
        names.operations[0].parameters,
        ["id_path", "id_query", "body"]
    );
}

fn with_components(mut root: Value, components: Value) -> Value {
    root["components"] = json!({ "schemas": components });
    root
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn thing(property: &str) -> Value {
    json!({ "type": "object", "properties": {
        "id": { "type": "string" }, property: { "type": "string" }, "a": { "type": "string" }, "b": { "type": "string" } } })
}

#[test]
fn a_component_loses_its_namespace_in_its_own_group_and_keeps_it_elsewhere() {
    let operations = [
        (
            "get",
            "/api/rules",
            None,
            "Garden Rules API",
            reference("Garden_Rules_API_RuleResponse"),
        ),
        (
            "get",
            "/api/other",
            None,
            "Others",
            reference("Garden_Rules_API_RuleResponse"),
        ),
        (
            "get",
            "/api/plots",
            None,
            "plots",
            reference("Plots_plot_state"),
        ),
    ];
    let components = json!({
        "Garden_Rules_API_RuleResponse": thing("rule"),
        "Garden_Rules_API_Other": thing("other"),
        "Plots_plot_state": thing("state"),
    });
    let (api, names) = named(with_components(document(&operations), components));
    let public = public(&api, &names);
    let mut rule = public["/components/schemas/Garden_Rules_API_RuleResponse"].clone();
    rule.sort();
    assert_eq!(
        rule,
        [
            "garden_rules::RuleResponse",
            "others::GardenRulesRuleResponse"
        ]
    );
    assert_eq!(
        public["/components/schemas/Plots_plot_state"],
        ["plots::PlotState"]
    );
}

#[test]
fn what_an_item_is_fetched_as_is_called_what_the_path_calls_it_wherever_it_stands_in_the_group() {
    let envelope = json!({ "type": "object", "properties": { "item": thing("colour") } });
    let list = json!({ "type": "object", "properties": { "items": { "type": "array", "items": thing("colour") } } });
    let operations = [
        (
            "get",
            "/api/garden/flower_beds/{id}",
            None,
            "Flowers",
            envelope.clone(),
        ),
        (
            "put",
            "/api/garden/flower_beds/{id}",
            None,
            "Flowers",
            envelope,
        ),
        ("get", "/api/garden/flower_beds", None, "Flowers", list),
        (
            "get",
            "/api/garden/walls/{id}",
            None,
            "Walls",
            thing("colour"),
        ),
    ];
    let (api, names) = named(document(&operations));
    let public = public(&api, &names);
    for (path, rest) in [
        ("/api/garden/flower_beds/{id}/get", "/properties/item"),
        ("/api/garden/flower_beds/{id}/put", "/properties/item"),
        ("/api/garden/flower_beds/get", "/properties/items/items"),
    ] {
        let (path, method) = path.rsplit_once('/').unwrap();
        let path = path.replace('/', "~1");
        let pointer =
            format!("/paths/{path}/{method}/responses/200/content/application~1json/schema{rest}");
        assert_eq!(public[&pointer], ["flowers::FlowerBed"]);
    }
    // The same structure in another group is another thing.
    let wall =
        "/paths/~1api~1garden~1walls~1{id}/get/responses/200/content/application~1json/schema";
    assert_eq!(public[wall], ["walls::Wall"]);
}

#[test]
fn the_same_error_is_one_type_of_the_group() {
    let error = json!({ "type": "object", "properties": {
        "statusCode": { "type": "number" }, "message": { "type": "string" } } });
    let mut root = document(&[
        ("get", "/api/seeds", None, "Seeds", json!({})),
        ("delete", "/api/seeds/{id}", None, "Seeds", json!({})),
    ]);
    let answer =
        json!({ "description": "", "content": { "application/json": { "schema": error } } });
    root["paths"]["/api/seeds"]["get"]["responses"]["400"] = answer.clone();
    root["paths"]["/api/seeds/{id}"]["delete"]["responses"]["404"] = answer;
    let (api, names) = named(root);
    let errors: Vec<Vec<String>> = public(&api, &names)
        .into_iter()
        .filter(|(key, _)| key.contains("/responses/4"))
        .map(|(_, paths)| paths)
        .collect();
    assert_eq!(errors, [["seeds::Error"], ["seeds::Error"]]);
}

#[test]
fn an_inline_type_has_the_shortest_end_of_its_chain_that_is_unique_in_its_operation() {
    let inner = |property: &str| json!({ "type": "object", "properties": { property: { "type": "string" } } });
    let answer = json!({ "type": "object", "properties": {
        "settings": { "type": "object", "properties": {
            "columns": { "type": "array", "items": inner("width") },
            "owner": inner("name"),
        } },
        "owner": inner("rank"),
    } });
    let (api, names) = named(document(&[("get", "/api/tables", None, "tables", answer)]));
    let mut all: Vec<String> = public(&api, &names).into_values().flatten().collect();
    all.sort();
    let found: Vec<&str> = all
        .iter()
        .filter_map(|path| path.strip_prefix("tables::get_tables::"))
        .collect();
    assert_eq!(
        found,
        [
            "Column",
            "ResponseBody",
            "ResponseOwner",
            "Settings",
            "SettingsOwner"
        ]
    );
}

#[test]
fn settings_name_operations_and_types_and_an_entry_for_nothing_is_an_error() {
    let root = document(&[("get", "/api/seeds/{id}", None, "Seeds", thing("colour"))]);
    let pointer = "/paths/~1api~1seeds~1{id}/get/responses/200/content/application~1json/schema";
    let settings = format!("[names]\n'get /api/seeds/{{id}}' = 'fetch'\n'{pointer}' = 'Kernel'\n");
    let analysis = analysis_of(root.clone(), &settings);
    assert!(!analysis.diagnostics.has_errors());
    let (names, _) = names::names(&analysis.api);
    let public = public(&analysis.api, &names);
    assert_eq!(public["get /api/seeds/{id}"], ["seeds::fetch"]);
    assert_eq!(public[pointer], ["seeds::Kernel"]);
    for key in ["get /api/seed", "/components/schemas/Seed"] {
        let settings = format!(
            "[names]\n'{key}' = '{}'\n",
            if key.starts_with('/') { "Seed" } else { "seed" }
        );
        let diagnostics = analysis_of(root.clone(), &settings).diagnostics;
        let mut found = diagnostics.iter().map(|diagnostic| &diagnostic.message);
        assert!(found.any(|message| message.contains(key)), "{key}");
    }
}

#[test]
fn one_more_user_of_a_type_in_another_group_changes_no_path() {
    let components = json!({ "Seed": thing("colour"), "Ponds_fish": thing("length") });
    let few = [
        ("get", "/api/seeds", None, "Seeds", reference("Seed")),
        ("get", "/api/ponds", None, "ponds", reference("Ponds_fish")),
    ];
    let mut more = few.to_vec();
    more.push((
        "get",
        "/api/walls",
        None,
        "Walls",
        json!({ "type": "object", "properties": {
        "seed": reference("Seed"), "fish": reference("Ponds_fish") } }),
    ));
    let paths = |operations: &[(&str, &str, Option<&str>, &str, Value)]| {
        let (api, names) = named(with_components(document(operations), components.clone()));
        public(&api, &names)
    };
    let (before, after) = (paths(&few), paths(&more));
    for (key, paths) in before {
        for path in paths {
            assert!(
                after[&key].contains(&path),
                "{key}: {path} became {:?}",
                after[&key]
            );
        }
    }
}
