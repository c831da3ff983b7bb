//! Coming in and going: sign-in, and the sign-ins that stand behind every token and cookie.

use futures::FutureExt;
use protocol::{Email, Error, Session, SessionId, Timestamp, User, UserId, Username};

use crate::{
    Caller, Chat, Device, Result,
    access_token::is_access_token,
    hub::Publication,
    session_cache::Known,
    store,
    store::{Change, session::Sort},
};

/// How exact "last seen" is, so that reading doesn't become writing.
const SEEN_EVERY_MS: i64 = 60_000;

/// Someone who has just signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The token to come back with.
    pub token: String,
    /// When it expires unless renewed.
    pub expires_at: Timestamp,
    /// What the token stands for.
    pub caller: Caller,
    /// Who they are.
    pub user: User,
}

/// A good token.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated {
    /// What it stands for.
    pub caller: Caller,
    /// When it expires unless renewed.
    pub expires_at: Timestamp,
}

impl Chat {
    /// Signs someone in by user name or e-mail address.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], the same and as late for an unknown name; [`Error::TooMany`].
    pub async fn sign_in(&self, login: &str, password: &str, device: Device) -> Result<SignedIn> {
        self.0.attempts.count(&device.address, Some(login.trim()))?;
        let key = login.trim().to_lowercase();
        let found = store::user::credentials(&mut *self.0.store.read().await?, &key).await?;
        let found = found.filter(|account| account.deactivated_at.is_none());
        let stored = found.as_ref().map(|account| account.password_hash.clone());
        let matches = self.0.passwords.verify(password.to_owned(), stored).await?;
        let account = found.filter(|_| matches).ok_or(Error::WrongPassword)?;

        let chat = self.clone();
        self.0
            .store
            .write(move |change| {
                async move {
                    let user = store::user::find(change.connection(), UserId(account.id)).await?;
                    // It may have been deactivated while its password was being checked.
                    let user = user.filter(|user| !user.deactivated).ok_or(Error::WrongPassword)?;
                    begin(change, &chat, user, &device).await
                }
                .boxed()
            })
            .await
    }

