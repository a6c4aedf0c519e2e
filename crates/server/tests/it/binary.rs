//! The built program, run the way a script runs it: arguments in, exit code and two streams out.

use schoolkeeper_testkit::TestDatabase;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The smallest policy with something to find: devices are encrypted.
pub const ENCRYPTED: &str = schoolkeeper_testkit::outside!(
    r#"
[[clause]]
id = "1"
section = "All"
text = "Devices are encrypted."
mode = "detected"
controls = ["encrypted"]
[control.encrypted]
type = "rule"
for = "device"
expect = "device.encrypted"
message = "{device.name} is not encrypted"
"#
);

/// Monday, in term, 08:00 in London.
pub const MONDAY: &str = "2026-11-23T08:00:00Z";

/// Terms of three school years, wide enough for every instant used here.
pub const TERMS: &str = "[[term]]\nname = \"autumn\"\nfrom = 2025-09-02\nto = 2025-12-19\n\
    [[term]]\nname = \"spring\"\nfrom = 2026-01-05\nto = 2026-03-27\n\
    [[term]]\nname = \"summer\"\nfrom = 2026-04-13\nto = 2026-07-21\n\
    [[term]]\nname = \"autumn\"\nfrom = 2026-09-02\nto = 2026-12-18\nhalf_from = 2026-10-24\nhalf_to = 2026-11-01\n\
    [[term]]\nname = \"spring\"\nfrom = 2027-01-05\nto = 2027-03-25\n\
    [[term]]\nname = \"summer\"\nfrom = 2027-04-13\nto = 2027-07-21\n\
    [[term]]\nname = \"autumn\"\nfrom = 2027-09-02\nto = 2027-12-17\n";

/// The program.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schoolkeeper"));
    command.env_remove("SCHOOLKEEPER_DATABASE").env_remove("SCHOOLKEEPER_LOG").stdin(Stdio::null());
    command
}

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; `-1` when it was killed.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// What a finished run left.
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// It succeeded.
    #[track_caller]
    pub fn good(self) -> Self {
        assert_eq!(self.code, 0, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// It was refused: exit code not 0, nothing on standard output, and a message that holds each of these.
    #[track_caller]
    pub fn refused(self, says: &[&str]) -> Self {
        assert!(self.code == 1 || self.code == 2, "code {}: {}\n{}", self.code, self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for word in says {
            assert!(self.err.contains(word), "`{word}` is missing in: {}{}", self.err, self.out);
        }
        self
    }
}

/// Runs the program with these arguments.
pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Ran {
    let output = program().args(arguments).output().unwrap();
    Ran::of(&output)
}

/// A data folder with room for files beside it; all gone at the end.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty place.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A sandbox under a policy, with terms, as of an instant.
    pub fn sandbox(policy: &str, now: &str) -> Self {
        let place = Self::new();
        let pack = place.write("outside.toml", policy);
        let terms = place.write("terms.toml", TERMS);
        place
            .run(
                &["init", "--school", "Hill School", "--sandbox", "--now", now],
                &[("--pack", &pack), ("--calendar", &terms)],
            )
            .good();
        place
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the data folder lies.
    pub fn folder_path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file beside the data folder.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(text.as_ref()).unwrap();
        path
    }

    /// Runs a command on the data folder; `paths` are options that take a path.
    pub fn run(&self, arguments: &[&str], paths: &[(&str, &Path)]) -> Ran {
        let mut command = program();
        command.args(arguments).arg("--data").arg(self.data());
        for (option, path) in paths {
            command.arg(option).arg(path);
        }
        Ran::of(&command.output().unwrap())
    }

    /// Imports a list given as bytes.
    pub fn import(&self, register: &str, list: impl AsRef<[u8]>, more: &[&str]) -> Ran {
        let file = self.write(&format!("{register}.csv"), list);
        self.import_file(register, &file, more)
    }

    /// Imports a file.
    pub fn import_file(&self, register: &str, file: &Path, more: &[&str]) -> Ran {
        let mut command = program();
        command.args(["import", register]).arg(file).arg("--data").arg(self.data()).args(more);
        Ran::of(&command.output().unwrap())
    }

    /// Begins to bring in a part of a list of devices on that Monday; nobody waits for it.
    pub fn begin_import(&self, name: &str, list: impl AsRef<[u8]>) -> Child {
        let file = self.write(name, list);
        let mut command = program();
        command.args(["import", "device"]).arg(&file).args(["--part", "--now", MONDAY, "--data"]).arg(self.data());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// How many devices [`ENCRYPTED`] looks at on that Monday.
    pub fn devices(&self) -> u64 {
        self.clauses(&["--now", MONDAY])[0]["counts"]["subjects"].as_u64().unwrap()
    }

    /// The lines of `evaluate --json`.
    #[track_caller]
    pub fn json(&self, more: &[&str]) -> Vec<Value> {
        self.run(&[&["evaluate", "--json"], more].concat(), &[])
            .good()
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The only school's clauses.
    #[track_caller]
    pub fn clauses(&self, more: &[&str]) -> Vec<Value> {
        let lines = self.json(more);
        assert_eq!(lines.len(), 1);
        lines[0]["clauses"].as_array().unwrap().clone()
    }

    /// `standing known_by` of a clause at the only school.
    #[track_caller]
    pub fn standing(&self, clause: &str, more: &[&str]) -> String {
        let clauses = self.clauses(more);
        let found = clauses.iter().find(|one| one["clause"] == clause).unwrap_or_else(|| panic!("no clause {clause}"));
        format!("{} {}", found["standing"].as_str().unwrap(), found["known_by"].as_str().unwrap_or("-"))
    }
}

/// Tells a story of a sandbox under [`ENCRYPTED`] over PostgreSQL, or says that it was skipped.
pub async fn over_postgres(story: impl FnOnce(&Place) + Send + 'static) {
    let Some(database) = TestDatabase::postgres().await.unwrap() else {
        eprintln!("skipped: install PostgreSQL or set SCHOOLKEEPER_TEST_PG");
        return;
    };
    let url = database.url().to_owned();
    tokio::task::spawn_blocking(move || {
        let place = Place::new();
        let (pack, terms) = (place.write("outside.toml", ENCRYPTED), place.write("terms.toml", TERMS));
        let line = ["init", "--school", "Hill", "--sandbox", "--now", MONDAY, "--database", &url];
        place.run(&line, &[("--pack", &pack), ("--calendar", &terms)]).good();
        story(&place);
    })
    .await
    .unwrap();
    database.close().await.unwrap();
}

/// The words of a CSV with a header, from rows written with `|`.
pub fn csv(head: &str, rows: &[&str]) -> String {
    let lines: Vec<&str> = std::iter::once(head).chain(rows.iter().copied()).collect();
    lines.join("\n") + "\n"
}
