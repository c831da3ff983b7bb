//! Complete lists. The documents promise "all messages", which may be many more than fit into memory: a list is read page
//! by page and written as it is read, at the pace at which its reader takes it.

use std::{convert::Infallible, io};

use app::context::Visitor;
use axum::{
    body::{Body, Bytes},
    extract::FromRequestParts,
    http::{header, request::Parts},
    response::{IntoResponse as _, Response},
};
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use crate::error::Result;

/// The id under which a request is logged: an extractor for handlers that answer with a list, whose later pages may
/// fail when the answer has long begun.
pub struct RequestName(String);

impl<S: Send + Sync> FromRequestParts<S> for RequestName {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        let visitor = parts.extensions.get::<Visitor>();
        Ok(Self(visitor.map(|visitor| visitor.request_id.clone()).unwrap_or_default()))
    }
}

/// Answers with the rows of all `pages` as one JSON array: `[…]`.
///
/// # Errors
/// What the first page refuses. A failure after that breaks the connection off, so that nobody takes a part for the
/// whole.
pub async fn array<T: Serialize + Send + 'static>(
    name: RequestName,
    pages: impl Stream<Item = chat::Result<Vec<T>>> + Send + 'static,
) -> Result<Response> {
    write("[".to_owned(), "]", name, pages).await
}

/// Answers with the rows of all `pages` as the array under `key`: `{"key":[…]}`.
///
/// # Errors
/// As for [`array`].
pub async fn array_under<T: Serialize + Send + 'static>(
    key: &str,
    name: RequestName,
    pages: impl Stream<Item = chat::Result<Vec<T>>> + Send + 'static,
) -> Result<Response> {
    write(format!("{{\"{key}\":["), "]}", name, pages).await
}

async fn write<T: Serialize + Send + 'static>(
    opening: String,
    closing: &'static str,
    RequestName(request_id): RequestName,
    pages: impl Stream<Item = chat::Result<Vec<T>>> + Send + 'static,
) -> Result<Response> {
    let mut pages = Box::pin(pages);
    let first = pages.next().await.transpose()?;
    let pages = stream::iter(first.map(Ok)).chain(pages).map_err(move |error| {
        // A fault is logged here; what the reader sees is that the answer ends too early.
        io::Error::other(error.report(&request_id))
    });
    let mut begun = false;
    let rows = pages.map(move |page| Ok::<_, io::Error>(Bytes::from(encode(&page?, &mut begun)?)));
    let one = |text| stream::iter([Ok(Bytes::from(text))]);
    let body = one(opening).chain(rows).chain(one(closing.to_owned()));
    Ok(([(header::CONTENT_TYPE, "application/json")], Body::from_stream(body)).into_response())
}

/// The rows with the commas before them; only the array's very first row has none.
fn encode<T: Serialize>(rows: &[T], begun: &mut bool) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        if *begun {
            bytes.push(b',');
        }
        *begun = true;
        serde_json::to_writer(&mut bytes, row)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    async fn text(pages: Vec<chat::Result<Vec<i64>>>) -> std::result::Result<String, String> {
        let answer = array(RequestName(String::new()), stream::iter(pages)).await.map_err(|_| "refused")?;
        let mut body = pin!(answer.into_body().into_data_stream());
        let mut text = String::new();
        while let Some(bytes) = body.next().await {
            text += std::str::from_utf8(&bytes.map_err(|_| text.clone())?).expect("JSON");
        }
        Ok(text)
    }

    #[tokio::test]
    async fn pages_become_one_array_whatever_they_hold() {
        assert_eq!(text(vec![]).await, Ok("[]".into()));
        assert_eq!(text(vec![Ok(vec![]), Ok(vec![])]).await, Ok("[]".into()));
        assert_eq!(text(vec![Ok(vec![1, 2]), Ok(vec![]), Ok(vec![3])]).await, Ok("[1,2,3]".into()));
    }

    #[tokio::test]
    async fn a_list_that_breaks_off_is_never_closed() {
        let refusal = || Err(protocol::Error::SignedOut.into());
        assert_eq!(text(vec![refusal()]).await, Err("refused".into()));
        assert_eq!(text(vec![Ok(vec![1]), refusal()]).await, Err("[1".into()));
    }
}
