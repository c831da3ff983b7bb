//! What nobody came back for: uploads that were not gone on with, and files that were brought for a message that was never
//! sent. Both wait for a day.

use std::{sync::Weak, time::Duration};

use futures::FutureExt as _;
use protocol::Timestamp;
use tokio::{task::JoinHandle, time::sleep};

use crate::{Chat, Inner, Result, resumable::PATIENCE, store};

/// How long it takes until someone looks again.
const PAUSE: Duration = Duration::from_hours(1);

/// The task that tidies up. It ends when this is dropped.
pub(crate) struct Tidying(JoinHandle<()>);

impl Tidying {
    /// Tidies up every hour, as long as the chat is there.
    pub(crate) fn of(chat: Weak<Inner>) -> Self {
        Self(tokio::spawn(async move {
            loop {
                sleep(PAUSE).await;
                let Some(chat) = chat.upgrade().map(Chat) else { return };
                chat.tidy_up_or_log().await;
            }
        }))
    }

    pub(crate) fn stop(&self) {
        self.0.abort();
    }
}

impl Drop for Tidying {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Chat {
    /// Removes what nobody came back for within a day: uploads under way, and files for messages that were never sent.
    ///
    /// # Errors
    /// [`crate::Error::Fault`].
    pub async fn tidy_up(&self) -> Result<()> {
        let moment = Timestamp((self.0.environment.now)().0 - PATIENCE);
        let untouched = store::resumable::untouched_since(&mut *self.0.store.read().await?, moment).await?;
        for id in &untouched {
            // One that is written to right now is none of them, whatever it looked like a moment ago.
            if let Some(_turn) = self.0.turns.take(id) {
                self.forget_upload(id).await?;
            }
        }
        let unsent = self.0.store.write(move |change| {
            async move {
                let connection = change.connection();
                let (mut files, mut hashes) = (0, Vec::new());
                for id in store::attachment::unsent_before(connection, moment).await? {
                    files += 1;
                    hashes.append(&mut store::file::delete(connection, id).await?);
                }
                Ok((files, hashes))
            }
            .boxed()
        });
        let (files, hashes) = unsent.await?;
        self.sweep_detached(hashes).await;
        if files + untouched.len() > 0 {
            tracing::info!(uploads = untouched.len(), files, "removed what nobody came back for");
        }
        Ok(())
    }

    pub(crate) async fn tidy_up_or_log(&self) {
        if let Err(error) = self.tidy_up().await {
            tracing::error!(%error, "what nobody came back for could not be removed");
        }
    }
}
