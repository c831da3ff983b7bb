//! New groups.

use app::{
    components::form::Problem,
    pages::groups::{NewGroup, NewGroupProps},
};
use axum::response::Response;
use protocol::Error;

use super::{
    choose::{Among, chosen},
    fields::{Asked, Fields},
    reader::{Reader, said_by_form, see, status},
};
use crate::error::Result;

/// The form for a new group; also what its search button asks for.
pub async fn form(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    new_group_page(&reader, &asked, None).await
}

/// Makes a group and opens it.
pub async fn create(reader: Reader, fields: Fields) -> Result<Response> {
    let made = async {
        let people = reader.chat.user_ids(&fields.all("people")).await?;
        // A group of one is fine for a program. On a form it is a slip.
        if people.iter().all(|id| *id == reader.caller.user_id) {
            return Err(Error::invalid("people", "Choose at least one person.").into());
        }
        let new = chat::NewGroup { name: fields.text("name"), people, project_id: None };
        reader.chat.create_group(reader.caller, new).await
    };
    match made.await {
        Ok(entry) => Ok(see(&format!("/c/{}", entry.conversation.id))),
        Err(error) => new_group_page(&reader, &fields, Some(&said_by_form(error)?)).await,
    }
}

async fn new_group_page(reader: &Reader, fields: &Fields, refusal: Option<&Error>) -> Result<Response> {
    let start = reader.start().await?;
    let chosen = chosen(reader, Among::All, fields).await?;
    let theme = start.account.theme;
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let props = NewGroupProps { start, name: fields.text("name"), chosen, problem };
    Ok(reader.page(status(refusal), "New group", theme, || NewGroup(props)))
}
