//! The rows of `table.txt`.

use super::world::Asker;

/// What one operation answers to everyone.
pub struct Row {
    pub operation: &'static str,
    /// One status for each [`Asker`], in their order.
    pub expected: Vec<&'static str>,
    /// The address, with words in `<>` for what the world makes.
    pub path: &'static str,
    /// JSON, `FILE` for a form with one, or `TUS` for what tus asks with, and the project where that names one; empty for
    /// none.
    pub body: &'static str,
    /// Whether it ends the credential that it is asked with, so that each asker brings one that can be spared.
    pub signs_out: bool,
}

pub fn rows() -> Vec<Row> {
    let lines = include_str!("table.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(row).collect()
}

fn row(line: &'static str) -> Row {
    let (fields, request) = line.split_at(line.find(" /").unwrap_or_else(|| panic!("no address in {line}")));
    let (path, body) = request
        .find(" {")
        .or(request.find(" FILE"))
        .or(request.find(" TUS"))
        .map_or((request, ""), |at| request.split_at(at));
    let fields: Vec<_> = fields.split_whitespace().collect();
    let [operation, expected @ ..] = fields.as_slice() else { panic!("{line}") };
    assert_eq!(expected.len(), Asker::ALL.len(), "{line}");
    let signs_out = operation.ends_with('~');
    let operation = operation.trim_end_matches('~');
    Row { operation, expected: expected.to_vec(), path: path.trim(), body: body.trim(), signs_out }
}
