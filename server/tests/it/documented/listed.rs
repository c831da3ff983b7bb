//! `docs/api.md` has a row for every documented route, and every test that it names is there.

use std::{fs, path::Path};

use crate::{app::TestApp, person::client};

const DOCUMENT: &str = include_str!("../../../../docs/api.md");

/// What stands between backticks.
fn quoted() -> Vec<&'static str> {
    DOCUMENT.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// A path whatever its parameters are called: the document writes `<id>`, the description `{id}`.
fn unnamed(path: &str) -> String {
    let mut unnamed = String::new();
    let mut inside = false;
    for letter in path.chars() {
        inside |= matches!(letter, '<' | '{');
        if !inside {
            unnamed.push(letter);
        }
        if matches!(letter, '>' | '}') {
            inside = false;
            unnamed.push('*');
        }
    }
    unnamed
}

#[tokio::test]
async fn every_documented_route_has_a_row() {
    let app = TestApp::start().await;
    let answer = client().get(format!("{}/api/openapi.json", app.url)).send().await.expect("an answer");
    let description: serde_json::Value = answer.json().await.expect("JSON");
    let rows: Vec<String> = quoted().into_iter().map(unnamed).collect();
    let mut documented = 0;
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            if tag.starts_with(|first: char| first.is_ascii_digit()) {
                let route = unnamed(&format!("{} {path}", method.to_uppercase()));
                assert!(rows.contains(&route), "docs/api.md has no row for {route}");
                documented += 1;
            }
        }
    }
    assert!(documented >= 50, "{documented}");
}

#[test]
fn every_test_that_is_named_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["tests/it", "../crates/chat/tests/it"] {
        gather(&root.join(folder), &mut sources);
    }
    let is_test = |name: &&str| {
        name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:…".contains(c))
    };
    let rows = DOCUMENT.lines().filter(|line| line.starts_with('|'));
    let last_columns = rows.filter_map(|line| line.trim_end_matches('|').rsplit('|').next());
    let named: Vec<&str> =
        last_columns.flat_map(|column| column.split('`').skip(1).step_by(2)).filter(is_test).collect();
    assert!(named.len() > 60, "{}", named.len());
    for name in named {
        let function = name.rsplit([':', '…']).next().expect("a name");
        assert!(sources.contains(&format!("{function}(")), "docs/api.md names {name}");
    }
}

fn gather(folder: &Path, sources: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, sources);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            sources.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}
