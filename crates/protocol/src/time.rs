//! Time as it is stored and sent.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment plus `seconds`.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1000)
    }

    /// The moment as `2026-11-20T10:30:00.000Z` (RFC 3339, UTC, whose years are 0 to 9999).
    ///
    /// Written here rather than taken from a date library, because the browser needs it too (for `<time datetime>`)
    /// and a library would cost more wasm than these lines; digit by digit, because a page of history has a hundred.
    /// The civil-from-days step is Howard Hinnant's "chrono-compatible low-level date algorithms".
    pub fn to_rfc3339(self) -> String {
        let (days, in_day) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
        let (second, milli) = (in_day / 1_000 % 60, in_day % 1_000);
        let mut text = String::with_capacity("2026-11-20T10:30:00.000Z".len());
        let mut push = |pair: i64, end: &str| {
            text.extend([digit(pair / 10), digit(pair)]);
            text.push_str(end);
        };
        push(year / 100, "");
        push(year, "-");
        push(month, "-");
        push(day, "T");
        push(hour, ":");
        push(minute, ":");
        push(second, ".");
        push(milli / 10, "");
        text.extend([digit(milli), 'Z']);
        text
    }

    /// The number of the UTC day that this moment falls in: equal numbers, same day.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }
}

/// A number's last digit.
fn digit(number: i64) -> char {
    u32::try_from(number.rem_euclid(10)).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339_in_utc() {
        assert_eq!(Timestamp(0).to_rfc3339(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp(951_782_399_999).to_rfc3339(), "2000-02-28T23:59:59.999Z");
        assert_eq!(Timestamp(951_782_400_000).to_rfc3339(), "2000-02-29T00:00:00.000Z");
        assert_eq!(Timestamp(1_703_500_200_000).to_rfc3339(), "2023-12-25T10:30:00.000Z");
        assert_eq!(Timestamp(-1).to_rfc3339(), "1969-12-31T23:59:59.999Z");
    }
}
