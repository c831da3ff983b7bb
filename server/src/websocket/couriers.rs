//! Who carries events to the sockets: one task for each core, and not one for each socket. To wake a task for each of a
//! thousand sockets, each of which then looks at all that its socket may wait for, costs as much as to write to them.
//!
//! A message to a large room touches each socket's memory once, mostly long after it was last used, so what a courier looks at
//! on its way is what a delivery costs. That is why they aren't a `FuturesUnordered`, which also touches each one's neighbours,
//! why what is to be done isn't boxed, and why a courier looks ahead.

use std::{
    any::Any,
    hint::black_box,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use futures::{
    FutureExt as _,
    task::{ArcWake, waker_ref},
};
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    task::yield_now,
};
use tokio_util::task::AbortOnDropHandle;

/// How many sockets a courier sees to before it lets the other tasks of its thread have a turn.
const TURN: usize = 64;
/// Of how many sockets it looks at the memory before it sees to them, so that it waits once and not for each.
const AHEAD: usize = 16;

/// Carry out what many sockets have to do often and briefly. Their tasks end when this is dropped.
pub struct Couriers<R: Route, M: Memory = ()> {
    all: Vec<Arc<Courier<R, M>>>,
    _tasks: Vec<AbortOnDropHandle<()>>,
    next: AtomicUsize,
}

/// What is done for one socket until it ends.
pub trait Route: Future<Output: Send> + Unpin + Send + 'static {}

impl<R: Future<Output: Send> + Unpin + Send + 'static> Route for R {}

/// What is far from a route and will be looked at on it.
pub trait Memory: Send + Sync + 'static {
    /// Has the processor fetch it: reads something of it and waits for nothing, as one would for a lock.
    fn fetch(&self);
}

impl Memory for () {
    fn fetch(&self) {}
}

/// What comes of it: a value, or what it panicked with.
type Outcome<R> = Result<<R as Future>::Output, Box<dyn Any + Send>>;

impl<R: Route, M: Memory> Couriers<R, M> {
    /// As many as the runtime has threads. To be called within one.
    pub fn start() -> Self {
        let (all, tasks) = (0..Handle::current().metrics().num_workers()).map(|_| Courier::start()).unzip();
        Self { all, _tasks: tasks, next: AtomicUsize::new(0) }
    }

    /// Lets a courier carry `route` out, on which it will look at `memory`.
    pub fn carry(&self, route: R, memory: M) -> Carried<R, M> {
        let (answer, outcome) = oneshot::channel();
        let courier = &self.all[self.next.fetch_add(1, Ordering::Relaxed) % self.all.len()];
        let stop = Arc::new(Stop {
            courier: courier.clone(),
            called: AtomicBool::new(false),
            memory,
            going: Mutex::new(Some(Going { route, answer })),
        });
        ArcWake::wake_by_ref(&stop);
        Carried { stop, outcome }
    }
}

/// A route that is being carried out. It ends early once this is dropped.
pub struct Carried<R: Route, M: Memory> {
    stop: Arc<Stop<R, M>>,
    outcome: oneshot::Receiver<Outcome<R>>,
}

