//! Conversations of chosen people: direct and group chats, and those of projects.

use axum::{extract::State, response::IntoResponse};
use chat::{NewGroup, Participant};
use protocol::{Conversation, Kind, ProjectId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::members_only;
use crate::{
    AppState,
    error::Result,
    json::{Created, Json},
    routes::{Routes, routes},
    session::SignedIn,
};

/// What this document calls conversations. The public chat and the rooms are none of them.
const KINDS: [Kind; 3] = [Kind::Direct, Kind::Group, Kind::Project];

pub fn router() -> Routes {
    routes!(list, create)
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsConversation)]
struct Row {
    id: i64,
    project_id: Option<i64>,
    /// None for a conversation without a name: it is called after its people.
    name: Option<String>,
    creator_id: Option<i64>,
    #[schema(format = DateTime)]
    created_at: String,
    participants: Vec<Person>,
}

impl Row {
    fn new(conversation: Conversation, people: Vec<Participant>) -> Self {
        Self {
            id: conversation.id.0,
            project_id: conversation.project_id.map(|id| id.0),
            creator_id: conversation.creator_id.map(|id| id.0),
            created_at: conversation.created_at.to_rfc3339(),
            participants: people.into_iter().map(Person::from).collect(),
            name: Some(conversation.name).filter(|name| !name.is_empty()),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsParticipant)]
struct Person {
    user_id: i64,
    username: String,
    #[schema(format = DateTime)]
    joined_at: String,
}

impl From<Participant> for Person {
    fn from(person: Participant) -> Self {
        Self { user_id: person.user_id.0, username: person.username, joined_at: person.joined_at.to_rfc3339() }
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ProjectsNewConversation)]
struct New {
    /// The project that it belongs to; then everyone in it must be a member of that one.
    project_id: Option<i64>,
    name: Option<String>,
    /// Who is in it beside the caller.
    participant_ids: Option<Vec<i64>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsConversationCreated)]
struct Answer {
    message: &'static str,
    conversation_id: i64,
    project_id: Option<i64>,
}

/// The conversations that one is in: direct and group chats, and those of one's projects.
#[utoipa::path(
    get, path = "/conversations", operation_id = "projects_list_conversations", tag = "3-projects",
    responses((status = 200, body = Vec<Row>))
)]
async fn list(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Vec<Row>>> {
    let conversations = state.chat.participants(caller, &KINDS).await?;
    Ok(Json(conversations.into_iter().map(|(conversation, people)| Row::new(conversation, people)).collect()))
}

/// Makes a group chat, of a project or independent.
#[utoipa::path(
    post, path = "/conversations", operation_id = "projects_create_conversation", tag = "3-projects",
    request_body = New, responses((status = 201, body = Answer))
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<New>,
) -> Result<impl IntoResponse> {
    let people = new.participant_ids.unwrap_or_default().into_iter().map(UserId).collect();
    let project_id = new.project_id.map(ProjectId);
    let new = NewGroup { name: new.name.unwrap_or_default(), people, project_id };
    let made = members_only(state.chat.create_group(caller, new).await, "You are not a member of this project.")?;
    Ok(Created(Answer {
        message: "Conversation created successfully",
        conversation_id: made.conversation.id.0,
        project_id: made.conversation.project_id.map(|id| id.0),
    }))
}
