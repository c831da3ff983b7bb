//! Fresh fetches: what a page starts from.
//!
//! Numbers are read before the rows that they stand for. A row that changes in between is newer than its number says;
//! its event comes again and is applied twice, which does no harm. The other way round it would be lost.

use protocol::{Action, Conversation, ConversationId, Error, PAGE_SIZE, Page, Position, Role, Start, UserId};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Result, history,
    permission::{require, see},
    store,
};

/// A conversation as the caller stands in it.
#[derive(Clone, Debug)]
pub struct View {
    /// The conversation.
    pub conversation: Conversation,
    /// The caller's role; none for an open room that they only look into.
    pub role: Option<Role>,
    /// The number of the last message that they have read.
    pub read_seq: i64,
}

impl Chat {
    /// A conversation that the caller may read.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they may not, whether it exists or not.
    pub async fn conversation(&self, caller: Caller, id: ConversationId) -> Result<View> {
        let seen = see(&mut *self.0.store.read().await?, caller, id).await?;
        Ok(View { conversation: seen.conversation, role: seen.standing.role, read_seq: seen.read_seq })
    }

    /// A conversation, opened at a position.
    pub async fn page(&self, caller: Caller, id: ConversationId, position: Position) -> Result<Page> {
        page(&mut *self.0.store.read().await?, caller, id, position).await
    }

    /// Everything that the caller's page starts from, with a conversation opened in it.
    pub async fn start(&self, caller: Caller, open: Option<(ConversationId, Position)>) -> Result<Start> {
        let mut connection = self.0.store.read().await?;
        let place_rev = store::place::rev(&mut connection).await?;
        let (person_rev, _) = store::user::person_revs(&mut connection, caller.user_id).await?;
        let account = store::user::account(&mut connection, caller.user_id).await?.ok_or(Error::SignedOut)?;
        let entries = store::entry::of(&mut connection, caller.user_id).await?;
        let users = store::user::companions(&mut connection, caller.user_id).await?;
        let page = match open {
            Some((id, position)) => Some(page(&mut connection, caller, id, position).await?),
            None => None,
        };
        let online = self.online(users.iter().map(|user| user.id));
        Ok(Start {
            place_name: self.place_name().to_owned(),
            account,
            person_rev,
            place_rev,
            entries,
            users,
            online,
            max_upload: self.0.settings.max_upload,
            page,
        })
    }

    fn online(&self, users: impl Iterator<Item = UserId>) -> Vec<UserId> {
        users.filter(|id| self.is_online(*id)).collect()
    }
}

async fn page(connection: &mut AnyConnection, caller: Caller, id: ConversationId, position: Position) -> Result<Page> {
    let seen = require(connection, caller, id, Action::Read).await?;
    let history = history::parsed(history::read(connection, &seen, position, PAGE_SIZE).await?);
    let people =
        if seen.conversation.kind.is_personal() { store::user::members(connection, id).await? } else { Vec::new() };
    Ok(Page { role: seen.standing.role, read_seq: seen.read_seq, conversation: seen.conversation, people, history })
}
