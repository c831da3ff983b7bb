//! A client of XMPP servers: just what someone needs who talks in rooms (XEP-0045), reads their archive (XEP-0313), and goes on with
//! a stream whose connection is gone (XEP-0198).

use std::{collections::VecDeque, net::SocketAddr};

use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::{Buf as _, BytesMut};
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The only host.
pub const HOST: &str = "localhost";

/// A stream of stanzas, there and back.
pub struct Line {
    stream: TcpStream,
    /// What has come and isn't read yet.
    come: BytesMut,
    managed: Option<Managed>,
}

/// What both sides know of a stream that can be gone on with: who it is, and how many stanzas went there and came back.
struct Managed {
    id: String,
    heard: u32,
    /// Stanzas that the server may not have, and how many went before them.
    sent: VecDeque<String>,
    taken: u32,
}

/// What came: of whatever it holds, what someone in a room wants to know.
#[derive(Debug, Default)]
pub struct Stanza {
    pub name: String,
    /// Its `type`.
    pub kind: String,
    pub id: String,
    /// How many stanzas the server has taken, where it says so.
    pub count: Option<u32>,
    /// The bare address that it is from: in a room, the room's.
    pub from: String,
    /// What was said, now or, out of the archive, then.
    pub body: Option<String>,
    /// Under which id it lies in the archive.
    pub archived: Option<String>,
    /// Out of the archive, not live.
    pub missed: bool,
    /// The archive has told everything that was asked for.
    pub told_all: bool,
    /// The presence is one's own: the room has let one in (status 110).
    pub entered: bool,
}

impl Line {
    /// Opens a stream of one's own, over plain TCP with SASL PLAIN. A managed one can be gone on with.
    pub async fn open(address: SocketAddr, name: &str, password: &str, managed: bool) -> Result<Self> {
        let mut line = Self::sign_in(address, name, password).await?;
        line.say("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>").await?;
        let answer = line.hear().await?;
        ensure!(answer.kind == "result", "no resource: {answer:?}");
        if managed {
            line.say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>").await?;
            let answer = line.hear().await?;
            ensure!(answer.name == "enabled" && !answer.id.is_empty(), "the stream can’t be gone on with: {answer:?}");
            line.managed = Some(Managed { id: answer.id, heard: 0, sent: VecDeque::new(), taken: 0 });
        }
        line.say("<presence/>").await?;
        Ok(line)
    }

    /// The connection is gone, with what was on its way; another goes on with the stream, and nothing is lost. False where the
    /// stream isn't a managed one.
    pub async fn resume(&mut self, address: SocketAddr, name: &str, password: &str) -> Result<bool> {
        let Some(mut managed) = self.managed.take() else { return Ok(false) };
        *self = Self::sign_in(address, name, password).await?;
        let (id, heard) = (&managed.id, managed.heard);
        self.say(&format!("<resume xmlns='urn:xmpp:sm:3' previd='{id}' h='{heard}'/>")).await?;
        let answer = self.hear().await?;
        ensure!(answer.name == "resumed", "the stream is gone: {answer:?}");
        managed.forget(answer.count.context("the server says what it has")?);
        for stanza in &managed.sent {
            self.stream.write_all(stanza.as_bytes()).await?;
        }
        self.managed = Some(managed);
        Ok(true)
    }

