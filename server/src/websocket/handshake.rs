//! From a request to a WebSocket whose connection is ours: what is said over it leaves by its [`Outlet`].

use std::sync::Arc;

use axum::{body::Body, extract::Request, response::Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use protocol::Error;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::server::create_response,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{
    BUFFER, FRAME_LIMIT,
    outlet::{Connection, Outlet},
};
use crate::impatient::Impatient;

/// What the client says.
pub type Incoming = WebSocketStream<Connection>;

/// The answer to a request that opens a WebSocket (RFC 6455, 4.2), and the promise of its connection.
///
/// # Errors
/// [`Error::Invalid`] if it isn't such a request.
pub fn answer(request: Request) -> Result<(Response, OnUpgrade), Error> {
    let (mut parts, _) = request.into_parts();
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    let answer = create_response(&Request::from_parts(parts, ())).ok();
    let (Some(answer), Some(upgrade)) = (answer, upgrade) else {
        let sentence = "Here WebSockets are opened: GET over HTTP/1.1, with the headers of RFC 6455, version 13.";
        return Err(Error::invalid("upgrade", sentence));
    };
    Ok((answer.map(|()| Body::empty()), upgrade))
}

/// The two directions of an opened WebSocket; none if the client left before.
pub async fn open(upgrade: OnUpgrade) -> Option<(Box<Incoming>, Arc<Outlet>)> {
    let upgraded: Upgraded = upgrade.await.ok()?;
    let parts = upgraded.downcast::<TokioIo<Impatient<TcpStream>>>().ok()?;
    let outlet = Arc::new(Outlet::new(parts.io.into_inner().into_inner()));
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_frame_size(Some(FRAME_LIMIT))
        .max_message_size(Some(FRAME_LIMIT));
    // Copied, mostly nothing: the buffer that it lies in has kilobytes.
    let read_already = parts.read_buf.to_vec();
    let connection = Connection(outlet.clone());
    let incoming = WebSocketStream::from_partially_read(connection, read_already, Role::Server, Some(config)).await;
    // Boxed, since whoever passes it on would keep room for it twice.
    Some((Box::new(incoming), outlet))
}
