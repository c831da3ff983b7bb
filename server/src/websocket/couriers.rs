//! Who carries events to the sockets: one task for each core, and not one for each socket. To wake a task for each of a
//! thousand sockets, each of which then looks at all that its socket may wait for, costs as much as to write to them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, RemoteHandle},
    stream::FuturesUnordered,
};
use tokio::{runtime::Handle, sync::mpsc};

/// Carries out what many sockets have to do often and briefly. Clones share the same tasks, which end with the last.
#[derive(Clone)]
pub struct Couriers(Arc<Pool>);

struct Pool {
    couriers: Vec<mpsc::UnboundedSender<Route>>,
    next: AtomicUsize,
}

/// What is done for one socket until it ends.
type Route = BoxFuture<'static, ()>;

impl Couriers {
    /// As many as the runtime has threads. To be called within one.
    pub fn start() -> Self {
        let couriers = (0..Handle::current().metrics().num_workers()).map(|_| start()).collect();
        Self(Arc::new(Pool { couriers, next: AtomicUsize::new(0) }))
    }

    /// Lets a courier carry `route` out. It ends early once its handle is dropped.
    pub fn carry<T: Send + 'static>(&self, route: impl Future<Output = T> + Send + 'static) -> RemoteHandle<T> {
        let (route, handle) = route.remote_handle();
        let Pool { couriers, next } = &*self.0;
        let turn = next.fetch_add(1, Ordering::Relaxed) % couriers.len();
        // They live for as long as this list of them.
        let _ = couriers[turn].send(route.boxed());
        handle
    }
}

fn start() -> mpsc::UnboundedSender<Route> {
    let (sender, mut arriving) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut routes = FuturesUnordered::new();
        loop {
            tokio::select! {
                arrived = arriving.recv() => match arrived {
                    Some(route) => routes.push(route),
                    None => break,
                },
                Some(()) = routes.next() => {}
            }
        }
    });
    sender
}
