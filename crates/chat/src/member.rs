//! Belonging: joining, adding, leaving, removing, roles. Every change of a membership is a change of its conversation
//! (the others learn of it) and of its person (their devices learn of it), and the hub follows it at once.

use futures::FutureExt;
use protocol::{
    Action, Conversation, ConversationChange, ConversationId, Entry, Error, Event, Kind, Member, PersonChange, Role,
    User, UserId,
};

use crate::{
    Caller, Chat, Result,
    hub::Publication,
    permission::{check, refuse_outsiders, require, see},
    store,
    store::{Change, conversation::Seen},
};

/// The most members that one listing returns.
const MAX_LISTED: i64 = 500;
/// The most people in a group chat; more than that is a room.
pub(crate) const MAX_GROUP: usize = 50;

impl Chat {
    /// Members of a conversation whose name contains `search`: owners first, then admins, then by name.
    pub async fn members(
        &self,
        caller: Caller,
        id: ConversationId,
        search: &str,
        limit: i64,
    ) -> Result<Vec<(Member, User)>> {
        let mut connection = self.0.store.read().await?;
        require(&mut connection, caller, id, Action::Read).await?;
        store::member::list(&mut connection, id, &store::containing(search), limit.clamp(0, MAX_LISTED)).await
    }

    /// Everyone who is in a conversation, by id.
    pub async fn people(&self, caller: Caller, id: ConversationId) -> Result<Vec<User>> {
        let mut connection = self.0.store.read().await?;
        require(&mut connection, caller, id, Action::Read).await?;
        store::user::members(&mut connection, id).await
    }

    /// Members of a conversation whose name contains `search` and whose id lies beyond `after`, by id; at most 500.
    pub async fn members_after(
        &self,
        caller: Caller,
        id: ConversationId,
        search: &str,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<(Member, User)>> {
        let mut connection = self.0.store.read().await?;
        require(&mut connection, caller, id, Action::Read).await?;
        let (pattern, limit) = (store::containing(search), limit.clamp(0, MAX_LISTED));
        store::member::list_after(&mut connection, id, &pattern, after, limit).await
    }

    /// Makes the caller a member of an open room. One who is a member already stays one.
    pub async fn join(&self, caller: Caller, id: ConversationId) -> Result<Entry> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let seen = see(change.connection(), caller, id).await?;
                    if seen.standing.role.is_none() {
                        check(&seen, Action::Join)?;
                        admit(change, id, &seen.person, Role::Member).await?;
                    }
                    own_entry(change, id, caller.user_id).await
                }
                .boxed()
            })
            .await
    }

    /// Ends the caller's membership. Where the last owner goes, the longest-standing of the highest role follows. Who
    /// leaves a project leaves its further conversations as well.
    pub async fn leave(&self, caller: Caller, id: ConversationId) -> Result<()> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let seen = require(change.connection(), caller, id, Action::Leave).await?;
                    let Seen { conversation, standing, person, .. } = seen;
                    depart(change, &conversation, &person, standing.role).await
                }
                .boxed()
            })
            .await
    }

    /// Makes people members. Those who are members already stay so.
    ///
    /// # Errors
    /// [`Error::Invalid`] for someone unknown or deactivated, or from outside the group's project, or a group that would get
    /// too large.
    pub async fn add_members(&self, caller: Caller, id: ConversationId, people: &[UserId]) -> Result<()> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        self.0
            .store
            .write(move |change| {
                async move {
                    let seen = require(change.connection(), caller, id, Action::AddMember).await?;
                    let group = seen.conversation.kind == Kind::Group;
                    let present = &seen.conversation.people;
                    people.retain(|id| !present.contains(id));
                    if group && present.len() + people.len() > MAX_GROUP {
                        return Err(too_many().into());
                    }
                    if let (true, Some(project_id)) = (group, seen.conversation.project_id) {
                        refuse_outsiders(change.connection(), project_id, &people).await?;
                    }
                    admit_all(change, id, &people).await
                }
                .boxed()
            })
            .await
    }

    /// Ends somebody else's membership. Who isn't an owner can't remove one.
    pub async fn remove_member(&self, caller: Caller, id: ConversationId, user_id: UserId) -> Result<()> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let seen = require(change.connection(), caller, id, Action::RemoveMember).await?;
                    let member = current(change, id, user_id).await?;
                    if member.role == Role::Owner && seen.standing.role != Some(Role::Owner) {
                        return Err(Error::forbidden("Only an owner can remove an owner.").into());
                    }
                    let user = active(change, user_id, false).await?;
                    depart(change, &seen.conversation, &user, Some(member.role)).await
                }
                .boxed()
            })
            .await
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// [`Error::Conflict`] where no owner would be left.
    pub async fn set_role(&self, caller: Caller, id: ConversationId, user_id: UserId, role: Role) -> Result<()> {
        self.0
            .store
            .write(move |change| {
                async move {
                    require(change.connection(), caller, id, Action::ChangeRole).await?;
                    let mut member = current(change, id, user_id).await?;
                    if member.role == role {
                        return Ok(());
                    }
                    if member.role == Role::Owner && !has_other_owner(change, id, user_id).await? {
                        return Err(Error::conflict("Name another owner first.").into());
                    }
                    member.role = role;
                    let user = active(change, user_id, false).await?;
                    save(change, &member, &user, 0).await
                }
                .boxed()
            })
            .await
    }
}

pub(crate) fn too_many() -> Error {
    Error::invalid("people", format!("A group chat has at most {MAX_GROUP} people. Make a room instead."))
}

