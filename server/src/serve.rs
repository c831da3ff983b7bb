//! The life of a server: open, serve, stop without losing anything.

use std::{io, sync::Arc, time::Duration};

use chat::{Chat, Environment};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{AppState, Settings, connections, data_folder::DataFolder, metrics, router, secret, settings::Switch};

/// How long requests and sockets may take to finish once the server is told to stop.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// How many connections read from the database at once.
const READERS: u32 = 8;

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder can't be used.
    #[error("the data folder {path} can’t be used: {error}. CONFAB_DATA names another one")]
    Data {
        /// The folder.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The database can't be opened.
    #[error("the database can’t be opened: {0}")]
    Database(chat::Error),
    /// The listener failed.
    #[error("can’t listen: {0}")]
    Listen(#[from] io::Error),
}

/// Serves on `listener` until `stop` resolves, then ends every socket with "restarting" and lets requests finish.
/// `announce` is told the address once requests are answered.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    environment: Environment,
    stop: impl Future<Output = ()>,
    announce: impl FnOnce(&str),
) -> Result<(), StartError> {
    let address = listener.local_addr()?;
    let url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let unusable = |error| StartError::Data { path: settings.data.display().to_string(), error };
    let _data_folder = DataFolder::open(&settings.data).map_err(unusable)?;
    let secret = secret::load(&settings, environment).map_err(unusable)?;
    let state = open(settings, secret, environment).await?;
    metrics::start(&state);
    let connections = connections::run(listener, router::router(state.clone()), state.stopping.clone());
    let server = tokio::spawn(connections);
    tracing::info!(url, "serving");
    announce(&url);

    stop.await;
    finish(&state, server).await;
    Ok(())
}

async fn open(settings: Settings, secret: Vec<u8>, environment: Environment) -> Result<AppState, StartError> {
    let how = chat::Settings {
        database_url: settings.database(),
        secret,
        token_ttl_seconds: i64::try_from(settings.token_ttl.as_secs()).unwrap_or(i64::MAX),
        place_name: settings.name.clone(),
        readers: READERS,
        rate_limit: settings.rate_limit == Switch::On,
    };
    let chat = Chat::open(how, environment).await.map_err(StartError::Database)?;
    Ok(AppState {
        chat,
        settings: Arc::new(settings),
        environment,
        stopping: CancellationToken::new(),
        sockets: TaskTracker::new(),
    })
}

/// Stops in the order in which nothing is lost: no new requests, sockets told to come back, those under way finished,
/// and only then the writer, which they wait for.
async fn finish(state: &AppState, server: JoinHandle<()>) {
    tracing::info!(sockets = state.sockets.len(), "stopping");
    state.stopping.cancel();
    state.sockets.close();
    let finished = async {
        let (outcome, ()) = tokio::join!(server, state.sockets.wait());
        if let Err(error) = outcome {
            tracing::error!(%error, "the server task failed");
        }
    };
    if tokio::time::timeout(STOP_LIMIT, finished).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    state.chat.close().await;
    tracing::info!("stopped");
}