    /// Whom a token stands for, that of a sign-in or an access token.
    ///
    /// # Errors
    /// [`Error::SignedOut`] if it is forged, expired or revoked.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated> {
        let now = (self.0.environment.now)();
        let named = if is_access_token(token) {
            self.read_access_token(token, now).await?
        } else {
            self.0.tokens.read(token, now)
        };
        let named = named.ok_or(Error::SignedOut)?;
        let caller = Caller { user_id: named.user_id, session_id: named.session_id };
        let known = match self.0.sessions.get(caller.session_id, now) {
            Some(known) => known,
            None => self.look_up(caller.session_id, now).await?,
        };
        if known.user_id != caller.user_id {
            return Err(Error::SignedOut.into());
        }
        if now.0 - known.seen_at.0 >= SEEN_EVERY_MS {
            self.0.sessions.note_seen(caller.session_id, now);
            self.note_seen(caller.session_id).await?;
        }
        Ok(Authenticated { caller, expires_at: named.expires_at })
    }

    /// Lets a sign-in last longer; returns a new token and when that expires.
    ///
    /// # Errors
    /// [`Error::SignedOut`] if it has ended meanwhile, or is an access token: those last as long as they were made for.
    pub async fn renew(&self, caller: Caller) -> Result<(String, Timestamp)> {
        let chat = self.clone();
        self.0
            .store
            .write(move |change| {
                async move {
                    let now = change.now();
                    let live = store::session::live(change.connection(), caller.session_id, now).await?;
                    live.filter(|live| !live.is_access_token()).ok_or(Error::SignedOut)?;
                    let expires_at = chat.expiry(now);
                    store::session::touch(change.connection(), caller.session_id, now, expires_at).await?;
                    Ok((chat.token(caller, now, expires_at)?, expires_at))
                }
                .boxed()
            })
            .await
    }

    /// Ends the sign-in or the access token that the caller uses, and closes its sockets.
    pub async fn sign_out(&self, caller: Caller) -> Result<()> {
        self.end(caller, caller.session_id, Sort::Either).await
    }

    /// The caller's sign-ins that are good now, last used first.
    pub async fn sessions(&self, caller: Caller) -> Result<Vec<Session>> {
        let now = (self.0.environment.now)();
        store::session::list(&mut *self.0.store.read().await?, caller.user_id, caller.session_id, now).await
    }

    /// Ends one of the caller's sign-ins and closes its sockets.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such one.
    pub async fn revoke_session(&self, caller: Caller, id: SessionId) -> Result<()> {
        self.end(caller, id, Sort::SignIn).await
    }

    /// Ends all of the caller's sign-ins but the one they use. Access tokens stay.
    pub async fn revoke_other_sessions(&self, caller: Caller) -> Result<()> {
        let revoked = self
            .0
            .store
            .write(move |change| revoke_all(change, caller.user_id, Some(caller.session_id), Sort::SignIn).boxed())
            .await?;
        self.0.sessions.forget(&revoked);
        Ok(())
    }

    /// Ends one of the caller's sign-ins or access tokens, and closes its sockets.
    pub(crate) async fn end(&self, caller: Caller, id: SessionId, sort: Sort) -> Result<()> {
        let revoked = self
            .0
            .store
            .write(move |change| {
                async move {
                    let now = change.now();
                    if !store::session::revoke(change.connection(), caller.user_id, id, sort, now).await? {
                        let token = sort == Sort::AccessToken;
                        return Err(Error::not_found(if token { "that token" } else { "that sign-in" }).into());
                    }
                    change.publish(Publication::SignedOut(vec![id]));
                    Ok(vec![id])
                }
                .boxed()
            })
            .await?;
        self.0.sessions.forget(&revoked);
        Ok(())
    }

    pub(crate) fn forget_sessions(&self, ids: &[SessionId]) {
        self.0.sessions.forget(ids);
    }

    async fn look_up(&self, id: SessionId, now: Timestamp) -> Result<Known> {
        let forgotten = self.0.sessions.forgotten();
        let live = store::session::live(&mut *self.0.store.read().await?, id, now).await?.ok_or(Error::SignedOut)?;
        let known = Known { user_id: UserId(live.user_id), checked_at: now, seen_at: Timestamp(live.last_seen_at) };
        self.0.sessions.put(id, known, forgotten);
        Ok(known)
    }

    async fn note_seen(&self, id: SessionId) -> Result<()> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let now = change.now();
                    if let Some(live) = store::session::live(change.connection(), id, now).await? {
                        let expires_at = Timestamp(live.expires_at);
                        store::session::touch(change.connection(), id, now, expires_at).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    fn expiry(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.0.settings.token_ttl_seconds)
    }

    fn token(&self, caller: Caller, now: Timestamp, expires_at: Timestamp) -> Result<String> {
        let mut nonce = [0; 8];
        (self.0.environment.random)(&mut nonce);
        self.0.tokens.issue(caller.user_id, caller.session_id, now, expires_at, nonce)
    }
}

/// Refuses a user name or e-mail address that belongs to someone else.
pub(crate) async fn refuse_taken(
    change: &mut Change,
    username: &Username,
    email: Option<&Email>,
    except: Option<UserId>,
) -> Result<()> {
    let email_key = email.map(Email::key);
    let taken = store::user::is_taken(change.connection(), &username.key(), email_key.as_deref(), except).await?;
    match taken {
        Some(field @ "username") => Err(Error::invalid(field, "That user name is taken.").into()),
        Some(field) => Err(Error::invalid(field, "That e-mail address is in use.").into()),
        None => Ok(()),
    }
}

/// Ends sign-ins or access tokens of a person, except one; returns which.
pub(crate) async fn revoke_all(
    change: &mut Change,
    user_id: UserId,
    except: Option<SessionId>,
    sort: Sort,
) -> Result<Vec<SessionId>> {
    let now = change.now();
    let revoked = store::session::revoke_all(change.connection(), user_id, except, sort, now).await?;
    change.publish(Publication::SignedOut(revoked.clone()));
    Ok(revoked)
}

/// Begins a sign-in.
pub(crate) async fn begin(change: &mut Change, chat: &Chat, user: User, device: &Device) -> Result<SignedIn> {
    let now = change.now();
    let expires_at = chat.expiry(now);
    let session_id = store::session::insert(change.connection(), user.id, device, now, expires_at).await?;
    let caller = Caller { user_id: user.id, session_id };
    Ok(SignedIn { token: chat.token(caller, now, expires_at)?, expires_at, caller, user })
}
