//! What a form posted or an address asked for. Fields are read by name and a missing one is empty, so a form that a
//! browser would never send gets the same answer as one that was left blank: the sentence beside the field.

use app::components::form::Done;
use axum::{
    Form, RequestPartsExt as _,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::FormRejection},
    http::request::Parts,
};
use protocol::Error;
use serde::de::DeserializeOwned;

use crate::{AppState, error};

/// The named values of a form, or of an address.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl From<Vec<(String, String)>> for Fields {
    fn from(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }
}

impl Fields {
    /// The first value of that name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The first value of that name as a string of its own.
    pub fn text(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    /// The first value of that name, if it was given at all.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of that name: what is ticked.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// A number; none where it isn't one.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).parse().ok()
    }

    /// What was done on the page before, if the address says so in a word of ours.
    pub fn done(&self) -> Option<Done> {
        Done::from_word(self.get("done"))
    }

    /// Where to go after signing in: a path of this site, or empty. Anything that a browser could take for another
    /// site's address (`//evil.example`, `/\evil.example`, `https:…`) would make our sign-in page lead there.
    pub fn return_to(&self) -> String {
        let path = self.get("return");
        let own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
        let plain = !path.chars().any(char::is_control);
        if own && plain { path.to_owned() } else { String::new() }
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = error::Error;

    async fn from_request(request: Request, state: &S) -> error::Result<Self> {
        match Form::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(FormRejection::BytesRejection(_)) => Err(Error::TooLarge { limit: crate::body::LIMIT as u64 }.into()),
            Err(_) => Err(Error::invalid("body", "That form can’t be read.").into()),
        }
    }
}

/// The named values of an address.
pub struct Asked(pub Fields);

impl FromRequestParts<AppState> for Asked {
    type Rejection = error::Error;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> error::Result<Self> {
        match parts.extract::<Query<Vec<(String, String)>>>().await {
            Ok(Query(fields)) => Ok(Self(Fields(fields))),
            Err(_) => Err(Error::invalid("query", "That address can’t be read.").into()),
        }
    }
}

/// The ids in a path. An address whose ids are no numbers leads nowhere, like any other unknown one.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for At<T> {
    type Rejection = error::Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> error::Result<Self> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(Error::not_found("this page").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn return_to(path: &str) -> String {
        Fields(vec![("return".into(), path.into())]).return_to()
    }

    #[test]
    fn signing_in_leads_only_to_this_site() {
        assert_eq!(return_to("/c/7?at=3"), "/c/7?at=3");
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "evil",
            "",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
        ] {
            assert_eq!(return_to(elsewhere), "", "{elsewhere:?}");
        }
    }

    #[test]
    fn a_field_that_was_not_sent_is_empty() {
        let fields = Fields(vec![("people".into(), "ada".into()), ("people".into(), "lin".into())]);
        assert_eq!((fields.get("name"), fields.all("people")), ("", vec!["ada".to_owned(), "lin".to_owned()]));
    }
}
