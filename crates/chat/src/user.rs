//! People: their own account, and finding one another.

use futures::FutureExt;
use protocol::{
    Account, DisplayName, Email, Error, Event, Password, PersonChange, SessionId, Theme, Url, User, UserId, Username,
    given,
};

use crate::{
    Caller, Chat, Result,
    hub::Publication,
    member::pass_on_all,
    session::{refuse_taken, revoke_all},
    store,
    store::{Change, session::Sort},
};

/// The most people that one search returns.
const MAX_FOUND: i64 = 200;

/// Changes to one's own account. A field that is not given stays; an empty e-mail or avatar address is cleared.
#[derive(Clone, Debug, Default)]
pub struct AccountUpdate {
    /// The unique name.
    pub username: Option<String>,
    /// The name to show; empty means the user name.
    pub display_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Where one's picture lives.
    pub avatar_url: Option<String>,
    /// The colours one wants.
    pub theme: Option<Theme>,
}

impl Chat {
    /// The caller's own account.
    pub async fn account(&self, caller: Caller) -> Result<Account> {
        let account = store::user::account(&mut *self.0.store.read().await?, caller.user_id).await?;
        Ok(account.ok_or(Error::SignedOut)?)
    }

    /// Anyone of the place, also where their account is closed: what they wrote still names them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for someone unknown.
    pub async fn user(&self, _caller: Caller, id: UserId) -> Result<User> {
        let user = store::user::find(&mut *self.0.store.read().await?, id).await?;
        Ok(user.ok_or_else(|| Error::not_found("that person"))?)
    }

    /// Changes the caller's own account.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field, a taken name or address included.
    pub async fn update_account(&self, caller: Caller, update: AccountUpdate) -> Result<Account> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let current = store::user::account(change.connection(), caller.user_id).await?;
                    apply(change, current.ok_or(Error::SignedOut)?, &update).await
                }
                .boxed()
            })
            .await
    }

    /// Changes the caller's password and ends their other sign-ins. Access tokens stay: no password made them.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `current` if that is not the password, or for a new one that is too short.
    pub async fn change_password(&self, caller: Caller, current: &str, new: &str) -> Result<()> {
        self.confirm_password(caller, "current", current).await?;
        let new = Password::parse(new)?;
        let hash = self.0.passwords.hash(new.as_str().to_owned()).await?;
        let revoked = self
            .0
            .store
            .write(move |change| {
                async move {
                    store::user::set_password(change.connection(), caller.user_id, &hash).await?;
                    revoke_all(change, caller.user_id, Some(caller.session_id), Sort::SignIn).await
                }
                .boxed()
            })
            .await?;
        self.forget_sessions(&revoked);
        Ok(())
    }

    /// Closes the caller's account: their messages stay, they can't come in any more.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong password; [`Error::Conflict`] for the last administrator among others.
    pub async fn deactivate(&self, caller: Caller, password: &str) -> Result<()> {
        self.confirm_password(caller, "password", password).await?;
        let revoked = self
            .0
            .store
            .write(move |change| {
                async move {
                    refuse_last_admin(change, caller.user_id).await?;
                    close(change, caller.user_id).await
                }
                .boxed()
            })
            .await?;
        self.forget_sessions(&revoked);
        Ok(())
    }

    /// Active people whose name contains `search`, by user name; at most 200, from the start or those that follow the user
    /// name `after`.
    pub async fn users(&self, _caller: Caller, search: &str, after: Option<&str>, limit: i64) -> Result<Vec<User>> {
        let (pattern, after) = (store::containing(search), after.unwrap_or_default().to_lowercase());
        store::user::search(&mut *self.0.store.read().await?, &pattern, &after, limit.clamp(0, MAX_FOUND)).await
    }

    /// The ids of active people by their user names.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `people`, naming the one that is unknown.
    pub async fn user_ids(&self, names: &[String]) -> Result<Vec<UserId>> {
        let mut connection = self.0.store.read().await?;
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let id = store::user::by_name(&mut connection, name.trim_start_matches('@')).await?;
            ids.push(id.ok_or_else(|| Error::invalid("people", format!("There is nobody called “{}”.", name.trim())))?);
        }
        Ok(ids)
    }

    async fn confirm_password(&self, caller: Caller, field: &str, password: &str) -> Result<()> {
        self.0.attempts.count(&format!("user {}", caller.user_id), Some(&format!("user {}", caller.user_id)))?;
        let stored = store::user::password_hash(&mut *self.0.store.read().await?, caller.user_id).await?;
        // A deleted account has none.
        let stored = stored.filter(|hash| !hash.is_empty());
        if !self.0.passwords.verify(password.to_owned(), stored).await? {
            return Err(Error::invalid(field, "That isn’t your password.").into());
        }
        Ok(())
    }
}

