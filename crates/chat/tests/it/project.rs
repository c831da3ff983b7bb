//! Projects: people with a conversation of their own, and further ones beside it.

use chat::{Delivery, Item, NewGroup, NewProject, ProjectUpdate, Subscription};
use protocol::{
    ConversationChange, Cursor, Entry, Event, Kind, PersonChange, Project, ProjectId, Role, ServerFrame, UserId,
};

use crate::place::{Person, Place, invalid_field, is_forbidden, is_not_found};

crate::on_both_databases! {
    a_project_has_a_conversation_of_its_own
    its_people_are_members_and_must_exist
    its_fields_are_held_to_their_limits
    one_sees_the_projects_that_one_is_in_by_name
    a_stranger_cannot_tell_whether_a_project_exists
    it_appears_and_changes_live
    its_admins_change_it_and_its_owner_archives_it
    what_is_archived_is_changed_only_after_it_is_opened
    a_change_that_changes_nothing_is_not_told
    further_conversations_are_for_its_members
    no_further_conversation_begins_in_what_is_archived
    who_leaves_a_project_leaves_its_conversations
    other_conversations_belong_to_no_project
}

/// An id that nothing has.
const NO_PROJECT: ProjectId = ProjectId(987_654_321);

async fn further(person: &Person, project: ProjectId, people: &[&Person]) -> chat::Result<Entry> {
    let people = people.iter().map(|person| person.id()).collect();
    let new = NewGroup { people, project_id: Some(project), ..NewGroup::default() };
    person.chat.create_group(person.caller, new).await
}

async fn update(person: &Person, project: &Project, update: ProjectUpdate) -> chat::Result<Project> {
    person.chat.update_project(person.caller, project.id, update).await
}

fn named(name: &str) -> ProjectUpdate {
    ProjectUpdate { name: Some(name.to_owned()), ..ProjectUpdate::default() }
}

fn archived(archived: bool) -> ProjectUpdate {
    ProjectUpdate { archived: Some(archived), ..ProjectUpdate::default() }
}

fn described(description: &str) -> ProjectUpdate {
    ProjectUpdate { description: Some(description.to_owned()), ..ProjectUpdate::default() }
}

/// Connects, and resumes from where the person stands now.
async fn listen(person: &Person) -> Subscription {
    let start = person.chat.start(person.caller, None).await.expect("starts");
    let cursors: Vec<_> = start
        .entries
        .iter()
        .map(|entry| Cursor { conversation_id: entry.conversation.id, rev: entry.conversation.rev, rows: true })
        .collect();
    let subscription = person.chat.connect(person.caller).await.expect("connects");
    person.chat.resume(&subscription, Some(start.person_rev), Some(start.place_rev), &cursors).await.expect("resumes");
    subscription
}

/// The events that have come live. Everything that was committed has been queued by then.
async fn heard(subscription: &Subscription) -> Vec<Event> {
    let mark = ServerFrame::Welcome { user_id: subscription.caller().user_id, ping_seconds: 0 };
    subscription.push(&mark);
    let mut events = Vec::new();
    loop {
        let Delivery::Items(items) = subscription.deliveries().next().await else { panic!("the socket was closed") };
        for item in items {
            match item {
                Item::Event(published) => events.push(published.event().clone()),
                Item::Frame(frame) if serde_json::from_str::<ServerFrame>(&frame).expect("is a frame") == mark => {
                    return events;
                }
                Item::Frame(_) => {}
            }
        }
    }
}

