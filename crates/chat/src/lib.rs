//! The application: what people can do, who may do it, and how it is kept and told on. [`Chat`] is the whole of it;
//! every transport calls the same methods. Nothing here knows HTTP.
#![warn(missing_docs)]

mod access_token;
mod animation;
mod attempts;
mod blobs;
mod caller;
mod conversation;
mod darkroom;
mod direct;
mod environment;
mod error;
mod file;
mod file_record;
mod gif;
mod hexadecimal;
mod history;
mod hub;
mod jpeg;
mod live;
mod markdown;
mod media_type;
mod media_types;
mod member;
mod message;
mod nature;
mod page;
mod participant;
mod password;
mod permission;
mod picture;
mod preview;
mod profile;
mod project;
mod scan;
mod seed;
mod session;
mod session_cache;
mod settings;
mod sign_up;
mod storage;
mod store;
mod token;
mod upload;
mod user;

use std::sync::Arc;

use protocol::ConversationId;

pub use access_token::NewAccessToken;
pub use caller::{Caller, Device};
pub use conversation::{ConversationUpdate, NewGroup, NewRoom, RoomListing};
pub use direct::DirectListing;
pub use environment::Environment;
pub use error::{Error, Fault, Result};
pub use file::OpenFile;
pub use file_record::NewFileRecord;
pub use hub::{CloseReason, Delivery, Item, Published, Subscription};
pub use media_types::{AcceptedTypes, MediaTypes};
pub use message::{Draft, Sent};
pub use nature::Nature;
pub use page::View;
pub use participant::Participant;
pub use preview::OpenPreview;
pub use profile::Profile;
pub use project::{NewProject, ProjectUpdate};
pub use scan::Clamd;
pub use seed::{Seed, Seeded};
pub use session::{Authenticated, SignedIn};
pub use settings::Settings;
pub use sign_up::SignUp;
pub use storage::Storage;
pub use upload::Destination;
pub use user::AccountUpdate;

use crate::{
    access_token::AccessTokens, attempts::Attempts, blobs::Blobs, hub::Hub, nature::Natures, password::Passwords,
    preview::Previews, scan::Scanner, session_cache::SessionCache, store::Store, token::Tokens,
};

/// A running chat. Cheap to clone: all clones are the same chat.
#[derive(Clone)]
pub struct Chat(Arc<Inner>);

struct Inner {
    settings: Settings,
    environment: Environment,
    store: Store,
    blobs: Blobs,
    previews: Previews,
    scanner: Option<Scanner>,
    hub: Hub,
    passwords: Passwords,
    tokens: Tokens,
    sessions: SessionCache,
    access_tokens: AccessTokens,
    natures: Natures,
    attempts: Attempts,
    public_id: ConversationId,
}

impl Chat {
    /// Opens the database, brings its schema up to date, starts the writer, and removes what a crash left behind.
    ///
    /// # Errors
    /// [`Error::Fault`] where the database can't be opened or is of a newer version, or the uploads can't be used.
    pub async fn open(settings: Settings, environment: Environment) -> Result<Self> {
        let hub = Hub::new();
        let blobs = Blobs::open(&settings.uploads, environment)?;
        let store = Store::open(&settings, environment, hub.clone()).await?;
        file::sweep_all(&store, &blobs).await?;
        let public_id = store::conversation::public_id(&mut *store.read().await?).await?;
        let chat = Self(Arc::new(Inner {
            passwords: Passwords::new(),
            tokens: Tokens::new(&settings.secret),
            sessions: SessionCache::default(),
            access_tokens: AccessTokens::default(),
            natures: Natures::default(),
            attempts: Attempts::new(settings.rate_limit),
            scanner: settings.clamd.clone().map(Scanner::new),
            settings,
            environment,
            store,
            blobs,
            hub,
            public_id,
            previews: Previews::default(),
        }));
        chat.start_previews();
        Ok(chat)
    }

    /// Tells every socket that the server is restarting, lets the writer finish what it has taken, and closes the
    /// database.
    pub async fn close(&self) {
        self.0.hub.close();
        self.0.previews.stop();
        self.0.store.close().await;
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.0.store.is_ready().await
    }

    /// What the place is called.
    pub fn place_name(&self) -> &str {
        &self.0.settings.place_name
    }

    /// The one chat that everyone is in.
    pub fn public_id(&self) -> ConversationId {
        self.0.public_id
    }
}
