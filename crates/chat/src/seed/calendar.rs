//! When people write: on workdays, during the day, most before and after lunch; a little at other times.

use fastrand::Rng;
use protocol::Timestamp;

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;
/// How busy each hour of a workday is (UTC).
const HOURS: [u32; 24] = [1, 0, 0, 0, 0, 1, 3, 10, 28, 42, 46, 40, 22, 34, 44, 42, 36, 24, 12, 8, 6, 5, 3, 2];
/// 1 January 1970 was a Thursday; counted from Monday.
const FIRST_WEEKDAY: i64 = 3;

/// A day, or as much of it as lies before the end.
#[derive(Clone, Copy)]
struct Day {
    begin: i64,
    length: i64,
}

/// Deals out the times of all messages, day by day, in order.
pub(super) struct Calendar {
    end: Timestamp,
    /// The days that are yet to come, the next one last, with how many messages each has.
    days: Vec<(Day, usize)>,
    /// What is left of the current day, the next one last.
    times: Vec<i64>,
}

impl Calendar {
    /// `count` times between `begin` and `end`.
    pub(super) fn new(begin: Timestamp, end: Timestamp, count: usize) -> Self {
        let days: Vec<Day> = (begin.0 / DAY + 1..=end.0 / DAY)
            .map(|day| Day { begin: day * DAY, length: (end.0 - day * DAY).min(DAY) })
            .collect();
        let total: usize = days.iter().map(|day| day.weight()).sum::<usize>().max(1);
        let (mut given, mut passed) = (0, 0);
        let mut dealt: Vec<(Day, usize)> = days
            .into_iter()
            .map(|day| {
                passed += day.weight();
                // What should have been dealt by now, less what has been: the rounding never adds up.
                let due = count * passed / total - given;
                given += due;
                (day, due)
            })
            .collect();
        dealt.reverse();
        Self { end, days: dealt, times: Vec::new() }
    }

    /// The next time; after the last one, the end.
    pub(super) fn next(&mut self, rng: &mut Rng) -> Timestamp {
        while self.times.is_empty() {
            let Some((day, count)) = self.days.pop() else { return self.end };
            self.times = (0..count).map(|_| day.moment(rng)).collect();
            self.times.sort_unstable_by(|a, b| b.cmp(a));
        }
        self.times.pop().map_or(self.end, Timestamp)
    }
}

impl Day {
    /// How much is said on it: little on weekends, and less on a day that isn't over.
    fn weight(self) -> usize {
        let weekday = (self.begin / DAY + FIRST_WEEKDAY) % 7;
        let minutes = usize::try_from(self.length / (60 * 1000)).unwrap_or_default();
        if weekday < 5 { 12 * minutes } else { minutes }
    }

    /// Some time on it. A day that isn't over has all its hours, only shorter.
    fn moment(self, rng: &mut Rng) -> i64 {
        self.begin + (hour(rng) * HOUR + rng.i64(0..HOUR)) * self.length / DAY
    }
}

fn hour(rng: &mut Rng) -> i64 {
    let total: u32 = HOURS.iter().sum();
    let mut chosen = rng.u32(0..total);
    for (hour, busy) in (0..).zip(HOURS) {
        if chosen < busy {
            return hour;
        }
        chosen -= busy;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_order_and_mostly_on_workdays() {
        let (begin, end) = (Timestamp(1_700_000_000_000), Timestamp(1_700_000_000_000 + 28 * DAY));
        let mut calendar = Calendar::new(begin, end, 10_000);
        let mut rng = Rng::with_seed(1);
        let times: Vec<i64> = (0..10_000).map(|_| calendar.next(&mut rng).0).collect();
        assert!(times.is_sorted() && times.iter().all(|time| (begin.0..=end.0).contains(time)));
        let at_the_end = times.iter().filter(|time| end.0 - **time < 60 * 1000).count();
        assert!(at_the_end < 100, "a day that isn't over is no pile of messages: {at_the_end}");
        let weekend = times.iter().filter(|time| (*time / DAY + FIRST_WEEKDAY) % 7 >= 5).count();
        assert!((1..1_000).contains(&weekend), "{weekend}");
    }
}
