//! `confab seed`: fills the database with a made-up place.

use chat::{Environment, Seed, Seeded};

use crate::{Settings, StartError, data_folder::DataFolder, secret, serve::open_chat, settings::SeedArguments};

/// Makes the place up, while no server uses the data folder.
pub async fn seed(
    settings: &Settings,
    environment: Environment,
    arguments: SeedArguments,
) -> Result<Seeded, StartError> {
    let unusable = |error| StartError::data(settings, error);
    let _data_folder = DataFolder::open(&settings.data).map_err(unusable)?;
    let secret = secret::load(settings, environment).map_err(unusable)?;
    let chat = open_chat(settings, secret, environment).await?;
    let SeedArguments { users, messages, weeks, seed, add } = arguments;
    let seeded = chat.seed(Seed { people: users, messages, weeks, seed, add }).await;
    chat.close().await;
    seeded.map_err(StartError::Seed)
}
