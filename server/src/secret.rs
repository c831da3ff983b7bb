//! The secret that sign-ins are signed with: given by a setting, or made on the first run and kept in the data folder.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use chat::Environment;

use crate::Settings;

/// What HMAC-SHA-256 can use in full.
const SECRET_BYTES: usize = 32;

/// Returns the secret; makes it in the data folder if there is none yet.
pub fn load(settings: &Settings, environment: Environment) -> io::Result<Vec<u8>> {
    if let Some(secret) = settings.given_secret() {
        if secret.len() < SECRET_BYTES {
            tracing::warn!("CONFAB_SECRET has fewer than {SECRET_BYTES} characters: whoever guesses it is everyone");
        }
        return Ok(secret.as_bytes().to_vec());
    }
    match kept(settings)? {
        Some(secret) if secret.len() == SECRET_BYTES => Ok(secret),
        Some(_) => Err(io::Error::other("its file `secret` is damaged: delete it, and everyone signs in again")),
        None => make(settings, environment),
    }
}

/// What is kept in the data folder, whatever it is.
pub fn kept(settings: &Settings) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path(settings)) {
        Ok(secret) => Ok(Some(secret)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn make(settings: &Settings, environment: Environment) -> io::Result<Vec<u8>> {
    let mut secret = vec![0; SECRET_BYTES];
    (environment.random)(&mut secret);
    keep(settings, &secret)?;
    Ok(secret)
}

/// The file appears whole or not at all, so that a crash in the middle can't leave half a secret.
pub fn keep(settings: &Settings, secret: &[u8]) -> io::Result<()> {
    let path = path(settings);
    let unfinished = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(secret)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

fn path(settings: &Settings) -> PathBuf {
    settings.data.join("secret")
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt as _, path::Path};

    use clap::Parser as _;

    use super::*;
    use crate::settings::CommandLine;

    fn settings(data: &Path, more: &[&str]) -> Settings {
        let data = data.to_str().expect("a path in UTF-8");
        let all = ["confab", "--data", data].into_iter().chain(more.iter().copied());
        CommandLine::try_parse_from(all).expect("arguments that are understood").settings
    }

    #[test]
    fn the_secret_is_made_once_and_for_the_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        let first = load(&settings(data, &[]), Environment::real()).expect("made");
        let second = load(&settings(data, &[]), Environment::real()).expect("read");
        assert_eq!(first, second);
        assert!(first.len() == SECRET_BYTES && first.iter().any(|byte| *byte != 0));
        let mode = fs::metadata(data.join("secret")).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }

    #[test]
    fn a_given_secret_wins_and_a_damaged_one_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("secret"), "short").expect("written");
        assert!(load(&settings(folder.path(), &[]), Environment::real()).is_err());
        let given = load(&settings(folder.path(), &["--secret", "given"]), Environment::real());
        assert_eq!(given.expect("given"), b"given");
    }
}
