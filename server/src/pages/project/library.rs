//! A project's library: what lies in a folder, and what is brought there or taken from there.

use app::{
    components::form::{Done, Problem},
    pages::{
        project::{Contents, FILES_SHOWN, Library, LibraryProps, Shelf},
        size::size,
    },
};
use axum::{Extension, extract::State, response::Response};
use chat::{Destination, LibraryQuery};
use protocol::{Action, Error, FileId, FileMark, Folder, FolderId, ProjectId};

use super::{
    find, listings,
    shelf::{given_last, shelf},
    unfinished,
};
use crate::{
    AppState,
    error::Result,
    observe::RequestId,
    pages::{
        fields::{Asked, At, Fields},
        reader::{Reader, said_by_form, see_done, status},
    },
    upload::Upload,
    v1::list::{self, List},
    zip,
};

/// What lies in a folder, or at the top.
pub async fn show(
    reader: Reader,
    State(state): State<AppState>,
    At(id): At<ProjectId>,
    Asked(asked): Asked,
) -> Result<Response> {
    library_page(&reader, &state, shelf(id, &asked), &Fields::default(), asked.done(), None).await
}

/// Takes what the form sends: all of it, or nothing.
pub async fn take(
    reader: Reader,
    State(state): State<AppState>,
    At(id): At<ProjectId>,
    Asked(asked): Asked,
    upload: Upload,
) -> Result<Response> {
    find(&reader, id).await?;
    let shelf = shelf(id, &asked);
    let destination = Destination::Library { project_id: id, folder_id: shelf.folder_id };
    match upload.take_into(&reader.chat, reader.caller, destination).await {
        Ok(files) => {
            let done = if files.len() == 1 { Done::FileUploaded } else { Done::FilesUploaded };
            Ok(see_done(&shelf.path(), done))
        }
        Err(error) => {
            let problem = uploading(&said_by_form(error)?);
            library_page(&reader, &state, shelf, &Fields::default(), None, Some(problem)).await
        }
    }
}

/// What was ticked, or else the folder that is open, or else everything, as one zip file.
pub async fn pack(
    reader: Reader,
    At(id): At<ProjectId>,
    Asked(asked): Asked,
    Extension(request_id): Extension<RequestId>,
) -> Result<Response> {
    let ids = |name| asked.all(name).into_iter().filter_map(|id| id.parse().ok());
    let files: Vec<_> = ids("files").map(FileId).collect();
    let mut folders: Vec<_> = ids("folders").map(FolderId).collect();
    if files.is_empty() && folders.is_empty() {
        folders.extend(asked.number("folder").map(FolderId));
    }
    let package = reader.chat.package(reader.caller, id, &files, &folders).await?;
    Ok(zip::answer(reader.chat, reader.caller, package, &request_id))
}

/// A form of the library that was refused, and what it says.
pub type Refused = Option<(Error, Problem)>;

/// The page, as it is or with what was refused.
pub async fn library_page(
    reader: &Reader,
    state: &AppState,
    mut shelf: Shelf,
    typed: &Fields,
    done: Option<Done>,
    refused: Refused,
) -> Result<Response> {
    let id = shelf.project_id;
    let (project, standing) = find(reader, id).await?;
    let list = format!("files {}", shelf.sort);
    let after: Option<FileMark> = given_last(&list, &mut shelf);
    let Shelf { folder_id, sort, search, .. } = &shelf;
    let query =
        LibraryQuery { folder_id: *folder_id, search, sort: *sort, after: after.as_ref(), limit: FILES_SHOWN + 1 };
    let chat::Library { path, mut folders, files, file_count, bytes } =
        reader.chat.library(reader.caller, id, query).await?;
    if after.is_some() {
        folders.clear();
    }
    let List { items: files, next_cursor } = list::page(&list, files, FILES_SHOWN, |file| sort.mark(file));
    let storage = reader.chat.storage(reader.caller).await?;
    let elsewhere = places(reader, id).await?;
    let unfinished = unfinished::into(reader, id, &elsewhere).await?;
    let here = path.last();
    let own = here.is_some_and(|folder| folder.creator_id == reader.caller.user_id);
    let contents = Contents {
        files: listings(reader, id, standing, files).await?,
        next: next_cursor.map(|cursor| shelf.following(cursor)),
        deletable: standing.may(Action::Post) && (own || standing.may(Action::Moderate)),
        elsewhere: elsewhere.into_iter().filter(|(folder, _)| Some(folder.id) != *folder_id).collect(),
        total: (file_count, bytes),
        used: (storage.person_used, storage.person_quota),
        limit: standing.may(Action::Post).then_some(state.settings.max_upload),
        unfinished,
        shelf,
        path,
        folders,
    };
    let start = reader.start().await?;
    let (theme, title) = (start.account.theme, format!("Files of {}", project.name));
    let (refusal, problem) = refused.map_or((None, Problem::default()), |(refusal, problem)| (Some(refusal), problem));
    let props = LibraryProps { start, project, contents, typed: typed.text("new"), problem, done };
    let (status, may_upload) = (status(refusal.as_ref()), props.contents.limit.is_some());
    if may_upload {
        return Ok(reader.enhanced(status, &title, theme, "uploads", || Library(props)));
    }
    Ok(reader.page(status, &title, theme, || Library(props)))
}

/// The folders of a library in the order of their paths: `Drawings / Steel`.
pub async fn places(reader: &Reader, id: ProjectId) -> Result<Vec<(Folder, String)>> {
    let folders = reader.chat.folders(reader.caller, id).await?;
    let path = |folder: &Folder| {
        let (mut path, mut parent) = (folder.name.clone(), folder.parent_id);
        while let Some(above) = folders.iter().find(|above| Some(above.id) == parent) {
            path = format!("{} / {path}", above.name);
            parent = above.parent_id;
        }
        path
    };
    let mut places: Vec<_> = folders.iter().map(|folder| (folder.clone(), path(folder))).collect();
    places.sort_by_cached_key(|(_, path)| path.to_lowercase());
    Ok(places)
}

/// A refused upload as the form tells it: people count neither bytes nor fields.
fn uploading(refusal: &Error) -> (Error, Problem) {
    let problem = match refusal {
        Error::TooLarge { limit } => Problem::with(
            "file",
            format!("That is too large: a file has at most {}. Nothing was uploaded.", size(*limit)),
        ),
        other => Problem::from(other).renamed("body", "file"),
    };
    (refusal.clone(), problem)
}

/// A refused name or place as a form with these fields tells it: a name that is taken is told beside the name.
pub fn naming(refusal: Error, name: &str) -> (Error, Problem) {
    let problem = match &refusal {
        Error::Conflict { message } => Problem::with(name, message.clone()),
        other => Problem::from(other).renamed("name", name).renamed("parent_id", "folder"),
    };
    (refusal, problem)
}
