//! A virus scanner beside the place: clamd, which every file must pass before it is taken. What is said to it is the
//! command `INSTREAM` of clamd(8).

use std::{io, path::PathBuf, time::Duration};

use bytes::Bytes;
use futures::{TryStreamExt as _, stream::BoxStream};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpStream, UnixStream},
    sync::Semaphore,
    time::timeout,
};

use crate::{Fault, Result};

/// How many files are scanned at once: fewer than the ten threads that clamd has unless told otherwise.
const AT_ONCE: usize = 8;

/// How long clamd may take to let us in.
const CONNECT: Duration = Duration::from_secs(5);

/// How long it may take over any other step. It gives up on a file itself after two minutes (`MaxScanTime`).
const PATIENCE: Duration = Duration::from_mins(3);

/// More than any answer has, in bytes.
const LONGEST_ANSWER: u64 = 4 * 1024;

/// Where clamd is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clamd {
    address: Address,
    patience: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    Tcp(String),
    Unix(PathBuf),
}

/// What a scan found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Clean,
    /// What clamd calls it.
    Infected(String),
}

/// Asks clamd.
pub(crate) struct Scanner {
    clamd: Clamd,
    slots: Semaphore,
}

impl Clamd {
    /// Reads `127.0.0.1:3310`, or the path of a socket: `/run/clamav/clamd.ctl`.
    ///
    /// # Errors
    /// A sentence that says how to write it.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0);
        let address = match text.trim().rsplit_once(':') {
            _ if text.starts_with('/') => Address::Unix(text.into()),
            Some((host, number)) if !host.is_empty() && !host.contains('/') && port(number) => {
                Address::Tcp(text.trim().to_owned())
            }
            _ => return Err("write it as 127.0.0.1:3310, or as the path of a socket".to_owned()),
        };
        Ok(Self { address, patience: PATIENCE })
    }

    /// The same, given up on after so long a silence.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

impl Scanner {
    pub(crate) fn new(clamd: Clamd) -> Self {
        Self { clamd, slots: Semaphore::new(AT_ONCE) }
    }

    /// What clamd says of these bytes.
    ///
    /// # Errors
    /// [`Fault::Scan`] where it can't be asked or doesn't answer.
    pub(crate) async fn scan(&self, content: BoxStream<'static, Result<Bytes>>) -> Result<Verdict> {
        let _slot = self.slots.acquire().await.map_err(|_| protocol::Error::Unavailable)?;
        let (first, patience) = (CONNECT.min(self.clamd.patience), self.clamd.patience);
        let answer = match &self.clamd.address {
            Address::Tcp(address) => {
                let stream = within(first, TcpStream::connect(address)).await.and_then(|stream| {
                    // What is sent comes in pieces that need not wait for each other.
                    stream.set_nodelay(true).map(|()| stream)
                });
                ask(stream.map_err(failed)?, content, patience).await?
            }
            Address::Unix(path) => {
                let stream = within(first, UnixStream::connect(path)).await;
                ask(stream.map_err(failed)?, content, patience).await?
            }
        };
        verdict(&answer)
    }
}

/// Sends the bytes, each piece after its length, and reads the answer.
async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    mut content: BoxStream<'static, Result<Bytes>>,
    patience: Duration,
) -> Result<String> {
    let mut stream = BufReader::new(stream);
    let mut sent = within(patience, stream.write_all(b"zINSTREAM\0")).await;
    while sent.is_ok()
        && let Some(bytes) = content.try_next().await?
    {
        if !bytes.is_empty() {
            sent = within(patience, stream.write_all(&piece(&bytes))).await;
        }
    }
    if sent.is_ok() {
        sent = within(patience, stream.write_all(&piece(&[]))).await;
    }
    if let Err(error) = &sent
        && error.kind() == io::ErrorKind::TimedOut
    {
        return Err(failed(error));
    }
    // Where it hung up before the end, it may have said why.
    let mut answer = Vec::new();
    let read = within(patience, (&mut stream).take(LONGEST_ANSWER).read_until(0, &mut answer)).await;
    match answer.strip_suffix(&[0]) {
        Some(answer) => Ok(String::from_utf8_lossy(answer).into_owned()),
        None => Err(failed(sent.and(read.map(drop)).err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))),
    }
}

/// A piece as clamd takes it. An empty one is the end.
fn piece(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

fn verdict(answer: &str) -> Result<Verdict> {
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) if found.ends_with(" FOUND") => Ok(Verdict::Infected(found.trim_end_matches(" FOUND").to_owned())),
        _ => Err(Fault::Scan(format!("it answered {answer:?}")).into()),
    }
}

async fn within<T>(time: Duration, step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(time, step).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn failed(error: impl std::fmt::Display) -> crate::Error {
    Fault::Scan(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamd_is_at_a_port_or_a_socket() {
        for text in ["127.0.0.1:3310", "clamav:3310", "[::1]:3310"] {
            assert_eq!(Clamd::parse(text).map(|clamd| clamd.address), Ok(Address::Tcp(text.to_owned())));
        }
        let socket = Clamd::parse("/run/clamav/clamd.ctl").map(|clamd| clamd.address);
        assert_eq!(socket, Ok(Address::Unix("/run/clamav/clamd.ctl".into())));
        for text in ["", "clamav", ":3310", "clamav:0", "clamav:99999", "http://clamav:3310", "clamd.ctl"] {
            assert!(Clamd::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_ok_is_clean() {
        assert!(matches!(verdict("stream: OK"), Ok(Verdict::Clean)));
        let found = verdict("stream: Win.Test.EICAR_HDB-1 FOUND");
        assert!(matches!(found, Ok(Verdict::Infected(name)) if name == "Win.Test.EICAR_HDB-1"));
        for answer in ["", "OK", "stream: ", "UNKNOWN COMMAND", "INSTREAM size limit exceeded. ERROR"] {
            assert!(verdict(answer).is_err(), "{answer}");
        }
    }
}
