//! What the person who runs the place decides: flags, environment, `.env`. The doc comments are the text of `--help`.

#[cfg(test)]
mod tests;
mod values;

use std::{path::PathBuf, time::Duration};

use chat::{Clamd, MediaTypes, Uploads};
use clap::{Args, Parser, Subcommand, ValueEnum, builder::BoolishValueParser};

use crate::{bucket::AwsSettings, cors::Origins};
use values::{duration, public_url, size};

/// A live team chat that you host yourself: rooms, direct and group chats, in one program.
///
/// Every flag has an environment variable of its own; a file `.env` in the current folder is read first, and what
/// the environment already says wins over it.
#[derive(Debug, Parser)]
#[command(name = "confab", version)]
pub struct CommandLine {
    /// The settings, which hold for every command.
    #[command(flatten)]
    pub settings: Settings,
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serve the place until stopped by Ctrl-C or SIGTERM (the default).
    Serve,
    /// Fill the database with a made-up place: people, rooms, direct chats, projects, and talk spread over weeks.
    ///
    /// Everyone in it has the password that is printed at the end. Stop the server first.
    Seed(SeedArguments),
    /// Write everything that the place has into one file: the database, uploaded files, and the secret. The server may go on
    /// meanwhile.
    ///
    /// The file is an ordinary tar, for the owner only: whoever has it can read everything and sign in as anyone. What is set by
    /// flags and environment is not in it, nor is what was still under way. Until it is whole, and was read back, it lies in
    /// a folder `<file>.partial`. Ends with status 3 if the backup was made, but the place had lost bytes of files, whose hashes
    /// are printed.
    Backup(BackupArguments),
    /// Restore a backup into a place in which nobody is yet, on either kind of database. Stop the server first.
    ///
    /// Everything in it is read and looked through before anything of the place is touched. Where it breaks off, there is
    /// still nobody in the place, and it can be done again. Ends with status 3 if it was restored, but bytes of files
    /// were lost when the backup was made.
    Restore(RestoreArguments),
}

/// What to make up.
#[derive(Clone, Copy, Debug, Args)]
pub struct SeedArguments {
    /// How many people.
    #[arg(long, default_value_t = 50)]
    pub users: usize,

    /// How many messages.
    #[arg(long, default_value_t = 10_000)]
    pub messages: usize,

    /// Over how many weeks, up to now.
    #[arg(long, default_value_t = 8)]
    pub weeks: u16,

    /// The same number makes the same place.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// Add to a database in which there are people already; without this, such a one is left alone.
    #[arg(long)]
    pub add: bool,
}

/// What to write.
#[derive(Clone, Debug, Args)]
pub struct BackupArguments {
    /// The file to write, which must not be there yet.
    pub file: PathBuf,
}

/// What to restore.
#[derive(Clone, Debug, Args)]
pub struct RestoreArguments {
    /// A file that `confab backup` wrote.
    pub file: PathBuf,
}

/// How the place is run.
#[derive(Clone, Debug, Args)]
#[command(next_line_help = true)]
pub struct Settings {
    /// The address and port to listen on.
    #[arg(long, global = true, env = "CONFAB_ADDR", default_value = "127.0.0.1:5000", hide_env_values = true)]
    pub addr: String,

    /// The folder that holds the database and the secret; made when missing.
    #[arg(long, global = true, env = "CONFAB_DATA", default_value = "./data", hide_env_values = true)]
    pub data: PathBuf,

    /// The database: `postgres://user:password@host/name`, or `sqlite://path`. Without it, a file in the data
    /// folder (`SQLite`). Also read from `DATABASE_URL`, where `sqlite:///chat.db` means a file in the data folder and four slashes
    /// an absolute path, as Flask writes it.
    #[arg(long, global = true, env = "CONFAB_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    #[arg(long = "flask-database-url", global = true, env = "DATABASE_URL", hide = true)]
    flask_database_url: Option<String>,

    /// Where uploaded files are kept, for this place alone: a folder, made when missing, or `s3://bucket/prefix`, which the
    /// settings of AWS open. Without it, `uploads` in the data folder. Also read from `UPLOAD_FOLDER`, where a relative
    /// path means a folder in the data folder.
    #[arg(long, global = true, env = "CONFAB_UPLOADS", hide_env_values = true)]
    pub uploads: Option<PathBuf>,

