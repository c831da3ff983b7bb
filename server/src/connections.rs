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

/// How long to wait when there are no more file descriptors; some connection may end meanwhile.
const RESPITE: Duration = Duration::from_secs(1);

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
