//! How much room there is for files: for one, for all of one person's, for all of the place. A file counts for who brought
//! it, whoever else has the same bytes.

use protocol::{Error, UserId};
use sqlx::AnyConnection;

use crate::{Caller, Chat, Result, Settings, store};

/// What of the room for files is used, and how much there is. All in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// The most that one file may have.
    pub max_upload: u64,
    /// What one's own files have together.
    pub person_used: u64,
    /// The most that they may have; none where that isn't limited.
    pub person_quota: Option<u64>,
    /// What everyone's files have together.
    pub place_used: u64,
    /// The most that they may have; none where that isn't limited.
    pub place_quota: Option<u64>,
}

impl Chat {
    /// How much room there is for files of the caller's, to be said before an upload begins.
    ///
    /// # Errors
    /// [`crate::Error::Fault`].
    pub async fn storage(&self, caller: Caller) -> Result<Storage> {
        Storage::of(&mut *self.0.store.read().await?, &self.0.settings, caller.user_id).await
    }
}

impl Storage {
    pub(crate) async fn of(connection: &mut AnyConnection, settings: &Settings, id: UserId) -> Result<Self> {
        let (person, place) = store::file::used(connection, id).await?;
        let bytes = |used| u64::try_from(used).unwrap_or_default();
        Ok(Self {
            max_upload: settings.max_upload,
            person_used: bytes(person),
            person_quota: settings.quota_person,
            place_used: bytes(place),
            place_quota: settings.quota_place,
        })
    }

    /// What is left of the place's room; none where that isn't limited.
    pub fn place_left(&self) -> Option<u64> {
        self.place_quota.map(|quota| quota.saturating_sub(self.place_used))
    }

    /// Whether a file of so many bytes still fits.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a single file; [`Error::NoRoom`] for all of them.
    pub fn check(&self, size: u64) -> protocol::Result<()> {
        if size > self.max_upload {
            return Err(Error::TooLarge { limit: self.max_upload });
        }
        let beyond = |used: u64, quota: &u64| used.saturating_add(size) > *quota;
        if let Some(quota) = self.person_quota.filter(|quota| beyond(self.person_used, quota)) {
            let (quota, used) = (amount(quota), amount(self.person_used));
            let message = format!("That doesn’t fit: all your files may have {quota}, and {used} of it are used.");
            return Err(Error::NoRoom { message });
        }
        if let Some(quota) = self.place_quota.filter(|quota| beyond(self.place_used, quota)) {
            let (quota, used) = (amount(quota), amount(self.place_used));
            let message =
                format!("That doesn’t fit: everyone’s files together may have {quota}, and {used} of it are used.");
            return Err(Error::NoRoom { message });
        }
        Ok(())
    }
}

/// Bytes as people read them, never more than there are.
fn amount(bytes: u64) -> String {
    let units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)];
    let Some((name, unit)) = units.into_iter().find(|(_, unit)| bytes >= *unit) else {
        return format!("{bytes} bytes");
    };
    match (bytes / unit, bytes % unit * 10 / unit) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenth) => format!("{whole}.{tenth} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn an_amount_is_short_and_never_too_large() {
        for (bytes, written) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (1_999, "1.9 KB"),
            (100_000_000, "100 MB"),
            (99_999_999, "99.9 MB"),
            (1_050_000_000, "1 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(amount(bytes), written);
        }
    }
}
