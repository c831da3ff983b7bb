//! Who is in it: find them, add some, change what they may do, let them go.

use leptos::prelude::*;
use protocol::{Action, Kind, Member, Role, User, UserId};

use super::Details;
use crate::components::avatar::Avatar;
use crate::components::form::{Confirm, Field, SearchBox};
use crate::components::icon::{Glyph, Icon};
use crate::pages::people::PersonName;
use crate::pages::sheet::{Empty, counted};

/// How many members are listed; the search finds the others.
pub const MEMBERS_SHOWN: i64 = 200;
/// With fewer members than this, a search would only be in the way.
const WORTH_SEARCHING: i64 = 9;

#[component]
pub fn Members(details: Details, me: UserId) -> impl IntoView {
    let count = details.conversation.member_count;
    let searchable = count >= WORTH_SEARCHING || !details.search.is_empty();
    let listed = i64::try_from(details.members.len()).unwrap_or(MEMBERS_SHOWN);
    let more = details.search.is_empty() && listed < count;
    let none = details.members.is_empty();
    let rows = details.members.iter().cloned().map(|(member, user)| {
        let details = details.clone();
        view! { <MemberRow details=details member=member user=user me=me/> }
    });
    view! {
        <section class="part" aria-labelledby="members">
            <h2 id="members">{counted(count, "member", "members")}</h2>
            {details.standing.may(Action::AddMember).then(|| view! { <AddForm details=details.clone()/> })}
            {searchable.then(|| view! {
                <SearchBox action=details.list() label="Search members" search=details.search.clone()/>
            })}
            <ul class="list">{rows.collect_view()}</ul>
            {none.then(|| view! { <Empty heading="No member matches" lead="Try part of a user name or of a display name."/> })}
            {more.then(|| view! { <p class="hint">{format!("The first {listed} are listed. Search to find the others.")}</p> })}
        </section>
    }
    .into_any()
}

#[component]
fn AddForm(details: Details) -> impl IntoView {
    let problem = details.problem.at("people");
    let options = details.others.iter().map(|user| {
        view! { <option value=user.username.clone()>{user.display_name.clone()}</option> }
    });
    view! {
        <form class="form inline" method="post" action=details.path("/members")>
            <Field label="Add people" name="people" value=details.typed.people.clone() required=true
                hint="User names, separated by commas." problem=problem list="others"/>
            <datalist id="others">{options.collect_view()}</datalist>
            <button class="button">"Add"</button>
        </form>
    }
    .into_any()
}

#[component]
fn MemberRow(details: Details, member: Member, user: User, me: UserId) -> impl IntoView {
    let own = user.id == me;
    let role = match member.role {
        Role::Member => None,
        Role::Admin => Some("Admin"),
        Role::Owner => Some("Owner"),
    };
    let appoint = details.standing.may(Action::ChangeRole);
    let remove = !own && may_remove(&details, member.role);
    let manage = appoint || remove;
    let name = user.display_name.clone();
    view! {
        <li class="row">
            <Avatar user=user.clone()/>
            <PersonName user=user own=own role=role/>
            {manage.then(|| view! {
                <details class="manage" name="manage">
                    <summary class="icon" aria-label=format!("Manage {name}")><Icon glyph=Glyph::More/></summary>
                    <div class="menu">
                        {appoint.then(|| view! { <RoleForm details=details.clone() member=member.clone() name=name.clone()/> })}
                        {remove.then(|| view! {
                            <Confirm label="Remove…" question=removal(&details, &name) yes="Remove"
                                action=details.path(&format!("/members/{}/remove", member.user_id))/>
                        })}
                    </div>
                </details>
            })}
        </li>
    }
    .into_any()
}

/// Nobody is offered what the server refuses: only an owner removes an owner.
fn may_remove(details: &Details, role: Role) -> bool {
    let owner = details.standing.role == Some(Role::Owner);
    details.standing.may(Action::RemoveMember) && (owner || role != Role::Owner)
}

fn removal(details: &Details, name: &str) -> String {
    if details.conversation.private || details.conversation.kind == Kind::Group {
        format!("{name} will no longer see it, and only someone who is in can add them again.")
    } else {
        format!("{name} will no longer be a member. The room is open: they can join again.")
    }
}

#[component]
fn RoleForm(details: Details, member: Member, name: String) -> impl IntoView {
    let action = details.path(&format!("/members/{}/role", member.user_id));
    let options = [(Role::Member, "Member"), (Role::Admin, "Admin"), (Role::Owner, "Owner")].map(|(role, word)| {
        view! { <option value=role.as_str() selected=role == member.role>{word}</option> }
    });
    view! {
        <form class="role" method="post" action=action>
            <select name="role" aria-label=format!("Role of {name}")>{options.collect_view()}</select>
            <button class="button">"Set role"</button>
        </form>
    }
    .into_any()
}
