//! The program itself: what it prints, how it starts and stops, what it logs.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Instant,
};

use reqwest::header;
use serde_json::Value;
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    app::PATIENCE,
    person::{PASSWORD, Person, client, form},
};

/// The program, running in a folder of its own.
pub struct Program {
    process: Child,
    /// Where it answers, as it printed it.
    pub url: String,
}

/// The program with nothing of the developer's environment.
fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_confab"));
    command.env_clear().current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("CONFAB_ADDR", "127.0.0.1:0").env("CONFAB_RATE_LIMIT", "off").envs(settings.iter().copied());
    command
}

impl Program {
    /// Starts it and waits until it says where it is.
    pub async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut command = command(folder, settings);
        command.stderr(fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log"));
        let mut process = command.spawn().expect("it starts");
        let output = process.stdout.take().expect("its output");
        let first_line = spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let line = timeout(PATIENCE, first_line).await.expect("in time").expect("read").expect("a line");
        let url = line.trim().strip_prefix("Confab is at ").unwrap_or_else(|| panic!("said {line:?}")).to_owned();
        Self { process, url }
    }

    /// SIGKILL: no handler runs, no buffer is flushed.
    pub fn kill(mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }

    /// SIGTERM, as service managers stop a program.
    async fn terminate(mut self) -> ExitStatus {
        let sent = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        let gone = spawn_blocking(move || self.process.wait());
        timeout(PATIENCE, gone).await.expect("in time").expect("waited").expect("a status")
    }
}

/// Runs it to its end; what it said on standard output and error, and how it ended.
fn run(mut command: Command) -> (String, String, ExitStatus) {
    let mut process = command.spawn().expect("it starts");
    let (mut output, mut error) = (String::new(), String::new());
    process.stdout.take().expect("piped").read_to_string(&mut output).expect("text");
    process.stderr.take().expect("piped").read_to_string(&mut error).expect("text");
    (output, error, process.wait().expect("it ends"))
}

#[tokio::test]
async fn it_runs_from_an_empty_folder_and_ends_well_when_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::start(folder.path(), &[]).await;
    let mut socket = Person::sign_up(&program.url, "ada").await.listen().await;
    let stopping = tokio::spawn(program.terminate());
    assert_eq!(socket.closed().await, Some(1012));
    let started = Instant::now();
    assert!(stopping.await.expect("it ends").success());
    assert!(started.elapsed() < PATIENCE / 4, "nothing was left to wait for");
    for file in ["data/confab.db", "data/secret"] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
    // The secret was kept, and so is everyone's sign-in.
    let again = Program::start(folder.path(), &[]).await;
    assert!(Person::sign_in(&again.url, "ada").await.is_signed_in().await);
    again.kill();
}

#[test]
fn a_taken_port_is_said_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (output, error, status) = run(command(folder.path(), &[("CONFAB_ADDR", &address)]));
    assert_eq!(status.code(), Some(1));
    assert!(output.is_empty(), "{output}");
    assert!(error.contains(&address) && error.contains("CONFAB_ADDR=127.0.0.1:5001"), "{error}");
}

#[test]
fn a_setting_that_can_not_be_is_said_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, error, status) = run(command(folder.path(), &[("CONFAB_TOKEN_TTL", "soon")]));
    assert!(!status.success() && error.contains("--token-ttl") && error.contains("soon"), "{error}");
    let (_, error, status) = run(command(folder.path(), &[("CONFAB_DATA", "/dev/null/data")]));
    assert!(status.code() == Some(1) && error.contains("CONFAB_DATA"), "{error}");
    let database = ("CONFAB_DATABASE_URL", "sqlite:///nowhere/at/all/confab.db");
    let (_, error, status) = run(command(folder.path(), &[database]));
    assert!(status.code() == Some(1) && error.contains("database"), "{error}");
}

#[test]
fn help_explains_every_setting_and_tells_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut help = command(folder.path(), &[("CONFAB_SECRET", "hush"), ("DATABASE_URL", "postgres://u:hush@h/d")]);
    help.arg("--help");
    let (output, _, status) = run(help);
    assert!(status.success() && !output.contains("hush"), "{output}");
    for setting in [
        "CONFAB_ADDR",
        "CONFAB_DATA",
        "CONFAB_DATABASE_URL",
        "CONFAB_PUBLIC_URL",
        "CONFAB_TRUSTED_PROXIES",
        "CONFAB_NAME",
        "CONFAB_TOKEN_TTL",
        "CONFAB_SECRET",
        "CONFAB_RATE_LIMIT",
        "CONFAB_METRICS_TOKEN",
        "CONFAB_LOG",
        "CONFAB_LOG_FORMAT",
        "SECRET_KEY",
        "DATABASE_URL",
    ] {
        assert!(output.contains(setting), "{setting}");
    }
}

#[tokio::test]
async fn a_dotenv_file_is_read_and_the_environment_wins_over_it() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(".env"), "CONFAB_DATA=./elsewhere\nCONFAB_ADDR=256.0.0.1:1\n").expect("written");
    Program::start(folder.path(), &[]).await.kill();
    assert!(folder.path().join("elsewhere/confab.db").exists());
}

#[tokio::test]
async fn the_log_names_every_request_and_holds_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [
        ("CONFAB_LOG_FORMAT", "json"),
        ("CONFAB_LOG", "debug"),
        ("CONFAB_SECRET", "hush-hush-hush-hush-hush-hush-hush"),
    ];
    let program = Program::start(folder.path(), &settings).await;
    let ada = Person::sign_up(&program.url, "ada").await;
    let wrong = [("login", "ada"), ("password", "wrong-hush")];
    let response = form(&program.url, "/sign-in?why=query-hush", &wrong).send().await.expect("an answer");
    let id = response.headers()["x-request-id"].to_str().expect("text").to_owned();
    let bearer = client().get(format!("{}/rooms", program.url)).bearer_auth("bearer-hush");
    bearer.header(header::USER_AGENT, "agent").send().await.expect("an answer");
    assert!(program.terminate().await.success());

    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    for secret in ["hush", PASSWORD, &ada.token] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of_request = lines.iter().filter(|line| line["span"]["id"] == id.as_str() && line["message"] == "answered");
    let answered: Vec<_> = of_request.collect();
    assert_eq!(answered.len(), 1, "one line for each request");
    assert_eq!((&answered[0]["path"], &answered[0]["status"]), (&"/sign-in".into(), &401.into()));
}
