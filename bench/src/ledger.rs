//! What everyone must hear: the same messages in the same order, each once. The first who hears a message says what it
//! is, and it is read in full; everyone else must hear the very same bytes.

use std::{cell::RefCell, collections::HashMap, rc::Rc, time::Instant};

use anyhow::{Context as _, Result, ensure};
use hdrhistogram::Histogram;
use protocol::{ConversationChange, Event, ServerFrame, UserId};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::{
    sample::millis,
    socket::{Ear, Speech},
    words::number,
};

/// How many faults are told apart before the rest are only counted.
const TOLD: usize = 5;

/// What is to be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Messages, each with its number in it.
    Messages,
    /// That someone is typing, over Confab's socket. It has no number: who types takes turns, so of each person the first that is
    /// heard is the first that they sent.
    Typing {
        /// So many take turns: number `n` is from the one of `n mod speakers`.
        speakers: usize,
        /// The first of them; the others' ids follow.
        first: UserId,
    },
}

/// Clones are the same ledger.
#[derive(Clone)]
pub struct Ledger(Rc<Shared>);

struct Shared {
    speech: Speech,
    said: Said,
    listeners: usize,
    pages: RefCell<Pages>,
    changed: Notify,
}

struct Pages {
    /// In the order in which all hear them.
    heard: Vec<Heard>,
    /// When each message was to be posted, by its number.
    due: HashMap<i64, Instant>,
    acknowledged: Vec<i64>,
    whole: usize,
    lines: u64,
    texts: u64,
    last: Histogram<u64>,
    each: Histogram<u64>,
    faults: Vec<String>,
    more_faults: usize,
}

struct Heard {
    line: Box<str>,
    due: Instant,
    left: usize,
}

impl Ledger {
    /// A ledger for so many listeners.
    pub fn new(speech: Speech, said: Said, listeners: usize) -> Result<Self> {
        let pages = Pages {
            heard: Vec::new(),
            due: HashMap::new(),
            acknowledged: Vec::new(),
            whole: 0,
            lines: 0,
            texts: 0,
            last: Histogram::new(3)?,
            each: Histogram::new(3)?,
            faults: Vec::new(),
            more_faults: 0,
        };
        Ok(Self(Rc::new(Shared { speech, said, listeners, pages: RefCell::new(pages), changed: Notify::new() })))
    }

    /// Notes when a message is to be posted.
    pub fn post(&self, number: i64, due: Instant) {
        self.0.pages.borrow_mut().due.insert(number, due);
    }

    /// Listens until the server closes the socket.
    pub async fn listen(self, mut ear: Ear) {
        let mut next = 0;
        loop {
            match ear.hear().await {
                Ok(Some(text)) => self.take(&text, &mut next),
                Ok(None) => return self.blame("a socket was closed".to_owned()),
                Err(error) => return self.blame(format!("a socket broke: {error}")),
            }
        }
    }

    fn take(&self, text: &Utf8Bytes, next: &mut usize) {
        let now = Instant::now();
        let mut pages = self.0.pages.borrow_mut();
        // An empty one goes with each ping.
        pages.texts += u64::from(!text.is_empty());
        for line in text.split('\n') {
            if let Err(fault) = pages.hear(&self.0, line, next, now) {
                pages.blame(fault.to_string());
            }
        }
        drop(pages);
        self.0.changed.notify_one();
    }

    /// Waits until fewer than `window` of the messages posted so far are still unheard by someone.
    pub async fn wait(&self, window: usize) {
        loop {
            {
                let pages = self.0.pages.borrow();
                if pages.due.len() - pages.whole < window || !pages.faults.is_empty() {
                    return;
                }
            }
            self.0.changed.notified().await;
        }
    }

    /// Forgets what was counted and timed so far, but not what was heard.
    pub fn begin(&self) {
        let mut pages = self.0.pages.borrow_mut();
        (pages.lines, pages.texts) = (0, 0);
        pages.last.reset();
        pages.each.reset();
    }

    /// Messages delivered since the beginning, and texts that they came in.
    pub fn counts(&self) -> (u64, u64) {
        let pages = self.0.pages.borrow();
        (pages.lines, pages.texts)
    }

    /// Milliseconds from when a message was due until its last listener had it, at a quantile.
    pub fn last_millis(&self, quantile: f64) -> f64 {
        millis(&self.0.pages.borrow().last, quantile)
    }

