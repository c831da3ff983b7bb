//! A bad line: a proxy between clients and the server in which every connection comes to a bad end, at a byte and in a way that
//! chance decides, until the line is told to be good.

use std::{
    cell::{Cell, RefCell},
    io,
    net::SocketAddr,
    rc::Rc,
    time::Duration,
};

use anyhow::Result;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    select,
    sync::Notify,
    task::spawn_local,
    time::{Instant, sleep_until, timeout},
};

use crate::chance::Chance;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Both sides get a reset; what was on its way is lost.
    Reset,
    /// Both sides get an end in good order, in the middle of a frame.
    Finish,
    /// Nothing passes any more, and neither side is told.
    HalfOpen,
    /// Nothing passes for a while; then all of it does.
    Sleep,
}

impl End {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reset, Self::Finish, Self::HalfOpen, Self::Sleep];
}

/// How many bytes come down before the end, at least and at most. Small and large numbers are equally likely, as in a
/// logarithm's table: most connections end early, some in a long answer, and a few carry a whole one.
const DOWN: (f64, f64) = (64.0, 1_000_000.0);
/// How many go up, where the end comes in that direction.
const UP: (f64, f64) = (32.0, 8_000.0);
/// It does in one connection of so many.
const UPWARDS: usize = 4;
/// How long a half-open connection is kept: longer than the server waits for an answer to its ping.
const HELD: Duration = Duration::from_mins(1);
/// How long a line sleeps, at least and at most.
const SLEEP: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(4));

/// After how many bytes which end comes.
#[derive(Clone, Copy)]
struct Fate {
    bytes: usize,
    end: End,
}

/// The proxy. Clones are the same one.
#[derive(Clone)]
pub struct Proxy(Rc<Shared>);

struct Shared {
    upstream: SocketAddr,
    chance: RefCell<Chance>,
    good: Cell<bool>,
    mended: Notify,
    ended: Notify,
    ends: RefCell<Vec<End>>,
}

impl Proxy {
    /// A bad line to a server; returns where it begins.
    pub async fn start(upstream: SocketAddr) -> Result<(Self, SocketAddr)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let proxy = Self(Rc::new(Shared {
            upstream,
            chance: RefCell::new(Chance::new(3)),
            good: Cell::new(false),
            mended: Notify::new(),
            ended: Notify::new(),
            ends: RefCell::default(),
        }));
        let accepting = proxy.clone();
        spawn_local(async move {
            while let Ok((client, _)) = listener.accept().await {
                let proxy = accepting.clone();
                // Whoever is gone on either side needs no proxy.
                spawn_local(async move { proxy.carry(client).await });
            }
        });
        Ok((proxy, address))
    }

    /// How many connections have come to that end.
    pub fn count(&self, end: End) -> usize {
        self.0.ends.borrow().iter().filter(|it| **it == end).count()
    }

    /// Waits until so many connections have come to an end.
    pub async fn reach(&self, count: usize) {
        while self.ends() < count {
            self.0.ended.notified().await;
        }
    }

    /// How many connections have come to any end.
    pub fn ends(&self) -> usize {
        self.0.ends.borrow().len()
    }

    /// From now on, connections last; those that hang are let go.
    pub fn mend(&self) {
        self.0.good.set(true);
        self.0.mended.notify_waiters();
    }

    async fn carry(&self, mut client: TcpStream) -> io::Result<()> {
        let mut server = TcpStream::connect(self.0.upstream).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (down, up) = if self.0.good.get() { (None, None) } else { self.draw() };
        let wakes = Cell::new(Instant::now());
        let end = {
            let (mut from_client, mut to_client) = client.split();
            let (mut from_server, mut to_server) = server.split();
            select! {
                end = self.pass(&mut from_server, &mut to_client, down, &wakes) => end?,
                end = self.pass(&mut from_client, &mut to_server, up, &wakes) => end?,
                // What was to end badly ends now, and whoever had it gets a connection that lasts.
                () = self.0.mended.notified() => None,
            }
        };
        match end {
            Some(End::Reset) => {
                client.set_zero_linger()?;
                server.set_zero_linger()?;
            }
            Some(End::HalfOpen) => {
                let _ = timeout(HELD, self.0.mended.notified()).await;
            }
            Some(End::Finish | End::Sleep) | None => {}
        }
        Ok(())
    }

    /// What is fated for a connection, down or up.
    fn draw(&self) -> (Option<Fate>, Option<Fate>) {
        let upwards = self.0.chance.borrow_mut().below(UPWARDS) == 0;
        if upwards { (None, Some(self.fate(UP))) } else { (Some(self.fate(DOWN)), None) }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a million at most")]
    fn fate(&self, (least, most): (f64, f64)) -> Fate {
        let mut chance = self.0.chance.borrow_mut();
        Fate {
            bytes: (least * (most / least).powf(chance.part())) as usize,
            end: End::ALL[chance.below(End::ALL.len())],
        }
    }

    /// Passes on what comes, up to the end that is fated, or until a side hangs up.
    async fn pass(
        &self,
        from: &mut ReadHalf<'_>,
        to: &mut WriteHalf<'_>,
        mut fate: Option<Fate>,
        wakes: &Cell<Instant>,
    ) -> io::Result<Option<End>> {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let count = from.read(&mut buffer).await?;
            if count == 0 {
                return Ok(None);
            }
            sleep_until(wakes.get()).await;
            let mut rest = &buffer[..count];
            match &mut fate {
                Some(Fate { bytes, .. }) if *bytes >= count => *bytes -= count,
                Some(Fate { bytes, end }) => {
                    to.write_all(&rest[..*bytes]).await?;
                    self.0.ends.borrow_mut().push(*end);
                    self.0.ended.notify_one();
                    if *end != End::Sleep {
                        return Ok(Some(*end));
                    }
                    rest = &rest[*bytes..];
                    // Who outlives a sleep gets another fate.
                    fate = Some(self.fate(UP));
                    wakes.set(Instant::now() + self.0.chance.borrow_mut().between(SLEEP));
                    sleep_until(wakes.get()).await;
                }
                None => {}
            }
            to.write_all(rest).await?;
        }
    }
}