impl<R: Route, M: Memory> Future for Carried<R, M> {
    type Output = R::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<R::Output> {
        match self.outcome.poll_unpin(context) {
            Poll::Ready(Ok(Ok(value))) => Poll::Ready(value),
            Poll::Ready(Ok(Err(panic))) => resume_unwind(panic),
            // The sender can't be gone: it stays beside the route for as long as this does.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl<R: Route, M: Memory> Drop for Carried<R, M> {
    fn drop(&mut self) {
        // Bound, so that what it drops is dropped after the lock.
        let _given_up = self.stop.going().take();
    }
}

/// A task that goes where it is called.
struct Courier<R: Route, M: Memory> {
    calls: Mutex<Vec<Arc<Stop<R, M>>>>,
    called: Notify,
}

impl<R: Route, M: Memory> Courier<R, M> {
    fn start() -> (Arc<Self>, AbortOnDropHandle<()>) {
        let courier = Arc::new(Self { calls: Mutex::default(), called: Notify::new() });
        let task = AbortOnDropHandle::new(tokio::spawn(courier.clone().run()));
        (courier, task)
    }

    async fn run(self: Arc<Self>) {
        let (mut calls, mut visits) = (Vec::new(), 0_usize);
        loop {
            // This lets nobody else have a turn where calls wait already, so visits are counted across them.
            self.called.notified().await;
            std::mem::swap(&mut calls, &mut *self.calls());
            let mut coming = calls.drain(..);
            while let Some(stop) = coming.next() {
                if coming.len().is_multiple_of(AHEAD) {
                    coming.as_slice().iter().take(AHEAD).for_each(|stop| stop.fetch());
                }
                visits += 1;
                if visits.is_multiple_of(TURN) {
                    yield_now().await;
                }
                stop.visit();
            }
        }
    }

    fn call(&self, stop: Arc<Stop<R, M>>) {
        let mut calls = self.calls();
        calls.push(stop);
        let first = calls.len() == 1;
        drop(calls);
        if first {
            self.called.notify_one();
        }
    }

    fn calls(&self) -> MutexGuard<'_, Vec<Arc<Stop<R, M>>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a route has come to, and who goes on from there.
struct Stop<R: Route, M: Memory> {
    courier: Arc<Courier<R, M>>,
    /// Whether the courier has been called and hasn't come yet.
    called: AtomicBool,
    /// Beside the route, in which nobody can look without the lock. Where something in it keeps a waker of the route, it has to
    /// let go of that in the end: the waker holds the stop.
    memory: M,
    /// None once it has ended.
    going: Mutex<Option<Going<R>>>,
}

/// A route, and who wants to know how it ends.
struct Going<R: Route> {
    route: R,
    answer: oneshot::Sender<Outcome<R>>,
}

impl<R: Route, M: Memory> Stop<R, M> {
    fn fetch(&self) {
        black_box((self.called.load(Ordering::Relaxed), self.going.is_poisoned()));
        self.memory.fetch();
    }

    fn visit(self: Arc<Self>) {
        // Before the visit: what happens during it needs another. Exchanged and not only stored, so that the visit sees what
        // each of those did who called, not the first alone.
        self.called.swap(false, Ordering::AcqRel);
        let waker = waker_ref(&self);
        let mut going = self.going();
        let Some(Going { route, .. }) = &mut *going else { return };
        let polled = catch_unwind(AssertUnwindSafe(|| route.poll_unpin(&mut Context::from_waker(&waker))));
        let outcome = match polled {
            Ok(Poll::Pending) => return,
            Ok(Poll::Ready(value)) => Ok(value),
            Err(panic) => Err(panic),
        };
        let ended = going.take();
        drop(going);
        if let Some(Going { answer, .. }) = ended {
            // Whoever gave it up doesn't want to know.
            let _ = answer.send(outcome);
        }
    }

    fn going(&self) -> MutexGuard<'_, Option<Going<R>>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Route, M: Memory> ArcWake for Stop<R, M> {
    fn wake_by_ref(stop: &Arc<Self>) {
        if !stop.called.swap(true, Ordering::AcqRel) {
            stop.courier.call(stop.clone());
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
        let couriers = Couriers::<_>::start();
        let (sender, mut receiver) = mpsc::channel(1);
        let route = async move {
            let first: i32 = receiver.recv().await.expect("sent");
            first + receiver.recv().await.expect("sent")
        };
        let carried = couriers.carry(route.boxed(), ());
        for number in [1, 2] {
            sender.send(number).await.expect("heard");
        }
        assert_eq!(carried.await, 3);
    }

    #[tokio::test]
    async fn a_route_ends_with_its_handle() {
        let couriers = Couriers::<_>::start();
        let (sender, receiver) = oneshot::channel::<()>();
        let route = async move {
            let _kept = receiver;
            pending::<()>().await;
        };
        let carried = couriers.carry(route.boxed(), ());
        drop(carried);
        assert!(sender.is_closed());
    }

    #[tokio::test]
    async fn a_panic_is_that_of_who_waits_and_the_courier_goes_on() {
        let couriers = Couriers::<_>::start();
        let panicking = couriers.carry(async { panic!("as wanted") }.boxed(), ());
        assert!(AssertUnwindSafe(panicking).catch_unwind().await.is_err());
        assert_eq!(couriers.carry(async { 1 }.boxed(), ()).await, 1);
    }
}
