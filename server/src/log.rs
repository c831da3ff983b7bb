//! The log: one line a request, to standard error, without secrets. Nothing here or elsewhere logs headers, query
//! strings or bodies.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::{Settings, settings::LogFormat};

/// Begins to log, as the settings say. Once per process.
pub fn start(settings: &Settings) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.log)
        .map_err(|error| format!("CONFAB_LOG={} is not understood: {error}", settings.log))?;
    let colours = io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours);
    let started = match settings.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    };
    started.map_err(|error| format!("the log can’t be started: {error}"))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// A panic is logged where it happens, inside the request's span, and so once and with the request's id.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panic: {}", panic.payload_as_str().unwrap_or("no message"));
}
