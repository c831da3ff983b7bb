//! Made-up people.

use std::collections::HashSet;

use fastrand::Rng;

use super::words::{GIVEN_NAMES, SURNAMES, pick};

/// Someone to be.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) username: String,
    pub(super) display_name: String,
    pub(super) email: String,
}

/// So many people with different user names.
pub(super) fn invent(rng: &mut Rng, count: usize) -> Vec<Profile> {
    let mut taken = HashSet::new();
    (0..count)
        .map(|_| {
            let (given, surname) = (pick(rng, GIVEN_NAMES), pick(rng, SURNAMES));
            let username = username(given, surname, &mut taken);
            let email = format!("{username}@example.org");
            Profile { username, display_name: format!("{given} {surname}"), email }
        })
        .collect()
}

/// The shortest that is free: `ada`, `ada.berg`, `ada.berg2`, …
fn username(given: &str, surname: &str, taken: &mut HashSet<String>) -> String {
    let (short, long) = (plain(given), format!("{}.{}", plain(given), plain(surname)));
    let numbered = (2..).map(|n| format!("{long}{n}"));
    let mut candidates = [short, long.clone()].into_iter().chain(numbered);
    candidates.find(|name| taken.insert(name.clone())).unwrap_or(long)
}

/// Small letters without marks, as people choose for a user name.
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'á' | 'à' | 'ã' | 'å' | 'ä' | 'â' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ï' => 'i',
        'ó' | 'ö' | 'ø' | 'õ' | 'ô' => 'o',
        'ú' | 'ü' | 'ů' => 'u',
        'ç' | 'ć' | 'č' => 'c',
        'ñ' | 'ń' => 'n',
        'ł' => 'l',
        'š' | 'ş' | 'ș' => 's',
        'ž' => 'z',
        'ğ' => 'g',
        other => other,
    };
    name.to_lowercase().chars().map(letter).filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use protocol::{DisplayName, Email, Username};

    use super::*;

    #[test]
    fn everyone_has_a_name_of_their_own_that_sign_up_would_take() {
        let people = invent(&mut Rng::with_seed(7), 3_000);
        let names: HashSet<_> = people.iter().map(|person| &person.username).collect();
        assert_eq!(names.len(), people.len());
        for person in &people {
            assert!(Username::parse(&person.username).is_ok_and(|name| name.as_str() == person.username), "{person:?}");
            assert!(DisplayName::parse(&person.display_name).is_ok() && Email::parse(&person.email).is_ok());
        }
    }
}
