//! Reactions to messages.

use futures::FutureExt;
use protocol::{Action, Error, MAX_EMOJI_BYTES, Message, MessageId};

use crate::{
    Caller, Chat, Result,
    message::{find, next_rev, publish, refuse_deleted},
    permission::check,
    store,
};

/// The most different emoji under one message.
const MAX_EMOJI: usize = 30;

impl Chat {
    /// Adds the caller's reaction to a message, or takes it back.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what isn't an emoji, or one more than 30 kinds of them.
    pub async fn react(&self, caller: Caller, id: MessageId, emoji: &str, on: bool) -> Result<Message> {
        let emoji = parse_emoji(emoji)?;
        self.0
            .store
            .write(move |change| {
                async move {
                    let (seen, message) = find(change.connection(), caller, id).await?;
                    check(&seen, Action::Post)?;
                    refuse_deleted(&message)?;
                    let known = message.reactions.iter().any(|reaction| reaction.emoji == emoji);
                    if on && !known && message.reactions.len() >= MAX_EMOJI {
                        return Err(Error::invalid("emoji", "That message has enough kinds of reactions.").into());
                    }
                    let connection = change.connection();
                    let changed = if on {
                        store::reaction::add(connection, id, caller.user_id, &emoji).await?
                    } else {
                        store::reaction::remove(connection, id, caller.user_id, &emoji).await?
                    };
                    if !changed {
                        return Ok(message);
                    }
                    let rev = next_rev(change, &message).await?;
                    store::message::set_rev(change.connection(), id, rev).await?;
                    publish(change, &seen, id).await
                }
                .boxed()
            })
            .await
    }
}

/// An emoji is short, visible and no plain text.
fn parse_emoji(text: &str) -> std::result::Result<String, Error> {
    let text = text.trim();
    let plain = |c: char| c.is_alphanumeric() && c.is_ascii_alphabetic() || c.is_whitespace() || c.is_control();
    if text.is_empty() || text.len() > MAX_EMOJI_BYTES || text.is_ascii() || text.chars().any(plain) {
        return Err(Error::invalid("emoji", "A reaction is an emoji."));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_an_emoji_and_nothing_else() {
        for emoji in ["👍", "❤️", "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣"] {
            assert!(parse_emoji(emoji).is_ok(), "{emoji}");
        }
        for text in ["", "yes", ":)", "<b>", "👍 👍", "a👍", "👍👍👍👍👍👍👍👍👍👍👍"] {
            assert!(parse_emoji(text).is_err(), "{text}");
        }
    }
}
