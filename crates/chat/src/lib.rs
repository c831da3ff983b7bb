//! The application: what people can do, who may do it, and how it is kept and told on. [`Chat`] is the whole of it;
//! every transport calls the same methods. Nothing here knows HTTP.
#![warn(missing_docs)]

mod attempts;
mod caller;
mod conversation;
mod environment;
mod error;
mod hub;
mod live;
mod markdown;
mod member;
mod message;
mod page;
mod password;
mod permission;
mod session;
mod session_cache;
mod settings;
mod store;
mod token;
mod user;

use std::sync::Arc;

use protocol::ConversationId;

pub use caller::{Caller, Device};
pub use conversation::{ConversationUpdate, NewGroup, NewRoom, RoomListing};
pub use environment::Environment;
pub use error::{Error, Fault, Result};
pub use hub::{CloseReason, Delivery, Item, Published, Subscription};
pub use message::Draft;
pub use session::{Authenticated, SignUp, SignedIn};
pub use settings::Settings;
pub use user::AccountUpdate;

use crate::{
    attempts::Attempts, hub::Hub, password::Passwords, session_cache::SessionCache, store::Store, token::Tokens,
};

/// A running chat. Cheap to clone: all clones are the same chat.
#[derive(Clone)]
pub struct Chat(Arc<Inner>);

struct Inner {
    settings: Settings,
    environment: Environment,
    store: Store,
    hub: Hub,
    passwords: Passwords,
    tokens: Tokens,
    sessions: SessionCache,
    attempts: Attempts,
    public_id: ConversationId,
}

impl Chat {
    /// Opens the database, brings its schema up to date, and starts the writer.
    ///
    /// # Errors
    /// [`Error::Fault`] where the database can't be opened or is of a newer version.
    pub async fn open(settings: Settings, environment: Environment) -> Result<Self> {
        let hub = Hub::new();
        let store = Store::open(&settings, environment, hub.clone()).await?;
        let public_id = store::conversation::public_id(&mut *store.read().await?).await?;
        Ok(Self(Arc::new(Inner {
            passwords: Passwords::new(),
            tokens: Tokens::new(&settings.secret),
            sessions: SessionCache::default(),
            attempts: Attempts::new(settings.rate_limit),
            settings,
            environment,
            store,
            hub,
            public_id,
        })))
    }

    /// Tells every socket that the server is restarting, lets the writer finish what it has taken, and closes the
    /// database.
    pub async fn close(&self) {
        self.0.hub.close();
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
