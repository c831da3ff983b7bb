//! The client of every page and every route: one connection that asks one thing after the other and takes the answer whole.

use std::{
    cell::RefCell,
    convert::Infallible,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures::{future::try_join_all, stream};
use hdrhistogram::Histogram;
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Method, Request, Response,
    body::{Frame, Incoming},
    client::conn::http1,
    header,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, task::spawn_local};

use crate::{sample::millis, wakeful::Wakeful};

type Body = BoxBody<Bytes, Infallible>;

/// A connection.
pub struct Connection {
    sender: http1::SendRequest<Body>,
    host: String,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        spawn_local(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    /// Asks for something.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Result<Response<Incoming>> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.sender.ready().await?;
        Ok(self.sender.send_request(request.body(body)?).await?)
    }

    /// The whole answer to a GET, with that credential.
    ///
    /// # Errors
    /// For any status but 200.
    pub async fn get(&mut self, path: &str, credential: (header::HeaderName, &str)) -> Result<Bytes> {
        let headers = [(credential.0.as_str(), credential.1)];
        let response = self.send(Method::GET, path, &headers, whole("")).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status == 200, "{path} answered {status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }
}

/// A connection to an API that speaks JSON, as the person of a token.
pub struct Json {
    connection: Connection,
    token: String,
}

impl Json {
    /// Connects; nobody has the empty token.
    pub async fn open(address: SocketAddr, token: &str) -> Result<Self> {
        Ok(Self { connection: Connection::open(address).await?, token: token.to_owned() })
    }

    /// The answer to what is asked.
    ///
    /// # Errors
    /// For any status but 200.
    pub async fn ask(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let (name, credential) =
            if self.token.is_empty() { (NOBODY.0, NOBODY.1.to_owned()) } else { bearer(&self.token) };
        let headers = [(name.as_str(), credential.as_str()), ("content-type", "application/json")];
        let body = body.map(Value::to_string).unwrap_or_default();
        let response = self.connection.send(method, path, &headers, whole(&body)).await?;
        let status = response.status();
        let answer = response.into_body().collect().await?.to_bytes();
        ensure!(status == 200, "{path} answered {status}: {}", String::from_utf8_lossy(&answer));
        Ok(serde_json::from_slice(&answer)?)
    }
}

/// A body that is there already.
pub fn whole(text: &str) -> Body {
    Full::new(Bytes::copy_from_slice(text.as_bytes())).boxed()
}

/// A body that is made while it is sent.
pub fn pieces(pieces: impl Iterator<Item = Bytes> + Send + Sync + 'static) -> Body {
    StreamBody::new(stream::iter(pieces.map(|piece| Ok(Frame::data(piece))))).boxed()
}

/// Whom no token names.
pub const NOBODY: (header::HeaderName, &str) = (header::ACCEPT, "*/*");

/// A token as programs send it.
pub fn bearer(token: &str) -> (header::HeaderName, String) {
    (header::AUTHORIZATION, format!("Bearer {token}"))
}

/// A token as browsers send it.
pub fn cookie(token: &str) -> (header::HeaderName, String) {
    (header::COOKIE, format!("confab_session={token}"))
}

/// What is asked for again and again.
pub struct Asked<'a> {
    pub credential: (header::HeaderName, String),
    /// The next path.
    pub path: &'a dyn Fn() -> String,
    /// Whether an answer is right.
    pub check: &'a dyn Fn(&Bytes) -> Result<()>,
}

/// What came back.
pub struct Answers {
    /// How long each took, in nanoseconds.
    times: Histogram<u64>,
    pub bytes: f64,
    pub faults: Vec<String>,
}

impl Answers {
    /// How many there were.
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    pub fn count(&self) -> f64 {
        self.times.len() as f64
    }

    /// Milliseconds that an answer took, at a quantile.
    pub fn millis(&self, quantile: f64) -> f64 {
        millis(&self.times, quantile)
    }
}

/// Asks over so many connections for so long, each as fast as it is answered.
pub async fn drive(address: SocketAddr, connections: usize, span: Duration, asked: &Asked<'_>) -> Result<Answers> {
    let answers = RefCell::new(Answers { times: Histogram::new(3)?, bytes: 0.0, faults: Vec::new() });
    let _wakeful = Wakeful::stay();
    let until = Instant::now() + span;
    let one = || async {
        let mut connection = Connection::open(address).await?;
        while Instant::now() < until {
            let began = Instant::now();
            let body = connection.get(&(asked.path)(), (asked.credential.0.clone(), &asked.credential.1)).await?;
            let mut answers = answers.borrow_mut();
            answers.times.record(u64::try_from(began.elapsed().as_nanos())?)?;
            answers.bytes += f64::from(u32::try_from(body.len())?);
            if let Err(fault) = (asked.check)(&body)
                && answers.faults.len() < 5
            {
                answers.faults.push(fault.to_string());
            }
        }
        Ok::<_, anyhow::Error>(())
    };
    try_join_all((0..connections).map(|_| one())).await?;
    Ok(answers.into_inner())
}
