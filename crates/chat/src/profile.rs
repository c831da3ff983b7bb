//! Accounts by their id: looking at them, and, for those who may, changing and deleting them.

use futures::FutureExt;
use protocol::{Account, Error, User, UserId};

use crate::{
    AccountUpdate, Caller, Chat, Result, store,
    store::Change,
    user::{apply, close, refuse_last_admin},
};

/// The most people that one page of them holds.
const MAX_LISTED: i64 = 200;

/// A person, with what a signed-in caller may know beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What everyone may see.
    pub user: User,
    /// Their e-mail address; none for a caller who isn't signed in, unless the place is opened so.
    pub email: Option<String>,
}

impl Chat {
    /// Someone with an open account.
    ///
    /// # Errors
    /// [`Error::NotFound`] for someone unknown or deactivated.
    pub async fn profile(&self, caller: Option<Caller>, id: UserId) -> Result<Profile> {
        let account = store::user::account(&mut *self.0.store.read().await?, id).await?;
        let account = account.filter(|account| !account.user.deactivated);
        Ok(self.shown(caller, account.ok_or_else(unknown)?))
    }

    /// People with an open account whose id lies beyond `after`, by id; at most 200.
    pub async fn profiles(&self, caller: Option<Caller>, after: UserId, limit: i64) -> Result<Vec<Profile>> {
        let limit = limit.clamp(0, MAX_LISTED);
        let accounts = store::profile::accounts(&mut *self.0.store.read().await?, after, limit).await?;
        Ok(accounts.into_iter().map(|account| self.shown(caller, account)).collect())
    }

    /// Changes an account: one's own, as an administrator of the place anyone's, and where the place is opened so, as
    /// anyone at all.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field; [`Error::SignedOut`], [`Error::NotFound`] and [`Error::Forbidden`].
    pub async fn update_user(&self, caller: Option<Caller>, id: UserId, update: AccountUpdate) -> Result<Account> {
        let open = self.0.settings.open_user_api;
        self.0
            .store
            .write(move |change| {
                async move {
                    let account = require(change, open, caller, id).await?;
                    apply(change, account, &update).await
                }
                .boxed()
            })
            .await
    }

    /// Closes an account and removes who it was: name, address and picture. What they wrote stays, as written by a
    /// deleted user; their name is free again. Whoever may change an account may delete it.
    ///
    /// # Errors
    /// [`Error::Conflict`] for the last administrator among others, and as for [`Chat::update_user`].
    pub async fn delete_user(&self, caller: Option<Caller>, id: UserId) -> Result<()> {
        let open = self.0.settings.open_user_api;
        let revoked = self
            .0
            .store
            .write(move |change| {
                async move {
                    require(change, open, caller, id).await?;
                    refuse_last_admin(change, id).await?;
                    store::profile::scrub(change.connection(), id).await?;
                    close(change, id).await
                }
                .boxed()
            })
            .await?;
        self.forget_sessions(&revoked);
        Ok(())
    }

    fn shown(&self, caller: Option<Caller>, account: Account) -> Profile {
        let trusted = caller.is_some() || self.0.settings.open_user_api;
        Profile { user: account.user, email: account.email.filter(|_| trusted) }
    }
}

/// The account of `id`, for a caller who may change it. Anyone may know whether there is one.
async fn require(change: &mut Change, open: bool, caller: Option<Caller>, id: UserId) -> Result<Account> {
    if !open && caller.is_none() {
        return Err(Error::SignedOut.into());
    }
    let account = store::user::account(change.connection(), id).await?;
    let account = account.filter(|account| !account.user.deactivated).ok_or_else(unknown)?;
    match caller {
        _ if open => Ok(account),
        Some(caller) if caller.user_id == id || is_admin(change, caller).await? => Ok(account),
        _ => Err(Error::forbidden("You can change only your own account.").into()),
    }
}

async fn is_admin(change: &mut Change, caller: Caller) -> Result<bool> {
    let user = store::user::find(change.connection(), caller.user_id).await?;
    Ok(user.is_some_and(|user| user.admin && !user.deactivated))
}

fn unknown() -> Error {
    Error::not_found("that person")
}
