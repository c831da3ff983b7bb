//! One error for handlers. They need not know who asked: what becomes of it is [`crate::dress`]'s business.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// Why a handler has no answer: a refusal, or a fault that is yet to be logged.
#[derive(Debug)]
pub struct Error {
    cause: chat::Error,
    /// What a documented API says here, instead of our own sentence.
    words: Option<&'static str>,
}

/// The result of a handler.
pub type Result<T> = std::result::Result<T, Error>;

impl From<chat::Error> for Error {
    fn from(cause: chat::Error) -> Self {
        Self { cause, words: None }
    }
}

impl From<protocol::Error> for Error {
    fn from(refusal: protocol::Error) -> Self {
        Self { cause: refusal.into(), words: None }
    }
}

impl Error {
    /// What a person is told; a fault is logged.
    pub fn report(self, request_id: &str) -> protocol::Error {
        self.cause.report(request_id)
    }

    /// What a document says here, instead of our own sentence.
    pub const fn words(&self) -> Option<&'static str> {
        self.words
    }

    /// Whether it goes out with this status.
    fn has_status(&self, status: u16) -> bool {
        matches!(&self.cause, chat::Error::Refusal(refusal) if refusal.status() == status)
    }
}

/// Says a refusal in the words of a document: `chat.profile(…).await.saying(404, "User not found")?`.
pub trait Saying<T> {
    /// Where this is a refusal with `status`, its sentence becomes `words`.
    fn saying(self, status: u16, words: &'static str) -> Result<T>;
}

impl<T, E: Into<Error>> Saying<T> for std::result::Result<T, E> {
    fn saying(self, status: u16, words: &'static str) -> Result<T> {
        self.map_err(|error| {
            let mut error = error.into();
            if error.has_status(status) {
                error.words = Some(words);
            }
            error
        })
    }
}

/// An error on its way to [`crate::dress`], which finds it among the response's extensions.
#[derive(Clone)]
pub struct Undressed(pub Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Undressed(Arc::new(self)));
        response
    }
}
