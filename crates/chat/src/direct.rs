//! Direct chats: two people, always the same one.

use std::collections::HashMap;

use futures::FutureExt;
use protocol::{Entry, Error, Kind, Message, Role, User, UserId};

use crate::{
    Caller, Chat, Result,
    member::{active, admit, own_entry},
    store,
    store::conversation::NewConversation,
};

/// A direct chat in which something was said.
#[derive(Clone, Debug)]
pub struct DirectListing {
    /// The chat, and the caller's part in it.
    pub entry: Entry,
    /// The one on the other side.
    pub other: User,
    /// The last message that wasn't deleted.
    pub last_message: Message,
}

impl Chat {
    /// The direct chat with someone; made when there is none yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] for oneself; [`Error::NotFound`] for someone unknown or deactivated without a chat so far.
    pub async fn open_direct(&self, caller: Caller, other: UserId) -> Result<Entry> {
        let key = key(caller, other)?;
        self.0
            .store
            .write(move |change| {
                async move {
                    if let Some(id) = store::conversation::direct(change.connection(), &key).await? {
                        return own_entry(change, id, caller.user_id).await;
                    }
                    let found = store::user::find(change.connection(), other).await?;
                    let other = found.filter(|user| !user.deactivated).ok_or_else(unknown)?;
                    let me = active(change, caller.user_id, true).await?;
                    let new = NewConversation {
                        kind: Kind::Direct,
                        name: "",
                        topic: "",
                        private: true,
                        creator_id: caller.user_id,
                        direct_key: Some(key),
                        project_id: None,
                        now: change.now(),
                    };
                    let id = store::conversation::insert(change.connection(), &new).await?;
                    admit(change, id, &me, Role::Member).await?;
                    admit(change, id, &other, Role::Member).await?;
                    own_entry(change, id, caller.user_id).await
                }
                .boxed()
            })
            .await
    }

    /// The direct chat with someone, if there is one. Looking makes none.
    ///
    /// # Errors
    /// As for [`Chat::open_direct`].
    pub async fn find_direct(&self, caller: Caller, other: UserId) -> Result<Option<Entry>> {
        let key = key(caller, other)?;
        let mut connection = self.0.store.read().await?;
        if let Some(id) = store::conversation::direct(&mut connection, &key).await? {
            return store::entry::find(&mut connection, id, caller.user_id).await;
        }
        let found = store::user::find(&mut connection, other).await?;
        found.filter(|user| !user.deactivated).ok_or_else(unknown)?;
        Ok(None)
    }

    /// The caller's direct chats in which there is something to read, that of the latest message first.
    pub async fn directs(&self, caller: Caller) -> Result<Vec<DirectListing>> {
        let mut connection = self.0.store.read().await?;
        let messages = store::direct::last_messages(&mut connection, caller.user_id).await?;
        let entries = store::entry::of(&mut connection, caller.user_id).await?;
        let users = store::user::companions(&mut connection, caller.user_id).await?;
        let mut entries: HashMap<_, _> = entries.into_iter().map(|entry| (entry.conversation.id, entry)).collect();
        let users: HashMap<_, _> = users.into_iter().map(|user| (user.id, user)).collect();
        let listing = |last_message: Message| {
            let entry = entries.remove(&last_message.conversation_id)?;
            let other = entry.conversation.people.iter().find(|id| **id != caller.user_id)?;
            Some(DirectListing { other: users.get(other)?.clone(), entry, last_message })
        };
        Ok(messages.into_iter().filter_map(listing).collect())
    }
}

/// What makes the chat of two people one.
fn key(caller: Caller, other: UserId) -> Result<String> {
    if other == caller.user_id {
        return Err(Error::invalid("user", "You can’t start a chat with yourself.").into());
    }
    let (low, high) = (other.min(caller.user_id), other.max(caller.user_id));
    Ok(format!("{low}:{high}"))
}

fn unknown() -> Error {
    Error::not_found("that person")
}
