//! From start to the first page, and the memory of an idle `serve`, beside what is promised and beside the strongest
//! peer, as the program is built. `./test` prints it of the tested build, `cargo bench -p schoolkeeper` of the shipped one.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it stands")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = env!("CARGO_BIN_EXE_schoolkeeper");
    let profile = Path::new(program).parent().and_then(Path::file_name).unwrap().to_str().unwrap();
    let made = Command::new(program).args(["demo", "--small", "--no-serve", "--data"]).arg(&data).status().unwrap();
    assert!(made.success());
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(["serve", "--port", "0", "--data"])
        .arg(&data)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = lines.find_map(|line| line.unwrap().split_once("localhost:").map(|(_, port)| port.to_owned()));
    let port: u16 = address.unwrap().trim().parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    let first = started.elapsed().as_secs_f64();
    assert!(page.starts_with("HTTP/1.1 200"), "{page:.200}");
    println!(
        "{profile}: start to first page {first:.2} s ({:.2} of the promised 0.5; Django {:.0} times as long)",
        first / 0.5,
        6.5 / first
    );
    std::thread::sleep(Duration::from_secs(2));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let idle = line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0;
    println!(
        "{profile}: idle {idle:.0} MB ({:.2} of the promised 50; Django {:.0} times as much)",
        idle / 50.0,
        742.0 / idle
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
