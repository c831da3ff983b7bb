//! The index behind the hub: sockets by person, by conversation and by whom they watch.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use protocol::{ConversationId, Event, SessionId, UserId};
use smallvec::SmallVec;

use super::{
    Published,
    socket::{CloseReason, Socket, SocketId},
};

/// In the order in which they connected, which is roughly that of their memory: a message to many looks at all of them.
type Sockets = BTreeMap<SocketId, Arc<Socket>>;

/// How many sockets' memory is looked at ahead.
const AHEAD: usize = 16;

#[derive(Default)]
pub(super) struct Table {
    people: HashMap<UserId, Person>,
    conversations: HashMap<ConversationId, Sockets>,
    watchers: HashMap<UserId, Sockets>,
    /// Whom each socket watches; nothing of those that watch nobody.
    watched: HashMap<SocketId, HashSet<UserId>>,
    /// Whom the watchers believe to be online; lags behind `people` by the grace period.
    online: HashSet<UserId>,
    closed: bool,
}

/// What one connected person has.
#[derive(Default)]
struct Person {
    sockets: Sockets,
    conversations: HashSet<ConversationId>,
    /// Sockets whose memberships are being read, with what changed since the read began.
    joining: HashMap<SocketId, HashMap<ConversationId, bool>>,
}

impl Table {
    /// Adds a socket; returns whether its person was offline so far.
    pub(super) fn insert(&mut self, socket: &Arc<Socket>) -> bool {
        if self.closed {
            socket.close(CloseReason::Restarting);
        }
        let user_id = socket.caller().user_id;
        let person = self.people.entry(user_id).or_default();
        person.sockets.insert(socket.id(), socket.clone());
        person.joining.insert(socket.id(), HashMap::new());
        self.online.insert(user_id)
    }

    pub(super) fn subscribe(&mut self, socket: &Arc<Socket>, read: impl IntoIterator<Item = ConversationId>) {
        let Some(person) = self.people.get_mut(&socket.caller().user_id) else { return };
        let Some(since) = person.joining.remove(&socket.id()) else { return };
        // Mostly nobody joins, and there are many people.
        person.joining.shrink_to_fit();
        let mut conversations: HashSet<_> = read.into_iter().collect();
        for (id, belongs) in since {
            if belongs {
                conversations.insert(id)
            } else {
                conversations.remove(&id)
            };
        }
        for id in &conversations {
            self.conversations.entry(*id).or_default().insert(socket.id(), socket.clone());
        }
        person.conversations.extend(conversations);
    }

    /// Takes a socket out; returns whether it was its person's last.
    pub(super) fn remove(&mut self, socket: &Arc<Socket>) -> bool {
        self.watch(socket, []);
        let user_id = socket.caller().user_id;
        let Some(person) = self.people.get_mut(&user_id) else { return false };
        person.sockets.remove(&socket.id());
        person.joining.remove(&socket.id());
        for id in &person.conversations {
            take_out(&mut self.conversations, *id, socket.id());
        }
        let last = person.sockets.is_empty();
        if last {
            self.people.remove(&user_id);
        }
        last
    }

    pub(super) fn watch(&mut self, socket: &Arc<Socket>, users: impl IntoIterator<Item = UserId>) {
        for former in self.watched.remove(&socket.id()).unwrap_or_default() {
            take_out(&mut self.watchers, former, socket.id());
        }
        let watched: HashSet<_> = users.into_iter().collect();
        for user_id in &watched {
            self.watchers.entry(*user_id).or_default().insert(socket.id(), socket.clone());
            let online = self.online.contains(user_id);
            socket.deliver(&Published::new(Event::Presence { user_id: *user_id, online }));
        }
        if !watched.is_empty() {
            self.watched.insert(socket.id(), watched);
        }
    }

    pub(super) fn admit(&mut self, user_id: UserId, id: ConversationId) {
        let Some(person) = self.people.get_mut(&user_id) else { return };
        for since in person.joining.values_mut() {
            since.insert(id, true);
        }
        person.conversations.insert(id);
        let joining = &person.joining;
        let sockets = person.sockets.iter().filter(|(socket, _)| !joining.contains_key(socket));
        self.conversations.entry(id).or_default().extend(sockets.map(|(id, socket)| (*id, socket.clone())));
    }

    pub(super) fn expel(&mut self, user_id: UserId, id: ConversationId) {
        let Some(person) = self.people.get_mut(&user_id) else { return };
        for since in person.joining.values_mut() {
            since.insert(id, false);
        }
        person.conversations.remove(&id);
        for socket in person.sockets.keys() {
            take_out(&mut self.conversations, id, *socket);
        }
    }

    pub(super) fn sign_out(&self, sessions: &[SessionId]) {
        for socket in self.people.values().flat_map(|person| person.sockets.values()) {
            if sessions.contains(&socket.caller().session_id) {
                socket.close(CloseReason::SignedOut);
            }
        }
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
        for socket in self.people.values().flat_map(|person| person.sockets.values()) {
            socket.close(CloseReason::Restarting);
        }
    }

    pub(super) fn publish_to_conversation(
        &self,
        id: ConversationId,
        published: &Arc<Published>,
        except: Option<UserId>,
    ) {
        deliver(self.conversations.get(&id).into_iter().flat_map(BTreeMap::values), published, except);
    }

    pub(super) fn publish_to_person(&self, user_id: UserId, published: &Arc<Published>) {
        for socket in self.people.get(&user_id).into_iter().flat_map(|person| person.sockets.values()) {
            socket.deliver(published);
        }
    }

    pub(super) fn publish_to_all(&self, published: &Arc<Published>) {
        deliver(self.people.values().flat_map(|person| person.sockets.values()), published, None);
    }

    pub(super) fn publish_presence(&self, user_id: UserId, online: bool) {
        let published = Published::new(Event::Presence { user_id, online });
        deliver(self.watchers.get(&user_id).into_iter().flat_map(BTreeMap::values), &published, None);
    }

    /// After the grace period: whoever has not come back is offline.
    pub(super) fn settle_presence(&mut self, user_id: UserId) {
        if !self.people.contains_key(&user_id) && self.online.remove(&user_id) {
            self.publish_presence(user_id, false);
        }
    }

    pub(super) fn is_online(&self, user_id: UserId) -> bool {
        self.online.contains(&user_id)
    }

    pub(super) fn is_subscribed(&self, user_id: UserId, id: ConversationId) -> bool {
        self.people.get(&user_id).is_some_and(|person| person.conversations.contains(&id))
    }

    pub(super) fn connections(&self) -> usize {
        self.people.values().map(|person| person.sockets.len()).sum()
    }
}

/// Queues an event for many sockets, whose memory was mostly last used long ago: it is looked at of several before they are seen
/// to, so that the processor waits once and not for each.
fn deliver<'a>(mut sockets: impl Iterator<Item = &'a Arc<Socket>>, published: &Arc<Published>, except: Option<UserId>) {
    loop {
        let several: SmallVec<[_; AHEAD]> = sockets.by_ref().take(AHEAD).collect();
        if several.is_empty() {
            return;
        }
        several.iter().for_each(|socket| socket.fetch());
        for socket in several {
            if Some(socket.caller().user_id) != except {
                socket.deliver(published);
            }
        }
    }
}

fn take_out<K: Eq + std::hash::Hash + Copy>(index: &mut HashMap<K, Sockets>, key: K, socket: SocketId) {
    if let Some(sockets) = index.get_mut(&key) {
        sockets.remove(&socket);
        if sockets.is_empty() {
            index.remove(&key);
        }
    }
}
