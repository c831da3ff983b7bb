//! `TestApp::start().await` is a server of one's own.

use std::{path::Path, sync::Arc, time::Duration};

use chat::Environment;
use clap::Parser as _;
use server::{Settings, settings::CommandLine};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::timeout};

use crate::person::Person;

/// How long anything may take that a test waits for. Never waited out unless the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running server with a fresh database.
pub struct TestApp {
    /// Its address, without a slash at the end.
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    folder: Arc<TempDir>,
}

impl TestApp {
    /// A server without rate limits.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A server with more settings.
    pub async fn with(flags: &[&str]) -> Self {
        Self::with_clock(flags, Environment::real()).await
    }

    /// A server with more settings and a clock of the test's.
    pub async fn with_clock(flags: &[&str], environment: Environment) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        Self::in_folder(folder, flags, environment).await
    }

    async fn in_folder(folder: Arc<TempDir>, flags: &[&str], environment: Environment) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let settings = settings(folder.path(), flags);
        let (stop, stopped) = oneshot::channel();
        let (started, ready) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            let announce = |_: &str| started.send(()).expect("the test waits");
            server::serve(listener, settings, environment, stopped, announce).await.expect("it serves");
        });
        timeout(PATIENCE, ready).await.expect("it starts in time").expect("it starts");
        Self { url, stop: Some(stop), serving, folder }
    }

    /// Someone who has just signed up over the form.
    pub async fn user(&self, name: &str) -> Person {
        Person::sign_up(&self.url, name).await
    }

    /// Asks the server to stop, without waiting for it.
    pub fn begin_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until the server has stopped.
    pub async fn stopped(self) {
        timeout(PATIENCE, self.serving).await.expect("it stops in time").expect("it stops well");
    }

    /// Stops the server and starts one with the same data, at another port.
    pub async fn restart(mut self) -> Self {
        self.begin_to_stop();
        let folder = self.folder.clone();
        self.stopped().await;
        Self::in_folder(folder, &[], Environment::real()).await
    }
}

/// Everything named on the command line, so that nothing from the developer's environment gets in.
fn settings(data: &Path, flags: &[&str]) -> Settings {
    let data = data.join("data");
    let database = format!("sqlite://{}/confab.db", data.display());
    let uploads = data.join("uploads").to_str().expect("a path in UTF-8").to_owned();
    let data = data.to_str().expect("a path in UTF-8").to_owned();
    let own = ["confab", "--data", &data, "--database-url", &database, "--uploads", &uploads].into_iter();
    let limit = if flags.contains(&"--rate-limit") { &[][..] } else { &["--rate-limit", "off"] };
    CommandLine::try_parse_from(own.chain(limit.iter().copied()).chain(flags.iter().copied())).expect("flags").settings
}
