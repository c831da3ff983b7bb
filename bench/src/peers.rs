//! What Confab is compared with: each with the settings that it comes with, but for what a word in the report says.

use std::{
    ffi::{OsStr, OsString},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use tokio::{net::TcpStream, time::sleep};

use crate::{
    Bench,
    confab::Running,
    process::{Process, this_program},
    socket::{Place, Speech},
};

/// A server that sends on what it gets to everyone: no permission, no database, no acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Ours: the least that a server in Rust can do.
    Broadcaster,
    /// Bun's own WebSockets, with their topics.
    Bun,
    /// `ws` on Node.
    Ws,
    /// `socket.io` on Node.
    SocketIo,
    /// Flask-SocketIO on Python, with its threads.
    Flask,
}

impl Peer {
    /// What it is called in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Broadcaster => "Rust broadcaster",
            Self::Bun => "Bun pub/sub",
            Self::Ws => "Node ws",
            Self::SocketIo => "Node socket.io",
            Self::Flask => "Flask-SocketIO",
        }
    }

    const fn speech(self) -> Speech {
        match self {
            Self::Broadcaster | Self::Bun | Self::Ws => Speech::Relay,
            Self::SocketIo | Self::Flask => Speech::SocketIo,
        }
    }

    fn command(self, bench: &Bench) -> Result<(PathBuf, Vec<OsString>)> {
        let tools = bench.root.join("target/bench/peers");
        let script = |name: &str| tools.join(name).into_os_string();
        Ok(match self {
            Self::Broadcaster => (this_program()?, vec!["broadcaster".into()]),
            Self::Bun => (tools.join("node_modules/.bin/bun"), vec![script("bun.mjs")]),
            Self::Ws => ("node".into(), vec![script("ws.mjs")]),
            Self::SocketIo => ("node".into(), vec![script("socketio.mjs")]),
            Self::Flask => (tools.join("python/bin/python"), vec![script("flask_socketio_relay.py")]),
        })
    }

    /// Starts it.
    pub async fn start(self, bench: &Bench) -> Result<Running> {
        let (program, arguments) = self.command(bench)?;
        let arguments: Vec<&OsStr> = arguments.iter().map(OsString::as_os_str).collect();
        let folder = bench.scratch("peer")?;
        let variables = [("NODE_ENV", OsStr::new("production"))];
        let mut process = Process::start(&program, &arguments, &variables, &folder)?;
        let line = process.line().await.with_context(|| format!("{}: make bench installs it", self.name()))?;
        let address = SocketAddr::from(([127, 0, 0, 1], line.trim().parse()?));
        answering(address).await?;
        Ok(Running { process, place: Place { address, speech: self.speech() } })
    }
}

/// An address at which nobody listens, for servers that want to be told one.
pub fn free_address() -> Result<SocketAddr> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Waits until someone listens, for servers that can't say when they do.
pub async fn answering(address: SocketAddr) -> Result<()> {
    for _ in 0..200 {
        if TcpStream::connect(address).await.is_ok() {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
    bail!("nobody listens at {address}")
}
