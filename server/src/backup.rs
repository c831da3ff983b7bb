//! `confab backup` and `confab restore`: the place into one file, and back.

use chat::{Backup, Environment, Restore, Restored};

use crate::{
    Settings, StartError,
    data_folder::DataFolder,
    secret,
    serve::chat_settings,
    settings::{BackupArguments, RestoreArguments},
};

/// Writes the place into a file. It may be in use meanwhile, so the data folder is not locked.
pub async fn back_up(
    settings: &Settings,
    environment: Environment,
    arguments: &BackupArguments,
) -> Result<Backup, StartError> {
    let secret = secret::kept(settings).map_err(|error| StartError::data(settings, error))?;
    let how = chat_settings(settings, Vec::new())?;
    chat::back_up(&how, environment, secret.as_deref(), &arguments.file).await.map_err(StartError::of)
}

/// Restores a place from a file, while no server uses the data folder.
pub async fn restore(
    settings: &Settings,
    environment: Environment,
    arguments: &RestoreArguments,
) -> Result<Restored, StartError> {
    let unusable = |error| StartError::data(settings, error);
    let _data_folder = DataFolder::open(&settings.data).map_err(unusable)?;
    let how = chat_settings(settings, Vec::new())?;
    let restore = Restore::prepare(how, environment, &arguments.file).await.map_err(StartError::of)?;
    // Before the database: without it, everyone would be signed out.
    if let Some(secret) = restore.secret() {
        secret::keep(settings, secret).map_err(unusable)?;
    }
    restore.carry_out().await.map_err(StartError::of)
}
