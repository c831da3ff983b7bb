//! A line in which things wait for one that takes them. It holds no memory while it is empty, as most of thousands are;
//! channels keep blocks of it.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Mutex, PoisonError},
    task::Poll,
};

use futures::task::AtomicWaker;

/// A line of bounded cost.
pub struct Queue<T> {
    limit: usize,
    waiting: Mutex<Waiting<T>>,
    filled: AtomicWaker,
}

struct Waiting<T> {
    items: VecDeque<(T, usize)>,
    cost: usize,
}

/// There is no room left in the line.
#[derive(Debug)]
pub struct Full;

impl<T> Queue<T> {
    /// A line in which things may wait that cost `limit` together.
    pub fn new(limit: usize) -> Self {
        let waiting = Mutex::new(Waiting { items: VecDeque::new(), cost: 0 });
        Self { limit, waiting, filled: AtomicWaker::new() }
    }

    /// Puts something at its end.
    ///
    /// # Errors
    /// [`Full`] if all that waits would then cost more than the limit.
    pub fn push(&self, item: T, cost: usize) -> Result<(), Full> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.cost + cost > self.limit {
            return Err(Full);
        }
        waiting.cost += cost;
        waiting.items.push_back((item, cost));
        drop(waiting);
        self.filled.wake();
        Ok(())
    }

    /// Waits for the next thing. Safe to cancel: nothing is taken before it is returned. Of several that wait at once, only
    /// the last one hears of it.
    pub async fn next(&self) -> T {
        poll_fn(|context| {
            self.filled.register(context.waker());
            self.take().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    fn take(&self) -> Option<T> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (item, cost) = waiting.items.pop_front()?;
        waiting.cost -= cost;
        if waiting.items.is_empty() {
            waiting.items = VecDeque::new();
        }
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn what_waits_comes_in_order_and_makes_room() {
        let queue = Queue::new(10);
        for item in [1, 2] {
            queue.push(item, 5).expect("room");
        }
        assert!(queue.push(3, 1).is_err());
        assert_eq!((queue.next().now_or_never(), queue.push(3, 5).is_ok()), (Some(1), true));
        assert_eq!((queue.next().now_or_never(), queue.next().now_or_never()), (Some(2), Some(3)));
        assert!(queue.next().now_or_never().is_none());
    }
}
