//! `schoolkeeper mail`

use super::{Folder, Now, text_of};
use crate::output;
use clap::{Args, Subcommand, ValueEnum};
use schoolkeeper_app::mail::{
    Asked, Encryption, Grant, GrantBy, Hours, Mailbox, Progress, Secret, Server, Transport, Way,
};
use schoolkeeper_app::words;
use std::path::PathBuf;
use std::process::ExitCode;

/// How mail leaves and comes in, a test mail, and the outbox.
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Set how mail leaves; without --host messages wait on a page.
    Set(Set),
    /// Set where reports by mail come in.
    Mailbox(SetMailbox),
    /// Send a test mail now and print the mail server's own answer.
    Test(Test),
    /// List the outbox, newest first.
    Outbox(Outbox),
}

#[derive(Debug, Args)]
struct Where {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    now: Now,
    /// The school (name or id); the central office for all its schools
    #[arg(long, value_name = "ID")]
    school: Option<String>,
}

#[derive(Debug, Args)]
struct At {
    /// Name of the server, as its certificate has it
    #[arg(long)]
    host: Option<String>,
    /// Its port
    #[arg(long, default_value_t = 587)]
    port: u16,
    /// How the connection is encrypted
    #[arg(long, value_enum, default_value_t = Encrypted::Starttls)]
    encryption: Encrypted,
    /// Certificate (PEM) of the school's own authority
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// Name to sign in with; a relay without sign-in when left out
    #[arg(long)]
    user: Option<String>,
    /// File that holds the password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Id of the registered application, for tokens
    #[arg(long, requires = "token_url")]
    client_id: Option<String>,
    /// Address that gives tokens
    #[arg(long, value_name = "URL")]
    token_url: Option<String>,
    /// What the token is for
    #[arg(long, default_value = "")]
    scope: String,
    /// File that holds the application's secret
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// File that holds the refresh token; the application's own word when left out
    #[arg(long, value_name = "FILE")]
    refresh_token_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Encrypted {
    Tls,
    Starttls,
    Clear,
}

/// Set how mail leaves.
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    at: At,
    /// Address mails come from
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    from: String,
    /// Name mails come from; the school's when left out
    #[arg(long)]
    name: Option<String>,
    /// Mail that is not urgent goes out from this time
    #[arg(long, value_name = "HH:MM", default_value = "07:30")]
    hours_from: jiff::civil::Time,
    /// … until before this time
    #[arg(long, value_name = "HH:MM", default_value = "17:30")]
    hours_to: jiff::civil::Time,
    /// What can wait longer than a week is told once a week
    #[arg(long)]
    weekly: bool,
}

/// Set where reports by mail come in.
#[derive(Debug, Args)]
pub struct SetMailbox {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    at: At,
    /// The folder that is read
    #[arg(long, default_value = "INBOX")]
    folder_read: String,
    /// Where a message goes once it was taken
    #[arg(long, value_name = "FOLDER")]
    folder_done: Option<String>,
}

/// Send a test mail.
#[derive(Debug, Args)]
pub struct Test {
    #[command(flatten)]
    place: Where,
    /// Where it goes
    #[arg(long, value_name = "ADDRESS")]
    to: String,
}

/// List the outbox.
#[derive(Debug, Args)]
pub struct Outbox {
    #[command(flatten)]
    place: Where,
    /// Only what has come so far
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Only where this stands in the reader's name or address, or in the reason
    #[arg(long, value_name = "TEXT", default_value = "")]
    find: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Only {
    Waiting,
    Sent,
    Failed,
    Bounced,
}

impl Mail {
    /// Runs it.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Set(set) => set.run().await,
            Self::Mailbox(set) => set.run().await,
            Self::Test(test) => test.run().await,
            Self::Outbox(outbox) => outbox.run().await,
        }
    }
}

