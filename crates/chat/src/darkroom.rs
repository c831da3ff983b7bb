//! One thread for what takes much memory, started when it is first needed. The C library keeps some of what a thread gave
//! back, for each thread: in a pool of many that becomes hundreds of megabytes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// Does one thing after the other. Its thread ends with it.
#[derive(Default)]
pub(crate) struct Darkroom(OnceLock<mpsc::Sender<Work>>);

impl Darkroom {
    /// What comes of the work; none if it panics.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (done, result) = oneshot::channel();
        let queue = self.0.get_or_init(start);
        // Who asked may have gone.
        let work = move || drop(done.send(work()));
        queue.send(Box::new(work)).ok()?;
        result.await.ok()
    }
}

fn start() -> mpsc::Sender<Work> {
    let (queue, waiting) = mpsc::channel::<Work>();
    thread::spawn(move || {
        for work in waiting {
            // What a panic leaves behind goes with the work; whoever waits for it learns that nothing came of it.
            let _ = catch_unwind(AssertUnwindSafe(work));
        }
    });
    queue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_panics_is_in_nobody_elses_way() {
        let darkroom = Darkroom::default();
        assert_eq!(darkroom.run(|| 1).await, Some(1));
        let failed: Option<i32> = darkroom.run(|| panic!("a decoder fell over")).await;
        assert_eq!(failed, None);
        assert_eq!(darkroom.run(|| 2).await, Some(2));
    }
}
