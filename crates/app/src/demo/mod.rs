//! Made-up schools: a whole trust with a year behind it, or one small school, quickly.
//!
//! Invariant: everything is plainly made up, comes in through the product's own imports and acts, and the same seed and
//! instant give the same records.

mod chance;
mod login;
mod small;
mod switch;
mod trust;

pub use login::{PASSWORD, PEOPLE};
pub use switch::Seat;
pub use trust::{MONTHS_MAX, Plan, SCHOOLS_MAX, TRUST, Told};

use crate::bring_in::List;
use crate::house::NewHouse;
use crate::{Error, House};
use chance::Chance;
use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use schoolkeeper_core::control::ControlKind;
use schoolkeeper_core::pack::Pack;
use std::path::Path;

/// The made-up school's name.
pub const SCHOOL: &str = "Marlpit Lane Primary (made up)";

/// One list, ready to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Register it goes into.
    pub register: &'static str,
    /// File name; also the source's label.
    pub file: &'static str,
    /// CSV.
    pub text: String,
}

/// What the makers of lists share.
struct Making {
    chance: Chance,
    today: Date,
    people: Vec<small::people::Made>,
    /// Agreement → ids of the statements that are its articles.
    articles: Vec<(String, Vec<String>)>,
}

impl Making {
    /// `days` before today, at this hour, as an export writes it.
    fn ago(&self, days: i64, hour: i8) -> String {
        let day = self.day(days);
        format!("{} {hour:02}:{:02}", day.strftime("%d/%m/%Y"), (days * 7).rem_euclid(60))
    }

    /// `days` before today.
    fn day(&self, days: i64) -> Date {
        self.today.checked_sub(Span::new().days(days)).unwrap_or(self.today)
    }

    /// The same as dd/mm/yyyy.
    fn date(&self, days: i64) -> String {
        self.day(days).strftime("%d/%m/%Y").to_string()
    }
}

impl House {
    /// Makes a data folder with one small made-up school under the smallest policy; `progress` hears the name of each list before it goes in.
    pub async fn demo(data: &Path, seed: u64, now: Option<Timestamp>, progress: impl Fn(&str)) -> Result<Self, Error> {
        let at = now.unwrap_or_else(crate::house::clock);
        let new = NewHouse {
            schools: vec![SCHOOL.to_owned()],
            pack: "skeleton".to_owned(),
            calendar: Some(terms(at)),
            sandbox: true,
            demo: true,
            ..NewHouse::default()
        };
        let made = new.make(data, now).await?;
        let house = Self::open(data, now).await?;
        let actor = house.operator();
        let policy = house.adopted(&Self::scope(&actor, "policy.see")?, &made[0]).await?;
        for listing in lists(&policy[0].live.pack, at, seed) {
            progress(listing.file);
            let list = List {
                register: listing.register,
                file: listing.file,
                bytes: listing.text.as_bytes(),
                ..List::default()
            };
            house.bring_in(&actor, &made[0], &list).await?;
        }
        house.demo_logins(&made[0]).await?;
        house.confirm_entries(&actor, &made[0], None, None).await?;
        house.evaluate(&actor, &made[0]).await?;
        Ok(house)
    }
}

/// All lists in the order in which they refer to each other.
pub fn lists(policy: &Pack, now: Timestamp, seed: u64) -> Vec<Listing> {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let today = now.to_zoned(zone).date();
    let mut making = Making { chance: Chance::new(seed), today, people: Vec::new(), articles: articles(policy) };
    small::all(&mut making)
}

/// The agreements of a policy, each with the statements that are its articles.
fn articles(policy: &Pack) -> Vec<(String, Vec<String>)> {
    let agreements = policy.controls.values().filter(|control| matches!(control.kind, ControlKind::Agreement(_)));
    agreements
        .map(|agreement| {
            let bound = policy.clauses_of(&agreement.id).filter(|clause| clause.article.is_some());
            (agreement.id.to_string(), bound.map(|clause| clause.id.get_ref().to_string()).collect())
        })
        .collect()
}

/// The made-up school's terms, for the school year of the instant and the two around it, as `calendar` reads them.
pub fn terms(now: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let today = now.to_zoned(zone).date();
    let first = if today.month() >= 9 { today.year() } else { today.year() - 1 };
    (first - 1..=first + 1).map(year).collect()
}

fn year(first: i16) -> String {
    let next = first + 1;
    format!(
        "[[term]]\nname = \"autumn\"\nfrom = {first}-09-02\nto = {first}-12-18\nhalf_from = {first}-10-24\nhalf_to = {first}-11-01\ninset = [{first}-09-02]\n\n\
         [[term]]\nname = \"spring\"\nfrom = {next}-01-05\nto = {next}-03-25\nhalf_from = {next}-02-13\nhalf_to = {next}-02-21\n\n\
         [[term]]\nname = \"summer\"\nfrom = {next}-04-13\nto = {next}-07-21\nhalf_from = {next}-05-29\nhalf_to = {next}-06-06\n\n"
    )
}

/// One CSV from a header and rows.
fn csv(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let quote = |cell: &str| {
        if cell.contains([',', ';', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let mut out = head.join(",");
    out.push('\n');
    for row in rows {
        out.push_str(&row.iter().map(|cell| quote(cell)).collect::<Vec<_>>().join(","));
        out.push('\n');
    }
    out
}

/// A row of owned cells.
macro_rules! row {
    ($($cell:expr),* $(,)?) => { vec![$($cell.to_string()),*] };
}
use row;
