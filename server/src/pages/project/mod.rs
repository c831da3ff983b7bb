//! Projects: the list, a new one, and the pages of each.

mod bin;
mod conversation;
mod file;
mod folder;
mod library;
mod member;
mod settings;
mod shelf;
mod unfinished;

use std::collections::{BTreeMap, btree_map};

use app::{
    components::form::Problem,
    pages::project::{
        FileListing, Listing, NewProject, NewProjectProps, Overview, OverviewPage, OverviewPageProps, ProjectTyped,
        Projects, ProjectsProps, Tab,
    },
};
use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use protocol::{
    Action, ConversationId, Entry, Error, File, Project, ProjectId, Standing, Start, State, Timestamp, UserId,
};

use super::{
    choose::{Among, chosen},
    fields::{Asked, At, Fields},
    reader::{Reader, said_by_form, see, status},
};
use crate::{AppState, error::Result, upload};

/// How many files the overview shows.
const NEWEST_FILES: i64 = 5;
/// How many members the overview shows.
const SOME_MEMBERS: i64 = 12;

/// The pages of projects. `/projects` is the address of a documented API.
pub fn router() -> Router<AppState> {
    let uploads = upload::routes(Router::new().route("/p/{id}/files", post(library::take)));
    Router::new()
        .route("/p", get(list).post(create))
        .route("/p/new", get(form))
        .route("/p/{id}", get(overview))
        .route("/p/{id}/files", get(library::show))
        .route("/p/{id}/zip", get(library::pack))
        .route("/p/{id}/uploads/{upload}/discard", post(unfinished::discard))
        .route("/p/{id}/files/{file}", get(file::open))
        .route("/p/{id}/files/{file}/about", get(file::about).post(file::change))
        .route("/p/{id}/files/{file}/bin", post(file::bin))
        .route("/p/{id}/files/{file}/versions/{number}", get(file::open_version))
        .route("/p/{id}/files/{file}/versions/{number}/restore", post(file::restore_version))
        .route("/p/{id}/files/{file}/versions/{number}/delete", post(file::delete_version))
        .route("/p/{id}/folders", post(folder::create))
        .route("/p/{id}/folders/{folder}", post(folder::change))
        .route("/p/{id}/folders/{folder}/bin", post(folder::bin))
        .route("/p/{id}/bin", get(bin::show))
        .route("/p/{id}/bin/empty", post(bin::empty))
        .route("/p/{id}/bin/files/{file}/restore", post(bin::restore_file))
        .route("/p/{id}/bin/files/{file}/delete", post(bin::delete_file))
        .route("/p/{id}/bin/folders/{folder}/restore", post(bin::restore_folder))
        .route("/p/{id}/bin/folders/{folder}/delete", post(bin::delete_folder))
        .route("/p/{id}/members", get(member::list).post(member::add))
        .route("/p/{id}/members/{user}/remove", post(member::remove))
        .route("/p/{id}/members/{user}/role", post(member::appoint))
        .route("/p/{id}/conversations", post(conversation::create))
        .route("/p/{id}/conversations/new", get(conversation::form))
        .route("/p/{id}/settings", get(settings::show).post(settings::change))
        .route("/p/{id}/archive", post(settings::archive))
        .route("/p/{id}/leave", post(settings::leave))
        .merge(uploads)
}

/// The projects that the reader is in.
async fn list(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    let start = reader.start().await?;
    let listing = |project: Project| {
        let active_at = last_active(&start.entries, &project);
        Listing { project, active_at }
    };
    let projects = reader.chat.projects(reader.caller).await?.into_iter().map(listing).collect();
    let theme = start.account.theme;
    let props = ProjectsProps { start, projects, done: asked.done() };
    Ok(reader.page(StatusCode::OK, "Projects", theme, || Projects(props)))
}

fn last_active(entries: &[Entry], project: &Project) -> Timestamp {
    let conversations = entries.iter().map(|entry| &entry.conversation);
    let own = conversations.filter(|conversation| conversation.project_id == Some(project.id));
    own.map(|conversation| conversation.active_at).max().unwrap_or(project.created_at)
}

