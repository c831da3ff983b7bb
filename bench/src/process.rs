//! A program that is measured: bound to one core, so that what measures it runs on the other, and asked of the system
//! what it used.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// The core that servers run on.
const SERVER_CORE: &str = "0";
/// Units of the times in `/proc/<pid>/stat` a second; `USER_HZ`, which Linux keeps at 100 for programs.
const TICKS: f64 = 100.0;
/// How long a server may take to say where it listens.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server.
pub struct Process {
    child: Child,
    pid: u32,
    said: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts a program on the server's core, in `folder`, with nothing in its environment but these variables.
    pub fn start(program: &Path, arguments: &[&OsStr], variables: &[(&str, &OsStr)], folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let log = fs::File::create(folder.join("log"))?;
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CORE]).arg(program).args(arguments);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
        command.envs(variables.iter().copied()).current_dir(folder).kill_on_drop(true);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} can’t be started", program.display()))?;
        let pid = child.id().context("a process has an id")?;
        let stdout = child.stdout.take().context("its output is piped")?;
        Ok(Self { child, pid, said: BufReader::new(stdout).lines() })
    }

    /// The next line that it prints: where it listens.
    pub async fn line(&mut self) -> Result<String> {
        match timeout(PATIENCE, self.said.next_line()).await {
            Ok(Ok(Some(line))) => Ok(line),
            _ => bail!("the server didn’t say where it listens"),
        }
    }

    /// Processor time that it has used, in seconds: its own and the system's on its behalf.
    pub fn cpu_seconds(&self) -> Result<f64> {
        cpu_seconds(&self.pid.to_string())
    }

    /// Memory that it holds now, in bytes.
    pub fn resident_bytes(&self) -> Result<f64> {
        self.status("VmRSS")
    }

    /// The most that it ever held, in bytes.
    pub fn peak_bytes(&self) -> Result<f64> {
        self.status("VmHWM")
    }

    /// How many files and connections it has open.
    pub fn descriptors(&self) -> Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.pid))?.count())
    }

    /// Begins the peak anew.
    pub fn forget_peak(&self) -> Result<()> {
        Ok(fs::write(format!("/proc/{}/clear_refs", self.pid), "5")?)
    }

    /// Waits until it has done what it was started for.
    pub async fn end(mut self) -> Result<()> {
        let ended = timeout(PATIENCE, self.child.wait()).await.context("the program doesn’t end")??;
        ensure!(ended.success(), "the program failed");
        Ok(())
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let told = Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().await?;
        ensure!(told.success(), "the server was gone before it was told to stop");
        timeout(PATIENCE, self.child.wait()).await.context("the server doesn’t stop")??;
        Ok(())
    }

    /// Ends it at once: no handler runs, no buffer is flushed.
    pub async fn kill(mut self) -> Result<()> {
        ensure!(self.child.try_wait()?.is_none(), "the server was gone before it was killed");
        Ok(self.child.kill().await?)
    }

    fn status(&self, name: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        Ok(field(&status, name).context("/proc/<pid>/status tells of memory")? * 1024.0)
    }
}

/// Where cargo puts this very program.
pub fn this_program() -> Result<PathBuf> {
    Ok(std::env::current_exe()?)
}

fn cpu_seconds(pid: &str) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name comes second, in brackets, and may have anything in it.
    let (_, fields) = stat.rsplit_once(')').context("/proc/<pid>/stat has a name")?;
    let time = |index: usize| fields.split_ascii_whitespace().nth(index).and_then(|text| text.parse::<f64>().ok());
    // The 14th and 15th of all: utime and stime (proc(5)).
    let (user, system) = time(11).zip(time(12)).context("/proc/<pid>/stat has times")?;
    Ok((user + system) / TICKS)
}

fn field(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}
