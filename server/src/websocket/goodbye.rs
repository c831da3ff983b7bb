//! The end of a WebSocket.

use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

use super::handshake::Incoming;

/// How long a client may take to say goodbye.
const LIMIT: Duration = Duration::from_secs(2);

/// Tells a client why, and waits until it has answered: hanging up on unread frames would reset the connection and lose
/// our code.
pub async fn say_goodbye(incoming: &mut Incoming, frame: Option<CloseFrame>) {
    let goodbye = async {
        incoming.close(frame).await?;
        while let Some(Ok(message)) = incoming.next().await {
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
        Ok::<_, tokio_tungstenite::tungstenite::Error>(())
    };
    // A client that doesn't say goodbye is gone all the same.
    let _ = timeout(LIMIT, goodbye).await;
}
