//! A project's library.

use app::{
    components::form::{Done, Problem},
    pages::{
        project::{FILES_SHOWN, Library, LibraryProps, Tab},
        size::size,
    },
};
use axum::{extract::State, response::Response};
use protocol::{Action, Error, FileId, ProjectId};

use super::{find, listings};
use crate::{
    AppState,
    download::{Download, Manner},
    error::Result,
    pages::{
        fields::{Asked, At, Fields},
        reader::{Reader, said_by_form, see_done, status},
    },
    upload::Upload,
};

/// The files.
pub async fn list(
    reader: Reader,
    State(state): State<AppState>,
    At(id): At<ProjectId>,
    Asked(asked): Asked,
) -> Result<Response> {
    library_page(&reader, &state, id, &asked, None).await
}

/// Takes what the form sends: all of it, or nothing.
pub async fn take(
    reader: Reader,
    State(state): State<AppState>,
    At(id): At<ProjectId>,
    upload: Upload,
) -> Result<Response> {
    find(&reader, id).await?;
    let path = Tab::Files.path(id);
    match upload.take_into(&reader.chat, reader.caller, id).await {
        Ok(files) if files.len() == 1 => Ok(see_done(&path, Done::FileUploaded)),
        Ok(_) => Ok(see_done(&path, Done::FilesUploaded)),
        Err(error) => library_page(&reader, &state, id, &Fields::default(), Some(&said_by_form(error)?)).await,
    }
}

/// A file's bytes: to be looked at with `?inline=1`, else to be saved.
pub async fn open(
    reader: Reader,
    At((id, file)): At<(ProjectId, FileId)>,
    Asked(asked): Asked,
    download: Download,
) -> Result<Response> {
    require(&reader, id, file).await?;
    let opened = reader.chat.open_file(reader.caller, file).await?;
    download.answer(&opened, if asked.get("inline") == "1" { Manner::Shown } else { Manner::Saved }).await
}

/// Deletes a file.
pub async fn delete(
    reader: Reader,
    State(state): State<AppState>,
    At((id, file)): At<(ProjectId, FileId)>,
) -> Result<Response> {
    require(&reader, id, file).await?;
    match reader.chat.delete_file(reader.caller, file).await {
        Ok(()) => Ok(see_done(&Tab::Files.path(id), Done::FileDeleted)),
        Err(error) => library_page(&reader, &state, id, &Fields::default(), Some(&said_by_form(error)?)).await,
    }
}

/// A file of another project is unknown here.
async fn require(reader: &Reader, id: ProjectId, file: FileId) -> Result<()> {
    let file = reader.chat.file(reader.caller, file).await?;
    if file.place.project_id() == Some(id) { Ok(()) } else { Err(Error::not_found("that file").into()) }
}

async fn library_page(
    reader: &Reader,
    state: &AppState,
    id: ProjectId,
    asked: &Fields,
    refusal: Option<&Error>,
) -> Result<Response> {
    let (project, standing) = find(reader, id).await?;
    let mut files = reader.chat.files(reader.caller, id).await?;
    let search = asked.text("search");
    let sought = search.trim().to_lowercase();
    files.retain(|file| file.name.to_lowercase().contains(&sought));
    files.truncate(usize::try_from(FILES_SHOWN).unwrap_or(usize::MAX));
    let files = listings(reader, id, standing, files).await?;
    let start = reader.start().await?;
    let (theme, title) = (start.account.theme, project.name.clone());
    let limit = standing.may(Action::Post).then_some(state.settings.max_upload);
    let problem = refusal.map(problem).unwrap_or_default();
    let props = LibraryProps { start, project, files, search, limit, problem, done: asked.done() };
    Ok(reader.page(status(refusal), &format!("Files of {title}"), theme, || Library(props)))
}

/// A refusal as the form tells it: people count neither bytes nor fields.
fn problem(refusal: &Error) -> Problem {
    match refusal {
        Error::TooLarge { limit } => Problem::with(
            "file",
            format!("That is too large: a file has at most {}. Nothing was uploaded.", size(*limit)),
        ),
        other => Problem::from(other).renamed("body", "file"),
    }
}
