//! A pile of signed slips, scanned at the copier as one PDF: each page is matched by its square, and what cannot be read
//! is put right by hand.
//!
//! Invariant: a page signs only by the code printed on it, or by somebody who looks at it and says whose it is; read
//! twice it gives one signature; the scan goes after a week.

use super::SlipsWanted;
use super::paper::{Sheet as Slip, on_paper, wanted};
use super::wording::system;
use crate::attachment::collect;
use crate::blob::BlobOf;
use crate::job::{Failure, Handler};
use crate::pdf::{self, Pdf};
use crate::sign_in::secret::Secret;
use crate::{Error, House};
use futures_util::stream::{self, Stream, StreamExt};
use jiff::SignedDuration;
use schoolkeeper_core::actor::Actor;
use schoolkeeper_core::id::EntryId;
use schoolkeeper_rules::flow::record::Row;
use schoolkeeper_store::pile::{self as kept, PilePage};
use schoolkeeper_store::{NewJob, School};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use uuid::Uuid;

/// Reads piles.
pub(crate) const HANDLER: Handler =
    Handler { kind: KIND, attempts_max: 3, run: |house, document| Box::pin(house.run_pile(document)) };
const KIND: &str = "pile";
/// Most bytes of one scan.
const SCAN_BYTES_MAX: u64 = 50 << 20;
/// How long a scan is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Longest name of a file that is kept.
const NAME_MAX: usize = 120;
const EMPTY: &str = "Empty";
const NO_SQUARE: &str = "No square could be read on it";
/// Pages signed in one change.
const TOGETHER: usize = 50;
/// Pages whose squares are looked for at once.
const AT_ONCE: usize = 2;

/// A scanned pile, as far as it is read.
#[derive(Clone, Debug)]
pub struct Pile {
    /// Its id.
    pub id: Uuid,
    /// Name of the file.
    pub file: String,
    /// When it came.
    pub at: jiff::Timestamp,
    /// How many pages it has.
    pub page_count: usize,
    /// The pages that are read.
    pub sheets: Vec<Sheet>,
}

/// One page of a pile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its number, from 1.
    pub number: usize,
    /// Whose slip it is.
    pub name: Option<String>,
    /// Why it is not signed, when somebody has to look at it.
    pub why: Option<String>,
}

impl Pile {
    /// Whether every page is read.
    pub fn is_read(&self) -> bool {
        self.sheets.len() >= self.page_count
    }

    /// How many pages are signatures now.
    pub fn signed(&self) -> usize {
        self.sheets.iter().filter(|sheet| sheet.name.is_some() && sheet.why.is_none()).count()
    }

    /// Pages somebody has to look at.
    pub fn open(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().filter(|sheet| sheet.why.is_some())
    }
}

fn target((pack, control): (&str, &str)) -> String {
    format!("{pack}/{control}")
}

