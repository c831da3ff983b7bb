//! What was said on a day, and whether everyone heard it: each message once, in one order for all who are in its room.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use hdrhistogram::Histogram;
use tokio::sync::Notify;

use crate::place::Plan;

/// How many faults are told before the rest are only counted.
const TOLD: usize = 5;

/// What everyone writes into.
pub struct Diary {
    /// Nothing before this counts.
    pub from: Instant,
    /// Nothing is begun after this.
    pub until: Instant,
    pages: RefCell<Pages>,
    changed: Notify,
}

struct Pages {
    rooms: Vec<Room>,
    /// When each message was due, by its number.
    due: Vec<Instant>,
    waits: Histogram<u64>,
    /// Messages that someone hasn't heard yet, counted for each who hasn't.
    missing: usize,
    faults: Vec<String>,
    more_faults: usize,
}

#[derive(Clone, Default)]
struct Room {
    members: usize,
    /// Numbers of its messages in the order in which all hear them.
    order: Vec<i64>,
    posted: Vec<i64>,
    acknowledged: Vec<i64>,
}

impl Diary {
    /// An empty one, of a day that begins then and lasts so long.
    pub fn new(plan: Plan, from: Instant, span: Duration) -> Result<Self> {
        let mut rooms = vec![Room::default(); plan.rooms];
        for room in (0..plan.people).flat_map(|person| plan.rooms_of(person)) {
            rooms[room].members += 1;
        }
        let waits = Histogram::new(3)?;
        let pages = Pages { rooms, due: Vec::new(), waits, missing: 0, faults: Vec::new(), more_faults: 0 };
        Ok(Self { from, until: from + span, pages: RefCell::new(pages), changed: Notify::new() })
    }

    /// Notes a message that was due then; returns its number.
    pub fn post(&self, room: usize, due: Instant) -> Result<i64> {
        let mut pages = self.pages.borrow_mut();
        let number = i64::try_from(pages.due.len())?;
        pages.due.push(due);
        pages.missing += pages.rooms[room].members;
        pages.rooms[room].posted.push(number);
        Ok(number)
    }

    /// Notes that a server has taken a message.
    pub fn acknowledge(&self, room: usize, number: i64) {
        self.pages.borrow_mut().rooms[room].acknowledged.push(number);
    }

    /// Notes a message that someone heard, who has heard so many of that room before.
    ///
    /// # Errors
    /// When others heard another one in its place.
    pub fn hear(&self, room: usize, before: usize, number: i64) -> Result<()> {
        let mut pages = self.pages.borrow_mut();
        let due = *usize::try_from(number).ok().and_then(|number| pages.due.get(number)).context("nobody posted it")?;
        let order = &mut pages.rooms[room].order;
        ensure!(before <= order.len(), "message {number} of room {room}: someone missed others");
        match order.get(before) {
            Some(expected) => ensure!(
                *expected == number,
                "message {number} of room {room} in place of {expected}: a gap, a message twice, or another order"
            ),
            None => order.push(number),
        }
        if due >= self.from {
            pages.waits.record(u64::try_from(due.elapsed().as_nanos())?)?;
        }
        pages.missing = pages.missing.checked_sub(1).context("more was heard than posted")?;
        if pages.missing == 0 {
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Notes what went wrong for someone.
    pub fn blame(&self, fault: String) {
        let mut pages = self.pages.borrow_mut();
        if pages.faults.len() < TOLD {
            pages.faults.push(fault);
        } else {
            pages.more_faults += 1;
        }
        self.changed.notify_one();
    }

    /// Waits until everyone has heard everything, or something went wrong.
    pub async fn heard_by_all(&self) {
        loop {
            {
                let pages = self.pages.borrow();
                if pages.missing == 0 || !pages.faults.is_empty() {
                    return;
                }
            }
            self.changed.notified().await;
        }
    }

    /// How long each message took to each who heard it, in nanoseconds.
    pub fn waits(&self) -> Histogram<u64> {
        self.pages.borrow().waits.clone()
    }

    /// How many messages were posted.
    pub fn posted(&self) -> usize {
        self.pages.borrow().due.len()
    }

    /// What went wrong, given what the server has stored by room: each message that was posted must have been acknowledged, heard by
    /// all and stored, once each.
    pub fn faults(&self, stored: &[Vec<i64>]) -> Vec<String> {
        let pages = self.pages.borrow();
        let mut faults = pages.faults.clone();
        if pages.more_faults > 0 {
            faults.push(format!("and {} more", pages.more_faults));
        }
        if pages.missing > 0 {
            faults.push(format!("{} times someone didn’t get a message", pages.missing));
        }
        for (number, room) in pages.rooms.iter().enumerate() {
            let stored = stored.get(number).map_or(&[][..], Vec::as_slice);
            if [&room.acknowledged, stored, &room.order].iter().any(|numbers| !alike(&room.posted, numbers)) {
                let counts = (room.posted.len(), room.acknowledged.len(), stored.len());
                faults.push(format!(
                    "room {number}: {} posted, {} acknowledged, {} stored, or not the same ones",
                    counts.0, counts.1, counts.2
                ));
            }
        }
        faults.truncate(TOLD * 2);
        faults
    }
}

/// Whether both have the same numbers, each as often.
fn alike(one: &[i64], other: &[i64]) -> bool {
    let sorted = |numbers: &[i64]| {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        numbers
    };
    sorted(one) == sorted(other)
}
