//! Reporting without saying who one is, where a policy allows it, and looking later what became of it.
//!
//! Invariant: of whoever reports nothing is kept but what they wrote: no name, no address, no sign-in; what proves that a
//! report is theirs is given to them once and kept only as its hash.

use super::report::happens;
use super::view::news;
use super::{CASE, Of, Report, Stand, all, named, of_school};
use crate::act::Before;
use crate::evaluate::{TRIES_MAX, moved};
use crate::pack_form::{Filling, Offered};
use crate::{Error, House, dates};
use jiff::SignedDuration;
use schoolkeeper_core::actor::{Actor, Scope};
use schoolkeeper_core::control::FormField;
use schoolkeeper_core::value::Value;
use schoolkeeper_rules::flow::case::{ABOUT_HEAD, open_unnamed};
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_rules::flow::{Acting, Change};
use schoolkeeper_store::School;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Most reports without a name that a school takes in a day.
const DAY_MAX: usize = 50;
/// Letters and digits of a receipt: none that looks like another.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// How many of them: 80 bits.
const LONG: usize = 16;

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnnamedNews {
    /// What was reported.
    pub title: String,
    /// Where it stands.
    pub stand: Stand,
    /// The day it came.
    pub opened: String,
    /// The day it was closed.
    pub closed: Option<String>,
    /// What its reporter reads of it: what, and the word itself, when there is one.
    pub news: Vec<(String, Option<String>)>,
}

impl House {
    /// What anybody may report at a school without a name; missing where no policy allows it.
    pub async fn unnamed_reports(&self, school: &str) -> Result<(School, Vec<Offered>), Error> {
        let (school, before) = self.unnamed_at(school).await?;
        let out = Offered::all(of_school(&before).filter(|of| of.spec.anonymous));
        if out.is_empty() { Err(Error::Missing) } else { Ok((school, out)) }
    }

    /// The form of one.
    pub async fn unnamed_report_on(
        &self,
        school: &str,
        (pack, control): (&str, &str),
    ) -> Result<(School, Report), Error> {
        let (school, before) = self.unnamed_at(school).await?;
        let person = before.person().ok_or(Error::Missing)?;
        let of = named(&before, pack, control).filter(|of| of.spec.anonymous).ok_or(Error::Missing)?;
        let (what, mut happens) = (Offered::new(of), happens(of));
        happens
            .insert(0, "Nothing is kept of who you are. Nobody can ask you anything, so write what they need.".into());
        let about_head = FormField::asked(ABOUT_HEAD, "yes-no", "Is it about the headteacher?");
        let own = vec![about_head.with_help("Then they do not see it, and the chair of governors deals with it")];
        let form = Filling::unnamed(before, person, (what.pack.clone(), what.control.clone()), own);
        Ok((school, Report { what, form, happens }))
    }

    /// Opens it; gives the receipt, which is shown once. The inner `Err` says in words why not.
    pub async fn report_unnamed(
        &self,
        school: &School,
        (report, answers): (&Report, &Value),
    ) -> Result<Result<String, String>, Error> {
        let receipt = receipt()?;
        for _ in 0..TRIES_MAX {
            let before = self.before_unnamed(school).await?;
            let of = named(&before, &report.what.pack, &report.what.control).ok_or(Error::Missing)?;
            if today(&before) >= DAY_MAX {
                let says = "As many reports without a name came today as are taken in a day. Try again tomorrow, or tell somebody you trust";
                return Ok(Err(says.to_owned()));
            }
            let change = match opened(&before, of, (answers, &proof(&receipt))) {
                Ok(change) => change,
                Err(why) => return Ok(Err(why)),
            };
            if self.write_opened(school, &before, &[(of.policy, change)]).await? {
                self.evaluate(&Actor::operator(school.organisation), school).await?;
                self.after_case(school).await?;
                self.await_unnamed(school, &proof(&receipt)).await?;
                return Ok(Ok(receipt));
            }
        }
        Err(moved())
    }

    /// What became of the report a receipt is of; nothing when it is of none, here or any more.
    pub async fn unnamed_news(&self, school: &School, receipt: &str) -> Result<Option<UnnamedNews>, Error> {
        let before = self.before_unnamed(school).await?;
        let proof = proof(receipt);
        let found = all(&before).find(|(_, row)| row.text("receipt") == Some(&*proof));
        Ok(found.map(|(of, row)| {
            let day = |field: &str| row.instant(field).map(|at| dates::long(of.ctx.world.calendar.day(at)));
            UnnamedNews {
                title: of.title(),
                // Whether it is late is the school's own matter.
                stand: if Stand::of(of, row) == Stand::Closed { Stand::Closed } else { Stand::Open },
                opened: day("opened_at").unwrap_or_default(),
                closed: day("closed_at"),
                news: news(of, row),
            }
        }))
    }

    async fn await_unnamed(&self, school: &School, proof: &str) -> Result<(), Error> {
        let before = self.before(&self.operator(), school).await?;
        let found = Row::all(before.world(), CASE).find(|row| row.text("receipt") == Some(proof)).map(Row::id);
        drop(before);
        match found {
            Some(case) => self.await_opening(school, case).await,
            None => Ok(()),
        }
    }

    async fn unnamed_at(&self, slug: &str) -> Result<(School, Before), Error> {
        let schools = self.read().await?.schools(&Scope::system("reports")).await?;
        let school = schools.into_iter().find(|school| school.slug == *slug).ok_or(Error::Missing)?;
        let before = self.before_unnamed(&school).await?;
        Ok((school, before))
    }
}

fn opened(before: &Before, of: Of<'_>, (answers, proof): (&Value, &str)) -> Result<Change, String> {
    let person = before.person().ok_or_else(|| "There is no list of people here yet".to_owned())?;
    let acting = Acting { person, on: None, form: answers };
    open_unnamed(of.ctx, of.control, of.spec, (acting, proof)).map_err(|refusal| refusal.0)
}

/// How many came within a day.
fn today(before: &Before) -> usize {
    let since = before.own_world().now - SignedDuration::from_hours(24);
    let unnamed = Row::all(before.world(), CASE).filter(|row| row.value("receipt").is_some());
    unnamed.filter(|row| row.instant("opened_at").is_some_and(|at| at > since)).count()
}

/// `7F3K-92QD-XH4M-22PA`.
fn receipt() -> Result<String, Error> {
    let secret = House::secret()?.text();
    let picks = secret.as_bytes().chunks(2).take(LONG).filter_map(|pair| std::str::from_utf8(pair).ok());
    let letters =
        picks.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).map(|byte| LETTERS[usize::from(byte % 32)]);
    let mut out = String::new();
    for (at, letter) in letters.enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        out.push(char::from(letter));
    }
    Ok(out)
}

/// What is kept of a receipt, however it was typed.
fn proof(receipt: &str) -> String {
    let plain: String = receipt.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let hash = Sha256::digest(plain.to_ascii_uppercase().as_bytes());
    hash.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
