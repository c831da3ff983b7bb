//! Who may do what over the API: every operation that is described, asked by everyone that there is. `table.txt` is the
//! expectation. An operation that it doesn't know fails, and so does a row that no operation stands behind.

mod table;
mod world;

use std::collections::BTreeSet;

use futures::{StreamExt as _, stream};

use table::{Row, rows};
use world::{Asker, World};

use crate::{app::TestApp, schema::Document};

/// How many cells are asked at once. Each has things of its own, so that none is in another's way.
const AT_ONCE: usize = 8;

#[tokio::test]
async fn every_operation_has_a_row_and_every_row_an_operation() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let described: BTreeSet<_> =
        document.operations().filter_map(|(_, _, operation)| operation["operationId"].as_str()).collect();
    let listed: BTreeSet<_> = rows().iter().map(|row| row.operation).collect();
    let (unlisted, undescribed) = (described.difference(&listed), listed.difference(&described));
    assert_eq!(described, listed, "without a row: {unlisted:?}; without an operation: {undescribed:?}");
}

#[tokio::test]
async fn everyone_may_do_what_the_table_says_and_nothing_else() {
    let app = TestApp::start().await;
    let (world, document) = (World::of(&app).await, Document::of(&app).await);
    let mut wrong = Vec::new();
    for row in rows() {
        let asking = stream::iter(Asker::ALL).map(|asker| answer(&world, &document, &row, asker));
        let told: Vec<_> = asking.buffered(AT_ONCE).collect().await;
        let statuses: Vec<_> = told.iter().map(|(status, _)| status.to_string()).collect();
        if statuses != row.expected {
            wrong.push(format!("{:38} {}  {}", row.operation, statuses.join(" "), row.path));
        }
        wrong.extend(told.into_iter().filter_map(|(_, undescribed)| undescribed.err()));
    }
    assert!(wrong.is_empty(), "what was answered instead:\n{}", wrong.join("\n"));
}

/// The status of an answer, and whether it is one that is described.
async fn answer(world: &World, document: &Document, row: &Row, asker: Asker) -> (u16, Result<(), String>) {
    let found = document.operations().find(|(_, _, operation)| operation["operationId"] == row.operation);
    let Some((method, ..)) = found else { return (0, Err(format!("{} is not described", row.operation))) };
    let answer = world.ask(asker, method, row).await;
    let meant = document.operation(method, &answer.path).map(|operation| operation["operationId"].clone());
    assert_eq!(meant, Some(row.operation.into()), "{}", row.path);
    let described = document.check_answer(method, &answer.path, answer.status, &answer.kind, &answer.text);
    (answer.status, described)
}
