//! Sockets that nobody reads, seen from the system: how much waits in the server's end of each, and when the server gives it up.

use std::{collections::HashMap, fs, time::Instant};

use anyhow::{Context as _, Result};
use tokio::net::TcpSocket;

use crate::{
    place::Filled,
    socket::{self, Ear, Mouth, Place},
};

/// How much the system takes for someone who doesn't read, in bytes: little, so that they are stuck soon.
const RECEIVED: u32 = 4096;
/// An open connection in `/proc/net/tcp`.
const ESTABLISHED: &str = "01";

/// Such sockets, by the port of the one who doesn't read.
#[derive(Default)]
pub struct Lines(HashMap<u16, Line>);

struct Line {
    /// What waits to be sent, and since when that hasn't changed.
    waiting: u64,
    since: Instant,
    /// How long it hadn't changed when the server gave the socket up.
    stuck_seconds: Option<f64>,
}

impl Lines {
    /// Opens another one.
    pub async fn connect(&mut self, place: Place, person: usize) -> Result<(Ear, Mouth)> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(RECEIVED)?;
        let stream = socket.connect(place.address).await?;
        let line = Line { waiting: 0, since: Instant::now(), stuck_seconds: None };
        self.0.insert(stream.local_addr()?.port(), line);
        socket::connect_over(stream, place, &Filled::token(person)).await
    }

    /// Looks at the server's ends of all of them.
    pub fn look(&mut self, server: u16) -> Result<()> {
        let table = fs::read_to_string("/proc/net/tcp")?;
        let mut open = HashMap::new();
        for row in table.lines().skip(1) {
            let mut fields = row.split_ascii_whitespace().skip(1);
            let (local, remote, state, queues) = (fields.next(), fields.next(), fields.next(), fields.next());
            if port(local)? == server && state == Some(ESTABLISHED) {
                let (sent, _) = queues.and_then(|queues| queues.split_once(':')).context("it has queues")?;
                open.insert(port(remote)?, u64::from_str_radix(sent, 16)?);
            }
        }
        let now = Instant::now();
        for (port, line) in self.0.iter_mut().filter(|(_, line)| line.stuck_seconds.is_none()) {
            match open.get(port) {
                None => line.stuck_seconds = Some((now - line.since).as_secs_f64()),
                Some(waiting) if *waiting != line.waiting => (line.waiting, line.since) = (*waiting, now),
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// How many the server has not given up.
    pub fn left(&self) -> usize {
        self.0.values().filter(|line| line.stuck_seconds.is_none()).count()
    }

    /// How long the one was stuck that was so longest, in seconds, whether or not it was given up.
    pub fn longest_stuck(&self) -> f64 {
        let stuck = |line: &Line| line.stuck_seconds.unwrap_or_else(|| line.since.elapsed().as_secs_f64());
        self.0.values().map(stuck).fold(0.0, f64::max)
    }
}

fn port(address: Option<&str>) -> Result<u16> {
    let (_, port) = address.and_then(|address| address.rsplit_once(':')).context("it has addresses")?;
    Ok(u16::from_str_radix(port, 16)?)
}