    /// The same until each listener had it.
    pub fn each_millis(&self, quantile: f64) -> f64 {
        millis(&self.0.pages.borrow().each, quantile)
    }

    /// Numbers of the messages that were acknowledged.
    pub fn acknowledged(&self) -> Vec<i64> {
        self.0.pages.borrow().acknowledged.clone()
    }

    /// How many messages were posted.
    pub fn posted(&self) -> usize {
        self.0.pages.borrow().due.len()
    }

    /// What went wrong.
    pub fn faults(&self) -> Vec<String> {
        let pages = self.0.pages.borrow();
        let mut faults = pages.faults.clone();
        if pages.more_faults > 0 {
            faults.push(format!("and {} more", pages.more_faults));
        }
        if pages.whole < pages.due.len() {
            faults.push(format!("{} messages were not heard by everyone", pages.due.len() - pages.whole));
        }
        faults
    }

    /// Notes what went wrong.
    pub fn blame(&self, fault: String) {
        self.0.pages.borrow_mut().blame(fault);
        self.0.changed.notify_one();
    }
}

impl Pages {
    fn hear(&mut self, shared: &Shared, line: &str, next: &mut usize, now: Instant) -> Result<()> {
        if self.heard.get(*next).is_none_or(|expected| *expected.line != *line) {
            if !shared.is_wanted(line) {
                return self.acknowledge(line);
            }
            ensure!(*next == self.heard.len(), "not the {next}. message: a gap, a message twice, or another order");
            let heard = self.read(shared, line)?;
            self.heard.push(heard);
        }
        self.lines += 1;
        let heard = self.heard.get_mut(*next).context("it was just compared")?;
        *next += 1;
        heard.left -= 1;
        let took = u64::try_from((now - heard.due).as_nanos()).unwrap_or(u64::MAX);
        self.each.record(took)?;
        if heard.left == 0 {
            self.whole += 1;
            self.last.record(took)?;
        }
        Ok(())
    }

    /// Reads what nobody has heard yet.
    fn read(&self, shared: &Shared, line: &str) -> Result<Heard> {
        let number = match shared.said {
            Said::Messages => number_of(shared.speech, line)?,
            Said::Typing { speakers, first } => {
                let ServerFrame::Event(Event::Typing { user, .. }) = serde_json::from_str(line)? else {
                    anyhow::bail!("nobody is typing: {line}");
                };
                let before = self.heard.iter().filter(|heard| *heard.line == *line).count();
                i64::try_from(before * speakers)? + user.id.0 - first.0
            }
        };
        let due = *self.due.get(&number).with_context(|| format!("number {number} was never posted"))?;
        Ok(Heard { line: line.into(), due, left: shared.listeners })
    }

    fn acknowledge(&mut self, line: &str) -> Result<()> {
        if line.starts_with("{\"refused\"") || line.starts_with("{\"error\"") || line.starts_with("42[\"error\"") {
            anyhow::bail!("refused: {line}");
        }
        if line.starts_with("{\"accepted\"") || line.starts_with("43") {
            self.acknowledged.push(number(line).context("an acknowledgement names its message")?);
        }
        Ok(())
    }

    fn blame(&mut self, fault: String) {
        if self.faults.len() < TOLD {
            self.faults.push(fault);
        } else {
            self.more_faults += 1;
        }
    }
}

impl Shared {
    fn is_wanted(&self, line: &str) -> bool {
        match (self.said, self.speech) {
            (Said::Typing { .. }, _) => line.starts_with("{\"event\":{\"typing\":"),
            (Said::Messages, Speech::Confab | Speech::Relay) => line.starts_with("{\"event\":{\"conversation\":"),
            (Said::Messages, Speech::SocketIo) => line.starts_with("42[\"message\","),
        }
    }
}

/// The number of a message.
fn number_of(speech: Speech, line: &str) -> Result<i64> {
    let body = match speech {
        Speech::Confab | Speech::Relay => {
            let ServerFrame::Event(Event::Conversation { change, .. }) = serde_json::from_str(line)? else {
                anyhow::bail!("no event of a conversation: {line}");
            };
            let ConversationChange::Message { message } = change else { anyhow::bail!("no message: {line}") };
            message.body
        }
        Speech::SocketIo => {
            let (_, message): (String, serde_json::Value) = serde_json::from_str(line.trim_start_matches("42"))?;
            message["body"].as_str().context("a message has a body")?.to_owned()
        }
    };
    number(&body).with_context(|| format!("a message that nobody posted: {body}"))
}
