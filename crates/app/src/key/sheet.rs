//! The recovery sheet: one page to print and put into the safe.

use crate::authority::Try;
use crate::{Error, House};
use jiff::tz::TimeZone;
use schoolkeeper_core::actor::{Actor, Scope};
use std::sync::atomic::Ordering;

impl House {
    /// The sheet as text, 78 columns wide. It holds the key: whoever has it opens every back-up.
    pub async fn recovery_sheet(&self, actor: &Actor) -> Result<String, Error> {
        let scope = self.allow_throughout(actor, &Try::plain("backup.run")).await?;
        let organisations = self.read().await?.organisations(&scope).await?;
        let who: Vec<&str> = organisations.iter().map(|organisation| organisation.title.as_str()).collect();
        let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
        let day = self.now().to_zoned(zone).date().strftime("%-d %B %Y").to_string();
        let key = self.key();
        let demo =
            if self.has_demo_key() { "\n  THIS IS A DEMO KEY OF A MADE-UP SCHOOL. It protects nothing.\n" } else { "" };
        Ok(format!(
            "\
==============================================================================
  SCHOOLKEEPER RECOVERY SHEET
==============================================================================
{demo}
  For           {who}
  Installation  {installation}
  Address       {address}
  Printed       {day}

  Without the key below no back-up of Schoolkeeper can be opened, by nobody.
  With it, anybody can open every back-up. Print this page, put it into the
  school's safe, and delete the file it was printed from.

  THE KEY
  {secret}

  Its public part, which may be known
  {recipient}

  Kept by       ______________________________   Date  ______________________
  Second copy   ______________________________   Date  ______________________

------------------------------------------------------------------------------
  TO RESTORE WITH SCHOOLKEEPER
    1. Install Schoolkeeper on another machine.
    2. Write the key into a file that only you can read:
         umask 077; cat > recovery.key      (type the key, Enter, Ctrl-D)
    3. schoolkeeper restore BACKUP.tar.gz.age --data NEWFOLDER \\
         --key-file recovery.key

  TO READ A BACK-UP WITHOUT SCHOOLKEEPER
    On any Linux with the program `age` (Debian: apt install age):
         age -d -i recovery.key BACKUP.tar.gz.age | tar xz
    README.txt inside says what is what.

  AFTER A CHANGE OF KEYS print a new sheet, and keep this one as long as
  back-ups of before the change are kept.
==============================================================================
",
            who = who.join(", "),
            installation = self.installation(),
            address = self.base_url(),
            secret = key.secret().as_str(),
            recipient = key.recipient(),
        ))
    }

    /// Somebody says that the sheet is printed and put away.
    pub async fn acknowledge_sheet(&self, actor: &Actor) -> Result<(), Error> {
        let scope = self.allow_throughout(actor, &Try::plain("backup.run")).await?;
        let mut write = self.write().await?;
        if !write.acknowledge_sheet(&scope, &self.key().recipient(), self.now()).await? {
            return Err(Error::Missing);
        }
        Ok(write.commit().await?)
    }

    /// What is still missing before a school's lists are brought in: `None` when a back-up came back and the sheet
    /// is put away, or when nothing here is real.
    pub async fn before_lists(&self) -> Result<Option<String>, Error> {
        let (backup, sheet) = self.is_unprepared().await?;
        let first = "make a back-up that came back with `schoolkeeper backup`";
        let second = "print the recovery sheet with `schoolkeeper key show-sheet`, put it into the safe, and say so with \
                      `schoolkeeper key put-away`";
        Ok(match (backup, sheet) {
            (false, false) => None,
            (true, false) => Some(first.to_owned()),
            (false, true) => Some(second.to_owned()),
            (true, true) => Some(format!("{first}; {second}")),
        })
    }

    /// The same for the pages of whoever may do something about it.
    pub async fn unprepared(&self, actor: &Actor) -> Result<Option<&'static str>, Error> {
        if self.prepared.load(Ordering::Relaxed) || Self::scope(actor, "backup.run").is_err() {
            return Ok(None);
        }
        Ok(match self.is_unprepared().await? {
            (false, false) => {
                self.prepared.store(true, Ordering::Relaxed);
                None
            }
            (true, false) => Some("make a back-up that comes back"),
            (false, true) => Some("put the recovery sheet into the safe"),
            (true, true) => Some("make a back-up that comes back, and put the recovery sheet into the safe"),
        })
    }

    /// Whether a back-up that came back is missing, and whether the sheet is.
    async fn is_unprepared(&self) -> Result<(bool, bool), Error> {
        if self.folder.settings().sandbox {
            return Ok((false, false));
        }
        let (system, read) = (Scope::system("before-lists"), self.read().await?);
        let backup = read.last_good_backup(&system).await?.is_none();
        let sheet = read.sheet_acknowledged(&system, &self.key().recipient()).await?.is_none();
        Ok((backup, sheet))
    }
}
