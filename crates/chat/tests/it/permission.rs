//! Who may do what: every use case, tried by everyone on every sort of conversation, against [`Standing`]. What one
//! may not read answers exactly as if it weren't there.

use chat::{ConversationUpdate, Draft};
use protocol::{Action, ConversationId, Error, MessageId, Position, Role, Standing, UserId};

use crate::place::{NOWHERE, Person, Place, refusal};

crate::on_both_databases! {
    everyone_may_do_what_their_standing_says_and_nothing_else
}

/// What can be tried in a conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Attempt {
    Standing,
    History,
    Page,
    Start,
    Members,
    MarkRead,
    Typing,
    Join,
    Send,
    EditOthers,
    DeleteOthers,
    React,
    Rename,
    Describe,
    AddMember,
    SetRole,
    RemoveMember,
    Archive,
    Leave,
}

use Attempt as A;

/// Those that change nothing for the next ones come first.
const ATTEMPTS: [Attempt; 19] = [
    A::Standing,
    A::History,
    A::Page,
    A::Start,
    A::Members,
    A::MarkRead,
    A::Typing,
    A::Join,
    A::Send,
    A::EditOthers,
    A::DeleteOthers,
    A::React,
    A::Rename,
    A::Describe,
    A::AddMember,
    A::SetRole,
    A::RemoveMember,
    A::Archive,
    A::Leave,
];

impl Attempt {
    /// What it needs beside reading, which everything needs; none where reading is enough.
    const fn action(self) -> Option<Action> {
        match self {
            Self::Standing | Self::History | Self::Page | Self::Start | Self::Members | Self::MarkRead => None,
            Self::Typing | Self::Send | Self::React | Self::EditOthers => Some(Action::Post),
            Self::DeleteOthers => Some(Action::Moderate),
            Self::Join => Some(Action::Join),
            Self::Rename | Self::Describe => Some(Action::Rename),
            Self::AddMember => Some(Action::AddMember),
            Self::SetRole => Some(Action::ChangeRole),
            Self::RemoveMember => Some(Action::RemoveMember),
            Self::Archive => Some(Action::Archive),
            Self::Leave => Some(Action::Leave),
        }
    }

    /// Whether someone of this standing may do it.
    fn is_allowed(self, standing: Standing) -> bool {
        match self {
            // Nobody puts words into somebody else's mouth.
            Self::EditOthers => false,
            // Who is in already stays in.
            Self::Join => standing.role.is_some() || standing.may(Action::Join),
            _ => standing.may(Action::Read) && self.action().is_none_or(|action| standing.may(action)),
        }
    }

    async fn carry_out(self, who: &Person, target: Target) -> chat::Result<()> {
        let (chat, caller, Target { id, message, member, newcomer }) = (&who.chat, who.caller, target);
        let update = |name: Option<&str>, topic: Option<&str>| ConversationUpdate {
            name: name.map(str::to_owned),
            topic: topic.map(str::to_owned),
            private: None,
            archived: None,
        };
        match self {
            Self::Standing => chat.standing(caller, id).await.map(drop),
            Self::History => chat.history(caller, id, Position::Latest).await.map(drop),
            Self::Page => chat.page(caller, id, Position::Unread).await.map(drop),
            Self::Start => chat.start(caller, Some((id, Position::Latest))).await.map(drop),
            Self::Members => chat.members(caller, id, "", 10).await.map(drop),
            Self::MarkRead => chat.mark_read(caller, id, 1).await,
            Self::Typing => {
                let _connected = chat.connect(caller).await?;
                chat.typing(caller, id).await
            }
            Self::Join => chat.join(caller, id).await.map(drop),
            Self::Send => {
                let draft = Draft::of(id, "hello");
                chat.send(caller, draft).await.map(drop)
            }
            Self::EditOthers => chat.edit(caller, message, "changed").await.map(drop),
            Self::DeleteOthers => chat.delete(caller, message).await.map(drop),
            Self::React => chat.react(caller, message, "👍", true).await.map(drop),
            Self::Rename => {
                chat.update_conversation(caller, id, update(Some(&format!("renamed {id}")), None)).await.map(drop)
            }
            Self::Describe => chat.update_conversation(caller, id, update(None, Some("described"))).await.map(drop),
            Self::AddMember => chat.add_members(caller, id, &[newcomer]).await,
            Self::SetRole => chat.set_role(caller, id, member, Role::Admin).await,
            Self::RemoveMember => chat.remove_member(caller, id, member).await,
            Self::Archive => chat.archive(caller, id, true).await.map(drop),
            Self::Leave => chat.leave(caller, id).await,
        }
    }
}

