//! Files of messages: all of a conversation, and one by itself.

use std::collections::{BTreeMap, btree_map};

use app::pages::{
    attachments::{Attachments, AttachmentsProps, FILES_SHOWN},
    viewer::{Viewer, ViewerProps},
};
use axum::{http::StatusCode, response::Response};
use protocol::{ConversationId, FileId, State, UserId};

use super::{
    fields::{Asked, At},
    reader::Reader,
};
use crate::error::Result;

/// The files of a conversation, and on its first page the records of those that are kept elsewhere.
pub async fn list(reader: Reader, At(id): At<ConversationId>, Asked(asked): Asked) -> Result<Response> {
    let before = asked.number("before").map(FileId);
    let mut files = reader.chat.conversation_files(reader.caller, id, before, FILES_SHOWN + 1).await?;
    let shown = usize::try_from(FILES_SHOWN).unwrap_or(usize::MAX);
    let more = files.len() > shown;
    files.truncate(shown);
    let records = match before {
        None => reader.chat.conversation_records(reader.caller, id).await?,
        Some(_) => Vec::new(),
    };
    let uploaders = files.iter().map(|file| file.uploader_id).chain(records.iter().map(|record| record.uploader_id));
    let names = names(&reader, uploaders).await?;
    let start = reader.start().await?;
    let (conversation, _) = reader.chat.standing(reader.caller, id).await?;
    let (theme, title) = (start.account.theme, State::new(start.clone()).title(&conversation));
    let older = files.last().filter(|_| more).map(|file| file.id);
    let heading = format!("Files of {title}");
    let props = AttachmentsProps { start, place: id, title, files, records, names, later: before.is_some(), older };
    Ok(reader.page(StatusCode::OK, &heading, theme, || Attachments(props)))
}

/// What these people are called, each asked for once.
async fn names(reader: &Reader, people: impl Iterator<Item = UserId>) -> Result<Vec<(UserId, String)>> {
    let mut names = BTreeMap::new();
    for id in people {
        if let btree_map::Entry::Vacant(unknown) = names.entry(id) {
            unknown.insert(reader.chat.user(reader.caller, id).await?.display_name);
        }
    }
    Ok(names.into_iter().collect())
}

/// A file as large as the window.
pub async fn view(reader: Reader, At((id, file)): At<(ConversationId, FileId)>) -> Result<Response> {
    let viewed = reader.chat.view_file(reader.caller, id, file).await?;
    let theme = reader.chat.account(reader.caller).await?.theme;
    let title = viewed.file.name.clone();
    Ok(reader.page(StatusCode::OK, &title, theme, || Viewer(ViewerProps { place: id, viewed })))
}
