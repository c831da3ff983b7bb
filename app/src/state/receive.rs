//! What the socket says, taken in. Everything that came together is applied first and shown once.

use leptos::prelude::*;
use protocol::{Applied, ConversationChange, ConversationId, Event, Message, ServerFrame, State, Stream, WINDOW_LIMIT};

use super::Store;

/// What the page lacks and has to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// What this stream missed.
    Resume(Stream),
    /// This stream afresh.
    Refetch(Stream),
}

/// Streams in which something is missing, with the highest number seen beyond it. What comes meanwhile can't be
/// applied; if the answer doesn't reach as far, it has to be asked for again.
pub(super) type Holes = Vec<(Stream, i64)>;

impl Store {
    /// Takes in what the socket says. Returns what is missing.
    pub fn receive(self, frames: Vec<ServerFrame>) -> Vec<Need> {
        let needs = frames.into_iter().filter_map(|frame| self.take_frame(frame)).collect();
        let at_end = self.attending.get_untracked();
        self.change(|held| trim(&mut held.state, self.open_id.get_untracked().filter(|_| !at_end)));
        self.settle_outbox();
        self.publish();
        needs
    }

    /// Forgets which answers are under way: the socket that they would have come over is gone.
    pub fn forget_holes(self) {
        self.change(|held| held.holes.clear());
    }

    fn take_frame(self, frame: ServerFrame) -> Option<Need> {
        match frame {
            ServerFrame::Event(event) => return self.take_event(&event),
            ServerFrame::CaughtUp { stream, rev, events } => {
                self.change(|held| held.state.catch_up(stream, rev, &events));
                return self.closed_hole(stream, rev);
            }
            ServerFrame::Reset { stream } => {
                self.change(|held| held.holes.retain(|(hole, _)| *hole != stream));
                return Some(Need::Refetch(stream));
            }
            ServerFrame::Accepted { client_id, message } => self.accepted(&client_id, &message),
            ServerFrame::Refused { client_id, error } => self.refused(&client_id, &error),
            ServerFrame::Error { error } => self.tell(error.to_string()),
            ServerFrame::Welcome { .. } => {}
        }
        None
    }

    fn take_event(self, event: &Event) -> Option<Need> {
        match event {
            Event::Typing { conversation_id, user } => self.heard_typing(*conversation_id, user),
            Event::Presence { user_id, online } => self.set_online(*user_id, *online),
            _ => {}
        }
        match self.change(|held| apply(&mut held.state, event)) {
            (Applied::Changed, new) => {
                if let Some(message) = new {
                    self.heard(message);
                }
                None
            }
            (Applied::Hole(stream), _) => self.saw_hole(stream, event.position()?.1),
            _ => None,
        }
    }

    /// A message that wasn't there before.
    fn heard(self, message: &Message) {
        if message.author_id == self.me {
            return;
        }
        self.stopped_typing(message.author_id);
        if self.open_id.get_untracked() == Some(message.conversation_id) {
            let name = self.with_state(|state| state.users.get(&message.author_id).map(|u| u.display_name.clone()));
            let text: String = message.words().chars().take(200).collect();
            self.announcement.set(format!("{}: {text}", name.unwrap_or_default()));
            self.mark_new(message);
        }
    }

    /// Draws the red line above the first message that comes while nobody looks.
    fn mark_new(self, message: &Message) {
        if self.change(|held| std::mem::take(&mut held.away)) {
            self.new_after.set(Some(message.seq - 1));
        }
    }

    fn saw_hole(self, stream: Stream, rev: i64) -> Option<Need> {
        self.change(|held| {
            if let Some((_, seen)) = held.holes.iter_mut().find(|(hole, _)| *hole == stream) {
                *seen = rev;
                return None;
            }
            held.holes.push((stream, rev));
            Some(Need::Resume(stream))
        })
    }

    fn closed_hole(self, stream: Stream, rev: i64) -> Option<Need> {
        let seen = self.change(|held| {
            let at = held.holes.iter().position(|(hole, _)| *hole == stream)?;
            Some(held.holes.swap_remove(at).1)
        })?;
        if seen > rev { self.saw_hole(stream, seen) } else { None }
    }
}

/// Applies an event; says whether it brought a message that is new.
fn apply<'a>(state: &mut State, event: &'a Event) -> (Applied, Option<&'a Message>) {
    let new = match event {
        Event::Conversation { conversation_id, change: ConversationChange::Message { message }, .. } => {
            let last = state.entries.get(conversation_id).map(|entry| entry.conversation.last_seq);
            last.filter(|last| message.seq > *last).map(|_| &**message)
        }
        _ => None,
    };
    (state.apply(event), new)
}

/// Keeps the windows short. Whoever reads further back keeps what they look at; the newest are let go of then.
fn trim(state: &mut State, read_back: Option<ConversationId>) {
    for (id, window) in &mut state.windows {
        if window.messages.len() <= WINDOW_LIMIT {
            continue;
        }
        if Some(*id) == read_back {
            window.trim_newest();
        } else {
            window.trim_oldest();
        }
    }
}
