//! The command line: one file a command.

mod appoint;
mod backup;
mod break_glass;
mod calendar;
mod confirm;
mod demo;
mod doctor;
mod evaluate;
mod import;
mod init;
mod invite;
mod keep;
mod key;
mod ledger;
mod mail;
mod migrate;
mod pack;
mod param;
mod restore;
mod roles;
mod serve;
mod settings;
mod setup_code;
mod undo;
mod watch;
mod work;

use clap::{Args, Parser, Subcommand};
use jiff::Timestamp;
use schoolkeeper_app::House;
use schoolkeeper_app::house::Opening;
use schoolkeeper_app::key::KeyFrom;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Runs a school's information-security policy.
#[derive(Debug, Parser)]
#[command(name = "schoolkeeper", version, max_term_width = 100)]
pub struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a data folder with a school (and its trust) under a policy.
    Init(init::Init),
    /// Bring in a list: staff, devices, accounts, back-up runs …
    Import(import::Import),
    /// Bring in what is dropped into a folder.
    Watch(watch::Watch),
    /// Take an import back, while nothing later touched its records.
    Undo(undo::Undo),
    /// Work out where the school stands.
    Evaluate(evaluate::Evaluate),
    /// Set a number, name or blank of the policy.
    Param(param::Param),
    /// Confirm a named system or record of the policy, or say that a list is complete.
    #[command(subcommand)]
    Confirm(confirm::Confirm),
    /// Give somebody a role, or make them somebody's deputy.
    Appoint(appoint::Appoint),
    /// List who holds which role, vacant ones first.
    Roles(roles::Roles),
    /// Set the school's terms.
    Calendar(calendar::SetCalendar),
    /// How long records are kept, holds, erasing, and everything about one person.
    #[command(subcommand)]
    Keep(keep::Keep),
    /// Set how mail leaves and comes in, try it, look at the outbox.
    #[command(subcommand)]
    Mail(Box<mail::Mail>),
    /// Check, test, explain or compare policies.
    #[command(subcommand)]
    Pack(pack::Pack),
    /// Check, export or quote the tamper-evident record of everything that was done.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Make a made-up trust with a year behind it, and show it.
    Demo(demo::Demo),
    /// Show the pages at http://localhost:PORT, for this machine only.
    Serve(serve::Serve),
    /// Do what waits to be done, without showing pages.
    Work(work::Work),
    /// Look whether this installation is sound, and say how to mend what is not.
    Doctor(doctor::Doctor),
    /// Bring the records of an older version up to date, after a copy.
    Migrate(migrate::Migrate),
    /// Print a fresh code for the first run; the one before ends. Only while nobody can sign in.
    SetupCode(setup_code::SetupCode),
    /// Let somebody sign in: prints the one-time link by which they choose their password.
    Invite(invite::Invite),
    /// Print a fresh code for the emergency account, to go into a sealed envelope; the one before ends.
    BreakGlass(break_glass::BreakGlass),
    /// Back Schoolkeeper itself up, and prove that it comes back.
    Backup(backup::Backup),
    /// Put a back-up back into a new data folder.
    Restore(restore::Restore),
    /// The installation key: recovery sheet, check, change.
    #[command(subcommand)]
    Key(key::Key),
    /// Show every setting, its value and where it comes from.
    Settings(settings::ShowSettings),
}

/// Where the records are.
#[derive(Debug, Args)]
pub struct Folder {
    /// Data folder
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    #[command(flatten)]
    pub key: KeyAt,
}

/// Where the installation key is.
#[derive(Debug, Default, Args)]
pub struct KeyAt {
    /// The installation key, when it is not beside the data folder (DIR.key)
    #[arg(long, value_name = "FILE", env = "SCHOOLKEEPER_KEY_FILE")]
    pub key_file: Option<PathBuf>,
}

