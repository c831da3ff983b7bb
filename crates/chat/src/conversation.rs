//! Conversations: making them, finding them, changing what they are.

use futures::FutureExt;
use protocol::{
    Action, Conversation, ConversationChange, ConversationId, Entry, Error, Event, Kind, Role, RoomName, Standing,
    Topic, UserId, given,
};

use crate::{
    Caller, Chat, Result,
    hub::Publication,
    member::{self, MAX_GROUP, active, admit, admit_all, own_entry},
    permission::{require, see},
    store,
    store::{Change, conversation::NewConversation},
};

/// The most rooms that one listing returns.
const MAX_LISTED: i64 = 200;

/// What a room is made of.
#[derive(Clone, Debug, Default)]
pub struct NewRoom {
    /// Its name; unique among open rooms.
    pub name: String,
    /// What it is about; may be empty.
    pub topic: String,
    /// Whether only members know of it.
    pub private: bool,
}

/// What a group chat is made of.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    /// Its name; may be empty, then it is called after its people.
    pub name: String,
    /// Who is in it beside the caller.
    pub people: Vec<UserId>,
}

/// Changes to a conversation; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct ConversationUpdate {
    /// Its name.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// Whether only members know of it; rooms only.
    pub private: Option<bool>,
}

/// A room among those to choose from.
#[derive(Clone, Debug)]
pub struct RoomListing {
    /// The room.
    pub conversation: Conversation,
    /// Whether the caller is in it.
    pub joined: bool,
}

impl Chat {
    /// Makes a room that the caller owns.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field, or an open room's name that is taken.
    pub async fn create_room(&self, caller: Caller, new: NewRoom) -> Result<Entry> {
        let (name, topic) = (RoomName::parse(&new.name)?, Topic::parse(&new.topic)?);
        self.0
            .store
            .write(move |change| {
                async move {
                    let new = NewConversation {
                        kind: Kind::Room,
                        name: name.as_str(),
                        topic: topic.as_str(),
                        private: new.private,
                        creator_id: caller.user_id,
                        direct_key: None,
                        now: change.now(),
                    };
                    let id = found(change, &new).await?;
                    own_entry(change, id, caller.user_id).await
                }
                .boxed()
            })
            .await
    }

    /// Makes a group chat that the caller owns.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the name, for nobody or someone unknown in it, or too many.
    pub async fn create_group(&self, caller: Caller, new: NewGroup) -> Result<Entry> {
        let name = given(Some(&new.name)).map(RoomName::parse).transpose()?;
        let mut people = new.people;
        people.retain(|id| *id != caller.user_id);
        people.sort_unstable();
        people.dedup();
        if people.is_empty() {
            return Err(Error::invalid("people", "Choose at least one person.").into());
        }
        if people.len() >= MAX_GROUP {
            return Err(member::too_many().into());
        }
        self.0
            .store
            .write(move |change| {
                async move {
                    let new = NewConversation {
                        kind: Kind::Group,
                        name: name.as_ref().map_or("", RoomName::as_str),
                        topic: "",
                        private: true,
                        creator_id: caller.user_id,
                        direct_key: None,
                        now: change.now(),
                    };
                    let id = found(change, &new).await?;
                    admit_all(change, id, &people).await?;
                    own_entry(change, id, caller.user_id).await
                }
                .boxed()
            })
            .await
    }