async fn a_project_has_a_conversation_of_its_own(place: Place) {
    let [ada, grace, _] = place.three().await;
    let new = NewProject {
        name: " Engine ".to_owned(),
        description: "One\r\nTwo ".to_owned(),
        people: vec![grace.id(), ada.id(), grace.id()],
    };
    let project = place.create_project(ada.caller, new).await.expect("makes a project");
    assert_eq!((project.name.as_str(), project.description.as_str()), ("Engine", "One\nTwo"));
    assert_eq!((project.creator_id, project.archived_at, project.member_count), (Some(ada.id()), None, 2));
    assert_eq!(place.project(grace.caller, project.id).await.expect("is theirs"), project);

    let entry = ada.entry(project.conversation_id).await.expect("is in the sidebar");
    let conversation = entry.conversation;
    assert_eq!((conversation.kind, conversation.private, entry.role), (Kind::Project, true, Role::Owner));
    assert_eq!((conversation.project_id, conversation.name.as_str()), (Some(project.id), "Engine"));
    assert_eq!(grace.entry(project.conversation_id).await.expect("theirs as well").role, Role::Member);
    grace.say(project.conversation_id, "hello").await;
}

async fn its_people_are_members_and_must_exist(place: Place) {
    let [ada, grace, alan] = place.three().await;
    place.deactivate(alan.caller, crate::place::PASSWORD).await.expect("closes the account");
    for people in [vec![grace.id(), UserId(987_654)], vec![alan.id()], vec![UserId(-1)]] {
        let new = NewProject { name: "Engine".to_owned(), people, ..NewProject::default() };
        assert_eq!(invalid_field(place.create_project(ada.caller, new).await), "participant_ids");
    }
    assert!(place.projects(ada.caller).await.expect("lists").is_empty(), "nothing of it stays");
    assert_eq!(place.start(grace.caller, None).await.expect("starts").entries.len(), 1);
    let project = ada.project_with(&[]).await;
    assert_eq!(project.member_count, 1, "nobody else is needed");
    ada.add(project.conversation_id, &grace).await;
    assert_eq!(place.project(grace.caller, project.id).await.expect("is theirs").member_count, 2);
}

async fn its_fields_are_held_to_their_limits(place: Place) {
    let ada = place.user("ada").await;
    let make = |name: &str, description: &str| {
        let (name, description) = (name.to_owned(), description.to_owned());
        place.create_project(ada.caller, NewProject { name, description, ..NewProject::default() })
    };
    assert_eq!(invalid_field(make(" ", "").await), "name");
    assert_eq!(invalid_field(make(&"x".repeat(65), "").await), "name");
    assert_eq!(invalid_field(make("Engine", &"x".repeat(2_001)).await), "description");
    assert_eq!(invalid_field(make("Engine", "a\u{202E}b").await), "description");
    let project = make("Engine", &"é".repeat(2_000)).await.expect("fits");
    make("Engine", "").await.expect("names of projects are nobody’s own");
    assert_eq!(invalid_field(update(&ada, &project, named("")).await), "name");
    assert_eq!(invalid_field(update(&ada, &project, described(&"x".repeat(2_001))).await), "description");
    assert_eq!(place.project(ada.caller, project.id).await.expect("is there"), project);
}

async fn one_sees_the_projects_that_one_is_in_by_name(place: Place) {
    let [ada, grace, alan] = place.three().await;
    for (name, people) in [("beta", vec![grace.id()]), ("Alpha", vec![grace.id()]), ("Gamma", vec![])] {
        let new = NewProject { name: name.to_owned(), people, ..NewProject::default() };
        place.create_project(ada.caller, new).await.expect("makes a project");
    }
    let names = async |person: &Person| {
        let projects = place.projects(person.caller).await.expect("lists");
        projects.into_iter().map(|project| project.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&ada).await, ["Alpha", "beta", "Gamma"]);
    assert_eq!(names(&grace).await, ["Alpha", "beta"]);
    assert!(names(&alan).await.is_empty());
    let alpha = place.projects(grace.caller).await.expect("lists").remove(0);
    grace.leave(alpha.conversation_id).await;
    assert_eq!(names(&grace).await, ["beta"]);
}

