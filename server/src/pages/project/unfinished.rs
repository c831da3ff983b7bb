//! Uploads into a library that broke off: told to who began them, and discarded.

use app::components::form::Done;
use axum::response::Response;
use chat::{Destination, ResumableUpload};
use protocol::{Error, Folder, ProjectId};

use super::shelf::shelf;
use crate::{
    error::Result,
    pages::{
        fields::{Asked, At},
        reader::{Reader, see_done},
    },
};

/// The reader's uploads into a library that broke off, with the ways to the folders that they go to.
pub async fn into(
    reader: &Reader,
    id: ProjectId,
    places: &[(Folder, String)],
) -> Result<Vec<(ResumableUpload, String)>> {
    let uploads = reader.chat.resumable_uploads(reader.caller).await?.into_iter().filter(|upload| goes_to(upload, id));
    let way = |upload: &ResumableUpload| {
        let there =
            |folder: &Folder| upload.destination == Destination::Library { project_id: id, folder_id: Some(folder.id) };
        places.iter().find(|(folder, _)| there(folder)).map(|(_, way)| way.clone()).unwrap_or_default()
    };
    let told = |upload: ResumableUpload| {
        let way = way(&upload);
        (upload, way)
    };
    Ok(uploads.map(told).collect())
}

/// Gives up an upload that broke off. One into another library is unknown here.
pub async fn discard(
    reader: Reader,
    At((id, upload)): At<(ProjectId, String)>,
    Asked(asked): Asked,
) -> Result<Response> {
    let found = reader.chat.resumable_upload(reader.caller, &upload).await?;
    if !goes_to(&found, id) {
        return Err(Error::not_found("that upload").into());
    }
    reader.chat.cancel_upload(reader.caller, &upload).await?;
    Ok(see_done(&shelf(id, &asked).path(), Done::UploadDiscarded))
}

fn goes_to(upload: &ResumableUpload, id: ProjectId) -> bool {
    matches!(upload.destination, Destination::Library { project_id, .. } if project_id == id)
}
