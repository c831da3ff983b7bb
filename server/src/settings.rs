//! What the person who runs the place decides: flags, environment, `.env`. The doc comments are the text of `--help`.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

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
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Command {
    /// Serve the place until stopped by Ctrl-C or SIGTERM (the default).
    Serve,
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

    /// The address under which people reach the place, such as `https://chat.example.org`. Needed behind a proxy
    /// that changes the Host header; with `https` the cookie is marked Secure.
    #[arg(long, global = true, env = "CONFAB_PUBLIC_URL", value_parser = public_url, hide_env_values = true)]
    pub public_url: Option<String>,

    /// How many reverse proxies stand in front. So many entries of X-Forwarded-For, counted from its end, are
    /// believed, and so is X-Forwarded-Proto.
    #[arg(long, global = true, env = "CONFAB_TRUSTED_PROXIES", default_value_t = 0, hide_env_values = true)]
    pub trusted_proxies: usize,

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

    /// Whether sign-in attempts and the frames of a socket are limited. Turn it off only to test.
    #[arg(long, global = true, env = "CONFAB_RATE_LIMIT", default_value = "on", hide_env_values = true)]
    pub rate_limit: Switch,

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

fn public_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/').to_ascii_lowercase();
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match authority {
        Some(authority) if !authority.is_empty() && !authority.contains(['/', '?', '#', '@']) => Ok(text),
        _ => Err("write it as https://chat.example.org, without a path".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.trim_end_matches(|c: char| !c.is_ascii_digit()).len());
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err("write seconds, or a number with m, h or d".to_owned()),
    };
    // Ten years: far beyond use, and far from where adding it to a time could overflow.
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds)) {
        Some(total @ 60..=315_360_000) => Ok(Duration::from_secs(total)),
        _ => Err("it must lie between one minute and ten years".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        let all = ["confab", "--data", "/place"].iter().chain(arguments);
        CommandLine::try_parse_from(all).expect("arguments that are understood").settings
    }

    #[test]
    fn a_lifetime_is_seconds_or_has_a_unit() {
        assert_eq!(duration("3600"), Ok(Duration::from_hours(1)));
        assert_eq!(duration("24h"), Ok(Duration::from_hours(24)));
        assert_eq!(duration("30d"), Ok(Duration::from_hours(30 * 24)));
        for text in ["", "h", "1w", "-1", "1.5h", "5", "99999999999999999999d", "4000d"] {
            assert!(duration(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_database_lies_in_the_data_folder_unless_named() {
        assert_eq!(settings(&[]).database(), "sqlite:///place/confab.db");
        let named = settings(&["--database-url", "postgres://db/chat", "--flask-database-url", "sqlite:///x"]);
        assert_eq!(named.database(), "postgres://db/chat");
    }

    #[test]
    fn flasks_way_to_write_a_path_is_understood() {
        let flask = |url| settings(&["--flask-database-url", url]).database();
        assert_eq!(flask("sqlite:///chat.db"), "sqlite:///place/chat.db");
        assert_eq!(flask("sqlite:////var/chat.db"), "sqlite:///var/chat.db");
        assert_eq!(flask("postgresql://db/chat"), "postgresql://db/chat");
    }

    #[test]
    fn a_public_address_is_an_origin() {
        assert_eq!(
            settings(&["--public-url", "https://Chat.example.org/"]).public_origin(),
            Some("https://chat.example.org")
        );
        for text in ["chat.example.org", "https://", "https://example.org/chat", "ftp://example.org", "https://a@b"] {
            assert!(public_url(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn serve_is_what_happens_when_nothing_is_said() {
        let line = CommandLine::try_parse_from(["confab", "serve", "--addr", "127.0.0.1:1"]).expect("understood");
        assert!(matches!(line.command, Some(Command::Serve)) && line.settings.addr == "127.0.0.1:1");
        assert!(CommandLine::try_parse_from(["confab"]).expect("understood").command.is_none());
    }
}