/// The form for a new project; also what its search button asks for.
async fn form(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    new_project_page(&reader, &asked, None).await
}

/// Makes a project and opens it.
async fn create(reader: Reader, fields: Fields) -> Result<Response> {
    let made = async {
        let people = reader.chat.user_ids(&fields.all("people")).await?;
        let new = chat::NewProject { name: fields.text("name"), description: fields.text("description"), people };
        reader.chat.create_project(reader.caller, new).await
    };
    match made.await {
        Ok(project) => Ok(see(&Tab::Overview.path(project.id))),
        Err(error) => new_project_page(&reader, &fields, Some(&said_by_form(error)?)).await,
    }
}

async fn new_project_page(reader: &Reader, fields: &Fields, refusal: Option<&Error>) -> Result<Response> {
    let start = reader.start().await?;
    let chosen = chosen(reader, Among::All, fields).await?;
    let theme = start.account.theme;
    let problem = refusal.map(Problem::from).unwrap_or_default().renamed("participant_ids", "people");
    let typed = ProjectTyped { name: fields.text("name"), description: fields.text("description") };
    let props = NewProjectProps { start, typed, chosen, problem };
    Ok(reader.page(status(refusal), "New project", theme, || NewProject(props)))
}

/// What a project is, and the ways to everything in it.
async fn overview(reader: Reader, At(id): At<ProjectId>) -> Result<Response> {
    let (project, standing) = find(&reader, id).await?;
    let files = reader.chat.newest_files(reader.caller, id, NEWEST_FILES).await?;
    let start = reader.start().await?;
    let files = listings(&reader, id, standing, files).await?.into_iter();
    let overview = Overview {
        standing,
        conversations: conversations(&start, &project),
        // What is kept in order in the library is only shown here.
        files: files.map(|file| FileListing { deletable: false, ..file }).collect(),
        members: reader.chat.members(reader.caller, project.conversation_id, "", SOME_MEMBERS).await?,
        project,
    };
    let (theme, title) = (start.account.theme, overview.project.name.clone());
    let props = OverviewPageProps { start, overview };
    Ok(reader.page(StatusCode::OK, &title, theme, || OverviewPage(props)))
}

/// The project's conversations that the reader is in and what to call them: its own first, then by name.
fn conversations(start: &Start, project: &Project) -> Vec<(Entry, String)> {
    let state = State::new(start.clone());
    let own = start.entries.iter().filter(|entry| entry.conversation.project_id == Some(project.id));
    let mut titled: Vec<_> = own.map(|entry| (entry.clone(), state.title(&entry.conversation))).collect();
    titled.sort_by_key(|(entry, title)| (entry.conversation.id != project.conversation_id, title.to_lowercase()));
    titled
}

/// The project, for those who are in it, and what they are there.
async fn find(reader: &Reader, id: ProjectId) -> Result<(Project, Standing)> {
    let project = reader.chat.project(reader.caller, id).await?;
    let (_, standing) = reader.chat.standing(reader.caller, project.conversation_id).await?;
    Ok((project, standing))
}

/// The conversation whose members are the project's.
async fn conversation_of(reader: &Reader, id: ProjectId) -> Result<ConversationId> {
    Ok(reader.chat.project(reader.caller, id).await?.conversation_id)
}

/// Files with the names of those who uploaded them.
async fn listings(reader: &Reader, id: ProjectId, standing: Standing, files: Vec<File>) -> Result<Vec<FileListing>> {
    let mut names: BTreeMap<UserId, String> = BTreeMap::new();
    let mut listings = Vec::with_capacity(files.len());
    for file in files {
        let uploader = match names.entry(file.uploader_id) {
            btree_map::Entry::Occupied(known) => known.get().clone(),
            btree_map::Entry::Vacant(unknown) => {
                unknown.insert(reader.chat.user(reader.caller, file.uploader_id).await?.display_name).clone()
            }
        };
        let own = file.creator_id == reader.caller.user_id || standing.may(Action::Moderate);
        let deletable = own && standing.may(Action::Post);
        listings.push(FileListing { project_id: id, deletable, file, uploader });
    }
    Ok(listings)
}
