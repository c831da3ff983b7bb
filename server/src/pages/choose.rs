//! Choosing people in a form.

use app::pages::choose::Chosen;
use protocol::{ConversationId, User};

use super::{fields::Fields, reader::Reader};
use crate::error::Result;

/// How many people are offered; the search finds the others.
const PEOPLE_SHOWN: i64 = 100;
/// The most people that are kept ticked while searching: more than a group can have.
const MOST_TICKED: usize = 60;

/// Among whom one chooses.
#[derive(Clone, Copy)]
pub enum Among {
    /// Everyone in the place.
    All,
    /// The members of a conversation.
    Members(ConversationId),
}

impl Among {
    async fn find(self, reader: &Reader, search: &str) -> Result<Vec<User>> {
        Ok(match self {
            Self::All => reader.chat.users(reader.caller, search, None, PEOPLE_SHOWN).await?,
            Self::Members(id) => {
                let members = reader.chat.members(reader.caller, id, search, PEOPLE_SHOWN).await?;
                members.into_iter().map(|(_, user)| user).collect()
            }
        })
    }
}

/// What the form has chosen so far, and who was found for its search.
pub async fn chosen(reader: &Reader, among: Among, fields: &Fields) -> Result<Chosen> {
    let search = fields.text("search");
    let mut found = among.find(reader, &search).await?;
    let ticked = ticked(reader, among, &fields.all("people")).await?;
    found.retain(|user| user.id != reader.caller.user_id && !ticked.iter().any(|other| other.id == user.id));
    Ok(Chosen { search, ticked, found })
}

/// The people of these user names, whether the search finds them or not.
async fn ticked(reader: &Reader, among: Among, names: &[String]) -> Result<Vec<User>> {
    let mut people: Vec<User> = Vec::new();
    for name in names.iter().take(MOST_TICKED) {
        let like = among.find(reader, name).await?;
        let user = like.into_iter().find(|user| user.username == *name && user.id != reader.caller.user_id);
        people.extend(user.filter(|user| !people.iter().any(|other| other.id == user.id)));
    }
    Ok(people)
}
