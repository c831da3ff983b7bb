//! What was thrown away of a library: to be brought back, or deleted for good.

use app::{
    components::form::{Done, Problem},
    pages::project::{BINNED_SHOWN, BinPage, BinPageProps, Binned, Shelf},
};
use axum::response::Response;
use protocol::{Action, Error, File, FileId, FolderId, ProjectId, UserId};

use super::{
    find,
    shelf::{given_last, shelf},
};
use crate::{
    error::Result,
    pages::{
        fields::{Asked, At},
        reader::{Reader, said_by_form, see_done, status},
    },
    v1::{
        bin::LIST,
        list::{self, List},
    },
};

/// What lies there.
pub async fn show(reader: Reader, At(id): At<ProjectId>, Asked(asked): Asked) -> Result<Response> {
    bin_page(&reader, shelf(id, &asked), asked.done(), None).await
}

/// Deletes all that the reader may delete.
pub async fn empty(reader: Reader, At(id): At<ProjectId>, Asked(asked): Asked) -> Result<Response> {
    let emptied = reader.chat.empty_bin(reader.caller, id).await;
    let emptied = emptied.map(|left| if left { Done::OthersLeft } else { Done::BinEmptied });
    answer(&reader, shelf(id, &asked), emptied).await
}

pub async fn restore_file(
    reader: Reader,
    At((id, file)): At<(ProjectId, FileId)>,
    Asked(asked): Asked,
) -> Result<Response> {
    require_file(&reader, id, file).await?;
    let restored = reader.chat.restore_file(reader.caller, file).await;
    answer(&reader, shelf(id, &asked), restored.map(|_| Done::BroughtBack)).await
}

pub async fn restore_folder(
    reader: Reader,
    At((id, folder)): At<(ProjectId, FolderId)>,
    Asked(asked): Asked,
) -> Result<Response> {
    require_folder(&reader, id, folder).await?;
    let restored = reader.chat.restore_folder(reader.caller, folder).await;
    answer(&reader, shelf(id, &asked), restored.map(|_| Done::BroughtBack)).await
}

pub async fn delete_file(
    reader: Reader,
    At((id, file)): At<(ProjectId, FileId)>,
    Asked(asked): Asked,
) -> Result<Response> {
    require_file(&reader, id, file).await?;
    let deleted = reader.chat.delete_file(reader.caller, file).await;
    answer(&reader, shelf(id, &asked), deleted.map(|()| Done::DeletedForGood)).await
}

pub async fn delete_folder(
    reader: Reader,
    At((id, folder)): At<(ProjectId, FolderId)>,
    Asked(asked): Asked,
) -> Result<Response> {
    require_folder(&reader, id, folder).await?;
    let deleted = reader.chat.delete_folder(reader.caller, folder).await;
    answer(&reader, shelf(id, &asked), deleted.map(|()| Done::DeletedForGood)).await
}

/// Refuses a file that isn't in the bin of this project.
async fn require_file(reader: &Reader, id: ProjectId, file: FileId) -> Result<()> {
    let binned = reader.chat.binned_file(reader.caller, file).await?;
    if binned.place.project_id() == Some(id) { Ok(()) } else { Err(Error::not_found("that file").into()) }
}

/// Refuses a folder that isn't in the bin of this project.
async fn require_folder(reader: &Reader, id: ProjectId, folder: FolderId) -> Result<()> {
    let binned = reader.chat.binned_folder(reader.caller, folder).await?;
    if binned.project_id == id { Ok(()) } else { Err(Error::not_found("that folder").into()) }
}

async fn answer(reader: &Reader, shelf: Shelf, outcome: chat::Result<Done>) -> Result<Response> {
    match outcome {
        Ok(done) => Ok(see_done(&shelf.keep(&format!("/p/{}/bin", shelf.project_id)), done)),
        Err(error) => bin_page(reader, shelf, None, Some(said_by_form(error)?)).await,
    }
}

async fn bin_page(reader: &Reader, mut shelf: Shelf, done: Option<Done>, refusal: Option<Error>) -> Result<Response> {
    let id = shelf.project_id;
    let (project, standing) = find(reader, id).await?;
    let after = given_last(LIST, &mut shelf);
    let chat::Bin { folders, files } = reader.chat.bin(reader.caller, id, after, BINNED_SHOWN + 1).await?;
    let List::<File> { items: files, next_cursor } = list::page(LIST, files, BINNED_SHOWN, chat::Bin::mark);
    let own = |creator: UserId| {
        standing.may(Action::Post) && (creator == reader.caller.user_id || standing.may(Action::Moderate))
    };
    let folders = folders.into_iter().map(|folder| Binned {
        path: format!("/p/{id}/bin/folders/{}", folder.id),
        name: folder.name,
        folder: true,
        at: folder.binned_at,
        own: own(folder.creator_id),
    });
    let files = files.into_iter().map(|file| Binned {
        path: format!("/p/{id}/bin/files/{}", file.id),
        name: file.name,
        folder: false,
        at: file.binned_at,
        own: own(file.creator_id),
    });
    let items = folders.chain(files).collect();
    let start = reader.start().await?;
    let (theme, title) = (start.account.theme, format!("Thrown away from {}", project.name));
    let problem = refusal.as_ref().map(Problem::from).unwrap_or_default();
    let next = next_cursor.map(|cursor| shelf.following(cursor));
    let props = BinPageProps { start, project, shelf, items, next, problem, done };
    Ok(reader.page(status(refusal.as_ref()), &title, theme, || BinPage(props)))
}