    #[arg(long = "flask-uploads", global = true, env = "UPLOAD_FOLDER", hide = true)]
    flask_uploads: Option<PathBuf>,

    #[command(flatten)]
    aws: AwsSettings,

    /// The most that one uploaded file may have: bytes, or a number with `KB`, `MB` or `GB` (thousands).
    #[arg(long, global = true, env = "CONFAB_MAX_UPLOAD", default_value = "100MB", value_parser = size, hide_env_values = true)]
    pub max_upload: u64,

    /// The most that all files of one person may have together, written as the above. Without it, as much as they like.
    #[arg(long, global = true, env = "CONFAB_QUOTA_PERSON", value_parser = size, hide_env_values = true)]
    pub quota_person: Option<u64>,

    /// The most that all files of the place may have together. Without it, as much as there is room on the disk.
    #[arg(long, global = true, env = "CONFAB_QUOTA_PLACE", value_parser = size, hide_env_values = true)]
    pub quota_place: Option<u64>,

    /// The types of files that are taken, with commas between them: `image/*,application/pdf`. Told by what is in a file,
    /// not by its name; pages, scripts and all that can be read are text/plain too. Without it, all types.
    #[arg(long, global = true, env = "CONFAB_UPLOAD_ALLOW", value_parser = MediaTypes::parse, hide_env_values = true)]
    pub upload_allow: Option<MediaTypes>,

    /// The types of files that are not taken, even if they are allowed.
    #[arg(long, global = true, env = "CONFAB_UPLOAD_DENY", value_parser = MediaTypes::parse, hide_env_values = true)]
    pub upload_deny: Option<MediaTypes>,

    /// A virus scanner (clamd of `ClamAV`) that every file must pass: `127.0.0.1:3310`, or the path of its socket. Where it
    /// can't be asked, no file is taken. Its `StreamMaxLength` must not be less than the largest file.
    #[arg(long, global = true, env = "CONFAB_CLAMD", value_parser = Clamd::parse, hide_env_values = true)]
    pub clamd: Option<Clamd>,

    /// The address under which people reach the place, such as `https://chat.example.org`. Needed behind a proxy
    /// that changes the Host header; with `https` the cookie is marked Secure.
    #[arg(long, global = true, env = "CONFAB_PUBLIC_URL", value_parser = public_url, hide_env_values = true)]
    pub public_url: Option<String>,

    /// How many reverse proxies stand in front. So many entries of X-Forwarded-For, counted from its end, are
    /// believed, and so is X-Forwarded-Proto.
    #[arg(long, global = true, env = "CONFAB_TRUSTED_PROXIES", default_value_t = 0, hide_env_values = true)]
    pub trusted_proxies: usize,

    /// The origins of other sites whose pages may use the API with their visitors' sign-ins, with commas between
    /// them. `*` lets pages from anywhere use it, with a token of theirs but never with a visitor's cookie. Also read
    /// from `SOCKETIO_CORS` and `SOCKETIO_CORS_ORIGIN`.
    #[arg(long, global = true, env = "CONFAB_CORS_ORIGINS", value_parser = Origins::parse, hide_env_values = true)]
    pub cors_origins: Option<Origins>,

    #[arg(long = "socketio-cors", global = true, env = "SOCKETIO_CORS", value_parser = Origins::parse, hide = true)]
    socketio_cors: Option<Origins>,

    #[arg(long = "socketio-cors-origin", global = true, env = "SOCKETIO_CORS_ORIGIN", value_parser = Origins::parse, hide = true)]
    socketio_cors_origin: Option<Origins>,

    /// What the place is called.
    #[arg(long, global = true, env = "CONFAB_NAME", default_value = "Confab", hide_env_values = true)]
    pub name: String,

    /// How long a sign-in lasts when it isn't used: seconds, or a number with `m`, `h` or `d`.
    #[arg(long, global = true, env = "CONFAB_TOKEN_TTL", default_value = "24h", value_parser = duration, hide_env_values = true)]
    pub token_ttl: Duration,