impl KeyAt {
    /// A file that was named, a systemd credential, the environment, or beside the data folder.
    pub fn from(&self) -> KeyFrom {
        if let Some(file) = &self.key_file {
            return KeyFrom::File(file.clone());
        }
        let credential = std::env::var_os("CREDENTIALS_DIRECTORY").map(|folder| PathBuf::from(folder).join(CREDENTIAL));
        if let Some(file) = credential.filter(|file| file.exists()) {
            return KeyFrom::Credential(file);
        }
        let text = std::env::var_os("SCHOOLKEEPER_KEY").and_then(|text| text.into_string().ok());
        text.map_or(KeyFrom::Beside, |text| KeyFrom::Text(text.into()))
    }
}

/// The name of the systemd credential.
const CREDENTIAL: &str = "schoolkeeper-key";

/// The instant, for folders made with --sandbox.
#[derive(Debug, Args)]
pub struct Now {
    /// Pretend it is this instant (RFC 3339); writing so is only possible in a sandbox, and only forward
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<Timestamp>,
}

/// One school in a data folder, and when.
#[derive(Debug, Args)]
pub struct Place {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The school (name or id); needed when there are several
    #[arg(long, value_name = "ID")]
    school: Option<String>,
}

impl Place {
    /// Opens the house and finds the school.
    pub async fn open(&self) -> anyhow::Result<(House, schoolkeeper_app::School)> {
        let house = self.folder.open(&self.now).await?;
        let school = house.one_school(&house.operator(), self.school.as_deref()).await?;
        Ok((house, school))
    }
}

/// Runs one command; the exit code is 0 for success, 1 when something was found, 2 when it could not be done.
pub fn run(line: Line) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match line.command {
            Command::Init(init) => init.run().await,
            Command::Import(import) => import.run().await,
            Command::Watch(watch) => watch.run().await,
            Command::SetupCode(code) => code.run().await,
            Command::Invite(invite) => invite.run().await,
            Command::BreakGlass(code) => code.run().await,
            Command::Undo(undo) => undo.run().await,
            Command::Evaluate(evaluate) => evaluate.run().await,
            Command::Param(param) => param.run().await,
            Command::Confirm(confirm) => confirm.run().await,
            Command::Appoint(appoint) => appoint.run().await,
            Command::Roles(roles) => roles.run().await,
            Command::Calendar(calendar) => calendar.run().await,
            Command::Keep(keep) => keep.run().await,
            Command::Mail(mail) => mail.run().await,
            Command::Pack(pack) => pack.run(),
            Command::Ledger(ledger) => ledger.run().await,
            Command::Demo(demo) => demo.run().await,
            Command::Serve(serve) => serve.run().await,
            Command::Work(work) => work.run().await,
            Command::Doctor(doctor) => doctor.run().await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Backup(backup) => backup.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Key(key) => key.run().await,
            Command::Settings(settings) => settings.run(),
        }
    })
}

impl Folder {
    /// Opens the house for reading and writing beside other processes.
    pub async fn open(&self, now: &Now) -> anyhow::Result<House> {
        self.open_as(now, true).await
    }

    /// The same; `upgrade` says whether records of an older version may be brought up to date.
    pub async fn open_as(&self, now: &Now, upgrade: bool) -> anyhow::Result<House> {
        let typed = std::env::args().nth(1).unwrap_or_default();
        let opening = Opening { now: now.now, key: &self.key.from(), holder: &typed, upgrade };
        let mut house = House::open_as(&self.data, &opening).await?;
        migrate::say(house.upgraded());
        if let Ok(program) = std::env::current_exe() {
            house.runs_as(program);
        }
        Ok(house)
    }
}

/// The longest text file a command line may name; terms and map files have a few kilobytes.
const TEXT_BYTES_MAX: u64 = 1_000_000;

/// A text file the command line names; an error names it again.
pub fn text_of(file: &std::path::Path) -> anyhow::Result<String> {
    let wrong = |error: std::io::Error| anyhow::anyhow!("`{}`: {error}", file.display());
    let known = std::fs::metadata(file).map_err(wrong)?;
    anyhow::ensure!(known.is_file(), "`{}` is not a file", file.display());
    let length = known.len();
    anyhow::ensure!(
        length <= TEXT_BYTES_MAX,
        "`{}` has {length} bytes; at most {TEXT_BYTES_MAX} are read",
        file.display()
    );
    std::fs::read_to_string(file).map_err(wrong)
}

/// Ends when the process is asked to stop.
pub async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
}
