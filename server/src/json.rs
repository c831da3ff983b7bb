//! What a program sends: a JSON body, a query, ids in a path. Anything that can't be read is refused in our own words.

use std::{fmt, marker::PhantomData};

use axum::{
    extract::{FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request, rejection::JsonRejection},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use protocol::Error;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{body, error};

/// A JSON body, which is an object, or an answer in JSON.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = error::Error;

    async fn from_request(request: Request, state: &S) -> error::Result<Self> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(Object(body))) => Ok(Self(body)),
            Err(rejection) => Err(refusal(&rejection).into()),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        // Our models have string keys and finite numbers only: nothing that JSON could refuse. Not by `axum::Json`, whose buffer
        // is slower to write to.
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}

/// What is written as an object. Of a struct's fields serde also reads an array, in their order, which nobody means.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// A new thing, told in JSON. 201.
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

fn refusal(rejection: &JsonRejection) -> Error {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => Error::UnsupportedMedia { expected: "application/json".to_owned() },
        JsonRejection::BytesRejection(_) => Error::TooLarge { limit: body::LIMIT as u64 },
        // "… at line 1 column 9": the reader's own words say best what it stumbled over.
        JsonRejection::JsonDataError(cause) => {
            Error::invalid("body", format!("The body doesn’t fit: {}.", said(cause)))
        }
        other => Error::invalid("body", format!("The body is no JSON: {}.", said(other))),
    }
}

/// What the innermost cause says.
fn said(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The named values of an address.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = error::Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> error::Result<Self> {
        match AxumQuery::try_from_uri(&parts.uri) {
            Ok(AxumQuery(query)) => Ok(Self(query)),
            Err(rejection) => {
                Err(Error::invalid("query", format!("The query doesn’t fit: {}.", said(&rejection))).into())
            }
        }
    }
}

/// The ids in a path. An address whose ids are no numbers leads nowhere, like any other unknown one.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = error::Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> error::Result<Self> {
        match AxumPath::from_request_parts(parts, state).await {
            Ok(AxumPath(ids)) => Ok(Self(ids)),
            Err(_) => Err(Error::not_found("this page").into()),
        }
    }
}
