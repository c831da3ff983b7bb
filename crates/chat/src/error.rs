//! Two kinds of error: refusals, which a person reads, and faults, which an operator reads.

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for something that can't be; they are told why.
    #[error(transparent)]
    Refusal(#[from] protocol::Error),
    /// We failed; the operator is told why.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What went wrong on our side.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A password could not be hashed.
    #[error("password hashing: {0}")]
    Password(String),
    /// A token could not be signed.
    #[error("token: {0}")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// The uploads failed.
    #[error("uploads: {0}")]
    Uploads(#[from] object_store::Error),
    /// The folder of the uploads can't be used.
    #[error("the folder of the uploads, {0:?}: {1}")]
    UploadsFolder(std::path::PathBuf, std::io::Error),
    /// The bucket of the uploads can't be used: which, and why.
    #[error("the bucket of the uploads, {0}: {1}")]
    UploadsBucket(String, String),
    /// What is under way could not be written or read.
    #[error("uploads under way: {0}")]
    Staging(std::io::Error),
    /// The virus scanner can't be reached or doesn't answer.
    #[error("the virus scanner: {0}")]
    Scan(String),
    /// Files could not be packed together.
    #[error("packing: {0}")]
    Packing(String),
    /// A backup can't be made or restored; the sentence says why.
    #[error("{0}")]
    Backup(String),
    /// A stored row can't be understood.
    #[error("stored data: {0}")]
    Stored(String),
    /// The writer gave up the group of changes that this one was in.
    #[error("the group of changes was rolled back: {0}")]
    RolledBack(String),
    /// Code of ours panicked.
    #[error("panic in the writer")]
    Panic,
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// PostgreSQL's code for a text that it can't keep (`character_not_in_repertoire`): ours are all UTF-8, so there is a NUL in it.
const HAS_NUL: &str = "22021";

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if database.code().as_deref() == Some(HAS_NUL) => {
                protocol::Error::invalid("text", "Text can’t contain the NUL character.").into()
            }
            _ => Self::Fault(error.into()),
        }
    }
}

impl Error {
    /// What the caller is told. A fault is logged here, once, under the request's id; the caller learns only the id.
    pub fn report(self, request_id: &str) -> protocol::Error {
        match self {
            Self::Refusal(refusal) => refusal,
            Self::Fault(fault) => {
                tracing::error!(request_id, %fault, "fault");
                if fault.is_passing() {
                    return protocol::Error::Unavailable;
                }
                protocol::Error::Fault { request_id: request_id.to_owned() }
            }
        }
    }
}

impl Fault {
    /// Whether the same may succeed later, once the operator has seen to it, without a change to what was asked.
    fn is_passing(&self) -> bool {
        match self {
            // It will be started again, or have an end of its queue; nothing was kept of what was rolled back; and what can't be
            // staged meets a disk that is read-only or fails, to which the database's answer is the same.
            Self::Scan(_) | Self::RolledBack(_) | Self::Staging(_) => true,
            Self::Database(sqlx::Error::Database(error)) => error.code().is_some_and(|code| is_of_the_disk(&code)),
            _ => false,
        }
    }
}

/// Whether a database says that its disk takes no writes, fails or is full. SQLite numbers its errors, with what they are in
/// the lowest byte; PostgreSQL's codes have five characters.
fn is_of_the_disk(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 8 | 10 | 13),
        _ => code.starts_with("53"),
    }
}

/// Turns a broken unique constraint into a sentence: `insert.await.on_conflict(|| Error::invalid(…))`.
pub(crate) trait OnConflict<T> {
    fn on_conflict(self, refusal: impl FnOnce() -> protocol::Error) -> Result<T>;
}

impl<T> OnConflict<T> for std::result::Result<T, sqlx::Error> {
    fn on_conflict(self, refusal: impl FnOnce() -> protocol::Error) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => refusal().into(),
            _ => error.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use crate::staging::failed;

    #[test]
    fn a_disk_that_takes_no_upload_asks_to_come_back_later() {
        for error in [io::Error::from_raw_os_error(5), io::ErrorKind::ReadOnlyFilesystem.into()] {
            assert_eq!(failed(error).report("7f"), protocol::Error::Unavailable);
        }
    }
}
