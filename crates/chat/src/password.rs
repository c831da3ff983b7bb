//! Password hashing: Argon2id with 19 MiB, 2 passes, 1 lane (the OWASP password storage cheat sheet's first choice).

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{Fault, Result};

/// Checked in place of an unknown user's hash, so that the answer takes as long: no password has it.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm8gb25l4oCZcyBzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How many hashes are computed at once: each takes 19 MiB and a core for tens of milliseconds.
const AT_ONCE: usize = 2;

/// Hashes and checks passwords, off the async threads.
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        self.off_thread(move || hash(&password)).await?
    }

    /// Whether `password` is the one that `stored` was made from; with no `stored`, takes as long and says no.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| DECOY.to_owned());
        let matches = self.off_thread(move || verify(&password, &stored)).await??;
        Ok(matches && known)
    }

    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| protocol::Error::Unavailable)?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        task.await.map_err(|error| Fault::Password(error.to_string()).into())
    }
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn hash(password: &str) -> Result<String> {
    let hash = argon2().hash_password(password.as_bytes()).map_err(|error| Fault::Password(error.to_string()))?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> Result<bool> {
    let stored = PasswordHash::new(stored).map_err(|error| Fault::Stored(format!("password hash: {error}")))?;
    Ok(argon2().verify_password(password.as_bytes(), &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashing_is_argon2id_with_the_recommended_cost() {
        let stored = hash("correct horse").expect("hashes");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse", &stored).expect("verifies"));
        assert!(!verify("battery staple", &stored).expect("verifies"));
        assert!(!verify("", DECOY).expect("the decoy is a hash like any other"));
    }
}
