//! Projects.

use axum::{extract::State, response::IntoResponse};
use chat::NewProject;
use protocol::{Project, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AppState,
    error::Result,
    json::{Created, Json},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(list, create)
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsProject)]
struct Row {
    id: i64,
    name: String,
    description: String,
    creator_id: Option<i64>,
    #[schema(format = DateTime)]
    created_at: String,
    conversation_id: i64,
}

impl From<Project> for Row {
    fn from(project: Project) -> Self {
        Self {
            id: project.id.0,
            name: project.name,
            description: project.description,
            creator_id: project.creator_id.map(|id| id.0),
            created_at: project.created_at.to_rfc3339(),
            conversation_id: project.conversation_id.0,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ProjectsNewProject)]
struct New {
    #[schema(min_length = 1, max_length = 64, example = "Bridge")]
    name: String,
    #[schema(max_length = 2000, example = "Across the river")]
    description: Option<String>,
    /// Who is in it beside the caller.
    participant_ids: Option<Vec<i64>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsProjectCreated)]
struct Answer {
    message: &'static str,
    project_id: i64,
    conversation_id: i64,
}

/// The projects that one is a member of, by name.
#[utoipa::path(
    get, path = "/projects", operation_id = "projects_list_projects", tag = "3-projects",
    responses((status = 200, body = Vec<Row>))
)]
async fn list(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Vec<Row>>> {
    let projects = state.chat.projects(caller).await?;
    Ok(Json(projects.into_iter().map(Row::from).collect()))
}

/// Makes a project, with a conversation of its own.
#[utoipa::path(
    post, path = "/projects", operation_id = "projects_create_project", tag = "3-projects", request_body = New,
    responses((status = 201, body = Answer))
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<New>,
) -> Result<impl IntoResponse> {
    let people = new.participant_ids.unwrap_or_default().into_iter().map(UserId).collect();
    let new = NewProject { name: new.name, description: new.description.unwrap_or_default(), people };
    let project = state.chat.create_project(caller, new).await?;
    Ok(Created(Answer {
        message: "Project created successfully",
        project_id: project.id.0,
        conversation_id: project.conversation_id.0,
    }))
}