/// A conversation with a message and a member to be done something to, and someone to be added.
#[derive(Clone, Copy, Debug)]
struct Target {
    id: ConversationId,
    message: MessageId,
    member: UserId,
    newcomer: UserId,
}

/// The sorts of conversation, by how they are made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sort {
    OpenRoom,
    PrivateRoom,
    ArchivedRoom,
    Group,
    Direct,
    Public,
}

/// Everyone who tries, and the two whom it is done to.
struct Cast {
    place_admin: Person,
    owner: Person,
    admin: Person,
    member: Person,
    former: Person,
    stranger: Person,
    bystander: Person,
    newcomer: Person,
}

impl Cast {
    async fn gather(place: &Place) -> Self {
        Self {
            place_admin: place.user("root").await,
            owner: place.user("owner").await,
            admin: place.user("admin").await,
            member: place.user("member").await,
            former: place.user("former").await,
            stranger: place.user("stranger").await,
            bystander: place.user("bystander").await,
            newcomer: place.user("newcomer").await,
        }
    }

    fn all(&self) -> [&Person; 6] {
        [&self.place_admin, &self.owner, &self.admin, &self.member, &self.former, &self.stranger]
    }

    /// A fresh conversation of this sort, with everyone in the part that their name says where that is possible.
    async fn make(&self, sort: Sort, number: usize) -> Target {
        let Self { owner, admin, member, former, bystander, newcomer, .. } = self;
        let name = format!("{sort:?} {number}");
        let id = match sort {
            Sort::OpenRoom | Sort::ArchivedRoom => owner.room(&name).await,
            Sort::PrivateRoom => owner.private_room(&name).await,
            Sort::Group => owner.group_with(&[bystander]).await,
            Sort::Direct => owner.direct_with(bystander).await,
            Sort::Public => owner.chat.public_id(),
        };
        if !matches!(sort, Sort::Direct | Sort::Public) {
            for person in [admin, member, former, bystander] {
                owner.add(id, person).await;
            }
            owner.chat.set_role(owner.caller, id, admin.id(), Role::Admin).await.expect("appoints");
            former.leave(id).await;
        }
        let message = bystander.say(id, "hello").await.id;
        if sort == Sort::ArchivedRoom {
            owner.chat.archive(owner.caller, id, true).await.expect("archives");
        }
        Target { id, message, member: bystander.id(), newcomer: newcomer.id() }
    }
}

async fn everyone_may_do_what_their_standing_says_and_nothing_else(place: Place) {
    let cast = Cast::gather(&place).await;
    let mut made = 0;
    for sort in [Sort::OpenRoom, Sort::PrivateRoom, Sort::ArchivedRoom, Sort::Group, Sort::Direct, Sort::Public] {
        for who in cast.all() {
            for attempt in ATTEMPTS {
                made += 1;
                let target = cast.make(sort, made).await;
                try_it(&cast, who, attempt, sort, target).await;
            }
        }
    }
}

async fn try_it(cast: &Cast, who: &Person, attempt: Attempt, sort: Sort, target: Target) {
    let attempted = format!("{} tries {attempt:?} on {sort:?}", who.user.username);
    let standing = standing(who, cast, target.id).await;
    let result = attempt.carry_out(who, target).await;
    if attempt.is_allowed(standing) {
        result.unwrap_or_else(|error| panic!("{attempted}: {error}"));
        return;
    }
    let refused = refusal(result);
    if standing.may(Action::Read) {
        assert!(matches!(refused, Error::Forbidden { .. }), "{attempted}: {refused:?}");
    } else {
        let missing = Target { id: NOWHERE, message: MessageId(987_654_321), ..target };
        let nothing_there = refusal(attempt.carry_out(who, missing).await);
        assert_eq!(refused, nothing_there, "{attempted}: it must answer as if it weren’t there");
        assert!(matches!(refused, Error::NotFound { .. }), "{attempted}: {refused:?}");
    }
}

/// What someone is there, told by a bystander who is in everywhere.
async fn standing(who: &Person, cast: &Cast, id: ConversationId) -> Standing {
    let chat = &who.chat;
    let conversation = cast.bystander.sees(id).await;
    let members = chat.members(cast.bystander.caller, id, "", 100).await.expect("lists");
    let role = members.iter().find(|(member, _)| member.user_id == who.id()).map(|(member, _)| member.role);
    Standing::of(&conversation, role, who.user.admin)
}
