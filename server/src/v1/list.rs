//! Lists: a page of rows and a cursor to the next.
//!
//! A cursor names the last row that was given by what the rows are sorted by, and that never changes; so every row comes
//! once, whatever is added or removed meanwhile. It is hexadecimal to keep clients from building their own.

use protocol::Error;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        Ref,
        schema::{Array, ArrayBuilder},
    },
};

/// The most rows of a page.
pub const MOST: i64 = 100;
/// The rows of a page where no number is asked for.
const USUAL: i64 = 50;

/// NUL, as JSON writes it.
const NUL: &[u8] = br"\u0000";

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    #[schema(schema_with = rows_of::<T>)]
    pub items: Vec<T>,
    /// What to ask for as `cursor` to get what follows; `null` at the end.
    #[schema(required = true, example = "5b227573657273222c22616461225d")]
    pub next_cursor: Option<String>,
}

/// The description of rows: a reference, where the library would write all of them out once more.
fn rows_of<T: ToSchema>() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name(T::name())).description(Some("The rows.")).build()
}

/// Which page of a list.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many rows at most; 50 where nothing is said.
    #[param(minimum = 1, maximum = 100, example = 50)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before; the first page without it.
    #[param(max_length = 2000, pattern = "^([0-9a-f]{2})+$")]
    pub cursor: Option<String>,
}

/// Which page of a list that can be searched.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only rows whose names contain this, whatever the case.
    #[serde(default)]
    #[param(required = false)]
    pub search: String,
    /// How many rows at most; 50 where nothing is said.
    #[param(minimum = 1, maximum = 100, example = 50)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before; the first page without it.
    #[param(max_length = 2000, pattern = "^([0-9a-f]{2})+$")]
    pub cursor: Option<String>,
}

/// How many rows were asked for.
pub fn rows(limit: Option<i64>) -> Result<i64, Error> {
    match limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Error::invalid("limit", format!("A limit is a number from 1 to {MOST}."))),
    }
}

/// A cursor of `list` to what follows `key`.
pub fn cursor(list: &str, key: impl Serialize) -> String {
    use std::fmt::Write as _;
    let text = serde_json::to_vec(&(list, key)).unwrap_or_default();
    text.iter().fold(String::new(), |mut cursor, byte| {
        // Writing to a string can't fail.
        let _ = write!(cursor, "{byte:02x}");
        cursor
    })
}

/// What a cursor of `list` says.
///
/// # Errors
/// [`Error::Invalid`] for one that is no cursor, or another list's.
pub fn key<T: DeserializeOwned>(list: &str, cursor: Option<&str>) -> Result<Option<T>, Error> {
    let Some(cursor) = cursor else { return Ok(None) };
    let nonsense = || Error::invalid("cursor", "That isn’t a cursor of this list.");
    // No row of ours has a NUL, and PostgreSQL takes no text with one.
    let text = bytes(cursor).filter(|text| !text.windows(NUL.len()).any(|part| part == NUL)).ok_or_else(nonsense)?;
    let (of, key): (String, T) = serde_json::from_slice(&text).map_err(|_| nonsense())?;
    if of == list { Ok(Some(key)) } else { Err(nonsense()) }
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        hexadecimal.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// A page of rows that were read in order, one more than asked for if there are more: that one tells so and is not given.
pub fn page<R, T: From<R>, K: Serialize>(list: &str, mut found: Vec<R>, limit: i64, key: impl Fn(&R) -> K) -> List<T> {
    let limit = usize::try_from(limit).unwrap_or_default();
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| more).map(|row| cursor(list, key(row)));
    List { items: found.into_iter().map(T::from).collect(), next_cursor }
}

/// A page of rows that are few enough to be read whole: the one of the highest id first.
pub fn newest_first<R, T: From<R>>(
    list: &str,
    mut all: Vec<R>,
    paging: &Paging,
    id: impl Fn(&R) -> i64,
) -> Result<List<T>, Error> {
    let limit = rows(paging.limit)?;
    if let Some(last) = key::<i64>(list, paging.cursor.as_deref())? {
        all.retain(|row| id(row) < last);
    }
    all.sort_by_key(|row| std::cmp::Reverse(id(row)));
    Ok(page(list, all, limit, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_its_own_lists_or_nothing() {
        let of_users = cursor("users", "ada");
        assert_eq!(key::<String>("users", Some(&of_users)), Ok(Some("ada".to_owned())));
        assert_eq!(key::<String>("users", None), Ok(None));
        let impossible = cursor("rooms", "a\0b");
        assert!(key::<String>("rooms", Some(&impossible)).is_err());
        for nonsense in ["", "x", "7b7", "0", "ff", "é", of_users.as_str()] {
            assert!(key::<i64>("rooms", Some(nonsense)).is_err(), "{nonsense:?}");
        }
    }

    #[test]
    fn every_row_comes_once_while_others_come_and_go() {
        let page = |all: &[i64], cursor: Option<String>| {
            let paging = Paging { limit: Some(2), cursor };
            newest_first::<i64, i64>("numbers", all.to_vec(), &paging, |number| *number).expect("a page")
        };
        let first = page(&[1, 3, 5, 7], None);
        assert_eq!(first.items, [7, 5]);
        let second = page(&[1, 2, 3, 7, 9], first.next_cursor);
        assert_eq!(second.items, [3, 2]);
        let third = page(&[1, 2, 3, 7, 9], second.next_cursor);
        assert_eq!((third.items.as_slice(), third.next_cursor), (&[1][..], None));
    }
}
