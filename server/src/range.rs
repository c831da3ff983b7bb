//! Which of a file's bytes a request asks for (RFC 9110, 14): one range of them, or all. Several ranges, other units and
//! what can't be read count as asking for all, as 14.2 allows.

use std::ops::Range;

use axum::http::{HeaderMap, header};
use axum_extra::headers::{ETag, HeaderMapExt as _, IfRange};
use http_range_header::{EndPosition, RangeUnsatisfiableError, StartPosition, parse_range_header};

/// Which bytes are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// At least one, none of them beyond the end.
    Part(Range<u64>),
    /// A range in which the file has no byte.
    Nothing,
}

impl Wanted {
    /// What the headers of a `GET` ask for of a file with this tag and size.
    pub fn of(headers: &HeaderMap, tag: &ETag, size: u64) -> Self {
        let unchanged = match headers.typed_try_get::<IfRange>() {
            Ok(condition) => condition.is_none_or(|condition| !condition.is_modified(Some(tag), None)),
            Err(_) => false,
        };
        let mut given = headers.get_all(header::RANGE).iter();
        match (given.next(), given.next()) {
            (Some(range), None) if unchanged => range.to_str().map_or(Self::Whole, |range| Self::parse(range, size)),
            _ => Self::Whole,
        }
    }

    /// The `Range` of the headers crate drops what it can't read and what isn't there alike, so this takes the library that
    /// `tower-http` takes. What its `validate` says of empty files and of long suffixes isn't what RFC 9110, 14.1.2 says.
    fn parse(range: &str, size: u64) -> Self {
        let parsed = match parse_range_header(range) {
            Ok(parsed) => parsed,
            Err(RangeUnsatisfiableError::ZeroSuffix) if !range.contains(',') => return Self::Nothing,
            Err(_) => return Self::Whole,
        };
        let [range] = parsed.ranges[..] else { return Self::Whole };
        let (start, end) = match (range.start, range.end) {
            (StartPosition::FromLast(count), _) => (size.saturating_sub(count), size),
            (StartPosition::Index(first), EndPosition::LastByte) => (first, size),
            (StartPosition::Index(first), EndPosition::Index(last)) if first > last => return Self::Whole,
            (StartPosition::Index(first), EndPosition::Index(last)) => (first, last.saturating_add(1).min(size)),
        };
        if start < end { Self::Part(start..end) } else { Self::Nothing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_what_the_rfc_says() {
        let part = Wanted::Part;
        for (range, wanted) in [
            ("bytes=0-0", part(0..1)),
            ("bytes=2-4", part(2..5)),
            ("bytes=2-", part(2..10)),
            ("bytes=9-", part(9..10)),
            ("bytes=8-100", part(8..10)),
            ("bytes=0-18446744073709551615", part(0..10)),
            ("bytes=-3", part(7..10)),
            ("bytes=-10", part(0..10)),
            ("bytes=-18446744073709551615", part(0..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=10-12", Wanted::Nothing),
            ("bytes=18446744073709551615-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=0-1,-0", Wanted::Whole),
            ("bytes=4-2", Wanted::Whole),
            ("bytes=20-18", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=--1", Wanted::Whole),
            ("bytes=1-2-3", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=0-99999999999999999999999", Wanted::Whole),
            ("items=0-1", Wanted::Whole),
            ("0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(Wanted::parse(range, 10), wanted, "{range}");
        }
        for range in ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0"] {
            assert_eq!(Wanted::parse(range, 0), Wanted::Nothing, "{range} of an empty file");
        }
    }
}
