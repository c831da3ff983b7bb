//! What many lack is read once: after a restart a whole room comes back from the same number.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use protocol::ConversationId;
use tokio::sync::OnceCell;

use crate::Result;

/// How many are kept for whoever asks next.
const KEPT: usize = 64;
/// Longer ones, in bytes, are not kept.
const LENGTH_LIMIT: usize = 256 * 1024;

/// What lies between two numbers of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) conversation_id: ConversationId,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

/// A frame that someone reads, and all others wait for.
type Reading = Arc<OnceCell<Arc<str>>>;

/// The catch-ups of conversations that were read lately, as frames. Each stays true for as long as the conversation's number
/// is that at its end, and nobody asks for it later.
#[derive(Default)]
pub(crate) struct CatchUps(Mutex<VecDeque<(Stretch, Reading)>>);

impl CatchUps {
    /// The frame of that stretch: as it was read before, or as `read` does it now, for all who ask meanwhile.
    pub(crate) async fn frame(
        &self,
        stretch: Stretch,
        read: impl Future<Output = Result<Arc<str>>>,
    ) -> Result<Arc<str>> {
        let reading = self.reading(stretch);
        let frame = reading.get_or_try_init(|| read).await?;
        if frame.len() > LENGTH_LIMIT {
            self.kept().retain(|(other, _)| *other != stretch);
        }
        Ok(frame.clone())
    }

    fn reading(&self, stretch: Stretch) -> Reading {
        let mut kept = self.kept();
        if let Some((_, reading)) = kept.iter().find(|(other, _)| *other == stretch) {
            return reading.clone();
        }
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        let reading = Reading::default();
        kept.push_back((stretch, reading.clone()));
        reading
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(Stretch, Reading)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRETCH: Stretch = Stretch { conversation_id: ConversationId(1), from: 3, to: 5 };

    async fn read(catch_ups: &CatchUps, stretch: Stretch, text: &str) -> Arc<str> {
        catch_ups.frame(stretch, async { Ok(text.into()) }).await.expect("is read")
    }

    #[tokio::test]
    async fn a_stretch_is_read_once_and_every_other_by_itself() {
        let catch_ups = CatchUps::default();
        assert_eq!(&*read(&catch_ups, STRETCH, "first").await, "first");
        assert_eq!(&*read(&catch_ups, STRETCH, "again").await, "first");
        for other in [
            Stretch { conversation_id: ConversationId(2), ..STRETCH },
            Stretch { from: 4, ..STRETCH },
            Stretch { to: 6, ..STRETCH },
        ] {
            assert_eq!(&*read(&catch_ups, other, "other").await, "other");
        }
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_tried_again() {
        let catch_ups = CatchUps::default();
        let refused = catch_ups.frame(STRETCH, async { Err(protocol::Error::Unavailable.into()) }).await;
        assert!(refused.is_err());
        assert_eq!(&*read(&catch_ups, STRETCH, "again").await, "again");
    }

    #[tokio::test]
    async fn neither_many_nor_long_ones_are_kept() {
        let catch_ups = CatchUps::default();
        read(&catch_ups, STRETCH, &"x".repeat(LENGTH_LIMIT + 1)).await;
        assert!(catch_ups.kept().is_empty());
        for to in (0..).take(2 * KEPT) {
            read(&catch_ups, Stretch { to, ..STRETCH }, "frame").await;
        }
        assert_eq!(catch_ups.kept().len(), KEPT);
    }
}
