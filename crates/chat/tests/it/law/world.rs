//! Doing what a history says.

use chat::{AccountUpdate, ConversationUpdate, Draft, NewFileRecord, NewGroup, NewProject, NewRoom, ProjectUpdate};
use protocol::{ConversationId, MessageId, ProjectId, Theme};

use super::deed::Deed;
use crate::{attachment::bring, place::Person};

/// What the deeds have made so far in this case.
#[derive(Default)]
pub(super) struct World {
    pub(super) rooms: Vec<ConversationId>,
    pub(super) projects: Vec<ProjectId>,
    messages: Vec<MessageId>,
    names: usize,
}

impl World {
    pub(super) fn room(&self, n: usize) -> ConversationId {
        self.rooms[n % self.rooms.len()]
    }

    fn project(&self, n: usize) -> ProjectId {
        self.projects[n % self.projects.len()]
    }

    /// One of the last messages, so that most deeds find one that is there.
    fn message(&self, n: usize) -> Option<MessageId> {
        let recent = &self.messages[self.messages.len().saturating_sub(8)..];
        recent.get(n % recent.len().max(1)).copied()
    }

    pub(super) fn name(&mut self) -> String {
        static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        self.names += 1;
        format!("name {}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }

    /// Does what has to do with files.
    async fn handle_files(&mut self, person: &Person, deed: &Deed) {
        let caller = person.caller;
        match deed {
            Deed::Attach { room, files, silent } => {
                let room = self.room(*room);
                let mut brought = Vec::new();
                for _ in 0..*files {
                    let name = self.name();
                    brought.extend(bring(person, room, &name, name.as_bytes()).await.map(|file| file.id));
                }
                let body = if *silent { String::new() } else { self.name() };
                let draft = Draft { files: brought, ..Draft::of(room, body) };
                self.messages.extend(person.chat.send(caller, draft).await.map(|message| message.id));
            }
            Deed::DeleteFile { message } => {
                let Some(message) = self.message(*message) else { return };
                let Ok(message) = person.chat.message(caller, message).await else { return };
                let Some(file) = message.files.first() else { return };
                let _ = person.chat.delete_file(caller, file.id).await;
            }
            Deed::Record { message } => {
                let new = NewFileRecord {
                    filename: "a.pdf".to_owned(),
                    file_url: "https://example.org/a.pdf".to_owned(),
                    file_size: 5,
                    public_message_id: self.message(*message),
                    private_chat_id: None,
                };
                let _ = person.chat.create_file_record(caller, new).await;
            }
            Deed::ForgetRecord => {
                let records = person.chat.file_records(caller).await.expect("lists");
                let Some(record) = records.first() else { return };
                let _ = person.chat.delete_file_record(caller, record.id).await;
            }
            _ => {}
        }
    }

    /// Does it. Many deeds are refused, which is as well: then nothing may have changed.
    pub(super) async fn carry_out(&mut self, people: &[Person], who: usize, deed: &Deed) {
        let (chat, caller) = (&people[who].chat, people[who].caller);
        let id = |n: &usize| people[*n].id();
        match deed {
            Deed::Say { room } => {
                let said = people[who].try_say(self.room(*room), &format!("*number* {}", self.messages.len())).await;
                self.messages.extend(said.map(|message| message.id));
            }
            Deed::DropIn { room } => {
                let draft = Draft { join: true, ..Draft::of(self.room(*room), self.name()) };
                self.messages.extend(chat.send(caller, draft).await.map(|message| message.id));
            }
            Deed::Attach { .. } | Deed::DeleteFile { .. } | Deed::Record { .. } | Deed::ForgetRecord => {
                self.handle_files(&people[who], deed).await;
            }
            Deed::Edit { message } => {
                let Some(message) = self.message(*message) else { return };
                let _ = chat.edit(caller, message, &format!("edited {}", self.name())).await;
            }
            Deed::Delete { message } => {
                let Some(message) = self.message(*message) else { return };
                let _ = chat.delete(caller, message).await;
            }
            Deed::React { message, emoji, on } => {
                let Some(message) = self.message(*message) else { return };
                let _ = chat.react(caller, message, ["👍", "🎉", "❤️"][*emoji], *on).await;
            }
            Deed::MarkRead { room, back } => {
                let room = self.room(*room);
                let last = chat.standing(caller, room).await.map_or(0, |(conversation, _)| conversation.last_seq);
                let _ = chat.mark_read(caller, room, last - back).await;
            }
            Deed::Join { room } => drop(chat.join(caller, self.room(*room)).await),
            Deed::Leave { room } => drop(chat.leave(caller, self.room(*room)).await),
            Deed::Add { room, other } => drop(chat.add_members(caller, self.room(*room), &[id(other)]).await),
            Deed::Remove { room, other } => drop(chat.remove_member(caller, self.room(*room), id(other)).await),
            Deed::SetRole { room, other, role } => {
                drop(chat.set_role(caller, self.room(*room), id(other), *role).await);
            }
            Deed::Rename { room } => {
                let update = ConversationUpdate { name: Some(self.name()), ..ConversationUpdate::default() };
                drop(chat.update_conversation(caller, self.room(*room), update).await);
            }
            Deed::Describe { room } => {
                let update = ConversationUpdate { topic: Some(self.name()), ..ConversationUpdate::default() };
                drop(chat.update_conversation(caller, self.room(*room), update).await);
            }
            Deed::Close { room, private } => {
                let update = ConversationUpdate { private: Some(*private), ..ConversationUpdate::default() };
                drop(chat.update_conversation(caller, self.room(*room), update).await);
            }
            Deed::Archive { room, archived } => drop(chat.archive(caller, self.room(*room), *archived).await),
            Deed::MakeRoom { private } => {
                let new = NewRoom { name: self.name(), topic: String::new(), private: *private };
                self.rooms.extend(chat.create_room(caller, new).await.map(|entry| entry.conversation.id));
            }
            Deed::MakeGroup { other, third } => {
                let new = NewGroup { people: vec![id(other), id(third)], ..NewGroup::default() };
                self.rooms.extend(chat.create_group(caller, new).await.map(|entry| entry.conversation.id));
            }
            Deed::MakeProject { other } => {
                let new = NewProject { name: self.name(), people: vec![id(other)], ..NewProject::default() };
                let project = chat.create_project(caller, new).await.expect("anyone may");
                self.projects.push(project.id);
                self.rooms.push(project.conversation_id);
            }
            Deed::MakeProjectGroup { project, other } => {
                let project_id = Some(self.project(*project));
                let new = NewGroup { people: vec![id(other)], project_id, ..NewGroup::default() };
                self.rooms.extend(chat.create_group(caller, new).await.map(|entry| entry.conversation.id));
            }
            Deed::ChangeProject { project, archived } => {
                let (name, description) = (Some(self.name()), Some(self.name()));
                let update = ProjectUpdate { name, description, archived: *archived };
                drop(chat.update_project(caller, self.project(*project), update).await);
            }
            Deed::OpenDirect { other } => {
                let opened = chat.open_direct(caller, id(other)).await.map(|entry| entry.conversation.id);
                self.rooms.extend(opened.ok().filter(|id| !self.rooms.contains(id)));
            }
            Deed::Rise { theme } => {
                let theme = [Theme::System, Theme::Light, Theme::Dark][*theme];
                let display_name = Some(self.name());
                let update = AccountUpdate { display_name, theme: Some(theme), ..AccountUpdate::default() };
                chat.update_account(caller, update).await.expect("changes");
            }
            Deed::Flicker | Deed::Open { .. } => {}
        }
    }
}