    async fn sign_in(address: SocketAddr, name: &str, password: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut line = Self { stream, come: BytesMut::new(), managed: None };
        line.begin().await?;
        let words = BASE64_STANDARD.encode(format!("\0{name}\0{password}"));
        line.say(&format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{words}</auth>")).await?;
        let answer = line.hear().await?;
        ensure!(answer.name == "success", "no sign-in: {answer:?}");
        line.begin().await?;
        Ok(line)
    }

    /// Begins a stream, and hears what the server offers.
    async fn begin(&mut self) -> Result<()> {
        self.say(&format!(
            "<?xml version='1.0'?><stream:stream to='{HOST}' version='1.0' xmlns='jabber:client' \
             xmlns:stream='http://etherx.jabber.org/streams'>"
        ))
        .await?;
        let opened = b"<stream:features";
        loop {
            if let Some(at) = self.come.windows(opened.len()).position(|window| window == opened) {
                // What stands before it is the stream's own beginning, which has no end.
                self.come.advance(at);
                break;
            }
            self.read().await?;
        }
        self.hear().await?;
        Ok(())
    }

    /// Says something.
    pub async fn say(&mut self, stanza: &str) -> Result<()> {
        if let Some(managed) = &mut self.managed {
            managed.sent.push_back(stanza.to_owned());
        }
        Ok(self.stream.write_all(stanza.as_bytes()).await?)
    }

    /// The next stanza. Nothing is lost where the waiting for it is given up.
    pub async fn hear(&mut self) -> Result<Stanza> {
        loop {
            if let Some((stanza, length)) = Stanza::read(&self.come)? {
                self.manage(&stanza)?;
                self.come.advance(length);
                ensure!(stanza.kind != "error", "refused: {stanza:?}");
                if !matches!(stanza.name.as_str(), "r" | "a") {
                    return Ok(stanza);
                }
                continue;
            }
            self.read().await?;
        }
    }

    /// Counts what the server counts, and tells it how far that is where it asks.
    fn manage(&mut self, stanza: &Stanza) -> Result<()> {
        let Some(managed) = &mut self.managed else { return Ok(()) };
        match stanza.name.as_str() {
            "message" | "presence" | "iq" => managed.heard += 1,
            "r" => {
                let answer = format!("<a xmlns='urn:xmpp:sm:3' h='{}'/>", managed.heard);
                // Whoever gives up waiting must find it said as a whole, or not at all.
                ensure!(self.stream.try_write(answer.as_bytes())? == answer.len(), "the server doesn’t read");
            }
            "a" => managed.forget(stanza.count.context("the server says what it has")?),
            _ => {}
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<()> {
        ensure!(self.stream.read_buf(&mut self.come).await? > 0, "the server closed the connection");
        Ok(())
    }
}

impl Managed {
    /// The server has taken so many stanzas.
    fn forget(&mut self, taken: u32) {
        while self.taken < taken && self.sent.pop_front().is_some() {
            self.taken += 1;
        }
    }
}

impl Stanza {
    /// The first stanza of these bytes, with its length; none while it isn't whole.
    fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>> {
        let mut reader = Reader::from_reader(bytes);
        let (mut stanza, mut depth, mut in_body) = (Self::default(), 0, false);
        loop {
            let event = match reader.read_event() {
                Ok(Event::Eof) | Err(quick_xml::Error::Syntax(_)) => return Ok(None),
                event => event?,
            };
            match event {
                Event::Start(start) => {
                    stanza.note(&start, depth)?;
                    in_body = start.name().as_ref() == b"body";
                    depth += 1;
                }
                Event::Empty(start) => stanza.note(&start, depth)?,
                Event::End(_) => {
                    depth -= 1;
                    in_body = false;
                }
                Event::Text(text) if in_body => stanza.body = Some(text.decode()?.into_owned()),
                _ => {}
            }
            if depth == 0 && !stanza.name.is_empty() {
                return Ok(Some((stanza, usize::try_from(reader.buffer_position())?)));
            }
        }
    }

    fn note(&mut self, start: &BytesStart<'_>, depth: usize) -> Result<()> {
        let attribute = |name: &str| -> Result<Option<String>> {
            let Some(attribute) = start.try_get_attribute(name)? else { return Ok(None) };
            Ok(Some(attribute.normalized_value(XmlVersion::Implicit1_0)?.into_owned()))
        };
        match start.name().as_ref() {
            name if depth == 0 => {
                self.name = String::from_utf8(name.to_vec())?;
                self.kind = attribute("type")?.unwrap_or_default();
                self.id = attribute("id")?.unwrap_or_default();
                self.count = attribute("h")?.and_then(|count| count.parse().ok());
                let from = attribute("from")?.unwrap_or_default();
                from.split('/').next().unwrap_or_default().clone_into(&mut self.from);
            }
            b"stanza-id" => self.archived = attribute("id")?,
            b"result" => {
                self.archived = attribute("id")?;
                self.missed = true;
            }
            b"fin" => self.told_all = attribute("complete")?.as_deref() == Some("true"),
            b"status" => self.entered |= attribute("code")?.as_deref() == Some("110"),
            b"stream:error" => bail!("the server ends the stream"),
            _ => {}
        }
        Ok(())
    }

    /// What was said, where something was.
    pub fn said(&self) -> Result<Option<(&str, &str)>> {
        let Some(body) = self.body.as_deref() else { return Ok(None) };
        Ok(Some((body, self.archived.as_deref().context("what is said in a room is archived")?)))
    }
}
