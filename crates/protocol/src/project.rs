//! Projects: people with a conversation of their own, further ones beside it, and files.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, Error, Timestamp, UserId, id::id, name::is_deceptive};

id!(
    /// A project's id.
    ProjectId
);

/// A project as its members see it. Name, creator, archival and members are those of its conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// The project.
    pub id: ProjectId,
    /// The conversation of its own, whose members are the project's.
    pub conversation_id: ConversationId,
    /// Its name.
    pub name: String,
    /// What it is about: at most 2,000 characters, on several lines if need be; may be empty.
    pub description: String,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is closed: nothing can be posted or uploaded any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// How many members it has now.
    pub member_count: i64,
}

/// The longest description of a project, in Unicode characters.
pub const MAX_DESCRIPTION_CHARACTERS: usize = 2_000;

/// What a project is about: at most 2,000 characters, on several lines if need be; may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// # Errors
    /// [`Error::Invalid`] for the field `description`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().replace("\r\n", "\n");
        if text.chars().count() > MAX_DESCRIPTION_CHARACTERS {
            let message = format!("A description has at most {MAX_DESCRIPTION_CHARACTERS} characters.");
            return Err(Error::invalid("description", message));
        }
        if text.chars().any(|c| is_deceptive(c) && !matches!(c, '\n' | '\t')) {
            return Err(Error::invalid("description", "A description can’t contain invisible characters."));
        }
        Ok(Self(text))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_lines_and_a_limit() {
        assert_eq!(Description::parse(" one\r\n\ttwo ").map(|text| text.0), Ok("one\n\ttwo".to_owned()));
        assert!(Description::parse(&"é".repeat(2_000)).is_ok());
        for text in ["é".repeat(2_001), "a\u{202E}b".to_owned(), "a\u{0}b".to_owned()] {
            assert!(Description::parse(&text).is_err(), "{text:?}");
        }
    }
}
