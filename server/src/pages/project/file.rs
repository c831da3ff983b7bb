//! A file of a library: to be looked at, saved, named, moved, and thrown away.

use app::{
    components::form::{Done, Problem},
    pages::project::{AboutFile, AboutFilePage, AboutFilePageProps, Shelf},
};
use axum::response::Response;
use chat::FileUpdate;
use futures::TryStreamExt as _;
use protocol::{Action, Error, File, FileId, FilePlace, FolderId, ProjectId, Standing};

use super::{
    find,
    library::{Refused, naming, places},
    listings,
    shelf::shelf,
};
use crate::{
    download::{Download, Manner},
    error::Result,
    pages::{
        fields::{Asked, At, Fields},
        reader::{Reader, said_by_form, see_done, status},
    },
};

/// How many bytes of a text its page shows.
const TEXT_SHOWN: u64 = 32_768;

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

/// A version's bytes, to be saved.
pub async fn open_version(
    reader: Reader,
    At((id, file, number)): At<(ProjectId, FileId, i64)>,
    download: Download,
) -> Result<Response> {
    require(&reader, id, file).await?;
    let opened = reader.chat.open_version(reader.caller, file, number).await?;
    download.answer(&opened, Manner::Saved).await
}

/// All that is to be known of it.
pub async fn about(reader: Reader, At((id, file)): At<(ProjectId, FileId)>, Asked(asked): Asked) -> Result<Response> {
    let found = require(&reader, id, file).await?;
    let typed = found.name.clone();
    about_page(&reader, shelf(id, &asked), found, typed, asked.done(), None).await
}

/// Gives it another name and place.
pub async fn change(
    reader: Reader,
    At((id, file)): At<(ProjectId, FileId)>,
    Asked(asked): Asked,
    fields: Fields,
) -> Result<Response> {
    let found = require(&reader, id, file).await?;
    let update = FileUpdate {
        name: Some(fields.text("name")),
        folder_id: fields.find("folder").map(|_| fields.number("folder").map(FolderId)),
    };
    let shelf = shelf(id, &asked);
    match reader.chat.update_file(reader.caller, file, update).await {
        Ok(_) => Ok(see_done(&shelf.keep(&format!("/p/{id}/files/{file}/about")), Done::Saved)),
        Err(error) => {
            let refused = naming(said_by_form(error)?, "name");
            about_page(&reader, shelf, found, fields.text("name"), None, Some(refused)).await
        }
    }
}

/// Throws it away.
pub async fn bin(reader: Reader, At((id, file)): At<(ProjectId, FileId)>, Asked(asked): Asked) -> Result<Response> {
    let found = require(&reader, id, file).await?;
    let shelf = shelf(id, &asked);
    match reader.chat.bin_file(reader.caller, file).await {
        Ok(()) => Ok(see_done(&shelf.path(), Done::ThrownAway)),
        Err(error) => refused(&reader, shelf, found, said_by_form(error)?).await,
    }
}

/// Makes an old version the newest.
pub async fn restore_version(reader: Reader, At((id, file, number)): At<(ProjectId, FileId, i64)>) -> Result<Response> {
    let found = require(&reader, id, file).await?;
    match reader.chat.restore_version(reader.caller, file, number).await {
        Ok(_) => Ok(see_done(&format!("/p/{id}/files/{file}/about"), Done::VersionRestored)),
        Err(error) => refused(&reader, Shelf::top(id), found, said_by_form(error)?).await,
    }
}

/// Deletes a version for good.
pub async fn delete_version(reader: Reader, At((id, file, number)): At<(ProjectId, FileId, i64)>) -> Result<Response> {
    let found = require(&reader, id, file).await?;
    match reader.chat.delete_version(reader.caller, file, number).await {
        Ok(()) => Ok(see_done(&format!("/p/{id}/files/{file}/about"), Done::DeletedForGood)),
        Err(error) => refused(&reader, Shelf::top(id), found, said_by_form(error)?).await,
    }
}

async fn refused(reader: &Reader, shelf: Shelf, file: File, refusal: Error) -> Result<Response> {
    let (typed, problem) = (file.name.clone(), Problem::from(&refusal));
    about_page(reader, shelf, file, typed, None, Some((refusal, problem))).await
}

/// A file of another project is unknown here.
async fn require(reader: &Reader, id: ProjectId, file: FileId) -> Result<File> {
    let file = reader.chat.file(reader.caller, file).await?;
    if file.place.project_id() == Some(id) { Ok(file) } else { Err(Error::not_found("that file").into()) }
}

async fn about_page(
    reader: &Reader,
    shelf: Shelf,
    file: File,
    typed: String,
    done: Option<Done>,
    refused: Refused,
) -> Result<Response> {
    let id = shelf.project_id;
    let (project, standing) = find(reader, id).await?;
    let places = places(reader, id).await?;
    let folder_id = match file.place {
        FilePlace::Library { folder_id, .. } => folder_id,
        FilePlace::Conversation { .. } => None,
    };
    let mut path = Vec::new();
    let mut above = folder_id;
    while let Some((folder, _)) = places.iter().find(|(folder, _)| Some(folder.id) == above) {
        path.insert(0, folder.clone());
        above = folder.parent_id;
    }
    let versions = versions(reader, standing, file.id).await?;
    let text = text(reader, &file).await?;
    let title = file.name.clone();
    let mut listing = listings(reader, id, standing, vec![file]).await?;
    let listing = listing.pop().ok_or_else(|| Error::not_found("that file"))?;
    // Where it is thrown away from here, one comes to the folder that it lay in.
    let shelf = Shelf { folder_id, ..shelf };
    let elsewhere = standing.may(Action::Post).then_some(places);
    let about = AboutFile { shelf, listing, path, versions, text, elsewhere };
    let start = reader.start().await?;
    let theme = start.account.theme;
    let (refusal, problem) = refused.map_or((None, Problem::default()), |(refusal, problem)| (Some(refusal), problem));
    let props = AboutFilePageProps { start, project, about, typed, problem, done };
    Ok(reader.page(status(refusal.as_ref()), &title, theme, || AboutFilePage(props)))
}

/// The versions with the names of those who brought them, and whether the reader may delete each.
async fn versions(
    reader: &Reader,
    standing: Standing,
    id: FileId,
) -> Result<Vec<(protocol::FileVersion, String, bool)>> {
    let mut told = Vec::new();
    for version in reader.chat.versions(reader.caller, id).await? {
        let own = version.uploader_id == reader.caller.user_id || standing.may(Action::Moderate);
        let uploader = reader.chat.user(reader.caller, version.uploader_id).await?.display_name;
        told.push((version, uploader, own && standing.may(Action::Post)));
    }
    Ok(told)
}

/// The beginning of a text; none of what is no text.
async fn text(reader: &Reader, file: &File) -> Result<Option<String>> {
    if file.content_type != "text/plain" || file.size == 0 {
        return Ok(None);
    }
    let opened = reader.chat.open_file(reader.caller, file.id).await?;
    let pieces: Vec<_> = opened.read(Some(0..TEXT_SHOWN)).await?.try_collect().await?;
    Ok(Some(String::from_utf8_lossy(&pieces.concat()).into_owned()))
}