    /// The direct chat with someone; made when there is none yet.
    ///
    /// # Errors
    /// [`Error::Invalid`] for oneself; [`Error::NotFound`] for someone unknown or deactivated without a chat so far.
    pub async fn open_direct(&self, caller: Caller, other: UserId) -> Result<Entry> {
        if other == caller.user_id {
            return Err(Error::invalid("user", "You can’t start a chat with yourself.").into());
        }
        let (low, high) = (other.min(caller.user_id), other.max(caller.user_id));
        let key = format!("{low}:{high}");
        self.0
            .store
            .write(move |change| {
                async move {
                    if let Some(id) = store::conversation::direct(change.connection(), &key).await? {
                        return own_entry(change, id, caller.user_id).await;
                    }
                    let found = store::user::find(change.connection(), other).await?;
                    let found = found.filter(|user| !user.deactivated);
                    let other = found.ok_or_else(|| Error::not_found("that person"))?;
                    let me = active(change, caller.user_id, true).await?;
                    let new = NewConversation {
                        kind: Kind::Direct,
                        name: "",
                        topic: "",
                        private: true,
                        creator_id: caller.user_id,
                        direct_key: Some(key),
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

    /// Rooms to choose from: the open ones, and private ones that the caller is in, whose name or topic contains
    /// `search`; by name.
    pub async fn browse_rooms(&self, caller: Caller, search: &str, limit: i64) -> Result<Vec<RoomListing>> {
        let pattern = store::containing(search);
        let mut connection = self.0.store.read().await?;
        let rooms =
            store::conversation::browse(&mut connection, caller.user_id, &pattern, limit.clamp(0, MAX_LISTED)).await?;
        Ok(rooms.into_iter().map(|(conversation, joined)| RoomListing { conversation, joined }).collect())
    }

    /// The conversation and what the caller is in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller may not read it, whether it exists or not.
    pub async fn standing(&self, caller: Caller, id: ConversationId) -> Result<(Conversation, Standing)> {
        let seen = see(&mut *self.0.store.read().await?, caller, id).await?;
        Ok((seen.conversation, seen.standing))
    }

    /// Changes a conversation's name, topic or openness.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field or a taken name; [`Error::Forbidden`].
    pub async fn update_conversation(
        &self,
        caller: Caller,
        id: ConversationId,
        update: ConversationUpdate,
    ) -> Result<Conversation> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let seen = require(change.connection(), caller, id, Action::Rename).await?;
                    let mut conversation = seen.conversation;
                    merge(&mut conversation, &update)?;
                    save(change, conversation).await
                }
                .boxed()
            })
            .await
    }

    /// Closes a conversation for posting, or opens it again.
    pub async fn archive(&self, caller: Caller, id: ConversationId, archived: bool) -> Result<Conversation> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let seen = require(change.connection(), caller, id, Action::Archive).await?;
                    let mut conversation = seen.conversation;
                    if conversation.archived_at.is_some() == archived {
                        return Ok(conversation);
                    }
                    conversation.archived_at = archived.then(|| change.now());
                    save(change, conversation).await
                }
                .boxed()
            })
            .await
    }
}

/// Writes a new conversation and makes its creator the owner.
async fn found(change: &mut Change, new: &NewConversation<'_>) -> Result<ConversationId> {
    let id = store::conversation::insert(change.connection(), new).await?;
    let owner = active(change, new.creator_id, true).await?;
    admit(change, id, &owner, Role::Owner).await?;
    Ok(id)
}

fn merge(conversation: &mut Conversation, update: &ConversationUpdate) -> Result<()> {
    if let Some(name) = &update.name {
        let may_be_empty = conversation.kind == Kind::Group && name.trim().is_empty();
        conversation.name = if may_be_empty { String::new() } else { RoomName::parse(name)?.to_string() };
    }
    if let Some(topic) = &update.topic {
        conversation.topic = Topic::parse(topic)?.to_string();
    }
    if let Some(private) = update.private
        && conversation.kind == Kind::Room
    {
        conversation.private = private;
    }
    Ok(())
}

/// Writes a changed conversation and tells its members.
async fn save(change: &mut Change, conversation: Conversation) -> Result<Conversation> {
    let id = conversation.id;
    let rev = store::conversation::update(change.connection(), &conversation).await?;
    let conversation = store::conversation::find(change.connection(), id).await?;
    let what = ConversationChange::Conversation { conversation: Box::new(conversation.clone()) };
    let event = Event::Conversation { conversation_id: id, rev, change: what, users: Vec::new() };
    change.publish(Publication::Conversation(id, event));
    Ok(conversation)
}
