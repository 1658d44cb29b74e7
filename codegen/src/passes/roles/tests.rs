//! Roles in a small library: what is found, and what must not be.

use serde_json::{Value, json};

use super::{Answer, Role, Roles, Source, find};
use crate::ir::Api;

/// An API of these operations; `Book` and `Shelf` are components.
fn library(paths: Value) -> Api {
    let text = |extra: Value| {
        let mut schema = json!({"type": "string"});
        schema
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        schema
    };
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "Library", "version": "1"},
        "paths": paths,
        "components": {"schemas": {
            "Book": {"type": "object", "required": ["id", "title"], "properties": {
                "id": text(json!({})),
                "isbn": text(json!({})),
                "title": text(json!({})),
                "lent": {"type": "boolean"},
                "version": text(json!({})),
                "authors": {"type": "array", "items": {"type": "object", "properties": {
                    "id": text(json!({})), "title": text(json!({}))
                }}}
            }},
            "NewBook": {"type": "object", "properties": {"title": text(json!({})), "lent": {"type": "boolean"}}},
            "Change": {"type": "object", "properties": {
                "id": text(json!({})), "title": text(json!({})), "version": text(json!({}))
            }}
        }}
    });
    let document = document.to_string();
    let document = crate::load::load("library.json", document.as_bytes()).unwrap();
    let analysis = crate::analyse(document, &crate::settings::Settings::default());
    analysis.api
}

fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn operation(body: Option<Value>, answer: Option<Value>) -> Value {
    let content = |schema: Value| json!({"application/json": {"schema": schema}});
    let mut operation = json!({"responses": {"200": {"description": ""}}});
    if let Some(schema) = body {
        operation["requestBody"] = json!({"content": content(schema)});
    }
    if let Some(schema) = answer {
        operation["responses"]["200"]["content"] = content(schema);
    }
    operation
}

