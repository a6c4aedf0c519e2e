//! A private PostgreSQL cluster in a temporary folder, without a port, for as long as this process lives.
//!
//! Invariant: the cluster's supervisor waits on our end of a pipe, so it goes however we end.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};

/// Where Debian and its kin put each version.
const INSTALLED: &str = "/usr/lib/postgresql";

/// `$1`: folder of the programs, `$2`: folder of the cluster. Says `ready`, waits for the end of its input, goes.
const SUPERVISOR: &str = r#"
set -e
trap 'rm -rf "$2"' EXIT
"$1/initdb" --no-sync -A trust -U postgres -E UTF8 --locale=C.UTF-8 -D "$2/data" >"$2/log" 2>&1
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w \
    -o "-c listen_addresses= -c unix_socket_directories='$2' -c max_connections=300" start >"$2/start" 2>&1
echo ready
cat >/dev/null || true
"$1/pg_ctl" -D "$2/data" -m immediate stop >"$2/stop" 2>&1 || true
"#;

static STARTED: Mutex<Option<(Child, String)>> = Mutex::new(None);

/// Address of a server for tests: `SCHOOLKEEPER_TEST_PG`, or a cluster of our own; `None` without PostgreSQL.
pub(crate) fn server() -> Result<Option<String>> {
    if let Some(url) = given() {
        return Ok(Some(url));
    }
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, url)) = &*started {
        return Ok(Some(url.clone()));
    }
    let Some(programs) = programs() else {
        return Ok(None);
    };
    let (child, url) = start(&programs)?;
    *started = Some((child, url.clone()));
    Ok(Some(url))
}

/// Runs a command with `SCHOOLKEEPER_TEST_PG` set to a cluster that lives as long as the command; without
/// PostgreSQL the command runs without it.
pub fn run_with_postgres(command: &[String]) -> Result<ExitStatus> {
    let (program, arguments) = command.split_first().context("no command")?;
    let mut run = Command::new(program);
    run.args(arguments);
    if let Some(url) = server()? {
        run.env("SCHOOLKEEPER_TEST_PG", url);
    }
    run.status().with_context(|| format!("`{program}` does not start"))
}

#[expect(clippy::disallowed_methods, reason = "tests have no command line to take settings from")]
fn given() -> Option<String> {
    std::env::var("SCHOOLKEEPER_TEST_PG").ok()
}

/// A server of its own, which may be stopped and started; gone at the end.
#[derive(Debug)]
pub struct Postgres {
    child: Child,
    url: String,
    programs: PathBuf,
}

impl Postgres {
    /// Starts one; `None` without PostgreSQL.
    pub fn start() -> Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let (child, url) = start(&programs)?;
        Ok(Some(Self { child, url, programs }))
    }

    /// Its only database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts every connection off and starts again, as after a crash.
    pub fn restart(&mut self) -> Result<()> {
        let folder = self.url.rsplit_once("?host=").map_or("", |(_, folder)| folder);
        let control = self.programs.join("pg_ctl");
        let control = control.to_str().context("a folder of letters")?;
        let data = format!("{folder}/data");
        let mut command = if is_root()? {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", control]);
            command
        } else {
            Command::new(control)
        };
        command.args(["-D", &data, "-l", &format!("{folder}/log"), "-w", "-m", "immediate", "restart"]);
        let done = command.current_dir("/").stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        ensure!(done.success(), "PostgreSQL does not start again");
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The supervisor tidies up at the end of its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn start(programs: &Path) -> Result<(Child, String)> {
    let root = is_root()?;
    let folder = make_folder(root)?;
    let mut command = if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command.arg("-c").arg(SUPERVISOR).arg("cluster").arg(programs).arg(&folder);
    let mut child = command
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("the PostgreSQL cluster's supervisor does not start")?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("the supervisor has no output")?).read_line(&mut line)?;
    ensure!(line.trim() == "ready", "the PostgreSQL cluster did not start (tried {})", programs.display());
    Ok((child, format!("postgres://postgres@localhost/postgres?host={}", folder.display())))
}

/// PostgreSQL refuses to run as root: then the folder belongs to the user `postgres`.
fn make_folder(root: bool) -> Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("schoolkeeper-pg-").tempdir()?.keep();
    if root {
        let status = Command::new("chown").arg("postgres").arg(&folder).status()?;
        ensure!(status.success(), "there is no user `postgres`");
    }
    Ok(folder)
}

fn is_root() -> Result<bool> {
    let output = Command::new("id").arg("-u").output()?;
    Ok(output.stdout.starts_with(b"0\n"))
}

/// The newest installed version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(INSTALLED).ok()?.flatten();
    let found = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists());
    found.max_by_key(|bin| bin.parent()?.file_name()?.to_str()?.parse::<u32>().ok())
}
