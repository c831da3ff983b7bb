//! The life of a server: open, serve, stop without losing anything.

use std::{io, time::Duration};

use chat::{AcceptedTypes, Chat, Environment, Fault};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    AppState, Settings, connections, data_folder::DataFolder, metrics, router, secret, settings::Switch,
    socketio::SocketIo, state::Parts, websocket::Couriers,
};

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
    /// The folder of the uploads can't be used.
    #[error("the folder for uploads {path} can’t be used: {error}. CONFAB_UPLOADS names another one")]
    Uploads {
        /// The folder.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The bucket for uploads can't be used.
    #[error(
        "the bucket for uploads {bucket} can’t be used: {why}. CONFAB_UPLOADS names it; AWS_ACCESS_KEY_ID, \
         AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL open it"
    )]
    Bucket {
        /// The bucket.
        bucket: String,
        /// What it lacks, or what it answers.
        why: String,
    },
    /// The database can't be opened.
    #[error("the database can’t be opened: {0}")]
    Database(chat::Error),
    /// The listener failed.
    #[error("can’t listen: {0}")]
    Listen(#[from] io::Error),
    /// The place can't be filled.
    #[error("{0}")]
    Seed(chat::Error),
    /// A backup can't be made or restored.
    #[error("{0}")]
    Backup(String),
}

impl StartError {
    pub(crate) fn data(settings: &Settings, error: io::Error) -> Self {
        Self::Data { path: settings.data.display().to_string(), error }
    }

    /// Why the place can't be opened.
    pub(crate) fn of(error: chat::Error) -> Self {
        match error {
            chat::Error::Fault(Fault::UploadsFolder(path, error)) => {
                Self::Uploads { path: path.display().to_string(), error }
            }
            chat::Error::Fault(Fault::UploadsBucket(bucket, why)) => Self::Bucket { bucket, why },
            chat::Error::Fault(Fault::Backup(why)) => Self::Backup(why),
            other => Self::Database(other),
        }
    }
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
    connections::lengthen_queue(&listener)?;
    let address = listener.local_addr()?;
    let url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let unusable = |error| StartError::data(&settings, error);
    let _data_folder = DataFolder::open(&settings.data).map_err(unusable)?;
    if settings.open_user_api {
        tracing::warn!("CONFAB_OPEN_USER_API is on: anyone can read e-mail addresses and change or delete accounts");
    }
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
    let chat = open_chat(&settings, secret, environment).await?;
    Ok(AppState::new(Parts {
        chat,
        settings,
        environment,
        stopping: CancellationToken::new(),
        sockets: TaskTracker::new(),
        couriers: Couriers::start(),
        socketio: SocketIo::new(environment),
    }))
}

/// Opens the database as the settings say.
pub(crate) async fn open_chat(
    settings: &Settings,
    secret: Vec<u8>,
    environment: Environment,
) -> Result<Chat, StartError> {
    Chat::open(chat_settings(settings, secret)?, environment).await.map_err(StartError::of)
}

/// How the settings say that the place is opened.
pub(crate) fn chat_settings(settings: &Settings, secret: Vec<u8>) -> Result<chat::Settings, StartError> {
    Ok(chat::Settings {
        database_url: settings.database(),
        secret,
        token_ttl_seconds: i64::try_from(settings.token_ttl.as_secs()).unwrap_or(i64::MAX),
        place_name: settings.name.clone(),
        readers: READERS,
        rate_limit: settings.rate_limit == Switch::On,
        open_user_api: settings.open_user_api,
        uploads: settings.uploads().map_err(|why| StartError::Bucket { bucket: settings.uploads_address(), why })?,
        max_upload: settings.max_upload,
        quota_person: settings.quota_person,
        quota_place: settings.quota_place,
        accepted_types: AcceptedTypes {
            allowed: settings.upload_allow.clone().unwrap_or_default(),
            denied: settings.upload_deny.clone().unwrap_or_default(),
        },
        clamd: settings.clamd.clone(),
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
