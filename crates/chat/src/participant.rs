//! What one takes part in, and with whom.

use protocol::{Conversation, Entry, Kind, Timestamp, UserId};

use crate::{Caller, Chat, Result, store};

/// Someone in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The person.
    pub user_id: UserId,
    /// Their user name.
    pub username: String,
    /// Since when they are in.
    pub joined_at: Timestamp,
}

impl Chat {
    /// The conversations that the caller is in, by id.
    pub async fn conversations(&self, caller: Caller) -> Result<Vec<Entry>> {
        store::entry::of(&mut *self.0.store.read().await?, caller.user_id).await
    }

    /// The conversations of these kinds that the caller is in, by id, each with everyone in it, the longest there first.
    pub async fn participants(&self, caller: Caller, kinds: &[Kind]) -> Result<Vec<(Conversation, Vec<Participant>)>> {
        let mut connection = self.0.store.read().await?;
        let entries = store::entry::of(&mut connection, caller.user_id).await?;
        let mut people = store::participant::of_kinds(&mut connection, caller.user_id, kinds).await?;
        let conversations = entries.into_iter().map(|entry| entry.conversation);
        Ok(conversations
            .filter(|conversation| kinds.contains(&conversation.kind))
            .map(|conversation| {
                let people = people.remove(&conversation.id).unwrap_or_default();
                (conversation, people)
            })
            .collect())
    }
}
