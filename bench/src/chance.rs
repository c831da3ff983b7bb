//! Chance that comes out the same each time: Marsaglia's xorshift64.

use std::time::Duration;

/// A sequence of its own for each seed.
pub struct Chance(u64);

impl Chance {
    /// The sequence of a seed.
    pub fn new(seed: usize) -> Self {
        // Neighbouring seeds must not begin alike; none may be 0.
        let mut chance = Self((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.part();
        chance
    }

    /// The next eight bytes.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 up to 1.
    pub fn part(&mut self) -> f64 {
        f64::from(u32::try_from(self.bits() >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
    }

    /// A time from the one up to the other.
    pub fn between(&mut self, (least, most): (Duration, Duration)) -> Duration {
        least + most.saturating_sub(least).mul_f64(self.part())
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.bits() >> 11).unwrap_or(0) % count
    }

    /// A number below `count`, of which `n` comes in proportion to `1 / (n + 1)`.
    pub fn zipf(&mut self, count: usize) -> usize {
        let weight = |rank: usize| 1.0 / f64::from(u32::try_from(rank).unwrap_or(u32::MAX));
        let mut left = self.part() * (1..=count).map(weight).sum::<f64>();
        for rank in 1..=count {
            left -= weight(rank);
            if left <= 0.0 {
                return rank - 1;
            }
        }
        count - 1
    }
}
