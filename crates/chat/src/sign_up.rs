//! Getting an account.

use futures::FutureExt;
use protocol::{Account, DisplayName, Email, Error, Event, Password, Role, Timestamp, Url, User, Username, given};

use crate::{
    Chat, Device, Result, SignedIn,
    hub::Publication,
    member,
    session::{begin, refuse_taken},
    store,
    store::Change,
};

/// What someone types to get an account.
#[derive(Clone, Debug, Default)]
pub struct SignUp {
    /// The unique name.
    pub username: String,
    /// The password.
    pub password: String,
    /// The name to show; the user name where none is given.
    pub display_name: Option<String>,
    /// An e-mail address, unique if given.
    pub email: Option<String>,
    /// Where a picture lives.
    pub avatar_url: Option<String>,
}

/// What someone typed, found to be fit for an account.
struct Applicant {
    username: Username,
    display_name: String,
    email: Option<Email>,
    avatar_url: Option<String>,
    password_hash: String,
}

impl Chat {
    /// Makes an account, puts it into the public chat and signs it in. The first one administers the place.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field, a taken name or address included; [`Error::TooMany`].
    pub async fn sign_up(&self, form: SignUp, device: Device) -> Result<SignedIn> {
        let applicant = self.examine(&form, &device).await?;
        let chat = self.clone();
        self.0
            .store
            .write(move |change| {
                async move {
                    let user = applicant.enrol(change, &chat).await?;
                    begin(change, &chat, user, &device).await
                }
                .boxed()
            })
            .await
    }

    /// Makes an account as [`Chat::sign_up`] does, but signs nobody in.
    ///
    /// # Errors
    /// As for [`Chat::sign_up`].
    pub async fn register(&self, form: SignUp, device: &Device) -> Result<Account> {
        let applicant = self.examine(&form, device).await?;
        let chat = self.clone();
        self.0
            .store
            .write(move |change| {
                async move {
                    let user = applicant.enrol(change, &chat).await?;
                    let account = store::user::account(change.connection(), user.id).await?;
                    Ok(account.ok_or(Error::SignedOut)?)
                }
                .boxed()
            })
            .await
    }

    async fn examine(&self, form: &SignUp, device: &Device) -> Result<Applicant> {
        self.0.attempts.count(&device.address, None)?;
        let username = Username::parse(&form.username)?;
        let password = Password::parse(&form.password)?;
        let display_name = given(form.display_name.as_deref())
            .map_or(Ok(username.to_string()), |name| DisplayName::parse(name).map(|name| name.to_string()))?;
        let email = given(form.email.as_deref()).map(Email::parse).transpose()?;
        let avatar = given(form.avatar_url.as_deref()).map(|url| Url::parse("avatar_url", url)).transpose()?;
        let password_hash = self.0.passwords.hash(password.as_str().to_owned()).await?;
        Ok(Applicant { username, display_name, email, avatar_url: avatar.map(|url| url.to_string()), password_hash })
    }
}

impl Applicant {
    async fn enrol(self, change: &mut Change, chat: &Chat) -> Result<User> {
        refuse_taken(change, &self.username, self.email.as_ref(), None).await?;
        let Self { username, display_name, email, avatar_url, password_hash } = self;
        admit_to_place(change, chat, |admin, rev, created_at| store::user::NewUser {
            username,
            display_name,
            email,
            avatar_url,
            password_hash,
            admin,
            created_at,
            rev,
        })
        .await
    }
}

/// Writes a new account and makes it a member of the public chat.
pub(crate) async fn admit_to_place(
    change: &mut Change,
    chat: &Chat,
    new: impl FnOnce(bool, i64, Timestamp) -> store::user::NewUser,
) -> Result<User> {
    let now = change.now();
    let admin = store::user::none_yet(change.connection()).await?;
    let rev = store::place::next_rev(change.connection()).await?;
    let id = store::user::insert(change.connection(), &new(admin, rev, now)).await?;
    let user = store::user::find(change.connection(), id).await?.ok_or(Error::SignedOut)?;
    change.publish(Publication::Place(Event::Place { rev, user: user.clone() }));
    member::admit(change, chat.public_id(), &user, Role::Member).await?;
    Ok(user)
}
