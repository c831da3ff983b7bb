//! What everyone must hear: the same messages in the same order, each once. The first who hears a message says what it
//! is, and it is read in full; everyone else must hear the very same bytes.

use std::{cell::RefCell, collections::HashMap, rc::Rc, time::Instant};

use anyhow::{Context as _, Result, ensure};
use hdrhistogram::Histogram;
use protocol::{ConversationChange, Event, ServerFrame};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::{
    place::number,
    sample::millis,
    socket::{Ear, Speech},
};

/// How many faults are told apart before the rest are only counted.
const TOLD: usize = 5;

/// Clones are the same ledger.
#[derive(Clone)]
pub struct Ledger(Rc<Shared>);

struct Shared {
    speech: Speech,
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
    pub fn new(speech: Speech, listeners: usize) -> Result<Self> {
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
        Ok(Self(Rc::new(Shared { speech, listeners, pages: RefCell::new(pages), changed: Notify::new() })))
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
            if let Err(fault) = pages.hear(self.0.speech, self.0.listeners, line, next, now) {
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
    fn hear(&mut self, speech: Speech, listeners: usize, line: &str, next: &mut usize, now: Instant) -> Result<()> {
        if self.heard.get(*next).is_none_or(|expected| *expected.line != *line) {
            if !is_message(speech, line) {
                return self.acknowledge(line);
            }
            ensure!(*next == self.heard.len(), "not the {next}. message: a gap, a message twice, or another order");
            let heard = self.read(speech, listeners, line)?;
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

    /// Reads a message that nobody has heard yet.
    fn read(&self, speech: Speech, listeners: usize, line: &str) -> Result<Heard> {
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
        let number = number(&body).with_context(|| format!("a message that nobody posted: {body}"))?;
        let due = *self.due.get(&number).with_context(|| format!("message {number} was never posted"))?;
        Ok(Heard { line: line.into(), due, left: listeners })
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

fn is_message(speech: Speech, line: &str) -> bool {
    match speech {
        Speech::Confab | Speech::Relay => line.starts_with("{\"event\":{\"conversation\":"),
        Speech::SocketIo => line.starts_with("42[\"message\","),
    }
}