async fn a_stranger_cannot_tell_whether_a_project_exists(place: Place) {
    // Ada came first: the place's admin has no way in either.
    let [ada, grace, alan] = place.three().await;
    let project = grace.project_with(&[&alan]).await;
    alan.leave(project.conversation_id).await;
    for stranger in [&ada, &alan] {
        for id in [project.id, NO_PROJECT] {
            let known = place.project(stranger.caller, id).await;
            assert_eq!(crate::place::refusal(known), protocol::Error::not_found("that project"));
            let changed = place.update_project(stranger.caller, id, named("Mine")).await;
            assert_eq!(crate::place::refusal(changed), protocol::Error::not_found("that project"));
            assert_eq!(
                crate::place::refusal(further(stranger, id, &[]).await),
                protocol::Error::not_found("that project")
            );
        }
        assert!(is_not_found(place.standing(stranger.caller, project.conversation_id).await));
        assert!(is_not_found(place.join(stranger.caller, project.conversation_id).await));
    }
    assert_eq!(place.project(grace.caller, project.id).await.expect("is theirs").name, "Engine");
}

async fn it_appears_and_changes_live(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let (hears, stranger) = (listen(&grace).await, listen(&alan).await);
    let project = ada.project_with(&[&grace]).await;
    let events = heard(&hears).await;
    let entry = events.iter().find_map(|event| match event {
        Event::Person { change: PersonChange::Entry { entry }, .. } => Some(entry),
        _ => None,
    });
    let entry = entry.unwrap_or_else(|| panic!("their sidebar learns of it: {events:?}"));
    assert_eq!((entry.conversation.id, entry.conversation.project_id), (project.conversation_id, Some(project.id)));
    assert_eq!(Some(entry.as_ref()), grace.entry(project.conversation_id).await.as_ref());

    let changed = update(&ada, &project, named("Difference engine")).await.expect("changes");
    update(&ada, &project, described("Brass")).await.expect("changes");
    let events = heard(&hears).await;
    let told: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Conversation { change: ConversationChange::Conversation { conversation }, .. } => Some(conversation),
            _ => None,
        })
        .collect();
    assert_eq!(told.len(), 2, "{events:?}");
    assert!(told.iter().all(|about| about.name == changed.name && about.project_id == Some(project.id)));
    assert_eq!(heard(&stranger).await, [], "nobody else learns of it");
}

async fn its_admins_change_it_and_its_owner_archives_it(place: Place) {
    let [_, owner, admin] = place.three().await;
    let member = place.user("member").await;
    let project = owner.project_with(&[&admin, &member]).await;
    place.set_role(owner.caller, project.conversation_id, admin.id(), Role::Admin).await.expect("appoints");
    assert!(is_forbidden(update(&member, &project, named("Mine")).await));
    assert!(is_forbidden(update(&member, &project, described("Mine")).await));
    assert!(is_forbidden(update(&admin, &project, archived(true)).await));
    let both = ProjectUpdate { archived: Some(true), ..named("Ours") };
    assert!(is_forbidden(update(&admin, &project, both).await));
    assert_eq!(place.project(member.caller, project.id).await.expect("theirs"), project, "nothing has changed");

    let changed = ProjectUpdate { description: Some("Brass".to_owned()), ..named("Ours") };
    let changed = update(&admin, &project, changed).await.expect("an admin may");
    assert_eq!((changed.name.as_str(), changed.description.as_str()), ("Ours", "Brass"));
    assert_eq!(place.project(member.caller, project.id).await.expect("theirs"), changed);
    assert_eq!(member.sees(project.conversation_id).await.name, "Ours");
    owner.rename(project.conversation_id, "Yours").await;
    assert_eq!(place.project(member.caller, project.id).await.expect("theirs").name, "Yours", "there is one name");
}

