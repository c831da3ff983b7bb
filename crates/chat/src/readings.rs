//! What many ask for is read once: after a restart a whole room comes back from the same number, and programs that don't
//! listen ask for the newest messages again and again.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use protocol::ConversationId;
use tokio::sync::OnceCell;

use crate::Result;

/// How many of one kind are kept for whoever asks next.
const KEPT: usize = 64;
/// Larger ones, in bytes, are not kept.
const SIZE_LIMIT: usize = 256 * 1024;

/// A part of a conversation, as it is at one of the conversation's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked<P> {
    pub(crate) conversation_id: ConversationId,
    pub(crate) rev: i64,
    pub(crate) part: P,
}

impl<P> Asked<P> {
    /// Whether nobody will ask for this any more, since `other` is asked for: the conversation has changed.
    fn is_outdone_by(&self, other: &Self) -> bool {
        self.conversation_id == other.conversation_id && self.rev < other.rev
    }
}

/// What someone reads, and all others wait for.
type Reading<T> = Arc<OnceCell<T>>;

/// What was read of conversations lately, by its part. Each stays true for as long as the conversation has that number. Who may
/// read it is not asked here.
pub(crate) struct Readings<P, T> {
    kept: Mutex<VecDeque<(Asked<P>, Reading<T>)>>,
    size: fn(&T) -> usize,
}

impl<P: Copy + PartialEq, T: Clone> Readings<P, T> {
    /// Keeps what isn't too large, by its `size` in bytes.
    pub(crate) fn new(size: fn(&T) -> usize) -> Self {
        Self { kept: Mutex::default(), size }
    }

    /// What was asked for: as it was read before, or as `read` does it now, for all who ask meanwhile.
    pub(crate) async fn get(&self, asked: Asked<P>, read: impl Future<Output = Result<T>>) -> Result<T> {
        let read = async {
            let value = read.await?;
            if (self.size)(&value) > SIZE_LIMIT {
                self.kept().retain(|(other, _)| *other != asked);
            }
            Ok(value)
        };
        self.reading(asked).get_or_try_init(|| read).await.cloned()
    }

    fn reading(&self, asked: Asked<P>) -> Reading<T> {
        let mut kept = self.kept();
        if let Some((_, reading)) = kept.iter().find(|(other, _)| *other == asked) {
            return reading.clone();
        }
        kept.retain(|(other, _)| !other.is_outdone_by(&asked));
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        let reading = Reading::default();
        kept.push_back((asked, reading.clone()));
        reading
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(Asked<P>, Reading<T>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Asked<i64> = Asked { conversation_id: ConversationId(1), rev: 5, part: 3 };

    fn readings() -> Readings<i64, String> {
        Readings::new(String::len)
    }

    async fn read(readings: &Readings<i64, String>, asked: Asked<i64>, text: &str) -> String {
        readings.get(asked, async { Ok(text.to_owned()) }).await.expect("is read")
    }

    #[tokio::test]
    async fn a_part_is_read_once_and_every_other_by_itself() {
        let readings = readings();
        assert_eq!(read(&readings, ASKED, "first").await, "first");
        assert_eq!(read(&readings, ASKED, "again").await, "first");
        for other in [
            Asked { conversation_id: ConversationId(2), ..ASKED },
            Asked { part: 4, ..ASKED },
            Asked { rev: 6, ..ASKED },
        ] {
            assert_eq!(read(&readings, other, "other").await, "other");
        }
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_tried_again() {
        let readings = readings();
        let refused = readings.get(ASKED, async { Err(protocol::Error::Unavailable.into()) }).await;
        assert!(refused.is_err());
        assert_eq!(read(&readings, ASKED, "again").await, "again");
    }

    #[tokio::test]
    async fn a_conversation_that_changed_leaves_nothing_of_before() {
        let readings = readings();
        let elsewhere = Asked { conversation_id: ConversationId(2), ..ASKED };
        for asked in [ASKED, Asked { part: 4, ..ASKED }, elsewhere, Asked { rev: 6, ..ASKED }] {
            read(&readings, asked, "text").await;
        }
        let kept: Vec<_> = readings.kept().iter().map(|(asked, _)| *asked).collect();
        assert_eq!(kept, [elsewhere, Asked { rev: 6, ..ASKED }]);
    }

    #[tokio::test]
    async fn neither_many_nor_large_ones_are_kept() {
        let readings = readings();
        read(&readings, ASKED, &"x".repeat(SIZE_LIMIT + 1)).await;
        assert!(readings.kept().is_empty());
        for part in (0..).take(2 * KEPT) {
            read(&readings, Asked { part, ..ASKED }, "text").await;
        }
        assert_eq!(readings.kept().len(), KEPT);
    }
}