    /// What sign-ins are signed with: 32 or more unguessable characters. Made on the first run and kept in the data
    /// folder when not set. Also read from `SECRET_KEY`.
    #[arg(long, global = true, env = "CONFAB_SECRET", hide_env_values = true)]
    pub secret: Option<String>,

    #[arg(long = "flask-secret", global = true, env = "SECRET_KEY", hide = true)]
    flask_secret: Option<String>,

    /// Whether sign-in attempts, requests to the API and the frames of a socket are limited. Turn it off only to test.
    #[arg(long, global = true, env = "CONFAB_RATE_LIMIT", default_value = "on", hide_env_values = true)]
    pub rate_limit: Switch,

    /// Let anyone at all, signed in or not, read e-mail addresses and change or delete accounts through `/api/users`.
    /// For closed test networks only.
    #[arg(long, global = true, env = "CONFAB_OPEN_USER_API", num_args = 0..=1, require_equals = true, default_value_t = false,
        default_missing_value = "true", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub open_user_api: bool,

    /// Who may read `/metrics`: whoever sends this as a Bearer token. Without it, only programs on this machine.
    #[arg(long, global = true, env = "CONFAB_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,

    /// What is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,sqlx=debug`.
    #[arg(long, global = true, env = "CONFAB_LOG", default_value = "info", hide_env_values = true)]
    pub log: String,

    /// How the log is written, to standard error.
    #[arg(long, global = true, env = "CONFAB_LOG_FORMAT", default_value = "text", hide_env_values = true)]
    pub log_format: LogFormat,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines to be read by people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Settings {
    /// The database to open, as the store reads it.
    pub fn database(&self) -> String {
        match (&self.database_url, &self.flask_database_url) {
            (Some(url), _) => url.clone(),
            (None, Some(url)) => self.translated(url),
            (None, None) => format!("sqlite://{}", self.data.join("confab.db").display()),
        }
    }

    /// Where uploaded files are kept.
    ///
    /// # Errors
    /// A sentence that says what a bucket lacks.
    pub fn uploads(&self) -> Result<Uploads, String> {
        let given = self.uploads.as_ref().or(self.flask_uploads.as_ref());
        if let Some(address) = given.and_then(|given| given.to_str()).and_then(|given| given.strip_prefix("s3://")) {
            return Ok(Uploads::Bucket { bucket: self.aws.bucket(address)?, staging: self.data.join("uploads") });
        }
        Ok(Uploads::Folder(match (&self.uploads, &self.flask_uploads) {
            (Some(folder), _) => folder.clone(),
            (None, Some(folder)) => self.data.join(folder),
            (None, None) => self.data.join("uploads"),
        }))
    }

    /// Where uploaded files are kept, as it was written; empty where nothing was.
    pub fn uploads_address(&self) -> String {
        let given = self.uploads.as_ref().or(self.flask_uploads.as_ref());
        given.map(|given| given.display().to_string()).unwrap_or_default()
    }

    /// The secret that was given, if one was.
    pub fn given_secret(&self) -> Option<&str> {
        self.secret.as_deref().or(self.flask_secret.as_deref()).filter(|secret| !secret.is_empty())
    }

    /// The public address's scheme and authority, as a browser writes them in `Origin`.
    pub fn public_origin(&self) -> Option<&str> {
        let url = self.public_url.as_deref()?;
        let authority = url.find("://")? + 3;
        let end = url.get(authority..)?.find('/').map_or(url.len(), |slash| authority + slash);
        url.get(..end)
    }

    /// The origins of other sites that may use the API, by whichever names they were given.
    pub fn origins(&self) -> Origins {
        let given = [&self.cors_origins, &self.socketio_cors, &self.socketio_cors_origin];
        given.into_iter().flatten().fold(Origins::default(), Origins::and)
    }

    /// Whether people reach the place by `https` for certain.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Flask's way to write a path is one slash longer than the store's: `sqlite:///chat.db` is relative.
    fn translated(&self, url: &str) -> String {
        match url.strip_prefix("sqlite:///") {
            Some(path) if path.starts_with('/') => format!("sqlite://{path}"),
            Some(path) => format!("sqlite://{}", self.data.join(path).display()),
            None => url.to_owned(),
        }
    }
}