impl House {
    /// Takes a scanned pile in, whose slips somebody has looked at; it is read by a job.
    pub async fn hand_in_pile(
        &self,
        (actor, school): (&Actor, &School),
        (which, file): ((&str, &str), &str),
        content: impl Stream<Item = io::Result<Vec<u8>>> + Send,
    ) -> Result<Uuid, Error> {
        on_paper(&self.before_paper(actor, school).await?, which)?;
        self.may_write()?;
        let id = Self::new_id();
        let of = BlobOf { school: school.id, register: "signature", owner: id, size_max: SCAN_BYTES_MAX };
        let too_large =
            |_| Error::refused("The scan has more than 50 MB. Scan it in black and white, or in two parts".to_owned());
        let blob = self.seal_blob(of, content).await.map_err(too_large)?;
        let bytes = collect(self.content(&blob).await?, blob.size).await?;
        let opened = tokio::task::spawn_blocking(move || Pdf::open(bytes)).await;
        let pdf =
            match opened.unwrap_or_else(|_| Err(pdf::Unread("This PDF is broken. Scan the pile again".to_owned()))) {
                Ok(pdf) => pdf,
                Err(why) => {
                    self.objects()?.remove_object(&blob.object).await?;
                    return Err(Error::refused(why.0));
                }
            };
        let pile = kept::Pile {
            id,
            school: school.id,
            target: target(which),
            file: file.chars().filter(|letter| !letter.is_control()).take(NAME_MAX).collect(),
            blob: blob.id,
            pages: Vec::new(),
            page_count: pdf.page_count() as i64,
            version: 1,
            person: actor.person,
            created_at: self.now(),
            ends_at: self.now() + KEPT,
        };
        let mut write = self.write().await?;
        write.add_blob(&system(), &blob).await?;
        write.add_pile(&system(), &pile).await?;
        let job = NewJob {
            kind: KIND,
            key: Some(id.to_string()),
            document: json!({"pile": id}),
            run_at: self.now(),
            organisation: Some(school.organisation),
        };
        write.push(&system(), &job).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Reads what is not read yet of a pile, page by page, while whoever handed it in may do so.
    async fn run_pile(&self, document: &Value) -> Result<(), Failure> {
        let id = document["pile"].as_str().and_then(|id| Uuid::parse_str(id).ok());
        let id = id.ok_or_else(|| Failure::Fail("It names no pile.".to_owned()))?;
        let read = self.read().await?;
        let Some(mut pile) = read.pile(&system(), id).await? else { return Ok(()) };
        let school = read.school(&system(), pile.school).await?.ok_or(Error::Missing)?;
        drop(read);
        let actor = match pile.person {
            Some(person) => self.actor(person, school.organisation).await?,
            None => Actor::operator(school.organisation),
        };
        let which = pile.target.clone();
        let which = which.split_once('/').ok_or(Error::Missing)?;
        let pdf = Arc::new(self.pdf_of(&pile).await?);
        while !pile.is_read() {
            let pages = self.read_pages((&actor, &school), (which, &pile), &pdf).await?;
            pile.pages.extend(pages);
            let mut write = self.write().await?;
            if !write.set_pile(&system(), &pile).await? {
                return Ok(());
            }
            write.commit().await?;
            pile.version += 1;
        }
        crate::job::count(
            "signed",
            pile.pages.iter().filter(|page| page.person.is_some() && page.why.is_none()).count(),
        );
        Ok(())
    }

    /// The next pages of a pile, in one look at the school; those that can be are signed.
    async fn read_pages(
        &self,
        who: (&Actor, &School),
        (which, pile): ((&str, &str), &kept::Pile),
        pdf: &Arc<Pdf>,
    ) -> Result<Vec<PilePage>, Error> {
        let from = pile.pages.len();
        let to = (pile.page_count as usize).min(from + TOGETHER);
        let read = stream::iter(from..to).map(|at| {
            let pdf = Arc::clone(pdf);
            tokio::task::spawn_blocking(move || code_on(&pdf, at))
        });
        let codes: Vec<Result<String, String>> =
            read.buffered(AT_ONCE).map(|code| code.unwrap_or_else(|_| Err(NO_SQUARE.to_owned()))).collect().await;
        let sheets: Vec<Slip<'_>> = codes.iter().flatten().map(|code| Slip::Code(code)).collect();
        let mut slips = self.read_sheets(who, (which, &sheets), Some(pile.created_at)).await?.into_iter();
        let page = |code: Result<String, String>| match code {
            Err(why) => PilePage { person: None, why: Some(why) },
            Ok(_) => slips.next().map_or(PilePage { person: None, why: Some(NO_SQUARE.to_owned()) }, |slip| PilePage {
                person: slip.whose.map(|(person, _)| person),
                why: slip.why,
            }),
        };
        Ok(codes.into_iter().map(page).collect())
    }

    async fn pdf_of(&self, pile: &kept::Pile) -> Result<Pdf, Error> {
        let (blob, content) = self.open_blob(&system(), pile.blob).await?;
        let bytes = collect(content, blob.size).await?;
        let opened = tokio::task::spawn_blocking(move || Pdf::open(bytes)).await;
        opened.ok().and_then(Result::ok).ok_or_else(|| Error::refused("This PDF is broken. Scan the pile again"))
    }

    /// Piles of an agreement of the last week, newest first, with what it is called.
    pub async fn piles(
        &self,
        actor: &Actor,
        school: &School,
        which: (&str, &str),
    ) -> Result<(String, Vec<Pile>), Error> {
        let scope = self.scope_at(actor, "agreement.publish", school).await?;
        let before = self.before(actor, school).await?;
        let title = on_paper(&before, which)?.title();
        let found = self.read().await?.piles(&scope, (school.id, &target(which)), self.now()).await?;
        Ok((title, found.into_iter().map(|pile| shown(pile, |_| None)).collect()))
    }

    /// One pile with everybody who has still to sign.
    pub async fn pile(
        &self,
        actor: &Actor,
        school: &School,
        (which, id): ((&str, &str), Uuid),
    ) -> Result<(Pile, SlipsWanted), Error> {
        let pile = self.kept_pile(actor, school, (which, id)).await?;
        let before = self.before(actor, school).await?;
        let name = |person| Row::of(before.world(), person).map(Row::name);
        Ok((shown(pile, name), wanted(&on_paper(&before, which)?)))
    }

    async fn kept_pile(
        &self,
        actor: &Actor,
        school: &School,
        (which, id): ((&str, &str), Uuid),
    ) -> Result<kept::Pile, Error> {
        let scope = self.scope_at(actor, "agreement.publish", school).await?;
        let found = self.read().await?.pile(&scope, id).await?;
        let fits =
            |pile: &kept::Pile| pile.school == school.id && pile.target == target(which) && pile.ends_at > self.now();
        found.filter(fits).ok_or(Error::Missing)
    }

    /// A page of a pile as it was scanned, as JPEG.
    pub async fn pile_page(
        &self,
        actor: &Actor,
        school: &School,
        (which, (id, number)): ((&str, &str), (Uuid, usize)),
    ) -> Result<Vec<u8>, Error> {
        let pile = self.kept_pile(actor, school, (which, id)).await?;
        let pdf = self.pdf_of(&pile).await?;
        let at = number.checked_sub(1).ok_or(Error::Missing)?;
        let shown = tokio::task::spawn_blocking(move || pdf.shown(at)).await;
        shown.ok().and_then(Result::ok).ok_or(Error::Missing)
    }

    /// Somebody looked at a page: it is this person's signed slip, or nothing is to be done. Why not, otherwise.
    pub async fn put_page_right(
        &self,
        (actor, school): (&Actor, &School),
        (which, id): ((&str, &str), Uuid),
        (number, person): (usize, Option<EntryId>),
    ) -> Result<Option<String>, Error> {
        let mut pile = self.kept_pile(actor, school, (which, id)).await?;
        let read = pile.is_read();
        let page =
            number.checked_sub(1).and_then(|at| pile.pages.get_mut(at)).filter(|page| read && page.why.is_some());
        let page = page.ok_or(Error::Missing)?;
        if let Some(person) = person {
            let read = self.read_sheets((actor, school), (which, &[Slip::Of(person)]), None).await?;
            if let Some(why) = read.into_iter().find_map(|slip| slip.why) {
                return Ok(Some(why));
            }
        }
        *page = PilePage { person, why: None };
        let mut write = self.write().await?;
        write.set_pile(&system(), &pile).await?;
        write.commit().await?;
        Ok(None)
    }

    /// Forgets scans of last week; how many.
    pub async fn forget_past_piles(&self) -> Result<usize, Error> {
        let past = self.read().await?.past_piles(&system(), self.now()).await?;
        for pile in &past {
            self.erase_blob(&system(), pile.blob).await?;
            let mut write = self.write().await?;
            write.remove_pile(&system(), pile.id).await?;
            write.commit().await?;
        }
        Ok(past.len())
    }
}

/// A pile as people see it; empty pages are no work for anybody.
fn shown(pile: kept::Pile, name: impl Fn(EntryId) -> Option<String>) -> Pile {
    let sheet = |(at, page): (usize, PilePage)| Sheet {
        number: at + 1,
        name: page.person.map(|person| name(person).unwrap_or_default()),
        why: page.why.filter(|why| why != EMPTY),
    };
    let sheets = pile.pages.into_iter().enumerate().map(sheet).collect();
    Pile { id: pile.id, file: pile.file, at: pile.created_at, page_count: pile.page_count as usize, sheets }
}

/// The code on a page: of several squares the one that may be a slip's. Why there is none, otherwise.
fn code_on(pdf: &Pdf, at: usize) -> Result<String, String> {
    let squares = match pdf::read_sheet(pdf, at) {
        Ok(pdf::Sheet::Squares(squares)) => squares,
        Ok(pdf::Sheet::Empty) => return Err(EMPTY.to_owned()),
        Ok(pdf::Sheet::NoSquare) => return Err(NO_SQUARE.to_owned()),
        Err(why) => return Err(why.0),
    };
    let slip = squares.iter().find(|code| Secret::read(&code.to_lowercase()).is_some()).or(squares.first());
    slip.cloned().ok_or_else(|| NO_SQUARE.to_owned())
}
