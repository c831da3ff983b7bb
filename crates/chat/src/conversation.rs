//! Conversations: making them, finding them, changing what they are.

use futures::FutureExt;
use protocol::{
    Action, Conversation, ConversationChange, ConversationId, Entry, Event, Kind, ProjectId, Role, RoomName, Standing,
    Timestamp, Topic, UserId, given,
};

use crate::{
    Caller, Chat, Result,
    hub::Publication,
    member::{self, MAX_GROUP, active, admit, admit_all, others, own_entry},
    permission::{check, refuse_outsiders, require, require_project, see},
    store,
    store::{
        Change,
        conversation::{NewConversation, Seen},
    },
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
    /// Who is in it beside the caller; nobody is needed.
    pub people: Vec<UserId>,
    /// The project that it belongs to; then everyone in it is a member of that one.
    pub project_id: Option<ProjectId>,
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
    /// Whether it is closed for posting.
    pub archived: Option<bool>,
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
    /// [`protocol::Error::Invalid`] for a field, or an open room's name that is taken.
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
                        project_id: None,
                        now: change.now(),
                    };
                    let id = found(change, &new).await?;
                    own_entry(change, id, caller.user_id).await
                }
                .boxed()
            })
            .await
    }

    /// Makes a group chat that the caller owns, by itself or as a further conversation of a project.
    ///
    /// # Errors
    /// [`protocol::Error::Invalid`] for the name, for someone unknown or from outside the project in it, or too many;
    /// [`protocol::Error::NotFound`] for a project that the caller isn't in, [`protocol::Error::Forbidden`] for one that is archived.
    pub async fn create_group(&self, caller: Caller, new: NewGroup) -> Result<Entry> {
        let name = given(Some(&new.name)).map(RoomName::parse).transpose()?;
        let (people, project_id) = (others(new.people, caller.user_id), new.project_id);
        if people.len() >= MAX_GROUP {
            return Err(member::too_many().into());
        }
        self.0
            .store
            .write(move |change| {
                async move {
                    if let Some(project_id) = project_id {
                        require_project(change.connection(), caller, project_id, Action::Post).await?;
                        refuse_outsiders(change.connection(), project_id, &people).await?;
                    }
                    let new = NewConversation {
                        kind: Kind::Group,
                        name: name.as_ref().map_or("", RoomName::as_str),
                        topic: "",
                        private: true,
                        creator_id: caller.user_id,
                        direct_key: None,
                        project_id,
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

    /// Rooms to choose from: the open ones, and private ones that the caller is in, whose name or topic contains
    /// `search`; by name, at most 200, from the start or those that follow the room `after` of that name and id.
    pub async fn browse_rooms(
        &self,
        caller: Caller,
        search: &str,
        after: Option<(&str, ConversationId)>,
        limit: i64,
    ) -> Result<Vec<RoomListing>> {
        let pattern = store::containing(search);
        // No name is empty, so all of them come after the empty one.
        let after = after.unwrap_or(("", ConversationId(0)));
        let mut connection = self.0.store.read().await?;
        let limit = limit.clamp(0, MAX_LISTED);
        let rooms = store::conversation::browse(&mut connection, caller.user_id, &pattern, after, limit).await?;
        Ok(rooms.into_iter().map(|(conversation, joined)| RoomListing { conversation, joined }).collect())
    }

    /// The conversation and what the caller is in it.
    ///
    /// # Errors
    /// [`protocol::Error::NotFound`] where the caller may not read it, whether it exists or not.
    pub async fn standing(&self, caller: Caller, id: ConversationId) -> Result<(Conversation, Standing)> {
        let seen = see(&mut *self.0.store.read().await?, caller, id).await?;
        Ok((seen.conversation, seen.standing))
    }

    /// Changes a conversation's name, topic or openness, and whether it is closed: all that is given, or nothing.
    ///
    /// # Errors
    /// [`protocol::Error::Invalid`] for a field or a taken name; [`protocol::Error::Forbidden`].
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
                    let mut seen = see(change.connection(), caller, id).await?;
                    revise(&mut seen, &update, change.now())?;
                    save(change, seen.conversation).await
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

/// Carries `update` out on the conversation as it is seen, for someone who may do all of it.
pub(crate) fn revise(seen: &mut Seen, update: &ConversationUpdate, now: Timestamp) -> Result<()> {
    if let Some(archived) = update.archived {
        check(seen, Action::Archive)?;
        // What is opened again may be changed at once.
        seen.standing.archived &= archived;
    }
    let about = update.name.is_some() || update.topic.is_some() || update.private.is_some();
    if about || update.archived.is_none() {
        check(seen, Action::Rename)?;
    }
    let conversation = &mut seen.conversation;
    merge(conversation, update)?;
    if let Some(archived) = update.archived {
        conversation.archived_at = archived.then(|| conversation.archived_at.unwrap_or(now));
    }
    Ok(())
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
pub(crate) async fn save(change: &mut Change, conversation: Conversation) -> Result<Conversation> {
    let id = conversation.id;
    let rev = store::conversation::update(change.connection(), &conversation).await?;
    let conversation = store::conversation::find(change.connection(), id).await?;
    let what = ConversationChange::Conversation { conversation: Box::new(conversation.clone()) };
    let event = Event::Conversation { conversation_id: id, rev, change: what, users: Vec::new() };
    change.publish(Publication::Conversation(id, event));
    Ok(conversation)
}
