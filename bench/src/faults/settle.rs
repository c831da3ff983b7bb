//! How a fault ends: everyone comes back, sends again what wasn't acknowledged, and hears the rest.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result, bail};
use futures::future::try_join_all;
use tokio::time::timeout;

use super::client::{Client, Heard};
use crate::socket::Place;

/// How long everyone may take to settle.
const PATIENCE: Duration = Duration::from_mins(2);

/// Connects everyone anew and waits until all that they posted is acknowledged, and each has heard as much of a room as
/// was acknowledged to anyone.
///
/// # Errors
/// When that doesn't come about in time, or what arrives is not what it should be.
pub async fn everyone(place: Place, clients: &mut [Client]) -> Result<()> {
    let draining = try_join_all(clients.iter_mut().map(|client| client.drain(place)));
    timeout(PATIENCE, draining).await.context("not everything was acknowledged in time")??;
    let mut most = BTreeMap::<i64, i64>::new();
    for (room, row) in clients.iter().flat_map(|client| &client.acknowledged) {
        let last = most.entry(*room).or_default();
        *last = row.seq.max(*last);
    }
    hear_all(place, clients, &most).await
}

/// Waits until everyone has heard so many messages of each room.
///
/// # Errors
/// As [`everyone`].
pub async fn hear_all(place: Place, clients: &mut [Client], most: &BTreeMap<i64, i64>) -> Result<()> {
    let hearing = try_join_all(clients.iter_mut().map(|client| client.catch_up(place, most)));
    timeout(PATIENCE, hearing).await.context("not everything was heard in time")??;
    Ok(())
}

impl Client {
    /// Connects anew, and sends again until all is acknowledged.
    pub async fn drain(&mut self, place: Place) -> Result<()> {
        self.connect(place).await?;
        while !self.outbox.is_empty() {
            self.attend(place).await?;
        }
        Ok(())
    }

    async fn catch_up(&mut self, place: Place, most: &BTreeMap<i64, i64>) -> Result<()> {
        while self.heard.keys().any(|room| self.rev(*room) <= most.get(room).copied().unwrap_or(0)) {
            self.attend(place).await?;
        }
        Ok(())
    }

    async fn attend(&mut self, place: Place) -> Result<()> {
        match self.hear().await? {
            Heard::Known => Ok(()),
            Heard::Reset(room) => self.fetch(place, room).await,
            other => bail!("nothing goes wrong any more, and yet: {other:?}"),
        }
    }
}
