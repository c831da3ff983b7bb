//! One connected device: a bounded queue that the hub fills and the transport empties.

use std::{
    future::poll_fn,
    hint::black_box,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use futures::task::AtomicWaker;
use protocol::ServerFrame;
use smallvec::SmallVec;

use super::{Hub, Published, encode};
use crate::Caller;

/// How many live events may wait for a socket before it counts as too slow. What it is cut off from, it resumes.
const MAX_QUEUED: usize = 1_000;

/// Why a socket is closed from our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The session has ended.
    SignedOut,
    /// The client read too slowly.
    TooSlow,
    /// The server is restarting.
    Restarting,
}

/// What a transport gets to send.
#[derive(Clone)]
pub enum Item {
    /// An event, shared with the other sockets that it goes to.
    Event(Arc<Published>),
    /// A frame for this socket alone, as one line of JSON.
    Frame(Arc<str>),
}

impl Item {
    /// What it is, as a line of the socket's protocol.
    pub fn line(&self) -> &str {
        match self {
            Self::Event(published) => published.frame(),
            Self::Frame(line) => line,
        }
    }
}

/// Several in a row. Mostly it is one, and that needs no memory of its own, which would have to be fetched for each socket.
pub type Items = SmallVec<[Item; 1]>;

/// What a transport has to do next.
pub enum Delivery {
    /// Send these; all that had queued.
    Items(Items),
    /// Close, and say why. Nothing comes after it.
    Closed(CloseReason),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SocketId(u64);

pub(crate) struct Socket {
    id: SocketId,
    caller: Caller,
    queue: Mutex<Queue>,
    filled: AtomicWaker,
}

struct Queue {
    items: Items,
    /// Live events that wait behind the first catch-up; none once that is through.
    held: Option<Vec<Item>>,
    live: usize,
    closed: Option<CloseReason>,
}

impl Socket {
    pub(super) fn new(caller: Caller) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let queue = Queue { items: Items::new(), held: Some(Vec::new()), live: 0, closed: None };
        Arc::new(Self {
            id: SocketId(NEXT.fetch_add(1, Ordering::Relaxed)),
            caller,
            queue: Mutex::new(queue),
            filled: AtomicWaker::new(),
        })
    }

    pub(super) const fn id(&self) -> SocketId {
        self.id
    }

    pub(super) const fn caller(&self) -> Caller {
        self.caller
    }

    /// Has the processor fetch it: reads something of it and waits for nothing, as one would for a lock.
    pub(super) fn fetch(&self) {
        black_box((self.caller.user_id, self.queue.is_poisoned()));
    }

    /// Queues a live event, or cuts the socket off if it has fallen too far behind.
    pub(super) fn deliver(&self, published: &Arc<Published>) {
        let mut queue = self.queue();
        if queue.closed.is_some() {
            return;
        }
        if queue.live >= MAX_QUEUED {
            queue.close(CloseReason::TooSlow);
        } else {
            queue.live += 1;
            let item = Item::Event(published.clone());
            match &mut *queue {
                Queue { held: Some(held), .. } => held.push(item),
                Queue { items, .. } => items.push(item),
            }
        }
        drop(queue);
        self.filled.wake();
    }

    pub(super) fn close(&self, reason: CloseReason) {
        self.queue().close(reason);
        self.filled.wake();
    }

    fn push(&self, frame: Arc<str>) {
        let mut queue = self.queue();
        // A catch-up that was under way when the session ended must not come after the end.
        if matches!(queue.closed, None | Some(CloseReason::Restarting)) {
            queue.items.push(Item::Frame(frame));
        }
        drop(queue);
        self.filled.wake();
    }

    fn release(&self) {
        let mut queue = self.queue();
        if let Some(held) = queue.held.take() {
            queue.items.extend(held);
        }
        drop(queue);
        self.filled.wake();
    }

    fn take(&self) -> Option<Delivery> {
        let mut queue = self.queue();
        if queue.items.is_empty() {
            return queue.closed.map(Delivery::Closed);
        }
        queue.live = queue.held.as_ref().map_or(0, Vec::len);
        let items = std::mem::take(&mut queue.items);
        let closed = queue.closed.is_some();
        drop(queue);
        if closed {
            // What comes next is there already, and nobody else will say so.
            self.filled.wake();
        }
        Some(Delivery::Items(items))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn close(&mut self, reason: CloseReason) {
        if self.closed.is_none() {
            self.closed = Some(reason);
            self.held = None;
            // Someone whose rights have ended gets nothing more, and who is too slow wouldn't read it. On a restart,
            // what was acknowledged still goes out.
            if reason != CloseReason::Restarting {
                self.items.clear();
            }
        }
    }
}

/// A transport's end of a socket. Dropping it ends the socket.
pub struct Subscription {
    socket: Arc<Socket>,
    hub: Hub,
}

impl Subscription {
    pub(super) const fn new(socket: Arc<Socket>, hub: Hub) -> Self {
        Self { socket, hub }
    }

