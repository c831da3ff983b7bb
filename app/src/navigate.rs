//! From one conversation to another, and through the history of one, without leaving the page.

use leptos::{prelude::*, task::tick};
use protocol::{Applied, ConversationId, MessageId, Position, WINDOW_LIMIT};

use crate::{
    api::{Failure, conversation},
    browser,
    state::{Opened, Store},
};

/// How long to wait after a page of history couldn't be fetched, in milliseconds.
const TRY_AGAIN_AFTER: i64 = 5_000;

/// The address of a conversation, or of a message in it.
pub fn address(id: ConversationId, linked: Option<MessageId>) -> String {
    linked.map_or_else(|| format!("/c/{id}"), |linked| format!("/c/{id}?at={linked}"))
}

/// What an address of this site points at, if it is a conversation: `/c/7`, `/c/7?at=42`.
#[cfg(any(feature = "hydrate", test))]
pub fn parse(path: &str, query: &str) -> Option<(ConversationId, Option<MessageId>)> {
    let id = path.strip_prefix("/c/")?.parse().ok()?;
    let linked = query.strip_prefix("?at=").and_then(|at| at.parse().ok());
    Some((id, linked))
}

impl Store {
    /// Goes to a conversation, or to a message in it, and remembers the way back.
    pub fn go(self, id: ConversationId, linked: Option<MessageId>) {
        browser::push(&address(id, linked));
        self.visit(id, linked);
    }

    /// Shows what the address says.
    pub fn visit(self, id: ConversationId, linked: Option<MessageId>) {
        self.leave();
        self.sidebar_open.set(false);
        self.linked.set(linked);
        self.failure.set(None);
        self.loading.set(false);
        self.looks_at(id);
        let held = linked.map_or_else(|| self.show_held(id), |linked| self.shows(id, linked));
        if held {
            settle();
        } else {
            self.show_empty(id);
            self.fetch(id, linked.map_or(Position::Unread, Position::Around));
        }
        if browser::has_pointer() {
            browser::focus("composer");
        }
    }

    /// Goes to the newest message.
    pub fn go_to_latest(self) {
        self.linked.set(None);
        let Some(id) = self.open_id.get_untracked() else { return };
        if self.at_newest.get_untracked() {
            browser::to_bottom();
        } else {
            self.fetch_then(id, Position::Latest, browser::to_bottom);
        }
    }

    /// Tries again to fetch the open conversation.
    pub fn fetch_again(self) {
        if let Some(id) = self.open_id.get_untracked() {
            self.fetch(id, self.linked.get_untracked().map_or(Position::Unread, Position::Around));
        }
    }

    /// Adds the page of history before the rows, and lets go of the newest if they become too many.
    pub fn load_older(self) {
        let first = self.with_open_window(|window| window.messages.first().map(|message| message.seq));
        if let Some(seq) = first.filter(|_| !self.at_oldest.get_untracked()) {
            self.extend(Position::Before(seq));
        }
    }

    /// Adds the page of history after the rows, and lets go of the oldest if they become too many.
    pub fn load_newer(self) {
        let last = self.with_open_window(|window| window.messages.last().map(|message| message.seq));
        if let Some(seq) = last.filter(|_| !self.at_newest.get_untracked()) {
            self.extend(Position::After(seq));
        }
    }

    fn extend(self, position: Position) {
        let Some(id) = self.open_id.get_untracked().filter(|_| !self.extending.get_untracked()) else { return };
        self.extending.set(true);
        browser::spawn(async move {
            match conversation::history(id, position).await {
                Ok(history) => {
                    let extended = self.update(|state| {
                        let extended = state.extend(id, history);
                        if let Some(window) = state.windows.get_mut(&id).filter(|w| w.messages.len() > WINDOW_LIMIT) {
                            if matches!(position, Position::Before(_)) {
                                window.trim_newest()
                            } else {
                                window.trim_oldest()
                            };
                        }
                        extended
                    });
                    // Events had overtaken the page: what lies between is asked for at once.
                    if let Applied::Hole(stream) = extended {
                        self.send(self.resume(stream));
                    }
                }
                Err(failure) => {
                    self.tell(failure.to_string());
                    // What is seen asks for more as soon as it may: it may not at once.
                    return browser::after(TRY_AGAIN_AFTER, move || self.extending.set(false));
                }
            }
            tick().await;
            self.extending.set(false);
        });
    }

    /// A window that isn't at the newest message isn't kept current at its end, so it isn't kept.
    fn leave(self) {
        let Some(id) = self.open_id.get_untracked() else { return };
        if !self.at_newest.get_untracked() {
            self.drop_window(id);
        }
    }

    /// Whether that message is held; shows it if so.
    fn shows(self, id: ConversationId, linked: MessageId) -> bool {
        let open = self.open_id.get_untracked() == Some(id);
        open && self.with_open_window(|w| w.messages.iter().any(|m| m.id == linked).then_some(())).is_some()
    }

    /// Shows the head of a conversation whose messages are under way.
    fn show_empty(self, id: ConversationId) {
        self.drop_window(id);
        let entry = self.with_state(|state| state.entries.get(&id).cloned());
        if let Some(entry) = entry {
            return self.show(Opened { conversation: entry.conversation, role: Some(entry.role) });
        }
        self.open_id.set(Some(id));
        self.opened.set(None);
        self.publish_rows();
    }

    fn fetch(self, id: ConversationId, position: Position) {
        self.fetch_then(id, position, browser::settle);
    }

    fn fetch_then(self, id: ConversationId, position: Position, then: fn()) {
        self.loading.set(true);
        self.failure.set(None);
        browser::spawn(async move {
            let answer = conversation::page(id, position).await;
            if self.open_id.get_untracked() != Some(id) {
                return;
            }
            self.loading.set(false);
            match answer {
                Ok(page) => {
                    self.take_page(page);
                    tick().await;
                    then();
                }
                Err(Failure(protocol::Error::SignedOut)) => browser::leave_for("/sign-in"),
                Err(failure) => self.failure.set(Some(failure.to_string())),
            }
        });
    }
}

/// Scrolls to where one begins to read, once the rows are there.
fn settle() {
    browser::spawn(async {
        tick().await;
        browser::settle();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_what_it_was_made_from() {
        let (id, linked) = (ConversationId(7), MessageId(42));
        assert_eq!(address(id, Some(linked)), "/c/7?at=42");
        assert_eq!(parse("/c/7", "?at=42"), Some((id, Some(linked))));
        assert_eq!(parse("/c/7", ""), Some((id, None)));
    }

    #[test]
    fn other_pages_are_no_conversations() {
        for path in ["/", "/c/", "/c/7/details", "/rooms", "/c/x"] {
            assert_eq!(parse(path, ""), None, "{path}");
        }
    }
}