async fn what_is_archived_is_changed_only_after_it_is_opened(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let closing = ProjectUpdate { archived: Some(true), ..named("Done") };
    let closed = update(&ada, &project, closing).await.expect("changes and closes");
    assert_eq!((closed.name.as_str(), closed.archived_at.is_some()), ("Done", true));
    let listed = place.projects(grace.caller).await.expect("lists");
    assert!(listed == std::slice::from_ref(&closed), "it can still be looked at");
    assert!(is_forbidden(grace.try_say(project.conversation_id, "late").await));
    assert!(is_forbidden(update(&ada, &project, named("Again")).await));
    assert!(is_forbidden(update(&ada, &project, described("Again")).await));
    crate::place::pass(1_000);
    assert_eq!(update(&ada, &project, archived(true)).await.expect("is so"), closed, "since when it was");
    let opening = ProjectUpdate { archived: Some(false), ..named("Again") };
    let opened = update(&ada, &project, opening).await.expect("opens and changes");
    assert_eq!((opened.name.as_str(), opened.archived_at), ("Again", None));
    grace.say(project.conversation_id, "in time").await;
}

async fn a_change_that_changes_nothing_is_not_told(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let before = ada.sees(project.conversation_id).await;
    let same = ProjectUpdate { description: Some(" ".to_owned()), archived: Some(false), ..named("Engine") };
    assert_eq!(update(&ada, &project, same).await.expect("is so"), project);
    assert_eq!(update(&ada, &project, ProjectUpdate::default()).await.expect("is so"), project);
    assert_eq!(ada.sees(project.conversation_id).await, before);
}

async fn further_conversations_are_for_its_members(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    assert_eq!(invalid_field(further(&grace, project.id, &[&ada, &alan]).await), "people");
    let entry = further(&grace, project.id, &[&ada]).await.expect("makes one");
    let group = entry.conversation;
    assert_eq!((group.kind, group.project_id, entry.role), (Kind::Group, Some(project.id), Role::Owner));
    assert_eq!(group.people, [ada.id(), grace.id()]);
    assert_eq!(ada.entry(group.id).await.expect("is in their sidebar").conversation, group);
    let alone = further(&grace, project.id, &[]).await.expect("nobody else is needed").conversation;
    assert_eq!(alone.member_count, 1);

    assert_eq!(invalid_field(place.add_members(grace.caller, group.id, &[alan.id()]).await), "people");
    ada.add(project.conversation_id, &alan).await;
    grace.add(group.id, &alan).await;
    assert_eq!(ada.sees(group.id).await.member_count, 3);
    assert_eq!(place.projects(ada.caller).await.expect("lists").len(), 1, "a further one is no project");
}

async fn no_further_conversation_begins_in_what_is_archived(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    update(&ada, &project, archived(true)).await.expect("closes");
    assert!(is_forbidden(further(&grace, project.id, &[&ada]).await));
}

async fn who_leaves_a_project_leaves_its_conversations(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = ada.project_with(&[&grace, &alan]).await;
    let (other, plain) = (ada.project_with(&[&grace]).await, ada.group_with(&[&grace]).await);
    let group = further(&grace, project.id, &[&ada, &alan]).await.expect("makes one").conversation.id;
    let alone = further(&grace, project.id, &[]).await.expect("makes one").conversation.id;
    ada.remove(project.conversation_id, &grace).await;
    for id in [project.conversation_id, group, alone] {
        assert!(is_not_found(place.standing(grace.caller, id).await));
        assert!(grace.entry(id).await.is_none(), "it is gone from the sidebar");
    }
    for id in [other.conversation_id, plain] {
        assert!(grace.entry(id).await.is_some(), "what is no part of it stays");
    }
    let left = ada.entry(group).await.expect("stays");
    assert_eq!((left.role, left.conversation.people), (Role::Owner, vec![ada.id(), alan.id()]), "somebody owns it");
    alan.leave(project.conversation_id).await;
    assert!(is_not_found(place.standing(alan.caller, group).await));
    ada.add(project.conversation_id, &grace).await;
    assert!(is_not_found(place.standing(grace.caller, group).await), "who comes back is asked anew");
}

async fn other_conversations_belong_to_no_project(place: Place) {
    let [ada, grace, _] = place.three().await;
    ada.project_with(&[&grace]).await;
    for id in [ada.room("lab").await, ada.group_with(&[&grace]).await, ada.direct_with(&grace).await, place.public_id()]
    {
        assert_eq!(ada.sees(id).await.project_id, None);
    }
}