    /// Whose socket it is.
    pub fn caller(&self) -> Caller {
        self.socket.caller()
    }

    /// What comes for it.
    pub fn deliveries(&self) -> Deliveries {
        Deliveries(self.socket.clone())
    }

    /// Ends the socket, and hears of nothing more.
    pub fn end(&self) {
        self.hub.disconnect(&self.socket);
        // Nobody waits any more; what would have been woken may hold the socket.
        self.socket.filled.take();
    }

    /// Queues a frame for this socket alone.
    pub fn push(&self, frame: &ServerFrame) {
        self.push_encoded(encode(frame).into());
    }

    /// Queues a frame that was encoded before.
    pub(crate) fn push_encoded(&self, frame: Arc<str>) {
        self.socket.push(frame);
    }

    /// Lets live events through from here on, those held back first.
    pub(crate) fn release(&self) {
        self.socket.release();
    }

    pub(crate) fn socket(&self) -> &Arc<Socket> {
        &self.socket
    }
}

/// What comes for a socket.
#[derive(Clone)]
pub struct Deliveries(Arc<Socket>);

impl Deliveries {
    /// Waits until there is something to do. Safe to cancel: nothing is taken before it is returned. Of several that
    /// wait at once, only the last one hears of it.
    pub async fn next(&self) -> Delivery {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Has the processor fetch what will be looked at, for who has several to ask.
    pub fn fetch(&self) {
        self.0.fetch();
    }

    /// The same as [`Deliveries::next`], for a future that polls by hand. Once this was ready, what comes next wakes the
    /// context's task: it needn't ask again before.
    pub fn poll_next(&self, context: &Context<'_>) -> Poll<Delivery> {
        self.0.filled.register(context.waker());
        self.0.take().map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use futures::task::{ArcWake, waker};
    use protocol::{Event, SessionId, UserId};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl ArcWake for Woken {
        fn wake_by_ref(woken: &Arc<Self>) {
            woken.0.store(true, Ordering::Relaxed);
        }
    }

    /// A socket to which one event has come, and who waits for it.
    fn filled() -> (Arc<Socket>, Deliveries, Arc<Published>) {
        let socket = Socket::new(Caller { user_id: UserId(1), session_id: SessionId(1) });
        let published = Published::new(Event::Presence { user_id: UserId(2), online: true });
        socket.release();
        socket.deliver(&published);
        (socket.clone(), Deliveries(socket), published)
    }

    #[test]
    fn who_was_given_something_is_woken_by_what_comes_next() {
        let (socket, deliveries, published) = filled();
        let woken = Arc::<Woken>::default();
        let polled = deliveries.poll_next(&Context::from_waker(&waker(woken.clone())));
        assert!(matches!(polled, Poll::Ready(Delivery::Items(items)) if items.len() == 1));
        assert!(!woken.0.load(Ordering::Relaxed));
        socket.deliver(&published);
        assert!(woken.0.load(Ordering::Relaxed));
    }

    #[test]
    fn an_ended_socket_keeps_nobody() {
        let subscription = Hub::new().connect(Caller { user_id: UserId(1), session_id: SessionId(1) });
        let woken = Arc::<Woken>::default();
        let polled = subscription.deliveries().poll_next(&Context::from_waker(&waker(woken.clone())));
        assert!(polled.is_pending());
        subscription.end();
        assert_eq!(Arc::strong_count(&woken), 1);
    }

    #[test]
    fn who_is_given_the_last_before_a_restart_is_woken_for_the_end() {
        let (socket, deliveries, _) = filled();
        socket.close(CloseReason::Restarting);
        let woken = Arc::<Woken>::default();
        let waker = waker(woken.clone());
        let context = Context::from_waker(&waker);
        assert!(matches!(deliveries.poll_next(&context), Poll::Ready(Delivery::Items(_))));
        assert!(woken.0.load(Ordering::Relaxed));
        let end = deliveries.poll_next(&context);
        assert!(matches!(end, Poll::Ready(Delivery::Closed(CloseReason::Restarting))));
    }
}