/// Carries an update of an account out, if it changes anything.
pub(crate) async fn apply(change: &mut Change, current: Account, update: &AccountUpdate) -> Result<Account> {
    let mut account = merge(current.clone(), update)?;
    if account == current {
        return Ok(account);
    }
    let username = Username::parse(&account.user.username)?;
    let email = account.email.as_deref().map(Email::parse).transpose()?;
    refuse_taken(change, &username, email.as_ref(), Some(account.user.id)).await?;
    save(change, &current, &mut account).await?;
    Ok(account)
}

/// Closes an account and ends its sign-ins and access tokens; returns which.
pub(crate) async fn close(change: &mut Change, id: UserId) -> Result<Vec<SessionId>> {
    pass_on_all(change, id).await?;
    let (now, rev) = (change.now(), store::place::next_rev(change.connection()).await?);
    store::user::deactivate(change.connection(), id, now, rev).await?;
    let user = store::user::find(change.connection(), id).await?.ok_or(Error::SignedOut)?;
    change.publish(Publication::Place(Event::Place { rev, user }));
    revoke_all(change, id, None, Sort::Either).await
}

fn merge(mut account: Account, update: &AccountUpdate) -> Result<Account> {
    if let Some(username) = &update.username {
        let chosen = account.user.display_name != account.user.username;
        account.user.username = Username::parse(username)?.to_string();
        // Who never chose another name to show goes by the new one.
        if !chosen {
            account.user.display_name.clone_from(&account.user.username);
        }
    }
    if let Some(display_name) = &update.display_name {
        account.user.display_name = match given(Some(display_name)) {
            Some(name) => DisplayName::parse(name)?.to_string(),
            None => account.user.username.clone(),
        };
    }
    if let Some(email) = &update.email {
        account.email = given(Some(email)).map(Email::parse).transpose()?.map(|email| email.to_string());
    }
    if let Some(url) = &update.avatar_url {
        let url = given(Some(url)).map(|url| Url::parse("avatar_url", url)).transpose()?;
        account.user.avatar_url = url.map(|url| url.to_string());
    }
    account.theme = update.theme.unwrap_or(account.theme);
    Ok(account)
}

/// Writes the account; the place hears of a changed profile, the person's own devices of everything.
async fn save(change: &mut Change, before: &Account, account: &mut Account) -> Result<()> {
    if account.user != before.user {
        account.user.rev = store::place::next_rev(change.connection()).await?;
        let event = Event::Place { rev: account.user.rev, user: account.user.clone() };
        change.publish(Publication::Place(event));
    }
    let rev = store::user::next_person_rev(change.connection(), account.user.id).await?;
    store::user::update(change.connection(), account, rev).await?;
    let what = PersonChange::Account { account: Box::new(account.clone()) };
    change.publish_to_person(account.user.id, rev, what, Vec::new());
    Ok(())
}

/// Refuses to let the only administrator go while others stay.
pub(crate) async fn refuse_last_admin(change: &mut Change, id: UserId) -> Result<()> {
    let connection = change.connection();
    let admin = store::user::find(connection, id).await?.is_some_and(|user| user.admin);
    if admin && store::user::others(connection, id, false).await? && !store::user::others(connection, id, true).await? {
        let sentence = "Without its only administrator, nobody could look after the place.";
        return Err(Error::conflict(sentence).into());
    }
    Ok(())
}