/// People without `one`, each once.
pub(crate) fn others(mut people: Vec<UserId>, one: UserId) -> Vec<UserId> {
    people.retain(|id| *id != one);
    people.sort_unstable();
    people.dedup();
    people
}

/// Makes people members.
pub(crate) async fn admit_all(change: &mut Change, id: ConversationId, people: &[UserId]) -> Result<()> {
    for user_id in people {
        let member = store::member::find(change.connection(), id, *user_id).await?;
        if member.is_none_or(|member| member.left_at.is_some()) {
            let user = active(change, *user_id, true).await?;
            admit(change, id, &user, Role::Member).await?;
        }
    }
    Ok(())
}

/// Makes someone a member who isn't one. All that was said before counts as read.
pub(crate) async fn admit(change: &mut Change, id: ConversationId, user: &User, role: Role) -> Result<()> {
    let member = Member { conversation_id: id, user_id: user.id, role, joined_at: change.now(), left_at: None };
    save(change, &member, user, 1).await
}

/// Ends a membership, and with one in a project those in its further conversations: they are for its members alone.
async fn depart(change: &mut Change, conversation: &Conversation, user: &User, role: Option<Role>) -> Result<()> {
    if let (Kind::Project, Some(project_id)) = (conversation.kind, conversation.project_id) {
        for (id, role) in store::member::groups_of_project(change.connection(), project_id, user.id).await? {
            pass_on_ownership(change, id, user.id, Some(role)).await?;
            expel(change, id, user).await?;
        }
    }
    pass_on_ownership(change, conversation.id, user.id, role).await?;
    expel(change, conversation.id, user).await
}

/// Ends a membership: its person's sockets hear nothing more from here on.
async fn expel(change: &mut Change, id: ConversationId, user: &User) -> Result<()> {
    let mut member = current(change, id, user.id).await?;
    member.left_at = Some(change.now());
    save(change, &member, user, -1).await
}

/// Writes a membership and tells both sides. `more` is by how much the conversation's members become more.
async fn save(change: &mut Change, member: &Member, user: &User, more: i64) -> Result<()> {
    let (id, user_id) = (member.conversation_id, member.user_id);
    let (rev, member_count) = store::conversation::next_member(change.connection(), id, more).await?;
    let person_rev = store::user::next_person_rev(change.connection(), user_id).await?;
    let read_seq = if more > 0 { store::conversation::find(change.connection(), id).await?.last_seq } else { 0 };
    store::member::save(change.connection(), member, read_seq, rev, person_rev).await?;

    if more < 0 {
        change.publish(Publication::Expel(user_id, id));
    }
    let what = ConversationChange::Member { member: member.clone(), member_count };
    let event = Event::Conversation { conversation_id: id, rev, change: what, users: vec![user.clone()] };
    change.publish(Publication::Conversation(id, event));
    let entry = store::entry::find(change.connection(), id, user_id).await?;
    let (what, users) = match entry {
        Some(entry) => {
            let users = people(change, &entry).await?;
            (PersonChange::Entry { entry: Box::new(entry) }, users)
        }
        None => (PersonChange::Gone { conversation_id: id }, Vec::new()),
    };
    change.publish_to_person(user_id, person_rev, what, users);
    if more > 0 {
        change.publish(Publication::Admit(user_id, id));
    }
    Ok(())
}

async fn people(change: &mut Change, entry: &Entry) -> Result<Vec<User>> {
    if entry.conversation.kind.is_personal() {
        store::user::members(change.connection(), entry.conversation.id).await
    } else {
        Ok(Vec::new())
    }
}

/// The conversation as it stands in the person's sidebar now.
pub(crate) async fn own_entry(change: &mut Change, id: ConversationId, user_id: UserId) -> Result<Entry> {
    let entry = store::entry::find(change.connection(), id, user_id).await?;
    Ok(entry.ok_or_else(|| Error::not_found("that conversation"))?)
}

async fn current(change: &mut Change, id: ConversationId, user_id: UserId) -> Result<Member> {
    let member = store::member::find(change.connection(), id, user_id).await?;
    let member = member.filter(|member| member.left_at.is_none());
    Ok(member.ok_or_else(|| Error::not_found("that member"))?)
}

/// The person of that id; with `able`, only one who can come in.
pub(crate) async fn active(change: &mut Change, user_id: UserId, able: bool) -> Result<User> {
    let user = store::user::find(change.connection(), user_id).await?;
    let user = user.filter(|user| !(able && user.deactivated));
    Ok(user.ok_or_else(|| Error::invalid("people", "There is nobody of that name."))?)
}

async fn has_other_owner(change: &mut Change, id: ConversationId, user_id: UserId) -> Result<bool> {
    let heir = store::member::heir(change.connection(), id, user_id).await?;
    Ok(heir.is_some_and(|heir| heir.role == Role::Owner))
}

/// Before someone's account is closed: what they own alone gets another owner, where there is anyone left.
pub(crate) async fn pass_on_all(change: &mut Change, leaving: UserId) -> Result<()> {
    for id in store::member::owned(change.connection(), leaving).await? {
        pass_on_ownership(change, id, leaving, Some(Role::Owner)).await?;
    }
    Ok(())
}

async fn pass_on_ownership(change: &mut Change, id: ConversationId, leaving: UserId, role: Option<Role>) -> Result<()> {
    if role != Some(Role::Owner) {
        return Ok(());
    }
    let Some(mut heir) = store::member::heir(change.connection(), id, leaving).await? else { return Ok(()) };
    if heir.role != Role::Owner {
        heir.role = Role::Owner;
        let user = active(change, heir.user_id, false).await?;
        save(change, &heir, &user, 0).await?;
    }
    Ok(())
}
