//! Messages from forms: what the page does without its script. With it, they travel over the socket.

use axum::{
    extract::{FromRequest, Request},
    response::Response,
};
use chat::{Destination, Draft};
use protocol::{ConversationId, FileId, MessageId};

use super::{
    fields::{At, Fields},
    reader::{Reader, see},
};
use crate::{
    body::is_upload,
    error::{self, Result},
    upload::Upload,
};

/// Posts a message with its files. A form that is sent twice carries the same `client_id` and posts once.
pub async fn send(reader: Reader, At(id): At<ConversationId>, form: MessageForm) -> Result<Response> {
    let (fields, files): (Fields, Vec<FileId>) = match form {
        MessageForm::Plain(fields) => (fields, Vec::new()),
        MessageForm::WithFiles(upload) => {
            let form = upload.take_form(&reader.chat, reader.caller, Destination::Conversation(id)).await?;
            (form.fields.unwrap_or_default().into(), form.files.into_iter().map(|file| file.id).collect())
        }
    };
    let brought = files.clone();
    let client_id = fields.find("client_id").filter(|client_id| !client_id.is_empty()).map(str::to_owned);
    let draft = Draft { client_id, files, ..Draft::of(id, fields.text("body")) };
    let sent = reader.chat.send(reader.caller, draft).await;
    if sent.is_err() {
        for file in brought {
            // What can't be deleted now goes after a day, like all that isn't sent.
            let _ = reader.chat.delete_file(reader.caller, file).await;
        }
    }
    let message = sent?;
    // Their own message tells that they have read what stood above it.
    reader.chat.mark_read(reader.caller, id, message.seq).await?;
    Ok(see(&format!("/c/{id}")))
}

/// What the composer posts.
pub enum MessageForm {
    /// Text alone.
    Plain(Fields),
    /// Text and files.
    WithFiles(Upload),
}

impl<S: Send + Sync> FromRequest<S> for MessageForm {
    type Rejection = error::Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if is_upload(&request) {
            Ok(Self::WithFiles(Upload::from_request(request, state).await?))
        } else {
            Ok(Self::Plain(Fields::from_request(request, state).await?))
        }
    }
}

/// Changes the text of a message.
pub async fn edit(
    reader: Reader,
    At((id, message)): At<(ConversationId, MessageId)>,
    fields: Fields,
) -> Result<Response> {
    reader.chat.edit(reader.caller, message, fields.get("body")).await?;
    Ok(see_message(id, message))
}

/// Deletes a message; a tombstone stays.
pub async fn delete(reader: Reader, At((id, message)): At<(ConversationId, MessageId)>) -> Result<Response> {
    reader.chat.delete(reader.caller, message).await?;
    Ok(see_message(id, message))
}

/// Reacts to a message, or takes the reaction back.
pub async fn react(
    reader: Reader,
    At((id, message)): At<(ConversationId, MessageId)>,
    fields: Fields,
) -> Result<Response> {
    reader.chat.react(reader.caller, message, fields.get("emoji"), fields.get("on") != "false").await?;
    Ok(see_message(id, message))
}

fn see_message(id: ConversationId, message: MessageId) -> Response {
    see(&format!("/c/{id}?at={message}"))
}
