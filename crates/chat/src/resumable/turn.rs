//! Whose turn it is to write to an upload: one request's at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// The turns that are taken, by the upload's id.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<String, watch::Sender<()>>>>);

/// A turn, given back when it is dropped.
pub(crate) struct Turn {
    id: String,
    turns: Turns,
    asked: watch::Receiver<()>,
}

impl Turns {
    /// The turn, unless someone has it.
    pub(crate) fn take(&self, id: &str) -> Option<Turn> {
        let mut turns = self.lock();
        if turns.contains_key(id) {
            return None;
        }
        let (ask, asked) = watch::channel(());
        turns.insert(id.to_owned(), ask);
        Some(Turn { id: id.to_owned(), turns: self.clone(), asked })
    }

    /// The turn, after whoever has it was asked to give it up: a client that lost its connection comes again long before
    /// the server knows that the old one is dead.
    pub(crate) async fn take_over(&self, id: &str) -> Turn {
        loop {
            if let Some(turn) = self.take(id) {
                return turn;
            }
            let ask = self.lock().get(id).cloned();
            if let Some(ask) = ask {
                let _ = ask.send(());
                ask.closed().await;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Resolves when someone else asks for it.
    pub(crate) async fn is_asked_for(&mut self) {
        let _ = self.asked.changed().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_has_it_at_a_time_and_gives_it_up_when_asked() {
        let turns = Turns::default();
        let mut first = turns.take("a").expect("is free");
        assert!(turns.take("a").is_none() && turns.take("b").is_some());
        let holding = tokio::spawn(async move { first.is_asked_for().await });
        let second = turns.take_over("a").await;
        holding.await.expect("it was asked");
        assert!(turns.take("a").is_none());
        drop(second);
        assert!(turns.take("a").is_some());
    }
}