fn with_query(mut operation: Value, names: &[&str]) -> Value {
    let parameter =
        |name: &&str| json!({"in": "query", "name": name, "schema": {"type": "string"}});
    operation["parameters"] = names.iter().map(parameter).collect();
    operation
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

/// `method path role`, one per line.
fn roles(api: &Api, found: &Roles) -> Vec<String> {
    let lines = found.played.iter().map(|(index, played)| {
        let resource = &found.resources[played.resource].path;
        format!(
            "{}: {} {resource}",
            api.operations[*index].key(),
            played.role.name()
        )
    });
    lines.collect()
}

#[test]
fn a_collection_and_its_items_have_the_roles_of_their_methods() {
    let api = library(json!({
        "/s/{space}/books": {
            "get": operation(None, Some(object(json!({"items": list(schema("Book")), "total": {"type": "integer"}})))),
            "post": operation(Some(schema("NewBook")), Some(object(json!({"item": schema("Book")}))))
        },
        "/s/{space}/books/{bookId}": {
            "get": operation(None, Some(object(json!({"item": schema("Book")})))),
            "put": operation(Some(schema("NewBook")), Some(object(json!({"item": schema("Book")})))),
            "patch": operation(Some(schema("Change")), None),
            "delete": operation(None, None)
        }
    }));
    let found = find(&api);
    assert_eq!(
        roles(&api, &found),
        [
            "get /s/{space}/books: list /books/{bookId}",
            "post /s/{space}/books: create /books/{bookId}",
            "delete /s/{space}/books/{bookId}: delete /books/{bookId}",
            "get /s/{space}/books/{bookId}: read /books/{bookId}",
            "patch /s/{space}/books/{bookId}: merge /books/{bookId}",
            "put /s/{space}/books/{bookId}: replace /books/{bookId}"
        ]
    );
    let [books] = found.resources.as_slice() else {
        panic!("one resource: {:?}", found.resources);
    };
    assert!(books.creatable);
    assert_eq!(books.version.as_deref(), Some("version"));
    assert_eq!(books.key[0].property.as_deref(), Some("id"));
    let Answer::Many(page) = &found
        .played
        .values()
        .find(|p| p.role == Role::List)
        .unwrap()
        .answer
    else {
        panic!("a list answers many");
    };
    assert_eq!(
        (&*page.items, page.total.as_deref()),
        (&["items".to_string()][..], Some(&["total".to_string()][..]))
    );
}

#[test]
fn items_without_a_path_are_told_apart_by_the_query() {
    let named = |operation| with_query(operation, &["id", "isbn", "pretty"]);
    let api = library(json!({
        "/books": {
            "get": named(operation(None, Some(schema("Book")))),
            "post": operation(Some(schema("NewBook")), Some(schema("Book"))),
            "patch": operation(Some(schema("Change")), Some(schema("Book"))),
            "delete": named(operation(None, None))
        },
        "/books/_find": {"get": operation(None, Some(object(json!({"data": list(schema("Book"))}))))}
    }));
    let found = find(&api);
    assert_eq!(
        roles(&api, &found),
        [
            "delete /books: delete /books",
            "get /books: read /books",
            "patch /books: merge /books",
            "post /books: create /books",
            "get /books/_find: list /books"
        ]
    );
    let delete = found
        .played
        .values()
        .find(|p| p.role == Role::Delete)
        .unwrap();
    let sources: Vec<&Source> = delete.selectors.iter().map(|s| &s.source).collect();
    assert_eq!(
        sources,
        [
            &Source::Query("id".to_string()),
            &Source::Query("isbn".to_string())
        ]
    );
}

#[test]
fn many_at_once_and_actions_are_told_by_their_words() {
    let ids = object(json!({"ids": list(json!({"type": "string"}))}));
    let api = library(json!({
        "/book/{id}": {
            "get": operation(None, Some(schema("Book"))),
            "post": operation(Some(schema("NewBook")), Some(schema("Book"))),
            "put": operation(Some(schema("NewBook")), Some(schema("Book")))
        },
        "/book/{id}/_lent": {"post": operation(None, None)},
        "/book/{id}/_burn": {"post": operation(None, None)},
        "/books": {"get": operation(None, Some(list(schema("Book"))))},
        "/book/_by_isbn/{isbn}": {"get": operation(None, Some(schema("Book")))},
        "/book/_bulk_get": {"post": operation(Some(ids.clone()), Some(object(json!({"books": list(schema("Book"))}))))},
        "/book/_bulk_delete": {"post": operation(Some(ids.clone()), None)},
        "/book/_bulk_update": {"post": operation(Some(list(schema("Change"))), Some(list(schema("Book"))))},
        "/book/_delete_all_but": {"post": operation(Some(object(json!({"excludedIds": list(json!({"type": "string"}))}))), None)}
    }));
    assert_eq!(
        roles(&api, &find(&api)),
        [
            "post /book/_bulk_delete: bulk_delete /book/{id}",
            "post /book/_bulk_get: bulk_read /book/{id}",
            "post /book/_bulk_update: bulk_merge /book/{id}",
            "get /book/_by_isbn/{isbn}: read /book/{id}",
            "get /book/{id}: read /book/{id}",
            "post /book/{id}: create /book/{id}",
            "put /book/{id}: replace /book/{id}",
            "post /book/{id}/_lent: act /book/{id}",
            "get /books: list /book/{id}"
        ]
    );
}

#[test]
fn two_parameters_can_tell_an_item_and_an_outer_one_need_not_show() {
    let api = library(json!({
        "/stock/{title}/{version}": {
            "get": operation(None, Some(schema("Book"))),
            "put": operation(Some(schema("Book")), Some(schema("Book")))
        },
        "/shelves/{shelfId}/books": {
            "get": operation(None, Some(list(schema("Book")))),
            "post": operation(Some(schema("NewBook")), Some(schema("Book")))
        },
        "/shelves/{shelfId}/books/{id}": {"delete": operation(None, None)}
    }));
    let found = find(&api);
    assert_eq!(
        roles(&api, &found),
        [
            "get /shelves/{shelfId}/books: list /shelves/{shelfId}/books/{id}",
            "post /shelves/{shelfId}/books: create /shelves/{shelfId}/books/{id}",
            "delete /shelves/{shelfId}/books/{id}: delete /shelves/{shelfId}/books/{id}",
            "get /stock/{title}/{version}: read /stock/{title}/{version}",
            "put /stock/{title}/{version}: put /stock/{title}/{version}"
        ]
    );
    let keys = found.resources.iter().map(|resource| {
        let parts = resource.key.iter().map(|part| part.property.as_deref());
        parts.collect::<Vec<_>>()
    });
    assert_eq!(
        keys.collect::<Vec<_>>(),
        [vec![None, Some("id")], vec![Some("title"), Some("version")]]
    );
}

#[test]
fn a_version_that_identifies_does_not_count_changes() {
    let api = library(json!({
        "/stock/{title}/{version}": {
            "get": operation(None, Some(schema("Book"))),
            "patch": operation(Some(schema("Change")), Some(schema("Book"))),
            "delete": operation(None, None)
        }
    }));
    let found = find(&api);
    let stock = &found.resources[0];
    assert_eq!((stock.version.as_deref(), stock.stamps.len()), (None, 0));
}

#[test]
fn what_is_no_resource_has_no_role() {
    let file = json!({"responses": {"200": {"description": "", "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }}}});
    let api = library(json!({
        // Below a parameter, but not items: a list, a file, and one that is only read.
        "/authors/{id}": {"get": operation(None, Some(list(schema("Book"))))},
        "/covers/{id}": {"get": file, "delete": operation(None, None)},
        "/reviews/{id}": {"get": operation(None, Some(schema("Book")))},
        // A list with a part of what the items are, and a `POST` that makes something else.
        "/books/{id}": {"get": operation(None, Some(schema("Book"))), "delete": operation(None, None)},
        "/books": {
            "get": operation(None, Some(list(object(json!({"colour": {"type": "string"}}))))),
            "post": operation(Some(object(json!({"query": {"type": "string"}}))), Some(object(json!({"hits": {"type": "integer"}}))))
        },
        // Nobody could tell these apart: what the path names is not shown by what is listed.
        "/kinds/{kind}": {"put": operation(Some(schema("Book")), Some(schema("Book"))), "delete": operation(None, None)},
        "/kinds/list": {"get": operation(None, Some(list(object(json!({"isbn": {"type": "string"}, "title": {"type": "string"}})))))}
    }));
    assert_eq!(
        roles(&api, &find(&api)),
        [
            "delete /books/{id}: delete /books/{id}",
            "get /books/{id}: read /books/{id}"
        ]
    );
}

#[test]
fn what_is_changed_under_another_name_is_an_item_of_its_own() {
    let read = || json!({"get": operation(None, Some(schema("Book")))});
    let mut changed = read();
    changed["put"] = operation(Some(schema("Change")), Some(schema("Book")));
    changed["delete"] = operation(None, None);
    let api = library(json!({
        "/stock/stock/{id}": changed.clone(),
        "/stock/book/{id}": changed,
        "/stock/isbn/{isbn}": read()
    }));
    assert_eq!(
        roles(&api, &find(&api)),
        [
            "delete /stock/book/{id}: delete /stock/book/{id}",
            "get /stock/book/{id}: read /stock/book/{id}",
            "put /stock/book/{id}: put /stock/book/{id}",
            "get /stock/isbn/{isbn}: read /stock/stock/{id}",
            "delete /stock/stock/{id}: delete /stock/stock/{id}",
            "get /stock/stock/{id}: read /stock/stock/{id}",
            "put /stock/stock/{id}: put /stock/stock/{id}"
        ]
    );
}

#[test]
fn a_list_in_a_new_item_is_no_list_of_new_items() {
    let ids = || list(object(json!({"id": {"type": "string"}})));
    let with_list = object(json!({
        "title": {"type": "string"}, "lent": {"type": "boolean"}, "similar": ids()
    }));
    let api = library(json!({
        "/books": {"post": operation(Some(with_list), Some(schema("Book")))},
        "/books/{id}": {"get": operation(None, Some(schema("Book")))},
        "/shelves/{shelf}/books": {
            "post": operation(Some(object(json!({"books": list(schema("NewBook"))}))), Some(list(schema("Book"))))
        },
        "/shelves/{shelf}/books/{id}": {"get": operation(None, Some(schema("Book")))}
    }));
    assert_eq!(
        roles(&api, &find(&api)),
        [
            "post /books: create /books/{id}",
            "get /books/{id}: read /books/{id}",
            "post /shelves/{shelf}/books: bulk_create /shelves/{shelf}/books/{id}",
            "get /shelves/{shelf}/books/{id}: read /shelves/{shelf}/books/{id}"
        ]
    );
}

#[test]
fn a_file_of_items_is_written_and_taken_in() {
    let lines = || {
        let mut operation = operation(None, None);
        operation["responses"]["200"]["content"] = json!({
            "application/x-ndjson": {"schema": {"type": "string", "format": "binary"}}
        });
        operation
    };
    let form = |file: Value, answer: Value| {
        let mut operation = operation(None, Some(answer));
        operation["requestBody"] = json!({
            "content": {"multipart/form-data": {"schema": object(json!({"file": file}))}}
        });
        operation
    };
    let binary = || json!({"type": "string", "format": "binary"});
    let number = || json!({"type": "integer"});
    let told = object(json!({
        "success": {"type": "boolean"}, "success_count": number(), "books_count": number(), "shelves_count": number()
    }));
    let mut chosen = lines();
    chosen["requestBody"] = json!({"content": {"application/json": {"schema": object(json!({
        "objects": list(object(json!({"id": {"type": "string"}})))
    }))}}});
    let text = json!({"type": "string"});
    let api = library(json!({
        "/books/{id}": {"get": operation(None, Some(schema("Book")))},
        "/books/_export": {"get": lines(), "post": chosen},
        "/books/_import": {"post": form(binary(), told)},
        // A form without a file, an answer that says nothing of items, and one that is no file.
        "/books/import_all": {"post": form(text, object(json!({"success_count": number()})))},
        "/books/import": {"post": form(binary(), object(json!({"shelves_count": number()})))},
        "/books/export": {"get": operation(None, Some(list(schema("Book"))))}
    }));
    let found = find(&api);
    assert_eq!(
        roles(&api, &found),
        [
            "get /books/_export: export /books/{id}",
            "post /books/_export: export /books/{id}",
            "post /books/_import: import /books/{id}",
            "get /books/{id}: read /books/{id}"
        ]
    );
    let of = |role| found.played.values().filter(move |p| p.role == role);
    let import = of(Role::Import).next().unwrap();
    let Answer::Count(count) = &import.answer else {
        panic!("it counts: {:?}", import.answer);
    };
    assert_eq!(count.counts, ["books_count", "success_count"]);
    assert_eq!(count.successes, ["success"]);
    let listed: Vec<_> = of(Role::Export).flat_map(|p| &p.selectors).collect();
    let [chosen] = listed.as_slice() else {
        panic!("one selector: {listed:?}");
    };
    assert_eq!(chosen.source, Source::Listed("id".to_string()));
}
