//! The description of the API, and the page that shows it.

use std::collections::BTreeSet;

use reqwest::header;
use serde_json::Value;

use crate::{app::TestApp, person::client, schema::Document};

/// How the ids of a surface's operations begin, and how they are tagged. Routes that documents share name all of them.
const SURFACES: [(&str, &str); 7] = [
    ("v1_", "v1 "),
    ("shared_", ""),
    ("basic_", "1-basic"),
    ("direct_", "2-direct"),
    ("projects_", "3-projects"),
    ("rooms_", "4-rooms"),
    ("messenger_", "5-messenger"),
];

/// A change to what is promised to programs shows here. `INSTA_UPDATE=always` writes the new one, to be read and committed.
#[tokio::test]
async fn the_whole_description_is_what_it_was() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await.0;
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_json_snapshot!("openapi", document);
    });
}

#[tokio::test]
async fn every_operation_has_an_id_a_surface_and_a_summary() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    assert_eq!(document.0["openapi"], "3.1.0");
    let explained = document.0["tags"].as_array().expect("tags");
    let explained: BTreeSet<_> = explained.iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in document.operations() {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        let tags = operation["tags"].as_array().expect("tags");
        assert_eq!(tags.len(), 1, "{id}");
        let tag = tags[0].as_str().expect("text");
        assert!(explained.contains(tag), "{tag} is not explained");
        let of_surface = |(of_id, of_tag): &(&str, &str)| id.starts_with(of_id) && tag.starts_with(of_tag);
        assert!(SURFACES.iter().any(of_surface), "{id} is tagged {tag}");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty(), "{id} says nothing of what it does");
    }
}

#[tokio::test]
async fn every_operation_tells_who_may_call_it_and_what_it_refuses() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    for (method, path, operation) in document.operations() {
        let ways = operation["security"].as_array().unwrap_or_else(|| panic!("{method} {path} tells no security"));
        let open = ways.iter().any(|way| way.as_object().is_some_and(serde_json::Map::is_empty));
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path} never succeeds");
        let mut expected = vec!["403", "405", "429", "503"];
        expected.extend((!open).then_some("401"));
        expected.extend(path.contains('{').then_some("404"));
        expected.extend(operation.get("requestBody").into_iter().flat_map(|_| ["400", "413", "415"]));
        let form = operation["requestBody"]["content"].get("multipart/form-data");
        expected.extend(form.map(|_| "507"));
        for status in expected {
            let response =
                document.resolve(responses.get(status).unwrap_or_else(|| panic!("{method} {path}: {status}")));
            assert!(response["content"]["application/json"]["schema"].is_object(), "{method} {path}: {status}");
        }
        for (status, response) in responses {
            let headers = &document.resolve(response)["headers"];
            for name in ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] {
                assert!(document.resolve(&headers[name])["schema"].is_object(), "{method} {path}: {status} {name}");
            }
            let comes_back = matches!(status.as_str(), "429" | "503");
            assert_eq!(headers.get("Retry-After").is_some(), comes_back, "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn nothing_in_it_is_loose() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let mut references = Vec::new();
    walk(&document.0, "", &mut |at, value| {
        if value["$ref"].is_string() {
            document.resolve(value);
            references.extend(value["$ref"].as_str().map(str::to_owned));
        }
        let schema = at.contains("/schema") && value.is_object();
        let anything = value["type"] == "object" && value.get("properties").is_none();
        assert!(!schema || !anything || value.get("additionalProperties").is_some(), "{at} may be any object");
    });
    for name in document.0["components"]["schemas"].as_object().expect("schemas").keys() {
        let used = references.iter().any(|reference| reference.ends_with(&format!("/schemas/{name}")));
        assert!(used, "nothing refers to {name}");
    }
}

/// Two things of one name would be one thing in the document, and nothing would tell.
#[tokio::test]
async fn the_places_own_schemas_are_no_documents() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
    for (_, path, operation) in document.operations() {
        gather(&document, operation, if path.starts_with("/api/v1/") { &mut own } else { &mut others });
    }
    // The one form that both take.
    let both: Vec<_> = own.intersection(&others).filter(|name| *name != "Files").collect();
    assert!(both.is_empty(), "{both:?}");
}

/// The names of all schemas that `value` leads to.
fn gather(document: &Document, value: &Value, names: &mut BTreeSet<String>) {
    let mut found = Vec::new();
    walk(value, "", &mut |_, value| found.extend(value["$ref"].as_str().map(str::to_owned)));
    for reference in found {
        let name = reference.strip_prefix("#/components/schemas/").map(str::to_owned);
        if name.is_none_or(|name| names.insert(name)) {
            gather(document, document.resolve(&serde_json::json!({"$ref": reference})), names);
        }
    }
}

fn walk(value: &Value, at: &str, visit: &mut impl FnMut(&str, &Value)) {
    visit(at, value);
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, field)| walk(field, &format!("{at}/{key}"), visit)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| walk(item, &format!("{at}/{n}"), visit)),
        _ => {}
    }
}

#[tokio::test]
async fn the_page_comes_from_here_with_all_that_it_loads() {
    let app = TestApp::start().await;
    let get = async |path: &str| client().get(format!("{}{path}", app.url)).send().await.expect("an answer");
    let page = get("/api/docs").await;
    assert_eq!(page.status(), 200);
    assert!(page.headers()[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/html"));
    let text = page.text().await.expect("a page");
    let loaded: Vec<_> = ["src=\"", "href=\""]
        .iter()
        .flat_map(|start| text.split(start).skip(1).filter_map(|rest| rest.split('"').next()))
        .collect();
    assert_eq!(loaded.len(), 6, "{loaded:?}");
    for path in loaded {
        assert!(path.starts_with('/') && !path.contains("//"), "{path} is elsewhere");
        // The site's own files are built apart.
        if path.starts_with("/api/") {
            assert_eq!(get(path).await.status(), 200, "{path}");
        }
    }
    let settings = get("/api/docs/setup.js").await.text().await.expect("a script");
    assert!(
        settings.contains(r#"url: "/api/openapi.json""#) && settings.contains(r#"validatorUrl: "none""#),
        "{settings}"
    );
    assert_eq!(get("/api/docs/index.html").await.status(), 404);
    assert_eq!(get("/api/docs/..%2f..%2fCargo.toml").await.status(), 404);
}
