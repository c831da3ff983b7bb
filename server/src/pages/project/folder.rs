//! Folders of a library: made, named, moved, and thrown away.

use app::{
    components::form::{Done, Problem},
    pages::project::Shelf,
};
use axum::{extract::State, response::Response};
use chat::FolderUpdate;
use protocol::{Error, FolderId, ProjectId};

use super::{
    library::{library_page, naming},
    shelf::shelf,
};
use crate::{
    AppState,
    error::Result,
    pages::{
        fields::{Asked, At, Fields},
        reader::{Reader, said_by_form, see_done},
    },
};

/// Makes one in the folder that is open.
pub async fn create(
    reader: Reader,
    State(state): State<AppState>,
    At(id): At<ProjectId>,
    Asked(asked): Asked,
    fields: Fields,
) -> Result<Response> {
    let shelf = shelf(id, &asked);
    match reader.chat.create_folder(reader.caller, id, shelf.folder_id, fields.get("new")).await {
        Ok(folder) => Ok(see_done(&shelf.within(Some(folder.id)).path(), Done::FolderMade)),
        Err(error) => {
            let refused = naming(said_by_form(error)?, "new");
            library_page(&reader, &state, shelf, &fields, None, Some(refused)).await
        }
    }
}

/// Gives one another name and place.
pub async fn change(
    reader: Reader,
    State(state): State<AppState>,
    At((id, folder)): At<(ProjectId, FolderId)>,
    Asked(asked): Asked,
    fields: Fields,
) -> Result<Response> {
    require(&reader, id, folder).await?;
    let shelf = shelf(id, &asked).within(Some(folder));
    let update = FolderUpdate {
        name: Some(fields.text("name")),
        parent_id: fields.find("folder").map(|_| fields.number("folder").map(FolderId)),
    };
    match reader.chat.update_folder(reader.caller, folder, update).await {
        Ok(_) => Ok(see_done(&shelf.path(), Done::Saved)),
        Err(error) => {
            let refused = naming(said_by_form(error)?, "name");
            library_page(&reader, &state, shelf, &fields, None, Some(refused)).await
        }
    }
}

/// Throws one away with all that is in it.
pub async fn bin(
    reader: Reader,
    State(state): State<AppState>,
    At((id, folder)): At<(ProjectId, FolderId)>,
    Asked(asked): Asked,
) -> Result<Response> {
    let parent_id = require(&reader, id, folder).await?;
    let shelf = shelf(id, &asked);
    match reader.chat.bin_folder(reader.caller, folder).await {
        Ok(()) => Ok(see_done(&shelf.within(parent_id).path(), Done::ThrownAway)),
        Err(error) => {
            let refusal = said_by_form(error)?;
            let problem = Problem::from(&refusal);
            let shelf: Shelf = shelf.within(Some(folder));
            library_page(&reader, &state, shelf, &Fields::default(), None, Some((refusal, problem))).await
        }
    }
}

/// A folder of another project is unknown here. Says where it lies.
async fn require(reader: &Reader, id: ProjectId, folder: FolderId) -> Result<Option<FolderId>> {
    let folder = reader.chat.folder(reader.caller, folder).await?;
    if folder.project_id == id { Ok(folder.parent_id) } else { Err(Error::not_found("that folder").into()) }
}
