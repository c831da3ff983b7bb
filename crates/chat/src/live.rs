//! Being connected: listening, and catching up on what was missed.

use std::sync::Arc;

use protocol::{
    Action, ConversationChange, ConversationId, Cursor, Error, Event, PersonChange, ServerFrame, Stream, UserId,
};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Result, Subscription,
    hub::encode,
    permission::require,
    readings::{Asked, Readings},
    store,
};

/// How many conversations one resume may name.
const MAX_CURSORS: usize = 10_000;
/// How many numbers a client may lack before fetching afresh is cheaper than catching up.
const MAX_MISSED: i64 = 500;

/// What conversations have beyond a number, as frames.
pub(crate) type CatchUps = Readings<i64, Arc<str>>;

/// None as yet.
pub(crate) fn catch_ups() -> CatchUps {
    Readings::new(|frame| frame.len())
}

impl Chat {
    /// Connects a device. Events begin to queue at once; they are let through after the first [`Chat::resume`].
    ///
    /// # Errors
    /// [`Error::SignedOut`] if the session has ended meanwhile.
    pub async fn connect(&self, caller: Caller) -> Result<Subscription> {
        let subscription = self.0.hub.connect(caller);
        // Only now is the database asked: what changes from here on reaches the hub as well.
        let mut connection = self.0.store.read().await?;
        // The session too: one that was revoked a moment ago closed the sockets that there were, and this one was not.
        let now = (self.0.environment.now)();
        store::session::live(&mut connection, caller.session_id, now).await?.ok_or(Error::SignedOut)?;
        let conversations = store::entry::revs(&mut connection, caller.user_id).await?;
        self.0.hub.subscribe(subscription.socket(), conversations.into_keys());
        Ok(subscription)
    }

    /// Queues what a device has missed beyond its cursors, stream by stream, or tells it to fetch a stream afresh. A
    /// cursor of a conversation that isn't the person's is passed over: the person's own stream tells that it is gone.
    pub async fn resume(
        &self,
        subscription: &Subscription,
        person: Option<i64>,
        place: Option<i64>,
        conversations: &[Cursor],
    ) -> Result<()> {
        if conversations.len() > MAX_CURSORS {
            let sentence = format!("A resume names at most {MAX_CURSORS} conversations.");
            return Err(Error::invalid("conversations", sentence).into());
        }
        let user_id = subscription.caller().user_id;
        let mut connection = self.0.store.read().await?;
        if let Some(cursor) = place {
            push(subscription, Stream::Place, missed_of_place(&mut connection, cursor).await?);
        }
        if let Some(cursor) = person {
            push(subscription, Stream::Person, missed_of_person(&mut connection, user_id, cursor).await?);
        }
        if !conversations.is_empty() {
            let revs = store::entry::revs(&mut connection, user_id).await?;
            for cursor in conversations {
                let Some(rev) = revs.get(&cursor.conversation_id) else { continue };
                let missed = self.missed_of_conversation(&mut connection, user_id, *cursor, *rev).await?;
                if matches!(missed, Missed::Nothing) {
                    continue;
                }
                // Whose membership ended while the rows were read may have rows in hand that came after it.
                let still = store::member::find(&mut connection, cursor.conversation_id, user_id).await?;
                if still.is_none_or(|member| member.left_at.is_some()) {
                    continue;
                }
                push(subscription, Stream::Conversation { conversation_id: cursor.conversation_id }, missed);
            }
        }
        subscription.release();
        Ok(())
    }

    async fn missed_of_conversation(
        &self,
        connection: &mut AnyConnection,
        user_id: UserId,
        cursor: Cursor,
        rev: i64,
    ) -> Result<Missed> {
        if !cursor.rows {
            return missed_about(connection, user_id, cursor, rev).await;
        }
        if let Some(missed) = beyond_rows(cursor.rev, rev) {
            return Ok(missed);
        }
        let conversation_id = cursor.conversation_id;
        let asked = Asked { conversation_id, rev, part: cursor.rev };
        let read = async {
            let events = changed_rows(connection, conversation_id, cursor.rev).await?;
            let stream = Stream::Conversation { conversation_id };
            Ok(encode(&ServerFrame::CaughtUp { stream, rev, events }).into())
        };
        Ok(Missed::Encoded(self.0.catch_ups.get(asked, read).await?))
    }

    /// Tells this device when these people come and go, from now on; how they are now at once.
    pub fn watch(&self, subscription: &Subscription, users: &[UserId]) {
        self.0.hub.watch(subscription.socket(), users);
    }

    /// Tells the others in a conversation that the caller is writing.
    pub async fn typing(&self, caller: Caller, id: ConversationId) -> Result<()> {
        let seen = require(&mut *self.0.store.read().await?, caller, id, Action::Post).await?;
        let event = Event::Typing { conversation_id: id, user: seen.person };
        self.0.hub.mention_in_passing(id, event, caller.user_id);
        Ok(())
    }

    /// Whether a connected device of the person hears of the conversation.
    pub fn hears(&self, user_id: UserId, id: ConversationId) -> bool {
        self.0.hub.is_subscribed(user_id, id)
    }

    /// Whether any of the person's devices is connected.
    pub fn is_online(&self, user_id: UserId) -> bool {
        self.0.hub.is_online(user_id)
    }

