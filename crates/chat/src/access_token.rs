//! Access tokens: what a person gives to a program, so that it can act for them without their password. Each stands
//! for a row of `sessions`, as a sign-in does. Of the token itself only a hash is kept.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use futures::FutureExt;
use protocol::{AccessToken, Error, MAX_TOKEN_DAYS, SessionId, Timestamp, TokenName};
use sha2::{Digest, Sha256};

use crate::{Caller, Chat, Result, hexadecimal::hexadecimal, store, store::session::Sort, token::Named};

/// What every access token begins with, so that people and secret scanners know one when they see it.
const PREFIX: &str = "confab_";
/// How many characters follow; with six bits each, 258 bits that nobody guesses.
const LENGTH: usize = 43;
/// What those characters are (base64url, RFC 4648, 5).
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The most access tokens of one person that are good at one time.
const MAX_TOKENS: i64 = 50;
/// How many tokens' rows are remembered.
const REMEMBERED: usize = 10_000;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// An access token that was just made.
#[derive(Clone, Debug)]
pub struct NewAccessToken {
    /// The token itself. It can't be shown again.
    pub token: String,
    /// What is kept of it.
    pub access_token: AccessToken,
}

impl Chat {
    /// Makes an access token that lasts for so many days, or until it is revoked.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `name` or `days`; [`Error::Conflict`] for one more than 50; [`Error::Forbidden`] for a
    /// caller who uses an access token themselves: one that leaked must not outlive its revocation in another.
    pub async fn create_access_token(&self, caller: Caller, name: &str, days: Option<i64>) -> Result<NewAccessToken> {
        let name = TokenName::parse(name)?;
        if days.is_some_and(|days| !(1..=MAX_TOKEN_DAYS).contains(&days)) {
            let sentence = format!("A token lasts for 1 to {MAX_TOKEN_DAYS} days.");
            return Err(Error::invalid("days", sentence).into());
        }
        let token = self.random_token();
        let hash = hexadecimal(&Sha256::digest(&token));
        let access_token = self
            .0
            .store
            .write(move |change| {
                async move {
                    let (now, connection) = (change.now(), change.connection());
                    let live = store::session::live(connection, caller.session_id, now).await?;
                    if live.ok_or(Error::SignedOut)?.is_access_token() {
                        return Err(Error::forbidden("An access token can’t make access tokens.").into());
                    }
                    if store::access_token::count(connection, caller.user_id, now).await? >= MAX_TOKENS {
                        let sentence = format!("You have {MAX_TOKENS} access tokens. Revoke one that you don’t need.");
                        return Err(Error::conflict(sentence).into());
                    }
                    let expires_at = days.map(|days| now.plus_seconds(days * DAY_SECONDS));
                    store::access_token::insert(connection, caller.user_id, &name, &hash, now, expires_at).await
                }
                .boxed()
            })
            .await?;
        Ok(NewAccessToken { token, access_token })
    }

    /// The caller's access tokens that are good now, newest first.
    pub async fn access_tokens(&self, caller: Caller) -> Result<Vec<AccessToken>> {
        let now = (self.0.environment.now)();
        store::access_token::list(&mut *self.0.store.read().await?, caller.user_id, now).await
    }

    /// Ends one of the caller's access tokens and closes its sockets.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such one.
    pub async fn revoke_access_token(&self, caller: Caller, id: SessionId) -> Result<()> {
        self.end(caller, id, Sort::AccessToken).await
    }

    /// What an access token stands for, if it was ever made and hasn't expired at `now`. It may have been revoked.
    pub(crate) async fn read_access_token(&self, token: &str, now: Timestamp) -> Result<Option<Named>> {
        let hash: Hash = Sha256::digest(token).into();
        let remembered = self.0.access_tokens.get(&hash);
        let named = match remembered {
            Some(named) => Some(named),
            None => store::access_token::find(&mut *self.0.store.read().await?, &hexadecimal(&hash)).await?,
        };
        let Some(named) = named else { return Ok(None) };
        if remembered.is_none() {
            self.0.access_tokens.put(hash, named);
        }
        Ok(Some(named).filter(|named| named.expires_at > now))
    }

    fn random_token(&self) -> String {
        let mut bytes = [0; LENGTH];
        (self.0.environment.random)(&mut bytes);
        let characters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte & 63)]));
        PREFIX.chars().chain(characters).collect()
    }
}

/// Whether `token` is meant to be an access token, good or not.
pub(crate) fn is_access_token(token: &str) -> bool {
    token.starts_with(PREFIX)
}

type Hash = [u8; 32];

/// Which rows tokens stand for. That never changes, so it is remembered; whether a row is still good is asked apart.
#[derive(Default)]
pub(crate) struct AccessTokens(Mutex<HashMap<Hash, Named>>);

impl AccessTokens {
    fn get(&self, hash: &Hash) -> Option<Named> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).copied()
    }

    fn put(&self, hash: Hash, named: Named) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(hash, named);
    }
}
