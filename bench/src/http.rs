//! The client of every page and every route: one connection that asks one thing after the other and takes the answer whole.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::spawn_local};

/// A connection.
pub struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
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

    /// What the server answers to a GET with that token; by cookie where a page is asked for.
    ///
    /// # Errors
    /// For any status but 200.
    pub async fn get(&mut self, path: &str, credential: (header::HeaderName, &str)) -> Result<Bytes> {
        let request = Request::get(path).header(header::HOST, &self.host).header(credential.0, credential.1);
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Full::default())?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status == 200, "{path} answered {status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }
}

/// A token as programs send it.
pub fn bearer(token: &str) -> (header::HeaderName, String) {
    (header::AUTHORIZATION, format!("Bearer {token}"))
}

/// A token as browsers send it.
pub fn cookie(token: &str) -> (header::HeaderName, String) {
    (header::COOKIE, format!("confab_session={token}"))
}
