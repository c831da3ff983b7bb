//! What events are answered with.

use protocol::Error;
use serde::Serialize;
use serde_json::{json, value::RawValue};

use crate::error::Result;

/// What an event is answered with, if the client wants to know.
pub type Answer = Result<Box<RawValue>>;

/// An answer in JSON.
pub fn answer(data: &impl Serialize) -> Answer {
    serde_json::value::to_raw_value(data).map_err(|_| Error::Fault { request_id: String::new() }.into())
}

/// An answer that is but a sentence.
pub fn done(message: &str) -> Answer {
    answer(&json!({"message": message}))
}
