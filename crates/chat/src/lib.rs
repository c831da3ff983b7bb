//! The application: what people can do, who may do it, and how it is kept and told on. [`Chat`] is the whole of it;
//! every transport calls the same methods. Nothing here knows HTTP.
#![warn(missing_docs)]

mod access_token;
mod animation;
mod archive;
mod attachment;
mod attempts;
mod backup;
mod bin;
mod blobs;
mod bucket;
mod caller;
mod conversation;
mod darkroom;
mod direct;
mod draft;
mod environment;
mod error;
mod file;
mod file_record;
mod folder;
mod gif;
mod hexadecimal;
mod history;
mod hub;
mod jpeg;
mod library;
mod live;
mod markdown;
mod media_type;
mod media_types;
mod member;
mod message;
mod nature;
mod package;
mod page;
mod partial;
mod participant;
mod password;
mod permission;
mod picture;
mod preview;
mod profile;
mod project;
mod reaction;
mod readings;
mod restore;
mod resumable;
mod scan;
mod seed;
mod session;
mod session_cache;
mod settings;
mod sign_up;
mod staging;
mod storage;
mod store;
mod tidying;
mod token;
mod upload;
mod user;
mod version;

use std::sync::Arc;

use protocol::ConversationId;

pub use access_token::NewAccessToken;
pub use attachment::Viewed;
pub use backup::{Backup, back_up};
pub use bin::{Bin, BinMark};
pub use bucket::{Bucket, Uploads};
pub use caller::{Caller, Device};
pub use conversation::{ConversationUpdate, NewGroup, NewRoom, RoomListing};
pub use direct::DirectListing;
pub use draft::{Draft, Sent};
pub use environment::Environment;
pub use error::{Error, Fault, Result};
pub use file::OpenFile;
pub use file_record::NewFileRecord;
pub use folder::FolderUpdate;
pub use hub::{CloseReason, Deliveries, Delivery, Item, Items, Published, Subscription};
pub use library::{FileUpdate, Library, LibraryQuery};
pub use media_types::{AcceptedTypes, MediaTypes};
pub use nature::Nature;
pub use package::{Package, Packed};
pub use page::View;
pub use participant::Participant;
pub use preview::OpenPreview;
pub use profile::Profile;
pub use project::{NewProject, ProjectUpdate};
pub use restore::{Restore, Restored};
pub use resumable::ResumableUpload;
pub use scan::Clamd;
pub use seed::{Seed, Seeded};
pub use session::{Authenticated, SignedIn};
pub use settings::Settings;
pub use sign_up::SignUp;
pub use storage::Storage;
pub use upload::Destination;
pub use user::AccountUpdate;

use crate::{
    access_token::AccessTokens, attempts::Attempts, blobs::Blobs, history::Pages, hub::Hub, live::CatchUps,
    nature::Natures, password::Passwords, preview::Previews, resumable::turn::Turns, scan::Scanner,
    session_cache::SessionCache, store::Store, tidying::Tidying, token::Tokens,
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
    catch_ups: CatchUps,
    pages: Pages,
    attempts: Attempts,
    turns: Turns,
    tidying: Tidying,
    public_id: ConversationId,
}

impl Chat {
    /// Opens the database, brings its schema up to date, starts the writer, and removes what a crash left behind, what
    /// nobody came back for, and what has lain in a bin for long enough.
    ///
    /// # Errors
    /// [`Error::Fault`] where the database can't be opened or is of a newer version, or the uploads can't be used.
    pub async fn open(settings: Settings, environment: Environment) -> Result<Self> {
        let hub = Hub::new();
        let blobs = Blobs::open(&settings.uploads, environment).await?;
        let store = Store::open(&settings, environment, hub.clone()).await?;
        file::sweep_all(&store, &blobs).await?;
        let under_way = store::resumable::under_way(&mut *store.read().await?).await?;
        blobs.sweep_staging(&under_way.into_iter().collect())?;
        let public_id = store::conversation::public_id(&mut *store.read().await?).await?;
        let chat = Self(Arc::new_cyclic(|chat| Inner {
            passwords: Passwords::new(),
            tokens: Tokens::new(&settings.secret),
            sessions: SessionCache::default(),
            access_tokens: AccessTokens::default(),
            natures: Natures::default(),
            catch_ups: live::catch_ups(),
            pages: history::pages(),
            attempts: Attempts::new(settings.rate_limit),
            scanner: settings.clamd.clone().map(Scanner::new),
            settings,
            environment,
            store,
            blobs,
            hub,
            turns: Turns::default(),
            tidying: Tidying::of(chat.clone()),
            public_id,
            previews: Previews::default(),
        }));
        chat.tidy_up_or_log().await;
        chat.start_previews();
        Ok(chat)
    }

    /// Tells every socket that the server is restarting, lets the writer finish what it has taken, and closes the
    /// database.
    pub async fn close(&self) {
        self.0.hub.close();
        self.0.tidying.stop();
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