    /// How many devices are connected.
    pub fn connections(&self) -> usize {
        self.0.hub.connections()
    }
}

/// What a device lacks of a stream.
enum Missed {
    Nothing,
    Rows {
        rev: i64,
        events: Vec<Event>,
    },
    /// The same, as the frame that it is sent in.
    Encoded(Arc<str>),
    TooMuch,
}

fn push(subscription: &Subscription, stream: Stream, missed: Missed) {
    match missed {
        Missed::Nothing => {}
        Missed::Rows { rev, events } => subscription.push(&ServerFrame::CaughtUp { stream, rev, events }),
        Missed::Encoded(frame) => subscription.push_encoded(frame),
        Missed::TooMuch => subscription.push(&ServerFrame::Reset { stream }),
    }
}

/// Whether catching up from `cursor` to `rev` is nothing to do, or out of the question. A cursor beyond what there is
/// comes from another life of the database (a backup was restored): only a fresh fetch helps.
fn beyond_rows(cursor: i64, rev: i64) -> Option<Missed> {
    if cursor == rev {
        Some(Missed::Nothing)
    } else if cursor > rev || rev - cursor > MAX_MISSED {
        Some(Missed::TooMuch)
    } else {
        None
    }
}

async fn missed_of_place(connection: &mut AnyConnection, cursor: i64) -> Result<Missed> {
    let rev = store::place::rev(connection).await?;
    if let Some(missed) = beyond_rows(cursor, rev) {
        return Ok(missed);
    }
    let users = store::user::changed_since(connection, cursor, MAX_MISSED).await?;
    let events = users.into_iter().map(|user| Event::Place { rev: user.rev, user }).collect();
    Ok(Missed::Rows { rev, events })
}

async fn missed_of_person(connection: &mut AnyConnection, user_id: UserId, cursor: i64) -> Result<Missed> {
    let (rev, account_rev) = store::user::person_revs(connection, user_id).await?;
    if let Some(missed) = beyond_rows(cursor, rev) {
        return Ok(missed);
    }
    let mut events = Vec::new();
    if account_rev > cursor
        && let Some(account) = store::user::account(connection, user_id).await?
    {
        let change = PersonChange::Account { account: Box::new(account) };
        events.push(Event::Person { rev: account_rev, change, users: Vec::new() });
    }
    for (rev, member) in store::member::changed_for_person(connection, user_id, cursor, MAX_MISSED).await? {
        events.push(membership(connection, user_id, member.conversation_id, rev).await?);
    }
    Ok(Missed::Rows { rev, events })
}

/// A conversation as it stands in the person's sidebar now, or that it is gone.
async fn membership(
    connection: &mut AnyConnection,
    user_id: UserId,
    conversation_id: ConversationId,
    rev: i64,
) -> Result<Event> {
    let Some(entry) = store::entry::find(connection, conversation_id, user_id).await? else {
        let change = PersonChange::Gone { conversation_id };
        return Ok(Event::Person { rev, change, users: Vec::new() });
    };
    let personal = entry.conversation.kind.is_personal();
    let users = if personal { store::user::members(connection, conversation_id).await? } else { Vec::new() };
    Ok(Event::Person { rev, change: PersonChange::Entry { entry: Box::new(entry) }, users })
}

/// How the conversation is now, for a device that holds none of its rows.
async fn missed_about(connection: &mut AnyConnection, user_id: UserId, cursor: Cursor, rev: i64) -> Result<Missed> {
    if cursor.rev == rev {
        return Ok(Missed::Nothing);
    }
    // And how far the person has read: what they posted from another device moved that without an event of its own.
    let Some(entry) = store::entry::find(connection, cursor.conversation_id, user_id).await? else {
        return Ok(Missed::Nothing);
    };
    let read = PersonChange::Read { conversation_id: cursor.conversation_id, seq: entry.read_seq };
    let about = ConversationChange::Conversation { conversation: Box::new(entry.conversation) };
    let id = cursor.conversation_id;
    let events = vec![
        Event::Conversation { conversation_id: id, rev, change: about, users: Vec::new() },
        Event::Person { rev: 0, change: read, users: Vec::new() },
    ];
    Ok(Missed::Rows { rev, events })
}

/// Every row of the conversation that changed beyond `cursor`, as it is now.
async fn changed_rows(connection: &mut AnyConnection, id: ConversationId, cursor: i64) -> Result<Vec<Event>> {
    let mut users = store::user::named_since(connection, id, cursor).await?;
    let mut changes = Vec::new();
    let conversation = store::conversation::find(connection, id).await?;
    let member_count = conversation.member_count;
    for (rev, member) in store::member::changed_since(connection, id, cursor).await? {
        changes.push((rev, ConversationChange::Member { member, member_count }));
    }
    for message in store::message::changed_since(connection, id, cursor).await? {
        changes.push((message.rev, ConversationChange::Message { message: Box::new(message) }));
    }
    let about_rev = store::conversation::about_rev(connection, id).await?;
    if about_rev > cursor {
        changes.push((about_rev, ConversationChange::Conversation { conversation: Box::new(conversation) }));
    }
    changes.sort_by_key(|(rev, _)| *rev);
    // Everyone that is named comes with the first event, once.
    let event =
        |(rev, change)| Event::Conversation { conversation_id: id, rev, change, users: std::mem::take(&mut users) };
    Ok(changes.into_iter().map(event).collect())
}
