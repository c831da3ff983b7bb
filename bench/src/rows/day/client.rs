//! What a team's day needs of a chat server: the same few things of each, so that everyone lives the same day on all.

use std::time::Duration;

use anyhow::Result;

use crate::{Bench, place::Plan, process::Process};

/// How long everyone may take to be connected. A server that needs longer can't take so many people.
pub const OPENING_TIME: Duration = Duration::from_mins(3);

/// A server that people can live their day on. Rooms and people are counted from 0.
pub trait Server: Sized {
    type Client: Client + 'static;

    /// Starts one that has these people and rooms.
    async fn start(bench: &Bench, plan: Plan) -> Result<Self>;

    /// Connects a person for the first time, when nothing was said yet.
    async fn connect(&self, person: usize) -> Result<Self::Client>;

    /// The running program.
    fn process(&self) -> &Process;

    /// Ends it; returns the numbers of the messages that it stored, by room.
    async fn stop(self) -> Result<Vec<Vec<i64>>>;
}

/// Someone's connection to it.
pub trait Client {
    /// The next thing that the server tells. Nothing is lost where the waiting for it is given up.
    async fn hear(&mut self) -> Result<Heard>;

    /// Lets the others in a room know that this person is writing.
    async fn say_typing(&mut self, room: usize) -> Result<()>;

    /// Posts the message of that number.
    async fn post(&mut self, room: usize, number: i64) -> Result<()>;

    /// Marks all as read that is known of a room.
    async fn mark_read(&mut self, room: usize) -> Result<()>;

    /// Loses the connection, with whatever was on its way, and opens another: what was missed is heard, and what may not have
    /// arrived is posted again.
    async fn break_off(&mut self) -> Result<()>;
}

/// What a server tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard {
    /// The next message of a room, live or missed before.
    Message { room: usize, number: i64 },
    /// The server has taken a message of this person's.
    Acknowledged { number: i64 },
}
