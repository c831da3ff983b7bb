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
pub fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    under(Command::new(env!("CARGO_BIN_EXE_confab")), folder, settings)
}

pub fn under(mut command: Command, folder: &Path, settings: &[(&str, &str)]) -> Command {
    command.env_clear().current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("CONFAB_ADDR", "127.0.0.1:0").env("CONFAB_RATE_LIMIT", "off").envs(settings.iter().copied());
    command
}

impl Program {
    /// Starts it and waits until it says where it is.
    pub async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_by(command(folder, settings), folder).await
    }

    pub async fn start_by(mut command: Command, folder: &Path) -> Self {
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

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The most memory that it ever had, in bytes, where the system tells.
    pub fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
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
pub fn run(mut command: Command) -> (String, String, ExitStatus) {
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
    let (_, error, status) = run(command(folder.path(), &[("CONFAB_UPLOADS", "/dev/null/uploads")]));
    assert!(status.code() == Some(1) && error.contains("CONFAB_UPLOADS"), "{error}");
    let bucket = ("CONFAB_UPLOADS", "s3://files/place");
    let (_, error, status) = run(command(folder.path(), &[bucket]));
    assert!(status.code() == Some(1) && error.contains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), "{error}");
    let keys = [("AWS_ACCESS_KEY_ID", "ada"), ("AWS_SECRET_ACCESS_KEY", "hush")];
    let nobody = ("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    let (_, error, status) = run(command(folder.path(), &[&[bucket, nobody][..], &keys].concat()));
    assert!(status.code() == Some(1) && error.contains("s3://files/place") && !error.contains("hush"), "{error}");
    assert!(error.contains("CONFAB_UPLOADS") && error.contains("AWS_ENDPOINT_URL"), "{error}");
    let (_, error, status) = run(command(folder.path(), &[("CONFAB_MAX_UPLOAD", "plenty")]));
    assert!(!status.success() && error.contains("--max-upload") && error.contains("plenty"), "{error}");
    let database = ("CONFAB_DATABASE_URL", "sqlite:///nowhere/at/all/confab.db");
    let (_, error, status) = run(command(folder.path(), &[database]));
    assert!(status.code() == Some(1) && error.contains("database"), "{error}");
}

#[test]
fn help_explains_every_setting_and_tells_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut help = command(
        folder.path(),
        &[("CONFAB_SECRET", "hush"), ("DATABASE_URL", "postgres://u:hush@h/d"), ("AWS_SECRET_ACCESS_KEY", "hush")],
    );
    help.arg("--help");
    let (output, _, status) = run(help);
    assert!(status.success() && !output.contains("hush"), "{output}");
    for setting in [
        "CONFAB_ADDR",
        "CONFAB_DATA",
        "CONFAB_DATABASE_URL",
        "CONFAB_UPLOADS",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_ENDPOINT_URL",
        "CONFAB_MAX_UPLOAD",
        "CONFAB_QUOTA_PERSON",
        "CONFAB_QUOTA_PLACE",
        "CONFAB_UPLOAD_ALLOW",
        "CONFAB_UPLOAD_DENY",
        "CONFAB_CLAMD",
        "CONFAB_PUBLIC_URL",
        "CONFAB_TRUSTED_PROXIES",
        "CONFAB_NAME",
        "CONFAB_TOKEN_TTL",
        "CONFAB_SECRET",
        "CONFAB_RATE_LIMIT",
        "CONFAB_OPEN_USER_API",
        "CONFAB_METRICS_TOKEN",
        "CONFAB_LOG",
        "CONFAB_LOG_FORMAT",
        "SECRET_KEY",
        "DATABASE_URL",
        "UPLOAD_FOLDER",
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
async fn accounts_that_anyone_may_change_are_warned_of() {
    for (value, warned) in [("true", true), ("false", false)] {
        let folder = tempfile::tempdir().expect("a folder");
        Program::start(folder.path(), &[("CONFAB_OPEN_USER_API", value)]).await.kill();
        let log = fs::read_to_string(folder.path().join("log")).expect("a log");
        let warning = log.lines().any(|line| line.contains("WARN") && line.contains("CONFAB_OPEN_USER_API"));
        assert_eq!(warning, warned, "{value}: {log}");
    }
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
    assert!(lines.iter().any(|line| line["target"] == "sqlx::query"), "who asks for it sees the statements");
    let of_request = lines.iter().filter(|line| line["span"]["id"] == id.as_str() && line["message"] == "answered");
    let answered: Vec<_> = of_request.collect();
    assert_eq!(answered.len(), 1, "one line for each request");
    assert_eq!((&answered[0]["path"], &answered[0]["status"]), (&"/sign-in".into(), &401.into()));
}

#[tokio::test]
async fn it_makes_a_place_up_and_tells_how_to_sign_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = |more: &[&str]| {
        let mut command = command(folder.path(), &[("CONFAB_LOG", "error")]);
        command.args(["seed", "--users", "12", "--messages", "300", "--seed", "5"]).args(more);
        spawn_blocking(move || run(command))
    };
    let (said, _, status) = seed(&[]).await.expect("runs");
    assert!(status.success() && said.starts_with("Made 12 people, ") && said.contains(" and 300 messages."), "{said}");
    let words: Vec<&str> = said.split_whitespace().collect();
    let name = words.iter().skip_while(|word| **word != "as").nth(1).expect("a name").trim_end_matches(',');
    let password = *words.last().expect("a password");

    let program = Program::start(folder.path(), &[]).await;
    let answer = form(&program.url, "/sign-in", &[("login", name), ("password", password)]).send().await;
    assert_eq!(answer.expect("an answer").status(), 303, "{name} {password}");
    let (_, complaint, status) = seed(&["--add"]).await.expect("runs");
    assert!(!status.success() && complaint.contains("another"), "a server uses the folder: {complaint}");
    program.kill();

    let (_, complaint, status) = seed(&[]).await.expect("runs");
    assert!(!status.success() && complaint.contains("confab seed --add"), "it is in use: {complaint}");
    let (said, _, status) = seed(&["--add"]).await.expect("runs");
    assert!(status.success(), "{said}");
}

#[tokio::test]
async fn it_holds_more_sockets_than_the_system_allows_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -Sn 64 && exec \"$0\"", env!("CARGO_BIN_EXE_confab")]);
    let program = Program::start_by(under(command, folder.path(), &[]), folder.path()).await;
    let ada = Person::sign_up(&program.url, "ada").await;
    let mut sockets = Vec::new();
    for _ in 0..100 {
        sockets.push(ada.listen().await);
    }
    let public = sockets[0].public();
    sockets[99].post(public, "m1", "still there?").await;
    sockets[99].accepted("m1").await;
    program.kill();
}

#[tokio::test]
async fn the_documents_own_settings_work_as_they_stand() {
    let documents = [
        "FLASK_ENV=development\nSECRET_KEY=your_secret_key\nDATABASE_URL=sqlite:///chat.db\n",
        "SECRET_KEY=your_secret_key_here\nDEBUG_MODE=true\nDATABASE_URL=sqlite:///real_time_chat.db\n\
         SOCKETIO_CORS_ORIGIN=*\nUPLOAD_FOLDER=uploads\n",
    ];
    for (document, database, shared) in [(documents[0], "chat.db", false), (documents[1], "real_time_chat.db", true)] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(".env"), document).expect("written");
        let program = Program::start(folder.path(), &[]).await;
        let origin = "https://elsewhere.example";
        let check = client().get(format!("{}/auth/check", program.url)).header(header::ORIGIN, origin).send();
        let check = check.await.expect("an answer");
        let allowed = check.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|value| value == origin);
        assert_eq!((check.status().as_u16(), allowed), (401, shared), "{document}");
        assert!(check.headers().get(header::ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none(), "* is never for cookies");
        assert!(folder.path().join("data").join(database).exists() && folder.path().join("data/uploads").exists());
        program.kill();
    }
}
