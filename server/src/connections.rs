//! Connections: each in a task of its own, none for longer than it is of use, all finished before the server ends.
//!
//! Instead of `axum::serve`, which has no limit on how long a client may take to send its headers: a few thousand that
//! send one byte a minute ("slowloris") would keep everyone else out.

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::impatient::Impatient;

/// How long a client may take to send a request's headers, and a connection may wait for its next request. Longer than
/// proxies keep theirs (nginx: 60 seconds), so that they end them and not we, in the middle of a request.
const HEADERS: Duration = Duration::from_secs(75);

/// How many connections may wait until they are accepted, as far as the system lets them (`net.core.somaxconn`; 4,096 by default on
/// Linux). Tokio's 1,024 aren't enough when everyone comes back at once after a restart: what is beyond waits for a second and
/// longer, and some are reset.
const WAITING: i32 = 65_535;

/// How long to wait when there are no more file descriptors; some connection may end meanwhile.
const RESPITE: Duration = Duration::from_secs(1);

/// Lets thousands wait to be accepted. A socket that listens may be told so again: only the length of its queue changes.
///
/// # Errors
/// It isn't a socket that listens.
pub fn lengthen_queue(listener: &TcpListener) -> io::Result<()> {
    Ok(rustix::net::listen(listener, WAITING)?)
}

/// Answers on `listener` until `stopping`, then lets every request finish that is under way.
pub async fn run(listener: TcpListener, router: Router, stopping: CancellationToken) {
    let connections = TaskTracker::new();
    while let Some(accepted) = stopping.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(connection(stream, peer, router.clone(), stopping.clone()));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "can’t accept connections");
                tokio::time::sleep(RESPITE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, stopping: CancellationToken) {
    // What we write is whole frames and responses: waiting for more only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "can’t set TCP_NODELAY");
    }
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS);
    let mut serving = pin!(
        http.serve_connection(TokioIo::new(Impatient::new(stream)), TowerToHyperService::new(service)).with_upgrades()
    );
    let outcome = if let Some(ended) = stopping.run_until_cancelled(serving.as_mut()).await {
        ended
    } else {
        serving.as_mut().graceful_shutdown();
        serving.await
    };
    if let Err(error) = outcome {
        // Clients break off all the time; that is no fault of ours.
        tracing::debug!(%error, "connection ended");
    }
}

/// A client that was gone before its connection was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use futures::future::try_join_all;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn more_than_a_thousand_may_wait_to_be_accepted() {
        rlimit::increase_nofile_limit(4_096).expect("so many files");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        lengthen_queue(&listener).expect("listens");
        let address = listener.local_addr().expect("an address");
        let coming = try_join_all((0..1_500).map(|_| TcpStream::connect(address)));
        // Who finds no room tries again after a second, after three, after seven.
        let waiting = timeout(Duration::from_secs(30), coming).await.expect("room for all").expect("connects");
        assert_eq!(waiting.len(), 1_500);
    }
}
