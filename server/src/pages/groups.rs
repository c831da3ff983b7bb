//! New groups.

use app::{
    components::form::Problem,
    pages::groups::{GroupTyped, NewGroup, NewGroupProps},
};
use axum::response::Response;
use protocol::{Error, User};

use super::{
    fields::{Asked, Fields},
    reader::{Reader, said_by_form, see, status},
};
use crate::error::Result;

/// How many people are offered; the search finds the others.
const PEOPLE_SHOWN: i64 = 100;
/// The most people that are kept ticked while searching: more than a group can have.
const MOST_TICKED: usize = 60;

/// The form for a new group; also what its search button asks for.
pub async fn form(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    new_group_page(&reader, &asked, None).await
}

/// Makes a group and opens it.
pub async fn create(reader: Reader, fields: Fields) -> Result<Response> {
    let made = async {
        let people = reader.chat.user_ids(&fields.all("people")).await?;
        let new = chat::NewGroup { name: fields.text("name"), people };
        reader.chat.create_group(reader.caller, new).await
    };
    match made.await {
        Ok(entry) => Ok(see(&format!("/c/{}", entry.conversation.id))),
        Err(error) => new_group_page(&reader, &fields, Some(&said_by_form(error)?)).await,
    }
}

async fn new_group_page(reader: &Reader, fields: &Fields, refusal: Option<&Error>) -> Result<Response> {
    let start = reader.start().await?;
    let search = fields.text("search");
    let mut found = reader.chat.users(reader.caller, &search, PEOPLE_SHOWN).await?;
    let chosen = ticked(reader, &fields.all("people")).await?;
    found.retain(|user| user.id != reader.caller.user_id && !chosen.iter().any(|other| other.id == user.id));
    let theme = start.account.theme;
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let typed = GroupTyped { name: fields.text("name"), search, chosen };
    let props = NewGroupProps { start, typed, found, problem };
    Ok(reader.page(status(refusal), "New group", theme, || NewGroup(props)))
}

/// The people of these user names, whether the search finds them or not.
async fn ticked(reader: &Reader, names: &[String]) -> Result<Vec<User>> {
    let mut people: Vec<User> = Vec::new();
    for name in names.iter().take(MOST_TICKED) {
        let like = reader.chat.users(reader.caller, name, PEOPLE_SHOWN).await?;
        let user = like.into_iter().find(|user| user.username == *name && user.id != reader.caller.user_id);
        people.extend(user.filter(|user| !people.iter().any(|other| other.id == user.id)));
    }
    Ok(people)
}