impl At {
    fn way(&self) -> anyhow::Result<Way> {
        let Some(host) = &self.host else { return Ok(Way::None) };
        let encryption = match self.encryption {
            Encrypted::Tls => Encryption::Tls,
            Encrypted::Starttls => Encryption::StartTls,
            Encrypted::Clear => Encryption::Clear,
        };
        let authority = self.authority.as_deref().map(text_of).transpose()?;
        let server = Server { host: host.clone(), port: self.port, encryption, authority };
        let Some(user) = self.user.clone() else { return Ok(Way::Relay { server }) };
        let (Some(client_id), Some(token_url)) = (self.client_id.clone(), self.token_url.clone()) else {
            return Ok(Way::Password { server, user });
        };
        let by = if self.refresh_token_file.is_some() { GrantBy::RefreshToken } else { GrantBy::ClientCredentials };
        let grant = Grant { token_url, client_id, scope: self.scope.clone(), by };
        Ok(Way::Token { server, user, grant })
    }

    /// What the files hold; `None` when none was named, which keeps what is there.
    fn secret(&self) -> anyhow::Result<Option<Secret>> {
        let files = [&self.password_file, &self.secret_file, &self.refresh_token_file];
        if files.iter().all(|file| file.is_none()) {
            return Ok(None);
        }
        let mut read = Vec::new();
        for file in files {
            let text = file.as_deref().map(text_of).transpose()?.unwrap_or_default();
            read.push(text.trim_end_matches(['\r', '\n']).to_owned());
        }
        let mut read = read.into_iter();
        let mut next = || read.next().unwrap_or_default();
        Ok(Some(Secret { password: next(), client_secret: next(), refresh_token: next() }))
    }
}

impl Set {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let (way, secret) = (self.at.way()?, self.at.secret()?);
        let house = self.place.folder.open(&self.place.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.place.school.as_deref()).await?;
        let from_name = self.name.unwrap_or_else(|| school.title.clone());
        let hours = Hours { from: self.hours_from, to: self.hours_to, weekly: self.weekly };
        let transport = Transport { way, from_name, from_address: self.from, hours };
        house.set_mail(&actor, &school, &transport, secret.as_ref()).await?;
        let said =
            if transport.way == Way::None { "messages wait on a page" } else { "mail leaves; try it with `mail test`" };
        output::line(&format!("{}: {said}", school.title))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl SetMailbox {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let (way, secret) = (self.at.way()?, self.at.secret()?);
        let house = self.place.folder.open(&self.place.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.place.school.as_deref()).await?;
        let mailbox = Mailbox { way, folder: self.folder_read, done_folder: self.folder_done };
        house.set_mailbox(&actor, &school, &mailbox, secret.as_ref()).await?;
        output::line(&format!("{}: reports by mail are taken every five minutes", school.title))?;
        match house.try_mailbox(&actor, &school).await? {
            Ok(answer) => output::line(&answer)?,
            Err(why) => output::note(&format!("It does not open yet: {why}")),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Test {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.place.folder.open(&self.place.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.place.school.as_deref()).await?;
        match house.try_mail(&actor, &school, &self.to).await? {
            Ok(answer) => {
                output::line(&format!("taken: {answer}"))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(why) => {
                output::line(&format!("not taken: {why}"))?;
                Ok(ExitCode::from(1))
            }
        }
    }
}

impl Outbox {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let house = self.place.folder.open(&self.place.now).await?;
        let actor = house.operator();
        let school = house.one_school(&actor, self.place.school.as_deref()).await?;
        let progress = self.only.map(|only| match only {
            Only::Waiting => Progress::Waiting,
            Only::Sent => Progress::Sent,
            Only::Failed => Progress::Failed,
            Only::Bounced => Progress::Bounced,
        });
        let page =
            house.outbox(&actor, &school, &Asked { progress, text: self.find.clone(), ..Asked::default() }).await?;
        if page.lines.is_empty() {
            output::line("Nothing is in the outbox.")?;
        }
        for line in page.lines {
            let reason = line.reason.map_or_else(String::new, |reason| format!(": {reason}"));
            let progress = words::progress(line.progress).0;
            output::line(&format!("{}  {progress}  {}  {}{reason}", line.created_at, line.says, line.reader))?;
        }
        if page.older.is_some() {
            output::note("There are more: see the page Outgoing mail.");
        }
        Ok(ExitCode::SUCCESS)
    }
}
