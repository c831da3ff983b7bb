//! The files of a message as the documented APIs tell them: a key `files` beside their own, where there are any.

use protocol::Message;
use serde::Serialize;
use utoipa::ToSchema;

/// A file on a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SharedFile)]
pub struct Attached {
    id: i64,
    filename: String,
    content_type: String,
    /// In bytes.
    size: i64,
    /// Where its bytes are, on this server.
    url: String,
}

impl Attached {
    /// The files of a message, in its sender's order.
    pub fn to(message: &Message) -> Vec<Self> {
        let attached = |file: &protocol::Attachment| Self {
            id: file.id.0,
            filename: file.name.clone(),
            content_type: file.content_type.clone(),
            size: file.size,
            url: format!("/api/v1/files/{}/content", file.id),
        };
        message.files.iter().map(attached).collect()
    }
}
