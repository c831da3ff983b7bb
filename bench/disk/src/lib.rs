//! A disk that fails or is slow, loaded into the server in front of libc: it refuses what changes files of one folder while it is
//! told to, takes longer to flush them, and keeps a log of all that changed them, from which the harness tells what a power cut
//! would have left.
//!
//! `CONFAB_DISK_FOLDER` is the folder; `CONFAB_DISK_FAULT` a file of twelve bytes that says what to refuse and how slow to be ([`fault`]);
//! `CONFAB_DISK_LOG` the file that the log goes into ([`log`]). Without the first, every call is libc's own.

mod calls;
mod fault;
mod log;
mod real;
mod state;
