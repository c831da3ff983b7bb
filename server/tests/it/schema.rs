//! The served description of the API, and whether an answer is what it says: nothing missing, nothing beyond.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{app::TestApp, person::client};

/// The methods that an operation can have.
pub const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The served document.
pub struct Document(pub Value);

impl Document {
    pub async fn of(app: &TestApp) -> Self {
        let response = client().get(format!("{}/api/openapi.json", app.url)).send().await.expect("an answer");
        Self(serde_json::from_str(&response.text().await.expect("a body")).expect("JSON"))
    }

    /// Every operation: method, path, what is said of it.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.0["paths"].as_object().expect("paths").iter();
        paths.flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| Some((*method, path.as_str(), item.get(*method)?)))
        })
    }

    /// The operation that a request means; a word in a path wins over a parameter.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let asked: Vec<_> = path.split('/').collect();
        let fits = |template: &str| {
            let template: Vec<_> = template.trim_end_matches('/').split('/').collect();
            let same = |(part, asked): (&&str, &&str)| part.starts_with('{') && !asked.is_empty() || part == asked;
            (template.len() == asked.len() && template.iter().zip(&asked).all(same))
                .then(|| template.iter().filter(|part| !part.starts_with('{')).count())
        };
        let found = self.operations().filter(|(verb, ..)| verb.eq_ignore_ascii_case(method));
        let best = found.filter_map(|(_, template, operation)| Some((fits(template)?, operation)));
        best.max_by_key(|(words, _)| *words).map(|(_, operation)| operation)
    }

    /// What `reference` points to, or the value itself.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => {
                let found = self.0.pointer(reference.trim_start_matches('#'));
                self.resolve(found.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => value,
        }
    }

    /// Whether an answer is one that the document describes.
    ///
    /// # Errors
    /// What it says otherwise.
    pub fn check_answer(&self, method: &str, path: &str, status: u16, kind: &str, body: &str) -> Result<(), String> {
        let operation = self.operation(method, path).ok_or_else(|| format!("{method} {path} is not described"))?;
        let response = operation["responses"].get(status.to_string());
        let response = self.resolve(response.ok_or_else(|| format!("{method} {path}: {status} is not described"))?);
        let Some(content) = response["content"].as_object() else {
            return if body.is_empty() { Ok(()) } else { Err(format!("{method} {path}: {status} has a body: {body}")) };
        };
        let kind = kind.split(';').next().unwrap_or_default();
        let Some(media) = content.get(kind) else {
            let any = content.contains_key("*/*");
            return if any { Ok(()) } else { Err(format!("{method} {path}: {status} is {kind}")) };
        };
        if kind.starts_with("image/") {
            return Ok(());
        }
        let value: Value = serde_json::from_str(body).map_err(|error| format!("{method} {path}: {error} in {body}"))?;
        self.check(&media["schema"], &value, "").map_err(|why| format!("{method} {path}: {status} {why} in {body}"))
    }

    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        self.check_kept(schema, value, at)?;
        let (Some(fields), Some(known)) = (value.as_object(), self.properties(schema)) else { return Ok(()) };
        match fields.keys().find(|key| !known.contains(key.as_str())) {
            Some(key) => Err(format!("{at}/{key} is not described")),
            None => Ok(()),
        }
    }

    /// Whether `value` keeps to `schema`; it may have more.
    fn check_kept(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let schema = self.resolve(schema);
        for part in list(schema, "allOf") {
            self.check_kept(part, value, at)?;
        }
        for choice in ["oneOf", "anyOf"] {
            let parts = list(schema, choice);
            let fitting = parts.iter().filter(|part| self.check(part, value, at).is_ok()).count();
            if !parts.is_empty() && (fitting == 0 || choice == "oneOf" && fitting > 1) {
                return Err(format!("{at} fits {fitting} of {choice}"));
            }
        }
        Self::check_type(schema, value, at)?;
        if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
            return Err(format!("{at} is {value}, which is none of {}", schema["enum"]));
        }
        if let Some(items) = value.as_array() {
            for (index, item) in items.iter().enumerate() {
                self.check(&schema["items"], item, &format!("{at}/{index}"))?;
            }
        }
        let Some(fields) = value.as_object() else { return Ok(()) };
        if let Some(missing) =
            list(schema, "required").iter().find(|key| !fields.contains_key(key.as_str().unwrap_or("")))
        {
            return Err(format!("{at}/{} is missing", missing.as_str().unwrap_or_default()));
        }
        for (key, property) in schema["properties"].as_object().unwrap_or(&Map::new()) {
            if let Some(field) = fields.get(key) {
                self.check(property, field, &format!("{at}/{key}"))?;
            }
        }
        Ok(())
    }

    fn check_type(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let is = |name: &str| match name {
            "null" => value.is_null(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("an unknown type {other}"),
        };
        let fits = match &schema["type"] {
            Value::String(name) => is(name),
            Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
            _ => true,
        };
        let moment = schema["format"] == "date-time" && value.is_string();
        if !fits {
            Err(format!("{at} is {value}, not {}", schema["type"]))
        } else if moment && !value.as_str().is_some_and(is_moment) {
            Err(format!("{at} is {value}, no moment in RFC 3339"))
        } else {
            Ok(())
        }
    }

    /// All that an object may have; none where it may have anything.
    fn properties<'a>(&'a self, schema: &'a Value) -> Option<BTreeSet<&'a str>> {
        let schema = self.resolve(schema);
        // Each of the choices was held against its own.
        if schema.get("oneOf").or(schema.get("anyOf")).is_some() {
            return None;
        }
        let mut known = BTreeSet::new();
        let parts = list(schema, "allOf");
        for part in parts {
            known.extend(self.properties(part)?);
        }
        let own = schema["properties"].as_object();
        if own.is_none() && parts.is_empty() {
            return None;
        }
        known.extend(own.into_iter().flatten().map(|(key, _)| key.as_str()));
        Some(known)
    }
}

fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// `2026-11-20T10:30:00.000Z`, fractions as they come.
fn is_moment(text: &str) -> bool {
    let pattern: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    pattern.starts_with("0000-00-00T00:00:00") && pattern.ends_with('Z')
}
