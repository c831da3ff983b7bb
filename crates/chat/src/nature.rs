//! What never changes about a conversation: transports that publish its events need it for each of them, and so it is
//! remembered.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use protocol::{ConversationId, Kind, ProjectId, UserId};

use crate::{Chat, Result, store};

/// How many conversations are remembered.
const REMEMBERED: usize = 50_000;

/// What never changes about a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nature {
    /// What sort it is.
    pub kind: Kind,
    /// The project that it belongs to.
    pub project_id: Option<ProjectId>,
    /// The two people of a direct chat, the lower id first.
    pub people: Option<(UserId, UserId)>,
}

impl Chat {
    /// What never changes about a conversation. Nobody's permission is asked: only for transports, and only for the
    /// conversation of an event that was handed to them.
    ///
    /// # Errors
    /// A fault for a conversation that isn't there.
    pub async fn nature(&self, id: ConversationId) -> Result<Arc<Nature>> {
        if let Some(nature) = self.0.natures.get(id) {
            return Ok(nature);
        }
        let conversation = store::conversation::find(&mut *self.0.store.read().await?, id).await?;
        let people = match (conversation.kind, conversation.people.as_slice()) {
            (Kind::Direct, [low, high]) => Some((*low, *high)),
            _ => None,
        };
        let nature = Arc::new(Nature { kind: conversation.kind, project_id: conversation.project_id, people });
        self.0.natures.put(id, nature.clone());
        Ok(nature)
    }
}

/// The natures that were asked for lately.
#[derive(Default)]
pub(crate) struct Natures(Mutex<HashMap<ConversationId, Arc<Nature>>>);

impl Natures {
    fn get(&self, id: ConversationId) -> Option<Arc<Nature>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn put(&self, id: ConversationId, nature: Arc<Nature>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(id, nature);
    }
}
