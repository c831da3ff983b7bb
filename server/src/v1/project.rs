//! Projects: people with a conversation of their own, further ones beside it, and files.

use axum::extract::State;
use chat::{NewProject, ProjectUpdate};
use protocol::{Error, ProjectId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    list::{self, List, Paging},
    model::Time,
    optional, text,
};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(all, create, show, change)
}

/// A project. Its members are those of its conversation.
#[derive(Serialize, ToSchema)]
struct Project {
    #[schema(example = 4)]
    id: i64,
    /// The conversation of its own; its `members` are the project’s.
    #[schema(example = 17)]
    conversation_id: i64,
    #[schema(example = "New bridge")]
    name: String,
    /// What it is about; may be empty.
    #[schema(example = "From the first drawing to the opening.")]
    description: String,
    #[schema(required = true)]
    creator_id: Option<i64>,
    created_at: Time,
    /// Since when it is closed for posting and uploading.
    #[schema(required = true)]
    archived_at: Option<Time>,
    member_count: i64,
}

impl From<protocol::Project> for Project {
    fn from(project: protocol::Project) -> Self {
        Self {
            id: project.id.0,
            conversation_id: project.conversation_id.0,
            name: project.name,
            description: project.description,
            creator_id: project.creator_id.map(|id| id.0),
            created_at: project.created_at.into(),
            archived_at: project.archived_at.map(Time::from),
            member_count: project.member_count,
        }
    }
}

/// The projects that one is a member of, newest first.
#[utoipa::path(
    get, path = "/projects", operation_id = "v1_list_projects", tag = "v1 project", params(Paging),
    responses((status = 200, description = "The projects.", body = List<Project>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Project>>> {
    let projects = state.chat.projects(caller).await?;
    Ok(Json(list::newest_first("projects", projects, &paging, |project| project.id.0)?))
}

/// What a project is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectToMake {
    #[schema(value_type = text::Name)]
    name: String,
    /// What it is about, on several lines if need be.
    #[serde(default)]
    #[schema(value_type = text::Description)]
    description: String,
    /// The ids of who is in it beside the caller.
    #[serde(default)]
    #[schema(example = json!([8, 9]))]
    people: Vec<i64>,
}

/// Makes a project that one owns, with a conversation of its own.
#[utoipa::path(
    post, path = "/projects", operation_id = "v1_create_project", tag = "v1 project", request_body = ProjectToMake,
    responses((status = 201, description = "The project.", body = Project))
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<ProjectToMake>,
) -> Result<Created<Project>> {
    let people = new.people.into_iter().map(UserId).collect();
    let new = NewProject { name: new.name, description: new.description, people };
    Ok(Created(state.chat.create_project(caller, new).await.map_err(name_people)?.into()))
}

/// The field as this API calls it.
fn name_people(error: chat::Error) -> chat::Error {
    match error {
        chat::Error::Refusal(Error::Invalid { field, message }) if field == "participant_ids" => {
            Error::invalid("people", message).into()
        }
        other => other,
    }
}

/// A project that one is a member of.
#[utoipa::path(
    get, path = "/projects/{id}", operation_id = "v1_get_project", tag = "v1 project",
    params(("id" = i64, Path, minimum = 1, example = 4)),
    responses((status = 200, description = "The project.", body = Project))
)]
async fn show(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<Json<Project>> {
    Ok(Json(state.chat.project(caller, ProjectId(id)).await?.into()))
}

/// What is to change; what is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectChange {
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::Name)]
    name: Option<String>,
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::Description)]
    description: Option<String>,
    /// Whether it is closed for posting and uploading.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = bool, example = false)]
    archived: Option<bool>,
}

/// Changes a project.
#[utoipa::path(
    patch, path = "/projects/{id}", operation_id = "v1_update_project", tag = "v1 project",
    params(("id" = i64, Path, minimum = 1, example = 4)), request_body = ProjectChange,
    responses((status = 200, description = "The project as it is now.", body = Project))
)]
async fn change(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(change): Json<ProjectChange>,
) -> Result<Json<Project>> {
    let ProjectChange { name, description, archived } = change;
    let update = ProjectUpdate { name, description, archived };
    Ok(Json(state.chat.update_project(caller, ProjectId(id), update).await?.into()))
}
