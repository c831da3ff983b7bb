//! What a conversation is and who is in it, and every change to that.

use app::{
    components::form::{Done, Problem},
    pages::details::{Details, DetailsPage, DetailsPageProps, DetailsTyped, Home, MEMBERS_SHOWN},
};
use axum::response::Response;
use chat::ConversationUpdate;
use protocol::{Action, ConversationId, Error, Kind, Role, Start, State, UserId};

use super::{
    fields::{Asked, At, Fields},
    reader::{Reader, said_by_form, see_done, status},
};
use crate::error::Result;

/// How many people are suggested while someone types whom to add.
const SUGGESTIONS: i64 = 100;

/// The page.
pub async fn show(reader: Reader, At(id): At<ConversationId>, Asked(asked): Asked) -> Result<Response> {
    let visit = Visit { search: asked.text("search"), done: asked.done(), ..Visit::default() };
    details_page(&reader, id, visit).await
}

/// Changes name, topic and openness.
pub async fn change(reader: Reader, At(id): At<ConversationId>, fields: Fields) -> Result<Response> {
    let (name, topic) = (fields.find("name").map(str::to_owned), fields.find("topic").map(str::to_owned));
    let private = fields.find("private").map(|private| private == "true");
    let update = ConversationUpdate { name: name.clone(), topic: topic.clone(), private, archived: None };
    let typed = DetailsTyped { name, topic, people: String::new() };
    let changed = reader.chat.update_conversation(reader.caller, id, update).await;
    answer(&reader, id, changed.map(|_| Done::Saved), typed).await
}

/// Archives it, or opens it again.
pub async fn archive(reader: Reader, At(id): At<ConversationId>, fields: Fields) -> Result<Response> {
    let archived = fields.get("archived") != "false";
    let done = if archived { Done::Archived } else { Done::Restored };
    let changed = reader.chat.archive(reader.caller, id, archived).await;
    answer(&reader, id, changed.map(|_| done), DetailsTyped::default()).await
}

/// Adds people by their user names.
pub async fn add(reader: Reader, At(id): At<ConversationId>, fields: Fields) -> Result<Response> {
    let typed = fields.text("people");
    let added = add_people(&reader, id, &typed).await;
    answer(&reader, id, added, DetailsTyped { people: typed, ..DetailsTyped::default() }).await
}

/// Ends somebody's membership.
pub async fn remove(reader: Reader, At((id, user)): At<(ConversationId, UserId)>) -> Result<Response> {
    let removed = reader.chat.remove_member(reader.caller, id, user).await;
    answer(&reader, id, removed.map(|()| Done::Removed), DetailsTyped::default()).await
}

/// Gives a member another role.
pub async fn appoint(reader: Reader, At((id, user)): At<(ConversationId, UserId)>, fields: Fields) -> Result<Response> {
    let appointed = give_role(&reader, id, user, fields.get("role")).await;
    answer(&reader, id, appointed, DetailsTyped::default()).await
}

/// Adds people by their user names, separated by commas.
pub async fn add_people(reader: &Reader, id: ConversationId, typed: &str) -> chat::Result<Done> {
    let names: Vec<_> = typed.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err(Error::invalid("people", "Whom? Give at least one user name.").into());
    }
    let people = reader.chat.user_ids(&names).await?;
    reader.chat.add_members(reader.caller, id, &people).await?;
    Ok(Done::Added)
}

/// Gives a member the role of that word.
pub async fn give_role(reader: &Reader, id: ConversationId, user: UserId, word: &str) -> chat::Result<Done> {
    let role = Role::from_word(word).ok_or_else(|| Error::invalid("role", "A role is member, admin or owner."))?;
    reader.chat.set_role(reader.caller, id, user, role).await?;
    Ok(Done::RoleChanged)
}

/// What the page shows beside the conversation itself.
#[derive(Default)]
pub struct Visit {
    pub search: String,
    pub done: Option<Done>,
    pub typed: DetailsTyped,
    pub refusal: Option<Error>,
}

/// Back to the page after a change, or the page again with what stood in its way.
async fn answer(
    reader: &Reader,
    id: ConversationId,
    done: chat::Result<Done>,
    typed: DetailsTyped,
) -> Result<Response> {
    match done {
        Ok(done) => Ok(see_done(&format!("/c/{id}/details"), done)),
        Err(error) => {
            let refusal = Some(said_by_form(error)?);
            details_page(reader, id, Visit { typed, refusal, ..Visit::default() }).await
        }
    }
}

async fn details_page(reader: &Reader, id: ConversationId, visit: Visit) -> Result<Response> {
    let status = status(visit.refusal.as_ref());
    let (start, details) = load(reader, id, Home::Conversation, visit).await?;
    let (theme, title) = (start.account.theme, details.title.clone());
    let props = DetailsPageProps { start, details };
    Ok(reader.page(status, &title, theme, || DetailsPage(props)))
}

/// All that is shown of a conversation's details.
pub async fn load(reader: &Reader, id: ConversationId, home: Home, visit: Visit) -> Result<(Start, Details)> {
    let (conversation, standing) = reader.chat.standing(reader.caller, id).await?;
    let start = reader.start().await?;
    let members = reader.chat.members(reader.caller, id, &visit.search, MEMBERS_SHOWN).await?;
    let others = if standing.may(Action::AddMember) {
        reader.chat.users(reader.caller, "", None, SUGGESTIONS).await?
    } else {
        Vec::new()
    };
    let title = title(&State::new(start.clone()).title(&conversation), conversation.kind, conversation.private);
    let problem = visit.refusal.as_ref().map(Problem::from).unwrap_or_default();
    let details = Details {
        title,
        home,
        conversation,
        standing,
        members,
        search: visit.search,
        others,
        typed: visit.typed,
        problem,
        done: visit.done,
    };
    Ok((start, details))
}

/// Open rooms are called by their sign.
fn title(name: &str, kind: Kind, private: bool) -> String {
    if kind == Kind::Room && !private { format!("# {name}") } else { name.to_owned() }
}
