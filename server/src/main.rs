//! The program `confab`: reads the settings, listens, serves until it is told to stop.

use std::{io, process::ExitCode};

use clap::Parser as _;
use server::{
    Settings, StartError,
    settings::{BackupArguments, Command, CommandLine, RestoreArguments, SeedArguments},
};
use tikv_jemallocator::Jemalloc;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// The status of a backup that was made or restored, but in which bytes of files are missing.
const INCOMPLETE: u8 = 3;

fn main() -> ExitCode {
    let outcome = read_dotenv().and_then(|()| {
        let line = CommandLine::parse();
        match line.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(line.settings).map(|()| ExitCode::SUCCESS),
            Command::Seed(arguments) => seed(&line.settings, arguments).map(|()| ExitCode::SUCCESS),
            Command::Backup(arguments) => back_up(&line.settings, &arguments),
            Command::Restore(arguments) => restore(&line.settings, &arguments),
        }
    });
    outcome.unwrap_or_else(|message| {
        eprintln!("confab: {message}");
        ExitCode::FAILURE
    })
}

/// Only the current folder's file, not that of some folder above: what a program obeys should be in sight.
fn read_dotenv() -> Result<(), String> {
    match dotenvy::from_path(".env") {
        Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|error| format!("the file .env can’t be read: {error}")),
    }
}

#[tokio::main]
async fn serve(settings: Settings) -> Result<(), String> {
    server::log::start(&settings)?;
    raise_file_limit();
    let listener = TcpListener::bind(&settings.addr).await.map_err(|error| cannot_listen(&settings.addr, &error))?;
    let stop = stop_signal().map_err(|error| format!("can’t listen for signals: {error}"))?;
    server::serve(listener, settings, chat::Environment::real(), stop, |address| println!("Confab is at {address}"))
        .await
        .map_err(|error| error.to_string())
}

#[tokio::main]
async fn seed(settings: &Settings, arguments: SeedArguments) -> Result<(), String> {
    server::log::start(settings)?;
    let seeded = server::seed(settings, chat::Environment::real(), arguments).await.map_err(|error| match error {
        StartError::Seed(chat::Error::Refusal(protocol::Error::Conflict { message })) => {
            format!("{message} To add to them, say: confab seed --add")
        }
        other => other.to_string(),
    })?;
    let chat::Seeded { people, conversations, messages, username, password } = seeded;
    println!("Made {people} people, {conversations} conversations and {messages} messages.");
    println!("Sign in as {username}, or as anyone else, with the password {password}");
    Ok(())
}

#[tokio::main]
async fn back_up(settings: &Settings, arguments: &BackupArguments) -> Result<ExitCode, String> {
    server::log::start(settings)?;
    let made = server::back_up(settings, chat::Environment::real(), arguments).await;
    let chat::Backup { people, messages, files, bytes, lost } = made.map_err(|error| error.to_string())?;
    let file = arguments.file.display();
    println!("Backed up {people} people, {messages} messages and {files} files ({bytes} bytes) to {file}");
    Ok(incomplete(&lost))
}

#[tokio::main]
async fn restore(settings: &Settings, arguments: &RestoreArguments) -> Result<ExitCode, String> {
    server::log::start(settings)?;
    let restored = server::restore(settings, chat::Environment::real(), arguments).await;
    let chat::Restored { made_at, people, messages, files, lost } = restored.map_err(|error| error.to_string())?;
    println!("Restored {people} people, {messages} messages and {files} files, as they were at {made_at}");
    Ok(incomplete(&lost))
}

fn incomplete(lost: &[String]) -> ExitCode {
    for hash in lost {
        eprintln!("confab: the bytes of a file are missing or damaged: {hash}");
    }
    if lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) }
}

/// Every socket is an open file, and most systems let a program have 1,024 of them unless it asks for what it may have.
fn raise_file_limit() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => tracing::debug!(limit, "open files"),
        Err(error) => tracing::warn!(%error, "the limit on open files can’t be raised: few can be connected at once"),
    }
}

fn cannot_listen(addr: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{addr} is taken by another program. Stop that one, or choose another address: CONFAB_ADDR=127.0.0.1:5001"
        ),
        io::ErrorKind::PermissionDenied => format!(
            "listening on {addr} is not allowed. Choose a port from 1024 up, for example CONFAB_ADDR=127.0.0.1:5000"
        ),
        _ => format!("can’t listen on CONFAB_ADDR={addr}: {error}"),
    }
}

/// Resolves at Ctrl-C or when a service manager asks to stop. The handlers are set when this returns, before serving.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
