//! Who carries events to the sockets: one task for each core, and not one for each socket. To wake a task for each of a
//! thousand sockets, each of which then looks at all that its socket may wait for, costs as much as to write to them.
//!
//! A message to a large room touches each socket's memory once, mostly long after it was last used, so what a courier looks at
//! on its way is what a delivery costs. That is why they aren't a `FuturesUnordered`, which also touches each one's neighbours.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, resume_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    task::yield_now,
};
use tokio_util::task::AbortOnDropHandle;

/// How many sockets a courier sees to before it lets the other tasks of its thread have a turn.
const TURN: usize = 64;

/// Carries out what many sockets have to do often and briefly. Clones share the same tasks, which end with the last.
#[derive(Clone)]
pub struct Couriers(Arc<Pool>);

struct Pool {
    couriers: Vec<(Arc<Courier>, AbortOnDropHandle<()>)>,
    next: AtomicUsize,
}

/// What is done for one socket until it ends.
type Route = BoxFuture<'static, ()>;
/// What comes of it: a value, or what it panicked with.
type Outcome<T> = Result<T, Box<dyn Any + Send>>;

impl Couriers {
    /// As many as the runtime has threads. To be called within one.
    pub fn start() -> Self {
        let couriers = (0..Handle::current().metrics().num_workers()).map(|_| Courier::start()).collect();
        Self(Arc::new(Pool { couriers, next: AtomicUsize::new(0) }))
    }

    /// Lets a courier carry `route` out.
    pub fn carry<T: Send + 'static>(&self, route: impl Future<Output = T> + Send + 'static) -> Carried<T> {
        let (answer, outcome) = oneshot::channel();
        let route = async move {
            // Whoever gave it up doesn't want to know.
            let _ = answer.send(AssertUnwindSafe(route).catch_unwind().await);
        };
        let Pool { couriers, next } = &*self.0;
        let (courier, _) = &couriers[next.fetch_add(1, Ordering::Relaxed) % couriers.len()];
        let stop = Arc::new(Stop {
            courier: courier.clone(),
            called: AtomicBool::new(false),
            route: Mutex::new(Some(route.boxed())),
        });
        stop.wake_by_ref();
        Carried { stop, outcome }
    }
}

/// A route that is being carried out. It ends early once this is dropped.
pub struct Carried<T> {
    stop: Arc<Stop>,
    outcome: oneshot::Receiver<Outcome<T>>,
}

impl<T> Future for Carried<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match self.outcome.poll_unpin(context) {
            Poll::Ready(Ok(Ok(value))) => Poll::Ready(value),
            Poll::Ready(Ok(Err(panic))) => resume_unwind(panic),
            // The sender can't be gone: it is part of the route, which stays for as long as this does.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl<T> Drop for Carried<T> {
    fn drop(&mut self) {
        self.stop.route().take();
    }
}

/// A task that goes where it is called.
#[derive(Default)]
struct Courier {
    calls: Mutex<Vec<Arc<Stop>>>,
    called: Notify,
}

impl Courier {
    fn start() -> (Arc<Self>, AbortOnDropHandle<()>) {
        let courier = Arc::new(Self::default());
        let task = AbortOnDropHandle::new(tokio::spawn(courier.clone().run()));
        (courier, task)
    }

    async fn run(self: Arc<Self>) {
        let (mut calls, mut visits) = (Vec::new(), 0_usize);
        loop {
            // This lets nobody else have a turn where calls wait already, so visits are counted across them.
            self.called.notified().await;
            std::mem::swap(&mut calls, &mut *self.calls());
            for stop in calls.drain(..) {
                visits += 1;
                if visits.is_multiple_of(TURN) {
                    yield_now().await;
                }
                stop.visit();
            }
        }
    }

    fn call(&self, stop: Arc<Stop>) {
        let mut calls = self.calls();
        calls.push(stop);
        let first = calls.len() == 1;
        drop(calls);
        if first {
            self.called.notify_one();
        }
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Arc<Stop>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a route has come to, and who goes on from there.
struct Stop {
    courier: Arc<Courier>,
    /// Whether the courier has been called and hasn't come yet.
    called: AtomicBool,
    /// None once it has ended.
    route: Mutex<Option<Route>>,
}

impl Stop {
    fn visit(self: Arc<Self>) {
        // Before the visit: what happens during it needs another. Exchanged and not only stored, so that the visit sees what
        // each of those did who called, not the first alone.
        self.called.swap(false, Ordering::AcqRel);
        let waker = Waker::from(self.clone());
        let mut route = self.route();
        if let Some(going) = &mut *route
            && going.poll_unpin(&mut Context::from_waker(&waker)).is_ready()
        {
            *route = None;
        }
    }

    fn route(&self) -> MutexGuard<'_, Option<Route>> {
        self.route.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Stop {
    fn wake(self: Arc<Self>) {
        if !self.called.swap(true, Ordering::AcqRel) {
            self.courier.clone().call(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_route_goes_on_when_it_is_woken_and_says_how_it_ended() {
        let couriers = Couriers::start();
        let (sender, mut receiver) = mpsc::channel(1);
        let carried = couriers.carry(async move {
            let first: i32 = receiver.recv().await.expect("sent");
            first + receiver.recv().await.expect("sent")
        });
        for number in [1, 2] {
            sender.send(number).await.expect("heard");
        }
        assert_eq!(carried.await, 3);
    }

    #[tokio::test]
    async fn a_route_ends_with_its_handle() {
        let couriers = Couriers::start();
        let (sender, receiver) = oneshot::channel::<()>();
        let carried = couriers.carry(async move {
            let _kept = receiver;
            pending::<()>().await;
        });
        drop(carried);
        assert!(sender.is_closed());
    }

    #[tokio::test]
    async fn a_panic_is_that_of_who_waits_and_the_courier_goes_on() {
        let couriers = Couriers::start();
        let panicking = couriers.carry(async { panic!("as wanted") });
        assert!(AssertUnwindSafe(panicking).catch_unwind().await.is_err());
        assert_eq!(couriers.carry(async { 1 }).await, 1);
    }
}
